"""Binds the files that are to be released to one activity: released = filed = tested = approved, by digest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhunru.core.decision import GivenPackage, Reason, by_rule
from zhunru.core.gate import Rule
from zhunru.core.record import Record
from zhunru.core.subject import Subject
from zhunru.engine.packages import ReadPackage
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of
from zhunru.records.filing import Filing
from zhunru.records.test_report import TestReport
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.records.vehicle_function import VehicleFunction

Records = Mapping[type[Record], Sequence[Record]]
_AUTOMATED = 3
"""Level from which driving automation is automated driving, GB/T 40429."""
_OFFLINE = ("离线", "offline", "线下", "obd", "usb")


@dataclass(frozen=True, slots=True)
class Release:
    """The activity that the files belong to, and what speaks against releasing them."""

    campaign: str
    packages: tuple[GivenPackage, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One recorded package: of which activity, under which name, with which digest."""

    campaign: str
    name: str
    digest: str | None
    record: Record


def release_of(
    rules: Mapping[str, Rule], given: Sequence[ReadPackage], records: Records, subject: Subject, day: date, campaign: str
) -> Release:
    """Return the release that `given` makes.

    Args:
        rules: Rules of the gate by id.
        given: Files as they were read.
        records: Records of the dossier by kind.
        subject: Product under assessment.
        day: Day of release.
        campaign: Activity that the user expects, empty for none.
    """
    reasons: list[Reason] = [by_rule(rules[g.problem], g.name) for g in given if g.problem]
    rows = list(_rows(records))
    whole = [g for g in given if not g.problem]
    if not given:
        reasons.append(by_rule(rules["no-package"]))
    homes = [{bare(r.campaign) for r in rows if r.digest == _digest(g)} for g in whole]
    reasons += [_stranger(rules, g, rows) for g, home in zip(whole, homes, strict=True) if not home]
    known = [home for home in homes if home]
    fitting = set.intersection(*known) if known else set()
    chosen = bare(campaign) if campaign else next(iter(fitting), "")
    if known:
        if campaign and chosen not in fitting:
            reasons.append(by_rule(rules["other-activity"], campaign=campaign, belongs="; ".join(sorted(fitting))))
        elif not campaign and len(fitting) != 1:
            reasons.append(by_rule(rules["several-activities"], activities="; ".join(sorted(set().union(*known)))))
            chosen = ""
    if chosen:
        swapped = {bare(str(r.facts["named"])) for r in reasons if r.rule == "gate.package-swapped"}
        reasons += _bound(rules, {_digest(g) for g in whole}, [r for r in rows if bare(r.campaign) == chosen], swapped)
        reasons += _agreed(rules, {_digest(g) for g in whole}, chosen, records, subject, day)
    names = {r.digest: r.name for r in rows if bare(r.campaign) == chosen}
    packages = tuple(
        GivenPackage(name=g.name, sha256=g.sha256, size_byte=g.size_byte, package=names.get(_digest(g), "") if g.sha256 else "")
        for g in given
    )
    written = next((r.campaign for r in rows if bare(r.campaign) == chosen), campaign)
    return Release(written if chosen else campaign, packages, tuple(reasons))


def _digest(given: ReadPackage) -> str:
    return f"sha256:{given.sha256}"


def _rows(records: Records) -> Iterator[_Row]:
    for package in records.get(UpdatePackage, ()):
        if isinstance(package, UpdatePackage):
            yield _Row(package.campaign, package.package, digest_of(package.digest), package)
    for campaign in records.get(UpdateCampaign, ()):
        if isinstance(campaign, UpdateCampaign) and (campaign.digest or campaign.package):
            yield _Row(campaign.id, campaign.package or campaign.id, digest_of(campaign.digest), campaign)


def _stranger(rules: Mapping[str, Rule], given: ReadPackage, rows: Iterable[_Row]) -> Reason:
    names = {bare(given.name), bare(given.path.stem)}
    for row in rows:
        if bare(row.name) in names:
            origin = row.record.origin
            return by_rule(rules["package-swapped"], origin.source, origin.row, named=row.name, read=_digest(given), recorded=row.digest)
    return by_rule(rules["package-unknown"], package=given.name, read=_digest(given))


def _bound(rules: Mapping[str, Rule], given: set[str], mine: Sequence[_Row], swapped: set[str]) -> Iterator[Reason]:
    """Yield what was recorded for the activity and is not given; of a package that was swapped this is told already."""
    for row in mine:
        origin = row.record.origin
        if row.digest is None:
            # the activity may name a package as a mere heading; its bytes stand in the sheet of packages
            heading = isinstance(row.record, UpdateCampaign) and not row.record.digest
            if not heading or len(mine) == 1:
                yield by_rule(rules["digest-unreadable"], origin.source, origin.row, package=row.name)
        elif row.digest not in given and bare(row.name) not in swapped:
            yield by_rule(rules["package-not-given"], origin.source, origin.row, package=row.name, recorded=row.digest)


def _agreed(rules: Mapping[str, Rule], given: set[str], chosen: str, records: Records, subject: Subject, day: date) -> Iterator[Reason]:
    campaigns = [c for c in records.get(UpdateCampaign, ()) if isinstance(c, UpdateCampaign) and bare(c.id) == chosen]
    if not campaigns:
        yield by_rule(rules["activity-unknown"], campaign=chosen)
    if len({c.model_dump_json() for c in campaigns}) > 1:
        yield by_rule(rules["activity-contradicted"], campaigns[-1].origin.source, campaigns[-1].origin.row, campaign=campaigns[-1].id)
    for campaign in campaigns:
        yield from _product(rules, campaign, records, subject)
        if campaign.skill_needed is None:
            yield by_rule(rules["skill-unsaid"], campaign.origin.source, campaign.origin.row, campaign=campaign.id)
        yield from _approved(rules, given, campaign, records)
    yield from _filed(rules, given, chosen, records, day)
    yield from _tested(rules, given, chosen, records, day)


def _product(rules: Mapping[str, Rule], campaign: UpdateCampaign, records: Records, subject: Subject) -> Iterator[Reason]:
    source, at = campaign.origin.source, campaign.origin.row
    if bare(subject.name) not in map(bare, campaign.product):
        yield by_rule(rules["other-product"], source, at, product="; ".join(campaign.product), subject=subject.name)
    way = bare(campaign.way or "")
    if not subject.ota and not any(word in way for word in _OFFLINE):
        yield by_rule(rules["not-ota"], source, at, way=campaign.way)
    if subject.automation_level < _AUTOMATED:
        for function in records.get(VehicleFunction, ()):
            if isinstance(function, VehicleFunction) and (function.level or 0) >= _AUTOMATED:
                yield by_rule(
                    rules["level-understated"], function.origin.source, function.origin.row, function=function.id, level=function.level,
                    declared=subject.automation_level,
                )  # fmt: skip


def _approved(rules: Mapping[str, Rule], given: set[str], campaign: UpdateCampaign, records: Records) -> Iterator[Reason]:
    approved = {digest_of(a.digest) for a in records.get(Approval, ()) if isinstance(a, Approval)}
    if not (campaign.approval or campaign.automated_driving or given & approved):
        return  # whether one is needed is decided from the difference, by the checks
    for digest in sorted(given - approved):
        yield by_rule(rules["approved-differs"], campaign.origin.source, campaign.origin.row, read=digest, cited=campaign.approval)


def _filed(rules: Mapping[str, Rule], given: set[str], chosen: str, records: Records, day: date) -> Iterator[Reason]:
    every = [f for f in records.get(Filing, ()) if isinstance(f, Filing)]
    mine = [f for f in every if f.matter == "activity" and bare(f.campaign or "") == chosen]
    standing = [f for f in mine if all(_stands(g, day) for g in every if bare(g.id) == bare(f.id))]
    if not standing:
        first = mine[0] if mine else None
        source, row = (first.origin.source, first.origin.row) if first else ("", None)
        yield by_rule(
            rules["not-filed"], source, row, campaign=chosen, filing=first.id if first else None, state=first.state if first else None
        )
    elif not any({digest_of(d) for d in f.digests} == given for f in standing):
        filed = standing[0]
        yield by_rule(
            rules["filed-differs"], filed.origin.source, filed.origin.row, filing=filed.id, filed="; ".join(filed.digests),
            released="; ".join(sorted(given)),
        )  # fmt: skip


def _stands(filing: Filing, day: date) -> bool:
    accepted = filing.state == "accepted" and filing.accepted_on is not None and filing.accepted_on <= day
    ended = (filing.withdrawn_on and filing.withdrawn_on <= day) or (filing.valid_until and filing.valid_until < day)
    return accepted and not ended and not filing.origin.problems


def _tested(rules: Mapping[str, Rule], given: set[str], chosen: str, records: Records, day: date) -> Iterator[Reason]:
    every = [r for r in records.get(TestReport, ()) if isinstance(r, TestReport)]
    usable = [r for r in every if r.matter == "verification" and all(_usable(s, day) for s in every if bare(s.id) == bare(r.id))]
    tested = {digest_of(d) for r in usable for d in r.digests}
    mine = [r for r in every if r.matter == "verification" and bare(r.campaign or "") == chosen]
    for digest in sorted(given - tested):
        about = next((r for r in every if r.matter == "verification" and digest in map(digest_of, r.digests)), None)
        if about is None and mine:
            yield by_rule(rules["tested-differs"], mine[0].origin.source, mine[0].origin.row, report=mine[0].id, released=digest)
        else:
            origin = about.origin if about else None
            yield by_rule(
                rules["not-tested"], origin.source if origin else "", origin.row if origin else None, released=digest,
                report=about.id if about else None, valid_until=str(about.valid_until) if about and about.valid_until else None,
            )  # fmt: skip


def _usable(report: TestReport, day: date) -> bool:
    issued = report.verdict == "PASS" and report.issued_on is not None and report.issued_on <= day and bool(report.laboratory)
    return issued and not (report.valid_until and report.valid_until < day) and not report.origin.problems
