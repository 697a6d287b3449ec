"""Persons whose information an incident concerns are notified, with what the law wants them to know."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.incident_duties import PROMPTLY_H, end_of_day, span_of
from zhunru.formulas.written_amounts import amount_of
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_outlook import Fulfilment, IncidentOutlook, outlooks, overdue, passed_h, start_of_day
from zhunru.records.incident_quiet import quiet
from zhunru.records.incident_step import IncidentStep

_CONTENTS = ("matter", "personal_kinds", "cause", "risk", "done", "self_help", "contact")


@check("miit-2021-103/1.7", "ndr-2024-790/11", "miit-2022-166/28", title_zh="受事件影响的个人均已告知，告知内容完整", since="0.3")
def persons_are_notified(
    incidents: list[DataIncident] | None,
    steps: list[IncidentStep] | None,
    statements: list[IncidentFreeStatement] | None,
    day: date,
    *,
    promptly_h: Annotated[float, Limit("h", source="ndr-2024-790/11", basis="P")] = PROMPTLY_H,
) -> Iterator[Finding]:
    """The persons concerned by an incident were notified with its kind, cause and harm, the measures, what they can do, and a contact.

    Why:
        Only who knows can protect himself: change a password, watch an account, refuse a call.

    为什么:
        只有知情的人才能自我保护：改密码、盯账户、警惕电话。

    How it decides:
        1. Take the incidents that have happened. No person concerned: ok. Number not told or unreadable: gap.
        2. Measures effectively avoid the harm, and it is told which: notice may be left out, ok. Without the measures: gap.
        3. Notified until `promptly_h` after discovery with a way of notice: go on. Later: breach (alarm proposed by us: screening). Never,
           and the alarm passed before the day of assessment: breach; on that day: gap; not yet passed: ok.
        4. Kind of event and of information, cause, harm, measures, self-help and contact are in the record from which the notice is written: ok. One is blank: gap.
        5. No incident: ok when signed statements cover the last year without a hole; else, or when a step names an incident, gap.

    Inconclusive:
        Moments, numbers, way or contents of the notice are not told; rows contradict one another.

    Not covered:
        Whether each person was reached, and what the notice really said: look at the sent text.

    未覆盖:
        是否逐一送达，以及实际发出的文本内容，须核对发送记录与文本。

    Args:
        incidents: Register of incidents.
        steps: Steps taken.
        statements: Signed statements of no incident.
        day: Day as of which is assessed.
        promptly_h: Alarm, hours after discovery.

    References:
        Personal Information Protection Law article 57; regulation on network data article 11; data-and-cyber.md 2.6, 4.2.
    """
    found = outlooks(incidents or [], steps or [], china(), {"persons": promptly_h}, day=day)
    happened = [e for e in found if not e.incident.probable or e.doubts]
    for each in happened:
        yield from _judged(each, day, promptly_h)
    if found and not happened:
        yield ok("登记中只有尚未发生的风险", "the register holds risks only, none has happened", entries=len(found))
    if not found:  # (5)
        yield from quiet(statements, steps, day)


def _judged(each: IncidentOutlook, day: date, limit: float) -> Iterator[Finding]:
    incident = each.incident
    told: dict[str, Any] = {"incident": incident.id}
    counts = [amount_of(incident.persons, "persons"), amount_of(incident.sensitive_persons, "persons")]
    if each.doubts or any(c is None for c in counts):
        yield gap("事件记录自相矛盾或人数无法识别", "the record contradicts itself, or a number cannot be read", at=incident.origin, **told)
    elif counts[0] and counts[0].high == 0:  # (1)
        yield ok("不涉及个人信息", "no person is concerned", at=incident.origin, **told)
    elif incident.harm_avoided:  # (2)
        if incident.done:
            yield ok("已有效避免危害，可不告知", "harm is effectively avoided: notice may be left out", at=incident.origin, **told)
        else:
            yield gap("称已避免危害但未写明措施", "harm is said to be avoided, but no measure is told", at=incident.origin, **told)
    else:
        for fulfilment in (f for f in each.fulfilments if f.duty.id == "persons"):
            yield _timed(each, fulfilment, day, limit)
            if fulfilment.done:
                yield _written(incident)


def _timed(each: IncidentOutlook, done: Fulfilment, day: date, limit: float) -> Finding:
    incident = each.incident
    told: dict[str, Any] = {"incident": incident.id, "persons": incident.persons}
    at = done.step.origin if done.step else incident.origin
    sure = done.duty.sure and "harm_avoided" not in each.unreadable
    if done.state == "in_time":  # (3)
        if incident.notified_how or (done.step and done.step.note):
            return ok(
                "已告知受影响的个人", "the persons concerned were notified", at=at, measured=passed_h(done), limit=limit, unit="h", **told
            )
        return gap("告知方式未写明", "the way of notice is not told", at=at, **told)
    if done.state == "late" and sure:
        return breach("告知晚于提醒线", "notified after the alarm", at=at, measured=passed_h(done), limit=limit, unit="h", **told)
    if done.state == "missing" and sure and span_of(incident.discovered):
        if overdue(done, start_of_day(day)):
            return breach("受影响的个人未被告知", "the persons concerned were not notified", at=at, limit=limit, unit="h", **told)
        if overdue(done, end_of_day(day)) is False:
            return ok("告知提醒线未到", "the alarm has not been reached", at=at, limit=limit, unit="h", **told)
    return gap("是否须告知或是否已及时告知无法判定", "whether notice was due, or in time, cannot be told", at=at, state=done.state, **told)


def _written(incident: DataIncident) -> Finding:
    lacking = [DataIncident.headings(n)[0] for n in _CONTENTS if not getattr(incident, n)]  # (4)
    if lacking:
        return gap(
            "告知内容缺项", "contents of the notice are missing", at=incident.origin, incident=incident.id, missing="、".join(lacking)
        )
    return ok("告知内容完整", "the contents of the notice are complete", at=incident.origin, incident=incident.id)


_DAY = date(2026, 3, 20)


def _case(**changed: object) -> tuple[list[DataIncident], None, None, date]:
    plain = {
        "id": "SJ-1", "discovered": "2026-03-02 09:30", "persons": "5200", "sensitive_persons": "0", "matter": "泄露", "personal_kinds": "姓名；手机号", "cause": "接口越权",
        "risk": "诈骗电话", "done": "已封堵接口", "self_help": "留意陌生来电", "contact": "赵六", "notified_at": "2026-03-02 18:00",
        "notified_how": "短信", "harm_avoided": "否",
    }  # fmt: skip
    return [DataIncident.model_validate(plain | changed)], None, None, _DAY


@persons_are_notified.example(Verdict.PASS)
def told_by_message_the_same_day() -> tuple[list[DataIncident], None, None, date]:
    """5,200 persons got a message."""
    return _case()


@persons_are_notified.example(Verdict.FAIL)
def never_told() -> tuple[list[DataIncident], None, None, date]:
    """5,200 persons know nothing."""
    return _case(notified_at="")


@persons_are_notified.example(Verdict.INCONCLUSIVE)
def nothing_about_self_help() -> tuple[list[DataIncident], None, None, date]:
    """The notice does not say what they can do."""
    return _case(self_help="")
