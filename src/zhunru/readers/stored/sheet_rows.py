"""Rows of a sheet or of delimited text: headings found, then column by column."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Any

from zhunru.formulas.identifiers.scan import sighted
from zhunru.readers.stored.cells import MAX_CELL_BYTE, OVERLONG, of_values, size_of
from zhunru.readers.stored.names import place_of
from zhunru.readers.stored.tally import Tally
from zhunru.tables.ledger_cell import HEAD_ROWS, Merge, header_of, letter

MAX_COLUMNS = 4096
"""Columns that are told apart; those behind share one place, so that a line of separators costs no memory."""
REST = "(…)"
"""Place of the columns behind the last that is told apart."""

_FIGURE = re.compile(r"[-+\d.,/:\s%eE]+")
_BLOCK_BYTE, _BLOCK_ROWS, _STEP_ROWS = 4 << 20, 20_000, 64
Row = tuple[int, Sequence[str]]


def look(rows: Iterable[Row], tally: Tally, sheet: tuple[str, ...], most: int | None, merges: Sequence[Merge] = ()) -> None:
    """Look at rows.

    A first row that holds identifiers is no heading: the table has none, and its columns are named by letters.

    Args:
        rows: Number as a person counts it, and cells.
        tally: Where it is added up.
        sheet: Name of the sheet, or nothing.
        most: Most rows that are looked at; None = all.
        merges: Merged areas of the sheet.
    """
    source = iter(rows)
    first = list(islice(source, HEAD_ROWS))
    width = max((len(r) for _, r in first), default=0)
    texts = [[v.strip() for v in r[:MAX_COLUMNS]] for _, r in first]
    names, body = _headings([t + [""] * (min(width, MAX_COLUMNS) - len(t)) for t in texts], merges)
    titles = [v for _, r in first[: max(0, body - 1)] for v in r if v]
    if titles:
        tally.column(place_of(*sheet, "(head)"), "", of_values(titles), first[0][0])
    taken = chain(first[body:], source)
    columns = _Columns(tally, sheet, names)
    for block in _blocks(taken if most is None else islice(taken, most)):
        columns.add(block)
    left = 0 if most is None else sum(1 for _ in taken)
    if left:
        columns.present(left)


def _headings(texts: list[list[str]], merges: Sequence[Merge]) -> tuple[Sequence[str], int]:
    """Return the headings, none of which is an identifier, and the index of the row below them; nothing and 0 when there are none."""
    header = header_of(texts, merges)
    if header is None:
        return (), 0
    if not _tells(header.names):
        return header.names, header.body
    at = next((n for n, row in enumerate(texts) if sum(map(bool, row)) > 1), 0)
    row = texts[at][: max((n for n, v in enumerate(texts[at], 1) if v), default=0)]
    # rows of uneven length hide the headings from a rule made for ledgers: then a first row of different words is taken
    plain = len(set(row)) == len(row) and all(v and not _FIGURE.fullmatch(v) for v in row) and not _tells(row)
    return (row, at + 1) if plain else ((), 0)


def _tells(names: Sequence[str]) -> bool:
    """Tell whether any of the words is an identifier."""
    return bool(sighted("\n".join(names).encode("utf-8", "replace")).start.size)


def _blocks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    size = 0
    while some := list(islice(rows, _STEP_ROWS)):
        block += some
        size += size_of([r for _, r in some])
        if size > _BLOCK_BYTE or len(block) >= _BLOCK_ROWS:
            yield block
            block, size = [], 0
    if block:
        yield block


class _Columns:
    """Columns of one sheet with their places."""

    def __init__(self, tally: Tally, sheet: tuple[str, ...], names: Sequence[str]) -> None:
        self.tally, self.sheet = tally, sheet
        self.names = list(names)
        self.counts: dict[str, int] = {}
        for name in names:
            tally.passed(place_of(*sheet, name), "cell", 0)

    def add(self, block: list[Row]) -> None:
        wide = max(len(r) for _, r in block)
        for index, values in enumerate(zip_longest(*(r[:MAX_COLUMNS] for _, r in block), fillvalue="")):
            if index == len(self.names):
                self.names.append(f"({letter(index)})")
            self._column(place_of(*self.sheet, self.names[index]), self.names[index], values, block[0][0])
        if wide > MAX_COLUMNS:
            self._column(place_of(*self.sheet, REST), "", [v for _, r in block for v in r[MAX_COLUMNS:]], block[0][0])

    def _column(self, place: str, heading: str, values: Sequence[str], first: int) -> None:
        cells: Sequence[Any] = values
        if max(map(len, values)) > MAX_CELL_BYTE:
            cells = [OVERLONG if len(v) > MAX_CELL_BYTE else v for v in values]
        self.counts[place] = self.counts.get(place, 0) + len(cells)
        self.tally.column(place, heading, of_values(cells), first)

    def present(self, left: int) -> None:
        for place, seen in self.counts.items():
            self.tally.present(place, "cell", seen + left)
