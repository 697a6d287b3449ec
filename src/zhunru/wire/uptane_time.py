"""A signed time: with it full and partial verification begin.

References: Uptane Standard 2.1.0, 5.4.4.1 (load and verify the current time); deployment considerations, time server.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from zhunru.core.errors import EvidenceError
from zhunru.wire import metadata_der
from zhunru.wire.canonical_json import encode
from zhunru.wire.metadata_file import BadForm, Rule, Signature, moment, signatures_of
from zhunru.wire.metadata_key import Key
from zhunru.wire.metadata_signers import check_signatures
from zhunru.wire.metadata_step import Outcome, Refused, Steps
from zhunru.wire.strict_json import loads

_MAX_BYTE = 65_536
_MAX_SIGNATURE_COUNT = 64


class Timed(NamedTuple):
    """The attested time, None when it was refused; steps, and the step that failed."""

    time: datetime | None
    steps: tuple[Outcome, ...]
    refusal: Outcome | None


def check_time(raw: bytes, encoding: str, rule: Rule, keys: Mapping[str, Key], nonce: int, previous: datetime | None) -> Timed:
    """Return the time that a time server attests.

    Args:
        raw: Its answer.
        encoding: `json` or `der`.
        rule: Key ids and threshold of the time server.
        keys: Its keys by id.
        nonce: Number that this ECU sent; an answer without it is another's or an old one.
        previous: Last attested time.
    """
    steps = Steps("time")
    try:
        value, message, signatures = _read(raw, encoding, steps)
        check_signatures(message, signatures, rule, keys, "time", "U-C1", steps, _MAX_SIGNATURE_COUNT)
        time, nonces = _values(value, steps)
        if nonce not in nonces:
            raise steps.refuse("U-C1", "TimeReplay", "time", f"nonce {nonce} is not among {len(nonces)}", "replay")
        if previous is not None and time < previous:
            raise steps.refuse("U-C1", "TimeWentBack", "time", f"{time:%Y-%m-%dT%H:%M:%SZ} after {previous:%Y-%m-%dT%H:%M:%SZ}")
    except Refused as refused:
        return Timed(None, tuple(steps.taken), refused.outcome)
    steps.passed("U-C1", "time", f"{time:%Y-%m-%dT%H:%M:%SZ}")
    return Timed(time, tuple(steps.taken), None)


def attested(raw: bytes, encoding: str) -> tuple[datetime, tuple[int, ...], frozenset[str]] | None:
    """Return time, nonces and key ids that an answer claims, unproved; None when it has no form to claim anything in."""
    steps = Steps("time")
    try:
        value, _, signatures = _read(raw, encoding, steps)
        time, nonces = _values(value, steps)
    except Refused:
        return None
    return time, tuple(nonces), frozenset(s.key_id for s in signatures)


def _read(raw: bytes, encoding: str, steps: Steps) -> tuple[Mapping[str, Any], bytes, tuple[Signature, ...]]:
    try:
        if len(raw) > _MAX_BYTE:
            raise BadForm(f"longer than {_MAX_BYTE} B")
        if encoding == "der":
            found = metadata_der.time_attestation(raw)
            return found.value, found.message, tuple(Signature(i, p) for i, _, p in found.signatures)
        value = loads(raw, max_byte=_MAX_BYTE)
        if not isinstance(value, dict) or not isinstance(value.get("signed"), dict):
            raise BadForm("signed")
        return value["signed"], encode(value["signed"], plain=True), signatures_of(value.get("signatures"))
    except EvidenceError as error:
        raise steps.refuse("U-C1", "InvalidMetadata::Time", "time", f"{error.what.en}: {error.where}") from error


def _values(value: Mapping[str, Any], steps: Steps) -> tuple[datetime, list[int]]:
    nonces = value.get("nonces")
    try:
        if not isinstance(nonces, list) or not all(type(n) is int for n in nonces):
            raise BadForm("nonces")
        return moment(value.get("time")), nonces
    except BadForm as bad:
        raise steps.refuse("U-C1", "InvalidMetadata::Time", "time", bad.detail) from bad
