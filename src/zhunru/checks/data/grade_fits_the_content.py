"""Marks and grade of an asset are not lower than what is found in its stored data."""

from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.identifiers.kinds import BY_ID
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_dump import DataDump
from zhunru.records.data_field import DataField
from zhunru.records.storage_place import StoragePlace
from zhunru.records.stored_match import Register, declares
from zhunru.tables.examined import Examined
from zhunru.tables.looked_at import Seen, looks, seen
from zhunru.tables.sighting import Sighting

_PERSON = "resident_id"
"""One value, one person; a mobile number, an address or a vehicle may be shared or be several to one person."""


@check(
    "miit-2021-103/1.3",
    "cac-2021-7/3",
    "gb-t-44464-2024/A",
    title_zh="资产的个人信息、敏感标识和级别不低于存储数据中的发现",
    since="0.3",
)
def grade_fits_the_content(
    sightings: Sighting,
    examined: Examined,
    assets: list[DataAsset],
    fields: list[DataField] | None,
    places: list[StoragePlace] | None,
    dumps: list[DataDump] | None,
    *,
    persons_count: Annotated[int, Limit("person", source="cac-2021-7/3", basis="C")] = 100_000,
) -> Iterator[Finding]:
    """An asset whose stored data hold personal or sensitive information, or more than `persons_count` persons, is marked and graded so.

    Why:
        Marks made at a desk are believed until somebody looks into the table.

    为什么:
        坐在办公室里打的标识，要看了数据表才知道对不对。

    How it decides:
        1. What was seen belongs to the asset of the declared field at its place, else to the one asset stored there that declares the kind.
           It belongs to none or to several: gap.
        2. Identifiers were found, and the asset is marked not personal: breach. They are of a sensitive kind, and it is marked not sensitive:
           breach. A mark that is blank or cannot be read: gap. Only suspected: gap where the mark says no. A kind of the company's own rules: gap.
        3. More than `persons_count` different resident numbers in one place, and the asset is graded general or marked not important: breach.
           So many different values of another kind, or a count that was not kept: gap, unless the asset is important already.
           The counts of one kind over all places of the asset, suspected values with them, exceed the limit together: gap too.
        4. Else ok. A source that was not decided whole, or of which nobody says that it holds all of its place, or nothing examined: gap.

    Inconclusive:
        Any gap of the steps above.

    Not covered:
        Kinds of data without identifiers; one person under several kinds of identifiers, or in several assets.

    未覆盖:
        不含标识的数据类型；同一人以多种标识或在多个资产中出现的情形。

    Args:
        sightings: Identifiers seen in stored data.
        examined: What was looked at.
        assets: Entries of the asset ledger.
        fields: Declared fields.
        places: Storage places.
        dumps: Which stored copy a file is.
        persons_count: Persons beyond which personal information is important data.

    References:
        汽车数据安全管理若干规定 article 3; GB/T 44464-2024 annex A, table A.2.
    """
    register = Register(dumps, places, fields, assets)
    together: dict[tuple[str, str], list[Seen]] = {}
    for item in seen(sightings):
        shown: dict[str, Any] = {"source": item.source, "place": item.place, "item": item.kind, "sample": item.sample}
        # (1) whose it is
        owners = _owners(item, register)
        if len(owners) != 1:
            yield gap("发现的数据无法对应到唯一资产", "what was seen cannot be tied to one asset", **shown, assets=len(owners))
            continue
        yield _marks(item, owners[0], shown)  # (2)
        together.setdefault((owners[0].id, item.kind), []).append(item)
        if (finding := _persons(item, owners[0], persons_count, shown)) is not None:  # (3)
            yield finding
    by_id = {a.id: a for a in assets}
    for (name, kind), mine in together.items():
        yield from _persons_together(mine, by_id[name], kind, persons_count)
    # (4) how much was looked at
    all_looks = list(looks(examined))
    for look in all_looks:
        counts: dict[str, Any] = {
            "source": look.source,
            "examined": look.examined_count,
            "decided": look.decided_count,
            "undecidable": look.undecidable_count,
        }
        if look.whole and not register.spot(look.source).holds_all:
            yield gap("没有说明副本包含该位置的全部数据", "nobody says that the copy holds all that is stored at its place", **counts)
        elif look.whole:
            yield ok("该来源已全部检查", "the source was examined whole", **counts)
        else:
            yield gap("该来源未全部检查或有无法判定的内容", "the source was not examined whole, or holds what cannot be decided", **counts)
    if not all_looks:
        yield gap("没有检查过任何存储数据", "no stored data were examined")


def _owners(item: Seen, register: Register) -> list[DataAsset]:
    spot = register.spot(item.source)
    by_field = {a.id: a for f in register.fields_at(spot, item.place) if (a := register.asset_named(f.asset)) is not None}
    if by_field:
        return list(by_field.values())
    return list({a.id: a for a in register.assets_at(spot) if declares(a, item.kind)}.values())


def _marks(item: Seen, asset: DataAsset, shown: dict[str, Any]) -> Finding:
    kind = BY_ID.get(item.kind)
    if kind is None:
        return gap("自定义类型，是否为个人信息须人工判定", "a kind of the company's own: a person must judge", **shown, asset=asset.id)
    asked = ("personal", "sensitive") if kind.sensitive else ("personal",)
    denied = [n for n in asked if getattr(asset, n) is False]
    blank = [n for n in asked if getattr(asset, n) is None]
    told: dict[str, Any] = shown | {"asset": asset.id, "marks": ", ".join(denied or blank)}
    if denied and item.found:
        return breach("存储数据中有个人信息，资产标识为否", "stored data hold what the mark of the asset denies", **told)
    if denied:
        return gap("疑似与资产标识不符，须人工判定", "perhaps at odds with the mark of the asset: a person must judge", **told)
    if blank:
        return gap("资产标识为空或无法识别", "the mark of the asset is blank or unreadable", **told)
    return ok("标识与存储数据相符", "the marks agree with the stored data", **told)


def _persons(item: Seen, asset: DataAsset, limit: int, shown: dict[str, Any]) -> Finding | None:
    if asset.grade in {"important", "core"} and asset.important:
        return None
    count = item.distinct_count
    told: dict[str, Any] = shown | {"asset": asset.id, "measured": count, "limit": limit, "unit": "persons"}
    if count is None:
        return (
            gap("人数未计，是否为重要数据无法判定", "persons were not counted: whether the data are important cannot be told", **told)
            if item.hit_count > limit
            else None
        )
    if count <= limit:
        return None
    low = asset.grade == "general" or asset.important is False
    if low and item.found and item.kind == _PERSON:
        return breach("超过十万人的个人信息未按重要数据定级", "personal information of more than the limit is not graded important", **told)
    return gap("可能涉及超过十万人，须核实人数和级别", "more persons than the limit may be concerned: verify number and grade", **told)


def _persons_together(items: list[Seen], asset: DataAsset, kind: str, limit: int) -> Iterator[Finding]:
    """Tell a count that exceeds the limit only over several places, or with suspected values: one person may stand in it more than once."""
    if (asset.grade in {"important", "core"} and asset.important) or any((i.distinct_count or 0) > limit for i in items):
        return
    most = sum((i.distinct_count or 0) + (i.suspected_count or 0) for i in items)
    if most > limit:
        yield gap(
            "各处合计可能涉及超过十万人，须核实人数和级别",
            "over all places more persons than the limit may be concerned: verify number and grade",
            at=asset.origin, asset=asset.id, item=kind, places=len(items), measured=most, limit=limit, unit="persons",
        )  # fmt: skip


_Case = tuple[Sighting, Examined, list[DataAsset], list[DataField] | None, list[StoragePlace] | None, list[DataDump] | None]


def _case(distinct: int = 100_000, certainty: str = "found", **asset: object) -> _Case:
    name = "evidence/users.db"
    row = {
        "place": "users.sfz",
        "kind": "resident_id",
        "certainty": certainty,
        "hit_count": 200_000,
        "distinct_count": distinct,
        "sample": "1101****",
    }
    look = {
        "place": "users.sfz", "item_kind": "cell", "present_count": 200_000, "examined_count": 200_000, "decided_count": 200_000,
        "undecidable_count": 0, "reason": "",
    }  # fmt: skip
    plain = {"id": "A-1", "grade": "一般", "personal": "是", "sensitive": "是", "important": "否", "storage": "S-1"}
    return (
        Sighting.rows(row, source=name),
        Examined.rows(look, source=name),
        [DataAsset.model_validate(plain | asset)],
        [DataField.model_validate({"path": "users.sfz", "storage": "S-1", "asset": "A-1"})],
        [StoragePlace.model_validate({"id": "S-1", "name": "用户库"})],
        [DataDump.model_validate({"file": name, "place": "S-1", "complete": "是"})],
    )


@grade_fits_the_content.example(Verdict.PASS)
def exactly_a_hundred_thousand() -> _Case:
    """Not more than 100,000 persons: general suffices."""
    return _case()


@grade_fits_the_content.example(Verdict.FAIL)
def one_person_more() -> _Case:
    """100,001 different resident numbers in an asset graded general."""
    return _case(100_001)


@grade_fits_the_content.example(Verdict.FAIL)
def marked_not_sensitive() -> _Case:
    """Resident numbers in an asset that is marked not sensitive."""
    return _case(sensitive="否")


@grade_fits_the_content.example(Verdict.INCONCLUSIVE)
def suspected_against_the_mark() -> _Case:
    """The form alone speaks against the mark."""
    return _case(certainty="suspected", sensitive="否")
