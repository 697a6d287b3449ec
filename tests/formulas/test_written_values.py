"""Values and versions as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.written_values import at_least, exact, is_on, same_value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1", "1.0", True),
        ("1", "１", True),
        ("0.30", ".3", True),
        ("1e3", "1000", True),
        ("1", "1.0000000000000000000001", False),
        ("0.1", "0.10000000000000000555", False),  # equal as binary floats
        ("On", " on", True),
        ("on", "1", False),
        ("0.30", "30", False),
        ("nan", "nan", True),
        ("0x10", "16", False),
        ("", "", False),
        (None, None, False),
        ("1", None, False),
    ],
)
def test_same_value(one: str | None, other: str | None, same: bool) -> None:
    assert same_value(one, other) is same
    assert same_value(other, one) is same


@pytest.mark.parametrize("text", ["1e9999999999", "9" * 201, "1_000", "--1", "inf", "1,000", ".", "+", "1e", ""])
def test_what_is_no_number(text: str) -> None:
    assert exact(text) is None


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("0", False), ("0.0", False), ("2", True), ("-1", True), ("开启", True), ("关", False), ("ON", True),
                      ("Disabled", False), ("L3", None), ("", None), (None, None)]
)  # fmt: skip
def test_is_on(value: str | None, on: bool | None) -> None:
    assert is_on(value) is on


@pytest.mark.parametrize(
    ("version", "least", "answer"),
    [
        ("1.10", "1.9", True),
        ("1.9", "1.10", False),
        ("2", "2.0", True),
        ("2.0", "2", True),
        ("V2.1", "2.1", True),
        ("2.0.1", "2.0", True),
        ("2.0", "2.0.1", False),
        ("1.0-rc1", "1.0", None),
        ("1.0-rc1", "1.0-RC1", True),
        (None, "1", None),
        ("1", "", None),
    ],
)
def test_at_least(version: str | None, least: str, answer: bool | None) -> None:
    assert at_least(version, least) is answer


VERSIONS = st.lists(st.integers(0, 99), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(VERSIONS, VERSIONS)
def test_one_of_two_versions_is_at_least_the_other(one: str, other: str) -> None:
    assert at_least(one, other) or at_least(other, one)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_number_equals_itself_however_many_zeros(value: object) -> None:
    assert same_value(str(value), f"{value}000")
