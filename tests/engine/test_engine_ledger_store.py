"""Import and export of ledgers: preview before writing, history of every cell, nothing lost on the way there and back."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from zhunru.core.errors import EvidenceError, PlanError, RecordError, ReportError
from zhunru.engine.dossier import File, open_dossier, sha256_of
from zhunru.engine.ledger_store import STORE, apply, entries_in, held, history, is_stray, lost_in, planned, tables
from zhunru.records.ledger_plan import counts_of, digest_of
from zhunru.reports.ledger_sheets import LedgerSheet, workbook

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)
HEAD = ["资产编号", "数据名称", "数据级别", "责任人", "存储位置", "更新日期", "内部代码"]
ROWS = [
    ["A-1", "车辆轨迹", "一般", "张三", "S-1; S-2", "2026-01-05", "007"],
    ["A-2", "座舱视频", "重要", "李四", "S-1", "2026-01-06", "123456789012345678"],
]


def book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as made:
        for name, rows in sheets.items():
            page = made.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "d"
    (home / "records").mkdir(parents=True)
    (home / "evidence").mkdir()
    (home / "dossier.toml").write_text('format = 1\n[subject]\nname = "C3"\nmaker = "示例"\n', encoding="utf-8")
    return home


def put(folder: Path, rows: list[list[Any]], *, name: str = "台账.xlsx", sheet: str = "数据资产台账", **how: Any) -> dict[str, int]:
    file = book(folder.parent / name, {sheet: rows})
    return dict(counts_of(apply(open_dossier(folder), file, person="张三", now=NOW, **how).steps))


def stored(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / STORE).read_text(encoding="utf-8").splitlines()]


def test_a_preview_writes_nothing_and_tells_every_cell(folder: Path) -> None:
    todo = planned(open_dossier(folder), book(folder.parent / "台账.xlsx", {"数据资产台账": [HEAD, *ROWS]}))
    assert counts_of(todo.steps) == {"new": 2, "changed": 0, "same": 0, "missing": 0, "conflict": 0}
    assert {c.heading: c.new for c in todo.steps[0].changes} == dict(zip(HEAD, ROWS[0], strict=True))
    assert not (folder / STORE).exists() and not (folder / "ledger.jsonl").exists()
    assert todo.whole


def test_the_same_file_again_changes_nothing(folder: Path) -> None:
    assert put(folder, [HEAD, *ROWS])["new"] == 2
    before = (folder / STORE).read_bytes()
    assert put(folder, [HEAD, *ROWS]) == {"new": 0, "changed": 0, "same": 2, "missing": 0, "conflict": 0}
    assert (folder / STORE).read_bytes() == before
    assert len(list(history(open_dossier(folder)))) == 1


def test_one_meaning_written_otherwise_is_no_change(folder: Path) -> None:
    put(folder, [HEAD, *ROWS])
    other = [
        ["编号", "名称", "分级", "负责人", "存储地点", "登记日期"],
        ["ａ-1", "车辆轨迹", "一般数据", "张三", "S-1、S-2", "2026年1月5日"],
    ]
    todo = planned(open_dossier(folder), book(folder.parent / "x.xlsx", {"数据资产台账": other}))
    changed = [s for s in todo.steps if s.state == "changed"]
    assert [(c.heading, c.old, c.new) for s in changed for c in s.changes] == [("资产编号", "A-1", "ａ-1")]
    assert [s.identity for s in todo.steps if s.state == "missing"] == [("A-2",)]


def test_a_changed_cell_is_told_and_kept_in_the_history(folder: Path) -> None:
    put(folder, [HEAD, *ROWS])
    assert put(folder, [HEAD, [*ROWS[0][:2], "重要", *ROWS[0][3:]], ROWS[1]])["changed"] == 1
    assert [r["数据级别"] for r in stored(folder)] == ["重要", "重要"]
    (_, first), (time, second) = history(open_dossier(folder))
    assert second["changes"] == [
        {"state": "changed", "kind": "data_asset", "entry": ["A-1"], "cells": [["数据级别", "一般", "重要"]], "unreadable": []}
    ]
    assert (second["person"], second["file"], time) == ("张三", "台账.xlsx", "2026-08-01T09:00:00+00:00")
    assert second["before"] == first["after"] == second["before"] and second["after"] == sha256_of(folder / STORE)
    assert second["sha256"] == sha256_of(folder.parent / "台账.xlsx")


def test_a_column_that_the_file_lacks_stays_and_a_blank_cell_is_a_change(folder: Path) -> None:
    put(folder, [HEAD, *ROWS])
    put(folder, [["资产编号", "数据名称", "责任人"], ["A-1", "车辆轨迹", ""]])
    assert stored(folder)[0] == {"record": "data_asset"} | {h: v for h, v in zip(HEAD, ROWS[0], strict=True) if h != "责任人"}


def test_missing_entries_stay_unless_they_are_to_go(folder: Path) -> None:
    put(folder, [HEAD, *ROWS])
    assert put(folder, [HEAD, ROWS[0]])["missing"] == 1
    assert len(stored(folder)) == 2
    put(folder, [HEAD, ROWS[0]], remove=True)
    assert [r["资产编号"] for r in stored(folder)] == ["A-1"]
    last = list(history(open_dossier(folder)))[-1][1]["changes"]
    assert last[0]["state"] == "removed" and ["内部代码", "123456789012345678", ""] in last[0]["cells"]  # the history holds what went
    put(folder, [HEAD, ["A-9", "新", "一般", "x", "S", "2026-01-01", ""]], remove=True)
    assert [r["资产编号"] for r in stored(folder)] == ["A-9"]


def test_unreadable_cells_are_told_kept_and_never_taken_as_empty(folder: Path) -> None:
    todo = planned(open_dossier(folder), book(folder.parent / "u.xlsx", {"数据资产台账": [HEAD, ["A-1", "x", "绝密", "", "", "改天", ""]]}))
    assert todo.steps[0].unreadable == ("数据级别", "更新日期") and not todo.whole
    put(folder, [HEAD, ["A-1", "x", "绝密", "", "", "改天", ""]])
    assert (stored(folder)[0]["数据级别"], stored(folder)[0]["更新日期"]) == ("绝密", "改天")
    entry = held(open_dossier(folder))[0].entries[0]
    assert entry.record.origin.problems == ("数据级别: 绝密", "更新日期: 改天")
    assert put(folder, [HEAD, ["A-1", "x", "绝密", "", "", "改天", ""]])["same"] == 1


def test_an_identifier_that_the_spreadsheet_spoilt_is_unreadable(folder: Path) -> None:
    todo = planned(
        open_dossier(folder), book(folder.parent / "u.xlsx", {"数据资产台账": [HEAD, ["A-1", 1.23456789012345e19, "一般", "", "", "", ""]]})
    )
    assert todo.steps[0].unreadable == ("数据名称",)


def test_an_entry_twice_in_the_file_is_a_conflict_unless_the_rows_say_the_same(folder: Path) -> None:
    twice = [HEAD, ROWS[0], [*ROWS[0][:3], "王五", *ROWS[0][4:]], ROWS[1], ROWS[1]]
    assert put(folder, twice) == {"new": 1, "changed": 0, "same": 0, "missing": 0, "conflict": 1}
    assert [r["资产编号"] for r in stored(folder)] == ["A-2"]


def test_a_cell_merged_over_the_rows_of_a_list_makes_one_entry(folder: Path) -> None:
    path = folder.parent / "m.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        page = made.add_worksheet("数据资产台账")
        page.merge_range("A1:G1", "示例公司数据资产台账")
        page.write_row(1, 0, HEAD)
        for column, text in enumerate(["A-1", "车辆轨迹", "一般", "张三"]):
            page.merge_range(2, column, 4, column, text)
        page.write_column(2, 4, ["S-1", "S-2", "S-1"])
        page.merge_range("F3:F5", "2026-01-05")
        page.merge_range("G1048576:H1048576", "")
    (step,) = planned(open_dossier(folder), path).steps
    assert step.state == "new" and step.rows == (3, 4, 5)
    assert {c.heading: c.new for c in step.changes}["存储位置"] == "S-1; S-2"
    apply(open_dossier(folder), path, person="x", now=NOW)
    assert stored(folder)[0]["存储位置"] == ["S-1", "S-2"]


def test_what_stands_in_another_ledger_of_the_dossier_is_not_doubled(folder: Path) -> None:
    book(folder / "records" / "旧台账.xlsx", {"数据资产台账": [HEAD, *ROWS]})
    todo = planned(
        open_dossier(folder), book(folder.parent / "n.xlsx", {"数据资产台账": [HEAD, ROWS[0], [*ROWS[1][:3], "王五", *ROWS[1][4:]]]})
    )
    assert [s.state for s in todo.steps] == ["same", "conflict"] and "旧台账.xlsx" in todo.steps[1].why.zh
    with pytest.raises(PlanError):
        planned(open_dossier(folder), folder / "records" / "旧台账.xlsx")


def test_a_doubtful_sheet_is_not_imported(folder: Path) -> None:
    rows = [["姓名", "职责", "部门", "任职日期", "附加条件"], ["张三", "数据安全负责人", "信息部", "2024-01-01", "试用"]]
    todo = planned(open_dossier(folder), book(folder.parent / "t.xlsx", {"任命": rows}))
    assert not todo.steps and todo.taken.rejected and not todo.whole


def test_a_column_seen_to_be_blank_stays_seen(folder: Path) -> None:
    """Its absence beside unknown columns would put the sheet in doubt: the store must not lose that it was there."""
    rows = [
        ["姓名", "职责", "部门", "任职日期", "离任日期", "产品", "附加条件"],
        ["张三", "数据安全负责人", "信息部", "2024-01-01", "", "", "试用"],
    ]
    put(folder, rows, sheet="任命")
    assert not held(open_dossier(folder))[0].rejected and stored(folder)[0]["离任日期"] == "-"
    assert put(folder, rows, sheet="任命")["same"] == 1


def test_a_second_column_for_a_field_never_takes_its_place(folder: Path) -> None:
    put(folder, [["资产编号", "数据名称", "责任人", "负责人"], ["A-1", "x", "", "李四"]])
    (entry,) = held(open_dossier(folder))[0].entries
    assert getattr(entry.record, "owner") is None and entry.cells["负责人"] == "李四"  # noqa: B009


def test_a_changed_plan_is_refused(folder: Path) -> None:
    file = book(folder.parent / "p.xlsx", {"数据资产台账": [HEAD, *ROWS]})
    seen = digest_of(planned(open_dossier(folder), file).steps)
    book(file, {"数据资产台账": [HEAD, ROWS[0], [*ROWS[1][:3], "王五", *ROWS[1][4:]]]})
    with pytest.raises(PlanError):
        apply(open_dossier(folder), file, person="x", now=NOW, expected=seen[:16])
    assert not (folder / STORE).exists()


def test_a_store_changed_by_hand_is_seen_and_a_broken_one_refused(folder: Path) -> None:
    put(folder, [HEAD, *ROWS])
    assert not is_stray(open_dossier(folder))
    path = folder / STORE
    path.write_text(path.read_text(encoding="utf-8").replace("张三", "赵六"), encoding="utf-8")
    assert is_stray(open_dossier(folder))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(RecordError):
        put(folder, [HEAD, *ROWS])


def test_a_broken_history_stops_the_import(folder: Path) -> None:
    put(folder, [HEAD, *ROWS])
    chain = folder / "ledger.jsonl"
    chain.write_bytes(chain.read_bytes().replace("张三".encode(), "李四".encode()))
    with pytest.raises(EvidenceError):
        put(folder, [HEAD, ROWS[0]])


# There and back ---------------------------------------------------------------------------------------------------------------------------


def exported(folder: Path, out: Path) -> list[Any]:
    own, other = held(open_dossier(folder))
    entries = [*own.entries, *other.entries]
    out.write_bytes(workbook([LedgerSheet(m.name, m.headings, m.rows) for m in tables(entries)], "t"))
    return lost_in(out, entries)


def test_an_export_is_text_without_formulas_and_imports_as_no_change(folder: Path, tmp_path: Path) -> None:
    nasty = ["A-3", '=HYPERLINK("http://x")', "一般", "@SUM(A1)", "S-1", "2026-01-05", "+8613800000000"]
    put(folder, [HEAD, *ROWS, nasty, ["A-4", "-1+1", "绝密", "x", "", "2026年2月30日", "0012"]])
    out = tmp_path / "out.xlsx"
    assert exported(folder, out) == []
    page = openpyxl.load_workbook(out)["数据资产"]
    assert {c.data_type for row in page.iter_rows() for c in row if c.value is not None} == {"s"}
    assert [c.value for c in page[1]][:2] == ["资产编号", "数据名称"] and page.max_row == 5
    names = zipfile.ZipFile(out).namelist()
    assert not any("externalLink" in n or "vba" in n for n in names)
    todo = planned(open_dossier(folder), out)
    assert {s.state for s in todo.steps} == {"same"} and len(todo.steps) == 4


def test_what_no_cell_can_hold_is_refused_or_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        workbook([LedgerSheet("s", ["a"], [["x" * 32_768]])], "t")
    workbook([LedgerSheet("s", ["a"], [["x" * 32_767]])], "t")
    source = tmp_path / "a.jsonl"
    source.write_text(json.dumps({"record": "data_asset", "资产编号": "A\x01", "数据名称": "n"}), encoding="utf-8")
    taken, _ = entries_in([File(source.name, source, 0, "x")], tmp_path / "c")
    out = tmp_path / "o.xlsx"
    made = tables(taken.entries)
    out.write_bytes(workbook([LedgerSheet(m.name, m.headings, [[c.replace("\x01", "?") for c in r] for r in m.rows]) for m in made], "t"))
    assert {s.state for s in lost_in(out, taken.entries)} == {"new", "missing"}  # a character that changed on the way is seen


# Hostile workbooks ------------------------------------------------------------------------------------------------------------------------


def test_a_million_blank_rows_and_merged_columns_stay_small(folder: Path) -> None:
    path = folder.parent / "big.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        page = made.add_worksheet("数据资产台账")
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, ROWS[0])
        page.merge_range("D3:D1048576", "张三")
        page.set_column(0, 6, 12, made.add_format({"bg_color": "#FFFF00"}))
    todo = planned(open_dossier(folder), path)
    assert [s.identity for s in todo.steps if s.state == "new"] == [("A-1",)]


def test_a_bomb_is_refused_before_it_is_unpacked(folder: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"<Types/>")
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (300 << 20))
    path = folder.parent / "bomb.xlsx"
    path.write_bytes(target.getvalue())
    with pytest.raises(PlanError) as refused:
        planned(open_dossier(folder), path)
    assert "压缩" in str(refused.value)
