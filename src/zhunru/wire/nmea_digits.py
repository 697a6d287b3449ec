"""Numbers in text, many at once: fields of up to 16 characters are read as two 8-byte words by arithmetic on whole words.

Each field is loaded right-aligned, so that the last character is always in the same place. Exact: at most 15 digits, and one division.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

PAD = 16
"""Bytes that must stand before and behind the text in its buffer, so that no load leaves it."""


def _every(byte: int) -> np.uint64:
    return np.uint64(int.from_bytes(bytes([byte]) * 8, "little"))


_ZERO, _LOW7, _HIGH, _CARRY = _every(0x30), _every(0x7F), _every(0x80), _every(0x76)
_DOT = _every(ord(".") ^ 0x30)
_KEEP = np.array([0] + [(0xFFFFFFFFFFFFFFFF << (64 - 8 * n)) & 0xFFFFFFFFFFFFFFFF for n in range(1, 9)], dtype=np.uint64)
_PAIR, _QUAD, _ALL = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF), np.uint64(0xFFFFFFFF)
_S7, _S8, _S16, _S32, _S56 = (np.uint64(n) for n in (7, 8, 16, 32, 56))
_TEN, _HUNDRED, _MYRIAD, _ONE, _BYTE = (np.uint64(n) for n in (10, 100, 10_000, 1, 0xFF))
TENS = 10 ** np.arange(19, dtype=np.int64)


class Decimals(NamedTuple):
    """Numbers as `mantissa / 10**decimals`.

    Args:
        mantissa: Digits without the point; 0 for an empty field.
        decimals: Digits behind the point.
        digits: Number of digits in all.
        good: The field is digits with at most one point, at most 15 digits; an empty field is not good.
    """

    mantissa: Ints
    decimals: Ints
    digits: Ints
    good: Flags

    def floats(self) -> NDArray[np.float64]:
        """Return the values, rounded as `float(text)` does."""
        return np.asarray(self.mantissa / TENS[self.decimals], dtype=np.float64)


def words(buffer: NDArray[np.uint8]) -> Words:
    """Return a view in which element i is the 8 bytes that begin at byte i, first byte lowest."""
    return np.ndarray(shape=(len(buffer) - 7,), dtype="<u8", buffer=buffer.data, strides=(1,))


def whole(view: Words, end: Ints, size: Ints) -> tuple[Ints, Flags]:
    """Read unsigned whole numbers of up to 8 digits.

    Args:
        view: See `words`.
        end: Offset behind the last character of each field.
        size: Characters of each field.

    Returns:
        Values (-1 where empty) and whether each field is empty or 1 to 8 digits.
    """
    digits = (view[end - 8] ^ _ZERO) & _KEEP[np.clip(size, 0, 8)]
    good = _plain(digits) & (size <= 8)
    return np.where(size == 0, -1, _sum(digits)), good


def decimals(view: Words, end: Ints, size: Ints) -> Decimals:
    """Read unsigned decimal numbers of up to 16 characters, arguments as for `whole`."""
    low = (view[end - 8] ^ _ZERO) & _KEEP[np.clip(size, 0, 8)]
    low, places, dotted = _undotted(low)
    if size.max(initial=0) > 8:
        high = (view[end - 16] ^ _ZERO) & _KEEP[np.clip(size - 8, 0, 8)]
        plain, above, high_dotted = _undotted(high)
        # A point in the lower word makes room there for the last character of the upper word.
        low = np.where(dotted, low | (high >> _S56), low)
        high = np.where(dotted, high << _S8, plain)
        places = np.where(~dotted & high_dotted, above + 8, places)
        dotted = dotted | high_dotted
        good = _plain(low) & _plain(high)
        mantissa = _sum(high) * 100_000_000 + _sum(low)
    else:
        good, mantissa = _plain(low), _sum(low)
    count = size - dotted
    return Decimals(mantissa, places, count, good & (size <= 16) & (count >= 1) & (count <= 15))


def _undotted(digits: Words) -> tuple[Words, Ints, Flags]:
    """Take the first point out of each word; return the words, the characters behind the point, and where one was."""
    y = digits ^ _DOT
    mark = ~(((y & _LOW7) + _LOW7) | y) & _HIGH
    mark &= ~mark + _ONE
    dotted = mark != 0
    low = (mark >> _S7) - _ONE
    point = (mark >> _S7) * _BYTE
    moved = ((digits & low) << _S8) | (digits & ~(low | point))
    behind = 7 - (np.bitwise_count(low) >> 3).astype(np.int64)
    return np.where(dotted, moved, digits), np.where(dotted, behind, 0), dotted


def _plain(digits: Words) -> Flags:
    return np.asarray((((digits + _CARRY) | digits) & _HIGH) == 0)


def _sum(digits: Words) -> Ints:
    x = (digits * _TEN + (digits >> _S8)) & _PAIR
    x = (x * _HUNDRED + (x >> _S16)) & _QUAD
    x = (x * _MYRIAD + (x >> _S32)) & _ALL
    return x.view(np.int64)
