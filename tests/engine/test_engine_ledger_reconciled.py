"""From an Excel ledger and a database to verdicts: what is found is held against what was imported."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from zhunru.core.verdict import Verdict
from zhunru.engine.assess import assess
from zhunru.engine.dossier import open_dossier
from zhunru.engine.ledger_store import apply

CHECKS = ("stored_items_are_in_the_ledger", "storage_is_in_the_ledger", "declared_fields_are_present", "grade_fits_the_content")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "d"
    for name in ("records", "evidence/stored"):
        (home / name).mkdir(parents=True)
    (home / "dossier.toml").write_text('format = 1\n[subject]\nname = "C3"\nmaker = "示例"\n', encoding="utf-8")
    with sqlite3.connect(home / "evidence/stored/users.db") as made:
        made.execute("CREATE TABLE users (no INTEGER, mobile TEXT, mileage INTEGER)")
        made.executemany("INSERT INTO users VALUES (?, ?, ?)", [(n, f"1380013{n:04d}", n) for n in range(8000, 8200)])
    made.close()
    return home


def verdicts(folder: Path, *, asset: dict[str, str], fields: list[list[str]], place: str = "S-1") -> dict[str, Verdict]:
    marks = {
        "资产编号": "A-1",
        "数据名称": "用户表",
        "是否个人信息": "是",
        "是否敏感个人信息": "否",
        "是否重要数据": "否",
        "数据级别": "一般",
        "存储位置": "S-1",
    } | asset
    sheets: dict[str, list[list[Any]]] = {
        "数据资产台账": [list(marks), list(marks.values())],
        "存储位置": [["存储编号", "存储名称", "国家/地区"], ["S-1", "用户库", "CN"]],
        "数据字段": [["字段路径", "存储编号", "资产编号", "标识类型"], *fields],
        "转储记录": [["文件", "存储编号", "是否全量"], ["users.db", place, "是"]],
    }
    file = folder.parent / "台账.xlsx"
    with xlsxwriter.Workbook(str(file)) as made:
        for name, rows in sheets.items():
            page = made.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    done = apply(open_dossier(folder), file, person="张三", now=datetime(2026, 8, 1, tzinfo=UTC))
    assert done.whole
    result = assess(open_dossier(folder), day=date(2026, 11, 22), only="data")
    return {c.id.removeprefix("data."): c.verdict for c in result.checks if c.id.removeprefix("data.") in CHECKS}


def test_a_true_ledger_agrees_with_the_database(folder: Path) -> None:
    found = verdicts(
        folder,
        asset={},
        fields=[["users.mobile", "S-1", "A-1", "手机号码"], ["users.no", "S-1", "A-1", "无"], ["users.mileage", "S-1", "A-1", "无"]],
    )
    assert found == dict.fromkeys(CHECKS, Verdict.PASS)


def test_a_ledger_that_leaves_out_and_denies_and_keeps_what_is_gone(folder: Path) -> None:
    found = verdicts(
        folder,
        asset={"是否个人信息": "否", "是否敏感个人信息": ""},
        fields=[["users.mobile", "S-1", "A-1", "VIN"], ["users.fax", "S-1", "A-1", ""]],
    )
    assert found == {
        "stored_items_are_in_the_ledger": Verdict.FAIL,
        "storage_is_in_the_ledger": Verdict.PASS,
        "declared_fields_are_present": Verdict.FAIL,
        "grade_fits_the_content": Verdict.FAIL,
    }


def test_data_from_an_unlisted_place(folder: Path) -> None:
    found = verdicts(folder, asset={}, fields=[["users.mobile", "S-1", "A-1", "手机号码"]], place="S-7")
    assert found["storage_is_in_the_ledger"] is Verdict.FAIL
    assert {found[n] for n in CHECKS if n != "storage_is_in_the_ledger"} == {Verdict.INCONCLUSIVE}
