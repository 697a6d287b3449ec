"""Classes of bytes and characters as tables of truth values, and columns of hits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places

DROPPED, SUSPECTED, FOUND = 0, 1, 2
"""Grades of a candidate."""


class Column(NamedTuple):
    """Candidates of one kind, with the grade that each gets by what stands before it.

    Args:
        start: Places of the first bytes.
        end: Places behind the last.
        kind: Place in KINDS.
        grades: grade with a cue of another number nearer + 3 * grade without cue + 9 * grade with a cue.
        cue_at: Where the window ends in which cues are looked for.
        cues: Meanings that count as its cue.
    """

    start: Places
    end: Places
    kind: int
    grades: NDArray[np.int8]
    cue_at: Places
    cues: tuple[int, ...]


def graded(
    start: Places, end: Places, kind: int, grades: NDArray[np.int8], cues: tuple[int, ...] = (), cue_at: Places | None = None
) -> Column:
    """Return candidates; the ones that no cue can make more than DROPPED are left out."""
    kept = grades > 0
    at = start if cue_at is None else cue_at
    return Column(start[kept], end[kept], kind, grades[kept], at[kept], cues or (kind,))


def by_cue(other: int, none: int, cue: int) -> int:
    """Return the number that stands for three grades."""
    return other + 3 * none + 9 * cue


def always(found: Flags) -> NDArray[np.int8]:
    """Return grades that no cue changes."""
    grades: NDArray[np.int8] = np.where(found, by_cue(FOUND, FOUND, FOUND), by_cue(SUSPECTED, SUSPECTED, SUSPECTED)).astype(np.int8)
    return grades


def chosen(conditions: list[Flags], grades: list[int], rest: int = 0) -> NDArray[np.int8]:
    """Return for each row the grades of the first condition that holds."""
    picked: NDArray[np.int8] = np.select(conditions, [np.int8(g) for g in grades], default=np.int8(rest))
    return picked


CONFIRMS, DEMOTES, ASKS = by_cue(1, 1, 2), by_cue(1, 2, 2), by_cue(0, 0, 2)
"""Suspected, found with a cue; found unless another number is announced; nothing, found with a cue."""
HINTS, ONLY, CERTAIN = by_cue(0, 0, 1), by_cue(1, 1, 1), by_cue(2, 2, 2)
"""Nothing, suspected with a cue; suspected whatever stands before; found whatever stands before."""


def of_bytes(symbols: bytes) -> Flags:
    """Return a table (256) that is true at these bytes."""
    table = np.zeros(256, dtype=np.bool_)
    table[list(symbols)] = True
    return table


def of_characters(symbols: str) -> Flags:
    """Return a table (65536) that is true at these characters."""
    table = np.zeros(1 << 16, dtype=np.bool_)
    table[[ord(c) for c in symbols]] = True
    return table


DIGITS = b"0123456789"
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGIT, LETTER, ALNUM = of_bytes(DIGITS), of_bytes(LETTERS), of_bytes(DIGITS + LETTERS)
HAN = of_characters("".join(map(chr, range(0x4E00, 0xA000))))


def characters(text: Bytes, at: Places) -> NDArray[np.uint16]:
    """Return the character of three bytes at each place, 0 where there is none."""
    first, second, third = text[at], text[at + 1], text[at + 2]
    whole = ((first & 0xF0) == 0xE0) & ((second & 0xC0) == 0x80) & ((third & 0xC0) == 0x80)
    code = (first.astype(np.uint16) & 15) << 12 | (second.astype(np.uint16) & 63) << 6 | (third & 63)
    shown: NDArray[np.uint16] = np.where(whole, code, 0).astype(np.uint16)
    return shown


def equal(rows: Bytes, word: bytes) -> Flags:
    """Tell which rows (n, len(word)) are this word."""
    same: Flags = rows[:, 0] == word[0]
    for column, byte in enumerate(word[1:], 1):
        same &= rows[:, column] == byte
    return same


def every(flags: Flags) -> Flags:
    """Tell which rows are true throughout: the first place that is not true costs a fifth of `all`."""
    whole: Flags = (np.argmin(flags, axis=1) == 0) & flags[:, 0]
    return whole


def some(flags: Flags) -> Flags:
    """Tell which rows are true anywhere."""
    any_: Flags = (np.argmax(flags, axis=1) > 0) | flags[:, 0]
    return any_


def digits_in(rows: Bytes) -> Flags:
    """Tell which bytes are digits: arithmetic is thirty times as fast as a table."""
    flags: Flags = (rows - np.uint8(0x30)) < 10
    return flags


def letters_in(rows: Bytes) -> Flags:
    """Tell which bytes are ASCII letters."""
    flags: Flags = ((rows | np.uint8(32)) - np.uint8(0x61)) < 26
    return flags


def upper(rows: Bytes) -> Bytes:
    """Return the bytes with capital letters."""
    raised: Bytes = rows - ((rows - np.uint8(0x61)) < 26) * np.uint8(32)
    return raised


def lower(rows: Bytes) -> Bytes:
    """Return the bytes with small letters."""
    lowered: Bytes = rows + ((rows - np.uint8(0x41)) < 26) * np.uint8(32)
    return lowered


def looked_up(table: Flags, rows: Bytes) -> Flags:
    """Return table[rows], faster."""
    flags: Flags = np.take(table, rows, mode="clip")
    return flags
