"""Duties that an incident starts: what is told to whom, from which moment, until when.

Hours run on the clock from moment to moment; working days run by the calendar and end with their day in Beijing.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final, Literal, NamedTuple

from zhunru.core.clause import Basis
from zhunru.core.text import Text
from zhunru.formulas.incident_level import Level, Levels
from zhunru.formulas.working_days import WorkingCalendar, add_working_days

BEIJING: Final = timezone(timedelta(hours=8))
_DAY: Final = timedelta(days=1)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
CAC_GENERAL_H: Final = 4.0
"""Hours for a general operator; CAC 2025 article 4 (C)."""
CAC_CII_H: Final = 1.0
"""Hours for an operator of critical infrastructure; CAC 2025 article 4 (C)."""
CAC_ORGAN_H: Final = 2.0
"""Hours for a central organ; CAC 2025 article 4 (C)."""
AT_ONCE_H: Final = 1.0
"""Alarm for what is due at once (P: the plans give no number)."""
PROMPTLY_H: Final = 24.0
"""Alarm for what is due promptly (P: the texts give no number)."""
NDR_H: Final = 24.0
"""Hours for a vulnerability that touches national security or the public interest; NDR article 10 (C)."""
CAC_SUMMARY_D: Final = 30
"""Days after handling ended; CAC 2025 article 8 (S)."""
MIIT_SUMMARY_WD: Final = 5
"""Working days after the response ended; MIIT data plan 5.1 (C)."""

Operator = Literal["general", "cii", "central_organ"]


class Span(NamedTuple):
    """A moment as far as it is known: between two moments, both included; UTC-aware."""

    first: datetime
    last: datetime


def span_of(moment: datetime | None) -> Span | None:
    """Return what a written moment says; midnight in Beijing may be a mere day, so it may be any moment of it."""
    if moment is None:
        return None
    local = moment.astimezone(BEIJING)
    utc = moment.astimezone(UTC)
    return Span(utc, utc + _DAY - timedelta(seconds=1)) if local.time() == time() else Span(utc, utc)


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in Beijing."""
    return datetime.combine(day, time(23, 59, 59), BEIJING).astimezone(UTC)


class Happened(NamedTuple):
    """When what happened, and what else decides the duties.

    Args:
        discovered: Discovery or knowledge.
        judged: Own judgement of the level.
        handled: End of handling.
        ended: End of the response.
        probable: It is a risk that has not happened; None = not told (taken as an incident).
        operator: Kind of operator; None = not told.
        internet_company: Telecom, domain-name or internet company; None = not told.
        grade: Grade of the data.
        crime: A crime is suspected.
        vulnerability: Caused by a vulnerability of a product or service.
        public_interest: Touches national security or the public interest.
        persons: Persons are concerned: True, False, or None when it cannot be told.
        harm_avoided: Measures effectively avoid harm to the persons.
    """

    discovered: datetime | None = None
    judged: datetime | None = None
    handled: datetime | None = None
    ended: datetime | None = None
    probable: bool | None = None
    operator: Operator | None = None
    internet_company: bool | None = None
    grade: str | None = None
    crime: bool | None = None
    vulnerability: bool | None = None
    public_interest: bool | None = None
    persons: bool | None = None
    harm_avoided: bool | None = None
    declared: Level | None = None


class Duty(NamedTuple):
    """One duty.

    Args:
        id: Name of the duty.
        what: What is to be done.
        actions: Steps that fulfil it.
        addressees: Each of these must have it; one is enough where `any_addressee`.
        clause: Clause.
        basis: Basis of the limit.
        sure: The duty certainly exists; False = it may, since a fact is not told.
        start: Moment from which the clock runs; None = it has not begun or is not told.
        starts_with: What that moment is.
        due: Last moment in time, and the latest moment that can be it when the start is a mere day; None = no start, or no calendar.
        limit: Limit in words.
        any_addressee: One of the addressees is enough.
        waits: The clock has not begun: its starting event has not happened yet.
    """

    id: str
    what: Text
    actions: tuple[str, ...]
    addressees: tuple[str, ...]
    clause: str
    basis: Basis
    sure: bool
    start: Span | None
    starts_with: Text
    due: Span | None
    limit: Text
    any_addressee: bool = False
    waits: bool = False


_DISCOVERY = Text("发现或获知", "discovery or knowledge")
_JUDGED = Text("级别自判", "own judgement of the level")
_HANDLED = Text("处置结束", "end of handling")
_ENDED = Text("应急响应结束", "end of the response")


HOURS: Final[Mapping[str, float]] = {
    "cac.general": CAC_GENERAL_H,
    "cac.cii": CAC_CII_H,
    "cac.central_organ": CAC_ORGAN_H,
    "vulnerability": NDR_H,
    "miit.report": AT_ONCE_H,
    "miit.risk": AT_ONCE_H,
    "internet.report": AT_ONCE_H,
    "police": PROMPTLY_H,
    "persons": PROMPTLY_H,
}
"""Hours of each duty whose limit is counted in hours."""


DAYS: Final[Mapping[str, int]] = {"cac.summary": CAC_SUMMARY_D, "miit.summary": MIIT_SUMMARY_WD}
"""Days of each duty whose limit is counted in days: calendar days, working days."""


def duties_of(
    levels: Levels, facts: Happened, calendar: WorkingCalendar, hours: Mapping[str, float] = HOURS, days: Mapping[str, int] = DAYS
) -> list[Duty]:
    """Return the duties, those that may exist included, in order of their limits.

    Args:
        levels: Levels under each regime.
        facts: When what happened.
        calendar: Working days.
        hours: Hours of the duties, where they differ from `HOURS`.
        days: Days of the duties, where they differ from `DAYS`.

    References:
        data-and-cyber.md 4.2, 7; 民法典 article 201: the day on which a period begins is not counted.
    """
    found = [*_risk(levels, facts)] if facts.probable else [*_reports(levels, facts), *_after(levels, facts, calendar, {**DAYS, **days})]
    counted = {**HOURS, **hours}
    timed = [d._replace(due=_hours(d.start, counted[d.id])) if d.id in counted else d for d in found]
    return sorted(timed, key=lambda d: (d.due.first if d.due else _LATEST, d.id))


def _hours(start: Span | None, hours: float) -> Span | None:
    return Span(start.first + timedelta(hours=hours), start.last + timedelta(hours=hours)) if start else None


def _reports(levels: Levels, facts: Happened) -> Iterator[Duty]:
    yield from _cac(levels, facts)
    yield from _miit(levels, facts)
    discovered = span_of(facts.discovered)
    if facts.crime is not False:
        yield Duty(
            "police", Text("涉嫌犯罪：向公安机关报案", "suspected crime: tell the police"), ("told_police", "reported"), ("police",),
            "cac-2025-incident/crime", "P", bool(facts.crime), discovered, _DISCOVERY, None,
            Text("及时（提醒线 24 小时）", "promptly (alarm at 24 h)"),
        )  # fmt: skip
    if facts.persons is not False and not facts.harm_avoided:
        yield Duty(
            "persons", Text("告知受影响的个人", "tell the persons concerned"), ("notified_persons",), ("persons",), "ndr-2024-790/11", "P",
            facts.persons is True, discovered, _DISCOVERY, None,
            Text("及时（提醒线 24 小时）", "promptly (alarm at 24 h)"),
        )  # fmt: skip
    if facts.vulnerability is not False and facts.public_interest is not False:
        yield Duty(
            "vulnerability", Text("涉及国家安全、公共利益的漏洞：报告主管部门", "vulnerability of public interest: report to the authority"),
            ("reported",), ("provincial_cac", "local_regulator", "miit", "police"), "ndr-2024-790/10", "C",
            bool(facts.vulnerability and facts.public_interest), discovered, _DISCOVERY, None,
            Text("24 小时内", "within 24 h"), any_addressee=True,
        )  # fmt: skip


def _cac(levels: Levels, facts: Happened) -> Iterator[Duty]:
    regime = levels.of("cac")
    if regime.binding is False or regime.most < Level.III:
        return
    start = span_of(facts.discovered)
    sure = bool(regime.binding) and regime.least >= Level.III
    rows: tuple[tuple[Operator, str, tuple[str, ...], Text], ...] = (
        ("cii", "4.cii", ("protection_department", "police"), Text("报告保护工作部门和公安机关", "report to protection department and police")),
        ("central_organ", "4.organ", ("own_cac_office",), Text("报告本部门网信工作机构", "report to the own cyberspace office")),
        ("general", "4.general", ("provincial_cac",), Text("报告所在地省级网信部门", "report to the provincial cyberspace office")),
    )  # fmt: skip
    for kind, article, receivers, what in rows:
        if facts.operator in (None, kind):
            yield Duty(
                f"cac.{kind}", what, ("reported",), receivers, f"cac-2025-incident/{article}", "C", sure and facts.operator == kind,
                start, _DISCOVERY, None, Text(f"{HOURS[f'cac.{kind}']:g} 小时内", f"within {HOURS[f'cac.{kind}']:g} h"),
            )  # fmt: skip


def _miit(levels: Levels, facts: Happened) -> Iterator[Duty]:
    regime = levels.of("miit")
    start = span_of(facts.judged)
    grave = facts.grade in {"important", "core"}
    judged = (facts.declared or Level.BELOW) >= Level.III
    if regime.binding is not False and (regime.most >= Level.III or grave or judged):
        sure = bool(regime.binding) and (regime.least >= Level.III or grave or judged)
        clause = "miit-2024-data-incident/4.2" if regime.most >= Level.III or judged else "miit-2022-166/28"
        yield Duty(
            "miit.report", Text("报告地方行业监管部门", "report to the local regulator"), ("reported",), ("local_regulator",), clause, "P",
            sure, start, _JUDGED, None, Text("立即（提醒线 1 小时）", "at once (alarm at 1 h)"),
        )  # fmt: skip
    internet = levels.of("internet")
    if internet.binding is not False and internet.most >= Level.IV:
        begin = span_of(facts.discovered)
        yield Duty(
            "internet.report", Text("电话报告工信部和通信管理局", "telephone to MIIT and the communications administration"), ("reported",),
            ("miit", "communications_administration"), "miit-2017-internet/report", "P",
            bool(internet.binding) and internet.least >= Level.IV, begin, _DISCOVERY, None,
            Text("立即（提醒线 1 小时）", "at once (alarm at 1 h)"),
        )  # fmt: skip


def _after(levels: Levels, facts: Happened, calendar: WorkingCalendar, days: Mapping[str, int]) -> Iterator[Duty]:
    cac, miit = levels.of("cac"), levels.of("miit")
    if cac.binding is not False and cac.most >= Level.III:
        receivers = {"general": "provincial_cac", "cii": "protection_department", "central_organ": "own_cac_office"}
        handled = span_of(facts.handled)
        due = _days(facts.handled, days["cac.summary"])
        yield Duty(
            "cac.summary", Text("按原渠道报送处置总结", "send the summary the same way"), ("summary",),
            (receivers[facts.operator],) if facts.operator else tuple(receivers.values()), "cac-2025-incident/8", "S",
            bool(cac.binding) and cac.least >= Level.III, handled, _HANDLED, due, Text("30 日内", "within 30 days"),
            any_addressee=facts.operator is None, waits=facts.handled is None,
        )  # fmt: skip
    judged = (facts.declared or Level.BELOW) >= Level.II
    if miit.binding is not False and (miit.most >= Level.II or judged):
        ended = span_of(facts.ended)
        yield Duty(
            "miit.summary", Text("向地方行业监管部门报送总结", "send the summary to the local regulator"), ("summary",), ("local_regulator",),
            "miit-2024-data-incident/5.1", "C", bool(miit.binding) and (miit.least >= Level.II or judged), ended, _ENDED,
            _working(facts.ended, days["miit.summary"], calendar), Text("5 个工作日内", "within 5 working days"), waits=facts.ended is None,
        )  # fmt: skip


def _risk(levels: Levels, facts: Happened) -> Iterator[Duty]:
    regime = levels.of("miit")
    judged = (facts.declared or Level.BELOW) >= Level.III
    if regime.binding is not False and (regime.most >= Level.III or judged):
        start = span_of(facts.judged) or span_of(facts.discovered)
        yield Duty(
            "miit.risk", Text("向地方行业监管部门报告风险", "report the risk to the local regulator"), ("risk_reported", "reported"),
            ("local_regulator",), "miit-2024-data-incident/3.1", "P", bool(regime.binding) and (regime.least >= Level.III or judged), start,
            _JUDGED if facts.judged else _DISCOVERY, None, Text("立即（提醒线 1 小时）", "at once (alarm at 1 h)"),
        )  # fmt: skip


def _days(moment: datetime | None, days: int) -> Span | None:
    if moment is None:
        return None
    end = end_of_day(moment.astimezone(BEIJING).date() + timedelta(days=days))
    return Span(end, end)


def _working(moment: datetime | None, days: int, calendar: WorkingCalendar) -> Span | None:
    last = add_working_days(calendar, moment.astimezone(BEIJING).date(), days) if moment else None
    return Span(end_of_day(last), end_of_day(last)) if last else None


Timing = Literal["in_time", "late", "unclear", "before_start"]


def timing(start: Span | None, due: Span | None, done: Span | None) -> Timing:
    """Tell whether a step was done in time; exactly at the limit is in time, one second later is late.

    Args:
        start: When the clock began.
        due: When it ended; two different ends when the start is a mere day.
        done: When the step was done.

    Returns:
        `unclear` when a moment is missing, or a mere day leaves both possible; `before_start` when the step lies before what it answers.
    """
    if start is None or due is None or done is None:
        return "unclear"
    if done.last < start.first:
        return "before_start"
    if done.last <= due.first:
        return "in_time"
    return "late" if done.first > due.last else "unclear"
