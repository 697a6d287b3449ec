"""What is next for each filing, and by when."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from zhunru.core.text import Text
from zhunru.formulas.working_days import WorkingCalendar, add_working_days, working_days_between
from zhunru.formulas.written_names import bare
from zhunru.records.filing_standing import DAY_FIELDS, Standing, flow
from zhunru.records.releases import Release

TABLE_AHEAD = 5
"""Working days before the release by which the SAMR table is handed in; supplement of 2021-06-04 (S)."""
_BEFORE = Text("须在首次推送前通过", "accepted before the first push")
_TABLE = Text("须在发布前五个工作日提交", "handed in five working days before the release")
_OPEN = {"drafted", "filed", "returned", "supplemented", None}


class Outlook(NamedTuple):
    """One filing and what it waits for.

    Args:
        standing: The filing after its moves.
        since: Day on which it reached its state.
        verbs: Moves that its state allows.
        deadline: Last working day by which `duty` is to be done; None when nothing is open or no day is known.
        duty: What is to be done by then.
        left: Working days from the day of asking to the deadline; negative = missed; None when the calendar does not know a year.
    """

    standing: Standing
    since: date | None
    verbs: tuple[str, ...]
    deadline: date | None
    duty: Text | None
    left: int | None

    @property
    def missed(self) -> bool:
        """The deadline has passed."""
        return self.left is not None and self.left < 0


def outlooks(known: Sequence[Standing], releases: Sequence[Release], calendar: WorkingCalendar, day: date) -> list[Outlook]:
    """Return what each filing waits for as of `day`, in order of number."""
    return [_outlook(s, releases, calendar, day) for s in known]


def _outlook(standing: Standing, releases: Sequence[Release], calendar: WorkingCalendar, day: date) -> Outlook:
    filing = standing.filing
    state = filing.state
    since = getattr(filing, DAY_FIELDS[state]) if state in DAY_FIELDS else None
    verbs = tuple(verb for origin, verb, _ in flow().moves if origin == state)
    first = min((r.day for r in releases if r.day and _concerns(standing, r)), default=None)
    table = filing.matter == "samr_table"
    done = state not in _OPEN or (table and state in {"filed", "supplemented"})
    if first is None or done or filing.matter == "closing":
        return Outlook(standing, since, verbs, None, None, None)
    deadline = add_working_days(calendar, first, -TABLE_AHEAD if table else -1)
    left = None
    if deadline:
        ahead = deadline >= day
        left = working_days_between(calendar, day, deadline, first_counts=not ahead, last_counts=ahead)
        if not ahead and left == 0:
            left = -1  # the deadline has passed, if only by days off
    return Outlook(standing, since, verbs, deadline, _TABLE if table else _BEFORE, left)


def _concerns(standing: Standing, release: Release) -> bool:
    filing = standing.filing
    if filing.campaign:
        return bare(filing.campaign) == bare(release.campaign.id)
    if filing.matter == "enterprise":
        return True
    products = {bare(p) for p in filing.product}
    return filing.matter == "model_function" and bool(
        products & {bare(p) for p in release.campaign.product} or not release.campaign.product
    )
