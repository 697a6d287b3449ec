"""What an incident asks for and what was done of it: levels, duties, steps that fulfil them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal, NamedTuple

from zhunru.core.record import CHINA
from zhunru.core.text import Text
from zhunru.formulas.incident_duties import BEIJING, DAYS, HOURS, Duty, Happened, Span, duties_of, end_of_day, span_of, timing
from zhunru.formulas.incident_level import Facts, Level, Levels, levels_of
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.working_days import WorkingCalendar
from zhunru.formulas.written_amounts import amount_of
from zhunru.formulas.written_names import bare
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_step import IncidentStep
from zhunru.records.row_chain import first_break
from zhunru.records.sheets import field_of

State = Literal["in_time", "late", "unclear", "before_start", "possible", "missing", "waiting"]
ADDRESSEES: Mapping[str, Text] = {
    "provincial_cac": Text("所在地省级网信部门", "provincial cyberspace office"),
    "protection_department": Text("保护工作部门", "protection department"),
    "police": Text("公安机关", "police"),
    "own_cac_office": Text("本部门网信工作机构", "own cyberspace office"),
    "local_regulator": Text("地方行业监管部门", "local regulator of industry"),
    "miit": Text("工业和信息化部", "MIIT"),
    "communications_administration": Text("通信管理局", "communications administration"),
    "persons": Text("受影响的个人", "persons concerned"),
    "other": Text("其他", "other"),
}
AMOUNTS = {"persons": "persons", "sensitive_persons": "persons", "loss_cny": "cny", "outage_h": "hours"}
"""Field -> quantity of `formulas.written_amounts.UNITS`."""
DECLARED = {"I": Level.I, "II": Level.II, "III": Level.III, "IV": Level.IV}
_BROKEN = Text("事件处置步骤的记录链断裂：有行缺失、重复或被改动", "the chain of steps breaks: a row is lost, repeated or altered")
_AHEAD = Text("事件时间在评估日之后", "a moment of the incident lies after the day of assessment")
OPEN_D = 90
"""Days for which a blank end is taken for an incident that goes on (P)."""
_ORDER: tuple[State, ...] = ("in_time", "unclear", "late", "before_start")
_IMPLIED = {"told_police": "police", "notified_persons": "persons"}
"""Receiver of a step that does not name one."""


class Fulfilment(NamedTuple):
    """What was done of one duty towards one receiver.

    Args:
        duty: The duty.
        addressees: The receiver, or those of whom one is enough.
        state: in_time, late, unclear (moments missing or mere days), before_start, possible (a step that does not say enough may be it),
            missing, waiting (the clock has not begun).
        done: When.
        step: Step that fulfils it, or None.
    """

    duty: Duty
    addressees: tuple[str, ...]
    state: State
    done: Span | None
    step: IncidentStep | None

    @property
    def key(self) -> str:
        """Name of the duty and its receiver."""
        return f"{self.duty.id}:{'|'.join(self.addressees)}"


class IncidentOutlook(NamedTuple):
    """One incident with its levels and duties.

    Args:
        incident: Its row; the first one when there are several.
        levels: Under each regime.
        fulfilments: Duties and what was done.
        doubts: Why the record cannot be relied on.
        unreadable: Fields whose cells cannot be read.
    """

    incident: DataIncident
    levels: Levels
    fulfilments: tuple[Fulfilment, ...]
    doubts: tuple[Text, ...]
    unreadable: frozenset[str]


def outlooks(
    incidents: Iterable[DataIncident],
    steps: Iterable[IncidentStep],
    calendar: WorkingCalendar,
    hours: Mapping[str, float] = HOURS,
    days: Mapping[str, int] = DAYS,
    day: date | None = None,
) -> list[IncidentOutlook]:
    """Return each incident once, in order of number; `hours` and `days` as in `duties_of`.

    As of `day`: a step that lies after it is not done yet, and an incident cannot have been found after it.
    """
    rows: dict[str, list[DataIncident]] = {}
    for incident in incidents:
        rows.setdefault(bare(incident.id), []).append(incident)
    taken: dict[str, list[IncidentStep]] = {}
    given = list(steps)
    every = [s for s in given if day is None or s.at is None or s.at <= end_of_day(day)]
    broken = first_break([s for s in given if s.previous]) is not None
    for step in every:
        taken.setdefault(bare(step.incident), []).append(step)
    found = [_outlook(rows[key], taken.get(key, []), calendar, hours, days) for key in sorted(rows)]
    if day:
        found = [o._replace(doubts=(*o.doubts, _AHEAD)) if any(_ahead(r, day) for r in rows[bare(o.incident.id)]) else o for o in found]
    return [o._replace(doubts=(*o.doubts, _BROKEN)) for o in found] if broken else found


def _ahead(incident: DataIncident, day: date) -> bool:
    return any(m is not None and m > end_of_day(day) for m in (incident.occurred, incident.discovered, incident.judged))


def surely_open(incident: DataIncident, day: date) -> bool:
    """Tell whether a blank end means that the incident goes on: neither end is told, and it was found no more than `OPEN_D` days ago."""
    if incident.discovered is None or incident.handled_at or incident.response_ended:
        return False
    return (day - incident.discovered.astimezone(CHINA).date()).days <= OPEN_D


def _outlook(
    rows: Sequence[DataIncident],
    steps: Sequence[IncidentStep],
    calendar: WorkingCalendar,
    hours: Mapping[str, float],
    days: Mapping[str, int],
) -> IncidentOutlook:
    incident = min(rows, key=lambda r: (r.model_dump_json(), r.origin))
    unreadable = frozenset(_unreadable(rows))
    doubts = []
    if len({r.model_dump_json() for r in rows}) > 1:
        doubts.append(Text("同一事件编号有内容不同的多行", "rows of one incident differ"))
    levels = levels_of(facts_of(incident))
    if levels.contradiction:
        doubts.append(Text("个人信息人数少于敏感个人信息人数", "fewer persons than persons with sensitive information"))
    if any(_impersonal(r) for r in rows):
        doubts.append(Text("称不涉及个人，却写有个人信息", "no person is said to be concerned, yet personal information is told"))
    if any(r.probable and (r.occurred or r.notified_at or r.handled_at) for r in rows):
        doubts.append(Text("称为尚未发生的风险，却写有发生、告知或处置时间", "said to be a risk only, yet moments of an incident are told"))
    happened = happened_of(incident)
    if _disordered(incident):
        doubts.append(Text("事件各时间先后矛盾", "the moments of the incident contradict one another"))
    duties = duties_of(levels, happened, calendar, hours, days)
    found = tuple(f for duty in duties for f in _fulfilments(duty, incident, steps))
    return IncidentOutlook(incident, levels, found, tuple(doubts), unreadable)


def _unreadable(rows: Sequence[DataIncident]) -> Iterator[str]:
    for row in rows:
        for problem in row.origin.problems:
            yield field_of(DataIncident, problem.partition(": ")[0]) or problem
        yield from (name for name, of in AMOUNTS.items() if amount_of(getattr(row, name), of) is None)


def _impersonal(incident: DataIncident) -> bool:
    """Tell whether a row says that no person is concerned beside kinds or entries of personal information."""
    persons = amount_of(incident.persons, "persons")
    if persons is None or persons.high != 0:
        return False
    entries = (amount_of(incident.personal_entries, "entries"), amount_of(incident.sensitive_entries, "entries"))
    return any(not says_nothing(k) for k in incident.personal_kinds) or any(e is not None and e.low > 0 for e in entries)


def _disordered(incident: DataIncident) -> bool:
    chain = [s for m in (incident.occurred, incident.discovered, incident.judged) if (s := span_of(m))]
    ends = [s for m in (incident.discovered, incident.handled_at) if (s := span_of(m))]
    response = [s for m in (incident.discovered, incident.response_ended) if (s := span_of(m))]
    return any(a.first > b.last for c in (chain, ends, response) for a, b in pairwise(c))


def facts_of(incident: DataIncident) -> Facts:
    """Return what decides the level."""
    told = {name: amount_of(getattr(incident, name), of) for name, of in AMOUNTS.items()}
    day = incident.discovered.astimezone(CHINA).date() if incident.discovered else None
    return Facts(
        told["persons"], told["sensitive_persons"], told["loss_cny"], told["outage_h"], incident.production, incident.threat,
        incident.grade, incident.reach, incident.internet_company, day,
    )  # fmt: skip


def happened_of(incident: DataIncident) -> Happened:
    """Return what decides the duties."""
    counts = [amount_of(incident.persons, "persons"), amount_of(incident.sensitive_persons, "persons")]
    persons: bool | None = None
    if any(c is not None and c.low > 0 for c in counts):
        persons = True
    elif counts[0] is not None and counts[0].high == 0:
        persons = False
    return Happened(
        incident.discovered, incident.judged, incident.handled_at, incident.response_ended, incident.probable, incident.operator,
        incident.internet_company, incident.grade, incident.crime, incident.vulnerability, incident.public_interest, persons,
        incident.harm_avoided, DECLARED.get(incident.level or ""),
    )  # fmt: skip


def _fulfilments(duty: Duty, incident: DataIncident, steps: Sequence[IncidentStep]) -> Iterator[Fulfilment]:
    groups = [duty.addressees] if duty.any_addressee else [(a,) for a in duty.addressees]
    for group in groups:
        mine = [s for s in steps if s.action in duty.actions and _receiver(s) in group]
        if not mine and duty.id == "persons" and incident.notified_at:
            done = span_of(incident.notified_at)
            yield Fulfilment(duty, group, _state(duty, done, incident), done, None)
        elif mine:
            # the best of them fulfils the duty: in time before unclear before late; of equals the earliest
            told = [(_ORDER.index(state := _state(duty, span_of(s.at), incident)), s, state) for s in mine]
            _, step, state = min(told, key=lambda t: (t[0], t[1].at.timestamp() if t[1].at else 0.0, t[1].model_dump_json()))
            yield Fulfilment(duty, group, state, span_of(step.at), step)
        elif any(_may_be(s, duty, group) for s in steps):
            yield Fulfilment(duty, group, "possible", None, next(s for s in steps if _may_be(s, duty, group)))
        else:
            yield Fulfilment(duty, group, "waiting" if duty.waits else "missing", None, None)


def _may_be(step: IncidentStep, duty: Duty, group: tuple[str, ...]) -> bool:
    return (step.action is None or step.action in duty.actions) and (step.addressee is None or step.addressee in group)


def _receiver(step: IncidentStep) -> str:
    return step.addressee or _IMPLIED.get(step.action or "", "")


def _state(duty: Duty, done: Span | None, incident: DataIncident) -> State:
    state = timing(duty.start, duty.due, done)
    found = span_of(incident.discovered)
    if state == "before_start" and incident.judged and found and done and duty.id.startswith("miit.") and found.first <= done.last:
        return "in_time"  # reported between discovery and the own judgement
    return state


def overdue(fulfilment: Fulfilment, now: datetime) -> bool | None:
    """Tell whether a duty of which nothing is done has run out at `now`; None when it cannot be told."""
    due = fulfilment.duty.due
    if due is None:
        return None
    return False if now <= due.first else True if now > due.last else None


def start_of_day(day: date) -> datetime:
    """Return the first moment of a day in Beijing."""
    return datetime.combine(day, time(), BEIJING)


def passed_h(fulfilment: Fulfilment) -> float | None:
    """Return the hours from the start of the clock to the step, None when one of them is not told to the second."""
    start, done = fulfilment.duty.start, fulfilment.done
    if start is None or done is None or start.first != start.last or done.first != done.last:
        return None
    return (done.first - start.first).total_seconds() / 3600
