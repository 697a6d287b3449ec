"""Access from outside the mainland is a declared export."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.export_activity import ExportActivity
from zhunru.tables.access_row import AccessRow
from zhunru.tables.located_access import OUTSIDE, LocatedAccess, located_accesses


@check(
    "miit-2021-103/1.8",
    "miit-2021-103/1.9",
    "auto-export-2026/remote-access",
    "auto-export-2026/logs",
    title_zh="境外访问均属已申报的出境活动",
    since="0.1",
)
def remote_access_counts_as_export(accesses: LocatedAccess) -> Iterator[Finding]:
    """Every access from outside the mainland that reads personal or important data belongs to a declared activity of remote access.

    Why:
        Data that never leave the machine room are exported all the same when somebody abroad can query or download them.

    为什么:
        数据存放在境内，境外人员能够查询、调取、下载的，同样构成出境。

    How it decides:
        1. The place of an access follows from its address by all location sources and from the country that the log gives. They place it on
           different sides of the border, or nobody places it: gap. A private address without a country in the log tells nothing: gap.
        2. Hong Kong, Macao and Taiwan lie outside and are told apart. Who employs the person does not matter, only the place.
        3. What was read follows from the log and from the marks of the assets in the ledger. From outside, personal or important data, and
           no declared activity of remote access covers day, territory and assets (or the one that the log names does not): breach.
        4. From outside, but what was read or whether the activity covers it cannot be told: gap. Covered: ok. Neither personal nor important: ok.
        5. From the mainland: ok, told in sum.

    Inconclusive:
        Any gap of the steps above; no access in the log.

    Not covered:
        Whether the log is whole; relays and VPN that make an access look domestic; location is inferred, never proof; accesses to systems
        whose log is not in the dossier.

    未覆盖:
        日志是否完整；经中转或 VPN 伪装为境内的访问（归属地仅为推断）；日志未提供的系统。

    Args:
        accesses: Accesses with their place and activity.

    References:
        Filing guide for data export (second way of export); CAC questions and answers of October 2025 (the place of access decides);
        汽车数据出境安全指引（2026版）; data-and-cyber.md 3.1, 3.2, 3.5 X5.
    """
    place, outside = pl.col("place"), pl.col("place").is_in(OUTSIDE)
    held = pl.any_horizontal(pl.col("personal").fill_null(value=False), pl.col("important").fill_null(value=False))
    none = pl.all_horizontal(pl.col("personal") == False, pl.col("important") == False).fill_null(value=False)  # noqa: E712 - null stays null
    total = accesses.frame.select(pl.len()).collect().item()
    if not total:
        yield gap("访问日志中没有记录", "the log holds no access")
    # (3) breaches first, so that they are seen first
    for row in _grouped(accesses, outside & held & (pl.col("fit") == "no")):
        yield breach(
            "境外访问个人信息或重要数据，没有相符的出境活动",
            "personal or important data were read from outside, and no activity covers it",
            **row,
        )
    # (1), (2)
    for row in _grouped(accesses, place == "disputed"):
        yield gap("访问地结论不一致，须说明", "sources and log disagree on the place: an explanation is needed", **row)
    for row in _grouped(accesses, place.is_in(["unknown", "private"])):
        yield gap("访问地不明", "nobody knows from where the access came", **row)
    # (4)
    for row in _grouped(accesses, outside & ~held & ~none & (pl.col("fit") != "yes")):
        yield gap("境外访问的数据是否含个人信息或重要数据不明", "what was read from outside cannot be told", **row)
    for row in _grouped(accesses, outside & held & (pl.col("fit") == "open")):
        yield gap("境外访问是否属于所申报活动不能确定", "whether a declared activity covers an access from outside cannot be told", **row)
    for row in _grouped(accesses, outside & (pl.col("fit") == "yes") & ~none):
        yield ok("境外访问属于已申报的出境活动", "an access from outside belongs to a declared activity", **row)
    for row in _grouped(accesses, outside & none):
        yield ok("境外访问不涉及个人信息和重要数据", "neither personal nor important data were read from outside", **row)
    # (5)
    home = (
        accesses.frame.filter(place == "mainland").select(pl.len(), pl.col("account").n_unique(), pl.col("source").min()).collect().row(0)
    )
    if home[0]:
        yield ok("来自境内的访问", "accesses from the mainland", source=str(home[2]), accesses=home[0], accounts=home[1])


def _grouped(accesses: LocatedAccess, chosen: pl.Expr) -> Iterator[dict[str, Any]]:
    """Yield the fields of one finding for each account, place and system."""
    keys = ["source", "account", "organisation", "territory", "place", "system", "activity"]
    first = pl.col("source_ip", "claims", "kinds", "assets", "row_no", "t_ns").sort_by("t_ns", "row_no", nulls_last=True).first()
    found = accesses.frame.filter(chosen).group_by(keys).agg(first, pl.len().alias("accesses"), pl.col("person_count").sum())
    for row in found.sort(keys, nulls_last=True).collect().iter_rows(named=True):
        told = {n: row[n] for n in (*keys[1:], "source_ip", "claims", "kinds", "assets", "accesses")}
        yield {"source": row["source"], "row": row["row_no"], "t_ns": row["t_ns"], "persons": row["person_count"], **told}


_NOON = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) * 10**9


def _case(**changed: object) -> LocatedAccess:
    activity = ExportActivity.model_validate({"id": "E-1", "method": "远程访问", "territory": "DE", "start": "2026-01-01", "assets": "A-1"})
    plain: dict[str, object] = {
        "t_ns": _NOON,
        "account": "wang",
        "told": "德国",
        "system": "TSP",
        "assets": "A-1",
        "personal": True,
        "important": False,
    }
    found: LocatedAccess = located_accesses(AccessRow.rows(plain | {"row_no": 2} | changed), None, None, [activity])
    return found


@remote_access_counts_as_export.example(Verdict.PASS)
def read_under_a_declared_activity() -> LocatedAccess:
    """An engineer in Germany reads the asset that was declared for it."""
    return _case()


@remote_access_counts_as_export.example(Verdict.FAIL)
def read_from_a_country_that_nobody_declared() -> LocatedAccess:
    """The same from Japan."""
    return _case(told="JP")


@remote_access_counts_as_export.example(Verdict.FAIL)
def read_from_hong_kong() -> LocatedAccess:
    """Hong Kong counts as outside, in its own class."""
    return _case(told="HK")


@remote_access_counts_as_export.example(Verdict.INCONCLUSIVE)
def from_a_private_address() -> LocatedAccess:
    """A company network: nobody knows on which side of the border."""
    return _case(told=None, source_ip="10.1.2.3")
