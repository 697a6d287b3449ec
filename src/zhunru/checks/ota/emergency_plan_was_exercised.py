"""The emergency plan for updates was exercised with a package that reaches a car it is not meant for."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.capability_document import CapabilityDocument
from zhunru.records.exercise import Exercise

_WRONG_TARGET: Final = ("wrong_target", "wrongtarget", "非目标", "误推送", "错推", "目标错误")
_TIMES: Final = ("injected_at", "detected_at", "stopped_at", "recovered_at")


@check("miit-2021-103/3.1", "gb-44496-2024/4.4.4", title_zh="升级应急预案经过误推送演练", since="0.2")
def emergency_plan_was_exercised(
    exercises: list[Exercise],
    documents: list[CapabilityDocument] | None,
    day: date,
    *,
    months: Annotated[float, Limit("months", "gb-44496-2024/4.4.4", "P")] = 12.0,
) -> Iterator[Finding]:
    """A drill of the approved plan within the last `months` sent a package to a wrong car: it was seen, pushing stopped, no car was left changed.

    Why:
        Whoever stops a wrong push for the first time in earnest will be late.

    为什么:
        第一次真正叫停误推送的人，必然为时已晚。

    How it decides:
        1. The plan is a document of the emergency capability in force on the day; none: breach; without a day of approval: gap.
        2. Take the drills whose scenario is a wrong target; none: gap. At least one must hold, and none that was held after
           it may have failed.
        3. A drill before the plan that it names was approved, in its version in force, of no known plan, or older than `months`: it does not count: gap; in the future: gap.
        4. Detected, and pushing stopped: either missing: breach. Times out of order: breach; an unreadable or missing time of the beginning: gap.
        5. A wrong car executed the package and nothing tells that it was recovered: breach; executed is not told: gap; executed and recovered,
           or not executed: ok.

    Inconclusive:
        No drill of this kind, one that is too old or of another plan, times or answers that are missing.

    Not covered:
        How fast is fast enough: no number is set, the times are reported. Other incidents than a wrong target.

    未覆盖:
        多快才算及时：没有规定数值，仅报告时间；误推送以外的事故情形。

    Args:
        exercises: Drills.
        documents: Documents of the management capability.
        day: Day as of which is assessed.
        months: Oldest drill that counts, months; our proposal.

    References:
        GB 44496-2024 4.4.4; ota-and-recorders.md 1.2.
    """
    # (1) the plan
    plans = [
        d for d in documents or () if d.capability == "emergency" and d.form == "document" and not (d.valid_until and d.valid_until < day)
    ]
    if not plans:
        yield breach("没有现行的升级应急预案", "no emergency plan is in force", plans=0)
    for plan in plans:
        if plan.approved_on is None:
            yield gap("应急预案没有批准日期", "the plan has no day of approval", at=plan.origin, plan=plan.id)
        elif plan.approved_on > day:
            yield gap("应急预案在评估日之后批准", "the plan is approved after the day of assessment", at=plan.origin, plan=plan.id)
    # (2) the drills
    wrong = [e for e in exercises if any(w in bare(e.scenario or "") for w in _WRONG_TARGET)]
    if not wrong:
        yield gap("没有误推送场景的演练", "no drill with a wrong target", exercises=len(exercises))
        return
    found = [(e.injected_at, _judged(e, plans, day, months)) for e in wrong]
    good = [(at, f) for at, f in found if f.kind == "ok" and at]
    if not good:
        yield from (f for _, f in found)
        return
    # a failed drill that was repeated well does not fail; one that failed after it does
    yield good[0][1]
    last = max(at for at, _ in good)
    yield from (f for at, f in found if f.kind == "breach" and at and at > last)


def _judged(drill: Exercise, plans: list[CapabilityDocument], day: date, months: float) -> Finding:
    facts: dict[str, Any] = {"at": drill.origin, "drill": drill.id, "plan": drill.plan}
    named = [p for p in plans if drill.plan and bare(p.id) == bare(drill.plan)]
    current = [p for p in named if p.approved_on and p.approved_on <= day]
    plan = max(current or named, key=lambda p: str(p.approved_on or ""), default=None)
    # (3) whether it counts
    if drill.injected_at is None:
        return gap("演练的开始时间缺失或无法识别", "the beginning of the drill is missing or unreadable", **facts)
    begun = drill.injected_at.astimezone(CHINA).date()
    if plan is None or plan.approved_on is None:
        return gap("演练所依据的预案不在现行文件中", "the plan of the drill is not among those in force", **facts)
    if begun < plan.approved_on:
        return gap("演练早于预案批准", "the drill was held before the plan was approved", **facts, limit=str(plan.approved_on))
    if begun > day or _months(begun, day) > months:
        return gap(
            "演练在未来或已过期", "the drill lies in the future or is too old", **facts, measured=str(begun), limit=months, unit="months"
        )
    # (4) seen and stopped, in order
    if drill.origin.problems:
        return gap("演练记录有无法识别的内容", "the record of the drill has cells that cannot be read", **facts)
    if drill.detected_at is None or drill.stopped_at is None:
        return breach("演练中未发现或未停止推送", "the wrong push was not seen or not stopped", **facts)
    times = [at for n in _TIMES if (at := getattr(drill, n)) is not None]
    if times != sorted(times) or (drill.notified_at is not None and drill.notified_at < drill.injected_at):
        return breach("演练的时间先后颠倒", "the times of the drill are out of order", **facts)
    # (5) the wrong car
    stopped_s = (drill.stopped_at - drill.injected_at).total_seconds()
    if drill.executed_on_wrong is None:
        return gap("非目标车辆是否执行未记录", "whether a wrong car executed it is not recorded", **facts)
    if drill.executed_on_wrong and drill.recovered_at is None:
        return breach("非目标车辆已执行且未恢复", "a wrong car executed it and was not recovered", **facts)
    return ok("误推送被发现并停止", "the wrong push was seen and stopped", **facts, measured=stopped_s, unit="s")


def _months(start: date, end: date) -> float:
    """Return whole months between two days; a part of a month counts as a whole one."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    return whole + (1 if end.day > start.day else 0)


_DAY: Final = date(2026, 6, 1)
_Inputs = tuple[list[Exercise], list[CapabilityDocument], date]


def _inputs(approved: str = "2026-01-10", **changed: object) -> _Inputs:
    plain = {
        "id": "E-1", "plan": "P-1", "scenario": "推送至非目标车辆", "injected_at": "2026-02-01 10:00", "detected_at": "2026-02-01 10:03",
        "stopped_at": "2026-02-01 10:07", "recovered_at": "2026-02-01 11:00", "executed_on_wrong": "否",
    }  # fmt: skip
    plan = {"id": "P-1", "capability": "应急预案", "form": "文件", "approved_on": approved}
    return [Exercise.model_validate(plain | changed)], [CapabilityDocument.model_validate(plan)], _DAY


@emergency_plan_was_exercised.example(Verdict.PASS)
def stopped_after_seven_minutes() -> _Inputs:
    """Seen after three minutes, stopped after seven."""
    return _inputs()


@emergency_plan_was_exercised.example(Verdict.FAIL)
def never_stopped() -> _Inputs:
    """Seen, and pushed on."""
    return _inputs(stopped_at="", recovered_at="")


@emergency_plan_was_exercised.example(Verdict.FAIL)
def wrong_car_left_changed() -> _Inputs:
    """A wrong car executed it, and nobody restored it."""
    return _inputs(executed_on_wrong="是", recovered_at="")


@emergency_plan_was_exercised.example(Verdict.INCONCLUSIVE)
def drilled_before_the_plan() -> _Inputs:
    """The plan was approved a day after the drill."""
    return _inputs("2026-02-02")
