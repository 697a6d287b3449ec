"""Check digits: known numbers, every single slip, agreement of the two forms, an independent way to compute each."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.check_digits import (
    USCC_SYMBOLS,
    VIN_SYMBOLS,
    luhn_all,
    luhn_holds,
    resident_id_all,
    resident_id_holds,
    uscc_all,
    uscc_holds,
    vin_all,
    vin_check_digit,
    vin_holds,
)


@pytest.mark.parametrize(("vin", "holds"), [("1M8GDM9AXKP042788", True), ("LSVAA49J0X2000001", True), ("LFV2A21K0A3000001", False)])
def test_known_vins(vin: str, holds: bool) -> None:
    assert vin_holds(vin) is holds


def test_the_digit_that_a_vin_ought_to_have() -> None:
    assert vin_check_digit("LFV2A21K0A3000001") == "8"
    assert vin_holds("LFV2A21K8A3000001")
    with pytest.raises(ValueError, match="17 symbols"):
        vin_check_digit("LFV2A21K8A300000")
    with pytest.raises(ValueError, match="17 symbols"):
        vin_check_digit("OFV2A21K8A3000001")


@pytest.mark.parametrize(
    "wrong", ["", "1M8GDM9AXKP04278", "1M8GDM9AXKP0427880", "1m8gdm9axkp042788", "IM8GDM9AXKP042788", "１M8GDM9AXKP042788"]
)
def test_what_has_not_the_form_of_a_vin(wrong: str) -> None:
    assert not vin_holds(wrong)


def test_known_resident_id() -> None:
    assert resident_id_holds("11010519491231002X")
    assert not resident_id_holds("110105194912310021")
    assert not resident_id_holds("11010519491231002x")
    assert resident_id_holds("11010519491231002X", date(1949, 12, 31))
    assert not resident_id_holds("11010519491231002X", date(1949, 12, 30))
    assert resident_id_holds("11010519491231002X", date(2078, 12, 31))
    assert not resident_id_holds("11010519491231002X", date(2079, 1, 1))


def _resident(first: str) -> str:
    rest = sum(int(c) * (2 ** (17 - i)) for i, c in enumerate(first)) % 11
    return first + str((12 - rest) % 11).replace("10", "X")


def test_a_birth_date_that_does_not_exist_fails_though_the_digit_holds() -> None:
    assert resident_id_holds(_resident("11010520000229001"))
    assert not resident_id_holds(_resident("11010520010229001"))


def test_known_credit_code_and_card_numbers() -> None:
    assert uscc_holds("91350100M000100Y43")
    assert not uscc_holds("91350100M000100Y44")
    for number in ("89860112345678901237", "490154203237518", "6228480402564890018"):
        assert luhn_holds(number)
    assert not luhn_holds("89860112345678901238")
    assert not luhn_holds("")
    assert not luhn_holds("0")
    assert not luhn_holds("8986011234567890123A")


@given(st.text(VIN_SYMBOLS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(VIN_SYMBOLS))
def test_a_vin_made_right_holds_and_the_forms_agree(raw: str, place: int, symbol: str) -> None:
    right = raw[:8] + vin_check_digit(raw) + raw[9:]
    slipped = right[:place] + symbol + right[place + 1 :]
    assert vin_holds(right)
    assert vin_all([right, slipped, raw]).tolist() == [True, vin_holds(slipped), vin_holds(raw)]
    assert vin_holds(slipped) == (vin_check_digit(slipped) == slipped[8])


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(110000, 659999), st.integers(0, 999), st.integers(0, 17))
def test_every_slip_of_one_digit_in_a_resident_id_is_seen(birth: date, region: int, sequence: int, place: int) -> None:
    right = _resident(f"{region:06d}{birth:%Y%m%d}{sequence:03d}")
    assert resident_id_holds(right)
    slips = [right[:place] + d + right[place + 1 :] for d in string.digits if d != right[place]]
    assert not resident_id_all(slips).any()


@given(st.text(USCC_SYMBOLS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(USCC_SYMBOLS))
def test_every_slip_of_one_symbol_in_a_credit_code_is_seen(first: str, place: int, symbol: str) -> None:
    check = -sum(USCC_SYMBOLS.index(c) * pow(3, i, 31) for i, c in enumerate(first)) % 31
    right = first + USCC_SYMBOLS[check]
    assert uscc_holds(right)
    if symbol != right[place]:
        assert not uscc_all([right[:place] + symbol + right[place + 1 :]])[0]


@given(st.text(string.digits, min_size=1, max_size=25))
def test_luhn_against_the_sum_by_hand(first: str) -> None:
    total = sum(sum(divmod(int(c) * 2, 10)) if i % 2 == 0 else int(c) for i, c in enumerate(reversed(first)))
    right = first + str(-total % 10)
    wrong = first + str((-total + 1) % 10)
    assert luhn_all([right, wrong, first + "x", "", "中文"]).tolist() == [True, False, False, False, False]


def test_no_numbers_at_all() -> None:
    for form in (vin_all, resident_id_all, uscc_all, luhn_all):
        assert form([]).tolist() == []
