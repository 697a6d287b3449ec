"""Cells of ledgers, before they become records, and how a sheet full of titles, merged cells and totals is seen as a table."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import polars as pl

from zhunru.core.table import Table, col


class LedgerCell(Table):
    """One non-empty cell of a ledger, under its heading; merged cells are repeated in every row that they cover.

    TOML and YAML ledgers take the same form: sheet = the list's key, row = number of the entry, heading = key.
    Headings are cells of their own in row 0, so that a column without any value is known; they may come more than once.
    """

    sheet = col(pl.String, "name of the sheet, or of the list in TOML and YAML; file stem for CSV", "工作表")
    row_no = col(pl.Int64, "row as a spreadsheet counts it, from 1; number of the entry in TOML and YAML; 0 for headings", "行号")
    heading = col(pl.String, "heading of the column, line breaks removed, merged headings joined with /", "列名")
    value = col(pl.String, "content as text; dates as YYYY-MM-DD or with time as ISO 8601, numbers in shortest form", "内容")
    shape = col(pl.String, "text, number, date, flag, formula (result of a formula), list (items parted by line breaks) or heading", "类型")


class Merge(NamedTuple):
    """A merged area, rows and columns counted from 0, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int


class Header(NamedTuple):
    """Where the table of a sheet begins.

    Args:
        body: Index of the first row below the headings.
        names: Heading of each column; blank ones are named by their letter, repeated ones numbered.
        last: Texts of the lowest heading row, to know it again when it is repeated on every printed page.
        tail: Number of columns that stand under a heading.
    """

    body: int
    names: tuple[str, ...]
    last: tuple[str, ...]
    tail: int


HEAD_ROWS = 60
"""Rows among which the headings are looked for."""
_FILLED = 0.6
"""Share of the widest row that a heading row fills at least; titles and meta data fill less."""
_FIGURE = re.compile(r"[-+\d.,/:\s%eE]+")
_LABEL = re.compile(r"[^:：]{1,12}[:：].*", re.DOTALL)
_NOTE = re.compile(
    r"[(（*※【\s]*(注|备注|说明|备考|填表|制表|编制|审核|审批|批准|复核|以下空白|note|remark)s?([:：\s)）】\d].*|$)",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURE = re.compile(r"(填表|制表|编制|审核|审批|批准|复核|日期|联系|单位)[^:：]{0,8}[:：].*", re.DOTALL)
_TOTAL = frozenset({"合计", "总计", "小计", "共计", "total", "sum", "subtotal"})


def letter(column: int) -> str:
    """Return the name that a spreadsheet gives to a column counted from 0, e.g. `AA` for 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def one_line(text: str) -> str:
    """Return `text` without line breaks and outer blanks; words of Latin script keep a blank between them."""
    text = re.sub(r"(?<=[A-Za-z0-9),])\s*\n\s*(?=[A-Za-z0-9(])", " ", text.strip())
    return re.sub(r"\s*[\r\n\t]+\s*", "", text).strip()


def header_of(rows: Sequence[Sequence[str]], merges: Sequence[Merge] = ()) -> Header | None:
    """Find the headings among the first rows of a sheet.

    Args:
        rows: Texts of the first rows, merged cells not repeated; all of one length.
        merges: Merged areas.

    Returns:
        The headings, or None when the rows are all blank.
    """
    counts = [sum(1 for v in row if v) for row in rows[:HEAD_ROWS]]
    if not any(counts):
        return None
    widest = max(counts)
    fits = [i for i, n in enumerate(counts) if n and n >= _FILLED * widest and _like_headings(rows[i])]
    low = high = fits[0] if fits else next(i for i, n in enumerate(counts) if n)
    wide = [m for m in merges if m.right > m.left and m.right - m.left + 1 < len(rows[low])]
    while high and any(m.top <= high - 1 <= m.bottom for m in wide) and not _labels(rows[high - 1]) and counts[high - 1] > 1:
        high -= 1  # a row of group headings above
    deep = max((m.bottom for m in merges if m.top in range(high, low + 1) and m.bottom > m.top and m.left < len(rows[low])), default=low)
    if deep > low and deep < len(rows) and any(high <= m.top <= low and m.bottom < deep for m in wide):
        low = deep  # the chosen row was the upper one of two
    elif low + 1 < len(rows) and _completes(rows[low], rows[low + 1], [m for m in wide if m.top == low]):
        low += 1
    return Header(low + 1, *_names(rows, merges, high, low))


def _like_headings(row: Sequence[str]) -> bool:
    texts = [v for v in row if v]
    words = [v for v in texts if not _FIGURE.fullmatch(v) and len(v) <= 200]
    return len(words) >= 0.7 * len(texts) and not _labels(row)


def _labels(row: Sequence[str]) -> bool:
    """Tell whether a row reads `label: value`, as the meta data above a table do."""
    texts = [v for v in row if v]
    return bool(texts) and sum(1 for v in texts if _LABEL.fullmatch(v)) * 2 > len(texts)


def _completes(upper: Sequence[str], lower: Sequence[str], groups: list[Merge]) -> bool:
    """Tell whether `lower` holds the finer headings of `upper`: filled just below its merged headings."""
    if not groups:
        return False
    below = {c for m in groups for c in range(m.left, min(m.right + 1, len(lower)))}
    return all(bool(lower[c]) == (c in below) for c in range(len(lower)) if upper[c] or c in below) and _like_headings(lower)


def _names(rows: Sequence[Sequence[str]], merges: Sequence[Merge], high: int, low: int) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    grid = {i: list(rows[i]) for i in range(high, low + 1)}
    for m in merges:
        for i in range(max(m.top, high), min(m.bottom, low) + 1):
            if m.top in grid:
                text = rows[m.top][m.left] if m.left < len(rows[m.top]) else ""
                grid[i][m.left : m.right + 1] = [text] * (min(m.right + 1, len(grid[i])) - m.left)
    names: list[str] = []
    seen: dict[str, int] = {}
    tail = 0
    for column in range(len(rows[low])):
        parts = list(dict.fromkeys(p for i in range(high, low + 1) if (p := one_line(grid[i][column]))))
        if not parts and high and not merges:  # unmerged export: the heading stands one row higher
            parts = [p for p in [one_line(rows[high - 1][column])] if p and sum(1 for v in rows[high - 1] if v) > 1]
        name = "/".join(parts) or f"({letter(column)})"
        tail = column + 1 if parts else tail
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(names), tuple(rows[low]), tail


def row_role(row: Sequence[str], header: Header, spanned: bool = False) -> str:
    """Say what a row below the headings is: `blank`, `record`, `total`, `repeat` (headings again) or `note`.

    Args:
        row: Texts, merged cells not repeated.
        header: Headings of the sheet.
        spanned: Its only cell is merged across half of the table or more.
    """
    texts = [v for v in row if v]
    if not texts:
        return "blank"
    if texts[0] == next((v for v in header.last if v), None) and list(row[: header.tail]) == list(header.last[: header.tail]):
        return "repeat"
    first = re.sub(r"[\s:：]", "", texts[0]).lower()
    if first in _TOTAL and all(_FIGURE.fullmatch(v) for v in texts[1:]):
        return "total"
    if len(texts) == 1 and header.tail >= 2 and (spanned or _NOTE.fullmatch(texts[0])):
        return "note"
    if first[:2] in {"填表", "制表", "编制", "审核", "审批", "批准", "复核", "日期", "联系", "单位"} and all(
        _SIGNATURE.fullmatch(v) for v in texts
    ):
        return "note"
    return "record"


def cells(sheet: str, names: Sequence[str], numbers: Sequence[int], columns: Iterable[tuple[Sequence[str], Any]]) -> LedgerCell:
    """Turn columns of texts into cells, row by row, the headings in front; blank texts are left out.

    Args:
        sheet: Name of the sheet.
        names: Heading of each column.
        numbers: Row number of each text of a column.
        columns: Texts, and their shapes (one word for all, or one per text).
    """
    parts = []
    for name, (texts, shape) in zip(names, columns, strict=False):
        shapes = pl.lit(shape) if isinstance(shape, str) else pl.Series(shape, dtype=pl.String)
        frame = pl.DataFrame({"row_no": numbers, "value": texts}, schema={"row_no": pl.Int64, "value": pl.String})
        frame = frame.with_columns(pl.lit(name).alias("heading"), shapes.alias("shape"))
        parts.append(frame.filter(pl.col("value") != ""))
    if not any(part.height for part in parts):
        return LedgerCell.empty()
    titles = pl.DataFrame({"value": list(names)}).select(
        pl.lit(0, pl.Int64).alias("row_no"), "value", pl.col("value").alias("heading"), pl.lit("heading").alias("shape")
    )
    rows = pl.concat([titles, *parts]).sort("row_no", maintain_order=True)
    return LedgerCell(rows.select(pl.lit(sheet).alias("sheet"), "row_no", "heading", "value", "shape"))
