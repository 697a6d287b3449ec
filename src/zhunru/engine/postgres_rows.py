"""Rows of one PostgreSQL table, streamed by COPY inside a read-only transaction, in bounded memory."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import polars as pl

from zhunru.engine.postgres_link import Field, Relation
from zhunru.readers.ledger_jsonl import parsed_json
from zhunru.readers.stored.cells import MAX_CELL_BYTE, OVERLONG, of_frame, of_values
from zhunru.readers.stored.json_paths import Paths
from zhunru.readers.stored.names import place_of, quoted, readable
from zhunru.readers.stored.plain_rows import parsed
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BINARY, DENIED, FAILED, FOREIGN, LOCKED

if TYPE_CHECKING:
    import psycopg

_BLOCK_BYTE, _BLOCK_ROWS = 2 << 20, 20_000
_MARK = "\x01zhunru: too long"
"""Stands for a cell beyond the limit. Whoever stores just this text is told as undecidable too."""
_TOLD = b"\x01"
"""What a block in columns has nothing of."""
_SEED = 20211103
_PLAIN = {"bool", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid"}
"""Types that cannot hold an identifier."""
_SHORT = {"int2", "int4", "int8", "float4", "float8", "oid", "money", "inet", "cidr", "macaddr", "macaddr8", "point"}
"""Types whose text is short."""
_OPAQUE = {"geometry", "geography", "raster"}
"""Types whose text is the binary form in hexadecimal."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def look(link: "psycopg.Connection[Any]", relation: Relation, columns: list[Field], tally: Tally, rows: int | None = None) -> str:
    """Look at every column of one table; whatever keeps from it is told in the tally, never left out.

    The transaction holds one ACCESS SHARE lock and ends with the table.

    Args:
        link: Connection from `postgres_link.linked`.
        relation: The table.
        columns: Its columns.
        tally: Where it is added up.
        rows: Most rows, drawn from random pages; None = all.

    Returns:
        What the server said when it broke off, or an empty string.
    """
    import psycopg

    place = place_of(relation.schema, relation.name)
    if relation.kind == "f":
        tally.undecided(place, "table", 1, FOREIGN)
        return ""
    for field in columns:
        at = place_of(relation.schema, relation.name, field.name)
        if not field.readable:
            tally.undecided(at, "column", 1, DENIED)
        elif field.type not in ("json", "jsonb"):
            tally.passed(at, "cell", 0)
    wanted = [f for f in columns if f.readable]
    if not wanted:
        if not columns:
            tally.passed(place, "table", 1)
        return ""
    reader = _Columns(relation, wanted, tally)
    try:
        with link.transaction():
            link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            _copied(link, relation, reader, rows)
    except psycopg.errors.InsufficientPrivilege as error:
        return reader.broken(DENIED, error)
    except psycopg.errors.LockNotAvailable as error:
        return reader.broken(LOCKED, error)
    except psycopg.Error as error:
        return reader.broken(FAILED, error)
    return ""


def _copied(link: "psycopg.Connection[Any]", relation: Relation, reader: "_Columns", rows: int | None) -> None:
    table = f"{'ONLY ' if relation.kind == 'r' else ''}{quoted(relation.schema)}.{quoted(relation.name)}"
    present = None if rows is None else int(link.execute(f"SELECT count(*) FROM {table}".encode("utf-8", "surrogateescape")).fetchone()[0])  # type: ignore[index]  # noqa: S608
    tries = [""]
    if rows is not None and present is not None and present > rows:
        share = min(100.0, 120.0 * rows / present)
        tries = [f" TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE ({_SEED}) LIMIT {rows}", f" LIMIT {rows}"]
    for limit in tries:  # few pages may hold no row of the sample: then the first rows
        statement = f"COPY (SELECT {', '.join(reader.expressions)} FROM {table}{limit}) TO STDOUT"  # noqa: S608 - names are quoted
        for block in _blocks(_parts(link, statement.encode("utf-8", "surrogateescape"))):
            reader.add(block)
        if reader.rows:
            break
    if present is not None and present > reader.rows:
        reader.present(present)


def _parts(link: "psycopg.Connection[Any]", statement: bytes) -> Iterator[bytes | memoryview]:
    """Yield the rows of a COPY as the library of the server hands them over: the driver's own loop costs more than all the rest.

    Raises:
        psycopg.Error: The server broke off.
    """
    import psycopg
    from psycopg import pq

    server = link.pgconn
    result = server.exec_(statement)
    try:
        if result.status != pq.ExecStatus.COPY_OUT:
            raise psycopg.errors.error_from_result(result)
        broken: psycopg.Error | None = None
        while True:
            try:
                size, part = server.get_copy_data(0)
            except psycopg.Error as error:  # the result tells why
                broken = error
                break
            if size <= 0:
                break
            yield part
        while (end := server.get_result()) is not None:
            if end.status != pq.ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(end)
        if broken:
            raise broken
    finally:
        _ended(link)


def _ended(link: "psycopg.Connection[Any]") -> None:
    """Leave nothing of a COPY that was broken off in the connection."""
    import psycopg
    from psycopg import pq

    server = link.pgconn
    if server.transaction_status != pq.TransactionStatus.ACTIVE:
        return
    with suppress(psycopg.Error):
        server.get_cancel().cancel()
        while server.get_copy_data(0)[0] > 0:
            pass
    while server.get_result() is not None:
        pass


def _blocks(stream: Iterator[Any]) -> Iterator[bytes]:
    parts: list[Any] = []
    size = 0
    for part in stream:
        parts.append(part)
        size += len(part)
        if size >= _BLOCK_BYTE or len(parts) >= _BLOCK_ROWS:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)


class _Columns:
    """The columns of a table while it is read."""

    def __init__(self, relation: Relation, columns: list[Field], tally: Tally) -> None:
        self.table, self.columns, self.tally = place_of(relation.schema, relation.name), columns, tally
        self.places = [place_of(relation.schema, relation.name, f.name) for f in columns]
        self.paths = {
            n: Paths(tally, p, readable(f.name)) for n, (p, f) in enumerate(zip(self.places, columns, strict=True)) if _is_json(f)
        }
        self.rows = 0

    @property
    def expressions(self) -> list[str]:
        """What is asked of the server for each column; of a type that cannot hold an identifier only the rows are counted."""
        return [_expression(f) for f in self.columns if f.type not in _PLAIN]

    def add(self, block: bytes) -> None:
        """Look at whole rows in the text form of COPY: in columns, or row by row where bytes are no UTF-8 or a row is very long."""
        asked = [n for n, f in enumerate(self.columns) if f.type not in _PLAIN]
        count = block.count(b"\n")
        if asked and not self._in_columns(block, asked):
            lines = block.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
            for number, values in zip(asked, zip(*(line.split("\t") for line in lines), strict=True), strict=True):
                self._column(number, values)
        for number, place in enumerate(self.places):
            if number not in asked:
                self.tally.passed(place, "cell", count)
        self.rows += count

    def _in_columns(self, block: bytes, asked: list[int]) -> bool:
        """Look at rows as columns of text; tell whether that could be done."""
        if _TOLD in block or not _is_utf8(block):
            return False
        plain = parsed(block, "\t", self.rows + 1, quotes=False)
        if plain is None or plain.cells.width != len(asked):
            return False
        cells = plain.cells.rename(dict(zip(plain.cells.columns, map(str, asked), strict=True)))
        cells = (
            cells.with_columns(pl.when(pl.all() == r"\N").then(pl.lit("")).otherwise(pl.all()).name.keep()) if b"\\N" in block else cells
        )
        other = cells.select(pl.all().str.contains("\\", literal=True).any()).row(0) if b"\\" in block else ()
        exact = [n for at, n in enumerate(asked) if _is_special(self.columns[n]) or (other and other[at])]
        for number in exact:
            self._column(number, tuple(plain.cells[:, asked.index(number)].to_list()))
        rest = [n for n in asked if n not in exact]
        if rest:
            for number, found in zip(rest, of_frame(cells.select(map(str, rest))), strict=True):
                self.tally.column(self.places[number], readable(self.columns[number].name), found, self.rows + 1)
        return True

    def _column(self, number: int, values: tuple[str, ...]) -> None:
        field, place = self.columns[number], self.places[number]
        if field.type in _OPAQUE:
            filled = sum(1 for v in values if v != r"\N")
            self.tally.passed(place, "cell", len(values) - filled)
            if filled:
                self.tally.undecided(place, "cell", filled, BINARY)
        elif number in self.paths:
            self._json(number, [_unescaped(v) for v in values])
        elif field.type == "bytea" and field.category != "A":
            self.tally.column(place, readable(field.name), of_values([_bytes(_unescaped(v)) for v in values]), self.rows + 1)
        else:
            short = field.type in _SHORT and field.category != "A"
            cells = list(values) if short else [_unescaped(v) if "\\" in v or v == _MARK else v for v in values]
            if r"\N" in cells:
                cells = [None if v == r"\N" else v for v in cells]
            self.tally.column(place, readable(field.name), of_values(cells), self.rows + 1)

    def _json(self, number: int, values: list[Any]) -> None:
        place, field = self.places[number], self.columns[number]
        others = []
        for at, value in enumerate(values, self.rows + 1):
            parsed = parsed_json(value.encode("utf-8", "surrogateescape")) if isinstance(value, str) else None
            if parsed is None:
                others.append(value)
            else:
                self.paths[number].add(parsed[0], at)
        self.paths[number].close()
        if others:
            self.tally.column(place, readable(field.name), of_values(others), self.rows + 1)

    def present(self, count: int | None) -> None:
        """Tell how many rows the table holds."""
        for place, field in zip(self.places, self.columns, strict=True):
            if not _is_json(field):
                self.tally.present(place, "cell", count)
        for paths in self.paths.values():
            paths.close(more=True)

    def broken(self, reason: str, error: Exception) -> str:
        """Tell that the table was not read to its end; return what the server said, without values."""
        self.tally.undecided(self.table, "table", 1, reason)
        if self.rows:
            self.present(None)
        return f"{self.table}: {str(error).splitlines()[0][:200]}"


def _is_special(field: Field) -> bool:
    """Tell whether cells of a column are more than text."""
    return field.type in _OPAQUE or (field.type in ("json", "jsonb", "bytea") and field.category != "A")


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_json(field: Field) -> bool:
    return field.type in ("json", "jsonb") and field.category != "A"


def _expression(field: Field) -> str:
    name = quoted(field.name)
    if field.type in _PLAIN | _SHORT and field.category != "A":
        return name
    if field.type in _OPAQUE:
        return f"CASE WHEN {name} IS NOT NULL THEN 1 END"
    if field.type == "bytea" and field.category != "A":
        return f"CASE WHEN octet_length({name}) > {MAX_CELL_BYTE} THEN '\\x{OVERLONG.hex()}'::bytea ELSE {name} END"
    size = name if field.type in ("text", "varchar") and field.category != "A" else f"({name})::text"
    return f"CASE WHEN octet_length({size}) > {MAX_CELL_BYTE} THEN '{_MARK}' ELSE ({name})::text END"


def _unescaped(value: str) -> Any:
    if value == _MARK:
        return OVERLONG
    if value == r"\N":
        return None
    return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]), value) if "\\" in value else value


def _bytes(value: Any) -> Any:
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value
