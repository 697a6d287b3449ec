"""Workbooks as companies keep them: incidents, steps, risks and reports bind to their kinds by sheet name or by headings."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from zhunru.core.record import Record
from zhunru.core.text import Text
from zhunru.engine import walk
from zhunru.engine.bind import bind
from zhunru.engine.dossier import open_dossier
from zhunru.engine.run import read_all


def bound(folder: Path, sheets: dict[str, list[list[Any]]]) -> dict[type[Record], list[Record]]:
    (folder / "records").mkdir(parents=True)
    (folder / "evidence").mkdir()
    (folder / "dossier.toml").write_text('format = 1\n[subject]\nname = "a"\nmaker = "b"\n', encoding="utf-8")
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    store = io.BytesIO()
    book.save(store)
    (folder / "records/台账.xlsx").write_bytes(store.getvalue())
    dossier = open_dossier(folder)
    cache = dossier.state / "cache"
    found = bind(dossier.files, read_all(dossier.files, cache, 1, None), cache)
    assert not found.refused, {k.kind(): [Text(*r.reason) for r in v] for k, v in found.refused.items()}
    return found.records


SHEETS: dict[str, tuple[str, list[list[Any]]]] = {
    "安全事件台账": (
        "data_incident",
        [
            ["事件编号", "事件名称", "发现时间", "自判级别", "涉及个人信息人数", "直接经济损失(元)", "生产影响", "备注"],
            ["SJ-1", "接口越权", "2026年3月2日 9:30", "较大", 1200000, "不足1万", "无影响", "已结案"],
        ],
    ),
    "事件报送记录": (
        "incident_step",
        [["事件编号", "处置动作", "报送对象", "报送时间", "报送回执", "经办人"], ["SJ-1", "初报", "省网信办", "2026-03-02 13:30", "A1", "李四"]],
    ),
    "风险评估台账": (
        "risk_assessment",
        [["评估编号", "评估方式", "评估完成日期", "报告出具日期", "评估结果"], ["PG-1", "自行评估", "2026/3/9", "2026/3/10", "中风险"]],
    ),
    "风险清单": (
        "risk_item",
        [["风险编号", "评估编号", "风险源", "风险领域", "风险等级", "整改措施", "整改责任人", "整改期限"], ["FX-1", "PG-1", "共用账号", "安全管理", "高", "实名", "甲", "2026-8-31"]],
    ),
    "报送记录": (
        "report_submission",
        [["报送编号", "报告种类", "报告年度", "报送机关", "报告报送日期", "报告回执编号"], ["B-1", "年度报告", 2025, "省网信办；省工信厅", "2025-12-15", "07"]],
    ),
    "无事件声明": ("incident_free_statement", [["声明人", "声明期间起", "声明期间止", "声明签署日期"], ["王五", "2026-1-1", "2026-3-31", "2026-4-1"]]),
    "触发事件记录": ("assessment_trigger", [["触发编号", "触发类型", "触发日期"], ["CF-1", "监管要求", "2026-01-05"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("by", ["name", "headings"])
def test_a_sheet_binds_by_its_name_and_by_its_headings(name: str, by: str, tmp_path: Path) -> None:
    kind, rows = SHEETS[name]
    records = bound(tmp_path / "d", {name if by == "name" else "Sheet1": rows})
    assert [k.kind() for k in records] == [kind]
    (record,) = next(iter(records.values()))
    assert record.origin.problems == ()
    filled = {n: v for n, v in record.model_dump().items() if v not in (None, ())}
    assert len(filled) >= len([h for h in rows[0] if h != "备注"])


def test_all_sheets_in_one_book(tmp_path: Path) -> None:
    records = bound(tmp_path / "d", {name: rows for name, (_, rows) in SHEETS.items()})
    assert {k.kind() for k in records} == {kind for kind, _ in SHEETS.values()}
    known = walk.records()
    (incident,) = records[known["data_incident"]]
    told = incident.model_dump(mode="json")
    assert told["persons"] == "1200000" and told["loss_cny"] == "不足1万" and told["level"] == "III"
    assert told["discovered"] == "2026-03-02T09:30:00+08:00"
