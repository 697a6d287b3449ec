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
from zhunru.formulas.identifiers.bit_planes import PAD, Bytes, Planes, Sheet, places, run_lengths
from zhunru.formulas.identifiers.coordinates import degrees, nmea
from zhunru.formulas.identifiers.cue_state import cue_states
from zhunru.formulas.identifiers.groups import grouped
from zhunru.formulas.identifiers.names import FOUR, PAIRS, name_cells, names
from zhunru.formulas.identifiers.numbers import SHORTEST, runs
from zhunru.formulas.identifiers.plates import parted_plates, plates
from zhunru.formulas.identifiers.shapes import shaped
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
_SHEETS: list[Sheet] = []
"""Sheets that no thread uses just now."""
_POWER = np.asarray([1, 3, 9], dtype=np.int16)
PIECE_BYTE = 1 << 24
"""Text looked at in one go: planes and candidates stay near the processor."""
CARRY_BYTE = 1 << 16
"""A block is cut at most this far before its end, when the text has any place to cut in it."""
_BARRIER = re.compile(rb"[\x00-\x08\x0a-\x1f}]")
_IN_VALUE = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._%+-@")


def sighted(data: bytes | bytearray, cue: Iterable[int] = (), size: int | None = None) -> Hits:
    """Return the identifiers in `data`.

    Args:
        data: UTF-8, broken bytes allowed; a newline parts values and cues. Cells of a column are joined by newlines.
        cue: What the heading of the column announces (`headings.cues_of`), for all of `data`.
        size: Look at so many bytes from the beginning alone; all of them by default.
    """
    told, at, all_ = frozenset(cue), 0, len(data) if size is None else size
    parts: list[Hits] = []
    sheet = _SHEETS.pop() if _SHEETS else Sheet(PIECE_BYTE + PIECE_BYTE // 4, PAIRS, FOUR)
    while at < all_:
        end = min(at + PIECE_BYTE, all_)
        if end < all_:
            end = _cut(data, at, end) or end
        parts.append(_of_piece(data, at, end, told, sheet))
        at = end
    _SHEETS.append(sheet)
    return Hits(
        np.concatenate([_NONE.start, *(p.start for p in parts)]),
        np.concatenate([_NONE.end, *(p.end for p in parts)]),
        np.concatenate([_NONE.kind, *(p.kind for p in parts)]),
        np.concatenate([_NONE.found, *(p.found for p in parts)]),
    )


def _of_piece(raw: bytes | bytearray, at: int, end: int, told: frozenset[int], sheet: Sheet) -> Hits:
    """Hits of the piece from byte `at` to `end`. Lines in wide forms are written narrow behind the piece and looked at there."""
    named = bool(told & {PERSON_NAME, PERHAPS_NAME})
    sheet.size = 0
    sheet.write(np.frombuffer(raw, dtype=np.uint8, count=end - at, offset=at), not named)
    lines = wide_lines(sheet.text, sheet.planes.wide, raw, at, end - at)
    if not lines:
        return _shifted(_judged(sheet, told), at - PAD)
    narrow, origin = narrowed(sheet.text, lines)
    if not sheet.fits(len(narrow)):
        sheet = Sheet(end - at + len(narrow) + 1024, PAIRS, FOUR)
        sheet.write(np.frombuffer(raw, dtype=np.uint8, count=end - at, offset=at), not named)
    base = sheet.write(narrow, not named)
    hits = _judged(sheet, told)
    bounds = np.asarray(lines, dtype=np.int64)
    line = np.searchsorted(bounds[:, 0], hits.start, side="right") - 1
    again = hits.start >= base
    kept = again | (line < 0) | (hits.start >= bounds[line, 1])
    first, last, again = hits.start[kept], hits.end[kept], again[kept]
    first[again], last[again] = origin[first[again] - base], origin[last[again] - base]
    return _shifted(_ordered(first, last, hits.kind[kept], hits.found[kept]), at - PAD)


def _shifted(hits: Hits, by: int) -> Hits:
    """Hits with other places."""
    return Hits(hits.start + by, hits.end + by, hits.kind, hits.found)


def _judged(sheet: Sheet, told: frozenset[int]) -> Hits:
    """All rules on one text, then the cues of all candidates at once."""
    columns = [c for c in _columns(sheet.text, sheet.planes, told) if len(c.start)]
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
        state[open_] = cue_states(sheet.text, at[open_], wanted[open_])
    grade = grades // _POWER[state + 1] % 3
    shown = np.flatnonzero(grade != DROPPED)
    return _ordered(start[shown], end[shown], kind[shown], grade[shown] == FOUND)


def _columns(text: Bytes, planes: Planes, told: frozenset[int]) -> Iterator[Column]:
    """Candidates of all rules, at the places that the planes leave."""
    alnum, digit = planes.alnum, planes.digit
    at = shaped(planes)
    length = run_lengths(alnum, at)
    long_ = length >= SHORTEST
    yield from runs(text, digit, at[long_], length[long_])
    sign = length == 0
    points = at[sign]
    byte = text[points]
    yield from grouped(text, points[(byte == 0x20) | (byte == 0x2D)])
    yield from degrees(text, digit, points[byte == 0x2E])
    behind_high = text[at - 1] >= 0x80
    near = behind_high & (length >= 5) & (length <= 7)
    yield from plates(text, alnum, digit, at[near], length[near])
    single = length == 1
    yield from nmea(text, at[single])
    yield from parted_plates(text, alnum, at[single & behind_high])
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


def cut(data: bytes | bytearray, size: int | None = None) -> int:
    """Return where to cut a block: what stands before is scanned now, the rest is carried to the next block.

    Behind the last newline, else behind the last control byte or closing brace (no value and no cue crosses these), if one stands in the
    last CARRY_BYTE bytes; else before the last value that may go on. Only in that last case - 64 KiB of text in one line without any of
    these - a cue may be parted from its value. 0: nothing can be scanned yet (all of a block shorter than CARRY_BYTE may go on).

    Args:
        data: A block, at the beginning of `data`.
        size: Bytes of the block; all of `data` by default.
    """
    return _cut(data, 0, len(data) if size is None else size)


def _cut(data: bytes | bytearray, first: int, end: int) -> int:
    """`cut` of data[first:end], as a place in `data`; 0 for none."""
    newline = data.rfind(b"\n", first, end)
    if newline >= 0:
        return newline + 1
    if end - first < CARRY_BYTE:
        return 0
    tail = end - CARRY_BYTE
    stops = [m.end() for m in _BARRIER.finditer(data, tail, end)]
    if stops:
        return stops[-1]
    at = end
    while at > tail and (data[at - 1] in _IN_VALUE or data[at - 1] >= 0x80):
        at -= 1
    return at if at > tail else end
