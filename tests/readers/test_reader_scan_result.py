"""A scan result that was cut or altered is told; what contradicts itself is no row."""

from typing import Any

import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped
from zhunru.engine.source import BytesSource
from zhunru.readers.scan_result import scan_result
from zhunru.tables.examined import Examined
from zhunru.tables.scanned_source import ScannedSource
from zhunru.tables.sighting import Sighting
from zhunru.wire.scan_result import HEAD, written

HEADER: dict[str, Any] = dict.fromkeys(HEAD, "") | {
    "kind": "postgresql",
    "started": "2026-01-01T08:00:00+08:00",
    "ended": "2026-01-01T00:01:00+00:00",
    "row_limit": None,
}
SIGHTED = ["public.t.手机号", "mobile", "found", 2, 1, "row 1", "139…5678"]
LOOKED = ["public.t.手机号", "cell", 2, 2, 2, 0, ""]


def read(content: bytes) -> tuple[dict[str, list[dict[str, Any]]], int, DamagedEvidence | None]:
    found: dict[str, list[dict[str, Any]]] = {}
    skipped = 0
    try:
        for item in scan_result(BytesSource(content, "db.scan.jsonl")):
            if isinstance(item, Skipped):
                skipped += item.count
            else:
                found.setdefault(type(item).__name__, []).extend(item.collect().to_dicts())
    except DamagedEvidence as error:
        return found, skipped, error
    return found, skipped, None


def test_comes_back_as_it_was_written() -> None:
    tables, skipped, damage = read(written(HEADER, [SIGHTED], [LOOKED]))
    assert (skipped, damage) == (0, None)
    assert list(tables[Sighting.__name__][0].values())[:7] == SIGHTED
    assert list(tables[Examined.__name__][0].values())[:7] == LOOKED
    source = tables[ScannedSource.__name__][0]
    assert (source["t_started_ns"], source["t_ended_ns"]) == (1767225600 * 10**9, 1767225660 * 10**9)


@pytest.mark.parametrize("line", range(4))
def test_a_missing_line_is_damage(line: int) -> None:
    lines = written(HEADER, [SIGHTED], [LOOKED]).splitlines(keepends=True)
    del lines[line]
    assert read(b"".join(lines))[2] is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"found"', b'"suspected"'),
        (b"public.t", b"public.u"),
        (b'"hit_count":2', b'"hit_count":1'),
        (b"2026-01-01T00:01", b"2026-01-02T00:01"),
    ],
)
def test_an_edit_is_damage(old: bytes, new: bytes) -> None:
    content = written(HEADER, [SIGHTED], [LOOKED])
    assert old in content
    assert read(content.replace(old, new))[2] is not None


def test_a_line_behind_the_last_is_damage() -> None:
    assert read(written(HEADER, [SIGHTED], [LOOKED]) + b'{"sighting":{}}\n')[2] is not None


@pytest.mark.parametrize(
    "row",
    [
        ["p", "cell", 2, 3, 3, 0, ""],  # more looked at than there is
        ["p", "cell", 0, 1, 1, 0, ""],
        ["p", "cell", 3, 3, 2, 0, ""],  # decided and undecidable do not add up
        ["p", "cell", 3, -1, -1, 0, ""],
        ["p", "cell", 3, True, True, 0, ""],
        ["p", "cell", 3, 3, 3, 0, None],
    ],
)
def test_an_account_that_does_not_add_up_is_no_row(row: list[Any]) -> None:
    tables, skipped, _ = read(written(HEADER, [], [row]))
    assert skipped == 1
    assert Examined.__name__ not in tables


@pytest.mark.parametrize("row", [["p", "vin", "sure", 1, 1, "", ""], ["p", "vin", "found", None, 1, "", ""]])
def test_a_sighting_of_unknown_certainty_or_count_is_no_row(row: list[Any]) -> None:
    tables, skipped, _ = read(written(HEADER, [row], []))
    assert skipped == 1
    assert Sighting.__name__ not in tables


def test_nobody_knows_is_kept_apart_from_nothing() -> None:
    tables, _, damage = read(written(HEADER, [], [["p", "cell", None, 3, 3, 0, ""], ["q", "cell", 0, 0, 0, 0, ""]]))
    assert damage is None
    assert [r["present_count"] for r in tables[Examined.__name__]] == [None, 0]
