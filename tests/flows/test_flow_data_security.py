"""The walk of docs/demo.md: from an Excel ledger, captures and a database to the verdicts of article (一) and the papers."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from zhunru.range.sample_dossier import build

PAGE = Path(__file__).resolve().parents[2] / "docs/demo.md"
PAPERS = {
    "data_incident-SJ-2026-01.docx", "data_incident-SJ-2026-01.pdf", "risk_assessment-PG-2025.pdf", "annual_report.docx", "annual_report.pdf",
}  # fmt: skip


def _commands() -> list[str]:
    walk = PAGE.read_text(encoding="utf-8").split("## From an Excel ledger", 1)[1].split("\n## ", 1)[0]
    return [line for block in re.findall(r"(?ms)^```\n(.*?)^```", walk) for line in block.splitlines()]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[int, str]]]:
    here = tmp_path_factory.mktemp("walk")
    build(here / "demo")
    found = {}
    for command in _commands():
        words = shlex.split(command)[1:]
        done = subprocess.run([sys.executable, "-m", "zhunru.cli", *words], cwd=here, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        found[command] = done.returncode, done.stdout
    return here / "demo", found


def _one(told: tuple[Path, dict[str, tuple[int, str]]], start: str) -> tuple[int, str]:
    return next(v for k, v in told[1].items() if k.startswith(start))


def test_the_walk_ends_as_the_page_says(told: tuple[Path, dict[str, tuple[int, str]]]) -> None:
    codes = [code for code, _ in told[1].values()]
    #  preview, import, history; two scans that find; verdicts, incident, clocks; incident whole, risk report whole, annual report with a gap
    assert codes == [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 3]


def test_import_is_previewed_and_then_written(told: tuple[Path, dict[str, tuple[int, str]]]) -> None:
    preview = _one(told, "zhunru ledger import")[1]
    assert "S-09" in preview
    assert "机房: 天津二号机房" in preview
    assert "未识别列" not in preview
    assert "S-09" in (told[0] / "records/ledger.jsonl").read_text(encoding="utf-8")


def test_what_was_imported_mends_the_reference(told: tuple[Path, dict[str, tuple[int, str]]]) -> None:
    from datetime import date

    from zhunru.core.verdict import Verdict
    from zhunru.engine.assess import assess
    from zhunru.engine.dossier import open_dossier

    for check in ("data.ledger_references_resolve", "data.stored_in_china"):
        result = assess(open_dossier(told[0]), day=date(2026, 11, 22), only=check)
        assert [c.verdict for c in result.checks] == [Verdict.PASS]


def test_the_scans_find_what_no_ledger_tells(told: tuple[Path, dict[str, tuple[int, str]]]) -> None:
    assert "救援记录.紧急联系人电话" in _one(told, "zhunru scan demo/evidence/stored")[1]
    assert "经纬度" in _one(told, "zhunru scan demo/evidence/net")[1]


def test_regimes_stand_side_by_side_and_clocks_run(told: tuple[Path, dict[str, tuple[int, str]]]) -> None:
    incident = _one(told, "zhunru incident")[1]
    assert "一般（Ⅳ级）" in incident
    assert "较大（Ⅲ级）" in incident
    clocks = _one(told, "zhunru clocks")[1]
    assert re.search(r"2026-12-15 23:59:59\s+剩余 23天", clocks)
    assert re.search(r"2026-11-09 23:59:59\s+逾期", clocks)


def test_papers_are_written(told: tuple[Path, dict[str, tuple[int, str]]]) -> None:
    assert {p.name for p in (told[0] / "out/papers").iterdir()} >= PAPERS
    assert "待补充 1 项" in _one(told, "zhunru paper annual_report")[1]
