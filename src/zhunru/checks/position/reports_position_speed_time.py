"""The receiver reports position, speed and time."""

from collections.abc import Iterator
from typing import Annotated

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.tables.gnss_fix import GnssFix
from zhunru.tables.sentence_count import SentenceCount


@check("miit-2021-103/8.2", title_zh="卫星定位有效提供位置、速度和时间", since="0.1")
def reports_position_speed_time(
    fix: GnssFix,
    counts: SentenceCount,
    *,
    available_ratio: Annotated[float, Limit("1", source="miit-2021-103/8.2", basis="P")] = 0.95,
    least_count: Annotated[int, Limit("epochs", source="miit-2021-103/8.2", basis="P")] = 60,
) -> Iterator[Finding]:
    """Position, speed and time are each given in at least the share `available_ratio` of the epochs of every receiver log.

    Why:
        Article (八) asks for all three. How often they must be there depends on the scene; the maker declares it.

    为什么:
        意见第（八）条要求三者都能有效提供；可用率与场景有关，由企业声明。

    How it decides:
        1. Log by log, count the epochs that are due: those reported, or more when the span of time at the usual step would hold more. Fewer
           than `least_count`: gap.
        2. Position: share of due epochs with a valid fix. Below `available_ratio`: breach, else ok.
        3. Speed: share of valid epochs with a speed; judged alike. The log has neither RMC nor VTG: gap, for they may be switched off.
        4. Time: share of valid epochs with date and time; judged alike. The log never tells a date and has neither RMC nor ZDA: gap.

    Inconclusive:
        The log is too short, or lacks the sentences that carry speed or date.

    Not covered:
        Accuracy: it needs a reference track. Time before the first and after the last reported epoch.

    未覆盖:
        精度（需要基准轨迹）；首个历元之前和最后历元之后的时间。

    Args:
        fix: Epochs.
        counts: Sentences by log, talker and type.
        available_ratio: Declared availability.
        least_count: Epochs from which a log is long enough.

    References:
        103号 (八).
    """
    types: dict[str, set[str]] = {}
    for source, kind in counts.frame.select("source", "type").unique().collect().iter_rows():
        types.setdefault(source, set()).add(kind)
    logs = _by_log(fix)
    for row in logs.iter_rows(named=True):
        source, valid = row["source"], row["valid"]
        # (1) epochs that are due
        due = max(row["epochs"], round(row["span"] / row["step"]) + 1) if row["step"] else row["epochs"]
        if due < least_count:
            yield gap("日志过短", "the log is too short", source=source, measured=due, limit=least_count, unit="epochs")
            continue
        limit = {"source": source, "limit": available_ratio, "unit": "1"}
        # (2) position
        if valid < available_ratio * due:
            yield breach("位置可用率不足", "position is not available often enough", measured=valid / due, due=due, valid=valid, **limit)
        else:
            yield ok("位置可用", "position is available", measured=valid / due, due=due, valid=valid, **limit)
        if not valid:
            continue
        # (3) speed
        has = types.get(source, set())
        if not row["speeds"] and not has & {"RMC", "VTG"}:
            yield gap("日志没有 RMC 和 VTG 语句，无法判断速度", "neither RMC nor VTG in the log: speed cannot be told", source=source)
        elif row["speeds"] < available_ratio * valid:
            yield breach("速度可用率不足", "speed is not available often enough", measured=row["speeds"] / valid, **limit)
        else:
            yield ok("速度可用", "speed is available", measured=row["speeds"] / valid, **limit)
        # (4) time
        if not row["times"] and not has & {"RMC", "ZDA"}:
            yield gap("日志没有 RMC 和 ZDA 语句，无法判断日期", "neither RMC nor ZDA in the log: the date cannot be told", source=source)
        elif row["times"] < available_ratio * valid:
            yield breach("时间可用率不足", "time is not available often enough", measured=row["times"] / valid, **limit)
        else:
            yield ok("时间可用", "time is available", measured=row["times"] / valid, **limit)
    if logs.is_empty():
        yield gap("没有历元", "there are no epochs")


def _by_log(fix: GnssFix) -> pl.DataFrame:
    """Return one row per log: epochs, valid ones, those of them with speed and with time, span and usual step in ns."""
    valid = pl.col("valid")
    ordered = fix.frame.sort("source", "sentence_no")
    counted = ordered.group_by("source").agg(
        epochs=pl.len(),
        valid=valid.sum().cast(pl.Int64),
        speeds=(valid & pl.col("speed_mps").is_not_null()).sum().cast(pl.Int64),
        times=(valid & pl.col("t_ns").is_not_null() & pl.col("dated")).sum().cast(pl.Int64),
    )
    timed = ordered.filter(pl.col("t_ns").is_not_null()).with_columns(step=pl.col("t_ns").diff().over("source"))
    forward = pl.col("step") > 0
    # Time that steps back or stands still is judged elsewhere; only forward time makes epochs due.
    steps = timed.group_by("source").agg(span=pl.col("step").filter(forward).sum(), step=pl.col("step").filter(forward).median())
    return counted.join(steps, on="source", how="left").sort("source").collect()


def _log(
    valid: int = 60, blind: int = 0, speed: float | None = 10.0, dated: bool = True, types: tuple[str, ...] = ("RMC", "GGA")
) -> tuple[GnssFix, SentenceCount]:
    rows = (
        {"sentence_no": s + 1, "t_ns": s * 10**9, "dated": dated, "valid": s < valid, "speed_mps": speed if s < valid else None}
        for s in range(valid + blind)
    )
    counts = ({"talker": "GN", "type": t, "seen_count": valid + blind} for t in types)
    return GnssFix.rows(*rows, source="drive.nmea"), SentenceCount.rows(*counts, source="drive.nmea")


@reports_position_speed_time.example(Verdict.PASS)
def all_three_each_second() -> tuple[GnssFix, SentenceCount]:
    """A minute of fixes with speed and date."""
    return _log()


@reports_position_speed_time.example(Verdict.FAIL)
def without_fix_for_ten_seconds() -> tuple[GnssFix, SentenceCount]:
    """Ten of seventy epochs have no fix."""
    return _log(blind=10)


@reports_position_speed_time.example(Verdict.FAIL)
def speed_left_empty() -> tuple[GnssFix, SentenceCount]:
    """RMC comes, its speed is empty."""
    return _log(speed=None)


@reports_position_speed_time.example(Verdict.INCONCLUSIVE)
def gga_alone() -> tuple[GnssFix, SentenceCount]:
    """Only GGA is logged: no speed, no date."""
    return _log(speed=None, dated=False, types=("GGA",))
