"""Headings, masks, digests, cuts."""

import pytest

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.headings import cues_of
from zhunru.formulas.identifiers.masking import digest_of, masked
from zhunru.formulas.identifiers.scan import CARRY_BYTE, cut, sighted


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("手机号", {w.MOBILE}),
        ("phone_no", {w.MOBILE}),
        ("userPhone", {w.MOBILE}),
        ("客户手机号码（必填）", {w.MOBILE}),
        ("sfzh", {w.RESIDENT_ID}),
        ("cphm", {w.PLATE}),
        ("VIN", {w.VIN}),
        ("车架号", {w.VIN}),
        ("lng", {w.COORDINATE}),
        ("gps.longitude", {w.COORDINATE}),
        ("坐标", {w.PLACE_OF_BOTH}),
        ("银行卡号", {w.BANK_CARD}),
        ("IMEI", {w.IMEI}),
        ("iccid", {w.ICCID}),
        ("邮箱", {w.EMAIL}),
        ("姓名", {w.PERSON_NAME}),
        ("ownerName", {w.PERSON_NAME}),
        ("联系人", {w.PERSON_NAME}),
        ("联系人电话", {w.MOBILE}),
        ("driver_phone", {w.MOBILE}),
        ("name", {w.PERHAPS_NAME}),
        ("订单号", {w.OTHER_NUMBER}),
        ("订单手机号", {w.MOBILE}),
        ("hotel", set()),
        ("file_name", set()),
        ("speed", set()),
        ("", set()),
    ],
)
def test_headings(heading: str, kinds: set[int]) -> None:
    assert cues_of(heading) == kinds


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("LSVAA49J0X2000001", "vin", "…000001"),
        ("11010519491231002x", "resident_id", "…002X"),
        ("138-0013-8000", "mobile", "138…8000"),
        ("１３８００１３８０００", "mobile", "138…8000"),
        ("6228 4804 0256 4890 018", "bank_card", "…0018"),
        ("京A·12345", "plate", "京A…45"),
        ("someone@example.com", "email", "s…@example.com"),
        ("39.90421, 116.40742", "coordinate", "39.…, 116.…"),
        ("欧阳娜娜", "person_name", "欧阳…"),
        ("张三", "person_name", "张…"),
    ],
)
def test_masks(value: str, kind: str, shown: str) -> None:
    assert masked(value, kind) == shown
    assert masked(value.encode(), kind) == shown


def test_one_value_has_one_digest() -> None:
    assert digest_of("138-0013-8000", "mobile", b"s") == digest_of(b"13800138000", w.MOBILE, b"s")
    assert digest_of("13800138000", "mobile", b"s") != digest_of("13800138000", "mobile", b"t")
    assert digest_of("13800138001", "mobile", b"s") != digest_of("13800138000", "mobile", b"s")


def test_cut_bounds_what_is_carried() -> None:
    assert cut(b"a\nbc") == 2
    assert cut(b"abc") == 0
    long = b"x" * (2 * CARRY_BYTE)
    assert cut(long) == len(long)
    words = b"word " * CARRY_BYTE
    assert len(words) - CARRY_BYTE <= cut(words + b"1380013") <= len(words)
    line = b'{"phone":"13800138000"},' * CARRY_BYTE
    assert line[: cut(line)].endswith(b"}")


def test_long_line_without_newline_gives_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ('{"phone":"13800138000","车牌":"京A12345"},' * 9000).encode()
    whole = [c.tolist() for c in sighted(line)]
    assert len(whole[0]) == 18000
    monkeypatch.setattr("zhunru.formulas.identifiers.scan.PIECE_BYTE", 3 * CARRY_BYTE)
    assert [c.tolist() for c in sighted(line)] == whole


def test_wide_text_larger_than_the_sheet() -> None:
    line = "手机：１３８００１３８０００ 联系１３９００１３９０００\n" * 3000
    hits = sighted(line.encode())
    assert len(hits.start) == 6000
    assert bool(hits.found.all())
