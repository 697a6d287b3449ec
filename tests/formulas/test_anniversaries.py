"""Corresponding days months and years later."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.anniversaries import last_day_after_months, last_day_after_years


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 1, 15), 11, date(2026, 12, 15)),
    ],
)
def test_months(day: date, months: int, last: date) -> None:
    assert last_day_after_months(day, months) == last


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 50))
def test_twelve_months_are_a_year(day: date, years: int) -> None:
    assert last_day_after_months(day, 12 * years) == last_day_after_years(day, years)
