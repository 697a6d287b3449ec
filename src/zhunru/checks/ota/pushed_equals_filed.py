"""What was released and installed is exactly what was filed."""

from collections.abc import Iterator, Sequence
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.filing import Filing
from zhunru.records.filing_move import FilingMove
from zhunru.records.filing_standing import Standing, fault_on, standings
from zhunru.records.releases import Release, released_digests, releases_of
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_package import UpdatePackage

_RAN = {"success", "failed"}


@check(
    "miit-2021-103/4.2",
    "eidc-2022-04-15/activity",
    "eidc-2022-04-15/records",
    "miit-2025-45/filing",
    "gb-44496-2024/4.2.1",
    "samr-draft-2025-08/same-as-filed",
    title_zh="实际推送和安装的内容与备案内容完全一致",
    since="0.2",
)
def pushed_equals_filed(
    campaigns: list[UpdateCampaign],
    filings: list[Filing] | None,
    moves: list[FilingMove] | None,
    packages: list[UpdatePackage] | None,
    executions: list[UpdateExecution] | None,
    subject: Subject,
) -> Iterator[Finding]:
    """What was released and installed is exactly what was filed.

    Why:
        A filing describes one set of bytes. Other bytes under the same name were seen by nobody.

    为什么:
        备案对应的是确定的内容。同名而内容不同的升级包没有经过任何审视。

    How it decides:
        1. Released: the digests of the packages of the activity and the one that the activity names. None, or one unreadable: gap.
        2. Filed: the digests of the filing of the activity that stood on the first day; of several that stand all. None that stands: gap,
           since another check judges the filing itself. Without digests or with one unreadable: gap.
        3. A package released that was not filed: breach. One filed that is not among those released: gap, it may follow in a later batch.
        4. The baseline after the update: equal in activity and filing; different: breach; missing: gap.
        5. What cars installed: a digest that was not filed is a breach at the car, one that is missing or unreadable a gap. A released
           activity without any execution: gap. One finding per car that deviates, one ok for all others.
        6. A planned activity needs no executions. What would be a breach is a gap for it, and for other products.

    Inconclusive:
        A digest or baseline is missing; no filing stands; no execution is recorded.

    Not covered:
        Whether the digests in the ledgers are those of the real files: hash them, or read the cars out. Digests of other algorithms.

    未覆盖:
        台账中的摘要是否为实际文件的摘要（须实际计算或读取车辆）；SHA-256 以外的摘要。

    Args:
        campaigns: Update activities.
        filings: Filings with their states.
        moves: Moves of filings.
        packages: Packages of the activities.
        executions: Executions on cars.
        subject: Product under assessment.

    References:
        EIDC notice 2022-04-15; SAMR draft 2025-08-13; ota-and-recorders.md 2.2 G6.
    """
    known = standings(filings or [], moves or [])
    releases = releases_of(campaigns, executions or [], subject)
    if not any(not r.foreign for r in releases):
        yield gap("本产品没有升级活动", "there is no update activity of this product", campaigns=len(campaigns))
    for release in releases:
        ran = [e for e in executions or [] if bare(e.campaign) == bare(release.campaign.id)]
        for found in _judged(release, known, packages or [], ran):
            if found.kind == "breach" and (release.planned or release.foreign):  # (6)
                yield gap(
                    "计划中的活动或其他名称产品的活动与备案不一致", "planned, or under another name: it differs from what was filed",
                    at=release.campaign.origin, campaign=release.campaign.id, because=str(found.text),
                )  # fmt: skip
            else:
                yield found


def _judged(
    release: Release, known: Sequence[Standing], packages: Sequence[UpdatePackage], ran: Sequence[UpdateExecution]
) -> Iterator[Finding]:
    campaign = release.campaign
    where, name = campaign.origin, campaign.id
    # (1) released
    released = released_digests(campaign, packages)
    if not released.known or released.unknown:
        yield gap(
            "有发布的升级包没有可用的摘要", "a released package has no usable digest", at=where, campaign=name, unknown=released.unknown
        )
        return
    # (2) filed
    mine = [s for s in known if s.filing.matter == "activity" and s.filing.campaign and bare(s.filing.campaign) == bare(name)]
    standing = [s.filing for s in mine if release.day and fault_on(s, release.day) is None]
    if not standing:
        yield gap(
            "首次推送日没有有效的活动备案可供比较",
            "no filing of the activity stood on the first day to compare with",
            at=where,
            campaign=name,
        )
        return
    written = [d for f in standing for d in f.digests]
    filed = frozenset(d for w in written if (d := digest_of(w)))
    if not written or any(digest_of(w) is None for w in written):
        yield gap("备案未列明升级包摘要或摘要无法识别", "the filing lists no digests, or one is unreadable", at=where, campaign=name)
        return
    yield from _packages(campaign, released.known, filed)
    yield from _baselines(campaign, standing)
    yield from _installed(release, filed, ran)


def _packages(campaign: UpdateCampaign, released: frozenset[str], filed: frozenset[str]) -> Iterator[Finding]:
    # (3) both sets
    for digest in sorted(released - filed):
        yield breach(
            "发布了未备案的升级包", "a package was released that was not filed", at=campaign.origin, campaign=campaign.id, digest=digest
        )
    for digest in sorted(filed - released):
        yield gap(
            "备案的升级包不在发布清单中",
            "a filed package is not among those released",
            at=campaign.origin,
            campaign=campaign.id,
            digest=digest,
        )
    if released == filed:
        yield ok(
            "发布的升级包与备案一致", "the packages released are those filed", at=campaign.origin, campaign=campaign.id, packages=len(filed)
        )


def _baselines(campaign: UpdateCampaign, standing: Sequence[Filing]) -> Iterator[Finding]:
    # (4) the version set that the cars have afterwards
    filed = {bare(f.baseline_after) if f.baseline_after else "" for f in standing}
    mine = bare(campaign.baseline_after) if campaign.baseline_after else ""
    told: dict[str, Any] = {
        "campaign": campaign.id,
        "baseline": campaign.baseline_after,
        "filed": "; ".join(sorted(f.baseline_after or "-" for f in standing)),
    }
    if not mine or "" in filed:
        yield gap("活动或备案未写明升级后基线", "activity or filing does not name the baseline afterwards", at=campaign.origin, **told)
    elif filed != {mine}:
        yield breach("升级后基线与备案不一致", "the baseline afterwards is not the one filed", at=campaign.origin, **told)
    else:
        yield ok("升级后基线与备案一致", "the baseline afterwards is the one filed", at=campaign.origin, **told)


def _installed(release: Release, filed: frozenset[str], ran: Sequence[UpdateExecution]) -> Iterator[Finding]:
    # (5) cars
    campaign, good = release.campaign, 0
    if not ran and not release.planned:
        yield gap(
            "没有执行记录，实际安装内容未知",
            "no executions are recorded: what was installed is not known",
            at=campaign.origin,
            campaign=campaign.id,
        )
    for execution in ran:
        installed = [digest_of(p) for p in execution.packages]
        strange = sorted(d for d in installed if d and d not in filed)
        began = execution.result in _RAN or execution.result is None or execution.started_at is not None
        if strange:
            yield breach(
                "车辆安装了未备案的升级包", "a car installed a package that was not filed",
                at=execution.origin, campaign=campaign.id, vin=execution.vin, digest=strange[0],
            )  # fmt: skip
        elif began and (not installed or None in installed):
            yield gap(
                "执行记录没有可用的安装包摘要", "the execution names no usable digest of what was installed",
                at=execution.origin, campaign=campaign.id, vin=execution.vin,
            )  # fmt: skip
        else:
            good += 1
    if good:
        yield ok("车辆安装的升级包均已备案", "what these cars installed was filed", at=campaign.origin, campaign=campaign.id, vehicles=good)


# Examples --------------------------------------------------------------------------------------------------------------------------------

_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=2, ota=True)
_ONE, _TWO = "sha256:" + "1a" * 32, "sha256:" + "2b" * 32
_Input = tuple[list[UpdateCampaign], list[Filing], None, list[UpdatePackage], list[UpdateExecution], Subject]


def _input(installed: str = _ONE, released: str = _ONE, baseline: str = "B-2") -> _Input:
    campaign = {"id": "U-1", "product": "样车一号", "digest": _TWO, "released_on": "2026-03-10", "baseline_after": baseline}
    filing = {
        "id": "F3",
        "matter": "activity",
        "campaign": "U-1",
        "state": "accepted",
        "filed_on": "2026-03-01",
        "accepted_on": "2026-03-06",
    }
    filing |= {"receipt": "R-3", "digests": f"{_ONE};{_TWO}", "baseline_after": "B-2", "product": "样车一号"}
    package = {"campaign": "U-1", "package": "p", "digest": released}
    execution = {"campaign": "U-1", "vin": "LSVAA00000000001X", "result": "success", "packages": installed}
    return (
        [UpdateCampaign.model_validate(campaign)],
        [Filing.model_validate(filing)],
        None,
        [UpdatePackage.model_validate(package)],
        [UpdateExecution.model_validate(execution)],
        _CAR,
    )


@pushed_equals_filed.example(Verdict.PASS)
def the_same_two_packages() -> _Input:
    """Two packages filed, the same two released, one of them installed."""
    return _input()


@pushed_equals_filed.example(Verdict.FAIL)
def another_package_was_released() -> _Input:
    """One package was rebuilt after filing."""
    return _input(released="sha256:" + "3c" * 32)


@pushed_equals_filed.example(Verdict.FAIL)
def a_car_installed_something_else() -> _Input:
    """The release agrees, but one car runs another package."""
    return _input(installed="sha256:" + "3c" * 32)


@pushed_equals_filed.example(Verdict.FAIL)
def another_baseline() -> _Input:
    """The activity leads to a baseline that was not filed."""
    return _input(baseline="B-3")


@pushed_equals_filed.example(Verdict.INCONCLUSIVE)
def digest_of_the_car_is_missing() -> _Input:
    """The execution does not say what was installed."""
    return _input(installed="")
