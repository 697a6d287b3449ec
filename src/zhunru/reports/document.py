"""One document tree for every paper: sections of fields, tables, paragraphs and signatures; writers make DOCX, XLSX and JSON of it.

What has no data is a missing mark, never a blank: it stands in its place, in the list at the front, and in the JSON.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_HOSTILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What XML cannot hold, and what turns the direction of writing round so that a reader sees another order than is stored."""


def clean(text: str) -> str:
    """Return `text` with each character that XML cannot hold, or that hides others, as U+FFFD; line ends as one line feed."""
    return _HOSTILE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


class Place(NamedTuple):
    """Where a value came from: file of the dossier, sheet, row counted from 1; `row` None = the sheet as a whole or a statement."""

    file: str
    sheet: str = ""
    row: int | None = None


class Cell(NamedTuple):
    """One value with its places; empty text = missing, `need` says what is to be supplied."""

    text: str = ""
    places: tuple[Place, ...] = ()
    need: str = ""

    @property
    def shown(self) -> str:
        """The value, or the missing mark."""
        return clean(self.text) if self.text.strip() else mark(self.need)


def mark(need: str) -> str:
    """Return the missing mark."""
    return f"【待补充：{clean(need)}】" if need else "【待补充】"


class Field(NamedTuple):
    """A labelled value; `key` is its name in JSON, unique in the paper."""

    key: str
    label: str
    cell: Cell


class Fields(NamedTuple):
    """Labelled values, one under the other."""

    items: tuple[Field, ...]


class Grid(NamedTuple):
    """A table; without rows it is missing as a whole, `need` says what is to be supplied.

    Args:
        key: Name in JSON, unique in the paper.
        title: Line above it.
        headings: One for each column.
        rows: Cells, as many as headings.
        widths: Shares of the width.
        need: What to supply when there are no rows; empty = may be empty, `empty` is shown.
        empty: Words for a table that may be empty.
    """

    key: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    need: str = ""
    empty: str = "无"


class Paragraph(NamedTuple):
    """Running text."""

    text: str


class Signature(NamedTuple):
    """Lines to be signed by hand."""

    lines: tuple[str, ...]


Part = Fields | Grid | Paragraph | Signature


class Section(NamedTuple):
    """A heading with its parts."""

    title: str
    parts: tuple[Part, ...]


class Document(NamedTuple):
    """A paper.

    Args:
        kind: Name of the template.
        title: Title.
        maker: Who hands it in.
        product: Product it is about; empty for the enterprise.
        campaign: Update activity, or empty.
        day: Day as of which it was made.
        sections: Content.
        note: What is known of the official form, and on what that rests.
        doubts: Rows, sheets or files of the ledgers that could not be used: something may be lacking that no mark shows.
    """

    kind: str
    title: str
    maker: str
    product: str
    campaign: str
    day: date
    sections: tuple[Section, ...]
    note: str
    doubts: tuple[str, ...] = ()


class Missing(NamedTuple):
    """One thing that has to be supplied: section, label, and what to supply."""

    key: str
    section: str
    label: str
    need: str


def missing_of(document: Document) -> list[Missing]:
    """Return everything that is missing, in the order of the paper."""
    return [m for section in document.sections for part in section.parts for m in _missing(section, part)]


def _missing(section: Section, part: Part) -> Iterator[Missing]:
    if isinstance(part, Fields):
        for field in part.items:
            if not field.cell.text.strip():
                yield Missing(field.key, section.title, field.label, field.cell.need)
    elif isinstance(part, Grid):
        if not part.rows and part.need:
            yield Missing(part.key, section.title, part.title, part.need)
        for number, row in enumerate(part.rows, 1):
            for heading, cell in zip(part.headings, row, strict=True):
                if not cell.text.strip():
                    yield Missing(f"{part.key}[{number}]", section.title, f"{part.title}第{number}行“{heading}”", cell.need)


class Trace(NamedTuple):
    """Where the value of one label came from."""

    label: str
    places: tuple[Place, ...]


def trace_of(document: Document) -> list[Trace]:
    """Return label -> places of everything that has a value, in the order of the paper; rows of a table one by one."""
    found: list[Trace] = []
    for section in document.sections:
        for part in section.parts:
            if isinstance(part, Fields):
                found += [Trace(f.label, f.cell.places) for f in part.items if f.cell.text.strip()]
            elif isinstance(part, Grid):
                for number, row in enumerate(part.rows, 1):
                    places = tuple(dict.fromkeys(p for cell in row for p in cell.places))
                    found.append(Trace(f"{part.title}第{number}行", places))
    return found


def place_text(place: Place) -> str:
    """Return a place in words: file, sheet, row."""
    return clean(" / ".join(p for p in (place.file, place.sheet, f"第 {place.row} 行" if place.row else "") if p))
