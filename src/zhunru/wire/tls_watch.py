"""Finds TLS handshakes among the packets of a capture, block by block.

A ClientHello is recognised by its first bytes; from there on both sides of that connection are put together until both went on encrypted.
Segments that the file holds before the ClientHello are taken from the same block and the one before it.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from zhunru.wire import tls
from zhunru.wire.flow_fold import mixed, ordered
from zhunru.wire.packet import TCP, PacketColumns
from zhunru.wire.packet_block import I64, Flags, rows_of
from zhunru.wire.tls_handshake import MAX_STREAM_BYTE, Handshake, Side, TcpStream

_MAX_OPEN_BYTE = 32 << 20
"""Bytes of unfinished handshakes kept; beyond it the oldest are told as far as they went (P)."""
_MAX_OPEN, _MAX_EARLY = 16_384, 64
_SLOTS, _STRIDE = 1 << 16, 16


class _Segment(NamedTuple):
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


class _Connection(NamedTuple):
    key: tuple[int, ...]
    hellos: int
    segments: Iterator[_Segment]


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
        self._before: _Block | None = None

    def take(self, packets: PacketColumns, data: bytearray) -> list[Handshake]:
        """Return the handshakes that ended in this block; `data` must stay unchanged until the next call has returned."""
        rows = np.flatnonzero((packets.payload_held > 0) & (packets.protocol == TCP))
        now = _Block(packets, data, rows, _hellos(packets, data, rows))
        ended: list[Handshake] = []
        if rows.size and (self._open or now.hello.any()):
            slots = now.slots
            table = np.zeros(_SLOTS, np.bool_)
            table[slots[now.hello]] = True
            early = self._early(table) if now.hello.any() and self._before else {}
            if self._open:
                table[_slots_of(list(self._open))] = True
            for some in now.connections(table[slots], self._open):
                self._follow(some, early.get(some.key, []), ended)
            ended += self._evict()
        self._before = now
        return [h for h in ended if h.hello]

    def rest(self) -> list[Handshake]:
        """Return the handshakes that the capture does not show to the end."""
        found = [h for h in self._open.values() if h.hello]
        self._open.clear()
        return found

    def _follow(self, some: _Connection, early: list[_Segment], ended: list[Handshake]) -> None:
        """Feed the segments of one connection until its handshake is over; `early` are those of the block before."""
        key, hellos = some.key, some.hellos
        known = self._open.get(key)
        for segment in some.segments:
            hellos -= segment.hello
            if known and segment.hello and _reused(known, segment):
                ended.append(self._close(known))
                known = None
            if known is None:
                if not segment.hello or self._begun.get(key) == segment.sequence:
                    early = [*early[1 - _MAX_EARLY :], segment]
                    continue
                known = self._open[key] = _begun(key, segment)
                self._begun[key] = segment.sequence
                for piece in early:
                    known.feed(piece.low == known.client_low, piece.sequence, piece.payload())
                early = []
            known.feed(segment.low == known.client_low, segment.sequence, segment.payload())
            if known.over or (known.client.broken and known.hello is None):
                ended.append(self._close(known))
                known = None
                if not hellos:
                    return

    def _close(self, handshake: Handshake) -> Handshake:
        del self._open[handshake.key]
        self.malformed += handshake.malformed
        return handshake

    def _early(self, table: Flags) -> dict[tuple[int, ...], list[_Segment]]:
        """Return the segments of the block before that lie in marked slots."""
        before = self._before
        if before is None or not before.rows.size:
            return {}
        found = before.connections(table[before.slots], None)
        return {some.key: list(some.segments)[-_MAX_EARLY:] for some in found if some.key not in self._open}

    def _evict(self) -> Iterator[Handshake]:
        held = sum(h.client.stream.held_byte + h.server.stream.held_byte for h in self._open.values()) if len(self._open) > 64 else 0
        while len(self._open) > _MAX_OPEN or held > _MAX_OPEN_BYTE:
            oldest = next(iter(self._open.values()))
            held -= oldest.client.stream.held_byte + oldest.server.stream.held_byte
            self.evicted += 1
            yield self._close(oldest)


class _Block:
    """TCP payloads of one block."""

    def __init__(self, packets: PacketColumns, data: bytearray, rows: I64, hello: Flags) -> None:
        self.packets, self.data, self.rows, self.hello = packets, data, rows, hello

    @cached_property
    def slots(self) -> I64:
        """A small number per payload; equal for equal connections."""
        return (mixed(tuple(word[self.rows] for word in self.packets.key)) >> np.uint64(48)).astype(np.int64)

    def connections(self, near: Flags, wanted: dict[tuple[int, ...], Handshake] | None) -> Iterator[_Connection]:
        """Yield each connection among the marked payloads that holds a hello or is `wanted` (all when None)."""
        rows, hello = self.rows[near], self.hello[near]
        if not rows.size:
            return
        key = tuple(word[rows] for word in self.packets.key)
        order, begins = ordered(key)
        starts = np.flatnonzero(begins)
        greeted = np.add.reduceat(hello[order].astype(np.int64), starts).tolist()
        keys = zip(*(word[order[starts]].tolist() for word in key), strict=True)
        bounds = [*starts.tolist(), rows.size]
        for i, name in enumerate(keys):
            if wanted is None or greeted[i] or name in wanted:
                picked = order[bounds[i] : bounds[i + 1]]
                yield _Connection(name, greeted[i], self._segments(rows[picked], hello[picked]))

    def _segments(self, rows: I64, hello: Flags) -> Iterator[_Segment]:
        p, data = self.packets, self.data
        columns = (p.forward, p.sequence, p.acknowledged, p.t_ns, p.payload_at, p.payload_held)
        for start in range(0, rows.size, _STRIDE):  # most handshakes are over after a few segments: the rest is never unpacked
            some = rows[start : start + _STRIDE]
            lists = [column[some].tolist() for column in columns]
            for low, sequence, acknowledged, t_ns, at, held, is_hello in zip(*lists, hello[start : start + _STRIDE].tolist(), strict=True):
                yield _Segment(low, sequence, acknowledged, t_ns, data, at, held, is_hello)


def _hellos(packets: PacketColumns, data: bytearray, rows: I64) -> Flags:
    """Tell which payloads start like a record with a ClientHello; a shorter payload is judged by what there is."""
    found: Flags = np.frombuffer(data, np.uint8)[packets.payload_at[rows]] == tls.HANDSHAKE
    near = np.flatnonzero(found)
    first, held = rows_of(data, 6, packets.payload_at[rows[near]]), packets.payload_held[rows[near]]
    like = (first[:, 1] == 3) | (held < 2)
    like &= (first[:, 2] <= 4) | (held < 3)
    found[near] = like & ((first[:, 5] == tls.CLIENT_HELLO) | (held < 6))
    return found


def _slots_of(keys: list[tuple[int, ...]]) -> I64:
    return (mixed(tuple(np.array(word, np.uint64) for word in zip(*keys, strict=True))) >> np.uint64(48)).astype(np.int64)


def _reused(known: Handshake, hello: _Segment) -> bool:
    return known.client_low == hello.low and abs(known.client.stream.place(hello.sequence)) >= MAX_STREAM_BYTE


def _begun(key: tuple[int, ...], hello: _Segment) -> Handshake:
    # What the client acknowledges with its hello is where the answer of the server begins.
    client, server = Side(TcpStream(hello.sequence)), Side(TcpStream(hello.acknowledged))
    return Handshake(key, hello.low, hello.t_ns, client, server)
