"""The sample dossier from files to verdicts: cold, warm, after a change, after an alteration."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zhunru.core.check import Check
from zhunru.core.result import CheckResult, Result
from zhunru.core.verdict import Verdict
from zhunru.engine import run
from zhunru.engine.assess import assess, exit_code, seal
from zhunru.engine.bind import Bound
from zhunru.engine.dossier import Dossier, open_dossier
from zhunru.engine.material import Material
from zhunru.engine.verify import recompute, verify
from zhunru.range.sample_dossier import build
from zhunru.reports import html
from zhunru.reports import json as plain

DAY = date(2026, 11, 22)
SNAPSHOT = Path(__file__).with_name("sample_dossier.json")
WRITERS: dict[str, Callable[[Result], bytes]] = {"result.json": plain.render, "report.html": html.render}


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("demo")
    build(folder)
    return folder, sealed(folder)


def sealed(folder: Path, day: date = DAY) -> Result:
    dossier = open_dossier(folder)
    result = assess(dossier, day=day)
    seal(dossier, result, {n: w(result) for n, w in WRITERS.items()}, folder / "out")
    return result


def copied(folder: Path, target: Path) -> Dossier:
    shutil.copytree(folder, target, dirs_exist_ok=True)
    return open_dossier(target)


def test_the_verdicts_are_those_of_the_snapshot(cold: tuple[Path, Result]) -> None:
    # a change of a check shows here: renew the snapshot only when the new verdict is right
    found = {c.id: f"{c.verdict} {c.totals.get('breach', 0)}" for c in cold[1].checks}
    assert found == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_the_first_screen_shows_every_verdict_with_its_reason(cold: tuple[Path, Result]) -> None:
    duties = [c for c in cold[1].clauses if c.instrument == "miit-2021-103"]
    assert {Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.MISSING, Verdict.NOT_APPLICABLE, None} <= {c.verdict for c in duties}
    assert all(c.reason for c in duties if c.verdict is not Verdict.PASS)
    assert exit_code(cold[1]) == 1


def test_a_warm_run_gives_the_same_bytes_and_reads_nothing(cold: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, first = cold
    ledger = (folder / "ledger.jsonl").read_bytes()

    def refuse(*_args: object) -> None:
        raise AssertionError("a warm run decides nothing again")

    monkeypatch.setattr(run, "_decide", refuse)
    second = sealed(folder)
    assert all(writer(second) == writer(first) == (folder / "out" / name).read_bytes() for name, writer in WRITERS.items())
    assert (folder / "ledger.jsonl").read_bytes() == ledger


def test_after_a_change_only_what_depends_on_it_runs_again(
    cold: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = copied(cold[0], tmp_path / "d")
    path = dossier.folder / "evidence/gnss/drive.nmea"
    path.write_bytes(path.read_bytes() + b"$GPTXT,01,01,02,ANTSTATUS=OK*3B\r\n")
    decided: list[str] = []
    real = run._decide

    def noted(material: Material, bound: Bound, check: Check, changed: dict[str, Any]) -> CheckResult:
        decided.append(check.id)
        return real(material, bound, check, changed)

    monkeypatch.setattr(run, "_decide", noted)
    warm = assess(dossier, day=DAY)
    assert decided
    assert all(c.startswith(("position.", "oversight.")) for c in decided)
    shutil.rmtree(dossier.state)
    assert html.render(assess(open_dossier(dossier.folder), day=DAY)) == html.render(warm)


def test_worker_processes_give_the_same_result(cold: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copied(cold[0], tmp_path / "d")
    shutil.rmtree(dossier.state)
    monkeypatch.setattr(run, "_PARALLEL_FROM_BYTE", 0)
    assert plain.render(assess(dossier, day=DAY, jobs=2)) == plain.render(cold[1])


def test_order_of_names_on_disk_does_not_matter(cold: tuple[Path, Result], tmp_path: Path) -> None:
    dossier = copied(cold[0], tmp_path / "d")
    shutil.rmtree(dossier.state)
    for path in sorted((dossier.folder / "records").iterdir(), reverse=True):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert plain.render(assess(open_dossier(dossier.folder), day=DAY)) == plain.render(cold[1])


@pytest.mark.parametrize(
    "name", ["evidence/drive/drive.log", "records/责任人任命.xlsx", "out/result.json", "out/report.html", "dossier.toml"]
)
def test_verify_names_the_altered_file(cold: tuple[Path, Result], tmp_path: Path, name: str) -> None:
    dossier = copied(cold[0], tmp_path / "d")
    assert all(s.holds for s in verify(dossier, WRITERS))
    path = dossier.folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    broken = [s for s in verify(Dossier(dossier.folder, dossier.subject), WRITERS) if not s.holds]
    assert name in broken[0].where


def test_verify_finds_added_and_removed_files_and_a_broken_chain(cold: tuple[Path, Result], tmp_path: Path) -> None:
    dossier = copied(cold[0], tmp_path / "d")
    (dossier.folder / "evidence/new.bin").write_bytes(b"x")
    (dossier.folder / "evidence/drive/car.dbc").unlink()
    broken = {s.where for s in verify(dossier, WRITERS) if not s.holds}
    assert {"evidence/new.bin", "evidence/drive/car.dbc"} <= broken
    ledger = dossier.folder / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'"gone":[]', b'"gone":["x"]', 1))
    steps = list(verify(open_dossier(dossier.folder), WRITERS))
    assert not steps[-1].holds
    assert "line 1" in steps[-1].where


def test_a_forged_cache_is_found_by_computing_again(cold: tuple[Path, Result], tmp_path: Path) -> None:
    dossier = copied(cold[0], tmp_path / "d")
    assert all(s.holds for s in recompute(dossier, dossier.folder / "out"))
    forged = 0
    for path in (dossier.state / "cache/checks").glob("*.json"):
        told = CheckResult.model_validate_json(path.read_bytes())
        if told.id == "data.sends_nothing_abroad":
            path.write_text(
                told.model_copy(update={"verdict": Verdict.PASS, "findings": (), "totals": {"ok": 1}}).model_dump_json(), encoding="utf-8"
            )
            forged += 1
    assert forged == 1
    result = sealed(dossier.folder)
    assert next(c for c in result.checks if c.id == "data.sends_nothing_abroad").verdict is Verdict.PASS
    assert all(s.holds for s in verify(open_dossier(dossier.folder), WRITERS)), "digests alone cannot tell"
    broken = [s.where for s in recompute(open_dossier(dossier.folder), dossier.folder / "out") if not s.holds]
    assert broken[0] == "data.sends_nothing_abroad"


def test_rules_of_the_day_are_used(cold: tuple[Path, Result], tmp_path: Path) -> None:
    dossier = copied(cold[0], tmp_path / "d")
    before = {c.id: c for c in assess(dossier, day=date(2026, 12, 31)).clauses}
    after = {c.id: c for c in assess(open_dossier(dossier.folder), day=date(2027, 1, 1)).clauses}
    clause = "gb-47955-2026/4.8.3.2.2.1"
    assert before[clause].verdict is Verdict.NOT_APPLICABLE
    assert "2027-01-01" in str(before[clause].reason)
    assert after[clause].verdict is Verdict.FAIL
    long_ago = assess(open_dossier(dossier.folder), day=date(2021, 7, 29))
    assert {c.verdict for c in long_ago.clauses if c.instrument == "miit-2021-103"} == {Verdict.NOT_APPLICABLE}


def test_a_selection_shows_what_it_left_out(cold: tuple[Path, Result]) -> None:
    result = assess(open_dossier(cold[0]), day=DAY, only="position")
    assert {c.id.split(".")[0] for c in result.checks} == {"position"}
    clause = next(c for c in result.clauses if c.id == "miit-2021-103/1.1")
    assert clause.verdict is None
    assert clause.reason and "not selected" in clause.reason.en


def test_a_profile_changes_a_number_and_is_shown(cold: tuple[Path, Result], tmp_path: Path) -> None:
    folder = copied(cold[0], tmp_path / "d").folder
    result = assess(open_dossier(folder, "加严"), day=DAY)
    changed = [limit for c in result.checks for limit in c.limits if limit.justification]
    assert changed
    assert result.signature.profile == "加严"
    assert result.signature.baseline != cold[1].signature.baseline
    assert result.signature.environment == cold[1].signature.environment
