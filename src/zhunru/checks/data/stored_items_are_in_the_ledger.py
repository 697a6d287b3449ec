"""What is found in stored data is declared in the asset ledger."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_dump import DataDump
from zhunru.records.data_field import DataField
from zhunru.records.storage_place import StoragePlace
from zhunru.records.stored_match import Register, Spot, declares, field_declares
from zhunru.tables.examined import Examined
from zhunru.tables.looked_at import Seen, looks, seen
from zhunru.tables.sighting import Sighting


@check("miit-2021-103/1.2", "gb-t-44464-2024/4.1.4", "miit-2022-166/7", title_zh="存储数据中发现的个人信息均已登记在台账中", since="0.3")
def stored_items_are_in_the_ledger(
    sightings: Sighting,
    examined: Examined,
    assets: list[DataAsset],
    fields: list[DataField] | None,
    places: list[StoragePlace] | None,
    dumps: list[DataDump] | None,
) -> Iterator[Finding]:
    """Every kind of identifier found in a stored copy is declared by the field, or by an asset, of the storage place it comes from.

    Why:
        A ledger is worth what it agrees with: the column that nobody entered is the one that leaks.

    为什么:
        台账贵在与实际一致；没有登记的那一列，往往就是泄露的那一列。

    How it decides:
        1. The record of the stored copy ties a file to a registered storage place. Without it nothing found in the file can be held against
           the ledger: gap.
        2. Fields that the ledger declares at the place decide: the kind is among their kinds or in their name, and they belong to an entry: ok.
           Kinds are declared without it, or they belong to no entry: an unlisted item, breach when it was found, gap when only suspected.
           Nothing is declared of their content: their asset decides as in step 3. Two entries bear the name: gap.
        3. Without a field, an asset that is stored at the place and declares the kind: ok. No asset there does, though all tell what they
           hold: breach when found, gap when suspected. An asset there is personal and does not tell what it holds: gap.
        4. A source of which a part was not looked at or could not be decided, or of which nobody says that it holds all of its place (a sample,
           a scope), or nothing at all: gap, with the numbers. Nothing seen in a source
           that was decided whole: ok, with the numbers.

    Inconclusive:
        No tie to a place, suspected items alone, assets that do not tell their content, samples, undecidable items, nothing examined.

    Not covered:
        Data other than the known kinds of identifiers; places of which no copy was taken; copies that nobody handed over.

    未覆盖:
        已知标识类型以外的数据；没有取得副本的存储位置；未提交的副本。

    Args:
        sightings: Identifiers seen in stored data.
        examined: What was looked at.
        assets: Entries of the asset ledger.
        fields: Declared fields.
        places: Storage places.
        dumps: Which stored copy a file is.

    References:
        GB/T 44464-2024 4.1.4; 工信部网安〔2022〕166号 article 7.
    """
    register = Register(dumps, places, fields, assets)
    items = list(seen(sightings))
    for item in items:
        spot = register.spot(item.source)
        shown = _shown(item)
        # (1) where it comes from
        if spot.place is None:
            yield gap("发现的数据无法对应到登记的存储位置", "what was found cannot be tied to a registered storage place", **shown)
        else:
            yield _judged(item, spot, register, shown)
    yield from _examined(examined, {i.source for i in items}, register)  # (4)


def _shown(item: Seen) -> dict[str, Any]:
    return {
        "source": item.source,
        "place": item.place,
        "item": item.kind,
        "measured": item.hit_count,
        "unit": "values",
        "sample": item.sample,
    }


def _judged(item: Seen, spot: Spot, register: Register, shown: dict[str, Any]) -> Finding:
    open_ones = False
    found = register.fields_at(spot, item.place)
    for field in found:  # (2)
        asset = register.asset_named(field.asset)
        told = field_declares(field, item.kind)
        if told is None and asset is not None:
            told = declares(asset, item.kind)
        if told and asset is not None:
            return ok("已登记", "it is listed", **shown, asset=asset.id)
        open_ones = open_ones or (told is None and asset is not None) or register.is_asset_twice(field.asset)
    if not found:  # (3)
        for asset in register.assets_at(spot):
            told = declares(asset, item.kind)
            if told:
                return ok("已登记", "it is listed", **shown, asset=asset.id)
            open_ones = open_ones or told is None
    if open_ones:
        return gap(
            "资产未写明包含哪些数据项，是否登记无法判定",
            "an asset does not tell what it holds: whether it is listed cannot be told",
            **shown,
        )
    if not item.found:
        return gap("疑似未登记的数据项，须人工判定", "perhaps an unlisted item: a person must judge", **shown)
    return breach("发现台账未登记的数据项", "an item that the ledger does not list was found", **shown)


def _examined(examined: Examined, sources: set[str], register: Register) -> Iterator[Finding]:
    any_look = False
    for look in looks(examined):
        any_look = True
        shown: dict[str, Any] = {
            "source": look.source, "examined": look.examined_count, "decided": look.decided_count, "undecidable": look.undecidable_count,
        }  # fmt: skip
        if not look.whole:
            yield gap(
                "该来源未全部检查或有无法判定的内容",
                "the source was not examined whole, or holds what cannot be decided",
                **shown,
                reasons=", ".join(look.reasons),
            )
        elif not register.spot(look.source).holds_all:
            yield gap("没有说明副本包含该位置的全部数据", "nobody says that the copy holds all that is stored at its place", **shown)
        elif look.source not in sources:
            yield ok("已全部检查，未发现标识", "examined whole, no identifier seen", **shown)
    if not any_look:
        yield gap("没有检查过任何存储数据", "no stored data were examined")


_Case = tuple[Sighting, Examined, list[DataAsset], list[DataField] | None, list[StoragePlace] | None, list[DataDump] | None]


def _case(kinds: str = "VIN；手机号码", certainty: str = "found", undecidable: int = 0, **asset: object) -> _Case:
    name = "evidence/users.db"
    row = {"place": "users.phone", "kind": "mobile", "certainty": certainty, "hit_count": 12, "distinct_count": 9, "sample": "138****0000"}
    look = {
        "place": "users.phone", "item_kind": "cell", "present_count": 12, "examined_count": 12, "decided_count": 12 - undecidable,
        "undecidable_count": undecidable, "reason": "binary" if undecidable else "",
    }  # fmt: skip
    return (
        Sighting.rows(row, source=name),
        Examined.rows(look, source=name),
        [DataAsset.model_validate({"id": "A-1", "name": "用户账号", "storage": "S-1", "personal": "是"} | asset)],
        [DataField.model_validate({"path": "users.phone", "storage": "S-1", "asset": "A-1", "kinds": kinds})],
        [StoragePlace.model_validate({"id": "S-1", "name": "用户库"})],
        [DataDump.model_validate({"file": name, "place": "S-1", "complete": "是"})],
    )


@stored_items_are_in_the_ledger.example(Verdict.PASS)
def declared_by_its_field() -> _Case:
    """The column is declared with this kind and belongs to an entry."""
    return _case()


@stored_items_are_in_the_ledger.example(Verdict.FAIL)
def field_declares_other_kinds() -> _Case:
    """The column is declared to hold VINs alone; mobile numbers were found."""
    return _case(kinds="VIN")


@stored_items_are_in_the_ledger.example(Verdict.INCONCLUSIVE)
def only_suspected() -> _Case:
    """The form alone speaks for a mobile number."""
    return _case(kinds="VIN", certainty="suspected")


@stored_items_are_in_the_ledger.example(Verdict.INCONCLUSIVE)
def a_part_cannot_be_decided() -> _Case:
    """Three cells are binary."""
    return _case(undecidable=3)
