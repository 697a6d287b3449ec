"""Every processing activity has a purpose of its own, a legal ground and an owner."""

from collections.abc import Iterator, Sequence
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.processing_activity import ProcessingActivity
from zhunru.records.sheets import field_of

_ASKED = ("name", "purpose", "legal_basis", "assets", "method", "owner")


@check("miit-2021-103/1.5", "cac-2021-7/4", "miit-2022-166/13", title_zh="每项处理活动目的明确、有合法依据和责任人", since="0.3")
def activities_have_purpose_and_ground(
    activities: list[ProcessingActivity], assets: list[DataAsset] | None, day: date
) -> Iterator[Finding]:
    """Every activity that goes on tells purpose, legal ground, method, owner and assets, and personal assets belong to an activity.

    Why:
        Data that are processed for no stated purpose are processed for any.

    为什么:
        没有写明目的的处理，就是可以用于任何目的的处理。

    How it decides:
        1. Activities that go on: not ended by the day. One whose cells cannot be read: gap.
        2. Name, purpose, legal ground, assets, method or owner blank, or a word that says nothing (其他, 待定): breach. Else ok.
        3. An asset to which an activity refers and that is no entry of the ledger: breach; gap without a ledger.
        4. An asset marked personal or important that no activity processes: breach; one whose marks are blank: gap.

    Inconclusive:
        No activity; unreadable cells; no asset ledger; assets that nobody marked.

    Not covered:
        Whether purpose and ground are lawful and true: a person reviews that.

    未覆盖:
        目的和依据是否合法、真实，须人工评审。

    Args:
        activities: Processing activities.
        assets: Entries of the asset ledger.
        day: Day of the assessment.

    References:
        汽车数据安全管理若干规定 article 4 (recalled); 工信部网安〔2022〕166号 article 13; Network Data Regulation article 33.
    """
    # (1) activities that go on
    now = [a for a in activities if a.end is None or a.end >= day]
    if not now:
        yield gap("没有正在进行的处理活动", "there is no activity that goes on")
    for activity in now:
        unread = {field_of(ProcessingActivity, p.partition(": ")[0]) for p in activity.origin.problems}
        blank = [n for n in _ASKED if not _told(activity, n)]
        missing = [n for n in blank if n not in unread]
        # (2) what it tells
        if missing:
            yield breach(
                "处理活动登记不完整", "the activity is not fully told", at=activity.origin, activity=activity.id, missing=", ".join(missing)
            )
        elif unread:
            yield gap("处理活动有无法识别的单元格", "a cell of the activity cannot be read", at=activity.origin, activity=activity.id)
        else:
            yield ok("处理活动登记完整", "the activity is fully told", at=activity.origin, activity=activity.id)
    if not assets:
        yield gap("没有数据资产台账，无法核对", "there is no asset ledger to hold the activities against")
        return
    yield from _lost(now, assets)
    yield from _orphans(now, assets)


def _told(activity: ProcessingActivity, name: str) -> bool:
    value = getattr(activity, name)
    return any(not says_nothing(v) for v in (value if isinstance(value, tuple) else (value,)))


def _lost(activities: Sequence[ProcessingActivity], assets: Sequence[DataAsset]) -> Iterator[Finding]:
    # (3) references
    known = {bare(n) for a in assets for n in (a.id, a.name) if n}
    for activity in activities:
        lost = [r for r in activity.assets if bare(r) not in known]
        if lost:
            yield breach(
                "处理活动涉及未登记的资产",
                "the activity refers to assets without entry",
                at=activity.origin,
                activity=activity.id,
                lost="; ".join(lost),
            )


def _orphans(activities: Sequence[ProcessingActivity], assets: Sequence[DataAsset]) -> Iterator[Finding]:
    # (4) assets that no activity processes
    used = {bare(r) for a in activities for r in a.assets}
    for asset in assets:
        if used & {bare(n) for n in (asset.id, asset.name) if n}:
            continue
        if asset.personal or asset.important or asset.grade in {"important", "core"}:
            yield breach(
                "个人信息或重要数据没有对应的处理活动",
                "no activity processes a personal or important asset",
                at=asset.origin,
                asset=asset.id,
            )
        elif asset.personal is None or asset.important is None:
            yield gap(
                "标识不全的资产没有对应的处理活动",
                "no activity processes an asset whose marks are incomplete",
                at=asset.origin,
                asset=asset.id,
            )


_Case = tuple[list[ProcessingActivity], list[DataAsset] | None, date]


def _case(refers: str = "A-1", **changed: object) -> _Case:
    plain = {
        "id": "C-1", "name": "道路救援", "purpose": "事故后定位救援", "legal_basis": "同意", "assets": refers, "method": "云端处理", "owner": "张三",
    }  # fmt: skip
    asset = {"id": "A-1", "name": "车辆轨迹", "personal": "是", "important": "否"}
    return [ProcessingActivity.model_validate(plain | changed)], [DataAsset.model_validate(asset)], date(2026, 11, 22)


@activities_have_purpose_and_ground.example(Verdict.PASS)
def rescue_with_consent() -> _Case:
    """One activity with purpose, ground and owner processes the asset."""
    return _case()


@activities_have_purpose_and_ground.example(Verdict.FAIL)
def purpose_is_other() -> _Case:
    """The purpose says "other"."""
    return _case(purpose="其他")


@activities_have_purpose_and_ground.example(Verdict.FAIL)
def no_activity_processes_the_tracks() -> _Case:
    """The activity has ended; nothing else processes the asset."""
    activities, assets, day = _case()
    ended = activities[0].model_copy(update={"id": "C-0", "end": date(2026, 11, 21)})
    return [ended, activities[0].model_copy(update={"assets": ("A-2",)})], [*(assets or []), DataAsset.model_validate({"id": "A-2"})], day


@activities_have_purpose_and_ground.example(Verdict.INCONCLUSIVE)
def without_an_asset_ledger() -> _Case:
    """Nothing to hold the activity against."""
    return _case()[0], None, date(2026, 11, 22)
