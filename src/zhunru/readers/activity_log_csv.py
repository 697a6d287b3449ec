"""Logs of exports and of accesses that are too large for a ledger, straight into columns."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl
from pydantic import ValidationError

from zhunru.core.evidence import Barren, Noted, Skipped, Source
from zhunru.core.record import Record
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.records.export_batch import ExportBatch
from zhunru.records.platform_access import PlatformAccess
from zhunru.records.sheets import field_of
from zhunru.tables.access_row import AccessRow
from zhunru.tables.export_row import ExportRow, moment_ns, whole
from zhunru.tables.export_use import CHINA_NS
from zhunru.wire.text_lines import whole_lines

_BLOCK_BYTE = 4 << 20
_LEAST_LINES = 200
"""Lines in the first 64 KiB from which a log is read into columns; a shorter one is a ledger like any other (P)."""
_DISTINCT = 20_000
"""Different values of a column that the strict parser of the ledgers is asked about in one block (P)."""
_BLANK = ("", "-", "/", "—", "——", "N/A", "n/a", "无此项")
_CELL = Text("单元格无法识别", "a cell cannot be read")
_LINE = Text("行的列数不符、引号不配对或编码有误", "a line has another number of cells, quotes that do not match, or another encoding")

Rows = ExportRow | AccessRow


class _Kind(NamedTuple):
    """A record kind, the table of its columns, and fields that stand under another name there."""

    record: type[Record]
    table: type[ExportRow] | type[AccessRow]
    least: tuple[str, ...]
    renamed: dict[str, str]


_KINDS = (
    _Kind(ExportBatch, ExportRow, ("activity", "exported"), {"exported": "t_ns", "subject": "person"}),
    _Kind(PlatformAccess, AccessRow, ("account", "accessed"), {"accessed": "t_ns", "territory": "told"}),
)
_FAST = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$")


_USUAL_BYTE = 19
"""Length of 2026-03-02 10:00:00, the usual form of a time: other forms are tried one by one."""
_MOMENTS = ("exported", "accessed")


class _Layout(NamedTuple):
    kind: _Kind
    mark: str
    fields: tuple[str | None, ...]
    unknown: tuple[str, ...]


def _layout(line: str) -> _Layout | None:
    mark = max(",;\t", key=line.count)
    headings = [c.strip() for c in next(csv.reader([line], delimiter=mark), [])]
    for kind in _KINDS:
        found: list[str | None] = []
        for heading in headings:
            name = field_of(kind.record, heading) if heading else None
            found.append(name if name not in found else None)
        if len(headings) >= 3 and set(kind.least) <= set(found) and sum(f is not None for f in found) * 2 > len(headings):
            unknown = tuple(h for h, f in zip(headings, found, strict=True) if h and f is None)
            return _Layout(kind, mark, tuple(found), unknown)
    return None


def _is_log(head: bytes) -> bool:
    lines = head.split(b"\n", _LEAST_LINES + 1)
    if len(lines) <= _LEAST_LINES:
        return False
    try:
        return _layout(lines[0].decode("utf-8-sig").rstrip("\r")) is not None
    except (UnicodeDecodeError, csv.Error):
        return False


@reader(".csv", ".tsv", title_zh="出境日志或访问日志（大文件 CSV）", title_en="log of exports or accesses (large CSV)", sniff=_is_log)
def activity_log_csv(file: Source) -> Iterator[ExportRow | AccessRow | Skipped | Noted | Barren]:
    """Read a log with the headings of `export_batch` or `platform_access` in its first line, in UTF-8, into columns.

    Headings and cells mean what they mean in a ledger; the strict parser of the ledgers decides on cells that the fast path does not know.
    A line with a cell that cannot be read keeps its other cells and counts as skipped, so that no check passes on it.

    Args:
        file: The log; it is read in blocks.

    Raises:
        EvidenceError: The file cannot be opened or its compression is damaged.
    """
    layout: _Layout | None = None
    for number, lines in whole_lines(file.blocks(_BLOCK_BYTE)):
        if layout is None:
            layout = _layout(lines[0])
            if layout is None:
                yield Skipped(_LINE, "line 1", len(lines))
                return
            yield Barren((AccessRow if layout.kind.table is ExportRow else ExportRow,))
            if layout.unknown:
                named = ", ".join(layout.unknown)[:200]
                yield Noted(Text(f"未识别的列：{named}", f"columns not known: {named}"))
        yield from _block(layout, number, lines, 1 if number == 1 else 0)


def _block(layout: _Layout, number: int, lines: list[str], headings: int) -> Iterator[Rows | Skipped]:
    text = pl.DataFrame({"line": lines, "row_no": range(number, number + len(lines))}, schema={"line": pl.String, "row_no": pl.Int64})
    text = text.slice(headings).filter(pl.col("line").str.strip_chars() != "")
    cells, lost = _split(text, layout)
    if lost:
        yield Skipped(_LINE, f"line {lost[0]}", len(lost))
    if not cells.height:
        return
    columns: dict[str, pl.Series] = {"row_no": cells["row_no"]}
    bad = pl.Series("bad", [False] * cells.height, dtype=pl.Boolean)
    schema = layout.kind.table.schema()
    for name in (f for f in layout.fields if f):
        column = layout.kind.renamed.get(name, name)
        if column in schema:
            columns[column], wrong = _read(layout.kind.record, name, schema[column], cells[name])
            bad = bad | wrong
    if bad.any():
        yield Skipped(_CELL, f"line {cells.filter(bad)['row_no'][0]}", int(bad.sum()))
    if layout.kind.table is ExportRow:
        columns["scheme"] = columns.get("scheme", pl.Series([None] * cells.height, dtype=pl.String)).fill_null("")
    made = pl.DataFrame(columns).select(
        pl.col(n).cast(t) if n in columns else pl.lit(None, t).alias(n) for n, t in schema.items() if n != "source"
    )
    yield layout.kind.table(made)


def _split(text: pl.DataFrame, layout: _Layout) -> tuple[pl.DataFrame, list[int]]:
    """Return the cells of every line that has as many as there are headings, and the numbers of the others."""
    width = len(layout.fields)
    names = [f or f"({i})" for i, f in enumerate(layout.fields)]
    strange = pl.col("line").str.contains('"', literal=True) | pl.col("line").str.contains("\ufffd", literal=True)
    plain = text.filter(~strange & (pl.col("line").str.count_matches(layout.mark, literal=True) == width - 1))
    fast = plain.select("row_no", pl.col("line").str.split_exact(layout.mark, width - 1).struct.rename_fields(names).alias("c")).unnest("c")
    rest = text.join(plain.select("row_no"), on="row_no", how="anti", maintain_order="left")
    rows: list[list[Any]] = []
    lost: list[int] = []
    for line, number in rest.iter_rows():
        try:
            found = next(csv.reader([line], delimiter=layout.mark, strict=True), [])
        except csv.Error:
            found = []
        # cells that only end the line are as good as none
        if len(found) > width and not any(found[width:]):
            found = found[:width]
        if len(found) == width and "\ufffd" not in line:
            rows.append([number, *found])
        else:
            lost.append(number)
    schema = {"row_no": pl.Int64, **dict.fromkeys(names, pl.String)}
    slow = pl.DataFrame(rows, schema=schema, orient="row")
    kept = pl.concat([fast.select(list(schema)), slow]).sort("row_no")
    return kept.with_columns(pl.col(names).str.strip_chars()), lost


def _read(record: type[Record], name: str, dtype: Any, text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the values of one column, and which cells could not be read."""
    said = text.rename("t").to_frame().select(pl.when(pl.col("t").is_in(_BLANK)).then(None).otherwise("t")).to_series()
    none = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(said))
    if "tuple" in str(record.items()[name].annotation):
        joined = said.str.replace_all(r"\s*[;；,，、|]+\s*", ";").str.strip_chars(";")
        return joined, none
    if dtype == pl.String:
        return said, none
    fast = _fast(name, dtype, said)
    open_ones = said.is_not_null() & fast.is_null()
    if not open_ones.any():
        return fast, none
    asked = said.filter(open_ones).unique().head(_DISTINCT).to_list()
    known = _strict(record, name, asked)
    slow = said.replace_strict(list(known), list(known.values()), default=None, return_dtype=dtype)
    read = said.is_in(list(known))
    return fast.fill_null(slow), open_ones & ~read


def _fast(name: str, dtype: Any, said: pl.Series) -> pl.Series:
    """Return the values of cells in the usual forms; null where the strict parser must be asked, and for counts below nothing."""
    frame = said.to_frame("t")
    if dtype == pl.Boolean:
        words = {"是": True, "否": False, "1": True, "0": False, "true": True, "false": False}
        return frame.select(pl.col("t").replace_strict(words, default=None, return_dtype=pl.Boolean)).to_series()
    if name not in _MOMENTS:
        return frame.select(pl.when(pl.col("t").str.contains(r"^\d{1,18}$")).then("t").cast(pl.Int64)).to_series()
    day = pl.col("t").str.replace_all("/", "-", literal=True).str.replace("T", " ", literal=True)
    plain = pl.when(day.str.contains(_FAST.pattern)).then(day)
    usual = frame.select(
        pl.col("t").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="ns").cast(pl.Int64) - CHINA_NS
    ).to_series()
    if usual.null_count() == said.null_count() and (said.str.len_bytes() == _USUAL_BYTE).all():
        return usual
    forms = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
    moments = [plain.str.to_datetime(f, strict=False, time_unit="ns") for f in forms]
    midnight = plain.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ns"))
    whole_day = pl.when(day.str.contains(r"^\S+$")).then(midnight)
    return frame.select(pl.coalesce(*moments, whole_day).cast(pl.Int64) - CHINA_NS).to_series()


def _strict(record: type[Record], name: str, asked: Sequence[str]) -> dict[str, Any]:
    """Return what the parser of the ledgers makes of cells; a cell that it refuses is left out."""
    keys = {n: "?" for n in record.items() if record.is_key(n)}
    convert: Callable[[Any], Any] = {"exported": moment_ns, "accessed": moment_ns}.get(
        name, lambda v: v if isinstance(v, bool) else whole(v)
    )
    found = {}
    for word in asked:
        try:
            found[word] = convert(getattr(record.model_validate({**keys, name: word}), name))
        except (ValidationError, OverflowError):
            continue
    return found
