"""Every incident of level III or above reached the authorities within the hours that are set."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas import incident_duties as d
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_outlook import ADDRESSEES, Fulfilment, IncidentOutlook, outlooks, overdue, passed_h, start_of_day
from zhunru.records.incident_quiet import quiet
from zhunru.records.incident_step import IncidentStep

_TIMED = ("cac.general", "cac.cii", "cac.central_organ", "vulnerability")


@check(
    "miit-2021-103/1.7",
    "cac-2025-incident/4.general",
    "cac-2025-incident/4.cii",
    "ndr-2024-790/10",
    title_zh="较大及以上事件在规定小时数内报告主管部门",
    since="0.3",
)
def incidents_are_reported_in_time(
    incidents: list[DataIncident] | None,
    steps: list[IncidentStep] | None,
    statements: list[IncidentFreeStatement] | None,
    day: date,
    *,
    general_h: Annotated[float, Limit("h", source="cac-2025-incident/4.general", basis="C")] = d.CAC_GENERAL_H,
    cii_h: Annotated[float, Limit("h", source="cac-2025-incident/4.cii", basis="C")] = d.CAC_CII_H,
    organ_h: Annotated[float, Limit("h", source="cac-2025-incident/4.organ", basis="C")] = d.CAC_ORGAN_H,
    vulnerability_h: Annotated[float, Limit("h", source="ndr-2024-790/10", basis="C")] = d.NDR_H,
) -> Iterator[Finding]:
    """Every incident whose report has a limit in hours reached each receiver within it.

    Why:
        A report within hours lets the authority warn others; a late one is an offence of its own.

    为什么:
        按小时报告使主管部门能及时预警；迟报本身即为违规。

    How it decides:
        1. Compute the levels and the duties with a limit in hours: CAC 2025 for level III and above, by kind of operator, and the
           regulation on network data for vulnerabilities of public interest.
        2. A step that reports to the receiver, from the discovery until exactly the limit: ok. One second later: breach.
        3. No such step, and the limit passed before the day of assessment began: breach. Not yet passed: ok. On that day: gap.
        4. A moment is missing, or midnight leaves open whether it is a mere day; a step that does not name its kind or receiver may be
           the report; the step lies before the discovery; the level or the kind of operator is not certain: gap, unless it was
           reported in time.
        5. No duty of an incident arises: ok. No incident: ok when signed statements cover the last year without a hole; else, or when a step names an incident, gap.

    Inconclusive:
        Moments, level, kind of operator or receivers are not told; records contradict themselves.

    Not covered:
        Whether the report was complete and true, and whether it really arrived: the receipt is a person's to check. Reports at once, to
        the police and to persons are judged elsewhere.

    未覆盖:
        报告内容是否完整属实、是否确已送达（回执须人工核对）；“立即”报告、报案和告知个人另行判定。

    Args:
        incidents: Register of incidents.
        steps: Steps taken.
        statements: Signed statements of no incident.
        day: Day as of which is assessed.
        general_h: Hours of a general operator.
        cii_h: Hours of an operator of critical infrastructure.
        organ_h: Hours of a central organ.
        vulnerability_h: Hours for a vulnerability that touches national security or the public interest.

    References:
        CAC measures 2025 article 4; regulation on network data article 10; data-and-cyber.md 4.2, 7.
    """
    hours = {"cac.general": general_h, "cac.cii": cii_h, "cac.central_organ": organ_h, "vulnerability": vulnerability_h}
    found = outlooks(incidents or [], steps or [], china(), hours, day=day)  # (1)
    for each in found:
        mine = [f for f in each.fulfilments if f.duty.id in _TIMED]
        for fulfilment in mine:
            yield _judged(each, fulfilment, day, hours[fulfilment.duty.id])
        if not mine and (each.doubts or each.unreadable):  # (4)
            yield gap(
                "事件记录自相矛盾或无法识别：有无义务不明", "the record contradicts itself or cannot be read: whether a duty arises cannot be told",
                at=each.incident.origin, incident=each.incident.id,
            )  # fmt: skip
        elif not mine:  # (5)
            yield ok(
                "该事件没有以小时计的报告义务", "no report with a limit in hours arises", at=each.incident.origin, incident=each.incident.id
            )
    if not found:
        yield from quiet(statements, steps, day)


def _judged(each: IncidentOutlook, done: Fulfilment, day: date, limit: float) -> Finding:
    told: dict[str, Any] = {
        "incident": each.incident.id,
        "duty": done.duty.id,
        "receiver": "、".join(ADDRESSEES[a].zh for a in done.addressees),
    }
    at = done.step.origin if done.step else each.incident.origin
    sure = done.duty.sure and not each.doubts
    late_by = passed_h(done)
    if done.state == "in_time" and not each.doubts:  # (2)
        return ok("在时限内报告", "reported within the limit", at=at, measured=late_by, limit=limit, unit="h", **told)
    if done.state == "late" and sure:
        return breach("报告超过时限", "reported after the limit", at=at, measured=late_by, limit=limit, unit="h", **told)
    if done.state == "missing" and sure:  # (3)
        passed = overdue(done, start_of_day(day))
        if passed:
            return breach("时限已过，没有报告记录", "the limit has passed and no report is recorded", at=at, limit=limit, unit="h", **told)
        if done.duty.due and overdue(done, d.end_of_day(day)) is False:
            return ok("报告时限未到", "the limit has not been reached", at=at, limit=limit, unit="h", **told)
        return gap("没有报告记录，时限是否已过不明", "no report is recorded; whether the limit has passed cannot be told", at=at, **told)
    if done.state in {"unclear", "possible", "before_start"}:  # (4)
        return gap("报告是否在时限内无法判定", "whether it was reported in time cannot be told", at=at, state=done.state, **told)
    return gap("是否须报告或记录不确定", "whether the duty exists, or the record, is not certain", at=at, state=done.state, **told)


_DAY = date(2026, 3, 20)


def _case(at: str = "2026-03-02 13:30:00", **changed: object) -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    plain = {
        "id": "SJ-1", "discovered": "2026-03-02 09:30", "persons": "1200000", "sensitive_persons": "0", "loss_cny": "0", "outage_h": "0",
        "production": "无影响", "threat": "轻微", "grade": "一般", "internet_company": "否", "operator": "一般网络运营者", "vulnerability": "否",
    }  # fmt: skip
    step = {"incident": "SJ-1", "action": "报告", "addressee": "省级网信部门", "at": at}
    return [DataIncident.model_validate(plain | changed)], [IncidentStep.model_validate(step)] if at else [], None, _DAY


@incidents_are_reported_in_time.example(Verdict.PASS)
def after_exactly_four_hours() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """Discovered at 9:30, reported at 13:30."""
    return _case()


@incidents_are_reported_in_time.example(Verdict.FAIL)
def one_second_too_late() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """Discovered at 9:30, reported at 13:30:01."""
    return _case("2026-03-02 13:30:01")


@incidents_are_reported_in_time.example(Verdict.FAIL)
def never_reported() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """More than a million persons, and no report."""
    return _case("")


@incidents_are_reported_in_time.example(Verdict.INCONCLUSIVE)
def level_not_certain() -> tuple[list[DataIncident], list[IncidentStep], None, date]:
    """Nobody knows how many persons are concerned, and nothing was reported."""
    return _case("", persons="尚不明确")
