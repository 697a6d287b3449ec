"""Rules of a company: both engines agree, bad rule files are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.core.errors import DeclarationError
from zhunru.formulas.identifiers.rule_engine import Hyperscan, PlainRe
from zhunru.formulas.identifiers.rules import Ruleset, read_rules
from zhunru.range.identities import luhn

RULES = r"""
[[rule]]
id = "employee"
title_zh = "工号"
title_en = "employee number"
pattern = "E[0-9]{4}"
cues = ["工号", "employee"]
[[rule]]
id = "contract"
pattern = "合同-[0-9]{2,6}(-[A-Z])?"
certain = true
sensitive = true
[[rule]]
id = "card"
pattern = "[0-9]{8}"
check = "luhn"
cues = ["卡"]
[[rule]]
id = "code"
pattern = "(AB|ab){2,3}京?"
ignore_case = true
kind = "resident_id"
"""


def seen(text: str, heading: str = "") -> list[tuple[str, str, bool]]:
    rules = Ruleset(read_rules(RULES))
    data = text.encode()
    hits = rules.sighted(data, heading)
    return [(rules.rules[r].id, data[s:e].decode(), bool(f)) for s, e, r, f in zip(*hits, strict=True)]


def test_grades() -> None:
    assert seen("工号 E1234，E5678x E9999") == [("employee", "E1234", True), ("employee", "E9999", True)]
    assert seen("工号\nE1234") == [("employee", "E1234", False)]
    assert seen("E1234", "employee_no") == [("employee", "E1234", True)]
    assert seen("签合同-123-A。") == [("contract", "合同-123-A", True)]
    right = luhn("7992739")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert seen(f"{right} {wrong}") == [("card", right, True)]
    assert seen("卡00000001") == [("card", "00000001", False)]
    assert Ruleset(read_rules(RULES)).rules[3].sensitive


def test_no_letter_or_digit_beside() -> None:
    assert seen("xE1234 E12345 _E1234_") == [("employee", "E1234", False)]


PIECES = st.sampled_from(
    ["E1234", "合同-12", "合同-123456-A", "00000000", "ABAB", "ababAB京", "京", " ", "x", "1", "\n", "，", "E", "-", "12"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=30).map(lambda p: "".join(p).encode()), st.binary(max_size=4))
def test_engines_agree(text: bytes, broken: bytes) -> None:
    patterns = [r.pattern for r in read_rules(RULES)]
    data = text[: len(text) // 2] + broken + text[len(text) // 2 :]
    assert sorted(Hyperscan(patterns).matches(data)) == sorted(PlainRe(patterns).matches(data))


@pytest.mark.parametrize(
    "body",
    [
        "rule = 3",
        "not toml [",
        "",
        "[[rule]]\nid='a'\npattern='abc'\nother=1",
        "[[rule]]\nid='A'\npattern='abc'",
        "[[rule]]\nid='a'\npattern='abc'\nkind='person'",
        "[[rule]]\nid='a'\npattern='abc'\ncheck='crc'",
        "[[rule]]\nid='a'\npattern='abc'\ncues='x'",
        "[[rule]]\nid='a'\npattern='abc'\ncertain='yes'",
        "[[rule]]\nid='a'\npattern='(abc'",
        "[[rule]]\nid='a'\npattern='ab'",
        "[[rule]]\nid='a'\npattern='abc.*'",
        "[[rule]]\nid='a'\npattern='^abc'",
        "[[rule]]\nid='a'\npattern='abc(?=d)'",
        "[[rule]]\nid='a'\npattern='(?i)abc'",
        "[[rule]]\nid='a'\npattern='(abc)\\1'",
        "[[rule]]\nid='a'\npattern='[京津]abc'",
        "[[rule]]\nid='a'\npattern='abc'\n[[rule]]\nid='a'\npattern='abd'",
    ],
)
def test_bad_files_are_refused(body: str) -> None:
    with pytest.raises(DeclarationError):
        read_rules(body, "mine.toml")


def test_without_hyperscan_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hyperscan", None)
    slow = Ruleset(read_rules(RULES))
    assert slow.engine.name == "re"
    assert slow.notice is not None and "hyperscan" in slow.notice.zh
    assert slow.sighted("工号E1234".encode()).found.tolist() == [True]
