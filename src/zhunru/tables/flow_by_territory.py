"""Traffic by territory of the far end, for people to look at."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.tables.located_flow import LocatedFlow


class FlowByTerritory(Table):
    """One territory with which the vehicle exchanged packets."""

    exhibit = Exhibit(
        "bars",
        Text("按国家或地区统计的通信量（归属地为推断，非证明）", "traffic by territory (location is inferred, no proof)"),
        x="label",
        y=("sent_byte", "received_byte"),
        clause="miit-2021-103/1.8",
        group="place",
        words={
            "mainland": Text("境内", "mainland"),
            "hmt": Text("港澳台", "HK, MO, TW"),
            "abroad": Text("境外", "abroad"),
            "private": Text("私有或保留地址", "private or reserved"),
            "declared": Text("已声明端点", "declared endpoint"),
            "disputed": Text("来源不一致", "sources disagree"),
            "unknown": Text("未知", "unknown"),
            "sent_byte": Text("发送", "sent"),
            "received_byte": Text("接收", "received"),
        },
    )
    label = col(pl.String, "territory, or the class of the place where there is none", "国家或地区")
    place = col(pl.String, "as in LocatedFlow", "位置类别")
    flow_count = col(pl.Int64, "flows", "流数")
    destination_count = col(pl.Int64, "distinct far addresses", "远端地址数")
    sent_byte = col(pl.Int64, "IP bytes sent by the vehicle", "发送字节")
    received_byte = col(pl.Int64, "IP bytes received by the vehicle", "接收字节")


@derive
def flows_by_territory(flows: LocatedFlow) -> FlowByTerritory:
    """Add up flows and bytes by territory, the most bytes first."""
    named = pl.when(pl.col("place").is_in(["private", "unknown"])).then(pl.lit("–")).otherwise(pl.coalesce("territory", pl.lit("–")))
    frame = (
        flows.frame.group_by(named.alias("label"), "place")
        .agg(
            pl.len().cast(pl.Int64).alias("flow_count"),
            pl.col("far_ip").n_unique().cast(pl.Int64).alias("destination_count"),
            pl.col("sent_byte", "received_byte").sum(),
        )
        .sort([-(pl.col("sent_byte") + pl.col("received_byte")), "label", "place"])
    )
    return FlowByTerritory(frame)
