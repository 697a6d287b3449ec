"""Ledgers as nested data (TOML, YAML): lists of entries under a name become cells."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

MAX_DEPTH = 8
"""Deepest nesting inside an entry; a ledger is flat."""


class Leaf(NamedTuple):
    """One value as text, and its shape: text, number, date, flag or list."""

    text: str
    shape: str


class Cell(NamedTuple):
    """One cell: name of the list, number of the entry from 1, key path, text and shape.

    A key without a value is a cell of row 0 and shape `heading`, given after the entries of its list when any of them holds a value.
    """

    sheet: str
    row_no: int
    heading: str
    value: str
    shape: str


class Stray(NamedTuple):
    """Something that is no entry, or an item of an entry that is no value: where it stands.

    `lost` tells that an entry or value is lost by it; a lone value at the top is none.
    """

    where: str
    lost: bool = True


def entries(data: object, unnamed: str) -> Iterator[Cell | Stray]:
    """Yield the cells of all entries.

    Args:
        data: A mapping of list names to entries, or a list of entries.
        unnamed: Name for a list that stands without one.
    """
    lists = data if isinstance(data, Mapping) else {unnamed: data}
    for name, value in lists.items():
        rows = value if isinstance(value, list) else [value]
        if isinstance(value, Leaf) or not isinstance(value, (Mapping, list)):
            yield Stray(str(name), lost=not isinstance(data, Mapping))
            continue
        blank: dict[str, None] = {}
        filled = False
        for number, row in enumerate(rows, 1):
            if not isinstance(row, Mapping):
                yield Stray(f"{name}[{number}]")
                continue
            for cell in _entry(str(name), number, "", row, 1):
                if isinstance(cell, Cell) and cell.shape == "heading":
                    blank[cell.heading] = None
                else:
                    filled = filled or isinstance(cell, Cell)
                    yield cell
        if filled:
            yield from (Cell(str(name), 0, heading, heading, "heading") for heading in blank)


def _entry(sheet: str, number: int, prefix: str, entry: Mapping[Any, Any], depth: int) -> Iterator[Cell | Stray]:
    for key, value in entry.items():
        heading = f"{prefix}{key}"
        leaf = leaf_of(value)
        if leaf is not None:
            told = bool(leaf.text.strip())
            yield Cell(sheet, number, heading, leaf.text, leaf.shape) if told else Cell(sheet, 0, heading, heading, "heading")
        elif isinstance(value, Mapping) and depth < MAX_DEPTH:
            yield from _entry(sheet, number, f"{heading}.", value, depth + 1)
        else:
            yield Stray(f"{sheet}[{number}].{heading}")


def leaf_of(value: object) -> Leaf | None:
    """Return a scalar, or a list of scalars, as text; None for anything deeper."""
    if isinstance(value, Leaf):
        return value
    if isinstance(value, list):
        return _list_leaf(value)
    if value is None:
        return Leaf("", "text")
    if isinstance(value, bool):
        return Leaf("true" if value else "false", "flag")
    if isinstance(value, (datetime, date, time)):
        return Leaf(value.isoformat(), "date")
    if isinstance(value, int):
        return Leaf(format(value, "d") if value.bit_length() < 10_000 else hex(value), "number")
    if isinstance(value, float):
        return Leaf(str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value), "number")
    return Leaf(value, "text") if isinstance(value, str) else None


def _list_leaf(values: Sequence[object]) -> Leaf | None:
    leaves = [leaf_of(v) for v in values if not isinstance(v, list)]
    known = [leaf for leaf in leaves if leaf is not None]
    if len(known) != len(values):
        return None
    return Leaf("\n".join(" ".join(leaf.text.split()) for leaf in known), "list")
