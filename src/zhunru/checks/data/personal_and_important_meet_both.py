"""Data that are personal and important at once are kept under both sets of rules."""

import re
from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_periods import names_period
from zhunru.records.data_asset import DataAsset
from zhunru.records.sheets import field_of

_OPEN_ENDED = ("永久", "长期", "始终", "无限期", "不限", "forever", "permanent", "indefinite")
_NONE = re.compile(r"[未不](加密|脱敏|采取|保护|防护|落实|实施|设)|没有|无(加密|保护|措施|防护)|明文")
"""Words for protection that is not there."""
_PERSONAL = ("sensitive", "purpose", "retention")
_IMPORTANT = ("grade", "important_kind", "protection")


@check(
    "miit-2021-103/1.3",
    "gb-t-44464-2024/4.2.4",
    title_zh="兼为个人信息和重要数据的资产同时满足两套要求",
    since="0.3",
)
def personal_and_important_meet_both(assets: list[DataAsset]) -> Iterator[Finding]:
    """Each asset marked personal and important tells what both sets of rules ask of an entry.

    Why:
        Data under two regimes are often kept under the easier one.

    为什么:
        同时受两套规则约束的数据，往往只按较松的一套管理。

    How it decides:
        1. Assets marked personal and important, or personal and graded important or core. None: ok when all assets have both marks, else gap.
        2. As personal information: marked sensitive or not, a purpose, and a finite period of storage. A period without end: breach; one that names no span of time (按需): gap.
        3. As important data: graded important or core, the kind of important data, and the measures that protect it (未加密 is none).
        4. One of them is blank: breach, naming it; unreadable: gap. Else ok.

    Inconclusive:
        No entry, marks that are blank, or cells that cannot be read.

    Not covered:
        Whether the rules of clauses 5 and 6 are kept in the vehicle and in the cloud: the checks on these clauses tell.

    未覆盖:
        车端和云端是否落实第 5、6 章要求，由相应条款的检查判定。

    Args:
        assets: Entries of the ledger.

    References:
        GB/T 44464-2024 4.2.4, clauses 5 and 6; data-and-cyber.md 2.2.1.
    """
    if not assets:
        yield gap("数据资产台账中没有条目", "the data asset ledger has no entries")
        return
    # (1) which assets
    both = [a for a in assets if a.personal and (a.important or a.grade in {"important", "core"})]
    vague = [a for a in assets if a.personal is None or (a.personal and a.important is None and a.grade is None)]
    for asset in vague:
        yield gap(
            "是否兼为个人信息和重要数据无法判定", "whether it is personal and important cannot be told", at=asset.origin, asset=asset.id
        )
    if not both and not vague:
        yield ok("没有兼为个人信息和重要数据的资产", "no asset is personal and important at once", assets=len(assets))
    for asset in both:
        unread = {field_of(DataAsset, p.partition(": ")[0]) for p in asset.origin.problems}
        # (2) and (3)
        asked = [n for n in (*_PERSONAL, *_IMPORTANT) if not _told(asset, n)]
        endless = any(w in (asset.retention or "").lower() for w in _OPEN_ENDED)
        lacking = [n for n in asked if n not in unread] + (["finite retention"] if endless else [])
        lacking += ["protection"] if _NONE.match(bare(asset.protection or "")) and "protection" not in asked else []
        # (4)
        if lacking:
            yield breach(
                "未同时满足两套要求", "both sets of rules are not met", at=asset.origin, asset=asset.id, missing=", ".join(lacking)
            )
        elif asked:
            yield gap(
                "条目有无法识别的单元格", "a cell of the entry cannot be read", at=asset.origin, asset=asset.id, cells=", ".join(asked)
            )
        elif not names_period(asset.retention):
            yield gap(
                "保存期限是否有限无法判定", "whether the period of storage is finite cannot be told", at=asset.origin, asset=asset.id,
                retention=asset.retention,
            )  # fmt: skip
        else:
            yield ok("同时满足两套要求", "both sets of rules are met", at=asset.origin, asset=asset.id)


def _told(asset: DataAsset, name: str) -> bool:
    value = getattr(asset, name)
    if name == "grade":
        return value in {"important", "core"}
    if name == "sensitive":
        return value is not None
    return any(not says_nothing(v) for v in value) if isinstance(value, tuple) else not says_nothing(value)


def _asset(**changed: object) -> list[DataAsset]:
    plain = {
        "id": "A-1", "name": "车外影像", "grade": "重要", "personal": "是", "sensitive": "是", "important": "是", "important_kind": "ID4",
        "purpose": "驾驶辅助", "retention": "72小时", "protection": "加密存储，车内脱敏",
    }  # fmt: skip
    return [DataAsset.model_validate(plain | changed)]


@personal_and_important_meet_both.example(Verdict.PASS)
def exterior_video() -> list[DataAsset]:
    """Exterior video with faces tells all of both."""
    return _asset()


@personal_and_important_meet_both.example(Verdict.FAIL)
def kept_for_ever() -> list[DataAsset]:
    """Personal information is kept without end."""
    return _asset(retention="永久保存")


@personal_and_important_meet_both.example(Verdict.FAIL)
def graded_general() -> list[DataAsset]:
    """Important data that are graded general."""
    return _asset(grade="一般")


@personal_and_important_meet_both.example(Verdict.INCONCLUSIVE)
def not_marked_as_personal() -> list[DataAsset]:
    """Nobody says whether the asset is personal information."""
    return _asset(personal="")
