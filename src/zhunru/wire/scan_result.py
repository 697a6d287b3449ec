"""The file that a scan leaves as evidence: lines of JSON whose last one proves that none is missing or altered by accident.

The digest at the end is no signature: who can edit the file can compute it anew. What binds the content to a person is the digest of the
whole file in the ledger of the dossier.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FORMAT = 1
MAGIC = b'{"zhunru_scan":1,'
HEAD: tuple[str, ...] = (
    "kind", "description", "database", "identity", "server_version", "tool_version", "rules_digest", "operator", "started", "ended", "row_limit",
)  # fmt: skip
"""Keys of the first line behind `zhunru_scan`."""
SIGHTING: tuple[str, ...] = ("place", "kind", "certainty", "hit_count", "distinct_count", "first_where", "sample")
EXAMINED: tuple[str, ...] = (
    "place", "item_kind", "present_count", "examined_count", "decided_count", "undecidable_count", "reason",
)  # fmt: skip


def written(head: Mapping[str, Any], sightings: Iterable[Sequence[Any]], examined: Iterable[Sequence[Any]]) -> bytes:
    """Return the file.

    Args:
        head: Values of HEAD.
        sightings: Values of SIGHTING, row by row.
        examined: Values of EXAMINED, row by row.
    """
    import orjson

    lines = [orjson.dumps({"zhunru_scan": FORMAT, **{k: head[k] for k in HEAD}})]
    rows = [{"examined": dict(zip(EXAMINED, row, strict=True))} for row in examined]
    seen = [{"sighting": dict(zip(SIGHTING, row, strict=True))} for row in sightings]
    lines += [orjson.dumps(row) for row in (*rows, *seen)]
    body = b"".join(line + b"\n" for line in lines)
    end = {"examined": len(rows), "sighting": len(seen), "sha256": hashlib.sha256(body).hexdigest()}
    return body + orjson.dumps({"end": end}) + b"\n"
