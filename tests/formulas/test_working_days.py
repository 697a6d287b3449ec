"""Working days of China, day by day against an independent library."""

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.catalogue.working_days import calendar_of, china
from zhunru.core.errors import CatalogueError
from zhunru.formulas.working_days import add_working_days, is_working_day, working_days_between

CN = china()
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


def test_every_day_of_the_covered_years_agrees_with_the_oracle() -> None:
    days = [date(2019, 1, 1) + timedelta(days=i) for i in range((date(2026, 12, 31) - date(2019, 1, 1)).days + 1)]
    assert len(days) == 2922
    assert [d for d in days if is_working_day(CN, d) != chinese_calendar.is_workday(d)] == []


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2027, 1, 1)])
def test_a_year_that_was_not_published_cannot_be_told(day: date) -> None:
    assert is_working_day(CN, day) is None
    assert add_working_days(CN, day, 0) is None
    assert working_days_between(CN, day, date(2026, 1, 5), first_counts=True, last_counts=True) is None


def test_a_count_that_leaves_the_calendar_is_not_guessed() -> None:
    assert add_working_days(CN, date(2026, 12, 30), 1) == date(2026, 12, 31)
    assert add_working_days(CN, date(2026, 12, 30), 2) is None
    assert add_working_days(CN, date(2019, 1, 2), -1) is None
    assert working_days_between(CN, date(2026, 12, 30), date(2027, 1, 1), first_counts=True, last_counts=False) is None


@pytest.mark.parametrize(
    ("first", "last", "forward", "backward"),
    [
        (date(2026, 3, 2), date(2026, 3, 9), 5, 5),  # Monday to Monday
        (date(2026, 3, 3), date(2026, 3, 9), 4, 4),
        (date(2026, 3, 1), date(2026, 3, 6), 5, 4),  # from a Sunday
        (date(2026, 3, 2), date(2026, 3, 7), 4, 5),  # to a Saturday
        (date(2026, 2, 13), date(2026, 2, 24), 2, 2),  # spring festival: the 14th works, then off until the 23rd
        (date(2026, 2, 27), date(2026, 3, 2), 2, 2),  # Saturday the 28th works
        (date(2026, 9, 30), date(2026, 10, 10), 3, 3),  # national day, Saturday the 10th works
        (date(2025, 12, 31), date(2026, 1, 4), 1, 1),  # over the turn of the year, Sunday works
        (date(2026, 3, 2), date(2026, 3, 2), 0, 0),
        (date(2026, 3, 9), date(2026, 3, 2), -5, -5),
    ],
)
def test_counts_as_told(first: date, last: date, forward: int, backward: int) -> None:
    assert working_days_between(CN, first, last, first_counts=False, last_counts=True) == forward
    assert working_days_between(CN, first, last, first_counts=True, last_counts=False) == backward


@given(DAYS, DAYS)
def test_counts_agree_with_the_oracle(a: date, b: date) -> None:
    first, last = min(a, b), max(a, b)
    assert working_days_between(CN, first, last, first_counts=True, last_counts=True) == len(chinese_calendar.get_workdays(first, last))


@given(DAYS, st.integers(1, 60))
def test_adding_and_counting_are_inverse(day: date, count: int) -> None:
    there = add_working_days(CN, day, count)
    if there is not None:
        assert is_working_day(CN, there)
        assert working_days_between(CN, day, there, first_counts=False, last_counts=True) == count
        assert add_working_days(CN, there, -count) == day or not is_working_day(CN, day)


GOOD = "format=1\ncountry='CN'\nbasis='G'\nsource='s'\n[[year]]\nyear=2026\nnotice='n'\nholidays=[[2026-01-01,2026-01-03,'x']]\nworking=[2026-01-04]\n"


def test_a_calendar_of_the_users_is_read() -> None:
    assert is_working_day(calendar_of(GOOD, "x"), date(2026, 1, 4)) is True


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format=1", "format=2"),
        ("format=1", "format=\x00"),
        ("[2026-01-04]", "[2026-01-05]"),  # a make-up day on a Monday
        ("[2026-01-04]", "[2026-01-03]"),  # off and working
        ("[2026-01-04]", "[2025-01-04]"),  # another year
        ("2026-01-03,", "2027-01-03,"),
        ("2026-01-03,", "2025-12-31,"),
        ("2026-01-03,", "'3',"),
        ("notice='n'", "notice=''"),
        ("source='s'", ""),
        ("working=[2026-01-04]", "working=[2026-01-04]\n[[year]]\nyear=2026\nnotice='n'\nholidays=[]\nworking=[]"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(old: str, new: str) -> None:
    with pytest.raises(CatalogueError):
        calendar_of(GOOD.replace(old, new), "x")
