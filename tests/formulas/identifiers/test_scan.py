"""Identifiers in bytes."""

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.scan import sighted
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
