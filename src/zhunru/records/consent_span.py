"""When the consents of one person to one function hold: yes, no, or it cannot be told."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from zhunru.core.record import untimed
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_periods import end_after, is_endless, is_far, period_of
from zhunru.records.consent import Consent
from zhunru.records.told import unread

_A_DAY: Final = timedelta(days=1)
_OPPOSITE: Final = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}


class End(NamedTuple):
    """When a consent ends by its period.

    Args:
        at: The end; None with `known` = it never ends.
        known: The row tells it.
    """

    at: datetime | None
    known: bool


def by_person(consents: Iterable[Consent]) -> dict[tuple[str, str], list[Consent]]:
    """Return the answers of each person to each function, under bare names."""
    found: dict[tuple[str, str], list[Consent]] = {}
    for consent in consents:
        found.setdefault((bare(consent.person), bare(consent.function)), []).append(consent)
    return found


def end_of(consent: Consent) -> End:
    """Return when a consent ends by its period, withdrawal left aside.

    Not known: neither end nor period is told, a cell is unreadable, or the two lie more than a day apart.
    """
    if unread(consent) & {"until", "period"}:
        return End(None, False)
    period = period_of(consent.period)
    counted = end_after(consent.given_at, period) if period and consent.given_at else None
    if consent.until is None:
        return End(None, True) if is_endless(consent.period) else End(counted, counted is not None)
    if is_endless(consent.period) or (counted is not None and abs(counted - consent.until) > _A_DAY):
        return End(None, True) if is_endless(consent.period) and is_far(consent.until) else End(None, False)
    return End(None, True) if is_far(consent.until) else End(consent.until, True)


def holds(consent: Consent, at: datetime) -> int:
    """Tell whether one answer allows processing at a time: YES, NO or UNKNOWN; the edges of its span are allowed, a withdrawal is not."""
    if consent.answer == "refused":
        return NO
    if consent.answer is None or consent.given_at is None or "withdrawn_at" in unread(consent):
        return UNKNOWN
    begun = _not_after(consent.given_at, at)
    if begun == NO:
        return NO
    gone = NO if consent.withdrawn_at is None else UNKNOWN if consent.withdrawn_at == at else _not_after(consent.withdrawn_at, at)
    if consent.withdrawn_at is not None and _not_after(consent.given_at, consent.withdrawn_at) == NO:
        gone = UNKNOWN  # withdrawn before it was given: the row was written over
    end = end_of(consent)
    over = UNKNOWN if not end.known else NO if end.at is None else _OPPOSITE[_not_after(at, end.at)]
    if YES in (gone, over):
        return NO
    return UNKNOWN if UNKNOWN in (begun, gone, over) else YES


def covers(consents: Sequence[Consent], at: datetime) -> int:
    """Tell whether the answers of one person to one function allow processing at a time.

    A refusal ends what was agreed to before it. What was agreed to before another of these was withdrawn, before an answer that is not told, or
    twice at one time with two ends is in doubt. Without any answer on record it cannot be told.
    """
    if not consents:
        return UNKNOWN
    return max((_undisputed(c, consents, at) for c in consents), key=(NO, UNKNOWN, YES).index)


def covering(consents: Sequence[Consent], at: datetime) -> list[Consent]:
    """Return the answers that allow processing at a time, for certain."""
    return [c for c in consents if _undisputed(c, consents, at) == YES]


def _undisputed(consent: Consent, answers: Sequence[Consent], at: datetime) -> int:
    held = holds(consent, at)
    if held == NO or consent.given_at is None:
        return held
    if any(_disputes(other, consent.given_at, at) for other in answers if other is not consent):
        held = UNKNOWN
    for refusal in (c for c in answers if c.answer == "refused"):
        if refusal.given_at is None:
            held = UNKNOWN
        elif refusal.given_at > consent.given_at:
            ended = _not_after(refusal.given_at, at)
            held = NO if ended == YES else UNKNOWN if ended == UNKNOWN else held
        elif refusal.given_at == consent.given_at:
            held = UNKNOWN
        if held == NO:
            return NO
    return held


def _disputes(other: Consent, given: datetime, at: datetime) -> bool:
    """Tell whether another answer leaves in doubt what was agreed to at `given`."""
    if other.answer == "refused":
        return False
    if other.answer is None:  # it may be a refusal, or a withdrawal entered as a row of its own
        return other.given_at is None or (_not_after(given, other.given_at) != NO and _not_after(other.given_at, at) != NO)
    if other.given_at == given and holds(other, at) == NO:  # one answer exported twice, before and after it changed
        return True
    gone = other.withdrawn_at
    return gone is not None and _not_after(given, gone) != NO and _not_after(gone, at) != NO


def _not_after(first: datetime, second: datetime) -> int:
    """Tell whether `first` is not after `second`; UNKNOWN where one of them may be a mere day."""
    return UNKNOWN if untimed(first, second) else YES if first <= second else NO
