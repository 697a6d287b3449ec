"""Coding rules: the same answer as `re.fullmatch` on every pattern that is understood, and no pattern takes long."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.coding_rule import follows


@pytest.mark.parametrize(
    ("text", "pattern", "told"),
    [
        ("R156-LSV-0001", r"R\d{3}-[A-Z]{3}-\d{4}", True),
        ("R156-LSV-00012", r"R\d{3}-[A-Z]{3}-\d{4}", False),
        ("R156-LSV-0001", r"^R\d{3}-[A-Z]{3}-\d{4}$", True),
        ("ab", r"(?:a|b){2}", True),
        ("abc", r"(a|b)+", False),
        ("a", r"a$|b", None),  # an anchor inside
        ("a", r"(?=a)a", None),
        ("a", r"\bA", None),
        ("a", "", None),
        ("a", "(a", None),
        ("a", "a)", None),
        ("a", "[]a]", None),
        ("a", "a**", None),
        ("a", "a{2,1}", None),
        ("a", "[z-a]", None),
        ("$", r"\$", True),
        ("一", ".", True),
        ("١", r"\d", False),  # digits are ASCII digits
        ("a" * 257, "a*", None),
        ("a", "(" * 40 + "a" + ")" * 40, None),
    ],
)  # fmt: skip
def test_rules(text: str, pattern: str, told: bool | None) -> None:
    assert follows(text, pattern) is told


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "1",
        "-",
        ".",
        r"\d",
        r"\w",
        r"\.",
        "[ab]",
        "[a-c1]",
        "[^a]",
        "(a|b)",
        "(?:ab|1)",
        "|",
        "?",
        "*",
        "+",
        "{2}",
        "{1,2}",
        "{1,}",
        "(",
        ")",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=8), st.text("ab1-._", max_size=8))
@settings(max_examples=800, deadline=None)
def test_agrees_with_re(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    told = follows(text, pattern)
    if told is not None:
        assert told == bool(re.fullmatch(pattern, text, re.ASCII))


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        "((a*)*)*b",
        "(a?){200}a{200}b",
        ".*.*.*.*.*.*.*.*b",
        "(((a{0,250}){0,250}){0,250})b",
        "(((a|b?){250}){250}){250}c",
        "((a{2}){9}){9}c",
    ],
)
def test_no_pattern_takes_long(pattern: str) -> None:
    began = time.process_time()
    assert follows("a" * 250, pattern) is False
    assert time.process_time() - began < 2


@given(st.text(max_size=40), st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_pattern_is_borne(pattern: str, text: str) -> None:
    follows(text, pattern)
