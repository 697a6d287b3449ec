"""A release permit: what it proves, and each way in which it does not hold."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from release_gate import Case, released

from zhunru.core.errors import PlanError
from zhunru.engine.ledger import Ledger
from zhunru.engine.packages import read_package
from zhunru.engine.permit import load_permit, permit_of, private_seed, prove
from zhunru.engine.verify import verify
from zhunru.wire.signature import public_key_of

SEED = bytes(range(32))


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, dict[str, Any]]:
    case = released(tmp_path_factory.mktemp("permit"))
    _, permit = case.sealed(seed=SEED)
    assert permit
    return case, permit


def broken(case: Case, permit: dict[str, Any], **more: Any) -> set[str]:
    given = [read_package(p) for p in more.pop("packages", case.packages)]
    return {s.text.en for s in prove(permit, given, more.pop("now", case.now), **more) if not s.holds}


def test_everything_holds(issued: tuple[Case, dict[str, Any]]) -> None:
    case, permit = issued
    assert load_permit(case.home / "out/permit.json") == permit
    assert broken(case, permit, folder=case.home, public_key=public_key_of(SEED)) == set()


def test_another_day_another_file_a_missing_file(issued: tuple[Case, dict[str, Any]], tmp_path: Path) -> None:
    case, permit = issued
    assert broken(case, permit, now=case.now + timedelta(days=1)) == {"the permit is of today"}
    other = tmp_path / "x.bin"
    other.write_bytes(case.packages[0].read_bytes() + b"\0")
    assert broken(case, permit, packages=[other, case.packages[1]]) == {
        "the package is the very bytes that were permitted", "a package of the permit is given",
    }  # fmt: skip
    assert broken(case, permit, packages=case.packages[:1]) == {"a package of the permit is given"}
    assert broken(case, permit | {"packages": []}, packages=[]) == {"the permit names packages"}


@pytest.mark.parametrize("field", ["gate", "gate_digest", "product", "campaign", "decision", "code", "ledger_line", "packages"])
def test_a_changed_field_breaks_the_signature(issued: tuple[Case, dict[str, Any]], field: str) -> None:
    case, permit = issued
    value = [*permit["packages"], {"name": "x", "sha256": "0" * 64, "size_byte": 1}] if field == "packages" else "other"
    assert "the permit is signed with this key" in broken(case, permit | {field: value}, public_key=public_key_of(SEED))


@pytest.mark.parametrize("field", ["gate", "gate_digest", "campaign", "decision", "code", "packages"])
def test_a_changed_field_does_not_agree_with_the_ledger(issued: tuple[Case, dict[str, Any]], field: str) -> None:
    case, permit = issued
    value = [{"name": "x", "sha256": "0" * 64}] if field == "packages" else "other"
    assert "the permit agrees with the decision in the ledger" in broken(case, permit | {field: value}, folder=case.home)


def test_a_permit_of_no_ledger_line(issued: tuple[Case, dict[str, Any]]) -> None:
    case, permit = issued
    assert broken(case, permit | {"ledger_line": "0" * 64}, folder=case.home) == {"the ledger holds the decision"}


def test_another_key_or_no_signature(issued: tuple[Case, dict[str, Any]]) -> None:
    case, permit = issued
    assert broken(case, permit, public_key=public_key_of(bytes(32))) == {"the permit is signed with this key"}
    bare = {n: v for n, v in permit.items() if n != "signature"}
    assert broken(case, bare, public_key=public_key_of(SEED)) == {"the permit is signed with this key"}


def test_a_later_decision_that_holds_ends_it_and_a_rehearsal_does_not(tmp_path: Path) -> None:
    case = released(tmp_path)
    _, permit = case.sealed()
    assert permit
    case.sealed(rehearse=case.made.story.on(-3))
    assert broken(case, permit, folder=case.home) == set()
    kept = case.packages[0].read_bytes()
    case.packages[0].write_bytes(b"x")
    case.sealed(campaign=permit["campaign"])
    case.packages[0].write_bytes(kept)
    assert broken(case, permit, folder=case.home) == {"no later decision held it again"}


WHOLE = {"gate": "ota-release", "campaign": "OTA-X", "open": True, "rehearsal": False}


@pytest.mark.parametrize("lacks", [*WHOLE, "everything", "form"])
def test_a_later_line_that_lacks_something_ends_it(lacks: str, tmp_path: Path) -> None:
    case = released(tmp_path)
    _, permit = case.sealed()
    assert permit
    ledger = Ledger(case.home / "ledger.jsonl")
    ledger.append("gate", WHOLE, case.now)
    assert broken(case, permit, folder=case.home) == set()
    ledger.append("gate", {n: v for n, v in WHOLE.items() if n != lacks} if lacks in WHOLE else {}, case.now)
    if lacks == "form":
        _forge(ledger.path, 7)
    assert broken(case, permit, folder=case.home) == {"no later decision held it again"}


@pytest.mark.parametrize("rehearsal", [None, True, 0, ""])
def test_a_forged_line_that_does_not_tell_that_it_is_no_rehearsal_proves_nothing(rehearsal: object, tmp_path: Path) -> None:
    case = released(tmp_path)
    _, permit = case.sealed()
    assert permit
    ledger = Ledger(case.home / "ledger.jsonl")
    body = list(ledger.entries())[-1].body
    forged = {n: v for n, v in body.items() if n != "rehearsal"} | ({} if rehearsal is None else {"rehearsal": rehearsal})
    line = ledger.append("gate", forged, case.now)
    assert broken(case, permit | {"ledger_line": line}, folder=case.home) == {"the permit agrees with the decision in the ledger"}
    line = ledger.append("gate", body, case.now)
    assert broken(case, permit | {"ledger_line": line}, folder=case.home) == set()


def _forge(path: Path, body: object) -> None:
    """Put another body into the last line and chain it anew."""
    *before, last = path.read_bytes().splitlines()
    rest = json.dumps(json.loads(last) | {"body": body}, ensure_ascii=False, separators=(",", ":")).encode()
    rest = rest[len(b'{"h":"') + 64 + len(b'",') : -1]
    forged = b'{"h":"' + sha256(rest).hexdigest().encode() + b'",' + rest + b"}"
    path.write_bytes(b"\n".join([*before, forged]) + b"\n")


def test_a_permit_forged_from_a_held_decision(tmp_path: Path) -> None:
    case = released(tmp_path)
    decision, none = case.sealed(rehearse=case.made.story.day)
    line = list(Ledger(case.home / "ledger.jsonl").entries())[-1]
    assert none is None
    forged = permit_of(decision, line.body, line.digest)
    assert broken(case, forged, folder=case.home) == {"the permit agrees with the decision in the ledger"}


def test_a_broken_ledger_proves_nothing(tmp_path: Path) -> None:
    case = released(tmp_path)
    _, permit = case.sealed()
    ledger = case.home / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'"open":true', b'"open":trye'))
    assert permit and any("chain" in text for text in broken(case, permit, folder=case.home))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[" * 100_000, json.dumps({"form": "zhunru-release-permit-1"}).encode(),
                                     json.dumps({"form": "zhunru-release-permit-1", "packages": [1]}).encode(), b"\xff"])  # fmt: skip
def test_what_is_no_permit_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "permit.json"
    path.write_bytes(content)
    with pytest.raises(PlanError):
        load_permit(path)


def test_only_a_plain_ed25519_key_signs() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(SEED)
    assert private_seed(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())) == SEED
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem in (other, b"", b"-----BEGIN PRIVATE KEY-----\n"):
        with pytest.raises(ValueError):
            private_seed(pem)


def test_verify_proves_the_decision_and_sees_an_altered_one(tmp_path: Path) -> None:
    case = released(tmp_path)
    case.sealed()
    assert all(s.holds for s in verify(case.opened(), {}))
    path = case.home / "out/gate.json"
    path.write_bytes(path.read_bytes().replace(b'"open": true', b'"open": false'))
    assert [s.where for s in verify(case.opened(), {}) if not s.holds] == [str(path)]
