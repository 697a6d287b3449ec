"""The car cannot be driven while an update is executed that may affect driving safety."""

from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.three_valued import NO, UNKNOWN, YES, first
from zhunru.formulas.written_names import bare
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, outcome_of, update_runs
from zhunru.tables.execution_span import ExecutionSpan, spans_of
from zhunru.tables.vehicle_condition import VehicleCondition, condition_table, quantity_steps


@check("miit-2021-103/3.4", "gb-44496-2024/5.2.6.a", "gb-44496-2024/6.10", title_zh="升级执行期间用户不能驾驶车辆", since="0.2")
def cannot_be_driven_during_execution(
    events: list[UpdateEvent],
    campaigns: list[UpdateCampaign] | None,
    spans: ExecutionSpan | None,
    condition: VehicleCondition | None,
    *,
    answer_s: Annotated[float, Limit("s", "gb-44496-2024/6.10", "P")] = 5.0,
    still_mps: Annotated[float, Limit("m/s", "gb-44496-2024/6.10", "P")] = 0.3,
) -> Iterator[Finding]:
    """Every attempt to drive during an execution is refused, and no capture shows the car ready to drive or moving meanwhile.

    Why:
        A car whose brake, steering or drive controller is being written must not move, whoever sits in it.

    为什么:
        制动、转向或驱动控制器正在刷写的车辆，无论谁坐在车内都不得移动。

    How it decides:
        1. Activities declared to be executable while driving are left to their assessment (4.5.1): gap here.
        2. Of the others, each attempt to drive that certainly lies inside an execution: a refusal within `answer_s`: ok; the log says
           that it succeeded: breach; neither, or a refusal beside a success: gap.
        3. An activity that was executed, and in none of whose runs an attempt was made: gap.
        4. In captures, between start and end: ready to drive, or faster than `still_mps`: breach. Known not to be either throughout: ok;
           where the log has one of the signals and it is unknown for a time, or nobody can tell when it was executed: gap.
        5. No execution in any log: gap.

    Inconclusive:
        No attempt, no execution or no outcome in the logs; signals that are stale or invalid.

    Not covered:
        Whether the declaration that an activity may run while driving is right. Forces from outside, e.g. towing.

    未覆盖:
        “可在行驶中执行”的声明是否正确；拖车等外力移动。

    Args:
        events: Lines of vehicle and test logs.
        campaigns: Activities.
        spans: Executions that captures show.
        condition: Quantities of the vehicle in these captures.
        answer_s: Seconds within which a refusal belongs to an attempt; our proposal.
        still_mps: Speed below which the car stands, metres per second; our proposal for sensor noise.

    References:
        GB 44496-2024 5.2.6 a, 6.10; UN R156 7.2.2.3 a.
    """
    driving = {bare(c.id) for c in campaigns or () if c.while_driving}
    begun = executed(update_runs(events))
    groups: dict[str, list[UpdateRun]] = {}
    for run in begun:
        groups.setdefault(bare(run.campaign), []).append(run)
    for name, runs in groups.items():
        if name in driving:  # (1)
            yield gap("声明可在行驶中执行：以其评估为准", "declared to be executable while driving: its assessment decides", campaign=name)
            continue
        attempts = [(r, e) for r in runs for e in r.of("drive_attempt") if r.inside(e)]
        for run, event in attempts:
            yield _attempt(run, event, answer_s)
        if not attempts:  # (3)
            yield gap("执行期间没有行驶尝试", "no attempt to drive during an execution", at=runs[0].of("start")[0].origin, campaign=name)
    if spans is not None and condition is not None:
        yield from _captured(spans, condition, driving, still_mps)
    # (5) nothing
    if not begun:
        yield gap("日志中没有升级执行", "no execution of an update is in the log", events=len(events))


def _attempt(run: UpdateRun, event: UpdateEvent, answer_s: float) -> Finding:
    # (2) what became of it
    refused = run.answer(event, "drive_refused", answer_s) is not None or outcome_of(event) == NO
    facts: dict[str, Any] = {"at": event.origin, "vin": tail(run.vin), "run": run.run}
    if outcome_of(event) == YES:
        if refused:
            return gap("同一次尝试既成功又被拒", "one attempt both succeeded and was refused", **facts)
        return breach("执行期间可以行驶", "the car could be driven during execution", **facts)
    if refused:
        return ok("行驶尝试被拒", "the attempt to drive was refused", **facts)
    return gap("行驶尝试的结果未记录", "the outcome of the attempt is not recorded", **facts)


def _captured(spans: ExecutionSpan, condition: VehicleCondition, driving: set[str], still_mps: float) -> Iterator[Finding]:
    # (4) what the bus shows
    logs = {str(source): part for (source,), part in condition.collect().partition_by("source", as_dict=True).items()}
    for span in spans.collect().sort("source", "t_start_ns").iter_rows(named=True):
        log = logs[span["source"]]
        if bare(span["campaign"] or "") in driving:
            continue
        if span["seen_by"] == "unknown":
            yield gap("数据中看不出升级何时执行", "the capture does not tell when the update was executed", source=span["source"])
            continue
        for quantity, operator, wanted in (("drive_ready", "=", "1"), ("speed", ">", str(still_mps))):
            moves = quantity_steps(log, quantity, operator, wanted, "m/s" if quantity == "speed" else None)
            facts: dict[str, Any] = {"source": span["source"], "quantity": quantity}
            seen = first(moves, span["t_start_ns"], span["t_end_ns"], YES)
            lost = first(moves, span["t_start_ns"], span["t_end_ns"], UNKNOWN)
            if seen is not None:
                yield breach("执行期间车辆可行驶或在移动", "ready to drive or moving during execution", **facts, t_ns=seen)
            elif lost is not None and quantity in log["quantity"]:
                yield gap("执行期间是否移动不明", "whether the car could move is not known for a time", **facts, t_ns=lost)
            elif lost is None:
                yield ok("执行期间不能行驶", "not drivable during execution", **facts, t_ns=span["t_start_ns"])


_Inputs = tuple[list[UpdateEvent], list[UpdateCampaign], ExecutionSpan | None, VehicleCondition | None]


def _activity(**changed: object) -> list[UpdateCampaign]:
    return [UpdateCampaign.model_validate({"id": "U-1", "while_driving": "否"} | changed)]


def _log(*lines: tuple[float, str, dict[str, object]]) -> list[UpdateEvent]:
    return event_log((0, "start", {}), *lines, (900, "end", {}), run="R1")


@cannot_be_driven_during_execution.example(Verdict.PASS)
def attempt_is_refused() -> _Inputs:
    """A second after pressing the pedal the display says no."""
    return _log((300, "drive_attempt", {}), (301, "drive_refused", {})), _activity(), None, None


@cannot_be_driven_during_execution.example(Verdict.FAIL)
def attempt_succeeds() -> _Inputs:
    """The tester drove off."""
    return _log((300, "drive_attempt", {"value": "成功"})), _activity(), None, None


@cannot_be_driven_during_execution.example(Verdict.FAIL)
def the_car_rolls_in_the_capture() -> _Inputs:
    """The attempt was refused, but the car rolls."""
    rows: dict[str, Any] = {"update_active": [(0.0, 0.0), (10.0, 1.0), (20.0, 0.0)], "speed": [(0.0, 0.0), (15.0, 0.5)]}
    table = condition_table("drive.log", **rows)
    return attempt_is_refused()[0], _activity(), spans_of(table, "U-1"), table


@cannot_be_driven_during_execution.example(Verdict.INCONCLUSIVE)
def nobody_tried() -> _Inputs:
    """An execution without any attempt."""
    return _log(), _activity(), None, None


@cannot_be_driven_during_execution.example(Verdict.INCONCLUSIVE)
def tried_before_the_start() -> _Inputs:
    """The refusal came before the execution began."""
    early: list[tuple[float, str, dict[str, object]]] = [(-9, "drive_attempt", {}), (-8, "drive_refused", {})]
    return event_log(*early, (0, "start", {}), (900, "end", {}), run="R1"), _activity(), None, None
