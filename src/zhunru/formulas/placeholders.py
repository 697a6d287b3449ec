"""Words that fill a cell of a ledger without saying anything."""

from zhunru.formulas.written_names import bare

_EMPTY = frozenset(
    map(
        bare,
        (
            "待定", "待补充", "待填", "待确认", "待完善", "暂无", "暂缺", "暂未确定", "未定", "未知", "不详", "不明", "无", "空", "其他", "其它", "xx", "xxx", "xxxx",
            "tbd", "tbc", "todo", "na", "n/a", "nil", "none", "unknown", "pending", "?", "？", "??", "？？", "...", "……", "×××", "***",
        ),
    )
)  # fmt: skip


def says_nothing(text: str | None) -> bool:
    """Tell whether a cell is blank or holds a word such as 待定 or TBD, which names no person, place or purpose."""
    word = bare(text or "")
    return not word or word in _EMPTY or not any(c.isalnum() for c in word)
