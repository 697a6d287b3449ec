"""Assesses a dossier: result, report, and their seal in the ledger."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from zhunru.core.errors import PlanError
from zhunru.core.result import Result
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.engine.dossier import Dossier, write_whole
from zhunru.engine.fold import result_of
from zhunru.engine.ledger import Ledger
from zhunru.engine.run import Progress, collect, run_checks, select
from zhunru.engine.verify import evidence_of

LEDGER = "ledger.jsonl"
OUT = "out"


def assess(dossier: Dossier, *, day: date, only: str = "", jobs: int = 1, progress: Progress | None = None) -> Result:
    """Assess the dossier as of `day`; read nothing and run nothing again whose inputs have not changed."""
    checks = select(only)
    material, bound = collect(dossier, dossier.state / "cache", day, jobs, progress)
    results = list(run_checks(material, bound, checks, dossier.profile, progress))
    return result_of(material, bound, checks, results, dossier.profile, only)


def seal(dossier: Dossier, result: Result, artefacts: dict[str, bytes], out: Path) -> None:
    """Write the artefacts (file name -> content) to `out` and chain their digests, and those of all evidence, in the ledger."""
    ledger = Ledger(dossier.folder / LEDGER)
    for name, content in artefacts.items():
        write_whole(out / name, content)
    sealed: dict[str, dict[str, Any]] = {e.body["out"]: e.body for e in ledger.entries() if e.kind == "result"}
    moved = seal_evidence(dossier, ledger)
    body = {
        "out": place_of(dossier, out),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in artefacts.items()},
        "baseline": result.signature.baseline,
        "environment": result.signature.environment,
        "as_of": result.as_of.isoformat(),
    }
    if moved or body != sealed.get(str(body["out"])):
        ledger.append("result", body)


def seal_evidence(dossier: Dossier, ledger: Ledger, now: datetime | None = None) -> bool:
    """Chain what changed of the evidence since the ledger last told it; return whether anything did."""
    known: dict[str, str] = {}
    for entry in ledger.entries():
        if entry.kind == "evidence":
            known = evidence_of(entry, known)
    found = {f.name: f.sha256 for f in (*dossier.files, *dossier.own_files)}
    changed = {n: d for n, d in found.items() if known.get(n) != d}
    gone = sorted(set(known) - set(found))
    if changed or gone:
        ledger.append("evidence", {"set": dict(sorted(changed.items())), "gone": gone}, now)
    return bool(changed or gone)


def place_of(dossier: Dossier, out: Path) -> str:
    """Return a folder as the ledger names it: relative to the dossier where it lies inside."""
    home, target = dossier.folder.resolve(), out.resolve()
    return target.relative_to(home).as_posix() if target.is_relative_to(home) else str(target)


@contextmanager
def locked(dossier: Dossier) -> Iterator[None]:
    """Hold the dossier for one run at a time."""
    dossier.state.mkdir(parents=True, exist_ok=True)
    with (dossier.state / "lock").open("wb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PlanError(
                Text("另一次评估正在使用此档案", "another assessment is using this dossier"),
                str(dossier.folder),
                Text("等它结束再试", "wait for it to end"),
            ) from error
        yield


def exit_code(result: Result) -> int:
    """Return 0 all passed; 1 something failed; 3 nothing failed but something is open; 4 a check crashed.

    Open is also a pass that rests on an unconfirmed limit, and a clause of which only part of the checks was run.
    """
    checks = [c for c in result.checks if c.verdict is not Verdict.NOT_APPLICABLE]
    clauses = [c for c in result.clauses if c.checks or c.reviewed_by]
    verdicts = {c.verdict for c in checks} | {c.verdict for c in clauses}
    if Verdict.FAIL in verdicts:
        return 1
    if Verdict.ERROR in verdicts:
        return 4
    passed = bool(checks) and verdicts <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
    return 0 if passed and not any(c.screening for c in checks) else 3
