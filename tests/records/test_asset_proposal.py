"""Proposals: what is declared decides, a name hints, and what nothing tells of is undecidable."""

from typing import Any

import pytest

from zhunru.records.asset_proposal import Proposal, proposals
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_field import DataField


def one(fields: tuple[DataField, ...] = (), **told: Any) -> Proposal:
    return proposals([DataAsset.model_validate({"id": "A-1"} | told)], fields)[0]


def test_nothing_known_is_undecidable_and_never_general() -> None:
    found = one(name="ZX-17")
    assert found.standing == "undecidable" and not found.values and len(found.lacking) == 3


@pytest.mark.parametrize(
    ("name", "personal", "sensitive"),
    [
        ("车辆轨迹", True, True), ("座舱语音", True, True), ("车主手机号", True, None), ("VIN 清单", True, None), ("车架号", True, None),
        ("GPS track", True, True), ("contacts", True, True), ("驱动程序", None, None), ("driving mode", None, None), ("trackpad", None, None),
        ("invoice", None, None), ("脱敏后的车辆轨迹", None, None), ("车外视频（已匿名化）", None, None), ("儿童座椅使用者信息", True, True),
    ],
)  # fmt: skip
def test_items_of_table_a2_by_name(name: str, personal: bool | None, sensitive: bool | None) -> None:
    found = one(name=name)
    assert (found.values.get("personal"), found.values.get("sensitive")) == (personal, sensitive)
    assert all(r.hint for r in found.reasons)


def test_declared_content_is_no_hint_and_contradicts_a_mark() -> None:
    found = one(
        name="登记表",
        content="resident_id; VIN",
        personal="否",
        sensitive="否",
        important="否",
        category="运维",
        grade="一般",
        person_count=5,
    )
    assert found.standing == "contradicts"
    assert {r.field for r in found.reasons if not r.hint} == {"personal", "sensitive"}


def test_fields_of_databases_tell_of_the_content() -> None:
    fields = (DataField.model_validate({"path": "t.phone", "asset": "a-1", "kinds": "mobile"}),)
    assert one(fields, name="表").values["personal"] is True
    assert "personal" not in one((DataField.model_validate({"path": "t.phone", "asset": "A-2", "kinds": "mobile"}),), name="表").values


@pytest.mark.parametrize(("persons", "important"), [(100_000, None), (100_001, True)])
def test_the_fifth_kind_begins_above_a_hundred_thousand(persons: int, important: bool | None) -> None:
    found = one(name="用户表", personal="是", sensitive="否", person_count=persons)
    assert found.values.get("important") is important
    assert found.values["grade"] == ("important" if important else "general")
    assert found.values.get("important_kind") == ("ID5" if important else None)


def test_without_a_count_of_persons_the_grade_is_open() -> None:
    found = one(name="用户表", personal="是", sensitive="否", important="否", category="业务服务")
    assert "grade" not in found.values and len(found.lacking) == 2


def test_object_and_degree_give_the_higher_of_two_standards() -> None:
    found = one(
        name="x", affected="国家安全", harm="严重", grade="重要", category="研发", personal="否", important="是", important_kind="ID6"
    )
    assert found.values["grade"] == "core" and found.standing == "contradicts"
    assert {r.source: r.basis for r in found.reasons if r.field == "grade" and r.value == "core"} == {"gb-t-43697-2024/6.5": "G"}


def test_a_set_rises_with_its_parts_and_waits_for_ungraded_ones() -> None:
    def grade(*parts: str | None) -> Any:
        assets = [{"id": f"P-{n}", "grade": g} for n, g in enumerate(parts)]
        whole = {"id": "S", "parts": "; ".join(a["id"] or "" for a in assets)}
        return proposals([DataAsset.model_validate(a) for a in (whole, *assets)])[0].values.get("grade")

    assert (grade("一般", "重要"), grade("一般", None), grade("核心", None)) == ("important", None, "core")


def test_a_higher_grade_and_own_class_names_are_the_company_s_affair() -> None:
    found = one(
        name="用户表", category="会员域", personal="是", sensitive="否", important="是", important_kind="ID6", grade="核心", person_count=10
    )
    assert found.standing == "agrees" and "category" not in found.values


def test_all_marks_agree() -> None:
    told = {
        "name": "车辆轨迹",
        "category": "位置",
        "grade": "重要",
        "personal": "是",
        "sensitive": "是",
        "important": "是",
        "important_kind": "ID5",
    }
    assert one((), **told, person_count=100_001).standing == "agrees"
    assert one((), **(told | {"sensitive": "否"}), person_count=100_001).standing == "contradicts"


def test_a_whole_entry_of_which_nothing_tells_is_declared_and_no_more() -> None:
    assert one(name="ZX-17", category="运维", grade="一般", personal="否", important="否").standing == "declared"
