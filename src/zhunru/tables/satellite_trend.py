"""Satellites used over time, by system: a short series for the report."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.tables.satellite_use import SatelliteUse

SLICES = 400
"""Rows over all files."""

_NAMED = {"beidou_count": "BDS", "gps_count": "GPS", "glonass_count": "GLONASS", "galileo_count": "GALILEO"}


class SatelliteTrend(Table):
    """Mean number of satellites used in one slice of time of one log."""

    exhibit = Exhibit(
        "series",
        Text("参与定位解算的卫星数（按系统）", "Satellites used in the fix, by system"),
        "t_ns",
        (*_NAMED, "other_count"),
        "miit-2021-103/8.3",
        words={
            "beidou_count": Text("北斗", "BeiDou"),
            "gps_count": Text("GPS", "GPS"),
            "glonass_count": Text("GLONASS", "GLONASS"),
            "galileo_count": Text("Galileo", "Galileo"),
            "other_count": Text("其他", "others"),
        },
    )
    t_ns = col(pl.Int64, "first epoch of the slice, UTC", "时间")
    beidou_count = col(pl.Float64, "BeiDou satellites", "北斗")
    gps_count = col(pl.Float64, "GPS satellites", "GPS")
    glonass_count = col(pl.Float64, "GLONASS satellites", "GLONASS")
    galileo_count = col(pl.Float64, "Galileo satellites", "Galileo")
    other_count = col(pl.Float64, "satellites of all other systems", "其他")


@derive
def trend_from_use(use: SatelliteUse) -> SatelliteTrend:
    """Average the used satellites over equal slices of each log, at most `SLICES` in all."""
    told = use.frame.filter(pl.col("t_ns").is_not_null() & pl.col("used_count").is_not_null())
    used = {name: pl.col("used_count").filter(pl.col("system") == system).sum().cast(pl.Float64) for name, system in _NAMED.items()}
    other = pl.col("used_count").filter(~pl.col("system").is_in(list(_NAMED.values()))).sum().cast(pl.Float64)
    epochs = told.group_by("source", "sentence_no").agg(pl.col("t_ns").first(), other_count=other, **used)
    begin, end, logs = pl.col("t_ns").min().over("source"), pl.col("t_ns").max().over("source"), pl.col("source").n_unique()
    # A log holds floor(SLICES / logs) slices, at least one.
    each = pl.max_horizontal(pl.lit(1), SLICES // logs)
    span = end - begin + 1
    width = (span + each - 1) // each
    slices = epochs.with_columns(slice_no=(pl.col("t_ns") - begin) // width)
    means = slices.group_by("source", "slice_no").agg(pl.col("t_ns").min(), *(pl.col(n).mean() for n in (*_NAMED, "other_count")))
    return SatelliteTrend(means.sort("source", "slice_no").drop("slice_no"))
