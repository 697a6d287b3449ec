"""Whether the pixels under a mask really lost their detail: a picture before and after masking, without any model.

Detail is what a 3 x 3 mean leaves over. In tiles of 8 x 8 pixels the detail after masking is projected on the detail before it: the share kept is 1 where
nothing was done, stays near 1 under a new JPEG compression, and is near 0 under a fill, a mosaic or a strong blur. Basis P.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.polygon_area import Points

TILE_PX: Final = 8
KEPT: Final = 0.5
"""From this share of its detail on a tile counts as unchanged."""
LEAST_ENERGY: Final = 4.0
"""Mean square of the detail, levels of 255 squared, below which a tile has nothing to lose."""
LEAST_PX: Final = 16
"""Pixels of a tile that must lie under the mask for the tile to count."""
RIM_PX: Final = 2
"""Pixels so near to the edge of a mask do not count: the step from what is masked to its surroundings stays, whatever the mask does."""
_BAND_PX: Final = 32 * TILE_PX
Grey = NDArray[np.uint8]


@dataclass
class Change:
    """Pixels of a region.

    Args:
        pixel: Pixels inside, those at the edge left out.
        detail: Of these, in tiles that had detail before masking.
        kept: Of these, in tiles that still have it.
    """

    pixel: int = 0
    detail: int = 0
    kept: int = 0


def changes(before: Grey, after: Grey, outlines: Sequence[Points]) -> tuple[list[Change], Change]:
    """Compare two pictures of one size under each outline, and outside of all.

    Args:
        before: Luminance before masking, shape (height, width).
        after: Luminance after masking, same shape.
        outlines: Masks, px; inside by the even-odd rule, a pixel counts by its centre.

    Returns:
        Per mask, and for what no mask covers.

    Raises:
        ValueError: The shapes differ.
    """
    if before.shape != after.shape or before.ndim != 2:
        raise ValueError("two pictures of one size are compared")
    found, rest = [Change() for _ in outlines], Change()
    for top, was, now in _bands(before, after):
        covered = np.zeros(was.shape, np.bool_)
        for outline, change in zip(outlines, found, strict=True):
            inside = _inside(outline, top, was.shape)
            if inside is not None:
                whole, core = inside
                covered |= whole
                _add(change, was, now, core)
        _add(rest, was, now, ~covered)
    return found, rest


def _bands(before: Grey, after: Grey) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.float32]]]:
    """Yield the detail of both in bands of whole tiles, so that memory follows the width alone."""
    for top in range(0, before.shape[0], _BAND_PX):
        yield top, _detail(before, top), _detail(after, top)


def _detail(picture: Grey, top: int) -> NDArray[np.float32]:
    low, high = max(0, top - 1), min(picture.shape[0], top + _BAND_PX + 1)
    part = np.pad(
        picture[low:high].astype(np.float32),
        ((int(top == 0), int(high == picture.shape[0] and high < top + _BAND_PX + 1)), (1, 1)),
        mode="edge",
    )
    rows = part[:-2] + part[1:-1] + part[2:]
    mean: NDArray[np.float32] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    found: NDArray[np.float32] = part[1:-1, 1:-1] - mean
    return found


def _inside(outline: Points, top: int, shape: tuple[int, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Return which pixels of a band have their centre inside an outline, and which of them do not stand at its edge; None when none can."""
    (x1, y1), (x2, y2) = outline.min(axis=0), outline.max(axis=0)
    first, last = max(0, int(y1) - top), min(shape[0], int(np.ceil(y2)) + 1 - top)
    left, right = max(0, int(x1)), min(shape[1], int(np.ceil(x2)) + 1)
    if first >= last or left >= right:
        return None
    # with a rim on all sides, so that the edge is the outline's and not the band's
    y, x = (top + np.arange(first - RIM_PX, last + RIM_PX) + 0.5)[:, None], (np.arange(left - RIM_PX, right + RIM_PX) + 0.5)[None]
    held = np.zeros((y.size, x.size), np.bool_)
    for (ax, ay), (bx, by) in zip(outline.tolist(), np.roll(outline, -1, axis=0).tolist(), strict=True):
        if ay != by:
            held ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    core = np.ones((last - first, right - left), np.bool_)
    for down in range(2 * RIM_PX + 1):
        for along in range(2 * RIM_PX + 1):
            core &= held[down : down + core.shape[0], along : along + core.shape[1]]
    found = np.zeros((2, *shape), np.bool_)
    found[0, first:last, left:right] = held[RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]
    found[1, first:last, left:right] = core
    return found[0], found[1]


def _add(change: Change, was: NDArray[np.float32], now: NDArray[np.float32], inside: NDArray[np.bool_]) -> None:
    count = _per_tile(inside.astype(np.float32))
    energy, shared = _per_tile(np.where(inside, was * was, 0)), _per_tile(np.where(inside, was * now, 0))
    counts = (count >= LEAST_PX) & (energy >= LEAST_ENERGY * count)
    kept = counts & (shared >= KEPT * energy)
    change.pixel += int(np.count_nonzero(inside))
    change.detail += int(count[counts].sum())
    change.kept += int(count[kept].sum())


def _per_tile(values: NDArray[Any]) -> NDArray[np.float64]:
    height, width = (-(-n // TILE_PX) * TILE_PX for n in values.shape)
    full = np.zeros((height, width), np.float64)
    full[: values.shape[0], : values.shape[1]] = values
    total: NDArray[np.float64] = full.reshape(height // TILE_PX, TILE_PX, width // TILE_PX, TILE_PX).sum(axis=(1, 3))
    return total
