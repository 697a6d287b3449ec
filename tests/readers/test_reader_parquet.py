"""Parquet: every type, nested columns, few values, bombs."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.engine.source import BytesSource
from zhunru.readers.parquet import parquet
from zhunru.readers.stored import parquet_columns
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting

PHONE = "13912345678"


def made(frame: pl.DataFrame, **options: Any) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target, **options)
    return target.getvalue()


def read(content: bytes, rows: int | None = None) -> tuple[dict[str, int], dict[str, dict[str, Any]], bool]:
    hits: dict[str, int] = {}
    account: dict[str, dict[str, Any]] = {}
    try:
        for item in parquet(BytesSource(content, "a.parquet"), rows=rows):
            if isinstance(item, Sighting):
                hits |= {r["place"]: r["hit_count"] for r in item.collect().to_dicts()}
            elif isinstance(item, Examined):
                account |= {r["place"]: r for r in item.collect().to_dicts()}
    except DamagedEvidence:
        return hits, account, True
    return hits, account, False


def test_every_type_is_looked_at_or_told() -> None:
    frame = pl.DataFrame(
        {
            "a": [PHONE],
            "b": [int(PHONE)],
            "c": [float(PHONE)],
            "d": pl.Series([Decimal(PHONE)], dtype=pl.Decimal(20, 0)),
            "e": [PHONE.encode()],
            "f": [b"\0" + PHONE.encode()],
            "g": pl.Series([PHONE], dtype=pl.Categorical),
            "h": pl.Series([PHONE], dtype=pl.Enum([PHONE])),
            "i": [[PHONE, "x"]],
            "j": [{"p": PHONE, "q": [{"r": int(PHONE)}]}],
            "k": [date(2026, 1, 1)],
            "l": [True],
            "m.n": [PHONE],
        }
    )
    hits, account, damaged = read(made(frame))
    assert not damaged
    assert set(hits) == {"a", "b", "c", "d", "e", "g", "h", "i[]", "j.p", "j.q[].r", '"m.n"'}
    assert account["f"]["undecidable_count"] == 1
    assert account["k"]["decided_count"] == account["l"]["decided_count"] == 1


@pytest.mark.parametrize("height", [1, 1023, 1024, 1025, 50_000, 50_001, 120_000])
def test_few_values_are_looked_at_once_and_counted_in_full(height: int) -> None:
    frame = pl.DataFrame({"手机号": [PHONE if n % 2 else None for n in range(height)]})
    hits, account, _ = read(made(frame, row_group_size=10_000))
    assert hits.get("手机号", 0) == height // 2
    assert account["手机号"]["examined_count"] == account["手机号"]["present_count"] == height


def test_a_sample_says_how_many_rows_there_are() -> None:
    content = made(pl.DataFrame({"手机号": [PHONE] * 100}))
    for rows, seen in ((1, 1), (99, 99), (100, 100), (101, 100)):
        _, account, _ = read(content, rows)
        assert (account["手机号"]["examined_count"], account["手机号"]["present_count"]) == (seen, 100)


def test_a_file_that_claims_more_cells_than_it_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = made(pl.DataFrame({"a": pl.repeat("x", 3_000_000, eager=True)}), compression="zstd")
    monkeypatch.setattr(parquet_columns, "SMALL_CELLS", 3_000_000)
    monkeypatch.setattr(parquet_columns, "MAX_CELLS_PER_BYTE", 1)
    assert not read(content)[2]
    monkeypatch.setattr(parquet_columns, "SMALL_CELLS", 2_999_999)
    _, account, damaged = read(content)
    assert damaged and account["(file)"]["reason"] == "broken"


def test_a_broken_column_costs_only_itself() -> None:
    frame = pl.DataFrame({"a": [f"{PHONE}{n}" for n in range(5000)], "手机号": [PHONE] * 5000})
    content = bytearray(made(frame, compression="uncompressed", statistics=False))
    content[4:40] = b"\xff" * 36  # page header of the first column
    hits, account, damaged = read(bytes(content))
    assert damaged
    assert hits == {"手机号": 5000}
    assert account["a"]["reason"] == "broken"
