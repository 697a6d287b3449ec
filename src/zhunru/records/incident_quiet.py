"""What a register without incidents proves: only as much as signed statements vouch for."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from zhunru.core.finding import Finding, gap, ok
from zhunru.formulas.placeholders import says_nothing
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_step import IncidentStep

BACK_D = 365
"""Days before the assessment for which somebody vouches (P)."""
LAG_D = 31
"""Days that a statement may be behind (P)."""


def signed(statement: IncidentFreeStatement, day: date) -> bool:
    """Tell whether a named person signed a stretch of time when it was over, and not after `day`."""
    if says_nothing(statement.person) or not (statement.start and statement.end and statement.signed_on):
        return False
    return statement.start <= statement.end <= statement.signed_on <= day


def hole(statements: Sequence[IncidentFreeStatement], first: date, last: date) -> date | None:
    """Return the first day of the stretch that no statement covers, or None."""
    for start, end in sorted((s.start, s.end) for s in statements if s.start and s.end):
        if start > first:
            break
        first = max(first, end + timedelta(days=1))
    return first if first <= last else None


def quiet(statements: Sequence[IncidentFreeStatement] | None, steps: Sequence[IncidentStep] | None, day: date) -> Iterator[Finding]:
    """Judge a register without incidents.

    A step names an incident that no register knows: gap. Signed statements without a hole from `BACK_D` to `LAG_D` days before `day`: ok for
    each. Otherwise: gap.
    """
    for step in steps or ():
        yield gap(
            "处置步骤所属的事件没有登记", "a step belongs to an incident that is not registered", at=step.origin, incident=step.incident
        )
    valid = [s for s in statements or () if signed(s, day)]
    if not valid:
        yield gap("没有事件登记，也没有已签署的无事件声明", "neither a register of incidents nor a signed statement that there was none")
    elif open_day := hole(valid, day - timedelta(days=BACK_D), day - timedelta(days=LAG_D)):
        yield gap(
            "该日起既无事件登记也无声明", "from that day on there is neither an incident nor a statement",
            first_day=str(open_day), statements=len(valid),
        )  # fmt: skip
    else:
        for statement in valid:
            yield ok("所声明期间内无事件", "no incident in the stated stretch of time", at=statement.origin, person=statement.person)
