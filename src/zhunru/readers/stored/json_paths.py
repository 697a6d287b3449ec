"""JSON documents and JSON Lines: every leaf under its path."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Source
from zhunru.formulas.identifiers.kinds import KINDS
from zhunru.formulas.identifiers.scan import sighted
from zhunru.readers.ledger_jsonl import parsed_json
from zhunru.readers.stored import log_lines
from zhunru.readers.stored.cells import of_values
from zhunru.readers.stored.names import place_of
from zhunru.readers.stored.tally import Tally

MAX_DOCUMENT_BYTE = 32 << 20
"""Largest document that is parsed as a whole; a larger one is looked at as text."""
MAX_PATHS = 2000
"""Paths that are told apart; keys beyond them share the path `*`."""
MAX_DEPTH = 32
"""Deeper values are looked at under the path of their ancestor."""

MAX_LINE_BYTE = 4 << 20
"""Longest line that is parsed; a longer one is looked at as text, in parts."""

_PERHAPS = re.compile(r"[0-9０-９]{4}|@|[^\x00-\x7f][A-Za-z]")
"""What every identifier that can be told without a heading has in it."""
_BLOCK_CELLS, _BLOCK_BYTE = 50_000, 4 << 20


def document(file: Source) -> list[Any] | None:
    """Return the records of a file that is one JSON document; None when it is too large, none, or gives a key twice."""
    try:
        with file.open() as stream:
            content = stream.read(MAX_DOCUMENT_BYTE + 1)
    except DamagedEvidence:  # a part of a document is looked at as text, and the damage told there
        return None
    if len(content) > MAX_DOCUMENT_BYTE:
        return None
    value = parsed_json(content.removeprefix(b"\xef\xbb\xbf").strip())
    if value is None:
        return None
    return value[0] if isinstance(value[0], list) else [value[0]]


class Paths:
    """Gathers leaves by path and hands them over in blocks.

    Args:
        tally: Where they are added up.
        above: Place under which the paths stand.
        heading: What the source calls that place.
    """

    def __init__(self, tally: Tally, above: str = "", heading: str = "") -> None:
        self._tally = tally
        self._waiting: dict[str, list[tuple[int, Any]]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._headings: dict[str, str] = {above: heading}
        self._above = above
        self._used: set[str] = set()
        self._cells = self._bytes = 0

    def add(self, value: Any, number: int) -> None:
        """Take every leaf of one record; `number` tells people where it stands."""
        stack: list[tuple[str, Any, int]] = [(self._above, value, 0)]
        while stack:
            path, node, depth = stack.pop()
            if isinstance(node, dict):
                stack += [(*self._below(path, str(k), v, depth, number), depth + 1) for k, v in node.items()]
            elif isinstance(node, list):
                below = path + "[]" if depth and depth < MAX_DEPTH else path
                self._headings.setdefault(below, self._headings[path])
                stack += [(below, v, depth + 1) for v in node]
            else:
                self._leaf(path, number, node)
        if self._cells >= _BLOCK_CELLS or self._bytes >= _BLOCK_BYTE:
            self._flush()

    def _leaf(self, path: str, number: int, node: Any) -> None:
        self._waiting.setdefault(path, []).append((number, node))
        self._cells += 1
        self._bytes += len(node) if isinstance(node, str) else 8

    def close(self, *, more: bool = False) -> None:
        """Hand over what waits; `more`: records stand behind that are not looked at, so that nobody knows how many cells a path holds."""
        self._flush()
        for path in self._used if more else ():
            self._tally.present(path, "cell", None)

    def _flush(self) -> None:
        self._used.update(self._waiting)
        for path, leaves in self._waiting.items():
            numbers = np.array([n for n, _ in leaves], np.int64)
            values = [v.encode("utf-8", "replace").decode() if isinstance(v, str) and not v.isascii() else v for _, v in leaves]
            self._tally.column(path, self._headings[path], of_values(values)._replace(places=numbers), 0)
        self._waiting = {}
        self._cells = self._bytes = 0

    def _below(self, path: str, key: str, value: Any, depth: int, number: int) -> tuple[str, Any]:
        """Return the path of a member of an object, and what stands there."""
        if known := self._names.get((path, key)):
            return known, value
        if len(self._names) >= MAX_PATHS or depth >= MAX_DEPTH:
            rest = path if path.endswith("*") else f"{path}.*" if path else "*"
            self._headings.setdefault(rest, "")
            if isinstance(value, dict | list):
                self._leaf(rest, number, key)
                return rest, value
            return rest, f"{key}: {value}"  # the key stays a cue of its value
        written, heading = self._written(path, key, number)
        below = f"{path}.{written}" if path else written
        if heading:
            self._names[path, key] = below
        self._headings.setdefault(below, heading)
        return below, value

    def _written(self, path: str, key: str, number: int) -> tuple[str, str]:
        """Return how a key stands in a path, and as a heading: a key that is an identifier itself is counted as one and not shown."""
        cells = of_values([key.encode("utf-8", "replace").decode()])
        hits = sighted(cells.data) if _PERHAPS.search(key) else None
        if hits is None or not hits.start.size:
            return place_of(key), key or " "
        name = f"{{{KINDS[int(hits.kind[0])].id}}}"
        self._tally.column(f"{path}.{name}" if path else name, "", cells, number)
        return name, ""


def records(listed: list[Any], tally: Tally, rows: int | None) -> None:
    """Look at the records of one document, numbered from 1."""
    paths = Paths(tally)
    for number, value in enumerate(listed[:rows], 1):
        paths.add(value, number)
    paths.close(more=rows is not None and len(listed) > rows)


def lines(file: Source, tally: Tally, encoding: str, rows: int | None) -> None:
    """Look at JSON Lines; a line that is no JSON, or gives a key twice, is looked at as text.

    Args:
        file: The file.
        tally: Where it is added up.
        encoding: UTF-8 or GB18030.
        rows: Most lines; None = all.
    """
    paths = Paths(tally)
    seen = 0
    for number, raw in numbered(file, MAX_LINE_BYTE):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if not line:
            continue
        seen += 1
        if rows is not None and seen > rows:
            continue
        value = parsed_json(line if encoding.startswith("utf-8") else line.decode(encoding, "replace").encode())
        if value is None:
            log_lines.one(line, number, tally, encoding)
        else:
            paths.add(value[0], number)
    paths.close(more=rows is not None and seen > rows)


def numbered(file: Source, longest_byte: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers; a line that is too long comes in parts under one number."""
    carried, number = b"", 1
    for block in file.blocks(1 << 20):
        *whole, carried = (carried + block).split(b"\n")
        for line in whole:
            yield number, line
            number += 1
        if len(carried) > longest_byte:
            yield number, carried
            carried = b""
    if carried:
        yield number, carried
