"""What changed is assessed again."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA, Origin
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.assessment_trigger import AssessmentTrigger
from zhunru.records.data_incident import DataIncident
from zhunru.records.risk_assessment import RiskAssessment


class _Event(NamedTuple):
    name: str
    happened: date | None
    named: str | None
    origin: Origin


@check("miit-2021-103/1.6", "miit-2024-risk/6.again", title_zh="发生触发事件后，变化部分已重新评估", since="0.3")
def risk_assessed_again_after_changes(
    assessments: list[RiskAssessment],
    triggers: list[AssessmentTrigger] | None,
    incidents: list[DataIncident] | None,
    day: date,
    *,
    within_d: Annotated[int, Limit("d", source="miit-2024-risk/6.again", basis="P")] = 90,
) -> Iterator[Finding]:
    """After every event that makes a new assessment necessary, an assessment was issued within `within_d`.

    Why:
        An assessment of last spring says nothing on a system that was opened to a partner last week.

    为什么:
        去年春天的评估无法说明上周才向合作方开放的系统。

    How it decides:
        1. Events: the log (new provision of core data, adverse change, incident, change of the filed catalogue, request of the regulator), and
           every incident with important or core data in the register.
        2. An assessment that the log names, or any one, issued on the day of the event or later: ok. One named that does not exist, or was issued
           before: gap.
        3. None within `within_d` days: breach (the rules set no number; ours is proposed: screening). Time is left: ok.
        4. A day or a kind is missing, an incident whose grade is not told: gap.
        5. No event at all: a line `none` with a person, not older than the last assessment: ok. An empty log: gap.

    Inconclusive:
        The log is absent or a line in it is incomplete.

    Not covered:
        Events that nobody entered; whether the new assessment covers exactly what changed.

    未覆盖:
        未登记的触发事件；新的评估是否正好覆盖变化部分。

    Args:
        assessments: Risk assessments.
        triggers: Log of events.
        incidents: Register of incidents.
        day: Day as of which is assessed.
        within_d: Days until the new assessment.

    References:
        实施细则 article 6; data-and-cyber.md 2.5.
    """
    events, quiet = [], []
    for line in triggers or []:  # (1)
        if line.matter == "none":
            quiet.append(line)
        elif line.matter is None:
            yield gap("触发类型缺失或无法识别", "the kind of the event is missing or unreadable", at=line.origin, trigger=line.id)
        else:
            events.append(_Event(line.id, line.happened, line.assessment, line.origin))
    for incident in (i for i in incidents or [] if not i.probable):
        found = incident.discovered.astimezone(CHINA).date() if incident.discovered else None
        if incident.grade is None:  # (4)
            yield gap(
                "事件涉及的数据级别未写明", "the grade of the data of the incident is not told", at=incident.origin, incident=incident.id
            )
        elif incident.grade != "general":
            events.append(_Event(incident.id, found, None, incident.origin))
    for event in events:
        yield _judged(event, assessments, day, within_d)
    if not events:  # (5)
        yield _calm(quiet, assessments, day)


def _judged(event: _Event, assessments: Sequence[RiskAssessment], day: date, within_d: int) -> Finding:
    if event.happened is None or event.happened > day:
        return gap("触发日期缺失或在评估日之后", "the day of the event is missing, or lies ahead", at=event.origin, event=event.name)
    issued = [a for a in assessments if a.issued and event.happened <= a.issued <= day]
    if event.named:  # (2)
        issued = [a for a in issued if bare(a.id) == bare(event.named)]
        if not issued:
            return gap(
                "对应的评估不存在或早于触发事件", "the assessment that is named does not exist, or was issued before the event",
                at=event.origin, event=event.name, assessment=event.named,
            )  # fmt: skip
    first = min((a.issued for a in issued if a.issued), default=None)
    last_day = event.happened + timedelta(days=within_d)
    if (first or day) > last_day:  # (3)
        return breach(
            "触发事件后未按时重新评估", "not assessed again in time after the event",
            at=event.origin, measured=((first or day) - event.happened).days, limit=within_d, unit="d", event=event.name,
        )  # fmt: skip
    if first is None:
        if any(a.issued is None for a in assessments):
            return gap("评估出具日期缺失", "the day of issue of an assessment is missing", at=event.origin, event=event.name)
        return ok("重新评估期限未到", "time is left for the new assessment", at=event.origin, limit=within_d, unit="d", event=event.name)
    return ok(
        "触发事件后已重新评估",
        "assessed again after the event",
        at=event.origin,
        measured=(first - event.happened).days,
        limit=within_d,
        unit="d",
    )


def _calm(quiet: Sequence[AssessmentTrigger], assessments: Sequence[RiskAssessment], day: date) -> Finding:
    since = max((a.issued for a in assessments if a.issued and a.issued <= day), default=None)
    good = [q for q in quiet if q.happened and q.person and q.happened <= day and since and q.happened >= since]
    if good:
        return ok(
            "登记显示评估后没有触发事件",
            "the log tells that nothing happened since the assessment",
            at=min(good, key=lambda q: q.origin).origin,
        )
    return gap("没有触发事件登记：评估后有无变化不明", "no log of events: whether anything changed since is not told", lines=len(quiet))


_DAY = date(2026, 10, 1)


def _case(issued: str = "2026-05-20", **changed: object) -> tuple[list[RiskAssessment], list[AssessmentTrigger], None, date]:
    plain = {"id": "CF-1", "matter": "目录重大变化", "happened": "2026-04-10", "person": "张三"}
    return (
        [RiskAssessment.model_validate({"id": "PG-2", "issued": issued})],
        [AssessmentTrigger.model_validate(plain | changed)],
        None,
        _DAY,
    )


@risk_assessed_again_after_changes.example(Verdict.PASS)
def six_weeks_after_the_change() -> tuple[list[RiskAssessment], list[AssessmentTrigger], None, date]:
    """The catalogue changed in April, the assessment came in May."""
    return _case()


@risk_assessed_again_after_changes.example(Verdict.FAIL)
def only_the_old_assessment() -> tuple[list[RiskAssessment], list[AssessmentTrigger], None, date]:
    """Half a year later nothing was assessed again."""
    return _case("2026-01-10")


@risk_assessed_again_after_changes.example(Verdict.INCONCLUSIVE)
def day_of_the_event_missing() -> tuple[list[RiskAssessment], list[AssessmentTrigger], None, date]:
    """Nobody wrote down when it changed."""
    return _case(happened="")
