"""The columnar scan gives what plain regular expressions and the check digits give, on every text and every cut."""

from hypothesis import given, settings
from hypothesis import strategies as st
from plain_identifiers import simple

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.scan import Hits, cut, sighted
from zhunru.range import identities

Row = tuple[int, int, int, bool]

SERIAL = st.integers(1, 899)
VALUES = st.one_of(
    SERIAL.map(identities.vin),
    SERIAL.map(lambda n: identities.vin(n).lower()),
    SERIAL.map(lambda n: identities.vin(n)[:-1] + "5"),
    SERIAL.map(identities.imei),
    SERIAL.map(identities.iccid),
    SERIAL.map(identities.resident_id),
    SERIAL.map(lambda n: identities.resident_id(n)[:-1] + "7"),
    SERIAL.map(lambda n: (r := identities.resident_id(n))[:6] + " " + r[6:14] + " " + r[14:]),
    SERIAL.map(lambda n: identities.luhn(f"622848{n:09d}")),
    SERIAL.map(lambda n: identities.luhn(f"622848{n:012d}")),
    SERIAL.map(lambda n: identities.luhn(f"6228480402564{n:05d}")).map(lambda c: f"{c[:4]}-{c[4:8]}-{c[8:12]}-{c[12:16]}-{c[16:]}"),
    SERIAL.map(lambda n: (i := identities.imei(n))[:2] + "-" + i[2:8] + "-" + i[8:14] + "-" + i[14]),
    st.from_regex(r"(\+86|86|0086|\+86 )?1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}", fullmatch=True),
    st.from_regex(rf"[{w.PROVINCES}使][A-HJ-Za-f]?(-| |·|•|・)?[A-Z0-9]{{3,6}}[{w.PLATE_TAILS}]?", fullmatch=True),
    st.from_regex(r"[a-z.%_+-]{0,4}@[a-z.-]{0,5}(\.com|\.c|\.PNG|\.cn)?[.-]?", fullmatch=True),
    st.from_regex(r"[-+NSx.]?(3[0-9]|1[0-2][0-9]|0|181)\.[0-9]{3,7}(°?[NEx.])?", fullmatch=True),
    st.from_regex(r"[0-9]{4}\.[0-9]{1,6},[NS],[0-9]{5}\.[0-9]{2,4},[EWx]", fullmatch=True),
    st.from_regex(rf"[{w.SAFE_SURNAMES[:9]}{w.OTHER_SURNAMES[:9]}欧][阳伟家的娜口]{{1,3}}", fullmatch=True),
)
CUES = st.sampled_from([c.word for c in w.CUES] + w.NAME_CUES + w.LATIN_NAME_CUES + ["name", "Name", "PHONE", "hotel", "手机订单号"])
GLUE = st.sampled_from(
    ["", "", " ", ":", "：", "，", ", ", ",", ";", "\n", "\t", "}", '"', "=", "是", "1", "a", "新", "阿", "/", "://", "(", "-", "+", "2024"]
)
WIDE = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "0123456789ABCDEFGHabcdefgh@.+-"})
PIECE = st.one_of(VALUES, CUES, GLUE, VALUES.map(lambda v: v.translate(WIDE)), st.text(max_size=3))
TEXTS = st.lists(st.one_of(PIECE, GLUE), max_size=24).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))
BROKEN = st.tuples(TEXTS, st.binary(max_size=3), TEXTS).map(b"".join)
TOLD = st.sampled_from(
    [(), (), (), (w.MOBILE,), (w.PERSON_NAME,), (w.PERHAPS_NAME,), (w.COORDINATE,), (w.OTHER_NUMBER,), (w.PLACE_OF_BOTH,)]
)


def rows(hits: Hits) -> list[Row]:
    return sorted(zip(hits.start.tolist(), hits.end.tolist(), hits.kind.tolist(), hits.found.tolist(), strict=True))


@settings(max_examples=600, deadline=None)
@given(BROKEN, TOLD)
def test_agrees_with_plain_rules(data: bytes, told: tuple[int, ...]) -> None:
    assert rows(sighted(data, told)) == [tuple(h) for h in simple(data, told)]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4).map(b"\n".join), st.data())
def test_blocks_cut_anywhere_give_the_same(data: bytes, draw: st.DataObject) -> None:
    whole, carried, base, got = rows(sighted(data)), b"", 0, []
    ends = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=4)))
    for start, end in zip([0, *ends], [*ends, len(data)], strict=True):
        block = carried + data[start:end]
        at = cut(block) if end < len(data) else len(block)
        got += [(s + base, e + base, k, f) for s, e, k, f in rows(sighted(block[:at]))]
        carried, base = block[at:], base + at
    assert sorted(got) == whole
