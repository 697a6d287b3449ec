"""The receiver updates at least once a second, without long gaps."""

from collections.abc import Iterator
from typing import Annotated

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.tables.gnss_fix import GnssFix

NS = 10**9


@check("miit-2021-103/8.2", "jt-t-794-2019/6.2", title_zh="定位输出每秒至少更新一次且无长时间中断", since="0.1")
def updates_every_second(
    fix: GnssFix,
    *,
    interval_s: Annotated[float, Limit("s", source="jt-t-794-2019/6.2", basis="C")] = 1.0,
    jitter_s: Annotated[float, Limit("s", source="miit-2021-103/8.2", basis="P")] = 0.05,
    longest_s: Annotated[float, Limit("s", source="miit-2021-103/8.2", basis="P")] = 3.0,
    late_ratio: Annotated[float, Limit("1", source="miit-2021-103/8.2", basis="P")] = 0.05,
    least_count: Annotated[int, Limit("epochs", source="miit-2021-103/8.2", basis="P")] = 60,
) -> Iterator[Finding]:
    """Epochs of every receiver log follow each other within `interval_s`, and no pause exceeds `longest_s`.

    Why:
        Systems that rely on position need it fresh; 1 Hz is the floor that a terminal of road transport must keep.

    为什么:
        依赖位置的系统需要及时更新；1 Hz 是道路运输车载终端的最低要求。

    How it decides:
        1. Log by log, take the steps of receiver time between successive epochs that say a time; steps back or of zero are left to the check of time order.
        2. Fewer than `least_count` epochs: gap.
        3. Median step above `interval_s` + `jitter_s`: breach.
        4. Otherwise, steps above that, pauses aside, that fill more than `late_ratio` of the time: breach.
        5. Each step above `longest_s`, a pause: breach.
        6. None of them: ok.

    Inconclusive:
        The log is too short, or says no time.

    Not covered:
        Latency of the output; whether a pause is due to the receiver or to the logger. A log thinned by its logger fails.

    未覆盖:
        输出时延；中断来自接收机还是记录设备。被记录设备抽稀的日志不会通过。

    Args:
        fix: Epochs.
        interval_s: Longest regular step.
        jitter_s: Scatter of the time stamps.
        longest_s: Longest pause.
        late_ratio: Share of the time that late steps may fill.
        least_count: Epochs from which a log is long enough.

    References:
        103号 (八); JT/T 794-2019 6.2 (1 Hz or more).
    """
    # (1) steps in the order of the log
    timed = fix.frame.filter(pl.col("t_ns").is_not_null()).sort("source", "sentence_no")
    steps = timed.select("source", "t_ns", step=pl.col("t_ns").diff().over("source"))
    step, regular = pl.col("step"), (interval_s + jitter_s) * NS
    forward = step.filter(step > 0)
    logs = steps.group_by("source").agg(
        epochs=pl.len(),
        median=forward.median(),
        late=step.filter((step > regular) & (step <= longest_s * NS)).sum() / forward.sum(),
        pauses=(step > longest_s * NS).sum(),
    )
    long = steps.filter(step > longest_s * NS)
    rows = logs.sort("source").collect()
    for source, epochs, median, late, pauses in rows.iter_rows():
        # (2) long enough
        if epochs < least_count or median is None:
            yield gap("日志过短", "the log is too short", source=source, measured=epochs, limit=least_count, unit="epochs")
            continue
        usual = {"source": source, "measured": median / NS, "limit": interval_s, "unit": "s", "epochs": epochs}
        # (3) the regular step
        if median > regular:
            yield breach("更新间隔过长", "the receiver updates too slowly", **usual)
        # (4) late ones between regular ones
        elif late > late_ratio:
            yield breach(
                "过多时间没有按时更新",
                "too much of the time is without updates in time",
                source=source,
                measured=late,
                limit=late_ratio,
                unit="1",
            )
        # (6) none of them
        elif not pauses:
            yield ok("更新及时且无中断", "updates in time, without pause", **usual)
    # (5) pauses
    for source, t_ns, pause in long.sort("source", "t_ns").collect().iter_rows():
        yield breach("输出中断", "the output pauses", source=source, t_ns=t_ns - pause, measured=pause / NS, limit=longest_s, unit="s")
    if rows.is_empty():
        yield gap("没有带时间的历元", "no epoch says a time")


def _log(*seconds: float) -> GnssFix:
    return GnssFix.rows(*({"sentence_no": i + 1, "t_ns": round(s * NS)} for i, s in enumerate(seconds)), source="drive.nmea")


@updates_every_second.example(Verdict.PASS)
def once_a_second() -> GnssFix:
    """A minute at 1 Hz."""
    return _log(*range(61))


@updates_every_second.example(Verdict.FAIL)
def every_other_second() -> GnssFix:
    """Two minutes at 0.5 Hz."""
    return _log(*range(0, 122, 2))


@updates_every_second.example(Verdict.FAIL)
def two_of_four_seconds() -> GnssFix:
    """Steps of one and three seconds in turn: half of the steps are right, and yet it is 0.5 Hz."""
    return _log(*(start + s for start in range(0, 240, 4) for s in (0, 1)))


@updates_every_second.example(Verdict.FAIL)
def pause_of_ten_seconds() -> GnssFix:
    """1 Hz, with one pause."""
    return _log(*range(40), *range(50, 90))


@updates_every_second.example(Verdict.INCONCLUSIVE)
def ten_seconds_only() -> GnssFix:
    """Too short to tell."""
    return _log(*range(10))
