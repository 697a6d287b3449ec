"""Which marked box is which true one: pairs of the greatest overlap first, none used twice."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from zhunru.formulas.polygon_area import common_area, points

Row = Mapping[str, Any]
Pair = tuple[Row, Row | None]


def matched(true: Sequence[Row], marked: Sequence[Row]) -> list[Pair]:
    """Return each true object with the marked one that stands for it, or None.

    Objects are paired inside a picture and a kind, by intersection over union; without any overlap there is no pair.

    Args:
        true: Rows of `tables.trial_object`.
        marked: Rows of the same table from the tool.
    """
    place = {name: k for k, name in enumerate(sorted({(r["picture"], r["kind"]) for r in (*true, *marked)}, key=str))}
    groups: list[tuple[list[int], list[int]]] = [([], []) for _ in place]
    for side, rows in enumerate((true, marked)):
        for k, row in enumerate(rows):
            if row["box_px"] is not None:
                groups[place[row["picture"], row["kind"]]][side].append(k)
    pairs = [pair for group in groups for pair in product(*group)]
    taken: dict[int, int] = {}
    used: set[int] = set()
    for t, m in _by_overlap(pairs, true, marked):
        if t not in taken and m not in used:
            taken[t] = m
            used.add(m)
    return [(row, marked[taken[k]] if k in taken else None) for k, row in enumerate(true)]


def _by_overlap(pairs: Sequence[tuple[int, int]], true: Sequence[Row], marked: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that overlap, the best first; equal ones in the order of picture and identifiers, so that the order of rows plays no part."""
    if not pairs:
        return
    one = np.array([points(true[t]["box_px"]) for t, _ in pairs])
    other = np.array([points(marked[m]["box_px"]) for _, m in pairs])
    shared = common_area(one, other)
    whole = np.array([true[t]["box_px2"] + marked[m]["box_px2"] for t, m in pairs]) - shared
    overlap = (shared / whole).tolist()
    ranked = sorted(zip(overlap, pairs, strict=True), key=lambda p: (-p[0], str(true[p[1][0]]["object"]), str(marked[p[1][1]]["object"])))
    yield from (pair for share, pair in ranked if share > 0)
