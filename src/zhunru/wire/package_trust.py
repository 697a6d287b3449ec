"""Whose signature counts for a package, and what is wrong with one that does not."""

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from zhunru.core.record import CHINA
from zhunru.wire.package_manifest import Signed
from zhunru.wire.package_rules import Fault
from zhunru.wire.public_key import public_key_of_der, public_key_of_text
from zhunru.wire.signature import SCHEMES, judge, judge_bytes
from zhunru.wire.signing_chain import chain_fault, keys_of


class Trust(NamedTuple):
    """One key whose signatures count.

    Args:
        key_id: Name.
        public_key: As `wire.signature.verify` takes it.
        valid_from: First day; None = not known.
        valid_until: Last day; None = open.
        revoked_on: Day from which it does not count; None = never.
        readable: Nothing of its record was unreadable.
    """

    key_id: str
    public_key: str
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    readable: bool = True


class Trusted(NamedTuple):
    """All that is trusted, and the moments that count: when the package was made and when it is to be installed.

    Args:
        keys: Keys whose signatures count.
        roots: Certificates that are at hand, DER; one counts only when `keys` names its key: what a car trusts for its connections to a
            server is not trusted for software.
        moments: When the keys must count.
    """

    keys: tuple[Trust, ...]
    roots: tuple[bytes, ...] = ()
    moments: tuple[datetime, ...] = ()


def signature_faults(
    message: bytes, signatures: Sequence[Signed], trusted: Trusted, package: str, others: frozenset[str] = frozenset()
) -> list[Fault]:
    """Return what is wrong with the signatures over `message`; nothing when one of a trusted key holds.

    Args:
        message: Signed bytes.
        signatures: As the signature file tells them.
        trusted: Whose signatures count.
        package: Name of the package, as the signature tells it too.
        others: SHA-256 of other files of the package.
    """
    if not any(s.signature for s in signatures):
        return [Fault("unsigned")]
    judged = [_one(message, signed, trusted, package, others) for signed in signatures]
    if any(not faults for faults in judged):
        # a further signature that fails is no forgery of this one, yet nobody can say what it is for
        return [Fault("second_signature_fails", sure=False, at=f.at) for faults in judged for f in faults[:1]]
    return min(judged, key=lambda faults: all(f.sure for f in faults))


def _one(message: bytes, signed: Signed, trusted: Trusted, package: str, others: frozenset[str]) -> list[Fault]:
    at = signed.key_id
    if not signed.signature:
        return [Fault("unsigned", at=at)]
    if signed.certificates:
        return _by_chain(message, signed, trusted, package, others)
    keys = [k for k in trusted.keys if k.key_id == signed.key_id and k.public_key]
    if not keys:
        return [Fault("unknown_key", sure=bool(trusted.keys), at=at)]
    outcomes = [judge(message, signed.signature, k.public_key, signed.scheme) for k in keys]
    held = [k for k, outcome in zip(keys, outcomes, strict=True) if outcome.outcome == "valid"]
    if held:
        return in_time([*held, *_about([der for k in held if (der := _der(k))], trusted)], trusted)
    reasons = [o.reason for o in outcomes]
    if set(reasons) & {"does_not_verify", "signature_unreadable"}:
        return [_why(message, signed, package, others)]
    return [Fault("weak_key", sure="key_unreadable" not in reasons, at=f"{at}: {reasons[0]}")]


def _why(message: bytes, signed: Signed, package: str, others: frozenset[str]) -> Fault:
    """Tell altered content from a signature that belongs elsewhere, as far as what stands beside the signature tells."""
    told = signed.sha256.lower().removeprefix("sha256:")
    if (signed.package and signed.package != package) or told in others:
        return Fault("signature_of_other_file", at=signed.key_id)
    if told and told != sha256(message).hexdigest():
        return Fault("manifest_altered", at=signed.key_id)
    return Fault("signature_invalid", at=signed.key_id)


def in_time(rows: Sequence[Trust], trusted: Trusted) -> list[Fault]:
    """Return the fault of a key at the moments that count; what any row about it says against it holds for all."""
    days = [moment.astimezone(CHINA).date() for moment in trusted.moments]  # records tell days of China
    at = rows[0].key_id
    if any(row.revoked_on and row.revoked_on <= day for row in rows for day in days):
        return [Fault("key_no_longer_valid", at=at)]
    if not days or not all(row.readable and row.valid_from for row in rows):
        return [Fault("key_no_longer_valid", sure=False, at=at)]
    if any(day < (row.valid_from or day) or day > (row.valid_until or day) for row in rows for day in days):
        return [Fault("key_no_longer_valid", at=at)]
    return []


def _by_chain(message: bytes, signed: Signed, trusted: Trusted, package: str, others: frozenset[str]) -> list[Fault]:
    at = signed.key_id
    fault = chain_fault(signed.certificates, _anchored([*signed.certificates, *trusted.roots], trusted), trusted.moments)
    if fault == "unreadable":
        return [Fault("chain_broken", sure=False, at=at)]
    if fault:
        rules = {"wrong_usage": "wrong_key_usage", "expired": "key_no_longer_valid", "weak": "weak_key", "rootless": "unknown_key"}
        return [Fault(rules.get(fault, "chain_broken"), sure=fault != "rootless", at=at)]
    chain = keys_of(signed.certificates)
    rows = _about(chain, trusted)
    if rows and (late := in_time(rows, trusted)):
        return late
    if not trusted.moments:
        return [Fault("key_no_longer_valid", sure=False, at=at)]
    key = public_key_of_der(chain[0])
    if isinstance(key, str):
        return [Fault("weak_key", at=f"{at}: {key}")]
    outcome = judge_bytes(message, _raw(signed.signature), key, signed.scheme)
    if outcome.outcome == "valid":
        return []
    if outcome.reason in {"does_not_verify", "signature_unreadable"}:
        return [_why(message, signed, package, others)]
    return [Fault("weak_key", at=f"{at}: {outcome.reason}")]


def _anchored(certificates: Sequence[bytes], trusted: Trusted) -> list[bytes]:
    """Return the certificates whose key is trusted at the moments that count."""
    return [c for c in certificates if (rows := _about(keys_of([c]), trusted)) and not in_time(rows, trusted)]


def _about(keys: Sequence[bytes], trusted: Trusted) -> list[Trust]:
    """Return the trust records about one of these keys, whatever they call it: a revocation counts for the key, not for its name."""
    return [record for record in trusted.keys if _der(record) in keys]


def _der(record: Trust) -> bytes | None:
    text = record.public_key.strip()
    scheme, _, rest = text.partition(":")
    key = public_key_of_text(rest if scheme in SCHEMES else text)
    return None if isinstance(key, str) else key.der


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
