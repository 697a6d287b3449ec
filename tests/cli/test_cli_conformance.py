"""`zhunru conformance` as a user types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TUF_CLIENT = Path(__file__).parents[2] / "tools/clients/tuf_client.py"
LISTED = TUF_CLIENT.with_suffix(".expected")


def conformance(*arguments: object, cwd: Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhunru.cli", "--lang", lang, "conformance", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_the_reference_client_and_what_is_written(tmp_path: Path) -> None:
    done = conformance("--only", "metadata-replay", "--kind", "uptane", "--out", "out", cwd=tmp_path)
    assert done.returncode == 3, done.stderr  # nothing failed; the other classes stay open
    assert "metadata replay" in done.stdout
    told = json.loads((tmp_path / "out/report.json").read_bytes())
    assert told["counts"] == {"withstood": 5}
    assert told["verdict"] == "INCONCLUSIVE"
    assert (tmp_path / "out/report.html").read_bytes().startswith(b"<!DOCTYPE html>")
    checked = subprocess.run(
        [sys.executable, "-m", "zhunru.cli", "--lang", "en", "check", "ota.client_withstands_attacks", "out/session.jsonl"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert checked.returncode == 3
    assert "the trial was withstood" in checked.stdout


def test_a_deviation_fails_unless_it_is_listed(tmp_path: Path) -> None:
    client = ("--", sys.executable, TUF_CLIENT)
    only = ("--only", "arbitrary-software.weak-hash")
    plain = conformance(*only, *client, cwd=tmp_path)
    assert plain.returncode == 1
    assert "arbitrary-software.weak-hash: the client wrote a false image" in plain.stdout
    listed = conformance(*only, "--expect-failures", LISTED, *client, cwd=tmp_path)
    assert listed.returncode == 3
    assert "(listed)" in listed.stdout
    assert "不通过" in (tmp_path / "conformance/report.html").read_text(encoding="utf-8")


def test_a_listed_deviation_that_is_gone_must_go(tmp_path: Path) -> None:
    (tmp_path / "listed").write_text("# old\nfreeze.no-expiry-root: long ago\n", encoding="utf-8")
    done = conformance("--only", "freeze.no-expiry-root", "--expect-failures", "listed", cwd=tmp_path)
    assert done.returncode == 1
    assert "take it off the list" in done.stdout


@pytest.mark.parametrize("line", ["no.such-trial: because", "freeze.expired-root", "freeze.expired-root:  "])
def test_a_list_without_trial_or_reason_is_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "listed").write_text(line, encoding="utf-8")
    done = conformance("--expect-failures", "listed", cwd=tmp_path)
    assert done.returncode == 2
    assert "listed:1" in done.stderr


def test_an_unknown_trial_is_refused(tmp_path: Path) -> None:
    done = conformance("--only", "nothing", cwd=tmp_path, lang="zh")
    assert done.returncode == 2
    assert "没有这样的试验" in done.stderr
    assert not (tmp_path / "conformance").exists()


def test_a_client_that_does_not_exist_is_told(tmp_path: Path) -> None:
    done = conformance("--only", "freeze.expired-root", "--", tmp_path / "no-client", cwd=tmp_path)
    assert done.returncode == 2
    assert "no-client" in done.stderr
    assert "Traceback" not in done.stderr
