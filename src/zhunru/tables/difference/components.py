"""Components of ECU software, from the bills of materials that the software rows name."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.software_unit import SoftwareUnit
from zhunru.tables.difference.change import Change, Kind, held
from zhunru.tables.difference.configuration import Configuration, pairs

_FILED = Text("软件组件不同：随控制器软件备案", "a component differs: filed with the software of its ECU")
_UNREAD = Text(
    "软件物料清单未读到，组件不能比较；程序由软件摘要决定", "a bill of materials was not read: the digest decides, not the components"
)
_SAME_IMAGE = Text("软件摘要相同而组件不同：其一有误", "the components differ under one digest: one of them is wrong")


class Bill(NamedTuple):
    """What one bill of materials lists: kind and name of a component -> its versions, sorted and joined."""

    components: Mapping[str, str]


def bills_of(rows: list[dict[str, str]]) -> dict[str, Bill]:
    """Return every name under which a software row may cite a bill -> the bill.

    Names are the path in the dossier, the last part of it, the digest of the document and its serial number. A name that two documents bear
    stands for none.

    Args:
        rows: Rows of `SbomComponent` with `source`.
    """
    documents: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for row in rows:
        key = (row["source"], row["bom_sha256"], row["bom"])
        name = f"{row['ecosystem']}:{row['name']}" if row["ecosystem"] else row["name"]
        documents.setdefault(key, {}).setdefault(name, set()).add(row["version"] or "?")
    found: dict[str, set[tuple[str, str, str]]] = {}
    for source, digest, serial in documents:
        for name in {source, source.rsplit("/", 1)[-1], digest, serial} - {""}:
            found.setdefault(bare(name), set()).add((source, digest, serial))
    return {
        n: Bill({c: ", ".join(sorted(v)) for c, v in documents[next(iter(keys))].items()}) for n, keys in found.items() if len(keys) == 1
    }


def components_differ(before: Configuration, after: Configuration, bills: Mapping[str, Bill]) -> Iterator[Change]:
    """Yield the components that differ between the bills of each ECU; nothing where neither side names a bill."""
    for one, other, row in pairs(before.units, after.units):
        if one is None or other is None or not (one.sbom or other.sbom):
            continue
        first, second = (_bill(u, bills) for u in (one, other))
        if first is None or second is None:
            if one.sbom != other.sbom or digest_of(one.digest) != digest_of(other.digest):
                yield Change(
                    "component",
                    row.ecu,
                    "unknown",
                    "file",
                    "G1",
                    _UNREAD,
                    one.sbom or "",
                    other.sbom or "",
                    automated_driving=False,
                    ecus=(row.ecu,),
                )
            continue
        same = digest_of(one.digest) is not None and digest_of(one.digest) == digest_of(other.digest)
        for name in sorted(first.components.keys() | second.components.keys()):
            was, now = first.components.get(name, ""), second.components.get(name, "")
            if was == now:
                continue
            label = f"{row.ecu}: {name}"
            kind: Kind = "added" if not was else "removed" if not now else "changed"
            if same:
                yield held("component", label, _SAME_IMAGE, was, now, (row.ecu,))
            else:
                yield Change("component", label, kind, "file", "G1", _FILED, was, now, ecus=(row.ecu,))


def _bill(unit: SoftwareUnit, bills: Mapping[str, Bill]) -> Bill | None:
    name = (unit.sbom or "").strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", name):
        name = f"sha256:{name}"
    return bills.get(bare(digest_of(name) or name)) if name else None
