"""Boundary cases of the checks on stored data, keys, logs, backups, measures and access."""

from datetime import date
from types import ModuleType
from typing import Any

import pytest

import zhunru.checks.data.access_is_controlled as access
import zhunru.checks.data.backups_are_test_restored as backups
import zhunru.checks.data.collection_is_recorded as collection
import zhunru.checks.data.identity_cannot_be_changed as identity
import zhunru.checks.data.important_data_are_encrypted as encrypted
import zhunru.checks.data.key_data_cannot_be_changed as key_data
import zhunru.checks.data.keys_cannot_be_read as keys
import zhunru.checks.data.logs_are_kept_six_months as logs
import zhunru.checks.data.security_logs_cannot_be_changed as security
import zhunru.checks.data.stored_data_are_protected as stored
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.records.access_grant import AccessGrant
from zhunru.records.backup_test import BackupTest
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.storage_address import StorageAddress

CAR = Subject(name="样车一号", maker="示例汽车")
BOTH = CAR.model_copy(update={"important_data": True})


def judge(check: Any, *inputs: Any, **numbers: float) -> tuple[str, list[Finding]]:
    found = list(check(*inputs, **numbers))
    return str(fold(found).verdict), found


CHANGES = [
    pytest.param(identity, identity.identity_cannot_be_changed, False, id="identity"),
    pytest.param(key_data, key_data.key_data_cannot_be_changed, False, id="key_data"),
    pytest.param(security, security.security_logs_cannot_be_changed, True, id="security_logs"),
]


@pytest.mark.parametrize(("module", "check", "noticed"), CHANGES)
def test_changes(module: ModuleType, check: Any, noticed: bool) -> None:
    def verdict(**cells: object) -> str:
        return judge(check, *module._case(**cells))[0]

    assert verdict() == "PASS"
    assert verdict(after="c4d5") == "FAIL"
    assert verdict(after="c4d5", detected="是") == ("PASS" if noticed else "FAIL")
    assert verdict(after="c4d5", detected="否") == "FAIL"
    for blank in ("before", "after", "carried_out", "authorised", "way", "matter", "address"):
        assert verdict(**{blank: ""}) == "INCONCLUSIVE", blank
    assert verdict(authorised="是", after="c4d5") == "INCONCLUSIVE"
    assert verdict(matter="密钥", after="c4d5") == "INCONCLUSIVE"
    assert verdict(address="M-9", after="c4d5") == "FAIL"
    assert verdict(address="M-9") == "INCONCLUSIVE"


@pytest.mark.parametrize(("module", "check", "noticed"), CHANGES)
def test_changes_at_each_address(module: ModuleType, check: Any, noticed: bool) -> None:
    trials, addresses = module._case()
    flag = next(n for n in ("identity", "key_data", "security_log") if getattr(addresses[0], n))
    for mark, verdict in ((True, "INCONCLUSIVE"), (None, "INCONCLUSIVE"), (False, "PASS")):
        more = addresses[0].model_copy(update={"id": "M-2", flag: mark})
        assert judge(check, trials, [*addresses, more])[0] == verdict
    assert judge(check, trials, [addresses[0].model_copy(update={flag: None})])[0] == "INCONCLUSIVE"
    assert judge(check, trials[:1], addresses)[0] == "INCONCLUSIVE"
    assert judge(check, trials, [])[0] == "INCONCLUSIVE"
    # an attempt with rights beside a real one takes nothing away
    assert judge(check, [*trials, trials[0].model_copy(update={"authorised": True})], addresses)[0] == "PASS"
    other = trials[0].model_copy(update={"after": "c4d5"})
    assert sorted(f.kind for f in judge(check, [*trials, other], addresses)[1]) == ["breach", "ok"]
    caught = trials[0].model_copy(update={"after": "c4d5", "detected": True})
    assert sorted(f.kind for f in judge(check, [*trials, caught], addresses)[1]) == (["ok", "ok"] if noticed else ["breach", "ok"])
    assert sorted(f.kind for f in judge(check, [caught, trials[1]], addresses)[1]) == (["ok", "ok"] if noticed else ["breach", "ok"])


@pytest.mark.parametrize(
    ("trials", "address", "verdict"),
    [
        ([{}], {}, "PASS"),
        ([{"readable": "是"}], {}, "FAIL"),
        ([{"readable": "是"}], {"keys": ""}, "FAIL"),
        ([{"readable": "是"}], {"keys": "否"}, "FAIL"),
        ([{"readable": "是", "address": "K-9"}], {}, "FAIL"),
        ([{"readable": "否", "address": "K-9"}], {}, "INCONCLUSIVE"),
        ([{"way": "转储", "readable": "", "cleartext": "是", "address": "K-9"}], {}, "FAIL"),
        ([{"way": "转储", "readable": "", "cleartext": "是", "address": "K-9", "authorised": "是"}], {}, "INCONCLUSIVE"),
        ([{"readable": "是", "matter": "敏感个人信息"}], {}, "INCONCLUSIVE"),
        ([{"readable": "是", "authorised": "是"}], {}, "INCONCLUSIVE"),
        ([{"carried_out": ""}], {}, "INCONCLUSIVE"),
        ([{}], {"keys": ""}, "INCONCLUSIVE"),
        ([{"readable": "是"}, {"way": "转储", "cleartext": "否"}], {}, "PASS"),
        ([{"readable": "是"}, {"way": "转储", "cleartext": "是", "authorised": "是"}], {}, "FAIL"),
        ([{"readable": "是"}, {"way": "转储", "cleartext": "是", "authorised": "是"}, {"way": "转储", "cleartext": "否"}], {}, "FAIL"),
        ([{}, {"way": "转储", "cleartext": "是", "authorised": "是"}], {}, "INCONCLUSIVE"),
        ([{"way": "转储", "cleartext": "否", "readable": ""}], {}, "PASS"),
        ([{"way": "转储", "cleartext": "是", "readable": ""}], {}, "FAIL"),
        ([{"way": "转储", "cleartext": "是", "readable": "", "authorised": ""}], {}, "INCONCLUSIVE"),
    ],
)
def test_keys(trials: list[dict[str, str]], address: dict[str, str], verdict: str) -> None:
    rows = [keys._case(**({"id": f"T-{k}"} | t))[0][0] for k, t in enumerate(trials)]
    addresses = [StorageAddress.model_validate({"id": "K-1", "keys": "是"} | address)]
    assert judge(keys.keys_cannot_be_read, rows, addresses)[0] == verdict


REFUSED, CIPHER = {"way": "访问", "readable": "否"}, {"way": "转储", "cleartext": "否"}
READ, CLEAR = {"way": "访问", "readable": "是"}, {"way": "转储", "cleartext": "是"}
RIGHTS = {"authorised": "是"}


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ([REFUSED], "PASS"),
        ([CIPHER], "PASS"),
        ([REFUSED, CIPHER], "PASS"),
        ([READ, CIPHER], "PASS"),
        ([READ], "FAIL"),
        ([READ, CLEAR | RIGHTS], "FAIL"),
        ([READ, CLEAR | RIGHTS, CIPHER], "FAIL"),
        ([CLEAR], "FAIL"),
        ([REFUSED, CLEAR], "FAIL"),
        ([REFUSED, CLEAR | RIGHTS], "PASS"),
        ([CLEAR | RIGHTS], "INCONCLUSIVE"),
        ([CLEAR | RIGHTS, CIPHER], "INCONCLUSIVE"),
        ([CLEAR | {"authorised": ""}], "INCONCLUSIVE"),
        ([REFUSED | RIGHTS], "INCONCLUSIVE"),
        ([READ | RIGHTS], "INCONCLUSIVE"),
        ([REFUSED | {"carried_out": ""}], "INCONCLUSIVE"),
        ([READ | {"address": "M-9"}], "FAIL"),
        ([REFUSED, READ | {"address": "M-9"}], "FAIL"),
        ([REFUSED, CLEAR | {"address": "M-9"}], "FAIL"),
        ([REFUSED, CLEAR | RIGHTS | {"address": "M-9"}], "PASS"),
        ([REFUSED, READ | RIGHTS | {"address": "M-9"}], "PASS"),
        ([REFUSED, REFUSED | {"address": "M-9"}], "PASS"),
        ([REFUSED, READ | {"address": ""}], "INCONCLUSIVE"),
        ([REFUSED, {"way": "访问", "matter": ""}], "INCONCLUSIVE"),
    ],
)
def test_stored(cells: list[dict[str, str]], verdict: str) -> None:
    assert judge(stored.stored_data_are_protected, *stored._case(*cells))[0] == verdict


@pytest.mark.parametrize(
    ("search", "verdict"),
    [
        ({"hits": 0.0}, "PASS"),
        ({"hits": 1.0}, "FAIL"),
        ({"hits": None}, "INCONCLUSIVE"),
        ({"hits": -1.0}, "INCONCLUSIVE"),
        ({"searched_byte": None}, "INCONCLUSIVE"),
        ({"searched_byte": 0.0}, "INCONCLUSIVE"),
        ({"searched_byte": -1.0}, "INCONCLUSIVE"),
        ({"searched_byte": 1.0}, "PASS"),
        ({"carried_out": None}, "INCONCLUSIVE"),
        ({"carried_out": None, "hits": 1.0}, "FAIL"),
        ({"way": "access"}, "INCONCLUSIVE"),
    ],
)
def test_stored_search(search: dict[str, object], verdict: str) -> None:
    (trial, refused), addresses, car = stored._case(REFUSED)
    assert judge(stored.stored_data_are_protected, [trial.model_copy(update=search), refused], addresses, car)[0] == verdict


def test_stored_of_each_kind_of_data() -> None:
    trials, (address,), _ = stored._case(REFUSED)
    judged = stored.stored_data_are_protected
    assert judge(judged, trials, [address], BOTH)[0] == "INCONCLUSIVE"
    both = address.model_copy(update={"important": True})
    important = [t.model_copy(update={"matter": "important"}) for t in trials]
    assert judge(judged, [*trials, *important], [both], BOTH)[0] == "PASS"
    assert judge(judged, [*trials, important[0]], [both], BOTH)[0] == "INCONCLUSIVE"
    assert judge(judged, [*trials, important[1]], [both], BOTH)[0] == "INCONCLUSIVE"
    assert judge(judged, [*trials, *important], [address], BOTH)[0] == "INCONCLUSIVE"
    unmarked = address.model_copy(update={"id": "M-1", "sensitive": None})
    assert judge(judged, trials, [unmarked], CAR)[0] == "INCONCLUSIVE"
    assert judge(judged, trials, [address, unmarked.model_copy(update={"id": "M-2"})], CAR)[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"first_event": "2025-07-02 12:00"}, "FAIL"),
        ({"first_event": "2025-07-02 12:00", "retention_months": "6"}, "INCONCLUSIVE"),
        ({"first_event": "2025-07-02 12:00", "capacity_days": "186", "calculation": "每日 2 MB"}, "INCONCLUSIVE"),
        ({"first_event": "2025-07-02 12:00", "capacity_days": "185", "calculation": "每日 2 MB"}, "FAIL"),
        ({"first_event": "2025-07-02 12:00", "capacity_days": "186"}, "FAIL"),
        ({"retention_months": "6"}, "PASS"),
        ({"retention_months": "5"}, "FAIL"),
        ({"retention_months": "5.9"}, "FAIL"),
        ({"complete": "否"}, "FAIL"),
        ({"complete": ""}, "INCONCLUSIVE"),
        ({"first_event": ""}, "INCONCLUSIVE"),
        ({"read_at": ""}, "INCONCLUSIVE"),
        ({"read_at": "2026-01-02 12:00"}, "PASS"),
        ({"read_at": "2026-01-03 12:00"}, "INCONCLUSIVE"),
        ({"first_event": "2026-01-01 12:00", "read_at": "2025-12-31 12:00", "last_event": ""}, "INCONCLUSIVE"),
        ({"last_event": ""}, "INCONCLUSIVE"),
        ({"first_event": "2024-02-01 12:00", "last_event": "2025-06-30 12:00"}, "INCONCLUSIVE"),
        ({"first_event": "2024-02-01 12:00", "last_event": "2025-07-01 12:00"}, "PASS"),
        ({"last_event": "2025-06-30 12:00"}, "INCONCLUSIVE"),
        ({"last_event": "2025-07-01 12:00"}, "PASS"),
        ({"last_event": "2026-01-01 13:00"}, "PASS"),
        ({"last_event": "2026-01-02 12:00"}, "INCONCLUSIVE"),
        ({"running_since": "", "first_event": "2025-07-02 12:00"}, "INCONCLUSIVE"),
        ({"running_since": "2025-07-03 12:00", "first_event": "2025-07-02 12:00"}, "INCONCLUSIVE"),
        ({"running_since": "2025-07-03 12:00", "first_event": "2025-07-02 12:00", "retention_months": "6"}, "INCONCLUSIVE"),
        ({"running_since": "2025-07-02 12:00", "first_event": "2025-07-02 12:00"}, "INCONCLUSIVE"),
        ({"running_since": "2025-07-02 12:00", "first_event": "2025-07-02 12:00", "retention_months": "6"}, "PASS"),
        ({"running_since": "2025-07-01 12:00", "first_event": "2025-07-02 12:00", "retention_months": "6"}, "INCONCLUSIVE"),
        (
            {"running_since": "2025-07-02 12:00", "first_event": "2025-07-02 12:00", "capacity_days": "186", "calculation": "每日 2 MB"},
            "PASS",
        ),
        (
            {"running_since": "2025-07-02 12:00", "first_event": "2025-07-02 12:00", "capacity_days": "186", "calculation": "待定"},
            "INCONCLUSIVE",
        ),
        ({"logs": ""}, "INCONCLUSIVE"),
        ({"logs": "安全"}, "INCONCLUSIVE"),
    ],
)
def test_logs(cells: dict[str, Any], verdict: str) -> None:
    assert judge(logs.logs_are_kept_six_months, *logs._case(**cells))[0] == verdict


def test_logs_of_other_kinds_are_not_judged() -> None:
    stores, day = logs._case()
    update = stores[0].model_copy(update={"logs": "update", "complete": False})
    assert judge(logs.logs_are_kept_six_months, [*stores, update], day)[0] == "PASS"
    for missing in range(3):
        assert judge(logs.logs_are_kept_six_months, [s for k, s in enumerate(stores) if k != missing], day)[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        *(({name: ""}, "FAIL") for name in ("origin_of_data", "data_item", "quantity", "frequency", "destination", "at")),
        ({"quantity": "无"}, "FAIL"),
        ({"quantity": "待定"}, "INCONCLUSIVE"),
        ({"quantity": "", "origin": Origin(extra=(("条数", "1200"),))}, "INCONCLUSIVE"),
        ({"at": "", "origin": Origin(problems=("处理时间: 昨天",))}, "INCONCLUSIVE"),
        ({"at": "", "origin": Origin(extra=(("时刻", "10:00"),))}, "INCONCLUSIVE"),
        ({"event": ""}, "INCONCLUSIVE"),
        ({"event": "使用"}, "INCONCLUSIVE"),
        ({"function": "F-2"}, "INCONCLUSIVE"),
    ],
)
def test_collection(cells: dict[str, object], verdict: str) -> None:
    assert judge(collection.collection_is_recorded, *collection._case(**cells))[0] == verdict


def test_collection_by_each_function() -> None:
    events, functions = collection._case()
    assert judge(collection.collection_is_recorded, events, None)[0] == "PASS"
    more = [*functions, PiFunction.model_validate({"id": "F-2"})]  # type: ignore[misc]
    assert judge(collection.collection_is_recorded, events, more)[0] == "INCONCLUSIVE"
    used = DataEvent.model_validate({"function": "F-2", "event": "使用"})
    assert judge(collection.collection_is_recorded, [*events, used], functions)[0] == "PASS"


@pytest.mark.parametrize(
    ("tests", "asset", "verdict"),
    [
        ([{}], {}, "PASS"),
        ([{"restored_on": "2025-01-01"}], {}, "PASS"),
        ([{"restored_on": "2024-12-31"}], {}, "INCONCLUSIVE"),
        ([{"restored_on": "2026-01-01"}], {}, "PASS"),
        ([{"restored_on": "2026-01-02"}], {}, "INCONCLUSIVE"),
        ([{"outcome": "失败"}], {}, "FAIL"),
        ([{"outcome": ""}], {}, "INCONCLUSIVE"),
        ([{"outcome": "失败", "restored_on": "2025-05-01"}, {}], {}, "PASS"),
        ([{"restored_on": "2025-05-01"}, {"outcome": "失败"}], {}, "FAIL"),
        ([{}, {"outcome": "失败"}], {}, "INCONCLUSIVE"),
        ([{"assets": "A-2"}], {}, "INCONCLUSIVE"),
        ([{"assets": "A-2; 地图"}], {}, "PASS"),
        ([{"outcome": "失败"}], {"important": "", "grade": "核心"}, "FAIL"),
        ([{}], {"important": "", "grade": ""}, "INCONCLUSIVE"),
        ([{"outcome": "失败"}], {"important": "否", "grade": "一般"}, "INCONCLUSIVE"),
    ],
)
def test_backups(tests: list[dict[str, str]], asset: dict[str, str], verdict: str) -> None:
    plain = {"id": "B-1", "assets": "A-1", "restored_on": "2025-06-01", "outcome": "成功"}
    rows = [BackupTest.model_validate(plain | t) for t in tests]
    assets = [DataAsset.model_validate({"id": "A-1", "name": "地图", "important": "是", "grade": "重要"} | asset)]
    assert judge(backups.backups_are_test_restored, rows, assets, date(2026, 1, 1))[0] == verdict


def test_backups_of_an_unmarked_asset_beside_an_important_one() -> None:
    tests, assets, day = backups._case()
    for marks, verdict in (({}, "INCONCLUSIVE"), ({"important": "否"}, "PASS"), ({"grade": "一般"}, "PASS")):
        more = [*assets, DataAsset.model_validate({"id": "A-2"} | marks)]
        assert judge(backups.backups_are_test_restored, tests, more, day)[0] == verdict
        assert judge(encrypted.important_data_are_encrypted, encrypted._case()[0], more)[0] == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"cryptography": "无"}, "FAIL"),
        ({"checksum": "无"}, "FAIL"),
        ({"cryptography": ""}, "INCONCLUSIVE"),
        ({"checksum": ""}, "INCONCLUSIVE"),
        ({"secure_channel": "无"}, "PASS"),
        *(
            ({"cryptography": c}, "INCONCLUSIVE")
            for c in (
                "3DES",
                "DES",
                "DES/CBC",
                "TLS 1.1",
                "TLSv1.0",
                "RC4",
                "AES-ECB",
                "Base64",
                "SSL 3.0",
                "TLS 1.0",
                "TLSv1.1",
                "RSA-1024",
            )
        ),
        *(({"checksum": c}, "INCONCLUSIVE") for c in ("MD5", "SHA-1", "sha1")),
        *(({"cryptography": c}, "PASS") for c in ("AES-256-GCM", "SM4", "RSA-2048", "TLS 1.2", "SHA-256")),
        ({"verified": ""}, "INCONCLUSIVE"),
        ({"verified": "否"}, "INCONCLUSIVE"),
        ({"stage": "使用"}, "INCONCLUSIVE"),
        ({"asset": "A-2"}, "INCONCLUSIVE"),
        ({"stage": "传输", "secure_channel": "无"}, "INCONCLUSIVE"),
    ],
)
def test_encrypted(cells: dict[str, object], verdict: str) -> None:
    assert judge(encrypted.important_data_are_encrypted, *encrypted._case(**cells))[0] == verdict


def test_encrypted_on_the_way() -> None:
    (rest, way), assets = encrypted._case()
    for cells, verdict in (({"secure_channel": "无"}, "FAIL"), ({"secure_channel": None}, "INCONCLUSIVE"), ({"checksum": "无"}, "FAIL")):
        assert judge(encrypted.important_data_are_encrypted, [rest, way.model_copy(update=cells)], assets)[0] == verdict
    none = rest.model_copy(update={"cryptography": "无"})
    assert judge(encrypted.important_data_are_encrypted, [rest, none, way], assets)[0] == "INCONCLUSIVE"
    blank = rest.model_copy(update={"cryptography": None})
    assert judge(encrypted.important_data_are_encrypted, [none, blank, way], assets)[0] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("decision", "grant", "verdict"),
    [
        ({}, {}, "PASS"),
        ({"role": "市场"}, {}, "FAIL"),
        ({"action": "导出"}, {}, "FAIL"),
        ({"action": "导出"}, {"actions": "全部"}, "PASS"),
        ({"action": ""}, {}, "INCONCLUSIVE"),
        ({"at": ""}, {}, "INCONCLUSIVE"),
        ({"decision": ""}, {}, "INCONCLUSIVE"),
        ({"decision": "拒绝"}, {}, "INCONCLUSIVE"),
        ({"at": "2025-01-01 00:01"}, {}, "PASS"),
        ({"at": "2024-12-31 23:59"}, {}, "FAIL"),
        ({}, {"until": "2026-03-02"}, "PASS"),
        ({}, {"until": "2026-03-01"}, "FAIL"),
        ({}, {"since": ""}, "INCONCLUSIVE"),
        ({}, {"approved_by": ""}, "INCONCLUSIVE"),
        ({}, {"assets": ""}, "INCONCLUSIVE"),
        ({}, {"actions": ""}, "INCONCLUSIVE"),
        ({}, {"assets": "A-2"}, "FAIL"),
        ({}, {"assets": "轨迹"}, "PASS"),
        ({}, {"assets": "所有"}, "PASS"),
        ({}, {"role": "研发"}, "FAIL"),
        ({}, {"origin": Origin(problems=("权限失效日期: 月底",))}, "INCONCLUSIVE"),
        ({"asset": "A-9"}, {}, "INCONCLUSIVE"),
    ],
)
def test_access(decision: dict[str, Any], grant: dict[str, Any], verdict: str) -> None:
    decisions, _, assets, car = access._case(**decision)
    plain = {"role": "售后", "assets": "A-1", "actions": "读取", "since": "2025-01-01", "approved_by": "甲"}
    grants = [AccessGrant.model_validate(plain | grant)]
    named = [assets[0].model_copy(update={"name": "轨迹"})]
    assert judge(access.access_is_controlled, decisions, grants, named, car)[0] == verdict


def test_access_of_each_kind_of_data() -> None:
    decisions, grants, (asset,), _ = access._case()
    judged = access.access_is_controlled
    assert judge(judged, decisions, grants, [asset], BOTH)[0] == "INCONCLUSIVE"
    both = asset.model_copy(update={"important": True, "grade": "important"})
    assert judge(judged, decisions, grants, [both], BOTH)[0] == "PASS"
    assert judge(judged, decisions[:1], grants, [asset], CAR)[0] == "INCONCLUSIVE"
    assert judge(judged, decisions[1:], grants, [asset], CAR)[0] == "INCONCLUSIVE"
    free = asset.model_copy(update={"personal": False, "important": False, "grade": "general"})
    assert judge(judged, [decisions[0].model_copy(update={"role": "市场"})], grants, [free], CAR)[0] == "INCONCLUSIVE"
    unmarked = asset.model_copy(update={"personal": None})
    assert [f.kind for f in judge(judged, decisions, grants, [unmarked], CAR)[1]] == ["gap", "gap", "gap"]
    more = [*decisions, decisions[0].model_copy(update={"asset": "A-2", "role": "市场"})]
    assert judge(judged, more, grants, [asset, free.model_copy(update={"id": "A-2"})], CAR)[0] == "PASS"


def test_access_one_covering_right_is_enough() -> None:
    decisions, (grant,), assets, car = access._case()
    other = [grant.model_copy(update={"actions": ("删除",)}), grant.model_copy(update={"since": None}), grant]
    assert judge(access.access_is_controlled, decisions, other, assets, car)[0] == "PASS"
    assert judge(access.access_is_controlled, decisions, other[:2], assets, car)[0] == "INCONCLUSIVE"


@pytest.mark.parametrize("way", ["√", "已加密", "是", "明 文", "×", "不适用"])
def test_a_tick_is_no_technique(way: str) -> None:
    assert judge(encrypted.important_data_are_encrypted, *encrypted._case(cryptography=way))[0] in {"INCONCLUSIVE", "FAIL"}


def test_a_number_used_twice_hides_no_undeclared_key() -> None:
    trials, addresses = keys._case()
    stray = trials[0].model_copy(update={"address": "0x9000", "readable": True, "way": "access"})
    assert judge(keys.keys_cannot_be_read, [*trials, stray], addresses)[0] == "FAIL"
