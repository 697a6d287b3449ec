"""Cells of one column as one run of bytes, so that they are looked at together."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.tables.examined import BINARY, ENCODING, TOO_LONG

MAX_CELL_BYTE = 1 << 20
"""Sources hand over no longer cell; a longer one is told as undecidable."""
OVERLONG = b"\xfftoo long"
"""What a source hands over instead of a cell beyond the limit; whoever stores just these bytes is told as undecidable too."""

_SAMPLE, _FEW = 512, 64
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1b")
_CONTROLS = bytes(sorted(frozenset(range(32)) - _TEXT_CONTROLS))


class Cells(NamedTuple):
    """Cells, joined by line feeds.

    Args:
        data: UTF-8.
        ends: Offset in `data` just behind each cell.
        weights: How often each cell stands in the column; None = once.
        places: Row of each cell, counted from the first of this block; None = in order.
        cells: Cells of the block, repeated and empty ones included.
        undecidable: Reason -> cells whose content could not be told.
    """

    data: bytes
    ends: NDArray[np.int64]
    weights: NDArray[np.int64] | None
    places: NDArray[np.int64] | None
    cells: int
    undecidable: dict[str, int]


def of_values(values: Sequence[Any]) -> Cells:
    """Return the cells of a column given as Python values: text, numbers, bytes, None."""
    undecidable: dict[str, int] = {}
    if not set(map(type, values)) <= {str}:
        values = [v if type(v) is str else _text(v, undecidable) for v in values]
    joined = "\n".join(values)
    try:
        data = joined.encode()
    except UnicodeEncodeError:  # surrogates stand for bytes that are no UTF-8
        values = [_readable(v, undecidable) for v in values]
        joined = "\n".join(values)
        data = joined.encode()
    lengths = map(len, values) if len(data) == len(joined) else (len(v.encode()) for v in values)
    return Cells(data, _ends(np.fromiter(lengths, np.int64, len(values))), None, None, len(values), undecidable)


def of_series(series: pl.Series) -> Cells:
    """Return the cells of a text column; where few values repeat, each of them once with its weight."""
    column = series.cast(pl.String).fill_null("")
    weights = places = None
    if column.len() >= 2 * _SAMPLE and column.gather_every(max(1, column.len() // _SAMPLE)).n_unique() <= _FEW:
        frame = pl.DataFrame({"value": column}).with_row_index("row")
        seen = frame.group_by("value", maintain_order=True).agg(pl.len().alias("weight"), pl.col("row").first())
        column, weights, places = seen["value"], seen["weight"].cast(pl.Int64).to_numpy(), seen["row"].cast(pl.Int64).to_numpy()
    joined = column.str.join("\n")[0] if column.len() else ""
    lengths = column.str.len_bytes().cast(pl.Int64).to_numpy()
    long = lengths > MAX_CELL_BYTE
    count = int(weights[long].sum() if weights is not None else long.sum())
    return Cells(joined.encode(), _ends(lengths), weights, places, series.len(), {TOO_LONG: count} if count else {})


def of_frame(frame: pl.DataFrame) -> list[Cells]:
    """Return the cells of text columns without null, none of which holds a cell beyond the limit."""
    height = frame.height
    few: set[str] = set()
    if height >= 2 * _SAMPLE:
        kinds = frame.gather_every(height // _SAMPLE).select(pl.all().n_unique())
        few = {name for name, count in zip(frame.columns, kinds.row(0), strict=True) if count <= _FEW}
    joined = dict(zip(frame.columns, frame.select(pl.all().str.join("\n")).row(0), strict=True))
    lengths = frame.select(pl.all().str.len_bytes().cast(pl.Int64))
    return [
        of_series(frame[name]) if name in few else Cells(joined[name].encode(), _ends(lengths[name].to_numpy()), None, None, height, {})
        for name in frame.columns
    ]


def _ends(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumsum(lengths + 1) - 1


def _text(value: Any, undecidable: dict[str, int]) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))  # a number of 11 digits that a spreadsheet or a frame keeps as a fraction
    if isinstance(value, bytes | bytearray | memoryview):
        return _of_bytes(bytes(value), undecidable)
    return str(value)


def _of_bytes(value: bytes, undecidable: dict[str, int]) -> str:
    """Return the text of bytes that are text without doubt; others are told, for they may hold anything, also ciphers."""
    if value == OVERLONG:
        return _told(TOO_LONG, undecidable)
    text = value if len(value.translate(None, _CONTROLS)) == len(value) else None
    try:
        return (text or b"").decode() if text is not None else _told(BINARY, undecidable)
    except UnicodeDecodeError:
        return _told(BINARY, undecidable)


def _readable(text: str, undecidable: dict[str, int]) -> str:
    """Return text whose bytes are GB18030 where they are no UTF-8; else what of it can be read, and tell it."""
    raw = text.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    _told(ENCODING, undecidable)
    return raw.decode("utf-8", "replace")


def _told(reason: str, undecidable: dict[str, int]) -> str:
    undecidable[reason] = undecidable.get(reason, 0) + 1
    return ""


def size_of(rows: Sequence[Sequence[Any]]) -> int:
    """Return about how many bytes the text of rows takes."""
    try:
        return sum(map(len, chain.from_iterable(rows)))
    except TypeError:  # not text alone
        return sum(len(c) for c in chain.from_iterable(rows) if isinstance(c, str | bytes))
