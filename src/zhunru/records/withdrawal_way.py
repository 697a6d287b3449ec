"""Way to withdraw consent, and what happened when it was tried (撤回同意途径)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Word, item


class WithdrawalWay(Record):
    """One way to withdraw the consent to one function.

    Source: GB/T 44464-2024 D.1 b), 5.2.4, D.2.4.
    """

    title_zh: ClassVar[str] = "撤回同意途径"
    sheet_names: ClassVar[tuple[str, ...]] = ("撤回同意途径", "撤回途径", "撤回途径清单", "撤回同意试验")

    function: Key = item("撤回的功能编号", "功能编号", doc="function whose consent is withdrawn", key=True)
    way: Key = item("撤回途径", "撤回方式", doc="e.g. setting on the display, app, service line", key=True)
    path: Word = item("操作路径", "操作步骤", doc="how it is reached")
    tried_on: Day = item("撤回试验日期", "验证日期", doc="day on which it was tried")
    collects_after: Flag = item("撤回后仍收集", "撤回后是否仍收集", doc="the function still collected or uploaded afterwards")
    accepted: Flag = item("撤回成功", "撤回是否成功", doc="the way could be walked to its end")
    laboratory: Word = item("撤回试验单位", "试验单位", doc="who tried it")
