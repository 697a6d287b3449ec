"""Declared endpoints laid over what the location sources say."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.formulas.ip_location import block_of, keys_of
from zhunru.formulas.territory import HMT, MAINLAND, NOWHERE, code_of, is_abroad
from zhunru.formulas.written_names import bare
from zhunru.records.endpoint import Endpoint
from zhunru.tables.flow import Flow

_NO_CONTRACT = frozenset(map(bare, (
    "无", "没有", "暂无", "无合同", "未签", "未签订", "待签", "待签订", "待补", "待定", "办理中", "不适用", "空", "未知", "none", "no", "nil", "null", "n/a", "na",
    "tbd", "pending", "unknown", "?", "？", "x", "否",
)))  # fmt: skip
"""Words that people write where there is no contract."""
_SECOND_LEVEL = frozenset({"com", "net", "org", "gov", "edu", "ac", "co", "mil"})
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")


def in_use(declared: Sequence[Endpoint], flows: Flow) -> list[Endpoint]:
    """Return the endpoints that can be relied on for all flows.

    One in the mainland needs a contract, a territory, no unreadable cell, and must have been in use on every day of the flows. One
    elsewhere speaks against its maker: it needs a territory and to have been in use on some day of the flows.
    """
    bounds = flows.frame.select(pl.col("t_start_ns").min().alias("a"), pl.col("t_end_ns").max().alias("b")).collect().row(0)
    if None in bounds:
        return []
    first, last = (datetime.fromtimestamp(t // 10**9, UTC).date() for t in bounds)
    found = []
    for e in declared:
        whole = (e.start is None or e.start <= first) and (e.end is None or last <= e.end)
        touched = (e.start is None or e.start <= last) and (e.end is None or first <= e.end)
        vouched = bool(e.contract) and bare(e.contract or "") not in _NO_CONTRACT and not e.origin.problems
        if (is_abroad(e.territory) and touched) or (e.territory and vouched and whole):
            found.append(e)
    return found


def declare(places: pl.DataFrame, names: pl.DataFrame, declared: Sequence[Endpoint], widest: dict[int, int]) -> pl.DataFrame:
    """Lay the declarations over what the sources say; an address holds over a name, the narrower block over the wider.

    A declaration in the mainland that reaches too far, a block wider than `widest` or all names of a registry (`*.com`, `*.com.cn`), vouches
    for nothing. Where one declaration says mainland and another, of a name or of the same block, says elsewhere, the place is `disputed`.

    Args:
        places: `address`, `seen`, `territory`, `claims`, `dated` as `located_flow.locate` gives them.
        names: `address`, `name` under which addresses were asked for or greeted.
        declared: Endpoints that can be relied on.
        widest: Family -> shortest prefix that vouches for a mainland place, bits.

    Returns:
        `places` with `place`, `contract` (empty = declared without one), and the declared `territory` where there is one.
    """
    family, key = keys_of(places["address"])
    size = len(places)
    told: NDArray[np.object_] = np.full(size, None, object)
    contract: NDArray[np.object_] = np.full(size, None, object)
    against = np.zeros(size, np.bool_)  # a declaration of the same rank, or of a name, says elsewhere
    width: NDArray[np.object_] = np.full(size, 1 << 130, object)
    for endpoint in declared:
        if block_of(endpoint.address) is None and (is_abroad(endpoint.territory) or _is_owned(endpoint.address)):
            hit = places["address"].is_in(names.filter(_matches(endpoint.address))["address"].implode()).to_numpy()
            _lay(told, contract, against, hit, endpoint)
    for bounds, endpoint in sorted(((b, e) for e in declared if (b := block_of(e.address))), key=lambda b: _width(b[0]), reverse=True):
        version, first, last = bounds
        if not is_abroad(endpoint.territory) and _width(bounds) >= 1 << ((32 if version == 4 else 128) - widest[version]):
            continue
        hit = (family == version) & (key >= first) & (key <= last)
        narrower = hit & (width > _width(bounds))
        told[narrower & (width < 1 << 130)] = None  # what a wider block said no longer counts
        against[narrower & (width < 1 << 130)] = False
        width[hit] = _width(bounds)
        _lay(told, contract, against, hit, endpoint)
    return _placed(places, told, contract, against)


def _lay(
    told: NDArray[np.object_], contract: NDArray[np.object_], against: NDArray[np.bool_], hit: NDArray[np.bool_], endpoint: Endpoint
) -> None:
    code = code_of(endpoint.territory)
    outside = np.array([t is not None and t != MAINLAND for t in told], np.bool_)
    if code == MAINLAND:
        against[hit & outside] = True
    else:
        against[hit & np.array([t == MAINLAND for t in told], np.bool_)] = True
    told[hit], contract[hit] = code, endpoint.contract or ""


def _placed(places: pl.DataFrame, told: NDArray[np.object_], contract: NDArray[np.object_], against: NDArray[np.bool_]) -> pl.DataFrame:
    said = pl.col("told")
    place = (
        pl.when(said.is_null() | (pl.col("seen") == "private") | said.is_in(NOWHERE)).then("seen")
        .when("against").then(pl.lit("disputed"))
        .when(said == MAINLAND).then(pl.lit("declared"))
        .when(said.is_in(HMT)).then(pl.lit("hmt"))
        .otherwise(pl.lit("abroad"))
    )  # fmt: skip
    laid = places.with_columns(
        pl.Series("told", told.tolist(), pl.String), pl.Series("contract", contract.tolist(), pl.String), pl.Series("against", against)
    )
    return laid.with_columns(place.alias("place"), pl.coalesce("told", "territory").alias("territory")).drop("told", "against")


def _is_owned(domain: str) -> bool:
    """Tell whether a name can belong to one party: `*.com` and `*.com.cn` belong to everybody."""
    name = domain.strip().lower().rstrip(".").removeprefix("*.")
    if not _NAME.fullmatch(name):
        return False
    labels = name.split(".")
    return len(labels) > 2 or not (len(labels[-1]) == 2 and labels[0] in _SECOND_LEVEL)


def _matches(domain: str) -> pl.Expr:
    name = domain.strip().lower().rstrip(".")
    return pl.col("name").str.ends_with(name[1:]) if name.startswith("*.") else pl.col("name") == name


def _width(block: tuple[int, bytes, bytes]) -> int:
    first, last = (int.from_bytes(bytes(b).ljust(16, b"\0"), "big") for b in block[1:])
    return last - first
