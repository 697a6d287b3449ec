"""Grades by object and degree, of sets, and the sixth-figure boundary of persons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.formulas.grading import ANNEX_A, ID5_MORE_THAN, MATRIX, RANK, grade_of_set, graded, is_id5, level_of_general

ANNEX_ROWS = {  # data-and-cyber.md 2.3.1, degrees severe, moderate, minor, none
    "national": "important important important general",
    "industry": "important important general general",
    "organisation": "general general general general",
    "person": "general general general general",
}
MATRIX_ROWS = {  # data-and-cyber.md 2.3.2, especially severe, severe, general harm
    "national": "core core important",
    "economy": "core important general",
    "order": "core important general",
    "public": "core important general",
    "organisation": "general general general",
    "person": "general general general",
}


def test_the_tables_are_those_of_the_standards() -> None:
    assert {
        (o, d): g for o, row in ANNEX_ROWS.items() for d, g in zip(("severe", "moderate", "minor", "none"), row.split(), strict=True)
    } == ANNEX_A
    assert {
        (o, d): g for o, row in MATRIX_ROWS.items() for d, g in zip(("especially", "serious", "ordinary"), row.split(), strict=True)
    } == MATRIX


@pytest.mark.parametrize(
    ("objects", "degree", "expected"),
    [
        (["国家安全"], "严重", {"gb-t-44464-2024/A": "important", "gb-t-43697-2024/6.5": "core"}),
        (["国家安全"], "一般", {"gb-t-43697-2024/6.5": "important"}),
        (["行业"], "中等", {"gb-t-44464-2024/A": "important"}),
        (["行业"], "轻微", {"gb-t-44464-2024/A": "general"}),
        (["公共利益"], "特别严重", {"gb-t-43697-2024/6.5": "core"}),
        (["个人", "公共利益"], "严重", {"gb-t-43697-2024/6.5": "important"}),
        (["个人权益", "组织权益"], "严重", {"gb-t-44464-2024/A": "general", "gb-t-43697-2024/6.5": "general"}),
        (["个人", "星系"], "严重", {}),
        (["个人"], "很大", {}),
        ([], "严重", {}),
    ],
)
def test_object_and_degree(objects: list[str], degree: str, expected: dict[str, str]) -> None:
    assert {g.source: g.grade for g in graded(objects, degree)} == expected


@pytest.mark.parametrize(("degree", "level"), [("特别严重", 4), ("严重", 3), ("一般", 2), ("无", 1), ("改天", None)])
def test_level_of_general_data(degree: str, level: int | None) -> None:
    assert level_of_general(["个人"], degree) == level
    assert level_of_general(["个人", "国家安全"], degree) is None


@given(st.lists(st.sampled_from(["general", "important", "core", None])))
def test_a_set_bears_its_highest_grade(grades: list[str | None]) -> None:
    top, final = grade_of_set(grades)
    assert all(g is None or RANK[g] <= RANK[top or "general"] for g in grades)
    assert (top is None) == (not any(grades))
    assert final == (bool(grades) and (None not in grades or top == "core"))


@pytest.mark.parametrize(
    ("personal", "persons", "expected"),
    [
        (True, ID5_MORE_THAN - 1, False), (True, ID5_MORE_THAN, False), (True, ID5_MORE_THAN + 1, True), (True, None, None),
        (False, 10**9, False), (None, None, None), (None, ID5_MORE_THAN, False), (None, ID5_MORE_THAN + 1, None),
    ],
)  # fmt: skip
def test_more_than_a_hundred_thousand_persons(personal: bool | None, persons: float | None, expected: bool | None) -> None:
    assert is_id5(personal, persons) is expected
