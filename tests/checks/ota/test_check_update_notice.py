"""Notice before, confirmation, duration and result of an update: ticks, clocks, missing logs."""

from typing import Any

import pytest

from zhunru.checks.ota.told_duration_is_compared import told_duration_is_compared
from zhunru.checks.ota.user_confirms_before_execution import user_confirms_before_execution
from zhunru.checks.ota.user_is_told_before_execution import user_is_told_before_execution
from zhunru.checks.ota.user_is_told_the_result import user_is_told_the_result
from zhunru.core.finding import Folded, fold
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_run import event_log

Line = tuple[float, str, dict[str, object]]
TOPICS = ("目的", "功能变更", "时长", "不可用功能", "注意事项")


def notices(at: float = 0.0, **more: object) -> list[Line]:
    return [(at, "notice", {"topic": t, "text": "有内容"} | more) for t in TOPICS]


def activity(**changed: object) -> UpdateCampaign:
    return UpdateCampaign.model_validate({"id": "U-1", "functions": "空调"} | changed)


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


# Told before ------------------------------------------------------------------------------------------------------------------------------


def told(lines: list[Line], campaign: UpdateCampaign | None = None, **more: Any) -> Folded:
    campaigns = None if campaign is None else [campaign]
    return fold(user_is_told_before_execution(event_log(*lines), campaigns, **more))


@pytest.mark.parametrize("left_out", range(5))
def test_each_of_the_five_is_owed(left_out: int) -> None:
    lines = [line for k, line in enumerate(notices()) if k != left_out]
    folded = told([*lines, (60, "start", {})], activity())
    assert (folded.verdict, folded.totals["breach"], folded.totals["ok"]) == ("FAIL", 1, 4)


@pytest.mark.parametrize(("at", "verdict"), [(59, "PASS"), (60, "INCONCLUSIVE"), (61, "FAIL")])
def test_before_at_and_after_the_tick_of_the_start(at: float, verdict: str) -> None:
    assert told([*notices(at), (60, "start", {})], activity()).verdict == verdict


@pytest.mark.parametrize(("at", "verdict"), [(57.9, "PASS"), (58, "INCONCLUSIVE"), (62, "INCONCLUSIVE"), (62.1, "FAIL")])
def test_between_two_clocks_the_distance_decides(at: float, verdict: str) -> None:
    assert told([*notices(at), (60, "start", {"channel": "后台"})], activity()).verdict == verdict
    assert told([*notices(at), (60, "start", {"channel": "后台"})], activity(), clock_s=0.0).verdict == ("PASS" if at < 60 else "FAIL")


def test_one_notice_may_hold_all_and_english_words_count() -> None:
    whole: list[Line] = [(0.0, "notice", {"topic": "purpose; changes；duration、unavailable,instructions", "text": "x"})]
    assert told([*whole, (60, "start", {})], activity()).verdict == "PASS"


def test_no_notice_at_all_may_be_a_missing_log_and_an_unknown_topic_tells_nothing() -> None:
    assert told([(60, "start", {})], activity()).verdict == "INCONCLUSIVE"
    assert told([(0, "notice", {"topic": "其他", "text": "x"}), (60, "start", {})], activity()).totals["breach"] == 5


def test_changes_are_owed_only_where_functions_change() -> None:
    four = [n for n in notices() if n[2]["topic"] != "功能变更"]
    assert told([*four, (60, "start", {})], activity(functions="")).verdict == "PASS"
    assert told([*four, (60, "start", {})]).verdict == "INCONCLUSIVE"
    assert told([*four, (60, "start", {})], activity(id="U-2")).verdict == "INCONCLUSIVE"
    assert told([*notices(), (60, "start", {})]).verdict == "PASS"


def test_an_empty_text_is_no_content_and_a_number_is() -> None:
    folded = told([*notices(text=""), (60, "start", {})], activity())
    assert (folded.verdict, folded.totals["gap"]) == ("INCONCLUSIVE", 5)
    assert told([*notices(text="", duration_s=0), (60, "start", {})], activity()).verdict == "PASS"
    assert told([*notices(text="", value="见正文"), (60, "start", {})], activity()).verdict == "PASS"
    late_and_empty = [*notices(61), *notices(text=""), (60, "start", {})]
    assert told(late_and_empty, activity()).verdict == "INCONCLUSIVE"


def test_a_recall_is_named_in_the_purpose() -> None:
    lines = [*notices(), (60.0, "start", {})]
    assert told(lines, activity(recall="S2026M0001")).verdict == "INCONCLUSIVE"
    lines[0] = (0.0, "notice", {"topic": "目的", "text": "本次为召回升级"})
    assert told(lines, activity(recall="S2026M0001")).verdict == "PASS"


def test_each_car_is_judged_by_itself_and_an_undated_line_is_a_gap() -> None:
    first = event_log(*notices(), (60, "start", {}))
    second = event_log((60, "start", {}), *notices()[:4], vin="LSVAA49J0X2000002")
    assert fold(user_is_told_before_execution(first + second, [activity()])).totals["breach"] == 1
    undated = [UpdateEvent.model_validate({"campaign": "u-1", "vin": "LSVAA49J0X2000001", "at": "", "event": "notice"})]
    assert texts(fold(user_is_told_before_execution(first + undated, [activity()])), "gap") == {"an event has no time"}


def test_only_the_first_start_counts_for_the_notice() -> None:
    assert told([(10, "start", {}), *notices(30), (60, "start", {})], activity()).verdict == "FAIL"


# Duration ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"duration_s": 1}, "PASS"), ({"duration_s": 0}, "FAIL"), ({"duration_s": -5}, "FAIL"), ({"text": "约二十分钟"}, "FAIL"),
        ({"value": "20"}, "INCONCLUSIVE"), ({"value": "二十"}, "FAIL"),
    ],
)  # fmt: skip
def test_told_duration(fields: dict[str, object], verdict: str) -> None:
    lines: list[Line] = [(0, "notice", {"topic": "时长"} | fields), (60, "start", {}), (160, "end", {})]
    assert fold(told_duration_is_compared(event_log(*lines))).verdict == verdict


def test_the_deviation_is_reported_and_never_judged() -> None:
    lines: list[Line] = [(-5, "notice", {"topic": "时长", "duration_s": 900}), (0, "notice", {"topic": "时长", "duration_s": 100})]
    (finding,) = fold(told_duration_is_compared(event_log(*lines, (60, "start", {}), (310.5, "end", {})))).kept
    assert (finding.measured, finding.facts["told_s"], finding.facts["deviation_pct"]) == (250.5, 100, 150.5)


def test_duration_without_notice_or_execution() -> None:
    assert fold(told_duration_is_compared(event_log((60, "start", {}), (90, "end", {})))).verdict == "INCONCLUSIVE"
    assert fold(told_duration_is_compared(event_log((0, "notice", {"topic": "时长", "duration_s": 9})))).verdict == "INCONCLUSIVE"
    lines: list[Line] = [(0, "notice", {"topic": "时长", "duration_s": 9}), (60, "start", {})]
    assert fold(told_duration_is_compared(event_log(*lines))).verdict == "INCONCLUSIVE"


def test_the_end_of_the_same_clock_counts() -> None:
    lines: list[Line] = [
        (0, "notice", {"topic": "时长", "duration_s": 100}),
        (60, "start", {}),
        (160, "end", {}),
        (999, "end", {"channel": "后台"}),
    ]
    (finding,) = fold(told_duration_is_compared(event_log(*lines))).kept
    assert finding.measured == 100


# Confirmation -----------------------------------------------------------------------------------------------------------------------------

GOOD = (("确认", True), ("拒绝", False))


def confirmed(lines: list[Line], options: tuple[tuple[str, bool | None], ...] = GOOD) -> Folded:
    cases = [
        UpdateCase.model_validate({"case": "6.6", "run": str(k), "stimulus": s, "executed": None if e is None else str(e)})
        for k, (s, e) in enumerate(options)
    ]
    return fold(user_confirms_before_execution(event_log(*lines), cases))


BEFORE: list[Line] = [(0, "notice", {"topic": "目的"})]


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([*BEFORE, (10, "confirm", {}), (60, "start", {})], "PASS"),
        ([*BEFORE, (60, "confirm", {}), (60, "start", {})], "INCONCLUSIVE"),
        ([*BEFORE, (61, "confirm", {}), (60, "start", {})], "FAIL"),
        ([*BEFORE, (10, "confirm", {}), (20, "refuse", {}), (60, "start", {})], "FAIL"),
        ([*BEFORE, (10, "refuse", {}), (20, "confirm", {}), (60, "start", {})], "PASS"),
        ([*BEFORE, (10, "refuse", {}), (10, "confirm", {}), (60, "start", {})], "INCONCLUSIVE"),
        ([*BEFORE, (60, "start", {})], "FAIL"),
        ([(60, "start", {})], "INCONCLUSIVE"),
        ([(10, "confirm", {}), (60, "start", {})], "INCONCLUSIVE"),
        ([(10, "confirm", {}), (11, "notice", {}), (60, "start", {})], "FAIL"),
        ([(10, "confirm", {}), (10, "notice", {}), (60, "start", {})], "INCONCLUSIVE"),
        ([*BEFORE, (10, "confirm", {}), (60, "start", {}), (90, "start", {})], "INCONCLUSIVE"),
        ([*BEFORE, (10, "confirm", {}), (60, "start", {}), (70, "confirm", {}), (90, "start", {})], "PASS"),
        ([*BEFORE, (10, "confirm", {"channel": "手机"}), (12, "start", {})], "INCONCLUSIVE"),
        ([*BEFORE, (9.9, "confirm", {"channel": "手机"}), (12, "start", {})], "PASS"),
    ],
)
def test_order_of_notice_choice_and_start(lines: list[Line], verdict: str) -> None:
    assert confirmed(lines).verdict == verdict


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        (GOOD, "PASS"), ((("确认", True),), "INCONCLUSIVE"), ((("稍后", False),), "INCONCLUSIVE"), ((("确认", False), ("拒绝", False)), "FAIL"),
        ((*GOOD, ("稍后", True)), "FAIL"), ((*GOOD, ("随机", False)), "INCONCLUSIVE"), ((*GOOD, ("稍后", None)), "INCONCLUSIVE"), ((), "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_runs_of_each_option(options: tuple[tuple[str, bool | None], ...], verdict: str) -> None:
    assert confirmed([*BEFORE, (10, "confirm", {}), (60, "start", {})], options).verdict == verdict


def test_confirmation_without_runs_or_executions() -> None:
    log = event_log(*BEFORE, (10, "confirm", {}), (60, "start", {}))
    assert fold(user_confirms_before_execution(log, None)).totals == {"breach": 0, "gap": 2, "ok": 1}
    other = [UpdateCase.model_validate({"case": "6.7", "run": str(k), "stimulus": s, "executed": str(e)}) for k, (s, e) in enumerate(GOOD)]
    assert fold(user_confirms_before_execution(log, other)).totals["gap"] == 2
    assert texts(confirmed(BEFORE), "gap") == {"no execution of an update is in the log"}
    undated = [UpdateEvent.model_validate({"campaign": "U-1", "vin": "LSVAA49J0X2000001", "at": "", "event": "refuse"})]
    assert "an event has no time" in texts(fold(user_confirms_before_execution(log + undated, [])), "gap")


# Result -----------------------------------------------------------------------------------------------------------------------------------

FAILED: list[Line] = [
    (2000, "start", {}), (2300, "failure", {}), (2400, "restore", {}), (2410, "end", {"value": "失败"}),
    (2420, "result", {"topic": "失败;处理建议", "text": "联系服务站"}),
]  # fmt: skip
SUCCEEDED: list[Line] = [
    (60, "start", {}),
    (900, "end", {}),
    (910, "result", {"topic": "成功;功能变更", "text": "空调"}),
    (911, "manual_updated", {}),
]


def result(lines: list[Line], campaign: UpdateCampaign | None = None, executions: list[UpdateExecution] | None = None) -> Folded:
    return fold(user_is_told_the_result(event_log(*lines), [campaign or activity()], executions))


def test_success_and_failure_of_one_car_are_told_apart() -> None:
    folded = result([*SUCCEEDED, *FAILED])
    assert (folded.verdict, folded.totals["ok"]) == ("PASS", 2)
    assert result([*SUCCEEDED, *FAILED, (1500, "notice", {})]).verdict == "PASS"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({2: (899, "result", {"topic": "成功;功能变更", "text": "空调"})}, "FAIL"),
        ({2: (900, "result", {"topic": "成功;功能变更", "text": "空调"})}, "INCONCLUSIVE"),
        ({2: (902, "result", {"topic": "成功;功能变更", "text": "空调", "channel": "手机"})}, "INCONCLUSIVE"),
        ({2: (910, "result", {"topic": "成功", "text": "完成"})}, "FAIL"),
        ({2: (910, "result", {"topic": "成功;功能变更"})}, "FAIL"),
        ({3: (911, "notice", {})}, "INCONCLUSIVE"),
        ({1: (900, "stage", {"stage": "写入"})}, "INCONCLUSIVE"),
    ],
)
def test_the_result_of_a_success(change: dict[int, Line], verdict: str) -> None:
    lines = [change.get(k, line) for k, line in enumerate(SUCCEEDED)]
    assert result([*lines, *FAILED]).verdict == verdict


def test_the_manual_is_owed_only_where_functions_change() -> None:
    lines = [line for line in SUCCEEDED if line[1] != "manual_updated"]
    assert result([*lines, *FAILED], activity(functions="")).verdict == "PASS"
    assert result([*lines, *FAILED], activity(id="U-2")).verdict == "INCONCLUSIVE"


def test_a_failure_is_seen_in_any_word_for_it() -> None:
    silent: list[Line] = [(2420.0, "result", {"topic": "失败", "text": "失败了"})]
    for kept in (FAILED[:2], [FAILED[0], FAILED[3]], [FAILED[0], (2410.0, "end", {})]):
        folded = result([*SUCCEEDED, *kept, *silent])  # the last one is known by the result alone
        assert texts(folded, "breach") == {"failed, and the user was not told what to do"}


def test_a_result_behind_the_next_start_is_not_that_of_the_first() -> None:
    lines: list[Line] = [(0, "notice", {}), (60, "start", {}), (900, "end", {}), (2411, "start", {}), (2500, "end", {})]
    folded = result([*lines, (2600, "result", {"topic": "成功;功能变更", "text": "空调"}), (2601, "manual_updated", {})])
    assert texts(folded, "breach") == {"the result was not told"}


def test_no_notice_at_all_may_be_a_missing_log() -> None:
    folded = result([(60, "start", {}), (900, "end", {})])
    assert "no notice at all in the log of this car" in texts(folded, "gap") and not folded.totals["breach"]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"ended_at": "2026-03-10 10:20", "told_result_at": "2026-03-10 10:20"}, "ok"),
        ({"ended_at": "2026-03-10 10:20", "told_result_at": "2026-03-10 10:19"}, "breach"),
        ({"ended_at": "2026-03-10 10:20"}, "breach"),
        ({"told_result_at": "2026-03-10 10:20"}, "gap"),
    ],
)
@pytest.mark.parametrize("outcome", ["success", "failed"])
def test_a_record_of_a_car_without_a_log(fields: dict[str, object], kind: str, outcome: str) -> None:
    plain = {"campaign": "U-1", "vin": "LSVAA49J0X2000009", "result": outcome}
    record = UpdateExecution.model_validate(plain | fields)
    base = result([*SUCCEEDED, *FAILED])
    assert result([*SUCCEEDED, *FAILED], executions=[record]).totals[kind] == base.totals[kind] + 1  # type: ignore[index]
    logged = record.model_copy(update={"vin": "LSVAA49J0X2000001"})
    assert result([*SUCCEEDED, *FAILED], executions=[logged]).totals == base.totals
    assert result([*SUCCEEDED, *FAILED], executions=[record.model_copy(update={"result": "refused"})]).totals == base.totals


def test_an_unreadable_time_of_the_notice_is_no_breach() -> None:
    record = UpdateExecution.model_validate({"campaign": "U-1", "vin": "X", "result": "success"})
    record = record.model_copy(update={"origin": record.origin._replace(problems=("结果告知时间: ?",))})
    assert result([*SUCCEEDED, *FAILED], executions=[record]).verdict == "INCONCLUSIVE"
