"""Throw-away signing keys of the update range: equal seeds give equal keys and equal signatures, for every scheme.

For generated evidence only: anybody who knows the seed can derive each key.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from zhunru.range.certificates import derived_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519, ECDSA, RSA = "ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256"
_TYPES = {ED25519: "ed25519", ECDSA: "ecdsa", RSA: "rsa"}
_RSA_BIT = 2048
_EXPONENT = 65537
_ROUNDS = 20
"""Rounds of the primality test; a composite survives with a chance below 4**-20."""


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of TUF metadata: keys in order, no space, only quote and backslash escaped."""
    if isinstance(value, dict):
        return b"{" + b",".join(canonical(k) + b":" + canonical(value[k]) for k in sorted(value)) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, str):
        return b'"' + value.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
    return json.dumps(value).encode()


@dataclass(frozen=True)
class ThrowAwayKey:
    """One key pair.

    Args:
        seed: Seed of the range.
        label: What the key is for; another label is another key.
        scheme: `ed25519`, `ecdsa-sha2-nistp256` or `rsassa-pss-sha256`.
        alias: Makes another key id of the same key pair, for attacks that count one key twice.
    """

    seed: int
    label: str
    scheme: str = ED25519
    alias: str = ""

    @cached_property
    def public(self) -> dict[str, Any]:
        """Return the key as TUF metadata write it."""
        told = {"keytype": _TYPES[self.scheme], "scheme": self.scheme, "keyval": {"public": self._public_text()}}
        return told | ({"x-alias": self.alias} if self.alias else {})

    @cached_property
    def key_id(self) -> str:
        """Return the SHA-256 of the canonical key, the usual key id."""
        return sha256(canonical(self.public)).hexdigest()

    def sign(self, message: bytes) -> str:
        """Return the signature over `message` in hexadecimal; equal messages give equal signatures."""
        if self.scheme == ED25519:
            return self._ed25519().sign(message).hex()
        if self.scheme == ECDSA:
            from cryptography.hazmat.primitives import hashes
            from cryptography.hazmat.primitives.asymmetric import ec

            key = derived_key(self.seed, self.label)
            return key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)).hex()
        return _pss(message, _rsa(self.seed, self.label)).hex()

    def _ed25519(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(sha256(f"zhunru update range {self.seed} {self.label}".encode()).digest())

    def _public_text(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        if self.scheme == ED25519:
            return self._ed25519().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        if self.scheme == ECDSA:
            key = derived_key(self.seed, self.label).public_key()
            return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

        modulus = _rsa(self.seed, self.label)[0]
        public = RSAPublicNumbers(_EXPONENT, modulus).public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@cache
def _rsa(seed: int, label: str) -> tuple[int, int]:
    """Return modulus and private exponent of a seeded RSA key; throw-away, no side channel is closed."""
    p, q = (_prime(f"{seed} {label} {which}") for which in "pq")
    return p * q, pow(_EXPONENT, -1, (p - 1) * (q - 1))


def _prime(label: str) -> int:
    half = _RSA_BIT // 2
    count = 0
    while True:
        drawn = b"".join(sha256(f"{label} {count} {part}".encode()).digest() for part in range(half // 256))
        found = int.from_bytes(drawn, "big") | (0b11 << (half - 2)) | 1
        if all(found % small for small in range(3, 2000, 2)) and found % _EXPONENT != 1 and _probably_prime(found):
            return found
        count += 1


def _probably_prime(number: int) -> bool:
    """Miller and Rabin, bases 2, 3, 5 ... ."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in range(2, 2 + _ROUNDS):
        x = pow(base, odd, number)
        if x in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def _pss(message: bytes, key: tuple[int, int]) -> bytes:
    """EMSA-PSS with SHA-256, a salt of 32 B drawn from the message (RFC 8017, 9.1.1): the library draws it at random."""
    length = _RSA_BIT // 8
    digest = sha256(message).digest()
    salt = sha256(b"salt" + digest).digest()
    inner = sha256(bytes(8) + digest + salt).digest()
    block = bytes(length - 2 * 32 - 2) + b"\x01" + salt
    mask = b"".join(sha256(inner + n.to_bytes(4, "big")).digest() for n in range(-(-len(block) // 32)))
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=False))
    masked[0] &= 0x7F
    encoded = int.from_bytes(bytes(masked) + inner + b"\xbc", "big")
    return pow(encoded, key[1], key[0]).to_bytes(length, "big")
