"""The six verdicts and how they fold. `house.md` section 4."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """Worst first; NOT_APPLICABLE is neutral and always carries its reason."""

    FAIL = "FAIL"
    ERROR = "ERROR"
    INCONCLUSIVE = "INCONCLUSIVE"
    MISSING = "MISSING"
    PASS = "PASS"  # noqa: S105 - a verdict, no password
    NOT_APPLICABLE = "NOT_APPLICABLE"


_WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.MISSING, Verdict.PASS)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Fold verdicts of several checks into one; nothing but NOT_APPLICABLE stays NOT_APPLICABLE.

    An empty input is MISSING: nothing assessed is never a pass.
    """
    seen = set(verdicts)
    if not seen:
        return Verdict.MISSING
    return next((v for v in _WORST_FIRST if v in seen), Verdict.NOT_APPLICABLE)
