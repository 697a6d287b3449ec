"""Licence plates of GA 36: province, office letter, five or six symbols, also with a dot, space or hyphen between."""

from collections.abc import Iterator

import numpy as np

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, Plane, eights, run_lengths, windows
from zhunru.formulas.identifiers.symbols import (
    ASKS,
    CONFIRMS,
    DIGITS,
    HAN,
    Column,
    always,
    characters,
    digits_in,
    equal,
    every,
    graded,
    of_bytes,
    of_characters,
    upper,
)

_EVERYDAY, _TAIL = of_characters(w.EVERYDAY_PROVINCES), of_characters(w.PLATE_TAILS)
_OFFICE = of_bytes(b"ABCDEFGHJKLMNPQRSTUVWXYZ")
_SYMBOL = _OFFICE | of_bytes(DIGITS)
_ENERGY = of_bytes(b"DABCEFGHJK")
_EMBASSY = np.uint64(int.from_bytes("使".encode(), "little"))
_CHARACTERS = np.asarray([int.from_bytes(p.encode(), "little") for p in w.PROVINCES], dtype=np.uint64)
_DOTS = ("·".encode(), "•".encode(), "・".encode())


def plates(text: Bytes, alnum: Plane, digit: Plane, at: Places, length: Places) -> Iterator[Column]:
    """Judge runs of `length` letters and digits, five to seven, that begin at `at` behind a character outside ASCII."""
    first = eights(text, at - 3) & np.uint64(0xFFFFFF)
    known = np.isin(first, _CHARACTERS)
    yield _judged(text, alnum, at[known], at[known] + 1)
    six = at[(first == _EMBASSY) & (length == 6)]
    six = six[run_lengths(digit, six) == 6]
    yield graded(six - 3, six + 6, w.PLATE, np.full(len(six), ASKS, dtype=np.int8))


def parted_plates(text: Bytes, alnum: Plane, at: Places) -> Iterator[Column]:
    """Judge single letters that begin at `at` behind a character outside ASCII: the symbols may follow behind a dot, space or hyphen."""
    at = at[np.isin(eights(text, at - 3) & np.uint64(0xFFFFFF), _CHARACTERS)]
    rows = windows(text, at, 0, 4)
    step = np.where((rows[:, 1] == 0x20) | (rows[:, 1] == 0x2D), 1, 0)
    for dot in _DOTS:
        step[equal(rows[:, 1 : 1 + len(dot)], dot)] = len(dot)
    at, step = at[step > 0], step[step > 0]
    yield _judged(text, alnum, at, at + 1 + step)


def _judged(text: Bytes, alnum: Plane, letter: Places, body: Places) -> Column:
    """Judge plates with their office letter at `letter` and their symbols from `body`.

    Found by form, for a province followed by a letter and symbols is nothing else; but behind another Chinese character a province that
    ends everyday words (更新A12345) asks for a cue.
    """
    province = characters(text, letter - 3)
    length = run_lengths(alnum, body)
    keep = np.flatnonzero((length >= 4) & (length <= 6) & _OFFICE[upper(text[letter])])
    letter, body, province, length = letter[keep], body[keep], province[keep], length[keep]
    rows = upper(windows(text, body, 0, 7))
    tailed = (length == 4) & _TAIL[characters(text, body + 4)]
    symbols = every(_SYMBOL[rows] | (np.arange(7) >= length[:, None]))
    digit = digits_in(rows) & (np.arange(7) < length[:, None])
    enough = digit.sum(axis=1) >= np.where(tailed, 2, 3)
    energy = (_ENERGY[rows[:, 0]] & every(digit[:, 2:6])) | (every(digit[:, :5]) & _ENERGY[rows[:, 5]])
    form: Flags = symbols & enough & ((length == 5) | tailed | ((length == 6) & energy))
    start, province = letter[form] - 3, province[form]
    end = (body + length + np.where(tailed, 3, 0))[form]
    glued = HAN[characters(text, start - 3)] & _EVERYDAY[province]
    return graded(start, end, w.PLATE, np.where(glued, np.int8(CONFIRMS), always(~glued)))
