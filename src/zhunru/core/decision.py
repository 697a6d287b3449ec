"""What a gate decided, and the path to green: each reason with who closes it and with what."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from zhunru.core.gate import Gate, Remedy, Rule, holds
from zhunru.core.result import CheckResult, ClauseResult, Saying, SeenFinding
from zhunru.core.verdict import Verdict

DECISION_FORM = "zhunru-gate-decision-1"
SHOWN_PER_CHECK = 4
"""Different findings of one check that become reasons; the rest is counted."""
_OPENS = {Verdict.PASS, Verdict.NOT_APPLICABLE}
_STATES: dict[Verdict, Literal["failed", "open", "fault"]] = {Verdict.FAIL: "failed", Verdict.ERROR: "fault"}
_NOBODY = Saying(zh="企业准入部门", en="homologation department of the maker")
_UNSAID = Saying(zh="补充此条款所要求的证据后重新运行关口", en="add the evidence that the clause asks for and run the gate again")
_ACCEPTING = Saying(zh="接受筛查结论的具名人员", en="named person who accepts screening verdicts")

State = Literal["failed", "open", "fault"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reason(_Part):
    """One thing that keeps the gate shut, and the way out of it.

    Args:
        step: Step of `core.gate.STEPS`.
        rule: Check or rule of the gate that says it; the clause when a person or nobody judged.
        clause: Clause that asks for it.
        state: `failed` a breach, `open` something is lacking or cannot be told, `fault` a check crashed.
        missing: What is wrong or missing.
        giver: Who must act.
        remedy: Paper, record or test that closes it.
        source: File where it was seen.
        row: Row in that file.
        times: How often it was seen.
        measured: Observed value.
        limit: Limit that it was compared with.
        unit: Unit of both.
        facts: Further fields by name.
        about: What should be true: title of the check or of the clause; told where `missing` alone does not say it.
    """

    step: int
    rule: str
    clause: str = ""
    state: State
    missing: Saying
    giver: Saying
    remedy: Saying
    source: str = ""
    row: int | None = None
    times: int = 1
    measured: str | int | float | bool | None = None
    limit: str | int | float | bool | None = None
    unit: str = ""
    facts: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    about: Saying | None = None


class GivenPackage(_Part):
    """One file that is to be released, as it was read by the gate itself."""

    name: str
    sha256: str = ""
    size_byte: int = 0
    package: str = ""


class TrustedKey(_Part):
    """One trust anchor of the dossier: a key whose signatures the verdicts took for good.

    Args:
        key_id: Name under which approvals and packages cite it.
        holder: Who keeps the private half, as the dossier says.
        fingerprint: SHA-256 over the key (SubjectPublicKeyInfo, DER), hexadecimal; empty when the key is none that may be trusted.
        matters: What it may sign; empty = everything.
        pinned: Whoever asked the gate named this fingerprint.
    """

    key_id: str
    holder: str = ""
    fingerprint: str = ""
    matters: tuple[str, ...] = ()
    pinned: bool = False


class Settled(_Part):
    """What became of one clause of the gate."""

    clause: str
    title: Saying
    verdict: Verdict | Literal["NOT_ASSESSED"]
    screening: bool = False
    accepted: bool = False
    reason: Saying | None = None

    @property
    def rests_on_acceptance(self) -> bool:
        """A screening verdict that counts because a named person accepted it."""
        return self.screening and self.accepted and self.verdict in _OPENS


class Decision(_Part):
    """Open or held, with every reason, the files it holds for and what it rests on.

    Args:
        form: Form of the document.
        gate: Id of the gate.
        gate_digest: SHA-256 over the gate, its rules and the clauses it names.
        title: Name of the gate for people.
        product: Product under assessment.
        day: Day of release, China Standard Time.
        rehearsal: The day was given, not taken from the clock: never a release.
        open: Nothing keeps it shut.
        campaign: Update activity that the files belong to.
        packages: Files given.
        clauses: Every clause of the gate.
        reasons: What keeps it shut, in the order of the steps.
        by_person: Concrete clauses that no check judges and a named person has: shown, for they rest on a person's word.
        accepted_by: Persons who accepted the screening verdicts on which it rests.
        keys: Every trust anchor of the dossier; in the maker's own dossier it proves nothing until somebody else names its fingerprint.
        profile: Profile that tightened it, empty for none.
        baseline: Digest over code, catalogue and parameters.
        environment: Digest over evidence, subject and day.
        code: Digest over code and catalogue alone.
        version: Version of the software.
        ledger_head: Last ledger line before the decision.
    """

    form: str = DECISION_FORM
    gate: str
    gate_digest: str
    title: Saying
    product: str
    day: date
    rehearsal: bool = False
    open: bool
    campaign: str = ""
    packages: tuple[GivenPackage, ...] = ()
    clauses: tuple[Settled, ...] = ()
    reasons: tuple[Reason, ...] = ()
    by_person: tuple[str, ...] = ()
    accepted_by: tuple[str, ...] = ()
    keys: tuple[TrustedKey, ...] = ()
    profile: str = ""
    baseline: str = ""
    environment: str = ""
    code: str = ""
    version: str = ""
    ledger_head: str = ""

    def exit_code(self) -> int:
        """Return 0 open; 1 held by something that failed; 3 held by something open or missing; 4 held because a check crashed."""
        states = {r.state for r in self.reasons}
        if self.open:
            return 0
        return 1 if "failed" in states else 4 if "fault" in states else 3


def by_rule(rule: Rule, source: str = "", row: int | None = None, **facts: str | int | float | bool | None) -> Reason:
    """Return the reason that a rule of the gate gives."""
    return Reason(
        step=rule.step, rule=f"gate.{rule.id}", clause=rule.clause, state=rule.state, missing=Saying(zh=rule.text_zh, en=rule.text_en),
        giver=Saying(zh=rule.giver_zh, en=rule.giver_en), remedy=Saying(zh=rule.remedy_zh, en=rule.remedy_en),
        source=source, row=row, facts=facts,
    )  # fmt: skip


def ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return each reason once, in the order in which a release is settled, what failed before what is open."""
    once = {r.model_dump_json(): r for r in reasons}
    rank = {"failed": 0, "fault": 1, "open": 2}
    return tuple(sorted(once.values(), key=lambda r: (r.step, rank[r.state], r.clause, r.rule, r.source, r.row or 0, r.missing.en)))


def settled(gate: Gate, clauses: Mapping[str, ClauseResult], accepted: frozenset[str]) -> tuple[Settled, ...]:
    """Return what became of each clause of the gate."""
    return tuple(
        Settled(
            clause=c.id, title=c.title, verdict=c.verdict or "NOT_ASSESSED", screening=c.screening, accepted=c.id in accepted, reason=c.reason
        )
        for c in (clauses[i] for i in gate.clauses)
    )  # fmt: skip


def by_verdicts(
    gate: Gate,
    concrete: Mapping[str, tuple[str, ...]],
    clauses: Mapping[str, ClauseResult],
    checks: Mapping[str, CheckResult],
    accepted: frozenset[str],
    unjudged: frozenset[str] = frozenset(),
) -> Iterator[Reason]:
    """Yield what the verdicts say against opening.

    Args:
        gate: The gate.
        concrete: Clause of the gate -> clauses that make it concrete. Their verdicts count, too: a person's no on one of them holds.
        clauses: Clause id -> outcome.
        checks: Check id -> outcome.
        accepted: Clauses whose screening verdict a named person has accepted.
        unjudged: Concrete clauses that no check judges and no named person has passed; those that apply hold.
    """
    whole = gate.model_copy(update={"clauses": (*gate.clauses, *dict.fromkeys(c for ids in concrete.values() for c in ids))})
    verdicts = {i: c.verdict for i, c in clauses.items() if c.verdict is not None}
    above = {c: [g for g, ids in concrete.items() if c in ids] for c in whole.clauses if c not in gate.clauses}
    # a person who accepts a duty accepts what makes it concrete
    screening = {i: c.screening and not (above.get(i) and accepted.issuperset(above[i])) for i, c in clauses.items()}
    told: set[str] = set()
    for held in holds(whole, verdicts, screening, accepted):
        clause = clauses[held.clause]
        if held.verdict == "NOT_ASSESSED":
            if clause.id in gate.clauses:
                yield _by_clause(gate, clause, clause.reason)
        elif held.verdict in _OPENS:
            if not any(clauses[g].screening and g not in accepted for g in above.get(clause.id, ())):
                yield _unaccepted(gate, clause)
        else:
            guilty = [checks[c] for c in clause.checks if c in checks and checks[c].verdict not in _OPENS]
            for check in guilty:
                if check.id not in told:
                    told.add(check.id)
                    yield from _by_check(gate, clause, check)
            if not guilty:
                yield _by_clause(gate, clause, clause.reason)
    for name in sorted(unjudged):
        if clauses[name].verdict in {None, Verdict.PASS}:
            yield _unreviewed(gate, clauses[name])


def _by_check(gate: Gate, clause: ClauseResult, check: CheckResult) -> Iterator[Reason]:
    remedy = gate.remedy(*check.clauses)
    asked = next((c for c in check.clauses if remedy and c in remedy.clauses), clause.id)
    state = _STATES.get(check.verdict, "open")
    wanted = {Verdict.FAIL: ("breach",), Verdict.INCONCLUSIVE: ("gap",)}.get(check.verdict, ())
    alike: dict[str, list[SeenFinding]] = {}
    for finding in check.findings:
        if finding.kind in wanted:
            alike.setdefault(finding.text.en, []).append(finding)
    for same in list(alike.values())[:SHOWN_PER_CHECK]:
        first = same[0]
        yield _made(
            remedy, rule=check.id, clause=asked, state=state, missing=first.text, source=first.source, row=first.row, times=len(same),
            measured=first.measured, limit=first.limit, unit=first.unit, facts=first.facts,
        )  # fmt: skip
    if not alike:
        missing = check.reason or Saying(zh="检查没有给出结论", en="the check came to no conclusion")
        yield _made(remedy, rule=check.id, clause=asked, state=state, missing=missing, about=check.title)


def _by_clause(gate: Gate, clause: ClauseResult, reason: Saying | None) -> Reason:
    state = _STATES.get(clause.verdict, "open") if clause.verdict else "open"
    missing = reason or Saying(zh="没有结论", en="there is no verdict")
    return _made(gate.remedy(clause.id), rule=clause.id, clause=clause.id, state=state, missing=missing, about=clause.title)


def _unreviewed(gate: Gate, clause: ClauseResult) -> Reason:
    how = Saying(
        zh=f"由具名人员评审，登记于“人工评审”：{clause.id}、结论、姓名、日期、依据",
        en=f"a person judges it: sheet `review` with {clause.id}, verdict, person, day, evidence",
    )
    missing = Saying(zh="没有检查判定此条款，也无人评审", en="no check judges this clause, and nobody has reviewed it")
    return _made(gate.remedy(clause.id), rule=clause.id, clause=clause.id, state="open", missing=missing, about=clause.title).model_copy(
        update={"remedy": how}
    )


def _unaccepted(gate: Gate, clause: ClauseResult) -> Reason:
    remedy = gate.remedy(clause.id)
    return Reason(
        step=remedy.step if remedy else 1, rule=clause.id, clause=clause.id, state="open",
        missing=Saying(zh="结论为筛查性：所依据的限值未经原文确认", en="the pass is screening: it rests on a limit that is not confirmed"),
        about=clause.title,
        giver=_ACCEPTING,
        remedy=Saying(zh=f"在“筛查结论接受”中登记：{clause.id}、姓名、日期、理由",
                      en=f"a row in the sheet `acceptance`: {clause.id}, person, day, reason"),
    )  # fmt: skip


def _made(remedy: Remedy | None, **fields: object) -> Reason:
    plain = {
        "step": remedy.step if remedy else 1,
        "giver": Saying(zh=remedy.giver_zh, en=remedy.giver_en) if remedy else _NOBODY,
        "remedy": Saying(zh=remedy.remedy_zh, en=remedy.remedy_en) if remedy else _UNSAID,
    }
    return Reason.model_validate(plain | fields)
