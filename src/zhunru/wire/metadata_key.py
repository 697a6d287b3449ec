"""Keys of TUF and Uptane metadata: the forms in which they are written, their ids, and signatures under them."""

import base64
import binascii
import hashlib
from functools import lru_cache
from typing import Any, NamedTuple

from zhunru.wire.canonical_json import encode
from zhunru.wire.public_key import PublicKey, public_key_of_der, public_key_of_text
from zhunru.wire.signature import SCHEMES, USUAL, judge_bytes

_P256_POINT = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
"""SubjectPublicKeyInfo up to an uncompressed point of P-256, RFC 5480: older keys are the bare point in hexadecimal."""
_MAX_TEXT = 16_384
_LEGACY = {
    "ecdsa": "ecdsa-sha2-nistp256",
    "rsassa-pss": "rsassa-pss-sha256",
    "rsa": "rsassa-pss-sha256",
    "ecdsa-sha2-nistp256": "ecdsa-sha2-nistp256",
}


class Key(NamedTuple):
    """A public key as metadata writes it.

    Args:
        id: Key id under which it stands.
        scheme: Signature scheme, a key of `wire.signature.SCHEMES`; empty when unknown.
        public: The text of the public half.
    """

    id: str
    scheme: str
    public: str

    @property
    def loaded(self) -> PublicKey | None:
        """The key to try, None when it is unreadable, weak or of an unknown kind."""
        return _load(self.public) if self.scheme else None

    @property
    def identity(self) -> bytes:
        """The same for two ids of one key, so that it counts once in a threshold."""
        return self.loaded.der if self.loaded else b"?" + self.id.encode("utf-8", "replace")


def key_of(key_id: str, value: Any) -> Key | None:
    """Return the key that a key object of JSON metadata describes, None when it is no key object."""
    if not isinstance(value, dict):
        return None
    kind, values = value.get("keytype"), value.get("keyval")
    public = values.get("public") if isinstance(values, dict) else None
    if not isinstance(kind, str) or not isinstance(public, str) or not 0 < len(public) <= _MAX_TEXT:
        return None
    named = value.get("scheme", kind)
    if not isinstance(named, str):
        return None
    scheme = _LEGACY.get(named.lower(), named.lower())
    return Key(key_id, scheme if scheme in SCHEMES else "", public)


def key_of_text(key_id: str, text: str) -> Key | None:
    """Return the key that a trust anchor writes (`wire.signature.verify`), None when it cannot be read or is refused."""
    named, _, rest = text.strip().partition(":")
    scheme, public = (named, rest) if rest and named in SCHEMES else ("", text.strip())
    loaded = public_key_of_text(public)
    if isinstance(loaded, str):
        return None
    scheme = scheme or USUAL[loaded.kind]
    return Key(key_id, scheme, loaded.der.hex()) if SCHEMES[scheme][0] == loaded.kind else None


def id_belongs(key_id: str, value: dict[str, Any], public: str) -> bool:
    """Tell whether a key id is a SHA-256 of its key in one of the forms that signers use.

    The canonical key object (with and without fields that are not of the specification), or the canonical text of the public half
    (aktualizr and OTA Connect). Each binds the whole key, so accepting all of them weakens none.
    """
    own = {k: v for k, v in value.items() if k in {"keytype", "scheme", "keyval", "keyid_hash_algorithms"}}
    bare = {k: v for k, v in own.items() if k != "keyid_hash_algorithms"}
    forms: list[Any] = [value, own, bare, public]
    return any(hashlib.sha256(encode(form)).hexdigest() == key_id.lower() for form in forms)


def verifies(key: Key, signature: str | bytes, message: bytes) -> bool:
    """Tell whether a signature (hexadecimal, base64 or bytes) over `message` is valid under `key`."""
    loaded = key.loaded
    if loaded is None:
        return False
    return any(judge_bytes(message, proof, loaded, key.scheme).outcome == "valid" for proof in proofs(signature))


def proofs(signature: str | bytes) -> list[bytes]:
    """Return the bytes that a signature may stand for: hexadecimal, base64, or both where it could be either."""
    if isinstance(signature, bytes):
        return [signature]
    found = []
    if len(signature) <= _MAX_TEXT:
        for decode in (bytes.fromhex, _base64):
            try:
                found.append(decode(signature))
            except (ValueError, binascii.Error):
                continue
    return found


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


@lru_cache(maxsize=1024)
def _load(public: str) -> PublicKey | None:
    try:
        raw = bytes.fromhex(public)
    except ValueError:
        found = public_key_of_text(public)
    else:
        if len(raw) == 32:
            found = public_key_of_text(base64.b64encode(raw).decode("ascii"))
        else:
            found = public_key_of_der(_P256_POINT + raw if len(raw) == 65 else raw)
    return None if isinstance(found, str) else found
