"""Signing with a private key in PEM: Ed25519, ECDSA on P-256 and P-384, RSA-PSS, SM2. For approvers' tools; assessing never signs.

No message, error or representation holds a byte of the key. Copies of it in memory cannot be wiped in Python: keys that must never leave a
module are used through that module, not through this.
"""

import base64
import binascii
import re
from typing import Any, Literal, NamedTuple

from zhunru.core.errors import EvidenceError
from zhunru.wire.der import INTEGER, OCTETS, SEQUENCE, Element, one
from zhunru.wire.der_pair import der_of_pair
from zhunru.wire.signature import verify
from zhunru.wire.sm2 import ORDER, point_of, sign_pair

KeyRefusal = Literal[
    "key_unreadable", "passphrase_needed", "passphrase_wrong", "key_kind_not_allowed", "weak_key", "several_keys", "does_not_verify"
]
MAX_PEM_BYTE = 64 << 10
_MIN_RSA_BIT = 2048
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----\s*([A-Za-z0-9+/=\s]+?)-----END \1-----")
_EC_OID = bytes.fromhex("2a8648ce3d0201")
_SM2_OID = bytes.fromhex("2a811ccf5501822d")
_OID = 0x06
_SM2_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


class Signed(NamedTuple):
    """A signature in base64, the scheme, and the public key that verifies it (SubjectPublicKeyInfo in base64)."""

    signature: str
    scheme: str
    public_key: str


def sign_with_pem(message: bytes, pem: bytes, passphrase: bytes | None = None) -> Signed | KeyRefusal:
    """Return the signature over `message`, verified with the public half before it is returned; else why not.

    Args:
        message: Bytes to sign.
        pem: One private key: PKCS#8, or SEC1 or PKCS#1; encrypted ones need the passphrase (not SM2: decrypt those with their own tool).
        passphrase: Of an encrypted key, else None.

    References:
        RFC 5958, RFC 5915; RFC 8032; FIPS 186-5; RFC 8017 8.1 (salt as long as the digest); GB/T 32918.2-2016.
    """
    if len(pem) > MAX_PEM_BYTE:
        return "key_unreadable"
    if len(re.findall(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----", pem)) > 1:
        return "several_keys"
    made = _sm2(message, pem) or _classic(message, pem, passphrase)
    if isinstance(made, Signed) and verify(message, made.signature, made.public_key, made.scheme) != "valid":
        return "does_not_verify"
    return made


def _classic(message: bytes, pem: bytes, passphrase: bytes | None) -> Signed | KeyRefusal:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, passphrase)
    except TypeError:  # a passphrase is lacking, or one was given for a key without
        return "passphrase_needed" if passphrase is None else "key_unreadable"
    except UnsupportedAlgorithm:
        return "key_kind_not_allowed"
    except ValueError:
        return "passphrase_wrong" if passphrase is not None else "key_unreadable"
    return _made(message, key)


def _made(message: bytes, key: Any) -> Signed | KeyRefusal:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode("ascii")
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return Signed(_text(key.sign(message)), "ed25519", public)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return Signed(_text(key.sign(message, ec.ECDSA(hashes.SHA256()))), "ecdsa-sha2-nistp256", public)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        return Signed(_text(key.sign(message, ec.ECDSA(hashes.SHA384()))), "ecdsa-sha2-nistp384", public)
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < _MIN_RSA_BIT:
            return "weak_key"
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return Signed(_text(key.sign(message, pss, hashes.SHA256())), "rsassa-pss-sha256", public)
    return "key_kind_not_allowed"


def _sm2(message: bytes, pem: bytes) -> Signed | KeyRefusal | None:
    """Return the SM2 signature, why not, or None when the key is none of SM2."""
    found = _PEM.search(pem)
    if not found or b"ENCRYPTED" in found[1]:
        return None
    try:
        der = base64.b64decode(b"".join(found[2].split()), validate=True)
        if _SM2_OID not in der:
            return None
        secret = _scalar(one(der))
    except (binascii.Error, EvidenceError, IndexError, ValueError):
        return "key_unreadable"
    if not 0 < int.from_bytes(secret, "big") < ORDER - 1:
        return "weak_key"
    signature = der_of_pair(*sign_pair(message, secret))
    return Signed(_text(signature), "sm2-sm3", base64.b64encode(_SM2_SPKI + point_of(secret)).decode("ascii"))


def _scalar(key: Element) -> bytes:
    """Return the 32 bytes of the private number: of PKCS#8 (RFC 5958) or of ECPrivateKey (RFC 5915) on the curve of SM2."""
    parts = key.inner()
    if parts[0].tag != INTEGER:
        raise ValueError("no version")
    if parts[1].tag == SEQUENCE:  # PKCS#8: version, algorithm, octets that hold an ECPrivateKey
        algorithm = [e.content for e in parts[1].inner() if e.tag == _OID]
        if algorithm not in ([_EC_OID, _SM2_OID], [_SM2_OID, _SM2_OID]) or parts[2].tag != OCTETS:
            raise ValueError("another algorithm")
        parts = one(parts[2].octets()).inner()
    elif not any(e.context == 0 and e.inner()[0].content == _SM2_OID for e in parts[2:]):
        raise ValueError("another curve")
    if parts[1].tag != OCTETS or not 0 < len(parts[1].octets()) <= 32:
        raise ValueError("no private number")
    return parts[1].octets().rjust(32, b"\0")


def _text(signature: bytes) -> str:
    return base64.b64encode(signature).decode("ascii")
