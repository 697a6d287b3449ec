"""Facts of a release that several records tell together: its first day, its packages, the functions that it touches."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from zhunru.core.record import CHINA
from zhunru.core.subject import Subject
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_package import UpdatePackage
from zhunru.records.vehicle_function import VehicleFunction


class Release(NamedTuple):
    """One update activity with its first day.

    Args:
        campaign: The activity.
        day: First day on which any car was offered the package or began to execute it, by any record; the planned day when it is
            not released; None when neither is known.
        planned: Nothing shows that it was released.
        foreign: It names other products than the subject, perhaps under another name.
    """

    campaign: UpdateCampaign
    day: date | None
    planned: bool
    foreign: bool


def releases_of(campaigns: Sequence[UpdateCampaign], executions: Sequence[UpdateExecution], subject: Subject) -> list[Release]:
    """Return every activity with its first day: the release day as told, or an earlier push or execution of any car.

    A car that executed it on a day that nobody wrote down shows that it was released; without another day the first one is not known.
    """
    days: dict[str, list[date]] = {}
    undated: set[str] = set()
    for execution in executions:
        moments = (execution.pushed_at, execution.notified_at, execution.started_at)
        if execution.result in {"success", "failed"} and not any(moments):
            undated.add(bare(execution.campaign))
        days.setdefault(bare(execution.campaign), []).extend(china_day(m) for m in moments if m)
    return [_release(c, days.get(bare(c.id), []), bare(c.id) in undated, subject) for c in campaigns]


def _release(campaign: UpdateCampaign, seen: Sequence[date], undated: bool, subject: Subject) -> Release:
    told = [campaign.released_on] if campaign.released_on else []
    planned = not told and not seen and not undated and campaign.released is not True and not campaign.origin.problems
    day = min((*told, *seen), default=campaign.planned_start if planned else None)
    foreign = bool(campaign.product) and bare(subject.name) not in map(bare, campaign.product)
    if campaign.released_on is None and not planned and any(p for p in campaign.origin.problems):
        day = None  # an earlier release day may stand in a cell that cannot be read
    return Release(campaign, day, planned, foreign)


def china_day(moment: datetime) -> date:
    """Return the calendar day of a moment in China."""
    return moment.astimezone(CHINA).date()


class Digests(NamedTuple):
    """Digests of the packages of an activity, and whether one of them is missing or unreadable."""

    known: frozenset[str]
    unknown: int


def released_digests(campaign: UpdateCampaign, packages: Sequence[UpdatePackage]) -> Digests:
    """Return the digests that an activity releases: those of its packages, and the one that the activity itself names."""
    rows = [p.digest for p in packages if bare(p.campaign) == bare(campaign.id)]
    written = rows if rows and not campaign.digest else [*rows, campaign.digest]
    read = [digest_of(w) for w in written]
    return Digests(frozenset(d for d in read if d), sum(d is None for d in read))


def touched_functions(campaign: UpdateCampaign, functions: Sequence[VehicleFunction]) -> dict[str, str] | None:
    """Return the functions that an activity touches, in bare form -> as written: those told, and those whose rows differ between its baselines.

    None when the activity tells none and its baselines list none: then nothing tells what it touches. A function that goes by its
    name in one place and by its id in another is one: names of the function list lead to its id.
    """
    ids = {bare(n): f.id for f in functions for n in (f.id, f.name) if n}
    before, after = (
        {_row(f) for f in functions if name and bare(f.baseline) == bare(name)}
        for name in (campaign.baseline_before, campaign.baseline_after)
    )
    if not campaign.functions and not (before and after):
        return None
    changed = {row[0] for row in before ^ after} if before and after else set()
    written = [ids.get(bare(f), f) for f in (*campaign.functions, *sorted(changed))]
    return {bare(w): w for w in written}


def function_ids(names: Sequence[str], functions: Sequence[VehicleFunction]) -> frozenset[str]:
    """Return the bare ids of functions written by id or by name."""
    ids = {bare(n): bare(f.id) for f in functions for n in (f.id, f.name) if n}
    return frozenset(ids.get(bare(n), bare(n)) for n in names)


def _row(function: VehicleFunction) -> tuple[str, ...]:
    return (function.id, *(str(getattr(function, n)) for n in ("level", "enabled", "flags", "ecus", "safety_relevant")))
