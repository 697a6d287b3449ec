"""SM2 signatures with SM3 through gmalg: pure Python, not constant-time, about 20 ms each; no certified module is claimed.

Verifying handles no secret. Signing here is for samples and tests only: a maker's real key belongs in its own certified module.
"""

from typing import Any

from zhunru.wire.sm3 import sm3

DEFAULT_ID = b"1234567812345678"
"""Identity of the signer where nobody agreed on another, GM/T 0009-2012 10."""
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""Order n of the group, GB/T 32918.5-2017."""
_PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_MAX_ID_BYTE = 0x1FFF
"""The length of the identity in bits fits into two bytes, GB/T 32918.2-2016 5.5."""


class _Sm3:
    """hashlib's SM3 in the form that gmalg asks for: its own takes minutes for what takes milliseconds here."""

    def reset(self) -> None:
        self.running = sm3()

    def update(self, data: bytes) -> None:
        self.running.update(data)

    def value(self) -> bytes:
        return bytes.fromhex(self.running.hexdigest())


def on_curve(point: bytes) -> bool:
    """Tell whether `04 || x || y` is a point of the curve; its cofactor is 1, so every such point has the order n."""
    if len(point) != 65 or point[0] != 0x04:
        return False
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return x < _PRIME and y < _PRIME and (y * y - (x * x * x - 3 * x + _B)) % _PRIME == 0


def verify_pair(message: bytes, r: int, s: int, point: bytes, user_id: bytes = DEFAULT_ID) -> bool:
    """Tell whether (r, s) signs `message` under the public key `point`.

    Args:
        message: Signed bytes, not yet hashed: SM3 runs over Z and the message.
        r: First half.
        s: Second half.
        point: Public key, `04 || x || y`.
        user_id: Identity that Z is made of.

    References:
        GB/T 32918.2-2016 7.1.
    """
    if not (0 < r < ORDER and 0 < s < ORDER and on_curve(point) and 0 < len(user_id) <= _MAX_ID_BYTE):
        return False
    size = 32
    return bool(_engine(pk=point, uid=user_id).verify(message, r.to_bytes(size, "big"), s.to_bytes(size, "big")))


def sign_pair(message: bytes, private_key: bytes, user_id: bytes = DEFAULT_ID) -> tuple[int, int]:
    """Return (r, s); for samples and tests with throw-away keys.

    Args:
        message: Bytes to sign.
        private_key: 32 bytes, big-endian.
        user_id: Identity that Z is made of.
    """
    r, s = _engine(sk=private_key, uid=user_id).sign(message)
    return int.from_bytes(r, "big"), int.from_bytes(s, "big")


def point_of(private_key: bytes) -> bytes:
    """Return the public key `04 || x || y` of a private key of 32 bytes."""
    from gmalg import SM2  # type: ignore[import-untyped]

    return bytes(SM2().generate_pk(private_key))


def _engine(**keys: bytes) -> Any:
    from gmalg import SM2

    engine = SM2(**keys)
    engine._core._hash_obj = _Sm3()  # gmalg offers no other way to take the SM3 of OpenSSL
    return engine
