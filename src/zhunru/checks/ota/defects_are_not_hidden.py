"""No update hides a defect."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.tables.difference.defects import caused_by_defect, defect_told, told_as_better
from zhunru.tables.software_difference import SoftwareDifference, rows_by_campaign


@check(
    "miit-2021-103/4.3",
    "miit-2025-45/ban",
    "miit-2025-45/class-d",
    title_zh="不以升级隐瞒缺陷：消除缺陷的升级按召回办理并如实说明",
    since="0.1",
)
def defects_are_not_hidden(difference: SoftwareDifference, campaigns: list[UpdateCampaign]) -> Iterator[Finding]:
    """An update whose cause is a defect is told as one and carries out a recall.

    Why:
        Silent repair keeps owners and authorities from knowing of a danger.

    为什么:
        以“优化”之名悄然修复，会使车主与主管部门不知危险。

    How it decides:
        1. Take every update activity with its own words (cause, purpose, content), class and recall number; none: gap.
        2. The cause names a fault, complaint, hazard or recall, no recall number stands beside it, the class is not D, and purpose or content
           speak of an improvement: breach, the defect is hidden.
        3. Class D without a recall number: breach.
        4. A recall number with another claimed class than D: breach when a class is claimed.
        5. A word of fault, complaint or hazard stands anywhere without a recall, or changed software is said to touch a recall: gap, a person
           decides whether it is a defect. No cause is told at all: gap.
        6. Else ok.

    Inconclusive:
        The words may tell of a defect, or no cause is told.

    Not covered:
        Defects that no word tells of: compare complaints, trouble codes and recall notices. Whether production and sale were stopped.

    未覆盖:
        文字未提及的缺陷（须核对投诉、故障码与召回公告）；是否已停产停售。

    Args:
        difference: Computed differences; software that touches a recall.
        campaigns: Update activities.

    References:
        工信部联通装〔2025〕45号; ota-and-recorders.md 2.1, 2.2 G5.
    """
    rows = rows_by_campaign(difference)
    # (1) every activity
    if not campaigns:
        yield gap("没有升级活动", "there is no update activity")
    for campaign in campaigns:
        touched = sorted({r["id"] for r in rows.get(campaign.id, []) if r["procedure"] == "recall" and r["matter"] == "unit"})
        yield _judged(campaign, touched)


def _judged(campaign: UpdateCampaign, touched: list[str]) -> Finding:
    where = campaign.origin
    shown: dict[str, Any] = {"campaign": campaign.id, "claimed": campaign.claimed_class, "recall": campaign.recall, "cause": campaign.cause}
    if not campaign.recall and campaign.claimed_class == "D":
        # (3) a recall without its number
        return breach("按召回办理的活动没有召回编号", "an activity of class D names no recall", at=where, **shown)
    if campaign.recall and campaign.claimed_class not in {None, "D"}:
        # (4) a recall under another class
        return breach("召回活动以其他类别申报", "a recall is claimed as another class", at=where, **shown)
    if not campaign.recall and caused_by_defect(campaign) and told_as_better(campaign):
        # (2) told as an improvement
        return breach(
            "隐瞒缺陷：起因是故障、投诉或隐患，却以优化说明", "defect hidden: the cause is a fault, complaint or hazard, told as an improvement",
            at=where, purpose=campaign.purpose, content=campaign.content, **shown,
        )  # fmt: skip
    if not campaign.recall and (touched or defect_told(campaign) != "no"):
        # (5) a person decides
        return gap(
            "可能是消除缺陷：须先判定是否召回", "it may remove a defect: first decide whether it is a recall", at=where,
            ecus="; ".join(touched), **shown,
        )  # fmt: skip
    if not campaign.recall and not campaign.cause:
        return gap("未说明升级起因", "the cause of the update is not told", at=where, **shown)
    # (6) nothing against it
    return ok("未见隐瞒缺陷", "no defect is seen to be hidden", at=where, **shown)


_Inputs = tuple[SoftwareDifference, list[UpdateCampaign]]


def _campaign(**changed: object) -> list[UpdateCampaign]:
    return [UpdateCampaign.model_validate({"id": "U-1", "cause": "功能改进", "purpose": "优化体验", "claimed_class": "A"} | changed)]


@defects_are_not_hidden.example(Verdict.PASS)
def an_improvement() -> _Inputs:
    """Cause and words are those of an improvement."""
    return SoftwareDifference.empty(), _campaign()


@defects_are_not_hidden.example(Verdict.PASS)
def a_recall_told() -> _Inputs:
    """A recall under its number and class."""
    return SoftwareDifference.empty(), _campaign(cause="制动失效，安全隐患", purpose="消除缺陷", recall="R2026-7", claimed_class="D")


@defects_are_not_hidden.example(Verdict.FAIL)
def complaints_told_as_better() -> _Inputs:
    """The need came from complaints of lost braking; owners are told of an improvement."""
    return SoftwareDifference.empty(), _campaign(cause="用户投诉制动失效", purpose="优化制动体验")


@defects_are_not_hidden.example(Verdict.INCONCLUSIVE)
def a_fault_is_repaired() -> _Inputs:
    """A fault is repaired and told so, without a recall: somebody has to decide."""
    return SoftwareDifference.empty(), _campaign(cause="充电故障", purpose="修复充电故障")
