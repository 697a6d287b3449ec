"""A new approval brings a new software identification number, and the old one stays on record."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.swin_entry import SwinEntry
from zhunru.records.update_campaign import UpdateCampaign

_Register = dict[str, list[SwinEntry]]


@check(
    "miit-2021-103/4.4", "gb-44496-2024/4.1.3.c", "gb-44496-2024/4.2.2.a", "gb-44496-2024/4.2.2.b",
    title_zh="型式批准变更时软件识别码随之更新，原识别码可查", since="0.2",
)  # fmt: skip
def swin_follows_approvals(
    entries: list[SwinEntry], campaigns: list[UpdateCampaign] | None, units: list[SoftwareUnit] | None
) -> Iterator[Finding]:
    """A set of versions that another approval covers has another SWIN, in force by the release; the number before it is kept.

    Why:
        A number that is used again for other software tells the authority that nothing has changed.

    为什么:
        变更后的软件沿用旧识别码，等于向主管部门表示没有变化；旧识别码查不到，就无法还原升级前的状态。

    How it decides:
        1. Rows of one SWIN that name two approvals: breach when their versions differ; one of several that names none: gap.
        2. A SWIN whose `previous` number has no rows in the register: breach. One that begins before the number it replaces: breach; where a day
           is missing: gap. A chain that leads back to itself: breach.
        3. For each ECU that differs from the number before: version and integrity value are told, else gap.
        4. For each released update under an approval whose baselines differ in units that matter for it: the unit afterwards has another
           SWIN than before, else breach; that SWIN is in the register, else breach, and began by the day of release, else breach. What
           cannot be told is a gap.
        5. A planned update under an approval is judged by its planned first day; what would be a breach is a gap.

    Inconclusive:
        No SWIN is registered; days, versions, integrity values, baselines or numbers of units are missing.

    Not covered:
        Whether an update ought to have had an approval: that is decided from the difference of the baselines elsewhere.

    未覆盖:
        某次升级是否本应取得批准（由基线差异另行判定）。

    Args:
        entries: Register of numbers.
        campaigns: Updates that were released.
        units: Bills of software before and after.

    References:
        GB 44496-2024 4.1.3 c), 4.2.2 a), b); UN R156 7.1.1.3, 7.2.1.2.1; ota-and-recorders.md 1.2.
    """
    register: _Register = {}
    for entry in entries:
        register.setdefault(bare(entry.swin), []).append(entry)
    if not register:
        yield gap("没有登记的软件识别码", "no SWIN is registered")
    for rows in register.values():
        yield from _one_approval(rows)
        yield from _history(rows, register)
    for campaign in campaigns or []:
        if campaign.approval and campaign.released is not False:
            yield from _updated(campaign, units or [], register)
        elif campaign.approval and campaign.planned_start:
            planned = campaign.model_copy(update={"released_on": campaign.planned_start})
            yield from map(_softened, _updated(planned, units or [], register))


def _softened(found: Finding) -> Finding:
    # (5) what is wrong for a day that is only planned
    if found.kind != "breach":
        return found
    return gap(
        "计划的升级：识别码尚未随批准更新", "planned: the SWIN does not follow the approval yet",
        because=str(found.text), campaign=found.facts.get("campaign"), ecu=found.facts.get("ecu"),
    )  # fmt: skip


def _versions(rows: list[SwinEntry]) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for row in rows:
        found.setdefault(bare(row.ecu), set()).add(bare(row.version) if row.version else None)
    return found


def _one_approval(rows: list[SwinEntry]) -> Iterator[Finding]:
    # (1) one approval
    by_approval: dict[str, list[SwinEntry]] = {}
    for row in rows:
        by_approval.setdefault(bare(row.approval or ""), []).append(row)
    first = next(iter(by_approval.values()))
    facts: dict[str, Any] = {"swin": first[0].swin, "approvals": "; ".join(sorted(by_approval))}
    if len([name for name in by_approval if name]) > 1:
        sets = [_versions(same) for name, same in by_approval.items() if name]
        if any(
            ecu in other and not versions & other[ecu] for versions_of in sets for ecu, versions in versions_of.items() for other in sets
        ):
            yield breach("变更后的版本沿用了原软件识别码", "a SWIN is used again for other versions", at=first[0].origin, **facts)
        else:
            yield gap("同一识别码登记了多个批准", "one SWIN names several approvals", at=first[0].origin, **facts)
    elif "" in by_approval:
        yield gap("识别码未注明批准", "a row of the SWIN names no approval", at=by_approval[""][0].origin, **facts)
    else:
        yield ok("识别码属于一个批准", "the SWIN belongs to one approval", at=first[0].origin, **facts)


def _history(rows: list[SwinEntry], register: _Register) -> Iterator[Finding]:
    # (2) the number before is kept, and is earlier
    names = {bare(e.previous): e for e in rows if e.previous}
    for name, entry in sorted(names.items()):
        facts: dict[str, Any] = {"swin": entry.swin, "previous": entry.previous}
        before = register.get(name)
        if before is None:
            yield breach(
                "被取代的识别码在登记中查不到", "the number that it replaces is no longer in the register", at=entry.origin, **facts
            )
            continue
        if _leads_back(bare(entry.swin), name, register):
            yield breach("识别码的沿革成环", "the history of the SWIN leads back to itself", at=entry.origin, **facts)
            continue
        days, old = [e.valid_from for e in rows if e.valid_from], [e.valid_from for e in before if e.valid_from]
        if len(days) < len(rows) or len(old) < len(before):
            yield gap("识别码的生效日期缺失", "the first day of a SWIN is missing", at=entry.origin, **facts)
        elif min(days) < max(old):
            yield breach(
                "新识别码早于其所取代的识别码生效", "the SWIN begins before the one that it replaces", at=entry.origin,
                measured=str(min(days)), limit=str(max(old)), **facts,
            )  # fmt: skip
        else:
            yield ok("原识别码可查且在先", "the number before is on record and earlier", at=entry.origin, **facts)
        yield from _difference(rows, _versions(before))


def _leads_back(start: str, name: str, register: _Register) -> bool:
    seen, pending = set[str](), [name]
    while pending:
        at = pending.pop()
        if at == start:
            return True
        if at not in seen:
            seen.add(at)
            pending += [bare(e.previous) for e in register.get(at, ()) if e.previous]
    return False


def _difference(rows: list[SwinEntry], before: dict[str, set[str | None]]) -> Iterator[Finding]:
    # (3) what changed is told with its integrity value
    for row in rows:
        changed = row.version is None or bare(row.version) not in before.get(bare(row.ecu), set())
        if changed and (row.version is None or digest_of(row.digest) is None):
            yield gap(
                "变更的控制器缺少版本或校验值",
                "an ECU that changed lacks its version or integrity value",
                at=row.origin,
                swin=row.swin,
                ecu=row.ecu,
            )


def _updated(campaign: UpdateCampaign, units: list[SoftwareUnit], register: _Register) -> Iterator[Finding]:
    # (4) an approved update has a new number by its release
    facts: dict[str, Any] = {"campaign": campaign.id, "approval": campaign.approval}
    sides = [
        [u for u in units if bare(u.baseline) == bare(name)] if name else [] for name in (campaign.baseline_before, campaign.baseline_after)
    ]
    if not all(sides):
        yield gap("升级前或升级后的软件清单缺失", "the bill of software before or after the update is missing", at=campaign.origin, **facts)
        return
    old = {bare(u.ecu): u for u in sides[0]}
    for unit in sides[1]:
        was = old.get(bare(unit.ecu))
        if unit.approval_relevant is False or (was and was.version and unit.version and bare(was.version) == bare(unit.version)):
            continue
        yield _new_number(campaign, unit, was, register)


def _new_number(campaign: UpdateCampaign, unit: SoftwareUnit, was: SoftwareUnit | None, register: _Register) -> Finding:
    facts: dict[str, Any] = {"campaign": campaign.id, "ecu": unit.ecu, "swin": unit.swin, "before": was.swin if was else None}
    if unit.approval_relevant is None or unit.version is None or unit.swin is None or (was and (was.swin is None or was.version is None)):
        return gap("无法判定识别码是否随升级变更", "it cannot be told whether the SWIN changed with the update", at=unit.origin, **facts)
    if was and was.swin and bare(was.swin) == bare(unit.swin):
        return breach("经批准的变更沿用了原软件识别码", "an approved change kept the SWIN", at=unit.origin, **facts)
    rows = register.get(bare(unit.swin))
    if rows is None:
        return breach("升级后的识别码未登记", "the SWIN after the update is not registered", at=unit.origin, **facts)
    days = [e.valid_from for e in rows if e.valid_from]
    if campaign.released_on is None or len(days) < len(rows):
        return gap("发布或识别码生效的日期缺失", "the day of release or the first day of the SWIN is missing", at=unit.origin, **facts)
    if max(days) > campaign.released_on:
        return breach(
            "识别码在发布之后才生效", "the SWIN began after the release", at=unit.origin, measured=str(max(days)),
            limit=str(campaign.released_on), **facts,
        )  # fmt: skip
    return ok("识别码随批准更新", "the SWIN changed with the approval", at=unit.origin, **facts)


_Inputs = tuple[list[SwinEntry], list[UpdateCampaign] | None, list[SoftwareUnit] | None]


def _inputs(new: dict[str, object], unit: dict[str, object] | None = None) -> _Inputs:
    plain = {"ecu": "EPS", "version": "1.2", "digest": "5a" * 32, "valid_from": "2026-01-05", "approval": "P-1", "swin": "R079-0001"}
    later = {"version": "1.3", "valid_from": "2026-05-05", "approval": "P-1-E1", "swin": "R079-0002", "previous": "R079-0001"}
    entries = [SwinEntry.model_validate(plain), SwinEntry.model_validate(plain | later | new)]
    campaign = {"id": "U-1", "approval": "A-9", "released_on": "2026-05-06", "baseline_before": "B1", "baseline_after": "B2"}
    old = {"baseline": "B1", "ecu": "EPS", "version": "1.2", "swin": "R079-0001", "approval_relevant": "是"}
    units = [old, old | {"baseline": "B2", "version": "1.3", "swin": "R079-0002"} | (unit or {})]
    return entries, [UpdateCampaign.model_validate(campaign)], [SoftwareUnit.model_validate(u) for u in units]


@swin_follows_approvals.example(Verdict.PASS)
def number_after_number() -> _Inputs:
    """The extension has its own number, a day before the release."""
    return _inputs({})


@swin_follows_approvals.example(Verdict.FAIL)
def number_used_again() -> _Inputs:
    """The extension keeps the number for other software."""
    return _inputs({"swin": "R079-0001", "previous": ""}, {"swin": "R079-0001"})


@swin_follows_approvals.example(Verdict.FAIL)
def earlier_number_thrown_away() -> _Inputs:
    """The number that is replaced has no rows any more."""
    entries, campaigns, units = _inputs({})
    return entries[1:], campaigns, units


@swin_follows_approvals.example(Verdict.FAIL)
def registered_after_the_release() -> _Inputs:
    """The number began a day after the release."""
    return _inputs({"valid_from": "2026-05-07"})


@swin_follows_approvals.example(Verdict.INCONCLUSIVE)
def day_missing() -> _Inputs:
    """Nobody wrote down when the number began."""
    return _inputs({"valid_from": ""})
