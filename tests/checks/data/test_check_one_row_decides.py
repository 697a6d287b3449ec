"""One doubtful row beside good ones decides: each gap stands for itself, and what does not concern a check leaves it alone."""

from typing import Any

import pytest

import zhunru.checks.data.access_is_controlled as access
import zhunru.checks.data.biometrics_are_not_the_only_way as biometrics
import zhunru.checks.data.cabin_data_leave_only_with_consent as cabin
import zhunru.checks.data.collected_only_with_consent as collected
import zhunru.checks.data.collection_is_recorded as recorded
import zhunru.checks.data.collects_nothing_by_default as defaults
import zhunru.checks.data.complaints_are_closed as complaints
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.records.biometric_function import BiometricFunction
from zhunru.records.collection_state import CollectionState
from zhunru.records.consent import Consent
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.subject_request import SubjectRequest

CAR = Subject(name="样车一号", maker="示例汽车")
FUNCTION = {"id": "F-1", "personal": "是", "important": "否", "exception": "无", "surroundings": "座舱", "uploads": "是"}
CONSENT = {
    "person": "p-1",
    "function": "F-1",
    "answer": "同意",
    "given_at": "2026-03-01 12:00",
    "until": "2026-03-08 12:00",
    "outside": "是",
}
EVENT = {"function": "F-1", "at": "2026-03-02 12:00", "event": "上传", "person": "p-1"}
SECOND = {"id": "f-2", "version": "2", "since": "2026-02-01 12:00", "origin": Origin(row=2)}
FIRST = {"id": "F-2", "version": "1", "since": "2026-01-01 12:00", "origin": Origin(row=1)}


def events(*cells: dict[str, Any]) -> list[DataEvent]:
    return [DataEvent.model_validate(EVENT | c) for c in ({}, *cells)]


def consents(*cells: dict[str, Any]) -> list[Consent]:
    return [Consent.model_validate(CONSENT | c) for c in ({}, *cells)]


def functions(*cells: dict[str, Any]) -> list[PiFunction]:
    return [PiFunction.model_validate(FUNCTION | c) for c in ({}, *cells)]


def judge(check: Any, *inputs: Any) -> tuple[str, list[Finding]]:
    found = list(check(*inputs))
    return str(fold(found).verdict), found


def place(found: list[Finding]) -> list[tuple[int | None, Any]]:
    return [(f.row, f.facts["function"]) for f in found if f.kind == "gap"]


@pytest.mark.parametrize(
    ("event", "function", "verdict"),
    [
        ({"at": ""}, {}, "INCONCLUSIVE"),
        ({"event": ""}, {}, "INCONCLUSIVE"),
        ({"person": ""}, {}, "INCONCLUSIVE"),
        ({"function": "F-9"}, {}, "INCONCLUSIVE"),
        ({"function": "F-2", "at": ""}, {"id": "F-2", "exception": "法定"}, "PASS"),
        ({"function": "F-2", "person": ""}, {"id": "F-2", "exception": "法定"}, "PASS"),
        ({"event": "删除", "at": ""}, {}, "PASS"),
        ({}, {"id": "F-2", "exception": ""}, "PASS"),
        ({}, {"id": "F-2"}, "INCONCLUSIVE"),
    ],
)
def test_collected(event: dict[str, Any], function: dict[str, Any], verdict: str) -> None:
    rules = functions(function) if function else functions()
    assert judge(collected.collected_only_with_consent, events(event), consents(), rules)[0] == verdict


def test_collected_without_time_among_dated_versions() -> None:
    versions = [f.model_copy(update={"since": e.at}) for f, e in zip(functions({}), events({"at": "2026-01-01 12:00"}), strict=True)]
    assert judge(collected.collected_only_with_consent, events({"at": ""}), consents(), versions)[0] == "INCONCLUSIVE"


def test_collected_names_the_first_version() -> None:
    rules = functions(FIRST | {"exception": "法定"}, SECOND)
    assert place(judge(collected.collected_only_with_consent, events(), consents(), rules)[1]) == [(1, "F-2")]


@pytest.mark.parametrize(
    ("event", "function", "verdict"),
    [
        ({"at": ""}, {}, "INCONCLUSIVE"),
        ({"event": "", "function": "F-1"}, {}, "INCONCLUSIVE"),
        ({"person": ""}, {}, "INCONCLUSIVE"),
        ({"person": "", "at": "2026-02-01 12:00"}, {}, "INCONCLUSIVE"),
        ({}, {"id": "F-2"}, "INCONCLUSIVE"),
        ({}, {"id": "F-2", "surroundings": ""}, "INCONCLUSIVE"),
        ({}, {"id": "F-2", "surroundings": "车外"}, "PASS"),
        ({}, {"id": "F-2", "surroundings": "车辆"}, "PASS"),
        ({}, {"id": "F-2", "exception": "法定"}, "PASS"),
        ({"function": "F-2"}, {"id": "F-2", "surroundings": "车外"}, "PASS"),
        ({"function": "F-2", "event": "收集"}, {"id": "F-2"}, "PASS"),
    ],
)
def test_cabin(event: dict[str, Any], function: dict[str, Any], verdict: str) -> None:
    rules = functions(function) if function else functions()
    assert judge(cabin.cabin_data_leave_only_with_consent, events(event), consents(), rules)[0] == verdict


def test_cabin_one_finding_per_upload_and_none_beside_it() -> None:
    found = judge(cabin.cabin_data_leave_only_with_consent, events({"event": "收集"}), consents(), functions())[1]
    assert [(f.kind, f.text.en) for f in found] == [("ok", "sent out with consent")]


def test_cabin_names_first_rows() -> None:
    rules = functions(FIRST | {"surroundings": ""}, SECOND)
    assert place(judge(cabin.cabin_data_leave_only_with_consent, events(), consents(), rules)[1]) == [(1, "F-2")]
    rows = [EVENT | {"event": e, "function": f, "origin": Origin(row=k)} for k, (e, f) in enumerate((("收集", "F-1"), ("", "f-1")), 1)]
    log = [DataEvent.model_validate(r) for r in rows]
    assert place(judge(cabin.cabin_data_leave_only_with_consent, log, consents(), functions())[1]) == [(1, "F-1")]
    log = [r.model_copy(update={"event": "collect"}) for r in log]
    (only,) = judge(cabin.cabin_data_leave_only_with_consent, log, consents(), functions())[1]
    assert (only.kind, only.row, only.facts["function"], only.measured) == ("ok", 1, "F-1", 2)


def test_cabin_in_any_version() -> None:
    rules = [
        r.model_copy(update={"since": e.at})
        for r, e in zip(functions({"surroundings": "车外"}), events({"at": "2026-01-01 12:00"}), strict=True)
    ]
    assert judge(cabin.cabin_data_leave_only_with_consent, events(), consents(), rules)[0] == "PASS"


def test_biometrics() -> None:
    uses, known, day = biometrics._case()
    other = BiometricFunction.model_validate({"function": "F-8", "feature": "指纹"})
    assert judge(biometrics.biometrics_are_not_the_only_way, [*uses, other], known, day)[0] == "INCONCLUSIVE"
    mixed = PiFunction.model_validate({"id": "F-9", "data_items": "位置;人脸"})
    assert judge(biometrics.biometrics_are_not_the_only_way, uses, [*(known or []), mixed], day)[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"event": ""}, "INCONCLUSIVE"),
        ({"event": "使用", "quantity": ""}, "PASS"),
        ({"quantity": "待定"}, "INCONCLUSIVE"),
        ({"at": "2026-03-03 12:00"}, "PASS"),
    ],
)
def test_recorded(cells: dict[str, Any], verdict: str) -> None:
    good, known = recorded._case()
    more, _ = recorded._case(**cells)
    assert judge(recorded.collection_is_recorded, [*good, *more], known)[0] == verdict


def test_recorded_names_what_is_missing() -> None:
    (found,) = [f for f in judge(recorded.collection_is_recorded, *recorded._case(at=""))[1] if f.kind == "breach"]
    assert found.facts["missing"] == "at"
    (found,) = [f for f in judge(recorded.collection_is_recorded, *recorded._case(quantity="无"))[1] if f.kind == "breach"]
    assert found.facts["missing"] == "quantity"


OFF = ("关", "无", "")


def test_defaults_of_several_versions() -> None:
    check = defaults.collects_nothing_by_default
    states, (function,), car = defaults._case(OFF, OFF, ("开", "无", ""))
    exempt = function.model_copy(update={"exception": "legal"})
    assert judge(check, states, [function, exempt], car)[0] == "INCONCLUSIVE"
    assert judge(check, states, [exempt, function], car)[0] == "INCONCLUSIVE"
    assert judge(check, states[:2], [exempt, function], car)[0] == "PASS"
    assert judge(check, states[:1], [exempt, function], car)[0] == "INCONCLUSIVE"
    free = function.model_copy(update={"id": "F-2", "personal": False, "important": False, "default_state": "on"})
    assert judge(check, states[:2], [function, free], car)[0] == "PASS"
    unmarked = function.model_copy(update={"id": "F-2", "personal": None, "important": False})
    assert judge(check, states[:2], [function, unmarked], car)[0] == "INCONCLUSIVE"
    plain = function.model_copy(update={"id": "F-3", "important": True})
    three = [s.model_copy(update={"function": "F-3"}) for s in states[:2]]
    assert judge(check, [*states[:2], *three], [function, plain], car.model_copy(update={"important_data": True}))[0] == "PASS"


def test_defaults_name_the_first_version() -> None:
    states, (function,), car = defaults._case(OFF, OFF)
    one = function.model_copy(update={"id": "F-2", "origin": Origin(row=1)})
    two = function.model_copy(update={"id": "f-2", "origin": Origin(row=2)})
    assert place(judge(defaults.collects_nothing_by_default, states, [function, one, two], car)[1]) == [(1, "F-2")]


def test_defaults_a_cycle_that_is_on_is_none_that_began_off() -> None:
    states, known, car = defaults._case(OFF, ("", "无", ""))
    gaps = [f for f in judge(defaults.collects_nothing_by_default, states, known, car)[1] if f.kind == "gap"]
    assert sorted(f.text.en for f in gaps) == [
        "state, choice of the driver or need of consent is not told",
        "too few cycles that began off by default",
    ]


def test_defaults_without_the_time_of_ignition() -> None:
    state = CollectionState.model_validate(
        {"cycle": "3", "function": "F-1", "state": "开", "chosen": "开", "chosen_at": "2026-01-02 12:00"}
    )
    states, known, car = defaults._case(OFF, OFF)
    assert judge(defaults.collects_nothing_by_default, [*states, state], known, car)[0] == "INCONCLUSIVE"


def test_complaints() -> None:
    (closed,), day = complaints._case()
    doubtful = closed.model_copy(update={"answer": None})
    assert judge(complaints.complaints_are_closed, [doubtful], day)[1][1].text.en == "no complaint was closed"
    consult = SubjectRequest.model_validate(closed.model_dump() | {"request": "consult"})
    assert judge(complaints.complaints_are_closed, [consult], day)[0] == "INCONCLUSIVE"


def test_access() -> None:
    check = access.access_is_controlled
    decisions, grants, assets, car = access._case()
    unread = decisions[0].model_copy(update={"decision": None})
    strange = decisions[0].model_copy(update={"decision": None, "role": "市场"})
    needless = decisions[0].model_copy(update={"decision": "refused"})
    unknown = decisions[0].model_copy(update={"asset": "A-9"})
    for row in (unread, strange, needless, unknown):
        assert judge(check, [*decisions, row], grants, assets, car)[0] == "INCONCLUSIVE", row
    wrong = decisions[0].model_copy(update={"action": "导出"})
    assert (
        judge(check, [wrong, decisions[1]], grants, assets, car)[1][-1].text.en
        == "no access to this kind of data was allowed by right, or none refused"
    )
    assert [f.text.en for f in judge(check, [], grants, assets, car)[1]][-1] == "the log of access control is empty"
    assert [f.kind for f in judge(check, [], grants, assets, car)[1]] == ["gap", "gap"]
    for word in ("*", "ALL", "全部", "所有"):
        every = [g.model_copy(update={"assets": (word,), "actions": (word,)}) for g in grants]
        assert judge(check, decisions, every, assets, car)[0] == "PASS"
