"""States from the bus: on the real drive as its authors decoded it, and on generated logs."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from zhunru.checks.assist.warns_after_hands_off import warns_after_hands_off
from zhunru.core.finding import fold
from zhunru.core.verdict import Verdict
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers.candump import candump
from zhunru.readers.dbc import dbc
from zhunru.records.signal_mapping import SignalMapping
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.driver_state import DriverState, driver_state
from zhunru.tables.hands_off_span import hands_off_spans
from zhunru.tables.signal_definition import SignalDefinition
from zhunru.wire.can_signals import Layout, Payloads

Real = Callable[[str], Path]
S = 1_000_000_000


def mapping(meaning: str, message: str, signal: str, *values: object, **more: object) -> SignalMapping:
    plain = {"meaning": meaning, "message": message, "signal": signal, "values": ";".join(str(v) for v in values)}
    return SignalMapping.model_validate(plain | more)


# The real drive --------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def drive(real: Real) -> tuple[CanFrame, SignalDefinition]:
    log = FileSource(real("l2drive/comma2k19_seg40_first20s.candump"))
    frames = CanFrame.concat(i for i in candump(log) if isinstance(i, CanFrame))
    return frames, next(iter(dbc(FileSource(real("can/opendbc_toyota_nodsu_pt.dbc")))))


def _series(path: Path) -> np.ndarray[Any, Any]:
    with path.open() as stream:
        next(stream)
        return np.array([[float(v) for v in row] for row in csv.reader(stream)])


def _payloads(frames: CanFrame, ident: int, bus: str, length: int | None) -> tuple[np.ndarray[Any, Any], Payloads]:
    part = frames.frame.filter(pl.col("arbitration_id") == ident, pl.col("bus") == bus).collect()
    size = part["length_byte"].to_numpy()
    return part["t_ns"].to_numpy(), Payloads(part["data_raw"].to_numpy(), size if length is None else np.full_like(size, length))


def test_wheel_speeds_equal_the_authors_series(drive: tuple[CanFrame, SignalDefinition], real: Real) -> None:
    truth = _series(real("l2drive/comma2k19_wheel_speed_first20s.csv"))
    t_ns, frames = _payloads(drive[0], 0xAA, "can0", 8)
    assert t_ns.size == len(truth) == 1658
    assert np.array_equal(t_ns, np.rint(truth[:, 0] * 1e6).astype(np.int64) * 1000)
    for column, start in ((2, 6), (1, 22), (4, 38), (3, 54)):
        speed = frames.value(Layout(start, 15, False, factor=0.01, offset=-67.67)) / 3.6
        assert np.abs(speed - truth[:, column]).max() < 1e-6


def test_steering_angle_equals_the_authors_series(drive: tuple[CanFrame, SignalDefinition], real: Real) -> None:
    truth = _series(real("l2drive/comma2k19_steering_angle_first20s.csv"))
    t_ns, frames = _payloads(drive[0], 0x25, "can0", 8)
    rows = {r["signal"]: r for r in drive[1].collect().filter(pl.col("arbitration_id") == 0x25).to_dicts()}
    coarse, fine = (frames.value(Layout(*(rows[n][f] for f in Layout._fields))) for n in ("STEER_ANGLE", "STEER_FRACTION"))
    assert t_ns.size == len(truth) == 1659
    assert np.abs(coarse + fine - truth[:, 1]).max() < 1e-6


_TOYOTA = (
    mapping("system_active", "PCM_CRUISE", "CRUISE_ACTIVE", 1, join="all"),
    mapping("system_active", "STEERING_LKA", "STEER_REQUEST", 1),
    mapping("driver_torque", "STEER_TORQUE_SENSOR", "STEER_TORQUE_DRIVER", 100, sensing="torque"),
    mapping("hands_off_warning", "0x412", "TAKE_CONTROL", 1),
    mapping("speed", "SPEED", "SPEED"),
)


def test_engagement_of_the_real_drive_is_found_at_nine_seconds(drive: tuple[CanFrame, SignalDefinition]) -> None:
    frames, definitions = drive
    start = frames.collect()["t_ns"][0]
    states = driver_state(frames, definitions, list(_TOYOTA)).collect()
    active = states.filter(pl.col("state") == "system_active", pl.col("holds"))
    assert active.height == 3  # the assistance drops its request for one frame twice
    assert (active["t_ns"][0] - start) / S == pytest.approx(9.02, abs=0.02)
    held = [m.model_copy(update={"hold_s": 0.05}) for m in _TOYOTA]
    held_active = driver_state(frames, definitions, held).collect().filter(pl.col("state") == "system_active", pl.col("holds"))
    assert held_active["t_ns"].to_list() == active["t_ns"].to_list()[:1]
    for name, signal in (("PCM_CRUISE", "CRUISE_ACTIVE"), ("STEERING_LKA", "STEER_REQUEST")):
        alone = driver_state(frames, definitions, [mapping("system_active", name, signal, 1)]).collect().filter("holds")
        assert (alone["t_ns"][0] - start) / S == pytest.approx(9.02, abs=0.03)
    speed = states.filter(pl.col("state") == "speed")["speed_mps"].drop_nulls()
    assert 6 < float(speed.min() or 0) < float(speed.max() or 0) < 21


def test_torque_alone_never_passes_the_real_drive(drive: tuple[CanFrame, SignalDefinition]) -> None:
    states = driver_state(*drive, list(_TOYOTA))
    assert states.collect().filter(pl.col("state") == "hands_on", ~pl.col("holds")).is_empty()
    folded = fold(warns_after_hands_off(hands_off_spans(states)))
    assert folded.verdict is Verdict.INCONCLUSIVE
    assert any("cannot be told" in f.text.en and "hands_on" in str(f.facts["unknown"]) for f in folded.kept)


def test_short_frames_count_only_when_padding_is_chosen(drive: tuple[CanFrame, SignalDefinition]) -> None:
    """Of 1658 wheel-speed frames nine lost their last byte, a zero: WHEEL_SPEED_RL stands there."""
    frames, definitions = drive
    plain = mapping("speed", "WHEEL_SPEEDS", "WHEEL_SPEED_RL", timeout_s=0.025)
    kept = driver_state(frames, definitions, [plain]).collect()
    padded = driver_state(frames, definitions, [plain.model_copy(update={"pad_short_frames": True})]).collect()
    assert kept["speed_mps"].null_count() > padded["speed_mps"].null_count()
    assert (kept["padded_count"].unique().to_list(), padded["padded_count"].unique().to_list()) == ([0], [9])


# Generated logs --------------------------------------------------------------------------------------------------------------------------

_DBC = """BO_ 256 M: 8 A
 SG_ Hands : 0|2@1+ (1,0) [0|3] "" B
 SG_ Active : 2|1@1+ (1,0) [0|1] "" B
 SG_ Warn : 3|2@1+ (1,0) [0|3] "" B
 SG_ Torque : 15|8@0- (0.1,0) [0|0] "Nm" B
 SG_ Speed : 16|16@1+ (0.01,0) [0|0] "km/h" B
 SG_ Odd : 16|16@1+ (0.01,0) [0|0] "furlong" B
VAL_ 256 Hands 0 "off" 1 "on" 3 "SNA" ;
"""


def log(*rows: tuple[float, int, int, int, int], bus: str = "a", short: bool = False) -> CanFrame:
    """Rows of (seconds, hands, active, warn, torque in 0.1 Nm); speed 36 km/h."""
    text = b""
    for t, hands, active, warn, torque in rows:
        data = bytes([hands | active << 2 | warn << 3, torque & 0xFF, *(3600).to_bytes(2, "little")])
        text += b"(%d.%06d) %s 100#%s\n" % (int(t), round(t % 1 * 1e6), bus.encode(), (data[:2] if short else data).hex().encode())
    return next(i for i in candump(BytesSource(text)) if isinstance(i, CanFrame))


def states(frames: CanFrame, *mappings: SignalMapping) -> dict[str, list[tuple[float, object]]]:
    definitions = next(iter(dbc(BytesSource(_DBC.encode()))))
    found: dict[str, list[tuple[float, object]]] = {}
    for row in driver_state(frames, definitions, list(mappings)).collect().iter_rows(named=True):
        value = row["speed_mps"] if row["state"] == "speed" else row["holds"]
        found.setdefault(row["state"], []).append((round(row["t_ns"] / S, 6), value))
    return found


_EACH = [(k / 10, 1, 1, 0, 0) for k in range(10)]
HANDS_OFF = mapping("hands_off", "M", "Hands", "off", sensing="capacitive")


def test_changes_only_and_unknown_behind_the_last_sample() -> None:
    rows = [*_EACH[:4], (0.4, 0, 1, 0, 0), (0.5, 0, 1, 0, 0), (0.6, 1, 1, 0, 0)]
    assert states(log(*rows), HANDS_OFF)["hands_on"] == [(0.0, True), (0.4, False), (0.6, True), (0.6, None)]


def test_a_pause_is_unknown() -> None:
    rows = [(0.0, 1, 1, 0, 0), (0.1, 1, 1, 0, 0), (0.2, 1, 1, 0, 0), (0.6, 1, 1, 0, 0)]
    assert states(log(*rows), HANDS_OFF)["hands_on"] == [(0.0, True), (0.2, None), (0.6, True), (0.6, None)]
    longer = HANDS_OFF.model_copy(update={"timeout_s": 0.4})
    assert states(log(*rows), longer)["hands_on"] == [(0.0, True), (0.6, None)]


def test_values_that_mean_not_available_are_unknown() -> None:
    rows = [(0.0, 0, 1, 0, 0), (0.1, 3, 1, 0, 0), (0.2, 2, 1, 0, 0)]
    assert states(log(*rows), HANDS_OFF)["hands_on"] == [(0.0, False), (0.1, None), (0.2, True), (0.2, None)]
    told = HANDS_OFF.model_copy(update={"invalid": ("2",)})
    assert states(log(*rows), told)["hands_on"] == [(0.0, False), (0.1, None)]


@pytest.mark.parametrize("sensing", ["torque", "other", "state", None])
def test_only_a_sensor_that_feels_resting_hands_proves_hands_off(sensing: str | None) -> None:
    rows = [(0.0, 0, 1, 0, 0), (0.1, 1, 1, 0, 0)]
    got = states(log(*rows), mapping("hands_off", "M", "Hands", 0, sensing=sensing))["hands_on"]
    assert got == [(0.0, None), (0.1, True), (0.1, None)]


def test_torque_shows_hands_on_and_contradiction_is_unknown() -> None:
    torque = mapping("driver_torque", "M", "Torque", 0.8)
    rows = [(0.0, 1, 1, 0, 8), (0.1, 1, 1, 0, -8), (0.2, 1, 1, 0, 7), (0.3, 0, 1, 0, 0), (0.4, 0, 1, 0, 9)]
    assert states(log(*rows), torque)["hands_on"] == [(0.0, True), (0.2, None), (0.4, True), (0.4, None)]
    both = states(log(*rows), torque, HANDS_OFF)["hands_on"]
    assert both == [(0.0, True), (0.3, False), (0.4, None)]


def test_joined_by_any_or_all() -> None:
    rows = [(0.0, 1, 0, 0, 0), (0.1, 1, 1, 0, 0), (0.2, 1, 1, 2, 0)]
    one, other = mapping("system_active", "M", "Active", 1), mapping("system_active", "M", "Warn", 2)
    assert states(log(*rows), one, other)["system_active"][:2] == [(0.0, False), (0.1, True)]
    every = one.model_copy(update={"join": "all"})
    assert states(log(*rows), every, other)["system_active"][:2] == [(0.0, False), (0.2, True)]


@pytest.mark.parametrize(
    ("operator", "values", "true_at"),
    [("==", "1", [1]), ("!=", "1;2", [0, 3]), (">", "1", [2, 3]), (">=", "2", [2, 3]), ("<", "1", [0]), ("<=", "1", [0, 1]), ("in", "0;3", [0, 3]),
     ("不属于", "0", [1, 2, 3]), (None, "2", [2]), ("大于", "1;2", None), ("=", "", None), ("=", "nonsense", None), ("=", "0x2", [2])],
)  # fmt: skip
def test_operators(operator: str | None, values: str, true_at: list[int] | None) -> None:
    definitions = SignalDefinition.concat([next(iter(dbc(BytesSource(_DBC.encode()))))])
    rows = mapping("system_active", "256", "Warn", values, operator=operator)
    frames = log(*((k / 10, 1, 1, k, 0) for k in range(4)))
    got = driver_state(frames, definitions, [rows]).collect()
    if true_at is None:
        assert got["holds"].to_list() == [None]
    else:
        known = got.filter(pl.col("holds").is_not_null())
        at = [known.filter(pl.col("t_ns") <= k * S // 10)["holds"].to_list()[-1] for k in range(4)]
        assert [k for k in range(4) if at[k]] == true_at


def test_hold_time_drops_short_warnings() -> None:
    rows = [(k / 10, 1, 1, int(k in {2, 5, 6, 7}), 0) for k in range(10)]
    held = mapping("takeover_request", "M", "Warn", 1, hold_s=0.3)
    assert states(log(*rows), held)["takeover_request"] == [(0.0, None), (0.5, True), (0.8, None)]
    rows = [(k / 10, 1, 1, int(k in {2, 3, 4, 6, 7, 8}), 0) for k in range(15)]
    assert states(log(*rows), held)["takeover_request"] == [(0.0, None), (0.2, True), (0.9, False), (1.4, None)]
    held = held.model_copy(update={"hold_s": 0.2})
    assert states(log(*rows), held)["takeover_request"] == [(0.0, False), (0.2, True), (0.9, False), (1.4, None)]


def test_what_cannot_be_told_is_unknown_or_gives_no_state() -> None:
    one, other = log(*_EACH), log(*_EACH, bus="b")
    warn = mapping("hands_off_warning", "M", "Warn", 1)
    unknown = {"hands_off_warning": [(0.0, None), (0.9, None)]}
    assert states(CanFrame.concat([one, other]), warn) == unknown
    assert states(CanFrame.concat([one, other]), warn.model_copy(update={"bus": "b"})) == states(other, warn) != unknown
    assert states(CanFrame.concat([one, other]), warn.model_copy(update={"bus": "c"})) == unknown
    assert states(CanFrame.concat([one, one]), warn) == unknown
    assert states(one, mapping("hands_off_warning", "M", "Absent", 1)) == {}
    assert states(one, mapping("hands_off_warning", "0x101", "Warn", 1)) == {}
    twice = _DBC.replace("Warn : 3|2", "Warn : 4|2")
    both = SignalDefinition.concat([next(iter(dbc(BytesSource(t.encode())))) for t in (_DBC, twice)])
    assert driver_state(one, both, [warn]).collect().is_empty()
    same = SignalDefinition.concat([next(iter(dbc(BytesSource(_DBC.encode())))) for _ in (1, 2)])
    assert not driver_state(one, same, [warn]).collect().is_empty()


def test_speed_needs_a_unit_or_a_scale() -> None:
    assert states(log(*_EACH), mapping("speed", "M", "Speed"))["speed"] == [(0.0, pytest.approx(10.0)), (0.9, None)]
    assert states(log(*_EACH), mapping("speed", "M", "Odd")) == {"speed": [(0.0, None), (0.9, None)]}
    assert states(log(*_EACH), mapping("speed", "M", "Odd", scale=0.5))["speed"][0] == (0.0, pytest.approx(18.0))


def test_missing_bytes_are_not_decodable_unless_padded() -> None:
    frames = log(*_EACH, short=True)
    assert states(frames, mapping("speed", "M", "Speed")) == {"speed": [(0.0, None), (0.9, None)]}
    padded = states(frames, mapping("speed", "M", "Speed", pad_short_frames="是"))
    assert padded["speed"][0] == (0.0, 0.0)


def test_logs_are_taken_one_by_one() -> None:
    first = log(*_EACH).frame.with_columns(pl.lit("one").alias("source"))
    second = log(*_EACH).frame.with_columns(pl.lit("two").alias("source"), pl.col("t_ns") + 100 * S)
    definitions = next(iter(dbc(BytesSource(_DBC.encode()))))
    got = driver_state(CanFrame(pl.concat([first, second])), definitions, [HANDS_OFF]).collect()
    assert got["source"].to_list() == ["one", "one", "two", "two"]
    assert driver_state(CanFrame.empty(), definitions, [HANDS_OFF]).collect().is_empty()
    assert isinstance(driver_state(CanFrame.empty(), definitions, []), DriverState)


def test_all_mappings_share_one_reading_and_change_nothing_for_each_other(drive: tuple[CanFrame, SignalDefinition]) -> None:
    readings = 0

    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        nonlocal readings
        readings += 1
        return frame

    generated = log(*_EACH).frame.with_columns(pl.lit("generated").alias("source"))
    here = pl.concat([drive[0].frame, generated, log(*_EACH, bus="can128").frame]).collect()
    frames = CanFrame(here.lazy().map_batches(counted, streamable=False))
    definitions = SignalDefinition.concat([drive[1], next(iter(dbc(BytesSource(_DBC.encode()))))])
    more = [mapping("hands_off_warning", "M", "Warn", 1), mapping("system_active", "256", "Active", 1, bus="can128")]
    together = [*_TOYOTA, *more]
    got = driver_state(frames, definitions, together).collect()
    assert readings == 1
    assert got["state"].n_unique() >= 4
    meanings = {m.meaning for m in together}
    hands = {"hands_on", "hands_off", "driver_torque"}
    alone = [[m for m in together if m.meaning in hands], *([m for m in together if m.meaning == other] for other in meanings - hands)]
    parts = [driver_state(CanFrame(here), definitions, group).collect() for group in alone if group]
    order = ["source", "state", "t_ns"]
    assert got.sort(order, maintain_order=True).equals(pl.concat(parts).sort(order, maintain_order=True))
