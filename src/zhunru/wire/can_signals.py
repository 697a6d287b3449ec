"""Payloads of CAN frames into signal values: shifts on whole columns, no object per frame or value.

A payload stands in words of eight bytes. In big-endian words (byte 0 most significant) a Motorola signal is one run of
bits, in byte-swapped words an Intel signal is; so any signal of up to 64 bits is two shifts, or two words joined.
Numbers wider than 53 bits stay integers unless they are scaled.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.wire.freed_memory import keep_freed_memory

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[Any]


class Layout(NamedTuple):
    """Where a signal stands and how it is scaled; fields as the columns of `tables.signal_definition.SignalDefinition`."""

    start_bit: int
    length_bit: int
    little_endian: bool
    signed: bool = False
    floating: bool = False
    factor: float = 1.0
    offset: float = 0.0

    @property
    def scaled(self) -> bool:
        """The physical value is not the number in the frame."""
        return self.factor != 1 or self.offset != 0

    @property
    def first_bit(self) -> int:
        """Distance of the first bit from the start of the payload, counted in the byte order of the signal."""
        return self.start_bit if self.little_endian else self.start_bit // 8 * 8 + 7 - self.start_bit % 8

    @property
    def in_first_word(self) -> tuple[bool, np.uint64] | None:
        """Byte order, and the shift that brings the signal to the top of the first eight bytes; None when it reaches beyond them."""
        room = 64 - self.first_bit - self.length_bit
        return None if room < 0 else (self.little_endian, np.uint64(room if self.little_endian else self.first_bit))

    @property
    def end_byte(self) -> int:
        """Bytes that a payload must have to hold the signal."""
        return (self.first_bit + self.length_bit + 7) // 8


_SMALLEST = [[np.dtype(f"{sign}{min(n for n in (1, 2, 4, 8) if length <= 8 * n)}") for length in range(65)] for sign in "ui"]
"""Per signedness and number of bits the smallest type that holds them."""


@dataclass(frozen=True)
class Payloads:
    """Payloads of frames of one message, as columns.

    Args:
        data_raw: First eight bytes of each, byte 0 most significant, absent bytes zero.
        length_byte: Bytes that are real.
        tail: Bytes from the ninth on of each (CAN FD), None or shorter ones allowed; None when no frame has any.
    """

    data_raw: U64
    length_byte: U8
    tail: Sequence[bytes | None] | None = None

    @cached_property
    def big(self) -> list[U64]:
        """Columns of words, byte 0 of each most significant."""
        if self.tail is None:
            return [self.data_raw]
        joined = b"".join((t or b"").ljust(56, b"\0") for t in self.tail)
        rest = np.frombuffer(joined, ">u8").reshape(-1, 7).astype(np.uint64)
        return [self.data_raw, *(np.ascontiguousarray(rest[:, k]) for k in range(7))]

    @cached_property
    def little(self) -> list[U64]:
        """The same words with their bytes swapped."""
        return [w.byteswap() for w in self.big]

    @cached_property
    def shortest_byte(self) -> int:
        """Length of the shortest payload; 64 when there is none."""
        return int(self.length_byte.min(initial=64))

    def bits(self, layout: Layout, out: U64 | None = None) -> U64:
        """Return the signal in the highest bits of a word, in `out` if given; the bits below it are not cleared."""
        words = self.little if layout.little_endian else self.big
        k, shift = divmod(layout.first_bit, 64)
        room = 64 - shift - layout.length_bit
        if k >= len(words):  # beyond every payload: `present` is false throughout
            return np.multiply(self.data_raw, np.uint64(0), out=out)
        if room >= 0:
            return np.left_shift(words[k], np.uint64(room if layout.little_endian else shift), out=out)
        following: U64 | np.uint64 = words[k + 1] if k + 1 < len(words) else np.uint64(0)
        if not layout.little_endian:
            joined: U64 = np.bitwise_or(words[k] << np.uint64(shift), following >> np.uint64(64 - shift), out=out)
            return joined
        bits: U64 = words[k] >> np.uint64(shift) | following << np.uint64(64 - shift)
        return np.left_shift(bits, np.uint64(64 - layout.length_bit), out=out)

    def _wide(self, layout: Layout) -> Numbers:
        """Return the number in the frames in a type of 64 bits, never a view of the payloads."""
        bits, free = self.bits(layout), 64 - layout.length_bit
        if layout.floating:
            pattern = bits >> np.uint64(free)
            return pattern.view(np.float64) if layout.length_bit == 64 else pattern.astype(np.uint32).view(np.float32).astype(np.float64)
        if layout.signed:
            signed: Numbers = bits.view(np.int64) >> np.int64(free)
            return signed
        number = bits >> np.uint64(free)
        return number.view(np.int64) if layout.length_bit < 64 else number  # int64 turns into float64 three times as fast

    def number(self, layout: Layout) -> Numbers:
        """Return the number in the frames, unscaled, in the smallest type that holds it; see `present` for its soundness."""
        wide = self._wide(layout)
        return wide if layout.floating else wide.astype(_SMALLEST[layout.signed][layout.length_bit], copy=False)

    def value(self, layout: Layout) -> Numbers:
        """Return the physical value: integers where nothing is scaled, else float64."""
        if not layout.scaled:
            return self.number(layout)
        scaled = self._wide(layout).astype(np.float64, copy=False)
        if layout.factor != 1:
            scaled *= layout.factor
        if layout.offset != 0:
            scaled += layout.offset
        return scaled

    def present(self, layout: Layout) -> Flags | None:
        """Tell in which payloads all bytes of the signal are real; None = in all."""
        return None if self.shortest_byte >= layout.end_byte else self.length_byte >= layout.end_byte


class Coded(NamedTuple):
    """A signal of a message: its layout, and for which values of which selector it is there."""

    layout: Layout
    selector: str | None = None
    selected_by: tuple[tuple[int, int], ...] = ()


class Decoded(NamedTuple):
    """Values of one signal and where they are to be believed.

    Args:
        value: Physical values, one per frame; arbitrary where `present` is false.
        present: The frame carries the signal; None = every frame.
    """

    value: Numbers
    present: Flags | None


def coded(row: Mapping[str, Any]) -> Coded:
    """Return the signal of one row of `SignalDefinition`."""
    layout = Layout(*(row[name] for name in Layout._fields))
    ranges = tuple((r["first_no"], r["last_no"]) for r in row["selected_by"] or ())
    return Coded(layout, row["selector"], ranges)


def _both(one: Flags | None, other: Flags | None) -> Flags | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def present(payloads: Payloads, signals: Mapping[str, Coded], name: str, depth: int = 0) -> Flags | None:
    """Tell which frames carry the signal `name`: long enough, and selected by its selector, that one by its own, and so on.

    Args:
        payloads: Frames of the message.
        signals: All signals of the message.
        name: One of them.
        depth: Selectors followed so far; a circle of selectors makes the signal absent.

    Returns:
        One flag per frame; None = all.
    """
    signal = signals[name]
    there = payloads.present(signal.layout)
    if signal.selector is None:
        return there
    if signal.selector not in signals or depth > len(signals):
        return np.zeros(payloads.data_raw.size, np.bool_)
    number = payloads.number(signals[signal.selector].layout)
    chosen = np.zeros(number.size, np.bool_)
    for first, last in signal.selected_by:
        chosen |= number == first if first == last else (number >= first) & (number <= last)
    return _both(_both(there, chosen), present(payloads, signals, signal.selector, depth + 1))


class _Rows(NamedTuple):
    """Signals of a message that end in one type, as rows of a matrix of words.

    Args:
        first: First row.
        last: Behind the last row.
        dtype: Type of the values.
    """

    first: int
    last: int
    dtype: np.dtype[Any]


class Message:
    """Signals of one message, arranged so that one matrix operation serves many of them.

    The rows of the matrix are the signals: unsigned ones first, of each half the unscaled ones first, by type.

    Args:
        signals: Signals by name.
    """

    def __init__(self, signals: Mapping[str, Coded]) -> None:
        self.signals = dict(signals)
        self.alone = [name for name, s in self.signals.items() if s.layout.floating or (s.layout.length_bit == 64 and s.layout.scaled)]
        rows = sorted(set(self.signals) - set(self.alone), key=lambda name: _order(self.signals[name].layout))
        self.names, self.layouts = rows, [self.signals[name].layout for name in rows]
        kinds = [_SMALLEST[s.signed][s.length_bit] if not s.scaled else np.dtype(np.float64) for s in self.layouts]
        ends = [k for k in range(len(rows) + 1) if k in {0, len(rows)} or _order(self.layouts[k]) != _order(self.layouts[k - 1])]
        self.kinds = [_Rows(first, last, kinds[first]) for first, last in pairwise(ends)]
        self.simple = [(k, *place) for k, s in enumerate(self.layouts) if (place := s.in_first_word) is not None]
        self.other = [(k, s) for k, s in enumerate(self.layouts) if s.in_first_word is None]
        self.unsigned = sum(not s.signed for s in self.layouts)
        self.free = np.array([64 - s.length_bit for s in self.layouts], np.int64)[:, None]
        self.factor = np.array([s.factor for s in self.layouts])[:, None]
        self.offset = np.array([s.offset for s in self.layouts])[:, None]
        self.end_byte = max((s.layout.end_byte for s in self.signals.values()), default=0)
        self.selects = any(s.selector is not None for s in self.signals.values())

    def values(self, payloads: Payloads) -> dict[str, Numbers]:
        """Return the physical values of every signal, as `Payloads.value` does."""
        words = np.empty((len(self.names), payloads.data_raw.size), np.uint64)
        for k, little, shift in self.simple:
            np.left_shift(payloads.little[0] if little else payloads.data_raw, shift, words[k])
        for k, layout in self.other:
            payloads.bits(layout, words[k])
        numbers = words.view(np.int64)
        words[: self.unsigned] >>= self.free[: self.unsigned].view(np.uint64)
        numbers[self.unsigned :] >>= self.free[self.unsigned :]
        found: dict[str, Numbers] = {name: payloads.value(self.signals[name].layout) for name in self.alone}
        for first, last, dtype in self.kinds:
            part = (words if dtype == np.uint64 else numbers)[first:last].astype(dtype)
            if dtype == np.float64:
                part *= self.factor[first:last]
                part += self.offset[first:last]
            found.update(zip(self.names[first:last], part, strict=True))
        return found


def _order(layout: Layout) -> tuple[bool, bool, int]:
    return layout.signed, layout.scaled, 0 if layout.scaled else _SMALLEST[layout.signed][layout.length_bit].itemsize


def decode(payloads: Payloads, message: Message) -> dict[str, Decoded]:
    """Decode every signal of one message.

    Args:
        payloads: Frames of the message.
        message: Its signals.

    Returns:
        Values by name.
    """
    values = message.values(payloads)
    if not message.selects and payloads.shortest_byte >= message.end_byte:
        return {name: Decoded(value, None) for name, value in values.items()}
    return {name: Decoded(value, present(payloads, message.signals, name)) for name, value in values.items()}


def by_message(key: U32) -> Iterator[tuple[int, I64]]:
    """Group frames by a 32 bit key, e.g. the identifier with bit 31 = extended; best in blocks of some 250 000 frames (caches).

    Args:
        key: One per frame.

    Yields:
        Key and the places of its frames, in order.
    """
    if not key.size:
        return
    keep_freed_memory()
    # A stable sort on 16 bits is a radix sort, four times faster than one on 32; two keys may share a code, so look.
    code = ((key * np.uint32(2654435761)) >> np.uint32(16)).astype(np.uint16)
    order = np.argsort(code, kind="stable")
    runs = _runs(key.take(order))
    if np.unique(key[order[runs]]).size != runs.size:
        order = np.argsort(key, kind="stable")
        runs = _runs(key.take(order))
    for first, last in zip(runs.tolist(), [*runs[1:].tolist(), key.size], strict=True):
        yield int(key[order[first]]), order[first:last]


def _runs(column: U32) -> I64:
    return np.concatenate(([0], np.flatnonzero(column[1:] != column[:-1]) + 1))
