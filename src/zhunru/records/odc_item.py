"""Element of the declared operational design condition of a function (设计运行条件)."""

from typing import ClassVar

from zhunru.core.record import Key, Number, Record, Refs, Word, item


class OdcItem(Record):
    """One element of the conditions under which a function may work: a range, or a closed list of values.

    Source: GB/T 45312 and GB 44721-2026 use the word 设计运行条件; ota-and-recorders.md 2.2 G2 (ODC widened).
    """

    title_zh: ClassVar[str] = "设计运行条件"
    sheet_names: ClassVar[tuple[str, ...]] = ("设计运行条件", "ODC", "ODC声明", "运行条件")

    baseline: Key = item("基线编号", "基线", "所属基线", doc="baseline that the declaration belongs to", key=True)
    function: Key = item("功能编号", "功能", "所属功能", doc="function, by id", key=True)
    element: Key = item("条件要素", "要素", "运行条件", doc="name of the element, e.g. speed, road class, weather", key=True)
    minimum: Number = item("下限", "最小值", doc="lowest value at which the function may work")
    maximum: Number = item("上限", "最大值", doc="highest value at which the function may work")
    unit: Word = item("计量单位", "单位", doc="unit of the range")
    values: Refs = item("允许取值", "取值范围", doc="closed list of values at which it may work", default=())
