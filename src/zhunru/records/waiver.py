"""Waiver of a failed clause or check (豁免)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class Waiver(Record):
    """One waiver: it stands beside a FAIL and never changes it."""

    title_zh: ClassVar[str] = "豁免"
    sheet_names: ClassVar[tuple[str, ...]] = ("豁免", "豁免清单", "偏差许可", "让步")

    target: Key = item("豁免对象", "条款或检查", "豁免条款", "检查项", doc="id of a clause or of a check", key=True)
    reason: Word = item("豁免理由", "理由", "原因", doc="why")
    person: Word = item("批准人", "审批人", "姓名", doc="who granted it")
    granted: Day = item("批准日期", "审批日期", doc="day on which it was granted")
    until: Day = item("有效期至", "截止日期", "到期日", "有效期", "截止时间", "到期日期", "失效日期", doc="last day on which it stands")
