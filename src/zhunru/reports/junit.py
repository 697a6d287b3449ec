"""JUnit XML, from a result or from a gate's decision: one test case per clause, and per step of a gate.

A failure carries the verdict as its type. Nothing that is not a firm pass is shown as one: what cannot be told, is missing, was not assessed
or rests on an unconfirmed limit is a failure; only what does not apply is skipped, with its reason.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import NamedTuple

from zhunru.core.decision import Decision, Reason
from zhunru.core.gate import STEPS
from zhunru.core.result import CheckResult, ClauseResult, Result, Saying
from zhunru.core.verdict import Verdict
from zhunru.reports import figures
from zhunru.reports.wording import NOT_ASSESSED, OPINION, SCREENING_MEANING, THEMES, VERDICTS, key

_SHOWN = 5
_LONGEST = figures.LONGEST * 8


class _Case(NamedTuple):
    """One test case: `outcome` is a verdict, `SCREENING`, or `HELD`."""

    suite: str
    name: str
    outcome: str
    message: str
    text: str = ""


def render(result: Result) -> bytes:
    """Return the test suites of an assessment, one suite per theme."""
    checks = {c.id: c for c in result.checks}
    shown = [c for c in result.clauses if not result.selection or c.checks]
    return _document("zhunru assess", result.as_of.isoformat(), [_of_clause(c, checks) for c in shown])


def render_decision(decision: Decision) -> bytes:
    """Return the test suites of a gate's decision: its clauses, and its steps with the path to green."""
    cases = []
    for one in decision.clauses:
        screening = one.screening and not one.accepted and one.verdict == Verdict.PASS
        outcome = "SCREENING" if screening else str(one.verdict)
        message = SCREENING_MEANING if screening else one.reason or one.title
        cases.append(_Case("clauses", f"{one.clause} {_both(one.title)}", outcome, _both(message)))
    for number, step in STEPS.items():
        reasons = [r for r in decision.reasons if r.step == number]
        name = f"{number:02d} {step}"
        if reasons:
            worst = (
                "fault"
                if {r.state for r in reasons} == {"fault"}
                else next(s for s in ("failed", "open", "fault") if s in {r.state for r in reasons})
            )
            outcome = {"fault": "ERROR", "failed": "FAIL", "open": "OPEN"}[worst]
            cases.append(_Case("steps", name, outcome, _both(reasons[0].missing), "\n".join(map(_told, reasons))))
        else:
            cases.append(_Case("steps", name, "PASS", ""))
    return _document(f"zhunru gate {decision.gate}", decision.day.isoformat(), cases)


def _of_clause(clause: ClauseResult, checks: dict[str, CheckResult]) -> _Case:
    outcome = key(clause.verdict)
    if clause.verdict is Verdict.PASS and clause.screening:
        outcome = "SCREENING"
    elif outcome == NOT_ASSESSED and clause.instrument != OPINION:
        outcome = Verdict.NOT_APPLICABLE.value if clause.verdict else "SKIPPED"
    message = SCREENING_MEANING if outcome == "SCREENING" else clause.reason or VERDICTS[key(clause.verdict)]
    lines = [
        f"{c.id}: {_both(f.text)} [{f.source}{'' if f.row is None else f':{f.row}'}]"
        for c in (checks[i] for i in clause.checks if i in checks)
        for f in [f for f in c.findings if f.kind != "ok"][:_SHOWN]
    ]
    theme = THEMES[clause.theme]
    return _Case(f"{theme.zh} / {theme.en}", f"{clause.id} {_both(clause.title)}", outcome, _both(message), "\n".join(lines))


def _told(reason: Reason) -> str:
    place = f" [{reason.source}{'' if reason.row is None else f':{reason.row}'}]" if reason.source else ""
    return f"{reason.clause or reason.rule}: {_both(reason.missing)}{place}\n  → {_both(reason.giver)}: {_both(reason.remedy)}"


def _document(name: str, day: str, cases: Iterable[_Case]) -> bytes:
    root = ET.Element("testsuites", {"name": name})
    suites: dict[str, list[_Case]] = {}
    for case in cases:
        suites.setdefault(case.suite, []).append(case)
    for suite, own in suites.items():
        failures = sum(c.outcome not in {"PASS", "ERROR", "NOT_APPLICABLE", "SKIPPED"} for c in own)
        errors, skipped = sum(c.outcome == "ERROR" for c in own), sum(c.outcome in {"NOT_APPLICABLE", "SKIPPED"} for c in own)
        counts = {"tests": str(len(own)), "failures": str(failures), "errors": str(errors), "skipped": str(skipped)}
        branch = ET.SubElement(
            root, "testsuite", {"name": _clean(f"{name}: {suite}"), "timestamp": f"{day}T00:00:00", "time": "0", **counts}
        )
        for case in own:
            _append(branch, case, name)
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _append(branch: ET.Element, case: _Case, name: str) -> None:
    leaf = ET.SubElement(branch, "testcase", {"name": _clean(case.name), "classname": name.replace(" ", "."), "time": "0"})
    if case.outcome == "PASS":
        return
    if case.outcome in {"NOT_APPLICABLE", "SKIPPED"}:
        word = "不适用 / not applicable: " if case.outcome == "NOT_APPLICABLE" else "未评估 / not assessed: "
        ET.SubElement(leaf, "skipped", {"message": _clean(word + case.message)})
        return
    tag = "error" if case.outcome == "ERROR" else "failure"
    told = ET.SubElement(leaf, tag, {"type": case.outcome, "message": _clean(case.message or case.outcome)})
    told.text = _clean(case.text) or None


def _both(text: Saying) -> str:
    return figures.flow(f"{text.zh} / {text.en}")


def _clean(text: str) -> str:
    # XML has no form for most control characters, not even an escape: they are shown as their code points
    return figures.visible(text, _LONGEST)
