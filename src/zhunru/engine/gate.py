"""Decides a gate: reads the files itself, decides everything anew, seals what it decided."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from zhunru import __version__
from zhunru.core.check import Check
from zhunru.core.decision import Decision, Reason, Settled, by_rule, by_verdicts, ordered, settled
from zhunru.core.errors import EvidenceError, PlanError
from zhunru.core.forms import of_one_form
from zhunru.core.gate import DEMANDED, HINDSIGHT, Gate
from zhunru.core.record import CHINA, Record
from zhunru.core.result import CheckResult, Saying
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.engine import walk
from zhunru.engine.assess import LEDGER, place_of, seal_evidence
from zhunru.engine.bind import Bound
from zhunru.engine.clock import behind
from zhunru.engine.dossier import Dossier, Profile, write_whole
from zhunru.engine.fold import clauses_of, signature_of
from zhunru.engine.ledger import START, Entry, Ledger
from zhunru.engine.material import Material
from zhunru.engine.packages import ReadPackage, read_package
from zhunru.engine.release import Release, release_of
from zhunru.engine.run import Progress, collect, run_checks
from zhunru.engine.trusted_keys import pins_of, trusted_keys, unexpected
from zhunru.engine.views import Views, views_of
from zhunru.records.acceptance import Acceptance
from zhunru.records.review import Review

PERMIT = "permit.json"
DECISION = "gate.json"
_ORDER = [
    *(v.value for v in (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.MISSING)),
    "NOT_ASSESSED",
    "PASS",
    "NOT_APPLICABLE",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks of a gate.

    Args:
        gate: Id of the gate.
        packages: Files to be released.
        campaign: Activity that is expected, empty for any.
        rehearse: Day to be tried instead of today; never a release.
        expect_gate: Digest that the gate must have, empty for any.
        head: Digest of a ledger line noted down earlier, empty for none.
        expect_keys: Fingerprints, or their beginnings, of the keys that approvals may rest on; empty for any.
        jobs: Worker processes.
    """

    gate: str
    packages: Sequence[Path] = ()
    campaign: str = ""
    rehearse: date | None = None
    expect_gate: str = ""
    head: str = ""
    jobs: int = 1
    expect_keys: Sequence[str] = ()


@dataclass
class _Case:
    """One run of a gate under way."""

    gate: Gate
    asked: Asked
    now: datetime
    dossier: Dossier
    given: list[ReadPackage]
    reasons: list[Reason] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def day(self) -> date:
        return self.asked.rehearse or self.now.astimezone(CHINA).date()

    def say(self, rule: str, source: str = "", row: int | None = None, **facts: str | int | None) -> None:
        self.reasons.append(by_rule(walk.catalogue().rules[rule], source, row, **facts))


def gate_named(name: str) -> Gate:
    """Return the gate; raise PlanError with the names there are."""
    gates = walk.catalogue().gates
    if name not in gates:
        raise PlanError(
            Text("没有这个关口", "there is no such gate"), name, Text("可用：" + "、".join(gates), "gates: " + ", ".join(gates))
        )
    return gates[name]


def gate_digest(gate: Gate) -> str:
    """Return the SHA-256 over everything that defines the gate: its clauses with what makes them concrete, its rules, its paths."""
    law = walk.catalogue()
    clauses = {i: law.clauses[i].model_dump(mode="json") for g in gate.clauses for i in (g, *law.clauses[g].concrete)}
    content = {
        "gate": gate.model_dump(mode="json"),
        "clauses": clauses,
        "rules": {i: r.model_dump(mode="json") for i, r in law.rules.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def decide(dossier: Dossier, asked: Asked, now: datetime, progress: Progress | None = None) -> Decision:
    """Decide the gate; nothing remembered is used, neither verdicts nor digests.

    Args:
        dossier: The opened dossier; its profile, if any, can only tighten.
        asked: What is asked.
        now: The machine's clock, with zone.
        progress: Told how far it is.

    Raises:
        PlanError: There is no such gate, package or dossier; a fingerprint is none.
    """
    fresh, pins = replace(dossier, fresh=True), pins_of(asked.expect_keys)
    case = _Case(gate_named(asked.gate), asked, now, fresh, [read_package(p) for p in asked.packages])
    digest = gate_digest(case.gate)
    if asked.expect_gate and asked.expect_gate.lower() != digest:
        case.say("gate-unexpected", expected=asked.expect_gate, found=digest)
    _read_ledger(case)
    before = {f.name: f.sha256 for f in (*fresh.files, *fresh.own_files)}
    with tempfile.TemporaryDirectory(prefix="zhunru-") as folder:
        material, bound = collect(fresh, Path(folder), case.day, asked.jobs, progress)
        _in_time(case, material)
        release = _release(case, material)
        case.reasons += unexpected(walk.catalogue().rules, material.records, pins)
        outcome, by_person = _judge(case, material, bound, release, progress)
        signature = signature_of(material, dossier.profile, asked.gate)
    again = Dossier(fresh.folder, fresh.subject, fresh.profile, fresh=True)
    if before != {f.name: f.sha256 for f in (*again.files, *again.own_files)}:
        case.say("evidence-moved")
    reasons = ordered(case.reasons)
    return Decision(
        gate=case.gate.id,
        gate_digest=digest,
        title=Saying(zh=case.gate.title_zh, en=case.gate.title_en),
        product=dossier.subject.name,
        day=case.day,
        rehearsal=asked.rehearse is not None,
        open=not reasons,
        campaign=release.campaign,
        packages=release.packages,
        clauses=outcome,
        reasons=reasons,
        by_person=by_person,
        accepted_by=_accepting(material, outcome, case.day),
        keys=trusted_keys(material.records, pins),
        profile=dossier.profile.name,
        baseline=signature.baseline,
        environment=signature.environment,
        code=walk.code_digest(),
        version=__version__,
        ledger_head=case.entries[-1].digest if case.entries else START,
    )


def _in_time(case: _Case, material: Material) -> None:
    if case.asked.rehearse:
        case.say("rehearsal", day=str(case.asked.rehearse))
    else:
        case.reasons += behind(walk.catalogue().rules, case.now, case.entries, material, case.given)


def _read_ledger(case: _Case) -> None:
    try:
        for entry in Ledger(case.dossier.folder / LEDGER).entries():
            case.entries.append(entry)
    except EvidenceError as error:
        case.say("ledger-broken", error.where)
    if case.asked.head and case.asked.head.lower() not in {e.digest for e in case.entries}:
        case.say("head-unknown", LEDGER, head=case.asked.head)


def _release(case: _Case, material: Material) -> Release:
    if not case.gate.packages:
        return Release("", (), ())
    found = release_of(walk.catalogue().rules, case.given, material.records, material.subject, case.day, case.asked.campaign)
    case.reasons += found.reasons
    return found


def _judge(
    case: _Case, material: Material, bound: Bound, release: Release, progress: Progress | None
) -> tuple[tuple[Settled, ...], tuple[str, ...]]:
    """Run the checks of the gate under every view and every set of numbers; what any of them says counts."""
    law = walk.catalogue()
    concrete = {i: law.clauses[i].concrete for i in case.gate.clauses}
    wanted = {*case.gate.clauses, *(c for ids in concrete.values() for c in ids)}
    checks = [c for c in walk.checks().values() if wanted.intersection(c.clauses)]
    accepted = frozenset(a.clause for a in _acceptances(material, case.day))
    unclaimed = wanted - {i for c in checks for i in c.clauses}
    reviewed = unclaimed & _reviewed(material.records.get(Review, ()), case.day)
    worst: dict[str, Settled] = {}
    for views in views_of(material, release.campaign, case.day):
        for profile in [Profile(), *([case.dossier.profile] if case.dossier.profile.limits else [])]:
            results = of_one_form(_results(views, bound, checks, profile, progress))
            clauses = {c.id: c for c in clauses_of(material, checks, results, "")}
            case.reasons += by_verdicts(case.gate, concrete, clauses, {r.id: r for r in results}, accepted, frozenset(unclaimed - reviewed))
            for one in settled(case.gate, clauses, accepted):
                known = worst.get(one.clause)
                if known is None or _ORDER.index(str(one.verdict)) < _ORDER.index(str(known.verdict)):
                    worst[one.clause] = one
    if not any(s.verdict is Verdict.PASS for s in worst.values()):
        case.say("nothing-passed")
    # what the law demands before every release is not taken off by the maker's own statement
    declared = [i for i in sorted(DEMANDED.get(case.gate.id, ())) if worst[i].verdict is Verdict.NOT_APPLICABLE]
    if declared:
        case.say("demanded-not-applicable", "dossier.toml", clauses="; ".join(declared))
    return tuple(worst[i] for i in case.gate.clauses), tuple(sorted(reviewed))


def _results(views: Views, bound: Bound, checks: Sequence[Check], profile: Profile, progress: Progress | None) -> Iterator[CheckResult]:
    """Yield the result of every check, each under its view; those of a later time only where they tell of a breach."""
    for view, ids in views:
        for name in ("checks", "derived"):  # what was derived under one view does not hold for another
            shutil.rmtree(view.cache / name, ignore_errors=True)
        for result in run_checks(view, bound, [c for c in checks if c.id in ids], profile, progress):
            if HINDSIGHT.get(result.id) != "past" or result.verdict in {Verdict.FAIL, Verdict.ERROR}:
                yield result


def _acceptances(material: Material, day: date) -> list[Acceptance]:
    rows = [a for a in material.records.get(Acceptance, ()) if isinstance(a, Acceptance)]
    return [a for a in rows if a.person and a.reason and a.day and a.day <= day and not a.origin.problems]


def _accepting(material: Material, outcome: Sequence[Settled], day: date) -> tuple[str, ...]:
    """Return who accepted the screening verdicts that count."""
    counted = {s.clause for s in outcome if s.rests_on_acceptance}
    return tuple(sorted({a.person for a in _acceptances(material, day) if a.person and a.clause in counted}))


def _reviewed(reviews: Sequence[Record], day: date) -> frozenset[str]:
    """Return the clauses that named persons have judged, every one of them with a pass."""
    rows = [r for r in reviews if isinstance(r, Review)]
    good = [r for r in rows if r.verdict == "PASS" and r.person and r.evidence and r.day and r.day <= day and not r.origin.problems]
    return frozenset(r.clause for r in good) - {r.clause for r in rows if r not in good}


def seal_decision(
    dossier: Dossier, decision: Decision, artefacts: Mapping[str, bytes], out: Path, now: datetime, seed: bytes | None = None
) -> tuple[dict[str, Any] | None, str]:
    """Write the artefacts, chain the decision, and write a permit when the gate is open.

    Args:
        dossier: The dossier.
        decision: What was decided.
        artefacts: File name -> content; `gate.json` among them.
        out: Folder of the artefacts.
        now: The machine's clock, with zone.
        seed: Private half of the Ed25519 key that signs a permit; None = it is not signed.

    Returns:
        The permit or None, and the digest of the ledger line; empty when a broken ledger could take none.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / PERMIT).unlink(missing_ok=True)  # a permit of an earlier run never outlives a later decision
    for name, content in artefacts.items():
        write_whole(out / name, content)
    ledger = Ledger(dossier.folder / LEDGER)
    body = {
        "out": place_of(dossier, out),
        "gate": decision.gate,
        "open": decision.open,
        "rehearsal": decision.rehearsal,
        "day": decision.day.isoformat(),
        "campaign": decision.campaign,
        "packages": [[p.name, p.sha256] for p in decision.packages],
        "decision": hashlib.sha256(artefacts[DECISION]).hexdigest(),
        "gate_digest": decision.gate_digest,
        "baseline": decision.baseline,
        "environment": decision.environment,
        "code": decision.code,
        "reasons": len(decision.reasons),
    }
    try:
        seal_evidence(replace(dossier, fresh=True), ledger, now)
        head = ledger.append("gate", body, now)
    except EvidenceError:
        return None, ""
    if not decision.open:
        return None, head
    from zhunru.engine.permit import permit_of, signed_bytes
    from zhunru.wire.signature import sign

    permit = permit_of(decision, body, head)
    if seed:
        permit["signature"] = sign(signed_bytes(permit), seed)
    write_whole(out / PERMIT, json.dumps(permit, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
    return permit, head
