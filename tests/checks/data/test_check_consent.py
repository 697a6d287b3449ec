"""Boundary cases of the checks on consent."""

from typing import Any

import pytest

import zhunru.checks.data.cabin_data_leave_only_with_consent as cabin
import zhunru.checks.data.collected_only_with_consent as collected
import zhunru.checks.data.consent_is_renewed_on_change as change
import zhunru.checks.data.consent_is_renewed_on_expiry as expiry
import zhunru.checks.data.consent_period_is_finite as finite
import zhunru.checks.data.guardian_consents_for_children as children
import zhunru.checks.data.sensitive_consent_is_separate as separate
import zhunru.checks.data.stored_within_consented_period as stored
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
from zhunru.records.consent import Consent
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction

FUNCTION = {"id": "F-1", "personal": "是", "exception": "无", "surroundings": "座舱", "uploads": "是", "sensitive": "是"}
CONSENT = {
    "person": "p-1",
    "function": "F-1",
    "answer": "同意",
    "given_at": "2026-03-01 12:00",
    "until": "2026-03-08 12:00",
    "outside": "是",
}
EVENT = {"function": "F-1", "at": "2026-03-02 12:00", "event": "收集", "person": "p-1"}


def events(*cells: dict[str, Any]) -> list[DataEvent]:
    return [DataEvent.model_validate(EVENT | c) for c in cells]


def consents(*cells: dict[str, Any]) -> list[Consent]:
    return [Consent.model_validate(CONSENT | c) for c in cells]


def functions(*cells: dict[str, Any]) -> list[PiFunction]:
    return [PiFunction.model_validate(FUNCTION | c) for c in cells]


def judge(check: Any, *inputs: Any) -> tuple[str, list[Finding]]:
    found = list(check(*inputs))
    return str(fold(found).verdict), found


@pytest.mark.parametrize(
    ("event", "consent", "function", "verdict"),
    [
        ({}, {}, {}, "PASS"),
        ({"at": "2026-03-01 12:00"}, {}, {}, "PASS"),
        ({"at": "2026-03-01 11:59:59"}, {}, {}, "FAIL"),
        ({"at": "2026-03-08 12:00"}, {}, {}, "PASS"),
        ({"at": "2026-03-08 12:00:01"}, {}, {}, "FAIL"),
        ({"event": "使用"}, {"withdrawn_at": "2026-03-02 11:59"}, {}, "FAIL"),
        ({}, {"withdrawn_at": "2026-03-02 12:01"}, {}, "PASS"),
        ({}, {"answer": "拒绝"}, {}, "FAIL"),
        ({}, {"person": "p-2"}, {}, "INCONCLUSIVE"),
        ({}, {"function": "F-2"}, {}, "INCONCLUSIVE"),
        ({}, {"until": ""}, {}, "INCONCLUSIVE"),
        ({"person": ""}, {}, {}, "INCONCLUSIVE"),
        ({"at": ""}, {}, {}, "INCONCLUSIVE"),
        ({"event": ""}, {}, {}, "INCONCLUSIVE"),
        ({"event": "删除", "at": "2026-04-01 12:00"}, {}, {}, "INCONCLUSIVE"),
        ({"function": "F-9"}, {}, {}, "INCONCLUSIVE"),
        ({"at": "2026-02-01 12:00"}, {}, {"exception": "紧急情况"}, "INCONCLUSIVE"),
        ({"at": "2026-02-01 12:00"}, {}, {"exception": ""}, "INCONCLUSIVE"),
        ({"at": "2026-02-01 12:00"}, {}, {"personal": "否", "sensitive": "否"}, "INCONCLUSIVE"),
        ({"at": "2026-02-01 12:00"}, {}, {"since": "2026-02-02 12:00"}, "INCONCLUSIVE"),
    ],
)
def test_collected_only_with_consent(event: dict[str, str], consent: dict[str, str], function: dict[str, str], verdict: str) -> None:
    assert judge(collected.collected_only_with_consent, events(event), consents(consent), functions(function))[0] == verdict


def test_every_function_is_in_the_log() -> None:
    two = functions({}, {"id": "F-2"})
    verdict, found = judge(collected.collected_only_with_consent, events({}), consents({}), two)
    assert (verdict, [f.facts["function"] for f in found if f.kind == "gap"]) == ("INCONCLUSIVE", ["F-2"])
    free = functions({}, {"id": "F-2", "exception": "法定"})
    assert judge(collected.collected_only_with_consent, events({}, {"function": "F-2", "person": ""}), consents({}), free)[0] == "PASS"


def test_an_earlier_version_without_consent_does_not_excuse_a_later_one() -> None:
    versions = functions({"version": "1", "since": "2026-01-01 12:00", "exception": "法定"}, {"version": "2", "since": "2026-02-01 12:00"})
    assert judge(collected.collected_only_with_consent, events({"at": "2026-02-15 12:00"}), consents({}), versions)[0] == "FAIL"
    assert judge(collected.collected_only_with_consent, events({"at": "2026-01-15 12:00"}, {}), consents({}), versions)[0] == "PASS"


@pytest.mark.parametrize(
    ("event", "consent", "function", "verdict"),
    [
        ({"event": "上传"}, {}, {}, "PASS"),
        ({"event": "提供"}, {}, {}, "PASS"),
        ({"event": "收集"}, {"outside": "否"}, {}, "INCONCLUSIVE"),
        ({"event": "收集"}, {"outside": "否"}, {"uploads": "否"}, "PASS"),
        ({"event": "上传"}, {"outside": "否"}, {}, "FAIL"),
        ({"event": "提供"}, {"outside": "否"}, {}, "FAIL"),
        ({"event": "上传"}, {"outside": ""}, {}, "INCONCLUSIVE"),
        ({"event": "上传", "at": "2026-02-01 12:00"}, {}, {}, "FAIL"),
        ({"event": "上传", "at": "2026-02-01 12:00", "person": ""}, {}, {}, "INCONCLUSIVE"),
        ({"event": "上传", "person": "p-2"}, {}, {}, "INCONCLUSIVE"),
        ({"event": "上传", "at": ""}, {}, {}, "INCONCLUSIVE"),
        ({"event": ""}, {}, {}, "INCONCLUSIVE"),
        ({"event": "上传"}, {}, {"uploads": "否"}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"outside": "否"}, {"uploads": "否"}, "FAIL"),
        ({"event": "上传"}, {}, {"uploads": ""}, "PASS"),
        ({"event": "上传"}, {"outside": "否"}, {"surroundings": ""}, "INCONCLUSIVE"),
        ({"event": "上传"}, {}, {"surroundings": ""}, "INCONCLUSIVE"),
        ({"event": "上传"}, {}, {"surroundings": "", "uploads": "否"}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"outside": "否"}, {"surroundings": "车外"}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"outside": "否"}, {"surroundings": "车辆"}, "INCONCLUSIVE"),
        ({"event": "上传", "at": "2026-02-01 12:00"}, {}, {"exception": ""}, "INCONCLUSIVE"),
        ({"event": "上传", "at": "2026-02-01 12:00"}, {}, {"exception": "法定"}, "INCONCLUSIVE"),
        ({"function": "F-9"}, {}, {}, "INCONCLUSIVE"),
    ],
)
def test_cabin_data(event: dict[str, str], consent: dict[str, str], function: dict[str, str], verdict: str) -> None:
    inputs = (events(event), consents(consent), functions(function))
    assert judge(cabin.cabin_data_leave_only_with_consent, *inputs)[0] == verdict


def test_cabin_consent_that_is_not_told_may_include_sending() -> None:
    answers = consents({"outside": "否"}, {"outside": "", "until": ""})
    assert judge(cabin.cabin_data_leave_only_with_consent, events({"event": "上传"}), answers, functions({}))[0] == "INCONCLUSIVE"
    answers = consents({"outside": "否"}, {"outside": "否", "until": ""})
    assert judge(cabin.cabin_data_leave_only_with_consent, events({"event": "上传"}), answers, functions({}))[0] == "FAIL"


def test_cabin_rules_of_the_time_of_the_upload() -> None:
    versions = functions({"version": "1", "since": "2026-01-01 12:00", "exception": "法定"}, {"version": "2", "since": "2026-02-01 12:00"})
    at = {"event": "上传", "at": "2026-01-15 12:00"}
    assert judge(cabin.cabin_data_leave_only_with_consent, events(at), consents({}), versions)[0] == "PASS"
    assert judge(cabin.cabin_data_leave_only_with_consent, events(at | {"at": "2026-02-15 12:00"}), consents({}), versions)[0] == "FAIL"


@pytest.mark.parametrize(
    ("event", "consent", "function", "verdict"),
    [
        ({"stored_until": "2026-03-08 12:00"}, {}, {}, "PASS"),
        ({"stored_until": "2026-03-08 12:00:01"}, {}, {}, "FAIL"),
        ({"stored_until": "2026-03-08 11:59"}, {}, {}, "PASS"),
        ({"stored_until": "2026-03-08"}, {}, {}, "INCONCLUSIVE"),
        ({"stored_until": ""}, {}, {}, "INCONCLUSIVE"),
        ({"stored_until": "2026-03-07 12:00", "person": ""}, {}, {}, "INCONCLUSIVE"),
        ({"stored_until": "2026-03-07 12:00", "at": ""}, {}, {}, "INCONCLUSIVE"),
        ({"stored_until": "2026-03-07 12:00", "function": "F-9"}, {}, {}, "INCONCLUSIVE"),
        ({"stored_until": "2026-03-07 12:00", "event": "收集"}, {}, {}, "INCONCLUSIVE"),
        ({"stored_until": "2026-03-07 12:00"}, {"given_at": "2026-03-03 12:00"}, {}, "INCONCLUSIVE"),
        ({"stored_until": "2036-03-07 12:00"}, {"until": "", "period": "永久"}, {}, "PASS"),
        ({"stored_until": "2036-03-07 12:00"}, {}, {"exception": "法定"}, "INCONCLUSIVE"),
        ({"stored_until": "2036-03-07 12:00"}, {}, {"exception": ""}, "INCONCLUSIVE"),
    ],
)
def test_stored(event: dict[str, str], consent: dict[str, str], function: dict[str, str], verdict: str) -> None:
    inputs = (events({"event": "存储"} | event), consents(consent), functions(function))
    assert judge(stored.stored_within_consented_period, *inputs)[0] == verdict


def test_stored_by_the_longest_consent() -> None:
    event = events({"event": "存储", "stored_until": "2026-03-20 12:00"})
    longer = {"until": "2026-03-20 12:00"}
    assert judge(stored.stored_within_consented_period, event, consents({}, longer), functions({}))[0] == "PASS"
    assert judge(stored.stored_within_consented_period, event, consents({}, {"until": ""}), functions({}))[0] == "INCONCLUSIVE"
    assert (
        judge(
            stored.stored_within_consented_period,
            event,
            consents({}, {"until": "", "answer": "拒绝", "given_at": "2026-03-03 12:00"}),
            functions({}),
        )[0]
        == "FAIL"
    )
    other = functions({}, {"id": "F-2"})
    assert judge(stored.stored_within_consented_period, event, consents(longer), other)[0] == "INCONCLUSIVE"


def test_stored_under_the_rules_of_the_time() -> None:
    versions = functions({"version": "1", "since": "2026-01-01 12:00", "exception": "法定"}, {"version": "2", "since": "2026-02-01 12:00"})
    early = {"event": "存储", "at": "2026-01-15 12:00", "stored_until": "2027-01-01 12:00"}
    late = {"event": "存储", "stored_until": "2026-03-08 12:00"}
    assert judge(stored.stored_within_consented_period, events(early, late), consents({}), versions)[0] == "PASS"


@pytest.mark.parametrize(
    ("event", "more", "function", "verdict"),
    [
        ({"at": "2026-03-09 12:00"}, [], {}, "FAIL"),
        ({"at": "2026-03-09 12:00", "event": "删除"}, [], {}, "INCONCLUSIVE"),
        ({"at": "2026-03-08 12:00"}, [], {}, "INCONCLUSIVE"),
        ({"at": "2026-03-08 12:00:01"}, [], {}, "FAIL"),
        ({"at": "2026-03-09 12:00"}, [{"given_at": "2026-03-09 12:00", "until": "2026-04-01 12:00"}], {}, "PASS"),
        ({"at": "2026-03-09 12:00"}, [{"given_at": "2026-03-05 12:00", "until": "2026-04-01 12:00"}], {}, "PASS"),
        ({"at": "2026-03-09 12:00"}, [{"given_at": "2026-03-09 12:01", "until": "2026-04-01 12:00"}], {}, "FAIL"),
        ({"at": "2026-03-09 12:00"}, [{"given_at": "2026-03-09 11:00", "until": ""}], {}, "INCONCLUSIVE"),
        ({"at": "2026-03-09 12:00"}, [], {"exception": ""}, "INCONCLUSIVE"),
        ({"at": "2026-03-09 12:00"}, [], {"exception": "法定"}, "INCONCLUSIVE"),
        ({"at": "2026-03-02 12:00"}, [{"answer": "拒绝", "given_at": "2026-03-09 12:00"}], {}, "PASS"),
        ({"at": "2026-03-02 12:00"}, [{"answer": "拒绝", "given_at": "2026-03-08 12:00"}], {}, "INCONCLUSIVE"),
        ({"at": "2026-03-02 12:00"}, [{"answer": "拒绝", "given_at": ""}], {}, "INCONCLUSIVE"),
        ({"at": "2026-03-10 12:00"}, [{"answer": "拒绝", "given_at": "2026-03-09 12:00"}], {}, "FAIL"),
        ({"at": "2026-03-02 12:00"}, [], {}, "INCONCLUSIVE"),
        ({"at": "2026-03-09 12:00", "person": ""}, [], {}, "INCONCLUSIVE"),
    ],
)
def test_expiry(event: dict[str, str], more: list[dict[str, str]], function: dict[str, str], verdict: str) -> None:
    inputs = (events(event), consents({}, *more), functions(function))
    assert judge(expiry.consent_is_renewed_on_expiry, *inputs)[0] == verdict


def test_expiry_by_a_mere_day_leaves_doubt() -> None:
    inputs = (events({"at": "2026-03-08 12:00"}), consents({"until": "2026-03-08"}), functions({}))
    assert judge(expiry.consent_is_renewed_on_expiry, *inputs)[0] == "INCONCLUSIVE"
    assert [f.text.en for f in judge(expiry.consent_is_renewed_on_expiry, *inputs)[1]] == ["whether consent was renewed cannot be told"]


@pytest.mark.parametrize(
    ("event", "consent", "versions", "verdict"),
    [
        ({}, {"version": "2"}, {}, "PASS"),
        ({}, {"version": " 2 "}, {}, "PASS"),
        ({}, {"version": "1"}, {}, "FAIL"),
        ({}, {"version": ""}, {}, "FAIL"),
        ({}, {"version": "", "given_at": "2026-03-01 00:30"}, {}, "PASS"),
        ({}, {"version": "", "given_at": "2026-03-01 00:29"}, {}, "FAIL"),
        ({}, {"version": "", "given_at": "2026-03-01"}, {}, "INCONCLUSIVE"),
        ({}, {"version": "1", "given_at": "2026-03-01 01:00"}, {}, "INCONCLUSIVE"),
        ({}, {"version": "3"}, {"version": ""}, "INCONCLUSIVE"),
        ({}, {"version": "2", "origin": Origin(problems=("同意的规则版本: 2?",))}, {}, "INCONCLUSIVE"),
        ({"at": "2026-02-20 12:00"}, {"version": "1"}, {}, "INCONCLUSIVE"),
        ({"at": "2026-03-01 00:30"}, {"version": "1"}, {}, "FAIL"),
        ({"at": "2026-03-01"}, {"version": "1"}, {}, "INCONCLUSIVE"),
        ({"event": "删除"}, {"version": "1"}, {}, "INCONCLUSIVE"),
        ({"at": ""}, {"version": "1"}, {}, "INCONCLUSIVE"),
        ({"function": "F-2"}, {"version": "1"}, {}, "INCONCLUSIVE"),
        ({}, {"version": "1", "until": "2026-03-02 12:00"}, {}, "INCONCLUSIVE"),
        ({}, {"version": "2"}, {"since": ""}, "INCONCLUSIVE"),
        ({}, {"version": "2"}, {"since": "2026-01-01 12:00"}, "INCONCLUSIVE"),
        ({}, {"version": "1"}, {"method": ""}, "FAIL"),
        ({}, {"version": "2"}, {"method": "", "purpose": "导航"}, "INCONCLUSIVE"),
        ({}, {"version": "1"}, {"purpose": "导航"}, "INCONCLUSIVE"),
        ({}, {"version": "1"}, {"purpose": "导航", "data_items": "声音;影像"}, "FAIL"),
        ({}, {"version": "1"}, {"exception": ""}, "INCONCLUSIVE"),
        ({}, {"version": "1"}, {"exception": "法定"}, "INCONCLUSIVE"),
    ],
)
def test_change(event: dict[str, str], consent: dict[str, Any], versions: dict[str, str], verdict: str) -> None:
    plain = FUNCTION | {"method": "云端", "data_items": "声音"}
    rules = [
        PiFunction.model_validate(plain | {"version": "1", "since": "2026-01-01 12:00", "purpose": "导航"}),
        PiFunction.model_validate(plain | {"version": "2", "since": "2026-03-01 00:30", "purpose": "广告"} | versions),
    ]
    answers = consents({"given_at": "2026-02-01 12:00", "until": "2027-02-01 12:00"} | consent)
    assert judge(change.consent_is_renewed_on_change, events({"at": "2026-03-05 12:00"} | event), answers, rules)[0] == verdict


def test_change_one_new_answer_among_old_ones_is_enough() -> None:
    plain = FUNCTION | {"method": "云端", "data_items": "声音"}
    rules = [
        PiFunction.model_validate(plain | {"version": str(k), "since": f"2026-0{k}-01 12:00", "purpose": p})
        for k, p in enumerate(("导航", "广告", "保险"), 1)
    ]
    old, new = {"given_at": "2026-01-02 12:00", "until": "2027-01-01 12:00", "version": "1"}, {"until": "2027-01-01 12:00", "version": "3"}
    at = events({"at": "2026-03-05 12:00"})
    assert judge(change.consent_is_renewed_on_change, at, consents(old, new), rules)[0] == "PASS"
    assert judge(change.consent_is_renewed_on_change, at, consents(old, old | {"version": "2"}), rules)[0] == "FAIL"
    (found,) = [f for f in judge(change.consent_is_renewed_on_change, at, consents(old), rules)[1] if f.kind == "breach"]
    assert found.facts["version"] == "3"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"guardian": "否"}, "FAIL"),
        ({"guardian": ""}, "INCONCLUSIVE"),
        ({"minor": "否", "guardian": "否"}, "PASS"),
        ({"minor": "", "guardian": "是"}, "INCONCLUSIVE"),
        ({"answer": "", "guardian": "否"}, "INCONCLUSIVE"),
        ({"answer": ""}, "INCONCLUSIVE"),
        ({"answer": "拒绝", "guardian": "否"}, "INCONCLUSIVE"),
    ],
)
def test_children(cells: dict[str, str], verdict: str) -> None:
    assert judge(children.guardian_consents_for_children, consents({"minor": "是", "guardian": "是"} | cells))[0] == verdict


@pytest.mark.parametrize(
    ("consent", "function", "verdict"),
    [
        ({"separate": "是"}, {}, "PASS"),
        ({"separate": "否"}, {}, "FAIL"),
        ({"separate": ""}, {}, "INCONCLUSIVE"),
        ({"separate": "是", "answer": ""}, {}, "INCONCLUSIVE"),
        ({"separate": "否", "answer": ""}, {}, "INCONCLUSIVE"),
        ({"separate": "否", "answer": "拒绝"}, {}, "INCONCLUSIVE"),
        ({"separate": "否"}, {"sensitive": ""}, "INCONCLUSIVE"),
        ({"separate": "否"}, {"sensitive": "否"}, "INCONCLUSIVE"),
        ({"separate": "是", "function": "F-9"}, {}, "INCONCLUSIVE"),
        ({"separate": "是"}, {"exception": ""}, "PASS"),
    ],
)
def test_separate(consent: dict[str, str], function: dict[str, str], verdict: str) -> None:
    assert judge(separate.sensitive_consent_is_separate, consents(consent), functions(function))[0] == verdict


def test_separate_asks_for_every_sensitive_function() -> None:
    answers = consents({"separate": "是"})
    for exception, verdict in (("无", "INCONCLUSIVE"), ("", "INCONCLUSIVE"), ("法定", "PASS")):
        two = functions({}, {"id": "F-2", "exception": exception})
        assert judge(separate.sensitive_consent_is_separate, answers, two)[0] == verdict


@pytest.mark.parametrize(
    ("offered", "notice", "consent", "function", "verdict"),
    [
        ("单次;7天;1年", {}, {}, {}, "PASS"),
        ("单次;永久", {}, {}, {}, "FAIL"),
        ("单次;长期有效", {}, {}, {}, "FAIL"),
        ("单次;永久", {"sensitive": ""}, {}, {}, "INCONCLUSIVE"),
        ("单次;永久", {"sensitive": "否"}, {}, {}, "INCONCLUSIVE"),
        ("单次;永久", {"until": "2025-12-31"}, {}, {}, "INCONCLUSIVE"),
        ("单次;永久", {"until": "2026-01-01"}, {}, {}, "FAIL"),
        ("单次;永久", {"since": "2026-01-02"}, {}, {}, "INCONCLUSIVE"),
        ("单次;永久", {"since": "2026-01-01"}, {}, {}, "FAIL"),
        ("单次", {"since": ""}, {}, {}, "INCONCLUSIVE"),
        ("单次;尽快", {}, {}, {}, "INCONCLUSIVE"),
        ("", {}, {}, {}, "INCONCLUSIVE"),
        ("单次", {"own_period": "否"}, {}, {}, "FAIL"),
        ("单次", {"own_period": ""}, {}, {}, "INCONCLUSIVE"),
        ("单次", {"own_period": "否", "sensitive": ""}, {}, {}, "INCONCLUSIVE"),
        ("单次", {}, {"period": "永久", "until": ""}, {}, "FAIL"),
        ("单次", {}, {"period": "", "until": "9999-12-31"}, {}, "FAIL"),
        ("单次", {}, {"period": "永久", "until": ""}, {"sensitive": ""}, "INCONCLUSIVE"),
        ("单次", {}, {"period": "永久", "until": ""}, {"sensitive": "否"}, "INCONCLUSIVE"),
        ("单次", {}, {"period": "永久", "until": "", "answer": ""}, {}, "INCONCLUSIVE"),
        ("单次", {}, {"period": "永久", "until": "", "answer": "拒绝"}, {}, "INCONCLUSIVE"),
        ("单次", {}, {"period": "永久", "until": "", "function": "F-9"}, {}, "INCONCLUSIVE"),
        ("单次", {}, {"period": "单次", "until": ""}, {}, "PASS"),
        ("单次", {}, {"period": "单次", "until": ""}, {"sensitive": ""}, "INCONCLUSIVE"),
        ("单次", {}, {"until": ""}, {}, "INCONCLUSIVE"),
        ("单次", {}, {"until": "2026-03-01 12:00"}, {}, "INCONCLUSIVE"),
        ("单次", {}, {"until": "2026-03-01 12:01"}, {}, "PASS"),
        ("单次", {}, {"given_at": ""}, {}, "INCONCLUSIVE"),
    ],
)
def test_finite(offered: str, notice: dict[str, str], consent: dict[str, str], function: dict[str, str], verdict: str) -> None:
    notices, _, _, day = finite._case(offered, **notice)
    assert judge(finite.consent_period_is_finite, notices, consents(consent), functions(function), day)[0] == verdict
