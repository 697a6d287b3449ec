"""Proves to a third party, offline, that evidence, ledger, result and report belong together and are unaltered."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhunru.core.errors import EvidenceError
from zhunru.core.result import Result
from zhunru.core.text import Text
from zhunru.engine.dossier import Dossier, sha256_of
from zhunru.engine.ledger import Entry, Ledger


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the proof: what was compared, and whether it holds."""

    text: Text
    where: str
    holds: bool


def evidence_of(entry: Entry, known: dict[str, str]) -> dict[str, str]:
    """Return the state of the evidence after an `evidence` entry: file name -> SHA-256."""
    changed: dict[str, str] = entry.body["set"]
    return {n: d for n, d in (known | changed).items() if n not in set(entry.body["gone"])}


def verify(dossier: Dossier, render: dict[str, Callable[[Result], bytes]], head: str = "") -> Iterator[Step]:
    """Yield the steps of the proof in order; stop after a broken ledger, since nothing can rest on it.

    Args:
        dossier: The opened dossier. Digests are computed anew, never remembered.
        render: File name -> writer, for the artefacts that can be rebuilt from `result.json`.
        head: Digest of a ledger line that was noted down earlier: only it shows that the whole folder was not set back or made anew.
    """
    ledger = Ledger(dossier.folder / "ledger.jsonl")
    known: dict[str, str] = {}
    sealed: dict[str, dict[str, Any]] = {}
    stale: set[str] = set()
    decided: dict[str, str] = {}
    heads: list[str] = []
    try:
        for entry in ledger.entries():
            heads.append(entry.digest)
            if entry.kind == "evidence":
                known = evidence_of(entry, known)
                stale |= set(sealed)
            elif entry.kind == "result":
                place = entry.body["out"]
                sealed.pop(place, None)
                sealed[place] = entry.body
                stale.discard(place)
            elif entry.kind == "gate":
                decided[entry.body["out"]] = entry.body["decision"]
    except EvidenceError as error:
        yield Step(error.what, error.where, False)
        return
    yield Step(Text("台账链完整", "the chain of the ledger holds"), ledger.path.name, ledger.path.exists())
    if head:
        yield Step(Text("台账含有此前记下的链头", "the ledger holds the head that was noted down"), head, head in heads)
    yield from _decisions(dossier, decided)
    if not sealed and decided:
        yield from _evidence(dossier, known)
        return
    if not sealed:
        yield Step(Text("台账中有评估结果", "the ledger holds a result"), ledger.path.name, False)
        return
    yield from _evidence(dossier, known)
    yield from _artefacts(dossier, sealed, stale)
    yield from _result(dossier.folder / next(reversed(sealed)), known, render)


def head_of(dossier: Dossier) -> tuple[int, str]:
    """Return the number of ledger lines and the digest of the last one; note it down elsewhere to prove later that nothing was set back."""
    entries = list(Ledger(dossier.folder / "ledger.jsonl").entries())
    return len(entries), entries[-1].digest if entries else ""


def last_result(dossier: Dossier) -> tuple[Path, str]:
    """Return the folder of the last sealed result and the name of its profile."""
    entries = [e for e in Ledger(dossier.folder / "ledger.jsonl").entries() if e.kind == "result"]
    out = dossier.folder / str(entries[-1].body["out"])
    return out, Result.model_validate_json((out / "result.json").read_bytes()).signature.profile


def recompute(dossier: Dossier, out: Path) -> Iterator[Step]:
    """Yield the proof that the result in `out` follows from the evidence: everything is read and decided again, nothing remembered.

    Args:
        dossier: The opened dossier, with the profile that the result names.
        out: Folder of `result.json`.
    """
    from zhunru.engine.fold import result_of
    from zhunru.engine.run import collect, run_checks, select

    told = Result.model_validate_json((out / "result.json").read_bytes())
    with tempfile.TemporaryDirectory(prefix="zhunru-") as cache:
        checks = select(told.selection)
        material, bound = collect(dossier, Path(cache), told.as_of)
        again = result_of(
            material, bound, checks, list(run_checks(material, bound, checks, dossier.profile)), dossier.profile, told.selection
        )
    if again.signature.baseline != told.signature.baseline:
        yield Step(Text("由相同的软件与参数作出", "made by the same software and parameters"), told.signature.version, False)
    now = {c.id: c for c in again.checks}
    for check in told.checks:
        fresh = now.get(check.id)
        same = fresh is not None and (fresh.verdict, fresh.totals) == (check.verdict, check.totals)
        yield Step(Text("重新计算，结论与发现数相同", "computed again: same verdict, same number of findings"), check.id, same)
    yield Step(Text("重新计算，结果完全相同", "computed again: the whole result is the same"), str(out / "result.json"), again == told)


def _artefacts(dossier: Dossier, sealed: dict[str, dict[str, Any]], stale: set[str]) -> Iterator[Step]:
    last = next(reversed(sealed))
    for place, body in sealed.items():
        for name, digest in body["files"].items():
            path = dossier.folder / place / name
            if path.is_file() or place == last:  # results of earlier runs may have been cleared away; altered they may not be
                same = path.is_file() and sha256_of(path) == digest
                yield Step(Text("与台账记载的摘要一致", "equals the digest in the ledger"), str(path), same)
        if place in stale and (dossier.folder / place).is_dir():
            yield Step(Text("结果依据的是现有证据", "the result rests on the evidence as it is now"), str(dossier.folder / place), False)


def _decisions(dossier: Dossier, decided: dict[str, str]) -> Iterator[Step]:
    for place, digest in decided.items():
        path = dossier.folder / place / "gate.json"
        if path.is_file():  # a decision may have been cleared away; altered it may not be
            yield Step(Text("关口的决定与台账一致", "the decision of the gate equals the ledger"), str(path), sha256_of(path) == digest)


def _evidence(dossier: Dossier, known: dict[str, str]) -> Iterator[Step]:
    now = {f.name: f for f in (*dossier.files, *dossier.own_files)}
    for name, digest in sorted(known.items()):
        file = now.get(name)
        if file is None:
            yield Step(Text("文件已不在", "the file is gone"), name, False)
        elif file.refusal is None or digest:
            yield Step(Text("内容与台账一致", "content equals the ledger"), name, file.path.is_file() and sha256_of(file.path) == digest)
    for name in sorted(set(now) - set(known)):
        yield Step(Text("台账未记载此文件", "the ledger does not know this file"), name, False)


def _result(out: Path, known: dict[str, str], render: dict[str, Callable[[Result], bytes]]) -> Iterator[Step]:
    path = out / "result.json"
    try:
        result = Result.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        yield Step(Text("结果文件可读", "the result can be read"), str(path), False)
        return
    agree = all(known.get(e.name) == e.sha256 for e in result.evidence)
    yield Step(Text("结果引用的证据与台账一致", "the evidence named in the result is that of the ledger"), str(path), agree)
    for name, writer in render.items():
        target = out / name
        if target.is_file():
            same = hashlib.sha256(writer(result)).digest() == hashlib.sha256(target.read_bytes()).digest()
            yield Step(Text("由结果重新生成，逐字节相同", "made again from the result, equal byte for byte"), str(target), same)
