"""States over time that hold, do not hold, or are not known: steps at integer nanoseconds, joined in Kleene's logic.

Between samples a state is taken to hold its value as long as the samples are no further apart than a timeout; behind a
longer pause, and behind the last sample, it is unknown. Each step keeps the time of the sample before it: the true
change lies somewhere between the two, and whoever judges a delay needs both ends.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Times = NDArray[np.int64]
Values = NDArray[np.int8]

NO: Final = 0
YES: Final = 1
UNKNOWN: Final = -1
NEVER: Final = int(np.iinfo(np.int64).min)
"""Stands for `there was no sample before`."""
_LATE: Final = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Steps:
    """A state over time.

    Args:
        t_ns: Times at which the value changes, ascending, none twice, shape (n,).
        value: NO, YES or UNKNOWN from that time on; before the first time it is UNKNOWN.
        before_ns: Time of the last sample with the former value; NEVER where there is none.
    """

    t_ns: Times
    value: Values
    before_ns: Times

    def at(self, t_ns: ArrayLike) -> Values:
        """Return the value at given times."""
        place = np.searchsorted(self.t_ns, np.asarray(t_ns, np.int64), side="right") - 1
        return np.where(place >= 0, np.append(self.value, UNKNOWN)[place], UNKNOWN).astype(np.int8)

    def negated(self) -> "Steps":
        """Return the state that holds when this one does not."""
        return Steps(self.t_ns, np.where(self.value == UNKNOWN, UNKNOWN, 1 - self.value).astype(np.int8), self.before_ns)

    def doubting(self, value: int) -> "Steps":
        """Return the state with `value` replaced by UNKNOWN."""
        return steps(self.t_ns, np.where(self.value == value, UNKNOWN, self.value), self.before_ns)

    def once_denied(self) -> "Steps":
        """Return the state with YES replaced by UNKNOWN until it was NO for the first time: what never changes answers nothing."""
        denied = np.logical_or.accumulate(self.value == NO)
        return steps(self.t_ns, np.where((self.value == YES) & ~denied, UNKNOWN, self.value), self.before_ns)


def steps(t_ns: ArrayLike, value: ArrayLike, before_ns: ArrayLike) -> Steps:
    """Return a state from times in order; rows that repeat the value before them are dropped."""
    t, v, b = np.asarray(t_ns, np.int64), np.asarray(value, np.int8), np.asarray(before_ns, np.int64)
    new = np.ones(t.size, np.bool_)
    new[1:] = v[1:] != v[:-1]
    return Steps(t[new], v[new], b[new])


def nothing() -> Steps:
    """Return the state of which nothing is known at any time."""
    return steps([], [], [])


def sampled(t_ns: Times, value: Values, timeout_ns: int) -> Steps:
    """Return the state that samples show.

    Args:
        t_ns: Times of the samples, ascending, none twice.
        value: NO, YES or UNKNOWN.
        timeout_ns: Longest distance of samples over which a value is held.

    Returns:
        Steps; UNKNOWN from one nanosecond after the last sample before a pause, and after the last one.
    """
    if not t_ns.size:
        return nothing()
    pause = np.append(np.diff(t_ns) > timeout_ns, True)
    before = np.concatenate(([NEVER], t_ns[:-1]))
    last = t_ns[pause]
    t = np.concatenate((t_ns, last + 1))
    order = np.argsort(t, kind="stable")
    joined = np.concatenate((value, np.full(last.size, UNKNOWN, np.int8)))
    return steps(t[order], joined[order], np.concatenate((before, last))[order])


def lasting(of: Steps, hold_ns: int) -> Steps:
    """Return the state with only those changes that last: a new value counts, from its first sample, once it lasts `hold_ns`.

    Until then the former value stays. UNKNOWN counts at once; a new value that it cuts short was never known.
    """
    if hold_ns <= 0:
        return of
    ends = [*of.t_ns[1:].tolist(), _LATE]
    value = of.value.tolist()
    current = UNKNOWN
    for k, (start, end) in enumerate(zip(of.t_ns.tolist(), ends, strict=True)):
        if value[k] == UNKNOWN or end - start >= hold_ns:
            current = value[k]
        elif value[k + 1 : k + 2] in ([], [UNKNOWN]):
            current = UNKNOWN
        value[k] = current
    return steps(of.t_ns, value, of.before_ns)


Rule = Callable[[NDArray[np.int8]], Values]


def every(values: NDArray[np.int8]) -> Values:
    """Kleene's and over the first axis."""
    return np.where((values == NO).any(0), NO, np.where((values == UNKNOWN).any(0), UNKNOWN, YES)).astype(np.int8)


def some(values: NDArray[np.int8]) -> Values:
    """Kleene's or over the first axis."""
    return np.where((values == YES).any(0), YES, np.where((values == UNKNOWN).any(0), UNKNOWN, NO)).astype(np.int8)


def agreed(values: NDArray[np.int8]) -> Values:
    """What the witnesses who know agree on; UNKNOWN when they contradict each other or none knows."""
    yes, no = (values == YES).any(0), (values == NO).any(0)
    return np.where(yes & ~no, YES, np.where(no & ~yes, NO, UNKNOWN)).astype(np.int8)


def joined(rule: Rule, parts: Sequence[Steps]) -> Steps:
    """Join states by `every`, `some` or `agreed`; no part gives the unknown state.

    `before_ns` of a step is the earliest one of the parts that changed at that time: the safe side.
    """
    if not parts:
        return nothing()
    t = np.unique(np.concatenate([p.t_ns for p in parts]))
    values = np.stack([p.at(t) for p in parts])
    before = np.full(t.size, _LATE, np.int64)
    for part in parts:
        place = np.searchsorted(t, part.t_ns)
        before[place] = np.minimum(before[place], part.before_ns)
    return steps(t, rule(values), before)


class Run(NamedTuple):
    """One stretch over which a state has one value.

    Args:
        start_ns: First time.
        last_ns: Last sample with that value.
        end_ns: First time without it; the end that was asked for where the value stays.
        place: Index of the step.
        following: Value behind it.
    """

    start_ns: int
    last_ns: int
    end_ns: int
    place: int
    following: int


def runs(of: Steps, value: int, end_ns: int) -> list[Run]:
    """Return the stretches over which the state has `value`, none of them beyond `end_ns`, the end of the record."""
    found = []
    for k in np.flatnonzero(of.value == value).tolist():
        start = int(of.t_ns[k])
        if k + 1 < of.t_ns.size:
            found.append(Run(start, max(int(of.before_ns[k + 1]), start), int(of.t_ns[k + 1]), k, int(of.value[k + 1])))
        elif start < end_ns:
            found.append(Run(start, end_ns, end_ns, k, UNKNOWN))
    return found


def last_denied(of: Steps, place: int) -> int:
    """Return the time of the last sample before step `place` at which the state was NO; NEVER when there is none."""
    denied = np.flatnonzero(of.value[:place] == NO)
    return int(of.before_ns[denied[-1] + 1]) if denied.size else NEVER


def held_until(of: Steps, start_ns: int, end_ns: int, value: int) -> int | None:
    """Return the last sample up to which the state kept `value` without interruption from `start_ns`, at most `end_ns`.

    None when it did not have the value at `start_ns`.
    """
    if of.at([start_ns])[0] != value:
        return None
    place = int(np.searchsorted(of.t_ns, start_ns, side="right"))
    if place >= of.t_ns.size:
        return end_ns
    return max(start_ns, min(end_ns, int(of.before_ns[place])))


def first(of: Steps, start_ns: int, end_ns: int, value: int) -> int | None:
    """Return the first time within `start_ns` and `end_ns`, both included, at which the state has `value`; None when it never has."""
    if of.at([start_ns])[0] == value:
        return start_ns
    low, high = np.searchsorted(of.t_ns, [start_ns, end_ns], side="right")
    found = np.flatnonzero(of.value[low:high] == value)
    return int(of.t_ns[low + found[0]]) if found.size else None


def seconds(start_ns: int | None, end_ns: int | None, unknown: float = math.inf) -> float:
    """Return the seconds from one time to another, or `unknown` when either is not known."""
    return unknown if start_ns is None or end_ns is None else (end_ns - start_ns) / 1e9


def delay(shortest_s: float, longest_s: float, limit_s: float, tolerance_s: float) -> int:
    """Judge a delay of which samples show only the bounds.

    Args:
        shortest_s: It cannot have been shorter.
        longest_s: It cannot have been longer; infinite when the event was not seen.
        limit_s: Longest allowed.
        tolerance_s: Beyond the limit, and not yet counted as late.

    Returns:
        YES in time, NO too late, UNKNOWN when the bounds lie on both sides.
    """
    if longest_s <= limit_s:
        return YES
    return NO if shortest_s > limit_s + tolerance_s else UNKNOWN
