"""Boundary cases of the checks on notice, defaults, exceptions, withdrawal, uploads and biometrics."""

from datetime import date
from typing import Any

import pytest

import zhunru.checks.data.biometrics_are_not_the_only_way as biometrics
import zhunru.checks.data.collects_nothing_by_default as defaults
import zhunru.checks.data.exceptions_are_explained as exceptions
import zhunru.checks.data.face_is_not_the_only_way as face
import zhunru.checks.data.notice_has_all_contents as contents
import zhunru.checks.data.refusal_is_offered as refusal
import zhunru.checks.data.sensitive_notice_tells_effects as effects
import zhunru.checks.data.uploads_are_declared_and_necessary as uploads
import zhunru.checks.data.withdrawal_works as withdrawal
from zhunru.core.finding import Finding, fold
from zhunru.core.subject import Subject
from zhunru.records.collection_state import CollectionState
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.privacy_notice import PrivacyNotice
from zhunru.records.withdrawal_way import WithdrawalWay

DAY = date(2026, 1, 1)
CAR = Subject(name="样车一号", maker="示例汽车")
BOTH = Subject(name="样车一号", maker="示例汽车", important_data=True)


def judge(check: Any, *inputs: Any) -> tuple[str, list[Finding]]:
    found = list(check(*inputs))
    return str(fold(found).verdict), found


@pytest.mark.parametrize("box", ["kinds", "purposes", "situations", "keeping", "rights", "contact_name", "contact_reach"])
def test_each_content(box: str) -> None:
    assert judge(contents.notice_has_all_contents, *contents._case(**{box: "无"}))[0] == "FAIL"
    assert judge(contents.notice_has_all_contents, *contents._case(**{box: ""}))[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("listed", "cells", "function", "verdict"),
    [
        ("F-1", {}, {}, "PASS"),
        ("语音助手", {}, {}, "PASS"),
        ("F-2", {}, {}, "FAIL"),
        ("", {}, {}, "INCONCLUSIVE"),
        ("F-1", {"shown_by": ""}, {}, "INCONCLUSIVE"),
        ("F-1", {"since": "2026-01-01"}, {}, "PASS"),
        ("F-1", {"since": "2026-01-02"}, {}, "INCONCLUSIVE"),
        ("F-1", {"since": ""}, {}, "INCONCLUSIVE"),
        ("F-1", {"until": "2026-01-01"}, {}, "PASS"),
        ("F-1", {"until": "2025-12-31"}, {}, "FAIL"),
        ("F-2", {}, {"personal": "", "sensitive": ""}, "INCONCLUSIVE"),
        ("F-1", {}, {"personal": "", "sensitive": ""}, "INCONCLUSIVE"),
        ("F-2", {}, {"personal": "否", "sensitive": ""}, "INCONCLUSIVE"),
    ],
)
def test_notice(listed: str, cells: dict[str, str], function: dict[str, str], verdict: str) -> None:
    notices, _, day = contents._case(listed, **cells)
    functions = [PiFunction.model_validate({"id": "F-1", "name": "语音助手", "personal": "是"} | function)]
    assert judge(contents.notice_has_all_contents, notices, functions, day)[0] == verdict


def test_a_function_may_stand_in_another_notice() -> None:
    (one,), functions, day = contents._case("F-2")
    (two,), _, _ = contents._case("F-1", version="V3")
    (open_one,), _, _ = contents._case("", version="V4")
    (undated,), _, _ = contents._case("F-1", version="V5", since="")
    assert judge(contents.notice_has_all_contents, [one, two], functions, day)[0] == "PASS"
    assert judge(contents.notice_has_all_contents, [one, open_one], functions, day)[0] == "INCONCLUSIVE"
    assert judge(contents.notice_has_all_contents, [two, undated], functions, day)[0] == "INCONCLUSIVE"
    (ended,), _, _ = contents._case("F-1", until="2025-12-31")
    assert judge(contents.notice_has_all_contents, [ended, undated], functions, day)[0] == "INCONCLUSIVE"
    other = PiFunction.model_validate({"id": "F-9", "personal": "否"})
    assert judge(contents.notice_has_all_contents, [two], [*functions, other], day)[0] == "PASS"
    unmarked = PiFunction.model_validate({"id": "F-1"})
    assert [f.kind for f in judge(contents.notice_has_all_contents, [two], [unmarked], day)[1]] == ["ok", "gap"]


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"agree_option": "否"}, "FAIL"),
        ({"refuse_option": "否"}, "FAIL"),
        ({"refuse_option": "否", "agree_option": ""}, "FAIL"),
        ({"agree_option": ""}, "INCONCLUSIVE"),
        ({"refuse_option": ""}, "INCONCLUSIVE"),
        ({"since": ""}, "INCONCLUSIVE"),
        ({"since": "", "refuse_option": "否"}, "INCONCLUSIVE"),
        ({"since": "2026-01-01", "until": "2026-01-01", "refuse_option": "否"}, "FAIL"),
        ({"since": "2026-01-02", "refuse_option": "否"}, "INCONCLUSIVE"),
        ({"until": "2025-12-31", "refuse_option": "否"}, "INCONCLUSIVE"),
    ],
)
def test_refusal(cells: dict[str, str], verdict: str) -> None:
    assert judge(refusal.refusal_is_offered, *refusal._case(**cells))[0] == verdict


@pytest.mark.parametrize(
    ("notices", "function", "verdict"),
    [
        ([{}], {}, "PASS"),
        ([{"effects": "无"}], {}, "FAIL"),
        ([{"effects": ""}], {}, "INCONCLUSIVE"),
        ([{"effects": "无"}, {}], {}, "PASS"),
        ([{"effects": "无"}, {"effects": ""}], {}, "INCONCLUSIVE"),
        ([{"functions": "F-2"}], {}, "INCONCLUSIVE"),
        ([{"functions": "语音助手"}], {}, "PASS"),
        ([{"since": "2026-01-02", "effects": "无"}], {}, "INCONCLUSIVE"),
        ([{"since": "2026-01-01"}], {}, "PASS"),
        ([{"since": ""}], {}, "INCONCLUSIVE"),
        ([{"until": "2025-12-31"}], {}, "INCONCLUSIVE"),
        ([{"until": "2026-01-01"}], {}, "PASS"),
        ([{"effects": "无"}], {"sensitive": ""}, "INCONCLUSIVE"),
        ([{"effects": "无"}], {"sensitive": "否"}, "INCONCLUSIVE"),
    ],
)
def test_effects(notices: list[dict[str, str]], function: dict[str, str], verdict: str) -> None:
    plain = {"version": "V2", "since": "2025-01-01", "functions": "F-1", "effects": "第4节"}
    rows = [PrivacyNotice.model_validate(plain | n) for n in notices]
    functions = [PiFunction.model_validate({"id": "F-1", "name": "语音助手", "sensitive": "是"} | function)]
    assert judge(effects.sensitive_notice_tells_effects, rows, functions, DAY)[0] == verdict


OFF = ("关", "无", "")


@pytest.mark.parametrize(
    ("cycles", "function", "verdict"),
    [
        ([OFF, OFF], {}, "PASS"),
        ([OFF], {}, "INCONCLUSIVE"),
        ([OFF, ("关", "关", "")], {}, "PASS"),
        ([OFF, ("关", "开", "")], {}, "INCONCLUSIVE"),
        ([OFF, ("关", "", "")], {}, "INCONCLUSIVE"),
        ([OFF, OFF, ("开", "无", "")], {}, "FAIL"),
        ([OFF, OFF, ("开", "关", "")], {}, "FAIL"),
        ([OFF, OFF, ("开", "", "")], {}, "INCONCLUSIVE"),
        ([OFF, OFF, ("", "无", "")], {}, "INCONCLUSIVE"),
        ([OFF, OFF, ("开", "开", "2026-01-03 11:59")], {}, "PASS"),
        ([OFF, OFF, ("开", "开", "2026-01-03 12:00")], {}, "FAIL"),
        ([OFF, OFF, ("开", "开", "2026-01-03")], {}, "INCONCLUSIVE"),
        ([OFF, OFF, ("开", "开", "")], {}, "INCONCLUSIVE"),
        ([OFF, OFF], {"default_state": "开"}, "FAIL"),
        ([OFF, OFF], {"default_state": ""}, "PASS"),
        ([OFF, OFF], {"exception": ""}, "INCONCLUSIVE"),
        ([OFF, OFF, ("开", "无", "")], {"exception": ""}, "INCONCLUSIVE"),
        ([("开", "无", "")], {"exception": "车外行车安全"}, "PASS"),
        ([OFF, OFF], {"personal": "", "important": "否"}, "INCONCLUSIVE"),
        ([OFF, OFF], {"personal": "", "important": "是"}, "INCONCLUSIVE"),
        ([("开", "无", "")], {"personal": "否", "important": "否"}, "INCONCLUSIVE"),
    ],
)
def test_defaults(cycles: list[tuple[str, str, str]], function: dict[str, str], verdict: str) -> None:
    states, functions, car = defaults._case(*cycles, **function)
    if verdict == "PASS" and function.get("exception"):
        other = [s.model_copy(update={"function": "F-2"}) for s in defaults._case(OFF, OFF)[0]]
        states, functions = states + other, [*functions, *(f.model_copy(update={"id": "F-2"}) for f in defaults._case()[1])]
    assert judge(defaults.collects_nothing_by_default, states, functions, car)[0] == verdict


def test_defaults_need_a_cycle_of_every_function_and_kind_of_data() -> None:
    states, functions, car = defaults._case(OFF, OFF)
    assert judge(defaults.collects_nothing_by_default, states, functions, BOTH)[0] == "INCONCLUSIVE"
    important = functions[0].model_copy(update={"important": True})
    assert judge(defaults.collects_nothing_by_default, states, [important], BOTH)[0] == "PASS"
    two = [*functions, functions[0].model_copy(update={"id": "F-2"})]
    assert judge(defaults.collects_nothing_by_default, states, two, car)[0] == "INCONCLUSIVE"
    stranger = [*states, states[0].model_copy(update={"function": "F-9"})]
    assert judge(defaults.collects_nothing_by_default, stranger, functions, car)[0] == "INCONCLUSIVE"


def test_defaults_count_cycles_not_rows() -> None:
    (state, _), functions, car = defaults._case(OFF, OFF)
    assert judge(defaults.collects_nothing_by_default, [state, state], functions, car)[0] == "INCONCLUSIVE"
    other = CollectionState.model_validate({"cycle": "1", "function": "F-1", "vehicle": "样车 2", "state": "关", "chosen": "无"})
    assert judge(defaults.collects_nothing_by_default, [state, other], functions, car)[0] == "PASS"


def test_defaults_tell_the_number_of_cycles() -> None:
    (gap,) = [f for f in judge(defaults.collects_nothing_by_default, *defaults._case(OFF))[1] if f.kind == "gap"]
    assert (gap.measured, gap.limit) == (1, 2.0)
    found = list(defaults.collects_nothing_by_default(*defaults._case(OFF), cycles=1.0))
    assert fold(found).verdict == "PASS"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"explained_in": "无"}, "FAIL"),
        ({"explained_in": ""}, "INCONCLUSIVE"),
        ({"surroundings": "座舱"}, "FAIL"),
        ({"surroundings": ""}, "INCONCLUSIVE"),
        ({"surroundings": "座舱", "exception": "紧急情况"}, "PASS"),
        ({"surroundings": "", "exception": "紧急情况"}, "PASS"),
        ({"exception": "无", "explained_in": "无"}, "PASS"),
        ({"exception": ""}, "INCONCLUSIVE"),
        ({"personal": ""}, "INCONCLUSIVE"),
        ({"personal": "", "explained_in": "无"}, "INCONCLUSIVE"),
        ({"personal": "否", "explained_in": "无"}, "INCONCLUSIVE"),
    ],
)
def test_exceptions(cells: dict[str, str], verdict: str) -> None:
    assert judge(exceptions.exceptions_are_explained, exceptions._function(**cells))[0] == verdict


@pytest.mark.parametrize(
    ("ways", "function", "verdict"),
    [
        ([{}], {}, "PASS"),
        ([{"tried_on": "2026-01-01"}], {}, "PASS"),
        ([{"tried_on": "2026-01-02"}], {}, "INCONCLUSIVE"),
        ([{"tried_on": ""}], {}, "INCONCLUSIVE"),
        ([{"collects_after": "是"}], {}, "FAIL"),
        ([{"collects_after": "是"}, {"way": "应用"}], {}, "FAIL"),
        ([{"collects_after": ""}], {}, "INCONCLUSIVE"),
        ([{"accepted": "否"}], {}, "FAIL"),
        ([{"accepted": "否"}, {"way": "应用"}], {}, "PASS"),
        ([{"accepted": "否"}, {"way": "应用", "accepted": ""}], {}, "INCONCLUSIVE"),
        ([{"accepted": ""}], {}, "INCONCLUSIVE"),
        ([{"function": "F-2"}], {}, "FAIL"),
        ([], {}, "INCONCLUSIVE"),
        ([{"function": "F-2"}], {"exception": ""}, "INCONCLUSIVE"),
        ([{"accepted": "否"}], {"exception": ""}, "INCONCLUSIVE"),
        ([{"function": "F-2"}], {"exception": "法定"}, "INCONCLUSIVE"),
        ([{}], {"exception": ""}, "INCONCLUSIVE"),
    ],
)
def test_withdrawal(ways: list[dict[str, str]], function: dict[str, str], verdict: str) -> None:
    plain = {"function": "F-1", "way": "车机设置", "tried_on": "2025-12-01", "accepted": "是", "collects_after": "否"}
    rows = [WithdrawalWay.model_validate(plain | w) for w in ways]
    functions = [PiFunction.model_validate({"id": "F-1", "personal": "是", "exception": "无"} | function)]
    assert judge(withdrawal.withdrawal_works, rows, functions, DAY)[0] == verdict


@pytest.mark.parametrize(
    ("event", "function", "verdict"),
    [
        ({}, {}, "PASS"),
        ({"event": "上传"}, {}, "FAIL"),
        ({"event": "提供"}, {}, "FAIL"),
        ({"event": ""}, {}, "INCONCLUSIVE"),
        ({"function": "F-9"}, {}, "INCONCLUSIVE"),
        ({"function": "F-9", "event": "上传"}, {}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"personal": ""}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"personal": "否"}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"personal": "否", "important": "是"}, "FAIL"),
        ({"event": "上传"}, {"uploads": "是", "necessity": "紧急呼叫"}, "PASS"),
        ({"event": "上传"}, {"uploads": "是", "necessity": "无"}, "FAIL"),
        ({"event": "上传"}, {"uploads": "是", "necessity": ""}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"uploads": "", "necessity": "紧急呼叫"}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"uploads": "", "necessity": "无"}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"uploads": "是", "necessity": "无", "personal": ""}, "INCONCLUSIVE"),
        ({"event": "上传"}, {"uploads": "是", "necessity": "紧急呼叫", "personal": ""}, "INCONCLUSIVE"),
        ({}, {"personal": ""}, "INCONCLUSIVE"),
    ],
)
def test_uploads(event: dict[str, str], function: dict[str, str], verdict: str) -> None:
    events = [DataEvent.model_validate({"function": "F-1", "at": "2026-03-02 12:00", "event": "收集"} | event)]
    functions = [PiFunction.model_validate({"id": "F-1", "personal": "是", "important": "否", "uploads": "否"} | function)]
    assert judge(uploads.uploads_are_declared_and_necessary, events, functions, CAR)[0] == verdict


def test_uploads_of_each_kind_and_version() -> None:
    events, functions, _ = uploads._case()
    assert judge(uploads.uploads_are_declared_and_necessary, events, functions, BOTH)[0] == "INCONCLUSIVE"
    both = [functions[0].model_copy(update={"important": True})]
    assert judge(uploads.uploads_are_declared_and_necessary, events, both, BOTH)[0] == "PASS"
    versions = [functions[0], functions[0].model_copy(update={"version": "2", "uploads": True, "necessity": "紧急呼叫"})]
    sent, _, _ = uploads._case("上传")
    assert judge(uploads.uploads_are_declared_and_necessary, sent, versions, CAR)[0] == "PASS"
    free = PiFunction.model_validate({"id": "F-2", "personal": "否", "important": "否"})
    assert judge(uploads.uploads_are_declared_and_necessary, events, [*functions, free], CAR)[0] == "PASS"
    silent = [*functions, functions[0].model_copy(update={"id": "F-3"})]
    assert judge(uploads.uploads_are_declared_and_necessary, events, silent, CAR)[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cells", "biometric", "by_face"),
    [
        ({}, "PASS", "PASS"),
        ({"works_without": "否"}, "FAIL", "FAIL"),
        ({"alternatives": "无"}, "FAIL", "FAIL"),
        ({"alternatives": "指纹"}, "FAIL", "INCONCLUSIVE"),
        ({"authenticates": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"authenticates": "否", "alternatives": "无"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"feature": "指纹"}, "PASS", "INCONCLUSIVE"),
        ({"feature": "指纹", "alternatives": "无"}, "FAIL", "INCONCLUSIVE"),
        ({"feature": ""}, "PASS", "INCONCLUSIVE"),
        ({"tried_on": "2026-01-02"}, "INCONCLUSIVE", "INCONCLUSIVE"),
    ],
)
def test_biometrics(cells: dict[str, str], biometric: str, by_face: str) -> None:
    uses, functions, day = biometrics._case(**cells)
    assert judge(biometrics.biometrics_are_not_the_only_way, uses, functions, day)[0] == biometric
    assert judge(biometrics.biometrics_are_not_the_only_way, uses, [], day)[0] == biometric
    assert judge(face.face_is_not_the_only_way, uses, day)[0] == by_face


def test_biometric_functions_that_are_not_listed() -> None:
    uses, functions, day = biometrics._case()
    for item, verdict in (("声纹", "INCONCLUSIVE"), ("位置", "PASS")):
        more = [*functions, PiFunction.model_validate({"id": "F-8", "data_items": item})]
        assert judge(biometrics.biometrics_are_not_the_only_way, uses, more, day)[0] == verdict


def test_face_tells_what_is_not_told() -> None:
    (use,), day = face._case(authenticates="", feature="人脸")
    assert next(iter(face.face_is_not_the_only_way([use], day))).text.en == "feature or use is not told"
    (finger,), _ = face._case(authenticates="", feature="指纹")
    assert [f.text.en for f in face.face_is_not_the_only_way([finger], day)] == ["no function verifies persons by their face"]
