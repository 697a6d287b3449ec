"""Messages between a terminal on board and a platform: framing, header, check byte, and where they stand in a run of bytes.

    7E  id(2) attributes(2) [version(1)] phone(6 or 10, BCD) serial(2) [packages(2) number(2)] body check  7E

Inside, 7E is written 7D 02 and 7D is written 7D 01. The check byte is the exclusive or of header and body before that.
Source: JT/T 808-2013 and -2019, clause 4 (basis G, checked against messages of an independent public decoder).
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from zhunru.wire.gbt32960 import check_byte

FLAG, ESCAPE = 0x7E, 0x7D
MAX_MESSAGE_BYTE: Final = 2 * (1023 + 21 + 1) + 2
"""Longest message, every byte escaped: body, header, check byte, flags."""
_FRAME = re.compile(rb"\x7e([^\x7e]{13,%d})(?=\x7e)" % (MAX_MESSAGE_BYTE - 2), re.DOTALL)
_ESCAPED = re.compile(rb"\x7d(.?)", re.DOTALL)
_IDS: Final = frozenset(
    {0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0100, 0x0102, 0x0104, 0x0107, 0x0108, 0x0200, 0x0201, 0x0301, 0x0302, 0x0303, 0x0500}
    | {0x0608, 0x0700, 0x0701, 0x0702, 0x0704, 0x0705, 0x0800, 0x0801, 0x0802, 0x0805, 0x0900, 0x0901, 0x0A00, 0x8001, 0x8003, 0x8004}
    | {0x8100, 0x8103, 0x8104, 0x8105, 0x8106, 0x8107, 0x8108, 0x8201, 0x8202, 0x8203, 0x8204, 0x8300, 0x8301, 0x8302, 0x8303, 0x8304}
    | {0x8400, 0x8401, 0x8500, *range(0x8600, 0x8609), 0x8700, 0x8701, 0x8702, 0x8800, *range(0x8801, 0x8806), 0x8900, 0x8A00}
)


class MessageError(ValueError):
    """Bytes that are no whole message."""


class Message(NamedTuple):
    """One message.

    Args:
        edition: 2013 (and older) or 2019.
        id: Message id, e.g. 0x0200 = location.
        phone: Number of the terminal: 12 (2013) or 20 (2019) digits, leading zeros kept.
        serial: Serial number.
        encryption: 0 = none, 1 = RSA; else unknown.
        package: How many packages, and which one this is, from 1; None when the message is not divided.
        body: Body.
    """

    edition: int
    id: int
    phone: str
    serial: int
    encryption: int
    package: tuple[int, int] | None
    body: bytes


class Found(NamedTuple):
    """One message in a run of bytes: from its first flag to behind its last one, and what it is."""

    start: int
    end: int
    message: Message


def escaped(content: bytes) -> bytes:
    """Return the bytes as they are sent between the flags."""
    return content.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def unescaped(content: bytes) -> bytes:
    """Return the bytes as they were before `escaped`.

    Raises:
        MessageError: 7D is followed by anything but 01 or 02.
    """
    if ESCAPE not in content:
        return content

    def one(hit: re.Match[bytes]) -> bytes:
        if hit[1] not in {b"\1", b"\2"}:
            raise MessageError("an escape is not 7D 01 or 7D 02")
        return b"\x7d" if hit[1] == b"\1" else b"\x7e"

    return _ESCAPED.sub(one, content)


def encode(message: Message) -> bytes:
    """Return the bytes of a message, with flags.

    Raises:
        MessageError: A field does not fit.
    """
    digits = 20 if message.edition == 2019 else 12
    if len(message.body) > 1023 or len(message.phone) != digits or not (message.phone.isascii() and message.phone.isdigit()):
        raise MessageError("body or phone does not fit")
    attributes = len(message.body) | message.encryption << 10 | (message.package is not None) << 13 | (message.edition == 2019) << 14
    head = message.id.to_bytes(2, "big") + attributes.to_bytes(2, "big") + (b"\1" if message.edition == 2019 else b"")
    head += bytes.fromhex(message.phone) + message.serial.to_bytes(2, "big")
    if message.package:
        head += b"".join(n.to_bytes(2, "big") for n in message.package)
    content = head + message.body
    return b"\x7e" + escaped(content + bytes((check_byte(content),))) + b"\x7e"


def decode(content: bytes) -> Message:
    """Return the message of what stands between two flags, still escaped.

    Raises:
        MessageError: An escape, the check byte, the length, a digit or the number of a package is wrong.
    """
    plain = unescaped(content)
    if len(plain) < 13:
        raise MessageError("shorter than the shortest message")
    attributes = plain[2] << 8 | plain[3]
    edition = 2019 if attributes & 0x4000 else 2013
    at, digits = (5, 10) if edition == 2019 else (4, 6)
    body_at = at + digits + 2 + (4 if attributes & 0x2000 else 0)
    if body_at + (attributes & 0x3FF) + 1 != len(plain):
        raise MessageError("the length contradicts the header")
    if check_byte(plain):
        raise MessageError("the check byte is wrong")
    phone = plain[at : at + digits].hex()
    if not phone.isdigit():
        raise MessageError("the phone number is not BCD")
    package = None
    if attributes & 0x2000:
        package = int.from_bytes(plain[body_at - 4 : body_at - 2], "big"), int.from_bytes(plain[body_at - 2 : body_at], "big")
        if not 1 <= package[1] <= package[0]:
            raise MessageError("the number of the package contradicts their count")
    serial = int.from_bytes(plain[at + digits : at + digits + 2], "big")
    return Message(edition, plain[0] << 8 | plain[1], phone, serial, attributes >> 10 & 7, package, plain[body_at:-1])


def find(data: bytes) -> Iterator[Found]:
    """Yield every whole message in `data` with an id of the standard, wherever it stands; one flag may end a message and begin the next."""
    at = 0
    while hit := _FRAME.search(data, at):
        at = hit.end()
        try:
            message = decode(hit[1])
        except MessageError:
            continue
        if message.id in _IDS:
            yield Found(hit.start(), hit.end() + 1, message)


def begun(data: bytes, start: int = 0) -> int | None:
    """Return where at the end of `data`, not before `start`, a message may have begun that goes on behind it; None when there is no such place."""
    at = data.rfind(b"\x7e", start)
    return at if at >= 0 and len(data) - at < MAX_MESSAGE_BYTE else None
