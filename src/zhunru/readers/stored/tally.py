"""The account of a scan: what was seen in each place, and how much of it could be decided."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.check_digits import tail
from zhunru.formulas.identifiers.headings import cues_of
from zhunru.formulas.identifiers.kinds import FOUND, KINDS, SUSPECTED
from zhunru.formulas.identifiers.masking import masked
from zhunru.formulas.identifiers.rules import Rule, Ruleset
from zhunru.formulas.identifiers.scan import sighted
from zhunru.formulas.identifiers.words import BANK_CARD
from zhunru.readers.stored.by_chance import card_like, is_chance
from zhunru.readers.stored.cells import Cells
from zhunru.readers.stored.distinct import Budget, Distinct, digests
from zhunru.readers.stored.encoded import encoded_count
from zhunru.tables.examined import ENCODED, Examined
from zhunru.tables.sighting import Sighting


@dataclass
class _Seen:
    """Values of one kind and one certainty in one place."""

    first: str
    sample: str
    distinct: Distinct
    hits: int = 0

    def with_(self, other: "_Seen") -> "_Seen":
        """Return both together."""
        earlier = min(self, other, key=lambda s: int(s.first.rpartition(" ")[2]))
        return _Seen(earlier.first, earlier.sample, self.distinct.joined(other.distinct), self.hits + other.hits)


@dataclass
class _Account:
    """Items of one place; `whole`: what is present is what was examined."""

    unit: str
    examined: int = 0
    undecidable: int = 0
    whole: bool = True
    present: int | None = None
    reasons: set[str] = field(default_factory=set)


class _Found(NamedTuple):
    """Sightings in the order of their start; a kind beyond KINDS is a rule of one's own."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[Any]
    found: NDArray[np.bool_]


class _Block(NamedTuple):
    """Cells, lines or bytes that wait to be looked at; `ends` is None where a place is an offset."""

    place: str
    unit: str
    data: bytes
    ends: NDArray[np.int64] | None
    weights: NDArray[np.int64] | None
    places: NDArray[np.int64] | None
    first: int


def name_of(rule: Rule) -> str:
    """Return the kind under which sightings by a rule are counted: the built-in one that it declares, else its own."""
    return rule.kind or f"rule:{rule.id}"


def _masked(value: bytes, kind: int) -> str:
    """Return what may be shown of a value; of a kind that only the user knows at most a third."""
    if kind < len(KINDS):
        return masked(value, kind)
    text = value.decode("utf-8", "replace")
    return tail(text, min(4, len(text) // 3))


_cues = lru_cache(4096)(cues_of)

_GRADES = (SUSPECTED, FOUND, "last digit")
"""The last: a cell that is a card number by its last digit, under a heading that says nothing of cards; the whole column decides what it is."""
_ENOUGH_BYTE = 1 << 20
"""Blocks are gathered to this size before they are looked at."""
_BLOCK_COST_BYTE = 256


class Tally:
    """Adds up blocks of cells and lines, place by place; memory depends on the number of places, not of items.

    Args:
        rules: A company's own rules, looked for beside the built-in kinds.
    """

    def __init__(self, rules: Ruleset | None = None) -> None:
        self._rules = rules
        self._names = tuple(k.id for k in KINDS) + tuple(name_of(r) for r in (rules.rules if rules else ()))
        self._seen: dict[tuple[str, str, str], _Seen] = {}
        self._accounts: dict[tuple[str, str], _Account] = {}
        self._alike: dict[str, int] = {}
        self._budget = Budget()
        self._waiting: dict[tuple[frozenset[int], str], list[_Block]] = {}
        self._waiting_byte = 0

    def column(self, place: str, heading: str, cells: Cells, first: int = 1) -> None:
        """Look at a block of cells of one column.

        Args:
            place: Place inside the source.
            heading: What the source calls the column; its words are cues.
            cells: The cells.
            first: Row number of the first cell.
        """
        self._count(place, "cell", cells.cells, cells.undecidable)
        self._hidden(place, "cell", encoded_count(cells.data, cells.ends, _cues(heading), cells.weights))
        if cells.data:
            self._wait(heading, _Block(place, "row", cells.data, cells.ends, cells.weights, cells.places, first))

    def lines(self, place: str, data: bytes, first: int, undecidable: dict[str, int] | None = None, count: int | None = None) -> int:
        """Look at whole lines of text; return how many they are.

        Args:
            place: Place inside the source.
            data: UTF-8, lines ended by line feeds.
            first: Number of the first line.
            undecidable: Reason -> lines whose content could not be told.
            count: Lines that `data` stands for, where its line feeds do not tell.
        """
        number = count if count is not None else data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
        self._count(place, "line", number, undecidable or {})
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
        self._hidden(place, "line", encoded_count(data, ends if data.endswith(b"\n") else np.append(ends, len(data)), frozenset()))
        self._wait("", _Block(place, "line", data, ends, None, None, first))
        return number

    def glance(self, place: str, data: bytes, at: int) -> None:
        """Look at bytes that are no text, which begin at offset `at`; they are accounted for with `undecided`."""
        self._wait("", _Block(place, "byte", data, None, None, None, at))

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
        self._flush()
        seen = self._decided()
        keys = sorted(seen)
        sums = [seen[k] for k in keys]
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

    def _decided(self) -> dict[tuple[str, str, str], _Seen]:
        """What was seen: card numbers known by their last digit alone are suspected where the column holds as many as chance gives, else found."""
        seen = dict(self._seen)
        for key in [k for k in seen if k[2] == _GRADES[2]]:
            place, kind, _ = key
            own = seen.pop(key)
            to = place, kind, SUSPECTED if is_chance(own.hits, self._alike.get(place, 0)) else FOUND
            seen[to] = own.with_(seen[to]) if to in seen else own
        return seen

    def _account(self, place: str, unit: str) -> _Account:
        key = (place, unit)
        if key not in self._accounts:
            self._accounts[key] = _Account(unit)
        return self._accounts[key]

    def _count(self, place: str, unit: str, count: int, undecidable: dict[str, int]) -> None:
        account = self._account(place, unit)
        account.examined += count
        for reason, some in undecidable.items():
            account.undecidable += some
            account.reasons.add(reason)

    def _hidden(self, place: str, unit: str, count: int) -> None:
        if count:
            account = self._account(place, unit)
            account.undecidable = min(account.examined, account.undecidable + count)
            account.reasons.add(ENCODED)

    def _wait(self, heading: str, block: _Block) -> None:
        # rules of one's own may take any heading as a cue; the built-in kinds know what a heading says
        self._waiting.setdefault((_cues(heading), heading if self._rules else ""), []).append(block)
        self._waiting_byte += len(block.data) + _BLOCK_COST_BYTE
        if self._waiting_byte >= _ENOUGH_BYTE:
            self._flush()

    def _flush(self) -> None:
        """Look at what waits: one look for all blocks under the same cues, since each look has a cost of its own."""
        for (cues, heading), blocks in self._waiting.items():
            data = b"\n".join(b.data for b in blocks)
            found = [_Found(*sighted(data, cues))]
            if self._rules:
                ruled = self._rules.sighted(data, heading)
                found.append(_Found(ruled.start, ruled.end, ruled.rule + np.int32(len(KINDS)), ruled.found))
            bounds = np.cumsum([0, *(len(b.data) + 1 for b in blocks)])
            for hits in found:
                cuts = np.searchsorted(hits.start, bounds)
                for block, at, low, high in zip(blocks, bounds, cuts, cuts[1:], strict=False):
                    if high > low:
                        own = _Found(hits.start[low:high] - at, hits.end[low:high] - at, hits.kind[low:high], hits.found[low:high])
                        self._add(block, own, BANK_CARD in cues)
            if BANK_CARD not in cues:
                self._count_alike(blocks)
        self._waiting = {}
        self._waiting_byte = 0

    def _count_alike(self, blocks: list[_Block]) -> None:
        """Count the cells of columns that are written as card numbers are."""
        for block in blocks:
            if block.unit == "row" and block.ends is not None:
                cells = card_like(block.data, block.ends)
                if cells.size:
                    count = int(cells.size if block.weights is None else block.weights[cells].sum())
                    self._alike[block.place] = self._alike.get(block.place, 0) + count

    def _add(self, block: _Block, hits: _Found, headed: bool) -> None:
        cell = hits.start if block.ends is None else np.searchsorted(block.ends, hits.start, side="right")
        rows = block.first + (cell if block.places is None else block.places[cell])
        grade = hits.found.astype(np.int64)
        if block.unit == "row" and block.ends is not None and not headed:
            whole = (hits.end == block.ends[cell]) & (hits.start == np.append(0, block.ends + 1)[cell])
            grade[whole & hits.found & (hits.kind == BANK_CARD)] = 2
        code = hits.kind.astype(np.int64) * 3 + grade
        marks = digests(block.data, hits.start, hits.end)
        for one in np.unique(code):
            chosen = np.flatnonzero(code == one)
            kind, graded = divmod(int(one), 3)
            key = (block.place, self._names[kind], _GRADES[graded])
            if key not in self._seen:
                first = chosen[np.argmin(rows[chosen])]
                value = block.data[int(hits.start[first]) : int(hits.end[first])]
                self._seen[key] = _Seen(f"{block.unit} {rows[first]}", _masked(value, kind), Distinct(self._budget))
            self._seen[key].hits += int(chosen.size if block.weights is None else block.weights[cell[chosen]].sum())
            self._seen[key].distinct.add(marks[chosen])
