"""Periods of consent and storage as people write them: so many days, once, for ever - or it cannot be told."""

import re
from datetime import datetime, time, timedelta
from typing import Final, Literal, NamedTuple

from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.written_names import bare

Unit = Literal["once", "minute", "hour", "day", "month", "year"]

_ENDLESS: Final = re.compile(
    r"(设为|选择)?(永久|永远|永不过期|永不失效|一直|始终|总是|长期|无限期|不限|不限期|不限时|无期限|终身)(有效|允许|同意|保存|存储|保留|授权)?"
    r"|(for)?ever|permanent(ly)?|always(allow)?|unlimited|indefinite(ly)?|never(expires)?|nolimit"
)
_ONCE: Final = re.compile(r"(仅|只)?(单次|本次|一次|此次|当次|这一次)(行程|驾驶|点火循环|使用|有效|允许)*|once|onlyonce|thistrip|thisdrive")
_COUNTED: Final = re.compile(
    r"(\d{1,4}|半|[一二两三四五六七八九十]|十[一二]|二十四)个?(分钟|小时|天|日|周|星期|月|季度|年|minute|min|hour|h|day|d|week|month|year|y)s?"
)
_DIGITS: Final = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
    "二十四": 24,
}
_UNITS: Final[dict[str, tuple[Unit, int]]] = {
    "分钟": ("minute", 1), "minute": ("minute", 1), "min": ("minute", 1), "小时": ("hour", 1), "hour": ("hour", 1), "h": ("hour", 1),
    "天": ("day", 1), "日": ("day", 1), "day": ("day", 1), "d": ("day", 1), "周": ("day", 7), "星期": ("day", 7), "week": ("day", 7),
    "月": ("month", 1), "month": ("month", 1), "季度": ("month", 3), "年": ("year", 1), "year": ("year", 1), "y": ("year", 1),
}  # fmt: skip
_HALF: Final[dict[str, tuple[Unit, int]]] = {"年": ("month", 6), "天": ("hour", 12), "日": ("hour", 12), "小时": ("minute", 30)}
LONGEST_YEARS: Final = 50
"""Years beyond which a written period is no period that somebody chose for a car (P): it is not told."""
_PER_YEAR: Final = {"once": 1, "minute": 525_600, "hour": 8_760, "day": 366, "month": 12, "year": 1}
_FAR: Final = 9000
"""Year from which a day stands for `never`: spreadsheets and databases put 9999-12-31."""


class Period(NamedTuple):
    """A finite period.

    Args:
        number: So many of `unit`; 1 for `once`.
        unit: once, minute, hour, day, month or year.
    """

    number: int
    unit: Unit


def is_endless(word: str | None) -> bool:
    """Tell whether the whole text means that it never ends, e.g. `永久` or `always`; `非永久` does not."""
    return bool(_ENDLESS.fullmatch(_form(word)))


def is_far(moment: datetime) -> bool:
    """Tell whether a day stands for `never`."""
    return moment.year >= _FAR


def period_of(word: str | None) -> Period | None:
    """Return the finite period that the whole text means, None when it means none, or cannot be told.

    Args:
        word: e.g. `7天`, `三个月`, `半年`, `单次`, `1 year`.
    """
    form = _form(word)
    if _ONCE.fullmatch(form):
        return Period(1, "once")
    if not (found := _COUNTED.fullmatch(form)):
        return None
    number, name = found.groups()
    if number == "半":
        return Period(_HALF[name][1], _HALF[name][0]) if name in _HALF else None
    unit, factor = _UNITS[name]
    count = (_DIGITS[number] if number in _DIGITS else int(number)) * factor
    return None if count == 0 or count > LONGEST_YEARS * _PER_YEAR[unit] else Period(count, unit)


def names_period(word: str | None) -> bool:
    """Tell whether a text names a finite span of time anywhere, e.g. `不超过6个月` or `自采集之日起3年`."""
    return bool(_COUNTED.search(_form(word)) or _ONCE.fullmatch(_form(word)))


def end_after(start: datetime, period: Period) -> datetime | None:
    """Return when `period` ends that begins at `start`; None for `once`, whose end nobody wrote down, and for a start that stands for `never`.

    Months and years end on the corresponding day, 民法典 article 202.
    """
    if period.unit == "once" or is_far(start):
        return None
    if period.unit in {"month", "year"}:
        day = last_day_after_months(start.date(), period.number * (12 if period.unit == "year" else 1))
        return datetime.combine(day, time(start.hour, start.minute, start.second, start.microsecond), start.tzinfo)
    return start + timedelta(minutes=period.number * {"minute": 1, "hour": 60, "day": 1440}[period.unit])


def _form(word: str | None) -> str:
    return bare(word or "").rstrip("。.;；")
