"""Times at which a capture holds the execution of an update, and which one it is."""

from typing import Annotated, Any

import polars as pl

from zhunru.core.step import Limit, derive
from zhunru.core.table import Table, col
from zhunru.formulas.three_valued import NEVER, UNKNOWN, YES, runs
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, nanoseconds, update_runs
from zhunru.tables.vehicle_condition import VehicleCondition, quantity_steps


class ExecutionSpan(Table):
    """One execution inside one capture: from the bus where `update_active` is mapped, else from the event log.

    Between `t_start_ns` and `t_end_ns` it certainly goes on; it began after `t_before_ns`.
    """

    t_start_ns = col(pl.Int64, "first sample at which it certainly goes on", "开始")
    t_before_ns = col(pl.Int64, "last sample at which it certainly had not begun; null = the start was not seen", "开始前样本")
    t_end_ns = col(pl.Int64, "last sample at which it certainly goes on", "结束")
    ended = col(pl.Boolean, "its end was seen; false = the log pauses or ends before", "已见结束")
    seen_by = col(pl.String, "bus = signal `update_active`; log = event log; unknown = the signal is mapped and does not tell", "依据")
    campaign = col(pl.String, "update activity of the event log at that time; null = none, or more than one", "活动编号")
    vin = col(pl.String, "vehicle of that log", "车辆")
    run = col(pl.String, "run of that log", "试验序号")


@derive
def execution_spans(
    condition: VehicleCondition,
    events: list[UpdateEvent] | None,
    *,
    clock_s: Annotated[float, Limit("s", "gb-44496-2024/6.7", "P")] = 5.0,
) -> ExecutionSpan:
    """Find the executions in each capture.

    A display or back-end log keeps seconds, and its clock is not that of the bus: a start is taken for that of the bus when both
    lie within `clock_s` of each other; where `update_active` is not mapped, the log tells, and `clock_s` is taken off at both ends. A
    capture of which neither tells an execution has none.

    Args:
        condition: What the bus says.
        events: What display, vehicle or back end logged.
        clock_s: Distance that the clocks of log and bus may have, seconds.
    """
    slack = round(clock_s * 1e9)
    logged = [(run, s, e) for run in update_runs(events or []) for s, e in run.executions()]
    rows: list[dict[str, Any]] = []
    for (source,), part in sorted(condition.collect().partition_by("source", as_dict=True).items()):
        first, last = part.select(pl.col("t_ns").min().alias("a"), pl.col("t_ns").max().alias("b")).row(0)
        if "update_active" in part["quantity"]:
            found = [r | _named(logged, r, slack) for r in _from_bus(part, int(last))]
        else:
            found = [r for run, s, e in logged if (r := _from_log(run, s, e, slack, int(first), int(last)))]
        rows += [dict.fromkeys(ExecutionSpan.schema()) | r | {"source": source} for r in found]
    return ExecutionSpan(pl.DataFrame(rows, schema=ExecutionSpan.schema()))


def _from_bus(part: pl.DataFrame, last: int) -> list[dict[str, Any]]:
    active = quantity_steps(part, "update_active", "=", "1")
    rows: list[dict[str, Any]] = []
    for start, until, _, place, following in runs(active, YES, last):
        before = int(active.before_ns[place]) if place and active.value[place - 1] != UNKNOWN else NEVER
        seen = None if before == NEVER else before
        rows.append({"t_start_ns": start, "t_before_ns": seen, "t_end_ns": until, "ended": following != UNKNOWN, "seen_by": "bus"})
    doubts = [r for r in runs(active, UNKNOWN, last) if r.place + 1 < active.t_ns.size]  # behind the last sample nothing is asked
    if not rows and doubts:
        rows.append(
            {"t_start_ns": doubts[0].start_ns, "t_before_ns": None, "t_end_ns": doubts[-1].end_ns, "ended": False, "seen_by": "unknown"}
        )
    return rows


def _named(logged: list[tuple[UpdateRun, UpdateEvent, UpdateEvent | None]], row: dict[str, Any], slack: int) -> dict[str, Any]:
    low = (row["t_start_ns"] if row["t_before_ns"] is None else row["t_before_ns"]) - slack
    near = {(r.campaign, r.vin, r.run) for r, s, _ in logged if low <= nanoseconds(s.at) <= row["t_start_ns"] + slack}
    campaign, vin, run = near.pop() if len(near) == 1 else (None, None, None)
    return {"campaign": campaign, "vin": vin, "run": run}


def _from_log(run: UpdateRun, start: UpdateEvent, end: UpdateEvent | None, slack: int, first: int, last: int) -> dict[str, Any] | None:
    """Return the part of a logged execution that certainly lies in a capture; None when none does."""
    began, until = nanoseconds(start.at), last if end is None else nanoseconds(end.at)
    sure_start, sure_end = max(began + slack, first), min(until - slack, last) if end else last
    if sure_start > sure_end:
        return None
    before = began - slack if began - slack >= first else None
    ended = end is not None and until + slack <= last
    plain = {"t_start_ns": sure_start, "t_before_ns": before, "t_end_ns": sure_end, "ended": ended, "seen_by": "log"}
    return plain | {"campaign": run.campaign, "vin": run.vin, "run": run.run}


def spans_of(condition: VehicleCondition, campaign: str | None = None) -> ExecutionSpan:
    """Return the executions that the bus of a table shows, as those of one activity; good for examples."""
    found = execution_spans(condition, None).collect()
    return ExecutionSpan(found.with_columns(pl.lit(campaign, pl.String).alias("campaign")))
