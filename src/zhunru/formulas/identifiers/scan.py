"""Identifiers in bytes: where, which kind, how certain."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.simple import simple

Int64 = NDArray[np.int64]


class Hits(NamedTuple):
    """Sightings in the order of their start; those of one kind do not overlap.

    Args:
        start: Byte offset of the first byte.
        end: Byte offset behind the last.
        kind: Place in `kinds.KINDS`.
        found: Check digit or cue; else suspected by form alone.
    """

    start: Int64
    end: Int64
    kind: NDArray[np.uint8]
    found: NDArray[np.bool_]


CARRY_BYTE = 1 << 16
"""A block is cut at most this far before its end, when the text has any place to cut in it."""
_BARRIER = re.compile(rb"[\x00-\x08\x0a-\x1f}]")
_IN_VALUE = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._%+-@")


def sighted(data: bytes, cue: Iterable[int] = ()) -> Hits:
    """Return the identifiers in `data`.

    Args:
        data: UTF-8, broken bytes allowed; a newline parts values and cues. Cells of a column are joined by newlines.
        cue: What the heading of the column announces (`headings.cues_of`), for all of `data`.
    """
    hits = simple(data, cue)
    return Hits(
        np.asarray([h.start for h in hits], dtype=np.int64),
        np.asarray([h.end for h in hits], dtype=np.int64),
        np.asarray([h.kind for h in hits], dtype=np.uint8),
        np.asarray([h.found for h in hits], dtype=np.bool_),
    )


def cut(data: bytes) -> int:
    """Return where to cut a block: what stands before is scanned now, the rest is carried to the next block.

    Behind the last newline, else behind the last control byte or closing brace (no value and no cue crosses these), if one stands in the
    last CARRY_BYTE bytes; else before the last value that may go on. Only in that last case - 64 KiB of text in one line without any of
    these - a cue may be parted from its value. 0: nothing can be scanned yet (all of a block shorter than CARRY_BYTE may go on).
    """
    newline = data.rfind(b"\n")
    if newline >= 0:
        return newline + 1
    if len(data) < CARRY_BYTE:
        return 0
    tail = len(data) - CARRY_BYTE
    stops = [m.end() for m in _BARRIER.finditer(data, tail)]
    if stops:
        return stops[-1]
    at = len(data)
    while at > tail and (data[at - 1] in _IN_VALUE or data[at - 1] >= 0x80):
        at -= 1
    return at if at > tail else len(data)
