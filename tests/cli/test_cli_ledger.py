"""`zhunru ledger`: what the verbs say, write and return."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from zhunru.cli.ledger import command

HEAD = ["资产编号", "数据名称", "数据级别", "是否个人信息", "责任人", "内部代码"]
ROWS = [["A-1", "车辆轨迹", "一般", "否", "张三", "=1+1"], ["A-2", "登记表", "", "", "李四", "007"]]


def run(*words: object) -> Result:
    return CliRunner().invoke(command, list(map(str, words)), standalone_mode=False)


def put(path: Path, rows: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as made:
        page = made.add_worksheet("数据资产台账")
        for number, row in enumerate([HEAD, *rows]):
            page.write_row(number, 0, row)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "d"
    (home / "records").mkdir(parents=True)
    (home / "dossier.toml").write_text('format = 1\n[subject]\nname = "C3"\nmaker = "示例"\n', encoding="utf-8")
    return home


def test_from_a_preview_to_an_approval_and_back(folder: Path, tmp_path: Path) -> None:
    file = put(tmp_path / "台账.xlsx", ROWS)
    seen = run("import", file, folder, "--format", "json")
    told = json.loads(seen.stdout)
    assert seen.return_value == 0 and told["counts"]["new"] == 2 and not told["written"] and not list((folder / "records").iterdir())
    refused = run("import", file, folder, "--apply")
    assert isinstance(refused.exception, Exception) and "--by" in str(refused.exception)
    done = run("import", file, folder, "--apply", "--by", "张三", "--plan", told["plan"][:16])
    assert done.return_value == 0
    assert run("import", file, folder).return_value == 0
    assert "A-1" in run("history", folder, "--entry", "a-1").stdout and run("history", folder).return_value == 0
    assert json.loads(run("history", folder, "--format", "json").stdout)[0]["person"] == "张三"

    assert run("move", folder, "A-1", "approve", "--by", "王").return_value == 2  # a draft is reviewed first
    assert run("move", folder, "A-1", "review", "--by", "李").return_value == 0
    assert run("move", folder, "a-1", "approve", "--by", "王").return_value == 0
    assert "王" in run("show", folder).stdout

    changed = put(tmp_path / "台账.xlsx", [[*ROWS[0][:2], "重要", *ROWS[0][3:]], ROWS[1]])
    assert run("import", changed, folder, "--apply", "--by", "张三").return_value == 0
    assert run("move", folder, "A-1", "retire", "--by", "王").return_value == 2  # the approval held for another content

    out = tmp_path / "out.xlsx"
    assert run("export", folder, "--out", out).return_value == 0
    assert {c.data_type for row in openpyxl.load_workbook(out)["数据资产"].iter_rows() for c in row if c.value is not None} == {"s"}
    told = json.loads(run("import", out, folder, "--format", "json").stdout)
    assert told["counts"]["changed"] == told["counts"]["new"] == 0


def test_proposals_are_shown_counted_and_never_applied(folder: Path, tmp_path: Path) -> None:
    run("import", put(tmp_path / "台账.xlsx", ROWS), folder, "--apply", "--by", "张三")
    before = (folder / "records/ledger.jsonl").read_bytes()
    out = tmp_path / "建议.xlsx"
    shown = run("propose", folder, "--format", "json", "--out", out)
    told = json.loads(shown.stdout)
    assert shown.return_value == 3 and told["counts"]["examined"] == 2 and told["counts"]["undecidable"] == 2
    (track, table) = told["assets"]
    assert track["standing"] == "contradicts" and track["proposed"]["sensitive"] is True and table["standing"] == "undecidable"
    assert {r["source"] for r in track["reasons"]} >= {"gb-t-44464-2024/A"}
    assert (folder / "records/ledger.jsonl").read_bytes() == before
    plan = json.loads(run("import", out, folder, "--format", "json").stdout)
    (step,) = [e for e in plan["entries"] if e["state"] == "changed"]
    assert {c["heading"]: (c["old"], c["new"]) for c in step["changes"]}["是否个人信息"] == ("否", "是")
    assert not {"责任人", "内部代码"} & {c["heading"] for c in step["changes"]}  # what the proposal does not speak of stays


def test_what_needs_a_person_is_told_by_the_exit_code(folder: Path, tmp_path: Path) -> None:
    twice = put(tmp_path / "a.xlsx", [ROWS[0], [*ROWS[0][:4], "赵六", ""]])
    assert run("import", twice, folder).return_value == 3
    unread = put(tmp_path / "b.xlsx", [[*ROWS[0][:2], "绝密", *ROWS[0][3:]]])
    done = run("import", unread, folder, "--apply", "--by", "x")
    assert done.return_value == 3 and "数据级别" in done.stdout
    with (folder / "records/ledger.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"record":"data_asset","资产编号":"A-9","数据名称":"x"}\n')
    assert run("show", folder).return_value == 3 and run("history", folder).return_value == 3
    assert run("export", folder, "--out", tmp_path / "o.xlsx", "--kind", "data_asset").return_value == 0
    wrong = run("export", folder, "--out", tmp_path / "o.xlsx", "--kind", "no_such")
    assert "no_such" in str(wrong.exception)
