"""The series for the report is short whatever the logs' length, and keeps the sums."""

import pytest

from zhunru.tables.satellite_trend import SLICES, SatelliteTrend, trend_from_use
from zhunru.tables.satellite_use import SatelliteUse


def log(seconds: int, source: str, *, start: int = 0) -> SatelliteUse:
    return SatelliteUse.rows(
        *(
            {"sentence_no": s + 1, "t_ns": (start + s) * 10**9, "valid": True, "system": name, "used_count": used}
            for s in range(seconds)
            for name, used in (("GPS", 7), ("BDS", 4 if s % 2 else 6), ("QZSS", 1), ("SBAS", 1))
        ),
        source=source,
    )


@pytest.mark.parametrize("seconds", [1, 2, 399, 400, 401, 5000])
def test_one_log(seconds: int) -> None:
    trend = trend_from_use(log(seconds, "a.nmea")).collect()
    assert trend.height == min(seconds, SLICES) if seconds <= SLICES else trend.height <= SLICES
    assert set(trend["gps_count"]) == {7.0}
    assert set(trend["other_count"]) == {2.0}
    assert set(trend["glonass_count"]) == {0.0}
    assert 4.0 <= trend["beidou_count"].min() <= trend["beidou_count"].max() <= 6.0
    assert trend["t_ns"].is_sorted()


def test_logs_of_different_days_share_the_rows() -> None:
    trend = trend_from_use(SatelliteUse.concat([log(3000, "a.nmea"), log(3000, "b.nmea", start=864_000)])).collect()
    assert trend.height <= SLICES
    assert trend.group_by("source").len()["len"].min() >= SLICES // 2 - 10


def test_nothing_told_gives_nothing() -> None:
    assert trend_from_use(SatelliteUse.empty()).collect().is_empty()
    silent = SatelliteUse.rows({"sentence_no": 1, "t_ns": 0, "system": "GPS", "used_count": None})
    assert trend_from_use(silent).collect().is_empty()


def test_exhibit_names_columns() -> None:
    assert SatelliteTrend.exhibit
    assert {SatelliteTrend.exhibit.x, *SatelliteTrend.exhibit.y} <= set(SatelliteTrend.columns)
