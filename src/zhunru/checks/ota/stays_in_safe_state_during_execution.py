"""The vehicle stays in the declared safe state while an update is executed."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, UNKNOWN, first
from zhunru.formulas.written_names import bare
from zhunru.records.update_precondition import UpdatePrecondition
from zhunru.tables.execution_span import ExecutionSpan, spans_of
from zhunru.tables.vehicle_condition import VehicleCondition, condition_table, quantity_steps


@check("miit-2021-103/3.4", "gb-44496-2024/5.2.5", title_zh="升级执行期间车辆始终处于声明的安全状态", since="0.2")
def stays_in_safe_state_during_execution(
    spans: ExecutionSpan, condition: VehicleCondition, preconditions: list[UpdatePrecondition]
) -> Iterator[Finding]:
    """No sample of an execution lies outside the safe state that the maker declared for it.

    Why:
        The opinion asks for a safe state during the update: what held at the start must not be lost while controllers are out of service.

    为什么:
        意见要求升级期间车辆处于安全状态：开始时成立的条件，不得在控制器停用期间失去。

    How it decides:
        1. The safe state is all declared conditions whose `scope` is execution or both, of the activity that the capture shows, or of the only
           one. None: gap.
        2. From the first to the last sample of each execution each predicate must hold: any sample at which it does not: breach.
        3. Any stretch in which it is not known (no frame, invalid value, no mapping, unit): gap.
        4. The end of the execution was not seen, or nothing tells when it was executed: gap. Otherwise ok per predicate.
        5. No execution: gap.

    Inconclusive:
        No declared safe state, no execution in the captures, or signals that are stale, invalid or missing.

    Not covered:
        Whether the declared predicate is really safe. Cars of which there is no capture.

    未覆盖:
        所声明的状态是否真正安全；没有采集数据的车辆。

    Args:
        spans: Executions that captures show.
        condition: Quantities of the vehicle in these captures.
        preconditions: Declared conditions.

    References:
        103号 (三), second demand; GB 44496-2024 5.2.5; ota-and-recorders.md 0.2.
    """
    # (1) the declared state
    groups: dict[str, list[UpdatePrecondition]] = {}
    for row in preconditions:
        if row.scope in {"execution", "both"}:
            groups.setdefault(bare(row.campaign), []).append(row)
    if not groups:
        yield gap("没有声明执行期间的安全状态", "no safe state during execution is declared", rows=len(preconditions))
    logs = {str(source): part for (source,), part in condition.collect().partition_by("source", as_dict=True).items()}
    found = spans.collect().sort("source", "t_start_ns").to_dicts()
    for span in found:
        place: dict[str, Any] = {"source": span["source"], "t_ns": span["t_start_ns"]}
        name = bare(span["campaign"] or "") or (next(iter(groups)) if len(groups) == 1 else "")
        if span["seen_by"] == "unknown":  # (4)
            yield gap("数据中看不出升级何时执行", "the capture does not tell when the update was executed", **place)
        elif name not in groups:
            yield gap("该次执行没有对应的安全状态声明", "no safe state is declared for this execution", **place, campaign=span["campaign"])
        else:
            for row in groups[name]:
                yield _judged(row, logs[span["source"]], span)
            if not span["ended"]:
                yield gap("数据在执行结束前中断", "the capture pauses or ends before the execution does", **place)
    # (5) nothing
    if not found:
        yield gap("数据中没有升级执行", "no execution is in the captures")


def _judged(row: UpdatePrecondition, log: Any, span: dict[str, Any]) -> Finding:
    holds = quantity_steps(log, row.quantity or "", row.operator, row.value or "", row.unit)
    start, end = span["t_start_ns"], span["t_end_ns"]
    facts: dict[str, Any] = {
        "source": span["source"],
        "condition": row.id,
        "quantity": row.quantity,
        "limit": row.value,
        "unit": row.unit or "",
    }
    # (2) outside
    left = first(holds, start, end, NO)
    if left is not None:
        return breach("执行期间离开安全状态", "outside the safe state during execution", **facts, t_ns=left)
    # (3) unknown; the first nanosecond behind the last sample belongs to the pause
    lost = first(holds, start, end, UNKNOWN)
    if lost is not None:
        return gap("执行期间是否处于安全状态不明", "whether the safe state held is not known", **facts, t_ns=lost)
    return ok("执行期间处于安全状态", "in the safe state all the while", **facts, t_ns=start)


_Inputs = tuple[ExecutionSpan, VehicleCondition, list[UpdatePrecondition]]


def _inputs(park_brake: list[tuple[float, float | None]], scope: str = "执行期间", active: bool = True) -> _Inputs:
    rows: dict[str, Any] = {"park_brake": park_brake}
    if active:
        rows["update_active"] = [(0.0, 0.0), (10.0, 1.0), (20.0, 0.0)]
    table = condition_table("drive.log", **rows)
    row = {"campaign": "U-1", "id": "S1", "quantity": "park_brake", "operator": "=", "value": "是", "scope": scope}
    return spans_of(table, "U-1"), table, [UpdatePrecondition.model_validate(row)]


@stays_in_safe_state_during_execution.example(Verdict.PASS)
def brake_on_throughout() -> _Inputs:
    """The brake is released only after the end."""
    return _inputs([(0.0, 1.0), (21.0, 0.0)])


@stays_in_safe_state_during_execution.example(Verdict.FAIL)
def brake_released_in_between() -> _Inputs:
    """Released for a second."""
    return _inputs([(0.0, 1.0), (14.0, 0.0), (15.0, 1.0)])


@stays_in_safe_state_during_execution.example(Verdict.INCONCLUSIVE)
def signal_lost_in_between() -> _Inputs:
    """No frame for two seconds."""
    return _inputs([(0.0, 1.0), (14.0, None), (16.0, 1.0)])


@stays_in_safe_state_during_execution.example(Verdict.INCONCLUSIVE)
def no_safe_state_declared() -> _Inputs:
    """Only a condition for the start."""
    return _inputs([(0.0, 1.0)], "执行前")
