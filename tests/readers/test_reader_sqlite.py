"""SQLite: nothing of the file is run, nothing is left out in silence, odd encodings are read."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers.sqlite import sqlite
from zhunru.readers.stored.cells import MAX_CELL_BYTE
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting

PHONE = "13912345678"
Rows = list[dict[str, Any]]


def read(source: FileSource, rows: int | None = None) -> tuple[Rows, dict[str, dict[str, Any]], list[str], bool]:
    sightings: Rows = []
    examined: Rows = []
    notes: list[str] = []
    damaged = False
    try:
        for item in sqlite(source, rows=rows):
            if isinstance(item, Sighting):
                sightings += item.collect().to_dicts()
            elif isinstance(item, Examined):
                examined += item.collect().to_dicts()
            elif isinstance(item, Noted):
                notes.append(item.text.en)
    except DamagedEvidence:
        damaged = True
    return sightings, {r["place"]: r for r in examined}, notes, damaged


def made(write: Callable[[sqlite3.Connection], object]) -> BytesSource:
    link = sqlite3.connect(":memory:")
    write(link)
    link.commit()
    return BytesSource(link.serialize(), "a.db")


def test_views_virtual_tables_triggers_and_computed_columns_are_not_run() -> None:
    def write(link: sqlite3.Connection) -> None:
        link.execute("CREATE TABLE t (手机号 TEXT, twice TEXT GENERATED ALWAYS AS (手机号 || hex(zeroblob(1000000))) VIRTUAL)")
        link.execute("INSERT INTO t (手机号) VALUES (?)", (PHONE,))
        link.execute("CREATE VIEW slow AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n")
        link.execute("CREATE VIRTUAL TABLE words USING fts5(body)")
        link.execute("INSERT INTO words VALUES (?)", (f"电话 {PHONE}",))

    sightings, examined, notes, damaged = read(made(write))
    assert not damaged
    assert {s["place"] for s in sightings} == {"t.手机号", "words_content.c0"}  # the shadow table holds what the virtual one shows
    assert examined["words"]["reason"] == "foreign" and examined["words"]["undecidable_count"] == 1
    assert "views were not run" in notes and "computed columns were not run" in notes
    assert "t.twice" not in examined


def test_a_table_without_rows_is_examined_and_empty() -> None:
    _, examined, _, _ = read(made(lambda link: link.execute("CREATE TABLE t (a)")))
    assert examined["t.a"]["examined_count"] == examined["t.a"]["present_count"] == 0


@pytest.mark.parametrize(
    ("value", "hits", "undecidable"),
    [
        (f"车主 {PHONE}".encode("gb18030"), 1, 0),  # text of another encoding in a TEXT cell
        (b"\xff\xfe\xff" + PHONE.encode(), 1, 1),  # neither UTF-8 nor GB18030: looked at, yet not decided
    ],
)
def test_text_of_another_encoding(value: bytes, hits: int, undecidable: int) -> None:
    def write(link: sqlite3.Connection) -> None:
        link.execute("CREATE TABLE t (手机号 TEXT)")
        link.execute("INSERT INTO t VALUES (CAST(? AS TEXT))", (value,))

    sightings, examined, _, _ = read(made(write))
    assert sum(s["hit_count"] for s in sightings) == hits
    assert examined["t.手机号"]["undecidable_count"] == undecidable
    assert examined["t.手机号"]["examined_count"] == 1


@pytest.mark.parametrize(
    ("value", "undecidable"), [(PHONE.encode(), 0), (b"\0" + PHONE.encode(), 1), (bytes(range(200, 232)), 1), (b"", 0)]
)
def test_bytes_are_decided_only_when_they_are_text(value: bytes, undecidable: int) -> None:
    def write(link: sqlite3.Connection) -> None:
        link.execute("CREATE TABLE t (手机号 BLOB)")
        link.execute("INSERT INTO t VALUES (?)", (value,))

    sightings, examined, _, _ = read(made(write))
    assert examined["t.手机号"]["undecidable_count"] == undecidable
    assert bool(sightings) == (value == PHONE.encode())


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("text", [True, False])
def test_a_cell_beyond_the_limit_is_told(more: int, text: bool) -> None:
    long = "a" * (MAX_CELL_BYTE - len(PHONE) - 1 + more) + " " + PHONE

    def write(link: sqlite3.Connection) -> None:
        link.execute("CREATE TABLE t (手机号)")
        link.execute("INSERT INTO t VALUES (?)", (long if text else long.encode(),))

    sightings, examined, _, _ = read(made(write))
    assert (examined["t.手机号"]["undecidable_count"], examined["t.手机号"]["reason"]) == (more, "too_long" if more else "")
    assert len(sightings) == 1 - more


def test_a_sample_says_how_many_rows_there_are() -> None:
    def write(link: sqlite3.Connection) -> None:
        link.execute("CREATE TABLE t (手机号)")
        link.executemany("INSERT INTO t VALUES (?)", [(PHONE,)] * 100)

    for rows, seen in ((10, 10), (99, 99), (100, 100), (101, 100), (None, 100)):
        _, examined, _, _ = read(made(write), rows)
        assert (examined["t.手机号"]["examined_count"], examined["t.手机号"]["present_count"]) == (seen, 100)


def test_rows_that_wait_in_the_log_beside_the_file_are_told(tmp_path: Path) -> None:
    link = sqlite3.connect(tmp_path / "a.db")
    link.execute("PRAGMA journal_mode=WAL")
    link.execute("PRAGMA wal_autocheckpoint=0")
    link.execute("CREATE TABLE t (手机号)")
    link.execute("INSERT INTO t VALUES (?)", (PHONE,))
    link.commit()
    _, examined, _, _ = read(FileSource(tmp_path / "a.db"))
    assert examined["(-wal)"]["undecidable_count"] > 0 and examined["(-wal)"]["reason"] == "side_file"
    link.close()
    before = (tmp_path / "a.db").read_bytes()
    sightings, examined, _, damaged = read(FileSource(tmp_path / "a.db"))
    assert not damaged and "(-wal)" not in examined and len(sightings) == 1
    assert (tmp_path / "a.db").read_bytes() == before


def test_a_broken_page_costs_its_table_and_is_told() -> None:
    def write(link: sqlite3.Connection) -> None:
        link.execute("PRAGMA page_size = 512")
        link.execute("CREATE TABLE a (手机号)")
        link.execute("CREATE TABLE b (手机号)")
        for table in "ab":
            link.executemany(f"INSERT INTO {table} VALUES (?)", [(PHONE,)] * 400)

    whole = made(write).content
    roots = [n for n in range(0, len(whole), 512) if whole[n] == 0x05]  # interior pages: the roots of both tables
    broken = bytearray(whole)
    broken[roots[0] : roots[0] + 512] = b"\xff" * 512
    sightings, examined, _, damaged = read(BytesSource(bytes(broken), "a.db"))
    assert damaged
    assert {s["place"] for s in sightings} == {"b.手机号"} and sightings[0]["hit_count"] == 400
    assert examined["a"]["reason"] == "broken"


def test_names_with_dots_and_quotes_stay_apart() -> None:
    def write(link: sqlite3.Connection) -> None:
        link.execute('CREATE TABLE "a.b" ("c""d" TEXT, "e.f" TEXT)')
        link.execute('CREATE TABLE a ("b.c""d" TEXT)')

    _, examined, _, _ = read(made(write))
    assert set(examined) == {'"a.b"."c""d"', '"a.b"."e.f"', 'a."b.c""d"'}


@pytest.mark.parametrize("missing", [1, 1000, 4095, 4096, 4097])
def test_a_cut_file_is_never_taken_for_an_empty_table(missing: int) -> None:
    def write(link: sqlite3.Connection) -> None:
        link.execute("PRAGMA page_size = 4096")
        link.execute("CREATE TABLE t (手机号)")
        link.executemany("INSERT INTO t VALUES (?)", [(PHONE,)] * 1000)

    whole = made(write).content
    assert read(BytesSource(whole, "a.db"))[3] is False
    _, examined, _, damaged = read(BytesSource(whole[:-missing], "a.db"))
    assert damaged
    assert any(r["reason"] == "broken" for r in examined.values())
