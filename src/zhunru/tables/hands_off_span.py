"""Times at which both hands were off the wheel while the system drove, and what the system did about it."""

from typing import Annotated, Any, Final

import numpy as np
import polars as pl

from zhunru.core.step import Limit, derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.formulas.three_valued import (
    NEVER,
    NO,
    UNKNOWN,
    YES,
    Steps,
    every,
    first,
    held_until,
    joined,
    last_denied,
    nothing,
    runs,
    some,
    steps,
)
from zhunru.tables.driver_state import HANDS_STAGES, DriverState

OTHER_PROMPTS: Final = ("eyes_off_warning", "eyes_off_warning_upgraded")


class HandsOffSpan(Table):
    """One stretch during which hands off, system active and speed above the limit hold together, or may hold together.

    Times of stages: `t_X_ns` is the first sample at which stage X or a later one is on; `t_no_X_ns` the last sample up to
    which it was known to be off without interruption since the start. The true moment lies between the two.
    """

    exhibit = Exhibit(
        "spans",
        Text("脱手与提醒时间线", "Hands off and what the system did"),
        x="t_start_ns",
        y=("t_end_ns", "t_warning_ns", "t_upgraded_ns", "t_mitigation_ns"),
        clause="miit-2021-103/6.1",
        group="certainty",
        words={
            "certain": Text("确定脱手", "hands off for certain"),
            "possible": Text("可能脱手", "hands possibly off"),
            "t_start_ns": Text("开始", "start"),
            "t_end_ns": Text("结束", "end"),
            "t_warning_ns": Text("脱手提醒", "hands-off request"),
            "t_upgraded_ns": Text("升级提醒", "upgraded request"),
            "t_mitigation_ns": Text("风险减缓", "risk mitigation"),
        },
    )

    t_start_ns = col(pl.Int64, "first sample at which all conditions hold", "开始")
    t_before_ns = col(pl.Int64, "last sample at which one was known not to hold; null = the start was not seen", "开始前样本")
    t_last_ns = col(pl.Int64, "last sample at which all conditions hold", "末次样本")
    t_end_ns = col(pl.Int64, "first sample at which one does not hold any more, or is not known", "结束")
    certainty = col(pl.String, "certain = all conditions hold; possible = at least one is unknown, none fails", "确定性")
    ended_by = col(pl.String, "condition = hands back, system left or slow; unknown = the log does not tell", "结束原因")
    unknown = col(pl.String, "states unknown at the start (possible) or at the end (certain), joined by a comma", "未知状态")
    t_gaze_until_ns = col(pl.Int64, "last sample up to which gaze was confirmed without interruption; null = not at the start", "注视至")
    t_gaze_lost_ns = col(pl.Int64, "first sample at which gaze was not on the driving task; null = never seen", "视线离开")
    t_warning_ns = col(pl.Int64, "hands-off request or later stage first on; null = not seen", "脱手提醒")
    t_no_warning_ns = col(pl.Int64, "last sample of its being off since the start; null = on or unknown at the start", "尚无提醒")
    t_warning_off_ns = col(pl.Int64, "first sample at which all stages are off again while the span goes on; null = never", "提醒中断")
    t_upgraded_ns = col(pl.Int64, "upgraded request or later stage first on; null = not seen", "升级提醒")
    t_no_upgraded_ns = col(pl.Int64, "last sample of its being off since the start", "尚未升级")
    t_mitigation_ns = col(pl.Int64, "risk mitigation first on; null = not seen", "风险减缓")
    t_no_mitigation_ns = col(pl.Int64, "last sample of its being off since the start", "尚未减缓")
    other_prompt = col(pl.Boolean, "an eyes-off prompt was on during the span: the hands-off request may be delayed", "有其他提示")
    padded_count = col(pl.Int64, "frames of the log whose absent bytes were taken as zero, because a mapping says so", "补齐帧数")


@derive
def hands_off_spans(
    driver: DriverState, *, above_mps: Annotated[float, Limit("m/s", "gb-47955-draft-2025/4.8.3.2.2.1", "C")] = 10 / 3.6
) -> HandsOffSpan:
    """Find the stretches with both hands off while the system is active above 10 km/h.

    Args:
        driver: Changes of states; each log (`source`) is taken for itself.
        above_mps: Speed above which the duty holds.

    Returns:
        Certain and possible stretches, in order of logs and times.
    """
    rows: list[dict[str, Any]] = []
    for (source,), part in sorted(driver.collect().partition_by("source", as_dict=True).items()):
        states = {str(name): _steps(of, above_mps) for (name,), of in part.partition_by("state", as_dict=True).items()}
        padded = int(part.group_by("state").agg(pl.col("padded_count").max())["padded_count"].sum())
        record_end = int(part.select(pl.col("t_ns").max()).item())
        rows += [row | {"source": source, "padded_count": padded} for row in _spans(states, record_end)]
    return HandsOffSpan(pl.DataFrame(rows, schema=HandsOffSpan.schema()))


def _steps(of: pl.DataFrame, above_mps: float) -> Steps:
    """Return one state of one log; the speed becomes the state `above the limit`."""
    of = of.sort("t_ns", "t_before_ns")
    holds = pl.when(pl.col("state") == "speed").then(pl.col("speed_mps") > above_mps).otherwise(pl.col("holds"))
    value = of.select(holds.cast(pl.Int8).fill_null(UNKNOWN)).to_series().to_numpy()
    return steps(of["t_ns"].to_numpy(), value, of["t_before_ns"].fill_null(NEVER).to_numpy())


def _spans(states: dict[str, Steps], record_end: int) -> list[dict[str, Any]]:
    conditions = {"hands_on": states.get("hands_on", nothing()).negated()}
    conditions |= {name: states.get(name, nothing()) for name in ("system_active", "speed")}
    together = joined(every, list(conditions.values()))
    stages = [_stage(states, HANDS_STAGES[k:]) for k in (0, 1, 3)]
    others = joined(some, [states[s] for s in OTHER_PROMPTS if s in states])
    eyes = states.get("eyes_on", nothing())
    rows = []
    for value, certainty in ((YES, "certain"), (UNKNOWN, "possible")):
        for start, last, end, place, following in runs(together, value, record_end):
            asked = start if value == UNKNOWN else end
            before = last_denied(together, place)
            rows.append(
                {
                    "t_start_ns": start,
                    "t_before_ns": None if before == NEVER else before,
                    "t_last_ns": last,
                    "t_end_ns": end,
                    "certainty": certainty,
                    "ended_by": "unknown" if following == UNKNOWN else "condition",
                    "unknown": ",".join(n for n, c in conditions.items() if c.at([asked])[0] == UNKNOWN),
                    "t_gaze_until_ns": held_until(eyes, start, last, YES),
                    "t_gaze_lost_ns": first(eyes, start, last, NO),
                    "other_prompt": first(others, start, last, YES) is not None,
                }
                | _reactions(stages, start, last)
            )
    return sorted(rows, key=lambda row: int(row["t_start_ns"]))


def _stage(states: dict[str, Steps], names: tuple[str, ...]) -> Steps:
    """Join a stage with those above it. Where the stage itself is not mapped, others can show it on, but nothing shows it off."""
    seen = joined(some, [states[s] for s in names if s in states])
    return seen if names[0] in states else seen.doubting(NO)


def _reactions(stages: list[Steps], start: int, last: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, stage in zip(("warning", "upgraded", "mitigation"), stages, strict=True):
        found[f"t_{name}_ns"] = first(stage, start, last, YES)
        found[f"t_no_{name}_ns"] = held_until(stage, start, last, NO)
    warned = found["t_warning_ns"]
    found["t_warning_off_ns"] = None if warned is None else first(stages[0], warned, last, NO)
    return found


def stage_since(span: dict[str, Any], name: str) -> int | None:
    """Return since when stage `name` was on in a span, or may have been on; None when it was known off to the end."""
    seen, off = span[f"t_{name}_ns"], span[f"t_no_{name}_ns"]
    if seen is not None:
        return int(seen)
    if off is None:
        return int(span["t_start_ns"])
    return int(off) if off < span["t_last_ns"] else None


def spans_table(*rows: dict[str, Any], source: str = "") -> HandsOffSpan:
    """Build spans from rows with times in seconds, `t_start_ns` and the like given as `start`; good for examples.

    Every condition was denied 20 ms before the start and 20 ms after the last sample, nothing is known of gaze, and stages that
    are not given were off throughout, unless a row says otherwise.
    """
    built = []
    for row in rows:
        times = {"start": 0.0, "last": row.get("end", 0.0) - 0.02, "before": row.get("start", 0.0) - 0.02} | row
        for stage in ("warning", "upgraded", "mitigation"):
            seen = times.get(stage)
            times.setdefault(f"no_{stage}", times["last"] if seen is None else seen - 0.02)
        texts = {"certainty": "certain", "ended_by": "condition", "unknown": "", "other_prompt": False, "padded_count": 0}
        plain = {k: times.pop(k, v) for k, v in texts.items()}
        built.append(plain | {f"t_{k}_ns": None if v is None else int(np.rint(v * 1e9)) for k, v in times.items()})
    return HandsOffSpan.rows(*built, source=source)
