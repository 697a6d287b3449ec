"""Signing with PEM keys, each verified by another implementation, and refused where it must be."""

import base64
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, load_der_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire.private_key import Signed, sign_with_pem
from zhunru.wire.signature import verify

MESSAGE = "审批内容".encode()
RSA = rsa.generate_private_key(65537, 2048)
KEYS: dict[str, Any] = {
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "ecdsa-sha2-nistp256": ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-sha2-nistp384": ec.generate_private_key(ec.SECP384R1()),
    "rsassa-pss-sha256": RSA,
}


def pem(key: Any, passphrase: bytes = b"", form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    made: bytes = key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(passphrase) if passphrase else NoEncryption())
    return made


def check(signed: Signed, scheme: str) -> None:
    """Verify with the library itself, not with ours."""
    public: Any = load_der_public_key(base64.b64decode(signed.public_key))
    proof = base64.b64decode(signed.signature)
    if scheme == "ed25519":
        public.verify(proof, MESSAGE)
    elif scheme.startswith("ecdsa"):
        public.verify(proof, MESSAGE, ec.ECDSA(hashes.SHA384() if "384" in scheme else hashes.SHA256()))
    else:
        public.verify(proof, MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


@pytest.mark.parametrize("scheme", KEYS)
@pytest.mark.parametrize("passphrase", [b"", "口令".encode()])
def test_each_kind_signs_and_another_verifier_agrees(scheme: str, passphrase: bytes) -> None:
    signed = sign_with_pem(MESSAGE, pem(KEYS[scheme], passphrase), passphrase or None)
    assert isinstance(signed, Signed) and signed.scheme == scheme
    check(signed, scheme)
    assert verify(MESSAGE, signed.signature, signed.public_key) == "valid", "the usual scheme of the key: none need be named in the anchor"
    assert verify(MESSAGE + b" ", signed.signature, signed.public_key) == "invalid"


def test_traditional_forms() -> None:
    for scheme in ("ecdsa-sha2-nistp256", "rsassa-pss-sha256"):
        assert isinstance(sign_with_pem(MESSAGE, pem(KEYS[scheme], form=PrivateFormat.TraditionalOpenSSL)), Signed)


@pytest.mark.parametrize(
    ("content", "passphrase", "refusal"),
    [
        (pem(RSA, b"right"), None, "passphrase_needed"),
        (pem(RSA, b"right"), b"wrong", "passphrase_wrong"),
        (pem(RSA), b"needless", "key_unreadable"),
        (b"", None, "key_unreadable"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", None, "key_unreadable"),
        (pem(RSA) + pem(KEYS["ed25519"]), None, "several_keys"),
        (pem(RSA) + b" " * 70_000, None, "key_unreadable"),
        (pem(rsa.generate_private_key(65537, 1024)), None, "weak_key"),
        (pem(ec.generate_private_key(ec.SECP256K1())), None, "key_kind_not_allowed"),
        (pem(ec.generate_private_key(ec.SECP521R1())), None, "key_kind_not_allowed"),
        (pem(ed448.Ed448PrivateKey.generate()), None, "key_kind_not_allowed"),
        (pem(dsa.generate_private_key(1024)), None, "key_kind_not_allowed"),
    ],
    ids=range(12),
)
def test_what_is_not_allowed_is_refused_by_name(content: bytes, passphrase: bytes | None, refusal: str) -> None:
    assert sign_with_pem(MESSAGE, content, passphrase) == refusal


def openssl(*words: str, cwd: Path) -> bytes:
    found = shutil.which("openssl")
    if not found:
        pytest.skip("openssl is not installed: SM2 keys of another implementation are not tried")
    return subprocess.run([found, *words], cwd=cwd, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "make", [("genpkey", "-algorithm", "SM2"), ("ecparam", "-genkey", "-noout", "-name", "SM2")], ids=["pkcs8", "sec1"]
)
def test_openssl_verifies_our_sm2_signature_with_its_own_key(make: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "k.pem").write_bytes(openssl(*make, cwd=tmp_path))
    signed = sign_with_pem(MESSAGE, (tmp_path / "k.pem").read_bytes())
    assert isinstance(signed, Signed) and signed.scheme == "sm2-sm3"
    assert verify(MESSAGE, signed.signature, signed.public_key) == "valid"
    (tmp_path / "m").write_bytes(MESSAGE)
    (tmp_path / "s").write_bytes(base64.b64decode(signed.signature))
    public = openssl("pkey", "-in", "k.pem", "-pubout", "-outform", "DER", cwd=tmp_path)
    assert base64.b64decode(signed.public_key) == public
    (tmp_path / "p.der").write_bytes(public)
    words = ("dgst", "-sm3", "-verify", "p.der", "-keyform", "DER", "-sigopt", "distid:1234567812345678", "-signature", "s", "m")
    assert b"Verified OK" in openssl(*words, cwd=tmp_path)


def test_an_encrypted_sm2_key_is_refused_not_misread(tmp_path: Path) -> None:
    content = openssl("genpkey", "-algorithm", "SM2", "-aes256", "-pass", "pass:x", cwd=tmp_path)
    assert sign_with_pem(MESSAGE, content) == "passphrase_needed"
    assert sign_with_pem(MESSAGE, content, b"x") in {"key_kind_not_allowed", "passphrase_wrong"}


@given(st.binary(max_size=400), st.sampled_from([b"PRIVATE KEY", b"EC PRIVATE KEY"]))
@settings(max_examples=200, deadline=None)
def test_any_content_is_refused_without_a_crash(noise: bytes, label: bytes) -> None:
    oid = bytes.fromhex("06082a811ccf5501822d")
    body = base64.b64encode(b"\x30\x82" + len(noise + oid).to_bytes(2, "big") + noise + oid)
    assert not isinstance(sign_with_pem(b"m", b"-----BEGIN " + label + b"-----\n" + body + b"\n-----END " + label + b"-----\n"), Signed)
