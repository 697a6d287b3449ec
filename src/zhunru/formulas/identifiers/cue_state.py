"""Whether a word before a value says what it is: looked for at candidates only, for all of them at once."""

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, Plane, places, windows
from zhunru.formulas.identifiers.symbols import LETTER, digits_in, equal, lower
from zhunru.formulas.identifiers.words import CUE_BYTE, CUES, OTHER_NUMBER, Cue

_ROWS = 1 << 14
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
    # cues begin with a small letter or the lead byte of a Chinese character, behind what shuts the window
    first = _bits(((flat[: rows.size] - np.uint8(0x61)) < 26) | (flat[: rows.size] >= 0xE0))
    first &= np.uint64((1 << CUE_BYTE) - 1) << opens.astype(np.uint64)
    at = places(first, CUE_BYTE)
    threes = np.ndarray((rows.size,), dtype="<u4", buffer=flat, strides=(1,))[at] & np.uint32(0xFFFFFF)
    slot = np.take(_TABLE, (threes * _HASH) >> np.uint32(16), mode="clip")
    known = np.flatnonzero(slot != 0)
    known = known[_KEY_OF[slot[known]] == threes[known]]
    hits, keys = at[known], slot[known]
    best = np.full((2, len(rows)), -1, dtype=np.int16)
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


def _bits(flags: Flags) -> Plane:
    """Return one word for each window: bit i is its column i."""
    words = np.zeros((flags.size // CUE_BYTE, 8), dtype=np.uint8)
    words[:, : CUE_BYTE // 8] = np.packbits(flags, bitorder="little").reshape(len(words), CUE_BYTE // 8)
    row: Plane = words.view(np.uint64)[:, 0]
    return row


def _opens(rows: Bytes) -> NDArray[np.int64]:
    """Return the column from which a cue may stand, for each window."""
    flat = rows.reshape(-1)
    shut = _bits(((flat < 32) & (flat != 9)) | (flat == 0x7D))
    shut |= (_bits(flat == 0xE3) << np.uint64(2)) & (_bits(flat == 0x80) << np.uint64(1)) & _bits(flat == 0x82)
    digit = _bits(digits_in(flat))
    two = digit & (digit << np.uint64(1))
    shut |= two & (two << np.uint64(2))
    # the exponent of a number below two to the 53: one more than the place of its highest bit
    last: NDArray[np.int64] = np.frexp((shut & np.uint64((1 << CUE_BYTE) - 1)).astype(np.float64))[1].astype(np.int64)
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
