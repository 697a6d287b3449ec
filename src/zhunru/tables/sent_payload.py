"""Payloads seen from the vehicle: what it sent, what it received, how much of it could be looked into."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.ip_location import keys_of, reserved
from zhunru.tables.clear_text import PayloadAccount
from zhunru.tables.flow import Flow
from zhunru.tables.located_flow import LocatedFlow

ENDS = ("source", "protocol", "from_ip", "from_port", "to_ip", "to_port")
"""Columns that tell a direction of a flow, here as in `ClearText`."""


class SentPayload(Table):
    """One direction of one flow, seen from the vehicle.

    The far end is the public one of two addresses; of two public ones the one that `LocatedFlow` tells, else the one that did not open the flow.
    """

    protocol = col(pl.String, "as in Flow", "协议")
    from_ip = col(pl.String, "address that sent the payload", "发送地址")
    from_port = col(pl.UInt16, "port that sent the payload", "发送端口")
    to_ip = col(pl.String, "address that received it", "接收地址")
    to_port = col(pl.UInt16, "port that received it", "接收端口")
    direction = col(pl.String, "sent (by the vehicle), received, local (both addresses private or reserved) or unclear", "方向")
    far_ip = col(pl.String, "address of the far end; the receiver where the direction is local or unclear", "远端地址")
    far_port = col(pl.UInt16, "port of the far end", "远端端口")
    names = col(pl.String, "names of the far end from DNS answers and SNI; null when nobody located the flows", "域名")
    t_first_ns = col(pl.Int64, "time of the first packet with payload, UTC", "首次时间")
    payload_byte = col(pl.Int64, "payload bytes in the capture", "净荷字节")
    readable_byte = col(pl.Int64, "bytes looked into", "可检查字节")
    encrypted_byte = col(pl.Int64, "bytes that were encrypted", "加密字节")
    opaque_byte = col(pl.Int64, "bytes that are neither text nor a known protocol", "不可识别字节")
    lost_byte = col(pl.Int64, "bytes missing by capture loss or cut packets", "缺失字节")


@derive
def sent_payloads(account: PayloadAccount, flows: Flow, located: LocatedFlow | None) -> SentPayload:
    """Tell of each direction whether the vehicle sent it."""
    rows = _whole(account.collect())
    addresses = pl.concat([rows["from_ip"], rows["to_ip"]]).unique()
    family, key = keys_of(addresses)
    private = pl.DataFrame({"address": addresses, "private": reserved(family, key) | (family == 0)})
    for side in ("from", "to"):
        rows = rows.join(
            private.rename({"address": f"{side}_ip", "private": f"{side}_private"}), on=f"{side}_ip", how="left", maintain_order="left"
        )
    rows = rows.join(_openers(flows), on=list(ENDS), how="left", maintain_order="left")
    rows = rows.join(_far_ends(located), on=list(ENDS), how="left", maintain_order="left")
    sent = (
        pl.when(pl.col("from_private") & pl.col("to_private")).then(pl.lit("local"))
        .when(pl.col("from_private")).then(pl.lit("sent"))
        .when(pl.col("to_private")).then(pl.lit("received"))
        .when(pl.col("to_far").is_not_null()).then(pl.when("to_far").then(pl.lit("sent")).otherwise(pl.lit("received")))
        .when(pl.col("by_opener").is_not_null()).then(pl.when("by_opener").then(pl.lit("sent")).otherwise(pl.lit("received")))
        .otherwise(pl.lit("unclear"))
    )  # fmt: skip
    rows = rows.with_columns(sent.alias("direction"))
    back = pl.col("direction") == "received"
    far = [pl.when(back).then(f"from_{part}").otherwise(f"to_{part}").alias(f"far_{part}") for part in ("ip", "port")]
    return SentPayload(rows.with_columns(far).select(*SentPayload.columns))


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each direction: of a capture with very many flows there may be several that add up."""
    sums = (pl.col("payload_byte", "readable_byte", "encrypted_byte", "opaque_byte", "lost_byte").sum(), pl.col("t_first_ns").first())
    return rows.group_by(list(ENDS), maintain_order=True).agg(*sums).select(rows.columns) if rows.height else rows


def _openers(flows: Flow) -> pl.DataFrame:
    """Return of each direction whether its sender opened the flow."""
    first = (
        flows.collect()
        .sort("t_start_ns")
        .unique(["source", "protocol", "src_ip", "src_port", "dst_ip", "dst_port"], keep="first", maintain_order=True)
    )
    return _both(first, ("src", "dst"), "by_opener")


def _far_ends(located: LocatedFlow | None) -> pl.DataFrame:
    """Return of each direction whether its receiver is the far end, and the names of that."""
    keys = ["source", "protocol", "near_ip", "near_port", "far_ip", "far_port"]
    rows = LocatedFlow.empty().collect() if located is None else located.collect()
    first = rows.sort("t_start_ns").unique(keys, keep="first", maintain_order=True)
    return _both(first, ("near", "far"), "to_far", kept=("names",))


def _both(rows: pl.DataFrame, sides: tuple[str, str], name: str, *, kept: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return one row for either direction; `name` is true from the first side to the second."""
    parts = []
    for there, (one, other) in ((True, sides), (False, sides[::-1])):
        ends = [pl.col(f"{side}_{part}").alias(f"{to}_{part}") for side, to in ((one, "from"), (other, "to")) for part in ("ip", "port")]
        parts.append(rows.select("source", "protocol", *ends, pl.lit(there).alias(name), *kept))
    return pl.concat(parts).unique(list(ENDS), keep="first", maintain_order=True)
