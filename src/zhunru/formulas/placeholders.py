"""Words that fill a cell of a ledger without saying anything."""

import re

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


_TO_COME = re.compile(
    r"(尚|暂|还|仍)?(未|待|拟)(审批|批准|批|审核|审|签订|签署|签|确定|确认|定|聘|补充|补|填写|填|任命|指定|评审|发布|明确|落实|完善)"
)
"""What is still to come: 待批准 is no name of an approver."""


def says_nothing(text: str | None) -> bool:
    """Tell whether a cell is blank or holds a word such as 待定, 未批准 or TBD, which names no person, place or purpose."""
    word = bare(text or "")
    return not word or word in _EMPTY or bool(_TO_COME.fullmatch(word)) or not any(c.isalnum() for c in word)
