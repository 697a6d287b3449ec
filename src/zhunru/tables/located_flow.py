"""Flows with the place and the names of the far end."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.core.step import Limit, derive
from zhunru.core.table import Table, col
from zhunru.formulas.ip_location import UNKNOWN, Keys, keys_of, keys_of_packed, look_up, ranges_of, reserved
from zhunru.formulas.territory import HMT, MAINLAND, NOWHERE
from zhunru.records.endpoint import Endpoint
from zhunru.tables.declared_end import declare, in_use
from zhunru.tables.dns_answer import DnsAnswer
from zhunru.tables.flow import Flow
from zhunru.tables.location_range import LocationRange
from zhunru.tables.tls_session import TlsSession

PLACES = ("abroad", "hmt", "disputed", "unknown", "declared", "mainland", "private")
"""What `place` and `seen` may be, the least harmless first: the far end of a flow is the end that stands first here."""

_WELL_KNOWN_IPV4 = (bytes([192, 0, 0, 170]), bytes([192, 0, 0, 171]))
"""Addresses of `ipv4only.arpa`, RFC 7050 2.2."""


class LocatedFlow(Table):
    """One flow seen from the vehicle: what it sent to and received from one far end, and where that is.

    The far end is the end whose place stands first in `PLACES`; of two alike the one that did not open the flow.
    """

    t_start_ns = col(pl.Int64, "time of the first packet, UTC", "首包时间")
    t_end_ns = col(pl.Int64, "time of the last packet, UTC", "末包时间")
    protocol = col(pl.String, "as in Flow", "协议")
    near_ip = col(pl.String, "address at the vehicle's end", "近端地址")
    near_port = col(pl.UInt16, "port at the vehicle's end", "近端端口")
    far_ip = col(pl.String, "address of the far end", "远端地址")
    far_port = col(pl.UInt16, "port of the far end", "远端端口")
    sent_packet_count = col(pl.Int64, "packets to the far end", "发送包数")
    received_packet_count = col(pl.Int64, "packets from the far end", "接收包数")
    sent_byte = col(pl.Int64, "IP bytes to the far end", "发送字节")
    received_byte = col(pl.Int64, "IP bytes from the far end", "接收字节")
    place = col(pl.String, "mainland, hmt, abroad, private, declared, disputed or unknown", "位置类别")
    seen = col(pl.String, "the same by the location sources alone, without declarations", "来源判定的位置类别")
    territory = col(
        pl.String, "ISO 3166 code: declared, else what the sources say, joined with | where they differ; null = unknown", "国家或地区"
    )
    claims = col(pl.String, "answer of each location source as origin=code, joined with ;", "各来源结论")
    dated = col(pl.Date, "newest date among the sources that know the address; null when none says", "来源日期")
    names = col(pl.String, "names from DNS answers and SNI, joined with a comma", "域名")
    contract = col(pl.String, "contract of the declared endpoint that names this address or name", "合同")


@derive
def located_flows(
    flows: Flow,
    ranges: LocationRange,
    answers: DnsAnswer | None,
    sessions: TlsSession | None,
    declared: list[Endpoint] | None,
    *,
    widest_ipv4_bit: Annotated[int, Limit("bit", source="gb-t-44464-2024/D.8", basis="P")] = 16,
    widest_ipv6_bit: Annotated[int, Limit("bit", source="gb-t-44464-2024/D.8", basis="P")] = 32,
) -> LocatedFlow:
    """Locate both ends of each flow; only the distinct addresses are looked up.

    A declared endpoint in the mainland makes the place `declared` when it has a contract, no unreadable cell, was in use on every day of the
    flows, and names no block wider than `widest_ipv4_bit` or `widest_ipv6_bit` (prefix lengths); one elsewhere makes it `abroad` or `hmt`
    whatever the sources say. Declarations that contradict each other make it `disputed`. An unknown address is never the mainland.

    An IPv6 address behind a NAT64 prefix is located as the IPv4 address in it: the well-known prefix, and the one that the resolver of the
    network gives away (RFC 7050, or one name answered with an IPv4 address and an IPv6 address that ends in it).
    """
    names = _names(answers, sessions)
    ends = pl.concat([flows.frame.select(pl.col(c).alias("address")) for c in ("src_ip", "dst_ip")]).unique().collect()["address"]
    inner = _behind_nat64(ends, answers)
    seen = locate(pl.concat([ends, inner["ipv4"]]).unique(), ranges)
    carried = seen.rename({"address": "ipv4"}).join(inner, on="ipv4").select(seen.columns)
    known_names = pl.concat([names.collect(), inner.join(names.collect(), left_on="ipv4", right_on="address").select("address", "name")])
    at = pl.concat([seen.filter(pl.col("address").is_in(ends.implode()) & ~pl.col("address").is_in(inner["address"].implode())), carried])
    places = declare(at, known_names.unique(), in_use(declared or [], flows), {4: widest_ipv4_bit, 6: widest_ipv6_bit})
    both = flows.frame
    for side in ("src", "dst"):
        known = places.lazy().rename({c: f"{side}_{c}" for c in places.columns if c != "address"})
        both = both.join(known, left_on=f"{side}_ip", right_on="address", how="left")
        both = both.with_columns(pl.col(f"{side}_place", f"{side}_seen").fill_null("unknown"))
    # (the far end) the less harmless place; the opener only when it is strictly less harmless than the end it opened to
    rank = [pl.col(f"{side}_place").replace_strict(PLACES, range(len(PLACES)), return_dtype=pl.Int8) for side in ("src", "dst")]
    far_is_src = rank[0] < rank[1]

    def pick(if_src: str, if_dst: str) -> pl.Expr:
        return pl.when(far_is_src).then(if_src).otherwise(if_dst)

    both = both.select("t_start_ns", "t_end_ns", "protocol", "source", *_sides(pick)).with_row_index("flow")
    return LocatedFlow(_named(both, names).drop("flow"))


def _behind_nat64(ends: pl.Series, answers: DnsAnswer | None) -> pl.DataFrame:
    """Return `address`, `ipv4` of the ends that carry an IPv4 address behind a prefix that only this network uses."""
    found: list[tuple[str, str]] = []
    if answers is not None:
        told = answers.frame.select("query", "address").drop_nulls().unique().collect()
        family, key = keys_of(told["address"], unwrap=False)
        packed = [bytes(k).ljust(16, b"\0") for k in key.tolist()]
        short: dict[str, set[bytes]] = {}
        for query, version, raw in zip(told["query"], family.tolist(), packed, strict=True):
            if version == 4:
                short.setdefault(query, set(_WELL_KNOWN_IPV4) if query == "ipv4only.arpa" else set()).add(raw[12:])
        prefixes = {
            raw[:12]
            for query, version, raw in zip(told["query"], family.tolist(), packed, strict=True)
            if version == 6 and raw[12:] in (short.get(query) or (_WELL_KNOWN_IPV4 if query == "ipv4only.arpa" else ()))
        }
        version_of, key_of = keys_of(ends, unwrap=False)
        for address, version, raw in zip(ends, version_of.tolist(), (bytes(k).ljust(16, b"\0") for k in key_of.tolist()), strict=True):
            if version == 6 and raw[:12] in prefixes:
                found.append((address, ".".join(map(str, raw[12:]))))
    return pl.DataFrame(found, schema={"address": pl.String, "ipv4": pl.String}, orient="row")


def by_far_end(flows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each far address of located flows, the most bytes first: first time and place, sums, ports, files."""
    return (
        flows.sort("t_start_ns", "far_port", "source")
        .group_by("far_ip", maintain_order=True)
        .agg(
            pl.col("territory", "place", "claims", "names", "contract", "t_start_ns").first(),
            pl.col("sent_byte", "received_byte").sum(),
            pl.len().alias("flows"),
            pl.format("{}/{}", "protocol", "far_port").unique(maintain_order=True).alias("ports"),
            pl.col("source").unique().sort().alias("sources"),
        )
        .sort(["sent_byte", "far_ip"], descending=[True, False])
    )


def _sides(pick: Callable[[str, str], pl.Expr]) -> list[pl.Expr]:
    turned = {"near_ip": ("dst_ip", "src_ip"), "near_port": ("dst_port", "src_port"), "far_ip": ("src_ip", "dst_ip")}
    turned |= {"far_port": ("src_port", "dst_port"), "sent_packet_count": ("in_packet_count", "out_packet_count")}
    turned |= {"received_packet_count": ("out_packet_count", "in_packet_count"), "sent_byte": ("in_byte", "out_byte")}
    turned |= {"received_byte": ("out_byte", "in_byte")}
    turned |= {c: (f"src_{c}", f"dst_{c}") for c in ("place", "seen", "territory", "claims", "dated", "contract")}
    return [pick(*sides).alias(name) for name, sides in turned.items()]


def _names(answers: DnsAnswer | None, sessions: TlsSession | None) -> pl.LazyFrame:
    """Return `address`, `name`: every name under which an address was asked for or greeted."""
    parts = [pl.LazyFrame(schema={"address": pl.String, "name": pl.String})]
    if answers is not None:
        parts += [answers.frame.select("address", pl.col(c).alias("name")) for c in ("query", "name")]
    if sessions is not None:
        parts.append(sessions.frame.select(pl.col("server_ip").alias("address"), pl.col("server_name").alias("name")))
    return pl.concat(parts).drop_nulls().filter(pl.col("name") != "").unique()


def _named(both: pl.LazyFrame, names: pl.LazyFrame) -> pl.LazyFrame:
    joined = names.sort("address", "name").group_by("address", maintain_order=True).agg(pl.col("name").str.join(",").alias("names"))
    return both.join(joined, left_on="far_ip", right_on="address", how="left")


def locate(ends: pl.Series, ranges: LocationRange) -> pl.DataFrame:
    """Return one row per address: what every source says of it, and what follows.

    Args:
        ends: Distinct addresses as text; what is no address is `unknown`.
        ranges: Ranges of all location sources.

    Returns:
        `address`; `seen` (mainland, hmt, abroad, private, disputed or unknown); `territory`, `claims`, `dated` as in LocatedFlow.
    """
    family, key = keys_of(ends)
    said = [_ask(part, origin, dated, ends, family, key) for (origin, dated), part in _by_source(ranges)]
    none = pl.DataFrame(schema={"address": pl.String, "origin": pl.String, "dated": pl.Date, "code": pl.String})
    answers = pl.concat([none, *said])
    known = ~pl.col("code").is_in(NOWHERE)
    merged = (
        answers.sort("address", "origin", "dated", "code")
        .group_by("address", maintain_order=True)
        .agg(
            pl.format("{}={}", "origin", "code").str.join(";").alias("claims"),
            pl.col("code").filter(known).unique().sort().alias("codes"),
            pl.col("dated").filter(known).max(),
        )
    )
    codes = pl.col("codes")
    seen = (
        pl.when(pl.col("reserved")).then(pl.lit("private"))
        .when(codes.list.len().fill_null(0) == 0).then(pl.lit("unknown"))
        .when(codes.list.contains(MAINLAND) & (codes.list.len() > 1)).then(pl.lit("disputed"))
        .when(codes.list.contains(MAINLAND)).then(pl.lit("mainland"))
        .when(codes.list.set_difference(list(HMT)).list.len() == 0).then(pl.lit("hmt"))
        .otherwise(pl.lit("abroad"))
    )  # fmt: skip
    territory = pl.when(codes.list.len() > 0).then(codes.list.join("|"))
    found = pl.DataFrame({"address": ends, "reserved": reserved(family, key)}).join(merged, on="address", how="left", maintain_order="left")
    return found.select("address", seen.alias("seen"), territory.alias("territory"), "claims", "dated")


def _by_source(ranges: LocationRange) -> list[tuple[tuple[str, date | None], pl.DataFrame]]:
    parts = ranges.frame.select("family_no", "first", "last", "territory", "origin", "dated").collect()
    return [((str(k[0]), k[1]), part) for k, part in parts.group_by("origin", "dated", maintain_order=True)]


def _ask(part: pl.DataFrame, origin: str, dated: date | None, ends: pl.Series, family: NDArray[np.uint8], key: Keys) -> pl.DataFrame:
    words = part["territory"].fill_null("??").unique(maintain_order=True)
    code = part["territory"].fill_null("??").replace_strict(words, range(len(words)), return_dtype=pl.Int32).to_numpy()
    found = np.full(len(ends), UNKNOWN, np.int32)
    for version in (4, 6):
        rows = (part["family_no"] == version).fill_null(value=False)
        mine = family == version
        if not (rows.any() and mine.any()):
            continue
        first, last = (keys_of_packed(part[side].filter(rows), version) for side in ("first", "last"))
        found[mine] = look_up(ranges_of(first, last, code[rows.to_numpy()]), key[mine])
    said = pl.Series("code", found).replace_strict(range(len(words)), words, default="??", return_dtype=pl.String)
    return pl.DataFrame(
        {"address": ends, "origin": [origin] * len(ends), "dated": pl.Series([dated] * len(ends), dtype=pl.Date), "code": said}
    )
