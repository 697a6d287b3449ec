"""The dossier of every update has its nine items, they agree with the impact assessment, and they were there before the release."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import Record
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of
from zhunru.records.filing import Filing
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.releases import Release, released_digests, releases_of
from zhunru.records.sheets import field_of
from zhunru.records.test_report import TestReport
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_package import UpdatePackage
from zhunru.records.update_precondition import UpdatePrecondition

_ANSWERS = {
    "entries_change": "entries_reason",
    "results_cover": "results_reason",
    "approval_affected": "approval_reason",
    "function_affected": "function_reason",
}


class _File(NamedTuple):
    """What one activity has on file."""

    release: Release
    digests: frozenset[str]
    packages: list[UpdatePackage]
    impacts: list[ImpactAssessment]
    approvals: list[Approval]
    filings: list[Filing]
    preconditions: list[UpdatePrecondition]
    reports: list[TestReport]


@check(
    "miit-2021-103/3.2",
    "miit-2021-103/3.5",
    "miit-2021-103/4.1",
    "gb-44496-2024/4.2.6",
    "gb-44496-2024/4.2.7",
    "gb-44496-2024/4.2.8",
    "gb-44496-2024/4.3.5",
    title_zh="单次升级档案九项齐全，与影响评估一致，且成于发布之前",
    since="0.2",
)
def update_dossier_is_complete(
    campaigns: list[UpdateCampaign],
    impacts: list[ImpactAssessment] | None,
    packages: list[UpdatePackage] | None,
    approvals: list[Approval] | None,
    filings: list[Filing] | None,
    preconditions: list[UpdatePrecondition] | None,
    reports: list[TestReport] | None,
    executions: list[UpdateExecution] | None,
    subject: Subject,
) -> Iterator[Finding]:
    """The dossier of every update has its nine items, they agree with the impact assessment, and they were there before the release.

    Why:
        Years later nobody can tell why an update was allowed unless the file says so and was closed before the first push.

    为什么:
        若档案没有写明并在首次推送前成稿，多年之后无人能说明当初为何放行。

    How it decides:
        1. The items: a) purpose, content, release day; b) every updated ECU has an assessment that names a system; c) entries of the
           information document, d) earlier results still cover it, e) result of the approval, each yes or no with its reason, and the
           answer on safe operation; f) an approval of the package and a filing of the activity; g) way and at least one precondition;
           h) a report on the vehicle or verification for the activity or its packages; i) a verification report on every digest.
        2. A blank item: breach naming it. A cell that could not be read, or a whole ledger that is absent: gap naming it.
        3. Approval relevance: when an entry changes, earlier results do not cover it, or the approval is affected, the claim of class A
           (nothing changes) contradicts it: breach; without a claim: gap.
        4. Assessments without a person or day: gap. Decided after the first day: breach; on the day: gap. An approval whose first day
           lies after the release does not count for f.
        5. A planned activity, or one of other products: what would be a breach is a gap.

    Inconclusive:
        A ledger is absent, a cell unreadable, a day missing; nothing was released.

    Not covered:
        Whether what is written is true and sufficient; signatures of approvals, states of filings and verdicts of reports have checks of
        their own. Updated ECUs that the list of packages does not name.

    未覆盖:
        所写内容是否属实、充分；审批签名、备案状态与报告结论另有检查；升级包清单未列出的受升级控制器。

    Args:
        campaigns: Update activities.
        impacts: Impact assessments.
        packages: Packages, which name the updated ECUs.
        approvals: Approvals of packages.
        filings: Filings of activities.
        preconditions: Preconditions of the execution.
        reports: Test reports.
        executions: Executions on cars: an earlier first day.
        subject: Product under assessment.

    References:
        GB 44496-2024 4.2.6 to 4.2.8, 4.3.5 a to i; UN R156 7.1.2.5; ota-and-recorders.md 1.2.
    """
    releases = releases_of(campaigns, executions or [], subject)
    if not any(not r.foreign for r in releases):
        yield gap("本产品没有升级活动", "there is no update activity of this product", campaigns=len(campaigns))
    absent = [
        z for z, given in (("b c d e", impacts), ("f", approvals), ("f", filings), ("g", preconditions), ("h i", reports)) if given is None
    ]
    for release in releases:
        file = _file(release, impacts or [], packages or [], approvals or [], filings or [], preconditions or [], reports or [])
        for found in _judged(file, " ".join(absent).split()):
            if found.kind == "breach" and (release.planned or release.foreign):  # (5)
                yield gap(
                    "计划中的活动或其他名称产品的活动，档案尚不齐备", "planned, or under another name: the file is not complete",
                    at=release.campaign.origin, campaign=release.campaign.id, because=str(found.text), items=found.facts.get("items"),
                )  # fmt: skip
            else:
                yield found


def _file(
    release: Release,
    impacts: Sequence[ImpactAssessment],
    packages: Sequence[UpdatePackage],
    approvals: Sequence[Approval],
    filings: Sequence[Filing],
    preconditions: Sequence[UpdatePrecondition],
    reports: Sequence[TestReport],
) -> _File:
    name = bare(release.campaign.id)
    digests = released_digests(release.campaign, packages).known
    return _File(
        release,
        digests,
        [p for p in packages if bare(p.campaign) == name],
        [i for i in impacts if bare(i.campaign) == name],
        [a for a in approvals if digest_of(a.digest) in digests or bare(a.id) == bare(release.campaign.approval or "-")],
        [f for f in filings if f.matter == "activity" and f.campaign and bare(f.campaign) == name],
        [p for p in preconditions if bare(p.campaign) == name],
        [r for r in reports if (r.campaign and bare(r.campaign) == name) or digests & {digest_of(d) for d in r.digests}],
    )


def _judged(file: _File, absent: Sequence[str]) -> Iterator[Finding]:
    campaign = file.release.campaign
    where, name = campaign.origin, campaign.id
    # (1) and (2) the nine items
    blank = {i: what for i, what in _blank(file).items() if what}
    unread = {i for i in blank if _unread(campaign, blank[i]) or (i in "bcde" and any(r.origin.problems for r in file.impacts))}
    missing = sorted(i for i in blank if i not in unread and i not in absent)
    if missing:
        yield breach(
            "升级档案缺项", "items of the file are missing",
            at=where, campaign=name, items=" ".join(missing), missing="; ".join(blank[i] for i in missing),
        )  # fmt: skip
    if open_items := sorted(set(blank) - set(missing)):
        yield gap(
            "升级档案有无法读取或缺少台账的项",
            "items whose ledger is absent or unreadable",
            at=where,
            campaign=name,
            items=" ".join(open_items),
        )
    if not blank:
        yield ok("升级档案九项齐全", "all nine items are on file", at=where, campaign=name, assessments=len(file.impacts))
    yield from _claim(file)
    yield from _before(file)


def _blank(file: _File) -> dict[str, str]:
    """Return item letter -> what is missing of it, in field names; empty when nothing is."""
    campaign = file.release.campaign
    ecus = {bare(p.ecu): p.ecu for p in file.packages if p.ecu}
    assessed = {bare(i.ecu) for i in file.impacts if i.system}
    answers = {f: [i for i in file.impacts if getattr(i, f) is None or not getattr(i, reason)] for f, reason in _ANSWERS.items()}
    tested = {d for r in file.reports if r.matter == "verification" for w in r.digests if (d := digest_of(w))}
    day = file.release.day
    approved = [a for a in file.approvals if not (day and a.valid_from and a.valid_from > day)]

    def said(field: str) -> str:
        return "" if file.impacts and not answers[field] else field

    return {
        "a": ", ".join(n for n in ("purpose", "content") if not getattr(campaign, n)) or ("" if day else "released_on"),
        "b": "impact_assessment" if not file.impacts else ", ".join(e for k, e in sorted(ecus.items()) if k not in assessed),
        "c": said("entries_change"),
        "d": said("results_cover"),
        "e": said("approval_affected") or said("function_affected"),
        "f": ", ".join(n for n, given in (("approval", approved), ("filing", file.filings)) if not given),
        "g": ", ".join(n for n, given in (("way", campaign.way), ("update_precondition", file.preconditions)) if not given),
        "h": "" if any(r.matter in {"vehicle", "verification"} for r in file.reports) else "test_report",
        "i": "" if file.digests and file.digests <= tested else "test_report: verification",
    }


def _unread(record: Record, fields: str) -> bool:
    """Tell whether one of `fields` is blank because its cell could not be read."""
    unread = {field_of(type(record), p.partition(": ")[0]) for p in record.origin.problems}
    return bool(unread & {f.strip() for f in fields.split(",")})


def _claim(file: _File) -> Iterator[Finding]:
    # (3) the class that is claimed
    campaign = file.release.campaign
    touching = [i for i in file.impacts if i.entries_change or i.approval_affected or i.results_cover is False]
    if not touching:
        return
    told: dict[str, Any] = {"campaign": campaign.id, "ecu": touching[0].ecu}
    if campaign.claimed_class == "A":
        yield breach(
            "影响评估触及批准，却申报为不涉及变更",
            "the assessment touches the approval, yet class A is claimed",
            at=touching[0].origin,
            **told,
        )
    elif campaign.claimed_class is None:
        yield gap(
            "影响评估触及批准，活动类别未说明",
            "the assessment touches the approval, and no class is claimed",
            at=touching[0].origin,
            **told,
        )


def _before(file: _File) -> Iterator[Finding]:
    # (4) decided by a person before the first day
    day: date | None = file.release.day
    for impact in file.impacts:
        told: dict[str, Any] = {"campaign": impact.campaign, "ecu": impact.ecu, "decided_on": str(impact.decided_on), "first_day": str(day)}
        if not impact.person or impact.decided_on is None or day is None:
            yield gap("影响评估没有评估人或日期", "the assessment has no person or day", at=impact.origin, **told)
        elif impact.decided_on > day:
            yield breach("发布之后才作出影响评估", "the impact was assessed after the release", at=impact.origin, **told)
        elif impact.decided_on == day:
            yield gap(
                "影响评估与发布同日，先后不明", "assessed on the day of the release: which came first is not told", at=impact.origin, **told
            )


# Examples --------------------------------------------------------------------------------------------------------------------------------

_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=2, ota=True)
_DIGEST = "sha256:" + "1a" * 32
_Input = tuple[
    list[UpdateCampaign],
    list[ImpactAssessment] | None,
    list[UpdatePackage],
    list[Approval],
    list[Filing],
    list[UpdatePrecondition],
    list[TestReport],
    None,
    Subject,
]


def _input(campaign: dict[str, object] | None = None, impact: dict[str, object] | None = None) -> _Input:
    plain = {"id": "U-1", "product": "样车一号", "released_on": "2026-03-10", "purpose": "改进", "content": "优化变道", "way": "在线"}
    answers = {"campaign": "U-1", "ecu": "ADCU", "system": "制动", "decided_on": "2026-02-20", "person": "李四", "entries_change": "否"}
    answers |= {"results_cover": "是", "approval_affected": "否", "function_affected": "否"}
    answers |= dict.fromkeys(_ANSWERS.values(), "未改动控制策略")
    return (
        [UpdateCampaign.model_validate(plain | {"claimed_class": "A"} | (campaign or {}))],
        [ImpactAssessment.model_validate(answers | (impact or {}))],
        [UpdatePackage.model_validate({"campaign": "U-1", "package": "p", "ecu": "ADCU", "digest": _DIGEST})],
        [Approval.model_validate({"id": "A-1", "digest": _DIGEST, "valid_from": "2026-03-01"})],
        [Filing.model_validate({"id": "F-3", "matter": "activity", "campaign": "U-1"})],
        [UpdatePrecondition.model_validate({"campaign": "U-1", "id": "P-1", "quantity": "speed", "operator": "=", "value": "0"})],
        [TestReport.model_validate({"id": "T-1", "matter": "verification", "digests": _DIGEST})],
        None,
        _CAR,
    )


@update_dossier_is_complete.example(Verdict.PASS)
def nine_items_on_file() -> _Input:
    """Everything is there, assessed in February, released in March."""
    return _input()


@update_dossier_is_complete.example(Verdict.FAIL)
def the_purpose_is_blank() -> _Input:
    """Nobody wrote down why."""
    return _input({"purpose": ""})


@update_dossier_is_complete.example(Verdict.FAIL)
def class_a_though_the_approval_is_affected() -> _Input:
    """The assessment says that the approval is affected; the maker claims that nothing changes."""
    return _input(impact={"approval_affected": "是"})


@update_dossier_is_complete.example(Verdict.FAIL)
def assessed_after_the_release() -> _Input:
    """The assessment bears a day after the first push."""
    return _input(impact={"decided_on": "2026-03-11"})


@update_dossier_is_complete.example(Verdict.INCONCLUSIVE)
def no_ledger_of_assessments() -> _Input:
    """The ledger of impact assessments is absent."""
    given = _input()
    return (given[0], None, *given[2:])
