"""A release permit: what an opened gate hands to the step that deploys, and its proof offline."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from zhunru.core.decision import Decision
from zhunru.core.errors import EvidenceError, PlanError
from zhunru.core.record import CHINA
from zhunru.core.text import Text
from zhunru.engine.assess import LEDGER
from zhunru.engine.ledger import Entry, Ledger
from zhunru.engine.packages import ReadPackage
from zhunru.engine.verify import Step

FORM = "zhunru-release-permit-1"
_SIGNED = ("form", "gate", "gate_digest", "product", "campaign", "day", "packages", "decision", "code", "ledger_line")
_LONGEST_BYTE = 1 << 20


def permit_of(decision: Decision, body: Mapping[str, Any], line: str) -> dict[str, Any]:
    """Return the permit for an opened gate.

    Args:
        decision: The decision, open.
        body: What the ledger line tells.
        line: Digest of the ledger line.
    """
    return {
        "form": FORM,
        "gate": decision.gate,
        "gate_digest": decision.gate_digest,
        "product": decision.product,
        "campaign": decision.campaign,
        "day": decision.day.isoformat(),
        "packages": [{"name": p.name, "sha256": p.sha256, "size_byte": p.size_byte} for p in decision.packages],
        "decision": body["decision"],
        "code": decision.code,
        "ledger_line": line,
    }


def signed_bytes(permit: Mapping[str, Any]) -> bytes:
    """Return the bytes over which a permit is signed: its fields but the signature, as JSON with sorted keys and no spaces."""
    return json.dumps({n: permit.get(n) for n in _SIGNED}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def private_seed(pem: bytes) -> bytes:
    """Return the 32 bytes of an Ed25519 private key in PEM; raise ValueError when it is none. The bytes are never written anywhere."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("not a plain private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not Ed25519")
    return key.private_bytes_raw()


def load_permit(path: Path) -> dict[str, Any]:
    """Return the permit in `path`; raise PlanError when it is none."""
    try:
        with path.open("rb") as stream:
            data = json.loads(stream.read(_LONGEST_BYTE + 1))
        good = isinstance(data, dict) and data.get("form") == FORM and all(isinstance(p, dict) for p in data["packages"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        good = False
    if not good:
        raise PlanError(
            Text("不是放行许可", "this is no release permit"), str(path), Text("用 zhunru gate 生成", "it is made by zhunru gate")
        )
    return dict(data)


def prove(
    permit: Mapping[str, Any], given: Sequence[ReadPackage], now: datetime, folder: Path | None = None, public_key: str = ""
) -> Iterator[Step]:
    """Yield the steps of the proof that `given` may be released today.

    Args:
        permit: The permit.
        given: Files as they were read.
        now: The machine's clock, with zone.
        folder: Dossier whose ledger must hold the decision; None = not asked.
        public_key: Ed25519 key as base64 that must have signed the permit; empty = not asked.
    """
    today = now.astimezone(CHINA).date().isoformat()
    yield Step(Text("许可是今天的", "the permit is of today"), f"{permit.get('day')}, {today}", permit.get("day") == today)
    permitted = {str(p.get("sha256")): str(p.get("name")) for p in permit["packages"]}
    for package in given:
        holds = not package.problem and package.sha256 in permitted
        yield Step(Text("升级包是被放行的字节", "the package is the very bytes that were permitted"), str(package.path), holds)
    for digest in sorted(set(permitted) - {g.sha256 for g in given}):
        yield Step(Text("许可中的升级包已给出", "a package of the permit is given"), permitted[digest], False)
    if not permitted:
        yield Step(Text("许可列有升级包", "the permit names packages"), str(permit.get("gate")), False)
    if public_key:
        yield _signed(permit, public_key)
    if folder is not None:
        yield from _sealed(permit, folder)


def _signed(permit: Mapping[str, Any], public_key: str) -> Step:
    from zhunru.wire.signature import verify

    holds = verify(signed_bytes(permit), str(permit.get("signature") or ""), public_key) == "valid"
    return Step(Text("许可由此密钥签名", "the permit is signed with this key"), public_key[:16] + "…", holds)


def _sealed(permit: Mapping[str, Any], folder: Path) -> Iterator[Step]:
    ledger = Ledger(folder / LEDGER)
    try:
        entries = list(ledger.entries())
    except EvidenceError as error:
        yield Step(error.what, error.where, False)
        return
    line = next((e for e in entries if e.digest == permit.get("ledger_line")), None)
    yield Step(Text("台账含有此决定", "the ledger holds the decision"), str(ledger.path), line is not None)
    if line is None:
        return
    told = {n: permit.get(n) for n in ("gate", "gate_digest", "campaign", "day", "decision", "code")}
    told["packages"] = [[p.get("name"), p.get("sha256")] for p in permit["packages"]]
    body = _body(line)
    opened = line.kind == "gate" and body.get("open") is True and body.get("rehearsal") is False
    same = opened and all(body.get(n) == v for n, v in told.items())
    yield Step(Text("许可与台账中的决定一致", "the permit agrees with the decision in the ledger"), f"line {line.number}", same)
    revoked = any(_ends(_body(e), permit) for e in entries if e.number > line.number and e.kind == "gate")
    yield Step(Text("此后没有关闭的决定", "no later decision held it again"), str(ledger.path), not revoked)


def _body(entry: Entry) -> dict[str, Any]:
    """Return what a line tells; the chain proves that it was not altered, not that it has the form of a decision."""
    return entry.body if isinstance(entry.body, dict) else {}


def _ends(body: Mapping[str, Any], permit: Mapping[str, Any]) -> bool:
    """Tell whether a later decision ends the permit; one that does not tell what it decided does, for it cannot be told that it opened."""
    if any(n not in body for n in ("rehearsal", "gate", "campaign", "open")):
        return True
    same = body["gate"] == permit.get("gate") and body["campaign"] == permit.get("campaign")
    return same and body["rehearsal"] is not True and body["open"] is not True
