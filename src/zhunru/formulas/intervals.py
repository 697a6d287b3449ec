"""Arithmetic of time intervals: union, intersection, length. Half-open, integer nanoseconds."""

from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

Spans = NDArray[np.int64]
"""Shape (n, 2): start and end, ns."""


def spans(starts: ArrayLike, ends: ArrayLike) -> Spans:
    """Return the union of the intervals: sorted, disjoint, none of length zero; one that ends before it starts is empty."""
    first, last = np.asarray(starts, np.int64), np.asarray(ends, np.int64)
    first, last = first[last > first], last[last > first]
    order = np.argsort(first, kind="stable")
    first, last = first[order], np.maximum.accumulate(last[order]) if len(last) else last
    opens = np.ones(len(first), bool)
    opens[1:] = first[1:] > last[:-1]
    closes = np.append(opens[1:], True)[: len(first)]
    return np.stack([first[opens], last[closes]], axis=1)


def length(of: Spans) -> int:
    """Return the total length of disjoint intervals, ns."""
    return int((of[:, 1] - of[:, 0]).sum())


def common(*several: Spans) -> Spans:
    """Return the intersection of unions of intervals; of none, nothing."""
    return reduce(_both, several) if several else spans([], [])


def _both(one: Spans, other: Spans) -> Spans:
    # The pairs that touch are contiguous: each interval of `one` meets those of `other` from its start to its end.
    low = np.searchsorted(other[:, 1], one[:, 0], side="right")
    high = np.searchsorted(other[:, 0], one[:, 1], side="left")
    count = np.maximum(high - low, 0)
    mine = np.repeat(np.arange(len(one)), count)
    theirs = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    return spans(np.maximum(one[mine, 0], other[theirs, 0]), np.minimum(one[mine, 1], other[theirs, 1]))


def inside(starts: ArrayLike, ends: ArrayLike, of: Spans) -> NDArray[np.bool_]:
    """Tell which intervals lie wholly inside one interval of the union, its end included.

    Args:
        starts: Starts, ns.
        ends: Ends, ns; may equal the start.
        of: Disjoint intervals, ns.
    """
    first, last = np.asarray(starts, np.int64), np.asarray(ends, np.int64)
    if not len(of):
        return np.zeros(len(first), bool)
    at = np.searchsorted(of[:, 0], first, side="right") - 1
    held: NDArray[np.bool_] = (at >= 0) & (last <= of[at, 1])
    return held
