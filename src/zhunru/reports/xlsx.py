"""A paper as XLSX: fields on the first sheet, one sheet per table, what is missing, and the sources. Everything is text; nothing is a formula.

Equal input, equal bytes.
"""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zhunru.reports.document import Document, Fields, Grid, Paragraph, Signature, clean, mark, missing_of, place_text, trace_of
from zhunru.reports.docx import fixed, shown

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FIRST, LACKING, SOURCES = "文书", "缺项", "来源"
_FORMULA = ("=", "+", "-", "@", "\t")
_MAX_NAME = 31


def render(document: Document) -> bytes:
    """Return the XLSX file."""
    import xlsxwriter

    store = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(store, options) as book:
        created = datetime(document.day.year, document.day.month, document.day.day, tzinfo=UTC)
        book.set_properties({"title": document.title, "author": clean(document.maker), "created": created})
        styles = _Styles(book)
        _first(book, styles, document)
        names = {FIRST, LACKING, SOURCES}
        for section in document.sections:
            for part in section.parts:
                if isinstance(part, Grid):
                    rows = [[c.shown for c in row] for row in part.rows] or [[mark(part.need) if part.need else part.empty]]
                    _sheet(book, styles, _name(part.title, names), part.headings, rows, part.widths)
        lacking = [[m.section, m.label, m.need] for m in missing_of(document)] + [
            ["台账", "存疑，内容可能不全", d] for d in document.doubts
        ]
        _sheet(book, styles, LACKING, ("部分", "缺项", "补充来源"), lacking or [["无缺项"]], (20, 40, 40))
        sources = [[t.label, "\n".join(map(place_text, t.places)) or "由本软件据上列数据得出"] for t in trace_of(document)]
        _sheet(book, styles, SOURCES, ("项目", "来源"), sources, (40, 60))
    return fixed(store.getvalue())


class _Styles:
    """Formats of one workbook."""

    def __init__(self, book: "Workbook") -> None:
        plain = {"text_wrap": True, "valign": "top", "border": 1, "font_name": "宋体", "font_size": 11, "num_format": "@"}
        self.title = book.add_format({"bold": True, "font_size": 16, "font_name": "宋体", "align": "center"})
        self.head = book.add_format(plain | {"bold": True, "bg_color": "#EFEFEF", "valign": "vcenter"})
        self.cell = book.add_format(plain)
        self.quoted = book.add_format(plain | {"quote_prefix": True})
        self.lacking = book.add_format(plain | {"font_color": "#C00000"})

    def of(self, text: str) -> "Format":
        """Return the format for a value: what looks like a formula stays text even when somebody edits the cell."""
        if text.startswith("【待补充"):
            return self.lacking
        return self.quoted if text.startswith(_FORMULA) else self.cell


def _first(book: "Workbook", styles: _Styles, document: Document) -> None:
    page = book.add_worksheet(FIRST)
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 80)
    page.set_column(2, 2, 48)
    page.merge_range(0, 0, 0, 2, document.title, styles.title)
    head = f"{document.maker}　{document.product}　{document.campaign}　截至 {document.day.isoformat()}"
    page.merge_range(1, 0, 1, 2, "", styles.cell)
    page.write_string(1, 0, clean(head), styles.cell)
    row = 2
    for section in document.sections:
        page.merge_range(row, 0, row, 2, section.title, styles.head)
        row += 1
        for part in section.parts:
            for label, text, source in _lines(part):
                for column, value in enumerate((label, text, source)):
                    page.write_string(row, column, shown(value), styles.of(value))
                row += 1
    page.merge_range(row, 0, row, 2, "", styles.cell)
    page.write_string(row, 0, shown(f"注：{document.note}"), styles.cell)
    page.set_row(row, 60)
    _print(page)


def _lines(part: object) -> Sequence[tuple[str, str, str]]:
    if isinstance(part, Fields):
        return [(f.label, f.cell.shown, "\n".join(map(place_text, f.cell.places))) for f in part.items]
    if isinstance(part, Grid):
        told = f"见工作表，共 {len(part.rows)} 行" if part.rows else (mark(part.need) if part.need else part.empty)
        return [(part.title, told, "")]
    if isinstance(part, Paragraph):
        return [("", clean(part.text), "")]
    return [("", clean(line), "") for line in part.lines] if isinstance(part, Signature) else []


def _sheet(
    book: "Workbook", styles: _Styles, name: str, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> None:
    page = book.add_worksheet(name)
    for column, width in enumerate(widths):
        page.set_column(column, column, max(8, round(width * 130 / sum(widths))))
    for column, heading in enumerate(headings):
        page.write_string(0, column, heading, styles.head)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            text = clean(value)
            page.write_string(number, column, shown(text), styles.of(text))
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    _print(page)


def _print(page: "Worksheet") -> None:
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _name(title: str, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:_MAX_NAME] or "表"
    name, number = plain, 1
    while name.casefold() in {t.casefold() for t in taken}:
        number += 1
        name = f"{plain[: _MAX_NAME - 4]}({number})"
    taken.add(name)
    return name
