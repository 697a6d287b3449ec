"""Summaries of incidents reach the cyberspace office within the days that are set."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.incident_duties import BEIJING, CAC_SUMMARY_D, end_of_day
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_outlook import ADDRESSEES, Fulfilment, IncidentOutlook, outlooks, overdue, start_of_day, surely_open
from zhunru.records.incident_quiet import quiet
from zhunru.records.incident_step import IncidentStep


@check(
    "miit-2021-103/1.7",
    "cac-2025-incident/8",
    title_zh="较大及以上事件的处置总结在处置结束后规定日数内按原渠道报送",
    since="0.3",
)
def incident_summaries_go_to_cac(
    incidents: list[DataIncident] | None,
    steps: list[IncidentStep] | None,
    statements: list[IncidentFreeStatement] | None,
    day: date,
    *,
    days: Annotated[int, Limit("d", source="cac-2025-incident/8", basis="S")] = CAC_SUMMARY_D,
) -> Iterator[Finding]:
    """The summary of every incident of level III or above went the way of its report within `days` after handling ended.

    Why:
        Without a summary nobody learns from the incident, neither the company nor the regulator.

    为什么:
        没有总结，企业和主管部门都无法从事件中吸取教训。

    How it decides:
        1. Take the duties of summary under the CAC measures; days by the calendar, the day on which handling ended not counted, the last day
           counted whole in Beijing time.
        2. Handed in until the end of the last day: ok. Later: breach.
        3. Not handed in: the last day is over: breach; not yet: ok; the last day itself: gap. No end is told: ok when the
           incident was found not long ago and no other end of it is told, else gap.
        4. A level, a kind of operator or a moment that is not certain, a step that may be the summary: gap.
        5. No such duty: ok. No incident: ok when signed statements cover the last year without a hole; else, or when a step names an incident, gap.

    Inconclusive:
        Level, moments or receivers are not told.

    Not covered:
        What the summary says. The limit rests on a secondary source, so the verdict is screening.

    未覆盖:
        总结内容；期限依据二手来源，结论为初筛。

    Args:
        incidents: Register of incidents.
        steps: Steps taken.
        statements: Signed statements of no incident.
        day: Day as of which is assessed.
        days: Days after handling ended.

    References:
        CAC measures 2025 articles 7, 8 (S); 民法典 article 201; data-and-cyber.md 4.2, 7.
    """
    found = outlooks(incidents or [], steps or [], china(), days={"cac.summary": days}, day=day)  # (1)
    for each in found:
        mine = [f for f in each.fulfilments if f.duty.id == "cac.summary"]
        for fulfilment in mine:
            yield _judged(each, fulfilment, day, days)
        if not mine and (each.doubts or each.unreadable):  # (4)
            yield gap(
                "事件记录自相矛盾或无法识别：有无义务不明", "the record contradicts itself or cannot be read: whether a duty arises cannot be told",
                at=each.incident.origin, incident=each.incident.id,
            )  # fmt: skip
        elif not mine:  # (5)
            yield ok("该事件无须报送总结", "no summary is due", at=each.incident.origin, incident=each.incident.id)
    if not found:
        yield from quiet(statements, steps, day)


def _judged(each: IncidentOutlook, done: Fulfilment, day: date, limit: int) -> Finding:
    due = str(done.duty.due.last.astimezone(BEIJING).date()) if done.duty.due else None
    told: dict[str, Any] = {"incident": each.incident.id, "receiver": "、".join(ADDRESSEES[a].zh for a in done.addressees), "due": due}
    at = done.step.origin if done.step else each.incident.origin
    sure = done.duty.sure and not each.doubts
    if done.state == "in_time" and not each.doubts:  # (2)
        return ok("总结在期限内报送", "the summary was handed in within the limit", at=at, limit=limit, unit="d", **told)
    if done.state == "late" and sure:
        return breach("总结报送超过期限", "the summary was handed in after the limit", at=at, limit=limit, unit="d", **told)
    if done.state == "waiting" and not each.doubts and "handled_at" not in each.unreadable and surely_open(each.incident, day):  # (3)
        return ok("处置尚未结束，期限未开始", "handling has not ended: the clock has not begun", at=at, **told)
    if done.state == "missing" and sure and (passed := overdue(done, start_of_day(day))) is not None:
        if passed:
            return breach(
                "期限已过，没有报送总结", "the limit has passed and no summary was handed in", at=at, limit=limit, unit="d", **told
            )
        if done.duty.due and end_of_day(day) < done.duty.due.first:
            return ok("总结期限未到", "the limit has not been reached", at=at, limit=limit, unit="d", **told)
    return gap(
        "总结是否应报或是否按时无法判定", "whether a summary is due, or in time, cannot be told", at=at, state=done.state, **told
    )  # (4)


_DAY = date(2026, 4, 20)


def _case(at: str = "2026-04-08 23:00", **changed: object) -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    plain = {
        "id": "SJ-1", "discovered": "2026-03-02 09:30", "judged": "2026-03-02 10:00", "handled_at": "2026-03-09 15:00", "persons": "1200000",
        "sensitive_persons": "0", "loss_cny": "0", "outage_h": "0", "production": "无影响", "threat": "轻微", "grade": "一般",
        "internet_company": "否", "operator": "一般网络运营者",
    }  # fmt: skip
    step = {"incident": "SJ-1", "action": "总结", "addressee": "省级网信部门", "at": at}
    return [DataIncident.model_validate(plain | changed)], [IncidentStep.model_validate(step)] if at else [], None, _DAY


@incident_summaries_go_to_cac.example(Verdict.PASS)
def a_few_days_before_the_limit() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """Handling ended on 9 March, the summary came on 7 April."""
    return _case("2026-04-07 10:00")


@incident_summaries_go_to_cac.example(Verdict.FAIL)
def after_thirty_one_days() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """A day too late."""
    return _case("2026-04-09 10:00")


@incident_summaries_go_to_cac.example(Verdict.INCONCLUSIVE)
def level_not_certain() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """Nobody knows how many persons are concerned, and no summary was sent."""
    return _case("", persons="尚不明确")
