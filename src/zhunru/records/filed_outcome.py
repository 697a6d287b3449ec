"""What the outcome of a filed item says: it stands, it was refused, or that cannot be told."""

from typing import Final

from zhunru.formulas.written_names import bare
from zhunru.records.filed_item import FiledItem

_REFUSED: Final = (
    "不予", "退回", "未通过", "不通过", "没有通过", "未获通过", "未能通过", "驳回", "拒绝", "撤回", "撤销", "不受理", "未受理", "不同意", "不符合", "不合格", "注销", "refused",
    "rejected", "withdrawn",
)  # fmt: skip
_ACCEPTED: Final = frozenset({
    "通过", "已通过", "审核通过", "备案通过", "通过备案", "已备案", "予以备案", "准予备案", "同意", "同意备案", "备案成功", "备案完成", "合格", "accepted", "approved", "passed", "filed",
})  # fmt: skip


def stands(item: FiledItem) -> bool | None:
    """Tell whether a filed item stands: accepted, or without any outcome yet; False when refused; None for other words (审核中, 补正)."""
    word = bare(item.outcome or "").rstrip("。.")
    if any(w in word for w in _REFUSED):
        return False
    return True if not word or word in _ACCEPTED else None
