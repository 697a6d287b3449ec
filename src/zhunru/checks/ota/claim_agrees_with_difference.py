"""What the maker says of an update agrees with what it changes."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.update_campaign import UpdateCampaign, names_product
from zhunru.tables.claim_conflict import ClaimConflict


@check(
    "miit-2021-103/4.3",
    "miit-2021-103/4.5",
    "gb-44496-2024/4.3.2",
    "miit-2025-45/class-a",
    title_zh="企业对升级内容的声明与实际差异一致",
    since="0.1",
)
def claim_agrees_with_difference(conflicts: ClaimConflict, campaigns: list[UpdateCampaign], subject: Subject) -> Iterator[Finding]:
    """Class, mark of automated driving, functions and packages that the maker names agree with the computed difference.

    Why:
        A claim that is lighter than the change is how an update gets past its procedure.

    为什么:
        声明轻于实际变化，正是升级绕过程序的途径。

    How it decides:
        1. Take every update activity; none: gap.
        2. Words and difference certainly disagree: breach, for a product under another name gap. The class is lighter than needed; automated
           driving is denied; a function differs that is not told; an ECU differs without a package, or a package is for an ECU that does not
           differ, or leads to another version.
        3. They cannot be compared, or the claim is heavier than the difference: gap.
        4. No point: ok for the activity.

    Inconclusive:
        No class is claimed, no baseline before the activity or no list of packages is given, or a cell is blank; the claim goes beyond the
        difference, which may then not be whole.

    Not covered:
        The wording of purpose and content; whether the bytes of a package hold what its row says.

    未覆盖:
        目的与内容的措辞；升级包文件的内容是否与其台账一致。

    Args:
        conflicts: Points of disagreement.
        campaigns: Update activities.
        subject: Product under assessment.

    References:
        GB 44496-2024 4.3.2; ota-and-recorders.md 1.2, 2.1, 2.2.
    """
    # (1) every activity
    if not campaigns:
        yield gap("没有升级活动", "there is no update activity")
    frame = conflicts.collect()
    points = frame.sort(frame.columns).to_dicts()
    for campaign in campaigns:
        mine = [p for p in points if p["campaign"] == campaign.id]
        for point in mine:
            yield _told(campaign, point, names_product(campaign, subject.name))
        if not mine:
            # (4) nothing to object
            yield ok("声明与实际差异一致", "the claim agrees with the difference", at=campaign.origin, campaign=campaign.id)


def _told(campaign: UpdateCampaign, point: dict[str, Any], ours: bool) -> Finding:
    # (2) certain, (3) cannot be told; the point itself is one of the constant sentences of `difference.claims`
    kind = breach if point["certain"] and ours else gap
    return kind(
        point["text_zh"], point["text_en"], at=campaign.origin, campaign=campaign.id, matter=point["matter"], item=point["id"],
        claimed=point["claimed"], computed=point["computed"],
    )  # fmt: skip


_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=3, ota=True)
_CAMPAIGNS = [UpdateCampaign(id="U-1", product=("样车一号",), claimed_class="A")]
_Inputs = tuple[ClaimConflict, list[UpdateCampaign], Subject]


def _point(certain: bool) -> ClaimConflict:
    return ClaimConflict.rows(
        {
            "campaign": "U-1", "product": "样车一号", "matter": "activity", "id": "U-1", "claimed": "A", "computed": "C", "certain": certain,
            "text_zh": "申报类别轻于实际差异所需", "text_en": "the claimed class is lighter than the difference needs",
        }
    )  # fmt: skip


@claim_agrees_with_difference.example(Verdict.PASS)
def the_words_agree() -> _Inputs:
    """No point of disagreement."""
    return ClaimConflict.empty(), _CAMPAIGNS, _CAR


@claim_agrees_with_difference.example(Verdict.FAIL)
def claimed_too_light() -> _Inputs:
    """Claimed as class A, though automated driving differs."""
    return _point(certain=True), _CAMPAIGNS, _CAR


@claim_agrees_with_difference.example(Verdict.INCONCLUSIVE)
def cannot_be_compared() -> _Inputs:
    """The words cannot be compared."""
    return _point(certain=False), _CAMPAIGNS, _CAR
