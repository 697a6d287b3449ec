"""Interval of a proportion that was seen in a sample."""

import math
from typing import Final, NamedTuple

Z_95: Final = 1.959963984540054
"""Quantile of the normal law for a two-sided interval of 95 %."""


class Interval(NamedTuple):
    """Bounds of a proportion, between 0 and 1."""

    low: float
    high: float


def wilson(hits: int, of: int, z: float = Z_95) -> Interval:
    """Return the Wilson score interval of a proportion.

    Args:
        hits: Items with the property.
        of: Items looked at.
        z: Quantile of the normal law.

    Returns:
        Bounds; (0, 1) when nothing was looked at.

    Raises:
        ValueError: `hits` does not lie between 0 and `of`.

    References:
        Wilson, Journal of the American Statistical Association 22 (1927) 209.
    """
    if not 0 <= hits <= of:
        raise ValueError("more hits than items, or fewer than none")
    if of == 0:
        return Interval(0.0, 1.0)
    share, square = hits / of, z * z
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Interval(0.0 if hits == 0 else centre - half, 1.0 if hits == of else centre + half)
