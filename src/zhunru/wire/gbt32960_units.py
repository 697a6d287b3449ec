"""Data units of GB/T 32960.3 frames: login, reports with their information bodies, logout.

What is not laid down (reserved bodies, bodies of the maker) keeps its bytes; where the length of a body is not known, the rest stays undecided.
Source: GB/T 32960.3-2016 clause 7 and annex B, GB/T 32960.3-2025 clause 7 (basis G, checked against two independent public decoders).
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from zhunru.wire.gbt32960 import CLEAR, LATE_REPORT, LOGIN, LOGOUT, PLATFORM_LOGIN, PLATFORM_LOGOUT, REPORT, Frame, FrameError

POSITION: Final = 5
SIGNATURE: Final = 0xFF
MICRODEGREE: Final = 1e-6
"""Resolution of longitude and latitude, degrees."""


class Login(NamedTuple):
    """Vehicle login: time as sent (year without century, month, day, hour, minute, second), serial number, ICCID, codes of the packs."""

    time: bytes
    serial: int
    iccid: str
    codes: tuple[bytes, ...]


class PlatformLogin(NamedTuple):
    """Platform login: time, serial number, user, password, encryption of what follows."""

    time: bytes
    serial: int
    user: bytes
    password: bytes
    encryption: int


class Logout(NamedTuple):
    """Vehicle or platform logout: time and serial number."""

    time: bytes
    serial: int


class Body(NamedTuple):
    """One information body: its number and its bytes."""

    kind: int
    content: bytes


class Report(NamedTuple):
    """Report, real-time or late.

    Args:
        time: Time as sent.
        bodies: Information bodies.
        signature: Signature of a 2025 report, its start byte left out.
        rest: Bytes from the first body of which the length is not known.
    """

    time: bytes
    bodies: tuple[Body, ...]
    signature: bytes
    rest: bytes


class Position(NamedTuple):
    """Position: whether the receiver had a fix, degrees east and north, coordinate system (2025: 1 WGS-84, 2 GCJ-02, 3 other; 2016: 0)."""

    valid: bool
    longitude_deg: float
    latitude_deg: float
    system: int


Unit = Login | PlatformLogin | Logout | Report
Size = Callable[[bytes, int], int]
"""Returns the bytes of the body that starts at a place; an `IndexError` tells that a count lies behind the end."""


def decode(frame: Frame) -> Unit | None:
    """Return what the data unit says; None when it is empty, of another command, or an answer.

    Raises:
        FrameError: The data are encrypted, or shorter or longer than their counts say.
    """
    data = frame.data
    if frame.command not in {LOGIN, REPORT, LATE_REPORT, LOGOUT, PLATFORM_LOGIN, PLATFORM_LOGOUT} or not data:
        return None
    if frame.encryption != CLEAR:
        raise FrameError("the data unit is encrypted")
    if len(data) < 6:
        raise FrameError("the data unit ends within the time")
    if frame.command in {REPORT, LATE_REPORT}:
        return _report(data, frame.edition)
    if len(data) == 6:  # an answer repeats the time only
        return None
    if len(data) < 8:
        raise FrameError("the data unit ends within the serial number")
    time, serial = data[:6], int.from_bytes(data[6:8], "big")
    if frame.command == LOGIN:
        return _login(data, frame.edition)
    if frame.command == PLATFORM_LOGIN:
        if len(data) != 41:
            raise FrameError("a platform login has 41 bytes")
        return PlatformLogin(time, serial, data[8:20], data[20:40], data[40])
    if len(data) != 8:
        raise FrameError("a logout has 8 bytes")
    return Logout(time, serial)


def encode(unit: Unit, edition: int) -> bytes:
    """Return the bytes of a data unit; of a 2025 login with one code per subsystem."""
    if isinstance(unit, Logout):
        return unit.time + unit.serial.to_bytes(2, "big")
    if isinstance(unit, PlatformLogin):
        return unit.time + unit.serial.to_bytes(2, "big") + unit.user + unit.password + bytes((unit.encryption,))
    if isinstance(unit, Report):
        end = bytes((SIGNATURE,)) + unit.signature if edition == 2025 else b""
        return unit.time + b"".join(bytes((b.kind,)) + b.content for b in unit.bodies) + unit.rest + end * (not unit.rest)
    head = unit.time + unit.serial.to_bytes(2, "big") + unit.iccid.encode("ascii").ljust(20, b"\0") + bytes((len(unit.codes),))
    if edition == 2025:
        return head + b"\1" * len(unit.codes) + b"".join(unit.codes)
    return head + bytes((len(unit.codes[0]) if unit.codes else 0,)) + b"".join(unit.codes)


def position(body: Body, edition: int) -> Position:
    """Return what a position body says.

    Raises:
        FrameError: It is no position body of this edition.
    """
    if body.kind != POSITION or len(body.content) != _fixed(edition)[POSITION]:
        raise FrameError("no position body")
    state, system = body.content[0], body.content[1] if edition == 2025 else 0
    east, north = (int.from_bytes(part, "big") * MICRODEGREE for part in (body.content[-8:-4], body.content[-4:]))
    return Position(not state & 1, -east if state & 4 else east, -north if state & 2 else north, system)


def position_body(place: Position, edition: int) -> Body:
    """Return the body that says a position."""
    state = (not place.valid) | (place.latitude_deg < 0) << 1 | (place.longitude_deg < 0) << 2
    degrees = b"".join(round(abs(d) / MICRODEGREE).to_bytes(4, "big") for d in (place.longitude_deg, place.latitude_deg))
    return Body(POSITION, bytes((state,)) + (bytes((place.system,)) if edition == 2025 else b"") + degrees)


def _login(data: bytes, edition: int) -> Login:
    if len(data) < 29:
        raise FrameError("a login is shorter than its fixed part")
    count, at = data[28], 29
    if edition == 2025:
        sizes = [24] * sum(data[at : at + count])
        at += count
    else:
        if len(data) < 30:
            raise FrameError("a login is shorter than its fixed part")
        sizes = [data[29]] * count
        at = 30
    if at + sum(sizes) != len(data):
        raise FrameError("the codes do not fill the login")
    codes = tuple(data[at + i * size : at + (i + 1) * size] for i, size in enumerate(sizes))
    return Login(data[:6], int.from_bytes(data[6:8], "big"), data[8:28].rstrip(b"\0 ").decode("ascii", "replace"), codes)


def _report(data: bytes, edition: int) -> Report:
    fixed, counted = _fixed(edition), _COUNTED[edition]
    bodies: list[Body] = []
    at = 6
    while at < len(data):
        kind = data[at]
        if edition == 2025 and kind == SIGNATURE:
            return Report(data[:6], tuple(bodies), data[at + 1 :], b"")
        try:
            if kind in fixed:
                size = fixed[kind]
            elif kind in counted:
                size = counted[kind](data, at + 1)
            elif 0x80 <= kind <= 0xFE:
                size = 2 + _word(data, at + 1)
            else:
                return Report(data[:6], tuple(bodies), b"", data[at:])
        except IndexError:
            raise FrameError("a count lies behind the end of the report") from None
        if at + 1 + size > len(data):
            raise FrameError("an information body is longer than the report")
        bodies.append(Body(kind, data[at + 1 : at + 1 + size]))
        at += 1 + size
    return Report(data[:6], tuple(bodies), b"", b"")


def _word(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]


def _fixed(edition: int) -> dict[int, int]:
    return _FIXED[edition]


def _lists(data: bytes, at: int) -> int:
    """Alarms: level, flags, and four lists of fault codes."""
    end = at + 5
    for _ in range(4):
        end += 1 + 4 * data[end]
    return end - at


def _packs(head: int, width: int, each: int) -> Size:
    """Return the size of a body of packs: each has a head that ends in a count of `width` bytes, then as many values of `each` bytes."""

    def size(data: bytes, at: int) -> int:
        end = at + 1
        for _ in range(data[at]):
            count = _word(data, end + head - 2) if width == 2 else data[end + head - 1]
            end += head + each * count
        return end - at

    return size


_FIXED: Final[dict[int, dict[int, int]]] = {
    2016: {1: 20, 4: 5, POSITION: 9, 6: 14},
    2025: {1: 18, 4: 2, POSITION: 10},
}
"""Bytes of whole vehicle, engine, position and extremes."""
_COUNTED: Final[dict[int, dict[int, Size]]] = {
    2016: {
        2: lambda data, at: 1 + 12 * data[at],  # drive motors
        3: lambda data, at: 18 + _word(data, at + 6),  # fuel cell
        7: _lists,
        8: _packs(10, 1, 2),  # voltages
        9: _packs(3, 2, 1),  # temperatures
    },
    2025: {
        2: lambda data, at: 1 + 10 * data[at],
        6: lambda data, at: (size := _lists(data, at)) + 1 + 2 * data[at + size],
        7: _packs(7, 2, 2),
        8: _packs(3, 2, 1),
    },
}
