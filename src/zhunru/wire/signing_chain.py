"""A chain of certificates that vouches for the key which signed a package: RFC 5280 for code, not for servers."""

import warnings
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from zhunru.wire.public_key import public_key_of_der

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

ChainFault = Literal["", "unreadable", "broken", "rootless", "expired", "wrong_usage", "weak"]
_CODE_SIGNING, _ANY_PURPOSE = "1.3.6.1.5.5.7.3.3", "2.5.29.37.0"
_WEAK = frozenset({"md5", "sha1", "sha224", "md2", "md4"})


def chain_fault(chain: Sequence[bytes], roots: Sequence[bytes], moments: Sequence[datetime]) -> ChainFault:
    """Return why a chain does not vouch for its first key, empty when it does.

    Looked at: who issued whom up to a trusted certificate, authority and path length, key usage (keyCertSign of those above,
    digitalSignature of the signer), extended key usage (code signing where any is named), validity at every moment, digests and keys
    that are too weak, critical extensions that nobody here understands. Names constrained and policies are not; nor are revocation lists.

    Args:
        chain: DER certificates, the signer's first.
        roots: DER certificates that are trusted.
        moments: When it must hold.

    References:
        RFC 5280 4.2, 6.1.
    """
    from cryptography.x509 import Certificate

    loaded = [_loaded(der) for der in chain]
    certificates = [c for c in loaded if isinstance(c, Certificate)]
    if not certificates or len(certificates) != len(loaded):
        return "unreadable"
    trusted = [c for c in map(_loaded, roots) if c is not None]
    if not trusted:
        return "rootless"
    top = certificates[-1]
    if top not in trusted:
        anchor = next((c for c in trusted if _issued(top, c)), None)
        if anchor is None:
            return "broken"
        certificates.append(anchor)
    return _path_fault(certificates, moments)


def _path_fault(path: "list[Certificate]", moments: Sequence[datetime]) -> ChainFault:
    """Judge a path from the signer to a trusted certificate."""
    if not all(_issued(child, parent) for child, parent in pairwise(path)):
        return "broken"
    try:
        if any(_is_weak(c, trusted=c is path[-1]) for c in path):
            return "weak"
        if not _may_sign(path[0]) or not all(_may_issue(c, below) for below, c in enumerate(path[1:])):
            return "wrong_usage"
        if any(_has_unknown_critical(c) for c in path):
            return "broken"
    except (ValueError, TypeError):
        return "unreadable"
    if not all(c.not_valid_before_utc <= moment <= c.not_valid_after_utc for c in path for moment in moments):
        return "expired"
    return ""


def keys_of(chain: Sequence[bytes]) -> list[bytes]:
    """Return the public keys of the certificates that can be read, SubjectPublicKeyInfo in DER."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    found = []
    for der in chain:
        certificate = _loaded(der)
        if certificate is not None:
            found.append(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return found


def _loaded(der: bytes) -> "Certificate | None":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            certificate = load_der_x509_certificate(der)
            # parsed on first use: asked for here, so that nothing raises later
            for field in ("not_valid_before_utc", "not_valid_after_utc", "subject", "issuer", "extensions"):
                getattr(certificate, field)
            certificate.public_key()
    except Exception as error:
        if isinstance(error, ValueError | TypeError | InvalidVersion | UnsupportedAlgorithm) or _is_ours(error):
            return None
        raise
    return certificate


def _is_ours(error: Exception) -> bool:
    from cryptography.x509 import DuplicateExtension, UnsupportedGeneralNameType

    return isinstance(error, DuplicateExtension | UnsupportedGeneralNameType)


def _issued(child: "Certificate", parent: "Certificate") -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        child.verify_directly_issued_by(parent)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_weak(certificate: "Certificate", *, trusted: bool) -> bool:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if isinstance(public_key_of_der(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)), str):
        return True
    digest = certificate.signature_hash_algorithm
    return not trusted and digest is not None and digest.name in _WEAK  # what is trusted by itself needs no signature


def _extension(certificate: "Certificate", kind: Any) -> Any:
    from cryptography.x509 import ExtensionNotFound

    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except ExtensionNotFound:
        return None


def _may_sign(certificate: "Certificate") -> bool:
    from cryptography import x509

    usage, constraints = _extension(certificate, x509.KeyUsage), _extension(certificate, x509.BasicConstraints)
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    if usage is None or not usage.digital_signature or (constraints is not None and constraints.ca):
        return False
    return purposes is None or any(p.dotted_string in {_CODE_SIGNING, _ANY_PURPOSE} for p in purposes)


def _may_issue(certificate: "Certificate", below: int) -> bool:
    """Tell whether a certificate may stand above `below` others of authorities."""
    from cryptography import x509

    usage, constraints = _extension(certificate, x509.KeyUsage), _extension(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.ca or (usage is not None and not usage.key_cert_sign):
        return False
    return constraints.path_length is None or below <= constraints.path_length


def _has_unknown_critical(certificate: "Certificate") -> bool:
    from cryptography import x509

    return any(e.critical and isinstance(e.value, x509.UnrecognizedExtension | x509.NameConstraints) for e in certificate.extensions)
