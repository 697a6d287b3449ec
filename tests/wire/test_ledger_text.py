"""Recognition of text ledgers: what they are, what they are not, and lines with damage."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.wire.ledger_text import MAX_LINE_CHAR, bare_utf16, delimiter_of, encoding_of, form_of, lines, split_lines


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("编号,名称\nA-1,甲\n", "csv"),
        ("编号;名称\nA-1;甲\n", "csv"),
        ("编号\t名称\nA-1\t甲\n", "csv"),
        ("某公司台账,,\n编制：甲,,\n编号,名称,责任人\nA,B,C\n", "csv"),
        ('"a","b"\n"1, 2","x"\n', "csv"),
        ("t,v0\n46408.5,7.9\n46408.6,8.0\n", "csv"),
        ("[[vehicle]]\nvin = 'x'\n", "toml"),
        ("# 台账\n\n[[ vehicle ]] # x\n", "toml"),
        ('title = "x"\n[a]\n', "toml"),
        ("vehicle:\n  - vin: x\n", "yaml"),
        ("---\n# c\nvehicle:\n- vin: x\n  models: [a, b]\n", "yaml"),
        ("- vin: x\n- vin: y\n", "yaml"),
        ("", None),
        ("只有一段话，没有表格。\n第二行\n", None),
        ("(1436509052.249713) vcan0 044#2A366C2B\n", None),
        ("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\n$GPRMC,1,A,2,N,3,E\n", None),
        ("!AIVDM,1,1,,A,x,0*26\n", None),
        ('VERSION ""\n\nNS_ :\n\tCM_\nBO_ 1 A: 8 X\n', None),
        (json.dumps({"a": 1, "b": [1, 2]}), None),
        ("<a><b/></a>", None),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n", None),
        ("date Mon Jan 1 00:00:00 2026\nbase hex timestamps absolute\n", None),
        ("16777216,16777471,AU\n16777472,16778239,CN\n", None),
        ("1.0.0.0/24,AU\n2001:db8::/32,CN\n", None),
        ("#separator \\x09\n#set_separator\t,\nts\tuid\n", None),
        (";$FILEVERSION=1.1\n; a, b\n", None),
        ("# Title\n\nWords, more words\nand, so on\n", None),
    ],
)
def test_each_text_is_one_form_or_none(text: str, form: str | None) -> None:
    assert form_of(text.encode()) == form


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at_without_a_crash(content: bytes) -> None:
    assert form_of(content) in {"csv", "toml", "yaml", None}


def test_encodings_of_a_head() -> None:
    text = "编号,名称\nA-1,甲\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert form_of(text.encode(encoding)) == "csv", encoding
    assert bare_utf16(("a,b\n" * 20).encode("utf-16-le")) == "utf-16-le"
    assert bare_utf16(("a,b\n" * 20).encode("utf-16-be")) == "utf-16-be"
    assert bare_utf16(b"a,b\n" * 20) is None
    assert form_of(bytes(range(256)) * 20) is None


@pytest.mark.parametrize("size", [1, 3, 7, 1 << 20])
def test_blocks_of_any_size_give_the_same_lines(size: int) -> None:
    content = "编号,名\n甲\r\n乙\n\nend".encode()
    blocks = [content[i : i + size] for i in range(0, len(content), size)]
    assert [(x.number, x.text) for x in lines(blocks, "utf-8")] == [(1, "编号,名"), (2, "甲"), (3, "乙"), (4, ""), (5, "end")]
    wide = "编号\n甲\nend".encode("utf-16")
    blocks = [wide[i : i + size] for i in range(0, len(wide), size)]
    assert [x.text for x in lines(blocks, "utf-16-le")] == ["编号", "甲", "end"]


def test_damage_is_told_per_line() -> None:
    gb, utf8 = "数据名称".encode("gb18030"), "数据名称".encode()
    assert [x.damage for x in lines([b"a\n" + utf8 + b"\n" + gb + b"\nb\0c\n"], "utf-8")] == ["", "", "encoding", "nul"]
    assert [x.damage for x in lines([gb + b"\n" + utf8 + b"\n"], "gb18030")] == ["", "encoding"]
    assert encoding_of([gb + b"\n" + gb + b"\n" + utf8]) == "gb18030"
    assert encoding_of([gb + b"\n" + utf8 + b"\n" + utf8]) == "utf-8"
    assert encoding_of(["联通,移动\n电信\n".encode("gb18030")]) == "gb18030"
    assert encoding_of([b"plain\n"]) == "utf-8"


def test_a_line_without_end_is_bounded() -> None:
    for size, damage in ((MAX_LINE_CHAR, ""), (MAX_LINE_CHAR + 1, "long")):
        found = list(lines([b"x" * size + b"\nnext"], "utf-8"))
        assert [x.damage for x in found] == [damage, ""]
        assert found[1].text == "next"
    assert max(len(x) for x in split_lines([b"x" * (1 << 20)] * 5)) <= MAX_LINE_CHAR + 1


def test_the_delimiter_is_the_one_most_lines_agree_on() -> None:
    assert delimiter_of(["a;b;c", "1,5;2;3", "1;2,2;3"]) == ";"
    assert delimiter_of(['"a,b"\tc', "d\te"]) == "\t"
    assert delimiter_of(["abc", "def"]) is None
