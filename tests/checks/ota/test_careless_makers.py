"""What careless or dishonest makers write into logs and ledgers: one tamper at a time on an example that passes."""

from datetime import date
from typing import Any

import pytest

from zhunru.checks.ota.emergency_plan_was_exercised import emergency_plan_was_exercised
from zhunru.checks.ota.energy_suffices import energy_suffices
from zhunru.checks.ota.recovers_after_failure import back_on_the_old_version, recovers_after_failure
from zhunru.checks.ota.safety_measures_are_active import safety_measures_are_active, seen_during_execution
from zhunru.checks.ota.survives_power_loss_at_each_stage import old_set_or_new_set, survives_power_loss_at_each_stage
from zhunru.checks.ota.user_is_told_before_execution import five_contents_before_the_start, user_is_told_before_execution
from zhunru.checks.ota.user_is_told_the_result import both_outcomes_told, user_is_told_the_result
from zhunru.core.finding import Folded, fold
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.records.capability_document import CapabilityDocument
from zhunru.records.changed_ecus import changed_ecus
from zhunru.records.exercise import Exercise
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_precondition import UpdatePrecondition
from zhunru.records.update_run import event_log, obscure, outcome_of


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


def changed(events: list[UpdateEvent], kind: str, run: str | None = None, **cells: object) -> list[UpdateEvent]:
    return [e.model_copy(update=cells) if e.event == kind and (run is None or e.run == run) else e for e in events]


# Words for an outcome ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("升级失败", NO), ("未成功", NO), ("超时", NO), (" 未 生效", NO), ("未激活", NO), ("Timeout", NO), ("error", NO), ("不能行驶", NO),
        ("升级成功", YES), ("完成", YES), ("已生效", YES), ("车辆起步", YES), ("ＳＵＣＣＥＳＳ", YES), ("异常终止", UNKNOWN), ("", UNKNOWN),
    ],
)  # fmt: skip
def test_what_an_event_says_of_its_outcome(word: str, says: int) -> None:
    (event,) = event_log((0, "end", {"value": word}))
    assert outcome_of(event) == says
    assert obscure(event) is (word == "异常终止")


def test_an_end_in_other_words_for_a_failure_is_no_success() -> None:
    events, campaigns, none = both_outcomes_told()
    failed = fold(user_is_told_the_result(changed(events, "end", "R1", value="升级失败"), campaigns, none))
    assert texts(failed, "breach") == {"failed, and the user was not told what to do"}
    unclear = fold(user_is_told_the_result(changed(events, "end", "R1", value="异常终止"), campaigns, none))
    assert texts(unclear, "gap") >= {"the outcome at the end is not understood"}
    both = fold(user_is_told_the_result(changed(events, "end", "R2", value="异常终止"), campaigns, none))
    assert both.verdict == "PASS"  # the line about the failure tells enough


def test_a_failure_told_only_by_its_end_needs_its_recovery_too() -> None:
    events, cases, executions, campaigns, units = back_on_the_old_version()
    silent = event_log((0, "start", {}), (90, "end", {"value": "升级失败"}), run="R4")
    assert texts(fold(recovers_after_failure(events + silent, cases, executions, campaigns, units)), "gap") == {
        "whether it recovered is not known"
    }
    unclear = changed(silent, "end", value="异常终止")
    assert texts(fold(recovers_after_failure(events + unclear, cases, executions, campaigns, units)), "gap") == {
        "the outcome at the end is not understood"
    }
    for word in ("成功", None):
        good = changed(silent, "end", value=word)
        assert fold(recovers_after_failure(events + good, cases, executions, campaigns, units)).verdict == "PASS"


def test_a_measure_whose_state_is_told_in_other_words() -> None:
    items, cases, log = seen_during_execution()
    verdicts = {
        w: fold(safety_measures_are_active(items, cases, changed(log, "measure_active", value=w))).verdict
        for w in ("未生效", "待机", "已生效")
    }
    assert verdicts == {"未生效": "FAIL", "待机": "INCONCLUSIVE", "已生效": "PASS"}


def test_the_log_of_another_activity_does_not_stand_in_for_that_of_the_run() -> None:
    items, cases, log = seen_during_execution()
    off = changed(log, "measure_active", value="否")
    pasted = [e.model_copy(update={"campaign": "U-2"}) for e in log]
    assert fold(safety_measures_are_active(items, cases, off + pasted)).verdict == "FAIL"
    assert fold(safety_measures_are_active(items, cases, pasted)).verdict == "INCONCLUSIVE"
    twice = [e.model_copy(update={"vin": "LSVAA49J0X2000009"}) for e in off]
    assert fold(safety_measures_are_active(items, cases, log + twice)).verdict == "INCONCLUSIVE"


# Which ECUs were read ---------------------------------------------------------------------------------------------------------------------

BILLS = [
    SoftwareUnit.model_validate({"baseline": b, "ecu": e, "version": v})
    for b, e, v in (
        ("B1", "EPS", "1.0"),
        ("B2", "eps", "2.0"),
        ("B1", "ESP", "5.0"),
        ("b2", "ESP", "6.0"),
        ("B1", "IVI", "3"),
        ("B2", "IVI", "3"),
    )
]


def test_which_ecus_an_update_renews() -> None:
    one = UpdateCampaign.model_validate({"id": "u-1", "baseline_before": "B1", "baseline_after": "B2"})
    assert changed_ecus([one], BILLS) == {"u-1": {"eps", "esp"}}
    assert changed_ecus([one], BILLS[1:]) == {"u-1": {"eps", "esp"}}
    assert changed_ecus([one], [*BILLS, BILLS[0].model_copy(update={"ecu": "TCU"})]) == {"u-1": {"eps", "esp", "tcu"}}
    assert changed_ecus([one.model_copy(update={"baseline_before": None})], BILLS) == {}
    assert changed_ecus([one.model_copy(update={"baseline_after": "B9"})], BILLS) == {}
    other = one.model_copy(update={"id": "U-1", "baseline_after": "B1"})
    assert changed_ecus([one, other], BILLS) == changed_ecus([other, one], BILLS) == {"u-1": {"eps", "esp"}}


def test_reading_only_the_ecu_that_was_not_written_shows_no_recovery() -> None:
    events, cases, executions, _, _ = back_on_the_old_version()
    activity = [UpdateCampaign.model_validate({"id": "U-1", "baseline_before": "B1", "baseline_after": "B2"})]
    assert texts(fold(recovers_after_failure(events, cases, executions, activity, BILLS)), "gap") == {
        "an ECU that the update renews was not read"
    }
    assert fold(recovers_after_failure(events, cases, executions, activity, BILLS[:2])).verdict == "PASS"
    torn = changed(events, "readout", value="1.0")
    torn[-1] = torn[-1].model_copy(update={"value": "2.0"})
    assert fold(recovers_after_failure(torn, cases, executions, activity, BILLS)).verdict == "FAIL"


def test_reading_only_a_part_shows_no_whole_set_after_a_loss_of_power() -> None:
    events, cases, campaigns, _ = old_set_or_new_set()
    assert fold(survives_power_loss_at_each_stage(events, cases, campaigns, BILLS)).verdict == "PASS"
    part = [e for e in events if e.subject != "ESP"]
    assert texts(fold(survives_power_loss_at_each_stage(part, cases, campaigns, BILLS)), "gap") == {
        "the versions before and after were not read whole"
    }


@pytest.mark.parametrize(("also", "verdict"), [("否", "FAIL"), ("", "INCONCLUSIVE"), ("是", "PASS")])
def test_of_two_rows_of_one_run_the_worse_counts(also: str, verdict: str) -> None:
    events, cases, campaigns, units = old_set_or_new_set()
    more = cases[0].model_copy(update={"old_version_runs": {"否": False, "是": True}.get(also)})
    other = cases[0].model_copy(update={"stimulus": "校验错误", "old_version_runs": False})
    for rows in ([more, *cases], [*cases, more], [*cases, more, other]):
        assert fold(survives_power_loss_at_each_stage(events, rows, campaigns, units)).verdict == verdict


# Thresholds -------------------------------------------------------------------------------------------------------------------------------


def energy(soc: float = 80, low: float | None = 20, field: float | None = None, **cells: Any) -> Folded:
    plain = {
        "campaign": "U-1",
        "id": "E1",
        "quantity": "state_of_charge",
        "operator": ">=",
        "value": "30",
        "unit": "%",
        "energy": "升级；恢复",
    }
    runs = [
        UpdateCase.model_validate({"case": "6.8", "run": r, "campaign": "U-1", "stimulus": s, "executed": e, "soc_pct": c})
        for r, s, e, c in (("1", "", "是", soc), ("2", "E1", "否", low))
    ]
    cars = [UpdateExecution.model_validate({"campaign": "U-1", "vin": "X", "started_at": "2026-03-10 10:00", "soc_pct": field})]
    return fold(energy_suffices([UpdatePrecondition.model_validate(plain | cells)], runs, cars if field is not None else None))


@pytest.mark.parametrize(
    "cells",
    [
        {"value": None}, {"value": "三十"}, {"value": "0"}, {"value": "-5"}, {"value": "1"}, {"value": "0.3"}, {"value": "100.1"},
        {"value": "0.3", "unit": "ratio"}, {"operator": "<="}, {"operator": None}, {"quantity": "voltage_12v", "unit": "V", "value": ""},
        {"quantity": ""},
    ],
)  # fmt: skip
def test_a_threshold_that_demands_nothing_is_a_gap(cells: dict[str, Any]) -> None:
    assert "the energy threshold is missing or cannot be read" in texts(energy(low=None, **cells), "gap")


@pytest.mark.parametrize(
    "cells", [{}, {"value": "1.1", "operator": ">"}, {"value": "30%", "unit": None}, {"quantity": "voltage_12v", "value": "12"}]
)
def test_a_threshold_that_demands_something(cells: dict[str, Any]) -> None:
    assert "the energy threshold is missing or cannot be read" not in texts(energy(**cells), "gap")


@pytest.mark.parametrize(
    ("covers", "verdict"), [("升级（不含恢复）", "INCONCLUSIVE"), ("update without restore", "INCONCLUSIVE"), ("升级+恢复", "PASS")]
)
def test_a_budget_that_speaks_of_what_it_leaves_out(covers: str, verdict: str) -> None:
    assert energy(energy=covers).verdict == verdict


@pytest.mark.parametrize(("soc", "verdict"), [(100, "PASS"), (100.1, "INCONCLUSIVE"), (8000, "INCONCLUSIVE")])
def test_a_charge_above_full_proves_nothing(soc: float, verdict: str) -> None:
    assert energy(soc=soc).verdict == energy(field=soc).verdict == verdict


def test_a_charge_below_empty_proves_nothing() -> None:
    assert energy(low=-1).verdict == energy(field=-0.1).verdict == "INCONCLUSIVE"
    assert energy(low=0).verdict == "PASS"
    assert energy(field=0).verdict == "FAIL"


# Notices ----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_rows_of_one_activity_the_one_with_functions_counts(order: int) -> None:
    events, activity = five_contents_before_the_start()
    silent = [e for e in events if e.topic != "功能变更"]
    rows = [*activity, activity[0].model_copy(update={"functions": ()})][::order]
    assert texts(fold(user_is_told_before_execution(silent, rows)), "breach") == {"this content was never told"}
    recall = [*activity, activity[0].model_copy(update={"recall": "S2026M0001V"})][::order]
    quiet = changed(events, "notice", text="修复")
    assert "the purpose of a recall does not speak of it" in texts(fold(user_is_told_before_execution(quiet, recall)), "gap")


@pytest.mark.parametrize(("topic", "text", "verdict"), [
    ("注意事项", "无", "INCONCLUSIVE"), ("注意事项", " 略。", "INCONCLUSIVE"), ("升级目的", "TBD", "INCONCLUSIVE"), ("注意事项", "无须操作", "PASS"),
    ("不可用功能", "无", "PASS"), ("功能变更", "无", "PASS"), ("时长", "无", "PASS"),
])  # fmt: skip
def test_none_is_no_content_where_there_is_always_something(topic: str, text: str, verdict: str) -> None:
    events, activity = five_contents_before_the_start()
    tampered = [e.model_copy(update={"text": text}) if e.topic == topic else e for e in events]
    assert fold(user_is_told_before_execution(tampered, activity)).verdict == verdict  # of the duration the number is told
    if topic == "时长":
        bare_number = [e.model_copy(update={"duration_s": None}) if e.topic == topic else e for e in tampered]
        assert fold(user_is_told_before_execution(bare_number, activity)).verdict == "INCONCLUSIVE"


# Drill ------------------------------------------------------------------------------------------------------------------------------------

DAY = date(2026, 6, 1)


def drill(day: str, **cells: object) -> Exercise:
    plain = {
        "id": day, "plan": "P-1", "scenario": "推送至非目标车辆", "injected_at": f"{day} 10:00", "detected_at": f"{day} 10:03",
        "stopped_at": f"{day} 10:07", "executed_on_wrong": "否",
    }  # fmt: skip
    return Exercise.model_validate(plain | cells)


def plan(day: str) -> CapabilityDocument:
    return CapabilityDocument.model_validate({"id": "P-1", "capability": "emergency", "form": "文件", "approved_on": day, "version": day})


def test_a_drill_that_failed_after_a_good_one_fails() -> None:
    good, bad = drill("2026-02-01"), drill("2026-03-01", stopped_at="")
    for drills in ([good, bad], [bad, good]):
        assert fold(emergency_plan_was_exercised(drills, [plan("2026-01-01")], DAY)).verdict == "FAIL"
    assert fold(emergency_plan_was_exercised([good, bad, drill("2026-04-01")], [plan("2026-01-01")], DAY)).verdict == "PASS"


@pytest.mark.parametrize("order", [1, -1])
def test_the_drill_is_one_of_the_plan_in_force(order: int) -> None:
    for newer, verdict in (("2026-02-02", "INCONCLUSIVE"), ("2026-02-01", "PASS")):
        plans = [plan("2026-01-01"), plan(newer)][::order]
        assert fold(emergency_plan_was_exercised([drill("2026-02-01")], plans, DAY)).verdict == verdict
