"""Rows of a sheet or of delimited text: headings found, then column by column."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.scan import sighted
from zhunru.readers.stored.cells import MAX_CELL_BYTE, OVERLONG, of_frame, of_values, size_of
from zhunru.readers.stored.names import place_of
from zhunru.readers.stored.plain_rows import Plain
from zhunru.readers.stored.tally import Tally
from zhunru.tables.ledger_cell import HEAD_ROWS, Merge, header_of, letter

MAX_COLUMNS = 4096
"""Columns that are told apart; those behind share one place, so that a line of separators costs no memory."""
REST = "(…)"
"""Place of the columns behind the last that is told apart."""

_FIGURE = re.compile(r"[-+\d.,/:\s%eE]+")
_BLOCK_BYTE, _BLOCK_ROWS = 4 << 20, 20_000
Row = tuple[int, Sequence[str]]


def look(rows: Iterable[Row | Plain], tally: Tally, sheet: tuple[str, ...], most: int | None, merges: Sequence[Merge] = ()) -> None:
    """Look at rows.

    A first row that holds identifiers is no heading: the table has none, and its columns are named by letters.

    Args:
        rows: Number as a person counts it, and cells; behind the first `HEAD_ROWS` also blocks in columns.
        tally: Where it is added up.
        sheet: Name of the sheet, or nothing.
        most: Most rows that are looked at; None = all.
        merges: Merged areas of the sheet.
    """
    source = iter(rows)
    first = [row for row in islice(source, HEAD_ROWS) if not isinstance(row, Plain)]
    width = max((len(r) for _, r in first), default=0)
    texts = [[v.strip() for v in r[:MAX_COLUMNS]] for _, r in first]
    names, body = _headings([t + [""] * (min(width, MAX_COLUMNS) - len(t)) for t in texts], merges)
    titles = [v for _, r in first[: max(0, body - 1)] for v in r if v]
    if titles:
        tally.column(place_of(*sheet, "(head)"), "", of_values(titles), first[0][0])
    taken = chain(first[body:], source)
    columns = _Columns(tally, sheet, names)
    left = 0
    for block in _blocks(taken):
        size = block.cells.height if isinstance(block, Plain) else len(block)
        some = size if most is None else min(size, most - columns.rows)
        left += size - some
        if some and isinstance(block, Plain):
            columns.add_plain(block._replace(cells=block.cells.head(some)))
        elif some and not isinstance(block, Plain):
            columns.add(block[:some])
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


def _blocks(rows: Iterator[Row | Plain]) -> Iterator[list[Row] | Plain]:
    block: list[Row] = []
    size = 0
    for row in rows:
        if not isinstance(row, Plain):
            block.append(row)
            size += size_of((row[1],))
            if size <= _BLOCK_BYTE and len(block) < _BLOCK_ROWS:
                continue
        if block:
            yield block
            block, size = [], 0
        if isinstance(row, Plain):
            yield row
    if block:
        yield block


class _Columns:
    """Columns of one sheet with their places."""

    def __init__(self, tally: Tally, sheet: tuple[str, ...], names: Sequence[str]) -> None:
        self.tally, self.sheet = tally, sheet
        self.names = list(names)
        self.width = len(names)
        self.counts: dict[str, int] = {}
        self.rows = 0
        for name in names:
            tally.passed(place_of(*sheet, name), "cell", 0)

    def add(self, block: list[Row]) -> None:
        """Look at rows; one that is shorter than the headings has empty cells, a cell beyond the headings is one only where it stands."""
        self.rows += len(block)
        wide = max(len(r) for _, r in block)
        numbers = np.fromiter((n for n, _ in block), np.int64, len(block))
        for index, values in enumerate(zip_longest(*(r[:MAX_COLUMNS] for _, r in block))):
            if index < self.width:
                self._column(index, ["" if v is None else v for v in values] if None in values else values, numbers)
            else:
                there = np.fromiter((v is not None for v in values), np.bool_, len(values))
                self._column(index, [v for v in values if v is not None], numbers[there])
        self._lacking(wide, len(block))
        if wide > MAX_COLUMNS:
            rest = [(n, v) for n, r in block for v in r[MAX_COLUMNS:]]
            self._values(place_of(*self.sheet, REST), "", [v for _, v in rest], np.array([n for n, _ in rest], np.int64))

    def add_plain(self, block: Plain) -> None:
        """Look at a block in columns."""
        if block.cells.width > MAX_COLUMNS:
            numbers = range(block.cells.height) if block.places is None else block.places.tolist()
            self.add([(block.first + n, list(row)) for n, row in zip(numbers, block.cells.iter_rows(), strict=False)])
            return
        self.rows += block.cells.height
        for index, cells in enumerate(of_frame(block.cells)):
            place, heading = self._named(index)
            places = cells.places
            if block.places is not None:
                places = block.places[: cells.cells] if places is None else block.places[places]
            self._count(place, cells.cells)
            self.tally.column(place, heading, cells._replace(places=places), block.first)
        self._lacking(block.cells.width, block.cells.height)

    def _lacking(self, wide: int, rows: int) -> None:
        """Tell the empty cells under headings that no row of a block reaches."""
        for index in range(wide, min(self.width, MAX_COLUMNS)):
            place, _ = self._named(index)
            self._count(place, rows)
            self.tally.passed(place, "cell", rows)

    def _named(self, index: int) -> tuple[str, str]:
        while index >= len(self.names):
            self.names.append(f"({letter(len(self.names))})")
        return place_of(*self.sheet, self.names[index]), self.names[index]

    def _count(self, place: str, cells: int) -> None:
        self.counts[place] = self.counts.get(place, 0) + cells

    def _column(self, index: int, values: Sequence[str], numbers: NDArray[np.int64]) -> None:
        place, heading = self._named(index)
        self._values(place, heading, values, numbers)

    def _values(self, place: str, heading: str, values: Sequence[str], numbers: NDArray[np.int64]) -> None:
        cells: Sequence[Any] = values
        if max(map(len, values)) > MAX_CELL_BYTE:
            cells = [OVERLONG if len(v) > MAX_CELL_BYTE else v for v in values]
        self._count(place, len(cells))
        self.tally.column(place, heading, of_values(cells)._replace(places=numbers), 0)

    def present(self, left: int) -> None:
        """Tell how many cells each place holds with the rows that are not looked at."""
        for place, seen in self.counts.items():
            self.tally.present(place, "cell", seen + left)
