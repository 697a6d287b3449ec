"""Whose keys a decision rests on, and which of them somebody outside of the dossier vouches for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from zhunru.core.decision import Reason, TrustedKey, by_rule
from zhunru.core.errors import PlanError
from zhunru.core.gate import Rule
from zhunru.core.record import Record
from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, signed_bytes
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.wire.metadata_key import key_of_text
from zhunru.wire.signature import verify

Records = Mapping[type[Record], Sequence[Record]]
LEAST_HEX = 16
"""Digits of a fingerprint that suffice to pin it: 64 bits are not met by chance; the whole one is safer against who searches for a match."""
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{LEAST_HEX},64}}")


def pins_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the fingerprints in small letters; raise PlanError for one that is none or is too short."""
    pins = tuple(text.strip().lower() for text in texts)
    for pin in pins:
        if not _FINGERPRINT.fullmatch(pin):
            raise PlanError(
                Text("不是公钥指纹", "this is no fingerprint of a key"), pin[:80],
                Text(f"SHA-256 的全部 64 位十六进制，或至少前 {LEAST_HEX} 位", f"all 64 hex digits of the SHA-256, or at least the first {LEAST_HEX}"),
            )  # fmt: skip
    return pins


def fingerprint_of(public_key: str | None) -> str:
    """Return the SHA-256 of a public key as hexadecimal, the same however the key is written; empty when it is none that may be trusted.

    The digest is taken over the SubjectPublicKeyInfo in DER, which `openssl pkey -pubin -outform DER` writes.
    """
    key = key_of_text("", public_key or "")
    return sha256(bytes.fromhex(key.public)).hexdigest() if key else ""


def trusted_keys(records: Records, pins: Sequence[str]) -> tuple[TrustedKey, ...]:
    """Return every trust anchor of the dossier, each once, pinned ones first."""
    found = {
        TrustedKey(key_id=a.key_id, holder=a.holder or "", fingerprint=f, matters=tuple(sorted(a.matters)), pinned=_pinned(f, pins))
        for a in _anchors(records)
        for f in [fingerprint_of(a.public_key)]
    }
    return tuple(sorted(found, key=lambda k: (not k.pinned, k.holder, k.key_id, k.fingerprint, k.matters)))


def unexpected(rules: Mapping[str, Rule], records: Records, pins: Sequence[str]) -> Iterator[Reason]:
    """Yield each anchor that approvals of the dossier rest on although nobody pinned it; nothing when no key is pinned at all.

    Approvals of earlier releases count as well: the approved baselines that this one starts from rest on them. An anchor beside a pinned one of
    the same key id is no matter as long as no approval was signed with it.
    """
    if not pins:
        return
    signed: dict[str, list[Approval]] = {}
    for approval in records.get(Approval, ()):
        if isinstance(approval, Approval) and approval.signature and approval.key_id:
            signed.setdefault(bare(approval.key_id), []).append(approval)
    rows = [(a, fingerprint_of(a.public_key)) for a in _anchors(records)]
    pinned = {bare(a.key_id) for a, fingerprint in rows if _pinned(fingerprint, pins)}
    for anchor, fingerprint in rows:
        name = bare(anchor.key_id)
        if name in signed and not _pinned(fingerprint, pins) and (name not in pinned or _signed_any(anchor, signed[name])):
            yield by_rule(
                rules["key-unexpected"], anchor.origin.source, anchor.origin.row, key_id=anchor.key_id, holder=anchor.holder, fingerprint=fingerprint
            )  # fmt: skip


def _signed_any(anchor: TrustAnchor, approvals: Iterable[Approval]) -> bool:
    return any(verify(signed_bytes(a), a.signature or "", anchor.public_key or "") == "valid" for a in approvals)


def _anchors(records: Records) -> list[TrustAnchor]:
    return [a for a in records.get(TrustAnchor, ()) if isinstance(a, TrustAnchor)]


def _pinned(fingerprint: str, pins: Sequence[str]) -> bool:
    return any(fingerprint.startswith(pin) for pin in pins)
