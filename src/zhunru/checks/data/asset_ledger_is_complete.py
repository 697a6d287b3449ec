"""Every asset of the ledger has a name, an owner, a place and a purpose."""

from collections import Counter
from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.sheets import field_of

_ASKED = ("name", "owner", "department", "storage", "purpose")


@check("miit-2021-103/1.2", "gb-t-44464-2024/4.1.4", title_zh="数据资产台账完整，每项资产均有名称、责任人、存储位置和目的", since="0.1")
def asset_ledger_is_complete(assets: list[DataAsset]) -> Iterator[Finding]:
    """Every entry of the asset ledger has its own identifier, a name, an owner with department, a storage place and a purpose.

    Why:
        An asset without owner, place or purpose is protected by nobody and cannot be found when it must be deleted.

    为什么:
        没有责任人、存储位置或目的的资产无人保护，需要删除时也无从查找。

    How it decides:
        1. No entry at all: gap.
        2. Two entries under one identifier, however it is written (width, case, blanks): breach at each.
        3. A cell that could not be read: gap.
        4. A blank name, owner, department, storage place or purpose, or a word that says nothing (待定, TBD): breach, naming them. Else ok.

    Inconclusive:
        The ledger has no entries, or a cell is unreadable.

    Not covered:
        Whether the ledger holds every asset that exists: compare with captures, logs and databases. Class and grade have a check of their own.

    未覆盖:
        台账是否囊括实际存在的全部资产（须与抓包、日志、数据库比对）；分类分级另有检查。

    Args:
        assets: Entries of the ledger.

    References:
        103号 (一); GB/T 44464-2024 4.1.4; 工信部网安〔2022〕166号 article 7.
    """
    # (1) nothing to look at
    if not assets:
        yield gap("数据资产台账中没有条目", "the data asset ledger has no entries")
    used = Counter(bare(a.id) for a in assets)
    for asset in assets:
        # (2) one identifier, one asset
        if used[bare(asset.id)] > 1:
            yield breach(
                "资产编号重复", "the identifier is used more than once", at=asset.origin, asset=asset.id, entries=used[bare(asset.id)]
            )
            continue
        blank = [n for n in _ASKED if not _told(getattr(asset, n))]
        unread = {field_of(DataAsset, p.partition(": ")[0]) for p in asset.origin.problems}
        missing = [n for n in blank if n not in unread]
        # (3) and (4) what is said of it
        if missing:
            yield breach("资产条目不完整", "the entry is incomplete", at=asset.origin, asset=asset.id, missing=", ".join(missing))
        elif blank:
            yield gap(
                "资产条目有无法识别的单元格", "a cell of the entry cannot be read", at=asset.origin, asset=asset.id, cells=", ".join(blank)
            )
        else:
            yield ok("资产条目完整", "the entry is complete", at=asset.origin, asset=asset.id)


def _told(value: str | tuple[str, ...] | None) -> bool:
    return any(not says_nothing(v) for v in (value if isinstance(value, tuple) else (value,)))


def _asset(**changed: object) -> DataAsset:
    plain = {"id": "A-1", "name": "车辆轨迹", "owner": "张三", "department": "信息安全部", "storage": "S-1", "purpose": "导航"}
    return DataAsset.model_validate(plain | changed)


@asset_ledger_is_complete.example(Verdict.PASS)
def two_whole_entries() -> list[DataAsset]:
    """Both entries say who, where and why."""
    return [_asset(), _asset(id="A-2", name="座舱视频")]


@asset_ledger_is_complete.example(Verdict.FAIL)
def owner_is_blank() -> list[DataAsset]:
    """Nobody answers for the second asset."""
    return [_asset(), _asset(id="A-2", owner="-")]


@asset_ledger_is_complete.example(Verdict.FAIL)
def identifier_used_twice() -> list[DataAsset]:
    """Two assets bear one identifier."""
    return [_asset(), _asset(name="座舱视频")]
