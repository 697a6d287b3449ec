"""Digits in words of eight characters, first character in the lowest byte: read and checked on whole columns.

Characters are first XORed with what is expected in their places: a digit becomes its value, a fixed character zero. From
there the lowest wrong byte of a word is always seen: no right byte below it borrows from it or carries into it.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]
Flags = NDArray[np.bool_]

ZEROS: Final = np.uint64(0x3030303030303030)


def _word(octets: list[int]) -> np.uint64:
    return np.uint64(int.from_bytes(bytes(octets), "little"))


class Pattern(NamedTuple):
    """What eight characters must be.

    Args:
        keep: 0xFF for each place that counts.
        chars: The characters expected, '0' for any digit.
        six: 6 in the places of digits.
        wrong: Bits that must be zero once `six` is added to the digits.
    """

    keep: np.uint64
    chars: np.uint64
    six: np.uint64
    wrong: np.uint64


def pattern(text: bytes) -> Pattern:
    """Return the pattern of eight characters: '0' = any decimal digit, '*' = anything, all else = itself."""
    digit, any_char = ord("0"), ord("*")
    return Pattern(
        _word([0 if c == any_char else 0xFF for c in text]),
        _word([0 if c == any_char else c for c in text]),
        _word([6 if c == digit else 0 for c in text]),
        _word([0xF0 if c == digit else 0xFF for c in text]),
    )


def decimal(words: U64, wanted: Pattern) -> tuple[U64, Flags]:
    """Read the decimal number in each word; what is no digit in the pattern counts as '0'.

    Returns:
        Numbers, and which words fit the pattern.
    """
    plain = words ^ wanted.chars
    plain &= wanted.keep
    wrong = plain + wanted.six
    wrong |= plain
    wrong &= wanted.wrong
    plain *= np.uint64(2561)
    plain >>= np.uint64(8)
    plain &= np.uint64(0x00FF00FF00FF00FF)
    plain *= np.uint64(6553601)
    plain >>= np.uint64(16)
    plain &= np.uint64(0x0000FFFF0000FFFF)
    plain *= np.uint64(42949672960001)
    plain >>= np.uint64(32)
    return plain, wrong == 0


def hexadecimal(plain: U64) -> tuple[U8, U64]:
    """Read eight hexadecimal digits of either case per word.

    Args:
        plain: Contiguous words, already XORed with ZEROS; overwritten.

    Returns:
        Four bytes per word, and per word a number that is zero where there is nothing but digits.
    """
    letter = plain & np.uint64(0x4040404040404040)
    plain |= letter >> np.uint64(1)  # lower case to upper case
    letter >>= np.uint64(6)
    plain -= letter * np.uint64(0x67)
    wrong = plain + np.uint64(0x0606060606060606)  # bit 4 shows a value above nine, which a letter has and a digit has not
    letter <<= np.uint64(4)
    wrong ^= letter
    wrong |= plain
    wrong &= np.uint64(0xF0F0F0F0F0F0F0F0)
    plain *= np.uint64(0x1001)
    plain >>= np.uint64(8)
    return plain.view(np.uint16).astype(np.uint8), wrong
