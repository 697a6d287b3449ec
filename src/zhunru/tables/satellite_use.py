"""Which satellite systems a receiver saw, tracked and used."""

import polars as pl

from zhunru.core.table import Table, col


class SatelliteUse(Table):
    """Satellites of one system in one epoch; a system appears when a sentence of the epoch speaks of it."""

    sentence_no = col(pl.Int64, "number of the first sentence of the epoch in the file, as in GnssFix", "历元首条语句序号")
    t_ns = col(pl.Int64, "time of the epoch, as in GnssFix", "时间")
    valid = col(pl.Boolean, "the epoch has a satellite fix, as in GnssFix", "定位有效")
    system = col(pl.String, "GPS, GLONASS, GALILEO, BDS, QZSS, NAVIC, SBAS or OTHER", "卫星系统")
    view_count = col(pl.Int16, "satellites listed by GSV, each once; null when the epoch has no GSV of the system", "可见卫星数")
    tracked_count = col(pl.Int16, "those of them with a carrier-to-noise ratio", "跟踪卫星数")
    used_count = col(
        pl.Int16, "satellites listed by GSA; 0 when the epoch's GSA do not list any; null when it has no GSA", "参与解算卫星数"
    )
    cno_dbhz = col(pl.Float64, "mean carrier-to-noise ratio of the tracked ones, each with its strongest signal", "平均载噪比")
    told_by = col(
        pl.String, "how the system of the used ones was told: talker, system id or id range; null when GSA does not name it", "系统判定依据"
    )
