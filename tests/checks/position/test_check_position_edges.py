"""What each position check says, and how the epochs of a log are put together."""

from typing import Any

import pytest

from zhunru.checks.position.beidou_contributes_to_fix import beidou_contributes_to_fix
from zhunru.checks.position.reports_position_speed_time import reports_position_speed_time
from zhunru.checks.position.sentences_are_intact import sentences_are_intact
from zhunru.checks.position.time_runs_forward import time_runs_forward
from zhunru.checks.position.updates_every_second import updates_every_second
from zhunru.core.check import Check
from zhunru.core.finding import Finding
from zhunru.core.table import Table
from zhunru.tables.gnss_fix import GnssFix
from zhunru.tables.satellite_use import SatelliteUse
from zhunru.tables.sentence_count import SentenceCount

NS = 10**9
Row = dict[str, Any]


def findings(check: Check, *inputs: Table, **tuned: float) -> list[Finding]:
    return list(check(*inputs, **tuned))


@pytest.mark.parametrize(
    ("check", "inputs"),
    [
        (beidou_contributes_to_fix, (SatelliteUse,)),
        (reports_position_speed_time, (GnssFix, SentenceCount)),
        (sentences_are_intact, (SentenceCount,)),
        (time_runs_forward, (GnssFix,)),
        (updates_every_second, (GnssFix,)),
    ],
)
def test_nothing_at_all_is_one_gap(check: Check, inputs: tuple[type[Table], ...]) -> None:
    assert [f.kind for f in findings(check, *(kind.empty() for kind in inputs))] == ["gap"]


# BeiDou ----------------------------------------------------------------------------------------------------------------------------------

BDS: Row = {"system": "BDS", "view_count": 8, "tracked_count": 8, "used_count": 5, "told_by": "system id"}
GPS: Row = BDS | {"system": "GPS"}
UNTOLD: Row = {"used_count": None, "told_by": None}
UNSEEN: Row = {"view_count": None, "tracked_count": None}
NEITHER, NEVER, WHOSE = (
    "no BeiDou satellite is tracked or used",
    "BeiDou satellites are tracked but never used",
    "the log does not tell to which system the used satellites belong",
)


def use(*spells: tuple[int, tuple[Row, ...]], valid: bool = True) -> SatelliteUse:
    """A log of spells: so many epochs, each with these rows."""
    epochs = [rows for count, rows in spells for _ in range(count)]
    plain = {"valid": valid}
    return SatelliteUse.rows(
        *(plain | r | {"sentence_no": i + 1, "t_ns": (5 + i) * NS} for i, rows in enumerate(epochs) for r in rows), source="a.nmea"
    )


@pytest.mark.parametrize(
    ("log", "kind", "text"),
    [
        (use((60, (BDS,)), valid=False), "gap", "the log has no valid fix"),
        (use((60, (BDS | UNTOLD,))), "gap", "no GSA in the log: it does not tell which satellites are used"),
        (use((59, (BDS,))), "gap", "the log is too short"),
        (use((60, (BDS | {"used_count": 3},))), "gap", "BeiDou is used but by few satellites; open sky not shown"),
        (use((60, (BDS | {"used_count": 0},))), "breach", NEVER),
        (use((60, (BDS | {"used_count": 0, "tracked_count": 1},))), "breach", NEVER),
        (use((60, (BDS | {"used_count": 0, "tracked_count": 0},))), "breach", NEITHER),
        (use((60, (GPS,))), "breach", NEITHER),
        (use((60, (GPS | UNSEEN,))), "breach", NEITHER),
        (use((60, (GPS | UNSEEN | {"told_by": "id range"},))), "gap", WHOSE),
        # one row of an epoch tells what another does not
        (use((60, (GPS, BDS | UNTOLD))), "gap", WHOSE),
        (use((60, (GPS, BDS | {"used_count": 0, "told_by": None}))), "gap", WHOSE),
        (use((60, (BDS | {"used_count": 0, "tracked_count": 0}, BDS | {"used_count": 0}))), "breach", NEVER),
        (use((60, (GPS | UNSEEN | {"told_by": "id range"}, BDS | UNTOLD | UNSEEN))), "gap", WHOSE),
        (use((60, (GPS | UNSEEN | {"told_by": "id range"}, GPS | UNSEEN | {"system": "GLO"}))), "gap", WHOSE),
        (use((60, (GPS | {"told_by": "id range"}, GPS | UNSEEN | {"system": "GLO"}))), "breach", NEITHER),
        # one epoch of a log tells what another does not
        (use((30, (BDS | {"used_count": 0},)), (30, (BDS | {"used_count": 0, "tracked_count": 0},))), "breach", NEVER),
        (use((30, (GPS,)), (30, (BDS | {"used_count": 0, "told_by": None},))), "gap", WHOSE),
        (use((30, (GPS | UNSEEN,)), (30, (GPS | UNSEEN | {"told_by": "id range"},))), "gap", WHOSE),
        (use((30, (GPS | {"told_by": "id range"},)), (30, (GPS | UNSEEN | {"told_by": "id range"},))), "breach", NEITHER),
    ],
)
def test_beidou_is_told_by_all_rows_of_a_log(log: SatelliteUse, kind: str, text: str) -> None:
    (found,) = findings(beidou_contributes_to_fix, log)
    assert (found.kind, found.text.en) == (kind, text)
    if kind == "breach":
        assert (found.measured, found.limit) == (0, 4)


def test_beidou_share_of_the_epochs_that_tell() -> None:
    log = use((40, (BDS,)), (20, (BDS | {"used_count": 0},)), (20, (BDS | {"used_count": 1},)), (9, (BDS | UNTOLD,)))
    (found,) = findings(beidou_contributes_to_fix, log)
    assert (found.kind, found.measured, found.t_ns) == ("gap", 3.0, 5 * NS)
    assert (found.facts["share_ratio"], found.facts["epochs"]) == (0.75, 80)


# Position, speed, time -------------------------------------------------------------------------------------------------------------------


def epochs(*spells: tuple[int, Row], unit_ns: int = NS) -> GnssFix:
    """A log of spells: so many epochs that share these fields; one after the other unless they say a time."""
    plain: Row = {"valid": True, "dated": True, "leap": False, "speed_mps": 1.0}
    rows = [plain | fields for count, fields in spells for _ in range(count)]
    return GnssFix.rows(*({"sentence_no": i + 1, "t_ns": i * unit_ns} | r for i, r in enumerate(rows)), source="a.nmea")


def counts(*types: str) -> SentenceCount:
    plain = {"talker": "GN", "seen_count": 100, "checksum_error_count": 0, "malformed_count": 0, "without_checksum_count": 0}
    return SentenceCount.rows(*(plain | {"type": t} for t in types), source="a.nmea")


def reported(log: GnssFix, *types: str) -> list[tuple[str, object]]:
    return [(f.kind, f.measured) for f in findings(reports_position_speed_time, log, counts(*types or ("RMC",)))]


def test_a_log_one_epoch_too_short_says_nothing_else() -> None:
    assert reported(epochs((59, {"valid": False}))) == [("gap", 59)]
    assert reported(epochs((60, {}))) == [("ok", 1.0)] * 3
    assert reported(epochs((60, {"valid": False}))) == [("breach", 0.0)]


@pytest.mark.parametrize("lacking", [{"speed_mps": None}, {"dated": False}, {"t_ns": None}])
@pytest.mark.parametrize(("least", "kind"), [(94, "breach"), (95, "ok")])
def test_share_of_speed_and_time_among_valid_epochs(lacking: Row, least: int, kind: str) -> None:
    # five epochs without a fix lend nothing to those with one
    log = epochs((least, {}), (100 - least, lacking), (5, {"valid": False}))
    position, speed, time = reported(log)
    assert position == ("ok", 100 / 105)
    short, whole = (kind, least / 100), ("ok", 1.0)
    assert (speed, time) == ((short, whole) if "speed_mps" in lacking else (whole, short))


def test_what_is_there_needs_no_sentence_of_a_certain_type() -> None:
    assert reported(epochs((60, {})), "PUBX") == [("ok", 1.0)] * 3


@pytest.mark.parametrize(
    ("types", "speed", "time"),
    [(("RMC",), "breach", "breach"), (("VTG",), "breach", "gap"), (("ZDA",), "gap", "breach"), (("GGA",), "gap", "gap")],
)
def test_a_type_that_carries_it_and_leaves_it_empty_is_a_breach(types: tuple[str, ...], speed: str, time: str) -> None:
    kinds = [kind for kind, _ in reported(epochs((60, {"speed_mps": None, "dated": False})), *types)]
    assert kinds == ["ok", speed, time]


@pytest.mark.parametrize("unit_ns", [NS, 1])
def test_time_that_stands_still_makes_no_epoch_due(unit_ns: int) -> None:
    # every time twice, and a pause: 129 steps of forward time
    times = [t for t in (*range(30), *range(100, 130)) for _ in range(2)]
    log = epochs(*((1, {"t_ns": t * unit_ns}) for t in times))
    assert reported(log)[0] == ("breach", 120 / 130)


def test_a_log_without_any_time_is_judged_by_its_epochs() -> None:
    assert reported(epochs((60, {"t_ns": None}))) == [("ok", 1.0), ("ok", 1.0), ("breach", 0.0)]


# Time and update rate --------------------------------------------------------------------------------------------------------------------


def marked(*rows: tuple[float, bool | None]) -> GnssFix:
    return epochs(*((1, {"t_ns": round(t * NS), "leap": leap}) for t, leap in rows))


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([(86399, False), (86400, True), (86400, False)], "ok"),
        ([(86399, False), (86400, True), (86400, None)], "ok"),
        ([(86399, False), (86400, True), (86400, True)], "breach"),
        ([(86399, False), (86400, None), (86400, None)], "breach"),
        ([(86399, False), (86400, False), (86400, True)], "breach"),
    ],
)
def test_a_count_of_seconds_comes_again_only_after_a_leap_second(rows: list[tuple[float, bool | None]], kind: str) -> None:
    assert [f.kind for f in findings(time_runs_forward, marked(*rows))] == [kind]


def test_a_step_back_is_measured() -> None:
    (back,) = findings(time_runs_forward, marked((0, False), (10, False), (7.5, False)))
    assert (back.kind, back.measured, back.limit, back.t_ns) == ("breach", -2.5, 0.0, 7_500_000_000)


def test_two_epochs_can_be_compared_and_one_cannot() -> None:
    assert [f.kind for f in findings(time_runs_forward, marked((0, False), (1, False)))] == ["ok"]
    (one,) = findings(time_runs_forward, marked((0, False)))
    assert (one.kind, one.measured, one.limit) == ("gap", 1, 2)


def updated(*times: float, unit_ns: int = NS) -> list[tuple[str, object, object]]:
    log = epochs(*((1, {"t_ns": round(t * unit_ns)}) for t in times))
    return [(f.kind, f.measured, f.limit) for f in findings(updates_every_second, log)]


@pytest.mark.parametrize("unit_ns", [NS, 1])
def test_time_that_stands_still_is_no_step(unit_ns: int) -> None:
    assert updated(*(t for t in range(60) for _ in range(2)), unit_ns=unit_ns) == [("ok", unit_ns / NS, 1.0)]


def test_a_clock_that_never_runs_tells_no_rate() -> None:
    assert [kind for kind, _, _ in updated(*([5] * 60))] == ["gap"]


def test_a_pause_is_told_once_and_not_again_as_late_time() -> None:
    assert updated(*range(60), *range(69, 100)) == [("breach", 10.0, 3.0)]
