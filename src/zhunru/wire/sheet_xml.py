"""What the cell reader does not tell of a worksheet part (SpreadsheetML): extent, formulas, error values, hidden rows."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_PIECE_BYTE = 4 << 20
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = b"0123456789"
_P = rb"(?:[^\s<>/:]+:)?"  # any namespace prefix
_ATTRIBUTES = rb"""((?:\s+[\w:]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*)\s*"""
_PLAIN_CELL = re.compile(rb"<" + _P + rb"""c(?=[\s/>])(?:\sr="([A-Za-z]{1,3}[0-9]{1,7})"(?:\s[a-qs-z]\w*="[^"<>]*")*\s?/?>)?""")
_CELL_START = re.compile(rb"<" + _P + rb"c(?=[\s/>])")
_CELL = re.compile(rb"<" + _P + rb"c" + _ATTRIBUTES + rb"/?>")
_BLANK_CELL = re.compile(rb"<" + _P + rb"c" + _ATTRIBUTES + rb"/>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_PLACE = re.compile(rb"[A-Za-z]{1,3}[0-9]{1,7}")
_ROW_START = re.compile(rb"<" + _P + rb"row(?=[\s/>])")
_ROW = re.compile(rb"<" + _P + rb"row" + _ATTRIBUTES + rb"/?>")
_ROW_END = re.compile(rb"</" + _P + rb"row[\s>]")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_FORMULA = re.compile(rb"<" + _P + rb"c(\s[^<>]*)>\s*<" + _P + rb"f(?=[\s/>])((?:[^<]|<(?!/?" + _P + rb"c[\s/>]))*)")
_VALUE = re.compile(rb"<" + _P + rb"(?:v|t)(?:\s[^<>]*)?>[^<]")
_TEXT_RESULT = re.compile(rb"""\st\s*=\s*["']str["']""")
_ERROR = re.compile(rb"<" + _P + rb"""c((?:\s[^<>]*)?\st\s*=\s*["']e["'][^<>]*)>""")


class SheetFacts(NamedTuple):
    """Facts about one worksheet part; rows and columns counted from 0.

    Args:
        formulas: Cells that hold the stored result of a formula.
        unsaved: Cells whose formula has no stored result.
        errors: Cells that show an error value such as #N/A.
        hidden_row_count: Rows that are hidden.
    """

    formulas: frozenset[tuple[int, int]]
    unsaved: tuple[tuple[int, int], ...]
    errors: tuple[tuple[int, int], ...]
    hidden_row_count: int


def extent(xml: bytes) -> tuple[int, int] | None:
    """Return an upper bound of (rows, columns) that a worksheet part spans, from its cells, not from its own claim.

    None when a tag is written so that another reader could take it for a different place: such a sheet is not to be trusted,
    since the memory that the cell reader takes follows from the places.
    """
    height = width = 0
    for piece in _pieces(xml):
        found = _PLAIN_CELL.findall(piece)
        if b"" in found:
            return _careful(xml)
        reach = _reach(found)
        height, width = max(height, reach[0]), max(width, reach[1])
    return height, width


def _pieces(xml: bytes) -> Iterator[bytes]:
    """Cut a large part before tags, so that what is found in it stays small."""
    start = 0
    while start < len(xml):
        end = xml.find(b"<", start + _PIECE_BYTE)
        end = len(xml) if end < 0 else end
        yield xml[start:end]
        start = end


def _careful(xml: bytes) -> tuple[int, int] | None:
    """Bound the extent of a part whose cells are not all written in the usual way, or stand where their order puts them."""
    cells, rows = _CELL.findall(xml), _ROW.findall(xml)
    if len(cells) != len(_CELL_START.findall(xml)) or len(rows) != len(_ROW_START.findall(xml)):
        return None
    references = [_REFERENCE.findall(attributes) for attributes in cells]
    numbers = [number for attributes in rows for number in _REFERENCE.findall(attributes)]
    places = [r[0] for r in references if len(r) == 1 and _PLACE.fullmatch(r[0])]
    bare = sum(1 for r in references if not r)
    if len(places) + bare != len(cells) or any(not n.isdigit() or len(n) > 7 for n in numbers):
        return None
    height, width = _reach(places)
    if bare:
        height = max([height, *map(int, numbers)]) + len(rows) + 1
        width += max(len(_CELL_START.findall(part)) for part in _ROW_END.split(xml))
    return height, width


def _reach(places: list[bytes]) -> tuple[int, int]:
    height = max((int(digits) for digits in {place.lstrip(_LETTERS) for place in places}), default=0)
    width = max((_column(letters) for letters in {place.rstrip(_DIGITS) for place in places}), default=0)
    return height, width


def without_blank_cells(xml: bytes) -> bytes:
    """Return the part without cells that hold a format and no value, which may reach to the end of the sheet."""
    return _BLANK_CELL.sub(b"", xml)


def facts(xml: bytes) -> SheetFacts:
    """Return the facts of a well-formed worksheet part."""
    formulas, unsaved = set(), []
    has_formulas = b"<f" in xml or b":f" in xml
    for attributes, body in _FORMULA.findall(xml) if has_formulas else ():
        place = _place(attributes)
        if place is None:
            continue
        if _VALUE.search(body) or (_TEXT_RESULT.search(attributes) and b"v>" in body):
            formulas.add(place)
        else:
            unsaved.append(place)
    shown = _ERROR.findall(xml) if b'"e"' in xml or b"'e'" in xml else ()
    errors = [place for attributes in shown if (place := _place(attributes))]
    hidden = sum(1 for tag in _ROW.findall(xml) if _HIDDEN.search(tag)) if b"hidden" in xml else 0
    return SheetFacts(frozenset(formulas), tuple(unsaved), tuple(errors), hidden)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(attributes)
    return (int(found[1].lstrip(_LETTERS)) - 1, _column(found[1].rstrip(_DIGITS)) - 1) if found and _PLACE.fullmatch(found[1]) else None
