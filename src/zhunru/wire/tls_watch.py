"""Finds TLS handshakes among the packets of a capture, block by block.

A ClientHello is recognised by its first bytes; from there on both sides of that connection are put together until both went on encrypted.
Segments that the file holds before the ClientHello are taken from the same block and the one before it.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from zhunru.wire import tls
from zhunru.wire.key_groups import Groups, places, ranked
from zhunru.wire.packet import TCP, PacketColumns
from zhunru.wire.packet_block import I64, U64, Flags, rows_of
from zhunru.wire.tls_handshake import MAX_STREAM_BYTE, Handshake, Side, TcpStream

_MAX_OPEN_BYTE = 32 << 20
"""Bytes of unfinished handshakes kept; beyond it the oldest are told as far as they went (P)."""
_MAX_OPEN, _MAX_EARLY = 16_384, 64
_STRIDE = 12
"""Segments of a connection that are unpacked at once: most handshakes are over after fewer, and the rest is never looked at."""

Name = tuple[int, ...]


Segment = tuple[bool, int, int, int, int, int, bool]
"""From the lower endpoint, sequence number, acknowledged number, time, place and number of the bytes held, starts like a ClientHello."""
Early = tuple[bool, int, memoryview]
"""From the lower endpoint, sequence number, payload."""


class _Connection(NamedTuple):
    key: Name
    hellos: int
    segments: Iterable[Segment]


class TlsWatch:
    """Handshakes of one address family.

    Args:
        evicted: Handshakes that were told early because too many were open.
        malformed: Handshakes with a message that contradicts its lengths.
    """

    def __init__(self) -> None:
        self.evicted = 0
        self.malformed = 0
        self._open: dict[Name, Handshake] = {}
        self._begun: dict[Name, int] = {}
        self._before: _Block | None = None

    def take(self, packets: PacketColumns, groups: Groups, data: bytearray) -> list[Handshake]:
        """Return the handshakes that ended in this block; `data` must stay unchanged until the next call has returned."""
        now = _Block(packets, groups, data)
        ended: list[Handshake] = []
        if now.rows.size and (self._open or now.greeted.any()):
            early = self._early(now) if now.greeted.any() and self._before else {}
            wanted = now.greeted | now.known(list(self._open))
            for some in now.connections(wanted):
                self._follow(some, early.get(some.key, []), ended, memoryview(data))
            ended += self._evict()
        self._before = now
        return [h for h in ended if h.hello]

    def rest(self) -> list[Handshake]:
        """Return the handshakes that the capture does not show to the end."""
        found = [h for h in self._open.values() if h.hello]
        self._open.clear()
        return found

    def _follow(self, some: _Connection, early: list[Early], ended: list[Handshake], view: memoryview) -> None:
        """Feed the segments of one connection until its handshake is over; `early` are those of the block before."""
        key, hellos = some.key, some.hellos
        known = self._open.get(key)
        for low, sequence, acknowledged, t_ns, at, held, hello in some.segments:
            hellos -= hello
            if known and hello and _reused(known, low, sequence):
                ended.append(self._close(known))
                known = None
            if known is None:
                if not hello or self._begun.get(key) == sequence:
                    early = [*early[1 - _MAX_EARLY :], (low, sequence, view[at : at + held])]
                    continue
                # What the client acknowledges with its hello is where the answer of the server begins.
                known = Handshake(key, low, t_ns, Side(TcpStream(sequence)), Side(TcpStream(acknowledged)))
                self._open[key], self._begun[key] = known, sequence
                for side, number, payload in early:
                    known.feed_early(side == low, number, payload)
                early = []
            if known.feed(low == known.client_low, sequence, view[at : at + held]):
                ended.append(self._close(known))
                known = None
                if not hellos:
                    return

    def _close(self, handshake: Handshake) -> Handshake:
        del self._open[handshake.key]
        self.malformed += handshake.malformed
        return handshake

    def _early(self, now: "_Block") -> dict[Name, list[Early]]:
        """Return the segments that the block before holds of the connections in `now` with a hello."""
        before = self._before
        if before is None or not before.rows.size:
            return {}
        at = places(before.keys(), now.keys(now.greeted))
        wanted = np.zeros(before.groups.heads.size, np.bool_)
        wanted[at[at >= 0]] = True
        found = before.connections(wanted)
        view = memoryview(before.data)
        return {
            some.key: [(low, sequence, view[at : at + held]) for low, sequence, _, _, at, held, _ in list(some.segments)[-_MAX_EARLY:]]
            for some in found
            if some.key not in self._open
        }

    def _evict(self) -> Iterator[Handshake]:
        held = sum(h.client.stream.held_byte + h.server.stream.held_byte for h in self._open.values()) if len(self._open) > 64 else 0
        while len(self._open) > _MAX_OPEN or held > _MAX_OPEN_BYTE:
            oldest = next(iter(self._open.values()))
            held -= oldest.client.stream.held_byte + oldest.server.stream.held_byte
            self.evicted += 1
            yield self._close(oldest)


class _Block:
    """TCP payloads of one block.

    Args:
        rows: Packets with a payload.
        hello: Whether that payload starts like a ClientHello.
        greeted: Of each group, whether it holds such a payload.
    """

    def __init__(self, packets: PacketColumns, groups: Groups, data: bytearray) -> None:
        self.packets, self.groups, self.data = packets, groups, data
        self.rows = np.flatnonzero((packets.payload_held > 0) & (packets.protocol == TCP))
        self.hello = _hellos(packets, data, self.rows)
        self.greeted = groups.any_of(self.rows[self.hello])

    def keys(self, marked: Flags | None = None) -> tuple[U64, ...]:
        """Return the keys of the marked groups, by default of all."""
        heads = self.groups.heads if marked is None else self.groups.heads[marked]
        return tuple(word[heads] for word in self.packets.key)

    def known(self, names: list[Name]) -> Flags:
        """Tell of each group whether its key is among `names`."""
        if not names:
            return np.zeros(self.groups.heads.size, np.bool_)
        return places(tuple(np.array(word, np.uint64) for word in zip(*names, strict=True)), self.keys()) >= 0

    def connections(self, wanted: Flags) -> Iterator[_Connection]:
        """Yield the connections of the `wanted` groups that have payloads."""
        number = self.groups.number[self.rows]
        near = np.flatnonzero(wanted[number])
        if not near.size:
            return
        order, begins = ranked(number[near])
        rows, hello, starts = self.rows[near[order]], self.hello[near[order]], np.flatnonzero(begins)
        greeted = np.add.reduceat(hello.astype(np.int64), starts).tolist()
        names = zip(*(word[rows[starts]].tolist() for word in self.packets.key), strict=True)
        bounds = [*starts.tolist(), rows.size]
        # The first segments of all connections are unpacked together.
        front = np.arange(rows.size) - starts.repeat(np.diff(bounds)) < _STRIDE
        first = iter(self._unpacked(rows[front], hello[front]))
        for i, name in enumerate(names):
            start, end = bounds[i], bounds[i + 1]
            segments: Iterable[Segment] = list(islice(first, min(end - start, _STRIDE)))
            if end - start > _STRIDE:
                segments = chain(segments, self._later(rows[start + _STRIDE : end], hello[start + _STRIDE : end]))
            yield _Connection(name, greeted[i], segments)

    def _later(self, rows: I64, hello: Flags) -> Iterator[Segment]:
        for start in range(0, rows.size, _STRIDE):
            yield from self._unpacked(rows[start : start + _STRIDE], hello[start : start + _STRIDE])

    def _unpacked(self, rows: I64, hello: Flags) -> Iterable[Segment]:
        p = self.packets
        columns = (p.forward, p.sequence, p.acknowledged, p.t_ns, p.payload_at, p.payload_held)
        return zip(*(column[rows].tolist() for column in columns), hello.tolist(), strict=True)


def _hellos(packets: PacketColumns, data: bytearray, rows: I64) -> Flags:
    """Tell which payloads start like a record with a ClientHello; a shorter payload is judged by what there is."""
    found: Flags = np.frombuffer(data, np.uint8)[packets.payload_at[rows]] == tls.HANDSHAKE
    near = np.flatnonzero(found)
    first, held = rows_of(data, 6, packets.payload_at[rows[near]]), packets.payload_held[rows[near]]
    like = (first[:, 1] == 3) | (held < 2)
    like &= (first[:, 2] <= 4) | (held < 3)
    found[near] = like & ((first[:, 5] == tls.CLIENT_HELLO) | (held < 6))
    return found


def _reused(known: Handshake, low: bool, sequence: int) -> bool:
    return known.client_low == low and abs(known.client.stream.place(sequence)) >= MAX_STREAM_BYTE
