"""Where something may stand, by the shape of its bytes alone: one look at the planes for all kinds."""

from collections.abc import Callable

import numpy as np

from zhunru.formulas.identifiers.bit_planes import Places, Plane, Planes, places

_CORE_BIT, _CORE_BYTE = 48, 6
_WORDS = 1 << 14
"""Words looked at in one go: they stay near the processor."""
_CORE = np.uint64((1 << _CORE_BIT) - 1)
_1, _2, _3, _4, _6, _7, _8 = (np.uint64(k) for k in (1, 2, 3, 4, 6, 7, 8))


def shaped(planes: Planes) -> Places:
    """Return in order where runs of letters and digits begin that may be a value, and the signs with a digit before and four behind.

    Runs: with eleven digits at their head, of sixteen and more, right behind a character outside ASCII with a digit among the second to the
    fifth byte, or of a single letter.
    """
    return _gathered(len(planes.alnum), 7, lambda at, room: _shapes(planes, at, room))


def fours(plane: Plane) -> Places:
    """Return in order where of four bits that are three places apart the first stands, all of them set."""

    def answer(at: int, room: Plane) -> Plane:
        own: Plane = room[0]
        shifted: Plane = room[1]
        own[:] = _words(plane, at, len(own))
        np.bitwise_and(own, np.right_shift(own, _3, out=shifted), out=own)
        np.bitwise_and(own, np.right_shift(own, _6, out=shifted), out=own)
        np.bitwise_and(np.right_shift(own, _1, out=own), _CORE, out=own)
        return own

    return _gathered(len(plane), 2, answer)


def _words(plane: Plane, at: int, number: int) -> Plane:
    """Words of 64 bits of which the next begins 48 bits further, so that shifts need no bits of a neighbour; bits 1 to 48 are answered."""
    return np.ndarray((number,), dtype="<u8", buffer=plane, offset=at, strides=(_CORE_BYTE,))


def _gathered(size: int, rooms: int, answer: Callable[[int, Plane], Plane]) -> Places:
    """Return where the bits of the answers are set, window by window."""
    number = max(size * 8 - 16, 0) // _CORE_BYTE + 1
    parts = []
    room = np.empty((rooms, min(_WORDS, number)), dtype=np.uint64)
    for first in range(0, number, _WORDS):
        answered = answer(first * _CORE_BYTE, room[:, : min(_WORDS, number - first)])
        parts.append(places(answered, _CORE_BIT) + (first * _CORE_BIT + 1))
    found: Places = np.concatenate(parts)
    return found


def _shapes(planes: Planes, at: int, room: Plane) -> Plane:
    """Return bit i set where the shape begins at bit i + 1 of the word."""
    rows: list[Plane] = list(room)
    alnum, digit, s, t, u, v, out = rows
    for plane, to in ((planes.alnum, alnum), (planes.digit, digit), (planes.high, s)):
        to[:] = _words(plane, at, len(to))
    np.left_shift(s, _1, out=s)  # behind a character outside ASCII
    np.right_shift(digit, _1, out=t)
    np.bitwise_or(digit, t, out=u)
    np.bitwise_and(digit, t, out=t)  # two digits
    np.bitwise_or(u, np.right_shift(u, _2, out=v), out=u)  # a digit among four
    np.bitwise_and(s, np.right_shift(u, _1, out=u), out=s)
    np.bitwise_and(t, np.right_shift(t, _2, out=v), out=t)  # four digits
    np.bitwise_and(t, np.right_shift(t, _4, out=v), out=u)
    np.bitwise_and(u, np.right_shift(t, _7, out=v), out=u)  # eleven digits
    np.right_shift(t, _1, out=t)
    np.bitwise_and(t, np.left_shift(digit, _1, out=v), out=t)
    np.bitwise_and(t, np.invert(alnum, out=v), out=t)  # a sign between digits
    np.bitwise_and(alnum, np.right_shift(alnum, _1, out=v), out=v)  # two letters or digits
    np.bitwise_or(v, digit, out=out)
    np.bitwise_or(u, np.invert(out, out=out), out=u)  # or a single letter
    np.bitwise_and(v, np.right_shift(v, _2, out=out), out=v)
    np.bitwise_or(u, np.bitwise_and(s, v, out=s), out=u)
    np.bitwise_and(v, np.right_shift(v, _4, out=out), out=v)
    np.bitwise_and(v, np.right_shift(v, _8, out=out), out=v)  # sixteen
    np.bitwise_or(u, v, out=u)
    np.bitwise_and(u, alnum, out=u)
    np.left_shift(alnum, _1, out=v)
    np.bitwise_and(u, np.invert(v, out=v), out=u)  # where a run begins
    np.bitwise_or(t, u, out=t)
    np.right_shift(t, _1, out=t)
    np.bitwise_and(t, _CORE, out=out)
    return out
