"""What stands in the clear in the payloads of a capture, block by block, and how much could not be looked into.

Whole records of encrypted data, datagrams of QUIC, DTLS, WireGuard and IPsec are told in columns; only what is left is followed one by one.
"""

from collections.abc import Iterator
from itertools import islice, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np

from zhunru.wire.clear_stream import Clear, ClearStream, Message, Piece, Stated, alone, plain
from zhunru.wire.datagram_forms import known_datagrams, sealed_datagrams
from zhunru.wire.key_groups import Groups, ranked
from zhunru.wire.lone_payload import MAX_LONE, Lone, looked
from zhunru.wire.packet import SYN, TCP, PacketColumns
from zhunru.wire.packet_block import I64, Flags
from zhunru.wire.payload_account import SUMS, Account, AccountFold
from zhunru.wire.payload_runs import Run, Segments
from zhunru.wire.payload_side import Counts, PayloadSide

_MAX_OPEN, _MAX_HELD_BYTE = 4096, 24 << 20
"""Directions followed at once and bytes kept for all of them (P); beyond, the oldest is looked into as far as it came."""

_TOGETHER: Final = 1024
_NOTHING: Final = (0, 0, 0, 0, 0)

Name = tuple[int, ...]


class Seen(NamedTuple):
    """Bytes and identifiers in the clear of one direction.

    Args:
        key: Identity of the flow.
        forward: The lower endpoint sent them.
        pieces: Bytes to look for identifiers in.
        stated: Identifiers in fields of known protocols.
    """

    key: Name
    forward: bool
    pieces: tuple[Piece, ...]
    stated: tuple[Stated, ...]


class PayloadWatch:
    """Payloads of one address family.

    Args:
        evicted: Directions that were given up because too many were open.
    """

    def __init__(self) -> None:
        self.evicted = 0
        self._seen: list[Seen] = []
        self._due: list[tuple[Name, Lone]] = []
        self._open: dict[Name, PayloadSide] = {}
        self._lone: dict[Name, Lone] = {}
        self._null: set[Name] = set()
        self._held = 0
        self._ended: list[tuple[Name, int, Counts]] = []
        self._fold = AccountFold()

    def take(self, packets: PacketColumns, groups: Groups, data: bytearray) -> None:
        """Look into the payloads of one block; `data` is not needed after it."""
        tcp = (packets.protocol == TCP) & ~packets.later_fragment
        with_payload = packets.payload_held > 0
        self._streams(packets, groups, data, self._rows(packets, groups, tcp, with_payload))
        self._datagrams(packets, groups, data, np.flatnonzero(with_payload & ~tcp))
        self._evict()

    def close(self) -> None:
        """Look into what is still open."""
        self._part_with(len(self._lone))
        for name in list(self._open):
            self._end(name)
        self._settle()

    def told(self) -> Iterator[Seen]:
        """Yield what stands in the clear since the last call; few objects live at a time, however many directions there are."""
        yield from self._seen
        self._seen.clear()
        due, self._due = self._due, []
        for start in range(0, len(due), _TOGETHER):
            some = due[start : start + _TOGETHER]
            for (name, lone), (found, counts) in zip(some, looked([lone for _, lone in some]), strict=True):
                self._ended.append((name, lone.t_ns, counts))
                yield from (Seen(name[:-1], bool(name[-1]), clear.pieces, clear.stated) for clear in found)
            self._settle()

    def part(self) -> Account | None:
        """Return the account so far, and forget it, when it is large; what the same directions send later is told apart."""
        return self._fold.full()

    def account(self) -> Account | None:
        """Return the bytes of each direction that `part` has not told, and forget them; None when there are none."""
        self._seen += list(self.told())
        fold, self._fold = self._fold, AccountFold()
        return fold.result()

    def _rows(self, packets: PacketColumns, groups: Groups, tcp: Flags, with_payload: Flags) -> I64:
        """Return the TCP segments with payload, and the SYN of a direction that has some in this block or is followed already."""
        side = groups.number * 2 + packets.forward
        busy = np.bincount(side[tcp & with_payload], minlength=2 * groups.heads.size) > 0
        syn = np.flatnonzero(tcp & ~with_payload & (packets.flags & SYN != 0))
        lone = syn[~busy[side[syn]]]
        if lone.size and (self._open or self._lone):
            names = zip(*(word[lone].tolist() for word in packets.key), packets.forward[lone].tolist(), strict=True)
            busy[side[lone[np.fromiter((name in self._open or name in self._lone for name in names), np.bool_, lone.size)]]] = True
        wanted = tcp & with_payload
        wanted[syn[busy[side[syn]]]] = True
        return np.flatnonzero(wanted)

    def _streams(self, packets: PacketColumns, groups: Groups, data: bytearray, rows: I64) -> None:
        if not rows.size:
            return
        order, begins = ranked(groups.number[rows] * 2 + packets.forward[rows])
        rows, starts = rows[order], np.flatnonzero(begins)
        sent = Segments(packets, rows, begins, data)
        runs = sent.runs(starts)
        names = zip(*(word[rows[starts]].tolist() for word in packets.key), packets.forward[rows[starts]].tolist(), strict=True)
        counts: list[tuple[int, ...]] = []
        later: list[tuple[bool, int, Name]] = []
        for i, (name, run) in enumerate(zip(names, runs, strict=True)):
            side = self._open.get(name)
            if side is not None and run.sealed and side.ready(run.first):
                side.order.skip(run.sent_byte, run.first)
                counts.append((run.sent_byte, 0, run.sent_byte, 0, 0))
            elif side is None and run.lone >= 0 and name not in self._lone:
                self._lone[name] = sent.lone(run.lone)
                counts.append(_NOTHING)
            else:
                later.append((not run.answers, i, name))
                counts.append(())
        # a server that chooses a cipher without encryption is read before its client
        for _, i, name in sorted(later, key=itemgetter(0, 1)):
            counts[i] = self._follow(name, runs[i], sent)
        self._settle()
        first = np.minimum.reduceat(np.where(packets.payload_held[rows] > 0, np.arange(rows.size), rows.size - 1), starts)
        self._add(packets, rows[first], np.array(counts, np.int64).reshape(-1, SUMS))

    def _follow(self, name: Name, run: Run, sent: Segments) -> Counts:
        side = self._open.get(name)
        if side is None:
            if len(self._open) >= 2 * _MAX_OPEN:
                self._evict()
            side = self._open[name] = self._begun(name)
        side.null |= name[:-1] in self._null
        self._held -= side.held_byte
        sent.feed(side, run)
        if side.null and name[:-1] not in self._null:
            self._null.add(name[:-1])
        found, counts = side.drain()
        self._held += side.held_byte
        self._tell(name, found)
        return counts

    def _begun(self, name: Name) -> PayloadSide:
        """Return a direction to follow; a payload of it that waited is looked into as far as it goes."""
        lone = self._lone.pop(name, None)
        if lone is None:
            return PayloadSide()
        side = lone.side()
        found, counts = side.drain()
        self._held += side.held_byte
        self._tell(name, found)
        self._ended.append((name, lone.t_ns, counts))
        return side

    def _datagrams(self, packets: PacketColumns, groups: Groups, data: bytearray, rows: I64) -> None:
        if not rows.size:
            return
        order, begins = ranked(groups.number[rows] * 2 + packets.forward[rows])
        rows, starts = rows[order], np.flatnonzero(begins)
        sealed = sealed_datagrams(packets, rows, data)
        held, size = packets.payload_held[rows], packets.payload_byte[rows]
        sums = np.zeros((starts.size, SUMS), np.int64)
        sums[:, 0] = np.add.reduceat(held, starts)
        sums[:, 2] = np.add.reduceat(held * sealed, starts)
        sums[:, 4] = np.add.reduceat(np.maximum(size - held, 0), starts)
        clear = np.flatnonzero(~sealed)
        number = (np.cumsum(begins) - 1)[clear]
        cuts = np.flatnonzero(np.diff(number, prepend=-1))
        view = memoryview(data)
        part = rows[clear]
        names = zip(*(word[part[cuts]].tolist() for word in packets.key), packets.forward[part[cuts]].tolist(), strict=True)
        known = known_datagrams(packets, part)
        columns = [c.tolist() for c in (packets.payload_at[part], held[clear], packets.t_ns[part], known, packets.later_fragment[part])]
        bounds = [*cuts.tolist(), part.size]
        all_found = _looked(columns, bounds, view)
        counts = [(found.readable_byte, found.sealed_byte, found.opaque_byte) for found in all_found]
        sums[number[cuts], 1:4] += np.array(counts, np.int64).reshape(-1, 3)
        for name, found in zip(names, all_found, strict=True):
            self._tell(name, [found])
        self._add(packets, rows[starts], sums)

    def _add(self, packets: PacketColumns, heads: I64, sums: I64) -> None:
        some = np.flatnonzero(sums.any(axis=1))
        heads, sums = heads[some], sums[some]
        self._fold.add(
            Account(
                tuple(word[heads] for word in packets.key),
                packets.forward[heads],
                packets.t_ns[heads],
                tuple(sums[:, i] for i in range(SUMS)),
            )
        )

    def _tell(self, name: Name, found: list[Clear]) -> None:
        for clear in found:
            if clear.pieces or clear.stated:
                self._seen.append(Seen(name[:-1], bool(name[-1]), clear.pieces, clear.stated))

    def _end(self, name: Name) -> None:
        side = self._open.pop(name)
        self._held -= side.held_byte
        found, counts = side.drain(last=True)
        self._tell(name, found)
        if any(counts):
            self._ended.append((name, side.last_ns, counts))

    def _part_with(self, count: int) -> None:
        """Wait no longer for what follows some payloads, the oldest first; `told` looks into them."""
        names = list(islice(self._lone, count))
        self._due += [(name, self._lone.pop(name)) for name in names]

    def _settle(self) -> None:
        """Add what ended directions came to."""
        if self._ended:
            names, times, counts = zip(*self._ended, strict=True)
            *key, forward = (np.array(word) for word in zip(*names, strict=True))
            sums = np.array(counts, np.int64)
            words = tuple(word.astype(np.uint64) for word in key)
            columns = tuple(sums[:, i] for i in range(SUMS))
            self._fold.add(Account(words, forward.astype(np.bool_), np.array(times, np.int64), columns))
            self._ended.clear()

    def _evict(self) -> None:
        if len(self._lone) > MAX_LONE:
            self.evicted += len(self._lone) - MAX_LONE
            self._part_with(len(self._lone) - MAX_LONE)
        if len(self._open) > _MAX_OPEN or self._held > _MAX_HELD_BYTE:
            for name in list(self._open):  # the oldest first
                if len(self._open) <= _MAX_OPEN and self._held <= _MAX_HELD_BYTE:
                    break
                self._end(name)
                self.evicted += 1
            self._settle()


def _looked(columns: list[list[Any]], bounds: list[int], view: memoryview) -> list[Clear]:
    """Look into the datagrams of each direction; no value goes from one to the next, unless they are parts of one."""
    places, sizes, times, known, pieces = columns
    single: list[Message] = []
    found: list[Clear | None] = []
    for start, end in pairwise(bounds):
        at = places[start]
        one = Message(bytes(view[at : at + sizes[start]]), times[start], known[start])
        told: Clear | None = None
        if end > start + 1:
            told = _several(places[start:end], sizes[start:end], times[start:end], known[start:end], view, apart=not any(pieces[start:end]))
        elif not one.known or (told := plain(one.data, one.t_ns)) is None:
            single.append(one)
        found.append(told)
    rest = iter(alone(single))
    return [next(rest) if clear is None else clear for clear in found]


def _several(places: list[int], sizes: list[int], times: list[int], known: list[bool], view: memoryview, *, apart: bool) -> Clear:
    stream = ClearStream()
    for at, held, t_ns, one in zip(places, sizes, times, known, strict=True):
        stream.take(bytes(view[at : at + held]), t_ns, known=one)
        if apart:
            stream.part()
    return stream.drain(last=True) or Clear((), ())
