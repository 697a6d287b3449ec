"""A throw-away certification authority: keys from the seed, deterministic signatures, so equal seeds give equal bytes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, KeyUsage, Name

_ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ROOT_FROM, ROOT_UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC)
LEAF_FROM, LEAF_UNTIL = datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


def derived_key(seed: int, label: str) -> "EllipticCurvePrivateKey":
    """Return the P-256 key that `seed` and `label` stand for. For generated evidence only: anybody can derive it."""
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = int.from_bytes(sha256(f"zhunru range {seed} {label}".encode()).digest(), "big") % (_ORDER_P256 - 1) + 1
    return ec.derive_private_key(secret, ec.SECP256R1())


@dataclass(frozen=True)
class Authority:
    """A root and one issuing authority below it.

    Args:
        seed: Whence all keys come.
        name: Organisation in the subjects.
    """

    seed: int
    name: str

    def root_pem(self) -> bytes:
        """Return the root certificate in PEM."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self._root().public_bytes(Encoding.PEM)

    def chain(self, host: str, valid: tuple[datetime, datetime] = (LEAF_FROM, LEAF_UNTIL)) -> tuple[bytes, ...]:
        """Return the DER chain that a server `host` sends: leaf, then the issuing authority; the root stays at home."""
        from cryptography.hazmat.primitives.serialization import Encoding

        leaf = self._issue(host, f"{self.name} Issuing CA", valid, authority=None, host=host)
        issuing = self._issue(f"{self.name} Issuing CA", f"{self.name} Root CA", (ROOT_FROM, ROOT_UNTIL), authority=0)
        return leaf.public_bytes(Encoding.DER), issuing.public_bytes(Encoding.DER)

    def _root(self) -> "Certificate":
        return self._issue(f"{self.name} Root CA", f"{self.name} Root CA", (ROOT_FROM, ROOT_UNTIL), authority=1)

    def _issue(self, subject: str, issuer: str, valid: tuple[datetime, datetime], authority: int | None, host: str = "") -> "Certificate":
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import ExtendedKeyUsageOID

        key, signer = derived_key(self.seed, subject).public_key(), derived_key(self.seed, issuer)
        ca = authority is not None
        builder = (
            x509.CertificateBuilder()
            .subject_name(self._subject(subject))
            .issuer_name(self._subject(issuer))
            .public_key(key)
            .serial_number(int.from_bytes(sha256(f"{self.seed} {subject} {valid}".encode()).digest()[:16], "big") >> 1)
            .not_valid_before(valid[0])
            .not_valid_after(valid[1])
            .add_extension(x509.BasicConstraints(ca=ca, path_length=authority), critical=True)
            .add_extension(_usage(ca), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=True)

    def _subject(self, common: str) -> "Name":
        from cryptography import x509

        oid = x509.NameOID
        pairs = ((oid.COUNTRY_NAME, "CN"), (oid.ORGANIZATION_NAME, self.name), (oid.COMMON_NAME, common))
        return x509.Name([x509.NameAttribute(o, v) for o, v in pairs])


def _usage(ca: bool) -> "KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
