"""Sheets as careless or hostile makers fill them pass no check of article (一)."""

from datetime import date
from typing import Any

import pytest

import zhunru.checks.data.cabin_data_leave_only_with_consent as cabin
import zhunru.checks.data.collected_only_with_consent as collected
import zhunru.checks.data.collects_nothing_by_default as defaults
import zhunru.checks.data.consent_period_is_finite as finite
import zhunru.checks.data.deleted_when_due as due
import zhunru.checks.data.deleted_within_ten_working_days as ten
import zhunru.checks.data.destruction_is_recorded as destruction
import zhunru.checks.data.exceptions_are_explained as exceptions
import zhunru.checks.data.guardian_consents_for_children as children
import zhunru.checks.data.logs_are_kept_six_months as logs
import zhunru.checks.data.stored_within_consented_period as stored
import zhunru.checks.data.uploads_are_declared_and_necessary as uploads
import zhunru.checks.data.withdrawal_works as withdrawal
from zhunru.core.finding import fold
from zhunru.core.subject import Subject
from zhunru.records.collection_state import CollectionState
from zhunru.records.consent import Consent
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.privacy_notice import PrivacyNotice

DAY = date(2026, 1, 1)
CAR = Subject(name="样车一号", maker="示例汽车")


def verdict(check: Any, *inputs: Any) -> str:
    return str(fold(list(check(*inputs))).verdict)


@pytest.mark.parametrize("row", [{"answer": "撤回"}, {"answer": ""}, {"withdrawn_at": "2026-03-01 18:00"}])
def test_a_second_row_that_may_withdraw_leaves_doubt(row: dict[str, str]) -> None:
    """A log of events has a row for the withdrawal, and an older export lacks it."""
    events, given, functions = collected._case()
    cells = given[0].model_dump(mode="json") | {"answer": "同意", "given_at": "2026-03-01 12:00"} | row
    if "answer" in row:
        cells |= {"given_at": "2026-03-02 10:00", "answer": None}
    assert verdict(collected.collected_only_with_consent, events, [*given, Consent.model_validate(cells)], functions) == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("period", "until", "seen"),
    [
        ("1年", "", "PASS"),
        ("50年", "", "PASS"),
        ("99年", "", "INCONCLUSIVE"),
        ("", "2075-01-01", "PASS"),
        ("", "2099-12-31", "INCONCLUSIVE"),
        ("至注销账号", "", "INCONCLUSIVE"),
        ("业务需要期间", "", "INCONCLUSIVE"),
        ("0天", "", "INCONCLUSIVE"),
    ],
)
def test_a_period_that_nobody_chose(period: str, until: str, seen: str) -> None:
    notices, _given, functions, day = finite._case()
    cells = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2025-03-01 10:00", "period": period, "until": until}
    assert verdict(finite.consent_period_is_finite, notices, [Consent.model_validate(cells)], functions, day) == seen


@pytest.mark.parametrize("cells", [{"sensitive": "否", "functions": "F-1", "periods": "永久"}, {"since": "", "periods": "始终允许"}])
def test_a_second_notice_is_not_left_out(cells: dict[str, str]) -> None:
    """One denies that it is about the sensitive function that it lists, one has no first day."""
    notices, given, functions, day = finite._case()
    other = PrivacyNotice.model_validate({"version": "V3", "since": "2025-01-01", "sensitive": "是", "own_period": "是"} | cells)
    assert verdict(finite.consent_period_is_finite, [*notices, other], given, functions, day) == "INCONCLUSIVE"


def test_every_sensitive_function_has_a_consent() -> None:
    notices, given, functions, day = finite._case()
    other = PiFunction.model_validate({"id": "F-2", "sensitive": "是", "exception": "无"})
    assert verdict(finite.consent_period_is_finite, notices, given, [*functions, other], day) == "INCONCLUSIVE"


@pytest.mark.parametrize("until", ["9999-12-31", "2026-03-01 18:00"])
def test_stored_for_ever_or_backwards(until: str) -> None:
    events, given, functions = stored._case(until, period="永久")
    assert verdict(stored.stored_within_consented_period, events, given, functions) == "INCONCLUSIVE"


def test_an_upload_of_a_function_that_the_list_leaves_out() -> None:
    events, given, functions = cabin._case()
    other = events[0].model_copy(update={"function": "F-9"})
    assert verdict(cabin.cabin_data_leave_only_with_consent, [*events, other], given, functions) == "INCONCLUSIVE"


def test_cabin_data_of_nobody_that_leave() -> None:
    """The row says that the cabin camera records no person."""
    events, given, functions = cabin._case()
    other = PiFunction.model_validate({"id": "F-2", "personal": "否", "exception": "无", "surroundings": "座舱", "uploads": "是"})
    sent = events[0].model_copy(update={"function": "F-2"})
    assert verdict(cabin.cabin_data_leave_only_with_consent, events, given, [*functions, other]) == "PASS"
    assert verdict(cabin.cabin_data_leave_only_with_consent, [*events, sent], given, [*functions, other]) == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("tried", "seen"), [("2025-12-02", "INCONCLUSIVE"), ("2025-12-01", "INCONCLUSIVE"), ("", "INCONCLUSIVE"), ("2025-11-30", "PASS")]
)
def test_a_way_that_failed_since_it_worked(tried: str, seen: str) -> None:
    ways, functions, day = withdrawal._case()
    failed = withdrawal._case(tried_on=tried, accepted="否")[0]
    assert verdict(withdrawal.withdrawal_works, [*ways, *failed], functions, day) == seen


def test_another_way_that_failed_does_not_spoil_one_that_works() -> None:
    ways, functions, day = withdrawal._case()
    failed = withdrawal._case(way="服务热线", tried_on="2025-12-02", accepted="否")[0]
    assert verdict(withdrawal.withdrawal_works, [*ways, *failed], functions, day) == "PASS"


@pytest.mark.parametrize(("at", "seen"), [("2026-03-02 12:00", "FAIL"), ("2026-04-02 12:00", "PASS")])
def test_sent_before_the_rules_said_so(at: str, seen: str) -> None:
    old = {"id": "F-1", "version": "V1", "since": "2026-01-01 00:00", "personal": "是", "important": "否", "uploads": "否"}
    new = old | {"version": "V2", "since": "2026-04-01 00:00", "uploads": "是", "necessity": "道路救援"}
    event = DataEvent.model_validate({"function": "F-1", "at": at, "event": "上传"})
    functions = [PiFunction.model_validate(old), PiFunction.model_validate(new)]
    assert verdict(uploads.uploads_are_declared_and_necessary, [event], functions, CAR) == seen


@pytest.mark.parametrize(
    ("chosen", "default", "seen"),
    [("off", "", "INCONCLUSIVE"), ("off", "关", "PASS"), ("none", "", "PASS")],
)
def test_a_choice_shows_no_default(chosen: str, default: str, seen: str) -> None:
    word = {"off": "关", "none": "无"}[chosen]
    assert verdict(defaults.collects_nothing_by_default, *defaults._case(("关", word, ""), ("关", word, ""), default_state=default)) == seen


def test_a_state_read_before_the_ignition() -> None:
    states, functions, car = defaults._case(("关", "无", ""), ("关", "无", ""))
    early = {"cycle": 2, "function": "F-1", "ignition_at": "2026-01-02 12:00", "read_at": "2026-01-02 11:59", "state": "关", "chosen": "无"}
    assert (
        verdict(defaults.collects_nothing_by_default, [states[0], CollectionState.model_validate(early)], functions, car) == "INCONCLUSIVE"
    )
    in_time = CollectionState.model_validate(early | {"read_at": "2026-01-02 12:00"})
    assert verdict(defaults.collects_nothing_by_default, [states[0], in_time], functions, car) == "PASS"


def test_vehicle_data_are_of_no_exterior_person() -> None:
    assert verdict(exceptions.exceptions_are_explained, exceptions._function(surroundings="车辆")) == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("child", "adult", "seen"),
    [("2026-03-01", "2026-04-01", "PASS"), ("2026-04-01", "2026-03-01", "INCONCLUSIVE"), ("", "2026-03-01", "INCONCLUSIVE")],
)
def test_nobody_grows_younger(child: str, adult: str, seen: str) -> None:
    rows = [*children._consent(given_at=child), *children._consent(given_at=adult, minor="否", guardian="")]
    assert verdict(children.guardian_consents_for_children, rows) == seen


@pytest.mark.parametrize("means", ["未删除", "无法删除，仅关闭工单", "无"])
def test_a_ticket_closed_without_deletion(means: str) -> None:
    requests, day = ten._case("2026-03-10", means=means)
    assert verdict(ten.deleted_within_ten_working_days, requests, day) == "INCONCLUSIVE"


def test_kept_by_law_always() -> None:
    refused = {"state": "已拒绝", "legal_hold": "数据安全法"}
    requests, day = ten._case("", **refused)
    assert verdict(ten.deleted_within_ten_working_days, requests, day) == "INCONCLUSIVE"
    assert verdict(ten.deleted_within_ten_working_days, [*requests, *ten._case("2026-03-10")[0]], day) == "PASS"


def test_the_executor_watches_himself() -> None:
    deletions, day = destruction._case(witness=" 甲")
    assert verdict(destruction.destruction_is_recorded, deletions, day) == "INCONCLUSIVE"


@pytest.mark.parametrize(("day", "seen"), [(0, "PASS"), (400, "INCONCLUSIVE")])
def test_logs_that_were_looked_at_long_ago(day: int, seen: str) -> None:
    stores, assessed = logs._case()
    assert verdict(logs.logs_are_kept_six_months, stores, date.fromordinal(assessed.toordinal() + day)) == seen


@pytest.mark.parametrize("cells", [{"recoverable": "是"}, {"done_on": "2026-06-02"}])
def test_deleted_and_still_there_or_not_yet(cells: dict[str, str]) -> None:
    """Both records would otherwise close the consent that ended."""
    deletions, given, day = due._case(trigger="其他", **cells)
    done = due._case(functions="F-2", id="D-2")[0]
    assert verdict(due.deleted_when_due, [*deletions, *done], given, day) == "INCONCLUSIVE"
    assert verdict(due.deleted_when_due, due._case(**cells)[0], None, day) == "INCONCLUSIVE"


def test_a_refusal_ends_a_consent_for_ever() -> None:
    deletions, _given, day = due._case(functions="F-2")
    cells = {"person": "p-1", "function": "F-1", "given_at": "2026-02-23 12:00"}
    rows = [cells | {"answer": "同意", "period": "永久"}, cells | {"answer": "拒绝", "given_at": "2026-03-01 12:00"}]
    given = [Consent.model_validate(r) for r in rows]
    assert verdict(due.deleted_when_due, deletions, given[:1], day) == "PASS"
    assert verdict(due.deleted_when_due, deletions, given, day) == "INCONCLUSIVE"
