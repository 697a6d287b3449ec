"""Ed25519 signatures over bytes, RFC 8032; keys and signatures as base64 text."""

import base64
import binascii
from typing import Literal

Outcome = Literal["valid", "invalid", "unreadable"]
_KEY_BYTE, _SIGNATURE_BYTE = 32, 64


def verify(message: bytes, signature: str, public_key: str) -> Outcome:
    """Tell whether `signature` was made over `message` with the private half of `public_key`.

    Args:
        message: Signed bytes.
        signature: 64 bytes as base64.
        public_key: 32 raw bytes as base64.

    Returns:
        `unreadable` when key or signature is no base64 of the right length; `invalid` when the mathematics says no.

    References:
        RFC 8032 5.1.7.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key, proof = _bytes(public_key, _KEY_BYTE), _bytes(signature, _SIGNATURE_BYTE)
    if key is None or proof is None:
        return "unreadable"
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(proof, message)
    except (InvalidSignature, ValueError):
        return "invalid"
    return "valid"


def sign(message: bytes, private_key: bytes) -> str:
    """Return the signature as base64; for approvers' tools, samples and tests: assessing never signs.

    Args:
        message: Bytes to sign.
        private_key: Seed of 32 bytes.

    Raises:
        ValueError: The seed is not 32 bytes long.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(private_key).sign(message)).decode("ascii")


def public_key_of(private_key: bytes) -> str:
    """Return the public half of a seed of 32 bytes, raw, as base64."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()).decode("ascii")


def _bytes(text: str, length: int) -> bytes | None:
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == length else None
