"""Every byte in every place of a word: read as Python reads it, or told to be wrong."""

import numpy as np
import pytest
from numpy.typing import NDArray

from zhunru.wire.candump_digits import ZEROS, decimal, hexadecimal, pattern

_HEX = b"0123456789ABCDEFabcdef"


def _words(texts: list[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(texts), "<u8").astype(np.uint64)


def _everywhere(words: list[bytes]) -> list[bytes]:
    """Return each word with each byte in each place."""
    return [word[:k] + bytes([byte]) + word[k + 1 :] for word in words for k in range(8) for byte in range(256)]


def test_hexadecimal_reads_or_refuses_every_byte_in_every_place() -> None:
    texts = _everywhere([b"00000000", b"FFFFFFFF", b"ffffffff", b"9A9a9A9a", b"12345678", b"\xff\0\x80@`/:g"])
    octets, wrong = hexadecimal(_words(texts) ^ ZEROS)
    right = [all(c in _HEX for c in text) for text in texts]
    assert (wrong == 0).tolist() == right
    assert octets.reshape(-1, 4)[right].tobytes() == b"".join(bytes.fromhex(t.decode()) for t, r in zip(texts, right, strict=True) if r)


def test_hexadecimal_refuses_any_two_wrong_bytes() -> None:
    texts = [bytes((a, b)) + b"0F0f0F" for a in range(256) for b in range(256)]
    _, wrong = hexadecimal(_words(texts) ^ ZEROS)
    assert (wrong == 0).tolist() == [t[0] in _HEX and t[1] in _HEX for t in texts]


@pytest.mark.parametrize("wanted", [b"00000000", b".000000)", b"*****(00", b"******00", b"********", b"*(000000"])
def test_decimal_reads_or_refuses_every_byte_in_every_place(wanted: bytes) -> None:
    texts = _everywhere([wanted.replace(b"*", b"9"), wanted.replace(b"0", b"9"), wanted.replace(b"0", b"5").replace(b"*", b"\xff")])
    value, right = decimal(_words(texts), pattern(wanted))

    def fits(text: bytes) -> bool:
        return all(
            w == ord("*") or (w == ord("0") and ord("0") <= c <= ord("9")) or (w == c != ord("0"))
            for c, w in zip(text, wanted, strict=True)
        )

    assert right.tolist() == [fits(t) for t in texts]
    for k in np.flatnonzero(right):
        assert value[k] == int(bytes(c if w == ord("0") else ord("0") for c, w in zip(texts[k], wanted, strict=True)))
