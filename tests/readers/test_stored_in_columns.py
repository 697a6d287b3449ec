"""Delimited text in columns gives what it gives line by line: same sightings, same places, same account."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.engine.source import BytesSource
from zhunru.readers.stored import delimited, plain_rows, sheet_rows
from zhunru.readers.stored.plain_rows import MAX_RECORD_BYTE, parsed
from zhunru.readers.stored.tally import Tally
from zhunru.wire.ledger_text import MAX_LINE_CHAR, Line, lines
from zhunru.wire.line_blocks import blocks_of

HEAD = "甲列,手机号,丙列\n" + "x,13800138000,y\n" * 62
PHONE, VIN = "13912345678", "LSVAA49J0X2000001"
WORDS = [
    "",
    "a",
    " ",
    PHONE,
    VIN,
    "上海",
    "a b",
    '"',
    '""',
    "a,b",
    "a\nb",
    "\r",
    "a;b",
    "京A12345",
    "\N{NO-BREAK SPACE}",
    "\ufeff",
    "\0",
    "#c",
    "\\N",
]


def exact(content: bytes, encoding: str, mark: str) -> tuple[list[dict[str, Any]], ...]:
    """Look line by line only."""
    tally = Tally()
    records = delimited.Records(mark, tally)

    def rows() -> Any:
        yield from records.feed(lines([content], encoding))
        yield from records.end()

    sheet_rows.look(rows(), tally, (), None)
    return tuple(t.collect().to_dicts() for t in tally.tables())


def quick(content: bytes, encoding: str, size_byte: int) -> tuple[list[dict[str, Any]], ...]:
    class Cut(BytesSource):
        def blocks(self, _: int) -> Any:
            return (self.content[i : i + size_byte] for i in range(0, len(self.content), size_byte))

    tally = Tally()
    delimited.look(Cut(content, "x.csv"), tally, encoding)
    return tuple(t.collect().to_dicts() for t in tally.tables())


def written(rows: list[list[str]], quoting: Any, end: str, mark: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=mark, quoting=quoting, lineterminator=end).writerows(rows)
    return text.getvalue()


tables = st.lists(st.lists(st.sampled_from(WORDS), min_size=3, max_size=3), min_size=1, max_size=40)
ragged = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=30)


@settings(deadline=None, max_examples=25)
@given(
    tables | ragged,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([40, 997, 1 << 20]),
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_tables(encoding: str, rows: list[list[str]], quoting: Any, end: str, size_byte: int) -> None:
    content = (HEAD + written(rows, quoting, end) + HEAD).encode(encoding)
    assert quick(content, encoding, size_byte) == exact(content, encoding, ",")


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(['"', ",", "\n", "\r\n", PHONE, "上", "a", '""', '","', "\t", "x,y,z\n", '"q",r,s\n']), max_size=60),
    st.sampled_from([64, 1 << 20]),
)
def test_anything_between_commas_and_quotation_marks(parts: list[str], size_byte: int) -> None:
    content = (HEAD + "".join(parts)).encode()
    assert quick(content, "utf-8", size_byte) == exact(content, "utf-8", ",")


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.sampled_from(
            [
                b"x,y,z\n",
                b"\xff,y,z\n",
                "上,海,z\n".encode("gb18030"),
                "上,海,z\n".encode(),
                b"\0,y,z\n",
                b"\xef\xbb\xbfa,b,c\n",
                b"a,b,c\r\n",
                b"\n",
                b"a,13912345678,\x81\x30\x81\x30\n",
            ]
        ),
        max_size=40,
    )
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_mixed_encodings(encoding: str, parts: list[bytes]) -> None:
    content = HEAD.encode(encoding) + b"".join(parts)
    assert quick(content, encoding, 1 << 20) == exact(content, encoding, ",")


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet='ab,"\n\r上\0', max_size=40), st.integers(1, 30))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"])
def test_blocks_hold_the_lines(encoding: str, text: str, size_byte: int) -> None:
    content = text.encode(encoding)
    told: list[Line] = []
    for block in blocks_of((content[i : i + size_byte] for i in range(0, len(content), size_byte)), encoding):
        told += block.lines()
        if block.clean is not None:
            assert [x.text for x in lines([block.clean], "utf-8", block.first + 1)] == [x.text for x in block.lines()]
            assert not any(x.damage for x in block.lines())
    assert told == list(lines([content], encoding))


@pytest.mark.parametrize(
    ("block", "cells"),
    [
        ('a,b\n"c,d","e""f"\n', [["a", "b"], ["c,d", 'e"f']]),
        ('"a\nb",c\n', [["a\nb", "c"]]),
        ('"",""\n', [["", ""]]),
        ("a,b,c\nd,e\n", None),
        ("a,b\nc\n", None),
        ("a,b\n\nc,d\n", None),
        ('a"b,c\n', None),
        ('"a"b,c\n', None),
        ('a,"b\n', None),
        ("a,b", None),
        ("a\n", None),
        ("a\r,b\n", None),
        ("a\0,b\n", None),
        ("x" * (MAX_RECORD_BYTE - 3) + ",y\n", [["x" * (MAX_RECORD_BYTE - 3), "y"]]),
        ("x" * (MAX_RECORD_BYTE - 2) + ",y\n", None),
    ],
)
def test_only_what_is_plainly_well_formed(block: str, cells: list[list[str]] | None) -> None:
    found = parsed(block.encode(), ",", 1)
    assert (found and [list(r) for r in found.cells.iter_rows()]) == cells


@pytest.mark.parametrize(("feeds", "in_columns"), [(998, True), (999, False)])
def test_a_record_of_many_lines(feeds: int, in_columns: bool) -> None:
    text = 'a,"' + "x\n" * feeds + f'",{PHONE}\nc,d,e\n'
    plain = parsed(text.encode(), ",", 1)
    assert plain is not None and plain_rows.few_lines(plain, text.count("\n")) is in_columns
    content = (HEAD + text + HEAD).encode()
    assert quick(content, "utf-8", 1 << 20) == exact(content, "utf-8", ",")


def test_well_formed_text_goes_in_columns_and_the_rest_does_not_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    plain: list[int] = []
    whole = sheet_rows._Columns.add_plain

    def counted(self: Any, block: plain_rows.Plain) -> None:
        plain.append(block.cells.height)
        whole(self, block)

    monkeypatch.setattr(sheet_rows._Columns, "add_plain", counted)
    content = (HEAD * 4000 + "bad,line\n" + HEAD * 4000).encode()
    found = quick(content, "utf-8", 1 << 20)
    assert found == exact(content, "utf-8", ",")
    assert sum(plain) > 0.98 * content.count(b"\n")


@pytest.mark.parametrize("more", [-1, 1])
def test_a_line_at_the_limit(more: int) -> None:
    content = (HEAD + "x" * (MAX_LINE_CHAR + more - 2) + ",y\n" + HEAD).encode()
    for size_byte in (1000_000, 1 << 22):
        assert quick(content, "utf-8", size_byte) == exact(content, "utf-8", ",")
