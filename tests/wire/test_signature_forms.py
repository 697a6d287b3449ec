"""All key kinds against independent signers: OpenSSL's command line and the cryptography package; and what must not verify."""

import base64
import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asn1crypto.algos import DSASignature  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from zhunru.wire.der_pair import der_of_pair, pair_of_der
from zhunru.wire.public_key import public_key_of_text
from zhunru.wire.signature import SCHEMES, judge, verify
from zhunru.wire.sm2 import ORDER, point_of, sign_pair, verify_pair
from zhunru.wire.sm3 import sm3

MESSAGE = "升级包 manifest".encode()
P256 = ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256R1())
P384 = ec.derive_private_key(0xFEDCBA0987654321, ec.SECP384R1())
RSA = rsa.generate_private_key(65537, 2048)
SM2_SECRET = bytes(range(1, 33))
SM2_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


def b64(data: bytes | bytearray) -> str:
    return base64.b64encode(data).decode()


def spki(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def pss(digest: Any, salt: int) -> str:
    return b64(RSA.sign(MESSAGE, padding.PSS(padding.MGF1(digest), salt), digest))


def halves(der: bytes, size: int) -> bytes:
    r, s = decode_dss_signature(der)
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


DER256 = P256.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))
DER384 = P384.sign(MESSAGE, ec.ECDSA(hashes.SHA384()))
SM2_KEY = b64(SM2_PREFIX + point_of(SM2_SECRET))
SM2_PAIR = sign_pair(MESSAGE, SM2_SECRET)
GENUINE = {
    "ecdsa-sha2-nistp256": (b64(DER256), pem(P256)),
    "ecdsa-sha2-nistp384": (b64(DER384), b64(spki(P384))),
    "ecdsa-sha2-nistp256-raw": (b64(halves(DER256, 32)), pem(P256)),
    "ecdsa-sha2-nistp384-raw": (b64(halves(DER384, 48)), pem(P384)),
    "rsassa-pss-sha256": (pss(hashes.SHA256(), 32), pem(RSA)),
    "rsassa-pss-sha384": (pss(hashes.SHA384(), 48), pem(RSA)),
    "rsassa-pss-sha512": (pss(hashes.SHA512(), 64), pem(RSA)),
    "sm2-sm3": (b64(der_of_pair(*SM2_PAIR)), SM2_KEY),
    "sm2-sm3-raw": (b64(SM2_PAIR[0].to_bytes(32, "big") + SM2_PAIR[1].to_bytes(32, "big")), SM2_KEY),
}
EACH = pytest.mark.parametrize("scheme", GENUINE)


def test_every_scheme_has_a_genuine_signature() -> None:
    assert {*GENUINE, "ed25519"} == set(SCHEMES)


@EACH
def test_genuine_verifies_and_one_wrong_bit_does_not(scheme: str) -> None:
    signature, key = GENUINE[scheme]
    assert judge(MESSAGE, signature, key, scheme) == ("valid", "", scheme)
    assert verify(MESSAGE, signature, f"{scheme}:{key}") == "valid"
    assert verify(MESSAGE + b"\0", signature, key, scheme) == "invalid"
    raw = bytearray(base64.b64decode(signature))
    raw[-1] ^= 1
    assert judge(MESSAGE, b64(raw), key, scheme) == ("invalid", "does_not_verify", scheme)


@EACH
def test_cut_or_padded_is_unreadable(scheme: str) -> None:
    signature, key = GENUINE[scheme]
    raw = base64.b64decode(signature)
    for changed in (raw[:-1], raw + b"\0", b"", raw[1:]):
        assert judge(MESSAGE, b64(changed), key, scheme)[:2] == ("unreadable", "signature_unreadable")


@pytest.mark.parametrize("scheme", ["ecdsa-sha2-nistp256", "rsassa-pss-sha256", "sm2-sm3", "ecdsa-sha2-nistp384"])
def test_no_scheme_is_the_usual_one_and_no_other_is_tried(scheme: str) -> None:
    signature, key = GENUINE[scheme]
    assert judge(MESSAGE, signature, key).scheme == scheme
    for other in set(SCHEMES) - {scheme}:
        assert verify(MESSAGE, signature, key, other) != "valid"
    assert judge(MESSAGE, signature, f"{scheme}:{key}", "ed25519").reason == "scheme_does_not_fit_key"


def test_a_raw_signature_is_not_taken_for_der() -> None:
    assert verify(MESSAGE, GENUINE["ecdsa-sha2-nistp256-raw"][0], pem(P256)) == "unreadable"
    assert verify(MESSAGE, GENUINE["sm2-sm3-raw"][0], SM2_KEY) == "unreadable"


@pytest.mark.parametrize(("curve", "scheme"), [("p256", "ecdsa-sha2-nistp256"), ("p384", "ecdsa-sha2-nistp384"), ("sm2", "sm2-sm3")])
def test_numbers_out_of_range(curve: str, scheme: str) -> None:
    order = {"sm2": ORDER, "p256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551}.get(
        curve, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
    )
    signature, key = GENUINE[scheme]
    good = pair_of_der(base64.b64decode(signature))
    assert good
    for r, s in [(0, good[1]), (good[0], 0), (0, 0), (good[0] + order, good[1]), (good[0], good[1] + order), (order, good[1]), (1, 1)]:
        assert judge(MESSAGE, b64(der_of_pair(r, s)), key)[:2] == ("invalid", "does_not_verify"), (r, s)


def der(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return b"\x30" + bytes([len(body)]) + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        der(b"\x02\x01\x01"),
        der(b"\x02\x01\x01", b"\x02\x00"),
        der(b"\x02\x02\x00\x01", b"\x02\x01\x01"),
        der(b"\x02\x01\x81", b"\x02\x01\x01"),
        der(b"\x02\x01\x01", b"\x02\x01\x01", b"\x05\x00"),
        der(b"\x02\x01\x01", b"\x02\x01\x01") + b"\0",
        b"\x30\x81\x06\x02\x01\x01\x02\x01\x01",
        b"\x30\x82\x00\x06\x02\x01\x01\x02\x01\x01",
        b"\x30\x80\x02\x01\x01\x02\x01\x01\x00\x00",
        b"\x31\x06\x02\x01\x01\x02\x01\x01",
        der(b"\x04\x01\x01", b"\x02\x01\x01"),
        der(b"\x02\x81\x01\x01", b"\x02\x01\x01"),
        der(b"\x02\x84\xff\xff\xff\xff\x01", b"\x02\x01\x01"),
        b"\x30\x06\x02\x01\x01\x02\x7f\x01",
    ],
)
def test_other_encodings_of_a_pair_are_refused(data: bytes) -> None:
    assert pair_of_der(data) is None


def test_long_form_is_taken_where_it_is_needed() -> None:
    wide = (1 << 520) - 1
    assert pair_of_der(der_of_pair(wide, wide)) == (wide, wide)


@given(st.integers(0, 1 << 400), st.integers(0, 1 << 400), st.binary(max_size=80))
def test_pairs_against_asn1crypto(r: int, s: int, noise: bytes) -> None:
    made = der_of_pair(r, s)
    assert DSASignature({"r": r, "s": s}).dump() == made
    assert pair_of_der(made) == (r, s)
    found = pair_of_der(noise)
    assert found is None or der_of_pair(*found) == noise


@given(st.binary(min_size=64, max_size=72), st.integers(0, 71))
def test_noise_in_place_of_a_signature_never_verifies(noise: bytes, place: int) -> None:
    changed = bytearray(DER256)
    changed[place % len(changed) :] = noise[: len(changed) - place % len(changed)]
    if bytes(changed) != DER256:
        assert verify(MESSAGE, b64(changed), pem(P256)) != "valid"


def weak_keys() -> dict[str, tuple[str, str]]:
    small = [
        "00" * 32,
        "01" + "00" * 31,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ee" + "ff" * 31,
    ]
    return {
        "rsa 1024": (pem(rsa.generate_private_key(65537, 1024)), "weak_key"),
        "rsa 2040": (pem(rsa.generate_private_key(65537, 2040)), "weak_key"),
        "secp256k1": (pem(ec.generate_private_key(ec.SECP256K1())), "curve_not_allowed"),
        "p521": (b64(spki(ec.generate_private_key(ec.SECP521R1()))), "curve_not_allowed"),
        "p224": (pem(ec.generate_private_key(ec.SECP224R1())), "curve_not_allowed"),
        "ed448": (pem(ed448.Ed448PrivateKey.generate()), "key_kind_not_allowed"),
        "dsa": (pem(dsa.generate_private_key(2048)), "key_kind_not_allowed"),
        "private": (P256.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), "private_key"),
        "sm2 off its curve": (b64(SM2_PREFIX + b"\x04" + b"\1" * 64), "key_unreadable"),
        "sm2 compressed": (b64(SM2_PREFIX + b"\x02" + point_of(SM2_SECRET)[1:33]), "key_unreadable"),
        "sm2 longer": (b64(SM2_PREFIX + point_of(SM2_SECRET) + b"\0"), "key_unreadable"),
        "two blocks": (pem(P256) + pem(P256), "key_unreadable"),
        "certificate": (pem(P256).replace("PUBLIC KEY", "CERTIFICATE"), "key_unreadable"),
        "cut": (b64(spki(P256)[:-1]), "key_unreadable"),
        "off its curve": (b64(spki(P256)[:-2] + b"\0\0"), "key_unreadable"),
        **{f"small order {n}": (b64(bytes.fromhex(text)), "weak_key") for n, text in enumerate(small)},
    }


def test_weak_and_strange_keys_are_refused_by_name() -> None:
    for name, (key, reason) in weak_keys().items():
        told = judge(MESSAGE, GENUINE["ecdsa-sha2-nistp256"][0], key)
        assert (told.reason, told.outcome) == (reason, "unreadable" if reason == "key_unreadable" else "invalid"), name


def test_small_order_keys_would_verify_if_they_were_not_refused() -> None:
    identity = bytes([1]) + bytes(31)
    forged = identity + bytes(32)
    ed25519.Ed25519PublicKey.from_public_bytes(identity).verify(forged, MESSAGE)  # the library alone lets it pass
    assert judge(MESSAGE, b64(forged), b64(identity)).reason == "weak_key"


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        ("rsassa-pss-sha1", "digest_not_allowed"),
        ("rsa-md5", "digest_not_allowed"),
        ("rsa-pkcs1v15-sha256", "scheme_unknown"),
        ("ECDSA", "scheme_unknown"),
    ],
)
def test_schemes_that_are_not_offered(scheme: str, reason: str) -> None:
    assert judge(MESSAGE, GENUINE["rsassa-pss-sha256"][0], pem(RSA), scheme)[:2] == ("invalid", reason)


@pytest.mark.parametrize("salt", [0, 20, 31, 33, 222])
def test_another_salt_length_does_not_verify(salt: int) -> None:
    assert verify(MESSAGE, pss(hashes.SHA256(), salt), pem(RSA)) == "invalid"


def test_pkcs_one_padding_does_not_pass_for_pss() -> None:
    assert verify(MESSAGE, b64(RSA.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())), pem(RSA)) == "invalid"


def test_raw_key_and_its_spki_are_one_key() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signature = b64(key.sign(MESSAGE))
    for form in (b64(key.public_key().public_bytes_raw()), b64(spki(key)), pem(key), pem(key).replace("\n", "\r\n")):
        assert verify(MESSAGE, signature, form) == "valid"
        found = public_key_of_text(form)
        assert not isinstance(found, str) and (found.kind, found.der) == ("ed25519", spki(key))


def test_der_is_the_identity_of_every_kind() -> None:
    for key, kind in ((P256, "p256"), (P384, "p384"), (RSA, "rsa")):
        found = public_key_of_text(f"  {pem(key)}\n")
        assert not isinstance(found, str) and (found.kind, found.der) == (kind, spki(key))
    found = public_key_of_text(SM2_KEY)
    assert not isinstance(found, str) and (found.kind, found.key, found.der) == ("sm2", point_of(SM2_SECRET), base64.b64decode(SM2_KEY))


@pytest.mark.parametrize("text", ["", " ", "A" * 16_385, pem(P256) + " " * 16_385, "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"])
def test_texts_that_are_no_key(text: str) -> None:
    found = public_key_of_text(text)
    assert (found == "key_unreadable") is (len(text.strip()) != len(pem(P256).strip()))


def test_ed25519_with_a_second_form_of_s_is_invalid() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    raw = key.sign(MESSAGE)
    order = (1 << 252) + 27742317777372353535851937790883648493
    twin = raw[:32] + (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    assert verify(MESSAGE, b64(twin), b64(key.public_key().public_bytes_raw())) == "invalid"


# SM2 and SM3 against OpenSSL --------------------------------------------------------------------------------------------------------


def openssl(*words: str | Path) -> bytes:
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sm2")
    openssl("genpkey", "-algorithm", "SM2", "-out", folder / "key.pem")
    openssl("pkey", "-in", folder / "key.pem", "-pubout", "-out", folder / "key.pub")
    (folder / "message").write_bytes(MESSAGE * 1000)
    return folder


def by_openssl(folder: Path, name: str = "1234567812345678") -> str:
    words: list[str | Path] = [
        "-rawin",
        "-digest",
        "sm3",
        "-inkey",
        folder / "key.pem",
        "-in",
        folder / "message",
        "-pkeyopt",
        f"distid:{name}",
    ]
    return b64(openssl("pkeyutl", "-sign", *words))


def test_signature_by_openssl_verifies(made: Path) -> None:
    message, key = (made / "message").read_bytes(), (made / "key.pub").read_text()
    for _ in range(8):
        signature = by_openssl(made)
        assert verify(message, signature, key) == "valid"
        assert verify(message[:-1], signature, key) == "invalid"


def test_the_identity_of_the_signer_counts(made: Path) -> None:
    message, key = (made / "message").read_bytes(), (made / "key.pub").read_text()
    signature = by_openssl(made, "ALICE123@YAHOO.COM")
    assert verify(message, signature, key) == "invalid"
    assert judge(message, signature, key, "sm2-sm3", b"ALICE123@YAHOO.COM").outcome == "valid"


def test_openssl_verifies_ours(tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(MESSAGE)
    (tmp_path / "signature").write_bytes(der_of_pair(*SM2_PAIR))
    body = "\n".join(SM2_KEY[i : i + 64] for i in range(0, len(SM2_KEY), 64))
    (tmp_path / "key").write_text(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    words: list[str | Path] = ["-rawin", "-digest", "sm3", "-pubin", "-inkey", tmp_path / "key", "-in", tmp_path / "message"]
    told = openssl("pkeyutl", "-verify", *words, "-sigfile", tmp_path / "signature", "-pkeyopt", "distid:1234567812345678")
    assert b"Successfully" in told


@given(st.binary(max_size=300))
def test_slow_and_native_sm3_agree(data: bytes) -> None:
    slow = sm3(data, native=False)
    slow.update(b"tail")
    assert slow.hexdigest() == sm3(data + b"tail").hexdigest() == hashlib.new("sm3", data + b"tail").hexdigest()


def test_sm3_of_abc() -> None:
    assert sm3(b"abc").hexdigest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize("name", [b"", b"x" * 8192])
def test_identity_of_no_length_or_too_much(name: bytes) -> None:
    assert not verify_pair(MESSAGE, *SM2_PAIR, point_of(SM2_SECRET), name)
