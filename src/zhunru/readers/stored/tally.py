"""The account of a scan: what was seen in each place, and how much of it could be decided."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.headings import cues_of
from zhunru.formulas.identifiers.kinds import FOUND, KINDS, SUSPECTED
from zhunru.formulas.identifiers.masking import masked
from zhunru.formulas.identifiers.scan import Hits, sighted
from zhunru.readers.stored.cells import Cells
from zhunru.readers.stored.distinct import Budget, Distinct, digests
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting


@dataclass
class _Seen:
    """Values of one kind and one certainty in one place."""

    first: str
    sample: str
    distinct: Distinct
    hits: int = 0


@dataclass
class _Account:
    """Items of one place; `whole`: what is present is what was examined."""

    unit: str
    examined: int = 0
    undecidable: int = 0
    whole: bool = True
    present: int | None = None
    reasons: set[str] = field(default_factory=set)


class Tally:
    """Adds up blocks of cells and lines, place by place; memory depends on the number of places, not of items."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], _Seen] = {}
        self._accounts: dict[tuple[str, str], _Account] = {}
        self._budget = Budget()

    def column(self, place: str, heading: str, cells: Cells, first: int = 1) -> None:
        """Look at a block of cells of one column.

        Args:
            place: Place inside the source.
            heading: What the source calls the column; its words are cues.
            cells: The cells.
            first: Row number of the first cell.
        """
        account = self._account(place, "cell")
        account.examined += cells.cells
        for reason, count in cells.undecidable.items():
            account.undecidable += count
            account.reasons.add(reason)
        if not cells.data:
            return
        hits = sighted(cells.data, cues_of(heading))
        if hits.start.size:
            cell = np.searchsorted(cells.ends, hits.start, side="right")
            weights = np.ones(cell.size, np.int64) if cells.weights is None else cells.weights[cell]
            rows = first + (cell if cells.places is None else cells.places[cell])
            self._add(place, cells.data, hits, weights, rows, "row")

    def lines(self, place: str, data: bytes, first: int, undecidable: dict[str, int] | None = None, count: int | None = None) -> int:
        """Look at whole lines of text; return how many they are.

        Args:
            place: Place inside the source.
            data: UTF-8, lines ended by line feeds.
            first: Number of the first line.
            undecidable: Reason -> lines whose content could not be told.
            count: Lines that `data` stands for, where its line feeds do not tell.
        """
        account = self._account(place, "line")
        number = count if count is not None else data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
        account.examined += number
        for reason, lines in (undecidable or {}).items():
            account.undecidable += lines
            account.reasons.add(reason)
        hits = sighted(data)
        if hits.start.size:
            ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
            line = first + np.searchsorted(ends, hits.start)
            self._add(place, data, hits, np.ones(line.size, np.int64), line, "line")
        return number

    def glance(self, place: str, data: bytes, at: int) -> None:
        """Look at bytes that are no text, which begin at offset `at`; they are accounted for with `undecided`."""
        hits = sighted(data)
        if hits.start.size:
            self._add(place, data, hits, np.ones(hits.start.size, np.int64), hits.start + at, "byte")

    def undecided(self, place: str, unit: str, count: int, reason: str) -> None:
        """Tell items that could not be decided."""
        account = self._account(place, unit)
        account.examined += count
        account.undecidable += count
        account.reasons.add(reason)

    def passed(self, place: str, unit: str, count: int) -> None:
        """Tell items of a type that cannot hold an identifier, such as dates; zero makes the place known."""
        self._account(place, unit).examined += count

    def present(self, place: str, unit: str, count: int | None) -> None:
        """Tell how many items the place holds, where it differs from what was looked at; None = nobody knows."""
        account = self._account(place, unit)
        account.present, account.whole = count, False

    @property
    def examined_count(self) -> int:
        """Items looked at so far."""
        return sum(a.examined for a in self._accounts.values())

    def tables(self) -> Iterator[Sighting | Examined]:
        """Return what was seen and the account, places in order."""
        keys = sorted(self._seen)
        sums = [self._seen[k] for k in keys]
        yield Sighting.of(
            {
                "place": [k[0] for k in keys],
                "kind": [k[1] for k in keys],
                "certainty": [k[2] for k in keys],
                "hit_count": [s.hits for s in sums],
                "distinct_count": [s.distinct.count() for s in sums],
                "first_where": [s.first for s in sums],
                "sample": [s.sample for s in sums],
            }
        )
        rows = [(p, u, self._accounts[p, u]) for p, u in sorted(self._accounts)]
        yield Examined.of(
            {
                "place": [p for p, _, _ in rows],
                "item_kind": [u for _, u, _ in rows],
                "present_count": [a.examined if a.whole else a.present for _, _, a in rows],
                "examined_count": [a.examined for _, _, a in rows],
                "decided_count": [a.examined - a.undecidable for _, _, a in rows],
                "undecidable_count": [a.undecidable for _, _, a in rows],
                "reason": [",".join(sorted(a.reasons)) for _, _, a in rows],
            }
        )

    def _account(self, place: str, unit: str) -> _Account:
        key = (place, unit)
        if key not in self._accounts:
            self._accounts[key] = _Account(unit)
        return self._accounts[key]

    def _add(self, place: str, data: bytes, hits: Hits, weights: NDArray[np.int64], rows: NDArray[np.int64], unit: str) -> None:
        code = hits.kind.astype(np.int64) * 2 + hits.found
        marks = digests(data, hits.start.astype(np.int64), hits.end.astype(np.int64))
        for one in np.unique(code):
            chosen = np.flatnonzero(code == one)
            kind = int(one) >> 1
            key = (place, KINDS[kind].id, FOUND if int(one) & 1 else SUSPECTED)
            if key not in self._seen:
                first = chosen[np.argmin(rows[chosen])]
                value = data[int(hits.start[first]) : int(hits.end[first])]
                self._seen[key] = _Seen(f"{unit} {rows[first]}", masked(value, kind), Distinct(self._budget))
            self._seen[key].hits += int(weights[chosen].sum())
            self._seen[key].distinct.add(marks[chosen])
