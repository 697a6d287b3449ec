"""Values and versions as ledgers write them: equal, switched on, at least as new - or it cannot be told."""

import re
from decimal import Decimal, InvalidOperation

from zhunru.formulas.written_names import bare

_ON = frozenset(
    {"1", "on", "true", "yes", "y", "t", "enable", "enabled", "active", "activated", "是", "开", "开启", "启用", "打开", "有效", "√", "✓"}
)
_OFF = frozenset(
    {
        "0",
        "off",
        "false",
        "no",
        "n",
        "f",
        "disable",
        "disabled",
        "inactive",
        "none",
        "否",
        "关",
        "关闭",
        "停用",
        "禁用",
        "未启用",
        "无效",
        "×",
    }
)
_DIGITS = 200
"""Longest text that is taken for a number; a longer one is compared as text."""


def exact(text: str | None) -> Decimal | None:
    """Return a written number without rounding it, None when the text is none (also NaN, infinity, hexadecimal)."""
    word = bare(text or "")
    if len(word) > _DIGITS or not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", word):
        return None
    try:
        return Decimal(word)
    except InvalidOperation:
        return None


def same_value(one: str | None, other: str | None) -> bool:
    """Tell whether two written values are equal: as numbers where both are numbers, else as text in one form (NFKC, no blanks, case folded).

    Two blanks are not equal: nobody has said that they are.
    """
    if not one or not other:
        return False
    first, second = exact(one), exact(other)
    if first is not None and second is not None:
        return first == second
    return bare(one) == bare(other)


def is_on(value: str | None) -> bool | None:
    """Tell whether a switch value means on; a number other than 0 does; None when the word says neither."""
    word = bare(value or "")
    number = exact(word)
    if number is not None:
        return number != 0
    return True if word in _ON else False if word in _OFF else None


def at_least(version: str | None, least: str) -> bool | None:
    """Tell whether `version` is `least` or newer; None where the two are not both groups of digits and not equal as text.

    Groups of digits are compared from the left, absent ones as 0: `1.10` is newer than `1.9`, `2` equals `2.0`. A leading v is dropped.
    """
    if not version or not least:
        return None
    one, other = (bare(v).removeprefix("v") for v in (version, least))
    if one == other:
        return True
    if not all(re.fullmatch(r"\d{1,18}(?:[._-]\d{1,18})*", v) for v in (one, other)):
        return None
    first, second = ([int(n) for n in re.split(r"[._-]", v)] for v in (one, other))
    longest = max(len(first), len(second))
    return first + [0] * (longest - len(first)) >= second + [0] * (longest - len(second))
