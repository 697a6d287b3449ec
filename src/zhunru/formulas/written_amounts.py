"""Amounts as people write them early in an incident: a number, a bound, a range, or not known yet."""

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from zhunru.formulas.written_names import bare

_LONGEST = 60
"""Longest text that is taken for an amount."""
_UNKNOWN = frozenset({
    "", "尚不明确", "不明确", "不明", "未知", "不详", "不清楚", "待查", "待核实", "待确认", "待定", "统计中", "核查中", "unknown", "tbd", "n/a",
})  # fmt: skip
_NONE = frozenset({"无", "没有", "零", "未涉及", "不涉及", "none", "nil"})
_SCALE = {
    "": 1,
    "百": 100,
    "千": 1000,
    "k": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
}
UNITS = {
    "persons": "人次|人|名|个|位|persons?|people|万?户",
    "entries": "条|个|entries",
    "cny": "元|人民币|rmb|cny",
    "hours": "小时|时|h|hours?",
    "gigabytes": "gb",
}
"""Quantity -> units with which it may be written; a number in another unit is no amount of it."""
_AT_LEAST = r"(?:≥|>=|至少|不少于|不低于|最少|atleast)"
_ABOVE = r"(?:>|超过|大于|多于|逾|高于|morethan|over)"
_AT_MOST = r"(?:≤|<=|至多|最多|不超过|不多于|不高于|atmost|upto)"
_BELOW = r"(?:<|小于|少于|低于|不足|不满|lessthan|under)"


class _Forms(NamedTuple):
    plain: re.Pattern[str]
    between: re.Pattern[str]
    low: re.Pattern[str]
    high: re.Pattern[str]
    high_open: re.Pattern[str]


@cache
def _forms(of: str) -> _Forms:
    unit = f"(?:{UNITS[of] if of else '|'.join(UNITS.values())})?"
    number = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,30}(?:\.\d{1,12})?)(十亿|百亿|十万|百万|千万|百|千|万|亿|k)?" + unit
    return _Forms(
        re.compile(number),
        re.compile(number + r"(?:-|~|–|—|至|到|to)" + number),
        re.compile(f"(?:{_AT_LEAST}|{_ABOVE}){number}|{number}(?:以上|及以上|或以上|\\+)"),
        re.compile(f"{_AT_MOST}{number}|{number}(?:以下|及以下|以内)"),
        re.compile(f"{_BELOW}{number}"),
    )


class Amount(NamedTuple):
    """What is known of a quantity: it lies between two bounds.

    Args:
        low: It is this or more.
        high: It is this or less; None = no upper bound is known.
        high_open: `high` itself is excluded.
    """

    low: Decimal = Decimal(0)
    high: Decimal | None = None
    high_open: bool = False

    @property
    def known(self) -> bool:
        """The quantity is one number."""
        return self.high == self.low and not self.high_open

    def surely(self, bound: int | Decimal) -> bool:
        """Tell whether it is `bound` or more for certain."""
        return self.low >= bound

    def possibly(self, bound: int | Decimal) -> bool:
        """Tell whether it may be `bound` or more."""
        return self.high is None or self.high > bound or (self.high == bound and not self.high_open)


UNKNOWN = Amount()
"""Nothing is known: zero or more."""


def amount_of(text: str | None, of: str = "") -> Amount | None:
    """Return what a text says of a quantity that is never negative; None when it cannot be read.

    Read are numbers with grouped thousands and with 百 千 万 亿, bounds (`≥100万`, `超过5000`, `不足10万`, `100万以上`), ranges (`50万-80万`),
    words for none, and words for not known. A blank is not known. `约` and the like are not read: they bound nothing. Of a range whose first
    number has no scale (`50-80万`) the low end is taken as it stands: nothing is called certain that is not. 以上 and 以下 include their number.

    Args:
        text: What stands in the cell.
        of: Quantity of UNITS: `5 GB` tells nothing of persons. Empty = any of them.

    References:
        民法典 article 1259: 以上、以下、以内、届满 include the number; 不满、超过、以外 do not.
    """
    word = bare(text or "")
    if word in _UNKNOWN:
        return UNKNOWN
    if len(word) > _LONGEST:
        return None
    if word in _NONE:
        return Amount(Decimal(0), Decimal(0))
    forms = _forms(of)
    if match := forms.plain.fullmatch(word):
        value = _value(match[1], match[2])
        return Amount(value, value)
    if match := forms.between.fullmatch(word):
        low, high = _value(match[1], match[2]), _value(match[3], match[4])
        return Amount(low, high) if low <= high else None
    if match := forms.low.fullmatch(word):
        return Amount(_value(match[1] or match[3], match[2] or match[4]))
    if match := forms.high_open.fullmatch(word):
        high = _value(match[1], match[2])
        return Amount(Decimal(0), high, True) if high else None
    if match := forms.high.fullmatch(word):
        return Amount(Decimal(0), _value(match[1] or match[3], match[2] or match[4]))
    return None


def _value(digits: str, scale: str | None) -> Decimal:
    return Decimal(digits.replace(",", "")) * _SCALE[scale or ""]


def written_amount(amount: Amount) -> str:
    """Return an amount in digits: `1200000`, `>= 1000000`, `<= 80000`, `< 1000000`, `500 - 800`, `?`."""
    low, high = plain(amount.low), plain(amount.high) if amount.high is not None else ""
    if amount.high is None:
        return f">= {low}" if amount.low else "?"
    if amount.known:
        return low
    if amount.low == 0:
        return f"{'<' if amount.high_open else '<='} {high}"
    return f"{low} - {high}"


def plain(value: Decimal) -> str:
    """Return a number without exponent and without needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
