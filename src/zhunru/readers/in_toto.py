"""in-toto layouts and links, as signed JSON or DSSE envelopes."""

import re
from collections.abc import Iterator
from hashlib import sha256

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.in_toto_document import InTotoDocument
from zhunru.wire.in_toto import MAX_BYTE, Link, document_of

_MARK = re.compile(rb'"_type"\s*:\s*"(?:layout|link)"|"payloadType"\s*:\s*"application/vnd\.in-toto\+json"')


def _is_in_toto(head: bytes) -> bool:
    return head.lstrip()[:1] == b"{" and _MARK.search(head) is not None


@reader(".link", ".layout", ".json", title_zh="in-toto 布局与链接", title_en="in-toto layout or link", sniff=_is_in_toto)
def in_toto(file: Source) -> Iterator[InTotoDocument]:
    """Read one layout or link; signatures and rules are judged by checks, not here.

    Args:
        file: The document.

    Raises:
        EvidenceError: Larger than MAX_BYTE.
        DamagedEvidence: It is cut short, or two JSON readers could read it differently.

    References:
        in-toto specification 1.0; DSSE protocol 1.0.
    """
    with file.open() as stream:
        raw = stream.read(MAX_BYTE + 1)
    if len(raw) > MAX_BYTE:
        raise EvidenceError(Text("文件过大", "the file is too large"), f"{file.name}: > {MAX_BYTE} B", Text("拆分步骤", "split the step"))
    try:
        document = document_of(raw)
    except EvidenceError as error:
        raise DamagedEvidence(error.what, f"{file.name}: {error.where}", error.hint) from error
    step = document.body.name if isinstance(document.body, Link) else None
    yield InTotoDocument.rows({"kind": document.kind, "step": step, "document": raw, "sha256": sha256(raw).hexdigest()})
