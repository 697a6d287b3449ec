"""Identifiers in bytes: where, which kind, how certain.

Text is gone over once into bit planes; candidates are runs of certain lengths; check digits, cues and neighbours are looked at for all
candidates at once. What a value is, and which is *found*: the words of the modules beside this one.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.addresses import addresses
from zhunru.formulas.identifiers.bit_planes import PAD, Bytes, ahead, behind, padded, places, planes_of
from zhunru.formulas.identifiers.coordinates import degrees, nmea
from zhunru.formulas.identifiers.cue_state import cue_states
from zhunru.formulas.identifiers.groups import grouped
from zhunru.formulas.identifiers.names import FOUR, PAIRS, name_cells, names
from zhunru.formulas.identifiers.numbers import runs
from zhunru.formulas.identifiers.plates import parted_plates, plates
from zhunru.formulas.identifiers.symbols import DROPPED, FOUND, Column
from zhunru.formulas.identifiers.wide_forms import narrowed, wide_lines
from zhunru.formulas.identifiers.words import OTHER_NUMBER, PERHAPS_NAME, PERSON_NAME

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


_NONE = Hits(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.bool_))
_POWER = np.asarray([1, 3, 9], dtype=np.int16)
PIECE_BYTE = 1 << 22
"""Text looked at in one go: planes and candidates stay near the processor."""
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
    told, at = frozenset(cue), 0
    parts: list[Hits] = []
    while at < len(data):
        end = at + PIECE_BYTE
        if end < len(data):
            end = at + (cut(data[at:end]) or PIECE_BYTE)
        parts.append(_of_piece(data, at, min(end, len(data)), told))
        at = end
    return Hits(
        np.concatenate([_NONE.start, *(p.start for p in parts)]),
        np.concatenate([_NONE.end, *(p.end for p in parts)]),
        np.concatenate([_NONE.kind, *(p.kind for p in parts)]),
        np.concatenate([_NONE.found, *(p.found for p in parts)]),
    )


def _of_piece(raw: bytes, at: int, end: int, told: frozenset[int]) -> Hits:
    """Hits of the piece from byte `at` to `end`. Lines in wide forms are written narrow behind the piece and looked at there."""
    data = np.frombuffer(raw, dtype=np.uint8, count=end - at, offset=at)
    text = padded(data)
    lines = wide_lines(text, raw, at, len(data))
    if not lines:
        return _shifted(_judged(text, told), at - PAD)
    narrow, origin = narrowed(text, lines)
    hits = _judged(padded(data, narrow), told)
    bounds = np.asarray(lines, dtype=np.int64)
    line = np.searchsorted(bounds[:, 0], hits.start, side="right") - 1
    base = PAD + len(data) + PAD
    again = hits.start >= base
    kept = again | (line < 0) | (hits.start >= bounds[line, 1])
    first, last, again = hits.start[kept], hits.end[kept], again[kept]
    first[again], last[again] = origin[first[again] - base], origin[last[again] - base]
    return _shifted(_ordered(first, last, hits.kind[kept], hits.found[kept]), at - PAD)


def _shifted(hits: Hits, by: int) -> Hits:
    """Hits with other places."""
    return Hits(hits.start + by, hits.end + by, hits.kind, hits.found)


def _judged(text: Bytes, told: frozenset[int]) -> Hits:
    """All rules on one padded text, then the cues of all candidates at once."""
    columns = [c for c in _columns(text, told) if len(c.start)]
    if not columns:
        return _NONE
    start, end, at = (np.concatenate(rows) for rows in zip(*((c.start, c.end, c.cue_at) for c in columns), strict=True))
    grades = np.concatenate([c.grades for c in columns]).astype(np.int16)
    counts = [len(c.start) for c in columns]
    kind = np.repeat(np.asarray([c.kind for c in columns], dtype=np.uint8), counts)
    wanted = np.repeat(np.asarray([sum(1 << cue for cue in c.cues) for c in columns], dtype=np.uint16), counts)
    headed = (wanted & np.uint16(sum(1 << t for t in told))) != 0
    state = np.where(headed, 1, -1 if OTHER_NUMBER in told else 0).astype(np.int16)
    if OTHER_NUMBER not in told:
        open_ = np.flatnonzero(~headed & (grades % 13 != 0))
        state[open_] = cue_states(text, at[open_], wanted[open_])
    grade = grades // _POWER[state + 1] % 3
    shown = np.flatnonzero(grade != DROPPED)
    return _ordered(start[shown], end[shown], kind[shown], grade[shown] == FOUND)


def _columns(text: Bytes, told: frozenset[int]) -> Iterator[Column]:
    """Candidates of all rules: planes, their runs by doubling, the places that are left."""
    planes = planes_of(text, PAIRS, FOUR)
    alnum, digit = planes.alnum, planes.digit
    d2 = digit & ahead(digit, 1)
    d4 = d2 & ahead(d2, 2)
    d6 = d4 & ahead(d2, 4)
    a2 = alnum & ahead(alnum, 1)
    a4 = a2 & ahead(a2, 2)
    starts = alnum & ~behind(alnum, 1)
    yield from runs(text, alnum, digit, places(starts & (d6 | ahead(d4, 13))))
    points = places(behind(digit, 1) & ~alnum & ahead(d4, 1))
    byte = text[points]
    yield from grouped(text, points[(byte == 0x20) | (byte == 0x2D)])
    yield from degrees(text, digit, points[byte == 0x2E])
    yield from plates(text, alnum, digit, places(starts & behind(planes.high, 1) & a4 & ahead(alnum, 4)))
    single = places(starts & ~a2 & ~digit)
    yield from nmea(text, single)
    yield from parted_plates(text, alnum, single[text[single - 1] >= 0x80])
    yield from addresses(text, places(planes.at_sign))
    if told & {PERSON_NAME, PERHAPS_NAME}:
        yield from name_cells(text, PERSON_NAME in told)
    else:
        yield from names(text, planes)


def _ordered(start: Int64, end: Int64, kind: NDArray[np.uint8], found: NDArray[np.bool_]) -> Hits:
    """Hits in order; of two that are the same the found one."""
    order = np.argsort((start << 16) | ((end - start) << 5) | (kind.astype(np.int64) << 1) | ~found, kind="stable")
    start, end, kind, found = start[order], end[order], kind[order], found[order]
    new = np.ones(len(start), dtype=np.bool_)
    new[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1]) | (kind[1:] != kind[:-1])
    return Hits(start[new], end[new], kind[new], found[new])


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
