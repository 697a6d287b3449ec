"""Card numbers of a column that hold by chance: the last digit of one number in ten is right."""

import math

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.bit_planes import PAD, Bytes, windows

FEWEST = 10
"""Numbers from which on the share that holds says something: of fewer, none below half would be told from chance. Basis P."""
_SHORTEST, _LONGEST = 16, 19
_SHARE, _SIGMAS = 0.1, 3.0


def card_like(data: bytes, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which cells are 16 to 19 digits from 62 and nothing else, whether their last digit holds or not.

    Args:
        data: Cells, with one byte between.
        ends: Offset behind each cell.
    """
    length = np.diff(ends, prepend=-1) - 1
    cell = np.flatnonzero((length >= _SHORTEST) & (length <= _LONGEST))
    padded: Bytes = np.frombuffer(data + bytes(PAD), np.uint8)
    start = ends[cell] - length[cell]
    first = (padded[start] == 0x36) & (padded[start + 1] == 0x32)
    cell, start = cell[first], start[first]
    digit = (windows(padded, start, 0, _LONGEST) - np.uint8(0x30)) < 10
    alike: NDArray[np.int64] = cell[np.all(digit | (np.arange(_LONGEST) >= length[cell][:, None]), axis=1)]
    return alike


def is_chance(holding: int, alike: int) -> bool:
    """Tell whether so many numbers hold as chance alone would give: one in ten, and three standard deviations (binomial) more.

    Args:
        holding: Numbers whose last digit holds.
        alike: All numbers of that form in the column.
    """
    return alike >= FEWEST and holding <= _SHARE * alike + _SIGMAS * math.sqrt(_SHARE * (1 - _SHARE) * alike)
