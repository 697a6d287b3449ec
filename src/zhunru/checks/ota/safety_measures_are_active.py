"""Where an execution may affect vehicle safety, the measures against it are active."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO
from zhunru.formulas.written_names import bare
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, obscure, outcome_of, update_runs


@check(
    "miit-2021-103/3.4", "gb-44496-2024/5.2.5", "gb-44496-2024/6.9", title_zh="可能影响车辆安全的升级，其安全措施在执行中生效", since="0.2"
)
def safety_measures_are_active(
    assessments: list[ImpactAssessment], cases: list[UpdateCase] | None, events: list[UpdateEvent] | None
) -> Iterator[Finding]:
    """Every item that may affect vehicle safety was run as case 6.9, and during that execution its measure was seen active.

    Why:
        A measure on paper protects nobody; the test shows it at work while the controller is out of service.

    为什么:
        写在纸上的措施不能保护任何人；试验要证明控制器停用期间措施确实生效。

    How it decides:
        1. The list is every assessment that says `may affect safety`; an assessment that does not say: gap. None at all: gap. A list that is
           empty because every assessment denies it: ok.
        2. Each item needs a run of 6.9 with its activity and its ECU as stimulus; none: gap.
        3. In the log of that run of that activity: a measure reported active inside the execution: ok; one reported not active and none active: breach;
           no line about a measure, a word for its state that is not understood, or no execution: gap.

    Inconclusive:
        Assessments that do not say, items without a run, runs without a log.

    Not covered:
        Whether the assessments are right; whether the measure suffices.

    未覆盖:
        评估结论是否正确；措施是否充分。

    Args:
        assessments: Impact assessments, one per activity and ECU.
        cases: Test runs.
        events: Lines of vehicle and test logs.

    References:
        GB 44496-2024 5.2.5, 6.9; UN R156 7.2.2.1.3.
    """
    # (1) the list
    for row in assessments:
        if row.may_affect_safety is None:
            yield gap(
                "评估未说明是否可能影响车辆安全", "the assessment does not say whether safety may be affected", at=row.origin, ecu=row.ecu
            )
    items = [a for a in assessments if a.may_affect_safety]
    if not assessments:
        yield gap("没有影响评估", "there is no impact assessment")
    elif all(a.may_affect_safety is False for a in assessments):
        yield ok("评估认为均不影响车辆安全", "every assessment denies an effect on vehicle safety", assessments=len(assessments))
    logs = [r for r in executed(update_runs(events or [])) if r.run]
    for item in items:
        # (2) its run
        mine = [
            c for c in cases or ()
            if bare(c.case) == "6.9" and bare(c.stimulus or "") == bare(item.ecu) and bare(c.campaign or item.campaign) == bare(item.campaign)
        ]  # fmt: skip
        if not mine:
            yield gap("该项目没有 6.9 试验", "this item has no run of 6.9", at=item.origin, campaign=item.campaign, ecu=item.ecu)
        for case in mine:
            name = (bare(item.campaign), bare(case.run))
            yield _run(case, [r for r in logs if (bare(r.campaign), bare(r.run)) == name])


def _run(case: UpdateCase, logs: list[UpdateRun]) -> Finding:
    # (3) what the log shows
    facts: dict[str, Any] = {"at": case.origin, "run": case.run, "ecu": case.stimulus}
    lines = [e for log in logs for e in log.of("measure_active") if log.inside(e)]
    if not lines:
        return gap("试验日志没有执行期间的措施状态", "the log of the run tells no state of a measure during execution", **facts)
    if all(outcome_of(e) == NO for e in lines):
        return breach("执行期间安全措施未生效", "the measure was not active during execution", **facts)
    if any(outcome_of(e) == NO for e in lines):
        return gap("措施时而生效时而失效", "the measure was active at one time and not at another", **facts)
    if any(obscure(e) for e in lines):
        return gap("措施状态无法识别", "the state of a measure is not understood", **facts)
    return ok("执行期间安全措施生效", "the measure was active during execution", **facts, measure=lines[0].subject)


_Inputs = tuple[list[ImpactAssessment], list[UpdateCase], list[UpdateEvent]]


def _inputs(value: str = "", may: str = "是", run: bool = True) -> _Inputs:
    item = ImpactAssessment.model_validate({"campaign": "U-1", "ecu": "EPS", "may_affect_safety": may})
    case = UpdateCase.model_validate({"case": "6.9", "run": "R9", "campaign": "U-1", "stimulus": "EPS", "executed": "是"})
    log = event_log((0, "start", {}), (9, "measure_active", {"subject": "转向锁止", "value": value}), (99, "end", {}), run="R9")
    return [item], [case] if run else [], log


@safety_measures_are_active.example(Verdict.PASS)
def seen_during_execution() -> _Inputs:
    """The steering lock is reported active."""
    return _inputs()


@safety_measures_are_active.example(Verdict.FAIL)
def reported_not_active() -> _Inputs:
    """The measure reports that it is off."""
    return _inputs("否")


@safety_measures_are_active.example(Verdict.INCONCLUSIVE)
def never_run() -> _Inputs:
    """The item is on the list and was not tested."""
    return _inputs(run=False)
