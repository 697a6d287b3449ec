"""What makes captures doubtful although their notes are in order: copies, one direction only, silence at an end; tunnels that were opened."""

from collections.abc import Iterator

import polars as pl

from zhunru.tables.tunnel import Tunnel

_SAME = (
    "protocol",
    "near_ip",
    "near_port",
    "far_ip",
    "far_port",
    "sent_packet_count",
    "received_packet_count",
    "sent_byte",
    "received_byte",
)

_COPIED = 0.5
"""Share of the flows of the smaller file that makes it a copy (P): a lone query that looks alike is none."""


def copies(flows: pl.DataFrame, windows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield pairs of files that hold the same packets although their notes tell different channels or states.

    Flows of two files that agree in ends, ports, packets, bytes and, to the nanosecond, in length may be the same packets. When half of the
    flows of one file agree so, all moved by one time, the file is a copy or a part of the other, wherever it stands on the clock.

    Args:
        flows: Rows of LocatedFlow.
        windows: Rows of CaptureWindow.
    """
    length = (pl.col("t_end_ns") - pl.col("t_start_ns")).alias("length_ns")
    long = flows.with_columns(length).filter(pl.col("length_ns") > 0)
    counts = dict(long.group_by("source").len().iter_rows())
    met = long.join(long, on=[*_SAME, "length_ns"], suffix="_b").filter(pl.col("source") < pl.col("source_b"))
    shift = (pl.col("t_start_ns_b") - pl.col("t_start_ns")).alias("shift_ns")
    alike = met.group_by("source", "source_b", shift).agg(pl.struct(*_SAME, "t_start_ns").n_unique().alias("same"))
    pairs = [
        (a, b) for a, b, _, same in alike.sort("source", "source_b", "shift_ns").iter_rows() if same >= _COPIED * min(counts[a], counts[b])
    ]
    noted: dict[str, set[tuple[str | None, str | None]]] = {}
    for source, channel, state in windows.select("source", "channel", "state").iter_rows():
        noted.setdefault(source, set()).add((channel, state))
    for one, other in dict.fromkeys(pairs):
        if one in noted and other in noted and noted[one] != noted[other]:
            yield one, other


def one_way(flows: pl.DataFrame) -> list[str]:
    """Return the files in which the vehicle received packets and never sent one: their other direction was not captured."""
    sums = flows.group_by("source").agg(pl.col("sent_packet_count", "received_packet_count").sum())
    return sums.filter((pl.col("sent_packet_count") == 0) & (pl.col("received_packet_count") > 0))["source"].sort().to_list()


def silent_ends(windows: pl.DataFrame) -> Iterator[tuple[str, float]]:
    """Yield each file noted for the state with functions on, and for how long it holds no packet at one of its noted ends, seconds."""
    working = windows.filter((pl.col("state") == "working") & pl.col("timed") & pl.col("t_first_ns").is_not_null())
    ends = windows.filter("timed").group_by("source").agg(pl.col("t_start_ns").min(), pl.col("t_end_ns").max())
    spans = working.select("source", "t_first_ns", "t_last_ns").unique().join(ends, on="source").sort("source")
    for source, first, last, start, end in spans.iter_rows():
        yield source, max(first - start, end - last) / 1e9


def unopened(flows: pl.DataFrame, tunnels: Tunnel | None) -> pl.DataFrame:
    """Return the flows that are no tunnel of which every packet was opened: those inside are flows of their own.

    Args:
        flows: Rows of LocatedFlow.
        tunnels: Tunnels of the captures; None = nobody looked.
    """
    if tunnels is None:
        return flows
    whole = tunnels.frame.filter((pl.col("opened_count") == pl.col("packet_count")) & (pl.col("packet_count") > 0)).collect()
    ends = [("a_ip", "a_port", "b_ip", "b_port"), ("b_ip", "b_port", "a_ip", "a_port")]
    names = ("near_ip", "near_port", "far_ip", "far_port")
    both = pl.concat([whole.select("source", "protocol", *(pl.col(c).alias(n) for c, n in zip(end, names, strict=True))) for end in ends])
    return flows.join(both.unique(), on=["source", "protocol", *names], how="anti")
