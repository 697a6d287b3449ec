"""Time between the pictures of one sensor or clip."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from itertools import pairwise
from typing import NamedTuple

from zhunru.core.record import CHINA


class Spacing(NamedTuple):
    """What the times of pictures say.

    Args:
        shortest_s: Shortest time between neighbours; None for fewer than two pictures.
        longest_s: Longest time between neighbours.
        untold: Pictures without a time, or with a mere day that others share.
    """

    shortest_s: float | None
    longest_s: float | None
    untold: int


def spacing(times: Sequence[datetime | None]) -> Spacing:
    """Return the spacing of pictures; a clock time of midnight that several pictures share is a mere day and no time."""
    shared = Counter(t for t in times if t is not None)
    known = sorted(t for t in times if t is not None and not (shared[t] > 1 and t.astimezone(CHINA).time() == time()))
    steps = [(b - a).total_seconds() for a, b in pairwise(known)]
    return Spacing(min(steps, default=None), max(steps, default=None), len(times) - len(known))
