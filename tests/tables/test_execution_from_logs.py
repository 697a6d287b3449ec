"""From frames, databases and mappings to conditions of the vehicle, and from these and logs to executions."""

from typing import Any

import polars as pl
import pytest

from zhunru.engine.source import BytesSource
from zhunru.readers.candump import candump
from zhunru.readers.dbc import dbc
from zhunru.records.signal_mapping import SignalMapping
from zhunru.records.update_run import event_log
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.execution_span import execution_spans
from zhunru.tables.vehicle_condition import VehicleCondition, condition_table, vehicle_condition

S = 1_000_000_000
T0 = 1_773_108_000
"""10:00 of the example day, seconds."""
_DBC = """BO_ 256 M: 8 A
 SG_ Update : 0|2@1+ (1,0) [0|3] "" B
 SG_ Gear : 2|4@1+ (1,0) [0|15] "" B
 SG_ Soc : 8|8@1+ (0.5,0) [0|100] "%" B
 SG_ Speed : 16|16@1+ (0.01,0) [0|0] "km/h" B
 SG_ Volt : 32|16@1+ (1,0) [0|0] "mV" B
 SG_ Odd : 32|16@1+ (1,0) [0|0] "furlong" B
VAL_ 256 Gear 0 "P" 1 "R" 3 "D" 15 "SNA" ;
VAL_ 256 Update 0 "idle" 1 "busy" 3 "invalid" ;
"""


def mapping(meaning: str, signal: str, *values: object, **more: object) -> SignalMapping:
    plain = {"meaning": meaning, "message": "M", "signal": signal, "values": ";".join(map(str, values))}
    return SignalMapping.model_validate(plain | more)


def log(*rows: tuple[float, int, int, int], start: float = 0.0) -> CanFrame:
    """Rows of (seconds, update, gear, raw charge); 36 km/h and 12 V."""
    text = b""
    for t, update, gear, soc in rows:
        data = bytes([update | gear << 2, soc, *(3600).to_bytes(2, "little"), *(12000).to_bytes(2, "little"), 0, 0])
        t += start
        text += b"(%d.%06d) a 100#%s\n" % (int(t), round(t % 1 * 1e6), data.hex().encode())
    return next(i for i in candump(BytesSource(text)) if isinstance(i, CanFrame))


def decoded(frames: CanFrame, *mappings: SignalMapping) -> VehicleCondition:
    table: VehicleCondition = vehicle_condition(frames, next(iter(dbc(BytesSource(_DBC.encode())))), list(mappings))
    return table


def seen(table: VehicleCondition, quantity: str) -> list[tuple[float, object, object]]:
    rows = table.collect().filter(pl.col("quantity") == quantity)
    return [(round(r["t_ns"] / S, 6), r["value_raw"], r["word"]) for r in rows.iter_rows(named=True)]


ROWS = [(0.0, 0, 0, 80), (0.1, 0, 0, 80), (0.2, 1, 0, 80), (0.3, 1, 3, 79), (0.4, 0, 15, 79)]
UPDATE = mapping("升级执行中", "Update", "busy")


def test_conditions_words_units_and_invalid_values() -> None:
    table = decoded(
        log(*ROWS), UPDATE, mapping("gear", "Gear"), mapping("SOC", "Soc"), mapping("speed", "Speed"), mapping("voltage_12v", "Volt")
    )
    assert seen(table, "update_active") == [(0.0, 0.0, None), (0.2, 1.0, None), (0.4, 0.0, None), (0.4, None, None)]
    assert seen(table, "gear") == [(0.0, 0.0, "p"), (0.3, 3.0, "d"), (0.4, None, None)]
    assert seen(table, "state_of_charge") == [(0.0, 40.0, None), (0.3, 39.5, None), (0.4, None, None)]
    assert seen(table, "speed")[0][1] == pytest.approx(10.0)
    assert seen(table, "voltage_12v")[0][1] == pytest.approx(12.0)
    assert table.collect().filter(pl.col("quantity") == "voltage_12v")["unit"].unique().to_list() == ["V"]


def test_a_pause_is_unknown_and_the_sample_before_a_change_is_kept() -> None:
    rows = [*ROWS[:2], (0.15, 0, 0, 80), (1.5, 1, 0, 80), (1.6, 1, 0, 80)]
    table = decoded(log(*rows), UPDATE, mapping("gear", "Gear"))
    assert seen(table, "gear") == [(0.0, 0.0, "p"), (0.15, None, None), (1.5, 0.0, "p"), (1.6, None, None)]
    assert seen(table, "update_active")[1][1] is None
    change = decoded(log(*ROWS), UPDATE).collect().filter(pl.col("value_raw") == 1.0)
    assert change["t_before_ns"].to_list() == [S // 10]


def test_an_unknown_unit_is_unknown_unless_a_factor_is_told() -> None:
    assert {v for _, v, _ in seen(decoded(log(*ROWS), mapping("voltage_12v", "Odd")), "voltage_12v")} == {None}
    told = decoded(log(*ROWS), mapping("voltage_12v", "Odd", scale=0.001))
    assert seen(told, "voltage_12v")[0][1] == pytest.approx(12.0)
    assert {v for _, v, _ in seen(decoded(log(*ROWS), mapping("speed", "Odd")), "speed")} == {None}
    declared = decoded(log(*ROWS), mapping("state_of_charge", "Soc", invalid="39.5"))
    assert seen(declared, "state_of_charge")[1][1] is None


def test_what_cannot_be_understood_is_unknown_and_other_meanings_are_left_out() -> None:
    odd = decoded(log(*ROWS), mapping("update_active", "Update", "nonsense"), mapping("hands_on", "Gear", 1))
    assert {v for _, v, _ in seen(odd, "update_active")} == {None}
    assert set(odd.collect()["quantity"]) == {"update_active"}
    assert decoded(log(*ROWS)).collect().is_empty()
    joined = decoded(log(*ROWS), UPDATE.model_copy(update={"join": "all"}), mapping("update_active", "Gear", "D"))
    assert [(t, v) for t, v, _ in seen(joined, "update_active") if v] == [(0.3, 1.0)]


def spans(
    table: VehicleCondition, *lines: tuple[float, str, dict[str, object]], clock_s: float = 5.0, **common: object
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = execution_spans(table, event_log(*lines, **common), clock_s=clock_s).collect().to_dicts()
    return found


def test_the_bus_tells_start_and_end_to_the_sample() -> None:
    (span,) = spans(decoded(log(*ROWS), UPDATE))
    assert [round(span[k] / S, 6) for k in ("t_before_ns", "t_start_ns", "t_end_ns")] == [0.1, 0.2, 0.3]
    assert (span["ended"], span["seen_by"], span["campaign"]) == (True, "bus", None)


def test_an_end_that_the_bus_does_not_show() -> None:
    (span,) = spans(decoded(log(*ROWS[:4]), UPDATE))
    assert not span["ended"]
    (span,) = spans(decoded(log(*ROWS[2:]), UPDATE))
    assert span["t_before_ns"] is None


@pytest.mark.parametrize(("at", "named"), [(0, True), (5.2, True), (5.3, False), (-4.9, True), (-5.0, False)])
def test_a_logged_start_near_that_of_the_bus_names_the_activity(at: float, named: bool) -> None:
    table = decoded(log(*ROWS, start=T0), UPDATE)
    (span,) = spans(table, (at, "start", {}), run="R1")
    assert (span["campaign"], span["run"]) == (("U-1", "R1") if named else (None, None))


def test_two_logged_starts_near_it_name_none() -> None:
    table = decoded(log(*ROWS, start=T0), UPDATE)
    events = [*event_log((0, "start", {})), *event_log((1, "start", {}), campaign="U-2")]
    assert execution_spans(table, events).collect()["campaign"].to_list() == [None]


def test_a_log_alone_tells_less_at_both_ends() -> None:
    table = condition_table("a", gear=[(T0 - 50.0, 0.0), (T0 + 200.0, 1.0)])
    (span,) = spans(table, (0, "start", {}), (100, "end", {}))
    assert [span[k] / S - T0 for k in ("t_before_ns", "t_start_ns", "t_end_ns")] == [-5, 5, 95]
    assert (span["ended"], span["seen_by"], span["campaign"]) == (True, "log", "U-1")
    assert not spans(table, (0, "start", {}), (9, "end", {}))
    assert spans(table, (0, "start", {}), (10, "end", {}))[0]["t_start_ns"] == (T0 + 5) * S
    (clipped,) = spans(table, (-52, "start", {}), (300, "end", {}))
    assert (clipped["t_before_ns"], clipped["ended"], clipped["t_end_ns"]) == (None, False, (T0 + 200) * S)
    (open_end,) = spans(table, (0, "start", {}))
    assert (open_end["ended"], open_end["t_end_ns"]) == (False, (T0 + 200) * S)
    assert not spans(table, (300, "start", {}), (400, "end", {}))


def test_a_capture_of_something_else_has_no_execution_and_a_doubtful_one_is_told() -> None:
    assert not spans(condition_table("a", speed=[(0.0, 1.0), (9.0, 2.0)]))
    assert not spans(condition_table("a", update_active=[(0.0, 0.0), (9.0, None)]), (2, "start", {}))
    (span,) = spans(condition_table("a", update_active=[(0.0, 0.0), (5.0, None), (6.0, 0.0)]))
    assert (span["seen_by"], span["t_start_ns"], span["t_end_ns"]) == ("unknown", 5 * S, 6 * S)
