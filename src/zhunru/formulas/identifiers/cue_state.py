"""Whether a word before a value says what it is: looked for at candidates only, for all of them at once."""

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, windows
from zhunru.formulas.identifiers.symbols import LETTER, digits_in, equal, looked_up, lower, of_bytes, some
from zhunru.formulas.identifiers.words import CUE_BYTE, CUES, OTHER_NUMBER, Cue

_ROWS = 1 << 13
_BARRIER = of_bytes(bytes(c for c in range(32) if c != 9) + b"}")
_HASH = np.uint32(2654435761)


def _key(word: bytes) -> int:
    """First three bytes as a number."""
    return int.from_bytes(word[:3], "little")


def _slots() -> tuple[list[tuple[int, list[Cue]]], NDArray[np.uint8]]:
    """Return the keys with their cues, and the table from the hash of a key to its place among them, from 1."""
    keys: dict[int, list[Cue]] = {}
    for cue in CUES:
        keys.setdefault(_key(cue.word.encode()), []).append(cue)
    table = np.zeros(1 << 16, dtype=np.uint8)
    for place, key in enumerate(keys, 1):
        slot = (key * int(_HASH) & 0xFFFFFFFF) >> 16
        if table[slot]:
            raise ValueError("two keys of cues share a slot: choose another multiplier")
        table[slot] = place
    return list(keys.items()), table


_KEYS, _TABLE = _slots()
_KEY_OF = np.asarray([0, *(key for key, _ in _KEYS)], dtype=np.uint32)


def cue_states(text: Bytes, at: Places, wanted: NDArray[np.uint16]) -> NDArray[np.int8]:
    """Return 1 where a cue of a wanted kind stands before, -1 where a cue of another number stands nearer, else 0.

    A cue begins within CUE_BYTE bytes, behind the last control byte, closing brace, 。 or four digits in a row.

    Args:
        text: Padded text.
        at: Starts of values.
        wanted: One bit for each meaning that confirms the value.
    """
    states = np.zeros(len(at), dtype=np.int8)
    for first in range(0, len(at), _ROWS):
        some = slice(first, first + _ROWS)
        states[some] = _of_rows(windows(text, at[some], CUE_BYTE, 0), wanted[some])
    return states


def _of_rows(rows: Bytes, wanted: NDArray[np.uint16]) -> NDArray[np.int8]:
    """States of at most _ROWS windows."""
    opens = _opens(rows)
    flat = np.zeros(rows.size + 32, dtype=np.uint8)
    flat[: rows.size] = lower(rows).reshape(-1)
    threes = np.ndarray((rows.size,), dtype="<u4", buffer=flat, strides=(1,)) & np.uint32(0xFFFFFF)
    slot = np.take(_TABLE, (threes * _HASH) >> np.uint32(16), mode="clip")
    hits = np.flatnonzero(slot != 0)
    hits = hits[_KEY_OF[slot[hits]] == threes[hits]]
    hits = hits[hits % CUE_BYTE >= opens[hits // CUE_BYTE]]
    best = np.full((2, len(rows)), -1, dtype=np.int16)
    keys = slot[hits]
    for place in np.flatnonzero(np.bincount(keys, minlength=1)).tolist():
        here = hits[keys == place]
        for cue in _KEYS[place - 1][1]:
            where = _stands(flat, here, opens, cue)
            row, side = where // CUE_BYTE, best[1 if cue.kind == OTHER_NUMBER else 0]
            if cue.kind != OTHER_NUMBER:
                meant = (wanted[row] >> np.uint16(cue.kind) & np.uint16(1)) != 0
                where, row = where[meant], row[meant]
            # places ascend, so of several in one row the last assigned is the nearest
            side[row] = np.maximum(side[row], where % CUE_BYTE)
    states: NDArray[np.int8] = np.sign(best[0] - best[1]).astype(np.int8)
    return states


def _opens(rows: Bytes) -> NDArray[np.int64]:
    """Return the column from which a cue may stand, for each window."""
    digit = digits_in(rows)
    four = digit[:, 3:] & digit[:, 2:-1] & digit[:, 1:-2] & digit[:, :-3]
    shut = looked_up(_BARRIER, rows)
    shut[:, 2:] |= (rows[:, :-2] == 0xE3) & (rows[:, 1:-1] == 0x80) & (rows[:, 2:] == 0x82)
    shut[:, 3:] |= four
    last: NDArray[np.int64] = np.where(some(shut), shut.shape[1] - np.argmax(shut[:, ::-1], axis=1), 0)
    return last


def _stands(flat: Bytes, at: Places, opens: Places, cue: Cue) -> Places:
    """Return the places of `at` where the whole of a cue stands inside its window."""
    word = cue.word.encode()
    at = at[at % CUE_BYTE + len(word) <= CUE_BYTE]
    if len(word) > 3:
        at = at[equal(windows(flat, at, 0, len(word)), word)]
    if cue.whole:
        column = at % CUE_BYTE
        free: Flags = ((column == opens[at // CUE_BYTE]) | ~LETTER[flat[at - 1]]) & (
            (column + len(word) == CUE_BYTE) | ~LETTER[flat[at + len(word)]]
        )
        at = at[free]
    return at
