"""Words in place of a choice, an advice, a digest or a receipt, and rows of another stage: one tamper at a time."""

from datetime import date

import pytest

from zhunru.checks.ota.locked_functions_stay_off import locked_functions_stay_off
from zhunru.checks.ota.records_are_kept_ten_years import records_are_kept_ten_years
from zhunru.checks.ota.survives_power_loss_at_each_stage import old_set_or_new_set, survives_power_loss_at_each_stage
from zhunru.checks.ota.user_confirms_before_execution import told_confirmed_executed, user_confirms_before_execution
from zhunru.checks.ota.user_is_told_the_result import both_outcomes_told, user_is_told_the_result
from zhunru.core.finding import Folded, fold
from zhunru.records.filing import Filing
from zhunru.records.filing_standing import fault_on, standings
from zhunru.records.update_archive import UpdateArchive
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import event_log


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


def changed(events: list[UpdateEvent], kind: str, run: str | None = None, **cells: object) -> list[UpdateEvent]:
    return [e.model_copy(update=cells) if e.event == kind and (run is None or e.run == run) else e for e in events]


# Words that say nothing, or something else --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (None, "PASS"), ("立即升级", "PASS"), ("是", "PASS"), ("OK", "PASS"), ("稍后", "FAIL"), ("拒绝", "FAIL"), ("暂不升级", "FAIL"), ("否", "FAIL"),
        ("选项二", "INCONCLUSIVE"), ("确认升级", "PASS"), ("同意升级", "PASS"), ("Yes", "PASS"), ("预约升级", "FAIL"), ("稍后升级", "FAIL"), ("no", "FAIL"),
    ],
)  # fmt: skip
def test_the_option_that_a_confirmation_names(value: str | None, verdict: str) -> None:
    events, cases = told_confirmed_executed()
    assert fold(user_confirms_before_execution(changed(events, "confirm", value=value), cases)).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [("无", "FAIL"), ("待定。", "FAIL"), ("无须处理，车辆可正常使用", "PASS")])
def test_advice_that_says_nothing(text: str, verdict: str) -> None:
    events, campaigns, none = both_outcomes_told()
    assert fold(user_is_told_the_result(changed(events, "result", "R2", text=text), campaigns, none)).verdict == verdict


def test_a_digest_in_words_shows_no_unchanged_file() -> None:
    plain = {"campaign": "U-1", "archived_file": "a.zip", "in_production": "是", "content": "4.3.1;4.3.2;4.3.3;4.3.4;4.3.5"}
    for digest, verdict in (("5a" * 32, "PASS"), ("已核对", "INCONCLUSIVE"), ("5a" * 31, "INCONCLUSIVE")):
        row = UpdateArchive.model_validate(plain | {"digest_archived": digest, "digest_verified": digest})
        assert fold(records_are_kept_ten_years([row], None, date(2026, 6, 1))).verdict == verdict


@pytest.mark.parametrize(("receipt", "stands"), [("HZ-1", True), ("无", False), ("待补", False), ("无锡-12", True)])
def test_a_receipt_that_is_none(receipt: str, stands: bool) -> None:
    plain = {
        "id": "F",
        "matter": "activity",
        "state": "accepted",
        "filed_on": "2026-03-01",
        "accepted_on": "2026-03-06",
        "receipt": receipt,
    }
    (standing,) = standings([Filing.model_validate(plain)], [])
    fault = fault_on(standing, date(2026, 3, 10))
    assert (fault is None) is stands
    assert fault is None or not fault.sure


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"stimulus": "断电：激活"}, "INCONCLUSIVE"), ({"stimulus": "断电"}, "PASS"), ({"stimulus": "断电：擦除和激活"}, "PASS"),
        ({"campaign": "U-9"}, "INCONCLUSIVE"), ({"campaign": None}, "PASS"), ({"campaign": "u-1"}, "PASS"),
    ],
)  # fmt: skip
def test_the_run_of_another_stage_or_activity(changes: dict[str, object], verdict: str) -> None:
    events, cases, campaigns, units = old_set_or_new_set()
    rows = [c.model_copy(update=changes) if c.run == "P1" else c for c in cases]
    assert fold(survives_power_loss_at_each_stage(events, rows, campaigns, units)).verdict == verdict


@pytest.mark.parametrize(("apart_s", "verdict"), [(2, "INCONCLUSIVE"), (20, "PASS")])
def test_one_refusal_without_a_name_answers_no_two_functions(apart_s: float, verdict: str) -> None:
    lines: list[tuple[float, str, dict[str, object]]] = [(-60, "notice", {"topic": "不可用功能", "text": "影音；空调"}), (0, "start", {})]
    lines += [(100, "function_attempt", {"subject": "影音"}), (100 + apart_s, "function_attempt", {"subject": "空调"})]
    answers = (101, 101 + apart_s) if apart_s > 5 else (103,)
    lines += [(at, "function_refused", {}) for at in answers]
    assert fold(locked_functions_stay_off(event_log(*lines, (900, "end", {})))).verdict == verdict


def test_advice_among_other_lines() -> None:
    events, campaigns, none = both_outcomes_told()

    def verdict(*results: dict[str, str]) -> str:
        lines = event_log((0, "start", {}), (90, "failure", {}), *((95.0 + k, "result", dict(r)) for k, r in enumerate(results)), run="R9")
        return str(fold(user_is_told_the_result(events + lines, campaigns, none)).verdict)

    failed, advice = {"topic": "失败", "text": "升级失败"}, {"topic": "处理建议", "text": "请联系服务站"}
    assert [verdict(failed, advice), verdict(advice, failed), verdict(advice)] == ["PASS"] * 3
    assert [verdict(failed, advice | {"text": "无"}), verdict(failed)] == ["FAIL"] * 2


def test_an_end_in_doubt_is_told_once_and_two_clocks_lie_two_seconds_apart() -> None:
    events, campaigns, none = both_outcomes_told()
    base = fold(user_is_told_the_result(events, campaigns, none)).totals
    doubt = event_log((0, "notice", {}), (1, "start", {}), (90, "end", {"value": "异常终止"}), run="R9")
    assert fold(user_is_told_the_result(events + doubt, campaigns, none)).totals == base | {"gap": base["gap"] + 1}
    for late, kind in ((2.0, "gap"), (2.1, "ok")):
        far = event_log(
            (1, "start", {}), (80, "manual_updated", {}), (90, "end", {}), (90 + late, "result", {"topic": "功能变更", "text": "空调", "channel": "后台"}),
            run="R9",
        )  # fmt: skip
        totals = fold(user_is_told_the_result(events + far, campaigns, none)).totals
        assert (totals["gap"] - base["gap"], totals["ok"] - base["ok"], totals["breach"]) == (kind == "gap", kind == "ok", 0)
