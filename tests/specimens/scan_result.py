"""Results of scans."""

from typing import Any

from zhunru.wire.scan_result import HEAD, written


def specimens() -> dict[str, bytes]:
    head: dict[str, str | int | None] = dict.fromkeys(HEAD, "")
    head |= {"kind": "postgresql", "started": "2026-01-01T00:00:00+00:00", "ended": "2026-01-01T00:01:00+00:00", "row_limit": None}
    sightings = [
        ["public.t.手机号", "mobile", "found", 2, 1, "row 1", "139…5678"],
        ["public.t.b", "vin", "suspected", 1, None, "row 1", "…000001"],
    ]
    examined: list[list[Any]] = [["public.t.手机号", "cell", 2, 2, 2, 0, ""], ["public.t.b", "cell", None, 2, 1, 1, "binary"]]
    return {"db.scan.jsonl": written(head, sightings, examined), "empty": written(head | {"row_limit": 10}, [], [])}
