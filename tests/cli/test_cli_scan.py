"""`zhunru scan`: what it says, with which exit code, and what it leaves as evidence."""

import json
import sqlite3
from pathlib import Path

import pytest

from zhunru.cli._group import run
from zhunru.engine.dossier import sha256_of

PHONE, VIN = "13912345678", "LSVAA49J0X2000001"


def put(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"手机号\t备注\n{PHONE}\tx\n", 1),
        (f"{PHONE} alone\nand words\n", 3),  # suspected alone
        ("nothing in here\nand nothing there\n", 0),
        (b"nothing in here\nand \0 there\n" * 99, 3),
        (bytes(range(256)), 3),
        ("", 4),
    ],
)
def test_exit_codes(content: str | bytes, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(put(tmp_path, a__txt=content) / "a.txt")]) == code
    shown = capsys.readouterr()
    assert PHONE not in shown.out + shown.err
    assert "已检查" in shown.out or code == 4
    assert ("什么都没有检查到" in shown.err) == (code == 4)


def test_a_sample_is_open_and_usage_is_told(tmp_path: Path) -> None:
    path = str(put(tmp_path, a__csv="甲列,乙列\n" + "x,y\n" * 10) / "a.csv")
    assert run(["scan", path]) == 0
    assert run(["scan", path, "--rows", "10"]) == 0
    assert run(["scan", path, "--rows", "9"]) == 3
    assert run(["scan", path + "x"]) == 2
    assert run(["scan"]) == 2
    assert run(["scan", "--rows", "0", path]) == 2
    assert run(["scan", str(put(tmp_path / "empty"))]) == 4


def test_folder_links_are_told_and_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = put(tmp_path / "all", a__log=f"手机号={PHONE}\n", b__bin=bytes(range(256)))
    put(folder / "deep", c__csv=f"VIN码,备注\n{VIN},x\n")
    (folder / "loop").symlink_to(folder)
    (folder / "passwd").symlink_to("/etc/passwd")
    assert run(["scan", str(folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(s["place"], s["kind"]) for s in told["sightings"]} == {("a.log", "mobile"), ("deep/c.csv:VIN码", "vin")}
    assert {(e["place"], e["reason"]) for e in told["examined"] if e["undecidable_count"]} == {
        ("b.bin", "binary"),
        ("loop", "unread"),
        ("passwd", "unread"),
    }
    assert told["totals"]["file"]["undecidable"] == 2
    assert PHONE not in json.dumps(told) and VIN not in json.dumps(told)


def test_one_damaged_file_does_not_end_the_scan_of_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link = sqlite3.connect(tmp_path / "whole.db")
    link.execute("CREATE TABLE t (手机号)")
    link.execute("INSERT INTO t VALUES (?)", (PHONE,))
    link.commit()
    link.close()
    folder = put(
        tmp_path / "all", a__db=(tmp_path / "whole.db").read_bytes()[:5000], b__parquet=b"PAR1" + bytes(100), c__log=f"手机号={PHONE}\n"
    )
    assert run(["scan", str(folder), str(tmp_path / "whole.db"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {s["place"] for s in told["sightings"]} == {"all/c.log", "whole.db:t.手机号"}
    assert {e["place"] for e in told["examined"] if e["reason"] == "broken"} >= {"all/a.db", "all/b.parquet"}
    assert told["kind"] == "several"


def test_the_result_is_evidence_of_a_dossier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, owners__csv=f"VIN码,手机号\n{VIN},{PHONE}\n") / "owners.csv"
    out = tmp_path / "owners.scan.jsonl"
    assert run(["scan", str(path), "--out", str(out)]) == 1
    content = out.read_text(encoding="utf-8")
    assert PHONE not in content and VIN not in content
    head = json.loads(content.splitlines()[0])
    assert head["identity"] == sha256_of(path) and head["description"] == "owners.csv" and str(tmp_path) not in content
    capsys.readouterr()
    assert run(["read", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "scan_result" in shown and "Sighting  2" in shown and "Examined  2" in shown
    out.write_text(content.replace('"hit_count":1', '"hit_count":0'), encoding="utf-8")
    assert run(["read", str(out)]) == 3


def test_the_result_of_a_scan_is_no_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.scan.jsonl"
    run(["scan", str(put(tmp_path, a__log=f"手机号={PHONE}\n") / "a.log"), "--out", str(out)])
    capsys.readouterr()
    assert run(["scan", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sightings"] == []


def test_files_of_one_name_stay_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(put(tmp_path / d, a__log=f"手机号={PHONE}\n") / "a.log") for d in ("one", "two")]
    assert run(["scan", *paths, "--json"]) == 1
    assert {s["place"] for s in json.loads(capsys.readouterr().out)["sightings"]} == {"a.log#1", "a.log#2"}


def test_captures_are_looked_at_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from zhunru.range.sample_dossier import build

    build(tmp_path / "demo")
    captures = sorted(p for p in (tmp_path / "demo" / "evidence").rglob("*.pcap*"))
    assert captures
    code = run(["scan", *map(str, captures), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code in {1, 3}
    assert any(">" in e["place"] for e in told["examined"])
    assert told["totals"]["byte"]["examined"] > 0


def test_text_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ZHUNRU_LANG", "en")
    run(["scan", str(put(tmp_path, a__log=f"手机号={PHONE}\n") / "a.log")])
    shown = capsys.readouterr().out
    assert "what was examined" in shown and "mobile number" in shown


RULES = """
[[rule]]
id = "employee_no"
title_zh = "工号"
pattern = "E[0-9]{8}"
cues = ["工号"]
[[rule]]
id = "old_phone"
pattern = "0[0-9]{10}"
kind = "mobile"
certain = true
"""


def test_rules_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = put(
        tmp_path, a__csv="工号,备注列\nE12345678,旧 01012345678\nE12345679,E00000001\n", rules__toml=RULES, bad__toml="[[rule]]\nid = 1\n"
    )
    plain = ["scan", str(folder / "a.csv"), "--json"]
    assert run(plain) == 0
    without = json.loads(capsys.readouterr().out)
    assert run([*plain, "--rules", str(folder / "rules.toml")]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(s["place"], s["kind"], s["certainty"], s["hit_count"]) for s in told["sightings"]} == {
        ("工号", "rule:employee_no", "found", 2),
        ("备注列", "rule:employee_no", "suspected", 1),
        ("备注列", "mobile", "found", 1),
    }
    assert "E1234" not in json.dumps(told) and told["rules_digest"] != without["rules_digest"]
    assert run([*plain, "--rules", str(folder / "bad.toml")]) in {2, 4}
