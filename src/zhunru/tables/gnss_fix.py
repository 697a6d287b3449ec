"""What a satellite receiver said of place, speed and time, epoch by epoch."""

import polars as pl

from zhunru.core.table import Table, col


class GnssFix(Table):
    """One epoch of a receiver log: all sentences that say the same time."""

    sentence_no = col(pl.Int64, "number of the first sentence of the epoch in the file, from 1; its order", "历元首条语句序号")
    t_ns = col(
        pl.Int64, "time as the receiver says it, UTC; null when it says none; leap second 23:59:60 = 00:00:00 of the next day", "时间"
    )
    dated = col(pl.Boolean, "the log tells the date; false: t_ns counts from the midnight before the first epoch", "有日期")
    leap = col(pl.Boolean, "the receiver said second 60", "闰秒")
    valid = col(pl.Boolean, "a satellite fix with position, which no sentence of the epoch denies", "定位有效")
    latitude_deg = col(pl.Float64, "latitude, north positive, datum of the receiver", "纬度")
    longitude_deg = col(pl.Float64, "longitude, east positive", "经度")
    altitude_m = col(pl.Float64, "height above mean sea level", "海拔高度")
    speed_mps = col(pl.Float64, "speed over ground", "对地速度")
    course_deg = col(pl.Float64, "true course over ground", "航向")
    fix_code = col(
        pl.UInt8,
        "quality as GGA counts it: 0 none, 1 autonomous, 2 differential, 3 precise, 4 RTK fixed, 5 RTK float, 6 estimated, 7 manual, 8 simulated",
        "定位质量",
    )
    dimension_code = col(pl.UInt8, "1 no fix, 2 two-dimensional, 3 three-dimensional (GSA)", "定位维数")
    used_count = col(pl.Int16, "satellites used, as GGA or GNS says (some receivers stop at 12)", "参与解算卫星数")
    hdop_ratio = col(pl.Float64, "horizontal dilution of precision", "HDOP")
    pdop_ratio = col(pl.Float64, "position dilution of precision", "PDOP")
    error_m = col(pl.Float64, "horizontal standard error that the receiver estimates (GST)", "水平误差估计")
