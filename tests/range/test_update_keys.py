"""Throw-away keys: equal seeds give equal keys and signatures, and an independent library verifies them."""

from typing import Any

import pytest
from securesystemslib.formats import encode_canonical
from securesystemslib.signer._key import Key
from securesystemslib.signer._signature import Signature

from zhunru.range.update_keys import ECDSA, ED25519, RSA, ThrowAwayKey, canonical
from zhunru.wire.canonical_json import encode


@pytest.mark.parametrize("scheme", [ED25519, ECDSA, RSA])
def test_signatures_verify_elsewhere_and_are_the_same_again(scheme: str) -> None:
    key = ThrowAwayKey(7, "test", scheme)
    signature = key.sign(b"message")
    assert signature == ThrowAwayKey(7, "test", scheme).sign(b"message")
    other = Key.from_dict(key.key_id, dict(key.public))
    other.verify_signature(Signature(key.key_id, signature), b"message")
    with pytest.raises(Exception, match="verif"):
        other.verify_signature(Signature(key.key_id, signature), b"another message")


def test_another_seed_or_label_is_another_key() -> None:
    ids = {ThrowAwayKey(seed, label).key_id for seed in (1, 2) for label in ("a", "b")}
    assert len(ids) == 4
    again = ThrowAwayKey(1, "a", alias="again")
    assert again.key_id not in ids
    assert again.public["keyval"] == ThrowAwayKey(1, "a").public["keyval"]


@pytest.mark.parametrize("value", [{}, [], {"b": 1, "a": [True, None, 'x"\\\n汉']}, {"é": {"z": -5, "Z": []}}])
def test_canonical_json_is_that_of_others(value: Any) -> None:
    assert canonical(value) == str(encode_canonical(value)).encode() == encode(value)
