"""Declaration of software versions or numbers to the authority (软件版本申报)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class SoftwareDeclaration(Record):
    """One declared version or SWIN of one ECU, with the day on which it was declared.

    Source: GB 44496-2024 4.1.4; ota-and-recorders.md 1.2.
    """

    title_zh: ClassVar[str] = "软件版本申报"
    sheet_names: ClassVar[tuple[str, ...]] = ("软件版本申报", "版本申报", "申报记录")

    product: Key = item("申报产品", "产品", "车型", doc="product", key=True)
    ecu: Key = item("控制器", "ECU", "控制器名称", doc="ECU", key=True)
    version: Word = item("申报版本", "软件版本号", "软件版本", doc="declared version")
    swin: Word = item("申报识别码", "软件识别码", "SWIN", doc="declared number, where numbers are stored on the car")
    declared_on: Day = item("申报日期", doc="day of the declaration")
    campaign: Word = item("活动编号", "升级编号", doc="update activity that it keeps step with")
    receipt: Word = item("申报回执", "回执编号", doc="receipt of the authority")
