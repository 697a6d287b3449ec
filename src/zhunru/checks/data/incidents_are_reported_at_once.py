"""Incidents and risks that must be reported at once were reported."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.incident_duties import AT_ONCE_H, PROMPTLY_H, end_of_day
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_outlook import ADDRESSEES, Fulfilment, IncidentOutlook, outlooks, overdue, passed_h, start_of_day
from zhunru.records.incident_quiet import quiet
from zhunru.records.incident_step import IncidentStep

_AT_ONCE = ("miit.report", "miit.risk", "internet.report")


@check(
    "miit-2021-103/1.7",
    "miit-2024-data-incident/4.2",
    "miit-2024-data-incident/3.1",
    "miit-2022-166/27",
    "miit-2022-166/28",
    "miit-2017-internet/report",
    "cac-2025-incident/crime",
    title_zh="须立即报告的事件和风险均已立即报告，涉嫌犯罪的已报案",
    since="0.3",
)
def incidents_are_reported_at_once(
    incidents: list[DataIncident] | None,
    steps: list[IncidentStep] | None,
    statements: list[IncidentFreeStatement] | None,
    day: date,
    *,
    at_once_h: Annotated[float, Limit("h", source="miit-2024-data-incident/4.2", basis="P")] = AT_ONCE_H,
    promptly_h: Annotated[float, Limit("h", source="cac-2025-incident/crime", basis="P")] = PROMPTLY_H,
) -> Iterator[Finding]:
    """Every incident or risk that must be reported at once was, and a suspected crime was told to the police.

    Why:
        The MIIT plan sets no number: at once means without any delay; a report that is late, false, hidden or missed is punished.

    为什么:
        工信预案未定小时数：“立即”即不得有任何拖延；迟报、谎报、瞒报、漏报均须追责。

    How it decides:
        1. Duties: incidents of level III and above under the MIIT data plan, or with important or core data, to the local regulator; risks that
           may become such; events of the internet plan, for telecom, domain and internet companies; suspected crimes, to the police.
        2. Reported until `at_once_h` after the own judgement of the level (to the police: `promptly_h` after discovery): ok. Later: breach.
           The alarm is proposed by us, so the verdict is screening.
        3. Never reported, and the day of assessment began after the alarm: breach. Before the alarm: ok. On that day: gap.
        4. Moments, level, receivers or the suspicion of a crime are not told, or the record contradicts itself: gap.
        5. No such duty: ok. No incident: ok when signed statements cover the last year without a hole; else, or when a step names an incident, gap.

    Inconclusive:
        The moment of the own judgement is missing; facts that decide the level are not told.

    Not covered:
        Whether what was reported is true; whether the own judgement itself came without delay; the phone call where only writing is kept.

    未覆盖:
        报告内容是否属实；自判本身是否及时；只有书面记录时是否先行电话报告。

    Args:
        incidents: Register of incidents and risks.
        steps: Steps taken.
        statements: Signed statements of no incident.
        day: Day as of which is assessed.
        at_once_h: Alarm for what is due at once.
        promptly_h: Alarm for what is due promptly.

    References:
        MIIT data incident plan 2024 3.1, 4.2; measures 166号 articles 27, 28; internet plan 2017; data-and-cyber.md 4.2, 7.
    """
    hours = dict.fromkeys(_AT_ONCE, at_once_h) | {"police": promptly_h}
    found = outlooks(incidents or [], steps or [], china(), hours, day=day)  # (1)
    for each in found:
        mine = [f for f in each.fulfilments if f.duty.id in hours]
        for fulfilment in mine:
            yield _judged(each, fulfilment, day, hours[fulfilment.duty.id])
        if not mine and (each.doubts or each.unreadable):  # (4)
            yield gap(
                "事件记录自相矛盾或无法识别：有无义务不明", "the record contradicts itself or cannot be read: whether a duty arises cannot be told",
                at=each.incident.origin, incident=each.incident.id,
            )  # fmt: skip
        elif not mine:  # (5)
            yield ok("该事件没有须立即报告的义务", "nothing is due at once", at=each.incident.origin, incident=each.incident.id)
    if not found:
        yield from quiet(statements, steps, day)


def _judged(each: IncidentOutlook, done: Fulfilment, day: date, limit: float) -> Finding:
    told: dict[str, Any] = {
        "incident": each.incident.id, "duty": done.duty.id, "receiver": "、".join(ADDRESSEES[a].zh for a in done.addressees),
    }  # fmt: skip
    at = done.step.origin if done.step else each.incident.origin
    sure = done.duty.sure and not each.doubts
    if done.state == "in_time" and not each.doubts:  # (2)
        return ok("已立即报告", "reported at once", at=at, measured=passed_h(done), limit=limit, unit="h", **told)
    if done.state == "late" and sure:
        return breach("报告晚于提醒线", "reported after the alarm", at=at, measured=passed_h(done), limit=limit, unit="h", **told)
    if done.state == "missing" and sure and (passed := overdue(done, start_of_day(day))) is not None:  # (3)
        if passed:
            return breach("须立即报告而没有报告记录", "due at once, and no report is recorded", at=at, limit=limit, unit="h", **told)
        if overdue(done, end_of_day(day)) is False:
            return ok("报告提醒线未到", "the alarm has not been reached", at=at, limit=limit, unit="h", **told)
    return gap(
        "是否须立即报告或是否已立即报告无法判定", "whether it was due at once, or done, cannot be told", at=at, state=done.state, **told
    )  # (4)


_DAY = date(2026, 3, 20)


def _case(at: str = "2026-03-02 11:00:00", **changed: object) -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    plain = {
        "id": "SJ-1", "discovered": "2026-03-02 09:30", "judged": "2026-03-02 10:00", "persons": "0", "sensitive_persons": "0",
        "loss_cny": "6000万", "outage_h": "0", "production": "无影响", "threat": "轻微", "grade": "一般", "internet_company": "否",
        "operator": "一般网络运营者", "crime": "否",
    }  # fmt: skip
    step = {"incident": "SJ-1", "action": "报告", "addressee": "地方工信主管部门", "at": at}
    return [DataIncident.model_validate(plain | changed)], [IncidentStep.model_validate(step)] if at else [], None, _DAY


@incidents_are_reported_at_once.example(Verdict.PASS)
def within_the_hour() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """60 million yuan lost; judged at 10:00, reported at 11:00."""
    return _case()


@incidents_are_reported_at_once.example(Verdict.FAIL)
def missed() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """Level III, and no report to the local regulator."""
    return _case("")


@incidents_are_reported_at_once.example(Verdict.FAIL)
def risk_not_reported() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """A risk that may become a level-II incident was kept quiet."""
    return _case("", probable="是", loss_cny="2亿")


@incidents_are_reported_at_once.example(Verdict.INCONCLUSIVE)
def judgement_without_moment() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """Nobody wrote down when the level was judged."""
    return _case(judged="")
