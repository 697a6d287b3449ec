"""Certificates: what they say, and whether a chain holds for a name at a moment.

The path itself is validated by the `cryptography` package with its web profile: SHA-1 signatures and RSA keys under 2048 bits do not hold.
"""

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from cryptography.x509.general_name import DNSName, IPAddress

Outcome = Literal["valid", "unreadable", "early", "expired", "name", "chain", "unnamed", "rootless"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2262, 1, 1, tzinfo=UTC)
"""Times from here on do not fit in 64-bit nanoseconds."""


class Judgement(NamedTuple):
    """Outcome for one chain.

    Args:
        outcome: `valid`; `unreadable` a certificate cannot be parsed; `early` or `expired` the leaf is outside its period; `name` it is for
            other names; `chain` no path to a trusted root holds; `unnamed` all holds but the name to match is not known; `rootless` the same
            but no trusted root is known.
        detail: What the leaf or the validation says.
    """

    outcome: Outcome
    detail: str


class CertificateFacts(NamedTuple):
    """What one certificate says.

    Args:
        subject: Distinguished name, RFC 4514.
        from_ns: Start of validity, ns UTC.
        until_ns: End of validity; None after the year 2261.
        authority: It may issue certificates (basic constraints).
        digest: SHA-256, hexadecimal.
    """

    subject: str
    from_ns: int
    until_ns: int | None
    authority: bool
    digest: str


def facts(der: bytes) -> CertificateFacts | None:
    """Return what a DER certificate says, None when it cannot be read."""
    certificate = _loaded(der)
    if certificate is None:
        return None
    try:
        subject = certificate.subject.rfc4514_string()
        from_ns = _nanoseconds(certificate.not_valid_before_utc)
        until = certificate.not_valid_after_utc
        until_ns = None if until >= _LAST else _nanoseconds(until)
        return CertificateFacts(subject, from_ns, until_ns, _authority(certificate), sha256(der).hexdigest())
    except ValueError:
        return None


def judge(chain: Sequence[bytes], roots: Sequence[bytes], name: str | None, t_ns: int) -> Judgement:
    """Tell whether `chain` proves a server to be `name` at `t_ns`.

    Args:
        chain: DER certificates as the server sent them, leaf first.
        roots: DER certificates of trusted authorities.
        name: Host name or address that the client asked for; None when it did not tell.
        t_ns: Moment, ns UTC.
    """
    loaded = [_loaded(der) for der in chain]
    certificates = [c for c in loaded if c is not None]
    if not certificates or len(certificates) < len(loaded):
        return Judgement("unreadable", "")
    leaf, moment = certificates[0], _EPOCH + timedelta(microseconds=t_ns // 1000)
    names = _names(leaf)
    name = None if name is None else name.lower().rstrip(".")
    if moment < leaf.not_valid_before_utc:
        return Judgement("early", f"valid from {leaf.not_valid_before_utc:%Y-%m-%d}")
    if moment > leaf.not_valid_after_utc:
        return Judgement("expired", f"valid until {leaf.not_valid_after_utc:%Y-%m-%d}")
    if name is not None and not any(_covers(known, name) for known in names):
        return Judgement("name", f"issued for {', '.join(names[:5]) or '-'}")
    anchors = [c for c in map(_loaded, roots) if c is not None and _authority(c)]
    if not anchors:
        return Judgement("rootless", "")
    broken = _broken(certificates, anchors, name or next(iter(names), ""), moment)
    if broken:
        return Judgement("chain", broken)
    return Judgement("valid" if name is not None else "unnamed", ", ".join(names[:5]))


def _broken(chain: "list[Certificate]", anchors: "list[Certificate]", name: str, moment: datetime) -> str:
    """Return why no path holds, empty when one does."""
    from cryptography.x509 import verification

    try:
        subject = _subject(name.replace("*", "any", 1))
        builder = verification.PolicyBuilder().store(verification.Store(anchors)).time(moment)
        builder.build_server_verifier(subject).verify(chain[0], chain[1:])
    except (verification.VerificationError, ValueError) as error:
        return str(error)[:200] or "no path holds"
    return ""


def _subject(name: str) -> "DNSName | IPAddress":
    from cryptography.x509 import DNSName, IPAddress

    address = _address(name)
    return DNSName(name) if address is None else IPAddress(address)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _loaded(der: bytes) -> "Certificate | None":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    try:
        with warnings.catch_warnings():
            # Certificates in use break the letter of the standard in harmless ways; the verdict comes from the validation.
            warnings.simplefilter("ignore")
            certificate = load_der_x509_certificate(der)
            # Some fields are parsed on first use, and names that break the standard raise a TypeError (found by fuzzing).
            for field in ("not_valid_before_utc", "not_valid_after_utc", "subject", "issuer"):
                getattr(certificate, field)
            certificate.subject.rfc4514_string()
    except (ValueError, TypeError, InvalidVersion, UnsupportedAlgorithm):
        return None
    return certificate


def _names(certificate: "Certificate") -> list[str]:
    """Return the names and addresses that the certificate is for; the common name does not count (RFC 6125)."""
    from cryptography.x509 import DNSName, IPAddress, SubjectAlternativeName

    found = _extension(certificate, SubjectAlternativeName)
    if not isinstance(found, SubjectAlternativeName):
        return []
    hosts = [name.lower() for name in found.get_values_for_type(DNSName)]
    return hosts + [str(address) for address in found.get_values_for_type(IPAddress)]


def _authority(certificate: "Certificate") -> bool:
    from cryptography.x509 import BasicConstraints

    found = _extension(certificate, BasicConstraints)
    return isinstance(found, BasicConstraints) and found.ca


def _extension(certificate: "Certificate", kind: type) -> object:
    from cryptography.x509 import DuplicateExtension, ExtensionNotFound, UnsupportedGeneralNameType

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return certificate.extensions.get_extension_for_class(kind).value
    except (ValueError, TypeError, DuplicateExtension, ExtensionNotFound, UnsupportedGeneralNameType):
        return None


def _covers(pattern: str, name: str) -> bool:
    """Tell whether a name of a certificate covers `name`; a star stands for exactly one label, the leftmost (RFC 6125 6.4.3)."""
    if pattern == name:
        return True
    return pattern.startswith("*.") and "." in name and name.partition(".")[2] == pattern[2:] and _address(name) is None


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
