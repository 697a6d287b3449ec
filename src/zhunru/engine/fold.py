"""Folds check results into a verdict per clause and the whole result."""

import hashlib
import json
import platform
from collections.abc import Sequence
from datetime import date
from typing import Any

from zhunru import __version__
from zhunru.core.check import Check
from zhunru.core.clause import SCREENING, Clause
from zhunru.core.forms import of_one_form
from zhunru.core.result import (
    CheckResult,
    ClauseResult,
    EvidenceResult,
    ExhibitResult,
    Progress,
    Result,
    Saying,
    Signature,
)
from zhunru.core.table import Exhibit, Table
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict, worst
from zhunru.engine import walk
from zhunru.engine.bind import Bound
from zhunru.engine.dossier import File, Profile
from zhunru.engine.intake import Receipt
from zhunru.engine.material import Material
from zhunru.engine.run import clause_why_not, saying
from zhunru.records.review import Review
from zhunru.records.waiver import Waiver

OPINION = "miit-2021-103"
"""The three numbers of progress count the duties of the opinion; later instruments make them concrete."""
_EXHIBIT_ROWS = 400


def result_of(
    material: Material, bound: Bound, checks: Sequence[Check], results: Sequence[CheckResult], profile: Profile, selection: str
) -> Result:
    """Build the result of an assessment; equal inputs give equal results."""
    clauses = clauses_of(material, checks, results, selection)
    return Result(
        subject=material.subject,
        as_of=material.day,
        selection=selection,
        progress=_progress([c for c in clauses if c.instrument == OPINION]),
        clauses=clauses,
        checks=tuple(sorted(results, key=lambda r: r.id)),
        evidence=tuple(_evidence(f, material.receipts[f.name], bound) for f in material.files),
        exhibits=tuple(_exhibits(material, {i for c in checks for i in c.clauses})),
        instruments={i: Saying(zh=k.title_zh, en=k.title_en) for i, k in walk.catalogue().instruments.items()},
        signature=signature_of(material, profile, selection),
    )


def clauses_of(material: Material, checks: Sequence[Check], results: Sequence[CheckResult], selection: str) -> tuple[ClauseResult, ...]:
    """Return the outcome of every clause of the catalogue."""
    chosen = {c.id for c in checks}
    used = of_one_form(results)
    return tuple(_clause(clause, material, used, chosen, selection) for clause in walk.catalogue().clauses.values())


def _clause(clause: Clause, material: Material, results: Sequence[CheckResult], chosen: set[str], selection: str) -> ClauseResult:
    claiming = [r for r in results if clause.id in r.clauses]
    reviews = [r for r in material.records.get(Review, ()) if isinstance(r, Review) and r.clause == clause.id]
    verdict: Verdict | None
    if reason := clause_why_not(clause.id, material):
        verdict = Verdict.NOT_APPLICABLE
    else:
        verdict, reason = _by_checks(clause, claiming, chosen, selection)
        verdict, reason = _by_persons(clause, verdict, reason, reviews, material.day)
    return ClauseResult(
        id=clause.id,
        instrument=clause.instrument,
        theme=clause.theme,
        title=Saying(zh=clause.title_zh, en=clause.title_en),
        duty=Saying(zh=clause.duty_zh, en=clause.duty_en),
        verdict=verdict,
        reason=saying(reason) if reason else None,
        screening=verdict is not Verdict.NOT_APPLICABLE
        and bool(claiming)
        and (clause.basis in SCREENING or any(r.screening for r in claiming)),
        checks=tuple(r.id for r in claiming),
        reviewed_by="; ".join(sorted(f"{r.person or '?'} {_judged(r, material.day)} {r.day or '?'}" for r in reviews)),
        waiver=_waiver(clause.id, claiming, material) if verdict is Verdict.FAIL else "",
        basis=clause.basis,
    )


def _by_checks(clause: Clause, claiming: Sequence[CheckResult], chosen: set[str], selection: str) -> tuple[Verdict | None, Text | None]:
    if not claiming:
        return None, _unassessed(clause, chosen, selection)
    verdict = worst(r.verdict for r in claiming)
    if verdict is Verdict.PASS and any(clause.id in c.clauses for c in walk.checks().values() if c.id not in chosen):
        return None, Text("本次只运行了此条款的部分检查", "only part of the checks of this clause was run")
    return verdict, _why(verdict, claiming)


def _by_persons(
    clause: Clause, verdict: Verdict | None, reason: Text | None, reviews: Sequence[Review], day: date
) -> tuple[Verdict | None, Text | None]:
    """Fold what persons judged into the verdict of the checks: a person's no counts, a person's yes decides only what no check can."""
    said = [_judged(r, day) for r in reviews]
    held = [v for v in said if v is not Verdict.PASS]
    if held and (verdict in {None, Verdict.PASS, Verdict.MISSING} or worst(held) is Verdict.FAIL):
        return worst(held), Text("人工评审未予通过", "a person has judged it and did not pass it")
    if not clause.review_only:
        return verdict, reason
    if verdict is Verdict.PASS and not said:
        return Verdict.INCONCLUSIVE, Text("检查未见问题，但须由人工评审决定", "the checks saw nothing wrong, but a person must decide")
    if verdict is None and said:
        return Verdict.PASS, Text("由人工评审决定", "decided by a person's review")
    return verdict, reason


def _judged(review: Review, day: date) -> Verdict:
    if review.verdict is None or review.day is None or review.day > day or not review.person:
        return Verdict.INCONCLUSIVE  # without a readable judgement, a name and a day not in the future nobody has judged
    return Verdict(review.verdict)


def _why(verdict: Verdict, claiming: Sequence[CheckResult]) -> Text | None:
    if verdict is Verdict.PASS:
        # a check is never the whole of a duty: what it cannot see stands beside every pass
        limits = [r.not_covered for r in claiming if r.not_covered]
        zh, en = (" ".join(dict.fromkeys(" ".join(t.split()) for t in texts)) for texts in ((n.zh for n in limits), (n.en for n in limits)))
        return Text(f"仅就已做检查而言；未覆盖：{zh}", f"as far as checked; not covered: {en}")
    for result in claiming:
        if result.verdict is verdict:
            if result.findings and result.reason is None:
                return Text(result.findings[0].text.zh, result.findings[0].text.en)
            return Text(result.reason.zh, result.reason.en) if result.reason else None
    return None


def _unassessed(clause: Clause, chosen: set[str], selection: str) -> Text:
    if selection and any(clause.id in c.clauses for c in walk.checks().values() if c.id not in chosen):
        return Text("本次未选中其检查", "its checks were not selected in this run")
    if clause.review_only:
        return Text("只能由人工评审，尚无检查", "only a person can decide it; no check reads such reviews yet")
    return Text("尚无检查覆盖此条款", "no check covers this clause yet")


def _waiver(clause_id: str, claiming: Sequence[CheckResult], material: Material) -> str:
    targets = {clause_id, *(r.id for r in claiming)}
    waivers = [w for w in material.records.get(Waiver, ()) if isinstance(w, Waiver) and w.target in targets]
    valid = [w for w in waivers if w.until and material.day <= w.until]
    return "; ".join(f"{w.reason or '?'} ({w.person or '?'}, -> {w.until})" for w in valid)


def _progress(clauses: Sequence[ClauseResult]) -> Progress:
    applying = [c for c in clauses if c.verdict is not Verdict.NOT_APPLICABLE]
    return Progress(
        applicable=len(applying),
        reviewed=sum(bool(c.reviewed_by) for c in applying),
        tested=sum(bool(c.checks) and c.verdict in {Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE} for c in applying),
        conforming=sum(c.verdict is Verdict.PASS and not c.screening for c in applying),
    )


def _evidence(file: File, receipt: Receipt, bound: Bound) -> EvidenceResult:
    reader = walk.readers().get(receipt.reader)
    messages = [Saying(zh=f"{zh} [{where}]" if where else zh, en=f"{en} [{where}]" if where else en) for zh, en, where in receipt.messages]
    return EvidenceResult(
        name=file.name,
        size_byte=file.size_byte,
        sha256=file.sha256,
        state=receipt.state,
        format=receipt.reader,
        title=saying(reader.title) if reader else None,
        rows=dict(sorted(receipt.rows.items())),
        records=dict(sorted(bound.counts.get(file.name, {}).items())),
        skipped=receipt.skipped,
        messages=(*messages, *(saying(t) for t in bound.messages.get(file.name, ()))),
    )


def _exhibits(material: Material, clauses: set[str]) -> list[ExhibitResult]:
    found = []
    for table in walk.tables().values():
        exhibit = table.exhibit
        if not exhibit or exhibit.clause not in clauses or not material.routes(table):
            continue
        try:
            frame = material.table(table).frame.drop("source").drop_nulls([exhibit.x, exhibit.y[0]]).collect()
        except Exception:  # noqa: BLE001, S112 - a figure that cannot be drawn is left out; the check on the same table tells the ERROR
            continue
        if exhibit.kind != "rows":  # the table itself keeps its own order
            first = frame.columns if exhibit.kind == "bars" else [exhibit.x, *[c for c in frame.columns if c != exhibit.x]]
            frame = frame.sort(first)
        if frame.height == 0:
            continue
        # a table that is read keeps its first rows; what is drawn, evenly taken ones
        every = 1 if exhibit.kind == "rows" else max(1, -(-frame.height // _EXHIBIT_ROWS))
        shown = frame.gather_every(every).head(_EXHIBIT_ROWS)
        found.append(
            ExhibitResult(
                table=table.__name__,
                kind=exhibit.kind,
                title=saying(exhibit.title),
                clause=exhibit.clause,
                x=exhibit.x,
                y=exhibit.y,
                group=exhibit.group,
                units={n: c.unit for n, c in table.columns.items() if c.unit},
                labels={n: saying(t) for n, t in _labels(table, exhibit).items()},
                rows=tuple(shown.to_dicts()),
                total_rows=frame.height,
            )
        )
    return found


def _labels(table: type[Table], exhibit: Exhibit) -> dict[str, Text]:
    drawn = {n: table.columns[n] for n in (exhibit.x, *exhibit.y, exhibit.group) if n}
    plain = {n: Text(c.doc_zh, c.doc.split(";")[0].split(",")[0]) for n, c in drawn.items() if c.doc_zh}
    return plain | dict(exhibit.words)


def signature_of(material: Material, profile: Profile, selection: str) -> Signature:
    """Return what the outcome rests on."""
    return Signature(
        baseline=_digest({"code": walk.code_digest(), "profile": profile.model_dump(mode="json"), "selection": selection}),
        environment=_digest(
            {
                "evidence": sorted((f.name, f.sha256) for f in material.files),
                "subject": material.subject.model_dump(mode="json"),
                "day": material.day.isoformat(),
            }
        ),
        version=__version__,
        python=platform.python_version(),
        profile=profile.name,
    )


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
