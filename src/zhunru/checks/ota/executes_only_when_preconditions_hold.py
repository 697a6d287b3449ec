"""An update is executed only when all declared preconditions hold."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.formulas.written_names import bare
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_precondition import UpdatePrecondition
from zhunru.tables.execution_span import ExecutionSpan, spans_of
from zhunru.tables.vehicle_condition import VehicleCondition, condition_table, quantity_steps


@check("miit-2021-103/3.4", "gb-44496-2024/5.2.3", "gb-44496-2024/6.7", title_zh="前提条件全部满足才执行升级", since="0.2")
def executes_only_when_preconditions_hold(
    preconditions: list[UpdatePrecondition],
    cases: list[UpdateCase] | None,
    spans: ExecutionSpan | None,
    condition: VehicleCondition | None,
) -> Iterator[Finding]:
    """With every condition met the update is executed, with any single one violated it is not, and no capture shows another start.

    Why:
        A car that begins to erase a controller while it rolls, without its parking brake, or with a low battery is a danger or a wreck.

    为什么:
        车辆未停稳、未驻车或电量不足就开始刷写，轻则瘫痪，重则危及安全。

    How it decides:
        1. Take the conditions of each activity that hold at the start (`scope` empty, start or both). One without quantity or value, or a second
           condition of the same number: gap. None: gap.
        2. The matrix of n + 1 runs of 6.7 with that activity: a run without stimulus is executed: ok, not executed: breach; none: gap.
        3. For each condition a run with only that one as stimulus: not executed: ok, executed: breach, not recorded: gap; no such run: gap.
        4. A run of 6.7 with several conditions, an unknown one, or an unknown activity: breach when several known ones were violated and it was
           executed, else gap.
        5. In captures, at the last sample before the start of each execution and at its first sample: a predicate that is false at both: breach;
           true at both: ok; unknown, or a change between the two: gap. Which activity a capture shows is told by the log, or it is the only one.

    Inconclusive:
        Rows of the matrix are missing; a predicate, quantity or unit cannot be understood; signals are stale, invalid or not mapped; the
        start was not seen.

    Not covered:
        Whether the declared list is long enough: that is a matter of review. Conditions of which the captures hold no signal rest on the runs.

    未覆盖:
        所声明的条件是否充分，须人工评审；数据中没有对应信号的条件，以试验为依据。

    Args:
        preconditions: Declared conditions.
        cases: Test runs.
        spans: Executions that captures show.
        condition: Quantities of the vehicle in these captures.

    References:
        GB 44496-2024 5.2.3, 6.7; ota-and-recorders.md 1.4, 1.8.
    """
    # (1) the conditions of each activity
    groups: dict[str, list[UpdatePrecondition]] = {}
    for row in preconditions:
        if row.scope in {None, "start", "both"}:
            groups.setdefault(bare(row.campaign), []).append(row)
    if not groups:
        yield gap("没有声明执行前提条件", "no condition for the start is declared", rows=len(preconditions))
    runs = [c for c in cases or () if bare(c.case) == "6.7"]
    for name in sorted(groups):
        yield from _matrix(groups[name], [c for c in runs if bare(c.campaign or "") == name or (not c.campaign and len(groups) == 1)])
    for case in runs:
        if (case.campaign and bare(case.campaign) not in groups) or (not case.campaign and len(groups) > 1):
            yield gap("试验对应的活动没有声明前提条件", "the activity of the run has no declared conditions", at=case.origin, run=case.run)
    if spans is not None and condition is not None and groups:
        yield from _captured(groups, spans, condition)


def _matrix(conditions: list[UpdatePrecondition], runs: list[UpdateCase]) -> Iterator[Finding]:
    known = {bare(c.id): c for c in conditions}
    if len(known) < len(conditions):
        yield gap("前提条件编号重复", "two conditions bear one number", at=conditions[0].origin, campaign=conditions[0].campaign)
    for row in (r for r in conditions if not r.quantity or not r.value):
        yield gap(
            "条件缺少条件量或门限值", "the condition has no quantity or no value", at=row.origin, campaign=row.campaign, condition=row.id
        )
    seen = dict.fromkeys(["", *known], False)
    for run in runs:
        words = [b for w in (run.stimulus or "").replace("；", ";").replace("、", ";").replace(",", ";").split(";") if (b := bare(w))]
        facts: dict[str, Any] = {"at": run.origin, "run": run.run, "violated": run.stimulus}
        if any(w not in known for w in words):
            yield gap("试验所违反的条件未声明", "the violated condition of the run is not declared", **facts)
        elif run.executed is None:
            yield gap("试验未记录是否执行", "whether it was executed is not recorded", **facts)
        elif words and run.executed:  # (3), and (4) several at once
            seen[words[0]] = True
            yield breach("条件不满足仍执行", "executed although a condition was violated", **facts)
        elif not words and not run.executed:  # (2)
            yield breach("条件全部满足而未执行", "not executed although all conditions held", **facts)
        elif len(words) > 1:  # (4)
            yield gap("一次试验违反了多个条件", "several conditions were violated in one run", **facts)
        else:
            seen[words[0] if words else ""] = True
            yield ok("执行与否与条件一致", "executed or not as the conditions ask", **facts)
    for number, row in known.items():
        if not seen[number]:
            yield gap(
                "没有只违反该条件的试验", "no run violates only this condition", at=row.origin, campaign=row.campaign, condition=row.id
            )
    if all(r.stimulus for r in runs):
        yield gap("没有条件全部满足的试验", "no run with all conditions met", at=conditions[0].origin, campaign=conditions[0].campaign)


def _captured(groups: dict[str, list[UpdatePrecondition]], spans: ExecutionSpan, condition: VehicleCondition) -> Iterator[Finding]:
    # (5) the predicates at the start
    logs = {str(source): part for (source,), part in condition.collect().partition_by("source", as_dict=True).items()}
    for span in spans.collect().sort("source", "t_start_ns").iter_rows(named=True):
        place: dict[str, Any] = {"source": span["source"], "t_ns": span["t_start_ns"]}
        name = bare(span["campaign"] or "") or (next(iter(groups)) if len(groups) == 1 else "")
        if span["seen_by"] == "unknown":
            yield gap("数据中看不出升级何时执行", "the capture does not tell when the update was executed", **place)
        elif name not in groups:
            yield gap("数据中的升级对应哪个活动不明", "which activity the capture shows is not known", **place, campaign=span["campaign"])
        else:
            for row in groups[name]:
                if row.quantity in set(logs[span["source"]]["quantity"]):
                    yield _predicate(row, logs[span["source"]], span, place)


def _predicate(row: UpdatePrecondition, log: Any, span: dict[str, Any], place: dict[str, Any]) -> Finding:
    holds = quantity_steps(log, row.quantity or "", row.operator, row.value or "", row.unit)
    before = span["t_before_ns"]
    both = [int(v) for v in holds.at([before, span["t_start_ns"]])] if before is not None else [UNKNOWN]
    facts = place | {"condition": row.id, "quantity": row.quantity}
    if all(v == YES for v in both):
        return ok("开始执行时条件成立", "the condition holds at the start", **facts)
    if all(v == NO for v in both):
        return breach("开始执行时条件不成立", "the condition does not hold at the start", **facts, limit=row.value, unit=row.unit or "")
    return gap("开始执行时条件是否成立不明", "whether the condition holds at the start is not known", **facts)


_Inputs = tuple[list[UpdatePrecondition], list[UpdateCase], ExecutionSpan | None, VehicleCondition | None]


def _declared() -> list[UpdatePrecondition]:
    rows: list[dict[str, object]] = [
        {"id": "C1", "quantity": "speed", "operator": "<=", "value": "0", "unit": "km/h"},
        {"id": "C2", "quantity": "gear", "operator": "=", "value": "P"},
        {"id": "C3", "quantity": "park_brake", "operator": "=", "value": "是"},
    ]
    return [UpdatePrecondition.model_validate({"campaign": "U-1"} | row) for row in rows]


def _runs(*rows: tuple[str, str]) -> list[UpdateCase]:
    return [
        UpdateCase.model_validate({"case": "6.7", "run": f"R{k}", "campaign": "U-1", "stimulus": s, "executed": e})
        for k, (s, e) in enumerate(rows)
    ]


_WHOLE = (("", "是"), ("C1", "否"), ("C2", "否"), ("C3", "否"))


def _drive(gear: str) -> tuple[ExecutionSpan, VehicleCondition]:
    rows: dict[str, Any] = {
        "update_active": [(0.0, 0.0), (10.0, 1.0), (20.0, 0.0)], "speed": [(0.0, 5.0), (3.0, 0.0)], "gear": [(0.0, gear)],
        "park_brake": [(0.0, 1.0)],
    }  # fmt: skip
    table = condition_table("drive.log", **rows)
    return spans_of(table, "U-1"), table


@executes_only_when_preconditions_hold.example(Verdict.PASS)
def whole_matrix_and_a_capture() -> _Inputs:
    """Four runs for three conditions, and a capture that agrees."""
    return _declared(), _runs(*_WHOLE), *_drive("P")


@executes_only_when_preconditions_hold.example(Verdict.PASS)
def whole_matrix_alone() -> _Inputs:
    """Four runs for three conditions."""
    return _declared(), _runs(*_WHOLE), None, None


@executes_only_when_preconditions_hold.example(Verdict.FAIL)
def executes_without_the_brake() -> _Inputs:
    """The run that violates only C3 was executed."""
    return _declared(), _runs(*_WHOLE[:3], ("C3", "是")), None, None


@executes_only_when_preconditions_hold.example(Verdict.FAIL)
def starts_in_gear() -> _Inputs:
    """The matrix is whole, but the capture shows a start in D."""
    return _declared(), _runs(*_WHOLE), *_drive("D")


@executes_only_when_preconditions_hold.example(Verdict.INCONCLUSIVE)
def a_row_is_missing() -> _Inputs:
    """C2 was never violated alone."""
    return _declared(), _runs(_WHOLE[0], _WHOLE[1], _WHOLE[3], ("C2;C3", "否")), None, None
