"""States over time: steps agree with a sample-by-sample reading."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.three_valued import (
    NEVER,
    NO,
    UNKNOWN,
    YES,
    Steps,
    agreed,
    delay,
    every,
    first,
    held_until,
    joined,
    last_denied,
    lasting,
    nothing,
    runs,
    sampled,
    some,
    steps,
)

_VALUES = st.lists(st.tuples(st.integers(1, 40), st.sampled_from([NO, YES, UNKNOWN])), max_size=12)


def state(rows: list[tuple[int, int]], timeout: int = 1000) -> Steps:
    """Rows of (distance to the sample before, value)."""
    t = np.cumsum([r[0] for r in rows], dtype=np.int64)
    return sampled(t, np.array([r[1] for r in rows], np.int8), timeout)


@settings(max_examples=150, deadline=None)
@given(_VALUES, st.integers(1, 40), st.integers(0, 500))
def test_sampled_holds_each_value_until_the_next_sample_or_a_pause(rows: list[tuple[int, int]], timeout: int, at: int) -> None:
    times = np.cumsum([r[0] for r in rows]).tolist()
    before = [k for k, t in enumerate(times) if t <= at]
    expected = UNKNOWN
    if before:
        k = before[-1]
        held = k + 1 < len(times) and times[k + 1] - times[k] <= timeout
        expected = rows[k][1] if held or at == times[k] else UNKNOWN
    assert state(rows, timeout).at([at])[0] == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(_VALUES, min_size=1, max_size=3), st.integers(0, 500))
def test_joined_is_the_rule_at_every_time(parts: list[list[tuple[int, int]]], at: int) -> None:
    states = [state(rows, 30) for rows in parts]
    here = [int(s.at([at])[0]) for s in states]
    assert joined(every, states).at([at])[0] == (NO if NO in here else UNKNOWN if UNKNOWN in here else YES)
    assert joined(some, states).at([at])[0] == (YES if YES in here else UNKNOWN if UNKNOWN in here else NO)
    known = set(here) - {UNKNOWN}
    assert joined(agreed, states).at([at])[0] == (known.pop() if len(known) == 1 else UNKNOWN)
    assert states[0].negated().negated().at([at])[0] == here[0]


@settings(max_examples=150, deadline=None)
@given(_VALUES, st.integers(0, 500))
def test_yes_counts_once_it_was_denied(rows: list[tuple[int, int]], at: int) -> None:
    of = state(rows, 30)
    denied = any(of.at([t])[0] == NO for t in range(at))
    here = of.at([at])[0]
    assert of.once_denied().at([at])[0] == (UNKNOWN if here == YES and not denied else here)


def test_before_is_the_last_sample_with_the_former_value() -> None:
    of = state([(10, NO), (10, NO), (10, YES), (10, YES), (10, NO)])
    assert list(zip(of.t_ns.tolist(), of.value.tolist(), of.before_ns.tolist(), strict=True)) == [
        (10, NO, NEVER),
        (30, YES, 20),
        (50, NO, 40),
        (51, UNKNOWN, 50),
    ]
    both = joined(every, [of, state([(5, NO), (20, YES), (5, YES), (30, YES)])])
    assert both.before_ns[both.value == YES].tolist() == [20]


def test_runs_tell_both_ends() -> None:
    of = state([(10, NO), (10, YES), (10, YES), (10, NO)])
    (run,) = runs(of, YES, 100)
    assert tuple(run) == (20, 30, 40, 1, NO)
    assert [tuple(r) for r in runs(of, UNKNOWN, 100)] == [(41, 100, 100, 3, UNKNOWN)]
    assert runs(of, UNKNOWN, 41) == []
    assert runs(nothing(), UNKNOWN, 100) == []
    assert last_denied(of, 1) == 10
    assert last_denied(of, 0) == NEVER


def test_held_and_first() -> None:
    of = state([(10, NO), (10, YES), (10, YES), (10, NO)])
    assert held_until(of, 20, 100, YES) == 30
    assert held_until(of, 20, 25, YES) == 25
    assert held_until(of, 5, 100, YES) is None
    assert held_until(steps([0], [YES], [NEVER]), 5, 100, YES) == 100
    assert first(of, 10, 100, YES) == 20
    assert first(of, 25, 100, YES) == 25
    assert first(of, 10, 19, YES) is None
    assert first(of, 10, 20, YES) == 20


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(10, NO)] * 9 + [(10, YES)] + [(10, NO)] * 9, [NO, UNKNOWN]),
        ([(10, NO)] * 9 + [(10, YES)] * 3 + [(10, NO)] * 9, [NO, YES, NO, UNKNOWN]),
        ([(10, NO)] * 9 + [(10, YES)], [NO, UNKNOWN]),
        ([(10, YES), (10, NO)] * 9, [UNKNOWN]),
    ],
)
def test_lasting(rows: list[tuple[int, int]], expected: list[int]) -> None:
    assert lasting(state(rows), 30).value.tolist() == expected
    assert lasting(state(rows), 0).value.tolist() == state(rows).value.tolist()


@pytest.mark.parametrize(
    ("shortest", "longest", "expected"),
    [(4.0, 5.0, YES), (4.0, 5.01, UNKNOWN), (5.1, 9.0, UNKNOWN), (5.11, 9.0, NO), (0.0, float("inf"), UNKNOWN), (5.11, float("inf"), NO)],
)  # fmt: skip
def test_delay(shortest: float, longest: float, expected: int) -> None:
    assert delay(shortest, longest, 5.0, 0.1) == expected
