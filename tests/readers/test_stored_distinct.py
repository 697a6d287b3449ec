"""Distinct values are counted exactly, or not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from zhunru.readers.stored.distinct import Budget, Distinct, digests


def spans(values: list[bytes]) -> tuple[bytes, NDArray[np.int64], NDArray[np.int64]]:
    ends = np.cumsum([len(v) + 1 for v in values]) - 1
    starts = np.concatenate([[0], ends[:-1] + 1])
    return b"\n".join(values), starts, ends


@given(st.lists(st.binary(min_size=1, max_size=70), min_size=1, max_size=40))
def test_equal_bytes_and_only_these_give_equal_digests(values: list[bytes]) -> None:
    short = [v[:64] for v in values]
    found = digests(*spans(short))
    assert len(set(found.tolist())) == len(set(short))
    again = digests(*spans(short[::-1]))
    assert found.tolist() == again.tolist()[::-1]


@given(st.binary(min_size=1, max_size=64), st.lists(st.binary(min_size=1, max_size=70), max_size=5))
def test_a_digest_does_not_depend_on_what_stands_beside(value: bytes, others: list[bytes]) -> None:
    assert digests(*spans([value, *others]))[0] == digests(*spans([value]))[0]


def test_a_value_at_the_end_of_the_data_is_like_the_same_value_inside() -> None:
    data = b"13912345678 x 13912345678"
    found = digests(data, np.array([0, 14]), np.array([11, 25]))
    assert found[0] == found[1]


@pytest.mark.parametrize("most", [9_999, 10_000, 10_001])
def test_beyond_the_budget_nobody_counts(most: int) -> None:
    one = Distinct(Budget(most))
    values = [b"%05d" % n for n in range(10_000)]
    for start in range(0, 20_000, 500):
        at = start % 10_000
        one.add(digests(*spans(values[at : at + 500])))
    assert one.count() == (10_000 if most >= 10_000 else None)


def test_what_is_given_up_makes_room_for_others() -> None:
    budget = Budget(100)
    many, few = Distinct(budget), Distinct(budget)
    many.add(digests(*spans([b"%05d" % n for n in range(20_000)])))
    assert many.count() is None
    few.add(digests(*spans([b"%05d" % n for n in range(100)])))
    assert few.count() == 100


def test_the_empty_case() -> None:
    assert Distinct(Budget()).count() == 0
