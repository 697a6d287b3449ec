"""Places where stored data are found are registered, and named by the assets that lie there."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_dump import DataDump
from zhunru.records.data_field import DataField
from zhunru.records.storage_place import StoragePlace
from zhunru.records.stored_match import Register, Spot
from zhunru.tables.examined import Examined
from zhunru.tables.looked_at import Look, looks, seen
from zhunru.tables.scanned_source import ScannedSource
from zhunru.tables.sighting import Sighting

_DAY_S = 86_400
"""A record that tells only the day reads as its midnight."""


@check(
    "miit-2021-103/1.2",
    "gb-t-44464-2024/4.1.4",
    "gb-t-44464-2024/4.1.7",
    title_zh="发现数据的存储位置均已登记，并由所存资产指明",
    since="0.3",
)
def storage_is_in_the_ledger(
    sightings: Sighting,
    examined: Examined,
    places: list[StoragePlace],
    dumps: list[DataDump],
    assets: list[DataAsset] | None,
    fields: list[DataField] | None,
    heads: ScannedSource | None,
) -> Iterator[Finding]:
    """Every stored copy comes from a registered storage place, and the assets whose fields are found there name that place.

    Why:
        Data in a place that nobody registered are neither protected, nor deleted, nor known to lie in China.

    为什么:
        存放在未登记位置的数据，既无人保护，也不会被删除，更无从得知是否在境内。

    How it decides:
        1. A source without a record of the stored copy, or whose record names no place: gap.
        2. Its place is not registered: breach when identifiers were found in it, gap when they are only suspected or none was seen.
           Records that name several places, or a name that two places bear: gap.
        3. Its place is registered: ok; and each asset to which a declared field of the source belongs names the place in its entry: ok,
           else breach: the asset lies where its entry does not say.
        4. The result of a scan tells another database than the record about it, or a scan that ended on another day: gap, since the record may be
           of another file.
        5. Nothing was examined: gap.

    Inconclusive:
        No record of the stored copy, or one that ties the file to no single place; nothing examined; nothing found in an unlisted place.

    Not covered:
        Places of which no copy was handed over; whether the record of the copy tells the truth.

    未覆盖:
        没有提交副本的存储位置；转储记录本身是否属实。

    Args:
        sightings: Identifiers seen in stored data.
        examined: What was looked at.
        places: Storage places.
        dumps: Which stored copy a file is.
        assets: Entries of the asset ledger.
        fields: Declared fields.
        heads: What results of scans say of their source.

    References:
        GB/T 44464-2024 4.1.4, 4.1.7, D.1 d).
    """
    register = Register(dumps, places, fields, assets or ())
    items = list(seen(sightings))
    found = {i.source for i in items if i.found}
    any_look = False
    for look in looks(examined):
        any_look = True
        spot = register.spot(look.source)
        shown: dict[str, Any] = {"source": look.source, "named": "; ".join(spot.named), "examined": look.examined_count}
        # (1) no tie
        if not spot.named:
            yield gap("没有说明该文件取自哪个存储位置", "nobody tells from which storage place the file comes", **shown)
        # (2) not registered
        elif spot.place is None:
            yield _unlisted(spot, register, look.source in found, shown)
        # (3) registered
        else:
            yield ok("存储位置已登记", "the storage place is registered", **shown)
            yield from _named(look, spot, register)
    yield from _of_another(heads, register)  # (4)
    if not any_look:  # (5)
        yield gap("没有检查过任何存储数据", "no stored data were examined")


def _of_another(heads: ScannedSource | None, register: Register) -> Iterator[Finding]:
    rows = ScannedSource.empty().collect() if heads is None else heads.collect().sort("source", "t_ended_ns")
    for head in rows.iter_rows(named=True):
        for dump in register.spot(head["source"]).dumps:
            shown: dict[str, Any] = {"source": head["source"], "t_ns": head["t_ended_ns"], "scanned": head["description"]}
            if dump.database and head["database"] and bare(dump.database) != bare(head["database"]):
                yield gap(
                    "扫描结果与转储记录的数据库不同", "the result of the scan is of another database than the record tells", **shown,
                    told=dump.database, database=head["database"],
                )  # fmt: skip
            ended = head["t_ended_ns"]
            if dump.taken_at and ended is not None and abs(dump.taken_at.timestamp() - ended / 1e9) >= _DAY_S:
                yield gap(
                    "扫描结束时间与转储记录的时间不符", "the scan ended on another day than the record tells", **shown,
                    told=dump.taken_at.isoformat(),
                )  # fmt: skip


def _unlisted(spot: Spot, register: Register, found: bool, shown: dict[str, Any]) -> Finding:
    known = [n for n in spot.named if register.place_named(n)]
    if known or len(spot.named) > 1:
        return gap("该文件对应的存储位置不止一个或不能确定", "the file may come from several places", **shown)
    if register.is_named_twice(spot.named[0]):
        return gap("存储位置名称重复，无法确定", "two places bear the name", **shown)
    if found:
        return breach("在未登记的存储位置发现数据", "data were found in a place that is not registered", **shown)
    return gap("存储位置未登记，其中未确认有个人信息", "the place is not registered; no personal information is known in it", **shown)


def _named(look: Look, spot: Spot, register: Register) -> Iterator[Finding]:
    mine = {f.asset for path in look.places for f in register.fields_at(spot, path) if f.asset}
    for asset in (a for name in sorted(mine) if (a := register.asset_named(name)) is not None):
        shown: dict[str, Any] = {"asset": asset.id, "place": spot.place.id if spot.place else ""}
        if spot.place is not None and register.lies_at(asset, spot.place):
            yield ok("资产已注明该存储位置", "the asset names the storage place", at=asset.origin, **shown)
        else:
            yield breach("资产存放在其条目未注明的位置", "the asset lies where its entry does not say", at=asset.origin, **shown)


_Case = tuple[Sighting, Examined, list[StoragePlace], list[DataDump], list[DataAsset] | None, list[DataField] | None, ScannedSource | None]


def _case(place: str = "S-1", certainty: str = "found", storage: str = "用户库") -> _Case:
    name = "evidence/users.db"
    row = {"place": "users.phone", "kind": "mobile", "certainty": certainty, "hit_count": 12, "distinct_count": 9, "sample": "138****0000"}
    look = {
        "place": "users.phone", "item_kind": "cell", "present_count": 12, "examined_count": 12, "decided_count": 12, "undecidable_count": 0,
        "reason": "",
    }  # fmt: skip
    return (
        Sighting.rows(row, source=name),
        Examined.rows(look, source=name),
        [StoragePlace.model_validate({"id": "S-1", "name": "用户库"})],
        [DataDump.model_validate({"file": name, "place": place})],
        [DataAsset.model_validate({"id": "A-1", "storage": storage})],
        [DataField.model_validate({"path": "users.*", "storage": "S-1", "asset": "A-1"})],
        None,
    )


@storage_is_in_the_ledger.example(Verdict.PASS)
def registered_and_named() -> _Case:
    """The copy comes from a registered place, which the asset names."""
    return _case()


@storage_is_in_the_ledger.example(Verdict.FAIL)
def from_a_place_that_nobody_registered() -> _Case:
    """Mobile numbers were found in a copy of an unlisted database."""
    return _case(place="S-9")


@storage_is_in_the_ledger.example(Verdict.FAIL)
def the_asset_names_another_place() -> _Case:
    """The field lies in S-1, its asset says S-2."""
    return _case(storage="S-2")


@storage_is_in_the_ledger.example(Verdict.INCONCLUSIVE)
def only_suspected_in_an_unlisted_place() -> _Case:
    """Nothing certain was found there."""
    return _case(place="S-9", certainty="suspected")
