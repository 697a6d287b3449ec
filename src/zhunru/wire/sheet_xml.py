"""What the cell reader does not tell of a worksheet part (SpreadsheetML): extent, formulas, error values, hidden rows."""

import re
from typing import NamedTuple

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = b"0123456789"
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,8}\d{1,12})["']""")
_CELL = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?:\sr=["']([A-Za-z]{1,8}\d{1,12})["'])?""")
_ROW = re.compile(rb"""<(?:\w+:)?row(?=[\s/>])[^<>]*""")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,12})["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_ROW_START = re.compile(rb"""<(?:\w+:)?row(?=[\s/>])""")
_BLANK_CELL = re.compile(rb"""<(?:\w+:)?c(?:\s+[\w:]+\s*=\s*"[^"<>]*")*\s*/>""")
_TEXT_RESULT = re.compile(rb"""\st\s*=\s*["']str["']""")
_BARE_CELL = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr\s*=)[^<>]*""")
_FORMULA = re.compile(rb"""<(?:\w+:)?c(\s[^<>]*)>\s*<(?:\w+:)?f(?=[\s/>])((?:[^<]|<(?!/?(?:\w+:)?c[\s/>]))*)""")
_VALUE = re.compile(rb"""<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>[^<]""")
_ERROR = re.compile(rb"""<(?:\w+:)?c((?:\s[^<>]*)?\st\s*=\s*["']e["'][^<>]*)>""")


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


def extent(xml: bytes) -> tuple[int, int]:
    """Return an upper bound of (rows, columns) that a worksheet part spans, from its cells, not from its own claim."""
    found = _CELL.findall(xml)
    bare = b"" in found
    if bare:  # written in another way: look at every reference, wherever it stands
        found = _REFERENCE.findall(xml)
    height = max((int(digits) for digits in {reference.lstrip(_LETTERS) for reference in found}), default=0)
    width = max((_column(letters) for letters in {reference.rstrip(_DIGITS) for reference in found}), default=0)
    if bare and _BARE_CELL.search(xml):  # cells without reference stand where their order puts them
        tags = _ROW.findall(xml)
        numbers = [int(n) for tag in tags for n in _ROW_NUMBER.findall(tag)]
        height = max([height, *numbers]) + len(tags) - len(numbers)
        width += max(len(_BARE_CELL.findall(part)) for part in _ROW_START.split(xml))
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
    return (int(found[1].lstrip(_LETTERS)) - 1, _column(found[1].rstrip(_DIGITS)) - 1) if found else None
