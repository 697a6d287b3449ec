"""The seven figures by which a marking tool is qualified, Q1 to Q7. GB/T 44464-2024 B.2.4, data-and-cyber.md 2.2.3."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

from zhunru.formulas.anonymisation import STANDARD, Scope, scoped_counts, tally
from zhunru.formulas.box_matching import Pair, matched

Row = Mapping[str, Any]


class Figure(NamedTuple):
    """One figure.

    Args:
        value: The figure; None when nothing could be measured.
        used: Objects that it rests on.
        unmatched: True objects of the same range that the tool did not mark, or of which a needed value is not told.
    """

    value: float | None
    used: int
    unmatched: int


class Ranges(NamedTuple):
    """Which true objects a figure is about, by shorter side.

    Args:
        face_px: Faces from this on (Q1, Q4).
        small_plate_px: Plates from this on (Q2).
        large_plate_px: Plates up to this one (Q2), or above it (Q3).
        low: Lowest ratio that is near enough to the truth (Q1).
        high: Highest one.
    """

    face_px: float = 27.0
    small_plate_px: float = 11.0
    large_plate_px: float = 20.0
    low: float = 0.9
    high: float = 1.1


_SLACK = 1e-9


def on_plain_pictures(true: Sequence[Row], marked: Sequence[Row], ranges: Ranges) -> dict[str, Figure]:
    """Return Q1 to Q4 from pictures without masks.

    Q1 counts a face that was not marked as one whose ratio is outside: a tool is not better for what it leaves out.

    Args:
        true: Truth, rows of `tables.trial_object`.
        marked: Result of the tool.
        ranges: Ranges of the figures.
    """
    pairs = matched(true, marked)
    faces = [p for p in pairs if p[0]["kind"] == "face" and (p[0]["min_side_px"] or 0) >= ranges.face_px - _SLACK]
    plates = [p for p in pairs if p[0]["kind"] == "plate"]
    small = [p for p in plates if ranges.small_plate_px - _SLACK <= (p[0]["min_side_px"] or 0) <= ranges.large_plate_px + _SLACK]
    large = [p for p in plates if (p[0]["min_side_px"] or 0) > ranges.large_plate_px + _SLACK]
    partly = [p for p in faces if p[0]["visible_ratio"] is None or p[0]["visible_ratio"] < 1]
    sides = [_ratio(p, _side) for p in faces]
    near = [s is not None and ranges.low - _SLACK <= s <= ranges.high + _SLACK for s in sides]
    return {
        "Q1": Figure(sum(near) / len(near) if near else None, len(near), sum(s is None for s in sides)),
        "Q2": _mean([_error(p) for p in small]),
        "Q3": _mean([_ratio(p, _side) for p in large]),
        "Q4": _mean([_ratio(p, _visible_area) for p in partly]),
    }


def on_masked_pictures(true: Sequence[Row], marked: Sequence[Row]) -> Figure:
    """Return Q6: mean deviation of the masked part, for true objects that are not masked whole, as a ratio."""
    partly = [p for p in matched(true, marked) if p[0]["covering_ratio"] is None or p[0]["covering_ratio"] < 1 - _SLACK]
    return _mean([_deviation(p) for p in partly])


def scoped_ratio(true: Sequence[Row], marked: Sequence[Row], scope: Scope = STANDARD) -> tuple[dict[str, float | None], int]:
    """Return Q5 for both kinds together (`all`) and each, and the objects of which the scope is not known."""
    sure, said = scoped_counts(true, scope), scoped_counts(marked, scope)
    counts = {k: (sure[k][0], said[k][0]) for k in sure} | {"all": (sum(v[0] for v in sure.values()), sum(v[0] for v in said.values()))}
    return {k: m / t if t else None for k, (t, m) in counts.items()}, sum(v[1] for v in (*sure.values(), *said.values()))


def judged_ratio(true: Sequence[Row], marked: Sequence[Row], scope: Scope = STANDARD) -> tuple[dict[str, float | None], int]:
    """Return Q7: ratio of the counts of correct and of missed objects, and the objects of which neither is known."""
    sure, said = tally(true, scope), tally(marked, scope)
    pairs = {n: [sum(getattr(t, n) for t in of.values()) for of in (sure, said)] for n in ("correct", "missed")}
    return {n: m / t if t else None for n, (t, m) in pairs.items()}, sum(t.open for t in (*sure.values(), *said.values()))


def _side(row: Row) -> float | None:
    side: float | None = row["min_side_px"]
    return side


def _visible_area(row: Row) -> float | None:
    return None if row["visible_ratio"] is None or row["box_px2"] is None else row["visible_ratio"] * row["box_px2"]


def _ratio(pair: Pair, of: Any) -> float | None:
    true, marked = of(pair[0]), of(pair[1]) if pair[1] is not None else None
    return None if not true or marked is None else marked / true


def _error(pair: Pair) -> float | None:
    true, marked = _side(pair[0]), _side(pair[1]) if pair[1] is not None else None
    return None if true is None or marked is None else abs(marked - true)


def _deviation(pair: Pair) -> float | None:
    true, marked = pair[0]["covering_ratio"], pair[1]["covering_ratio"] if pair[1] is not None else None
    return None if true is None or marked is None else abs(marked - true)


def _mean(values: Sequence[float | None]) -> Figure:
    known = sorted(v for v in values if v is not None)
    return Figure(fmean(known) if known else None, len(known), len(values) - len(known))
