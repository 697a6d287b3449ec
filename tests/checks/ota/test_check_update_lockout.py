"""What must not work, and what must, while an update is executed."""

from typing import Any

import pytest

from zhunru.checks.ota.cannot_be_driven_during_execution import cannot_be_driven_during_execution
from zhunru.checks.ota.doors_open_from_inside import doors_open_from_inside
from zhunru.checks.ota.locked_functions_stay_off import locked_functions_stay_off
from zhunru.checks.ota.safety_measures_are_active import safety_measures_are_active
from zhunru.core.finding import Folded, fold
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import event_log
from zhunru.tables.execution_span import spans_of
from zhunru.tables.vehicle_condition import condition_table

Line = tuple[float, str, dict[str, object]]
START, END = (0.0, "start", dict[str, object]()), (900.0, "end", dict[str, object]())


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


def log(*lines: Line) -> list[UpdateEvent]:
    return event_log(START, *lines, END, run="R1")


# Driving ----------------------------------------------------------------------------------------------------------------------------------

REFUSED: tuple[Line, ...] = ((300, "drive_attempt", {}), (301, "drive_refused", {}))


def driven(*lines: Line, campaigns: list[UpdateCampaign] | None = None, **more: Any) -> Folded:
    return fold(cannot_be_driven_during_execution(log(*lines), campaigns, None, None, **more))


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (REFUSED, "PASS"),
        (((300, "drive_attempt", {}), (305, "drive_refused", {})), "PASS"),
        (((300, "drive_attempt", {}), (305.1, "drive_refused", {})), "INCONCLUSIVE"),
        (((300, "drive_attempt", {}), (299, "drive_refused", {})), "INCONCLUSIVE"),
        (((300, "drive_attempt", {}), (300, "drive_refused", {})), "PASS"),
        (((300, "drive_attempt", {"value": "拒绝"}),), "PASS"),
        (((300, "drive_attempt", {"value": "成功"}),), "FAIL"),
        (((300, "drive_attempt", {"value": "成功"}), (301, "drive_refused", {})), "INCONCLUSIVE"),
        (((300, "drive_attempt", {"value": "不详"}),), "INCONCLUSIVE"),
        ((), "INCONCLUSIVE"),
        (((0, "drive_attempt", {"value": "拒绝"}),), "INCONCLUSIVE"),
        (((900, "drive_attempt", {"value": "拒绝"}),), "INCONCLUSIVE"),
        ((*REFUSED, (900, "drive_attempt", {"value": "成功"})), "PASS"),
        ((*REFUSED, (500, "drive_attempt", {})), "INCONCLUSIVE"),
    ],
)
def test_attempts_to_drive(lines: tuple[Line, ...], verdict: str) -> None:
    assert driven(*lines).verdict == verdict


def test_an_execution_without_an_end_goes_on() -> None:
    assert fold(cannot_be_driven_during_execution(event_log(START, *REFUSED), None, None, None)).verdict == "PASS"


def test_activities_that_may_run_while_driving_are_left_to_their_assessment() -> None:
    may = [UpdateCampaign.model_validate({"id": "u-1", "while_driving": "是"})]
    assert texts(driven((300, "drive_attempt", {"value": "成功"}), campaigns=may), "gap") == {
        "declared to be executable while driving: its assessment decides"
    }
    other = [UpdateCampaign.model_validate({"id": "U-2", "while_driving": "是"})]
    assert driven(*REFUSED, campaigns=other).verdict == "PASS"
    assert texts(fold(cannot_be_driven_during_execution([], None, None, None)), "gap") == {"no execution of an update is in the log"}


ACTIVE = [(0.0, 0.0), (10.0, 1.0), (20.0, 0.0)]


@pytest.mark.parametrize(
    ("series", "kind", "count"),
    [
        ({"speed": [(0.0, 0.0)]}, "ok", 2), ({"speed": [(0.0, 0.3)]}, "ok", 2), ({"speed": [(0.0, 0.31)]}, "breach", 1),
        ({"speed": [(0.0, 9.0), (10.0, 0.0)]}, "ok", 2), ({"speed": [(0.0, 0.0), (20.0, 9.0)]}, "ok", 2),
        ({"speed": [(0.0, 0.0), (19.98, 9.0)]}, "breach", 1), ({"speed": [(0.0, 0.0), (15.0, None), (16.0, 0.0)]}, "gap", 1),
        ({"drive_ready": [(0.0, 0.0)]}, "ok", 2), ({"drive_ready": [(0.0, 0.0), (12.0, 1.0)]}, "breach", 1), ({"gear": [(0.0, "P")]}, "ok", 1),
        ({"drive_ready": [(0.0, 0.0)], "speed": [(0.0, 0.0)]}, "ok", 3), ({"drive_ready": [(0.0, None)], "speed": [(0.0, 0.0)]}, "gap", 1),
    ],
)  # fmt: skip
def test_what_a_capture_shows(series: dict[str, Any], kind: str, count: int) -> None:
    table = condition_table("d", **({"update_active": ACTIVE} | series))
    folded = fold(cannot_be_driven_during_execution(log(*REFUSED), None, spans_of(table, "U-1"), table))
    assert folded.totals[kind] == count  # type: ignore[index]
    may = [UpdateCampaign.model_validate({"id": "U-1", "while_driving": "是"})]
    left = fold(cannot_be_driven_during_execution(log(*REFUSED), may, spans_of(table, "U-1"), table))
    assert left.totals == {"breach": 0, "gap": 1, "ok": 0}


def test_a_capture_that_does_not_tell_when() -> None:
    table = condition_table("d", update_active=[(0.0, 0.0), (5.0, None), (9.0, 0.0)], speed=[(0.0, 0.0)])
    folded = fold(cannot_be_driven_during_execution(log(*REFUSED), None, spans_of(table), table))
    assert texts(folded, "gap") == {"the capture does not tell when the update was executed"}
    assert fold(cannot_be_driven_during_execution(log(*REFUSED), None, spans_of(table), None)).verdict == "PASS"
    assert fold(cannot_be_driven_during_execution(log(*REFUSED), None, None, table)).verdict == "PASS"


# Functions --------------------------------------------------------------------------------------------------------------------------------


def told(*names: str) -> Line:
    return (-60, "notice", {"topic": "不可用功能", "text": "；".join(names)})


def tried(at: float, name: str | None, *, value: str | None = None, refused: str | None = None) -> list[Line]:
    lines: list[Line] = [(at, "function_attempt", {"subject": name, "value": value})]
    return [*lines, (at + 1, "function_refused", {"subject": refused})] if refused else lines


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([told("空调"), *tried(10, "空调", refused="空调")], "PASS"),
        ([told("空调"), *tried(10, " 空调", value="拒绝")], "PASS"),
        ([told("空调"), *tried(10, "空调", value="成功")], "FAIL"),
        ([told("空调"), *tried(10, "空调")], "INCONCLUSIVE"),
        ([told("空调"), *tried(10, "空调", refused="喇叭")], "FAIL"),
        ([told("空调"), *tried(10, "空调", refused="空调"), *tried(20, "喇叭", value="拒绝")], "FAIL"),
        ([told("空调"), *tried(10, "空调", refused="空调"), *tried(20, "喇叭", value="成功")], "INCONCLUSIVE"),
        ([told("空调"), *tried(10, "空调", refused="空调"), *tried(20, None, value="拒绝")], "INCONCLUSIVE"),
        ([told("空调", "导航"), *tried(10, "空调", refused="空调")], "INCONCLUSIVE"),
        ([told("执行期间空调不可用"), *tried(10, "空调", refused="空调")], "PASS"),
        ([*tried(10, "空调", refused="空调")], "INCONCLUSIVE"),
        ([told("空调"), *tried(-5, "空调", refused="空调")], "INCONCLUSIVE"),
        ([told("空调"), *tried(950, "空调", value="成功"), *tried(10, "空调", refused="空调")], "PASS"),
        ([told("空调"), *tried(10, "空调", refused="空调"), (30, "function_refused", {"subject": "喇叭"})], "FAIL"),
        ([told("空调"), *tried(10, "空调", refused="空调"), (30, "function_refused", {})], "PASS"),
    ],
)
def test_functions_that_must_be_off(lines: list[Line], verdict: str) -> None:
    assert fold(locked_functions_stay_off(log(*lines))).verdict == verdict


def test_driving_among_the_listed_functions_is_tried_by_driving() -> None:
    lines = [told("空调", "驾驶"), *tried(10, "空调", refused="空调")]
    assert fold(locked_functions_stay_off(log(*lines))).verdict == "INCONCLUSIVE"
    assert fold(locked_functions_stay_off(log(*lines, (30, "drive_attempt", {})))).verdict == "PASS"
    assert fold(locked_functions_stay_off(log(*lines, (-30, "drive_attempt", {})))).verdict == "INCONCLUSIVE"


def test_a_refusal_outside_of_the_execution_or_of_nothing_tells_nothing() -> None:
    lines = [told("空调"), *tried(10, "空调", refused="空调")]
    assert fold(locked_functions_stay_off(log(*lines, (-20, "function_refused", {"subject": "喇叭"})))).verdict == "PASS"
    outcome = fold(locked_functions_stay_off(log(told("空调"), *tried(10, "空调"))))
    assert "the outcome of the attempt is not recorded" in texts(outcome, "gap")
    only = fold(locked_functions_stay_off(log(told("空调"), (30, "function_refused", {"subject": "空调"}))))
    assert not texts(only, "gap") and not only.totals["ok"]
    both = fold(locked_functions_stay_off(log(told("空调"), *tried(10, "空调", value="成功", refused="空调"))))
    assert both.verdict == "INCONCLUSIVE"


def test_a_refusal_without_an_attempt_in_its_log_is_found_once() -> None:
    folded = fold(locked_functions_stay_off(log(told("空调"), *tried(10, "喇叭", refused="喇叭"), *tried(50, "空调", value="拒绝"))))
    assert texts(folded, "breach") == {"a function was off that the user was not told of"} and folded.totals["breach"] == 1


@pytest.mark.parametrize(("late", "verdict"), [(5, "PASS"), (5.1, "INCONCLUSIVE")])
def test_the_answer_to_an_attempt(late: float, verdict: str) -> None:
    lines: list[Line] = [told("空调"), (10, "function_attempt", {"subject": "空调"}), (10 + late, "function_refused", {"subject": "空调"})]
    assert fold(locked_functions_stay_off(log(*lines))).verdict == verdict


def test_the_list_of_another_run_of_the_activity_counts() -> None:
    other = event_log(told("空调"), run="R2")
    assert fold(locked_functions_stay_off(other + log(*tried(10, "空调", refused="空调")))).verdict == "PASS"
    strange = event_log(told("空调"), run="R2", campaign="U-2")
    assert fold(locked_functions_stay_off(strange + log(*tried(10, "空调", refused="空调")))).verdict == "INCONCLUSIVE"
    assert texts(fold(locked_functions_stay_off(other)), "gap") == {"no execution of an update is in the log"}


# Doors ------------------------------------------------------------------------------------------------------------------------------------


def stage(at: float, name: str) -> Line:
    return (at, "stage", {"stage": name})


def door(at: float, opens: float | None = 1, value: str | None = None, name: str = "左前门") -> list[Line]:
    lines: list[Line] = [(at, "unlock_attempt", {"subject": name, "value": value})]
    return lines if opens is None else [*lines, (at + opens, "unlocked", {"subject": name})]


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([stage(1, "擦除"), *door(10)], "PASS"),
        ([stage(1, "擦除"), *door(10, 5)], "PASS"),
        ([stage(1, "擦除"), *door(10, 5.1)], "FAIL"),
        ([stage(1, "擦除"), *door(10, None)], "FAIL"),
        ([stage(1, "擦除"), *door(10, None, "成功")], "PASS"),
        ([stage(1, "擦除"), *door(10, None, "失败")], "FAIL"),
        ([stage(1, "擦除"), *door(10, 1, "失败")], "INCONCLUSIVE"),
        ([stage(1, "擦除"), *door(896, None)], "INCONCLUSIVE"),
        ([stage(1, "擦除"), *door(896, None, "失败")], "FAIL"),
        ([(0.0, "start", {"stage": "准备"}), stage(1, "擦除"), *door(10)], "INCONCLUSIVE"),
        ([stage(1, "擦除"), *door(894.9, None)], "FAIL"),
        ([stage(1, "擦除"), *door(10, 1, None, "左前门"), *door(20, None, None, "右后门")], "FAIL"),
        ([stage(1, "擦除"), stage(300, "写入"), *door(10)], "INCONCLUSIVE"),
        ([stage(1, "擦除"), stage(300, "写入"), *door(10), *door(310)], "PASS"),
        ([stage(1, "擦除"), stage(300, "写入"), *door(10), *door(299)], "INCONCLUSIVE"),
        ([stage(1, "擦除"), *door(-5)], "INCONCLUSIVE"),
        ([*door(10)], "INCONCLUSIVE"),
        ([stage(1, "擦除"), stage(950, "清理"), *door(10)], "PASS"),
    ],
)
def test_doors_at_every_stage(lines: list[Line], verdict: str) -> None:
    assert fold(doors_open_from_inside(log(*lines))).verdict == verdict


def test_stages_of_all_runs_of_an_activity_count_and_a_line_may_name_its_own() -> None:
    first = log(stage(1, "擦除"), *door(10))
    second = event_log(START, stage(1, "激活"), END, run="R2")
    assert fold(doors_open_from_inside(first + second)).verdict == "INCONCLUSIVE"
    own = event_log(START, *((t, k, f | {"stage": "激活"}) for t, k, f in door(20)), END, run="R2")
    assert fold(doors_open_from_inside(first + own)).verdict == "PASS"
    assert fold(doors_open_from_inside(first + event_log(START, stage(1, "激活"), END, campaign="U-2"))).verdict == "INCONCLUSIVE"
    assert texts(fold(doors_open_from_inside([])), "gap") == {"no execution of an update is in the log"}


# Measures ---------------------------------------------------------------------------------------------------------------------------------


def item(may: str = "是", **more: object) -> ImpactAssessment:
    return ImpactAssessment.model_validate({"campaign": "U-1", "ecu": "EPS", "may_affect_safety": may} | more)


def nine(**more: object) -> UpdateCase:
    return UpdateCase.model_validate({"case": "6.9", "run": "R1", "campaign": "U-1", "stimulus": "eps"} | more)


def active(at: float = 10, value: str | None = None) -> Line:
    return (at, "measure_active", {"subject": "转向锁止", "value": value})


@pytest.mark.parametrize(
    ("cases", "lines", "verdict"),
    [
        ([nine()], [active()], "PASS"), ([nine(campaign="")], [active()], "PASS"), ([nine(campaign="U-2")], [active()], "INCONCLUSIVE"),
        ([nine(stimulus="ESP")], [active()], "INCONCLUSIVE"), ([nine(case="6.10")], [active()], "INCONCLUSIVE"), ([], [active()], "INCONCLUSIVE"),
        ([nine(run="R2")], [active()], "INCONCLUSIVE"), ([nine()], [], "INCONCLUSIVE"), ([nine()], [active(value="否")], "FAIL"),
        ([nine()], [active(value="否"), active(20)], "INCONCLUSIVE"), ([nine()], [active(-5)], "INCONCLUSIVE"),
        ([nine()], [active(-5, "否"), active()], "PASS"),
        ([nine()], [active(value="待机"), active(20, "已生效")], "INCONCLUSIVE"), ([nine()], [active(value="已生效"), active(20)], "PASS"),
    ],
)  # fmt: skip
def test_measures_of_each_item(cases: list[UpdateCase], lines: list[Line], verdict: str) -> None:
    assert fold(safety_measures_are_active([item()], cases, log(*lines))).verdict == verdict


def test_the_list_of_items() -> None:
    assert fold(safety_measures_are_active([item("否")], None, None)).verdict == "PASS"
    assert fold(safety_measures_are_active([item("")], None, None)).totals == {"breach": 0, "gap": 1, "ok": 0}
    assert fold(safety_measures_are_active([item("否"), item("")], None, None)).verdict == "INCONCLUSIVE"
    assert fold(safety_measures_are_active([item(), item("")], [nine()], log(active()))).totals == {"breach": 0, "gap": 1, "ok": 1}
    assert texts(fold(safety_measures_are_active([], None, None)), "gap") == {"there is no impact assessment"}
    assert fold(safety_measures_are_active([item()], None, None)).verdict == "INCONCLUSIVE"
