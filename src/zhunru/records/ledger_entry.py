"""Entries of ledgers with every cell as it was written: what an import compares and an export writes back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from zhunru.core.record import Record
from zhunru.formulas.written_names import bare
from zhunru.records.sheets import Rejected, Sheet, bind

Written = str | tuple[str, ...]
"""Text of a cell; a tuple where the source keeps a list."""
BLANK = "-"
"""Written for a cell that is known to be empty, where the mere absence of its column would say less."""


class Shape(NamedTuple):
    """What of a kind is asked for each of its entries.

    Args:
        titles: Field -> its first heading.
        fields: First heading -> field.
        identified_by: Fields that tell one entry from another.
        lists: First headings of fields that hold lists.
        open_ones: First headings of fields whose blank means unrestricted.
        unique: Two entries with one identity contradict each other; kinds such as logs may well have several.
    """

    titles: Mapping[str, str]
    fields: Mapping[str, str]
    identified_by: tuple[str, ...]
    lists: frozenset[str]
    open_ones: frozenset[str]
    unique: bool


@lru_cache(maxsize=512)
def shape_of(kind: type[Record]) -> Shape:
    """Return the shape of a kind."""
    titles = {n: kind.headings(n)[0] for n in kind.items()}
    lists = frozenset(titles[n] for n, f in kind.items().items() if "tuple" in str(f.annotation))
    open_ones = frozenset(titles[n] for n in kind.open_when_empty())
    names = kind.identified_by()
    return Shape(titles, {h: n for n, h in titles.items()}, names, lists, open_ones, bool(kind.identity_fields) or "id" in names)


class Entry(NamedTuple):
    """One entry: its record, and every cell under its heading.

    Args:
        record: What the cells mean; cells that could not be read stand in `record.origin.problems`.
        cells: Heading -> what is written; known columns under the first heading of their field, others under their own.
        columns: Headings that the sheet has, blank ones included.
    """

    record: Record
    cells: Mapping[str, Written]
    columns: frozenset[str]

    @property
    def kind(self) -> type[Record]:
        """Kind of the record."""
        return type(self.record)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells this entry from others of its kind, in the form of `written_names.bare`."""
        return tuple(bare(self.shown(name)) for name in shape_of(self.kind).identified_by)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Headings of cells that their fields could not read."""
        known = shape_of(self.kind).fields
        return tuple(h for h in self.cells if (name := known.get(h)) and not self._read(name, h))

    def shown(self, name: str) -> str:
        """Return a field as people write it; what could not be read as it stands there."""
        heading = shape_of(self.kind).titles[name]
        if heading in self.cells and not self._read(name, heading):
            return plain(self.cells[heading])
        return meaning(getattr(self.record, name))

    def read(self, heading: str) -> bool:
        """Tell whether the cell under the heading of a field could be read; an absent one could."""
        name = shape_of(self.kind).fields.get(heading)
        return name is None or heading not in self.cells or self._read(name, heading)

    def _read(self, name: str, heading: str) -> bool:
        """Tell whether the cell was read: a blank mark reads as nothing, any other text that left the field empty was not."""
        return getattr(self.record, name) not in (None, ()) or plain(self.cells[heading]) in _BLANKS


_BLANKS = frozenset({"", "-", "/", "—", "——", "N/A", "n/a", "无此项"})


class Taken(NamedTuple):
    """What the sheets of a file gave.

    Args:
        entries: In order of sheet and row.
        rejected: Rows without a usable key (with a row), and sheets that cannot be relied on (row None).
        sheets: What each sheet was taken for.
    """

    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...]
    sheets: tuple[Sheet, ...]


def take_entries(cells: pl.DataFrame, kinds: Sequence[type[Record]]) -> Taken:
    """Return the entries of all sheets with every cell that is not blank.

    Args:
        cells: Rows of `LedgerCell`.
        kinds: Record kinds to choose from.
    """
    bound = bind(cells, kinds)
    records = {(r.origin.source, r.origin.sheet, r.origin.row): r for rows in bound.records.values() for r in rows}
    sheets = {(s.source, s.name): s for s in bound.sheets if s.kind}
    found: list[Entry] = []
    for (source, name), part in cells.group_by(["source", "sheet"], maintain_order=True):
        if sheet := sheets.get((str(source), str(name))):
            found += _entries(sheet, part, {row: r for (s, n, row), r in records.items() if (s, n) == (source, name) and row})
    return Taken(tuple(found), tuple(bound.rejected), tuple(bound.sheets))


def _entries(sheet: Sheet, part: pl.DataFrame, records: Mapping[int, Record]) -> Iterator[Entry]:
    kind = sheet.kind or Record
    titles = {h: kind.headings(n)[0] for h, n in sheet.matched.items()}
    columns = frozenset(titles.get(h, h) for h in part["heading"].unique())
    written: dict[int, dict[str, Written]] = {}
    for row, heading, value, shape in part.select("row_no", "heading", "value", "shape").iter_rows():
        if row in records and shape != "heading":
            text = tuple(v.strip() for v in value.split("\n")) if shape == "list" else one_form(value)
            written.setdefault(row, {}).setdefault(titles.get(heading, heading), text)
    yield from (Entry(records[row], cells, columns) for row, cells in written.items())


def one_form(text: str) -> str:
    """Return a text with line feeds for line ends and no outer blanks, as every form of ledger keeps it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def plain(written: Written) -> str:
    """Return what is written as one text; items of a list are separated as a sheet separates them."""
    return written if isinstance(written, str) else "; ".join(written)


def meaning(value: object) -> str:
    """Return the value of a field as a ledger writes it."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def same(old: Entry, new: Entry, heading: str) -> bool:
    """Tell whether two entries say the same under a heading: by meaning where the field could be read, else by the very text."""
    name = shape_of(old.kind).fields.get(heading)
    one, two = old.cells.get(heading, ""), new.cells.get(heading, "")
    if name is None or not old.read(heading) or not new.read(heading):
        return plain(one) == plain(two) or (name is not None and plain(one) in _BLANKS and plain(two) in _BLANKS)
    return bool(getattr(old.record, name) == getattr(new.record, name))


def joined(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries of one identity, rows that differ in nothing but lists made one: a cell merged over rows of a list says so.

    Rows that differ elsewhere stay apart; the caller holds them against each other.
    """
    kept: list[Entry] = []
    for entry in entries:
        at = next((i for i, k in enumerate(kept) if k.record.origin.sheet == entry.record.origin.sheet and _only_lists(k, entry)), None)
        if at is None:
            kept.append(entry)
        else:
            kept[at] = _union(kept[at], entry)
    yield from kept


def _only_lists(one: Entry, two: Entry) -> bool:
    return all(same(one, two, h) for h in {*one.cells, *two.cells} - shape_of(one.kind).lists)


def _union(one: Entry, two: Entry) -> Entry:
    cells, values = dict(one.cells), {}
    shape = shape_of(one.kind)
    for heading in sorted(shape.lists):
        name = shape.fields[heading]
        if not same(one, two, heading):
            values[name] = tuple(dict.fromkeys((*getattr(one.record, name), *getattr(two.record, name))))
            cells[heading] = values[name]
    return one._replace(record=one.record.model_copy(update=values), cells=cells)
