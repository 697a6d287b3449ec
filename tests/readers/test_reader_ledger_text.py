"""CSV, TOML and YAML ledgers: what people write, and hostile ones."""

import time

import polars as pl
import pytest

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped
from zhunru.core.step import Reader
from zhunru.engine.source import BytesSource
from zhunru.readers import ledger_yaml as yaml_module
from zhunru.readers.ledger_csv import ledger_csv
from zhunru.readers.ledger_toml import ledger_toml
from zhunru.readers.ledger_yaml import ledger_yaml
from zhunru.tables.ledger_cell import LedgerCell


def read(reader: Reader, content: bytes, name: str = "x/台账.csv") -> tuple[pl.DataFrame, list[Skipped], list[str]]:
    """Return the cells below the headings, what was skipped, and the notes."""
    items = list(reader(BytesSource(content, name)))
    tables = [i.collect() for i in items if isinstance(i, LedgerCell)]
    frame = pl.concat(tables) if tables else LedgerCell.empty().collect()
    return (
        frame.filter(pl.col("shape") != "heading"),
        [i for i in items if isinstance(i, Skipped)],
        [i.text.en for i in items if isinstance(i, Noted)],
    )


def headings(reader: Reader, content: bytes) -> list[tuple[str, str]]:
    """Return sheet and heading of every column, each once."""
    tables = [i.collect() for i in reader(BytesSource(content, "x/台账.csv")) if isinstance(i, LedgerCell)]
    titles = pl.concat(tables).filter(pl.col("shape") == "heading") if tables else LedgerCell.empty().collect()
    assert (titles["row_no"] == 0).all()
    assert (titles["heading"] == titles["value"]).all()
    return list(titles.select("sheet", "heading").unique(maintain_order=True).iter_rows())


@pytest.mark.parametrize(
    ("reader", "text", "expected"),
    [
        (ledger_csv, "编号,名称,责任人\nA-1,,\nA-2,,\n", [("台账", "编号"), ("台账", "名称"), ("台账", "责任人")]),
        (ledger_csv, "编号,名称,责任人\n", []),
        (ledger_csv, "编号,名称\n" + "A,\n" * 20_001, [("台账", "编号"), ("台账", "名称")]),
        (ledger_toml, '[[a]]\nid = "1"\nend = ""\n[[a]]\nid = "2"\nend = ""\n[[b]]\nid = ""\n', [("a", "end")]),
        (ledger_toml, '[[a]]\nid = "1"\nx = {end = "", start = "2"}\n', [("a", "x.end")]),
        (ledger_yaml, "甲:\n- {姓名: 张三, 离任: }\n- {姓名: 李四, 离任: 2026-01-01}\n", [("甲", "离任")]),
    ],
)
def test_columns_without_a_value_are_told_beside_rows(reader: Reader, text: str, expected: list[tuple[str, str]]) -> None:
    assert headings(reader, text.encode()) == expected


def values(frame: pl.DataFrame) -> list[tuple[int, str, str]]:
    return list(frame.select("row_no", "heading", "value").iter_rows())


PLAIN = "编号,名称\nA-1,甲\nA-2,乙\n"
CELLS = [(2, "编号", "A-1"), (2, "名称", "甲"), (3, "编号", "A-2"), (3, "名称", "乙")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_same_cells_and_is_told(encoding: str) -> None:
    text = PLAIN + "".join(f"B-{n},x\n" for n in range(10))  # enough ASCII to see UTF-16 without a mark
    frame, skipped, notes = read(ledger_csv, text.encode(encoding))
    assert values(frame)[:4] == CELLS
    assert frame["sheet"].unique().to_list() == ["台账"]
    assert not skipped
    assert any("read as" in n for n in notes) == (encoding != "utf-8")


def test_titles_totals_notes_and_quoted_line_breaks() -> None:
    text = '某公司台账,,\n编制：甲,日期：2026-01-01,\n编号,名称,数\nA-1,"甲\n""乙""",1\n编号,名称,数\nA-2,丙,2\n合计,,3\n注：完,,\n填表人：甲,审核：乙,\n'
    frame, skipped, notes = read(ledger_csv, text.encode())
    assert values(frame) == [
        (4, "编号", "A-1"), (4, "名称", '甲\n"乙"'), (4, "数", "1"), (7, "编号", "A-2"), (7, "名称", "丙"), (7, "数", "2"),
    ]  # fmt: skip
    assert not skipped
    assert {"total rows, not taken as records", "repeated heading rows", "title or note rows, not taken as records"} == set(notes)


def test_a_row_with_only_its_identifier_is_a_record() -> None:
    frame, _, _ = read(ledger_csv, "编号,名称,责任人\nA-1,,\n合计名单,甲,乙\n".encode())
    assert values(frame)[0] == (2, "编号", "A-1")
    assert frame["row_no"].unique().to_list() == [2, 3]


def test_rows_wider_and_narrower_than_the_headings() -> None:
    frame, skipped, _ = read(ledger_csv, "编号,名称,数\nA-1,甲,1,多,余\nA-2\n".encode())
    assert [v for v in values(frame) if v[0] == 2] == [
        (2, "编号", "A-1"),
        (2, "名称", "甲"),
        (2, "数", "1"),
        (2, "(D)", "多"),
        (2, "(E)", "余"),
    ]
    assert values(frame)[-1] == (3, "编号", "A-2")
    assert not skipped


def test_damaged_lines_are_skipped_with_their_number_and_the_rest_is_kept() -> None:
    gb = "A-3,数据名称".encode("gb18030")
    content = PLAIN.encode() + gb + b'\nA-4,\0\nA-5,"open\nA-6,x\nA-7,y\n'
    frame, skipped, _ = read(ledger_csv, content)
    assert [s.where for s in skipped] == ["line 4", "line 5", "line 6"]
    assert frame["row_no"].unique().to_list() == [2, 3, 7, 8]
    assert sum(s.count for s in skipped) + frame["row_no"].n_unique() == 7


def test_many_open_quotes_end_in_bounded_time() -> None:
    began = time.process_time()
    frame, skipped, _ = read(ledger_csv, b"id,name\n" + b'x,"y\n' * 100_000)
    assert time.process_time() - began < 5
    assert frame["row_no"].n_unique() + sum(s.count for s in skipped) == 100_000


def test_formula_like_text_stays_text() -> None:
    frame, _, _ = read(ledger_csv, b"id,name\n1,=cmd|' /C calc'!A0\n2,@SUM(1)\n")
    assert frame["value"].to_list()[1] == "=cmd|' /C calc'!A0"
    assert frame["shape"].unique().to_list() == ["text"]


def test_nothing_readable() -> None:
    with pytest.raises(DamagedEvidence):
        read(ledger_csv, b"\n\n")


def test_large_csv_comes_in_blocks() -> None:
    content = b"id,name\n" + b"".join(b"%d,n\n" % n for n in range(45_000))
    items = [i.collect() for i in ledger_csv(BytesSource(content, "a.csv")) if isinstance(i, LedgerCell)]
    assert [i.filter(i["shape"] != "heading")["row_no"].n_unique() for i in items] == [20_000, 20_000, 5_000]
    assert items[-1]["row_no"].max() == 45_001


# TOML ---------------------------------------------------------------------------------------------------------------------------------


def test_toml_values() -> None:
    text = 'v = 1\n[[asset]]\nid = "A"\nn = 89860112345678901237\nok = true\nday = 2026-01-02\nrefs = ["a,b", "c"]\nx = {y = 0.5}\n[[asset]]\nid = "B"\n'
    frame, skipped, notes = read(ledger_toml, text.encode(), "a.toml")
    assert list(frame.select("row_no", "heading", "value", "shape").iter_rows()) == [
        (1, "id", "A", "text"), (1, "n", "89860112345678901237", "number"), (1, "ok", "true", "flag"), (1, "day", "2026-01-02", "date"),
        (1, "refs", "a,b\nc", "list"), (1, "x.y", "0.5", "number"), (2, "id", "B", "text"),
    ]  # fmt: skip
    assert not skipped
    assert notes == ["top-level values that belong to no entry"]


@pytest.mark.parametrize(
    "content",
    [b"[[a]]\nb = ", b"[[a]]\nb = 1\nb = 2\n", b"a = " + b"[" * 100_000, b"[[a]]\nb = '\xff'\n", b"[[a]]\nn = " + b"1" * 5000],
    ids=["cut", "twice", "deep", "latin", "digits"],
)
def test_bad_toml_is_one_diagnostic(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(DamagedEvidence) as caught:
        read(ledger_toml, content, "a.toml")
    assert "a.toml" in caught.value.where
    assert time.process_time() - began < 5


def test_lists_of_something_else_are_skipped() -> None:
    frame, skipped, _ = read(ledger_toml, b"a = [1, 2]\n[[b]]\nid = 'x'\nlist = [{y = 1}]\n", "a.toml")
    assert values(frame) == [(1, "id", "x")]
    assert [s.where for s in skipped] == ["a[1]", "a[2]", "b[1].list"]


# YAML ---------------------------------------------------------------------------------------------------------------------------------


def test_yaml_values_stay_as_they_are_written() -> None:
    text = "asset:\n  - id: 0012\n    ok: no\n    day: 2026-01-02\n    refs: [a, 'b,c']\n    none: ~\n    word: 是\n  - &x {id: B, name: n}\n  - {<<: *x, id: C}\n"
    frame, skipped, _ = read(ledger_yaml, text.encode(), "a.yaml")
    assert list(frame.select("row_no", "heading", "value", "shape").iter_rows()) == [
        (1, "id", "0012", "number"), (1, "ok", "no", "flag"), (1, "day", "2026-01-02", "date"), (1, "refs", "a\nb,c", "list"),
        (1, "word", "是", "text"), (2, "id", "B", "text"), (2, "name", "n", "text"), (3, "id", "C", "text"), (3, "name", "n", "text"),
    ]  # fmt: skip
    assert not skipped


def test_yaml_list_without_a_name_is_named_after_the_file_and_documents_follow_each_other() -> None:
    frame, _, _ = read(ledger_yaml, b"- id: A\n---\nasset:\n- id: B\n", "x/vehicle.yaml")
    assert list(frame.select("sheet", "value").iter_rows()) == [("vehicle", "A"), ("asset", "B")]


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (LAUGHS.encode(), "alias bomb"),
        (b"a: &a [*a]\n", "refers to itself"),
        (b"a: " + b"[" * 50_000, "nested too deeply"),
        (b"a:\n- {b: 1, b: 2}\n", "given twice"),
        (b"a: *nobody\n", "not valid YAML"),
        (b"a: 'open\n", "not valid YAML"),
        (b"a: \xff\n", "must be UTF-8"),
    ],
)
def test_bad_yaml_is_one_diagnostic(content: bytes, word: str) -> None:
    began = time.process_time()
    with pytest.raises(DamagedEvidence, match=word):
        read(ledger_yaml, content, "a.yaml")
    assert time.process_time() - began < 5


def test_tags_build_nothing() -> None:
    frame, _, _ = read(ledger_yaml, b"a:\n- x: !!python/object/apply:os.system ['true']\n  y: !!python/name:os.system z\n", "a.yaml")
    assert values(frame) == [(1, "x", "true"), (1, "y", "z")]


def test_files_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_module, "MAX_BYTE", 20)
    assert read(ledger_yaml, b"a:\n- id: 1234567890\n", "a.yaml")[0].height == 1
    with pytest.raises(EvidenceError, match="too large"):
        read(ledger_yaml, b"a:\n- id: 12345678901\n", "a.yaml")
