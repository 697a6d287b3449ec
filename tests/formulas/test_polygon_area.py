"""Areas against counting pixels, against each other, and at values that can be reckoned by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.polygon_area import Points, area, common_area, covered_area, hull, points, rotated_box, smallest_rectangle

SQUARE = points([0, 0, 10, 0, 10, 10, 0, 10])
STAR = points([5, 0, 8, 10, 0, 4, 10, 4, 2, 10])


def box(x: float, y: float, w: float, h: float, turn: float = 0.0) -> Points:
    return points(rotated_box(x, y, w, h, turn))


def inside(outline: Points, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Even-odd rule by rays, point for point: an implementation that shares nothing with the one under test."""
    held = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(outline.tolist(), np.roll(outline, -1, axis=0).tolist(), strict=True):
        if ay != by:
            held ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return held


def counted(of: Points, masks: list[Points], cells: int = 700) -> float:
    low, high = of.min(axis=0), of.max(axis=0)
    step = (high - low) / cells
    x, y = np.meshgrid(*(low[k] + (np.arange(cells) + 0.5) * step[k] for k in (0, 1)))
    union = np.zeros(x.shape, bool)
    for mask in masks:
        union |= inside(mask, x, y)
    return float((inside(of, x, y) & union).sum() * step[0] * step[1])


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        ([], 0.0),
        ([SQUARE], 100.0),
        ([box(5, 2.5, 10, 5)], 50.0),
        ([box(5, 2.5, 10, 5), box(5, 2.5, 10, 5)], 50.0),  # twice the same
        ([box(5, 2.5, 10, 5), box(5, 4, 10, 4)], 60.0),  # they overlap by 3 rows
        ([box(5, 1, 10, 2), box(5, 9, 10, 2)], 40.0),  # apart
        ([box(15, 5, 10, 10)], 0.0),  # side by side
        ([box(5, 5, 100, 100)], 100.0),
        ([box(0, 0, 10, 10)], 25.0),
        ([points([0, 0, 10, 0, 0, 10])], 50.0),
        ([points([0, 0, 10, 0, 10, 10, 5, 5, 0, 10])], 75.0),  # concave
        ([box(5, 5, 2 * math.sqrt(2), 2 * math.sqrt(2), 45)], 8.0),
    ],
)
def test_masked_part_of_a_square(masks: list[Points], expected: float) -> None:
    assert covered_area(SQUARE, masks) == pytest.approx(expected, abs=1e-9)


def test_pentagram_is_hollow_inside_by_the_even_odd_rule() -> None:
    assert covered_area(SQUARE, [STAR]) == pytest.approx(counted(SQUARE, [STAR]), rel=0.005)
    assert covered_area(SQUARE, [STAR]) < area(hull(STAR)) / 2


shape = st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(4, 40), st.floats(4, 40), st.floats(-90, 90))
ring = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), min_size=3, max_size=7).filter(
    lambda p: np.ptp(np.array(p), axis=0).min() > 1
)


@settings(max_examples=40, deadline=None)
@given(shape, st.lists(ring, max_size=3), st.lists(shape, max_size=2))
def test_agrees_with_counted_pixels(of: tuple[float, ...], rings: list[list[tuple[float, float]]], boxes: list[tuple[float, ...]]) -> None:
    target = box(*of)
    masks = [np.array(r) for r in rings] + [box(*b) for b in boxes]
    assert covered_area(target, masks) == pytest.approx(counted(target, masks), abs=0.02 * area(target) + 0.5)


@settings(max_examples=200, deadline=None)
@given(shape, shape)
def test_two_ways_to_the_shared_area_agree(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    a, b = box(*one), box(*other)
    shared = common_area([a, b], [b, a])
    assert shared[0] == pytest.approx(covered_area(a, [b]), abs=1e-6)
    assert shared[0] == pytest.approx(shared[1], abs=1e-6)
    assert -1e-9 <= shared[0] <= min(area(a), area(b)) + 1e-6


def test_shared_area_in_columns() -> None:
    assert common_area([SQUARE] * 3, [SQUARE, box(10, 5, 10, 10), box(20, 5, 10, 10)]).tolist() == pytest.approx([100.0, 50.0, 0.0])
    assert common_area([SQUARE], [SQUARE[::-1]]).tolist() == pytest.approx([100.0])  # turning the other way
    assert common_area(np.zeros((0, 4, 2)), np.zeros((0, 4, 2))).size == 0


@settings(max_examples=100, deadline=None)
@given(shape)
def test_smallest_rectangle_finds_the_box_again(of: tuple[float, ...]) -> None:
    found = smallest_rectangle(box(*of))
    assert found.short_px == pytest.approx(min(of[2:4]), rel=1e-9)
    assert found.long_px == pytest.approx(max(of[2:4]), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(ring)
def test_no_turned_rectangle_is_smaller(corners: list[tuple[float, float]]) -> None:
    outline = np.array(corners)
    least = min(
        np.prod(np.ptp(outline @ np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]), axis=0))
        for t in np.linspace(0, np.pi / 2, 181)
    )
    found = smallest_rectangle(outline)
    assert found.area_px2 <= least * (1 + 1e-9) + 1e-9
    assert area(found.corners) == pytest.approx(found.area_px2)
    assert covered_area(hull(outline), [found.corners]) == pytest.approx(area(hull(outline)), rel=1e-6)  # it holds the outline


def test_rectangle_of_what_has_no_area() -> None:
    assert smallest_rectangle(points([0, 0, 3, 4]))[:3] == (0.0, 5.0, 0.0)
    assert smallest_rectangle(points([1, 1, 1, 1, 1, 1])).short_px == 0.0
    assert covered_area(SQUARE, [points([0, 0, 10, 10])]) == 0.0


def test_a_turned_box_turns_clockwise_on_the_screen() -> None:
    assert rotated_box(0, 0, 2, 0.5, 90)[:2] == pytest.approx([0.25, -1.0])  # the upper left corner goes to the upper right
