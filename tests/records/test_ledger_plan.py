"""Entries of ledgers: what an import took an export gives back, whatever stands in the cells; plans by identity."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.core.record import Record
from zhunru.engine import walk
from zhunru.engine.source import FileSource
from zhunru.readers.ledger_jsonl import ledger_jsonl
from zhunru.readers.ledger_xlsx import ledger_xlsx
from zhunru.records.ledger_entry import Entry, take_entries
from zhunru.records.ledger_plan import counts_of, plan
from zhunru.records.ledger_table import tables_of
from zhunru.reports.ledger_sheets import LedgerSheet, workbook
from zhunru.tables.ledger_cell import LedgerCell

KINDS: list[type[Record]] = list(walk.records().values())
HEAD = ["资产编号", "数据名称", "数据级别", "责任人", "存储位置", "更新日期", "是否个人信息", "内部代码"]
WORDS = st.text(st.sampled_from("甲乙Ab09 .=+-@'\"<>&;、，\n/1e:注"), min_size=0, max_size=12)
CELLS = st.one_of(
    WORDS,
    st.integers(0, 10**20).map(str),
    st.dates().map(str),
    st.sampled_from(["007", "1.0", "是", "否", "-", "重要", "1E5", "TRUE", "_x0041_", "合计"]),
)


def taken(path: Path, reader: Any) -> list[Entry]:
    parts = [b.collect() for b in reader(FileSource(path)) if isinstance(b, LedgerCell)]
    cells = pl.concat(parts) if parts else LedgerCell.empty().collect()
    return list(take_entries(cells.with_columns(pl.lit(path.name).alias("source")), KINDS).entries)


def sheet(path: Path, rows: list[list[str]]) -> list[Entry]:
    store = BytesIO()
    with xlsxwriter.Workbook(store, {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}) as made:
        page = made.add_worksheet("数据资产台账")
        for number, row in enumerate([HEAD, *rows]):
            for column, text in enumerate(row):
                page.write_string(number, column, text)
    path.write_bytes(store.getvalue())
    return taken(path, ledger_xlsx)


@settings(max_examples=25)
@given(st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=8))
def test_what_an_import_took_an_export_gives_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    home = tmp_path_factory.mktemp("p")
    first = sheet(home / "a.xlsx", [[f"资产{n}", *row] for n, row in enumerate(rows)])
    assert len(first) == len(rows)
    (home / "b.xlsx").write_bytes(workbook([LedgerSheet(m.name, m.headings, m.rows) for m in tables_of(first, KINDS)], "t"))
    second = taken(home / "b.xlsx", ledger_xlsx)
    assert {s.state for s in plan(second, first, unjoined=True)} == {"same"}
    for one, two in zip(first, second, strict=True):
        assert {h: t for h, t in one.cells.items() if t} == {h: t for h, t in two.cells.items() if t}  # the very texts, known or not
        assert set(one.unreadable) == set(two.unreadable)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind())
def test_every_kind_comes_back_from_its_sheet(tmp_path: Path, kind: type[Record]) -> None:
    text = {n for n, f in kind.items().items() if "str" in str(f.annotation) and "Literal" not in str(f.annotation)}
    cells = {kind.headings(n)[0]: f"文{i}" for i, n in enumerate(kind.items()) if kind.is_key(n) or n in text}
    source = tmp_path / "x.jsonl"
    source.write_text(json.dumps({"record": kind.kind(), **cells, "自有列": "0007", "kind": "k"}, ensure_ascii=False), encoding="utf-8")
    (entry,) = taken(source, ledger_jsonl)
    assert entry.kind is kind and entry.cells["自有列"] == "0007" and entry.cells["kind"] == "k"
    (tmp_path / "x.xlsx").write_bytes(workbook([LedgerSheet(m.name, m.headings, m.rows) for m in tables_of([entry], KINDS)], "t"))
    (back,) = taken(tmp_path / "x.xlsx", ledger_xlsx)
    assert [s.state for s in plan([back], [entry], unjoined=True)] == ["same"]


def test_kinds_without_a_number_may_say_a_thing_twice(tmp_path: Path) -> None:
    def acts(*rows: tuple[str, str]) -> list[Entry]:
        lines = [{"record": "user_action", "操作类别": "浏览器", "开始时间": a, "结束时间": b} for a, b in rows]
        (tmp_path / "u.jsonl").write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lines), encoding="utf-8")
        return taken(tmp_path / "u.jsonl", ledger_jsonl)

    old = acts(("2026-01-01 08:00", "2026-01-01 08:10"), ("2026-01-01 09:00", "2026-01-01 09:10"))
    assert counts_of(plan(old, []))["new"] == 2
    more = acts(
        ("2026-01-01 08:00", "2026-01-01 08:10"), ("2026-01-01 09:00", "2026-01-01 09:10"), ("2026-01-02 09:00", "2026-01-02 09:10")
    )
    assert counts_of(plan(more, old)) == {"new": 1, "changed": 0, "same": 2, "missing": 0, "conflict": 0}
    one = acts(("2026-01-01 08:00", "2026-01-01 08:30"), ("2026-01-01 09:00", "2026-01-01 09:10"))
    assert counts_of(plan(one, old)) == {"new": 0, "changed": 1, "same": 1, "missing": 0, "conflict": 0}
    both = acts(("2026-01-01 08:00", "2026-01-01 08:30"), ("2026-01-01 09:00", "2026-01-01 09:40"))
    assert counts_of(plan(both, old))["conflict"] == 2  # which of them became which cannot be told


def test_a_log_of_many_like_rows_is_compared_in_one_pass_and_none_is_lost(tmp_path: Path) -> None:
    lines = [
        {"record": "user_action", "操作类别": "浏览器", "开始时间": f"2026-01-01 {n // 60 % 24:02d}:{n % 60:02d}", "操作人": "王"}
        for n in range(3000)
    ]
    (tmp_path / "u.jsonl").write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lines), encoding="utf-8")
    entries = taken(tmp_path / "u.jsonl", ledger_jsonl)
    assert counts_of(plan(entries, []))["new"] == 3000  # 1440 minutes a day: rows that say the same stay rows of their own
    assert counts_of(plan(entries, entries)) == {"new": 0, "changed": 0, "same": 3000, "missing": 0, "conflict": 0}
    assert counts_of(plan(entries, entries[:-1])) == {"new": 1, "changed": 0, "same": 2999, "missing": 0, "conflict": 0}


def test_what_stands_in_the_store_and_elsewhere_is_a_conflict(tmp_path: Path) -> None:
    entries = sheet(tmp_path / "a.xlsx", [["A-1", "x", "一般", "张三", "S-1", "2026-01-01", "是", "7"]])
    assert counts_of(plan(entries, entries, entries))["conflict"] == 1
