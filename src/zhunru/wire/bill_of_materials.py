"""Bills of materials: CycloneDX and SPDX documents in JSON, taken apart into components."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

LONGEST = 2000
"""Characters of a cell that are kept; a longer name is none that anybody compares."""


class Component(NamedTuple):
    """One component; a text that is absent or no text is empty.

    Args:
        kind: Word of the document.
        ecosystem: Type of the package URL.
        name: Group and name, joined by a slash.
        version: Version, None when not told.
        purl: Package URL.
        sha256: SHA-256 in lower case.
        supplier: Supplier, else publisher or originator.
    """

    kind: str
    ecosystem: str
    name: str
    version: str | None
    purl: str
    sha256: str
    supplier: str


class Bill(NamedTuple):
    """One document. `lost` counts entries that are no component: no object, or without a name."""

    id: str
    subject: str
    subject_version: str
    components: tuple[Component, ...]
    lost: int


def cyclonedx(document: dict[str, Any]) -> Bill:
    """Return the components of a CycloneDX document (1.2 to 1.7), those inside of others as well, in the order of the document.

    References:
        CycloneDX 1.7 JSON, `components`; ECMA-424.
    """
    found: list[Component] = []
    lost = 0
    waiting: list[Any] = list(reversed(_list(document.get("components"))))
    while waiting:
        entry = waiting.pop()
        if not isinstance(entry, dict) or not _text(entry.get("name")):
            lost += 1
            continue
        found.append(_cyclonedx_component(entry))
        waiting += reversed(_list(entry.get("components")))
    metadata = document.get("metadata")
    subject = metadata.get("component") if isinstance(metadata, dict) else None
    subject = subject if isinstance(subject, dict) else {}
    return Bill(_text(document.get("serialNumber")), _text(subject.get("name")), _text(subject.get("version")), tuple(found), lost)


def spdx(document: dict[str, Any]) -> Bill:
    """Return the packages of an SPDX 2 document in JSON.

    References:
        SPDX 2.3, clause 7.
    """
    packages = _list(document.get("packages"))
    right = [p for p in packages if isinstance(p, dict) and _text(p.get("name"))]
    described = {_text(d) for d in _list(document.get("documentDescribes"))}
    subject = next((p for p in right if _text(p.get("SPDXID")) in described), {})
    found = tuple(_spdx_package(p) for p in right)
    return Bill(
        _text(document.get("documentNamespace")) or _text(document.get("name")), _text(subject.get("name")), _text(subject.get("versionInfo")),
        found, len(packages) - len(right),
    )  # fmt: skip


def _cyclonedx_component(entry: dict[str, Any]) -> Component:
    purl = _text(entry.get("purl"))
    ecosystem, name = split_purl(purl)
    group = _text(entry.get("group"))
    hashes = [h for h in _list(entry.get("hashes")) if isinstance(h, dict) and h.get("alg") == "SHA-256"]
    supplier = entry.get("supplier")
    return Component(
        _text(entry.get("type")), ecosystem, name or "/".join(p for p in (group, _text(entry.get("name"))) if p),
        _text(entry.get("version")) or None, purl, _text(hashes[0].get("content")).lower() if hashes else "",
        (_text(supplier.get("name")) if isinstance(supplier, dict) else "") or _text(entry.get("publisher")),
    )  # fmt: skip


def _spdx_package(entry: dict[str, Any]) -> Component:
    references = [r for r in _list(entry.get("externalRefs")) if isinstance(r, dict) and r.get("referenceType") == "purl"]
    purl = _text(references[0].get("referenceLocator")) if references else ""
    ecosystem, name = split_purl(purl)
    sums = [c for c in _list(entry.get("checksums")) if isinstance(c, dict) and c.get("algorithm") == "SHA256"]
    return Component(
        _text(entry.get("primaryPackagePurpose")).lower(), ecosystem, name or _text(entry.get("name")), _text(entry.get("versionInfo")) or None,
        purl, _text(sums[0].get("checksumValue")).lower() if sums else "", _text(entry.get("supplier")) or _text(entry.get("originator")),
    )  # fmt: skip


def split_purl(purl: str) -> tuple[str, str]:
    """Return type and name (namespace and name joined by a slash, percent signs resolved) of a package URL; empty when it is none.

    References:
        Package URL specification, ECMA-427.
    """
    scheme, _, rest = purl.partition(":")
    if scheme.lower() != "pkg":
        return "", ""
    rest = rest.lstrip("/").split("#", 1)[0].split("?", 1)[0]
    kind, _, path = rest.partition("/")
    head, _, last = path.rpartition("/")
    last = last.split("@", 1)[0]
    parts = [unquote(p) for p in (*head.split("/"), last) if p]
    return kind.lower(), "/".join(parts)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    # what no file or terminal could hold is replaced, so that nothing fails on it later
    return value.encode("utf-8", "replace").decode("utf-8")[:LONGEST] if isinstance(value, str) else ""


def entries(bill: Bill) -> Iterator[dict[str, Any]]:
    """Yield the components as rows of `tables.sbom_component`, without the digest of the document."""
    for each in bill.components:
        yield {"bom": bill.id, "subject": bill.subject, "subject_version": bill.subject_version} | each._asdict()
