"""Identifiers in bytes."""

import pytest

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.scan import cut, sighted
from zhunru.range import identities


def seen(text: str, *cue: int) -> list[tuple[str, int, bool]]:
    data = text.encode()
    return [(data[s:e].decode(), int(k), bool(f)) for s, e, k, f in zip(*sighted(data, cue), strict=True)]


def test_vin_by_its_check_digit() -> None:
    vin = identities.vin(7)
    wrong = vin[:8] + ("1" if vin[8] == "0" else "0") + vin[9:]
    assert seen(f"a {vin}，{wrong} x{vin}") == [(vin, w.VIN, True), (wrong, w.VIN, False)]


def test_mobile_by_its_cue() -> None:
    assert seen("手机13800138000") == [("13800138000", w.MOBILE, True)]
    assert seen("13800138000") == [("13800138000", w.MOBILE, False)]
    assert seen("手机 订单号13800138000") == [("13800138000", w.MOBILE, False)]
    assert seen("13800138000", w.MOBILE) == [("13800138000", w.MOBILE, True)]
    assert seen("138001380001") == []


def numbered(region_day: str) -> str:
    """A resident number with its check symbol."""
    body = region_day + "001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * f for c, f in zip(body, weights, strict=True)) % 11]


@pytest.mark.parametrize(("year", "valid"), [("1899", False), ("1900", True), ("2099", True), ("2100", False)])
def test_years_of_birth(year: str, valid: bool) -> None:
    number = numbered(f"110101{year}0110")
    parted = f"{number[:6]} {number[6:14]} {number[14:]}"
    assert [hit for hit in seen(number) if hit[1] == w.RESIDENT_ID] == [(number, w.RESIDENT_ID, True)] * valid
    assert [hit for hit in seen(parted) if hit[1] == w.RESIDENT_ID] == [(parted, w.RESIDENT_ID, True)] * valid


@pytest.mark.parametrize(
    ("digits", "bare", "cued"),
    [(12, False, False), (13, False, True), (15, False, True), (16, True, True), (19, True, True), (20, False, False)],
)
def test_lengths_of_bank_cards(digits: int, bare: bool, cued: bool) -> None:
    card = identities.luhn("62" + "2848000000000000000"[: digits - 3])
    assert seen(card) == [(card, w.BANK_CARD, True)] * bare
    assert seen("卡号" + card) == [(card, w.BANK_CARD, True)] * cued


def test_size_looks_at_the_beginning_alone() -> None:
    data = bytearray("手机13800138000，手机13900139000".encode())
    assert sighted(data, size=17).end.tolist() == [17]
    assert sighted(data, size=16).end.tolist() == []
    assert cut(bytearray(b"a\nb\nc"), 3) == 2


def test_shapes_at_every_place_of_a_word() -> None:
    # words overlap by sixteen bits: each kind of shape must be seen wherever it stands in one
    vin = identities.vin(7)
    text = "".join(
        f"{' ' * gap}{vin} 13800138000 京A·12345 {' ' * (gap % 7)}粤B12345 31.2304，121.4737 ４００６６６８" for gap in range(100)
    )
    kinds = [kind for _, kind, _ in seen(text)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {w.VIN: 100, w.MOBILE: 100, w.PLATE: 200, w.COORDINATE: 100}


def test_addresses_as_long_as_they_may_be() -> None:
    for local, domain, whole in ((64, 96, True), (65, 96, False), (64, 97, False), (27, 27, True), (28, 28, True), (29, 29, True)):
        address = "a" * local + "@" + "b" * (domain - 4) + ".com"
        assert seen(f"x {address} y") == [(address, w.EMAIL, True)] * whole
