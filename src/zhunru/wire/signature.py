"""Signatures over bytes: Ed25519, ECDSA on P-256 and P-384, RSA-PSS, and SM2 with SM3; keys and signatures as text.

One key kind has one scheme unless the scheme is named; none is ever tried after another. SM2 runs on gmalg (`wire.sm2` tells its limits).
"""

import base64
import binascii
from typing import Any, Literal, NamedTuple

from zhunru.wire.der_pair import der_of_pair, pair_of_der, pair_of_halves
from zhunru.wire.public_key import Kind, PublicKey, Refusal, public_key_of_text
from zhunru.wire.sm2 import DEFAULT_ID, ORDER, verify_pair

Outcome = Literal["valid", "invalid", "unreadable"]
Reason = Refusal | Literal["", "signature_unreadable", "does_not_verify"]

SCHEMES: dict[str, tuple[Kind, str, bool]] = {
    "ed25519": ("ed25519", "", False),
    "ecdsa-sha2-nistp256": ("p256", "sha256", False),
    "ecdsa-sha2-nistp384": ("p384", "sha384", False),
    "ecdsa-sha2-nistp256-raw": ("p256", "sha256", True),
    "ecdsa-sha2-nistp384-raw": ("p384", "sha384", True),
    "rsassa-pss-sha256": ("rsa", "sha256", False),
    "rsassa-pss-sha384": ("rsa", "sha384", False),
    "rsassa-pss-sha512": ("rsa", "sha512", False),
    "sm2-sm3": ("sm2", "sm3", False),
    "sm2-sm3-raw": ("sm2", "sm3", True),
}
"""Scheme -> key kind, digest, and whether r and s stand as two halves of fixed length instead of DER."""
USUAL: dict[Kind, str] = {
    "ed25519": "ed25519",
    "p256": "ecdsa-sha2-nistp256",
    "p384": "ecdsa-sha2-nistp384",
    "rsa": "rsassa-pss-sha256",
    "sm2": "sm2-sm3",
}
"""Key kind -> the scheme that is meant when none is named."""
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_P384_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
_HALVES: dict[str, tuple[int, int]] = {"p256": (32, _P256_ORDER), "p384": (48, _P384_ORDER), "sm2": (32, ORDER)}
"""Length of one half in bytes, and the order of the group that both must stay below."""
_ED25519_BYTE = 64
_MAX_SIGNATURE_TEXT = 8_192


class Judgement(NamedTuple):
    """What became of one signature.

    Args:
        outcome: `valid`; `invalid` it was tried and fails, or key or scheme are refused; `unreadable` key or signature is none.
        reason: Name of the reason, empty when valid.
        scheme: Scheme that was used, empty when none.
    """

    outcome: Outcome
    reason: Reason
    scheme: str = ""


def verify(message: bytes, signature: str, public_key: str, scheme: str = "") -> Outcome:
    """Tell whether `signature` was made over `message` with the private half of `public_key`.

    Args:
        message: Signed bytes.
        signature: Signature as base64.
        public_key: Ed25519 as 32 raw bytes in base64, or SubjectPublicKeyInfo as PEM or base64 DER; `scheme:key` where the
            scheme is not the usual one of the key kind.
        scheme: One of `SCHEMES`; empty = that of the key text, else the usual one of the key kind.

    Returns:
        `unreadable` when key or signature cannot be read; `invalid` when the mathematics says no or the key is too weak.

    References:
        RFC 8032 5.1.7; FIPS 186-5 6.4; RFC 8017 8.1; GB/T 32918.2-2016 7.
    """
    return judge(message, signature, public_key, scheme).outcome


def judge(message: bytes, signature: str, public_key: str, scheme: str = "", user_id: bytes = DEFAULT_ID) -> Judgement:
    """Like `verify`, with the named reason.

    Args:
        message: Signed bytes.
        signature: Signature as base64.
        public_key: As in `verify`.
        scheme: As in `verify`.
        user_id: Identity of an SM2 signer.
    """
    named, _, rest = public_key.strip().partition(":")
    if rest and named in SCHEMES:
        if scheme and scheme != named:
            return Judgement("invalid", "scheme_does_not_fit_key", scheme)
        scheme, public_key = named, rest
    key = public_key_of_text(public_key)
    if isinstance(key, str):
        return Judgement("unreadable" if key == "key_unreadable" else "invalid", key, scheme)
    try:
        text = signature if len(signature) <= _MAX_SIGNATURE_TEXT else ""
        proof = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        proof = b""
    return judge_bytes(message, proof, key, scheme, user_id)


def judge_bytes(message: bytes, proof: bytes, key: PublicKey, scheme: str = "", user_id: bytes = DEFAULT_ID) -> Judgement:
    """Judge a signature in bytes under a key that was read before.

    Args:
        message: Signed bytes.
        proof: Signature: 64 bytes of Ed25519; DER or halves of ECDSA and SM2; the bytes of RSA.
        key: Public key.
        scheme: One of `SCHEMES`; empty = the usual one of the key kind.
        user_id: Identity of an SM2 signer.
    """
    scheme = scheme or USUAL[key.kind]
    if scheme not in SCHEMES:
        return Judgement("invalid", _unknown(scheme), scheme)
    kind, digest, raw = SCHEMES[scheme]
    if kind != key.kind:
        return Judgement("invalid", "scheme_does_not_fit_key", scheme)
    if kind in _HALVES:
        return _judge_pair(message, proof, key, scheme, user_id)
    expected = _ED25519_BYTE if kind == "ed25519" else (key.key.key_size + 7) // 8
    if raw or len(proof) != expected:
        return Judgement("unreadable", "signature_unreadable", scheme)
    return _told(_verified(message, proof, key, digest), scheme)


def _unknown(scheme: str) -> Reason:
    weak = any(word in scheme.lower().replace("-", "") for word in ("sha1", "md5", "sha224"))
    return "digest_not_allowed" if weak else "scheme_unknown"


def _judge_pair(message: bytes, proof: bytes, key: PublicKey, scheme: str, user_id: bytes) -> Judgement:
    kind, digest, raw = SCHEMES[scheme]
    half_byte, order = _HALVES[kind]
    pair = pair_of_halves(proof, half_byte) if raw else pair_of_der(proof)
    if pair is None:
        return Judgement("unreadable", "signature_unreadable", scheme)
    r, s = pair
    if not (0 < r < order and 0 < s < order):
        return Judgement("invalid", "does_not_verify", scheme)
    if kind == "sm2":
        return _told(verify_pair(message, r, s, key.key, user_id), scheme)
    return _told(_verified(message, der_of_pair(r, s), key, digest), scheme)


def _told(valid: bool, scheme: str) -> Judgement:
    return Judgement("valid", "", scheme) if valid else Judgement("invalid", "does_not_verify", scheme)


def _verified(message: bytes, proof: bytes, key: PublicKey, digest: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding

    kinds: dict[str, Any] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
    try:
        if key.kind == "ed25519":
            key.key.verify(proof, message)
        elif key.kind == "rsa":
            # the salt is as long as the digest: RFC 8017 9.1 note, and what every maker of these schemes writes
            chosen = kinds[digest]()
            key.key.verify(proof, message, padding.PSS(padding.MGF1(chosen), chosen.digest_size), chosen)
        else:
            key.key.verify(proof, message, ec.ECDSA(kinds[digest]()))
    except (InvalidSignature, ValueError):
        return False
    return True


def sign(message: bytes, private_key: bytes) -> str:
    """Return an Ed25519 signature as base64; for approvers' tools, samples and tests: assessing never signs.

    Args:
        message: Bytes to sign.
        private_key: Seed of 32 bytes.

    Raises:
        ValueError: The seed is not 32 bytes long.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(private_key).sign(message)).decode("ascii")


def public_key_of(private_key: bytes) -> str:
    """Return the public half of an Ed25519 seed of 32 bytes, raw, as base64."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()).decode("ascii")
