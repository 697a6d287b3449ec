"""How long a result of assessment, a contract or a certificate covers exports."""

from datetime import date, timedelta
from typing import NamedTuple

from zhunru.formulas.anniversaries import last_day_after_years
from zhunru.formulas.export_route import ORDER_16

_ONE = timedelta(days=1)


class Validity(NamedTuple):
    """Days that an approval covers.

    Args:
        first: First day; None when nobody knows.
        sure: Last day that it covers for certain; None when it covers none for certain.
        possible: Last day that it may cover; None = no end is known.
    """

    first: date | None
    sure: date | None
    possible: date | None

    def covers(self, day: date) -> bool | None:
        """Tell whether `day` is covered; None when it may be."""
        if self.first is not None and day < self.first:
            return False
        if self.possible is not None and day > self.possible:
            return False
        return True if self.first is not None and self.sure is not None and day <= self.sure else None


def validity_of(
    route: str | None,
    issued: date | None,
    told: date | None,
    extended: date | None,
    ended: date | None,
    *,
    years: int = 3,
    old_years: int = 2,
) -> Validity:
    """Return the days that an approval covers.

    A result of assessment and a certificate run `years` from the day of issue, or until the day that the document tells if that is
    earlier; a result from before 2024-03-22 was given for `old_years`: the time from there to `years` is not certain. A contract runs
    until the day that it tells. An extension adds `years` at most.

    Args:
        route: `assessment`, `certification` or `contract`; None = not told.
        issued: Day of the result, certificate or filing number.
        told: Last day as the document tells it.
        extended: Last day after a granted extension.
        ended: Day from which it no longer holds.
        years: Years of validity.
        old_years: Years of validity of results from before order 16.

    References:
        CAC order 16 articles 9, 13; order 11 article 14; certification measures; data-and-cyber.md 3.1, 8.2.
    """
    if issued is None:
        return Validity(None, None, _least(told, ended and ended - _ONE))
    sure: date | None = told
    possible: date | None = told
    if route in {"assessment", "certification"}:
        full = last_day_after_years(issued, years)
        old = route == "assessment" and issued < ORDER_16.first_day
        sure = _least(last_day_after_years(issued, old_years) if old else full, told)
        possible = _least(full, told)
        if extended and possible:
            longest = last_day_after_years(possible, years)
            sure, possible = min(extended, longest), max(min(extended, longest), possible)
    elif extended:
        sure = possible = extended
    if ended:
        sure, possible = _least(sure, ended - _ONE), _least(possible, ended - _ONE)
    return Validity(issued, sure, possible)


def _least(one: date | None, other: date | None) -> date | None:
    known = [d for d in (one, other) if d]
    return min(known) if known else None
