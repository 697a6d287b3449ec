"""Texts of the notice to the user about one update (用户告知文本)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Number, Record, Refs, Word, item


class NoticeText(Record):
    """Five contents told before the execution, and the texts of the result.

    Source: GB 44496-2024 5.2.1 a to e, 5.2.8, 5.2.10; 103号 article (三), third demand; ota-and-recorders.md 1.3.
    """

    title_zh: ClassVar[str] = "用户告知文本"
    sheet_names: ClassVar[tuple[str, ...]] = ("用户告知文本", "告知文本", "升级告知")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    purpose: Word = item("告知目的", "升级目的", doc="5.2.1 a: purpose, with its importance; whether recall or safety related")
    changes: Word = item("告知功能变化", "功能变化", doc="5.2.1 b: functions that change; 无 when none do")
    duration_s: Number = item("告知时长(s)", "预计时长(秒)", doc="5.2.1 c: time to complete, in seconds")
    unavailable: Refs = item("不可用功能", "升级中不可用功能", doc="5.2.1 d: functions that cannot be used meanwhile", default=())
    instructions: Word = item("安全注意事项", "注意事项", doc="5.2.1 e: how to execute it safely")
    success: Word = item("成功告知", "升级成功告知", doc="5.2.8 b: what was updated")
    failure: Word = item("失败告知", "升级失败告知", doc="5.2.8 c: what to do after a failure")
    channels: Refs = item("告知渠道", doc="through which it is told, 5.2.10", default=())
    approved_by: Word = item("文本批准人", doc="who approved the text")
    approved_on: Day = item("文本批准日期", doc="day of the approval")
