"""Reports that passed, are valid on the day and tested exactly these packages stand behind every release."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_years
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.baseline import Baseline
from zhunru.records.releases import Release, released_digests, releases_of
from zhunru.records.test_report import TestReport
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_package import UpdatePackage

_NEW_TYPES, _ALL_TYPES = date(2026, 7, 1), date(2028, 1, 1)
"""GB 44496-2024 clause 9 with amendment 1: first day for new types and for types approved before (D)."""
_NONE_OPEN = {"0", "0.0", "无", "没有", "none", "no", "nil", "[]", "0项", "0个", "零"}


class _Fault(NamedTuple):
    text: Text
    sure: bool = True


@check(
    "miit-2021-103/4.1",
    "miit-2021-103/3.3",
    "gb-44496-2024/4.3.5",
    "gb-44496-2024/4.4.3",
    "gb-44496-2024/7.1.1",
    "gb-44496-2024/7.1.2",
    "samr-draft-2025-08/tested",
    title_zh="发布日有效且合格的报告覆盖所发布的全部内容",
    since="0.2",
)
def reports_cover_the_release(
    campaigns: list[UpdateCampaign],
    reports: list[TestReport] | None,
    packages: list[UpdatePackage] | None,
    baselines: list[Baseline] | None,
    executions: list[UpdateExecution] | None,
    subject: Subject,
    *,
    assurance_years: Annotated[float, Limit("year", source="gb-44496-2024/7.1.1", basis="C")] = 3.0,
) -> Iterator[Finding]:
    """Reports that passed, are valid on the day and tested exactly these packages stand behind every release.

    Why:
        A report about another build proves nothing about the one that is pushed; an expired one proves nothing today.

    为什么:
        针对另一个版本的报告证明不了要推送的这个版本；过期的报告证明不了今天。

    How it decides:
        1. First day and digests of each release as other records tell them; missing: gap. An activity that is only planned is judged by
           its planned day; there, and for other products, what would be a breach is a gap.
        2. Verification: for each digest released a verification report that tested it. None: breach.
        3. Analysis of the code (4.4.3): for each digest an analysis report. None: gap, since the standard leaves the method open.
        4. Conformity: a report on the whole vehicle or a statement of conformity that tested the baseline after the update or every
           digest released. None: breach.
        5. Assurance (clause 4): a report for the model. It may be used to the corresponding day `assurance_years` after its issue, 29
           February ending on 28; the day itself counts. None, or too old: breach where the standard binds the type on the first day
           (types approved from 2026-07-01, all from 2028-01-01), else gap.
        6. A report counts when it passed, names the model (or no model), was issued before the first day (on the day: gap) and had not
           expired. Open blocking findings in a verification or analysis report: breach; not told: gap. Of several the best one counts.
        7. A report that failed on a digest or baseline for which another one passed: gap, reports contradict.

    Inconclusive:
        A digest, day, verdict or number of open findings is missing; reports contradict one another.

    Not covered:
        Whether the reports are genuine and the laboratory was entitled: ask the laboratory. Whether the tests were sufficient. Whether the
        digest tested was computed from the bytes that were really tested.

    未覆盖:
        报告真伪与检验机构资质（须向机构核实）；试验内容是否充分；受检摘要是否出自实际受检的内容。

    Args:
        campaigns: Update activities.
        reports: Test reports.
        packages: Packages of the activities.
        baselines: Baselines: when the type was approved.
        executions: Executions on cars: an earlier first day.
        subject: Product under assessment.
        assurance_years: Years for which an assurance report may be used.

    References:
        GB 44496-2024 4.3.5 h and i, 4.4.3, 7.1.1, 9, amendment 1; ota-and-recorders.md 1.5, 1.6, 2.2 G9 and G10; 民法典 202.
    """
    releases = releases_of(campaigns, executions or [], subject)
    if not any(not r.foreign for r in releases):
        yield gap("本产品没有升级活动", "there is no update activity of this product", campaigns=len(campaigns))
    for release in releases:
        for found in _judged(release, reports or [], packages or [], baselines or [], int(assurance_years)):
            if found.kind == "breach" and (release.planned or release.foreign):
                yield gap(
                    "计划中的活动或其他名称产品的活动，报告尚不齐备", "planned, or under another name: the reports are not complete",
                    at=release.campaign.origin, campaign=release.campaign.id, because=str(found.text),
                )  # fmt: skip
            else:
                yield found


def _judged(
    release: Release, reports: Sequence[TestReport], packages: Sequence[UpdatePackage], baselines: Sequence[Baseline], years: int
) -> Iterator[Finding]:
    campaign = release.campaign
    # (1) what was released, and when
    released = released_digests(campaign, packages)
    if release.day is None or not released.known or released.unknown:
        yield gap(
            "发布日期或升级包摘要缺失，无法核对报告", "release day or a digest is missing: reports cannot be compared",
            at=campaign.origin, campaign=campaign.id,
        )  # fmt: skip
        return
    day, products = release.day, {bare(p) for p in campaign.product}
    mine = [r for r in reports if not r.product or not products or products & {bare(p) for p in r.product}]
    for digest in sorted(released.known):
        on_it = [r for r in mine if digest in _digests(r)]
        # (2) and (3) packages
        none = _Fault(Text("没有针对所发布升级包的验证报告", "no verification report tested the package released"))
        yield _told(release, [r for r in on_it if r.matter == "verification"], lambda r: _fault(r, day, blockers=True), none, digest)
        none = _Fault(Text("没有针对所发布升级包的代码分析报告", "no analysis report on the package released"), sure=False)
        yield _told(release, [r for r in on_it if r.matter == "analysis"], lambda r: _fault(r, day, blockers=True), none, digest)
    # (4) conformity
    target = bare(campaign.baseline_after) if campaign.baseline_after else None
    whole = [
        r
        for r in mine
        if r.matter in {"vehicle", "conformity"}
        and ((target and r.baseline and bare(r.baseline) == target) or released.known <= _digests(r))
    ]
    none = _Fault(Text("没有覆盖升级后版本的符合性证明", "no proof of conformity covers the versions after the update"))
    yield _told(release, whole, lambda r: _fault(r, day), none, campaign.baseline_after)
    # (5) assurance
    binds = _binds(day, products, baselines)
    none = _Fault(Text("没有升级保障要求的检验报告", "no report on the assurance requirements"), binds)
    assurance = [r for r in mine if r.matter == "assurance"]
    yield _told(release, assurance, lambda r: _fault(r, day) or _aged(r, day, years, binds), none, None)


def _digests(report: TestReport) -> frozenset[str]:
    return frozenset(d for w in report.digests if (d := digest_of(w)))


def _told(
    release: Release, reports: Sequence[TestReport], fault_of: Callable[[TestReport], _Fault | None], none: _Fault, what: str | None
) -> Finding:
    # (6) the best of several
    where, name = release.campaign.origin, release.campaign.id
    faults = sorted(((r, fault_of(r)) for r in reports), key=lambda f: (f[1] is not None, bool(f[1] and f[1].sure), f[0].id))
    fault = faults[0][1] if faults else none
    report = faults[0][0] if faults else None
    if fault is None and any(r.verdict == "FAIL" for r, _ in faults):  # (7)
        fault = _Fault(Text("同一内容的报告结论相互矛盾", "reports on the same thing contradict one another"), sure=False)
    told: dict[str, Any] = {
        "campaign": name,
        "subject_of_report": what,
        "report": report.id if report else None,
        "first_day": str(release.day),
    }
    if fault is None:
        return ok("报告合格、有效并覆盖所发布内容", "the report passed, is valid and covers what was released", at=where, **told)
    kind = breach if fault.sure else gap
    return kind(fault.text.zh, fault.text.en, at=where, **told)


def _fault(report: TestReport, day: date, *, blockers: bool = False) -> _Fault | None:
    found = list(_faults(report, day, blockers))
    return min(found, key=lambda f: not f.sure, default=None)


def _faults(report: TestReport, day: date, blockers: bool) -> Iterator[_Fault]:
    if report.origin.problems:
        yield _Fault(Text("报告记录中有无法识别的单元格", "cells of the report's row cannot be read"), sure=False)
        return
    if report.verdict != "PASS":
        yield _Fault(Text("报告结论为不合格或缺失", "the report failed, or has no verdict"), sure=report.verdict == "FAIL")
    if report.issued_on is None:
        yield _Fault(Text("报告签发日期缺失", "the day of issue is missing"), sure=False)
    elif report.issued_on > day:
        yield _Fault(Text("报告在发布之后才签发", "the report was issued after the release"))
    elif report.issued_on == day:
        yield _Fault(Text("报告签发与发布同日，先后不明", "issued on the day of the release: which came first is not told"), sure=False)
    if report.valid_until and report.valid_until < day:
        yield _Fault(Text("发布时报告已过有效期", "the report had expired at the release"))
    if blockers and report.open_blockers is None:
        yield _Fault(Text("报告未说明是否有未关闭的阻断项", "the report does not tell whether blocking findings are open"), sure=False)
    elif blockers and bare(report.open_blockers or "") not in _NONE_OPEN:
        yield _Fault(Text("报告中有未关闭的阻断项", "blocking findings of the report are open"))


def _aged(report: TestReport, day: date, years: int, binds: bool) -> _Fault | None:
    # (5) the same-type rule
    if report.issued_on and last_day_after_years(report.issued_on, years) < day:
        return _Fault(Text("升级保障报告超过允许年限", "the assurance report is older than allowed"), binds)
    return None


def _binds(day: date, products: set[str], baselines: Sequence[Baseline]) -> bool:
    """Tell whether GB 44496 certainly binds the type on `day`; unknown days of approval are taken as old types."""
    if day >= _ALL_TYPES:
        return True
    approved = [b.day for b in baselines if b.state == "approved" and b.day and b.product and bare(b.product) in products]
    return day >= _NEW_TYPES and bool(approved) and min(approved) >= _NEW_TYPES


# Examples --------------------------------------------------------------------------------------------------------------------------------

_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=2, ota=True)
_DIGEST = "sha256:" + "1a" * 32
_Input = tuple[
    list[UpdateCampaign], list[TestReport] | None, list[UpdatePackage] | None, list[Baseline] | None, list[UpdateExecution] | None, Subject
]


def _report(matter: str, **changed: object) -> TestReport:
    plain = {"id": f"T-{matter}", "matter": matter, "product": "样车一号", "digests": _DIGEST, "baseline": "B-2", "verdict": "PASS"}
    return TestReport.model_validate(plain | {"issued_on": "2026-07-01", "open_blockers": "0", "laboratory": "示例检测中心"} | changed)


def _input(*changed: TestReport) -> _Input:
    plain = {m: _report(m) for m in ("verification", "analysis", "vehicle", "assurance")} | {str(r.matter): r for r in changed}
    campaign = {"id": "U-1", "product": "样车一号", "digest": _DIGEST, "released_on": "2026-08-10", "baseline_after": "B-2"}
    baseline = Baseline.model_validate({"id": "B-1", "product": "样车一号", "state": "approved", "day": "2026-07-01"})
    return [UpdateCampaign.model_validate(campaign)], list(plain.values()), None, [baseline], None, _CAR


@reports_cover_the_release.example(Verdict.PASS)
def four_reports_on_the_same_package() -> _Input:
    """Verification, analysis, vehicle and assurance, all before the release."""
    return _input()


@reports_cover_the_release.example(Verdict.FAIL)
def another_build_was_tested() -> _Input:
    """The package was built again after the test."""
    return _input(_report("verification", digests="sha256:" + "2b" * 32))


@reports_cover_the_release.example(Verdict.FAIL)
def assurance_report_one_day_too_old() -> _Input:
    """Issued three years and one day before the release, on a type approved after the standard took effect."""
    return _input(_report("assurance", issued_on="2023-08-09"))


@reports_cover_the_release.example(Verdict.FAIL)
def a_blocking_finding_is_open() -> _Input:
    """The verification report passed with a blocking finding left open."""
    return _input(_report("verification", open_blockers="BUG-7"))


@reports_cover_the_release.example(Verdict.INCONCLUSIVE)
def issued_on_the_day_of_release() -> _Input:
    """Report and release bear one day."""
    return _input(_report("vehicle", issued_on="2026-08-10"))
