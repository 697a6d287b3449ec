"""Packets folded into bidirectional flows, and flows of several blocks into flows of the whole capture.

A packet is a flow of one packet. What must be kept between blocks is therefore only the distinct flows.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from zhunru.wire.key_groups import Groups, Key, mixed, ranked
from zhunru.wire.packet import ACK, FIN, RST, SYN, PacketColumns
from zhunru.wire.packet_block import I64, NO_TIME, Flags

SILENCE_NS = 300_000_000_000
"""Silence after which a TCP SYN on known endpoints opens a new flow: 300 s, as Zeek's default for TCP inactivity (basis G)."""

_LAST_NS = np.iinfo(np.int64).max
_MERGE_ROWS = 131_072
Counts = I64 | NDArray[np.uint32]


@dataclass(slots=True)
class Flows:
    """Parts of flows; those with the same key are in the order of the file. One element per part.

    Args:
        key: As `PacketColumns.key`.
        opener: The lower endpoint opened the flow.
        syn: The part begins with a TCP SYN (without ACK).
        closed: FIN or RST was seen in the part.
        first_ns: Time of the first packet.
        last_ns: Latest time.
        sums: Packets, IP bytes and payload bytes; each once from the lower endpoint, once from the higher one. Six columns,
            half as wide where that is enough: of a million flows they are the larger part.
    """

    key: Key
    opener: Flags
    syn: Flags
    closed: Flags
    first_ns: I64
    last_ns: I64
    sums: tuple[Counts, ...]

    @classmethod
    def of_packets(cls, packets: PacketColumns) -> Self:
        """Return every packet as a flow of its own."""
        forward, opening = packets.forward, packets.flags & (SYN | ACK)
        counts = (np.ones(forward.size, np.int64), packets.ip_byte, packets.payload_byte)
        return cls(
            key=packets.key,
            # SYN and ACK together are an answer: whoever sent them did not open the flow, even if the capture began there.
            opener=forward ^ (opening == SYN | ACK),
            syn=opening == SYN,
            closed=packets.flags & (FIN | RST) != 0,
            first_ns=packets.t_ns,
            last_ns=packets.t_ns,
            sums=tuple(count * side for count in counts for side in (forward, ~forward)),
        )

    @property
    def size(self) -> int:
        """Number of parts."""
        return self.first_ns.size

    def picked(self, rows: I64 | Flags) -> Self:
        """Return some of the parts."""
        return self._of([column[rows] for column in self._columns()])

    def left(self, rows: Flags) -> Self:
        """Return some of the parts, and use these up, column by column."""
        columns = self._columns()
        self._empty()
        for i in range(len(columns)):
            columns[i] = columns[i][rows]
        return self._of(columns)

    @classmethod
    def stacked(cls, parts: "list[Flows]") -> "Flows":
        """Return the parts one after the other, and use them up: their columns are let go one by one, so memory never holds all twice."""
        if len(parts) == 1:
            return parts[0]
        columns = [part._columns() for part in parts]
        for part in parts:
            part._empty()
        whole = []
        for i in range(len(columns[0])):
            whole.append(np.concatenate([own[i] for own in columns]))
            for own in columns:
                own[i] = None
        return cls._of(whole)

    def _columns(self) -> list[Any]:
        return [self.opener, self.syn, self.closed, self.first_ns, self.last_ns, *self.sums, *self.key]

    def _empty(self) -> None:
        none: NDArray[Any] = np.zeros(0, np.int64)
        self.opener = self.syn = self.closed = self.first_ns = self.last_ns = none
        self.sums = self.key = ()

    @classmethod
    def _of(cls, columns: list[Any]) -> Self:
        opener, syn, closed, first_ns, last_ns = columns[:5]
        return cls(tuple(columns[11:]), opener, syn, closed, first_ns, last_ns, tuple(columns[5:11]))


def fold_packets(packets: PacketColumns, groups: Groups) -> Flows:
    """Join the packets of one block: those with one key, except that every SYN begins a part of its own, as what was before is not known."""
    heads, number = groups.heads, groups.number
    opening = packets.flags & (SYN | ACK)
    size = heads.size
    side = number + size * ~packets.forward
    sums: list[I64] = [np.bincount(side, minlength=2 * size)]
    for count in (packets.ip_byte, packets.payload_byte):
        sums.append(np.zeros(2 * size, np.int64))
        np.add.at(sums[-1], side, count)
    last_ns = packets.t_ns[heads]
    np.maximum.at(last_ns, number, packets.t_ns)
    parts = Flows(
        key=tuple(word[heads] for word in packets.key),
        opener=packets.forward[heads] ^ (opening[heads] == SYN | ACK),
        syn=opening[heads] == SYN,
        closed=groups.any_of(np.flatnonzero(packets.flags & (FIN | RST))),
        first_ns=packets.t_ns[heads],
        last_ns=last_ns,
        sums=tuple(_narrow(half) for both in sums for half in (both[:size], both[size:])),
    )
    begun = np.flatnonzero(opening == SYN)
    again = begun[heads[number[begun]] != begun]
    if not again.size:
        return parts
    cut = groups.any_of(again)
    rows = cut[number]
    return Flows.stacked([parts.picked(~cut), _joined(Flows.of_packets(packets).picked(rows), number[rows], whole=False)])


def fold(parts: Flows) -> Flows:
    """Join the parts of each flow, from the beginning of the capture on.

    Parts with the same endpoints and protocol are one flow, except that a TCP SYN begins a new one when the connection before it was
    closed (FIN or RST seen since the SYN before) or silent for more than `SILENCE_NS`. Any other SYN is a retransmission.

    Args:
        parts: Parts; those with the same key in the order of the file. They are used up.
    """
    many = _repeated(parts.key)
    if not many.any():
        return parts
    some = parts.picked(many)
    rest = _joined(some, Groups.of(some.key).number, whole=True)
    return Flows.stacked([parts.left(~many), rest])


def _repeated(key: Key) -> Flags:
    """Tell which rows share their key with another one; of many rows a part at a time, so that little memory is needed beside them."""
    size = key[0].size
    many = np.zeros(size, np.bool_)
    shares = max(1, -(-size // _MERGE_ROWS))
    share = (mixed(key) % np.uint64(shares)).astype(np.uint8 if shares < 256 else np.uint32)
    for number in range(shares):
        rows = np.flatnonzero(share == number)
        groups = Groups.of(tuple(word[rows] for word in key))
        many[rows] = (np.bincount(groups.number) > 1)[groups.number]
    return many


def _joined(parts: Flows, number: I64, *, whole: bool) -> Flows:
    order, begins = ranked(number)
    closed, first_ns, last_ns = parts.closed[order], parts.first_ns[order], parts.last_ns[order]
    again = parts.syn[order] & ~begins
    if not whole:
        begins |= again
    elif again.any():
        marks = np.flatnonzero(begins | again)
        before = np.cumsum(closed)
        # Closed between one mark (inclusive) and the next (exclusive); a mark that opens another flow looks back at nothing.
        since = before[marks[1:] - 1] - before[marks[:-1]] + closed[marks[:-1]]
        at, since = marks[1:][again[marks[1:]]], since[again[marks[1:]]]
        timed = (first_ns[at] != NO_TIME) & (last_ns[at - 1] != NO_TIME)
        last = last_ns[at - 1]
        silent = timed & (last < _LAST_NS - SILENCE_NS) & (first_ns[at] > last + SILENCE_NS)
        begins[at[(since > 0) | silent]] = True
    starts = np.flatnonzero(begins)
    heads = order[starts]
    return Flows(
        key=tuple(word[heads] for word in parts.key),
        opener=parts.opener[heads],
        syn=parts.syn[heads],
        closed=np.logical_or.reduceat(closed, starts),
        first_ns=first_ns[starts],
        last_ns=np.maximum.reduceat(last_ns, starts),
        sums=tuple(_narrow(np.add.reduceat(row[order], starts, dtype=np.int64)) for row in parts.sums),
    )


def _narrow(sums: I64) -> Counts:
    return sums.astype(np.uint32) if sums.size and sums.min() >= 0 and sums.max() < 1 << 32 else sums.copy()


class FlowFold:
    """Flows of a capture, one address family, gathered block by block."""

    def __init__(self) -> None:
        self._parts: list[Flows] = []
        self._whole_rows = 0
        self._rows = 0

    def take(self, packets: PacketColumns, groups: Groups) -> None:
        """Add the packets of one block, grouped by their keys."""
        part = fold_packets(packets, groups)
        self._parts.append(part)
        self._rows += part.size
        # Merging when the new rows equal the old ones keeps the total work within a logarithm of one pass.
        if self._rows >= max(_MERGE_ROWS, 2 * self._whole_rows):
            self.result()

    def result(self) -> Flows | None:
        """Return the flows so far; None when there were no packets."""
        if not self._parts:
            return None
        if len(self._parts) > 1 or not self._whole_rows:
            whole = fold(Flows.stacked(self._parts))
            self._parts = [whole]
            self._whole_rows = self._rows = whole.size
        return self._parts[0]
