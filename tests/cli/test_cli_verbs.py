"""The verbs as a user types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from zhunru.range.sample_dossier import build


def zhunru(*arguments: object, cwd: Path | None = None, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhunru.cli", "--lang", lang, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build(folder)
    return folder


@pytest.mark.parametrize("verb", ["", "assess", "check", "demo", "explain", "gate", "init", "new", "read", "verify"])
def test_help_teaches_in_both_languages(verb: str) -> None:
    words = [verb, "--help"] if verb else ["--help"]
    zh, en = zhunru(*words, lang="zh"), zhunru(*words)
    assert zh.returncode == en.returncode == 0
    assert "zhunru " in zh.stdout and "用法" in zh.stdout
    assert "Usage" in en.stdout and not any("一" <= c <= "鿿" for c in en.stdout.replace("准入", ""))


def test_assess_prints_writes_and_exits_by_the_verdicts(demo: Path) -> None:
    done = zhunru("assess", demo, "--as-of", "2026-11-22")
    assert done.returncode == 1, done.stderr
    assert "report.html" in done.stdout
    told = json.loads((demo / "out/result.json").read_bytes())
    assert told["schema_version"] == "1.0"
    assert zhunru("verify", demo).returncode == 0
    as_json = zhunru("assess", demo, "--as-of", "2026-11-22", "--format", "json")
    assert json.loads(as_json.stdout) == told


def test_assess_in_chinese(demo: Path) -> None:
    done = zhunru("assess", demo, "--as-of", "2026-11-22", lang="zh")
    assert "报告：" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("assess", "nowhere"), 2, "dossier.toml is not there"),
        (("assess", "{demo}", "--only", "datta"), 2, "data"),
        (("assess", "{demo}", "--profile", "none"), 2, "the profile is not there"),
        (("explain", "data.owner_in_post"), 2, "data.owner_is_in_post"),
        (("read", "{demo}/evidence/未知文件.bin"), 4, "no reader recognises"),
        (("new", "check", "1.2"), 2, "not well formed"),
        (("verify", "nowhere"), 2, "dossier.toml is not there"),
        (("init", "{demo}", "--name", "x", "--maker", "y"), 2, "not overwritten"),
        (("init", "{tmp}/new"), 2, "name"),
        (("frobnicate",), 2, "No such command"),
    ],
)
def test_wrong_use_gets_a_clear_word(demo: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = zhunru(*(a.format(demo=demo, tmp=tmp_path) for a in arguments))
    assert done.returncode == code
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_init_says_what_applies_and_what_not(tmp_path: Path) -> None:
    done = zhunru(
        "init", tmp_path / "car", "--name", 'X"1', "--maker", "示例", "--level", 2, "--no-ota", "--gnss", "--channel", "4G:cellular"
    )
    assert done.returncode == 0, done.stderr
    assert "miit-2021-103/3.1" in done.stdout and "declared without" in done.stdout
    assert "miit-2021-103/6.1" not in done.stdout
    empty = zhunru("assess", tmp_path / "car")
    assert empty.returncode == 3, empty.stderr
    other = zhunru("init", tmp_path / "copy", "--from", tmp_path / "car/dossier.toml")
    assert other.returncode == 0
    assert (tmp_path / "copy/dossier.toml").read_bytes() == (tmp_path / "car/dossier.toml").read_bytes()


def test_read_shows_and_writes(demo: Path, tmp_path: Path) -> None:
    import polars as pl

    done = zhunru("read", demo / "evidence/drive/drive.log", "--to", "parquet", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "CanFrame" in done.stdout
    assert pl.read_parquet(tmp_path / "drive.CanFrame.parquet").height == 40800
    ledger = zhunru("read", demo / "records/责任人任命.xlsx", "--to", "csv", "--out", tmp_path)
    assert "appointment" in ledger.stdout
    assert pl.read_csv(tmp_path / "责任人任命.LedgerCell.csv").height > 0


def test_read_to_csv_disarms_formulas(tmp_path: Path) -> None:
    path = tmp_path / "appointment.csv"
    path.write_text('姓名,职责,部门\n=HYPERLINK("http://x"),数据安全负责人,@SUM(1)\n', encoding="utf-8")
    assert zhunru("read", path, "--to", "csv", "--out", tmp_path).returncode == 0
    text = (tmp_path / "appointment.LedgerCell.csv").read_text(encoding="utf-8")
    assert "'=HYPERLINK" in text and "'@SUM" in text


def test_check_runs_on_plain_files(demo: Path) -> None:
    done = zhunru(
        "check", "data.owner_is_in_post", demo / "records/责任人任命.xlsx", "--subject", demo / "dossier.toml", "--as-of", "2026-11-22"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    missing = zhunru("check", "data.owner_is_in_post", demo / "evidence/drive/drive.log")
    assert missing.returncode == 3


@pytest.mark.parametrize(
    "name",
    [
        "miit-2021-103/1.8",
        "1.8",
        "data.owner_is_in_post",
        "candump",
        "CanFrame",
        "sim_card",
        "market-access",
        "checks",
        "readers",
        "tables",
        "records",
        "clauses",
        "gates",
        "subject",
    ],
)
def test_explain_teaches(name: str) -> None:
    done = zhunru("explain", name)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 80


@pytest.mark.parametrize(
    ("kind", "name", "where"),
    [
        ("check", "ota.asks_first", "checks/ota/asks_first.py"),
        ("reader", "blf", "readers/blf.py"),
        ("record", "exercise", "records/exercise.py"),
        ("table", "lamp_state", "tables/lamp_state.py"),
    ],
)
def test_new_writes_a_part_that_can_be_imported(tmp_path: Path, kind: str, name: str, where: str) -> None:
    package = tmp_path / "myplugin"
    assert zhunru("new", kind, name, "--into", package).returncode == 0
    done = subprocess.run([sys.executable, "-W", "error", str(package / where)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert zhunru("new", kind, name, "--into", package).returncode == 2


def test_demo_builds_once_and_returns_zero(tmp_path: Path) -> None:
    done = zhunru("demo", tmp_path / "d")
    assert done.returncode == 0, done.stderr
    assert zhunru("verify", tmp_path / "d").returncode == 0
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("x", encoding="utf-8")
    assert zhunru("demo", tmp_path / "full").returncode == 2


def test_two_runs_at_once_do_not_mix(demo: Path) -> None:
    import fcntl

    (demo / ".zhunru").mkdir(exist_ok=True)
    with (demo / ".zhunru/lock").open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        done = zhunru("assess", demo)
    assert done.returncode == 2
    assert "another assessment" in done.stderr
