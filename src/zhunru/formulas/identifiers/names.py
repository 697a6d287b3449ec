"""Names of persons: a cue and a surname; in a column of names whole cells."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, Planes, eights, places, windows
from zhunru.formulas.identifiers.symbols import HAN, LETTER, Column, always, characters, equal, graded, lower, of_bytes, of_characters

PAIRS = tuple(sorted({cue.encode()[-2:] for cue in w.NAME_CUES}))
"""Last two bytes of the cues."""
FOUR = b"name"
"""Last four letters of the Latin cues."""

_SAFE, _OTHER, _STOP = of_characters(w.SAFE_SURNAMES), of_characters(w.OTHER_SURNAMES), of_characters(w.NOT_IN_NAMES)
_CUE_TAILS = np.unique(np.asarray([int.from_bytes(c[-2:].encode(), "little") for c in w.NAME_CUES], dtype=np.uint64))
_WHOLE_CUES = np.unique(np.asarray([int.from_bytes(c.encode(), "little") for c in w.NAME_CUES if len(c) == 2], dtype=np.uint64))
_LONG_CUES = [c.encode() for c in w.NAME_CUES if len(c) > 2]
_NAME = np.uint64(int.from_bytes(FOUR, "little"))
_STRONG_BYTES, _WEAK_BYTES = of_bytes(b"\"':="), of_bytes(b" \t(")
_STRONG, _WEAK = of_characters("："), of_characters("（是为叫")
_STRIPPED = of_bytes(b" \t\r\"'")
_CELL_PAD = 16
_CHINESE, _LATIN, _BARE = range(3)


def _pairs_of(two: list[str]) -> NDArray[np.uint32]:
    """Words of two characters as numbers, sorted."""
    return np.asarray(sorted(ord(t[0]) << 16 | ord(t[1]) for t in two), dtype=np.uint32)


_COMPOUND, _PLACE = _pairs_of(w.COMPOUND_SURNAMES), _pairs_of(w.PLACE_TAILS)


def names(text: Bytes, planes: Planes) -> Iterator[Column]:
    """Judge what stands behind the cues.

    Found: a Chinese cue and a surname that begins few other words; any surname between a colon and the end of the words, behind a Latin cue
    such as `owner_name` too. Suspected: other surnames right behind a Chinese cue when the words end with the name; safe ones behind `name`.
    """
    even, odd = places(planes.pair[0]) * 2, places(planes.pair[1]) * 2 + 1
    high = text[even] >= 0x80
    ends = np.concatenate([even[high], odd]) + 2
    last = eights(text, ends - 6) & np.uint64(0xFFFFFFFFFFFF)
    ends, last = ends[kept := np.isin(last, _CUE_TAILS)], last[kept]
    before = windows(text, ends, 12, 0)
    known = np.isin(last, _WHOLE_CUES)
    for word in _LONG_CUES:
        known |= equal(before[:, 12 - len(word) :], word)
    ends = ends[known]
    latin = even[~high]
    latin = np.concatenate([latin, latin - 1]) + 4
    latin = latin[(eights(text, latin - 4) & np.uint64(0xFFFFFFFF) | np.uint64(0x20202020)) == _NAME]
    before = lower(windows(text, latin, 16, 0))
    whole = np.zeros(len(latin), dtype=np.bool_)
    for cue in w.LATIN_NAME_CUES:
        word = cue.encode()
        whole |= equal(before[:, 16 - len(word) :], word) & ~LETTER[before[:, 15 - len(word)]]
    bare = latin[equal(before[:, 12:], FOUR) & ~LETTER[before[:, 11]] & ~whole]
    sort = np.repeat(np.asarray([_CHINESE, _LATIN, _BARE], dtype=np.uint8), [len(ends), int(whole.sum()), len(bare)])
    yield _behind(text, np.concatenate([ends, latin[whole], bare]), sort)


def _behind(text: Bytes, at: Places, cue: Bytes) -> Column:
    """Judge what stands behind the cues that end at `at`, which are of the sorts `cue`."""
    strong = np.zeros(len(at), dtype=np.bool_)
    for _ in range(4):
        one, three = text[at], characters(text, at)
        strong |= _STRONG_BYTES[one] | _STRONG[three]
        at = at + np.where(_STRONG_BYTES[one] | _WEAK_BYTES[one], 1, np.where(_STRONG[three] | _WEAK[three], 3, 0))
    size, safe = _sizes(text, at)
    closed = ~HAN[characters(text, at + 3 * size)]
    bound = strong & closed
    chinese = cue == _CHINESE
    found = (bound & (cue != _BARE)) | (chinese & safe)
    good = (size > 0) & (found | (chinese & closed) | (bound & safe))
    at, size = at[good], size[good]
    return graded(at, at + 3 * size, w.PERSON_NAME, always(found[good]))


def _sizes(text: Bytes, at: Places) -> tuple[Places, Flags]:
    """Return how many characters of a name stand at each place, 0 for none, and whether its surname begins few other words."""
    at = np.minimum(at, len(text) - 16)
    chars = [characters(text, at + 3 * step) for step in range(4)]
    compound = np.isin(chars[0].astype(np.uint32) << np.uint32(16) | chars[1], _COMPOUND)
    safe = _SAFE[chars[0]] | compound
    first, second = np.where(compound, chars[2], chars[1]), np.where(compound, chars[3], chars[2])
    place = np.isin(first.astype(np.uint32) << np.uint32(16) | second, _PLACE)
    good = (safe | _OTHER[chars[0]]) & HAN[first] & ~_STOP[first] & ~place
    more = HAN[second] & ~_STOP[second]
    size: Places = np.where(good, 1 + compound.astype(np.int64) + np.where(more, 2, 1), 0)
    return size, safe


def name_cells(text: Bytes, found: bool) -> Iterator[Column]:
    """Judge each line of a column of names: found when the whole cell, without spaces and quotation marks around, is one."""
    line_ends = np.flatnonzero(text == 0x0A)
    start, end = line_ends[:-1] + 1, line_ends[1:]
    filled = end - start >= 6
    start, end = start[filled], end[filled].copy()
    for _ in range(_CELL_PAD):
        start = start + (_STRIPPED[text[start]] & (start < end))
        end = end - (_STRIPPED[text[end - 1]] & (start < end))
    size, _safe = _sizes(text, start)
    whole = (size > 0) & (start + 3 * size == end)
    yield graded(start[whole], end[whole], w.PERSON_NAME, always(np.full(int(whole.sum()), found)))
