"""Validity of approvals: the last day inside, the day after outside."""

from datetime import date, timedelta

import pytest

from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.export_validity import validity_of

DAY = timedelta(days=1)


@pytest.mark.parametrize("route", ["assessment", "certification"])
def test_three_years_from_issue(route: str) -> None:
    found = validity_of(route, date(2025, 6, 1), None, None, None)
    assert [found.covers(d) for d in (date(2025, 5, 31), date(2025, 6, 1), date(2028, 6, 1), date(2028, 6, 2))] == [
        False,
        True,
        True,
        False,
    ]


def test_a_shorter_document_holds_and_a_longer_one_does_not() -> None:
    issued = date(2025, 6, 1)
    assert validity_of("assessment", issued, date(2027, 1, 1), None, None).covers(date(2027, 1, 2)) is False
    assert validity_of("assessment", issued, date(2030, 1, 1), None, None).covers(date(2028, 6, 2)) is False


def test_a_result_from_before_order_16_is_open_in_its_third_year() -> None:
    found = validity_of("assessment", date(2024, 3, 21), None, None, None)
    assert [found.covers(d) for d in (date(2026, 3, 21), date(2026, 3, 22), date(2027, 3, 21), date(2027, 3, 22))] == [
        True,
        None,
        None,
        False,
    ]
    assert validity_of("assessment", date(2024, 3, 22), None, None, None).covers(date(2027, 3, 22)) is True


def test_an_extension_adds_three_years_at_most() -> None:
    found = validity_of("assessment", date(2025, 6, 1), None, date(2040, 1, 1), None)
    assert (found.covers(date(2031, 6, 1)), found.covers(date(2031, 6, 2))) == (True, False)


def test_a_contract_lasts_as_long_as_it_says_and_no_word_is_open() -> None:
    assert validity_of("contract", date(2025, 6, 1), date(2026, 6, 1), None, None).covers(date(2026, 6, 2)) is False
    assert validity_of("contract", date(2025, 6, 1), None, None, None).covers(date(2026, 6, 2)) is None
    assert validity_of("contract", date(2025, 6, 1), None, None, None).covers(date(2025, 5, 31)) is False


def test_revoked_from_the_day_told() -> None:
    found = validity_of("assessment", date(2025, 6, 1), None, None, date(2026, 2, 1))
    assert (found.covers(date(2026, 1, 31)), found.covers(date(2026, 2, 1))) == (True, False)


def test_no_day_of_issue_covers_nothing_for_certain() -> None:
    assert validity_of("assessment", None, date(2028, 1, 1), None, None).covers(date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -6, date(2025, 7, 15)),
        (date(2024, 12, 29), 2, date(2025, 2, 28)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months(day: date, months: int, found: date) -> None:
    assert last_day_after_months(day, months) == found
