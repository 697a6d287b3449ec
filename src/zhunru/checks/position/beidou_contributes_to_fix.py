"""BeiDou satellites contribute to the fix."""

from collections.abc import Iterator
from typing import Annotated, Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.tables.satellite_use import SatelliteUse


@check("miit-2021-103/8.3", title_zh="北斗卫星参与定位解算", since="0.1")
def beidou_contributes_to_fix(
    use: SatelliteUse,
    *,
    used_count: Annotated[int, Limit("satellites", source="miit-2021-103/8.3", basis="P")] = 4,
    least_count: Annotated[int, Limit("epochs", source="miit-2021-103/8.3", basis="P")] = 60,
) -> Iterator[Finding]:
    """BeiDou satellites are tracked and used in the fixes of every receiver log, typically `used_count` of them or more.

    Why:
        A receiver can list BeiDou satellites without using any. A product declared to receive BeiDou is to show that they enter the solution.

    为什么:
        接收机可以列出北斗卫星却不使用。声明接收北斗的产品，应证明北斗卫星确实进入了定位解算。

    How it decides:
        1. Log by log, take the epochs with a satellite fix; none: gap.
        2. Of these keep the epochs whose GSA sentences tell which satellites are used; fewer than `least_count`: gap.
        3. No BeiDou satellite used in any of them: breach when none was tracked either, or when a GSA sentence for BeiDou says that none is
           used; gap when the log does not tell to which system the used satellites belong.
        4. The median number of used BeiDou satellites reaches `used_count`: ok; it is lower: gap, for the log does not tell how much sky was open.

    Inconclusive:
        No fix, no GSA, too short a log, systems of satellites not told, or fewer satellites than expected under an open sky.

    Not covered:
        A fix from BeiDou alone, signals used (B1I, B1C, B2a), and whether the receiver tells the truth about itself.

    未覆盖:
        仅用北斗定位、所用信号（B1I、B1C、B2a），以及接收机自述是否属实。

    Args:
        use: Satellites by system and epoch.
        used_count: Satellites that give a fix of their own.
        least_count: Epochs from which a log is long enough.

    References:
        103号 (八); NMEA 0183 4.11, GSA system id 4, talkers GB and BD (basis G).
    """
    logs = _by_log(use)
    for row in logs.iter_rows(named=True):
        where = {"source": row["source"], "t_ns": row["t_ns"]}
        # (1) and (2) enough to tell
        if not row["fixes"]:
            yield gap("日志中没有有效定位", "the log has no valid fix", **where)
        elif not row["told"]:
            yield gap("日志没有 GSA 语句，不知道使用了哪些卫星", "no GSA in the log: it does not tell which satellites are used", **where)
        elif row["told"] < least_count:
            yield gap("日志过短", "the log is too short", measured=row["told"], limit=least_count, unit="epochs", **where)
        # (3) never used
        elif not row["most_used"]:
            seen = {"measured": 0, "limit": used_count, "unit": "satellites", "tracked_at_most": row["tracked"], "epochs": row["told"]}
            if row["certain"]:
                yield breach("跟踪到北斗卫星但从未参与解算", "BeiDou satellites are tracked but never used", **where, **seen)
            elif row["tracked"] or (row["guessed"] and not row["listed"]):
                yield gap(
                    "日志不能区分所用卫星属于哪个系统", "the log does not tell to which system the used satellites belong", **where, **seen
                )
            else:
                yield breach("未跟踪也未使用任何北斗卫星", "no BeiDou satellite is tracked or used", **where, **seen)
        # (4) how many
        else:
            yield _enough(row, used_count)
    if logs.is_empty():
        yield gap("没有卫星使用情况", "nothing tells of satellites")


def _enough(row: dict[str, Any], used_count: int) -> Finding:
    seen: dict[str, Any] = {"source": row["source"], "t_ns": row["t_ns"], "measured": row["median_used"], "limit": used_count}
    seen |= {"unit": "satellites", "share_ratio": row["share"], "epochs": row["told"]}
    if row["median_used"] >= used_count:
        return ok("北斗卫星参与解算", "BeiDou satellites are used in the fix", **seen)
    return gap("北斗卫星参与解算但颗数偏少，天空是否开阔不明", "BeiDou is used but by few satellites; open sky not shown", **seen)


def _by_log(use: SatelliteUse) -> pl.DataFrame:
    """Return one row per log: fixes, epochs that tell what is used, and what they say of BeiDou."""
    ours = pl.col("system") == "BDS"
    sure = pl.col("told_by").is_in(["talker", "system id"])
    epochs = use.frame.filter(pl.col("valid")).group_by("source", "sentence_no").agg(
        t_ns=pl.col("t_ns").first(),
        told=pl.col("used_count").is_not_null().any(),
        used=pl.col("used_count").filter(ours).sum(),
        tracked=pl.col("tracked_count").filter(ours).max().fill_null(0),
        certain=(ours & sure).any(),
        guessed=(pl.col("told_by") == "id range").any(),
        listed=pl.col("view_count").is_not_null().any(),
    )  # fmt: skip
    told = pl.col("told")
    logs = epochs.group_by("source").agg(
        fixes=pl.len(),
        t_ns=pl.col("t_ns").min(),
        told=told.sum(),
        most_used=pl.col("used").filter(told).max(),
        median_used=pl.col("used").filter(told).median(),
        share=(pl.col("used").filter(told) > 0).mean(),
        tracked=pl.col("tracked").max(),
        certain=(pl.col("certain") & (pl.col("tracked") > 0)).any(),
        guessed=pl.col("guessed").any(),
        listed=pl.col("listed").any(),
    )
    every = use.frame.select("source").unique()
    return every.join(logs, on="source", how="left").with_columns(pl.col("fixes").fill_null(0)).sort("source").collect()


def _log(seconds: int, *systems: tuple[str, int | None, int | None, str | None]) -> SatelliteUse:
    """Build a log in which every second says the same (system, tracked, used, told by)."""
    return SatelliteUse.rows(
        *(
            {"sentence_no": 1 + s, "t_ns": s * 10**9, "valid": True, "system": name, "view_count": tracked, "tracked_count": tracked,
             "used_count": used, "told_by": by}
            for s in range(seconds)
            for name, tracked, used, by in systems
        ),
        source="drive.nmea",
    )  # fmt: skip


@beidou_contributes_to_fix.example(Verdict.PASS)
def both_systems_used() -> SatelliteUse:
    """Seven GPS and five BeiDou satellites enter each fix."""
    return _log(60, ("GPS", 9, 7, "system id"), ("BDS", 8, 5, "system id"))


@beidou_contributes_to_fix.example(Verdict.FAIL)
def tracked_but_not_used() -> SatelliteUse:
    """The GSA of BeiDou is there and lists no satellite."""
    return _log(60, ("GPS", 9, 7, "system id"), ("BDS", 8, 0, "system id"))


@beidou_contributes_to_fix.example(Verdict.FAIL)
def gps_only() -> SatelliteUse:
    """A receiver of GPS alone."""
    return _log(60, ("GPS", 9, 7, "talker"))


@beidou_contributes_to_fix.example(Verdict.INCONCLUSIVE)
def no_gsa() -> SatelliteUse:
    """Satellites in view, but nothing tells which are used."""
    return _log(60, ("GPS", 9, None, None), ("BDS", 8, None, None))


@beidou_contributes_to_fix.example(Verdict.INCONCLUSIVE)
def combined_without_system_id() -> SatelliteUse:
    """Talker GN before NMEA 4.11: the numbers of used satellites do not tell GPS from BeiDou."""
    return _log(60, ("GPS", 9, 12, "id range"), ("BDS", 8, 0, None))
