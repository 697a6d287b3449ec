"""Blocks of delimited text that are plainly well formed, parsed in columns; any other block is left to whoever reads line by line."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

MAX_RECORD_BYTE = 100_000
"""Longest record that is parsed in columns."""
_MAX_RECORD_LINES = 999
_LINE, _QUOTE = ord("\n"), ord('"')


class Plain(NamedTuple):
    """Records of one width, in columns.

    Args:
        first: Number of the line on which the first record begins.
        cells: One column of text for each column; no null.
        places: Line on which each record begins, counted from `first`; None = one line each.
    """

    first: int
    cells: pl.DataFrame
    places: NDArray[np.int64] | None


class _Shape(NamedTuple):
    """Records and cells of a block, bytes that are quotation marks around cells, and the line feed behind each record."""

    rows: int
    width: int
    around_byte: int
    ends: NDArray[np.int64]


def closed(block: bytes) -> int:
    """Return the offset behind the last line feed that stands outside quotation marks; 0 when there is none."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1
    raw = np.frombuffer(block, np.uint8)
    feeds = np.flatnonzero(raw == _LINE)
    outside = feeds[np.searchsorted(np.flatnonzero(raw == _QUOTE), feeds) % 2 == 0]
    return int(outside[-1]) + 1 if outside.size else 0


def parsed(block: bytes, mark: str, first: int, *, quotes: bool = True) -> Plain | None:
    """Parse whole records; None unless every byte of the block is accounted for.

    Args:
        block: UTF-8 that ends with a line feed.
        mark: Delimiter.
        first: Number of the first line.
        quotes: Whether quotation marks stand around cells; else they are part of the text.
    """
    if not block.endswith(b"\n") or b"\0" in block or b"\r" in block:
        return None
    raw = np.frombuffer(block, np.uint8)
    quoted = quotes and b'"' in block
    shape = _shape(raw, ord(mark), quoted, 2 if quotes else 1)
    if shape is None:
        return None
    try:
        cells = pl.read_csv(block, has_header=False, infer_schema=False, separator=mark, quote_char='"' if quoted else None).fill_null("")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    if cells.shape != (shape.rows, shape.width):
        return None
    text_byte = sum(cells.select(pl.all().str.len_bytes().sum()).row(0))
    if text_byte + shape.rows * shape.width + shape.around_byte != len(block):
        return None
    return Plain(first, cells, _places(raw, shape) if quoted else None)


def _shape(raw: NDArray[np.uint8], mark: int, quoted: bool, least: int) -> _Shape | None:
    """Return the shape of a block whose records are all equally wide and whose quotation marks all stand where they should."""
    stops = np.flatnonzero((raw == mark) | (raw == _LINE))
    around_byte = 0
    if quoted:
        marks = np.flatnonzero(raw == _QUOTE)
        opening, closing = marks[::2], marks[1::2]
        if opening.size != closing.size:
            return None
        behind = raw[closing + 1]
        before = raw[np.maximum(opening - 1, 0)]  # a first byte that is a quotation mark stands before itself
        if not (_edge(before, mark).all() and _edge(behind, mark).all()):
            return None
        around_byte = marks.size - int(np.count_nonzero(behind == _QUOTE))
        stops = stops[np.searchsorted(marks, stops) % 2 == 0]
    last = raw[stops] == _LINE
    rows = int(np.count_nonzero(last))
    width = stops.size // rows if rows else 0
    if width < least or rows * width != stops.size or not last[width - 1 :: width].all():
        return None
    ends = stops[width - 1 :: width]
    return _Shape(rows, width, around_byte, ends) if int(np.diff(ends, prepend=-1).max()) <= MAX_RECORD_BYTE else None


def _edge(around: NDArray[np.uint8], mark: int) -> NDArray[np.bool_]:
    edge: NDArray[np.bool_] = (around == mark) | (around == _LINE) | (around == _QUOTE)
    return edge


def _places(raw: NDArray[np.uint8], shape: _Shape) -> NDArray[np.int64] | None:
    feeds = np.flatnonzero(raw == _LINE)
    return None if feeds.size == shape.rows else np.concatenate([[0], np.searchsorted(feeds, shape.ends)[:-1] + 1])


def few_lines(plain: Plain, lines: int) -> bool:
    """Tell whether no record of a block of so many lines has more lines than one may have."""
    return plain.places is None or int(np.diff(plain.places, append=lines).max()) <= _MAX_RECORD_LINES
