"""Paths of ledgers and places of discovery."""

import pytest

from zhunru.formulas.stored_paths import covers, parts_of


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("", ()), ("a", ("a",)), ("a.b", ("a", "b")), ('"a.b".c', ("a.b", "c")), ('"a""b".c', ('a"b', "c")), (" Main . Users ", ("main", "users")),
        ("items[].phone", ("items", "phone")), ("a.", ("a", "")), ('"', ('"',)), ("Ｕ.ｐ", ("u", "p")),
    ],
)  # fmt: skip
def test_parts(path: str, parts: tuple[str, ...]) -> None:
    assert parts_of(path) == parts


@pytest.mark.parametrize(
    ("declared", "place", "expected"),
    [
        ("*", "", True), ("*", "a.b", True), ("t.c", "t.c", True), ("t.c", "public.t.c", True), ("t.c", "t.cc", False), ("c", "t.c", False), ("c", "c", True),
        ("t.*", "t.c", True), ("t.*", "public.t.c", True), ("t.*", "t", False), ("t.*", "u.c", False), ("public.t.*", "public.t.c", True),
        ("public.t.*", "t.c", False), ("t.c", "t", False), ("x.t.c", "t.c", False), ("", "", True), ("", "a", False),
    ],
)  # fmt: skip
def test_covers(declared: str, place: str, expected: bool) -> None:
    assert covers(declared, place) is expected
