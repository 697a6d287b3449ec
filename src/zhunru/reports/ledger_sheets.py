"""Ledgers as a workbook: one sheet for each kind of record, every cell as text; nothing is a formula. Equal input, equal bytes."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from zhunru.core.errors import ReportError
from zhunru.core.text import Text
from zhunru.reports.docx import fixed

MAX_ROWS = 1_048_575
"""Rows below the headings that one sheet holds."""
MAX_TEXT_CHAR = 32_767
"""Longest text of a cell."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class LedgerSheet(NamedTuple):
    """One sheet: its name, its headings, and rows of texts under them."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def workbook(sheets: Sequence[LedgerSheet], title: str) -> bytes:
    """Return the workbook.

    Args:
        sheets: The sheets, in order.
        title: Title of the file.

    Raises:
        ReportError: A text or a number of rows that no sheet can hold: nothing is cut silently.
    """
    import xlsxwriter

    store = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(store, options) as book:
        book.set_properties({"title": title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        plain = {"num_format": "@", "valign": "top", "text_wrap": True, "font_name": "宋体", "font_size": 11}
        head = book.add_format(plain | {"bold": True, "bg_color": "#EFEFEF", "border": 1})
        cell, quoted = book.add_format(plain), book.add_format(plain | {"quote_prefix": True})
        for sheet in sheets:
            _fits(sheet)
            page = book.add_worksheet(sheet.name)
            page.set_column(0, max(len(sheet.headings) - 1, 0), 18, cell)  # what is typed in later stays text too
            for column, heading in enumerate(sheet.headings):
                page.write_string(0, column, heading, head)
            for number, row in enumerate(sheet.rows, 1):
                for column, text in enumerate(row):
                    if text:
                        page.write_string(number, column, text, quoted if text.startswith(_FORMULA) else cell)
            page.freeze_panes(1, 0)
            if sheet.rows:
                page.autofilter(0, 0, len(sheet.rows), max(len(sheet.headings) - 1, 0))
    return fixed(store.getvalue())


def _fits(sheet: LedgerSheet) -> None:
    if len(sheet.rows) > MAX_ROWS:
        raise ReportError(Text("行数超过一张工作表", "more rows than a sheet holds"), f"{sheet.name}: {len(sheet.rows)} > {MAX_ROWS}")
    for number, row in enumerate(sheet.rows, 2):
        if any(len(text) > MAX_TEXT_CHAR for text in row):
            raise ReportError(
                Text("单元格文字过长，无法写入", "a text is longer than a cell holds"), f"{sheet.name} {number}: > {MAX_TEXT_CHAR}"
            )
