"""Numbers written in groups with spaces or hyphens: 138-0013-8000, 110105 19491231 002X, 6228 4804 0256 4890 018, 35-209900-176148-1."""

from collections.abc import Iterator

import numpy as np

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, windows
from zhunru.formulas.identifiers.numbers import imei_body, luhn_of, resident
from zhunru.formulas.identifiers.symbols import (
    ASKS,
    CONFIRMS,
    DEMOTES,
    Column,
    always,
    chosen,
    digits_in,
    equal,
    every,
    graded,
    letters_in,
    upper,
)

_ZERO = 9
"""Column of the first separator in a window."""
_BEHIND = 27


class _Around:
    """The bytes around the first separator of a number; columns are counted from it."""

    def __init__(self, text: Bytes, at: Places) -> None:
        self.text, self.at = text, at
        self.rows = windows(text, at, _ZERO, _BEHIND)
        self.digit = digits_in(self.rows)
        self.alnum = self.digit | letters_in(self.rows)
        self.same = self.rows == self.rows[:, _ZERO, None]
        self.hyphen = self.rows[:, _ZERO] == 0x2D

    def shape(self, first: int, separators: tuple[int, ...], ends: int) -> Flags:
        """Digits from `first` to before `ends` but for the separators, and no letter or digit beside."""
        columns = [_ZERO + c for c in range(first, ends) if c not in separators]
        good = every(self.digit[:, columns]) & every(self.same[:, [_ZERO + s for s in separators]])
        free: Flags = good & ~self.alnum[:, _ZERO + first - 1] & ~self.alnum[:, _ZERO + ends]
        return free

    def chained(self, first: int) -> Flags:
        """A group stands before the number."""
        before: Flags = self.same[:, _ZERO + first - 1] & self.digit[:, _ZERO + first - 2]
        return before

    def goes_on(self, ends: int) -> Flags:
        """A group stands behind the number."""
        behind: Flags = self.same[:, _ZERO + ends] & self.digit[:, _ZERO + ends + 1]
        return behind

    def joined(self, rows: Places, first: int, separators: tuple[int, ...], ends: int) -> Bytes:
        """Return the number without separators."""
        columns = np.asarray([_ZERO + c for c in range(first, ends) if c not in separators], dtype=np.int64)
        number: Bytes = upper(self.rows[rows[:, None], columns])
        return number


def grouped(text: Bytes, at: Places) -> Iterator[Column]:
    """Judge the numbers of which the first separator stands at `at`, a digit before it and four behind."""
    around = _Around(text, at)
    yield _mobiles(around)
    yield _residents(around)
    yield _cards(_Around(text, at[equal(around.rows[:, _ZERO - 4 : _ZERO - 2], b"62")]))
    yield _imeis(_Around(text, at[around.hyphen & ~around.digit[:, _ZERO - 3]]))


def _mobiles(a: _Around) -> Column:
    """3-4-4."""
    country = equal(a.rows[:, _ZERO - 7 : _ZERO - 4], b"+86") & ((a.rows[:, _ZERO - 4] == 0x20) | (a.rows[:, _ZERO - 4] == 0x2D))
    form = a.shape(-3, (0, 5), 10) & (a.rows[:, _ZERO - 3] == 0x31) & (a.rows[:, _ZERO - 2] >= 0x33)
    row = np.flatnonzero(form & (country | ~a.chained(-3)) & ~(a.hyphen & a.goes_on(10)))
    start, sure = a.at[row] - 3, country[row]
    return graded(start, start + 13, w.MOBILE, np.where(sure, always(sure), np.int8(CONFIRMS)))


def _residents(a: _Around) -> Column:
    """6-8-4; the last symbol may be X."""
    columns = [_ZERO + c for c in range(-6, 13) if c not in (0, 9)]
    form = every(a.digit[:, columns]) & a.same[:, _ZERO + 9] & (a.digit[:, _ZERO + 13] | (a.rows[:, _ZERO + 13] | 32 == 0x78))
    form &= ~a.alnum[:, _ZERO - 7] & ~a.alnum[:, _ZERO + 14]
    row = np.flatnonzero(form & ~a.chained(-6) & ~(a.hyphen & a.goes_on(14)))
    valid, holds = resident(a.joined(row, -6, (0, 9), 14))
    start = a.at[row[valid]] - 6
    return graded(start, start + 20, w.RESIDENT_ID, always(holds[valid]))


def _cards(a: _Around) -> Column:
    """4-4-4-4 and up to three digits more, of numbers from 62; the whole chain is the number."""
    starts, ends = [], []
    free = ~a.chained(-4)
    for more in range(4):
        separators, stop = ((0, 5, 10), 15) if more == 0 else ((0, 5, 10, 15), 16 + more)
        row = np.flatnonzero(free & a.shape(-4, separators, stop) & ~a.goes_on(stop))
        number = np.zeros((len(row), 20), dtype=np.uint8)
        number[:, 20 - 16 - more :] = a.joined(row, -4, separators, stop)
        row = row[luhn_of(number, np.full(len(row), 16 + more))]
        starts.append(a.at[row] - 4)
        ends.append(a.at[row] + stop)
    start = np.concatenate(starts)
    return graded(start, np.concatenate(ends), w.BANK_CARD, np.full(len(start), DEMOTES, dtype=np.int8))


def _imeis(a: _Around) -> Column:
    """2-6-6-1 with hyphens."""
    row = np.flatnonzero(a.hyphen & a.shape(-2, (0, 7, 14), 16) & ~a.chained(-2) & ~a.goes_on(16))
    number = np.zeros((len(row), 20), dtype=np.uint8)
    number[:, 5:] = a.joined(row, -2, (0, 7, 14), 16)
    holds = luhn_of(number, np.full(len(row), 15))
    row, number = row[holds], number[holds, 5:]
    start = a.at[row] - 2
    return graded(start, start + 18, w.IMEI, chosen([imei_body(number)], [CONFIRMS], ASKS))
