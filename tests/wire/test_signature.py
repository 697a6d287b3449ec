"""Ed25519 against the vectors of RFC 8032 7.1."""

import base64

import pytest

from zhunru.wire.signature import public_key_of, sign, verify

SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = base64.b64encode(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")).decode()
SIGNED = base64.b64encode(
    bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
).decode()


def test_vector_two() -> None:
    assert public_key_of(SEED) == PUBLIC
    assert sign(b"\x72", SEED) == SIGNED
    assert verify(b"\x72", SIGNED, PUBLIC) == "valid"


def test_line_breaks_in_a_cell_do_not_matter() -> None:
    assert verify(b"\x72", SIGNED[:40] + "\n " + SIGNED[40:], PUBLIC) == "valid"


@pytest.mark.parametrize("bit", [0, 7, 255, 256, 511])
def test_one_wrong_bit_is_invalid(bit: int) -> None:
    raw = bytearray(base64.b64decode(SIGNED))
    raw[bit // 8] ^= 1 << bit % 8
    assert verify(b"\x72", base64.b64encode(raw).decode(), PUBLIC) == "invalid"
    assert verify(b"\x73", SIGNED, PUBLIC) == "invalid"


@pytest.mark.parametrize(
    ("signature", "key"), [("", PUBLIC), (SIGNED, ""), (SIGNED[:-4], PUBLIC), ("汉字", PUBLIC), (SIGNED, "@@@@"), (SIGNED, SIGNED)]
)
def test_unreadable(signature: str, key: str) -> None:
    assert verify(b"\x72", signature, key) == "unreadable"
