"""What frames of GB/T 32960 and JT/T 808 say of a person or a vehicle: identifiers as fields of a known protocol."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from zhunru.wire import gbt32960, gbt32960_units, jtt808, jtt808_bodies
from zhunru.wire.gbt32960_units import Login, Report
from zhunru.wire.jtt808_bodies import Attributes, Authentication, Batch, Driver, Location, Registration

_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_MOBILE: Final = re.compile(r"0*(1[3-9]\d{9})")
_ICCID: Final = re.compile(r"89[0-9A-Fa-f]{17,18}")
_IMEI: Final = re.compile(r"\d{15}")


class Fact(NamedTuple):
    """One identifier.

    Args:
        kind: As in `formulas.identifiers.kinds`.
        value: As text.
        certain: The field holds it beyond doubt; else it may be stale or a placeholder.
    """

    kind: str
    value: str
    certain: bool


class Told(NamedTuple):
    """What one frame tells.

    Args:
        facts: Identifiers.
        loose: Bytes whose meaning is the maker's own; they may hold text.
        sealed_byte: Bytes that the frame says are encrypted.
        unread_byte: Bytes that could not be understood.
    """

    facts: tuple[Fact, ...]
    loose: tuple[bytes, ...]
    sealed_byte: int
    unread_byte: int


class Whole(NamedTuple):
    """One frame in a run of bytes: from where to where, the protocol, and what it tells."""

    start: int
    end: int
    protocol: str
    told: Told


def whole_frames(data: bytes) -> list[Whole]:
    """Return the whole frames of both protocols in `data`, in order; none lies inside another, but two messages may share a flag."""
    found: list[Whole] = []
    if b"##" in data or b"$$" in data:
        found += (Whole(f.start, f.end, "gbt32960", of_gbt32960(f.frame)) for f in gbt32960.find(data))
    if data.count(b"\x7e") > 1:
        found += (Whole(f.start, f.end, "jtt808", of_jtt808(f.message)) for f in jtt808.find(data))
    apart: list[Whole] = []
    for one in sorted(found, key=lambda w: w[:2]):
        if not apart or one.start >= apart[-1].end - 1:
            apart.append(one)
    return apart


def of_gbt32960(frame: gbt32960.Frame) -> Told:
    """Return what a GB/T 32960 frame tells; data that are said to be encrypted and can yet be read are clear."""
    platform = frame.command in {gbt32960.PLATFORM_LOGIN, gbt32960.PLATFORM_LOGOUT}
    facts = [] if platform else list(_vin(frame.vin.decode("ascii", "replace")))
    try:
        unit = gbt32960_units.decode(frame._replace(encryption=gbt32960.CLEAR))
    except gbt32960.FrameError:
        unit = None
    if frame.encryption != gbt32960.CLEAR and not _plausible(unit):
        return Told(tuple(facts), (), len(frame.data), 0)
    loose: list[bytes] = []
    unread = 0
    if isinstance(unit, Login):
        facts += _iccid(unit.iccid)
        loose += unit.codes
    elif isinstance(unit, Report):
        for body in unit.bodies:
            if body.kind == gbt32960_units.POSITION:
                place = gbt32960_units.position(body, frame.edition)
                facts += _coordinate(place.latitude_deg, place.longitude_deg, place.valid)
            elif body.kind >= 0x80:
                loose.append(body.content[2:])
        loose.append(unit.rest)
        unread = len(unit.rest)
    elif unit is None and frame.data:
        loose.append(frame.data)
        unread = len(frame.data) if frame.response == gbt32960.COMMAND else 0
    return Told(tuple(facts), tuple(part for part in loose if part), 0, unread)


def of_jtt808(message: jtt808.Message) -> Told:
    """Return what a JT/T 808 message tells."""
    hit = _MOBILE.fullmatch(message.phone)
    facts = [Fact("mobile", hit[1], certain=True)] if hit else []
    if message.encryption:
        return Told(tuple(facts), (), len(message.body), 0)
    try:
        body = jtt808_bodies.decode(message)
    except jtt808.MessageError:
        return Told(tuple(facts), (message.body,), 0, len(message.body))
    if body is None:
        return Told(tuple(facts), (message.body,) if message.body else (), 0, len(message.body) if message.package else 0)
    facts += _of_body(body)
    loose: list[bytes] = []
    for place in body.locations if isinstance(body, Batch) else (body,) if isinstance(body, Location) else ():
        loose += (value for kind, value in place.items if kind >= 0xE0)
    if isinstance(body, Attributes):
        loose.append(body.rest)
    return Told(tuple(facts), tuple(part for part in loose if part), 0, 0)


def _of_body(body: jtt808_bodies.Body) -> Iterator[Fact]:
    if isinstance(body, Registration):
        if body.colour == 0:
            yield from _vin(body.plate)
        elif body.plate.strip():
            yield Fact("plate", body.plate, certain=len(body.plate) in {7, 8} and not body.plate.isascii())
    elif isinstance(body, Authentication):
        if _IMEI.fullmatch(body.imei) and body.imei.strip("0"):
            yield Fact("imei", body.imei, certain=True)
    elif isinstance(body, Attributes):
        yield from _iccid(body.iccid)
    elif isinstance(body, Location):
        yield from _coordinate(body.latitude_deg, body.longitude_deg, body.located)
    elif isinstance(body, Batch):
        for place in body.locations:
            yield from _coordinate(place.latitude_deg, place.longitude_deg, place.located)
    elif isinstance(body, Driver) and body.name.strip():
        yield Fact("person_name", body.name, certain=True)


def _plausible(unit: gbt32960_units.Unit | None) -> bool:
    """Tell whether data that should be noise make sense: a time of the calendar, and bodies that fill them."""
    if unit is None or (isinstance(unit, Report) and (not unit.bodies or unit.rest)):
        return False
    _, month, day, hour, minute, second = unit.time
    return 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60


def _vin(text: str) -> Iterator[Fact]:
    if _VIN.fullmatch(text) and len(set(text)) > 1:
        yield Fact("vin", text, certain=True)


def _iccid(text: str) -> Iterator[Fact]:
    if _ICCID.fullmatch(text):
        yield Fact("iccid", text, certain=True)


def _coordinate(latitude_deg: float, longitude_deg: float, valid: bool) -> Iterator[Fact]:
    """A receiver without a fix repeats its last place, or sends zero or all ones."""
    if abs(latitude_deg) <= 90 and abs(longitude_deg) <= 180 and (latitude_deg or longitude_deg):
        yield Fact("coordinate", f"{latitude_deg:.6f},{longitude_deg:.6f}", certain=valid)
