"""TCP segments of one block of a capture, by direction: which follow each other, and which are whole encrypted records."""

from typing import Final, NamedTuple

import numpy as np

from zhunru.wire import tls
from zhunru.wire.datagram_forms import WINDOW_BYTE, noisy
from zhunru.wire.lone_payload import Lone, can_wait
from zhunru.wire.packet import SYN, PacketColumns
from zhunru.wire.packet_block import I64, Flags, rows_of
from zhunru.wire.payload_side import PayloadSide

_WRAP: Final = 0xFFFFFFFF
_MAX_FLIGHT_ROWS: Final = 16


class Run(NamedTuple):
    """Segments of one direction in a block.

    Args:
        start: First row.
        end: Behind the last.
        middle: Behind the last row that is anything but one whole encrypted record.
        whole: They follow each other without a gap, and none was cut.
        sealed: They do, and all are whole encrypted records.
        answers: The first is a TLS record with a ServerHello.
        lone: Row of the only payload when it can wait until more comes, else -1.
        first: Sequence number of the first byte.
        sent_byte: Bytes sent.
    """

    start: int
    end: int
    middle: int
    whole: bool
    sealed: bool
    answers: bool
    lone: int
    first: int
    sent_byte: int


class Segments:
    """TCP segments of one block, those of one direction together and in the order of the file."""

    def __init__(self, packets: PacketColumns, rows: I64, begins: Flags, data: bytearray) -> None:
        self._view = memoryview(data)
        self._at, self._held, self._t_ns = packets.payload_at[rows], packets.payload_held[rows], packets.t_ns[rows]
        self._sent = np.maximum(packets.payload_byte[rows], self._held)
        self._syn = packets.flags[rows] & SYN != 0
        self._sequence = packets.sequence[rows].astype(np.int64)
        self._window = rows_of(data, WINDOW_BYTE, self._at)
        self._begins = begins

    def runs(self, starts: I64) -> list[Run]:
        """Return the segments of each direction."""
        follows = np.ones(self._at.size, np.bool_)
        room = self._sent + self._syn
        follows[1:] = (self._sequence[1:] - self._sequence[:-1] - room[:-1]) & _WRAP == 0
        whole = np.logical_and.reduceat((follows | self._begins) & (self._held == self._sent) & (self._begins | ~self._syn), starts)
        ends = np.append(starts[1:], self._at.size)
        middle = np.maximum.reduceat(np.where(self._singles(), -1, np.arange(self._at.size)), starts) + 1
        middle = np.maximum(middle, starts)
        window = self._window[np.minimum(starts + self._syn[starts], self._at.size - 1)]
        answers = (window[:, 0] == tls.HANDSHAKE) & (window[:, 5] == tls.SERVER_HELLO)
        # a SYN stands before the payload, or with it
        only = np.minimum(starts + (self._syn[starts] & (self._held[starts] == 0)), self._at.size - 1)
        waits = can_wait(self._window[only], self._held[only], whole, np.add.reduceat((self._held > 0).astype(np.int64), starts))
        columns = (
            starts,
            ends,
            middle,
            whole,
            whole & (middle == starts),
            answers,
            np.where(waits, only, -1),
            self._sequence[starts],
            np.add.reduceat(self._sent, starts),
        )
        return list(map(Run, *(column.tolist() for column in columns)))

    def lone(self, row: int) -> Lone:
        """Return the payload of one row."""
        at = int(self._at[row])
        return Lone(
            (int(self._sequence[row]) + int(self._syn[row])) & _WRAP,
            bytes(self._view[at : at + int(self._held[row])]),
            int(self._t_ns[row]),
        )

    def feed(self, side: PayloadSide, run: Run) -> None:
        """Hand the segments of one direction to it: encrypted records at its end in one go, the rest one by one."""
        if run.whole and not side.order.waits:
            start, first = run.start, run.first
            if self._syn[start]:
                side.begin(first)
                first = (first + 1) & _WRAP
                start += 0 if self._sent[start] else 1
            if start == run.end:
                return
            if not side.order.begun or side.order.next == first:
                self._in_order(side, start, run, first)
                return
        for i in range(run.start, run.end):
            sequence = int(self._sequence[i])
            if self._syn[i]:
                side.begin(sequence)
                sequence = (sequence + 1) & _WRAP
            if self._held[i]:
                at, held = int(self._at[i]), int(self._held[i])
                side.segment(sequence, bytes(self._view[at : at + held]), int(self._sent[i]), int(self._t_ns[i]))

    def _in_order(self, side: PayloadSide, start: int, run: Run, first: int) -> None:
        # the first record of a connection that is not known to be under TLS is looked at
        middle = max(run.middle, start) if side.ready(first) or run.middle > start else start + 1
        if middle > start and not self._flight(side, start, middle, first):
            self._run(side, start, middle, first)
        if middle < run.end and side.ready(side.order.next):
            side.sealed(int(self._sent[middle : run.end].sum()))
        elif middle < run.end:
            self._run(side, middle, run.end, side.order.next)

    def _flight(self, side: PayloadSide, start: int, end: int, first: int) -> bool:
        if self._window[start, 0] != tls.HANDSHAKE or end - start > _MAX_FLIGHT_ROWS:
            return False
        view, places, sizes = self._view, self._at[start:end].tolist(), self._held[start:end].tolist()
        data = b"".join([view[at : at + size] for at, size in zip(places, sizes, strict=True)])
        return side.flight(first, data, int(self._t_ns[start]))

    def _run(self, side: PayloadSide, start: int, end: int, first: int) -> None:
        places, sizes, times = (column[start:end].tolist() for column in (self._at, self._held, self._t_ns))
        side.run(first, places, sizes, times, self._view)

    def _singles(self) -> Flags:
        """Tell which segments are one whole record of application data that can be encrypted."""
        w = self._window
        size = w[:, 3].astype(np.int64) << 8 | w[:, 4]
        single: Flags = (
            (w[:, 0] == tls.APPLICATION_DATA) & (w[:, 1] == 3) & (w[:, 2] <= 4) & (size + 5 == self._held) & (self._held == self._sent)
        )
        single &= noisy(w, self._held) & ~self._syn
        return single
