"""Bodies of JT/T 808 messages that hold what identifies a person or a vehicle: registration, authentication, attributes, location, driver.

Source: JT/T 808-2013 and -2019, clause 8 (basis G, checked against messages of an independent public decoder).
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from zhunru.wire.jtt808 import Message, MessageError

REGISTRATION, AUTHENTICATION, ATTRIBUTES, LOCATION, DRIVER, BATCH = 0x0100, 0x0102, 0x0107, 0x0200, 0x0702, 0x0704
LOCATION_ANSWER, CONTROL_ANSWER = 0x0201, 0x0500
MICRODEGREE: Final = 1e-6


class Registration(NamedTuple):
    """Registration: areas, maker, model and id of the terminal, colour of the plate, plate, or VIN when the colour is 0."""

    province: int
    city: int
    maker: bytes
    model: bytes
    terminal: bytes
    colour: int
    plate: str


class Authentication(NamedTuple):
    """Authentication: code, and from 2019 on the IMEI and the software version."""

    code: str
    imei: str
    software: bytes


class Attributes(NamedTuple):
    """Attributes of the terminal: type, maker, model, id, ICCID; what follows is kept as bytes."""

    type: int
    maker: bytes
    model: bytes
    terminal: bytes
    iccid: str
    rest: bytes


class Location(NamedTuple):
    """Location: alarm and state flags, degrees, height in m, speed in 0.1 km/h, direction in degrees, time YYMMDDhhmmss, additional items."""

    alarm: int
    state: int
    latitude_deg: float
    longitude_deg: float
    height_m: int
    speed: int
    direction: int
    time: str
    items: tuple[tuple[int, bytes], ...]

    @property
    def located(self) -> bool:
        """The receiver had a fix."""
        return bool(self.state & 2)


class Batch(NamedTuple):
    """Locations sent late or together: 0 = together, 1 = late; the locations."""

    kind: int
    locations: tuple[Location, ...]


class Driver(NamedTuple):
    """Who drives: name, certificate, issuer; empty when the card was taken out or could not be read."""

    state: int
    time: str
    name: str
    certificate: str
    issuer: str


Body = Registration | Authentication | Attributes | Location | Batch | Driver


def decode(message: Message) -> Body | None:
    """Return what the body says; None for other messages and for parts of divided ones.

    Raises:
        MessageError: The body is encrypted, or shorter or longer than its lengths say.
    """
    readers: dict[int, Callable[[bytes, int], Body]] = {
        REGISTRATION: _registration, AUTHENTICATION: _authentication, ATTRIBUTES: _attributes, DRIVER: _driver, BATCH: _batch,
        LOCATION: lambda body, _: location(body), LOCATION_ANSWER: _answered, CONTROL_ANSWER: _answered,
    }  # fmt: skip
    if message.id not in readers or message.package:
        return None
    if message.encryption:
        raise MessageError("the body is encrypted")
    try:
        return readers[message.id](message.body, message.edition)
    except IndexError:
        raise MessageError("the body ends within a field") from None


def location(body: bytes) -> Location:
    """Return one location with its additional items.

    Raises:
        MessageError: It is shorter than its fixed part, or an item is longer than what is left.
    """
    if len(body) < 28:
        raise MessageError("a location has 28 bytes or more")
    alarm, state, north, east = (int.from_bytes(body[i : i + 4], "big") for i in range(0, 16, 4))
    height, speed, direction = (int.from_bytes(body[i : i + 2], "big") for i in range(16, 22, 2))
    items: list[tuple[int, bytes]] = []
    at = 28
    while at < len(body):
        end = at + 2 + (body[at + 1] if at + 1 < len(body) else len(body))
        if end > len(body):
            raise MessageError("an additional item is longer than the location")
        items.append((body[at], body[at + 2 : end]))
        at = end
    latitude = north * MICRODEGREE * (-1 if state & 4 else 1)
    longitude = east * MICRODEGREE * (-1 if state & 8 else 1)
    return Location(alarm, state, latitude, longitude, height, speed, direction, body[22:28].hex(), tuple(items))


def encode_location(place: Location) -> bytes:
    """Return the bytes of a location; the signs of the degrees must agree with the state flags."""
    degrees = (round(abs(d) / MICRODEGREE) for d in (place.latitude_deg, place.longitude_deg))
    fixed = b"".join(n.to_bytes(4, "big") for n in (place.alarm, place.state, *degrees))
    fixed += b"".join(n.to_bytes(2, "big") for n in (place.height_m, place.speed, place.direction)) + bytes.fromhex(place.time)
    return fixed + b"".join(bytes((kind, len(value))) + value for kind, value in place.items)


def encode_batch(batch: Batch) -> bytes:
    """Return the bytes of several locations."""
    parts = [encode_location(place) for place in batch.locations]
    return len(parts).to_bytes(2, "big") + bytes((batch.kind,)) + b"".join(len(p).to_bytes(2, "big") + p for p in parts)


def encode_registration(told: Registration, edition: int) -> bytes:
    """Return the bytes of a registration; texts are padded with zeros to the widths of the edition."""
    widths = _WIDTHS[edition]
    texts = b"".join(text.ljust(width, b"\0") for text, width in zip((told.maker, told.model, told.terminal), widths, strict=True))
    return told.province.to_bytes(2, "big") + told.city.to_bytes(2, "big") + texts + bytes((told.colour,)) + told.plate.encode("gbk")


_WIDTHS: Final = {2013: (5, 20, 7), 2019: (11, 30, 30)}
"""Bytes of maker, model and id of the terminal."""


def _texts(body: bytes, at: int, edition: int) -> tuple[tuple[bytes, bytes, bytes], int]:
    found = []
    for width in _WIDTHS[edition]:
        found.append(body[at : at + width].rstrip(b"\0"))
        at += width
    return (found[0], found[1], found[2]), at


def _registration(body: bytes, edition: int) -> Registration:
    texts, at = _texts(body, 4, edition)
    if len(body) <= at:
        raise MessageError("a registration is shorter than its fixed part")
    plate = body[at + 1 :].rstrip(b"\0").decode("gbk", "replace")
    return Registration(body[0] << 8 | body[1], body[2] << 8 | body[3], *texts, body[at], plate)


def _authentication(body: bytes, edition: int) -> Authentication:
    if edition == 2013:
        return Authentication(body.rstrip(b"\0").decode("gbk", "replace"), "", b"")
    size = body[0]
    if len(body) != 1 + size + 15 + 20:
        raise MessageError("the code does not fill the authentication")
    rest = body[1 + size :]
    return Authentication(body[1 : 1 + size].decode("gbk", "replace"), rest[:15].rstrip(b"\0").decode("ascii", "replace"), rest[15:])


def _attributes(body: bytes, edition: int) -> Attributes:
    texts, at = _texts(body, 2, edition)
    if len(body) < at + 10:
        raise MessageError("the attributes are shorter than their fixed part")
    return Attributes(body[0] << 8 | body[1], *texts, body[at : at + 10].hex(), body[at + 10 :])


def _answered(body: bytes, _: int) -> Location:
    return location(body[2:])


def _batch(body: bytes, _: int) -> Batch:
    count, kind, at = body[0] << 8 | body[1], body[2], 3
    places: list[Location] = []
    while at < len(body):
        end = at + 2 + (body[at] << 8 | body[at + 1])
        if end > len(body):
            raise MessageError("a location is longer than what is left")
        places.append(location(body[at + 2 : end]))
        at = end
    if len(places) != count:
        raise MessageError("the count contradicts the locations")
    return Batch(kind, tuple(places))


def _driver(body: bytes, _: int) -> Driver:
    state, time = body[0], body[1:7].hex()
    if len(body) < 7:
        raise MessageError("a driver message ends within the time")
    if len(body) < 9 or (state == 1 and body[7]):
        return Driver(state, time, "", "", "")
    size = body[8]
    at = 9 + size
    if len(body) < at + 20:
        raise MessageError("a driver message ends within the certificate")
    name, certificate = body[9:at], body[at : at + 20]
    issuer = body[at + 21 : at + 21 + (body[at + 20] if len(body) > at + 20 else 0)]
    texts = (t.rstrip(b"\0").decode("gbk", "replace") for t in (name, certificate, issuer))
    return Driver(state, time, *texts)
