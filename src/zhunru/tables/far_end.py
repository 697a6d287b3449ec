"""Located flows as findings show them: one row for each far end, with the channels and states in which it was met."""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from zhunru.tables.located_flow import by_far_end

_LISTED = 8
"""Names, ports, states and channels listed for one far end."""


def far_ends(flows: pl.DataFrame, windows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the fields of one finding for each far address, the most bytes first.

    Args:
        flows: Rows of LocatedFlow.
        windows: Rows of CaptureWindow.
    """
    noted: dict[str, list[tuple[str | None, str | None]]] = {}
    for source, channel, state in windows.select("source", "channel", "state").unique().iter_rows():
        noted.setdefault(source, []).append((channel, state))
    for row in by_far_end(flows).iter_rows(named=True):
        notes = [n for source in row["sources"] for n in noted.get(source, ())]
        yield {
            "source": row["sources"][0],
            "t_ns": row["t_start_ns"],
            "measured": row["sent_byte"],
            "unit": "B",
            "address": row["far_ip"],
            "territory": row["territory"],
            "names": row["names"],
            "ports": _listed(row["ports"]),
            "received_byte": row["received_byte"],
            "flows": row["flows"],
            "claims": row["claims"],
            "contract": row["contract"],
            "channel": _listed(c for c, _ in notes),
            "state": _listed(s for _, s in notes),
        }


def _listed(words: Iterable[str | None]) -> str | None:
    return ", ".join(sorted({w for w in words if w})[:_LISTED]) or None
