"""Personal and important data are stored in the mainland."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.identifiers.kinds import BY_ID
from zhunru.formulas.territory import is_abroad, names_elsewhere
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.storage_place import StoragePlace
from zhunru.records.stored_match import kinds_in


@check("miit-2021-103/1.8", "gb-t-44464-2024/4.1.7", "cac-2021-7/11", title_zh="个人信息和重要数据存储在境内", since="0.1")
def stored_in_china(assets: list[DataAsset], places: list[StoragePlace]) -> Iterator[Finding]:
    """Every storage place of personal and important data in the ledger lies in the mainland.

    Why:
        What is obtained while operating in China stays in China; a data centre abroad is an export, whatever the vehicle itself sends.

    为什么:
        境内运营中取得的个人信息和重要数据应存放在境内；存放在境外机房即构成出境，与车辆是否直接外发无关。

    How it decides:
        1. Take the assets that are marked personal, sensitive or important, or graded important or core. One marked as none of these is left
           out; one whose marks are blank, or whose listed content names identifiers all the same, may be such an asset. Neither: gap.
        2. Each storage place that it refers to, by identifier or name: in the mainland ok, elsewhere breach. Hong Kong, Macao and Taiwan
           count as elsewhere. Several entries of one place count each.
        3. The territory is blank, unreadable or no country, or name or address of a mainland place speak of elsewhere (香港机房): gap. So is a reference that leads to no entry, and an asset without any. An
           asset that may be personal or important and lies elsewhere: gap.
        4. A place elsewhere to which no asset refers: gap, since nobody tells what lies there.

    Inconclusive:
        No personal or important data in the ledger; a territory, a mark or a storage place is not told; a place abroad is not referred to.

    Not covered:
        Whether the data really lie there, copies and access from abroad: that needs a look at the machines and contracts. Exceptions for
        export after assessment belong to the duty on export.

    未覆盖:
        数据是否确实存放于所列位置，以及副本和境外远程访问，须核查系统与合同；经评估后的出境由数据出境义务另行判定。

    Args:
        assets: Data assets.
        places: Storage places.

    References:
        103号 (一); GB/T 44464-2024 4.1.7; 汽车数据安全管理若干规定（试行） article 11; data-and-cyber.md 2.1.
    """
    entries: dict[str, list[StoragePlace]] = {}
    for place in places:
        for name in {bare(n) for n in (place.id, place.name) if n}:
            entries.setdefault(name, []).append(place)
    # (1) which assets
    bound = [(asset, held) for asset in assets if (held := _held_back(asset)) is not False]
    if not any(held for _, held in bound):
        yield gap("台账中没有标明的个人信息或重要数据", "no asset is marked as personal or important data", assets=len(assets))
    for asset, held in bound:
        yield from _judged(asset, held is True, entries)
    # (4) places that nothing refers to
    used = {bare(name) for asset in assets for name in asset.storage}
    for place in places:
        if is_abroad(place.territory) and not used & {bare(n) for n in (place.id, place.name) if n}:
            yield gap(
                "境外存储位置未被任何资产引用：存放何种数据不明", "no asset refers to a storage place abroad: nobody tells what lies there",
                at=place.origin, place=place.id, territory=place.territory,
            )  # fmt: skip


def _held_back(asset: DataAsset) -> bool | None:
    """Tell whether an asset must stay in the mainland; None when its marks do not say."""
    if asset.personal or asset.sensitive or asset.important or asset.grade in {"important", "core"}:
        return True
    vague = asset.personal is None or asset.important is None or kinds_in(asset.content) & frozenset(BY_ID)
    return None if vague else False


def _judged(asset: DataAsset, sure: bool, entries: dict[str, list[StoragePlace]]) -> Iterator[Finding]:
    if not asset.storage:
        yield gap("资产未注明存储位置", "the asset does not tell where it is stored", at=asset.origin, asset=asset.id)
    for name in asset.storage:
        found = entries.get(bare(name), [])
        if not found:
            yield gap("存储位置没有对应条目", "the storage place has no entry", at=asset.origin, asset=asset.id, place=name)
        for place in found:
            yield _placed(asset, sure, place)


def _placed(asset: DataAsset, sure: bool, place: StoragePlace) -> Finding:
    shown: dict[str, Any] = {"asset": asset.id, "place": place.id, "territory": place.territory}
    abroad = is_abroad(place.territory)
    if abroad is None:  # (3)
        return gap("存储位置的国家或地区不明", "the territory of the storage place is not told", at=place.origin, **shown)
    if not abroad and any(map(names_elsewhere, (place.site, place.name))):
        return gap(
            "登记为境内，名称或地址却指向境外", "it is entered as mainland, but its name or address speaks of elsewhere", at=place.origin,
            **shown, site=place.site,
        )  # fmt: skip
    if not abroad:  # (2)
        return ok("存储在境内", "stored in the mainland", at=place.origin, **shown)
    if sure:
        return breach("个人信息或重要数据存储在境外", "personal or important data are stored abroad", at=place.origin, **shown)
    return gap(
        "标识不全或与内容不符的资产存储在境外",
        "an asset whose marks are incomplete, or at odds with its content, is stored abroad",
        at=place.origin,
        **shown,
    )


def _case(**changed: object) -> tuple[list[DataAsset], list[StoragePlace]]:
    asset = {"id": "A-1", "name": "车辆轨迹", "personal": "是", "important": "否", "storage": "S-1"}
    place = {"id": "S-1", "name": "北京一号机房", "territory": "CN"}
    return [DataAsset.model_validate(asset)], [StoragePlace.model_validate(place | changed)]


@stored_in_china.example(Verdict.PASS)
def in_a_machine_room_in_beijing() -> tuple[list[DataAsset], list[StoragePlace]]:
    """The only place lies in the mainland."""
    return _case()


@stored_in_china.example(Verdict.FAIL)
def in_a_data_centre_abroad() -> tuple[list[DataAsset], list[StoragePlace]]:
    """Tracks of vehicles lie in the United States."""
    return _case(territory="US")


@stored_in_china.example(Verdict.INCONCLUSIVE)
def territory_is_blank() -> tuple[list[DataAsset], list[StoragePlace]]:
    """Nobody wrote down where the place lies."""
    return _case(territory="")
