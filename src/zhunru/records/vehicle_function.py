"""Function of a baseline (车辆功能)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Number, Record, Refs, Word, item


class VehicleFunction(Record):
    """One function, its level of driving automation, and what enables it.

    `flags` are the feature flags that must have the named value for the function to work: `flag` or `flag=value`; empty means always on.
    Source: 103号 article (四), fifth demand; GB/T 40429; ota-and-recorders.md 2.2 G2.
    """

    title_zh: ClassVar[str] = "车辆功能"
    sheet_names: ClassVar[tuple[str, ...]] = ("车辆功能", "功能清单", "功能表", "功能列表")

    baseline: Key = item("基线编号", "基线", "所属基线", doc="baseline that the function belongs to", key=True)
    id: Key = item("功能编号", "功能代号", "功能标识", doc="id of the function, the same in all baselines", key=True)
    name: Word = item("功能名称", "功能", doc="name for people")
    level: Number = item("自动化等级", "驾驶自动化等级", "等级", doc="level of driving automation, 0 to 5, GB/T 40429; 0 = none")
    enabled: Flag = item("启用", "是否启用", "已启用", doc="can be used by the driver in this baseline")
    flags: Refs = item("功能开关", "特性开关", "开关", doc="flags that enable it, flag or flag=value", default=())
    ecus: Refs = item("实现控制器", "控制器", "ECU", doc="ECUs that realise it", default=())
    safety_relevant: Flag = item("安全相关", "涉及安全", doc="needed for safe and continued operation")
