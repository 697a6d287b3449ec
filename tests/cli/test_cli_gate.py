"""`zhunru gate` as a pipeline calls it."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from release_gate import Case, released

from zhunru.cli import gate as verb
from zhunru.cli._group import run
from zhunru.wire.signature import public_key_of


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    made = released(tmp_path)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(made.now.timestamp(), tz)

    monkeypatch.setattr(verb, "datetime", Clock)
    monkeypatch.setenv("ZHUNRU_LANG", "en")
    yield made


def call(case: Case, *more: object, gate: str = "ota-release", packages: bool = True) -> int:
    given = [w for p in case.packages for w in ("--package", str(p))] if packages else []
    return run(["gate", gate, str(case.home), *given, *map(str, more)])


def test_open_writes_everything_and_verifies(case: Case, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    seed = bytes(range(32))
    key.write_bytes(Ed25519PrivateKey.from_private_bytes(seed).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    out = tmp_path / "gate"
    assert call(case, "--out", out, "--sign-key", key) == 0
    told = capsys.readouterr().out
    assert told.startswith("OPEN") and "permit (good for today)" in told
    assert sorted(p.name for p in out.iterdir()) == ["gate.json", "gate.junit.xml", "gate.sarif", "permit.json"]
    assert seed.hex() not in (out / "permit.json").read_text(encoding="utf-8")
    given = [w for p in case.packages for w in ("--package", str(p))]
    permit = str(out / "permit.json")
    assert run(["gate", "verify", permit, *given, "--dossier", str(case.home)]) == 0
    assert run(["gate", "verify", permit, *given, "--public-key", public_key_of(seed)]) == 0
    assert run(["gate", "verify", permit, *given]) == 3
    assert "nobody vouches" in capsys.readouterr().err
    assert run(["gate", "verify", permit, *given[:2], "--dossier", str(case.home)]) == 1
    assert run(["gate", "verify", permit, *given, "--public-key", public_key_of(bytes(32))]) == 1


def test_held_by_something_that_failed_or_is_open(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(case) == 0
    assert call(case, packages=False) == 3
    assert "no package was given" in capsys.readouterr().out
    assert not (case.home / "out/permit.json").exists()
    case.packages[0].write_bytes(b"x")
    os.utime(case.packages[0], (1, 1))
    assert call(case, "--format", "json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["open"] is False
    assert "gate.package-swapped" in {r["rule"] for r in told["reasons"]}
    assert call(case, "--rehearse", case.made.story.on(-1)) == 1


@pytest.mark.parametrize(("form", "start"), [("sarif", '{\n "$schema"'), ("junit", "<?xml"), ("json", "{\n")])
def test_each_form_goes_to_standard_output(case: Case, form: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(case, "--format", form) == 0
    assert capsys.readouterr().out.startswith(start)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gate", "no-such", "{home}"], "no such gate"),
        (["gate", "ota-release"], "missing"),
        (["gate", "ota-release", "nowhere"], "dossier.toml is not there"),
        (["gate", "ota-release", "{home}", "--package", "nowhere.bin"], "the package is not there"),
        (["gate", "market-access", "{home}", "--package", "{home}/dossier.toml"], "releases no packages"),
        (["gate", "ota-release", "{home}", "--sign-key", "{home}/dossier.toml"], "signing key cannot be used"),
        (["gate", "verify", "{home}/dossier.toml"], "no release permit"),
        (["gate", "ota-release", "{home}", "--rehearse", "tomorrow"], "tomorrow"),
    ],
)
def test_wrong_use_exits_with_two(case: Case, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([w.format(home=case.home) for w in words]) == 2
    told = capsys.readouterr()
    assert said in told.err + told.out


def test_list_tells_the_digest_that_expect_gate_takes(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate", "list"]) == 0
    lines = capsys.readouterr().out.split()
    digest = next(d for d in lines[lines.index("ota-release") :] if len(d) == 64)
    assert call(case, "--expect-gate", digest) == 0
    assert call(case, "--expect-gate", "0" * 64) == 1


def test_a_pinned_key_on_the_command_line(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(case, "--format", "json") == 0
    keys = json.loads(capsys.readouterr().out)["keys"]
    cited = next(k["fingerprint"] for k in keys if "ads-update" in k["matters"])
    assert call(case, "--expect-key", "0" * 16, "--expect-key", cited[:16].upper()) == 0
    assert cited[:16] in capsys.readouterr().out
    assert call(case, "--expect-key", "0" * 64) == 1
    assert call(case, "--expect-key", cited[:15]) == 2


def test_market_access_needs_no_packages(case: Case) -> None:
    assert call(case, gate="market-access", packages=False) in {1, 3}


def test_a_broken_ledger_is_told_and_nothing_is_permitted(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    (case.home / "ledger.jsonl").write_bytes(b"{}\n")
    assert call(case) == 1
    told: Any = capsys.readouterr()
    assert "could not be chained" in told.err
    assert not (case.home / "out/permit.json").exists()
