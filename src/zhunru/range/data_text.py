"""Ledgers written as text in the source, and the forms in which people keep them: workbook, csv, yaml."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

from zhunru.range.workbook import Cell, Sheet, workbook

Row = dict[str, Cell]
"""Heading -> cell."""
Sheets = dict[str, list[Row]]
"""Name of a sheet -> its rows."""


def rows(text: str) -> list[Row]:
    """Return the rows of a table: a line of headings, then one line each, cells parted by `|`; an indented line goes on with the one before."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.startswith(" "):
            lines[-1] += line.strip()
        else:
            lines.append(line.strip())
    headings, *rest = ([cell.strip() for cell in line.split("|")] for line in lines)
    return [dict(zip(headings, map(_cell, row), strict=True)) for row in rest]


def _cell(text: str) -> Cell:
    if not text:
        return None
    return int(text) if text.isdecimal() and (text == "0" or not text.startswith("0")) and len(text) < 12 else text


def change(sheets: Sheets, sheet: str, where: Callable[[Row], bool], changed: Mapping[str, Cell]) -> int:
    """Lay `changed` over the rows of one sheet for which `where` holds; return how many."""
    found = [row for row in sheets[sheet] if where(row)]
    for row in found:
        row.update(changed)
    return len(found)


def book(sheets: Mapping[str, Sequence[Row]], title: str, groups: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook with one sheet for each ledger.

    Args:
        sheets: Name of the sheet -> rows.
        title: Line above each sheet, before its name.
        groups: Heading -> heading above it, where two rows of headings are kept.
    """
    return workbook([_sheet(name, lines, f"{title} {name}", groups or {}) for name, lines in sheets.items()])


def _sheet(name: str, lines: Sequence[Row], title: str, groups: Mapping[str, str]) -> Sheet:
    headings = _headings(lines)
    merged = tuple(k for k, h in enumerate(headings) if h.endswith(("类别", "数据场景")))
    above = [(groups.get(h, ""), h) for h in headings]
    return Sheet(name, above, [[row.get(h) for h in headings] for row in lines], title=title, merged=merged)


def _headings(lines: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(h for row in lines for h in row))


def comma(lines: Sequence[Row], encoding: str = "gb18030") -> bytes:
    """Return rows as csv, by default in GB18030 as an office program writes it."""
    headings, store = _headings(lines), io.StringIO()
    out = csv.writer(store, lineterminator="\r\n")
    out.writerow(headings)
    out.writerows([row.get(h) for h in headings] for row in lines)
    return store.getvalue().encode(encoding)


def yaml(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """Return rows as yaml, one list for each ledger."""
    lines: list[str] = []
    for name, told in sheets.items():
        lines.append(f"{name}:")
        for row in told:
            kept = [(h, v) for h, v in row.items() if v is not None]
            lines += [f"  {'-' if n == 0 else ' '} {h}: {json.dumps(v, ensure_ascii=False)}" for n, (h, v) in enumerate(kept)]
    return ("\n".join(lines) + "\n").encode()
