"""When an update may start and how the car must stay: matrix of conditions, energy, safe state."""

from typing import Any

import pytest

from zhunru.checks.ota.energy_suffices import energy_suffices
from zhunru.checks.ota.executes_only_when_preconditions_hold import executes_only_when_preconditions_hold
from zhunru.checks.ota.stays_in_safe_state_during_execution import stays_in_safe_state_during_execution
from zhunru.core.finding import Folded, fold
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_precondition import UpdatePrecondition
from zhunru.tables.execution_span import ExecutionSpan, spans_of
from zhunru.tables.vehicle_condition import VehicleCondition, condition_table


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


def condition(number: str, quantity: str, operator: str, value: str, **more: object) -> UpdatePrecondition:
    plain = {"campaign": "U-1", "id": number, "quantity": quantity, "operator": operator, "value": value}
    return UpdatePrecondition.model_validate(plain | more)


SPEED, GEAR = condition("C1", "speed", "<=", "0", unit="km/h"), condition("C2", "gear", "=", "P")


def run(number: str, stimulus: str, executed: str, case: str = "6.7", campaign: str = "U-1", **more: object) -> UpdateCase:
    plain = {"case": case, "run": number, "campaign": campaign, "stimulus": stimulus, "executed": executed}
    return UpdateCase.model_validate(plain | more)


MATRIX = [run("0", "", "是"), run("1", "C1", "否"), run("2", "C2", "否")]

# Matrix -----------------------------------------------------------------------------------------------------------------------------------


def matrix(cases: list[UpdateCase] | None, *rows: UpdatePrecondition) -> Folded:
    return fold(executes_only_when_preconditions_hold(list(rows or (SPEED, GEAR)), cases, None, None))


@pytest.mark.parametrize("left_out", range(3))
def test_each_row_of_the_matrix_is_needed(left_out: int) -> None:
    folded = matrix([c for k, c in enumerate(MATRIX) if k != left_out])
    assert (folded.verdict, folded.totals["gap"], folded.totals["ok"]) == ("INCONCLUSIVE", 1, 2)


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ([], "PASS"), ([run("3", "C1", "是")], "FAIL"), ([run("3", "", "否")], "FAIL"), ([run("3", "C1;C2", "是")], "FAIL"),
        ([run("3", "C1、C2", "否")], "INCONCLUSIVE"), ([run("3", "C9", "否")], "INCONCLUSIVE"), ([run("3", "C9", "是")], "INCONCLUSIVE"),
        ([run("3", "C1", "")], "INCONCLUSIVE"), ([run("3", "C1", "否", campaign="U-9")], "INCONCLUSIVE"),
        ([run("3", "C1", "是", campaign="")], "FAIL"), ([run("3", "C1", "是", case="6.8")], "PASS"),
    ],
)  # fmt: skip
def test_one_more_run(more: list[UpdateCase], verdict: str) -> None:
    assert matrix([*MATRIX, *more]).verdict == verdict


def test_several_violated_at_once_count_for_none() -> None:
    folded = matrix([MATRIX[0], run("3", "C1；C2", "否")])
    assert (folded.totals["gap"], folded.totals["breach"]) == (3, 0)


def test_a_violated_run_that_executed_is_no_missing_row() -> None:
    assert matrix([MATRIX[0], run("1", "C1", "是"), MATRIX[2]]).totals == {"breach": 1, "gap": 0, "ok": 2}
    assert matrix([run("0", "", "否"), *MATRIX[1:]]).totals == {"breach": 1, "gap": 0, "ok": 2}


def test_conditions_of_two_activities_need_a_matrix_each() -> None:
    other = condition("C1", "speed", "<=", "0", campaign="U-2")
    folded = matrix([*MATRIX, run("9", "C1", "否", campaign="")], SPEED, GEAR, other)
    assert (folded.totals["ok"], folded.totals["gap"]) == (3, 3)  # two rows of the other, and a run of nobody knows which


def test_runs_of_another_activity_or_of_none() -> None:
    assert matrix([MATRIX[0], run("1", "C1", "否", campaign="U-9"), MATRIX[2]]).totals == {"breach": 0, "gap": 2, "ok": 2}
    assert matrix([c.model_copy(update={"campaign": None}) for c in MATRIX]).totals == {"breach": 0, "gap": 0, "ok": 3}
    at_start = SPEED.model_copy(update={"scope": "start"})
    assert matrix(MATRIX, at_start, GEAR).verdict == "PASS"
    assert matrix([*MATRIX, run("3", "", "是", campaign="U-9")]).totals["gap"] == 1
    assert matrix([run("0", "", ""), *MATRIX[1:]]).totals["gap"] == 1


def test_conditions_that_are_not_for_the_start_or_stand_twice() -> None:
    only = condition("S1", "park_brake", "=", "是", scope="执行期间")
    assert texts(matrix([], only), "gap") == {"no condition for the start is declared"}
    both = condition("C3", "park_brake", "=", "是", scope="全程")
    assert matrix(MATRIX, SPEED, GEAR, both).totals["gap"] == 1
    assert texts(matrix(MATRIX, SPEED, GEAR, GEAR), "gap") == {"two conditions bear one number"}
    assert matrix(None).totals["gap"] == 3


# Captures ---------------------------------------------------------------------------------------------------------------------------------

ACTIVE = [(0.0, 0.0), (10.0, 1.0), (20.0, 0.0)]


def drive(campaign: str | None = "U-1", **rows: Any) -> tuple[ExecutionSpan, VehicleCondition]:
    table = condition_table("drive.log", **({"update_active": ACTIVE} | rows))
    return spans_of(table, campaign), table


def captured(*rows: UpdatePrecondition, campaign: str | None = "U-1", **series: Any) -> Folded:
    cases = [run("0", "", "是"), *(run(r.id, r.id, "否") for r in rows)]
    return fold(executes_only_when_preconditions_hold(list(rows), cases, *drive(campaign, **series)))


@pytest.mark.parametrize(
    ("row", "series", "verdict"),
    [
        (SPEED, {"speed": [(0.0, 0.0)]}, "PASS"),
        (SPEED, {"speed": [(0.0, 0.1)]}, "FAIL"),
        (SPEED, {"speed": [(0.0, None)]}, "INCONCLUSIVE"),
        (SPEED, {"speed": [(0.0, 3.0), (9.9, 0.0)]}, "PASS"),
        (SPEED, {"speed": [(0.0, 3.0), (10.0, 0.0)]}, "INCONCLUSIVE"),
        (SPEED, {"speed": [(0.0, 0.0), (10.0, 3.0)]}, "INCONCLUSIVE"),
        (SPEED, {"speed": [(0.0, 0.0), (10.02, 3.0)]}, "PASS"),
        (condition("C1", "speed", "<", "1"), {"speed": [(0.0, 0.0)]}, "INCONCLUSIVE"),
        (condition("C1", "speed", "<=", "3", unit="km/h"), {"speed": [(0.0, 3 / 3.6)]}, "PASS"),
        (condition("C1", "speed", "<", "3", unit="km/h"), {"speed": [(0.0, 3 / 3.6)]}, "FAIL"),
        (condition("C1", "speed", "<=", "1", unit="m/s"), {"speed": [(0.0, 1.0)]}, "PASS"),
        (condition("C1", "speed", "<=", "1", unit="节"), {"speed": [(0.0, 0.0)]}, "INCONCLUSIVE"),
        (GEAR, {"gear": [(0.0, "P")]}, "PASS"),
        (GEAR, {"gear": [(0.0, "p ")]}, "PASS"),
        (GEAR, {"gear": [(0.0, "N")]}, "FAIL"),
        (GEAR, {"gear": [(0.0, 0.0)]}, "INCONCLUSIVE"),
        (condition("C2", "gear", "=", "0"), {"gear": [(0.0, 0.0)]}, "PASS"),
        (condition("C2", "gear", "in", "P;N"), {"gear": [(0.0, "N")]}, "PASS"),
        (condition("C2", "gear", "!=", "D"), {"gear": [(0.0, "N")]}, "PASS"),
        (condition("C2", "gear", "!=", "D"), {"gear": [(0.0, "D")]}, "FAIL"),
        (condition("C2", "gear", ">", "P"), {"gear": [(0.0, "D")]}, "INCONCLUSIVE"),
        (condition("C2", "gear", "", "P"), {"gear": [(0.0, "P")]}, "PASS"),
        (condition("C2", "gear", "=", ""), {"gear": [(0.0, "P")]}, "INCONCLUSIVE"),
        (condition("C2", "gear", "<", "1;2"), {"gear": [(0.0, 1.0)]}, "INCONCLUSIVE"),
        (condition("C3", "park_brake", "=", "是"), {"park_brake": [(0.0, 1.0)]}, "PASS"),
        (condition("C3", "park_brake", "=", "是"), {"park_brake": [(0.0, 0.0)]}, "FAIL"),
        (condition("C3", "park_brake", "!=", "否"), {"park_brake": [(0.0, 1.0)]}, "PASS"),
        (condition("C3", "park_brake", "=", "拉起"), {"park_brake": [(0.0, 1.0)]}, "INCONCLUSIVE"),
        (condition("C3", "park_brake", ">", "0"), {"park_brake": [(0.0, 1.0)]}, "INCONCLUSIVE"),
        (condition("C3", "park_brake", "in", "0;1"), {"park_brake": [(0.0, 1.0)]}, "INCONCLUSIVE"),
        (condition("C4", "state_of_charge", ">=", "30", unit="%"), {"state_of_charge": [(0.0, 30.0)]}, "PASS"),
        (condition("C4", "state_of_charge", ">=", "30"), {"state_of_charge": [(0.0, 29.9)]}, "FAIL"),
        (condition("C4", "state_of_charge", ">", "30"), {"state_of_charge": [(0.0, 30.0)]}, "FAIL"),
        (condition("C4", "state_of_charge", ">", "高"), {"state_of_charge": [(0.0, 30.0)]}, "INCONCLUSIVE"),
        (condition("C5", "voltage_12v", ">=", "12000", unit="mV"), {"voltage_12v": [(0.0, 12.0)]}, "PASS"),
        (condition("C5", "voltage_12v", "<", "12", unit="V"), {"voltage_12v": [(0.0, 11.9)]}, "PASS"),
        (condition("C6", "power_mode", "=", "OFF", unit="V"), {"power_mode": [(0.0, "OFF")]}, "PASS"),
        (condition("C6", "power_mode", "=", "1", unit="V"), {"power_mode": [(0.0, 1.0)]}, "INCONCLUSIVE"),
    ],
)
def test_a_predicate_at_the_start(row: UpdatePrecondition, series: dict[str, Any], verdict: str) -> None:
    assert captured(row, **series).verdict == verdict


def test_a_quantity_that_the_capture_lacks_rests_on_the_runs() -> None:
    folded = captured(SPEED, GEAR, gear=[(0.0, "P")])
    assert (folded.verdict, folded.totals["ok"]) == ("PASS", 4)
    unnamed = condition("C9", "", "=", "1")
    assert texts(captured(GEAR, unnamed, gear=[(0.0, "P")]), "gap") == {"the condition has no quantity or no value"}
    spans, table = drive(gear=[(0.0, "D")])
    for one, other in ((spans, None), (None, table)):
        assert fold(executes_only_when_preconditions_hold([GEAR], [MATRIX[0], MATRIX[2]], one, other)).verdict == "PASS"
    nothing = fold(executes_only_when_preconditions_hold([], [], spans, table))
    assert nothing.totals == {"breach": 0, "gap": 1, "ok": 0}
    broken = captured(SPEED, speed=[(0.0, 0.1)])
    assert [(f.unit, f.limit) for f in broken.kept if f.kind == "breach"] == [("km/h", "0")]


def test_a_start_that_was_not_seen_or_that_nobody_can_place() -> None:
    open_start = captured(GEAR, update_active=[(0.0, 1.0), (20.0, 0.0)], gear=[(0.0, "P")])
    assert texts(open_start, "gap") == {"whether the condition holds at the start is not known"}
    assert captured(GEAR, campaign=None, gear=[(0.0, "D")]).verdict == "FAIL"  # the only activity
    assert captured(GEAR, campaign="U-9", gear=[(0.0, "D")]).verdict == "INCONCLUSIVE"
    lost = captured(GEAR, update_active=[(0.0, 0.0), (9.0, None), (12.0, 0.0)], gear=[(0.0, "P")])
    assert texts(lost, "gap") == {"the capture does not tell when the update was executed"}


def test_two_activities_and_a_capture_of_neither() -> None:
    other = condition("C2", "gear", "=", "P", campaign="U-2")
    cases = [MATRIX[0], MATRIX[2], run("8", "", "是", campaign="U-2"), run("9", "C2", "否", campaign="U-2")]
    folded = fold(executes_only_when_preconditions_hold([GEAR, other], cases, *drive(None, gear=[(0.0, "P")])))
    assert texts(folded, "gap") == {"which activity the capture shows is not known"}
    folded = fold(executes_only_when_preconditions_hold([GEAR, other], cases, *drive("u-2", gear=[(0.0, "P")])))
    assert folded.verdict == "PASS"


# Safe state -------------------------------------------------------------------------------------------------------------------------------

BRAKE = condition("S1", "park_brake", "=", "是", scope="执行期间")


def safe(row: UpdatePrecondition = BRAKE, campaign: str | None = "U-1", **series: Any) -> Folded:
    spans, table = drive(campaign, **series)
    return fold(stays_in_safe_state_during_execution(spans, table, [row]))


@pytest.mark.parametrize(
    ("brake", "verdict"),
    [
        ([(0.0, 0.0), (9.9, 1.0)], "PASS"), ([(0.0, 0.0), (10.0, 1.0)], "PASS"), ([(0.0, 0.0), (10.02, 1.0)], "FAIL"),
        ([(0.0, 1.0), (19.98, 0.0)], "FAIL"), ([(0.0, 1.0), (20.0, 0.0)], "PASS"), ([(0.0, 1.0), (15.0, None), (16.0, 1.0)], "INCONCLUSIVE"),
        ([(0.0, 1.0), (14.0, None), (16.0, 0.0)], "FAIL"), ([(12.0, 1.0)], "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_every_sample_from_first_to_last(brake: list[tuple[float, float | None]], verdict: str) -> None:
    assert safe(park_brake=brake).verdict == verdict


def test_a_signal_that_is_not_mapped_is_unknown() -> None:
    assert safe(speed=[(0.0, 0.0)]).verdict == "INCONCLUSIVE"


def test_the_end_was_not_seen_or_there_is_no_execution() -> None:
    brake = [(0.0, 1.0)]
    lost = safe(park_brake=brake, update_active=[(0.0, 0.0), (10.0, 1.0), (20.0, None)])
    assert texts(lost, "gap") == {"the capture pauses or ends before the execution does"} and lost.totals["ok"] == 1
    assert texts(safe(park_brake=brake, update_active=[(0.0, 0.0)]), "gap")
    _, table = drive(park_brake=brake)
    folded = fold(stays_in_safe_state_during_execution(ExecutionSpan.empty(), table, [BRAKE]))
    assert texts(folded, "gap") == {"no execution is in the captures"}
    doubtful = safe(park_brake=brake, update_active=[(0.0, 0.0), (9.0, None), (12.0, 0.0)])
    assert texts(doubtful, "gap") == {"the capture does not tell when the update was executed"}


def test_which_activity_the_safe_state_is_of() -> None:
    off = [(0.0, 0.0)]
    assert safe(campaign=None, park_brake=off).verdict == "FAIL"
    assert safe(campaign="U-9", park_brake=off).verdict == "INCONCLUSIVE"
    other = BRAKE.model_copy(update={"campaign": "U-2"})
    spans, table = drive(None, park_brake=off)
    assert fold(stays_in_safe_state_during_execution(spans, table, [BRAKE, other])).verdict == "INCONCLUSIVE"
    assert safe(BRAKE.model_copy(update={"scope": "both"}), park_brake=off).verdict == "FAIL"
    blank = safe(BRAKE.model_copy(update={"scope": None}), park_brake=off)
    assert texts(blank, "gap") == {"no safe state during execution is declared", "no safe state is declared for this execution"}


# Energy -----------------------------------------------------------------------------------------------------------------------------------

CHARGE = condition("E1", "state_of_charge", ">=", "30", unit="%", energy="升级；恢复")
SIX_EIGHT = [run("1", "", "是", "6.8", soc_pct=30), run("2", "E1", "否", "6.8", soc_pct=29.9)]


def energy(row: UpdatePrecondition = CHARGE, cases: list[UpdateCase] | None = None, soc: object = 30, **more: object) -> Folded:
    done = UpdateExecution.model_validate({"campaign": "u-1", "vin": "X", "started_at": "2026-03-10 10:00", "soc_pct": soc} | more)
    return fold(energy_suffices([row], SIX_EIGHT if cases is None else cases, [done]))


@pytest.mark.parametrize(
    ("covers", "verdict"),
    [
        ("update; restore", "PASS"),
        ("执行; 回滚", "PASS"),
        ("update; safe", "PASS"),
        ("恢复", "FAIL"),
        ("升级", "FAIL"),
        ("", "INCONCLUSIVE"),
        ("升级和安全状态", "PASS"),
        ("其他", "FAIL"),
    ],
)
def test_what_the_threshold_covers(covers: str, verdict: str) -> None:
    assert energy(CHARGE.model_copy(update={"energy": covers or None})).verdict == verdict


@pytest.mark.parametrize(("soc", "verdict"), [(30, "PASS"), (29.99, "FAIL"), ("", "INCONCLUSIVE"), (100, "PASS")])
def test_charge_at_the_start(soc: object, verdict: str) -> None:
    assert energy(soc=soc).verdict == verdict


def test_a_car_that_did_not_start_or_of_another_activity() -> None:
    assert energy(soc=1, started_at="").verdict == "PASS"
    assert energy(soc=1, campaign="U-9").verdict == "PASS"


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        (SIX_EIGHT[:1], "INCONCLUSIVE"), (SIX_EIGHT[1:], "INCONCLUSIVE"), ([], "INCONCLUSIVE"),
        ([SIX_EIGHT[0], run("2", "E1", "是", "6.8", soc_pct=29)], "FAIL"),
        ([run("1", "", "否", "6.8", soc_pct=31), SIX_EIGHT[1]], "FAIL"),
        ([*SIX_EIGHT, run("3", "", "是", "6.8", soc_pct=29.9)], "INCONCLUSIVE"),
        ([*SIX_EIGHT, run("3", "E1", "否", "6.8", soc_pct=30)], "INCONCLUSIVE"),
        ([*SIX_EIGHT, run("3", "E1", "", "6.8", soc_pct=20)], "INCONCLUSIVE"),
        ([run("1", "", "是", "6.8"), run("2", "E1", "否", "6.8")], "PASS"),
        ([*SIX_EIGHT, run("3", "E1", "是", "6.8", campaign="U-9")], "PASS"),
        ([*SIX_EIGHT, run("3", "E1", "是", "6.7")], "PASS"),
        ([*SIX_EIGHT, run("3", "E1", "是", "6.8", campaign="")], "FAIL"),
    ],
)  # fmt: skip
def test_runs_above_and_below(cases: list[UpdateCase], verdict: str) -> None:
    assert energy(cases=cases).verdict == verdict


@pytest.mark.parametrize(
    ("changed", "ok"),
    [
        ({"operator": "<"}, False),
        ({"unit": "kWh"}, False),
        ({"value": "三十"}, False),
        ({"value": "30%", "unit": None}, True),
        ({"operator": ">"}, True),
    ],
)
def test_a_threshold_that_cannot_be_read_judges_no_car(changed: dict[str, object], ok: bool) -> None:
    judged = energy(CHARGE.model_copy(update=changed), soc=10).totals["breach"]
    assert bool(judged) is ok


def test_the_greater_of_two_thresholds_counts_and_volts_are_no_charge() -> None:
    more = CHARGE.model_copy(update={"id": "E2", "value": "40"})
    done = UpdateExecution.model_validate({"campaign": "U-1", "vin": "X", "started_at": "2026-03-10 10:00", "soc_pct": 35})
    assert texts(fold(energy_suffices([CHARGE, more], [], [done])), "breach") == {"started below the threshold"}
    volts = condition("E3", "voltage_12v", ">=", "12", energy="升级;恢复")
    assert fold(energy_suffices([volts], [run("1", "", "是", "6.8"), run("2", "E3", "否", "6.8")], [done])).verdict == "PASS"


def test_what_makes_a_condition_one_of_energy() -> None:
    for row in (CHARGE.model_copy(update={"energy": None}), condition("E3", "voltage_12v", ">=", "12")):
        assert "what the energy threshold covers is not told" in texts(fold(energy_suffices([row], SIX_EIGHT, None)), "gap")
    assert (
        energy(
            condition("E4", "external_supply", "=", "是", energy="升级;恢复"), [run("1", "", "是", "6.8"), run("2", "E4", "否", "6.8")]
        ).verdict
        == "PASS"
    )
    assert texts(fold(energy_suffices([GEAR.model_copy(update={"campaign": "U-2"}), CHARGE], SIX_EIGHT, None)), "gap") == {
        "the activity declares no energy condition"
    }
    assert fold(energy_suffices([CHARGE], None, None)).totals == {"breach": 0, "gap": 2, "ok": 1}
    assert energy(CHARGE.model_copy(update={"unit": "pct"}), soc=10).verdict == "FAIL"
    assert energy(CHARGE.model_copy(update={"value": None}), soc=10).totals["breach"] == 0
    assert energy().totals["ok"] == 4
    assert texts(energy(cases=[SIX_EIGHT[0], run("2", "E1", "是", "6.8", soc_pct=29)]), "breach") == {"executed without enough energy"}
    assert texts(energy(cases=[run("1", "", "否", "6.8", soc_pct=31), SIX_EIGHT[1]]), "breach") == {
        "not executed although the energy suffices"
    }


def test_an_activity_without_an_energy_condition() -> None:
    assert texts(fold(energy_suffices([GEAR], SIX_EIGHT, None)), "gap") == {"the activity declares no energy condition"}
    assert texts(fold(energy_suffices([], SIX_EIGHT, None)), "gap") == {"no condition is declared"}
    assert texts(fold(energy_suffices([CHARGE.model_copy(update={"scope": "execution"})], [], None)), "gap") == {
        "the activity declares no energy condition"
    }
    two = [CHARGE, CHARGE.model_copy(update={"campaign": "U-2"})]
    assert fold(energy_suffices(two, [c.model_copy(update={"campaign": None}) for c in SIX_EIGHT], None)).totals["gap"] == 4
