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
import zhunru.checks.data.consent_is_renewed_on_change as change
import zhunru.checks.data.consent_is_renewed_on_expiry as expiry
import zhunru.checks.data.consent_period_is_finite as finite
import zhunru.checks.data.deleted_cannot_be_retrieved as retrieved
import zhunru.checks.data.deleted_when_due as due
import zhunru.checks.data.face_impact_was_assessed as face_impact
import zhunru.checks.data.face_is_not_the_only_way as face
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
        ({"function": "F-2", "event": "收集"}, {"id": "F-2", "uploads": "否"}, "PASS"),
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
    stays = [f.model_copy(update={"uploads": False}) for f in functions()]
    (only,) = judge(cabin.cabin_data_leave_only_with_consent, log, consents(), stays)[1]
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
    assert judge(biometrics.biometrics_are_not_the_only_way, uses, [*known, mixed], day)[0] == "INCONCLUSIVE"


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


RULES = {"method": "云端", "data_items": "声音"}
ONE, TWO = (
    {"version": "1", "since": "2026-01-01 12:00", "purpose": "导航"},
    {"version": "2", "since": "2026-02-01 12:00", "purpose": "广告"},
)


def changed(
    *cells: dict[str, Any], event: dict[str, Any] | None = None, consent: dict[str, Any] | None = None
) -> tuple[str, list[Finding]]:
    """Judge a function F-1 that changed with consent, beside versions of F-2."""
    rules = [PiFunction.model_validate(FUNCTION | RULES | c) for c in (ONE, TWO, *cells)]
    rows = events(event) if event is not None else events()
    answers = consents({"function": "F-2"} | consent) if consent is not None else consents()
    return judge(change.consent_is_renewed_on_change, rows, answers, rules)


def test_change_of_versions_beside() -> None:
    assert changed()[0] == "PASS"
    assert changed(ONE | {"id": "F-2", "since": ""})[0] == "PASS"
    for doubtful in (
        (ONE | {"id": "F-2"}, TWO | {"id": "F-2", "since": ""}),
        (ONE | {"id": "F-2"}, TWO | {"id": "F-2", "since": ONE["since"]}),
        (ONE | {"id": "F-2"}, TWO | {"id": "F-2", "purpose": ""}),
        (ONE | {"id": "F-2"}, TWO | {"id": "F-2", "exception": ""}),
    ):
        verdict, found = changed(*doubtful)
        assert (verdict, [f.kind for f in found].count("gap")) == ("INCONCLUSIVE", 1), doubtful
    named = [c | {"origin": Origin(row=k)} for k, c in enumerate((ONE | {"id": "F-2"}, TWO | {"id": "f-2", "since": ""}), 1)]
    assert place(changed(*named)[1]) == [(1, "F-2")]


def test_change_of_undated_versions_is_not_judged_further() -> None:
    old = {"given_at": "2026-01-02 12:00", "until": "2027-01-01 12:00", "version": "1"}
    rules = (ONE | {"id": "F-2"}, TWO | {"id": "F-2"}, TWO | {"id": "F-2", "since": "", "version": "3"})
    assert [f.kind for f in changed(*rules, event={"function": "F-2"}, consent=old)[1]].count("breach") == 0
    assert [f.kind for f in changed(*rules[:2], event={"function": "F-2"}, consent=old)[1]].count("breach") == 1
    silent = (ONE | {"id": "F-2"}, TWO | {"id": "F-2", "purpose": ""})
    assert [f.kind for f in changed(*silent, event={"function": "F-2"}, consent=old)[1]].count("breach") == 0


def test_change_events_that_cannot_be_placed() -> None:
    second = (ONE | {"id": "F-2"}, TWO | {"id": "F-2", "since": "2026-03-02 00:30"})
    old = {"given_at": "2026-02-02 12:00", "until": "2027-01-01 12:00", "version": "1"}
    assert changed(*second, event={"function": "F-2", "at": "2026-03-02"}, consent=old)[0] == "INCONCLUSIVE"
    assert changed(*second, event={"function": "F-2", "at": "2026-03-01 12:00"}, consent=old)[0] == "PASS"
    assert changed(*second, event={"function": "F-2", "person": ""}, consent=old)[0] == "PASS"
    unnamed = (ONE | {"id": "F-2", "version": ""}, TWO | {"id": "F-2", "version": ""})
    assert changed(*unnamed, event={"function": "F-2"}, consent=old | {"version": "", "given_at": "2026-01-02 12:00"})[0] == "FAIL"


WEEK = {"given_at": "2026-02-01 12:00", "until": "2026-02-08 12:00"}


@pytest.mark.parametrize(
    ("event", "answers", "function", "verdict"),
    [
        ({}, [], {}, "PASS"),
        ({"at": "", "function": "F-1"}, [], {}, "PASS"),
        ({"function": "F-2"}, [WEEK | {"function": "F-2"}], {"id": "F-2", "exception": "法定"}, "PASS"),
        ({"function": "F-2"}, [WEEK | {"function": "F-2"}], {"id": "F-2", "exception": ""}, "INCONCLUSIVE"),
        ({"function": "F-2"}, [WEEK | {"function": "F-2"}], {"id": "F-2"}, "FAIL"),
        ({"function": "F-2", "at": "2026-02-08"}, [WEEK | {"function": "F-2"}], {"id": "F-2"}, "INCONCLUSIVE"),
        ({"function": "F-2", "at": "2026-02-07 12:00"}, [WEEK | {"function": "F-2"}], {"id": "F-2"}, "PASS"),
    ],
)
def test_expiry(event: dict[str, Any], answers: list[dict[str, Any]], function: dict[str, Any], verdict: str) -> None:
    rules = functions(function) if function else functions()
    assert judge(expiry.consent_is_renewed_on_expiry, events(event), consents(WEEK, *answers), rules)[0] == verdict


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([{"answer": "拒绝"} | WEEK], "INCONCLUSIVE"),
        ([WEEK | {"given_at": "2026-02-09 12:00", "until": "2026-02-20 12:00"}], "INCONCLUSIVE"),
        ([WEEK, {"answer": "拒绝", "given_at": "2026-02-09 12:00"}], "PASS"),
        ([WEEK, WEEK | {"until": "2026-02-20 12:00"}, {"answer": "拒绝", "given_at": "2026-02-09 12:00"}], "PASS"),
        ([WEEK, {"answer": "拒绝", "given_at": "2026-02-07 12:00"}], "INCONCLUSIVE"),
        ([WEEK, {"given_at": "2026-02-09 12:00", "until": "2026-02-20 12:00"}], "INCONCLUSIVE"),
    ],
)
def test_expiry_without_events(answers: list[dict[str, Any]], verdict: str) -> None:
    rows = [Consent.model_validate(CONSENT | a) for a in answers]
    assert judge(expiry.consent_is_renewed_on_expiry, [], rows, functions())[0] == verdict


def test_expiry_a_refused_answer_has_no_end() -> None:
    refused = {"answer": "拒绝", "given_at": "2026-02-01 12:00", "until": "2026-02-08 12:00"}
    assert judge(expiry.consent_is_renewed_on_expiry, events(), consents(refused), functions())[0] == "INCONCLUSIVE"


def test_expiry_with_events_and_a_refusal_is_told_once() -> None:
    late = consents(WEEK, {"answer": "拒绝", "given_at": "2026-04-01 12:00"})
    found = judge(expiry.consent_is_renewed_on_expiry, events(), late, functions())[1]
    assert [f.text.en for f in found] == ["renewed after expiry"]


@pytest.mark.parametrize(
    ("notice", "consent", "function", "verdict"),
    [
        ({}, {}, {}, "PASS"),
        ({"sensitive": "否", "periods": "永久"}, {}, {}, "PASS"),
        ({"sensitive": "", "periods": "永久"}, {}, {}, "INCONCLUSIVE"),
        ({"sensitive": "", "periods": "1年"}, {}, {}, "INCONCLUSIVE"),
        ({"until": "2025-06-01", "periods": "永久"}, {}, {}, "PASS"),
        ({"periods": "永久;1年;始终"}, {}, {}, "FAIL"),
        ({}, {"answer": "拒绝", "period": "永久", "until": ""}, {}, "PASS"),
        ({}, {"answer": "拒绝", "function": "F-2", "until": ""}, {"id": "F-2", "sensitive": "否"}, "PASS"),
        ({}, {"function": "F-2", "period": "永久", "until": ""}, {"id": "F-2", "sensitive": "否"}, "PASS"),
        ({}, {"function": "F-9"}, {}, "INCONCLUSIVE"),
        ({}, {"function": "F-2"}, {"id": "F-2", "sensitive": ""}, "INCONCLUSIVE"),
        ({}, {"function": "F-1", "period": "永久", "until": ""}, {"id": "F-1", "sensitive": "否", "version": "0"}, "FAIL"),
        ({}, {"period": "30天", "until": "", "given_at": ""}, {}, "INCONCLUSIVE"),
        ({}, {"period": "单次", "until": "2026-03-01 11:00"}, {}, "INCONCLUSIVE"),
        ({}, {"period": "单次", "until": "", "function": "F-2"}, {"id": "F-2", "sensitive": ""}, "INCONCLUSIVE"),
        ({}, {"period": "永久", "until": "2026-03-08 12:00", "answer": ""}, {}, "INCONCLUSIVE"),
        ({}, {"period": "永久", "until": "", "answer": ""}, {}, "INCONCLUSIVE"),
        ({}, {"period": "", "until": "", "given_at": ""}, {}, "INCONCLUSIVE"),
    ],
)
def test_finite(notice: dict[str, Any], consent: dict[str, Any], function: dict[str, Any], verdict: str) -> None:
    (plain,), _, _, day = finite._case()
    (more,), _, _, _ = finite._case(**({"offered": notice.pop("periods", "1年"), "version": "V3"} | notice))
    marked = [f.model_copy(update={"sensitive": True}) for f in functions()]
    rules = [*marked, PiFunction.model_validate(FUNCTION | {"sensitive": "是"} | function)]
    assert judge(finite.consent_period_is_finite, [plain, more], consents(consent), rules, day)[0] == verdict


def test_finite_names_the_first_endless_period() -> None:
    (found,) = [f for f in judge(finite.consent_period_is_finite, *finite._case("1年;永久;始终"))[1] if f.kind == "breach"]
    assert found.facts["period"] == "永久"
    (found,) = [
        f
        for f in judge(finite.consent_period_is_finite, *finite._case("永久;很短", sensitive=""))[1]
        if f.row is None and f.facts.get("period")
    ]
    assert found.facts["period"] == "很短"


def test_retrieval_tells_the_limit_and_orders_by_time() -> None:
    (found,) = [f for f in judge(retrieved.deleted_cannot_be_retrieved, *retrieved._case(hits="1"))[1] if f.kind == "breach"]
    assert found.limit == 0
    same_day = {"deleted_at": "2026-03-02", "searched_at": "2026-03-02 09:00"}
    assert judge(retrieved.deleted_cannot_be_retrieved, *retrieved._case(**same_day))[0] == "INCONCLUSIVE"
    assert judge(retrieved.deleted_cannot_be_retrieved, *retrieved._case(**same_day, hits="1"))[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"trigger": ""}, "INCONCLUSIVE"),
        ({"trigger": "个人请求", "done_on": "", "means": ""}, "PASS"),
        ({"due_on": "2026-06-02", "done_on": "", "means": ""}, "INCONCLUSIVE"),
        ({"due_on": "2026-06-01", "done_on": "", "means": ""}, "PASS"),
        ({"due_on": "2026-05-02", "done_on": "", "means": ""}, "PASS"),
        ({"due_on": "2026-05-01", "done_on": "", "means": ""}, "FAIL"),
        ({"means": ""}, "INCONCLUSIVE"),
        ({"done_on": ""}, "INCONCLUSIVE"),
        ({"done_on": "2026-05-02"}, "INCONCLUSIVE"),
    ],
)
def test_due(cells: dict[str, Any], verdict: str) -> None:
    good, consent, day = due._case()
    more, _, _ = due._case(id="D-2", **cells)
    assert judge(due.deleted_when_due, [*good, *more], consent, day)[0] == verdict


def test_due_tells_what_lies_open() -> None:
    late, _, day = due._case(done_on="2026-05-02")
    assert [f.text.en for f in judge(due.deleted_when_due, late, [], day)[1]] == [
        "deleted late: a person must judge",
        "no deletion that fell due was done",
    ]
    unclear, consent, _ = due._case(means="", origin=Origin(row=1))
    good, _, _ = due._case(id="D-2", functions="F-2")
    texts = [f.text.en for f in judge(due.deleted_when_due, [*unclear, *good], consent, day)[1]]
    assert texts.count("no record of deletion after the consent had ended") == 1
    undone, _, _ = due._case(done_on="", origin=Origin(row=1))
    texts = [f.text.en for f in judge(due.deleted_when_due, [*undone, *good], consent, day)[1]]
    assert texts.count("no record of deletion after the consent had ended") == 1


def test_due_names_first_rows() -> None:
    rows = [due._case(id=f"D-{k}", origin=Origin(row=k))[0][0] for k in (1, 2)]
    _, consent, day = due._case()
    (found,) = [f for f in judge(due.deleted_when_due, rows, consent, day)[1] if f.text.en == "deleted after the consent had ended"]
    assert (found.row, found.facts["record"]) == (1, "D-1")
    open_ones = [
        CONSENT | {"until": "", "given_at": "2026-01-01 12:00", "function": f, "origin": Origin(row=k)} for k, f in ((1, "F-1"), (2, "f-1"))
    ]
    answers = [Consent.model_validate(c) for c in open_ones]
    assert place(judge(due.deleted_when_due, rows, answers, day)[1]) == [(1, "F-1")]
    ended = [Consent.model_validate(c | {"until": "2026-02-01 12:00"}) for c in open_ones]
    assert place(judge(due.deleted_when_due, due._case(functions="F-2")[0], ended, day)[1]) == [(1, "F-1")]


def test_due_another_answer_without_end_goes_on() -> None:
    deletions, _, day = due._case(functions="F-2")
    withdrawn = CONSENT | {"until": "", "given_at": "2026-01-01 12:00", "withdrawn_at": "2026-02-01 12:00"}
    endless = CONSENT | {"until": "", "period": "永久", "given_at": "2026-02-02 12:00"}
    answers = [Consent.model_validate(c) for c in (withdrawn, endless)]
    assert judge(due.deleted_when_due, deletions, answers, day)[0] == "PASS"


def test_faces_among_other_items() -> None:
    assessments, _, day = face_impact._case()
    mixed = [PiFunction.model_validate({"id": "F-7", "data_items": "声音;人脸特征"})]
    assert judge(face_impact.face_impact_was_assessed, assessments, mixed, day)[0] == "PASS"


def test_face_beside_a_use_that_is_not_told() -> None:
    good, day = face._case()
    for cells in ({"feature": ""}, {"authenticates": ""}):
        more, _ = face._case(function="F-8", **cells)
        assert judge(face.face_is_not_the_only_way, [*good, *more], day)[0] == "INCONCLUSIVE"
    other, _ = face._case(function="F-8", feature="指纹", alternatives="无")
    assert judge(face.face_is_not_the_only_way, [*good, *other], day)[0] == "PASS"
