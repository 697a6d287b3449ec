"""Packets folded into bidirectional flows, and flows of several blocks into flows of the whole capture.

One function does both: a packet is a flow of one packet. What must be kept between blocks is therefore only the distinct flows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from zhunru.wire.packet import ACK, FIN, RST, SYN, PacketColumns
from zhunru.wire.packet_block import I64, NO_TIME, U64, Flags

SILENCE_NS = 300_000_000_000
"""Silence after which a TCP SYN on known endpoints opens a new flow: 300 s, as Zeek's default for TCP inactivity (basis G)."""

_MERGE_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Flows:
    """Parts of flows, in the order of the file; one element per part.

    Args:
        key: As `PacketColumns.key`.
        opener: The lower endpoint opened the flow.
        syn: The part begins with a TCP SYN (without ACK).
        closed: FIN or RST was seen in the part.
        first_ns: Time of the first packet.
        last_ns: Latest time.
        sums: Packets, IP bytes and payload bytes; each once from the lower endpoint, once from the higher one. Shape (6, n).
    """

    key: tuple[U64, ...]
    opener: Flags
    syn: Flags
    closed: Flags
    first_ns: I64
    last_ns: I64
    sums: I64

    @classmethod
    def of_packets(cls, packets: PacketColumns) -> "Flows":
        """Return every packet as a flow of its own."""
        forward, opening = packets.forward, packets.flags & (SYN | ACK)
        counts = np.stack((np.ones(forward.size, np.int64), packets.ip_byte, packets.payload_byte))
        sums = np.empty((6, forward.size), np.int64)
        np.multiply(counts, forward, out=sums[0::2])
        np.subtract(counts, sums[0::2], out=sums[1::2])
        return cls(
            key=packets.key,
            # SYN and ACK together are an answer: whoever sent them did not open the flow, even if the capture began there.
            opener=forward ^ (opening == SYN | ACK),
            syn=opening == SYN,
            closed=packets.flags & (FIN | RST) != 0,
            first_ns=packets.t_ns,
            last_ns=packets.t_ns,
            sums=sums,
        )

    def stacked(self, others: Iterable["Flows"]) -> "Flows":
        """Return these parts followed by those of `others`."""
        parts = [self, *others]
        key = tuple(np.concatenate(words) for words in zip(*(p.key for p in parts), strict=True))
        rest = {f.name: np.concatenate([getattr(p, f.name) for p in parts], axis=-1) for f in fields(self) if f.name != "key"}
        return Flows(key=key, **rest)


def fold(parts: Flows, *, whole: bool = True) -> Flows:
    """Join the parts of each flow.

    Parts with the same endpoints and protocol are one flow, except that a TCP SYN begins a new one when the connection before it was
    closed (FIN or RST seen since the SYN before) or silent for more than `SILENCE_NS`. Any other SYN is a retransmission.

    Args:
        parts: Parts in the order of the file.
        whole: They begin where the capture begins. Otherwise what was before is not known, and every SYN begins a part of its own.
    """
    if not parts.first_ns.size:
        return parts
    order, begins = ordered(parts.key)
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
        silent = timed & (first_ns[at] // 2 - last_ns[at - 1] // 2 > SILENCE_NS // 2)
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
        sums=np.stack([np.add.reduceat(row[order], starts) for row in parts.sums]),
    )


def mixed(key: tuple[U64, ...]) -> U64:
    """Return a 64-bit mix of the words of each key; equal keys give equal mixes, never the reverse."""
    mix = key[0] * np.uint64(0x9E3779B97F4A7C15)
    for word in key[1:]:
        mix ^= mix >> np.uint64(29)
        mix = (mix + word) * np.uint64(0xBF58476D1CE4E5B9)
    mix ^= mix >> np.uint64(32)
    return mix * np.uint64(0x94D049BB133111EB)


def ordered(key: tuple[U64, ...]) -> tuple[I64, Flags]:
    """Return an order that brings equal keys together and keeps the order of the file among them, and where each key begins.

    Sorting numbers that hold a mix above and the row below is several times faster than sorting the keys; equal mixes of unequal keys
    are found by comparing the keys themselves, and then the keys are sorted.
    """
    size = key[0].size
    low = np.uint64((1 << max(size - 1, 1).bit_length()) - 1)
    packed = np.sort((mixed(key) & ~low) | np.arange(size, dtype=np.uint64))
    order = (packed & low).astype(np.int64)
    begins = _begins(key, order)
    if np.any(begins[1:] & ((packed[1:] ^ packed[:-1]) <= low)):
        order = np.lexsort(key)
        begins = _begins(key, order)
    return order, begins


def _begins(key: tuple[U64, ...], order: I64) -> Flags:
    begins = np.ones(order.size, np.bool_)
    same = np.ones(order.size - 1, np.bool_)
    for word in key:
        ranked = word[order]
        same &= ranked[1:] == ranked[:-1]
    begins[1:] = ~same
    return begins


class FlowFold:
    """Flows of a capture, one address family, gathered block by block."""

    def __init__(self) -> None:
        self._whole: Flows | None = None
        self._waiting: list[Flows] = []
        self._rows = 0

    def take(self, packets: PacketColumns) -> None:
        """Add the packets of one block."""
        part = fold(Flows.of_packets(packets), whole=False)
        self._waiting.append(part)
        self._rows += part.first_ns.size
        # Merging when the new rows equal the old ones keeps the total work within a logarithm of one pass.
        if self._rows >= max(_MERGE_ROWS, 0 if self._whole is None else self._whole.first_ns.size):
            self.result()

    def result(self) -> Flows | None:
        """Return the flows so far; None when there were no packets."""
        if self._waiting:
            first, *others = [self._whole, *self._waiting] if self._whole is not None else self._waiting
            assert first is not None  # noqa: S101 - told to the type checker
            self._whole = fold(first.stacked(others))
            self._waiting, self._rows = [], 0
        return self._whole
