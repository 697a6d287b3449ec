"""Switch of a baseline that enables or shapes functions (功能开关)."""

from typing import ClassVar

from zhunru.core.record import Key, Record, Refs, Word, item


class FeatureFlag(Record):
    """One switch and its value; a switch that no function cites has an unknown effect.

    Source: ota-and-recorders.md 0.2 row (四)-5.
    """

    title_zh: ClassVar[str] = "功能开关"
    sheet_names: ClassVar[tuple[str, ...]] = ("功能开关", "特性开关", "开关清单", "配置字")

    baseline: Key = item("基线编号", "基线", "所属基线", doc="baseline that the value belongs to", key=True)
    id: Key = item("开关编号", "开关名称", "开关", "特性开关", doc="name of the switch", key=True)
    value: Word = item("开关值", "取值", "值", doc="value as written")
    ecu: Word = item("控制器", "ECU", doc="ECU that holds it")
    functions: Refs = item("影响功能", "关联功能", doc="functions that it shapes, by id", default=())
