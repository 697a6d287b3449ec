"""Positions on the earth: pairs of degrees in the box of China, single degrees behind a cue, the fields of NMEA 0183."""

from collections.abc import Iterator

import numpy as np

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, Plane, lengths_before, run_lengths, windows
from zhunru.formulas.identifiers.symbols import (
    ALNUM,
    ASKS,
    CONFIRMS,
    DIGIT,
    LETTER,
    Column,
    always,
    every,
    graded,
    looked_up,
    of_bytes,
    some,
)

_SIDE = of_bytes(b"NSEWnsew")
_GAP = of_bytes(b" ,;/\t[]()\xc2\xb0\xef\xbc\x8c\xe3\x80\x81")
_DOT, _COMMA = 0x2E, 0x2C
_DECIMALS = 15


class _Numbers:
    """Numbers of one to three digits, a point and four to fifteen decimals, in order."""

    def __init__(self, text: Bytes, digit: Plane, dots: Places) -> None:
        whole, decimals = lengths_before(digit, dots), run_lengths(digit, dots + 1)
        near = (whole <= 3) & (decimals <= _DECIMALS)
        dots, whole, decimals = dots[near], whole[near], decimals[near]
        first = dots - whole
        prefix = _SIDE[text[first - 1]] & ~ALNUM[text[first - 2]]
        good = (~ALNUM[text[first - 1]] | prefix) & (text[first - 1] != _DOT)
        last = dots + 1 + decimals
        mark = np.where((text[last] == 0xC2) & (text[last + 1] == 0xB0), 2, 0)
        suffix = _SIDE[text[last + mark]] & ~ALNUM[text[last + mark + 1]]
        good &= ~((text[last] == _DOT) & DIGIT[text[last + 1]]) & (~LETTER[text[last]] | suffix)
        signed = ((text[first - 1] == 0x2D) | (text[first - 1] == 0x2B)) & ~ALNUM[text[first - 2]] & (text[first - 2] != _DOT)
        self.start = (first - (prefix | signed))[good]
        self.end, self.behind = last[good], (last + np.where(suffix, mark + 1, 0))[good]
        self.sided = (prefix | suffix)[good]
        dots, whole, decimals = dots[good], whole[good], decimals[good]
        units = windows(text, dots, 3, 0) - np.uint8(0x30)
        self.degree = np.where(np.arange(3) >= (3 - whole)[:, None], units, 0).astype(np.int64) @ np.asarray([100, 10, 1])
        part = (np.arange(_DECIMALS) < decimals[:, None]) & (windows(text, dots + 1, 0, _DECIMALS) != 0x30)
        self.zero = (self.degree == 0) & ~some(part)
        self.negative = text[self.start] == 0x2D


def degrees(text: Bytes, digit: Plane, dots: Places) -> Iterator[Column]:
    """Judge the numbers around the points `dots` that have a digit before and four behind."""
    n = _Numbers(text, digit, dots)
    if not len(n.start):
        return
    pair = np.flatnonzero(_pairs(text, n))
    # of a chain of numbers the first two are a pair, then the next two
    opens = np.r_[True, np.diff(pair) != 1] if len(pair) else np.zeros(0, dtype=np.bool_)
    first = np.maximum.accumulate(np.where(opens, np.arange(len(pair)), 0))
    pair = pair[(np.arange(len(pair)) - first) % 2 == 0]
    sided = n.sided[pair] & n.sided[pair + 1]
    grades = np.where(sided, always(sided), np.int8(CONFIRMS))
    yield graded(n.start[pair], n.end[pair + 1], w.COORDINATE, grades, (w.COORDINATE, w.PLACE_OF_BOTH))
    alone = (n.degree < 180) & ~n.zero
    alone[pair] = alone[pair + 1] = False
    rest = np.flatnonzero(alone)
    yield graded(n.start[rest], n.end[rest], w.COORDINATE, np.full(len(rest), ASKS, dtype=np.int8))


def _pairs(text: Bytes, n: _Numbers) -> Flags:
    """Tell of each number whether it and the next are latitude and longitude in the box of China, with at most four bytes between."""
    gap = n.start[1:] - n.behind[:-1]
    between = windows(text, n.behind[:-1], 0, 4)
    close = (gap >= 1) & (gap <= 4) & every(looked_up(_GAP, between) | (np.arange(4) >= gap[:, None]))
    lat, lon = (n.degree >= 3) & (n.degree < 54), (n.degree >= 73) & (n.degree < 136)
    inside = (lat[:-1] & lon[1:]) | (lon[:-1] & lat[1:])
    good: Flags = np.append(close & inside & ~n.negative[:-1] & ~n.negative[1:], np.False_)
    return good


def nmea(text: Bytes, at: Places) -> Iterator[Column]:
    """Judge single letters: N or S between ddmm.mm and dddmm.mm of which E or W stands behind."""
    at = at[((text[at] == 0x4E) | (text[at] == 0x53)) & (text[at - 1] == _COMMA) & (text[at + 1] == _COMMA)]
    before, behind = windows(text, at, 16, 0)[:, ::-1], windows(text, at, 0, 20)
    north = np.argmin(DIGIT[before[:, 1:]], axis=1)
    row = np.arange(len(at))
    form = (north >= 2) & (north <= 8) & (before[row, 1 + north] == _DOT)
    for step in range(4):
        form &= DIGIT[before[row, 2 + north + step]]
    last = before[row, 6 + north]
    form &= ~ALNUM[last] & (last != _DOT)
    form &= every(DIGIT[behind[:, 2:7]]) & (behind[:, 7] == _DOT)
    east = np.argmin(DIGIT[behind[:, 8:]], axis=1)
    form &= (east >= 2) & (east <= 8) & (behind[row, 8 + east] == _COMMA)
    side = text[at + 9 + east]
    form &= ((side == 0x45) | (side == 0x57)) & ~ALNUM[text[at + 10 + east]]
    start, end = at - 6 - north, at + 10 + east
    yield graded(start[form], end[form], w.COORDINATE, always(np.ones(int(form.sum()), dtype=np.bool_)))
