"""When and on which channel, in which state of the vehicle, each capture was taken."""

from datetime import datetime

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.records.capture_note import CaptureNote
from zhunru.tables.capture_span import CaptureSpan


class CaptureWindow(Table):
    """One stretch of one capture file: from its note, or from its packets where nobody noted it."""

    exhibit = Exhibit(
        "spans",
        Text("各通道、各状态的抓包时段", "captured time by channel and state"),
        x="t_start_ns",
        y=("t_end_ns",),
        group="label",
        clause="miit-2021-103/1.8",
    )
    t_start_ns = col(pl.Int64, "start as noted, else time of the first packet; UTC; null when neither is known", "开始时间")
    t_end_ns = col(pl.Int64, "end as noted, else time of the last packet; UTC; null when neither is known", "结束时间")
    label = col(pl.String, "channel and state, for the drawing", "通道与状态")
    channel = col(pl.String, "channel as noted; null when nobody noted it", "通道")
    state = col(pl.String, "off, powered or working as noted; null when nobody noted it", "车辆状态")
    noted = col(pl.Boolean, "a capture note names this file", "有抓包记录")
    timed = col(pl.Boolean, "start and end come from a note whose cells can all be read", "起止时间来自记录")
    packet_count = col(pl.Int64, "packets in the whole file", "文件包数")
    t_first_ns = col(pl.Int64, "first packet, corrected by the noted clock offset", "首包时间")
    t_last_ns = col(pl.Int64, "last packet, corrected by the noted clock offset", "末包时间")
    clock_offset_s = col(pl.Float64, "clock of the instrument minus UTC as noted, else 0", "时钟偏差")
    dropped_ratio = col(pl.Float64, "lost packets per packet on the wire, the worse of note and file; null when neither says", "丢包率")


@derive
def capture_windows(captures: CaptureSpan, notes: list[CaptureNote] | None) -> CaptureWindow:
    """Put each capture beside its notes; a note's `file` is the name that the dossier gives the file."""
    by_name: dict[str, list[CaptureNote]] = {}
    for note in notes or []:
        by_name.setdefault(note.file, []).append(note)
    spans = captures.collect().iter_rows(named=True)
    return CaptureWindow.rows(*(_window(span, note) for span in spans for note in by_name.get(span["source"], (None,))))


def with_packets(windows: pl.DataFrame, flows: pl.LazyFrame) -> pl.DataFrame:
    """Return the windows in which packets were captured.

    Where a file has one window, its packets are those of the window; a file with several is looked into.

    Args:
        windows: Rows of CaptureWindow.
        flows: `source`, `t_start_ns` and `t_end_ns` of flows, by the clock of the instrument.
    """
    several = pl.len().over("source") > 1
    keys = ["source", "channel", "state", "t_start_ns"]
    shift = (pl.col("clock_offset_s").fill_null(0.0) * 1e9).round().cast(pl.Int64)
    seen = flows.select("source", first="t_start_ns", last="t_end_ns")
    met = (pl.col("first") - shift <= pl.col("t_end_ns")) & (pl.col("last") - shift >= pl.col("t_start_ns"))
    shared = windows.filter(several).lazy().join(seen, on="source").filter(met).select(keys).unique().collect()
    heard = windows.filter(several).join(shared, on=keys, how="semi", nulls_equal=True, maintain_order="left")
    return pl.concat([windows.filter(~several), heard]).filter(pl.col("packet_count") > 0)


def _window(span: dict[str, object], note: CaptureNote | None) -> dict[str, object]:
    offset_s = (note.clock_offset_s if note else None) or 0.0
    first, last = (_shifted(span[name], offset_s) for name in ("t_start_ns", "t_end_ns"))
    start, end = (_ns(note.start), _ns(note.end)) if note else (None, None)
    channel, state = (note.channel, note.state) if note else (None, None)
    return {
        "t_start_ns": first if start is None else start,
        "t_end_ns": last if end is None else end,
        "label": f"{channel or '?'} / {state or '?'}",
        "channel": channel,
        "state": state,
        "noted": note is not None,
        "timed": note is not None and start is not None and end is not None and not note.origin.problems,
        "packet_count": span["packet_count"],
        "t_first_ns": first,
        "t_last_ns": last,
        "clock_offset_s": offset_s,
        "dropped_ratio": _lost(span, note),
        "source": span["source"],
    }


def _lost(span: dict[str, object], note: CaptureNote | None) -> float | None:
    said = [
        n for n in (span["dropped_packet_count"], note.dropped_packet_count if note else None) if isinstance(n, (int, float)) and n >= 0
    ]
    kept = span["packet_count"]
    if not said or not isinstance(kept, int):
        return None
    lost = max(said)
    return lost / (lost + kept) if lost + kept else 0.0


def _shifted(t_ns: object, offset_s: float) -> int | None:
    return t_ns - round(offset_s * 1e9) if isinstance(t_ns, int) else None


def _ns(moment: datetime | None) -> int | None:
    # In whole seconds first: a float cannot hold the nanoseconds of today.
    return None if moment is None else int(moment.replace(microsecond=0).timestamp()) * 10**9 + moment.microsecond * 1000
