"""Writes workbooks as people keep them: a title over everything, notes, grouped headings, merged cells. Equal input, equal bytes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
_CREATED = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Args:
        name: Name on the tab.
        headings: `(group, heading)` for each column; an empty group spans both rows of headings.
        rows: Cells below; None = empty.
        title: Line merged over all columns, above.
        note: Line of remarks below the title.
        tail: Line below the last row.
        merged: Columns whose equal neighbours below each other are merged.
    """

    name: str
    headings: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    note: str = ""
    tail: str = ""
    merged: tuple[int, ...] = ()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the xlsx file that holds `sheets`."""
    import xlsxwriter

    store = io.BytesIO()
    with xlsxwriter.Workbook(store, {"in_memory": True, "default_date_format": "yyyy/m/d"}) as book:
        book.set_properties({"author": "zhunru range", "created": _CREATED})
        for sheet in sheets:
            _write(book, book.add_worksheet(sheet.name), sheet)
    return store.getvalue()


def _write(book: "Workbook", page: "Worksheet", sheet: Sheet) -> None:
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    middle = book.add_format({"valign": "vcenter", "border": 1})
    last = len(sheet.headings) - 1
    row = 0
    for line in (sheet.title, sheet.note):
        if line:
            page.merge_range(row, 0, row, last, line, bold)
            row += 1
    row = _headings(page, sheet, row, bold)
    page.set_column(0, last, 16)
    for column in range(last + 1):
        _column(page, [line[column] for line in sheet.rows], row, column, middle if column in sheet.merged else None)
    if sheet.tail:
        page.merge_range(row + len(sheet.rows), 0, row + len(sheet.rows), last, sheet.tail, middle)


def _headings(page: "Worksheet", sheet: Sheet, row: int, bold: "Format") -> int:
    groups = [group for group, _ in sheet.headings]
    if not any(groups):
        page.write_row(row, 0, [heading for _, heading in sheet.headings], bold)
        return row + 1
    start = 0
    for column, (group, heading) in enumerate(sheet.headings):
        if not group:
            page.merge_range(row, column, row + 1, column, heading, bold)
            start = column + 1
            continue
        page.write(row + 1, column, heading, bold)
        if column + 1 == len(groups) or groups[column + 1] != group:
            if column > start:
                page.merge_range(row, start, row, column, group, bold)
            else:
                page.write(row, column, group, bold)
            start = column + 1
    return row + 2


def _column(page: "Worksheet", values: list[Any], top: int, column: int, merged: "Format | None") -> None:
    start = 0
    for row, value in enumerate(values):
        if merged is None:
            if value is not None:
                page.write(top + row, column, value)
        elif row + 1 == len(values) or values[row + 1] != value:
            if row > start and value is not None:
                page.merge_range(top + start, column, top + row, column, value, merged)
            elif value is not None:
                page.write(top + row, column, value, merged)
            start = row + 1
