"""Thresholds of export routes: exactly at, just below, and by date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.export_route import ASSESSMENT, CONTRACT, EXEMPT, ORDER_11, ORDER_16, decide, rules_on

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("plain", "sensitive", "tier", "limit"),
    [
        (0, 0, EXEMPT, 100_000),
        (99_999, 0, EXEMPT, 100_000),
        (100_000, 0, CONTRACT, 100_000),
        (999_999, 0, CONTRACT, 100_000),
        (1_000_000, 0, ASSESSMENT, 1_000_000),
        (0, 1, CONTRACT, 1),
        (0, 9_999, CONTRACT, 1),
        (0, 10_000, ASSESSMENT, 10_000),
        (999_999, 9_999, CONTRACT, 1),
        (1_000_000, 10_000, ASSESSMENT, 10_000),
    ],
)
def test_each_number_is_included_in_the_heavier_tier(plain: int, sensitive: int, tier: int, limit: int) -> None:
    found = decide(plain, sensitive, important=False, cii=False, personal=True)
    assert (found.tier, found.limit) == (tier, limit)


def test_important_data_and_cii_need_no_count() -> None:
    assert decide(0, 0, important=True, cii=False, personal=False).tier == ASSESSMENT
    assert decide(1, 0, important=False, cii=True, personal=True).tier == ASSESSMENT
    assert decide(0, 0, important=False, cii=True, personal=False).tier == EXEMPT  # a CII operator without personal information


@pytest.mark.parametrize(
    ("plain", "sensitive", "tier"), [(1, 0, CONTRACT), (99_999, 9_999, CONTRACT), (100_000, 0, ASSESSMENT), (0, 10_000, ASSESSMENT)]
)
def test_order_11_asked_for_more(plain: int, sensitive: int, tier: int) -> None:
    assert decide(plain, sensitive, important=False, cii=False, personal=True, rules=ORDER_11).tier == tier


def test_rules_change_on_the_day_of_order_16() -> None:
    change = date(2024, 3, 22)
    assert (rules_on(change - DAY), rules_on(change)) == (ORDER_11, ORDER_16)
    assert (rules_on(date(2022, 8, 31)), rules_on(date(2022, 9, 1))) == (None, ORDER_11)


@given(st.integers(0, 2_000_000), st.integers(0, 20_000), st.integers(0, 5000), st.integers(0, 5000), st.booleans(), st.booleans())
def test_more_persons_never_need_a_lighter_route(plain: int, sensitive: int, more: int, also: int, cii: bool, personal: bool) -> None:
    for rules in (ORDER_11, ORDER_16):
        one = decide(plain, sensitive, important=False, cii=cii, personal=personal, rules=rules)
        assert decide(plain + more, sensitive + also, important=False, cii=cii, personal=personal, rules=rules).tier >= one.tier
