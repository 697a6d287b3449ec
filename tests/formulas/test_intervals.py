"""Interval arithmetic against sets of points."""

from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.intervals import Spans, common, inside, length, spans

PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def made(pairs: list[tuple[int, int]]) -> Spans:
    return spans([a for a, _ in pairs], [b for _, b in pairs])


def points(pairs: list[tuple[int, int]]) -> set[int]:
    return {p for a, b in pairs for p in range(a, b)}


@settings(max_examples=200, deadline=None)
@given(PAIRS)
def test_union(pairs: list[tuple[int, int]]) -> None:
    union = made(pairs)
    assert points([(int(a), int(b)) for a, b in union]) == points(pairs)
    assert length(union) == len(points(pairs))
    assert all(union[1:, 0] > union[:-1, 1])


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS, PAIRS)
def test_intersection(one: list[tuple[int, int]], two: list[tuple[int, int]], three: list[tuple[int, int]]) -> None:
    assert length(common(made(one), made(two), made(three))) == len(points(one) & points(two) & points(three))


@settings(max_examples=200, deadline=None)
@given(PAIRS, st.integers(0, 30), st.integers(0, 5))
def test_inside(pairs: list[tuple[int, int]], start: int, more: int) -> None:
    union = made(pairs)
    expected = any(a <= start and start + more <= b for a, b in union)
    assert inside([start], [start + more], union).tolist() == [expected]


def test_nothing() -> None:
    assert length(common()) == 0
    assert inside([1], [2], spans([], [])).tolist() == [False]
