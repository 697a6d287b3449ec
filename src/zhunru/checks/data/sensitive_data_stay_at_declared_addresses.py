"""Copies of the memory of the vehicle hold sensitive personal information at declared addresses only."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.identifiers.kinds import FOUND, KINDS
from zhunru.formulas.written_names import bare
from zhunru.records.data_dump import DataDump
from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_place import StoragePlace
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting

_SENSITIVE = [k.id for k in KINDS if k.sensitive]
_OF_PLACES = "coordinate"
"""Positions may be those of shops and roads: found, they are of no person for certain."""


@check(
    "miit-2021-103/1.5", "gb-t-44464-2024/5.4.1", "gb-t-44464-2024/D.4.1", "gb-44495-2024/7.4.2",
    title_zh="车内存储副本中的敏感个人信息仅见于声明的地址", since="0.3",
)  # fmt: skip
def sensitive_data_stay_at_declared_addresses(
    sightings: Sighting, examined: Examined, dumps: list[DataDump], addresses: list[StorageAddress], places: list[StoragePlace] | None
) -> Iterator[Finding]:
    """No copy of an address of the vehicle that is not declared to hold sensitive personal information holds any in clear.

    Why:
        What is declared is protected; what a log or a crash dump copied along is not.

    为什么:
        声明的地址受到保护，日志或崩溃转储顺带留下的副本却没有。

    How it decides:
        1. Files that were examined. The records about a file name its place: a declared address of the vehicle, by number or path. A place of
           the register of storage places that is no such address lies outside the vehicle and is judged elsewhere. Place not told, or
           several: gap.
        2. Sensitive identifiers found with certainty at an address declared not to hold such data, or at a place that neither list knows: breach.
           Where the declaration is blank, the form alone fits, or they are positions, which may be of places and not of persons: gap.
        3. At an address declared to hold them: nothing to object, found or not.
        4. Nothing found elsewhere: ok when every item was examined and decided and the copy is complete, else gap, with the counts.
        5. No copy from the vehicle: gap.

    Inconclusive:
        Copies are samples, hold undecidable items or are not tied to a place; declarations are blank; only the form of something fits; positions may be of places.

    Not covered:
        Sensitive information that is no identifier (voice, pictures, features); encrypted and compressed content; data outside the copies.

    未覆盖:
        不属于标识符的敏感信息（声音、影像、特征）；加密或压缩的内容；副本之外的数据。

    Args:
        sightings: What was seen in copies.
        examined: What was examined in copies.
        dumps: Records about copies.
        addresses: Declared addresses, GB/T 44464-2024 D.1 d).
        places: Register of storage places outside the vehicle.

    References:
        GB/T 44464-2024 5.4.1, D.4.1 c); GB 44495-2024 7.4.2 (G).
    """
    outside = {bare(n) for p in places or [] for n in (p.id, p.name) if n}
    copies = 0
    for copy in _copies(sightings, examined):
        mine = [d for d in dumps if d.file == copy.source]
        named = {bare(d.place) for d in mine if d.place}
        # (1) where it comes from
        if len(named) != 1 or any(d.place is None for d in mine):
            yield gap("副本来自何处未说明或不一致", "where the copy comes from is not told, or told differently", source=copy.source)
            continue
        (place,) = named
        declared = [a for a in addresses if place in {bare(n) for n in (a.id, a.address) if n}]
        if declared or place not in outside:
            copies += 1
            yield _judged(copy, declared, whole=all(d.complete for d in mine))
    # (5) nothing
    if not copies:
        yield gap("没有来自车内的存储副本", "no copy comes from the vehicle", dumps=len(dumps))


class _Copy(NamedTuple):
    source: str
    found: int
    suspected: int
    examined: int
    open: bool


def _copies(sightings: Sighting, examined: Examined) -> Sequence[_Copy]:
    hits = pl.col("hit_count")
    sure = (pl.col("certainty") == FOUND) & (pl.col("kind") != _OF_PLACES)
    seen = (
        sightings.frame.filter(pl.col("kind").is_in(_SENSITIVE))
        .group_by("source")
        .agg(found=hits.filter(sure).sum(), suspected=hits.filter(~sure).sum())
    )
    whole = pl.col("undecidable_count").eq(0) & pl.col("examined_count").eq(pl.col("present_count"))
    looked = examined.frame.group_by("source").agg(examined=pl.col("examined_count").sum(), open=~whole.fill_null(value=False).all())
    joined = looked.join(seen, on="source", how="full", coalesce=True).sort("source")
    rows = joined.select("source", pl.col("found", "suspected", "examined").fill_null(0), pl.col("open").fill_null(value=True)).collect()
    return [_Copy(*row) for row in rows.iter_rows()]


def _judged(copy: _Copy, declared: list[StorageAddress], *, whole: bool) -> Finding:
    marks = [a.sensitive for a in declared]
    facts: dict[str, Any] = {"source": copy.source, "address": declared[0].id if declared else None, "examined": copy.examined}
    # (3) declared
    if marks and all(marks):
        return ok("声明存有敏感个人信息的地址", "an address that is declared to hold such data", **facts)
    # (2) found elsewhere
    if copy.found and all(m is False for m in marks):
        return breach(
            "声明地址之外发现敏感个人信息",
            "sensitive identifiers outside the declared addresses",
            **facts,
            measured=copy.found,
            limit=0,
            unit="values",
        )
    if copy.found or copy.suspected or not all(m is False for m in marks):
        return gap(
            "是否存有敏感个人信息无法判定",
            "whether sensitive information lies there cannot be told",
            **facts,
            measured=copy.found + copy.suspected,
            unit="values",
        )
    # (4) nothing found
    if copy.open or not copy.examined or not whole:
        return gap("副本未全部检查或有无法判定的内容", "not everything of the copy was examined and decided", **facts)
    return ok("未发现敏感个人信息", "no sensitive identifier found", **facts)


_Case = tuple[Sighting, Examined, list[DataDump], list[StorageAddress], None]


def _case(kind: str = "resident_id", certainty: str = FOUND, **changed: object) -> _Case:
    seen = Sighting.rows({"place": "", "kind": kind, "certainty": certainty, "hit_count": 3, "distinct_count": 3}, source="log.txt")
    looked = {"place": "", "item_kind": "line", "present_count": 90, "examined_count": 90, "decided_count": 90, "undecidable_count": 0}
    address = StorageAddress.model_validate({"id": "M-7", "address": "/var/log", "sensitive": "否"} | changed)
    dump = DataDump.model_validate({"file": "log.txt", "place": "M-7", "complete": "是"})
    return seen, Examined.rows(looked, source="log.txt"), [dump], [address], None


@sensitive_data_stay_at_declared_addresses.example(Verdict.PASS)
def vehicle_numbers_in_the_log() -> _Case:
    """The log holds VINs, which are not sensitive."""
    return _case("vin")


@sensitive_data_stay_at_declared_addresses.example(Verdict.FAIL)
def identity_numbers_in_the_log() -> _Case:
    """The log holds resident identity numbers, and is declared not to."""
    return _case()


@sensitive_data_stay_at_declared_addresses.example(Verdict.INCONCLUSIVE)
def only_the_form_fits() -> _Case:
    """Numbers that may be identity numbers."""
    return _case(certainty="suspected")


@sensitive_data_stay_at_declared_addresses.example(Verdict.INCONCLUSIVE)
def positions_of_whom() -> _Case:
    """Positions: of the driver, or of filling stations."""
    return _case("coordinate")
