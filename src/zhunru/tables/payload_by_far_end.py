"""Payload by far end, for people to look at."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.tables.sent_payload import SentPayload

_BYTES = ("readable_byte", "encrypted_byte", "opaque_byte")


class PayloadByFarEnd(Table):
    """What the vehicle sent to one far end, all flows together."""

    exhibit = Exhibit(
        "bars",
        Text("车辆发往各远端的净荷：可检查、加密与不可识别", "payload that the vehicle sent: looked into, encrypted, opaque"),
        x="far_end",
        y=_BYTES,
        clause="miit-2021-103/1.4",
        words={
            "readable_byte": Text("可检查", "looked into"),
            "encrypted_byte": Text("加密", "encrypted"),
            "opaque_byte": Text("不可识别", "opaque"),
        },
    )
    far_end = col(pl.String, "name of the far end from DNS answers and SNI, else its address", "远端")
    flow_count = col(pl.Int64, "directions of flows that were added up", "流向数")
    readable_byte = col(pl.Int64, "bytes looked into", "可检查字节")
    encrypted_byte = col(pl.Int64, "bytes that were encrypted", "加密字节")
    opaque_byte = col(pl.Int64, "bytes that are neither text nor a known protocol", "不可识别字节")


@derive
def payload_by_far_end(payloads: SentPayload) -> PayloadByFarEnd:
    """Add up what the vehicle sent to each far end, and what nobody can tell the direction of; the most bytes first."""
    frame = (
        payloads.frame.filter(pl.col("direction").is_in(["sent", "unclear"]))
        .group_by(pl.coalesce("names", "far_ip").alias("far_end"))
        .agg(pl.len().cast(pl.Int64).alias("flow_count"), pl.col(*_BYTES).sum())
        .sort([-pl.sum_horizontal(*_BYTES), "far_end"])
    )
    return PayloadByFarEnd(frame)
