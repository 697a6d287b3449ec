"""`zhunru filing`: moves are only added, illegal ones refused, nothing is lost; deadlines in working days."""

import json
import multiprocessing
import subprocess
import sys
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from paper_dossier import build, rows

from zhunru.cli.filing import status
from zhunru.core.errors import IllegalMove, PlanError, RecordError
from zhunru.engine.dossier import open_dossier
from zhunru.engine.filing_moves import FILE, enter, load
from zhunru.records.filing_move import first_break

TODAY = date(2026, 8, 9)


def zhunru(*arguments: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "zhunru.cli", "--lang", lang, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kinds = rows()
    return build(tmp_path / "d", {k: kinds[k] for k in ("filing", "update_campaign")})


def go(folder: Path, verb: str, day: str, filing: str = "F-3", **told: Any) -> None:
    enter(open_dossier(folder), filing, verb, today=TODAY, day=date.fromisoformat(day), person="张三", **told)


def states(folder: Path, as_of: str = "2026-08-05") -> dict[str, Any]:
    done = CliRunner().invoke(status, [str(folder), "--format", "json", "--as-of", as_of], standalone_mode=False)
    return {f["id"]: f | {"exit": done.return_value} for f in json.loads(done.stdout)["filings"]}


def test_each_move_is_added_and_nothing_before_it_changes(folder: Path) -> None:
    path, seen = folder / FILE, b""
    for verb, day in (
        ("return", "2026-07-25"),
        ("supplement", "2026-07-28"),
        ("return", "2026-07-28"),
        ("supplement", "2026-08-01"),
        ("accept", "2026-08-07"),
    ):
        go(folder, verb, day, receipt="R-9" if verb == "accept" else None)
        now = path.read_bytes()
        assert now.startswith(seen) and len(now) > len(seen)
        seen = now
    moves = load(path)
    assert [m.to_state for m in moves] == ["returned", "supplemented", "returned", "supplemented", "accepted"]
    assert first_break(moves) is None
    told = states(folder)["F-3"]
    assert (told["state"], told["receipt"], told["since"], told["doubts"], told["exit"]) == ("accepted", "R-9", "2026-08-07", [], 0)


@pytest.mark.parametrize("verb", ["file", "supplement"])
def test_an_illegal_move_is_refused_and_nothing_written(folder: Path, verb: str) -> None:
    with pytest.raises(IllegalMove):
        go(folder, verb, "2026-08-01")
    assert not (folder / FILE).exists()
    done = zhunru("filing", "move", folder, "F-3", verb, "--by", "x", "--day", "2026-08-01")
    assert done.returncode == 2 and "does not allow" in done.stderr and "accept" in done.stderr


@pytest.mark.parametrize("day", ["2026-07-19", "2026-08-10"])
def test_a_day_that_cannot_be_is_refused(folder: Path, day: str) -> None:
    with pytest.raises(PlanError):
        go(folder, "accept", day)
    assert not (folder / FILE).exists()
    go(folder, "accept", "2026-07-20" if day < "2026-08" else "2026-08-09")


def test_no_such_filing(folder: Path) -> None:
    with pytest.raises(PlanError, match="no such filing"):
        go(folder, "accept", "2026-08-01", filing="F-9")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t.replace("2026-07-25", "2026-07-26"),
        lambda t: t[: t.rindex("\n[[filing_move]]")] if t.count("[[filing_move]]") > 9 else t.replace('number = "1"', 'number = "2"'),
        lambda t: "\n".join(line for line in t.splitlines() if not line.startswith("previous")),
        lambda t: t + "\n[other]\nx = 1\n",
        lambda t: t[:-30],
        lambda t: t.replace("filing_move", "filing_moves"),
    ],
)
def test_nothing_is_added_to_a_ledger_that_is_not_whole(folder: Path, spoil: Any) -> None:
    go(folder, "return", "2026-07-25")
    go(folder, "supplement", "2026-07-28")
    path = folder / FILE
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(RecordError):
        go(folder, "accept", "2026-08-01")
    assert path.read_bytes() == before


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "else.toml").write_text("", encoding="utf-8")
    (folder / FILE).symlink_to(tmp_path / "else.toml")
    with pytest.raises(RecordError):
        go(folder, "accept", "2026-08-01")
    assert (tmp_path / "else.toml").read_text(encoding="utf-8") == ""


def test_moves_in_another_ledger_are_not_passed_over(folder: Path) -> None:
    go(folder, "return", "2026-07-25")
    (folder / FILE).rename(folder / "records/其他.toml")
    with pytest.raises(RecordError, match="another ledger"):
        go(folder, "accept", "2026-08-01")


@pytest.mark.parametrize(
    "note", ['a "quoted" \\ word', "two\nlines", '[[filing_move]]\nnumber = "9"', "=1+1", "\x7f\x01 ctl", "𬬻", "# no comment"]
)
def test_a_note_comes_back_as_it_was_typed(folder: Path, note: str) -> None:
    go(folder, "return", "2026-07-25", note=note)
    go(folder, "supplement", "2026-07-28")
    assert load(folder / FILE)[0].note == note
    assert states(folder)["F-3"]["doubts"] == []


def test_rows_that_differ_cannot_be_moved(tmp_path: Path) -> None:
    twice = rows()["filing"]
    folder = build(tmp_path / "d", {"filing": [*twice, twice[2] | {"receipt": "R-7"}]})
    with pytest.raises(PlanError, match="differ"):
        go(folder, "accept", "2026-08-01")


def _race(folder: str, number: int) -> str:
    for _ in range(400):
        try:
            go(Path(folder), "withdraw", "2026-08-01", filing=f"G-{number}")
        except PlanError as error:
            if "another assessment" not in str(error):
                return str(error)
            time.sleep(0.05)
        else:
            return "done"
    return "never"


def test_moves_entered_at_once_are_all_kept(tmp_path: Path) -> None:
    plain = rows()["filing"][2]
    folder = build(tmp_path / "d", {"filing": [plain | {"id": f"G-{n}", "campaign": f"U-{n}"} for n in range(4)]})
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.starmap(_race, [(str(folder), n) for n in range(4)]) == ["done"] * 4
    moves = load(folder / FILE)
    assert sorted(m.filing for m in moves) == ["G-0", "G-1", "G-2", "G-3"] and first_break(moves) is None


@pytest.mark.parametrize(
    ("as_of", "left", "code"),
    [
        ("2026-08-06", 1, 3),
        ("2026-08-07", 0, 3),
        ("2026-08-08", -1, 1),
        ("2026-08-09", -1, 1),
        ("2026-08-10", -1, 1),
        ("2026-08-11", -2, 1),
    ],
)
def test_countdown_to_the_last_working_day_before_the_push(folder: Path, as_of: str, left: int, code: int) -> None:
    told = states(folder, as_of)["F-3"]
    assert (told["deadline"], told["working_days_left"], told["exit"]) == ("2026-08-07", left, code)


@pytest.mark.parametrize(("as_of", "left"), [("2026-07-31", 1), ("2026-08-01", 1), ("2026-08-03", 0), ("2026-08-04", -1)])
def test_countdown_of_the_table_is_five_working_days(tmp_path: Path, as_of: str, left: int) -> None:
    table = {"id": "S-1", "matter": "samr_table", "campaign": "OTA-2026-01", "state": "drafted"}
    folder = build(tmp_path / "d", {"filing": [table], "update_campaign": rows()["update_campaign"]})
    told = states(folder, as_of)["S-1"]
    assert (told["deadline"], told["working_days_left"]) == ("2026-08-03", left)
    go(folder, "file", "2026-08-03", filing="S-1")
    assert states(folder, as_of)["S-1"]["deadline"] is None, "handed in is done"


def test_a_year_that_was_not_published_has_no_deadline(tmp_path: Path) -> None:
    campaign = rows()["update_campaign"][0] | {"released_on": "2027-02-01"}
    folder = build(tmp_path / "d", {"filing": rows()["filing"], "update_campaign": [campaign]})
    told = states(folder, "2026-08-05")["F-3"]
    assert (told["deadline"], told["working_days_left"]) == (None, None)


def test_as_people_see_it(folder: Path) -> None:
    done = zhunru(
        "filing", "move", folder, "F-3", "accept", "--by", "zhang", "--day", "2026-08-01", "--receipt-file", folder / "dossier.toml"
    )
    assert done.returncode == 0 and "without" not in done.stderr and "no number of a receipt" in done.stderr
    added = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))["filing_move"][0]
    assert added["person"] == "zhang" and added["receipt_digest"].startswith("sha256:") and added["entered_at"]
    zh, en = zhunru("filing", "status", folder, lang="zh"), zhunru("filing", "status", folder)
    assert "已通过但没有回执编号" in zh.stdout and "accepted, but without" in en.stdout
    for words in (("filing", "--help"), ("filing", "move", "--help"), ("filing", "status", "--help")):
        assert "用法" in zhunru(*words, lang="zh").stdout
        assert not any("一" <= c <= "鿿" for c in zhunru(*words).stdout)
    assert zhunru("filing", "move", folder, "F-3", "accept").returncode == 2, "who enters it must be told"
