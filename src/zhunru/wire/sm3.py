"""SM3 digests: from OpenSSL where the build has it, else from gmalg (pure Python, a thousand times slower).

No certified cryptographic module is claimed; gmalg is not constant-time, which matters to who signs, not to who verifies.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Protocol


class Hashing(Protocol):
    """A running digest."""

    def update(self, data: Any, /) -> None:
        """Take more bytes."""
        ...

    def hexdigest(self) -> str:
        """Return the digest so far, hexadecimal."""
        ...


class _Slow:
    """gmalg's SM3 under hashlib's names."""

    def __init__(self) -> None:
        from gmalg import SM3  # type: ignore[import-untyped]

        self.inner = SM3()

    def update(self, data: Any, /) -> None:
        self.inner.update(bytes(data))

    def hexdigest(self) -> str:
        return str(self.inner.value().hex())


def sm3(data: bytes = b"", *, native: bool = "sm3" in hashlib.algorithms_available) -> Hashing:
    """Return a running SM3 digest over `data`.

    Args:
        data: First bytes.
        native: Take OpenSSL's; False takes gmalg's.

    References:
        GB/T 32905-2016.
    """
    found: Hashing = hashlib.new("sm3") if native else _Slow()
    found.update(data)
    return found


DIGESTS: dict[str, Callable[[], Hashing]] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512, "sm3": sm3}
"""Digests that may stand for content; MD5 and SHA-1 do not: others can be made to collide with them."""
