"""Periods as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.written_periods import Period, end_after, is_endless, is_far, period_of

START = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "word",
    [
        "永久",
        "永久有效",
        "始终允许",
        "总是",
        "长期",
        "长期有效",
        "无限期",
        "不限",
        "永不过期",
        "always",
        "Always allow",
        "permanent",
        "forever",
        " 永 久 。",
    ],
)
def test_for_ever(word: str) -> None:
    assert is_endless(word)
    assert period_of(word) is None


@pytest.mark.parametrize("word", ["非永久", "不允许永久", "7天", "短期", "", None, "不超过1年", "always ask"])
def test_not_for_ever(word: str | None) -> None:
    assert not is_endless(word)


@pytest.mark.parametrize(
    ("word", "number", "unit"),
    [
        ("7天", 7, "day"), ("７ 天", 7, "day"), ("一周", 7, "day"), ("2星期", 14, "day"), ("三个月", 3, "month"), ("1季度", 3, "month"), ("半年", 6, "month"),
        ("半天", 12, "hour"), ("半小时", 30, "minute"), ("1年", 1, "year"), ("50年", 50, "year"), ("600月", 600, "month"), ("十二个月", 12, "month"), ("二十四小时", 24, "hour"),
        ("单次", 1, "once"), ("仅本次", 1, "once"), ("本次行程", 1, "once"), ("once", 1, "once"), ("this trip", 1, "once"), ("1 year", 1, "year"),
        ("30 days", 30, "day"), ("两年", 2, "year"), ("90分钟", 90, "minute"),
    ],
)  # fmt: skip
def test_finite(word: str, number: int, unit: str) -> None:
    assert period_of(word) == Period(number, unit)  # type: ignore[arg-type]
    assert not is_endless(word)


@pytest.mark.parametrize(
    "word",
    [
        "0天",
        "-7天",
        "51年",
        "99年",
        "９９年",
        "601月",
        "9999周",
        "半月亮",
        "半月",
        "天",
        "短期",
        "尽快",
        "7",
        "7天或更久",
        "直至注销",
        "99999年",
        None,
        "",
    ],
)
def test_no_period(word: str | None) -> None:
    assert period_of(word) is None


@pytest.mark.parametrize(
    ("period", "end"),
    [
        (Period(1, "month"), datetime(2026, 2, 28, 10, 30, tzinfo=UTC)),
        (Period(1, "year"), datetime(2027, 1, 31, 10, 30, tzinfo=UTC)),
        (Period(2, "year"), datetime(2028, 1, 31, 10, 30, tzinfo=UTC)),
        (Period(1, "day"), datetime(2026, 2, 1, 10, 30, tzinfo=UTC)),
        (Period(2, "hour"), datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        (Period(31, "minute"), datetime(2026, 1, 31, 11, 1, tzinfo=UTC)),
        (Period(1, "once"), None),
    ],
)
def test_ends(period: Period, end: datetime | None) -> None:
    assert end_after(START, period) == end


def test_nothing_ends_after_never() -> None:
    assert end_after(datetime(9999, 12, 31, tzinfo=UTC), Period(1, "year")) is None
    assert end_after(datetime(9999, 12, 31, tzinfo=UTC), Period(1, "day")) is None


@pytest.mark.parametrize(("year", "far"), [(8999, False), (9000, True), (9999, True), (2099, False)])
def test_day_that_stands_for_never(year: int, far: bool) -> None:
    assert is_far(datetime(year, 12, 31, tzinfo=UTC)) is far


@given(st.text(max_size=20))
def test_never_both_and_never_an_error(word: str) -> None:
    period = period_of(word)
    assert period is None or not is_endless(word)
    if period:
        assert period.number > 0
        end = end_after(START, period)
        assert end is None or end > START
