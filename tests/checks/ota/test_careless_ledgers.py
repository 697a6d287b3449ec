"""Mere days, parts of lists, channels and read-outs as careless or dishonest makers write them: one tamper at a time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from zhunru.checks.ota.closing_report_adds_up import closing_report_adds_up
from zhunru.checks.ota.declaration_covers_relevant_ecus import declaration_covers_relevant_ecus, declared_before_the_release
from zhunru.checks.ota.execution_record_is_complete import execution_record_is_complete
from zhunru.checks.ota.identification_changes_with_update import identification_changes_with_update, version_and_swin_change
from zhunru.checks.ota.locked_functions_stay_off import locked_functions_stay_off
from zhunru.checks.ota.notices_come_through_the_vehicle import notices_come_through_the_vehicle
from zhunru.checks.ota.safety_measures_are_active import safety_measures_are_active, seen_during_execution
from zhunru.checks.ota.skilled_updates_name_a_professional import skilled_updates_name_a_professional
from zhunru.checks.ota.told_duration_is_compared import told_duration_is_compared
from zhunru.checks.ota.user_confirms_before_execution import told_confirmed_executed, user_confirms_before_execution
from zhunru.checks.ota.user_is_told_the_result import both_outcomes_told, user_is_told_the_result
from zhunru.checks.ota.versions_change_as_registered import changed_as_registered, versions_change_as_registered
from zhunru.core.finding import Folded, fold
from zhunru.core.record import CHINA
from zhunru.core.subject import Subject
from zhunru.records.closing_report import ClosingReport
from zhunru.records.releases import releases_of
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_run import event_log
from zhunru.tables.software_readout import SoftwareReadout


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


def changed(events: list[UpdateEvent], kind: str, run: str | None = None, **cells: object) -> list[UpdateEvent]:
    return [e.model_copy(update=cells) if e.event == kind and (run is None or e.run == run) else e for e in events]


# Days without a clock time ----------------------------------------------------------------------------------------------------------------


def test_a_mere_day_has_no_order_within_the_day() -> None:
    events, cases = told_confirmed_executed()
    day = datetime(2026, 3, 10, tzinfo=CHINA)
    assert fold(user_confirms_before_execution(changed(events, "confirm", at=day), cases)).verdict == "INCONCLUSIVE"
    yesterday = [e.model_copy(update={"at": day - timedelta(days=1)}) if e.event in {"notice", "confirm"} else e for e in events]
    assert texts(fold(user_confirms_before_execution(yesterday, cases)), "gap") == {
        "whether the notice came before the confirmation cannot be told"
    }


@pytest.mark.parametrize(
    ("told", "verdict"),
    [("2026-03-10", "gap"), ("2026-03-11", "ok"), ("2026-03-09", "breach"), ("2026-03-10 09:59", "breach"), ("2026-03-10 00:01", "breach")],
)
def test_a_result_of_which_only_the_day_is_known(told: str, verdict: str) -> None:
    record = UpdateExecution.model_validate(
        {"campaign": "U-9", "vin": "X", "result": "成功", "ended_at": "2026-03-10 10:00", "told_result_at": told}
    )
    events, campaigns, _ = both_outcomes_told()
    base = fold(user_is_told_the_result(events, campaigns, None)).totals
    more = fold(user_is_told_the_result(events, campaigns, [record])).totals
    assert {k: more[k] - base[k] for k in more if more[k] != base[k]} == {verdict: 1}


@pytest.mark.parametrize(
    ("ended", "verdict"), [("2026-03-10", "INCONCLUSIVE"), ("2026-03-09", "FAIL"), ("2026-03-11", "PASS"), ("2026-03-10 01:00", "FAIL")]
)
def test_a_record_with_a_mere_day(ended: str, verdict: str) -> None:
    vin = "LSVAA49J0X2000001"
    record = UpdateExecution.model_validate({
        "campaign": "U-1", "vin": vin, "result": "成功", "started_at": "2026-03-10 10:00", "ended_at": ended, "versions_before": "EPS=1",
        "versions_after": "EPS=2", "told_result_at": "2026-03-12",
    })  # fmt: skip
    target = TargetVehicle.model_validate({"campaign": "U-1", "vin": vin})
    assert fold(execution_record_is_complete([record], [target])).verdict == verdict


def test_a_comma_that_parts_no_thousands_is_no_number() -> None:
    def read(cell: str) -> float | None:
        return UpdateCase.model_validate({"case": "6.8", "run": "1", "soc_pct": cell}).soc_pct

    assert [read(c) for c in ("1,234", "12，345,678.5", "-1,000", "29.5")] == [1234, 12345678.5, -1000, 29.5]
    for cell in ("29,5", "1,23", "1234,567", "29，5", ",5"):
        with pytest.raises(ValidationError):
            read(cell)


# Read-outs, declarations, channels, parts of a list ---------------------------------------------------------------------------------------


def test_the_read_out_of_the_run_is_whole_and_its_own() -> None:
    cases, log, activity, units = version_and_swin_change()
    both = [activity[0].model_copy(update={"baseline_before": "B1"})]
    bill = [*units, units[0].model_copy(update={"baseline": "B1", "version": "1.0", "swin": "S-1"})]
    assert fold(identification_changes_with_update(cases, log, both, bill)).verdict == "PASS"
    more = [
        *bill,
        *(units[0].model_copy(update={"baseline": b, "ecu": "ESC", "version": v, "swin": None}) for b, v in (("B1", "5"), ("B2", "6"))),
    ]
    assert texts(fold(identification_changes_with_update(cases, log, both, more)), "gap") == {"an ECU that the update renews was not read"}
    unread = [e for e in log if e.event != "readout" or e.value != "2.0"]
    pasted = [e.model_copy(update={"campaign": "U-2"}) for e in log]
    assert fold(identification_changes_with_update(cases, unread + pasted, both, bill)).verdict == "INCONCLUSIVE"
    for lines, rows in ((pasted, cases), ([], cases), (log, [cases[0].model_copy(update={"executed": None})])):
        alone = fold(identification_changes_with_update(rows, lines, both, bill))
        assert [f.text.en for f in alone.kept] == ["the run was not executed, or has no log"]
    versions_only = [e for e in log if e.subject != "SWIN"]
    assert fold(identification_changes_with_update(cases, versions_only, both, bill)).verdict == "PASS"
    late = [e for e in log if e.event != "readout" or e.value in {"2.0", "S-2"}]
    assert texts(fold(identification_changes_with_update(cases, late, activity, units)), "gap") == {
        "the same identifications were not read before and after"
    }
    old = [
        e.model_copy(update={"value": {"2.0": "1.0", "S-2": "S-1"}.get(e.value or "", e.value), "vin": "LSVAA49J0X2000009"}) for e in log
    ]
    assert fold(identification_changes_with_update(cases, log + old, both, bill)).verdict == "FAIL"
    anywhere = [cases[0].model_copy(update={"campaign": None})]
    assert fold(identification_changes_with_update(anywhere, log, both, bill)).verdict == "PASS"
    twice = event_log((-99, "start", {}), (-50, "end", {}), run="R3")  # the last execution of the log is judged
    assert fold(identification_changes_with_update(cases, log + twice, both, bill)).verdict == "PASS"
    assert texts(fold(identification_changes_with_update(cases, log, [], bill)), "gap") == {"what was read is not registered"}
    assert fold(identification_changes_with_update(cases, log, both, None)).verdict == "INCONCLUSIVE"
    aimless = [activity[0].model_copy(update={"baseline_after": None})]
    assert texts(fold(identification_changes_with_update(cases, log, aimless, bill)), "gap") == {"what was read is not registered"}


@pytest.mark.parametrize("word", ["SWIN", "RxSWIN", "软件识别码"])
def test_words_for_the_number(word: str) -> None:
    cases, log, activity, units = version_and_swin_change()
    tampered = [e.model_copy(update={"subject": word}) if e.subject == "SWIN" else e for e in log]
    assert fold(identification_changes_with_update(cases, tampered, activity, units)).verdict == "PASS"
    wrong = [e.model_copy(update={"value": "S-9"}) if e.value == "S-2" else e for e in tampered]
    assert fold(identification_changes_with_update(cases, wrong, activity, units)).verdict == "FAIL"


SET_NS = 1_770_000_000 * 10**9


@pytest.mark.parametrize(("late_s", "set_ns", "gaps"), [(10, SET_NS, 0), (5, SET_NS, 1), (-100, SET_NS, 1), (-100, 10**12, 0)])
def test_what_is_called_after_is_later(late_s: int, set_ns: int, gaps: int) -> None:
    readout, *rest = changed_as_registered()
    rows = readout.collect().to_dicts()
    last = max(r["t_ns"] for r in rows if r["phase"] == "before")
    first = min(r["t_ns"] for r in rows if r["phase"] == "after")
    shift = {"before": set_ns - last + 5 * 10**9, "after": set_ns - first + late_s * 10**9}
    moved = SoftwareReadout.rows(
        *({n: v for n, v in r.items() if n != "source"} | {"t_ns": r["t_ns"] + shift[r["phase"]]} for r in rows), source="a.log"
    )
    folded = fold(versions_change_as_registered(moved, *rest))
    assert folded.totals["gap"] == gaps
    assert texts(folded, "gap") <= {"what was read after is not later than what was read before"}


@pytest.mark.parametrize(("declared", "verdict"), [("2026-05-06", "PASS"), ("2026-05-07", "INCONCLUSIVE"), ("", "PASS")])
def test_a_planned_update_is_declared_by_its_planned_day(declared: str, verdict: str) -> None:
    declarations, units, baselines, campaigns, subject = declared_before_the_release()
    declarations[1] = declarations[1].model_copy(update={"declared_on": date.fromisoformat(declared) if declared else None})
    planned = [campaigns[0].model_copy(update={"released": False, "released_on": None, "planned_start": date(2026, 5, 6)})]
    assert fold(declaration_covers_relevant_ecus(declarations, units, baselines, planned, subject)).verdict == verdict
    other = [planned[0].model_copy(update={"product": ("别的车",)})]
    assert fold(declaration_covers_relevant_ecus(declarations, units, baselines, other, subject)).verdict == "PASS"
    open_day = [planned[0].model_copy(update={"planned_start": None})]
    assert fold(declaration_covers_relevant_ecus(declarations, units, baselines, open_day, subject)).verdict == "PASS"


def test_a_content_that_came_only_by_telephone() -> None:
    lines: list[tuple[float, str, dict[str, object]]] = [
        (0, "notice", {"topic": "目的"}), (1, "notice", {"topic": "时长", "channel": "手机APP"}), (60, "start", {}), (900, "end", {}),
        (910, "result", {"topic": "成功"}),
    ]  # fmt: skip
    assert texts(fold(notices_come_through_the_vehicle(event_log(*lines))), "gap") == {"this content did not come through the vehicle"}
    both: list[tuple[float, str, dict[str, object]]] = [*lines, (2, "notice", {"topic": "时长；目的", "channel": "中控屏"})]
    assert fold(notices_come_through_the_vehicle(event_log(*both))).verdict == "PASS"
    advice: list[tuple[float, str, dict[str, object]]] = [*both, (911, "result", {"topic": "处理建议", "channel": "短信"})]
    assert fold(notices_come_through_the_vehicle(event_log(*advice))).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    "channel", ["车机", "中控", "仪表", "显示屏", "车载", "抬头显示", "语音", "IVI", "Cluster", "HeadUnit", "Display", "Vehicle"]
)
def test_channels_of_the_vehicle(channel: str) -> None:
    log = event_log((0, "notice", {}), (60, "start", {}), (900, "end", {}), (910, "result", {}), channel=channel)
    assert fold(notices_come_through_the_vehicle(log)).verdict == "PASS"


@pytest.mark.parametrize(
    "channel", ["手机", "APP", "短信", "电话", "邮件", "微信", "小程序", "纸质", "网站", "phone", "SMS", "mail", "web"]
)
def test_channels_outside_the_vehicle(channel: str) -> None:
    log = event_log((0, "notice", {}), (60, "start", {}), (900, "end", {}), (910, "result", {"channel": channel}))
    assert texts(fold(notices_come_through_the_vehicle(log)), "breach") == {
        "the vehicle can show texts, and this one came from outside only"
    }


@pytest.mark.parametrize(
    ("listed", "tried", "verdict"),
    [
        ("影音和空调", ("影音",), "INCONCLUSIVE"), ("影音和空调", ("影音", "空调"), "PASS"), ("影音和空调", ("影音和空调",), "PASS"),
        ("影音以及空调", ("空调",), "INCONCLUSIVE"), ("影音", ("影音播放",), "FAIL"), ("车载影音", ("影音",), "PASS"),
    ],
)  # fmt: skip
def test_functions_that_and_joins(listed: str, tried: tuple[str, ...], verdict: str) -> None:
    lines: list[tuple[float, str, dict[str, object]]] = [(-60, "notice", {"topic": "不可用功能", "text": listed}), (0, "start", {})]
    for number, name in enumerate(tried):
        lines += [(100 + 20 * number, "function_attempt", {"subject": name}), (101 + 20 * number, "function_refused", {"subject": name})]
    assert fold(locked_functions_stay_off(event_log(*lines, (900, "end", {})))).verdict == verdict


def test_a_car_that_executed_on_an_unknown_day_shows_a_release() -> None:
    activity = UpdateCampaign.model_validate({"id": "U-1", "planned_start": "2026-05-06"})
    car = Subject(name="样车一号", maker="示例汽车", ota=True)

    def day(**cells: object) -> tuple[date | None, bool]:
        record = UpdateExecution.model_validate({"campaign": "u-1", "vin": "X"} | cells)
        (release,) = releases_of([activity], [record], car)
        return release.day, release.planned

    assert day(result="成功") == day(result="失败", ended_at="2026-04-01 10:00") == (None, False)
    assert day(result="待执行") == day(result="") == (date(2026, 5, 6), True)
    assert day(result="成功", started_at="2026-04-01 10:00") == (date(2026, 4, 1), False)
    assert releases_of([activity], [], car)[0].planned


def test_one_car_in_two_ways_of_writing_is_counted_once() -> None:
    def closed(*vins: str) -> Folded:
        cars = [
            UpdateExecution.model_validate(
                {"campaign": "U-1", "vin": v, "result": "成功", "started_at": "2026-03-10 10:00", "option": "确认"}
            )
            for v in vins
        ]
        figures = dict.fromkeys(("failed", "restored", "refused", "open_vehicles", "incidents"), 0)
        figures |= dict.fromkeys(("pushed", "confirmed", "executed", "success"), len(vins))
        report = ClosingReport.model_validate({"campaign": "U-1", "closed_on": "2026-04-01"} | figures)
        return fold(closing_report_adds_up([report], cars))

    assert closed("LSVAA49J0X2000001", "LSVAA49J0X2000002").verdict == "PASS"
    assert closed("LSVAA49J0X2000001", "lsvaa49j0x2-000001").verdict == "INCONCLUSIVE"


# Words of options and results -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "accepts"),
    [
        *((w, True) for w in ("confirm", "Accept", "now", "确认", "同意", "接受", "立即升级", "立即")),
        *((w, False) for w in ("refuse", "defer", "later", "reject", "拒绝", "推迟", "稍后", "取消", "预约", "cancel")),
    ],
)
def test_words_for_an_option(option: str, accepts: bool) -> None:
    events, _ = told_confirmed_executed()

    def ran(stimulus: str | None, executed: bool | None, number: str = "1") -> UpdateCase:
        return UpdateCase.model_validate({"case": "6.6", "run": number, "stimulus": stimulus, "executed": executed})

    other = ran("稍后" if accepts else "确认", not accepts, "2")
    good = fold(user_confirms_before_execution(events, [ran(option, accepts), other]))
    assert (good.verdict, good.totals["ok"]) == ("PASS", 3)
    assert fold(user_confirms_before_execution(events, [ran(option, not accepts), other])).verdict == "FAIL"
    assert fold(user_confirms_before_execution(events, [ran(None, False), other])).verdict == "INCONCLUSIVE"


def test_a_choice_without_a_notice_and_notices_on_both_sides() -> None:
    late = event_log((60, "start", {}), (90, "confirm", {}))
    assert texts(fold(user_confirms_before_execution(late, None)), "breach") == {"executed without a confirmation"}
    both = event_log((0, "notice", {}), (30, "confirm", {}), (40, "notice", {}), (60, "start", {}))
    assert fold(user_confirms_before_execution(both, None)).totals["breach"] == 0


def test_one_outcome_alone_is_named_and_so_is_what_is_open() -> None:
    events, campaigns, none = both_outcomes_told()
    only = {r: texts(fold(user_is_told_the_result([e for e in events if e.run == r], campaigns, none)), "gap") for r in ("R1", "R2")}
    assert only == {"R1": {"no result of a failure was shown"}, "R2": {"no result of a success was shown"}}
    unknown = fold(user_is_told_the_result(events, None, none))
    assert texts(unknown, "gap") == {"whether the on-board manual was refreshed is not known", "no result of a success was shown"}
    open_ended = event_log((0, "start", {}), run="R5")
    assert texts(fold(user_is_told_the_result(events + open_ended, campaigns, none)), "gap") == {
        "the end of the execution is not in the log"
    }
    other_clock = event_log((0, "notice", {}), (1, "start", {}), (90, "end", {}), (91, "result", {"channel": "后台"}), run="R6")
    assert texts(fold(user_is_told_the_result(events + other_clock, campaigns, none)), "gap") == {
        "whether the result came after the end cannot be told"
    }
    unread = event_log((0, "notice", {}), (1, "start", {}), (90, "end", {}), run="R7")
    assert texts(fold(user_is_told_the_result(events + unread, campaigns, none)), "breach") == {"the result was not told"}


@pytest.mark.parametrize(("failing", "verdict"), [("end", "FAIL"), ("result", "FAIL"), (None, "PASS")])
def test_an_end_or_a_result_alone_tells_of_the_failure(failing: str | None, verdict: str) -> None:
    events, campaigns, none = both_outcomes_told()
    lines = event_log(
        (0, "start", {}), (90, "end", {"value": "失败"} if failing == "end" else {}), (95, "result", {"topic": "功能变更", "value": "空调"}),
        (96, "result", {"topic": "失败" if failing == "result" else "成功", "text": "见说明"}), (97, "manual_updated", {}), run="R8",
    )  # fmt: skip
    assert fold(user_is_told_the_result(events + lines, campaigns, none)).verdict == verdict
    by_object = [e.model_copy(update={"value": None, "subject": "空调"}) if e.topic == "功能变更" else e for e in lines]
    assert fold(user_is_told_the_result(events + by_object, campaigns, none)).verdict == verdict


# Durations, skill, lists of items -----------------------------------------------------------------------------------------------------------


def test_the_first_execution_is_measured_and_any_number_without_a_unit_is_seen() -> None:
    lines: list[tuple[float, str, dict[str, object]]] = [
        (0, "notice", {"topic": "时长", "duration_s": 600}), (60, "start", {}), (660, "end", {}), (2000, "start", {}), (2010, "end", {}),
    ]  # fmt: skip
    (found,) = fold(told_duration_is_compared(event_log(*lines))).kept
    assert found.measured == 600
    words = event_log((0, "notice", {"topic": "时长", "value": "10"}), (1, "notice", {"topic": "时长", "value": "约"}), (60, "start", {}))
    assert texts(fold(told_duration_is_compared(words)), "gap") == {"the told duration has no unit"}


def test_a_skilled_update_needs_an_execution_and_a_success_without_times_is_one() -> None:
    activity = [UpdateCampaign.model_validate({"id": "U-1", "skill_needed": "是"})]
    assert texts(fold(skilled_updates_name_a_professional(activity, None)), "gap") == {"no execution of the activity yet"}
    for result in ("成功", "失败"):
        record = UpdateExecution.model_validate({"campaign": "U-1", "vin": "X", "result": result})
        assert fold(skilled_updates_name_a_professional(activity, [record])).verdict == "FAIL"


def test_a_list_is_empty_only_when_every_item_denies() -> None:
    items, cases, log = seen_during_execution()
    no, silent = (items[0].model_copy(update={"may_affect_safety": v}) for v in (False, None))
    unnamed = [cases[0].model_copy(update={"stimulus": None}), *cases]
    assert fold(safety_measures_are_active(items, unnamed, log)).verdict == "PASS"
    assert fold(safety_measures_are_active([no], cases, log)).totals == {"breach": 0, "gap": 0, "ok": 1}
    assert fold(safety_measures_are_active([no, silent], cases, log)).totals == {"breach": 0, "gap": 1, "ok": 0}
    assert texts(fold(safety_measures_are_active([], cases, log)), "gap") == {"there is no impact assessment"}
    assert fold(safety_measures_are_active([], cases, log)).totals["ok"] == 0


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-09T15:59:59Z", 9), ("2026-03-09T16:00:00Z", 10), ("2026-03-09 23:30 +0000", 10), ("2026/3/10 01:00+09:00", 10), ("2026-03-10T00:30+09:00", 9),
        ("2026-03-10 23:59", 10), ("2026年3月10日 8时", 10), (datetime(2026, 3, 9, 16, tzinfo=UTC), 10), (datetime(2026, 3, 9, 16), 9),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_day_written_in_another_zone_is_that_of_china(written: object, day: int) -> None:
    assert UpdateCampaign.model_validate({"id": "U-1", "released_on": written}).released_on == date(2026, 3, day)
