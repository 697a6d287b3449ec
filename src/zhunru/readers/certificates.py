"""X.509 certificates in PEM or DER: the trust roots of a dossier."""

import binascii
import re
from collections.abc import Iterator
from typing import Any

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.trust_root import TrustRoot
from zhunru.wire.x509_chain import facts

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_MAX_BYTE = 16 << 20
"""Bundles of all public authorities are below 1 MB (P)."""
_DER = re.compile(rb"\x30(?:\x82..|\x81.|[\x10-\x7f])\x30(?:\x82..|\x81.|[\x10-\x7f])\xa0\x03\x02\x01[\x01\x02]", re.DOTALL)
_UNREADABLE = Text("证书无法解析", "the certificate cannot be parsed")
_ASK_AGAIN = Text("重新导出证书", "export the certificate again")


def _sniff(head: bytes) -> bool:
    return _BEGIN in head or _DER.match(head) is not None


@reader(".pem", ".crt", ".cer", ".der", sniff=_sniff, title_zh="X.509 证书（PEM 或 DER）", title_en="X.509 certificates (PEM or DER)")
def certificates(file: Source) -> Iterator[TrustRoot | Skipped | Noted]:
    """Read the certificates of a PEM file or the one certificate of a DER file.

    Not covered:
        Trust itself: that a certificate stands in the dossier is the declaration that the vehicle trusts it. PKCS#7 and PKCS#12 files.

    未覆盖:
        信任关系本身：放入档案即声明车辆信任该证书。不读取 PKCS#7、PKCS#12 文件。

    Args:
        file: The file.

    Raises:
        DamagedEvidence: The file ends within a certificate, or is longer than any bundle.
    """
    with file.open() as stream:
        content = stream.read(_MAX_BYTE)
    if len(content) == _MAX_BYTE:
        raise DamagedEvidence(Text("文件过大，不是证书", "the file is too large to hold certificates"), file.name, _ASK_AGAIN)
    rows: list[dict[str, Any]] = []
    broken: list[str] = []
    pieces = list(_pem(content) if _BEGIN in content else _der(content))
    end = pieces[-1][2] if pieces else 0
    for der, place, _ in pieces:
        known = facts(der) if der else None
        if known is None:
            broken.append(place)
            continue
        rows.append(
            {
                "der": der,
                "subject": known.subject,
                "authority": known.authority,
                "valid_from_ns": known.from_ns,
                "valid_until_ns": known.until_ns,
                "sha256": known.digest,
            }
        )
    if rows:
        yield TrustRoot.rows(*rows)
    if broken:
        yield Skipped(_UNREADABLE, f"{file.name} @ {broken[0]}", len(broken))
    if b"PRIVATE KEY-----" in content:
        yield Noted(Text("文件中含私钥，不应放入档案", "the file holds a private key, which has no place in a dossier"))
    if content[end:].strip() and (_BEGIN in content[end:] or _BEGIN not in content):
        raise DamagedEvidence(
            Text("文件在证书中间结束", "the file ends within a certificate"), f"{file.name} @ {end}", _ASK_AGAIN, saved=len(rows)
        )


def _pem(content: bytes) -> Iterator[tuple[bytes, str, int]]:
    """Yield (DER or nothing, place, position after it) of each PEM block that is whole."""
    start = content.find(_BEGIN)
    while start >= 0 and (end := content.find(_END, start)) >= 0:
        try:
            der = binascii.a2b_base64(b"".join(content[start + len(_BEGIN) : end].split()), strict_mode=True)
        except binascii.Error:
            der = b""
        yield der, str(start), end + len(_END)
        start = content.find(_BEGIN, end)


def _der(content: bytes) -> Iterator[tuple[bytes, str, int]]:
    """Yield the certificate at the start when it is whole."""
    size = content[1] if len(content) > 1 else 0
    head = 2
    if size & 0x80:
        head += size & 0x7F
        size = int.from_bytes(content[2:head], "big")
    if len(content) > 2 and head + size <= len(content):
        yield content[: head + size], "0", head + size
