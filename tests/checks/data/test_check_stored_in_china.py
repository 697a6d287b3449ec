"""Boundary cases of data.stored_in_china."""

from typing import Any

import pytest

from zhunru.checks.data.stored_in_china import stored_in_china
from zhunru.core.finding import Folded, fold
from zhunru.records.data_asset import DataAsset
from zhunru.records.storage_place import StoragePlace


def asset(**changed: object) -> DataAsset:
    plain = {"id": "A-1", "name": "轨迹", "personal": "是", "important": "否", "grade": "一般", "storage": "S-1"}
    return DataAsset.model_validate(plain | changed)


def place(**changed: object) -> StoragePlace:
    return StoragePlace.model_validate({"id": "S-1", "name": "机房", "territory": "CN"} | changed)


def judge(assets: list[DataAsset], *places: StoragePlace) -> Folded:
    return fold(stored_in_china(assets, list(places)))


@pytest.mark.parametrize(
    ("territory", "verdict"),
    [
        ("CN", "PASS"),
        ("中国大陆", "PASS"),
        ("cn ", "PASS"),
        ("US", "FAIL"),
        ("HK", "FAIL"),
        ("中国香港", "FAIL"),
        ("境外", "FAIL"),
        ("", "INCONCLUSIVE"),
        ("上海", "INCONCLUSIVE"),
        ("??", "INCONCLUSIVE"),
        ("CN/US", "INCONCLUSIVE"),
    ],
)
def test_territory_of_the_place(territory: str, verdict: str) -> None:
    assert judge([asset()], place(territory=territory)).verdict == verdict
    assert judge([asset(storage="机 房")], place(territory=territory)).verdict == verdict


@pytest.mark.parametrize(
    ("marks", "abroad"),
    [
        ({"personal": "否"}, "INCONCLUSIVE"),  # free: nothing else to judge
        ({"personal": "否", "sensitive": "是"}, "FAIL"),
        ({"personal": "否", "important": "是"}, "FAIL"),
        ({"personal": "否", "grade": "核心"}, "FAIL"),
        ({"personal": "否", "grade": "重要"}, "FAIL"),
        ({"personal": ""}, "INCONCLUSIVE"),
        ({"personal": "", "important": "是"}, "FAIL"),
        ({"personal": "否", "important": ""}, "INCONCLUSIVE"),
    ],
)
def test_kinds_of_data(marks: dict[str, Any], abroad: str) -> None:
    assert judge([asset(**marks)], place(territory="US")).verdict == abroad


def test_free_data_may_lie_abroad_but_an_unused_place_abroad_is_a_doubt() -> None:
    home, abroad = place(), place(id="S-2", name="Ashburn", territory="US")
    free = asset(id="A-2", personal="否", storage="S-2")
    assert judge([asset(), free], home, abroad).verdict == "PASS"
    assert judge([asset()], home, abroad).verdict == "INCONCLUSIVE"
    assert judge([asset(), asset(id="A-2", personal="", storage="S-2")], home, abroad).verdict == "INCONCLUSIVE"
    assert judge([asset(), asset(id="A-2", personal="")], home).verdict == "PASS"


def test_two_entries_of_one_place_and_references_that_lead_nowhere() -> None:
    assert judge([asset()], place(), place(territory="US")).verdict == "FAIL"
    assert judge([asset()], place(), place(territory="")).verdict == "INCONCLUSIVE"
    assert judge([asset(storage="S-1；S-9")], place()).verdict == "INCONCLUSIVE"
    assert judge([asset(storage="")], place()).verdict == "INCONCLUSIVE"
    assert judge([asset(storage="无")], place()).verdict == "INCONCLUSIVE"
    assert judge([asset()]).verdict == "INCONCLUSIVE"
    assert judge([], place()).verdict == "INCONCLUSIVE"


def test_one_asset_that_cannot_be_told_holds_back_the_rest() -> None:
    home, abroad = place(), place(id="S-2", name="Ashburn", territory="US")
    assert judge([asset()], home, place(id="S-2", name="二号机房")).verdict == "PASS"
    assert judge([asset(), asset(id="A-2", storage="")], home).verdict == "INCONCLUSIVE"
    assert judge([asset(), asset(id="A-2", personal="否", important="", storage="S-2")], home, abroad).verdict == "INCONCLUSIVE"
