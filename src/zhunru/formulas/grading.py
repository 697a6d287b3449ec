"""Grades of data from the object and the degree of the effect, kinds of important data, and what a set of items is graded."""

from collections.abc import Iterable
from typing import NamedTuple

RANK: dict[str, int] = {"general": 1, "important": 2, "core": 3}
"""Order of the grades, MIIT 166号 article 8."""

ANNEX_A: dict[tuple[str, str], str] = {
    ("national", "severe"): "important", ("national", "moderate"): "important", ("national", "minor"): "important", ("national", "none"): "general",
    ("industry", "severe"): "important", ("industry", "moderate"): "important", ("industry", "minor"): "general", ("industry", "none"): "general",
    ("organisation", "severe"): "general", ("organisation", "moderate"): "general", ("organisation", "minor"): "general", ("organisation", "none"): "general",
    ("person", "severe"): "general", ("person", "moderate"): "general", ("person", "minor"): "general", ("person", "none"): "general",
}  # fmt: skip
"""GB/T 44464-2024 annex A (basis C): object x degree. Core data are those of its note: lifeline, livelihood, major public interest."""

MATRIX: dict[tuple[str, str], str] = {
    **{("national", d): g for d, g in (("especially", "core"), ("serious", "core"), ("ordinary", "important"))},
    **{
        (o, d): g
        for o in ("economy", "order", "public")
        for d, g in (("especially", "core"), ("serious", "important"), ("ordinary", "general"))
    },
    **{(o, d): "general" for o in ("organisation", "person") for d in ("especially", "serious", "ordinary")},
}
"""GB/T 43697-2024 clause 6 (basis G): object x degree."""

LEVELS: dict[str, int] = {"especially": 4, "serious": 3, "ordinary": 2, "none": 1}
"""GB/T 43697-2024 annex H (basis G): level of general data by the harm to organisations or persons."""

OBJECT_WORDS: dict[str, str] = {
    "国家安全": "national", "national security": "national", "national": "national",
    "经济运行": "economy", "economic operation": "economy", "economy": "economy",
    "社会秩序": "order", "social order": "order", "order": "order",
    "公共利益": "public", "public interest": "public", "public": "public",
    "行业安全": "industry", "行业": "industry", "行业利益": "industry", "industry security": "industry", "industry": "industry",
    "组织权益": "organisation", "组织安全": "organisation", "组织": "organisation", "企业": "organisation", "organisation": "organisation", "organization": "organisation",
    "个人权益": "person", "个人": "person", "personal rights": "person", "person": "person",
}  # fmt: skip

ANNEX_DEGREES: dict[str, str] = {
    "严重": "severe", "严重影响": "severe", "severe": "severe", "中等": "moderate", "中度": "moderate", "中等影响": "moderate", "moderate": "moderate",
    "轻微": "minor", "轻度": "minor", "轻微影响": "minor", "minor": "minor", "无": "none", "无影响": "none", "none": "none",
}  # fmt: skip
MATRIX_DEGREES: dict[str, str] = {
    "特别严重": "especially", "特别严重危害": "especially", "especially severe": "especially", "严重": "serious", "严重危害": "serious", "severe": "serious",
    "一般": "ordinary", "一般危害": "ordinary", "general": "ordinary", "general harm": "ordinary", "无": "none", "无危害": "none", "none": "none",
}  # fmt: skip

ID5_MORE_THAN = 100_000
"""Personal information of more than so many persons is important data: 若干规定 article 3 (basis C), strictly more than."""


class Graded(NamedTuple):
    """Grade by one instrument: the grade, its clause and how sure we are of it."""

    grade: str
    source: str
    basis: str


def graded(objects: Iterable[str], degree: str) -> list[Graded]:
    """Return the grade by each instrument that knows the objects and the degree; the highest over the objects.

    Args:
        objects: Objects of the effect, in words of `OBJECT_WORDS`.
        degree: Degree of the effect, in words of GB/T 44464 annex A or of GB/T 43697.

    Returns:
        Nothing for an instrument to which one of the objects or the degree is unknown: a part of the objects decides no grade.
    """
    named = [OBJECT_WORDS.get(o.strip().lower()) for o in objects]
    word = degree.strip().lower()
    found = []
    for table, degrees, source, basis in (
        (ANNEX_A, ANNEX_DEGREES, "gb-t-44464-2024/A", "C"),
        (MATRIX, MATRIX_DEGREES, "gb-t-43697-2024/6.5", "G"),
    ):
        grades = [table.get((o or "", degrees.get(word, ""))) for o in named]
        if grades and None not in grades:
            found.append(Graded(max((g for g in grades if g), key=RANK.__getitem__), source, basis))
    return found


def level_of_general(objects: Iterable[str], degree: str) -> int | None:
    """Return the level 1 to 4 of general data, or None when objects other than organisations and persons, or the degree, do not tell it."""
    named = {OBJECT_WORDS.get(o.strip().lower()) for o in objects}
    if not named or not named <= {"organisation", "person"}:
        return None
    return LEVELS.get(MATRIX_DEGREES.get(degree.strip().lower(), ""))


def grade_of_set(grades: Iterable[str | None]) -> tuple[str | None, bool]:
    """Return the highest grade of the items of a set, and whether it is final: with an ungraded item only core cannot rise any more.

    Source: GB/T 43697-2024 6.6 (basis G), MIIT 166号 article 13 (basis C): mixed levels are protected at the highest.
    """
    known = list(grades)
    top = max((g for g in known if g), key=RANK.__getitem__, default=None)
    return top, bool(known) and (None not in known or top == "core")


def is_id5(personal: bool | None, persons: float | None) -> bool | None:
    """Tell whether data are personal information of more than 100,000 persons; None when that cannot be told."""
    if personal is False:
        return False
    if persons is None or personal is None:
        return None if persons is None or persons > ID5_MORE_THAN else False
    return persons > ID5_MORE_THAN
