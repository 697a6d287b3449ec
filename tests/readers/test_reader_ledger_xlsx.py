"""Workbooks as people keep them, agreement with openpyxl, and hostile ones."""

import importlib.util
import io
import random
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped
from zhunru.engine.source import BytesSource
from zhunru.readers import ledger_xlsx as module
from zhunru.readers.ledger_xlsx import ledger_xlsx
from zhunru.tables.ledger_cell import LedgerCell, letter


def specimen(name: str) -> bytes:
    spec = importlib.util.spec_from_file_location("xlsx_specimens", Path(__file__).parents[1] / "specimens" / "ledger_xlsx.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    content: bytes = made.specimens()[name]
    return content


def book(write: Callable[[Any], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as made:
        write(made)
    return target.getvalue()


def sheet_of(*rows: list[Any]) -> bytes:
    def write(made: Any) -> None:
        sheet = made.add_worksheet("甲")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return book(write)


def read(content: bytes, name: str = "a.xlsx") -> tuple[pl.DataFrame, list[Skipped], list[str]]:
    items = list(ledger_xlsx(BytesSource(content, name)))
    tables = [i.collect() for i in items if isinstance(i, LedgerCell)]
    notes = [i.text.en for i in items if isinstance(i, Noted)]
    frame = pl.concat(tables) if tables else LedgerCell.empty().collect()
    return frame.filter(pl.col("shape") != "heading"), [i for i in items if isinstance(i, Skipped)], notes


def changed(content: bytes, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return target.getvalue()


def in_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    done = changed(content, lambda name, part: part.replace(old, new) if name.startswith("xl/worksheets/") else part)
    assert done != content
    return done


def wide(frame: pl.DataFrame) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for row, heading, value in frame.select("row_no", "heading", "value").iter_rows():
        found.setdefault(row, {})[heading] = value
    return found


def test_a_lived_in_workbook() -> None:
    frame, skipped, notes = read(specimen("lived-in"))
    rows = wide(frame)
    assert list(rows) == [5, 6, 7, 8, 9]
    assert rows[8] == {
        "资产编号*": "A-7", "数据名称": "车辆轨迹", "分类分级/分类": "运维", "分类分级/级别": "一般", "责任人": "张三", "更新日期": "2026-01-07",
    }  # fmt: skip
    assert rows[9] == {"资产编号*": "A-9", "数据名称": "4 项"}
    assert frame.filter(pl.col("shape") == "formula")["value"].to_list() == ["4 项"]
    assert frame.filter(pl.col("shape") == "date").height == 4
    assert not skipped
    told = " | ".join(notes)
    for word in ("hidden rows", "hidden sheet", "formula cells", "total rows", "title or note rows", "empty sheet"):
        assert word in told


def test_columns_without_a_value_are_told_beside_rows() -> None:
    def write(made: Any) -> None:
        for name, rows in (("甲", [["编号", "名称", "责任人"], ["A-1"], ["A-2"]]), ("乙", [["编号", "名称"]])):
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)

    tables = [i.collect() for i in ledger_xlsx(BytesSource(book(write), "a.xlsx")) if isinstance(i, LedgerCell)]
    told = pl.concat(tables).filter(pl.col("shape") == "heading").select("sheet", "row_no", "heading", "value")
    assert list(told.iter_rows()) == [("甲", 0, name, name) for name in ("编号", "名称", "责任人")]


def test_kinds_of_cells() -> None:
    def write(made: Any) -> None:
        sheet = made.add_worksheet("甲")
        sheet.write_row(0, 0, ["文字", "整数", "小数", "大数", "是否", "日", "时", "公式样文字"])
        sheet.write_row(1, 0, [" 甲 ", 12, 0.1, 8.9860112345678901e19, True])
        sheet.write_datetime(1, 5, datetime.fromisoformat("2026-01-02"), made.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(1, 6, datetime.fromisoformat("2026-01-02T03:04:05"), made.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
        sheet.write_string(1, 7, "=cmd|' /C calc'!A0")

    frame, skipped, _ = read(book(write))
    assert not skipped
    assert frame["value"].to_list()[:3] == ["甲", "12", "0.1"]
    assert frame["value"].to_list()[3].startswith("8.98601123456789") and frame["value"].to_list()[3].endswith("e+19")
    assert frame["value"].to_list()[4:] == ["true", "2026-01-02", "2026-01-02T03:04:05", "=cmd|' /C calc'!A0"]
    assert frame["shape"].to_list() == ["text", "number", "number", "number", "flag", "date", "date", "text"]


def test_formulas_without_result_and_error_values_are_told() -> None:
    def write(made: Any) -> None:
        sheet = made.add_worksheet("甲")
        sheet.write_row(0, 0, ["编号", "名称", "数"])
        sheet.write_row(1, 0, ["A-1", "乙"])
        sheet.write_formula("C2", "=1+1", None, 2)
        sheet.write_row(2, 0, ["A-2", "丙"])
        sheet.write_formula("C3", "=NA()", None, "#N/A")

    whole = book(write)
    frame, skipped, _ = read(in_sheet(whole, b"<f>1+1</f><v>2</v>", b"<f>1+1</f>"))
    assert [(s.where, s.count) for s in skipped] == [("甲!C2", 1), ("甲!C3", 1)]
    assert wide(frame) == {2: {"编号": "A-1", "名称": "乙"}, 3: {"编号": "A-2", "名称": "丙"}}
    blank = in_sheet(whole, b'<c r="C2"><f>1+1</f><v>2</v>', b'<c r="C2" t="str"><f>1+1</f><v></v>')
    assert [s.where for s in read(blank)[1]] == ["甲!C3"], "a formula whose stored result is blank is a blank cell"


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_openpyxl_on_generated_workbooks(seed: int) -> None:
    dice = random.Random(seed)
    columns, rows = dice.randint(3, 9), dice.randint(3, 40)
    titles, body = dice.randint(0, 2), []
    for number in range(rows):
        line: list[Any] = [f"A-{seed}-{number}"]
        line += [dice.choice(["甲", "是", 3, 2.5, "", "2026年1月2日", "长" * 40, True, -7, "a\nb"]) for _ in range(columns - 1)]
        body.append(line)

    def write(made: Any) -> None:
        sheet = made.add_worksheet("表一")
        for number in range(titles):
            sheet.merge_range(number, 0, number, columns - 1, f"标题{number}")
        sheet.write_row(titles, 0, [f"列{c}" for c in range(columns)])
        for number, line in enumerate(body):
            sheet.write_row(titles + 1 + number, 0, line)
        if rows > 5:
            sheet.merge_range(titles + 2, 1, titles + 4, 1, "合并")

    content = book(write)
    mine = wide(read(content)[0])
    theirs = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["表一"]
    merged = {}
    for area in theirs.merged_cells.ranges:
        for number in range(area.min_row, area.max_row + 1):
            merged[number, area.min_col] = theirs.cell(area.min_row, area.min_col).value
    expected: dict[int, dict[str, str]] = {}
    for number in range(titles + 2, titles + 2 + rows):
        for column in range(1, columns + 1):
            value = merged.get((number, column), theirs.cell(number, column).value)
            if value is not None:
                text = ("true" if value else "false") if isinstance(value, bool) else str(value)
                expected.setdefault(number, {})[f"列{column - 1}"] = text
    assert mine == expected


def test_repeated_headings_and_group_headings_without_vertical_merges() -> None:
    def write(made: Any) -> None:
        sheet = made.add_worksheet("甲")
        sheet.write_row(0, 0, ["编号", "名称", "", "", "备注"])
        sheet.merge_range("B1:D1", "数据")
        sheet.write_row(1, 0, ["", "名称", "类别", "级别"])
        for row in range(2, 6):
            sheet.write_row(row, 0, [f"A-{row}", "轨迹", "运维", "一般", "x"])
        sheet.write_row(6, 0, ["", "名称", "类别", "级别"])
        sheet.write_row(7, 0, ["A-9", "轨迹", "运维", "一般", "x"])

    frame, _, notes = read(book(write))
    assert list(wide(frame)[3]) == ["编号", "数据/名称", "数据/类别", "数据/级别", "备注"]
    assert list(wide(frame)) == [3, 4, 5, 6, 8]
    assert "repeated heading rows" in notes


# Hostile ------------------------------------------------------------------------------------------------------------------------------


def refused(content: bytes, word: str) -> EvidenceError:
    began = time.process_time()
    with pytest.raises(EvidenceError) as caught:
        list(ledger_xlsx(BytesSource(content, "a.xlsx")))
    assert time.process_time() - began < 5
    assert word in str(caught.value)
    assert caught.value.diagnostics("zh").count("\n") == 2
    return caught.value


PLAIN = [["编号", "名称", "责任人"], ["A-1", "轨迹", "张三"], ["A-2", "视频", "李四"]]


def test_zip_bomb() -> None:
    bomb = b'<?xml version="1.0"?><worksheet><sheetData>' + b" " * (90 << 20) + b"</sheetData></worksheet>"
    content = changed(sheet_of(*PLAIN), lambda name, part: bomb if name.endswith("sheet1.xml") else part)
    assert len(content) < 1 << 20
    refused(content, "zip bomb")


def test_zip_bomb_of_many_parts() -> None:
    parts = {f"xl/media/x{n}.xml": b"0" * (4 << 20) for n in range(20)}
    refused(changed(sheet_of(*PLAIN), lambda _, part: part, parts), "zip bomb")


def test_billion_laughs() -> None:
    lol = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    content = changed(sheet_of(*PLAIN), lambda name, part: lol + part.split(b"?>", 1)[1] if name == "xl/workbook.xml" else part)
    refused(content, "entities")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "xl/../../x.xml", "..\\x.xml", "C:/x.xml"])
def test_path_escapes(name: str) -> None:
    refused(changed(sheet_of(*PLAIN), lambda _, part: part, {name: b"x"}), "escapes")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name() -> None:
    refused(changed(sheet_of(*PLAIN), lambda _, part: part, {"xl/workbook.xml": b"<x/>"}), "one name")


def test_too_many_parts() -> None:
    refused(changed(sheet_of(*PLAIN), lambda _, part: part, {f"p{n}": b"" for n in range(module.MAX_ENTRIES)}), "too many parts")


def test_other_containers_and_encrypted_workbooks() -> None:
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted")
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls")
    refused(changed(sheet_of(*PLAIN), lambda name, part: None if name == "xl/workbook.xml" else part), "no Excel workbook")
    refused(changed(sheet_of(*PLAIN), lambda _, part: part, {"xl/workbook.bin": b"x"}), "xlsb")
    locked = bytearray(sheet_of(*PLAIN))
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    refused(bytes(locked), "encrypted")


def test_cut_and_corrupt_containers() -> None:
    content = sheet_of(*PLAIN)
    assert isinstance(refused(content[: len(content) // 2], "damaged or cut"), DamagedEvidence)
    end = content.rindex(b"PK\x05\x06")
    huge = content[:end] + content[end : end + 12] + struct.pack("<I", 1 << 30) + content[end + 16 :]
    refused(huge, "too many parts")
    broken = bytearray(content)
    broken[60:90] = b"\xff" * 30
    refused(bytes(broken), "damaged")


def test_macros_are_noted_and_not_run() -> None:
    frame, _, notes = read(changed(sheet_of(*PLAIN), lambda _, part: part, {"xl/vbaProject.bin": b"x"}))
    assert frame.height == 6
    assert "holds macros, which were not run" in notes


def test_a_dimension_that_lies_is_not_believed() -> None:
    content = in_sheet(sheet_of(*PLAIN), b'<dimension ref="A1:C3"/>', b'<dimension ref="A1:XFD1048576"/>')
    assert read(content)[0].height == 6


def test_a_cell_far_away() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"%s</row></sheetData>'
    blank = in_sheet(sheet_of(*PLAIN), b"</sheetData>", far % b' s="1"/>')
    assert read(blank)[0].height == 6, "a far cell with a format and no value is nothing"
    began = time.process_time()
    frame, skipped, _ = read(in_sheet(sheet_of(*PLAIN), b"</sheetData>", far % b"><v>1</v></c>"))
    assert time.process_time() - began < 2
    assert frame.height == 0
    assert [s.where for s in skipped] == ["甲: 1048576 x 16384"]


def test_cells_without_reference_count_too() -> None:
    cells = b"<c><v>1</v></c>" * 5000
    content = in_sheet(sheet_of(*PLAIN), b"</sheetData>", b'<row r="1048576">' + cells + b"</row></sheetData>")
    frame, skipped, _ = read(content)
    assert frame.height == 0
    assert len(skipped) == 1


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A5999999999999"><v>1</v></c>',
        b'<c r="AAAA1"><v>1</v></c>',
        b'<c s="1" r="A1" r="ZZ1048576"><v>1</v></c>',
        b'<c r="A1" x=">" r="ZZ1048576"><v>1</v></c>',
        "<日:c r='ZZ1048576'><v>1</v></日:c>".encode(),
        b'<c r="$ZZ$1048576"><v>1</v></c>',
        b"<c r='ZZ1048576'><v>1</v></c>",
    ],
)
def test_places_written_to_mislead_never_reach_the_cell_reader(cell: bytes) -> None:
    row = b'<row r="9">' + cell + b'</row><row r="10"><c r="A10"><v>1</v></c></row></sheetData>'
    frame, skipped, _ = read(in_sheet(sheet_of(*PLAIN), b"</sheetData>", row))
    assert frame.height == 0
    assert len(skipped) == 1


def test_bare_cells_of_another_writer_are_read() -> None:
    content = sheet_of(*PLAIN)
    for column in "ABC":
        for row in "123":
            content = in_sheet(content, f' r="{column}{row}"'.encode(), b"")
    assert wide(read(content)[0])[3] == {"编号": "A-2", "名称": "视频", "责任人": "李四"}


@pytest.mark.parametrize("claim", [b"8999999999999", b"+89999999", b"&#56;", b"-1"])
def test_a_count_that_lies_reserves_nothing(claim: bytes) -> None:
    content = changed(sheet_of(*PLAIN), lambda _, part: part.replace(b'uniqueCount="9"', b'uniqueCount="' + claim + b'"'))
    assert content != sheet_of(*PLAIN)
    refused(content, "claims more")


def test_merged_over_everything() -> None:
    def write(made: Any) -> None:
        sheet = made.add_worksheet("甲")
        for row, texts in enumerate(PLAIN):
            sheet.write_row(row, 0, texts)

    content = in_sheet(book(write), b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    frame, _, _ = read(content)
    assert frame.height <= 6
    many = b"".join(b'<mergeCell ref="A2:A1048576"/>' for _ in range(2000))
    content = in_sheet(book(write), b"</sheetData>", b"</sheetData><mergeCells>" + many + b"</mergeCells>")
    assert wide(read(content)[0])[3]["编号"] in {"A-1", "A-2"}


def test_huge_text_in_a_cell() -> None:
    def write(made: Any) -> None:
        made.add_worksheet("甲").write_row(0, 0, ["编号", "名称"])

    tall = b'<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>%s</t></is></c></row></sheetData>'
    for size, kept in ((module.MAX_TEXT_CHAR, 2), (module.MAX_TEXT_CHAR + 1, 1)):
        frame, skipped, _ = read(in_sheet(book(write), b"</sheetData>", tall % (b"x" * size)))
        assert frame.height == kept
        assert [s.where for s in skipped] == ([] if kept == 2 else ["甲!B2"])


def test_a_damaged_sheet_does_not_hide_the_others() -> None:
    def write(made: Any) -> None:
        for name in ("甲", "乙"):
            sheet = made.add_worksheet(name)
            for row, texts in enumerate(PLAIN):
                sheet.write_row(row, 0, texts)

    content = changed(book(write), lambda name, part: part[: len(part) // 2] if name.endswith("sheet1.xml") else part)
    frame, skipped, _ = read(content)
    assert frame["sheet"].unique().to_list() == ["乙"]
    assert len(skipped) == 1 and "甲" in skipped[0].where


def test_letters_of_columns() -> None:
    assert [letter(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_dates_count_from_nineteen_four_when_the_workbook_says_so() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": True}) as made:
        sheet = made.add_worksheet("甲")
        sheet.write_row(0, 0, ["编号", "日期"])
        sheet.write(1, 0, "A-1")
        sheet.write_datetime(1, 1, date(2026, 1, 2), made.add_format({"num_format": "yyyy-mm-dd"}))
    assert wide(read(target.getvalue())[0])[2]["日期"] == "2026-01-02"


def test_cells_merged_across_columns_are_told() -> None:
    def write(made: Any) -> None:
        sheet = made.add_worksheet("甲")
        sheet.merge_range("A1:C1", "标题")
        sheet.write_row(1, 0, ["编号", "责任人", "部门"])
        sheet.write_row(2, 0, ["A-1"])
        sheet.merge_range("B3:C3", "信息安全部")
        sheet.write_row(3, 0, ["A-2", "张三", "部"])

    frame, _, notes = read(book(write))
    assert frame.filter(pl.col("row_no") == 3)["heading"].to_list() == ["编号", "责任人"]
    assert "rows with cells merged across columns; they count for the first column only" in notes
    assert not [n for n in read(sheet_of(["编号", "责任人"], ["A-1", "张三"]))[2] if "merged" in n]
