"""Bills of materials in JSON: CycloneDX and SPDX 2."""

import hashlib
import re
from collections.abc import Iterator

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.sbom_component import SbomComponent
from zhunru.wire.bill_of_materials import cyclonedx, entries, spdx
from zhunru.wire.whole_json import MAX_BYTE, UnreadableJson, document

_MARK = re.compile(rb'"bomFormat"\s*:\s*"CycloneDX"|"spdxVersion"\s*:\s*"SPDX-2')
_AGAIN = Text("由出具方重新生成该清单", "have the bill made again by its author")


def _is_bill(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and bool(_MARK.search(head))


@reader(".json", title_zh="软件物料清单（CycloneDX、SPDX）", title_en="bill of materials (CycloneDX, SPDX)", sniff=_is_bill)
def sbom(file: Source) -> Iterator[SbomComponent | Skipped | Noted]:
    """Read the components of a bill of materials, nested ones as well.

    A document that only tells of vulnerabilities (VEX) has no components; that is told.

    Args:
        file: The document, at most `wire.whole_json.MAX_BYTE` bytes.

    Raises:
        EvidenceError: Larger than that.
        DamagedEvidence: Not UTF-8, not JSON, nested too deep, a key given twice, or no bill of materials.

    References:
        CycloneDX 1.2 to 1.7; SPDX 2.2 and 2.3.
    """
    with file.open() as stream:
        raw = stream.read(MAX_BYTE + 1)
    if len(raw) > MAX_BYTE:
        raise EvidenceError(Text("物料清单过大", "the bill of materials is too large"), f"{file.name}: > {MAX_BYTE} B", _AGAIN)
    try:
        found = document(raw)
    except UnreadableJson as error:
        raise DamagedEvidence(error.what, f"{file.name}: {error.where}", error.hint) from error
    if not isinstance(found, dict):
        raise DamagedEvidence(Text("不是物料清单", "no bill of materials"), file.name, _AGAIN)
    if found.get("bomFormat") == "CycloneDX":
        bill = cyclonedx(found)
    elif str(found.get("spdxVersion", "")).startswith("SPDX-2"):
        bill = spdx(found)
    else:
        raise DamagedEvidence(Text("不是物料清单", "no bill of materials"), file.name, _AGAIN)
    if bill.lost:
        yield Skipped(Text("条目没有名称或不是对象", "an entry has no name or is no object"), file.name, bill.lost)
    if not bill.components:
        yield Noted(Text("清单没有组件", "the document lists no components"))
    else:
        digest = f"sha256:{hashlib.sha256(raw).hexdigest()}"
        yield SbomComponent.rows(*(row | {"bom_sha256": digest} for row in entries(bill)))
