"""The impact of every update is assessed before its release."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.update_campaign import UpdateCampaign, is_waiting
from zhunru.tables.software_difference import SoftwareDifference, rows_by_campaign

_Row = dict[str, Any]
_ANSWERS = (
    ("entries_change", "entries_reason"),
    ("results_cover", "results_reason"),
    ("approval_affected", "approval_reason"),
    ("function_affected", "function_reason"),
)


@check(
    "miit-2021-103/3.2",
    "gb-44496-2024/4.2.5",
    "gb-44496-2024/4.2.6",
    "gb-44496-2024/4.2.7",
    "gb-44496-2024/4.2.8",
    title_zh="每次升级发布前已评估影响，结论与实际差异相符",
    since="0.1",
)
def impact_is_assessed(
    difference: SoftwareDifference, campaigns: list[UpdateCampaign], assessments: list[ImpactAssessment] | None
) -> Iterator[Finding]:
    """For every ECU that an update changes, its impact is assessed before release, with reasons, and in accord with the difference.

    Why:
        Whether approval, test results and safe operation still hold has to be decided by somebody before cars get the update.

    为什么:
        批准结论、试验结果与安全运行是否仍成立，须在推送之前由人判定并负责。

    How it decides:
        1. Take every update activity and the ECUs whose software it adds or changes, as computed; none: gap.
        2. Each such ECU has an assessment of this activity that names the system looked at, the person and the day; the four answers of 4.2.7
           and 4.2.8 each have a reason. No assessment at all after release: breach; a blank cell, or not released yet: gap.
        3. It was decided before the release. A later day: breach; the same day, or a blank one: gap.
        4. A parameter of the Announcement differs, yet all assessments of its ECUs say that no entry changes, or that the approval is not
           affected: breach. Automated driving differs, yet all say that the approval is not affected: breach. A function needed for safe
           operation is added, changed or removed, yet all say that none is affected: breach.
        5. A dependency that is not met afterwards: breach; one that cannot be told: gap.
        6. No ECU differs: ok. Everything in place: ok per ECU.

    Inconclusive:
        The difference is not known, no ECU stands behind a change, a cell is blank, or the update is not released.

    Not covered:
        Whether the reasons are right; whether every approved system that an ECU serves has its own assessment: that needs the list of the type
        approval. The order of installation.

    未覆盖:
        理由是否成立；控制器所服务的每个型式批准系统是否都有评估（须有批准清单）；安装顺序。

    Args:
        difference: Computed differences.
        campaigns: Update activities.
        assessments: Assessments of impact.

    References:
        GB 44496-2024 4.2.5 to 4.2.8; UN R156 7.1.1.5, 7.1.1.8 to 7.1.1.10; ota-and-recorders.md 1.2.
    """
    rows = rows_by_campaign(difference)
    # (1) every activity
    if not campaigns:
        yield gap("没有升级活动", "there is no update activity")
    for campaign in campaigns:
        mine = [r for r in rows.get(campaign.id, []) if r["scope"] == "own"]
        given = [a for a in assessments or [] if bare(a.campaign) == bare(campaign.id)]
        ecus = {bare(r["id"]): r["id"] for r in mine if r["matter"] == "unit" and r["change"] in {"added", "changed"}}
        for name in sorted(ecus):
            yield from _assessed(campaign, ecus[name], [a for a in given if bare(a.ecu) == name])
        yield from _consistent(campaign, mine, given)
        yield from _dependencies(campaign, mine)
        unknown = [r for r in mine if r["procedure"] == "unknown" and r["matter"] in {"unit", "set", "activity"}]
        for row in unknown[:1]:
            yield gap(
                "差异未知，不能判定哪些控制器须评估", "the difference is not known: cannot be told which ECUs need an assessment",
                at=campaign.origin, campaign=campaign.id, item=row["id"], why_zh=row["why_zh"], why_en=row["why_en"],
            )  # fmt: skip
        if not ecus and not unknown:
            # (6) nothing to assess
            yield ok("没有控制器软件变更", "the software of no ECU differs", at=campaign.origin, campaign=campaign.id)


def _assessed(campaign: UpdateCampaign, ecu: str, given: list[ImpactAssessment]) -> Iterator[Finding]:
    # (2) an assessment with reasons
    if not given:
        if is_waiting(campaign) or campaign.released_on is None:
            yield gap("控制器尚无影响评估", "no assessment of the ECU yet", at=campaign.origin, campaign=campaign.id, ecu=ecu)
        else:
            yield breach(
                "发布前没有影响评估", "released without an assessment of the ECU", at=campaign.origin, campaign=campaign.id, ecu=ecu
            )
        return
    for each in sorted(given, key=lambda a: a.model_dump_json()):
        blank = [f for pair in _ANSWERS for f in pair if getattr(each, f) is None]
        blank += [f for f in ("system", "person") if getattr(each, f) is None]
        shown: dict[str, Any] = {"campaign": campaign.id, "ecu": ecu, "system": each.system, "decided_on": str(each.decided_on)}
        if blank or each.origin.problems:
            yield gap("影响评估有空缺", "the assessment has blanks", at=each.origin, campaign=campaign.id, ecu=ecu, blank="; ".join(blank))
        # (3) before the release
        elif each.decided_on is None or campaign.released_on is None:
            yield gap(
                "评估日期或发布日期缺失",
                "the day of the assessment or of the release is missing",
                at=each.origin,
                campaign=campaign.id,
                ecu=ecu,
            )
        elif each.decided_on > campaign.released_on:
            yield breach("发布之后才评估影响", "assessed after the release", at=each.origin, released_on=str(campaign.released_on), **shown)
        elif each.decided_on == campaign.released_on:
            yield gap(
                "评估与发布同日，先后不能判定",
                "assessed on the day of the release: cannot be told which came first",
                at=each.origin,
                **shown,
            )
        else:
            yield ok("发布前已评估影响", "assessed before the release", at=each.origin, **shown)


def _consistent(campaign: UpdateCampaign, rows: list[_Row], given: list[ImpactAssessment]) -> Iterator[Finding]:
    # (4) answers beside the difference
    safety = [r for r in rows if r["matter"] == "function" and r["procedure"] == "verify"]
    for wrong, concerned in (
        ("entries_change", [r for r in rows if r["procedure"] == "permit"]),
        ("approval_affected", [r for r in rows if r["procedure"] in {"permit", "approve"}]),
        ("function_affected", safety),
    ):
        for row in concerned:
            ecus = {bare(e) for e in row["ecus"].split(";") if e.strip()}
            looked = [a for a in given if not ecus or bare(a.ecu) in ecus]
            if looked and all(getattr(a, wrong) is False for a in looked):
                yield breach(
                    "影响评估的结论与实际差异相反", "the answer of the assessment is contrary to the difference", at=looked[0].origin,
                    campaign=campaign.id, answer=wrong, matter=row["matter"], item=row["id"], before=row["before"], after=row["after"],
                )  # fmt: skip
            elif not looked:
                yield gap(
                    "有变更而其控制器没有影响评估", "something differs, and no assessment looks at its ECUs", at=campaign.origin,
                    campaign=campaign.id, matter=row["matter"], item=row["id"], answer=wrong,
                )  # fmt: skip


def _dependencies(campaign: UpdateCampaign, rows: list[_Row]) -> Iterator[Finding]:
    # (5) what the software needs beside it
    for row in rows:
        if row["matter"] != "dependency" or row["procedure"] != "unknown":
            continue
        if row["change"] == "removed":
            yield breach("升级后依赖不满足", "a dependency is not met afterwards", at=campaign.origin, campaign=campaign.id, item=row["id"])
        else:
            yield gap(
                "依赖是否满足不能判定",
                "cannot be told whether a dependency is met",
                at=campaign.origin,
                campaign=campaign.id,
                item=row["id"],
            )


_Inputs = tuple[SoftwareDifference, list[UpdateCampaign], list[ImpactAssessment] | None]
_CAMPAIGNS = [UpdateCampaign.model_validate({"id": "U-1", "product": "样车一号", "released_on": "2026-03-10"})]


def _rows(*rows: dict[str, Any]) -> SoftwareDifference:
    plain = {"campaign": "U-1", "scope": "own", "before": "", "after": "", "ecus": "MCU", "why_zh": "理由", "why_en": "reason"}
    unit = {"matter": "unit", "id": "MCU", "change": "changed", "procedure": "file"}
    return SoftwareDifference.rows(*(plain | r for r in (unit, *rows)))


def _assessment(**changed: object) -> list[ImpactAssessment]:
    plain = {
        "campaign": "U-1", "ecu": "MCU", "system": "驱动系统", "entries_change": "否", "entries_reason": "参数不变", "results_cover": "是",
        "results_reason": "逻辑不变", "approval_affected": "否", "approval_reason": "不涉及", "function_affected": "否",
        "function_reason": "不涉及", "decided_on": "2026-03-01", "person": "张三",
    }  # fmt: skip
    return [ImpactAssessment.model_validate(plain | changed)]


@impact_is_assessed.example(Verdict.PASS)
def assessed_before_release() -> _Inputs:
    """The one changed ECU was assessed before the release."""
    return _rows(), _CAMPAIGNS, _assessment()


@impact_is_assessed.example(Verdict.FAIL)
def nobody_assessed() -> _Inputs:
    """An ECU was changed and released, and nobody assessed it."""
    return _rows(), _CAMPAIGNS, None


@impact_is_assessed.example(Verdict.FAIL)
def contrary_to_the_difference() -> _Inputs:
    """The power of the Announcement differs, and the assessment says that no entry changes."""
    return _rows({"matter": "parameter", "id": "P-power", "change": "changed", "procedure": "permit"}), _CAMPAIGNS, _assessment()


@impact_is_assessed.example(Verdict.INCONCLUSIVE)
def a_reason_is_missing() -> _Inputs:
    """One answer has no reason."""
    return _rows(), _CAMPAIGNS, _assessment(results_reason="")
