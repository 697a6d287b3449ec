"""How far each source of stored data was looked at: told once for every check that holds it against the ledger."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting


class Look(NamedTuple):
    """What was examined of one source.

    Args:
        source: File of the dossier.
        places: Places inside it, in order.
        examined_count: Items looked at.
        decided_count: Items that could be judged.
        undecidable_count: Items that could not.
        sampled: Fewer items were looked at than are there, or nobody knows how many are there.
        reasons: Why some could not be decided.
    """

    source: str
    places: tuple[str, ...]
    examined_count: int
    decided_count: int
    undecidable_count: int
    sampled: bool
    reasons: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Everything that is there was looked at and decided."""
        return self.examined_count > 0 and not self.sampled and not self.undecidable_count


class Seen(NamedTuple):
    """Identifiers of one kind in one place, the surest first."""

    source: str
    place: str
    kind: str
    found: bool
    hit_count: int
    distinct_count: int | None
    sample: str
    suspected_count: int | None = 0
    """Distinct values of which only the form speaks, beside the found ones."""


def looks(examined: Examined) -> Iterator[Look]:
    """Yield what was examined of each source, in order of names."""
    rows = examined.frame.sort("source", "place", "item_kind").collect()
    for (source,), part in rows.group_by("source", maintain_order=True):
        # a row that nobody counted says that something was left out
        sampled = part.select(
            (pl.col("present_count").is_null() | (pl.col("examined_count").fill_null(0) < pl.col("present_count"))).any()
        ).item()
        examined_n, decided, undecidable = part.select(
            pl.col("examined_count", "decided_count", "undecidable_count").fill_null(0).sum()
        ).row(0)
        reasons = sorted({code for text in part["reason"].drop_nulls() for code in text.split(",") if code})
        places = tuple(dict.fromkeys(part["place"].fill_null("")))
        yield Look(str(source), places, examined_n, decided, undecidable, bool(sampled), tuple(reasons))


def seen(sightings: Sighting) -> Iterator[Seen]:
    """Yield what was seen per source, place and kind, in order; found values before suspected ones, never both."""
    rows = sightings.frame.sort("source", "place", "kind", "certainty", "first_where").collect()
    for (source, place, kind), part in rows.group_by("source", "place", "kind", maintain_order=True):
        sure = part.filter(pl.col("certainty") == "found")
        used = sure if sure.height else part
        distinct = used["distinct_count"].max() if used["distinct_count"].null_count() == 0 else None
        count = int(used["hit_count"].fill_null(0).sum())
        most = int(distinct) if isinstance(distinct, int) else None
        rest = part.filter(pl.col("certainty") != "found") if sure.height else part.clear()
        maybe = None if rest["distinct_count"].null_count() else int(rest["distinct_count"].sum())
        yield Seen(str(source), str(place or ""), str(kind), sure.height > 0, count, most, str(used["sample"][0] or ""), maybe)
