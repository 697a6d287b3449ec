"""Text as bit planes: one bit per byte for each class of bytes, so that runs are found by shifts of machine words, eight bytes of text per bit-byte.

A pass over text costs about 5 ms per 200 MB when it stays in the cache, a shift of a plane about 4 ms: so the text is gone over once, in
strips, and everything else is done on planes, and on the few places that the planes leave.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Plane = NDArray[np.uint64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

PAD = 128
"""Newlines before and behind the text of a piece, so that every window lies inside the buffer."""
_STRIP = 1 << 18
_NEWLINE = 0x0A
_BITS = (64, 64, 64, 64, 64, 128, 128)
"""Bytes of text to a word of each plane."""


class Planes(NamedTuple):
    """Classes of bytes; bit i of a plane is byte i of the padded text.

    Args:
        alnum: ASCII letters and digits.
        digit: ASCII digits.
        high: Bytes of characters outside ASCII.
        at_sign: @.
        wide: 0xEF, the lead byte of wide digits and letters.
        pair: Where a pair of bytes of a cue of names begins; two planes of one bit per two bytes, at even and at odd places.
    """

    alnum: Plane
    digit: Plane
    high: Plane
    at_sign: Plane
    wide: Plane
    pair: tuple[Plane, Plane]


class Sheet:
    """Padded text with its planes, in buffers that are used again: fresh memory costs more than the passes over it.

    Args:
        size_byte: Text that has room.
        pairs: Pairs of bytes that end cues of names.
        four: Four small letters that end Latin cues.
    """

    def __init__(self, size_byte: int, pairs: tuple[bytes, ...], four: bytes) -> None:
        room = -(-(size_byte + 3 * PAD) // 256) * 256
        self.room, self.size = room, 0
        self.pairs, self.four = ([int.from_bytes(p, "little") for p in some] for some in (pairs, (four[:2], four[1:3])))
        self._text = np.empty(room, dtype=np.uint8)
        self._planes = [np.zeros(room // bits + 1, dtype=np.uint64) for bits in _BITS]
        self._bytes = np.empty((2, _STRIP), dtype=np.uint8)
        self._flags = np.empty((2, _STRIP), dtype=np.bool_)

    @property
    def text(self) -> Bytes:
        """The padded text."""
        return self._text[: self.size]

    @property
    def planes(self) -> Planes:
        """The planes of the text, each with an empty word behind."""
        p = [plane[: self.size // bits + 1] for plane, bits in zip(self._planes, _BITS, strict=True)]
        for plane in p:
            plane[-1] = 0
        return Planes(p[0], p[1], p[2], p[3], p[4], (p[5], p[6]))

    def fits(self, size_byte: int) -> bool:
        """Tell whether so many bytes more have room."""
        return self.size + size_byte + 2 * PAD + 256 <= self.room

    def write(self, part: Bytes, names: bool = True) -> int:
        """Put text behind what is written, newlines around it, and draw its planes; return where it begins.

        Args:
            part: Text.
            names: Draw the planes of the cues of names too.
        """
        first, begin = self.size, self.size + PAD
        self.size = -(-(begin + len(part) + PAD) // 256) * 256
        self._text[first:begin] = self._text[begin + len(part) : self.size] = _NEWLINE
        for at in range(first, self.size, _STRIP):
            # copied strip by strip: each is still in the cache when its planes are drawn
            stop = min(at + _STRIP, self.size)
            inner = slice(max(at, begin), max(at, begin, min(stop + 1, begin + len(part))))
            self._text[inner] = part[inner.start - begin : inner.stop - begin]
            self._draw(at, stop, names)
        return begin

    def _draw(self, at: int, stop: int, names: bool) -> None:
        """Draw the planes of one strip."""
        n, rows, to = stop - at, [p.view(np.uint8) for p in self._planes], slice(at // 8, stop // 8)
        strip, a, f = self._text[at:stop], self._bytes[0, :n], self._flags[0, :n]
        folded, signed = self._bytes[1, :n], a.view(np.int8)
        # signed comparisons are faster than unsigned ones: each range is shifted to the lower end
        np.add(strip, 80, out=a)
        rows[1][to] = np.packbits(np.less(signed, -118, out=f), bitorder="little")
        np.bitwise_or(strip, 32, out=folded)
        np.add(folded, 31, out=a)
        np.bitwise_or(np.packbits(np.less(signed, -102, out=f), bitorder="little"), rows[1][to], out=rows[0][to])
        rows[2][to] = np.packbits(np.less(strip.view(np.int8), 0, out=f), bitorder="little")
        rows[3][to] = np.packbits(np.equal(strip, 0x40, out=f), bitorder="little")
        rows[4][to] = np.packbits(np.equal(strip, 0xEF, out=f), bitorder="little")
        if names:
            # 16-bit words at even places, then at odd ones; of `name` the first or the middle two letters stand at an even place
            hit, one = self._flags[:, : n // 2]
            _any_of(strip, self.pairs, hit, one)
            for pair in self.four:
                np.logical_or(hit, np.equal(folded.view("<u2"), pair, out=one), out=hit)
            half = slice(at // 16, stop // 16)
            rows[5][half] = np.packbits(hit, bitorder="little")
            a[:-1] = strip[1:]
            a[-1] = self._text[stop] if stop < self.size else _NEWLINE
            _any_of(a, self.pairs, hit, one)
            rows[6][half] = np.packbits(hit, bitorder="little")


def _any_of(text: Bytes, wanted: list[int], hit: Flags, one: Flags) -> None:
    """Tell in `hit` which 16-bit words of the text are among `wanted`; `one` is room to work in."""
    words = text.view("<u2")
    np.equal(words, wanted[0], out=hit)
    for value in wanted[1:]:
        np.logical_or(hit, np.equal(words, value, out=one), out=hit)


def places(plane: Plane, step: int = 64) -> Places:
    """Places of the set bits, in order; each word begins `step` places behind the one before."""
    full = np.flatnonzero(plane != 0)
    eight = plane[full].view(np.uint8)
    some = np.flatnonzero(eight != 0)
    bits = np.flatnonzero(np.unpackbits(eight[some], bitorder="little"))
    byte = some[bits >> 3]
    found: Places = full[byte >> 3] * step + ((byte & 7) * 8 + (bits & 7))
    return found


def windows(text: Bytes, at: Places, before: int, after: int) -> Bytes:
    """Return text[at - before : at + after] for each place: (n, before + after). The places lie at least that far inside."""
    width = before + after
    # a window is taken as one item: twice as fast as a row of bytes
    items = np.ndarray((len(text) - width + 1,), dtype=f"V{width}", buffer=text, strides=(1,))[at - before]
    rows: Bytes = np.ascontiguousarray(items).view(np.uint8).reshape(len(at), width)
    return rows


def eights(text: Bytes, at: Places) -> Plane:
    """Return the eight bytes from each place as a little-endian number."""
    numbers: Plane = np.ndarray((len(text) - 7,), dtype="<u8", buffer=text, strides=(1,))[at]
    return numbers


def run_lengths(plane: Plane, at: Places) -> Places:
    """Return how many bits are set in a row from each place on, up to 56."""
    bits = ~(eights(plane.view(np.uint8), at >> 3) >> (at & 7).astype(np.uint64))
    lowest = bits & (np.uint64(0) - bits)
    lengths: Places = np.minimum(np.bitwise_count(lowest - np.uint64(1)), 56).astype(np.int64)
    return lengths


def lengths_before(plane: Plane, at: Places) -> Places:
    """Return how many bits are set in a row right before each place, up to 24."""
    from_ = at - 24
    bits = (eights(plane.view(np.uint8), from_ >> 3) >> (from_ & 7).astype(np.uint64)) & np.uint64(0xFFFFFF)
    # the exponent of the highest bit that is not set
    _, exponent = np.frexp((bits ^ np.uint64(0xFFFFFF)).astype(np.float64))
    lengths: Places = 24 - exponent.astype(np.int64)
    return lengths
