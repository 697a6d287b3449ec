"""Boundary cases of the checks that hold the ledger against what was found in stored data."""

from typing import Any

import pytest

from zhunru.checks.data.declared_fields_are_present import declared_fields_are_present
from zhunru.checks.data.grade_fits_the_content import grade_fits_the_content
from zhunru.checks.data.storage_is_in_the_ledger import storage_is_in_the_ledger
from zhunru.checks.data.stored_items_are_in_the_ledger import stored_items_are_in_the_ledger
from zhunru.core.finding import fold
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_dump import DataDump
from zhunru.records.data_field import DataField
from zhunru.records.storage_place import StoragePlace
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting

DB = "evidence/a.db"
PLACES = [StoragePlace.model_validate({"id": "S-1", "name": "用户库"}), StoragePlace.model_validate({"id": "S-2", "name": "日志库"})]


def sighted(
    place: str = "t.phone", kind: str = "mobile", certainty: str = "found", count: int = 3, distinct: int | None = 3, source: str = DB
) -> Sighting:
    row = {
        "place": place,
        "kind": kind,
        "certainty": certainty,
        "hit_count": count,
        "distinct_count": distinct,
        "first_where": "1",
        "sample": "1**",
    }
    return Sighting.rows(row, source=source)


def examined(place: str = "t.phone", present: int | None = 10, looked: int = 10, undecidable: int = 0, source: str = DB) -> Examined:
    return Examined.rows(
        {
            "place": place, "item_kind": "cell", "present_count": present, "examined_count": looked, "decided_count": looked - undecidable,
            "undecidable_count": undecidable, "reason": "",
        },
        source=source,
    )  # fmt: skip


def dump(**told: Any) -> list[DataDump]:
    return [DataDump.model_validate({"file": DB, "place": "S-1", "complete": "是"} | told)]


def asset(**told: Any) -> DataAsset:
    return DataAsset.model_validate({"id": "A-1", "storage": "S-1"} | told)


def field(**told: Any) -> DataField:
    return DataField.model_validate({"path": "t.phone", "storage": "S-1", "asset": "A-1"} | told)


def listed(assets: list[DataAsset], fields: list[DataField] | None, dumps: list[DataDump] | None = None, **seen: Any) -> Verdict:
    return fold(
        stored_items_are_in_the_ledger(sighted(**seen), examined(), assets, fields, PLACES, dump() if dumps is None else dumps)
    ).verdict


PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("told", "fields", "expected"),
    [
        ({}, [field(kinds="mobile")], PASS),
        ({}, [field(kinds="手机号码")], PASS),
        ({}, [field(name="手机号")], PASS),
        ({}, [field(kinds="VIN")], FAIL),
        ({}, [field(kinds="mobile", asset="A-9")], FAIL),  # it belongs to no entry
        ({}, [field(kinds="mobile", asset="")], FAIL),
        ({"content": "手机号"}, [field()], PASS),
        ({"content": "VIN"}, [field()], FAIL),
        ({"personal": "是"}, [field()], OPEN),  # it does not tell what it holds
        ({"personal": "否"}, [field()], FAIL),
        ({"content": "手机号"}, [], PASS),
        ({"content": "手机号", "storage": "S-2"}, [], FAIL),  # it lies elsewhere
        ({"name": "车主手机号"}, [], PASS),
        ({"content": "VIN"}, [], FAIL),
        ({"personal": "是"}, [], OPEN),
        ({"content": "手机号"}, [field(path="t.other", kinds="mobile")], PASS),
        ({}, [field(path="t.*", kinds="mobile")], PASS),
        ({}, [field(path="t.*", kinds="mobile"), field(kinds="VIN")], FAIL),  # the exact path says otherwise
        ({}, [field(storage="S-2", kinds="mobile")], OPEN),  # declared at another place; the asset there does not tell
    ],
)  # fmt: skip
def test_what_lists_an_item(told: dict[str, Any], fields: list[DataField], expected: Verdict) -> None:
    assert listed([asset(**told)], fields) is expected


def test_suspected_items_never_fail() -> None:
    assert listed([asset(content="VIN")], [], certainty="suspected") is OPEN
    assert listed([asset(content="手机号")], [], certainty="suspected") is PASS


def test_nothing_is_judged_without_a_tie_to_a_place() -> None:
    for dumps in ([], dump(place=""), dump(place="S-9"), [*dump(), *dump(place="S-2")]):
        assert listed([asset(content="手机号")], [], dumps) is OPEN


def test_two_entries_of_one_name_leave_it_open() -> None:
    assert listed([asset(content="手机号"), asset(content="VIN")], [field(kinds="mobile")]) is OPEN


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        ({}, PASS), ({"looked": 9}, OPEN), ({"present": None}, OPEN), ({"undecidable": 1}, OPEN), ({"looked": 0, "present": 0}, OPEN),
    ],
)  # fmt: skip
def test_nothing_seen_counts_only_when_all_was_decided(look: dict[str, Any], expected: Verdict) -> None:
    found = fold(stored_items_are_in_the_ledger(Sighting.empty(), examined(**look), [asset()], None, PLACES, dump()))
    assert found.verdict is expected
    assert fold(stored_items_are_in_the_ledger(Sighting.empty(), Examined.empty(), [asset()], None, PLACES, dump())).verdict is OPEN


@pytest.mark.parametrize(
    ("dumps", "certainty", "expected"),
    [
        (dump(), "found", PASS), (dump(place="用户库"), "found", PASS), (dump(place="S-9"), "found", FAIL), (dump(place="S-9"), "suspected", OPEN),
        (dump(place=""), "found", OPEN), ([], "found", OPEN), ([*dump(), *dump(place="S-2")], "found", OPEN), ([*dump(), *dump(place="S-9")], "found", OPEN),
    ],
)  # fmt: skip
def test_where_data_lie(dumps: list[DataDump], certainty: str, expected: Verdict) -> None:
    found = fold(storage_is_in_the_ledger(sighted(certainty=certainty), examined(), PLACES, dumps, [asset()], [field()], None))
    assert found.verdict is expected


def test_a_place_of_one_name_with_another_is_in_doubt() -> None:
    places = [*PLACES, StoragePlace.model_validate({"id": "S-3", "name": "用户库"})]
    assert fold(storage_is_in_the_ledger(sighted(), examined(), places, dump(place="用户库"), None, None, None)).verdict is OPEN


@pytest.mark.parametrize(("storage", "expected"), [("S-1", PASS), ("用户库", PASS), ("S-2", FAIL), ("", FAIL)])
def test_an_asset_names_the_place_of_its_fields(storage: str, expected: Verdict) -> None:
    assert (
        fold(storage_is_in_the_ledger(sighted(), examined(), PLACES, dump(), [asset(storage=storage)], [field()], None)).verdict is expected
    )


@pytest.mark.parametrize(
    ("fields", "look", "dumps", "expected"),
    [
        (field(), {}, dump(), PASS), (field(path="main.t.phone"), {}, dump(), FAIL), (field(path="T.PHONE"), {}, dump(), PASS),
        (field(path="t.fax"), {}, dump(), FAIL), (field(path="t.fax"), {"looked": 9}, dump(), OPEN), (field(path="t.fax"), {"undecidable": 1}, dump(), OPEN),
        (field(path="t.fax"), {}, dump(complete=""), OPEN), (field(path="t.fax"), {}, dump(scope="t"), OPEN), (field(storage="S-2"), {}, dump(), OPEN),
        (field(storage=""), {}, dump(), OPEN), (field(path="*"), {}, dump(), PASS), (field(path="phone"), {}, dump(), FAIL),
    ],
)  # fmt: skip
def test_stale_fields(fields: DataField, look: dict[str, Any], dumps: list[DataDump], expected: Verdict) -> None:
    assert fold(declared_fields_are_present([fields], examined(**look), PLACES, dumps)).verdict is expected


def fits(told: dict[str, Any], **seen: Any) -> Verdict:
    full = {"personal": "是", "sensitive": "否", "important": "否", "grade": "一般"}
    return fold(grade_fits_the_content(sighted(**seen), examined(), [asset(**(full | told))], [field()], PLACES, dump())).verdict


@pytest.mark.parametrize(
    ("told", "seen", "expected"),
    [
        ({}, {}, PASS),
        ({"personal": "否"}, {}, FAIL), ({"personal": ""}, {}, OPEN), ({"personal": "否"}, {"certainty": "suspected"}, OPEN),
        ({}, {"kind": "resident_id"}, FAIL), ({"sensitive": "是"}, {"kind": "resident_id"}, PASS), ({"sensitive": ""}, {"kind": "resident_id"}, OPEN),
        ({"sensitive": "是"}, {"kind": "resident_id", "distinct": 100_000}, PASS), ({"sensitive": "是"}, {"kind": "resident_id", "distinct": 100_001}, FAIL),
        ({"sensitive": "是"}, {"kind": "resident_id", "distinct": 100_001, "certainty": "suspected"}, OPEN),
        ({"sensitive": "是", "grade": "重要", "important": "是"}, {"kind": "resident_id", "distinct": 100_001}, PASS),
        ({"sensitive": "是", "grade": "重要"}, {"kind": "resident_id", "distinct": 100_001}, FAIL),
        ({}, {"distinct": 100_001}, OPEN), ({}, {"distinct": 100_000}, PASS),
        ({}, {"distinct": None, "count": 100_001}, OPEN), ({}, {"distinct": None, "count": 100_000}, PASS),
    ],
)  # fmt: skip
def test_marks_and_grade(told: dict[str, Any], seen: dict[str, Any], expected: Verdict) -> None:
    assert fits(told, **seen) is expected


def test_an_item_of_no_or_two_assets_is_open() -> None:
    other = field(asset="A-2")
    assets = [asset(personal="否"), DataAsset.model_validate({"id": "A-2", "personal": "否"})]
    assert fold(grade_fits_the_content(sighted(), examined(), assets, [field(), other], PLACES, dump())).verdict is OPEN
    assert fold(grade_fits_the_content(sighted(), examined(), assets, [field(asset="A-7")], PLACES, dump())).verdict is OPEN


def test_an_unread_dump_does_not_hold_all() -> None:
    read = dump()[0].model_copy(update={"origin": Origin(problems=("时间: 改天",))})
    assert fold(declared_fields_are_present([field(path="t.fax")], examined(), PLACES, [read])).verdict is OPEN


def test_kinds_of_the_company_s_own_rules() -> None:
    assert listed([asset()], [field(kinds="staff_no")], kind="staff_no") is PASS
    assert listed([asset()], [field(kinds="VIN")], kind="staff_no") is FAIL
    assert fits({}, kind="staff_no") is OPEN
