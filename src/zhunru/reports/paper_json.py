"""A paper as JSON, own schema `zhunru-paper/1`: fields with their sources, tables, what is missing. Equal input, equal bytes."""

import json
from typing import Any

from zhunru.core.errors import ReportError
from zhunru.core.text import Text
from zhunru.reports.document import Cell, Document, Fields, Grid, Paragraph, Part, Place, Signature, clean, missing_of

SCHEMA = "zhunru-paper/1"


def render(document: Document) -> bytes:
    """Return canonical JSON: keys sorted, UTF-8, one space of indent, final newline.

    `sections[].parts[]` have a `type`: `fields` (key, label, value or null, need, sources), `table` (key, title, headings, rows of cells),
    `paragraph`, `signature`. A source is `{file, sheet, row}`. `complete` is true when nothing is missing and
    no ledger is in doubt (`doubts`).
    """
    lacking = missing_of(document)
    content = {
        "schema": SCHEMA,
        "kind": document.kind,
        "title": document.title,
        "maker": clean(document.maker),
        "product": clean(document.product),
        "campaign": clean(document.campaign),
        "as_of": document.day.isoformat(),
        "note": document.note,
        "complete": not lacking and not document.doubts,
        "doubts": [clean(d) for d in document.doubts],
        "missing": [{"key": m.key, "section": m.section, "label": clean(m.label), "need": clean(m.need)} for m in lacking],
        "sections": [{"title": s.title, "parts": [_part(p) for p in s.parts]} for s in document.sections],
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode("utf-8")


def parse(data: bytes) -> dict[str, Any]:
    """Return the paper that `data` holds; raise ReportError when it is none of this schema."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReportError(Text("不是有效的 JSON", "not valid JSON"), str(error)[:200]) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ReportError(Text("不是本软件的文书", "not a paper of this software"), f"schema, expected {SCHEMA}")
    return found


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Fields):
        return {"type": "fields", "items": [{"key": f.key, "label": f.label, **_cell(f.cell)} for f in part.items]}
    if isinstance(part, Grid):
        rows = [[_cell(c) for c in row] for row in part.rows]
        return {"type": "table", "key": part.key, "title": part.title, "headings": list(part.headings), "rows": rows}
    if isinstance(part, Paragraph):
        return {"type": "paragraph", "text": clean(part.text)}
    if isinstance(part, Signature):
        return {"type": "signature", "lines": list(part.lines)}
    raise TypeError(type(part))


def _cell(cell: Cell) -> dict[str, Any]:
    filled = bool(cell.text.strip())
    return {
        "value": clean(cell.text) if filled else None,
        "need": None if filled else clean(cell.need),
        "sources": [_place(p) for p in cell.places],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": clean(place.file), "sheet": clean(place.sheet), "row": place.row}
