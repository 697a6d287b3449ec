"""Public keys as text, and which of them may be trusted at all: weak or unusual ones are refused with a name."""

import base64
import binascii
import re
from typing import Any, Literal, NamedTuple

from zhunru.wire.sm2 import on_curve

Kind = Literal["ed25519", "p256", "p384", "rsa", "sm2"]
Refusal = Literal[
    "key_unreadable",
    "private_key",
    "weak_key",
    "curve_not_allowed",
    "key_kind_not_allowed",
    "scheme_unknown",
    "scheme_does_not_fit_key",
    "digest_not_allowed",
]
"""Why a key or a scheme is not even tried."""

MIN_RSA_BIT = 2048
"""Smallest RSA modulus: NIST SP 800-131A, and the least that GM/T 0054 era guidance leaves in use (S)."""
MAX_RSA_BIT = 16384
"""Larger ones only cost time (P)."""
_MAX_TEXT = 16_384
_SM2_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_SMALL_ORDER = frozenset(
    int.from_bytes(bytes.fromhex(text), "little")
    for text in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)
"""y of the Ed25519 points of order 1, 2, 4 and 8: one signature of theirs holds for many messages."""


class PublicKey(NamedTuple):
    """A key that may be tried.

    Args:
        kind: Which mathematics.
        key: Object of `cryptography`; for SM2 the 65 bytes `04 || x || y`.
        der: SubjectPublicKeyInfo, DER: its bytes tell whether two keys are one.
    """

    kind: Kind
    key: Any
    der: bytes


def public_key_of_text(text: str) -> PublicKey | Refusal:
    """Return the public key that `text` holds.

    Args:
        text: Ed25519 as 32 raw bytes in base64, or any allowed key as SubjectPublicKeyInfo: one PEM block, or DER in base64.

    Returns:
        The key, or the name of the reason why it is refused.

    References:
        RFC 5280 4.1.2.7; RFC 8410; RFC 5480; GM/T 0009; RFC 8032 5.1.5.
    """
    text = text.strip()
    if not text or len(text) > _MAX_TEXT:
        return "key_unreadable"
    if "PRIVATE KEY" in text:
        return "private_key"
    if text.startswith("-----"):
        block = _PEM.fullmatch(text)
        if block is None or block[1] != "PUBLIC KEY":
            return "key_unreadable"
        text = block[2]
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return "key_unreadable"
    return _ed25519(raw) if len(raw) == 32 else public_key_of_der(raw)


def public_key_of_der(der: bytes) -> PublicKey | Refusal:
    """Return the public key of a SubjectPublicKeyInfo in DER, or the name of the reason why it is refused."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    if der.startswith(_SM2_SPKI):
        point = der[len(_SM2_SPKI) :]
        return PublicKey("sm2", point, der) if on_curve(point) else "key_unreadable"
    try:
        key = load_der_public_key(der)
    except UnsupportedAlgorithm:
        return "curve_not_allowed" if b"\x2a\x86\x48\xce\x3d\x02\x01" in der else "key_kind_not_allowed"
    except (ValueError, TypeError):
        return "key_unreadable"
    return _judged(key)


def _ed25519(raw: bytes) -> PublicKey | Refusal:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return _judged(Ed25519PublicKey.from_public_bytes(raw))


def _judged(key: Any) -> PublicKey | Refusal:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(key, ed25519.Ed25519PublicKey):
        y = int.from_bytes(key.public_bytes_raw(), "little") & ~(1 << 255)
        return "weak_key" if y in _SMALL_ORDER else PublicKey("ed25519", key, der)
    if isinstance(key, ec.EllipticCurvePublicKey):
        if isinstance(key.curve, ec.SECP256R1):
            return PublicKey("p256", key, der)
        return PublicKey("p384", key, der) if isinstance(key.curve, ec.SECP384R1) else "curve_not_allowed"
    if isinstance(key, rsa.RSAPublicKey):
        return PublicKey("rsa", key, der) if MIN_RSA_BIT <= key.key_size <= MAX_RSA_BIT else "weak_key"
    return "key_kind_not_allowed"
