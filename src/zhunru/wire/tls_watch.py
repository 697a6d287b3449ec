"""Finds TLS handshakes among the packets of a capture, block by block.

A ClientHello is recognised by its first bytes; from there on both sides of that connection are put together until both went on encrypted.
Segments that the file holds before the ClientHello are taken from the same block and the one before it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from zhunru.wire import tls
from zhunru.wire.flow_fold import mixed
from zhunru.wire.packet import TCP, PacketColumns
from zhunru.wire.packet_block import I64, Flags, rows_of
from zhunru.wire.tls_handshake import MAX_STREAM_BYTE, Handshake, Side, TcpStream

_MAX_OPEN_BYTE = 32 << 20
"""Bytes of unfinished handshakes kept; beyond it the oldest are told as far as they went (P)."""
_MAX_OPEN, _MAX_EARLY = 16_384, 64
_SLOTS = 1 << 16


class _Segment(NamedTuple):
    key: tuple[int, ...]
    low: bool
    sequence: int
    acknowledged: int
    t_ns: int
    data: bytearray
    at: int
    held: int
    hello: bool

    def payload(self) -> bytes:
        return bytes(self.data[self.at : self.at + self.held])


class TlsWatch:
    """Handshakes of one address family.

    Args:
        evicted: Handshakes that were told early because too many were open.
        malformed: Handshakes with a message that contradicts its lengths.
    """

    def __init__(self) -> None:
        self.evicted = 0
        self.malformed = 0
        self._open: dict[tuple[int, ...], Handshake] = {}
        self._begun: dict[tuple[int, ...], int] = {}
        self._before: tuple[PacketColumns, bytearray] | None = None

    def take(self, packets: PacketColumns, data: bytearray) -> list[Handshake]:
        """Return the handshakes that ended in this block; `data` must stay unchanged until the next call has returned."""
        rows = np.flatnonzero((packets.payload_held > 0) & (packets.protocol == TCP))
        hello = _hellos(packets, data, rows)
        ended: list[Handshake] = []
        if self._open or hello.any():
            early: dict[tuple[int, ...], list[_Segment]] = {}
            slots = _slots(packets, rows)
            if hello.any() and self._before:
                self._look_back(slots[hello], early)
            table = np.zeros(_SLOTS, np.bool_)
            table[slots[hello]] = True
            if self._open:
                table[_slots_of(list(self._open))] = True
            near = table[slots]
            for segment in _segments(packets, data, rows[near], hello[near]):
                self._follow(segment, early, ended)
            ended += self._evict()
        self._before = packets, data
        return [h for h in ended if h.hello]

    def rest(self) -> list[Handshake]:
        """Return the handshakes that the capture does not show to the end."""
        found = [h for h in self._open.values() if h.hello]
        self._open.clear()
        return found

    def _follow(self, segment: _Segment, early: dict[tuple[int, ...], list[_Segment]], ended: list[Handshake]) -> None:
        known = self._open.get(segment.key)
        if (
            known
            and segment.hello
            and known.client_low == segment.low
            and abs(known.client.stream.place(segment.sequence)) >= MAX_STREAM_BYTE
        ):
            ended.append(self._close(known))  # the ports were reused
            known = None
        if known is None:
            if not segment.hello or self._begun.get(segment.key) == segment.sequence:
                waiting = early.setdefault(segment.key, [])
                if len(waiting) < _MAX_EARLY:
                    waiting.append(segment)
                return
            client, server = Side(TcpStream(segment.sequence)), Side(TcpStream(segment.acknowledged))
            known = Handshake(segment.key, segment.low, segment.t_ns, client, server)
            self._open[segment.key] = known
            self._begun[segment.key] = segment.sequence
            for piece in early.pop(segment.key, ()):
                known.feed(piece.low == known.client_low, piece.sequence, piece.payload())
        side = known.client if segment.low == known.client_low else known.server
        if not side.done:
            known.feed(segment.low == known.client_low, segment.sequence, segment.payload())
        if known.over or (known.client.broken and known.hello is None):
            ended.append(self._close(known))

    def _close(self, handshake: Handshake) -> Handshake:
        del self._open[handshake.key]
        self.malformed += handshake.malformed
        return handshake

    def _look_back(self, sought: I64, early: dict[tuple[int, ...], list[_Segment]]) -> None:
        assert self._before  # noqa: S101 - told to the type checker
        packets, data = self._before
        rows = np.flatnonzero((packets.payload_held > 0) & (packets.protocol == TCP))
        table = np.zeros(_SLOTS, np.bool_)
        table[sought] = True
        rows = rows[table[_slots(packets, rows)]]
        for segment in _segments(packets, data, rows, np.zeros(rows.size, np.bool_)):
            if segment.key not in self._open:
                waiting = early.setdefault(segment.key, [])
                waiting.append(segment)
                del waiting[:-_MAX_EARLY]

    def _evict(self) -> Iterator[Handshake]:
        held = sum(h.client.stream.held_byte + h.server.stream.held_byte for h in self._open.values()) if len(self._open) > 64 else 0
        while len(self._open) > _MAX_OPEN or held > _MAX_OPEN_BYTE:
            oldest = next(iter(self._open.values()))
            held -= oldest.client.stream.held_byte + oldest.server.stream.held_byte
            self.evicted += 1
            yield self._close(oldest)


def _hellos(packets: PacketColumns, data: bytearray, rows: I64) -> Flags:
    """Tell which payloads start like a record with a ClientHello; a shorter payload is judged by what there is."""
    first, held = rows_of(data, 6, packets.payload_at[rows]), packets.payload_held[rows]
    found = first[:, 0] == tls.HANDSHAKE
    if found.any():
        found &= (first[:, 1] == 3) | (held < 2)
        found &= (first[:, 2] <= 4) | (held < 3)
        found &= (first[:, 5] == tls.CLIENT_HELLO) | (held < 6)
    return found


def _slots(packets: PacketColumns, rows: I64) -> I64:
    return (mixed(tuple(word[rows] for word in packets.key)) >> np.uint64(48)).astype(np.int64)


def _slots_of(keys: list[tuple[int, ...]]) -> I64:
    return (mixed(tuple(np.array(word, np.uint64) for word in zip(*keys, strict=True))) >> np.uint64(48)).astype(np.int64)


def _segments(packets: PacketColumns, data: bytearray, rows: I64, hello: Flags) -> Iterator[_Segment]:
    columns = (packets.forward, packets.sequence, packets.acknowledged, packets.t_ns, packets.payload_at, packets.payload_held)
    keys = zip(*(word[rows].tolist() for word in packets.key), strict=True)
    lists = [column[rows].tolist() for column in columns]
    for key, low, sequence, acknowledged, t_ns, at, held, is_hello in zip(keys, *lists, hello.tolist(), strict=True):
        yield _Segment(key, low, sequence, acknowledged, t_ns, data, at, held, is_hello)
