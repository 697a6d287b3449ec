"""What was exported, batch by batch (数据出境批次)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Moment, Number, Record, Refs, Word, item


class ExportBatch(Record):
    """One line of the log of exports: one person, or a batch of persons that is told by its number.

    A line is of one class: `sensitive` holds for all its persons. A line that names its person (`subject`) counts this one; else
    `person_count` tells how many. The same person is known again only under the same `scheme` of identifiers.

    Source: CAC order 16 articles 7 and 8 (persons since 1 January), filing guide (kinds, volume); data-and-cyber.md 3.1, 3.5 X1.
    """

    title_zh: ClassVar[str] = "数据出境批次"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据出境批次", "出境批次", "出境日志", "数据出境日志", "出境明细", "数据出境明细")

    activity: Key = item("出境活动编号", "出境编号", "所属出境活动", "出境场景编号", doc="export activity", key=True)
    batch: Word = item("批次编号", "批次号", "批次", doc="number of the batch")
    exported: Moment = item("出境时间", "出境日期", "提供时间", "传输时间", "传输日期", doc="when it was exported")
    subject: Word = item("主体标识", "个人标识", "主体假名", "主体哈希", "个人信息主体标识", doc="pseudonym or digest of the person")
    scheme: Word = item(
        "标识方案",
        "标识类型",
        "标识方法",
        "假名方案",
        doc="how the pseudonym is made; persons are known again inside one scheme only; empty = one and the same",
    )
    person_count: Number = item("人数", "主体数量", "涉及人数", "个人信息主体数量", doc="persons in the batch, when it names none")
    personal: Flag = item(
        "是否含个人信息", "含个人信息", "个人信息", doc="holds personal information; empty = yes when it names or counts persons"
    )
    sensitive: Flag = item(
        "是否敏感个人信息", "敏感个人信息", "含敏感个人信息", "敏感", "是否含敏感个人信息", doc="the persons' information is sensitive"
    )
    important: Flag = item("是否含重要数据", "重要数据", "含重要数据", "是否重要数据", doc="holds important data")
    kinds: Refs = item("数据种类", "出境数据种类", "数据项", doc="kinds of data, separated by ;", default=())
    recipient: Word = item("境外接收方", "接收方", "接收方编号", doc="id or name of the recipient; empty = that of the activity")
    purpose: Word = item("出境目的", "目的", "用途", doc="purpose; empty = that of the activity")
    volume_byte: Number = item("数据量(字节)", "数据量(B)", "字节数", doc="volume, bytes")
