"""Delimited text: no line is lost to a stray quotation mark or another encoding."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice

from zhunru.core.evidence import Source
from zhunru.readers.stored import sheet_rows
from zhunru.readers.stored.plain_rows import Plain, closed, few_lines, parsed
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BINARY, ENCODING, TOO_LONG
from zhunru.tables.ledger_cell import HEAD_ROWS
from zhunru.wire.ledger_text import Line, delimiter_of, lines
from zhunru.wire.line_blocks import Block, blocks_of

_BLOCK_BYTE, _PART_BYTE = 1 << 20, 1 << 16
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
    sheet_rows.look(_rows(blocks_of(file.blocks(_BLOCK_BYTE), encoding), mark, tally), tally, (), rows)


def _rows(blocks: Iterable[Block], mark: str, tally: Tally) -> Iterator[sheet_rows.Row | Plain]:
    """Yield the first rows one by one, then blocks in columns where they are plainly well formed, and rows where they are not."""
    records = Records(mark, tally)
    for block in blocks:
        at, number = 0, block.first
        if block.clean is not None:
            text = block.clean
            while at < len(text) and (records.open or records.count < HEAD_ROWS):
                end = text.find(b"\n", at) + 1 or len(text)
                yield from records.feed(lines([text[at:end]], "utf-8", number))
                at, number = end, number + 1
            if at < len(text):
                yield from _columns(text[at:], mark, number, records)
        else:
            yield from records.feed(block.lines())
    yield from records.end()


def _columns(text: bytes, mark: str, number: int, records: "Records", part_byte: int = _BLOCK_BYTE) -> Iterator[sheet_rows.Row | Plain]:
    """Yield a block in columns; one that is not well formed in parts, and such a part row by row."""
    end = closed(text)
    feeds = text.count(b"\n", 0, end)
    plain = parsed(text[:end], mark, number) if end else None
    if plain is not None and few_lines(plain, feeds):
        yield plain
        yield from records.feed(lines([text[end:]], "utf-8", number + feeds))
    elif part_byte > _PART_BYTE and len(text) > _PART_BYTE:
        yield from _in_parts(text, mark, number, records)
    else:
        yield from records.feed(lines([text], "utf-8", number))


def _in_parts(text: bytes, mark: str, number: int, records: "Records") -> Iterator[sheet_rows.Row | Plain]:
    at = 0
    while at < len(text):
        end = text.find(b"\n", at + _PART_BYTE) + 1 or len(text)
        part = text[at:end]
        if records.open:
            yield from records.feed(lines([part], "utf-8", number))
        else:
            yield from _columns(part, mark, number, records, _PART_BYTE)
        at, number = end, number + part.count(b"\n")


class Records:
    """Lines put together to records, whatever their quotation marks.

    Args:
        mark: Delimiter.
        tally: Where lines that cannot be told are told.
    """

    def __init__(self, mark: str, tally: Tally) -> None:
        self._mark, self._tally = mark, tally
        self._waiting: list[Line] = []
        self._chars = 0
        self.count = 0

    @property
    def open(self) -> bool:
        """Whether a record waits for the line that closes it."""
        return bool(self._waiting)

    def feed(self, source: Iterable[Line]) -> Iterator[sheet_rows.Row]:
        """Yield the records that are whole with these lines."""
        for line in source:
            if line.damage:
                self._tally.undecided("", "line", 1, _REASONS[line.damage])
            for row in self._with(line):
                self.count += 1
                yield row

    def end(self) -> Iterator[sheet_rows.Row]:
        """Yield what waits: nobody closed it."""
        yield from _apart(self._waiting, self._mark)

    def _with(self, line: Line) -> Iterator[sheet_rows.Row]:
        text = line.text
        if not self._waiting and '"' not in text:
            if text:
                yield line.number, text.split(self._mark)
        elif self._waiting or text.count('"') % 2:
            self._waiting.append(line)
            self._chars += len(text)
            closing = text.count('"') % 2 and len(self._waiting) > 1
            if not closing and len(self._waiting) < _MOST_LINES and self._chars < _MOST_CHARS:
                return
            waiting, self._waiting, self._chars = self._waiting, [], 0
            yield from _record(waiting, self._mark) if closing else _apart(waiting, self._mark)
        else:
            yield from _record([line], self._mark)


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
