"""Amounts as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.written_amounts import UNKNOWN, Amount, amount_of, written_amount


@pytest.mark.parametrize(
    ("text", "low", "high", "open_"),
    [
        ("1000000", 1_000_000, 1_000_000, False),
        ("1,000,000人", 1_000_000, 1_000_000, False),
        ("１００万", 1_000_000, 1_000_000, False),
        ("1.2亿", 120_000_000, 120_000_000, False),
        ("5千万元", 50_000_000, 50_000_000, False),
        ("≥100万", 1_000_000, None, False),
        (">= 100 万人", 1_000_000, None, False),
        ("超过5000", 5000, None, False),
        ("100万以上", 1_000_000, None, False),
        ("不足10万", 0, 100_000, True),
        ("10万以下", 0, 100_000, False),
        ("不超过 8 小时", 0, 8, False),
        ("50万-80万", 500_000, 800_000, False),
        ("50-80万", 50, 800_000, False),  # nothing is certain that is not written
        ("无", 0, 0, False),
        ("尚不明确", 0, None, False),
        (None, 0, None, False),
        ("0.5", Decimal("0.5"), Decimal("0.5"), False),
    ],
)
def test_reads(text: str | None, low: int, high: int | None, open_: bool) -> None:
    assert amount_of(text) == Amount(Decimal(low), None if high is None else Decimal(high), open_)


@pytest.mark.parametrize("text", ["约100万", "-5", "80万-50万", "1,00", "一百万左右", "1e6", "10万/20万", "9" * 61, "nan", "不足0"])
def test_does_not_guess(text: str) -> None:
    assert amount_of(text) is None


@given(st.text(max_size=80))
def test_never_fails_and_never_ends_below_zero(text: str) -> None:
    amount = amount_of(text)
    assert amount is None or (amount.low >= 0 and (amount.high is None or amount.high >= amount.low))


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_bounds_are_exact(value: int, bound: int) -> None:
    amount = amount_of(str(value))
    assert amount is not None
    assert amount.surely(bound) == amount.possibly(bound) == (value >= bound)
    assert amount_of(written_amount(amount)) == amount


def test_an_excluded_bound_is_not_reached() -> None:
    below, at_most = amount_of("不足100万"), amount_of("不超过100万")
    assert below and at_most
    assert not below.possibly(1_000_000) and below.possibly(999_999)
    assert at_most.possibly(1_000_000) and not at_most.possibly(1_000_001)
    assert not UNKNOWN.surely(1) and UNKNOWN.possibly(10**12)


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("5GB", "persons"),
        ("30小时", "persons"),
        ("50万元", "persons"),
        ("120人", "cny"),
        ("10万条", "persons"),
        ("至少3小时", "cny"),
        ("2元-3元", "hours"),
    ],
)
def test_a_number_in_another_unit_is_no_amount(text: str, of: str) -> None:
    assert amount_of(text) is not None
    assert amount_of(text, of) is None


@pytest.mark.parametrize(
    ("text", "of"), [("12万人", "persons"), ("30 小时", "hours"), ("50万元", "cny"), ("3条", "entries"), ("7", "persons")]
)
def test_a_number_in_its_own_unit_or_none_is_read(text: str, of: str) -> None:
    assert amount_of(text, of) == amount_of(text) is not None
