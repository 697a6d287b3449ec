"""When the vehicle talked to which destination, on which channel and in which state, for people to look at."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.tables.capture_window import CaptureWindow
from zhunru.tables.located_flow import PLACES, LocatedFlow

_WORDS = {
    "abroad": "境外 abroad", "hmt": "港澳台 HK/MO/TW", "disputed": "来源不一致 disputed", "unknown": "归属地未知 unknown",
    "declared": "已声明端点 declared", "mainland": "境内 mainland",
}  # fmt: skip
_DRAWN = 24
"""Destinations drawn, the least harmless and then the largest first; all of them stand in the findings (P)."""
_NAMES = 60
"""Characters of names and address in one label (P)."""


class DestinationSpan(Table):
    """One destination on one channel in one state, from the first packet to the last."""

    exhibit = Exhibit(
        "spans",
        Text(
            "各目的地的通信时段：国家或地区、名称或地址、通道与状态、位置类别",
            "when each destination was talked to: territory, name or address, channel and state, class of place",
        ),
        x="t_start_ns",
        y=("t_end_ns",),
        group="label",
        clause="miit-2021-103/1.8",
    )
    t_start_ns = col(pl.Int64, "first packet, corrected by the noted clock offset, UTC", "首包时间")
    t_end_ns = col(pl.Int64, "last packet, corrected by the noted clock offset, UTC", "末包时间")
    label = col(pl.String, "territory, name or address, channel and state, class of place", "目的地")
    place = col(pl.String, "as in LocatedFlow", "位置类别")
    far_ip = col(pl.String, "address", "远端地址")
    sent_byte = col(pl.Int64, "IP bytes sent by the vehicle", "发送字节")
    received_byte = col(pl.Int64, "IP bytes received by the vehicle", "接收字节")


@derive
def destination_spans(flows: LocatedFlow, windows: CaptureWindow) -> DestinationSpan:
    """Add up what the vehicle sent to each public address, by channel and state as noted of the file.

    A file with several notes stands under all its channels and states.
    """
    at = pl.format("{} / {}", pl.col("channel").fill_null("?"), pl.col("state").fill_null("?"))
    noted = (
        windows.frame.with_columns(at.alias("at"))
        .group_by("source")
        .agg(pl.col("at").unique().sort().str.join(", "), pl.col("clock_offset_s").max().fill_null(0.0))
    )
    shift = (pl.col("clock_offset_s").fill_null(0.0) * 1e9).round().cast(pl.Int64)
    rank = pl.col("place").replace_strict(PLACES, range(len(PLACES)), return_dtype=pl.Int8)
    name = pl.coalesce("names", "far_ip").str.slice(0, _NAMES)
    word = pl.col("place").replace_strict(_WORDS, default="?")
    found = (
        flows.frame.filter((pl.col("sent_packet_count") > 0) & (pl.col("place") != "private"))
        .join(noted, on="source", how="left")
        .with_columns((pl.col("t_start_ns") - shift), (pl.col("t_end_ns") - shift))
        .group_by("place", "territory", "far_ip", pl.col("at").fill_null("?"), name.alias("name"))
        .agg(pl.col("t_start_ns").min(), pl.col("t_end_ns").max(), pl.col("sent_byte", "received_byte").sum())
        .with_columns(pl.format("{} · {} · {} · {}", pl.col("territory").fill_null("?"), "name", "at", word).alias("label"))
        .sort([rank, -pl.col("sent_byte"), "far_ip", "at"])
        .head(_DRAWN)
    )
    return DestinationSpan(found.select(n for n in DestinationSpan.columns if n != "source"))
