"""Ledgers as tables of texts that `bind` reads back to the same entries."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zhunru.core.record import Record
from zhunru.records.ledger_entry import Entry, plain
from zhunru.records.sheets import choose


class LedgerTable(NamedTuple):
    """Entries of one kind as a sheet: its name, its headings, and a row of texts for each entry."""

    kind: type[Record]
    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(entries: Iterable[Entry], kinds: Sequence[type[Record]]) -> list[LedgerTable]:
    """Return one table for each kind: every field of the kind under its Chinese heading, then the columns that nobody knows.

    A column whose blank means unrestricted is written only where a ledger has it. The sheet bears the Chinese title of the kind, or its
    plain name where the title and the headings would be taken for another kind.

    Args:
        entries: Entries of any kinds.
        kinds: Record kinds to choose from, in the order of the sheets.
    """
    by_kind: dict[type[Record], list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    return [_table(kind, by_kind[kind], kinds) for kind in kinds if kind in by_kind]


def _table(kind: type[Record], entries: Sequence[Entry], kinds: Sequence[type[Record]]) -> LedgerTable:
    present = {h for e in entries for h in (*e.columns, *e.cells)}
    open_ones = {kind.headings(n)[0] for n in kind.open_when_empty()}
    known = [h for n in kind.items() if (h := kind.headings(n)[0]) in present or h not in open_ones]
    others = dict.fromkeys(h for e in entries for h in e.cells if h not in known)
    headings = (*known, *others)
    rows = tuple(tuple(plain(e.cells.get(h, "")) for h in headings) for e in entries)
    name = kind.title_zh[:31]
    return LedgerTable(kind, name if choose(name, headings, kinds).kind is kind else kind.kind()[:31], headings, rows)
