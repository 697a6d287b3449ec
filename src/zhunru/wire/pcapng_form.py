"""Blocks of a pcapng file as they are written: one section, little-endian, time in nanoseconds.

Source: draft-ietf-opsawg-pcapng (basis G); checked against tshark.
"""

from struct import Struct

_COMMENT, _PROGRAM, _NAME, _CLOCK, _DROPPED = 1, 4, 2, 9, 5
_NANOSECONDS = b"\x09"
_PACKET = Struct("<IIIIIII")
_LENGTH = Struct("<I")


def section(program: str, comment: str) -> bytes:
    """Return the section header with the program that wrote the file and a comment."""
    body = Struct("<IHHq").pack(0x1A2B3C4D, 1, 0, -1)
    return _block(0x0A0D0D0A, body + _option(_COMMENT, comment.encode()) + _option(_PROGRAM, program.encode()) + bytes(4))


def interface(link: int, name: str = "") -> bytes:
    """Return the description of an interface; no bound on the length of its packets."""
    named = _option(_NAME, name.encode()) if name else b""
    return _block(1, Struct("<HHI").pack(link, 0, 0) + named + _option(_CLOCK, _NANOSECONDS) + bytes(4))


def packet(number: int, t_ns: int, content: bytes | memoryview, wire_byte: int) -> bytes:
    """Return a packet of interface `number`; `wire_byte` is its length on the wire, `t_ns` not negative."""
    size = len(content)
    pad = -size % 4
    length = 32 + size + pad
    head = _PACKET.pack(6, length, number, t_ns >> 32, t_ns & 0xFFFFFFFF, size, wire_byte)
    return b"".join((head, content, bytes(pad), _LENGTH.pack(length)))


def statistics(number: int, dropped: int) -> bytes:
    """Return the packets that interface `number` lost."""
    return _block(5, Struct("<III").pack(number, 0, 0) + _option(_DROPPED, dropped.to_bytes(8, "little")) + bytes(4))


def _option(code: int, value: bytes) -> bytes:
    return Struct("<HH").pack(code, len(value)) + value + bytes(-len(value) % 4)


def _block(kind: int, body: bytes) -> bytes:
    length = Struct("<I").pack(12 + len(body))
    return Struct("<I").pack(kind) + length + body + length
