"""Archived file of an update (升级档案)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, item


class UpdateArchive(Record):
    """One archived file of one update: what it holds, its digest, until when it is kept.

    Source: GB 44496-2024 4.1.2, 4.3; UN R156 3.7; ota-and-recorders.md 1.2.
    """

    title_zh: ClassVar[str] = "升级档案"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级档案", "档案台账", "升级记录档案", "档案清单")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    archived_file: Key = item("档案文件", "归档文件", doc="name of the archived file", key=True)
    content: Refs = item(
        "档案内容",
        "信息类别",
        doc="what of 4.3 it holds: processes, configuration, swin, targets, dossier (4.3.1 to 4.3.5); separated by ;",
        default=(),
    )
    product: Word = item("产品", "车型", "适用车型", doc="model, as the subject names it")
    digest_archived: Word = item("归档摘要", "存档摘要", "归档校验值", doc="SHA-256 when it was archived, sha256:<64 hexadecimal digits>")
    digest_verified: Word = item("复核摘要", "最近核验摘要", doc="SHA-256 when it was last verified")
    verified_on: Day = item("核验日期", "最近核验日期", doc="day of the last verification")
    archived_on: Day = item("归档日期", doc="day on which it was archived")
    in_production: Flag = item("仍在生产", "是否在产", doc="the model is still produced")
    production_ended: Day = item("停产日期", "车型停产日期", doc="day on which the model stopped being produced")
    retained_until: Day = item(
        "保存至", "保存期限", doc="last day on which it is kept; empty while in production means open", open_when_empty=True
    )
    place: Word = item("存放位置", "保管位置", doc="where it is kept")
    person: Word = item("保管人", doc="who keeps it")
