"""Rows with equal keys, found without sorting: keys are columns of 64-bit words."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from zhunru.wire.packet_block import I64, U64, Flags

_ROUNDS = 4
"""Tables tried before sorting; honest keys are placed after two, keys made to collide must not cost a round each (P)."""

Key = tuple[U64, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """Which rows have the same key.

    Args:
        heads: First row of each key, ascending.
        number: Per row, the place of its key in `heads`.
    """

    heads: I64
    number: I64

    @classmethod
    def of(cls, key: Key) -> Self:
        """Find the groups of rows."""
        first = first_rows(key)
        heads = np.flatnonzero(first == np.arange(first.size))
        number = np.empty(first.size, np.int64)
        number[heads] = np.arange(heads.size)
        return cls(heads, number[first])

    def any_of(self, rows: I64 | Flags) -> Flags:
        """Tell of each group whether one of `rows` is in it."""
        marked = np.zeros(self.heads.size, np.bool_)
        marked[self.number[rows]] = True
        return marked


def ranked(number: I64) -> tuple[I64, Flags]:
    """Return an order that brings equal numbers together and keeps the order of the rows among them, and where each number begins."""
    low = (1 << max(number.size - 1, 1).bit_length()) - 1
    packed = np.sort(number * (low + 1) + np.arange(number.size))
    begins = np.ones(number.size, np.bool_)
    np.greater(packed[1:] ^ packed[:-1], low, out=begins[1:])
    return packed & low, begins


def places(known: Key, asked: Key) -> I64:
    """Return for each key of `asked` its first row in `known`, or -1."""
    size = known[0].size
    first = first_rows(tuple(np.concatenate(pair) for pair in zip(known, asked, strict=True)))[size:]
    return np.where(first < size, first, -1)


def mixed(key: Key) -> U64:
    """Return a 64-bit mix of the words of each key; equal keys give equal mixes, never the reverse."""
    mix = key[0] * np.uint64(0x9E3779B97F4A7C15)
    for word in key[1:]:
        mix ^= mix >> np.uint64(29)
        mix += word
        mix *= np.uint64(0xBF58476D1CE4E5B9)
    mix ^= mix >> np.uint64(32)
    mix *= np.uint64(0x94D049BB133111EB)
    return mix


def first_rows(key: Key) -> I64:
    """Return for each row the first row with an equal key.

    Every row writes its number into a table at a place that its mix tells, the first row last. A row that then finds a row with the very
    same key there is placed; the others try another table. It is several times faster than sorting.
    """
    size = key[0].size
    first = rows = np.arange(size)
    mix, asked = mixed(key), key
    for trial in range(_ROUNDS):
        found = _stored(mix, rows)
        same: Flags = key[0][found] == asked[0]
        for word, wanted in zip(key[1:], asked[1:], strict=True):
            same &= word[found] == wanted
        if not trial:
            first = found
        else:
            first[rows] = np.where(same, found, rows)
        if same.all():
            return first
        left = np.flatnonzero(~same)
        rows, asked, mix = rows[left], tuple(word[left] for word in asked), mix[left] * np.uint64(0xD1342543DE82EF95)
    order = np.lexsort(asked)
    begins = np.ones(order.size, np.bool_)
    begins[1:] = np.logical_or.reduce([word[order[1:]] != word[order[:-1]] for word in asked])
    ordered = rows[order]
    first[ordered] = ordered[np.flatnonzero(begins)][np.cumsum(begins) - 1]
    return first


def _stored(mix: U64, rows: I64) -> I64:
    bits = (4 * rows.size).bit_length()
    slot = (mix >> np.uint64(64 - bits)).astype(np.int64)
    table = np.empty(1 << bits, np.int32)  # half the size of the numbers elsewhere: it is what has to fit into a cache
    table[slot[::-1]] = rows[::-1]
    return table[slot].astype(np.int64)
