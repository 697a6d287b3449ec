"""`zhunru paper` as a user types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from paper_dossier import build, rows


def zhunru(*arguments: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "zhunru.cli", "--lang", lang, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_help_in_both_languages() -> None:
    zh, en = zhunru("paper", "--help", lang="zh"), zhunru("paper", "--help")
    assert "用法" in zh.stdout and "Usage" in en.stdout
    assert not any("一" <= c <= "鿿" for c in en.stdout)


def test_list_names_the_papers() -> None:
    done = zhunru("paper", "list")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "activity", "annual_report", "assessment_table", "closing", "data_incident", "data_incident_summary", "enterprise", "model_function",
        "person_notice", "risk_assessment", "user_notice",
    ]  # fmt: skip


def test_a_full_dossier_gives_whole_papers_and_a_bare_one_says_what_is_missing(tmp_path: Path) -> None:
    full = build(tmp_path / "full")
    done = zhunru("paper", "activity", full, "--as-of", "2026-10-08")
    assert done.returncode == 0, done.stdout + done.stderr
    written = sorted(p.name for p in (full / "out/papers").iterdir())
    assert written == [f"activity-OTA-2026-01.{form}" for form in ("docx", "json", "pdf", "xlsx")]
    bare = build(tmp_path / "bare", {"update_campaign": rows()["update_campaign"]})
    done = zhunru("paper", "activity", bare, "--format", "json", "--out", tmp_path / "o", "--as-of", "2026-10-08")
    assert done.returncode == 3
    told = json.loads((tmp_path / "o/activity-OTA-2026-01.json").read_bytes())
    assert told["complete"] is False
    assert f"{len(told['missing'])} items are missing" in done.stdout
    assert [p.name for p in (tmp_path / "o").iterdir()] == ["activity-OTA-2026-01.json"]


def test_sources_in_the_paper_are_places_in_the_ledgers(tmp_path: Path) -> None:
    full = build(tmp_path / "full")
    zhunru("paper", "activity", full, "--format", "json", "--as-of", "2026-10-08")
    told = json.loads((full / "out/papers/activity-OTA-2026-01.json").read_bytes())
    places = {(s["file"], s["sheet"]) for sec in told["sections"] for p in sec["parts"] for i in p.get("items", []) for s in i["sources"]}
    assert ("records/update_campaign.toml", "update_campaign") in places
    assert all((full / file).exists() for file, _ in places)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nonsense", "{full}"), 2, "no paper nonsense"),
        (("activity",), 2, "folder of the dossier is missing"),
        (("activity", "{none}"), 2, "dossier.toml is not there"),
        (("activity", "{full}", "--campaign", "U-9"), 2, "OTA-2026-01"),
        (("activity", "{two}"), 2, "name one update activity"),
        (("activity", "{differ}"), 2, "rows of one activity differ"),
        (("data_incident", "{full}"), 2, "name one incident"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    row = rows()["update_campaign"][0]
    places = {
        "full": build(tmp_path / "full", {"update_campaign": [row]}),
        "two": build(tmp_path / "two", {"update_campaign": [row, row | {"id": "U-2"}]}),
        "differ": build(tmp_path / "differ", {"update_campaign": [row, row | {"purpose": "x"}]}),
        "none": tmp_path / "none",
    }
    done = zhunru("paper", *(a.format(**places) for a in arguments))
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_name_of_an_activity_leads_nowhere(tmp_path: Path) -> None:
    hostile = build(tmp_path / "d", {"update_campaign": [rows()["update_campaign"][0] | {"id": "../../../etc/x\\y"}]})
    zhunru("paper", "user_notice", hostile, "--format", "json", "--out", tmp_path / "o" / "p")
    assert [p.relative_to(tmp_path / "o").as_posix() for p in (tmp_path / "o").rglob("*.json")] == ["p/user_notice-etc_x_y.json"]


def test_a_ledger_in_doubt_is_told_in_the_paper(tmp_path: Path) -> None:
    full = build(tmp_path / "full")
    (full / "records/more.toml").write_text('[[target_vehicle]]\nvin = "X"\nbatch = "no activity named"\n', encoding="utf-8")
    done = zhunru("paper", "activity", full, "--as-of", "2026-10-08", "--format", "json")
    told = json.loads((full / "out/papers/activity-OTA-2026-01.json").read_bytes())
    assert done.returncode == 3 and told["complete"] is False and "more.toml" in told["doubts"][0] and not told["missing"]
    assert zhunru("paper", "enterprise", full, "--as-of", "2026-10-08").returncode == 0, "not written from that ledger"
    (full / "records/broken.toml").write_text("[[target_vehicle", encoding="utf-8")
    done = zhunru("paper", "enterprise", full, "--as-of", "2026-10-08")
    assert done.returncode == 3 and "broken.toml" in done.stdout


def test_a_paper_of_an_incident_and_the_annual_report_with_the_last_run(tmp_path: Path) -> None:
    full = build(tmp_path / "full")
    day = ("--as-of", "2026-10-08", "--format", "json")
    assert zhunru("paper", "data_incident", full, *day, "--incident", "sj-2026-03").returncode == 0
    assert (full / "out/papers/data_incident-SJ-2026-03.json").exists()
    done = zhunru("paper", "annual_report", full, *day)
    assert done.returncode == 3 and "zhunru assess" in done.stdout, "no run yet: the section says so"
    assert zhunru("assess", full, "--as-of", "2026-10-08", "--only", "data").returncode in {1, 3}
    done = zhunru("paper", "annual_report", full, *day)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((full / "out/papers/annual_report.json").read_bytes())
    table = next(p for s in told["sections"] for p in s["parts"] if p.get("key") == "compliance")
    result = json.loads((full / "out/result.json").read_bytes())
    words = {
        "PASS": "符合",
        "FAIL": "不符合",
        "INCONCLUSIVE": "无法判定",
        "MISSING": "缺证据",
        "NOT_APPLICABLE": "不适用",
        "ERROR": "检查出错",
        None: "未评估",
    }
    verdicts = {c["id"]: words[c["verdict"]] for c in result["clauses"] if c["id"].startswith("miit-2021-103/1.")}
    assert {r[1]["sources"][0]["sheet"]: r[1]["value"].removesuffix("（初筛）") for r in table["rows"]} == verdicts
    ledger = full / "records/data_asset.toml"
    ledger.write_text(ledger.read_text(encoding="utf-8") + "\n# looked at\n", encoding="utf-8")
    done = zhunru("paper", "annual_report", full, *day)
    assert done.returncode == 3 and "records/data_asset.toml" in done.stdout, "the run is older than the ledger"
