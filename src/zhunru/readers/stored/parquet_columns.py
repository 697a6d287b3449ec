"""Parquet files: column by column, batch by batch."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Source
from zhunru.core.text import Text
from zhunru.readers.stored.cells import of_series, of_values
from zhunru.readers.stored.names import place_of
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BROKEN

MAX_CELLS_PER_BYTE = 4096
"""Most cells that one byte of the file may stand for. A column of one repeated value comes near it; a bomb claims far more."""
SMALL_CELLS = 64 << 20
_BATCH_ROWS = 50_000
_MOST_DEPTH = 16
_AGAIN = Text("重新导出该文件", "export the file again")
_FAILURES = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, TypeError, OverflowError)


def look(file: Source, tally: Tally, rows: int | None = None) -> Iterator[Noted]:
    """Look at every column; lists and structures are opened, and of a column where few values repeat each value is looked at once.

    Args:
        file: The file.
        tally: Where it is added up.
        rows: Most rows; None = all.

    Raises:
        DamagedEvidence: The file is cut or a part of it cannot be decoded; what could be read is in the tally.
    """
    with file.on_disk() as path:
        try:
            schema = pl.read_parquet_schema(path)
            height = int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
        except _FAILURES as error:
            tally.undecided("(file)", "file", 1, BROKEN)
            raise _damage(error, file.name, tally) from error
        if height * len(schema) > max(SMALL_CELLS, file.size_byte * MAX_CELLS_PER_BYTE):
            what = Text("声称的单元格数远超文件所能容纳", "the file claims far more cells than it can hold")
            tally.undecided("(file)", "file", 1, BROKEN)
            raise DamagedEvidence(what, f"{file.name}: {height} x {len(schema)}", _AGAIN)
        wanted = height if rows is None else min(rows, height)
        broken: BaseException | None = None
        for name, kind in schema.items():
            if not kind.is_nested():
                tally.passed(place_of(name), "cell", 0)
            try:
                for first, column in _batches(path, name, wanted):
                    _column(place_of(name), name, column, tally, first)
            except _FAILURES as error:
                tally.undecided(place_of(name), "column", 1, BROKEN)
                broken = broken or error
            if wanted < height and not kind.is_nested():
                tally.present(place_of(name), "cell", height)
        if broken:
            raise _damage(broken, file.name, tally) from broken
    yield from ()


def _damage(error: BaseException, where: str, tally: Tally) -> DamagedEvidence:
    what = Text("Parquet 文件损坏或被截断", "the Parquet file is damaged or cut")
    return DamagedEvidence(what, f"{where}: {str(error).splitlines()[0][:120] if str(error) else ''}", _AGAIN, saved=tally.examined_count)


def _batches(path: str, name: str, height: int) -> Iterator[tuple[int, pl.Series]]:
    """Yield the number of the first row, from 1, and the cells of one column."""
    scan = pl.scan_parquet(path, glob=False, low_memory=True).select(pl.col(name).alias("cell"))
    for start in range(0, height, _BATCH_ROWS):
        frame = scan.slice(start, min(_BATCH_ROWS, height - start)).collect()
        yield start + 1, frame["cell"]


def _column(place: str, heading: str, column: pl.Series, tally: Tally, first: int, depth: int = 0) -> None:
    kind: Any = column.dtype
    if isinstance(kind, pl.Struct) and depth < _MOST_DEPTH:
        for field in kind.fields:
            _column(place + "." + place_of(field.name), field.name, column.struct.field(field.name), tally, first, depth + 1)
    elif isinstance(kind, pl.List | pl.Array) and depth < _MOST_DEPTH:
        for start in range(0, column.len(), _BATCH_ROWS):
            _column(place + "[]", heading, column.slice(start, _BATCH_ROWS).explode(), tally, first + start, depth + 1)
    elif kind.is_temporal() or kind in (pl.Boolean, pl.Null):
        tally.passed(place, "cell", column.len())
    elif kind in (pl.String, pl.Categorical) or isinstance(kind, pl.Enum) or kind.is_integer():
        tally.column(place, heading, of_series(column), first)
    else:  # fractions, bytes, what is nested too deep
        tally.column(place, heading, of_values(column.to_list()), first)
