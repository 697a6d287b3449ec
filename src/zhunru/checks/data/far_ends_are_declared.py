"""What the vehicle sends goes to far ends that the ledger knows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.identifiers.headings import cues_of
from zhunru.formulas.identifiers.kinds import BY_ID, FOUND, KINDS
from zhunru.formulas.identifiers.words import PLACE_OF_BOTH
from zhunru.formulas.ip_location import block_of, keys_of
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.endpoint import Endpoint
from zhunru.records.recipient import Recipient
from zhunru.tables.clear_text import ClearText
from zhunru.tables.sent_payload import ENDS, SentPayload

_TRACK = ("轨迹", "位置", "定位", "坐标", "经纬度", "position", "location", "track")
"""Names of assets that hold coordinates (P); the other kinds are told by the words of discovery."""
_LISTED = 8


@check(
    "miit-2021-103/1.2",
    "miit-2021-103/1.4",
    "gb-t-44464-2024/4.1.4",
    "gb-t-44464-2024/4.1.10",
    title_zh="车辆外发的远端均已登记",
    since="0.3",
)
def far_ends_are_declared(
    sent: SentPayload, seen: ClearText | None, endpoints: list[Endpoint], assets: list[DataAsset], recipients: list[Recipient] | None
) -> Iterator[Finding]:
    """Every public address that the vehicle sends to is a declared endpoint with an operator; what is seen to go there is in the ledger.

    Why:
        A ledger that does not know where data go protects nothing: a supplier's server that nobody listed has no agreement and no owner.

    为什么:
        台账不知道数据流向何处，就谈不上保护：未登记的供应商服务器没有协议，也没有责任人。

    How it decides:
        1. Public addresses to which the vehicle sent payload, one finding for each.
        2. It lies in no declared address or block, and none of its names is declared, on that day: breach when identifiers of persons or vehicles
           were seen to go there by check digit, cue or field; else gap. Where endpoints are declared by name, and the captures tell no name of
           this address: gap.
        3. It is declared, but the operator is not told, or a cell cannot be read: gap. Recipients are listed and the operator is none of them,
           by number or name: gap, unless it is told as the company's own (自有, own).
        4. It is declared with its operator: ok.
        5. Each kind of identifier seen to go out has an asset in the ledger whose name speaks of it: ok, else gap.
        6. Nothing was sent to any public address: gap.

    Inconclusive:
        Any gap of the steps above.

    Not covered:
        Far ends behind private gateways and relays; what goes out encrypted; whether the agreement with the operator covers these data.

    未覆盖:
        专网网关和中继之后的远端；加密外发的内容；与运营者的协议是否涵盖所见数据。

    Args:
        sent: Payloads seen from the vehicle.
        seen: Identifiers in the clear; none when nothing was seen.
        endpoints: Declared endpoints.
        assets: Data assets.
        recipients: Recipients of data.

    References:
        GB/T 44464-2024 4.1.4, 4.1.10; 103号 (一); data-and-cyber.md 2.2.1.
    """
    # (1) far ends with payload
    out = sent.frame.filter((pl.col("direction") == "sent") & (pl.col("payload_byte") > 0)).collect()
    if not len(out):
        yield gap("没有发往公网地址的净荷", "no payload was sent to any public address")  # (6)
    hits = _kinds(out, seen)
    listed = None if recipients is None else {bare(n) for r in recipients for n in (r.id, r.name) if n}
    for far in _far_ends(out, hits):
        yield _placed(far, endpoints, listed)
    names = [name for asset in assets for name in (asset.name, asset.category, asset.subcategory) if name]
    for kind in hits["kind"].unique().sort():
        shown = {"kind": kind, "kind_zh": BY_ID[kind].title.zh}
        if any(_speaks_of(name, kind) for name in names):  # (5)
            yield ok("台账中有含此类标识的资产", "the ledger has an asset that speaks of this kind", **shown)
        else:
            yield gap("台账中没有名称涉及此类标识的资产", "no asset of the ledger speaks of this kind by its name", **shown)


def _kinds(out: pl.DataFrame, seen: ClearText | None) -> pl.DataFrame:
    rows = (ClearText.empty() if seen is None else seen).frame.filter(pl.col("certainty") == FOUND).select(*ENDS, "kind").unique().collect()
    return out.select(*ENDS, "far_ip").unique().join(rows, on=list(ENDS), how="inner").select("far_ip", "kind").unique()


def _far_ends(out: pl.DataFrame, hits: pl.DataFrame) -> Iterator[dict[str, Any]]:
    kinds = hits.group_by("far_ip").agg(pl.col("kind").sort().str.join(", ").alias("kinds"))
    grouped = (
        out.sort("t_first_ns", "source", "far_port", nulls_last=True)
        .group_by("far_ip", maintain_order=True)
        .agg(
            pl.col("source", "t_first_ns").first(),
            pl.col("names").drop_nulls().unique().sort().str.join(","),
            pl.col("payload_byte").sum(),
            pl.format("{}/{}", "protocol", "far_port").unique().sort().alias("ports"),
        )
        .join(kinds, on="far_ip", how="left", maintain_order="left")
    )
    for row in grouped.sort(["payload_byte", "far_ip"], descending=[True, False]).iter_rows(named=True):
        t_ns = row["t_first_ns"]
        yield {
            "address": row["far_ip"],
            "names": row["names"] or None,
            "kinds": row["kinds"],
            "ports": ", ".join(row["ports"][:_LISTED]),
            "source": row["source"],
            "t_ns": t_ns,
            "measured": row["payload_byte"],
            "unit": "B",
        }


def _placed(far: dict[str, Any], endpoints: list[Endpoint], listed: set[str] | None) -> Finding:
    day = None if far["t_ns"] is None else datetime.fromtimestamp(far["t_ns"] // 10**9, UTC).date()
    mine = [e for e in endpoints if _names(e, far) and _in_use(e, day)]
    if not mine:  # (2)
        hidden = not far["names"] and any(block_of(e.address) is None for e in endpoints)
        if far["kinds"] and not hidden:
            return breach(
                "个人信息或车辆标识发往未登记的远端", "identifiers of persons or vehicles go to a far end that nobody declared", **far
            )
        return gap("远端未登记", "the far end is not declared", **far)
    shown = far | {"operator": mine[0].operator, "contract": mine[0].contract}
    if any(e.origin.problems or says_nothing(e.operator) for e in mine):  # (3)
        return gap("登记的远端未注明运营者或有单元格无法识别", "the declared far end lacks its operator, or a cell cannot be read", **shown)
    owned = {"自有", "本公司", "own", "ourselves"}
    if listed is not None and not any(bare(e.operator or "") in listed | owned for e in mine):
        return gap("运营者不在接收方清单中", "the operator is not among the recipients", **shown)
    return ok("远端已登记并注明运营者", "the far end is declared with its operator", **shown)  # (4)


def _names(endpoint: Endpoint, far: dict[str, Any]) -> bool:
    if block := block_of(endpoint.address):
        family, key = keys_of([far["address"]])
        return bool((family[0] == block[0]) and block[1] <= key[0] <= block[2])
    name = endpoint.address.strip().lower().rstrip(".")
    names = [n.lower() for n in (far["names"] or "").split(",") if n]
    return bool(name) and any(n.endswith(name[1:]) if name.startswith("*.") else n == name for n in names)


def _in_use(endpoint: Endpoint, day: date | None) -> bool:
    return day is None or ((endpoint.start is None or endpoint.start <= day) and (endpoint.end is None or day <= endpoint.end))


def _speaks_of(name: str, kind: str) -> bool:
    told = cues_of(name)
    place = next(i for i, k in enumerate(KINDS) if k.id == kind)
    if kind == "coordinate" and (PLACE_OF_BOTH in told or any(word in name.lower() for word in _TRACK)):
        return True
    return place in told


_T0 = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**9
_Case = tuple[SentPayload, ClearText | None, list[Endpoint], list[DataAsset], list[Recipient] | None]


def _case(kind: str | None = None, **declared: object) -> _Case:
    ends = {"protocol": "tcp", "from_ip": "10.0.0.2", "from_port": 40000, "to_ip": "1.0.1.1", "to_port": 443, "source": "4G.pcap"}
    row = {
        **ends,
        "direction": "sent",
        "far_ip": "1.0.1.1",
        "far_port": 443,
        "payload_byte": 900,
        "t_first_ns": _T0,
        "names": "tsp.example",
    }
    seen = None if kind is None else ClearText.rows({**ends, "kind": kind, "certainty": FOUND, "encoding": "raw", "hit_count": 1})
    endpoint = {"address": "1.0.1.0/24", "territory": "CN", "operator": "示例云", "contract": "HT-1"}
    asset = {"id": "A-1", "name": "车辆识别代号"}
    recipient = Recipient.model_validate({"id": "R-1", "name": "示例云"})
    return SentPayload.rows(row), seen, [Endpoint.model_validate(endpoint | declared)], [DataAsset.model_validate(asset)], [recipient]


@far_ends_are_declared.example(Verdict.PASS)
def the_cloud_of_the_contract() -> _Case:
    """One far end, in a declared block, run by a listed recipient."""
    return _case("vin")


@far_ends_are_declared.example(Verdict.FAIL)
def a_server_that_nobody_listed() -> _Case:
    """VINs go to an address outside every declared block."""
    return _case("vin", address="1.0.2.0/24")


@far_ends_are_declared.example(Verdict.INCONCLUSIVE)
def encrypted_traffic_to_an_unlisted_server() -> _Case:
    """Nobody knows what goes there."""
    return _case(address="1.0.2.0/24")
