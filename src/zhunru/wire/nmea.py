"""NMEA 0183 sentences one at a time: the strict rules, which `nmea_columns` repeats on whole blocks.

Field layout and system numbers as in NMEA 0183 version 4.11 (basis G: general knowledge, agreed with an independent library on real logs).
"""

import re
from datetime import date
from functools import reduce
from operator import xor
from typing import Literal, NamedTuple

LONGEST = 512
"""Bytes after which a run of text is no sentence (the standard allows 82, vendors go to some 400)."""

SYSTEMS = ("OTHER", "GPS", "GLONASS", "GALILEO", "BDS", "QZSS", "NAVIC", "SBAS")
"""Names by system number; 1 to 6 are the system ids of NMEA 4.11, 0 and 7 are ours."""

OTHER, GPS, GLONASS, GALILEO, BDS, QZSS, NAVIC, SBAS = range(8)

TALKERS = {"GP": GPS, "GL": GLONASS, "GA": GALILEO, "GB": BDS, "BD": BDS, "GQ": QZSS, "QZ": QZSS, "GI": NAVIC, "GN": OTHER}
"""Talker -> system; GN is a combined solution."""

ID_RANGES = (
    (1, 32, GPS), (33, 64, SBAS), (65, 99, GLONASS), (120, 158, SBAS), (193, 200, QZSS), (201, 263, BDS), (301, 336, GALILEO), (401, 463, BDS)
)  # fmt: skip
"""Satellite numbers where neither talker nor system id tells the system (basis G: vendors' extended numbering).

A receiver that numbers BeiDou satellites 1 to 63 without a system id is read as GPS here, so BeiDou is never counted too high.
"""

Outcome = Literal["good", "checksum", "malformed", "bare", "noise"]
OUTCOMES: tuple[Outcome, ...] = ("good", "checksum", "malformed", "bare", "noise")
"""good; wrong checksum; form broken; no checksum given; a `$` that starts no sentence."""

Kind = Literal["clock", "number", "whole", "latitude", "longitude", "date", "ymd", "letter", "modes"]


class Field(NamedTuple):
    """One decoded column of a sentence type.

    Args:
        name: Column.
        kind: How the text is read.
        place: Field number, the first after the address is 1.
        needs: Number of fields that the sentence must have for this one to be present; `place` when 0.
    """

    name: str
    kind: Kind
    place: int
    needs: int = 0


_POSITION = (Field("tod_ns", "clock", 1), Field("latitude_deg", "latitude", 2), Field("longitude_deg", "longitude", 4))
_SOLUTION = (Field("used", "whole", 7), Field("hdop", "number", 8), Field("altitude_m", "number", 9))

LAYOUT: dict[str, tuple[int, tuple[Field, ...]]] = {
    "GGA": (14, (*_POSITION, Field("quality", "whole", 6), *_SOLUTION)),
    "GNS": (12, (*_POSITION, Field("quality", "modes", 6), *_SOLUTION)),
    "RMC": (11, (Field("tod_ns", "clock", 1), Field("status", "letter", 2), Field("latitude_deg", "latitude", 3), Field("longitude_deg", "longitude", 5),
                 Field("speed_kn", "number", 7), Field("course_deg", "number", 8), Field("day", "date", 9), Field("mode", "letter", 12))),
    "VTG": (8, (Field("course_deg", "number", 1), Field("speed_kn", "number", 5), Field("speed_kmh", "number", 7))),
    "ZDA": (4, (Field("tod_ns", "clock", 1), Field("day", "ymd", 2))),
    "GST": (8, (Field("north_m", "number", 6), Field("east_m", "number", 7))),
    "GSA": (17, (Field("dimension", "whole", 2), *(Field(f"id{j}", "whole", 3 + j) for j in range(12)), Field("pdop", "number", 15), Field("system", "whole", 18))),
    "GSV": (3, (*(Field(f"id{j}", "whole", 4 + 4 * j, 7 + 4 * j) for j in range(4)), *(Field(f"cno{j}", "number", 7 + 4 * j) for j in range(4)))),
}  # fmt: skip
"""Sentence type -> least number of fields, columns."""

_CANDIDATE = re.compile(rb"\$([A-Z]{2}|.*\*[0-9A-Fa-f]{2}$)")
_ADDRESS = re.compile(rb"[A-OQ-Z][A-Z][A-Z0-9]{3}|P[A-Z0-9]{2,15}")
_BODY = re.compile(rb"\*([0-9A-Fa-f]{2})")
_CLOCK = re.compile(rb"([01][0-9]|2[0-3])([0-5][0-9])([0-5][0-9]|60)(?:\.([0-9]{0,9}))?")
_NUMBER = re.compile(rb"-?(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?")
_ANGLE = {"latitude": re.compile(rb"([0-9]{2})([0-5][0-9](?:\.[0-9]*)?)"), "longitude": re.compile(rb"([0-9]{3})([0-5][0-9](?:\.[0-9]*)?)")}
_SIDES = {"latitude": {b"N": 1, b"S": -1}, "longitude": {b"E": 1, b"W": -1}}
_MOST = {"latitude": 90.0, "longitude": 180.0}

MODE_QUALITY = {"N": 0, "S": 8, "M": 7, "E": 6, "A": 1, "D": 2, "P": 3, "F": 5, "R": 4}
"""Mode letter -> fix quality as GGA counts it, worst first."""
_MODE_RANK = {letter.encode(): rank for rank, letter in enumerate(MODE_QUALITY)}
_BY_RANK = tuple(MODE_QUALITY.values())

DAY_NS = 86_400_000_000_000
LEAP_CLOCK_NS = 86_400_000_000_000
"""Time of day 23:59:60; clocks from here to a second later are leap seconds."""

_NAN = float("nan")


class Sentence(NamedTuple):
    """A sentence and how it stands.

    Args:
        outcome: See `OUTCOMES`.
        talker: Two letters, `P` for proprietary, `?` when unreadable.
        type: Three letters, or the proprietary name, `?` when unreadable.
        fields: Texts after the address.
    """

    outcome: Outcome
    talker: str
    type: str
    fields: tuple[bytes, ...]


def split_address(address: bytes) -> tuple[str, str]:
    """Return talker and type of an address, `?` for both when it has not the form of one."""
    if not _ADDRESS.fullmatch(address):
        return "?", "?"
    name = address.decode("ascii")
    return ("P", name[1:]) if name[0] == "P" else (name[:2], name[2:])


def parse(text: bytes, ended: bool = True) -> Sentence:
    """Judge one sentence.

    Args:
        text: From `$` up to the first control character, non-ASCII byte or next `$`, exclusive.
        ended: A line end or the end of the log follows; without it a sentence lacking a checksum is a broken one.
    """
    if not _CANDIDATE.match(text):
        return Sentence("noise", "?", "?", ())
    body, star, tail = text[1:].partition(b"*")
    address, *fields = body.split(b",")
    talker, kind = split_address(address)
    if len(text) > LONGEST or (star and not _BODY.match(star + tail)) or not (star or ended):
        return Sentence("malformed", talker, kind, ())
    if star and int(tail[:2], 16) != reduce(xor, body, 0):
        return Sentence("checksum", talker, kind, ())
    if talker == "?":
        return Sentence("malformed", talker, kind, ())
    return Sentence("good" if star else "bare", talker, kind, tuple(fields))


def sealed(body: str) -> bytes:
    """Return `$body*hh` with line end: the writer for generated evidence."""
    content = body.encode("ascii")
    return b"$%s*%02X\r\n" % (content, reduce(xor, content, 0))


def decode(kind: str, fields: tuple[bytes, ...]) -> dict[str, float | int] | None:
    """Read the columns of a known sentence type.

    Returns:
        Column -> value; an empty field is NaN, or -1 for whole numbers, times and days, or 0 for letters. None when a field breaks its form.
    """
    least, layout = LAYOUT[kind]
    if len(fields) < least or (kind == "GSV" and (len(fields) % 4 not in {0, 3} or len(fields) > 20)):
        return None
    values: dict[str, float | int] = {}
    for field in layout:
        present = len(fields) >= max(field.needs, field.place)
        texts = fields[field.place - 1 :] if present else (b"", b"", b"")
        value = _value(field.kind, texts)
        if value is None:
            return None
        values[field.name] = value
    return values


def _value(kind: Kind, texts: tuple[bytes, ...]) -> float | int | None:
    text = texts[0]
    if kind in {"latitude", "longitude"}:
        return _angle(kind, text, texts[1])
    if kind == "ymd":
        return _day(texts[2], texts[1], texts[0]) if any(texts[:3]) else -1
    if not text:
        return _NAN if kind == "number" else 0 if kind == "letter" else -1
    if kind == "clock":
        return clock(text)
    if kind == "date":
        # Two digits of the year: from 1980, the first year of GPS time, to 2079.
        ok = len(text) == 6 and text.isdigit()
        return _day(b"19%s" % text[4:] if text[4:] >= b"80" else b"20%s" % text[4:], text[2:4], text[:2]) if ok else None
    if kind == "modes":
        ranks = [_MODE_RANK.get(text[i : i + 1], -1) for i in range(len(text))]
        return None if min(ranks) < 0 or len(ranks) > 8 else _BY_RANK[max(ranks)]
    if kind == "letter":
        return text[0] if len(text) == 1 else None
    if kind == "whole":
        return int(text) if text.isdigit() and len(text) <= 8 else None
    found = _NUMBER.fullmatch(text)
    return float(text) if found and len(text) <= 16 and len(found[1]) + len(found[2] or b"") <= 15 else None


def clock(text: bytes) -> int | None:
    """Return the time of day in ns of `hhmmss[.s...]`; second 60 stands only at 23:59. None when it is no time."""
    found = _CLOCK.fullmatch(text)
    if not found or len(text) > 16 or (found[3] == b"60" and text[:4] != b"2359"):
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    return ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + int((found[4] or b"").ljust(9, b"0"))


def _angle(kind: str, text: bytes, side: bytes) -> float | None:
    if not text:
        return _NAN if side == b"" or side in _SIDES[kind] else None
    found = _ANGLE[kind].fullmatch(text)
    if not found or side not in _SIDES[kind] or len(text) > 16:
        return None
    degrees = int(found[1]) + float(found[2]) / 60
    return degrees * _SIDES[kind][side] if degrees <= _MOST[kind] else None


def _day(year: bytes, month: bytes, day: bytes) -> int | None:
    """Return days since 1970-01-01."""
    if not (
        year.isdigit() and month.isdigit() and day.isdigit() and len(year) == 4 and len(month) <= 2 and len(day) <= 2 and int(year) >= 1
    ):
        return None
    try:
        return date(int(year), int(month), int(day)).toordinal() - 719_163
    except ValueError:
        return None


def _id_table() -> tuple[int, ...]:
    table = [OTHER] * 1024
    for first, last, system in ID_RANGES:
        table[first : last + 1] = [system] * (last + 1 - first)
    return tuple(table)


SYSTEM_BY_ID = _id_table()
"""Satellite number (0 to 1023) -> system, by `ID_RANGES`."""
