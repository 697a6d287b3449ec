"""SARIF 2.1.0, from a result or from a gate's decision: one result per finding, with its place, for code-scanning views."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from zhunru.core.decision import Decision, Reason
from zhunru.core.result import CheckResult, Result, Saying, SeenFinding
from zhunru.core.verdict import Verdict
from zhunru.reports import figures
from zhunru.reports.wording import SCREENING_MEANING, VERDICTS

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_BASE = "DOSSIER"
_WHOLE = "dossier.toml"
"""Place of what stands in no file: viewers demand one."""
_LEVELS = {"breach": "error", "gap": "warning"}
_Json = dict[str, Any]


def render(result: Result) -> bytes:
    """Return the log of an assessment.

    A breach is an error, what cannot be told or is missing a warning; on unconfirmed limits each is one level lower, and a pass a note.
    """
    rules = [_rule(c.id, c.title, c.not_covered, {"clauses": list(c.clauses), "screening": c.screening}) for c in result.checks]
    found = [r for c in result.checks for r in _of_check(c)]
    crashed = [c.id for c in result.checks if c.verdict is Verdict.ERROR]
    told = {"baseline": result.signature.baseline, "environment": result.signature.environment, "asOf": result.as_of.isoformat()}
    return _log(rules, found, result.signature.version, "zhunru/assess/", crashed, told)


def render_decision(decision: Decision) -> bytes:
    """Return the log of a gate's decision: one result per reason, or one pass per clause when it is open."""
    rules = {r.rule: _rule(r.rule, r.missing, r.remedy, {"clause": r.clause}) for r in decision.reasons}
    found = [_of_reason(r) for r in decision.reasons]
    if decision.open:
        for clause in decision.clauses:
            rules[clause.clause] = _rule(clause.clause, clause.title, None, {})
            kind = "notApplicable" if clause.verdict == "NOT_APPLICABLE" else "pass"
            found.append(_result(clause.clause, kind, "none", clause.reason or clause.title, _WHOLE, None, {}))
    crashed = [r.rule for r in decision.reasons if r.state == "fault"]
    told = {
        "open": decision.open, "rehearsal": decision.rehearsal, "day": decision.day.isoformat(), "gateDigest": decision.gate_digest,
        "packages": [{"name": _clean(p.name), "sha256": p.sha256} for p in decision.packages],
    }  # fmt: skip
    return _log(list(rules.values()), found, decision.version, f"zhunru/gate/{decision.gate}/", crashed, told)


def _log(rules: list[_Json], found: list[_Json], version: str, run: str, crashed: Iterable[str], told: Mapping[str, Any]) -> bytes:
    places = {rule["id"]: at for at, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    for one in found:
        one["ruleIndex"] = places[one["ruleId"]]
        # equal findings are numbered, so that each keeps its own print from run to run
        mark = one["partialFingerprints"]["zhunruFinding/v1"]
        one["partialFingerprints"]["zhunruFinding/v1"] = f"{mark}:{seen[mark]}"
        seen[mark] += 1
    notes = [
        {"level": "error", "message": {"text": "检查出错 / the check crashed"}, "associatedRule": {"id": name, "index": places[name]}}
        for name in crashed
    ]
    driver = {"name": "zhunru", "version": version, "rules": rules}
    body = {
        "tool": {"driver": driver},
        "automationDetails": {"id": run},
        "language": "zh-CN",
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"description": {"text": "档案目录 / folder of the dossier"}}},
        "invocations": [{"executionSuccessful": not notes, "toolExecutionNotifications": notes}],
        "results": found,
        "properties": dict(told),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [body]}
    return (json.dumps(log, ensure_ascii=False, indent=1) + "\n").encode()


def _rule(name: str, title: Saying, more: Saying | None, properties: _Json) -> _Json:
    rule: _Json = {"id": name, "shortDescription": {"text": _both(title)}, "properties": properties}
    if more:
        rule["fullDescription"] = {"text": _both(more)}
        rule["help"] = {"text": _both(more)}
    return rule


def _of_check(check: CheckResult) -> Iterator[_Json]:
    shown = [f for f in check.findings if f.kind in _LEVELS]
    for finding in shown:
        level = _LEVELS[finding.kind]
        yield _of_finding(check, finding, _lower(level) if check.screening else level)
    if shown:
        return
    verdict = check.verdict
    if verdict is Verdict.PASS and check.screening:
        yield _result(check.id, "fail", "note", SCREENING_MEANING, _WHOLE, None, {})
    elif verdict is Verdict.PASS:
        yield _result(check.id, "pass", "none", check.title, _WHOLE, None, {})
    elif verdict is Verdict.NOT_APPLICABLE:
        yield _result(check.id, "notApplicable", "none", check.reason or VERDICTS[verdict], _WHOLE, None, {})
    else:
        level = "error" if verdict in {Verdict.ERROR, Verdict.FAIL} else "warning"
        yield _result(check.id, "fail", level, check.reason or VERDICTS[verdict], _WHOLE, None, {"verdict": verdict.value})


def _lower(level: str) -> str:
    return "warning" if level == "error" else "note"


def _of_finding(check: CheckResult, finding: SeenFinding, level: str) -> _Json:
    more: _Json = {**finding.facts, "kind": finding.kind}
    for name, value in (("measured", finding.measured), ("limit", finding.limit), ("unit", finding.unit), ("t_ns", finding.t_ns)):
        if value not in {None, ""}:
            more[name] = value
    return _result(check.id, "fail", level, finding.text, finding.source, finding.row, more)


def _of_reason(reason: Reason) -> _Json:
    who = Saying(
        zh=f"{reason.missing.zh}；由{reason.giver.zh}：{reason.remedy.zh}", en=f"{reason.missing.en}; {reason.giver.en}: {reason.remedy.en}"
    )
    more = {**reason.facts, "clause": reason.clause, "step": reason.step, "state": reason.state, "times": reason.times}
    return _result(reason.rule, "fail", "warning" if reason.state == "open" else "error", who, reason.source, reason.row, more)


def _result(rule: str, kind: str, level: str, text: Saying, source: str, row: int | None, more: _Json) -> _Json:
    facts = {
        name: _clean(v) if isinstance(v, str) else figures.number(v) if isinstance(v, float) else v for name, v in sorted(more.items())
    }
    place: _Json = {"artifactLocation": {"uri": quote(_clean(source or _WHOLE), safe="/"), "uriBaseId": _BASE}}
    if source and row is not None and row >= 1:
        place["region"] = {"startLine": row}
    told = _both(text)
    if facts and kind == "fail":
        told += " (" + ", ".join(f"{n}={v}" for n, v in facts.items() if n not in {"kind", "step", "state", "clause", "times"}) + ")"
    # neither row nor order counts for the print: a line added above must not make an old finding new
    print_of = json.dumps([rule, kind, text.en, source, facts], sort_keys=True, ensure_ascii=True)
    return {
        "ruleId": rule,
        "kind": kind,
        "level": level,
        "message": {"text": told.removesuffix(" ()")},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"zhunruFinding/v1": hashlib.sha256(print_of.encode()).hexdigest()},
        "properties": facts,
    }


def _both(text: Saying) -> str:
    return _clean(figures.flow(f"{text.zh} / {text.en}")) or "-"


def _clean(text: str) -> str:
    return figures.visible(text, figures.LONGEST * 4)
