"""An update that may be executed while the car is driven was assessed before its release."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.update_campaign import UpdateCampaign


@check("miit-2021-103/3.4", "gb-44496-2024/4.5.1", title_zh="可在行驶中执行的升级经过安全评估", since="0.2")
def driving_updates_are_assessed(campaigns: list[UpdateCampaign], assessments: list[ImpactAssessment] | None) -> Iterator[Finding]:
    """Each activity that may run while driving has assessments, decided before its release, none of which sees driving safety affected.

    Why:
        What restarts on the motorway must not be something that the driver needs.

    为什么:
        在高速公路上重新启动的，不能是驾驶所需的系统。

    How it decides:
        1. An activity that does not say whether it may run while driving: gap; one that may not: ok.
        2. One that may: no assessment of it: breach.
        3. Each assessment: says that driving safety may be affected: breach; does not say: gap; no person or no day: gap; decided on or after
           the release day: breach, a release day that is not known: gap; else ok.
        4. No activity: gap.

    Inconclusive:
        Answers, persons or days are missing.

    Not covered:
        Whether the assessment is right, and whether it covers every ECU that the package touches.

    未覆盖:
        评估是否正确、是否覆盖升级包涉及的全部控制器。

    Args:
        campaigns: Activities.
        assessments: Impact assessments.

    References:
        GB 44496-2024 4.5.1; UN R156 7.1.4.1.
    """
    for campaign in campaigns:
        # (1) whether it may
        if campaign.while_driving is None:
            yield gap("未说明可否在行驶中执行", "whether it may run while driving is not told", at=campaign.origin, campaign=campaign.id)
        elif not campaign.while_driving:
            yield ok("不在行驶中执行", "not executed while driving", at=campaign.origin, campaign=campaign.id)
        else:
            mine = [a for a in assessments or () if bare(a.campaign) == bare(campaign.id)]
            if not mine:  # (2)
                yield breach(
                    "可在行驶中执行而没有安全评估", "may run while driving and was not assessed", at=campaign.origin, campaign=campaign.id
                )
            for assessment in mine:
                yield _judged(assessment, campaign)
    # (4) nothing
    if not campaigns:
        yield gap("没有升级活动", "there is no activity")


def _judged(assessment: ImpactAssessment, campaign: UpdateCampaign) -> Finding:
    # (3) the answer, who, when
    facts: dict[str, Any] = {"at": assessment.origin, "campaign": campaign.id, "ecu": assessment.ecu}
    released = campaign.released_on or campaign.planned_start
    if assessment.may_affect_driving:
        return breach("评估认为影响驾驶安全，仍允许行驶中执行", "driving safety may be affected, and it may run while driving", **facts)
    if assessment.decided_on is not None and released is not None and assessment.decided_on >= released:
        return breach(
            "评估不早于发布", "assessed on or after the release day", **facts, measured=str(assessment.decided_on), limit=str(released)
        )
    if assessment.may_affect_driving is None:
        return gap("评估未说明是否影响驾驶安全", "the assessment does not say whether driving safety is affected", **facts)
    if assessment.decided_on is None or not assessment.person or released is None:
        return gap("评估人、评估日期或发布日期缺失", "person, day of the assessment or release day is missing", **facts)
    return ok(
        "发布前评估为不影响驾驶安全", "assessed before the release: driving safety is not affected", **facts, person=assessment.person
    )


_Inputs = tuple[list[UpdateCampaign], list[ImpactAssessment]]


def _inputs(may: str = "是", assessed: bool = True, **changed: object) -> _Inputs:
    plain = {"campaign": "U-1", "ecu": "IVI", "may_affect_driving": "否", "decided_on": "2026-03-09", "person": "李工"}
    activity = UpdateCampaign.model_validate({"id": "U-1", "while_driving": may, "released_on": "2026-03-10"})
    return [activity], [ImpactAssessment.model_validate(plain | changed)] if assessed else []


@driving_updates_are_assessed.example(Verdict.PASS)
def assessed_the_day_before() -> _Inputs:
    """The head unit, assessed a day before."""
    return _inputs()


@driving_updates_are_assessed.example(Verdict.FAIL)
def nobody_assessed_it() -> _Inputs:
    """May run while driving, no assessment."""
    return _inputs(assessed=False)


@driving_updates_are_assessed.example(Verdict.FAIL)
def safety_is_affected() -> _Inputs:
    """The assessment itself says so."""
    return _inputs(may_affect_driving="是")


@driving_updates_are_assessed.example(Verdict.INCONCLUSIVE)
def answer_missing() -> _Inputs:
    """The assessment does not say."""
    return _inputs(may_affect_driving="")
