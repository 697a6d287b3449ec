"""What a diagnostic log cannot say of itself (读取记录)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Record, Word, choice, item

ReadoutPhase = Annotated[
    Literal["before", "after", "inspection", "production", "tamper"] | None,
    BeforeValidator(
        choice(
            before="升级前|更新前|before update",
            after="升级后|更新后|after update",
            inspection="抽查|监督抽查|检查|市场抽查",
            production="下线|下线检测|生产一致性",
            tamper="篡改试验|防篡改试验|未授权写入|6.4",
        )
    ),
]
"""Occasion of the log: before or after an update (GB 44496-2024 6.3), inspection, end of line, or an attempt to tamper (6.4)."""


class ReadoutSession(Record):
    """One diagnostic log: from which car, on which occasion, with which tool and by whom it was taken.

    Source: GB 44496-2024 5.1.2, 5.1.3, 6.3, 6.4; the form is ours (P).
    """

    title_zh: ClassVar[str] = "读取记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("读取记录", "诊断读取记录", "版本读取记录")

    file: Key = item(
        "读取文件", "诊断记录文件", "文件", "文件名", doc="name of the log in the dossier, or its SHA-256 in hexadecimal", key=True
    )
    digest: Word = item("文件摘要", "SHA-256", "SHA256", doc="SHA-256 of the file; binds the row to one content")
    vin: Word = item("被读车辆VIN", "VIN", "车辆识别代号", "车架号", doc="car that was read")
    phase: ReadoutPhase = item("读取时机", "时机", "阶段", doc="before, after, inspection, production or tamper")
    campaign: Word = item("活动编号", "升级编号", doc="update activity between before and after")
    read_at: Moment = item("读取时间", "时间", doc="when it was read")
    tool: Word = item("读取工具", "诊断仪", "工具", doc="tool and version; 5.1.2 wants one that the market offers")
    person: Word = item("读取人员", "操作人", doc="who read")
