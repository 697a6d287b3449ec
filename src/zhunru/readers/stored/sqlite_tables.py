"""SQLite databases: the real tables, row by row, with nothing of the file executed."""

import os
import sqlite3
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Source
from zhunru.core.text import Text
from zhunru.readers.stored.cells import MAX_CELL_BYTE, OVERLONG, of_values, size_of
from zhunru.readers.stored.names import place_of, quoted, readable
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BROKEN, FOREIGN, SIDE_FILE

MAX_TABLE_S = 3600.0
"""Longest time for one table; a query that runs longer is stopped and told."""
_BLOCK_BYTE, _BLOCK_ROWS, _STEP_ROWS = 4 << 20, 20_000, 64
_LIMIT_BYTE = 64 << 20
_FAILURES = (sqlite3.Error, UnicodeError, OverflowError)
"""What the database engine raises over a broken file; names and messages may be no UTF-8."""
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_FUNCTION}
_FUNCTIONS = {"length", "typeof", "count"}
_AGAIN = Text("重新导出该数据库（VACUUM INTO 或 .dump）", "export the database again (VACUUM INTO or .dump)")


def look(file: Source, tally: Tally, rows: int | None = None) -> Iterator[Noted]:
    """Look at every real table of the database.

    Views, triggers, virtual tables and computed columns are not run: a hostile file could hide code there. Shadow tables of virtual ones are real
    and are read. Rows that were deleted but still stand in free pages are not looked at, which is told.

    Args:
        file: The database.
        tally: Where it is added up.
        rows: Most rows per table; None = all.

    Raises:
        DamagedEvidence: A page is broken or the file is cut; what could be read is in the tally.
    """
    with file.on_disk() as path:
        try:
            yield from _database(path, file.name, tally, rows)
        except _FAILURES as error:
            tally.undecided("(file)", "file", 1, BROKEN)
            raise _damage(error, file.name, tally) from error
        if lacking := _lacking_byte(path):
            # the engine fills what is missing of the last page with zeros and finds an empty table there
            tally.undecided("(file)", "byte", lacking, BROKEN)
            raise _damage(ValueError(f"{lacking} B are missing at the end"), file.name, tally)


def _lacking_byte(path: str) -> int:
    """Return how many bytes the file is shorter than its header says; 0 when it is whole."""
    with Path(path).open("rb") as stream:
        head = stream.read(100)
        size = stream.seek(0, os.SEEK_END)
    if len(head) < 100:
        return 100 - len(head)
    (page,) = struct.unpack_from(">H", head, 16)
    page = 65536 if page == 1 else max(page, 1)
    # the page count holds only where the same version wrote it that changed the file last
    count = struct.unpack_from(">I", head, 28)[0] if head[24:28] == head[92:96] else 0
    return max(-size % page, count * page - size)


def _damage(error: Exception, where: str, tally: Tally) -> DamagedEvidence:
    what = Text("数据库损坏或被截断", "the database is damaged or cut")
    return DamagedEvidence(what, f"{where}: {str(error)[:120]}", _AGAIN, saved=tally.examined_count)


def _opened(path: str) -> sqlite3.Connection:
    link = sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True, isolation_level=None)
    link.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LIMIT_BYTE)
    link.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    link.setlimit(sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0", "cache_size=-16384", "temp_store=MEMORY"):
        link.execute(f"PRAGMA {pragma}")
    link.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    link.set_authorizer(_allows)
    return link


def _allows(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    """Allow reading only, and of functions those that our own statements call."""
    if action not in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and second not in _FUNCTIONS):
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and first not in {"table_xinfo", "freelist_count", "journal_mode"}:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _database(path: str, name: str, tally: Tally, rows: int | None) -> Iterator[Noted]:
    link = _opened(path)
    try:
        listed = link.execute("SELECT type, name, rootpage FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").fetchall()
        # rows committed last may stand in the write-ahead log beside the file, which an immutable reading leaves out
        log = path + "-wal"
        if os.path.exists(log) and (waiting := Path(log).stat().st_size):  # noqa: PTH110
            tally.undecided("(-wal)", "byte", waiting, SIDE_FILE)
        if free := link.execute("PRAGMA freelist_count").fetchone()[0]:
            yield Noted(
                Text("空闲页未检查，其中可能残留已删除的数据", "free pages were not looked at; they may hold deleted data"), int(free)
            )
        if views := sum(1 for kind, _, _ in listed if kind == "view"):
            yield Noted(Text("视图未执行", "views were not run"), views)
        broken: Exception | None = None
        for kind, table, root in listed:
            if kind == "view":
                continue
            if not root:
                tally.undecided(place_of(str(table)), "table", 1, FOREIGN)
                continue
            try:
                yield from _table(link, str(table), tally, rows)
            except _FAILURES as error:
                tally.undecided(place_of(str(table)), "table", 1, BROKEN)
                broken = broken or error
        if broken:
            raise _damage(broken, name, tally)
    finally:
        link.close()


def _columns(link: sqlite3.Connection, table: str) -> tuple[list[str], int]:
    """Return the stored columns, and how many are computed."""
    listed = link.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchall()
    return [str(row[1]) for row in listed if row[6] == 0], sum(1 for row in listed if row[6])


def _cell(column: str) -> str:
    name = quoted(column)
    return (
        f"CASE typeof({name}) WHEN 'blob' THEN CASE WHEN length({name}) > {MAX_CELL_BYTE} THEN X'{OVERLONG.hex()}' ELSE {name} END"
        f" WHEN 'text' THEN CASE WHEN length(CAST({name} AS BLOB)) > {MAX_CELL_BYTE} THEN X'{OVERLONG.hex()}' ELSE {name} END ELSE {name} END"
    )


def _table(link: sqlite3.Connection, table: str, tally: Tally, rows: int | None) -> Iterator[Noted]:
    columns, computed = _columns(link, table)
    if computed:
        yield Noted(Text("计算列未执行", "computed columns were not run"), computed)
    places = [place_of(table, c) for c in columns]
    for place in places:
        tally.passed(place, "cell", 0)
    until = time.monotonic() + MAX_TABLE_S
    link.set_progress_handler(lambda: time.monotonic() > until, 100_000)
    limit = "" if rows is None else f" LIMIT {rows}"
    number = 1
    for start in range(0, len(columns), 500):  # a statement has room for 2,000 columns, and each is written four times
        some = columns[start : start + 500]
        cursor = link.execute(f"SELECT {', '.join(map(_cell, some))} FROM {quoted(table)} NOT INDEXED{limit}")  # noqa: S608 - quoted
        number = 1
        for block in _blocks(cursor):
            for place, heading, values in zip(places[start:], some, zip(*block, strict=True), strict=False):
                tally.column(place, readable(heading), of_values(values), number)
            number += len(block)
    if rows is not None and number > rows:
        present = int(link.execute(f"SELECT count(*) FROM {quoted(table)} NOT INDEXED").fetchone()[0])  # noqa: S608 - quoted
        for place in places:
            tally.present(place, "cell", present)


def _blocks(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in blocks of bounded size, and what was read before an error."""
    block: list[tuple[Any, ...]] = []
    size = 0
    failed: Exception | None = None
    while failed is None:
        some: list[tuple[Any, ...]] = []
        try:
            some = cursor.fetchmany(_STEP_ROWS)
        except _FAILURES as error:
            failed = error
        block += some
        size += size_of(some)
        if block and (size > _BLOCK_BYTE or len(block) >= _BLOCK_ROWS or not some):
            yield block
            block, size = [], 0
        if not some:
            break
    if failed:
        raise failed
