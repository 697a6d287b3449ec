"""Receiver time runs forward."""

from collections.abc import Iterator

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.tables.gnss_fix import GnssFix

NS = 10**9


@check("miit-2021-103/8.2", title_zh="接收机时间单调递增", since="0.1")
def time_runs_forward(fix: GnssFix) -> Iterator[Finding]:
    """The time of every receiver log grows from epoch to epoch.

    Why:
        Time that stands still or steps back makes positions and recorded events impossible to order.

    为什么:
        时间停滞或倒退，位置与所记录的事件就无法排序。

    How it decides:
        1. Log by log, take the epochs that say a time, in the order of the log; fewer than two: gap.
        2. Each step back or of zero: breach. After a leap second (23:59:60) the same count of seconds may come again once.
        3. None: ok.

    Inconclusive:
        The log says fewer than two times.

    Not covered:
        Steps forward (see the check of the update rate), and whether the time is right.

    未覆盖:
        向前跳变（见更新率检查），以及时间本身是否正确。

    Args:
        fix: Epochs.

    References:
        103号 (八).
    """
    # (1) steps in the order of the log
    timed = fix.frame.filter(pl.col("t_ns").is_not_null()).sort("source", "sentence_no")
    before = pl.col("leap").fill_null(False).shift().over("source") & ~pl.col("leap").fill_null(False)
    steps = timed.select(
        "source", "sentence_no", "t_ns", step=pl.col("t_ns").diff().over("source"), floor=pl.when(before).then(-NS).otherwise(0)
    )
    # (2) back or still
    back = steps.filter(pl.col("step") <= pl.col("floor")).sort("source", "sentence_no").collect()
    for source, _, t_ns, step, _ in back.iter_rows():
        yield breach("时间停滞或倒退", "time stands still or steps back", source=source, t_ns=t_ns, measured=step / NS, limit=0.0, unit="s")
    logs = timed.group_by("source").len("epochs").sort("source").collect()
    for source, epochs in logs.iter_rows():
        if epochs < 2:
            yield gap("带时间的历元不足两个", "fewer than two epochs say a time", source=source, measured=epochs, limit=2, unit="epochs")
        # (3) none
        elif source not in back["source"]:
            yield ok("时间单调递增", "time runs forward", source=source, epochs=epochs)
    if logs.is_empty():
        yield gap("没有带时间的历元", "no epoch says a time")


def _log(*seconds: float, leap: int = -1) -> GnssFix:
    rows = ({"sentence_no": i + 1, "t_ns": round(s * NS), "leap": i == leap} for i, s in enumerate(seconds))
    return GnssFix.rows(*rows, source="drive.nmea")


@time_runs_forward.example(Verdict.PASS)
def each_second_later() -> GnssFix:
    """Plain seconds."""
    return _log(0, 1, 2, 3)


@time_runs_forward.example(Verdict.PASS)
def leap_second() -> GnssFix:
    """23:59:59, 23:59:60, 00:00:00."""
    return _log(86399, 86400, 86400, 86401, leap=1)


@time_runs_forward.example(Verdict.FAIL)
def frozen() -> GnssFix:
    """The same time twice."""
    return _log(0, 1, 1, 2)


@time_runs_forward.example(Verdict.FAIL)
def stepped_back() -> GnssFix:
    """Back by five seconds."""
    return _log(0, 10, 5, 6)


@time_runs_forward.example(Verdict.INCONCLUSIVE)
def one_epoch() -> GnssFix:
    """Nothing to compare."""
    return _log(0)
