"""Distinct values counted by digests of their bytes, in bounded memory."""

import numpy as np
from numpy.typing import NDArray

MOST_DIGESTS = 2 << 20
"""Digests kept for one file or table over all its places and kinds (16 MB, thrice that while they are merged); beyond it the place that asks for
more is no longer counted. Two million are twice the largest number of people that a duty turns on (1,000,000)."""

_CHUNK = 1 << 15
_WIDEST_BYTE = 64
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)


def digests(data: bytes, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return 64 bits for each span of `data`; equal bytes give equal digests. Of a span beyond 64 bytes its length and first 64 count."""
    raw = np.frombuffer(data, np.uint8)
    parts = [_of(raw, start[i : i + _CHUNK], end[i : i + _CHUNK]) for i in range(0, start.size, _CHUNK)]
    return np.concatenate(parts) if parts else np.empty(0, np.uint64)


def _of(raw: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint64]:
    length = end - start
    width = -(-min(int(length.max()), _WIDEST_BYTE) // 8) * 8
    offsets = np.arange(width)
    grid = raw.take(start[:, None] + offsets, mode="clip")
    grid[offsets >= length[:, None]] = 0
    digest = length.astype(np.uint64)
    for place, word in enumerate(np.ascontiguousarray(grid).view(np.uint64).T):
        mixed = (digest ^ word) * _FACTORS[0]
        mixed ^= mixed >> np.uint64(32)
        mixed *= _FACTORS[1]
        mixed ^= mixed >> np.uint64(29)
        digest = np.where(length > 8 * place, mixed, digest)  # words behind the end belong to longer neighbours
    return digest


def _once(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return sorted values, each once; sorts in place, which is faster than numpy's table of hashes."""
    values.sort()
    first: NDArray[np.uint64] = values[np.concatenate([[True], values[1:] != values[:-1]])[: values.size]]
    return first


class Budget:
    """How many digests may still be kept by one scan."""

    def __init__(self, most: int = MOST_DIGESTS) -> None:
        self.left = most


class Distinct:
    """Distinct values of one kind in one place."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._known: NDArray[np.uint64] | None = np.empty(0, np.uint64)
        self._waiting: list[NDArray[np.uint64]] = []
        self._waiting_count = 0

    def add(self, found: NDArray[np.uint64]) -> None:
        """Count values by their digests."""
        if self._known is None:
            return
        fresh = _once(found.copy())
        self._waiting.append(fresh)
        self._waiting_count += fresh.size
        if self._waiting_count > max(1 << 14, self._known.size // 2):
            self._merge()

    def count(self) -> int | None:
        """Return the number of distinct values; None when there were too many to count."""
        self._merge()
        return None if self._known is None else int(self._known.size)

    def joined(self, other: "Distinct") -> "Distinct":
        """Return the values of both together."""
        self._merge()
        other._merge()
        if self._known is None or other._known is None:
            return self if self._known is None else other
        both = Distinct(Budget(self._known.size + other._known.size))
        both._waiting = [self._known, other._known]
        return both

    def _merge(self) -> None:
        if self._known is None or not self._waiting:
            return
        merged = np.concatenate([self._known, *self._waiting])
        merged = _once(merged)
        self._budget.left -= merged.size - self._known.size
        self._known, self._waiting, self._waiting_count = merged, [], 0
        if self._budget.left < 0:
            self._budget.left += merged.size
            self._known = None
