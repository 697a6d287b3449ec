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


class Planes(NamedTuple):
    """Classes of bytes; bit i of a plane is byte i of the padded text.

    Args:
        alnum: ASCII letters and digits.
        digit: ASCII digits.
        high: Bytes of characters outside ASCII.
        at_sign: @.
        pair: Where a pair of bytes that ends a cue of names begins; two planes of one bit per two bytes, at even and at odd places.
        four: Where four letters that end a Latin cue begin; four planes of one bit per four bytes.
    """

    alnum: Plane
    digit: Plane
    high: Plane
    at_sign: Plane
    pair: tuple[Plane, Plane]
    four: tuple[Plane, Plane, Plane, Plane]


def padded(*parts: Bytes) -> Bytes:
    """Return the parts with at least PAD newlines before, between and behind; a multiple of 64 bytes."""
    size = -(-(sum(len(p) + PAD for p in parts) + PAD) // 64) * 64
    text, at = np.empty(size, dtype=np.uint8), 0
    for part in parts:
        text[at : at + PAD] = _NEWLINE
        text[at + PAD : at + PAD + len(part)] = part
        at += PAD + len(part)
    text[at:] = _NEWLINE
    return text


def planes_of(text: Bytes, pairs: tuple[bytes, ...], four: bytes) -> Planes:
    """Go over the text once.

    Args:
        text: Padded text.
        pairs: Pairs of bytes that end cues of names.
        four: Four small letters that end Latin cues.
    """
    whole = [np.zeros(len(text) // 64 + 1, dtype=np.uint64) for _ in range(4)]
    parts = [np.zeros(len(text) // 128 + 1, dtype=np.uint64) for _ in range(2)]
    parts += [np.zeros(len(text) // 256 + 1, dtype=np.uint64) for _ in range(4)]
    rows = [p.view(np.uint8) for p in whole + parts]
    one, two = np.empty(_STRIP + 8, dtype=np.uint8), np.empty(_STRIP + 8, dtype=np.uint8)
    flag, other = np.empty(_STRIP, dtype=np.bool_), np.empty(_STRIP, dtype=np.bool_)
    wanted, letters = [int.from_bytes(p, "little") for p in pairs], int.from_bytes(four, "little")
    for at in range(0, len(text), _STRIP):
        strip, more = text[at : at + _STRIP], text[at : at + _STRIP + 4]
        n = len(strip)
        a, b, f, g = one[:n], two[: len(more)], flag[:n], other[:n]
        to = slice(at // 8, (at + n) // 8)
        # signed comparisons are three times as fast as unsigned ones: each range is shifted to the lower end
        np.less(np.add(strip, 80, out=a).view(np.int8), -118, out=f)
        rows[1][to] = np.packbits(f, bitorder="little")
        np.bitwise_or(more, 32, out=b)
        np.less(np.add(b[:n], 31, out=a).view(np.int8), -102, out=g)
        rows[0][to] = np.packbits(np.logical_or(f, g, out=g), bitorder="little")
        rows[2][to] = np.packbits(np.less(strip.view(np.int8), 0, out=f), bitorder="little")
        rows[3][to] = np.packbits(np.equal(strip, 0x40, out=f), bitorder="little")
        for shift in range(2):
            _pack_equal(more[shift:], "<u2", wanted, rows[4 + shift], at // 16, (f, g))
        for shift in range(4):
            _pack_equal(b[shift:], "<u4", [letters], rows[6 + shift], at // 32, (f, g))
    return Planes(whole[0], whole[1], whole[2], whole[3], (parts[0], parts[1]), (parts[2], parts[3], parts[4], parts[5]))


def _pack_equal(text: Bytes, words: str, wanted: list[int], row: Bytes, at: int, flags: tuple[Flags, Flags]) -> None:
    """Pack into `row` at byte `at` where a word of the text is one of `wanted`."""
    size = np.dtype(words).itemsize
    values = text[: min(len(text), _STRIP) // size * size].view(words)
    hit, one = flags[0][: len(values)], flags[1][: len(values)]
    np.equal(values, wanted[0], out=hit)
    for value in wanted[1:]:
        np.logical_or(hit, np.equal(values, value, out=one), out=hit)
    packed = np.packbits(hit, bitorder="little")
    row[at : at + len(packed)] = packed


def plane_of(text: Bytes, byte: int) -> Plane:
    """Plane of one byte."""
    plane = np.zeros(len(text) // 64 + 1, dtype=np.uint64)
    row = plane.view(np.uint8)
    for at in range(0, len(text), _STRIP):
        strip = text[at : at + _STRIP]
        row[at // 8 : (at + len(strip)) // 8] = np.packbits(strip == byte, bitorder="little")
    return plane


def ahead(plane: Plane, k: int) -> Plane:
    """Bit i of the result is bit i + k of the plane; 0 < k < 64."""
    out = plane >> np.uint64(k)
    out[:-1] |= plane[1:] << np.uint64(64 - k)
    return out


def behind(plane: Plane, k: int) -> Plane:
    """Bit i of the result is bit i - k of the plane; 0 < k < 64."""
    out = plane << np.uint64(k)
    out[1:] |= plane[:-1] >> np.uint64(64 - k)
    return out


def places(plane: Plane) -> Places:
    """Places of the set bits, in order."""
    full = np.flatnonzero(plane != 0)
    bits = np.unpackbits(plane[full].view(np.uint8), bitorder="little")
    at = np.flatnonzero(bits)
    found: Places = full[at >> 6] * 64 + (at & 63)
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
