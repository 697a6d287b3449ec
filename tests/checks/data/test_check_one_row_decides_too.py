"""One doubtful row beside good ones decides: stored data, logs, notices, measures and records of provision."""

from typing import Any

import pytest

import zhunru.checks.data.guardian_consents_for_children as children
import zhunru.checks.data.impact_was_assessed_before_processing as impact
import zhunru.checks.data.important_data_are_encrypted as encrypted
import zhunru.checks.data.keys_cannot_be_read as keys
import zhunru.checks.data.legal_hold_survives_deletion as hold
import zhunru.checks.data.logs_are_kept_six_months as logs
import zhunru.checks.data.notice_has_all_contents as notice
import zhunru.checks.data.provision_records_are_kept as provision
import zhunru.checks.data.refusal_is_offered as refusal
import zhunru.checks.data.sensitive_consent_is_separate as separate
import zhunru.checks.data.sensitive_notice_tells_effects as effects
import zhunru.checks.data.stored_data_are_protected as stored
import zhunru.checks.data.stored_within_consented_period as period
import zhunru.checks.data.uploads_are_declared_and_necessary as uploads
import zhunru.checks.data.withdrawal_works as withdrawal
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.records.pi_function import PiFunction

CAR = Subject(name="样车一号", maker="示例汽车")


def judge(check: Any, *inputs: Any) -> tuple[str, list[Finding]]:
    found = list(check(*inputs))
    return str(fold(found).verdict), found


def function(**cells: object) -> PiFunction:
    return PiFunction.model_validate({"id": "F-2", "personal": "是", "exception": "无"} | cells)


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"guardian": "否"}, "FAIL"),
        ({"minor": ""}, "INCONCLUSIVE"),
        ({"guardian": ""}, "INCONCLUSIVE"),
        ({"answer": "拒绝", "guardian": "否"}, "PASS"),
    ],
)
def test_children(cells: dict[str, str], verdict: str) -> None:
    assert judge(children.guardian_consents_for_children, [*children._consent(), *children._consent(**cells)])[0] == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [({}, "PASS"), ({"legal_hold": ""}, "INCONCLUSIVE"), ({"legal_hold": "否", "hits": "0"}, "PASS"), ({"hits": ""}, "INCONCLUSIVE")],
)
def test_legal_hold(cells: dict[str, str], verdict: str) -> None:
    assert judge(hold.legal_hold_survives_deletion, [*hold._case(), *hold._case(**cells)])[0] == verdict


def test_legal_hold_of_nothing() -> None:
    assert [f.kind for f in judge(hold.legal_hold_survives_deletion, hold._case(legal_hold=""))[1]] == ["gap", "gap"]
    assert [f.kind for f in judge(hold.legal_hold_survives_deletion, hold._case(hits=""))[1]] == ["gap"]


@pytest.mark.parametrize(
    ("cells", "verdict"), [({"logs": ""}, "INCONCLUSIVE"), ({"complete": ""}, "INCONCLUSIVE"), ({"logs": "升级", "complete": ""}, "PASS")]
)
def test_logs(cells: dict[str, Any], verdict: str) -> None:
    stores, day = logs._case()
    more, _ = logs._case(**cells)
    assert judge(logs.logs_are_kept_six_months, [*stores, more[0]], day)[0] == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"kinds": ""}, "INCONCLUSIVE"),
        ({"since": ""}, "INCONCLUSIVE"),
        ({"kinds": "无", "until": "2025-12-31"}, "PASS"),
        ({"kinds": "无", "since": "2026-01-02"}, "PASS"),
        ({"shown_by": ""}, "INCONCLUSIVE"),
    ],
)
def test_notice(cells: dict[str, Any], verdict: str) -> None:
    notices, functions, day = notice._case()
    more, _, _ = notice._case(**({"version": "V3"} | cells))
    assert judge(notice.notice_has_all_contents, [*notices, *more], functions, day)[0] == verdict


def test_notice_of_functions_beside() -> None:
    notices, functions, day = notice._case()
    for cells, verdict in (({"personal": ""}, "INCONCLUSIVE"), ({"personal": "否"}, "PASS"), ({}, "FAIL")):
        assert judge(notice.notice_has_all_contents, notices, [*functions, function(**cells)], day)[0] == verdict
    assert judge(notice.notice_has_all_contents, notices, [function(id="F-1", personal="否")], day)[0] == "INCONCLUSIVE"
    ended, _, _ = notice._case(until="2025-12-31")
    later, _, _ = notice._case(since="2026-01-02")
    assert judge(notice.notice_has_all_contents, [*ended, *later], functions, day)[0] == "INCONCLUSIVE"


def test_notice_tells_cells_and_counts() -> None:
    found = judge(notice.notice_has_all_contents, *notice._case(kinds="", shown_by=""))[1]
    assert [f.facts["cells"] for f in found if "cells" in f.facts] == ["kinds; shown_by"]
    assert judge(notice.notice_has_all_contents, *notice._case())[1][0].measured == 7


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [({"since": ""}, "INCONCLUSIVE"), ({"agree_option": ""}, "INCONCLUSIVE"), ({"refuse_option": "否", "until": "2025-12-31"}, "PASS")],
)
def test_refusal(cells: dict[str, Any], verdict: str) -> None:
    notices, day = refusal._case()
    more, _ = refusal._case(**cells)
    assert judge(refusal.refusal_is_offered, [*notices, *more], day)[0] == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"), [({"sensitive": ""}, "INCONCLUSIVE"), ({"sensitive": "否"}, "PASS"), ({"sensitive": "是"}, "INCONCLUSIVE")]
)
def test_sensitive_functions(cells: dict[str, Any], verdict: str) -> None:
    notices, functions, day = effects._case()
    assert judge(effects.sensitive_notice_tells_effects, notices, [*functions, function(**cells)], day)[0] == verdict
    consents, known = separate._case()
    assert judge(separate.sensitive_consent_is_separate, consents, [*known, function(**cells)])[0] == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"separate": ""}, "INCONCLUSIVE"),
        ({"function": "F-9"}, "INCONCLUSIVE"),
        ({"function": "F-9", "answer": "拒绝"}, "PASS"),
        ({"separate": "否", "answer": ""}, "INCONCLUSIVE"),
    ],
)
def test_separate(cells: dict[str, Any], verdict: str) -> None:
    consents, functions = separate._case()
    more, _ = separate._case(**cells)
    assert judge(separate.sensitive_consent_is_separate, [*consents, *more], functions)[0] == verdict


def test_separate_of_a_function_sensitive_in_one_version() -> None:
    (consent,), (known,) = separate._case(separate="否")
    plain = known.model_copy(update={"sensitive": False})
    assert judge(separate.sensitive_consent_is_separate, [consent], [known, plain])[0] == "FAIL"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"personal": ""}, "INCONCLUSIVE"),
        ({"personal": "否", "contract": "无"}, "PASS"),
        ({"contract": ""}, "INCONCLUSIVE"),
        ({"personal": "", "contract": "无"}, "INCONCLUSIVE"),
    ],
)
def test_provision(cells: dict[str, Any], verdict: str) -> None:
    good, day = provision._case()
    more, _ = provision._case(**({"id": "T-2"} | cells))
    assert judge(provision.provision_records_are_kept, [*good, *more], day)[0] == verdict


def test_provision_that_is_not_marked_is_told_as_such() -> None:
    texts = [f.text.en for f in judge(provision.provision_records_are_kept, *provision._case(personal="", contract=""))[1]]
    assert texts[0] == "recipient, data or contract are not told"
    texts = [f.text.en for f in judge(provision.provision_records_are_kept, *provision._case(personal=""))[1]]
    assert texts[0] == "whether it is personal information or important data is not told"


def test_stored() -> None:
    trials, addresses, car = stored._case({"way": "访问", "readable": "否"})
    check = stored.stored_data_are_protected
    assert judge(check, [*trials, trials[1].model_copy(update={"matter": None})], addresses, car)[0] == "INCONCLUSIVE"
    assert judge(check, [*trials, trials[0].model_copy(update={"hits": None})], addresses, car)[0] == "INCONCLUSIVE"
    assert judge(check, [*trials, trials[1].model_copy(update={"matter": "keys", "readable": True})], addresses, car)[0] == "PASS"
    none = addresses[0].model_copy(update={"id": "M-2", "sensitive": False})
    assert judge(check, trials, [*addresses, none], car)[0] == "PASS"
    unmarked = addresses[0].model_copy(update={"important": None})
    assert judge(check, trials, [unmarked], car)[0] == "INCONCLUSIVE"
    perhaps = addresses[0].model_copy(update={"id": "M-2", "sensitive": None})
    tried = trials[1].model_copy(update={"address": "M-2"})
    assert judge(check, [*trials, tried], [*addresses, perhaps], car)[0] == "INCONCLUSIVE"
    seen = trials[1].model_copy(update={"address": "M-2", "readable": True})
    assert judge(check, [*trials, seen], [*addresses, none], car)[0] == "FAIL"
    found = judge(check, [trials[0].model_copy(update={"hits": 1.0}), trials[1]], addresses, car)[1]
    assert [(f.measured, f.limit) for f in found if f.kind == "breach"] == [(1.0, 0)]


def test_keys() -> None:
    trials, addresses = keys._case()
    for mark, verdict in ((None, "INCONCLUSIVE"), (False, "PASS"), (True, "INCONCLUSIVE")):
        more = addresses[0].model_copy(update={"id": "K-2", "keys": mark})
        assert judge(keys.keys_cannot_be_read, trials, [*addresses, more])[0] == verdict
    assert [f.kind for f in judge(keys.keys_cannot_be_read, trials, [addresses[0].model_copy(update={"keys": None})])[1]] == ["gap", "gap"]
    unmarked = addresses[0].model_copy(update={"keys": None})
    found = judge(keys.keys_cannot_be_read, [trials[0].model_copy(update={"readable": True})], [unmarked])[1]
    assert found[0].kind == "breach"


def test_encrypted() -> None:
    measures, assets = encrypted._case()
    for stage in (0, 1):
        doubtful = measures[stage].model_copy(update={"verified": None})
        assert judge(encrypted.important_data_are_encrypted, [doubtful, measures[1 - stage]], assets)[0] == "INCONCLUSIVE"
        assert judge(encrypted.important_data_are_encrypted, [doubtful, *measures], assets)[0] == "INCONCLUSIVE"
    blank = measures[1].model_copy(update={"cryptography": None})
    assert judge(encrypted.important_data_are_encrypted, [measures[0], blank], assets)[0] == "INCONCLUSIVE"
    assert [f.kind for f in judge(encrypted.important_data_are_encrypted, measures, [])[1]] == ["gap"]
    named = [m.model_copy(update={"asset": "地图"}) for m in measures]
    assert judge(encrypted.important_data_are_encrypted, named, [assets[0].model_copy(update={"name": "地图"})])[0] == "PASS"
    weak = measures[0].model_copy(update={"cryptography": "3DES"})
    (found,) = [f for f in judge(encrypted.important_data_are_encrypted, [weak, *measures], assets)[1] if f.kind == "gap"]
    assert found.facts["technique"] == "3DES"


def test_stored_period() -> None:
    events, consents, functions = period._case("2026-03-08 12:00")
    check = period.stored_within_consented_period
    for cells in ({"stored_until": None}, {"person": None}, {"at": None}, {"function": "F-9"}):
        assert judge(check, [*events, events[0].model_copy(update=cells)], consents, functions)[0] == "INCONCLUSIVE", cells
    silent = events[0].model_copy(update={"event": "use", "stored_until": None})
    assert judge(check, [*events, silent], consents, functions)[0] == "PASS"
    exempt = function(exception="法定")
    free = events[0].model_copy(update={"function": "F-2", "at": None})
    assert judge(check, [*events, free], consents, [*functions, exempt])[0] == "PASS"
    blank = function(exception="")
    assert judge(check, [*events, free.model_copy(update={"at": events[0].at})], consents, [*functions, blank])[0] == "INCONCLUSIVE"
    versions = [function(origin=Origin(row=1), exception="法定"), function(id="f-2", origin=Origin(row=2))]
    (found,) = [f for f in judge(check, events, consents, [*functions, *versions])[1] if f.kind == "gap"]
    assert (found.row, found.facts["function"]) == (1, "F-2")


def test_withdrawal() -> None:
    ways, functions, day = withdrawal._case()
    check = withdrawal.withdrawal_works
    for cells, verdict in (({"exception": ""}, "INCONCLUSIVE"), ({"exception": "法定"}, "PASS"), ({}, "FAIL")):
        assert judge(check, ways, [*functions, function(**cells)], day)[0] == verdict
    versions = [function(exception="法定", origin=Origin(row=1)), function(id="f-2", origin=Origin(row=2))]
    (found,) = [f for f in judge(check, ways, [*functions, *versions], day)[1] if f.kind == "breach"]
    assert (found.row, found.facts["function"]) == (1, "F-2")
    failed = [ways[0].model_copy(update={"accepted": False, "origin": Origin(row=k)}) for k in (1, 2)]
    (found,) = [f for f in judge(check, failed, functions, day)[1] if f.kind == "breach"]
    assert found.row == 1
    stranger = ways[0].model_copy(update={"function": "F-9", "collects_after": True})
    assert judge(check, [*ways, stranger], functions, day)[0] == "FAIL"


def test_uploads() -> None:
    events, functions, car = uploads._case()
    check = uploads.uploads_are_declared_and_necessary
    for cells, verdict in (
        ({"event": None}, "INCONCLUSIVE"),
        ({"function": "F-9"}, "PASS"),
        ({"function": "F-9", "event": "upload"}, "INCONCLUSIVE"),
    ):
        assert judge(check, [*events, events[0].model_copy(update=cells)], functions, car)[0] == verdict
    sent = [events[0].model_copy(update={"event": "upload", "origin": Origin(row=k)}) for k in (1, 2)]
    (found,) = [f for f in judge(check, sent, functions, car)[1] if f.kind == "breach"]
    assert (found.row, found.measured) == (1, 2)
    two = [functions[0].model_copy(update={"origin": Origin(row=k), "id": n}) for k, n in ((1, "F-1"), (2, "f-1"))]
    (found,) = judge(check, events, two, car)[1]
    assert (found.row, found.facts["function"]) == (1, "F-1")
    mixed = [functions[0].model_copy(update={"uploads": True, "necessity": "紧急呼叫"}), functions[0].model_copy(update={"uploads": None})]
    assert judge(check, events, mixed, car)[0] == "INCONCLUSIVE"
    free = functions[0].model_copy(update={"personal": False, "important": False})
    assert judge(check, sent, [functions[0], free], car)[0] == "FAIL"
    important = [functions[0], function(important="是", uploads="是", necessity="紧急呼叫")]
    assert judge(check, events, important, car.model_copy(update={"important_data": True}))[0] == "PASS"
    unmarked = [functions[0], functions[0].model_copy(update={"personal": None})]
    assert judge(check, sent, unmarked, car)[0] == "FAIL"
    assert judge(check, events, [*functions, function(personal="", important="否", uploads="否")], car)[0] == "INCONCLUSIVE"
    assert judge(check, events, [*functions, function(personal="否", important="", uploads="否")], car)[0] == "INCONCLUSIVE"


def test_impact() -> None:
    check = impact.impact_was_assessed_before_processing
    good, functions, _, car, day = impact._case()
    for cells in ({"occasion": ""}, {"finished_on": "2026-01-02", "begun_on": "", "kept_until": "2030-01-01"}, {"lawful": ""}):
        more = impact._case(id="P-2", **cells)[0]
        assert judge(check, [*good, *more], functions, None, car, day)[0] == "INCONCLUSIVE", cells
    other = impact._case(id="P-2", occasion="出境", functions="F-9")[0]
    abroad = car.model_copy(update={"data_export": True})
    assert judge(check, [*good, *other], functions, None, abroad, day)[0] == "PASS"
    late = impact._case(finished_on="2026-01-02", begun_on="", kept_until="2030-01-01")[0]
    assert [f.kind for f in judge(check, late, functions, None, car, day)[1]] == ["gap", "gap"]
    two = [function(id=n, sensitive=s, origin=Origin(row=k)) for k, n, s in ((1, "F-2", "是"), (2, "f-2", "否"))]
    (found,) = [f for f in judge(check, good, [*functions, *two], None, car, day)[1] if f.kind == "gap"]
    assert (found.row, found.facts["function"]) == (1, "F-2")
    assert {f.kind for f in judge(check, [], functions, None, car, day)[1]} == {"gap"}
