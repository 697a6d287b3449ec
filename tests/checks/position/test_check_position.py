"""Boundary values of the position checks, and their verdicts on real receiver logs."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from zhunru.checks.position.beidou_contributes_to_fix import beidou_contributes_to_fix
from zhunru.checks.position.reports_position_speed_time import reports_position_speed_time
from zhunru.checks.position.sentences_are_intact import sentences_are_intact
from zhunru.checks.position.time_runs_forward import time_runs_forward
from zhunru.checks.position.updates_every_second import updates_every_second
from zhunru.core.check import Check
from zhunru.core.finding import Finding, fold
from zhunru.core.table import Table
from zhunru.core.verdict import Verdict
from zhunru.engine.source import FileSource
from zhunru.readers.nmea import nmea
from zhunru.tables.gnss_fix import GnssFix
from zhunru.tables.satellite_use import SatelliteUse
from zhunru.tables.sentence_count import SentenceCount

FAIL, OPEN, PASS = Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS
NS = 10**9


def findings(check: Check, *inputs: Table, **tuned: float) -> list[Finding]:
    return list(check(*inputs, **tuned))


def verdict(check: Check, *inputs: Table, **tuned: float) -> Verdict:
    return fold(check(*inputs, **tuned)).verdict


def use(rows: dict[str, Any], seconds: int = 60, source: str = "a.nmea") -> SatelliteUse:
    plain = {"valid": True, "system": "BDS", "view_count": 8, "tracked_count": 8, "used_count": 5, "told_by": "system id"}
    return SatelliteUse.rows(*(plain | {"sentence_no": s + 1, "t_ns": s * NS} | rows for s in range(seconds)), source=source)


@pytest.mark.parametrize(("used", "expected"), [(0, FAIL), (1, OPEN), (3, OPEN), (4, PASS), (5, PASS)])
def test_beidou_used(used: int, expected: Verdict) -> None:
    assert verdict(beidou_contributes_to_fix, use({"used_count": used})) is expected


@pytest.mark.parametrize(("seconds", "expected"), [(59, OPEN), (60, PASS), (61, PASS)])
def test_beidou_length(seconds: int, expected: Verdict) -> None:
    assert verdict(beidou_contributes_to_fix, use({}, seconds)) is expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"valid": False}, OPEN),
        ({"used_count": None, "told_by": None}, OPEN),
        ({"system": "GPS"}, FAIL),
        ({"system": "GPS", "told_by": "id range"}, FAIL),
        ({"system": "GPS", "told_by": "id range", "view_count": None, "tracked_count": None}, OPEN),
        ({"used_count": 0, "told_by": None}, OPEN),
        ({"used_count": 0, "told_by": "talker"}, FAIL),
        ({"used_count": 0, "tracked_count": 0}, FAIL),
    ],
)
def test_beidou_told(rows: dict[str, Any], expected: Verdict) -> None:
    assert verdict(beidou_contributes_to_fix, use(rows)) is expected


def test_beidou_in_most_epochs() -> None:
    half = SatelliteUse.concat(
        [use({"used_count": 0}, 31), SatelliteUse(use({"used_count": 8}, 29).frame.with_columns(pl.col("sentence_no") + 31))]
    )
    assert verdict(beidou_contributes_to_fix, half) is OPEN


def test_each_log_is_judged_by_itself() -> None:
    both = SatelliteUse.concat([use({}), use({"system": "GPS"}, source="b.nmea")])
    assert {(f.source, f.kind) for f in findings(beidou_contributes_to_fix, both)} == {("a.nmea", "ok"), ("b.nmea", "breach")}


def fixes(*seconds: float, **same: Any) -> GnssFix:
    plain = {"valid": True, "dated": True, "leap": False, "speed_mps": 1.0} | same
    return GnssFix.rows(*(plain | {"sentence_no": i + 1, "t_ns": round(s * NS)} for i, s in enumerate(seconds)), source="a.nmea")


@pytest.mark.parametrize(("step", "expected"), [(0.1, PASS), (1.0, PASS), (1.05, PASS), (1.0501, FAIL), (2.0, FAIL)])
def test_update_interval(step: float, expected: Verdict) -> None:
    assert verdict(updates_every_second, fixes(*(i * step for i in range(60)))) is expected


@pytest.mark.parametrize(("pause", "expected"), [(2.99, PASS), (3.0, PASS), (3.01, FAIL)])
def test_update_pause(pause: float, expected: Verdict) -> None:
    log = fixes(*range(30), *(29 + pause + i for i in range(31)))
    assert verdict(updates_every_second, log) is expected
    if expected is FAIL:
        (late,) = (f for f in findings(updates_every_second, log) if f.kind == "breach")
        assert (late.t_ns, late.measured, late.limit) == (29 * NS, 3.01, 3.0)


def steps(*lengths: float) -> GnssFix:
    """A log whose epochs follow each other by `lengths`, in seconds."""
    return fixes(*(sum(lengths[:i]) for i in range(len(lengths) + 1)))


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([1, 3, 1, 3, 1] * 24, FAIL),  # every other second is left out half of the time; the median step is one second
        ([*([0.1] * 30), 3.0] * 10, FAIL),  # quick, but half of the time without anything
        ([*([1.0] * 95), *([2.5] * 2)], PASS),  # 5 s of 100 s
        ([*([1.0] * 94), *([2.5] * 2)], FAIL),  # 5 s of 99 s
        ([*([1.05] * 20), *([1.0] * 60)], PASS),  # within the scatter
        ([*([1.06] * 20), *([1.0] * 60)], FAIL),
    ],
)
def test_a_regular_step_in_the_middle_does_not_hide_the_others(lengths: list[float], expected: Verdict) -> None:
    assert verdict(updates_every_second, steps(*lengths)) is expected


def test_seconds_left_out_are_measured_by_their_share_of_the_time() -> None:
    (late,) = findings(updates_every_second, steps(*([1, 3, 1] * 24)))
    assert (late.kind, late.measured, late.limit, late.unit) == ("breach", 0.6, 0.05, "1")


@pytest.mark.parametrize(("count", "expected"), [(59, OPEN), (60, PASS)])
def test_update_length(count: int, expected: Verdict) -> None:
    assert verdict(updates_every_second, fixes(*range(count))) is expected


@pytest.mark.parametrize(("step", "expected"), [(1e-9, PASS), (0.0, FAIL), (-1e-9, FAIL)])
def test_time_order(step: float, expected: Verdict) -> None:
    assert verdict(time_runs_forward, fixes(0, 1, 1 + step)) is expected


@pytest.mark.parametrize(("after", "expected"), [(86400.0, PASS), (86399.501, PASS), (86399.5, FAIL), (86399.0, FAIL)])
def test_time_after_a_leap_second(after: float, expected: Verdict) -> None:
    log = fixes(86399, 86400.5, after)
    leap = GnssFix(log.frame.with_columns(leap=pl.col("t_ns") == 86_400_500_000_000))
    assert verdict(time_runs_forward, leap) is expected


@pytest.mark.parametrize(("valid", "expected"), [(94, FAIL), (95, PASS), (96, PASS)])
def test_availability(valid: int, expected: Verdict) -> None:
    log = GnssFix(fixes(*range(100)).frame.with_columns(valid=pl.col("sentence_no") <= valid))
    assert verdict(reports_position_speed_time, log, counts()) is expected


def test_epochs_that_never_came_are_due() -> None:
    log = fixes(*range(50), *range(60, 110))
    (position, *_) = findings(reports_position_speed_time, log, counts())
    assert (position.kind, position.measured) == ("breach", 100 / 110)


@pytest.mark.parametrize(
    ("same", "types", "expected"),
    [
        ({"speed_mps": None}, ("GGA",), OPEN),
        ({"speed_mps": None}, ("GGA", "VTG"), FAIL),
        ({"dated": False}, ("GGA", "VTG"), OPEN),
        ({"dated": False}, ("GGA", "VTG", "ZDA"), FAIL),
        ({"valid": False}, ("RMC",), FAIL),
        ({}, ("RMC",), PASS),
    ],
)
def test_speed_and_time(same: dict[str, Any], types: tuple[str, ...], expected: Verdict) -> None:
    assert verdict(reports_position_speed_time, fixes(*range(60), **same), counts(*types)) is expected


def counts(*types: str, seen: int = 1000, checksum: int = 0, malformed: int = 0, bare: int = 0) -> SentenceCount:
    row = {
        "talker": "GN",
        "seen_count": seen,
        "checksum_error_count": checksum,
        "malformed_count": malformed,
        "without_checksum_count": bare,
    }
    return SentenceCount.rows(*(row | {"type": t} for t in types or ("RMC",)), source="a.nmea")


@pytest.mark.parametrize(
    ("kept", "limit", "expected"),
    [
        ({}, 0.0, PASS),
        ({"checksum": 1}, 0.0, FAIL),
        ({"malformed": 1}, 0.0, FAIL),
        ({"checksum": 1}, 0.001, PASS),
        ({"checksum": 1, "malformed": 1}, 0.001, FAIL),
        ({"bare": 1}, 0.0, OPEN),
        ({"seen": 0}, 0.0, OPEN),
    ],
)
def test_intact(kept: dict[str, int], limit: float, expected: Verdict) -> None:
    assert verdict(sentences_are_intact, counts(**kept), error_ratio=limit) is expected


REAL = {
    "gnss/genivi_geko_regensburg.nmea": (FAIL, PASS, FAIL, PASS, PASS),
    "gnss/genivi_z205_switzerland_short.nmea": (FAIL, PASS, PASS, PASS, PASS),
    "gnss/ubx_com3.ubx": (OPEN, FAIL, FAIL, PASS, PASS),
}
"""BeiDou; position, speed, time; update rate; time order; sentences."""


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_real_logs(name: str, real_source: Callable[[str], FileSource]) -> None:
    found: dict[type[Any], list[Any]] = {GnssFix: [], SatelliteUse: [], SentenceCount: []}
    for item in nmea(real_source(name)):
        if isinstance(item, Table):
            found[type(item)].append(item)
    fix, used, counted = (kind.concat(blocks) for kind, blocks in found.items())
    assert REAL[name] == (
        verdict(beidou_contributes_to_fix, used),
        verdict(reports_position_speed_time, fix, counted),
        verdict(updates_every_second, fix),
        verdict(time_runs_forward, fix),
        verdict(sentences_are_intact, counted),
    )
