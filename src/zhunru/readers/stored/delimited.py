"""Delimited text: no line is lost to a stray quotation mark or another encoding."""

import csv
from collections.abc import Iterator
from itertools import islice

from zhunru.core.evidence import Source
from zhunru.readers.stored import sheet_rows
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BINARY, ENCODING, TOO_LONG
from zhunru.tables.ledger_cell import HEAD_ROWS
from zhunru.wire.ledger_text import Line, delimiter_of, lines

_BLOCK_BYTE = 1 << 20
_MOST_LINES, _MOST_CHARS = 1000, 1 << 20
"""Most lines and characters of one record; more is a quotation mark that nobody closed."""
_REASONS = {"nul": BINARY, "encoding": ENCODING, "long": TOO_LONG}


def look(file: Source, tally: Tally, encoding: str, rows: int | None = None) -> None:
    """Look at delimited text (comma, semicolon, tab), column by column.

    Args:
        file: The file.
        tally: Where it is added up.
        encoding: Encoding of most of its lines; a line of another one is looked at as far as it can be read, and told.
        rows: Most rows; None = all.
    """
    sample = [line.text for line in islice((x for x in lines(file.blocks(_BLOCK_BYTE), encoding) if x.text.strip()), HEAD_ROWS)]
    mark = delimiter_of(sample) or ","
    sheet_rows.look(_rows(lines(file.blocks(_BLOCK_BYTE), encoding), mark, tally), tally, (), rows)


def _rows(source: Iterator[Line], mark: str, tally: Tally) -> Iterator[sheet_rows.Row]:
    waiting: list[Line] = []
    size = 0
    for line in source:
        if line.damage:
            tally.undecided("", "line", 1, _REASONS[line.damage])
        text = line.text
        if not waiting and '"' not in text:
            if text:
                yield line.number, text.split(mark)
        elif waiting or text.count('"') % 2:
            waiting.append(line)
            size += len(text)
            closed = text.count('"') % 2 and len(waiting) > 1
            if not closed and len(waiting) < _MOST_LINES and size < _MOST_CHARS:
                continue
            yield from _record(waiting, mark) if closed else _apart(waiting, mark)
            waiting, size = [], 0
        else:
            yield from _record([line], mark)
    yield from _apart(waiting, mark)


def _record(parts: list[Line], mark: str) -> Iterator[sheet_rows.Row]:
    text = "\n".join(p.text for p in parts)
    try:
        yield parts[0].number, [cell for row in csv.reader([text], delimiter=mark) for cell in row]
    except csv.Error:
        yield from _apart(parts, mark)


def _apart(parts: list[Line], mark: str) -> Iterator[sheet_rows.Row]:
    """Take each line as a record of its own: its quotation marks mean nothing."""
    for line in parts:
        yield line.number, line.text.split(mark)
