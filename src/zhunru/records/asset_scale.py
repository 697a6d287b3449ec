"""Scale of an asset on a day (数据规模记录)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Number, Record, Word, item


class AssetScale(Record):
    """How much an asset held on one day: entries, bytes, persons.

    Source: MIIT data measures 166号 article 12 (a change of scale of 30 % or more is a major change); the form is ours (P).
    """

    title_zh: ClassVar[str] = "数据规模记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据规模记录", "数据规模", "规模统计", "数据量统计")
    identity_fields: ClassVar[tuple[str, ...]] = ("asset", "day")

    asset: Key = item("资产编号", "数据资产编号", "数据编号", doc="id of the asset", key=True)
    day: Day = item("统计日期", "日期", "截至日期", doc="day on which it was counted")
    entry_count: Number = item("数据条数", "条数", "记录数", doc="number of entries")
    volume_byte: Number = item("数据量(字节)", "存储量(字节)", doc="volume, bytes")
    person_count: Number = item("涉及人数", "人数", doc="distinct persons")
    method: Word = item("统计方法", "统计方式", doc="how it was counted")
    person: Word = item("统计人", doc="who counted")
