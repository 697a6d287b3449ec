"""Update packages of the sample maker, genuine and forged: one forgery per kind of the matrix in ota-and-recorders.md 3.5.

Keys come from the seed, so anybody can derive them: they prove nothing outside of tests and samples. Equal seeds give equal bytes.
"""

import base64
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import md5, new, sha256
from typing import TYPE_CHECKING, Any

from zhunru.wire.package_judge import Target
from zhunru.wire.package_manifest import (
    AUTHORISATION,
    AUTHORISATION_FORM,
    FORM,
    MANIFEST,
    SIGNATURE,
    SIGNATURE_FORM,
    authorisation_bytes,
)
from zhunru.wire.package_trust import Trust, Trusted
from zhunru.wire.signature import public_key_of, sign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
VIN, OTHER_VIN = "LZWADAGA0R1000012", "LZWADAGA9R1000011"
KEY_ID, RETIRED_ID, ROOT_ID = "PKG-KEY-1", "PKG-KEY-0", "PKG-ROOT"
_BASE = sha256(b"zhunru range image 3.1.0").hexdigest()
_FILES = {"images/assist.bin": b"assist 3.1.1 " * 700, "docs/notice.txt": "升级说明".encode() * 40}


@dataclass(frozen=True)
class Draft:
    """A package before it is packed; forgeries change one thing of it.

    Args:
        seed: Whence keys come.
        files: Path -> content.
        manifest: Fields that differ from the usual ones.
        key: Label of the signing key.
        key_id: Name under which the signature cites it.
        wrap: How it is packed: `zip`, `tar`, `tar.gz`, `tar.xz`.
    """

    seed: int
    files: dict[str, bytes] = field(default_factory=lambda: dict(_FILES))
    manifest: Mapping[str, Any] = field(default_factory=dict)
    key: str = "package"
    key_id: str = KEY_ID
    wrap: str = "zip"

    def fields(self) -> dict[str, Any]:
        """Return the manifest."""
        usual = {
            "form": FORM,
            "package": "assist-3.1.1",
            "models": ["样车一号"],
            "ecu": "ADCU",
            "hardware": ["ADCU-H2", "ADCU-H3"],
            "from_versions": ["3.1.0"],
            "version": "3.1.1",
            "counter": 12,
            "created": "2026-08-20T00:00:00Z",
            "not_before": "2026-08-25T00:00:00Z",
            "not_after": "2027-02-28T00:00:00Z",
            "files": [claim(path, content) for path, content in self.files.items()],
            "base": {"sha256": _BASE},
        }
        return usual | dict(self.manifest)

    def raw(self) -> bytes:
        """Return the bytes of the manifest."""
        return json.dumps(self.fields(), ensure_ascii=False, indent=1).encode()

    def signature(self, over: bytes | None = None, **changed: Any) -> bytes:
        """Return the signature file over the manifest, or over other bytes."""
        message = self.raw() if over is None else over
        entry = {
            "key_id": self.key_id,
            "scheme": "ed25519",
            "signature": sign(message, _secret(self.seed, self.key)),
            "package": self.fields()["package"],
            "sha256": sha256(message).hexdigest(),
        }
        return _json({"form": SIGNATURE_FORM, "signatures": [entry | changed]})

    def leave(self, vin: str, manifest: bytes | None = None) -> bytes:
        """Return an authorisation for one car."""
        fields = {
            "form": AUTHORISATION_FORM,
            "vin": vin,
            "manifest_sha256": sha256(self.raw() if manifest is None else manifest).hexdigest(),
            "token": f"T-{vin[-4:]}",
            "not_after": "2026-12-31T00:00:00Z",
        }
        proof = sign(authorisation_bytes(fields), _secret(self.seed, self.key))
        return _json(fields | {"signature": {"key_id": self.key_id, "scheme": "ed25519", "signature": proof}})

    def packed(self, **members: bytes | None) -> bytes:
        """Return the package; `manifest`, `signature`, `authorisation` replace those that belong to it, None leaves one out."""
        parts: dict[str, bytes | None] = {
            MANIFEST: members.get("manifest", self.raw()),
            SIGNATURE: members.get("signature", self.signature()),
            AUTHORISATION: members.get("authorisation"),
        }
        return pack({n: c for n, c in parts.items() if c is not None} | dict(self.files), self.wrap)


def claim(path: str, content: bytes) -> dict[str, Any]:
    """Return what a manifest says of one file."""
    return {
        "path": path,
        "length": len(content),
        "digests": {"sha256": sha256(content).hexdigest(), "sm3": new("sm3", content).hexdigest()},
    }


def pack(files: Mapping[str, bytes], wrap: str = "zip") -> bytes:
    """Return an archive with fixed times."""
    out = io.BytesIO()
    if wrap == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in files.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return _wrapped(out.getvalue(), wrap)


def _wrapped(data: bytes, wrap: str) -> bytes:
    import bz2
    import gzip
    import lzma

    packers: dict[str, Callable[[bytes], bytes]] = {
        "tar": bytes,
        "tar.gz": lambda d: gzip.compress(d, mtime=0),
        "tar.xz": lzma.compress,
        "tar.bz2": bz2.compress,
    }
    return packers[wrap](data)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _secret(seed: int, label: str) -> bytes:
    return sha256(f"zhunru range {seed} {label} key".encode()).digest()


def trusted(seed: int) -> Trusted:
    """Return whose signatures the sample car trusts: one key, one that was revoked, and one authority."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    root = _curve_key(seed, "root").public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    keys = (
        Trust(KEY_ID, public_key_of(_secret(seed, "package")), date(2026, 1, 1)),
        Trust(RETIRED_ID, public_key_of(_secret(seed, "retired")), date(2024, 1, 1), None, date(2026, 6, 30)),
        Trust(ROOT_ID, base64.b64encode(root).decode(), date(2026, 1, 1)),
    )
    return Trusted(keys, (authority(seed),), (NOW,))


def target() -> Target:
    """Return the car and the state of it that the sample packages are for."""
    return Target(("样车一号",), "ADCU", ("ADCU-H3",), "3.1.0", 11, (_BASE,), (VIN,), NOW)


# certificates ------------------------------------------------------------------------------------------------------------------------


def authority(seed: int) -> bytes:
    """Return the certificate of the sample authority for signing, DER."""
    return certificate(seed, "root", "root", authority=True)


def certificate(
    seed: int, subject: str, issuer: str, *, authority: bool = False, usage: str = "digital_signature", year: int = 2026
) -> bytes:
    """Return a certificate, DER.

    Args:
        seed: Whence keys come.
        subject: Label of the key that it is about.
        issuer: Label of the key that signs it.
        authority: It may issue others.
        usage: The one key usage that is set.
        year: First year of validity; a signer's lasts one year, an authority's ten.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"zhunru sample {label}")]) for label in (subject, issuer)]
    words = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
    )
    wanted = "key_cert_sign" if authority and usage == "digital_signature" else usage
    flags = {word: word == wanted for word in (*words, "encipher_only", "decipher_only")}
    builder = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(_curve_key(seed, subject).public_key())
        .serial_number(int.from_bytes(sha256(f"{seed} {subject} {usage} {year}".encode()).digest()[:16], "big") >> 1)
        .not_valid_before(datetime(year, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(year + (10 if authority else 1), 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**flags), critical=True)
    )
    return builder.sign(_curve_key(seed, issuer), hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def _curve_key(seed: int, label: str) -> "EllipticCurvePrivateKey":
    from zhunru.range.certificates import derived_key

    return derived_key(seed, f"signing {label}")


def by_certificate(draft: Draft, *chain: bytes, subject: str = "signer") -> bytes:
    """Return the package, signed by the key of a certificate."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    proof = _curve_key(draft.seed, subject).sign(draft.raw(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    encoded = [base64.b64encode(c).decode() for c in chain]
    return draft.packed(
        signature=draft.signature(scheme="ecdsa-sha2-nistp256", signature=base64.b64encode(proof).decode(), certificates=encoded)
    )


# forgeries ---------------------------------------------------------------------------------------------------------------------------


def genuine(seed: int) -> dict[str, bytes]:
    """Return packages that must be accepted."""
    draft = Draft(seed)
    whole = replace(draft, manifest={"base": None, "from_versions": []})
    return {
        "zip": draft.packed(),
        "tar": replace(draft, wrap="tar").packed(),
        "tar.gz": replace(draft, wrap="tar.gz").packed(),
        "tar.xz": replace(draft, wrap="tar.xz").packed(),
        "whole": whole.packed(),
        "authorised": replace(draft, manifest={"authorisation_needed": True}).packed(
            authorisation=replace(draft, manifest={"authorisation_needed": True}).leave(VIN)
        ),
        "certificate": by_certificate(draft, certificate(seed, "signer", "root")),
        "intermediate": by_certificate(
            draft, certificate(seed, "signer", "issuing"), certificate(seed, "issuing", "root", authority=True, year=2025)
        ),
    }


def forged(seed: int) -> dict[str, bytes]:
    """Return one package per kind of forgery, under the name of the rule that must refuse it."""
    draft = Draft(seed)
    image = "images/assist.bin"
    flipped = bytes([_FILES[image][0] ^ 1]) + _FILES[image][1:]
    plain = draft.raw()
    other = replace(draft, manifest={"package": "media-5.0.2", "ecu": "IVI"})
    return {
        "payload_altered": replace(draft, files=draft.files | {image: flipped}).packed(manifest=plain, signature=draft.signature()),
        "manifest_altered": draft.packed(manifest=plain.replace(b'"counter": 12', b'"counter": 13')),
        "unsigned": draft.packed(signature=None),
        "unknown_key": replace(draft, key="stranger", key_id="STRANGER").packed(),
        "key_no_longer_valid": replace(draft, key="retired", key_id=RETIRED_ID).packed(),
        "signature_of_other_file": draft.packed(signature=other.signature()),
        "truncated": replace(draft, files=draft.files | {image: _FILES[image][:-7]}).packed(manifest=plain, signature=draft.signature()),
        "padded": replace(draft, files=draft.files | {image: _FILES[image] + b"\0" * 7}).packed(
            manifest=plain, signature=draft.signature()
        ),
        "wrong_ecu_or_hardware": replace(draft, manifest={"hardware": ["ADCU-H1"]}).packed(),
        "wrong_model": replace(draft, manifest={"models": ["样车二号"]}).packed(),
        "older_version": replace(draft, manifest={"version": "3.0.9", "counter": 9}).packed(),
        "same_version_other_content": replace(draft, manifest={"version": "3.1.0", "from_versions": [], "counter": 11}).packed(),
        "digest_downgraded": replace(draft, manifest={"files": [_weak(p, c) for p, c in _FILES.items()]}).packed(),
        "path_escape": replace(draft, files=draft.files | {"inner.tar": pack({"../../etc/init.d/x": b"#!"}, "tar")}).packed(),
        "bomb": replace(draft, files=draft.files | {"map.bin": bytes(70 << 20)}).packed(),
        "file_missing_or_unlisted": replace(draft, files=draft.files | {"extra.sh": b"#!"}).packed(
            manifest=plain, signature=draft.signature()
        ),
        "wrong_base": replace(draft, manifest={"base": {"sha256": "ab" * 32}}).packed(),
        "wrong_key_usage": by_certificate(draft, certificate(seed, "signer", "root", usage="key_encipherment")),
        "outside_validity": replace(draft, manifest={"not_after": "2026-08-31T15:59:59Z"}).packed(),
        "authorisation_replayed": draft.packed(authorisation=draft.leave(OTHER_VIN)),
    }


def _weak(path: str, content: bytes) -> dict[str, Any]:
    return {"path": path, "length": len(content), "digests": {"md5": md5(content, usedforsecurity=False).hexdigest()}}
