"""Frames between an electric vehicle and a platform: header, check byte, and where they stand in a run of bytes.

    ## command response VIN(17) encryption length(2) data check      the start is ## (2016) or $$ (2025)

The check byte is the exclusive or of everything between the start and itself. The header is never encrypted: the VIN is always clear text.
Source: GB/T 32960.3-2016 and -2025, clauses 6.2 and 6.3 (basis G, checked against frames and tables of two independent public decoders).
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

LOGIN, REPORT, LATE_REPORT, LOGOUT, PLATFORM_LOGIN, PLATFORM_LOGOUT, HEARTBEAT, CLOCK = 1, 2, 3, 4, 5, 6, 7, 8
COMMAND: Final = 0xFE
"""Value of the response byte in a frame that asks; every other value answers."""
CLEAR, RSA, AES, SM2, SM4 = 1, 2, 3, 4, 5
HEADER_BYTE: Final = 24
MAX_DATA_BYTE: Final = 65_531
"""Longest data unit the standard allows; the length field could say 65 535."""
EDITIONS: Final = {b"##": 2016, b"$$": 2025}
_STARTS: Final = {edition: start for start, edition in EDITIONS.items()}
_START = re.compile(rb"(?:##|\$\$)[\x01-\x0b\x80-\x82\xc0-\xfe][\x01-\x07\xfe][0-9A-Za-z\x00 ]{17}[\x01-\x05\xfe\xff]", re.DOTALL)


class FrameError(ValueError):
    """Bytes that are no whole frame."""


class Frame(NamedTuple):
    """One frame.

    Args:
        edition: 2016 or 2025.
        command: What it is about, e.g. `REPORT`.
        response: `COMMAND`, or how the other side answered (1 done, 2 error, 3 VIN twice ...).
        vin: VIN, or the code of a platform; 17 bytes, padding kept.
        encryption: `CLEAR`, or how the data are encrypted.
        data: Data unit.
    """

    edition: int
    command: int
    response: int
    vin: bytes
    encryption: int
    data: bytes


class Found(NamedTuple):
    """One frame in a run of bytes: from where to where, and what it is."""

    start: int
    end: int
    frame: Frame


def check_byte(content: bytes | memoryview) -> int:
    """Return the exclusive or of all bytes."""
    # many false starts with long lengths must not cost a loop over bytes each
    return int(np.bitwise_xor.reduce(np.frombuffer(content, np.uint8))) if len(content) else 0


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame.

    Raises:
        FrameError: A field does not fit.
    """
    if frame.edition not in _STARTS or len(frame.vin) != 17 or len(frame.data) > MAX_DATA_BYTE:
        raise FrameError("edition, VIN or data unit does not fit")
    if not all(0 <= n < 256 for n in (frame.command, frame.response, frame.encryption)):
        raise FrameError("a code is no byte")
    fields = bytes((frame.command, frame.response)) + frame.vin + bytes((frame.encryption,))
    content = fields + len(frame.data).to_bytes(2, "big") + frame.data
    return _STARTS[frame.edition] + content + bytes((check_byte(content),))


def decode(data: bytes, at: int = 0) -> Found:
    """Return the frame that starts at `at`.

    Raises:
        FrameError: The start, a code, the length or the check byte is wrong, or the bytes end before the frame.
    """
    if _START.match(data, at) is None:
        raise FrameError("no header starts here")
    return _read(data, at)


def _read(data: bytes, at: int) -> Found:
    length = _length(data, at)
    if length is None:
        raise FrameError("the bytes end within the header")
    if length > MAX_DATA_BYTE:
        raise FrameError("the data unit is longer than allowed")
    end = at + HEADER_BYTE + length + 1
    if end > len(data):
        raise FrameError("the bytes end within the data unit")
    if check_byte(memoryview(data)[at + 2 : end]):  # the check byte wipes out what it checks
        raise FrameError("the check byte is wrong")
    edition = EDITIONS[bytes(data[at : at + 2])]
    command, response, encryption = data[at + 2], data[at + 3], data[at + 21]
    return Found(at, end, Frame(edition, command, response, data[at + 4 : at + 21], encryption, data[at + HEADER_BYTE : end - 1]))


def _length(data: bytes, at: int) -> int | None:
    return int.from_bytes(data[at + 22 : at + 24], "big") if len(data) - at >= HEADER_BYTE else None


def find(data: bytes) -> Iterator[Found]:
    """Yield every whole frame in `data`, wherever it stands; what looks like a start and is none is passed by."""
    at = 0
    while hit := _START.search(data, at):
        try:
            found = _read(data, hit.start())
        except FrameError:
            at = hit.start() + 1
            continue
        yield found
        at = found.end


def begun(data: bytes, start: int = 0) -> int | None:
    """Return where at the end of `data`, not before `start`, a frame may have begun that goes on behind it; None when there is no such place."""
    at = start
    marked = b"##" in data or b"$$" in data
    while marked and (hit := _START.search(data, at)):
        length = _length(data, hit.start())
        if length is None or (length <= MAX_DATA_BYTE and hit.start() + HEADER_BYTE + length + 1 > len(data)):
            return hit.start()
        at = hit.start() + 1
    # a header may be cut before it can be recognised
    if b"#" not in data[-22:] and b"$" not in data[-22:]:
        return None
    for place in range(max(len(data) - 22, start), len(data)):
        if data[place : place + 2] in {b"##", b"$$", b"#", b"$"}:
            return place
    return None
