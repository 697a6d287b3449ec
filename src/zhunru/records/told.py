"""What a cell of a ledger tells: something, that there is none, or nothing."""

from typing import Final, Literal

from zhunru.core.record import Record
from zhunru.formulas.written_names import bare
from zhunru.records.sheets import field_of

_NONE: Final = frozenset({
    "无", "没有", "否", "缺", "缺失", "缺少", "未告知", "未提供", "未找到", "未说明", "未写明", "未采用", "未采取", "未使用", "未加密", "不涉及", "没找到",
    "none", "no", "nothing", "notfound", "absent", "missing",
})  # fmt: skip
_LATER: Final = frozenset({"待定", "待补充", "待补", "未知", "不详", "tbd", "tba", "unknown", "?", "??", "x", "待确认"})

Told = Literal["yes", "none", "open"]


def told(text: str | None) -> Told:
    """Tell whether a cell names something (`yes`), says that there is none (`none`), or leaves it open (blank, to be filled in later)."""
    word = bare(text or "").rstrip("。.")
    if not word or word in _LATER:
        return "open"
    return "none" if word in _NONE else "yes"


def unread(record: Record) -> frozenset[str]:
    """Return the fields of a record whose cells could not be read."""
    fields = {field_of(type(record), problem.partition(": ")[0]) for problem in record.origin.problems}
    return frozenset(name for name in fields if name)


def certainly_blank(record: Record, name: str) -> bool:
    """Tell whether a field is empty because nothing was written: not when its cell is unreadable, nor when the row has columns that are not known."""
    return getattr(record, name) in (None, ()) and not record.origin.extra and name not in unread(record)
