"""Ways of writing one name become one, and different names stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.written_names import bare, bare_number


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63")
def test_dashes_are_one(dash: str) -> None:
    assert bare(f"SP{dash}2026{dash}021") == "sp-2026-021"


@pytest.mark.parametrize("unseen", "\u200b\u200d\u200f\u202a\u202e\u2060\u2069\u206f\ufeff\u00ad\u3000 ")
def test_what_nobody_sees_does_not_count(unseen: str) -> None:
    assert bare(f"{unseen}SP{unseen}-2{unseen}") == "sp-2"


@pytest.mark.parametrize("other", ["SP_2", "SP2", "SP\u20102a", "S\u0440-2", "SP\u30fc2", "SP\u20272"])
def test_other_names_stay_other_names(other: str) -> None:
    assert bare(other) != bare("SP-2")


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_loses_blanks_and_case_only(name: str) -> None:
    assert bare(name) == "".join(name.split()).casefold()


def test_numbers_of_cars_lose_any_dash() -> None:
    assert bare_number("1m8\u2013GDM\u200b9 AX") == "1M8GDM9AX"
