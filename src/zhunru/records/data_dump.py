"""Which stored copy a file of evidence is (转储记录)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Moment, Record, Word, item


class DataDump(Record):
    """One stored copy, or the result of one scan: from which storage place and database it comes, when and by whom it was taken.

    Without it nothing ties what discovery found to a declared storage place.

    Source: GB/T 44464-2024 4.1.7 and D.1 d) (storage in China, storage addresses), data-and-cyber.md 1.1 to 1.4.
    """

    title_zh: ClassVar[str] = "转储记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("转储记录", "转储清单", "数据转储", "存储副本", "存储副本清单", "扫描记录", "取数记录")

    file: Key = item(
        "转储文件",
        "文件",
        "文件名",
        "文件名称",
        "扫描结果",
        "扫描结果文件",
        "数据文件",
        "副本文件",
        "文件路径",
        doc="name of the stored copy or of the scan result in the dossier, or its SHA-256 in hexadecimal",
        key=True,
    )
    digest: Word = item(
        "摘要",
        "SHA-256",
        "SHA256",
        "哈希",
        "文件摘要",
        "文件哈希",
        "文件SHA256",
        "文件SHA-256",
        "校验值",
        doc="SHA-256 of the file in hexadecimal; binds the note to one content",
    )
    place: Word = item(
        "存储编号", "存储位置编号", "存储位置", "所属存储", "存储地点", doc="id of the storage place that the data were taken from"
    )
    system: Word = item("系统", "系统名称", "业务系统", "来源系统", "应用", doc="system that keeps the data")
    database: Word = item("数据库", "库名", "数据库名", "数据库名称", "实例", doc="database or instance inside the system")
    scope: Word = item("范围", "取数范围", "表范围", "导出范围", "包含的表", doc="schemas, tables or time span that were taken")
    taken_at: Moment = item(
        "取数时间", "转储时间", "导出时间", "扫描时间", "采集时间", "时间", doc="when the copy was taken, or the scan ended"
    )
    operator: Word = item("操作人", "取数人", "导出人", "扫描人", "人员", "执行人", doc="person who took the copy or ran the scan")
    complete: Flag = item(
        "是否全量", "全量", "是否完整", "完整", doc="yes: all that the place holds of the scope; no: a sample; empty: unknown"
    )
