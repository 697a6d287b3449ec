"""Boundary cases of the checks on deletion, destruction, requests and provision."""

from datetime import date
from typing import Any

import pytest

import zhunru.checks.data.complaints_are_closed as complaints
import zhunru.checks.data.deleted_cannot_be_retrieved as retrieved
import zhunru.checks.data.deleted_when_due as due
import zhunru.checks.data.deleted_within_ten_working_days as ten
import zhunru.checks.data.destruction_is_recorded as destruction
import zhunru.checks.data.legal_hold_survives_deletion as hold
import zhunru.checks.data.provision_records_are_kept as provision
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.records.consent import Consent
from zhunru.records.subject_request import SubjectRequest

CAR = Subject(name="样车一号", maker="示例汽车")
BOTH = CAR.model_copy(update={"important_data": True})
NO_COLUMN = Origin(extra=(("删完那天", "3月5日"),))


def judge(check: Any, *inputs: Any, **numbers: float) -> tuple[str, list[Finding]]:
    found = list(check(*inputs, **numbers))
    return str(fold(found).verdict), found


def request(done: str, received: str, day: str, **cells: object) -> tuple[list[SubjectRequest], date]:
    return ten._case(done, received, **cells)[0], date.fromisoformat(day)


@pytest.mark.parametrize(
    ("received", "done", "verdict"),
    [
        ("2026-03-02", "2026-03-02", "PASS"),  # the same day
        ("2026-03-02", "2026-03-13", "PASS"),  # nine
        ("2026-03-02", "2026-03-16", "PASS"),  # ten
        ("2026-03-02", "2026-03-17", "FAIL"),  # eleven
        ("2026-03-06", "2026-03-20", "PASS"),  # Friday to Friday
        ("2026-03-06", "2026-03-21", "FAIL"),  # the Saturday behind the tenth
        ("2026-03-07", "2026-03-20", "PASS"),  # asked on a Saturday: Monday is the first
        ("2026-03-07", "2026-03-23", "FAIL"),
        ("2026-09-30", "2026-10-20", "PASS"),  # National Day: off until the 7th, working on Saturday the 10th
        ("2026-09-30", "2026-10-21", "FAIL"),
        ("2026-02-13", "2026-03-05", "PASS"),  # Spring Festival, working on Saturday 14 and 28 February
        ("2026-02-13", "2026-03-06", "FAIL"),
        ("2026-02-16", "2026-03-06", "PASS"),  # asked on a day off
        ("2026-02-16", "2026-03-07", "FAIL"),
    ],
)
def test_tenth_working_day(received: str, done: str, verdict: str) -> None:
    assert judge(ten.deleted_within_ten_working_days, *request(done, received, "2026-12-01"))[0] == verdict


@pytest.mark.parametrize(
    ("cells", "day", "verdict"),
    [
        ({}, "2026-12-01", "PASS"),
        ({"sensitive": ""}, "2026-12-01", "INCONCLUSIVE"),
        ({"sensitive": "否"}, "2026-12-01", "INCONCLUSIVE"),
        ({"request": "查阅"}, "2026-12-01", "INCONCLUSIVE"),
        ({"request": ""}, "2026-12-01", "INCONCLUSIVE"),
        ({"received_on": ""}, "2026-12-01", "INCONCLUSIVE"),
        ({"received_on": "2026-03-06"}, "2026-12-01", "INCONCLUSIVE"),
        ({}, "2026-03-05", "PASS"),
        ({}, "2026-03-04", "INCONCLUSIVE"),
        ({"received_on": "2026-03-05"}, "2026-03-05", "PASS"),
        ({"state": "处理中"}, "2026-12-01", "INCONCLUSIVE"),
        ({"state": ""}, "2026-12-01", "PASS"),
        ({"state": "已转交"}, "2026-12-01", "INCONCLUSIVE"),
        ({"outside_done_on": "2026-03-16"}, "2026-12-01", "PASS"),
        ({"outside_done_on": "2026-03-17"}, "2026-12-01", "FAIL"),
        ({"outside_done_on": "2026-03-17", "sensitive": ""}, "2026-12-01", "INCONCLUSIVE"),
        ({"done_on": "", "outside_done_on": "2026-03-05"}, "2026-12-01", "INCONCLUSIVE"),
        ({"done_on": ""}, "2026-12-01", "INCONCLUSIVE"),
        ({"done_on": "", "state": ""}, "2026-12-01", "FAIL"),
        ({"done_on": "", "state": "", "origin": NO_COLUMN}, "2026-12-01", "INCONCLUSIVE"),
        ({"done_on": "", "state": "处理中", "origin": NO_COLUMN}, "2026-12-01", "FAIL"),
        ({"done_on": "", "state": "处理中", "origin": Origin(problems=("请求完成日期: 月底",))}, "2026-12-01", "INCONCLUSIVE"),
        ({"done_on": "", "state": "处理中"}, "2026-03-16", "INCONCLUSIVE"),
        ({"done_on": "", "state": "处理中"}, "2026-03-17", "FAIL"),
        ({"done_on": "", "state": "已拒绝", "legal_hold": "汽车事件数据记录"}, "2026-12-01", "INCONCLUSIVE"),
        ({"done_on": "", "state": "已拒绝", "legal_hold": "无"}, "2026-12-01", "FAIL"),
        ({"done_on": "", "state": "已拒绝"}, "2026-12-01", "INCONCLUSIVE"),
    ],
)
def test_requests(cells: dict[str, object], day: str, verdict: str) -> None:
    assert judge(ten.deleted_within_ten_working_days, *request("2026-03-05", "2026-03-02", day, **cells))[0] == verdict


def test_an_open_request_in_time_does_not_spoil_a_fulfilled_one() -> None:
    (done,), day = request("2026-03-05", "2026-03-02", "2026-03-06")
    (open_one,), _ = request("", "2026-03-04", "2026-03-06", id="Q-2")
    assert judge(ten.deleted_within_ten_working_days, [done, open_one], day)[0] == "PASS"
    assert judge(ten.deleted_within_ten_working_days, [open_one], day)[0] == "INCONCLUSIVE"
    (found,) = [f for f in judge(ten.deleted_within_ten_working_days, [done], day)[1] if f.kind == "ok"]
    assert (found.measured, found.limit, found.facts["last_day"]) == (3, 10, "2026-03-16")


@pytest.mark.parametrize(
    ("received", "done", "day", "verdict"),
    [
        ("2018-12-20", "2018-12-21", "2027-02-01", "INCONCLUSIVE"),
        ("2026-12-17", "2026-12-31", "2027-02-01", "PASS"),
        ("2026-12-18", "2026-12-31", "2027-02-01", "PASS"),  # nine working days, whatever comes in January
        ("2026-12-18", "2027-01-04", "2027-02-01", "INCONCLUSIVE"),
        ("2026-12-18", "", "2026-12-31", "INCONCLUSIVE"),
        ("2026-12-16", "", "2026-12-31", "FAIL"),
        ("2026-12-18", "", "2027-02-01", "INCONCLUSIVE"),
    ],
)
def test_years_of_the_calendar(received: str, done: str, day: str, verdict: str) -> None:
    assert judge(ten.deleted_within_ten_working_days, *request(done, received, day))[0] == verdict


def test_a_late_deletion_is_told_once() -> None:
    assert [f.kind for f in judge(ten.deleted_within_ten_working_days, *request("2026-03-17", "2026-03-02", "2026-12-01"))[1]] == ["breach"]
    for cells in ({"received_on": "2026-03-06"}, {"state": "已转交"}, {"state": "处理中"}):
        rows = request("2026-03-05", "2026-03-02", "2026-12-01", **cells)
        assert [f.kind for f in judge(ten.deleted_within_ten_working_days, *rows)[1]] == ["gap", "gap"], cells


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"received_on": "2026-03-05"}, "INCONCLUSIVE"),
        ({"received_on": ""}, "INCONCLUSIVE"),
        ({"state": "已完成"}, "INCONCLUSIVE"),
        ({"request": "", "state": "已完成"}, "INCONCLUSIVE"),
        ({"sensitive": "", "received_on": "2025-03-03"}, "INCONCLUSIVE"),
        ({"sensitive": "否", "received_on": "2025-03-03"}, "PASS"),
        ({"received_on": "2026-03-04"}, "PASS"),
        ({"received_on": "2026-03-04", "sensitive": ""}, "PASS"),
    ],
)
def test_requests_beside_a_fulfilled_one(cells: dict[str, object], verdict: str) -> None:
    (done,), day = request("2026-03-03", "2026-03-02", "2026-03-04")
    (more,), _ = request("", "2026-03-02", "2026-03-04", **({"id": "Q-2"} | cells))
    assert judge(ten.deleted_within_ten_working_days, [done, more], day)[0] == verdict


@pytest.mark.parametrize(
    ("cells", "day", "verdict"),
    [
        ({}, "2026-06-01", "PASS"),
        ({"done_on": "2026-04-01"}, "2026-06-01", "PASS"),
        ({"done_on": "2026-04-02"}, "2026-06-01", "INCONCLUSIVE"),
        ({"trigger": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"trigger": "个人请求"}, "2026-06-01", "INCONCLUSIVE"),
        *(
            ({"trigger": t, "done_on": "", "means": ""}, "2026-06-01", "FAIL")
            for t in ("目的已实现", "停止提供服务", "期限届满", "撤回同意", "违法处理")
        ),
        ({"done_on": "", "means": ""}, "2026-04-02", "FAIL"),
        ({"done_on": "", "means": ""}, "2026-04-01", "INCONCLUSIVE"),
        ({"done_on": "", "means": "", "origin": NO_COLUMN}, "2026-06-01", "INCONCLUSIVE"),
        ({"done_on": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"means": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"due_on": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"due_on": "2026-03-06"}, "2026-06-01", "INCONCLUSIVE"),
        ({"done_on": "2026-03-02"}, "2026-03-02", "PASS"),
        ({"done_on": "2026-03-03"}, "2026-03-02", "INCONCLUSIVE"),
        ({"means": "匿名化"}, "2026-06-01", "PASS"),
        ({"means": "限制处理", "blocked_by": "法律要求保存三年"}, "2026-06-01", "PASS"),
        ({"means": "限制处理", "blocked_by": "无"}, "2026-06-01", "FAIL"),
        ({"means": "限制处理"}, "2026-06-01", "INCONCLUSIVE"),
        ({"means": "限制处理", "blocked_by": "无", "due_on": "2026-06-02"}, "2026-06-01", "INCONCLUSIVE"),
    ],
)
def test_due(cells: dict[str, object], day: str, verdict: str) -> None:
    deletions, _, _ = due._case(**cells)
    assert judge(due.deleted_when_due, deletions, [], date.fromisoformat(day))[0] == verdict


@pytest.mark.parametrize(
    ("deletion", "consents", "verdict"),
    [
        ({}, [{}], "PASS"),
        ({"functions": "F-2"}, [{}], "INCONCLUSIVE"),
        ({"functions": ""}, [{}], "INCONCLUSIVE"),
        ({"functions": "", "person": "P-1"}, [{}], "PASS"),
        ({"person": "p-1"}, [{}], "PASS"),
        ({"person": "p-2"}, [{}], "INCONCLUSIVE"),
        ({"functions": "F-2", "person": "p-1"}, [{}], "INCONCLUSIVE"),
        ({}, [{"withdrawn_at": "2026-03-05 12:00", "period": "1年"}], "PASS"),
        ({}, [{"withdrawn_at": "2026-03-06 12:00", "period": "1年"}], "INCONCLUSIVE"),
        ({}, [{"period": "1年"}], "PASS"),
        ({"functions": "F-2"}, [{"period": "1年"}], "PASS"),
        ({"functions": "F-2"}, [{}, {"period": "1年"}], "PASS"),
        ({"functions": "F-2"}, [{"period": "永久"}], "PASS"),
        ({"functions": "F-2"}, [{"period": ""}], "INCONCLUSIVE"),
        ({}, [{"period": ""}], "INCONCLUSIVE"),
        ({"functions": "F-2"}, [{"answer": "拒绝"}], "PASS"),
        ({}, [{}, {"given_at": "2026-03-10 12:00"}], "INCONCLUSIVE"),
    ],
)
def test_due_after_consents_ended(deletion: dict[str, object], consents: list[dict[str, object]], verdict: str) -> None:
    plain = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2026-02-23 12:00", "period": "7天"}
    answers = [Consent.model_validate(plain | c) for c in consents]
    deletions, _, day = due._case(**deletion)
    assert judge(due.deleted_when_due, deletions, answers, day)[0] == verdict


def test_due_without_the_consents_nobody_knows_what_is_missing() -> None:
    deletions, _, day = due._case()
    assert [f.kind for f in judge(due.deleted_when_due, deletions, None, day)[1]] == ["ok", "gap"]
    assert [f.kind for f in judge(due.deleted_when_due, deletions, [], day)[1]] == ["ok"]


def test_due_waits_for_the_days_after_a_consent_ended() -> None:
    deletions, consents, _ = due._case(functions="F-2")
    assert judge(due.deleted_when_due, deletions, consents, date(2026, 4, 1))[0] == "PASS"
    assert judge(due.deleted_when_due, deletions, consents, date(2026, 4, 2))[0] == "INCONCLUSIVE"
    undone, _, _ = due._case(means="", done_on="2026-03-05")
    (other,), _, _ = due._case(id="D-2", functions="F-2")
    assert judge(due.deleted_when_due, [*undone, other], consents, date(2026, 6, 1))[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cells", "gone", "kept"),
    [
        ({}, "PASS", "INCONCLUSIVE"),
        ({"hits": "1"}, "FAIL", "INCONCLUSIVE"),
        ({"hits": "1", "legal_hold": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": ""}, "PASS", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "12"}, "INCONCLUSIVE", "PASS"),
        ({"legal_hold": "是", "hits": "13"}, "INCONCLUSIVE", "PASS"),
        ({"legal_hold": "是", "hits": "11"}, "INCONCLUSIVE", "FAIL"),
        ({"legal_hold": "是", "hits": "0"}, "INCONCLUSIVE", "FAIL"),
        ({"legal_hold": "是", "hits": "0", "found_before": "0"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "1", "found_before": "1"}, "INCONCLUSIVE", "PASS"),
        ({"legal_hold": "是", "hits": "1", "found_before": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "0", "found_before": "-1"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "12", "deleted_at": "2026-03-02", "searched_at": "2026-03-02 09:00"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "-1"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "11", "searched_at": "2026-03-02 12:00"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "11", "searched_at": "2026-03-02 12:01"}, "INCONCLUSIVE", "FAIL"),
        ({"legal_hold": "是", "hits": "11", "searched_at": "2026-03-02"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "11", "searched_at": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"legal_hold": "是", "hits": "11", "deleted_at": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"found_before": "1"}, "PASS", "INCONCLUSIVE"),
        ({"found_before": "0"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"found_before": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"hits": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"hits": "-1"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"places": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"places": "", "hits": "1"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"searched_at": "2026-03-02 12:00"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"searched_at": "2026-03-02 12:01"}, "PASS", "INCONCLUSIVE"),
        ({"searched_at": "2026-03-02 11:59"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"searched_at": "2026-03-02"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"searched_at": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"deleted_at": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"personal": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"personal": "否"}, "INCONCLUSIVE", "INCONCLUSIVE"),
    ],
)
def test_retrieval(cells: dict[str, object], gone: str, kept: str) -> None:
    trials, car = retrieved._case(**cells)
    assert judge(retrieved.deleted_cannot_be_retrieved, trials, car)[0] == gone
    assert judge(hold.legal_hold_survives_deletion, trials)[0] == kept


def test_retrieval_of_each_kind_of_data() -> None:
    (personal,), _ = retrieved._case()
    (important,), _ = retrieved._case(id="R-2", personal="否", important="是")
    assert judge(retrieved.deleted_cannot_be_retrieved, [personal], BOTH)[0] == "INCONCLUSIVE"
    assert judge(retrieved.deleted_cannot_be_retrieved, [important], BOTH)[0] == "INCONCLUSIVE"
    assert judge(retrieved.deleted_cannot_be_retrieved, [personal, important], BOTH)[0] == "PASS"


def test_retrieval_with_kept_data_beside_it() -> None:
    (gone,), car = retrieved._case()
    (kept,) = hold._case()
    assert judge(retrieved.deleted_cannot_be_retrieved, [gone, kept], car)[0] == "PASS"
    assert judge(hold.legal_hold_survives_deletion, [gone, kept])[0] == "PASS"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"recoverable": "是"}, "FAIL"),
        ({"recoverable": "是", "important": ""}, "INCONCLUSIVE"),
        ({"recoverable": "是", "important": "否"}, "PASS"),
        ({"recoverable": "", "important": "否", "verified_by": ""}, "PASS"),
        ({"recoverable": ""}, "INCONCLUSIVE"),
        ({"verified_by": ""}, "INCONCLUSIVE"),
        ({"verified_by": "无"}, "INCONCLUSIVE"),
        ({"important": ""}, "INCONCLUSIVE"),
        ({"medium": ""}, "INCONCLUSIVE"),
        ({"executor": ""}, "INCONCLUSIVE"),
        ({"witness": "无"}, "INCONCLUSIVE"),
        ({"approved_by": ""}, "INCONCLUSIVE"),
        ({"done_on": ""}, "INCONCLUSIVE"),
        ({"done_on": "2026-01-01"}, "PASS"),
        ({"done_on": "2026-01-02"}, "INCONCLUSIVE"),
        ({"means": ""}, "INCONCLUSIVE"),
        ({"assets": ""}, "INCONCLUSIVE"),
        ({"assets": "", "data_items": "影像"}, "PASS"),
        ({"trigger": "期限届满"}, "PASS"),
        ({"trigger": "期限届满", "means": "删除"}, "INCONCLUSIVE"),
        ({"means": "删除", "recoverable": "是"}, "FAIL"),
    ],
)
def test_destruction(cells: dict[str, object], verdict: str) -> None:
    assert judge(destruction.destruction_is_recorded, *destruction._case(**cells))[0] == verdict


@pytest.mark.parametrize(
    ("cells", "day", "verdict"),
    [
        ({}, "2026-06-01", "PASS"),
        ({"channel": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"channel": "无"}, "2026-06-01", "INCONCLUSIVE"),
        ({"received_on": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"received_on": "2026-03-06"}, "2026-06-01", "INCONCLUSIVE"),
        ({"done_on": "2026-03-02"}, "2026-03-02", "PASS"),
        ({"done_on": "2026-03-03"}, "2026-03-02", "INCONCLUSIVE"),
        ({"received_on": "2026-06-02", "done_on": "", "state": "处理中"}, "2026-06-01", "INCONCLUSIVE"),
        ({"request": "查阅"}, "2026-06-01", "INCONCLUSIVE"),
        ({"answer": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"state": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"done_on": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"state": "已转交"}, "2026-06-01", "INCONCLUSIVE"),
        ({"state": "拒绝", "answer": ""}, "2026-06-01", "FAIL"),
        ({"state": "拒绝", "answer": "无"}, "2026-06-01", "FAIL"),
        ({"state": "拒绝", "answer": "待定"}, "2026-06-01", "INCONCLUSIVE"),
        ({"state": "拒绝", "answer": "", "origin": NO_COLUMN}, "2026-06-01", "INCONCLUSIVE"),
        ({"state": "拒绝", "answer": "", "legal_hold": "法律要求保存"}, "2026-06-01", "PASS"),
        ({"state": "拒绝"}, "2026-06-01", "PASS"),
    ],
)
def test_complaints(cells: dict[str, object], day: str, verdict: str) -> None:
    assert judge(complaints.complaints_are_closed, complaints._case(**cells)[0], date.fromisoformat(day))[0] == verdict


@pytest.mark.parametrize(
    ("cells", "day", "verdict"),
    [
        ({"state": "处理中"}, "2026-04-01", "PASS"),
        ({"state": "处理中"}, "2026-04-02", "INCONCLUSIVE"),
        ({"state": ""}, "2026-04-01", "PASS"),
        ({"state": "", "origin": NO_COLUMN}, "2026-04-01", "INCONCLUSIVE"),
        ({"state": "已完成"}, "2026-04-01", "INCONCLUSIVE"),
    ],
)
def test_open_complaints_beside_a_closed_one(cells: dict[str, object], day: str, verdict: str) -> None:
    (closed,), _ = complaints._case()
    (waiting,), _ = complaints._case(**({"id": "Q-2", "done_on": "", "answer": ""} | cells))
    assert judge(complaints.complaints_are_closed, [closed, waiting], date.fromisoformat(day))[0] == verdict
    assert judge(complaints.complaints_are_closed, [waiting], date.fromisoformat(day))[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"kept_until": "2028-05-19"}, "FAIL"),
        ({"kept_until": ""}, "INCONCLUSIVE"),
        ({"provided_on": ""}, "INCONCLUSIVE"),
        ({"provided_on": "2026-01-02", "kept_until": "2030-01-01"}, "INCONCLUSIVE"),
        ({"provided_on": "2026-01-01", "kept_until": "2029-01-01"}, "PASS"),
        ({"ended_on": "2025-06-20"}, "FAIL"),
        ({"ended_on": "2025-06-20", "kept_until": "2028-06-20"}, "PASS"),
        ({"ended_on": "2025-05-20"}, "PASS"),
        ({"ended_on": "2025-05-19"}, "INCONCLUSIVE"),
        ({"contract": "无"}, "FAIL"),
        ({"contract": ""}, "INCONCLUSIVE"),
        ({"recipient": ""}, "INCONCLUSIVE"),
        ({"assets": ""}, "INCONCLUSIVE"),
        ({"personal": "", "contract": "无"}, "INCONCLUSIVE"),
        ({"personal": ""}, "INCONCLUSIVE"),
        ({"personal": "否", "contract": "无"}, "INCONCLUSIVE"),
        ({"personal": "否", "important": "是", "contract": "无"}, "FAIL"),
        ({"personal": "", "important": "是"}, "PASS"),
        ({"personal": "否", "important": ""}, "INCONCLUSIVE"),
    ],
)
def test_provision(cells: dict[str, object], verdict: str) -> None:
    assert judge(provision.provision_records_are_kept, *provision._case(**cells))[0] == verdict
