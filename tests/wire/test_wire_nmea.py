"""The columnar way and the strict rules give the same; numbers are exact; satellites fall to the right system."""

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire import nmea, nmea_digits
from zhunru.wire.nmea_columns import read_block

TEXT = re.compile(rb"\$[^\x00-\x1f\x7f-\xff$]*")

SEEDS = [
    "GNRMC,235959.00,A,3110.12345,N,12123.54321,E,12.500,87.30,311225,,,A,V",
    "GPRMC,,V,,,,,,,110410,1.6,E,N",
    "GPRMC,131032.877,A,4618.9395,N,00656.1347,W,0.00,,030480,,,A",
    "GPGGA,165744,4901.5940,S,01203.9163,E,1,07,1.0,-336.7,M,46.6,M,,",
    "GNGGA,235960.25,9000.0000,N,18000.0000,W,4,32,.5,7.,M,,M,,",
    "GNGNS,112257.00,3844.24011,N,00908.43828,W,ANNFD,03,10.5,,,,",
    "GNGSA,A,3,05,08,,15,,18,,,26,27,28,,2.0,1.0,1.5,4",
    "GPGSA,A,1,,,,,,,,,,,,,,,",
    "GPGSV,3,1,12,02,19,043,00,05,20,199,40,08,29,072,43,10,04,181,00",
    "GBGSV,1,1,01,401,,,44.5,1",
    "GLGSV,1,1,00,1",
    "GPVTG,054.7,T,034.4,M,005.5,N,010.2,K",
    "GNZDA,082710.00,16,09,2002,00,00",
    "GPZDA,082710.00,29,02,2023,00,00",
    "GPGST,172814.0,0.006,0.023,0.020,273.6,0.023,0.020,0.031",
    "PUBX,00,1,2,3",
    "GNTXT,01,01,02,u-blox AG - www.u-blox.com",
]
CHARACTERS = "0123456789.,-ANSEW*$\r\n\x00é "
Answer = tuple[list[str], list[tuple[str, str]], dict[str, list[tuple[int, dict[str, Any]]]]]


def strictly(raw: bytes) -> Answer:
    """Read a block by the strict rules alone."""
    outcomes: list[str] = []
    addresses: list[tuple[str, str]] = []
    kinds: dict[str, list[tuple[int, dict[str, Any]]]] = {k: [] for k in nmea.LAYOUT}
    for order, found in enumerate(re.finditer(rb"\$", raw)):
        match = TEXT.match(raw, found.start())
        assert match
        sentence = nmea.parse(match[0], ended=raw[match.end() : match.end() + 1] in {b"\r", b"\n"})
        outcome: str = sentence.outcome
        if outcome in {"good", "bare"} and sentence.type in nmea.LAYOUT and sentence.talker in nmea.TALKERS:
            values = nmea.decode(sentence.type, sentence.fields)
            if values is None:
                outcome = "malformed"
            else:
                kinds[sentence.type].append((order, values))
        outcomes.append(outcome)
        addresses.append((sentence.talker, sentence.type))
    return outcomes, addresses, {k: v for k, v in kinds.items() if v}


def columnar(raw: bytes) -> Answer:
    found = read_block(raw, last=True)
    kinds = {}
    for kind, columns in found.kinds.items():
        names = [n for n in columns if n != "order"]
        if len(columns["order"]):
            kinds[kind] = [(int(o), {n: columns[n][i].item() for n in names}) for i, o in enumerate(columns["order"])]
    return [nmea.OUTCOMES[o] for o in found.outcome], [found.addresses[g] for g in found.group], kinds


def same(one: Answer, other: Answer) -> None:
    assert one[0] == other[0]
    assert [a for a, o in zip(one[1], one[0], strict=True) if o != "noise"] == [
        a for a, o in zip(other[1], other[0], strict=True) if o != "noise"
    ]
    assert one[2].keys() == other[2].keys()
    for kind, rows in one[2].items():
        for (order, values), (other_order, other_values) in zip(rows, other[2][kind], strict=True):
            assert order == other_order
            assert values.keys() == other_values.keys()
            for name, value in values.items():
                assert value == other_values[name] or (math.isnan(value) and math.isnan(other_values[name])), (kind, name)


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """Sentences of which some have a changed body under a right checksum, and some a change on the wire."""
    lines = []
    for _ in range(draw(st.integers(1, 6))):
        body = draw(st.sampled_from(SEEDS))
        for _ in range(draw(st.integers(0, 2))):
            place = draw(st.sampled_from([i for i, c in enumerate(body) if c.isdigit()] or [0]))
            body = body[:place] + draw(st.sampled_from("6901358")) + body[place + 1 :]
        if draw(st.integers(0, 3)) == 0:
            place = draw(st.integers(0, len(body)))
            width = draw(st.integers(0, 3))
            body = body[:place] + draw(st.text(CHARACTERS.replace("é", ""), max_size=4)) + body[place + width :]
        line = nmea.sealed(body)
        if draw(st.integers(0, 4)) == 0:
            place = draw(st.integers(0, len(line)))
            line = line[:place] + draw(st.text(CHARACTERS, max_size=3)).encode() + line[place + draw(st.integers(0, 2)) :]
        lines.append(draw(st.sampled_from([b"", b"", b"", b"12:00:00, rx ", b"\xb5\x62\x01", b"$", b"$G\n"])) + line)
    return b"".join(lines)


@settings(max_examples=400, deadline=None)
@given(logs())
def test_columns_agree_with_the_strict_rules(raw: bytes) -> None:
    same(columnar(raw), strictly(raw))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60).map(lambda b: b"$GP" + b), max_size=4).map(b"\n".join))
def test_noise_agrees_with_the_strict_rules(raw: bytes) -> None:
    same(columnar(raw), strictly(raw))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.from_regex(r"\A[0-9]{0,9}\.?[0-9]{0,9}\Z") | st.text("0123456789.-/:", max_size=18), min_size=1, max_size=20))
def test_decimals_are_those_of_float(texts: list[str]) -> None:
    buffer = np.frombuffer(b"\0" * 16 + ",".join(texts).encode() + b"," + b"\0" * 16, np.uint8).copy()
    size = np.array([len(t) for t in texts])
    end = 16 + np.cumsum(size + 1) - 1
    read = nmea_digits.decimals(nmea_digits.words(buffer), end, size)
    for text, value, good in zip(texts, read.floats().tolist(), read.good.tolist(), strict=True):
        plain = bool(re.fullmatch(r"(?=\.?[0-9])[0-9]*\.?[0-9]*", text)) and len(text) <= 16 and len(text.replace(".", "")) <= 15
        assert good == plain
        assert not plain or value == float(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"000000", 0),
        (b"235959.999999999", 86_399_999_999_999),
        (b"235960", 86_400_000_000_000),
        (b"235960.5", 86_400_500_000_000),
        (b"225960", None),
        (b"240000", None),
        (b"126000", None),
        (b"12000", None),
        (b"1200000", None),
        (b"120000.0000000000", None),
    ],
)
def test_clock(text: bytes, value: int | None) -> None:
    assert nmea.clock(text) == value


@pytest.mark.parametrize(
    ("text", "year"), [(b"010180", 1980), (b"311279", 2079), (b"010100", 2000), (b"310499", None), (b"290223", None), (b"290224", 2024)]
)
def test_two_digits_of_the_year(text: bytes, year: int | None) -> None:
    fields = (b"", b"V", b"", b"", b"", b"", b"", b"", text, b"", b"")
    values = nmea.decode("RMC", fields)
    assert (values is None) == (year is None)
    if values:
        assert np.datetime64(int(values["day"]), "D").astype("M8[Y]").astype(int) + 1970 == year


@pytest.mark.parametrize(
    ("number", "system"),
    [(1, "GPS"), (32, "GPS"), (33, "SBAS"), (64, "SBAS"), (65, "GLONASS"), (99, "GLONASS"), (193, "QZSS"), (200, "QZSS"), (201, "BDS"), (263, "BDS"),
     (264, "OTHER"), (301, "GALILEO"), (336, "GALILEO"), (400, "OTHER"), (401, "BDS"), (463, "BDS"), (464, "OTHER")],
)  # fmt: skip
def test_system_by_number(number: int, system: str) -> None:
    assert nmea.SYSTEMS[nmea.SYSTEM_BY_ID[number]] == system


def test_outcomes() -> None:
    whole = nmea.sealed("GPRTE,1,1,c,").strip()
    assert nmea.parse(whole).outcome == "good"
    assert nmea.parse(whole.lower().replace(b"gprte", b"GPRTE")).outcome == "good"
    assert nmea.parse(whole[:-1]).outcome == "malformed"
    assert nmea.parse(whole[:-3]).outcome == "bare"
    assert nmea.parse(whole[:-3], ended=False).outcome == "malformed"
    assert nmea.parse(whole.replace(b",c,", b",d,")).outcome == "checksum"
    assert nmea.parse(b"$\x41").outcome == "noise"
    assert nmea.parse(b"$gpRTE,1*00").outcome == "checksum"
