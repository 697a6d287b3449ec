"""Areas of outlines in a picture: smallest rotated rectangle, union of masks inside a box, intersection of boxes in columns.

Coordinates are pixels, x to the right, y down. A pixel is a square of side 1, so that an area is a number of pixels (px2).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
"""Shape (n, 2): corners of an outline in order, px."""
_ROWS_AT_ONCE = 256


class Rectangle(NamedTuple):
    """The smallest rectangle, turned as it may be, around an outline.

    Args:
        short_px: Shorter side.
        long_px: Longer side.
        area_px2: Their product.
        corners: Its corners in order; none when the outline has no area.
    """

    short_px: float
    long_px: float
    area_px2: float
    corners: Points


def points(flat: Sequence[float]) -> Points:
    """Return x, y, x, y ... as corners."""
    return np.asarray(flat, np.float64).reshape(-1, 2)


def rotated_box(centre_x: float, centre_y: float, width: float, height: float, angle_deg: float = 0.0) -> list[float]:
    """Return the corners x, y, ... of a box that is turned clockwise on the screen by `angle_deg`."""
    angle = np.deg2rad(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    if angle_deg:
        corners = corners @ np.array([[cos, sin], [-sin, cos]])
    found: list[float] = (corners + np.array([centre_x, centre_y])).ravel().tolist()
    return found


def area(outline: Points) -> float:
    """Return the area of an outline that does not cross itself, px2."""
    x, y = outline[:, 0], outline[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def hull(outline: Points) -> Points:
    """Return the convex hull, corners in order; fewer than three when all points stand on a line.

    References:
        Andrew, monotone chain, Information Processing Letters 9 (1979) 216.
    """
    ordered = sorted(set(map(tuple, outline.tolist())))
    if len(ordered) < 3:
        return np.array(ordered, np.float64).reshape(-1, 2)
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1], np.float64)


def _chain(ordered: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    found: list[tuple[float, ...]] = []
    for x, y in ordered:
        while len(found) > 1:
            (ax, ay), (bx, by) = found[-2], found[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            found.pop()
        found.append((x, y))
    return found


def smallest_rectangle(outline: Points) -> Rectangle:
    """Return the rectangle of least area around an outline; one of its sides lies on a side of the hull.

    References:
        Freeman and Shapira, Communications of the ACM 18 (1975) 409.
    """
    corners = hull(outline)
    if len(corners) < 3:
        return Rectangle(0.0, float(np.hypot(*np.ptp(corners, axis=0))) if len(corners) else 0.0, 0.0, np.zeros((0, 2)))
    sides = np.roll(corners, -1, axis=0) - corners
    along = sides / np.hypot(sides[:, 0], sides[:, 1])[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    width, height = np.ptp(corners @ along.T, axis=0), np.ptp(corners @ across.T, axis=0)
    k = int(np.argmin(width * height))
    axes = np.stack([along[k], across[k]])
    (x1, y1), (x2, y2) = (corners @ axes.T).min(axis=0), (corners @ axes.T).max(axis=0)
    short, long = sorted((float(width[k]), float(height[k])))
    return Rectangle(short, long, short * long, np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]]) @ axes)


def covered_area(box: Points, masks: Sequence[Points]) -> float:
    """Return the area of that part of `box` which the union of `masks` covers, px2; exact up to rounding.

    Between two neighbouring heights at which corners stand or sides cross, every width is linear in the height: so the width in the
    middle times the height is the area. Outlines may be concave or cross themselves; inside is where an odd number of turns is (even-odd rule).

    Args:
        box: Outline of the object.
        masks: Outlines; those that overlap count once.
    """
    low, high = box.min(axis=0), box.max(axis=0)
    near = [m for m in masks if len(m) > 2 and (m.min(axis=0) < high).all() and (m.max(axis=0) > low).all()]
    if not near or len(box) < 3:
        return 0.0
    shapes = [box, *near]
    starts = np.concatenate(shapes)
    ends = np.concatenate([np.roll(s, -1, axis=0) for s in shapes])
    owner = np.repeat(np.arange(len(shapes)), [len(s) for s in shapes])
    heights = np.unique(np.concatenate([starts[:, 1], _crossings(starts, ends)]))
    heights = heights[(heights >= low[1]) & (heights <= high[1])]
    middle = (heights[1:] + heights[:-1]) / 2
    return sum(float(h) * _width(y, starts, ends, owner) for y, h in zip(middle.tolist(), np.diff(heights), strict=True))


def _crossings(starts: Points, ends: Points) -> NDArray[np.float64]:
    """Return the heights at which two sides cross."""
    found: list[NDArray[np.float64]] = []
    way = ends - starts
    for first in range(0, len(starts), _ROWS_AT_ONCE):
        p, r = starts[first : first + _ROWS_AT_ONCE, None], way[first : first + _ROWS_AT_ONCE, None]
        gap = starts[None] - p
        turn = r[..., 0] * way[None, :, 1] - r[..., 1] * way[None, :, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (gap[..., 0] * way[None, :, 1] - gap[..., 1] * way[None, :, 0]) / turn
            u = (gap[..., 0] * r[..., 1] - gap[..., 1] * r[..., 0]) / turn
        hit = (turn != 0) & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
        row, _ = np.nonzero(hit)
        found.append(p[row, 0, 1] + t[hit] * r[row, 0, 1])
    return np.concatenate(found)


def _width(y: float, starts: Points, ends: Points, owner: NDArray[np.int64]) -> float:
    """Return the covered width of the first shape at height `y`, where no corner stands."""
    cut = (starts[:, 1] < y) != (ends[:, 1] < y)
    a, b, whose = starts[cut], ends[cut], owner[cut]
    x = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    order = np.lexsort((x, whose))
    # an outline is crossed an even number of times: its crossings are starts and ends in turn
    pairs, mine = x[order].reshape(-1, 2), whose[order][::2]
    masks = pairs[mine > 0]
    if not len(masks):
        return 0.0
    masks = masks[np.argsort(masks[:, 0], kind="stable")]
    reach = np.maximum.accumulate(masks[:, 1])
    opens = np.append(True, masks[1:, 0] > reach[:-1])
    union = np.stack([masks[opens, 0], reach[np.append(opens[1:], True)]], axis=1)
    inside = [np.maximum(np.minimum(e, union[:, 1]) - np.maximum(s, union[:, 0]), 0.0).sum() for s, e in pairs[mine == 0]]
    return float(sum(inside))


def common_area(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """Return the areas that pairs of convex outlines share, px2.

    The corners of the shared part are the corners of each that lie in the other, and the crossings of their sides.

    Args:
        one: Shape (n, k, 2).
        other: Shape (n, m, 2).

    Returns:
        Shape (n,).
    """
    a, b = _turned(np.asarray(one, np.float64)), _turned(np.asarray(other, np.float64))
    if not len(a):
        return np.zeros(0)
    scale = np.maximum(np.abs(a).max(axis=(1, 2)), np.abs(b).max(axis=(1, 2))) + 1.0
    slack = (scale * scale * 1e-13)[:, None]
    p, r = a[:, :, None], (np.roll(a, -1, axis=1) - a)[:, :, None]
    q, s = b[:, None], (np.roll(b, -1, axis=1) - b)[:, None]
    turn = _cross(r, s)
    with np.errstate(divide="ignore", invalid="ignore"):
        t, u = _cross(q - p, s) / turn, _cross(q - p, r) / turn
        hit = (np.abs(turn) > slack[..., None]) & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
        crossing = p + np.where(hit, t, 0.0)[..., None] * r
    found = np.concatenate([a, b, crossing.reshape(len(a), -1, 2)], axis=1)
    kept = np.concatenate([_within(a, b, slack), _within(b, a, slack), hit.reshape(len(a), -1)], axis=1)
    return _convex_area(found, kept)


def _cross(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    return found


def _turned(shapes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return outlines with the same sense of turning."""
    signed = _cross(shapes, np.roll(shapes, -1, axis=1)).sum(axis=1)
    return np.where((signed < 0)[:, None, None], shapes[:, ::-1], shapes)


def _within(inner: NDArray[np.float64], outer: NDArray[np.float64], slack: NDArray[np.float64]) -> NDArray[np.bool_]:
    sides = np.roll(outer, -1, axis=1) - outer
    beside = _cross(sides[:, None], inner[:, :, None] - outer[:, None])
    held: NDArray[np.bool_] = np.min(beside, axis=2) >= -slack
    return held


def _convex_area(corners: NDArray[np.float64], kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the area of the convex outline around the kept corners of each row."""
    count = kept.sum(axis=1)
    centre = np.where(kept[..., None], corners, 0.0).sum(axis=1) / np.maximum(count, 1)[:, None]
    # what is not kept stands in the place of a kept corner, where it adds no area
    first = corners[np.arange(len(corners)), kept.argmax(axis=1)]
    full = np.where(kept[..., None], corners, first[:, None]) - centre[:, None]
    order = np.argsort(np.arctan2(full[..., 1], full[..., 0]), axis=1)
    ring = np.take_along_axis(full, order[..., None], axis=1)
    total = np.abs(_cross(ring, np.roll(ring, -1, axis=1)).sum(axis=1)) / 2
    return np.where(count > 2, total, 0.0)
