"""`zhunru incident` and `zhunru clocks` as a user types them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from article_one_rows import INCIDENT
from paper_dossier import build


def zhunru(*arguments: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "zhunru.cli", "--lang", lang, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


NOW = ("--now", "2026-03-02 11:30")


def dossier(folder: Path, *incidents: dict[str, Any], **kinds: list[dict[str, Any]]) -> Path:
    return build(folder, {"data_incident": list(incidents)} | kinds)


def test_help_in_both_languages() -> None:
    for verb in ("incident", "clocks"):
        zh, en = zhunru(verb, "--help", lang="zh"), zhunru(verb, "--help")
        assert "用法" in zh.stdout and "Usage" in en.stdout
        assert not any("一" <= c <= "鿿" for c in en.stdout)


def test_levels_and_countdowns(tmp_path: Path) -> None:
    folder = dossier(tmp_path / "d", INCIDENT)
    done = zhunru("incident", folder, *NOW, "--json")
    (told,) = json.loads(done.stdout)["incidents"]
    assert (told["least"], told["most"]) == ("III", "III") and told["missing"] == []
    assert [r["most"] for r in told["regimes"]] == ["III", "III", "III"]
    left = {d["id"]: d["left_s"] for d in told["duties"]}
    assert left["cac.general"] == 2 * 3600 and left["miit.report"] == -1800
    assert done.returncode == 1, "the alarm of MIIT has run out"
    table = zhunru("incident", folder, *NOW)
    assert "fairly severe (III)" in table.stdout and "left 2 h" in table.stdout


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    done = zhunru("incident", dossier(tmp_path / "d", INCIDENT | {"production": "", "persons": "≥10万"}), *NOW, lang="zh")
    assert done.returncode in {1, 3}
    assert "对工业生产的影响" in done.stdout and "涉及个人信息人数" in done.stdout and "至多特别重大" in done.stdout


def test_steps_are_entered_in_a_chain_that_shows_tampering(tmp_path: Path) -> None:
    folder = dossier(tmp_path / "d", INCIDENT)
    common = ("incident", folder, "--id", "SJ-2026-03", "--by", "li")
    one = zhunru(*common, "--record", "reported", "--to", "local_regulator", "--at", "2026-03-02 10:20", "--receipt", "A-1")
    two = zhunru(
        *common, "--record", "reported", "--to", "provincial_cac", "--at", "2026-03-02 11:00", "--receipt", "A-2", "--note", '"]\n[x]'
    )
    assert (one.returncode, two.returncode) == (0, 0), one.stderr + two.stderr
    (told,) = json.loads(zhunru("incident", folder, *NOW, "--json").stdout)["incidents"]
    states = {d["id"]: d["state"] for d in told["duties"]}
    assert states["cac.general"] == states["miit.report"] == "in_time" and told["doubts"] == []
    ledger = folder / "records/incident_steps.toml"
    ledger.write_text(ledger.read_text(encoding="utf-8").replace("T10:20", "T10:10"), encoding="utf-8")
    (told,) = json.loads(zhunru("incident", folder, *NOW, "--json").stdout)["incidents"]
    assert "chain" in told["doubts"][0]["en"]
    third = zhunru(*common, "--record", "summary", "--to", "provincial_cac", "--at", "2026-03-02 11:10")
    assert third.returncode == 4 and "chain" in third.stderr, "nothing is added to a broken chain"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--id", "SJ-9"), "no incident SJ-9"),
        (("--now", "yesterday"), "no moment"),
        (("--record", "reported"), "needs --id"),
        (("--to", "police"), "go with --record"),
        (("--id", "SJ-9", "--by", "x", "--record", "reported"), "no such incident"),
        (("--id", "SJ-2026-03", "--by", "x", "--record", "reported", "--at", "2999-01-01 00:00"), "lies ahead"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = zhunru("incident", dossier(tmp_path / "d", INCIDENT), *arguments)
    assert done.returncode == 2 and said in done.stderr.replace("\n", " "), done.stderr
    assert "Traceback" not in done.stderr


def test_clocks_as_table_json_and_calendar(tmp_path: Path) -> None:
    folder = build(tmp_path / "d")
    done = zhunru("clocks", folder, *NOW, "--json", "--ics", tmp_path / "c.ics")
    told = json.loads(done.stdout)["clocks"]
    ends = [c["due"] for c in told if c["due"]]
    assert ends == sorted(ends) and done.returncode == 1
    report = next(c for c in told if c["clause"] == "cac-2025-incident/4.general")
    assert report["state"] == "soon" and report["left_s"] == 2 * 3600, "reported at 12:00, which is not yet"
    assert report["source"]["file"].startswith("records/")
    assert (tmp_path / "c.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    table = zhunru("clocks", folder, *NOW)
    assert "15 December" in table.stdout and "cac-2021-7/13 [C]" in table.stdout
    empty = zhunru("clocks", build(tmp_path / "e", {}))
    assert empty.returncode == 0 and "start no clock" in empty.stdout
