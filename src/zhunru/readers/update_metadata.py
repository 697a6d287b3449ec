"""Signed update metadata: TUF and Uptane, JSON or DER."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Barren, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.update_metadata import UpdateMetadata
from zhunru.tables.vehicle_report import VehicleReport
from zhunru.wire import metadata_der
from zhunru.wire.der import MalformedDer
from zhunru.wire.metadata_file import read
from zhunru.wire.strict_json import MAX_BYTE, loads

_OPENS = re.compile(rb'\s*\{\s*"(?:signatures|signed)"\s*:')
_ROLE = re.compile(rb'"_type"\s*:\s*"')
_OF_OTHERS = re.compile(rb'"_type"\s*:\s*"(?:layout|link)"')
"""in-toto signs in the same envelope."""
_OTHER = (b'"ecu_version_manifests"', b'"nonces"', b'"installed_image"')
_DER_ROLE = re.compile(
    rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...)\xa0(?:[\x00-\x7f]|\x81.|\x82..|\x83...)\x80\x01[\x00-\x03]\x81", re.DOTALL
)
_DER_PLAIN = re.compile(
    rb"\x30(?:[\x00-\x7f]|\x81.|\x82..)\x30(?:[\x00-\x7f]|\x81.|\x82..)(?:\x1a[\x01-\x20]|\x02[\x01\x02].{1,2}\x30)", re.DOTALL
)
_HINT = Text(
    "重新取得该文件；若与服务器所发一致，则它本身有问题",
    "obtain the file again; if it is as the server sent it, the file itself is at fault",
)


def _sniff(head: bytes) -> bool:
    if _OPENS.match(head):
        ours = _ROLE.search(head) is not None or any(mark in head for mark in _OTHER)
        return ours and not _OF_OTHERS.search(head)
    return _DER_ROLE.match(head) is not None or _DER_PLAIN.match(head) is not None


@reader(
    ".json", ".der", sniff=_sniff, title_zh="升级元数据（TUF、Uptane，JSON 或 DER）", title_en="Update metadata (TUF, Uptane; JSON or DER)"
)
def update_metadata(file: Source) -> Iterator[UpdateMetadata | VehicleReport | Barren]:
    """Read one signed file: role metadata, an attested time, an ECU version report, or a vehicle version manifest.

    Not covered:
        Trust: signatures are verified by checks, against the roots that the dossier declares. in-toto layouts and links.

    未覆盖:
        信任：签名由检查项依据档案声明的可信根验证。不读取 in-toto 布局与链接。

    Args:
        file: The file.

    Raises:
        DamagedEvidence: It is malformed, cut, ambiguous (a key twice) or longer than any metadata.
    """
    with file.open() as stream:
        content = stream.read(MAX_BYTE + 1)
    if len(content) > MAX_BYTE:
        raise DamagedEvidence(Text("文件过大，不是升级元数据", "the file is too large for update metadata"), file.name, _HINT)
    try:
        row = _row(content)
    except EvidenceError as error:
        raise DamagedEvidence(error.what, f"{file.name} @ {error.where}", _HINT) from error
    row |= {"raw": content, "sha256": hashlib.sha256(content).hexdigest()}
    yield UpdateMetadata.rows(row) if "version_no" in row else VehicleReport.rows(row)
    yield Barren((VehicleReport if "version_no" in row else UpdateMetadata,))


def _row(content: bytes) -> dict[str, Any]:
    encoding = "json" if content.lstrip()[:1] == b"{" else "der"
    kind = _plain_kind(content, encoding)
    if kind:
        return {"encoding": encoding, "kind": kind}
    found = read(content, encoding)
    expires = found.signed.get("expires")
    return {
        "encoding": encoding,
        "kind": found.kind,
        "version_no": found.version,
        "expires": expires if isinstance(expires, str) else None,
    }


def _plain_kind(content: bytes, encoding: str) -> str:
    """Return `time`, `manifest` or `report` for what has no role, else nothing."""
    if encoding == "json":
        value = loads(content)
        signed = value.get("signed") if isinstance(value, dict) else None
        if not isinstance(signed, dict) or "_type" in signed:
            return ""
        marks = {"ecu_version_manifests": "manifest", "installed_image": "report", "nonces": "time"}
        return next((kind for mark, kind in marks.items() if mark in signed), "")
    if _DER_ROLE.match(content):
        return ""
    for kind, parse in (("time", metadata_der.time_attestation), ("report", metadata_der.ecu_report)):
        try:
            parse(content)
        except MalformedDer:
            continue
        return kind
    metadata_der.vehicle_manifest(content)
    return "manifest"
