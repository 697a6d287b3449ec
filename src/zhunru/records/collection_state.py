"""State of a collection at the start of a drive (点火时收集状态)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Record, Word, choice, item
from zhunru.records.pi_function import OnOff

DriverChoice = Annotated[
    Literal["on", "off", "none"] | None,
    BeforeValidator(choice(on="开|开启|打开|启用|收集", off="关|关闭|停用|不收集", none="无|未设定|没有|没有设定|未设置|从未设定")),
]
"""Choice of the driver that is stored; `none` = the driver never chose. Blank = not told."""


class CollectionState(Record):
    """What one function was set to when one ignition cycle began, and what the driver had chosen before.

    Source: GB/T 44464-2024 5.1.1, 6.1, D.2.1; 若干规定 article 6(2).
    """

    title_zh: ClassVar[str] = "点火收集状态"
    sheet_names: ClassVar[tuple[str, ...]] = ("点火收集状态", "默认状态试验", "收集状态", "点火循环收集状态")

    cycle: Key = item("点火循环", "点火循环序号", "点火周期", doc="number of the ignition cycle", key=True)
    function: Key = item("收集的功能编号", "功能编号", doc="function", key=True)
    vehicle: Word = item("试验车辆", "样车编号", doc="vehicle on which it was read")
    ignition_at: Moment = item("点火时间", "上电时间", doc="start of the cycle")
    read_at: Moment = item("读取时间", "状态读取时间", doc="when the state was read")
    state: OnOff = item("收集状态", "实际收集状态", doc="on or off when the cycle began")
    chosen: DriverChoice = item("驾驶人已存设定", "驾驶人设定", "用户设定", doc="choice of the driver that is stored: on, off or none")
    chosen_at: Moment = item("设定时间", "驾驶人设定时间", doc="when the driver chose")
    evidence: Word = item("状态证据", "截图或日志", doc="picture or log that shows it")
