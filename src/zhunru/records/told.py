"""What a cell of a ledger tells: something, that there is none, or nothing."""

import re
from typing import Final, Literal

from zhunru.core.record import Record
from zhunru.formulas.written_names import bare
from zhunru.records.sheets import field_of

_NONE: Final = frozenset({
    "无", "没有", "否", "缺", "缺失", "缺少", "未告知", "未提供", "未找到", "未说明", "未写明", "未采用", "未采取", "未使用", "未加密", "不涉及", "没找到",
    "未设置", "未编制", "未制定", "未建立", "未配置", "未见", "未发现", "暂无", "尚无", "无内容", "明文", "×", "✗", "✘",
    "none", "no", "nothing", "notfound", "absent", "missing", "false", "plaintext", "cleartext",
})  # fmt: skip
_LATER: Final = frozenset({
    "待定", "待补充", "待补", "待确认", "待确定", "待完善", "待填", "待填写", "未知", "不详", "不明", "不清楚", "不知道", "未定", "未填", "未填写", "未记录", "未",
    "不适用", "略", "空", "空白", "未读", "未读取", "未读出", "读取失败", "失败", "超时", "n", "f", "0", "x",
    "tbd", "tba", "todo", "unknown", "na", "n/a", "n.a", "#n/a", "notapplicable", "null", "nan", "error", "timeout",
})  # fmt: skip
_SAYING: Final = re.compile(r"[^\W_]|[√✓✔☑×✗✘]")
"""A letter, a digit or a tick: a cell without any was filled to look filled."""

Told = Literal["yes", "none", "open"]


def told(text: str | None) -> Told:
    """Tell whether a cell names something (`yes`), says that there is none (`none`), or leaves it open (blank, to be filled in later, not applicable)."""
    word = bare(text or "").strip("。.,，、;；:：()[]{}<>【】《》\"'/\\")
    if not _SAYING.search(word) or word in _LATER:
        return "open"
    return "none" if word in _NONE else "yes"


def unread(record: Record) -> frozenset[str]:
    """Return the fields of a record whose cells could not be read."""
    fields = {field_of(type(record), problem.partition(": ")[0]) for problem in record.origin.problems}
    return frozenset(name for name in fields if name)


def certainly_blank(record: Record, name: str) -> bool:
    """Tell whether a field is empty because nothing was written: not when its cell is unreadable, nor when the row has columns that are not known."""
    return getattr(record, name) in (None, ()) and not record.origin.extra and name not in unread(record)
