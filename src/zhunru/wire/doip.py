"""Diagnostics over IP: messages in a stream or a datagram.

Source: ISO 13400-2:2019 (basis G; checked against doipclient): header, payload types, addresses.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

PORT: Final = 13400
HEADER_BYTE: Final = 8
MAX_MESSAGE_BYTE: Final = 1 << 20
"""Longest message believed (P); the length field could demand 4 GiB."""
ANNOUNCEMENT, ROUTING_REQUEST, ROUTING_RESPONSE, DIAGNOSTIC, POSITIVE_ACK, NEGATIVE_ACK = 0x0004, 0x0005, 0x0006, 0x8001, 0x8002, 0x8003
_VERSIONS: Final = frozenset({1, 2, 3, 4, 0xFF})
_TYPES: Final = frozenset((*range(9), *range(0x4001, 0x4005), DIAGNOSTIC, POSITIVE_ACK, NEGATIVE_ACK))
_MAX_LATER, _MAX_LATER_BYTE = 256, 1 << 20
_HALF, _WRAP = 1 << 31, 1 << 32


class DoipMessage(NamedTuple):
    """One message: when its last byte came, payload type, payload."""

    t_ns: int
    kind: int
    payload: bytes


class Vehicle(NamedTuple):
    """What a vehicle says of itself (announcement or answer to an identification request).

    Args:
        vin: As sent; empty when it is no text or unset (all 00 or FF).
        address: Logical address of the answering entity.
        eid: Entity identification in hexadecimal.
        gid: Group identification in hexadecimal; empty when unset.
    """

    vin: str
    address: int
    eid: str
    gid: str


class Diagnostic(NamedTuple):
    """Diagnostic message: who, to whom, what."""

    source: int
    target: int
    data: bytes


def header(data: bytes | bytearray | memoryview) -> tuple[int, int] | None:
    """Return payload type and length when `data` starts with a header that can be true, else None; 8 bytes or more are looked at."""
    if len(data) < HEADER_BYTE or data[0] ^ data[1] != 0xFF or data[0] not in _VERSIONS:
        return None
    kind, size = int.from_bytes(data[2:4], "big"), int.from_bytes(data[4:8], "big")
    return (kind, size) if kind in _TYPES and size <= MAX_MESSAGE_BYTE else None


def diagnostic(payload: bytes) -> Diagnostic | None:
    """Return the parts of a diagnostic message (type 0x8001); None when it is too short."""
    if len(payload) < 5:
        return None
    return Diagnostic(int.from_bytes(payload[:2], "big"), int.from_bytes(payload[2:4], "big"), payload[4:])


def vehicle(payload: bytes) -> Vehicle | None:
    """Return what an announcement (type 0x0004) tells; None when it is too short."""
    if len(payload) < 32:
        return None
    raw, gid = payload[:17], payload[25:31]
    text = raw.decode("ascii", "replace")
    plain = text if text.isascii() and text.isprintable() else ""
    return Vehicle(plain, int.from_bytes(payload[17:19], "big"), payload[19:25].hex(), "" if gid in {b"\0" * 6, b"\xff" * 6} else gid.hex())


def is_functional(address: int) -> bool:
    """Tell whether a logical address stands for a group: 0xE000 to 0xEFFF."""
    return 0xE000 <= address <= 0xEFFF


class Datagrams:
    """Reads the messages of datagrams.

    Args:
        broken: Datagrams that hold something else, or a message that is not whole.
    """

    def __init__(self) -> None:
        self.broken = 0

    def feed(self, t_ns: int, payload: bytes) -> Iterator[DoipMessage]:
        """Yield the messages of one datagram."""
        at = 0
        while at < len(payload):
            found = header(payload[at : at + HEADER_BYTE])
            if found is None or at + HEADER_BYTE + found[1] > len(payload):
                self.broken += 1
                return
            kind, size = found
            yield DoipMessage(t_ns, kind, payload[at + HEADER_BYTE : at + HEADER_BYTE + size])
            at += HEADER_BYTE + size


class Stream:
    """Reads the messages of one direction of one TCP connection, whatever the order of its segments.

    Where bytes are missing for good, what was begun is dropped and the next header is looked for at the start of a segment.

    Args:
        losses: Places at which bytes are missing or are no message.
    """

    def __init__(self) -> None:
        self.losses = 0
        self._next = 0
        self._begun = False
        self._data = bytearray()
        self._later: dict[int, tuple[int, bytes, int]] = {}
        self._later_byte = 0
        self._lost = False

    @property
    def held_byte(self) -> int:
        """Bytes kept in memory."""
        return len(self._data) + self._later_byte

    def begin(self, sequence: int) -> None:
        """Take it that the connection begins: the first byte follows `sequence`, the number of its SYN."""
        if self._data or self._later:
            self.losses += 1
        self._data, self._later, self._later_byte, self._lost = bytearray(), {}, 0, False
        self._next, self._begun = (sequence + 1) % _WRAP, True

    def feed(self, t_ns: int, sequence: int, payload: bytes, sent_byte: int) -> list[DoipMessage]:
        """Take a segment of which `payload` was captured and `sent_byte` bytes were sent; return the messages that it completes."""
        if not self._begun:
            self._next, self._begun = sequence, True
        ahead = (sequence - self._next) % _WRAP
        if ahead >= _HALF:  # sent before: only what is new counts
            old = _WRAP - ahead
            if old >= sent_byte:
                return []
            return self._take(t_ns, payload[old:], sent_byte - old)
        if ahead:
            return self._keep(t_ns, sequence, payload, sent_byte)
        return self._take(t_ns, payload, sent_byte) + self._joined()

    def close(self) -> None:
        """Count what the capture leaves unfinished."""
        self.losses += bool(self._data or self._later) and not self._lost
        self._data, self._later, self._later_byte = bytearray(), {}, 0

    def _keep(self, t_ns: int, sequence: int, payload: bytes, sent_byte: int) -> list[DoipMessage]:
        if sequence not in self._later:
            self._later[sequence] = (t_ns, payload, sent_byte)
            self._later_byte += len(payload)
        if len(self._later) <= _MAX_LATER and self._later_byte <= _MAX_LATER_BYTE:
            return []
        # what is missing will not come: go on behind it
        self._gap()
        base = self._next
        self._next = min(self._later, key=lambda s: (s - base) % _WRAP)
        return self._joined()

    def _joined(self) -> list[DoipMessage]:
        found: list[DoipMessage] = []
        while self._later:
            base = self._next
            ready = [s for s in self._later if (s - base) % _WRAP == 0 or (s - base) % _WRAP >= _HALF]
            if not ready:
                break
            sequence = min(ready, key=lambda s: (s - base + _HALF) % _WRAP)
            t_ns, payload, sent_byte = self._later.pop(sequence)
            self._later_byte -= len(payload)
            old = (base - sequence) % _WRAP
            if old < sent_byte:
                found += self._take(t_ns, payload[old:], sent_byte - old)
        return found

    def _take(self, t_ns: int, payload: bytes, sent_byte: int) -> list[DoipMessage]:
        self._next = (self._next + sent_byte) % _WRAP
        if self._lost and header(payload) is not None:
            self._lost = False
        if self._lost:
            return []
        self._data += payload
        found = list(self._messages(t_ns))
        if len(payload) < sent_byte:  # the capture cut the segment
            self._gap()
        return found

    def _messages(self, t_ns: int) -> Iterator[DoipMessage]:
        at = 0
        while len(self._data) - at >= HEADER_BYTE:
            found = header(memoryview(self._data)[at : at + HEADER_BYTE])
            if found is None:
                self._gap()
                return
            end = at + HEADER_BYTE + found[1]
            if end > len(self._data):
                break
            yield DoipMessage(t_ns, found[0], bytes(self._data[at + HEADER_BYTE : end]))
            at = end
        del self._data[:at]

    def _gap(self) -> None:
        self.losses += not self._lost
        self._data, self._lost = bytearray(), True
