"""Qualification of a tool that marks faces and plates (标注工具资格检验)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class MarkingTool(Record):
    """One version of a marking tool and the two sets of pictures on which it was qualified before it may judge.

    Source: GB/T 44464-2024 B.2.4; data-and-cyber.md 2.2.3 (Q1 to Q7).
    """

    title_zh: ClassVar[str] = "标注工具资格检验"
    sheet_names: ClassVar[tuple[str, ...]] = ("标注工具资格检验", "标注工具验证", "标注工具资格")

    tool: Key = item("标注工具", "标注工具名称", doc="name of the tool", key=True)
    version: Key = item("标注工具版本", "标注软件版本", doc="its version", key=True)
    plain_set: Word = item("未匿名化图像集", "未匿名化图像集编号", doc="set of pictures without masks")
    masked_set: Word = item("匿名化图像集", "匿名化图像集编号", doc="set of pictures with masks")
    laboratory: Word = item("检验机构", "资格检验机构", doc="who qualified it")
    person: Word = item("检验人", "检验人员", doc="person who answers for it")
    day: Day = item("检验日期", "资格检验日期", doc="day of the qualification")
