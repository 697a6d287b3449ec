"""Two images compared by content, piece by piece: which bytes changed, how many, in which ranges. Memory does not depend on their size."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

PIECE_BYTE = 1 << 20
"""Both images are read in pieces of this size."""
MAX_RANGES = 100_000
"""Ranges that are kept; of further ones only the number is (P)."""


class Range(NamedTuple):
    """Blocks in a row that hold a change.

    Args:
        start_byte: First byte, a multiple of the block.
        end_byte: Byte after the last; a multiple of the block or the end of the longer image.
    """

    start_byte: int
    end_byte: int


class Difference(NamedTuple):
    """What differs.

    Args:
        before_byte: Length of the first image.
        after_byte: Length of the second.
        changed_byte: Bytes that differ, those that only one of them has included.
        ranges: Changed ranges in order, at most `MAX_RANGES`.
        range_count: Number of all changed ranges.
    """

    before_byte: int
    after_byte: int
    changed_byte: int
    ranges: tuple[Range, ...]
    range_count: int

    @property
    def equal(self) -> bool:
        """Tell whether the images are one."""
        return self.changed_byte == 0

    @property
    def changed_ratio(self) -> float:
        """Return the share of the longer image that changed, 0 to 1."""
        return self.changed_byte / max(self.before_byte, self.after_byte, 1)


class ImageComparison:
    """A comparison under way; feed it both images in pieces of equal length.

    Args:
        block_byte: Ranges begin and end at multiples of it: the erase block of the memory, or 1 for single bytes.

    Raises:
        ValueError: The block is not a power of two up to the size of a piece.
    """

    def __init__(self, block_byte: int = 4096) -> None:
        if not 0 < block_byte <= PIECE_BYTE or PIECE_BYTE % block_byte:
            raise ValueError("the block must divide the piece")
        self.block_byte = block_byte
        self.lengths = [0, 0]
        self.changed_byte, self.range_count = 0, 0
        self.ranges: list[Range] = []
        self.open: Range | None = None

    def feed(self, before: memoryview, after: memoryview) -> None:
        """Take the next piece of both, `PIECE_BYTE` long except at the end of an image; an image that has ended gives nothing."""
        start = max(self.lengths)
        self.lengths[0] += len(before)
        self.lengths[1] += len(after)
        if before == after:
            return
        both = min(len(before), len(after))
        one, other = (np.frombuffer(piece[:both], np.uint8) for piece in (before, after))
        differs = one != other
        longest = max(len(before), len(after))
        self.changed_byte += int(np.count_nonzero(differs)) + longest - both
        blocks = np.zeros(-(-longest // self.block_byte), bool)
        filled = np.zeros(blocks.size * self.block_byte, bool)
        filled[:both], filled[both:longest] = differs, True
        np.any(filled.reshape(blocks.size, self.block_byte), axis=1, out=blocks)
        self._add(start, longest, blocks)

    def _add(self, start: int, length: int, blocks: npt.NDArray[np.bool_]) -> None:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], blocks, [False]]).astype(np.int8)))
        for first, last in edges.reshape(-1, 2).tolist():
            found = Range(start + first * self.block_byte, start + min(last * self.block_byte, length))
            if self.open and self.open.end_byte == found.start_byte:
                self.open = Range(self.open.start_byte, found.end_byte)
                continue
            self._close()
            self.open = found

    def _close(self) -> None:
        if self.open is None:
            return
        self.range_count += 1
        if len(self.ranges) < MAX_RANGES:
            self.ranges.append(self.open)
        self.open = None

    def result(self) -> Difference:
        """Return what differs so far."""
        self._close()
        return Difference(self.lengths[0], self.lengths[1], self.changed_byte, tuple(self.ranges), self.range_count)
