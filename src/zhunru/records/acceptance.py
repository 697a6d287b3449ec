"""Acceptance of a screening verdict (筛查结论接受)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class Acceptance(Record):
    """A named person accepts a verdict that rests on an unconfirmed limit, so that a gate no longer holds it."""

    title_zh: ClassVar[str] = "筛查结论接受"
    sheet_names: ClassVar[tuple[str, ...]] = ("筛查结论接受", "筛查接受", "接受记录")

    clause: Key = item("接受条款", "筛查条款", "条款", "条款编号", doc="id of the clause, e.g. miit-2021-103/2.3", key=True)
    person: Word = item("接受人", "批准人", "姓名", doc="who accepts it")
    day: Day = item("接受日期", "日期", doc="day of the acceptance")
    reason: Word = item("接受理由", "理由", "原因", doc="why the limit is taken as it is")
