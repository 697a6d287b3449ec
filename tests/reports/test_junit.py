"""JUnit XML read back by an independent reader; nothing that is not a firm pass is shown as one."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from junitparser import JUnitXml
from sample_decision import held, opened, reason
from sample_result import HOSTILE, sample, say

from zhunru.core.result import Result
from zhunru.core.verdict import Verdict
from zhunru.reports import junit


def cases(data: bytes, tmp_path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return case name -> (tag, type) of what it says; a pass says nothing."""
    path = tmp_path / "t.xml"
    path.write_bytes(data)
    found = {}
    for suite in JUnitXml.fromfile(str(path)):
        own = list(suite)
        for case in own:
            found[case.name] = [(type(r).__name__, r.type or "") for r in case.result]
        kinds = [r for c in own for r, _ in found[c.name]]
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
            len(own), kinds.count("Failure"), kinds.count("Error"), kinds.count("Skipped"),
        )  # fmt: skip
    return found


def one(verdict: Verdict | None, screening: bool = False, instrument: str = "miit-2021-103") -> Result:
    clause = next(c for c in sample().clauses if c.id == "miit-2021-103/1.3")
    changed = {"verdict": verdict, "screening": screening, "instrument": instrument, "reason": say("因为", "because")}
    return sample(clauses=(clause.model_copy(update=changed),))


@pytest.mark.parametrize(
    ("verdict", "screening", "told"),
    [
        (Verdict.PASS, False, []),
        (Verdict.PASS, True, [("Failure", "SCREENING")]),
        (Verdict.FAIL, False, [("Failure", "FAIL")]),
        (Verdict.INCONCLUSIVE, False, [("Failure", "INCONCLUSIVE")]),
        (Verdict.MISSING, False, [("Failure", "MISSING")]),
        (Verdict.ERROR, False, [("Error", "ERROR")]),
        (Verdict.NOT_APPLICABLE, False, [("Skipped", "")]),
        (None, False, [("Failure", "NOT_ASSESSED")]),
    ],
)
def test_each_verdict_has_its_form(verdict: Verdict | None, screening: bool, told: list[tuple[str, str]], tmp_path: Path) -> None:
    (found,) = cases(junit.render(one(verdict, screening)), tmp_path).values()
    assert found == told


def test_an_unassessed_clause_of_another_instrument_is_skipped_and_says_so(tmp_path: Path) -> None:
    data = junit.render(one(None, instrument="gb-1"))
    assert list(cases(data, tmp_path).values()) == [[("Skipped", "")]]
    assert "not assessed" in data.decode()


def test_the_rich_result_shows_every_clause(tmp_path: Path) -> None:
    assert len(cases(junit.render(sample()), tmp_path)) == len(sample().clauses)


def test_a_selection_shows_what_was_selected(tmp_path: Path) -> None:
    result = sample(selection="data")
    assert len(cases(junit.render(result), tmp_path)) == sum(bool(c.checks) for c in result.clauses) < len(result.clauses)


def test_hostile_texts_stay_well_formed() -> None:
    hostile = "".join(HOSTILE) + "]]>&\x00\x01\x0b\ufffe\uffff\u2028"
    clause = one(Verdict.FAIL).clauses[0].model_copy(update={"title": say(hostile, hostile), "reason": say(hostile, hostile)})
    root = ET.fromstring(junit.render(sample(clauses=(clause,))))
    told = root.findall(".//failure")[0].attrib["message"]
    assert "<script>window.broken=1</script>" in told
    assert all(c.isprintable() for c in told)


def test_a_decision_has_clauses_and_steps(tmp_path: Path) -> None:
    decision = held(
        reason("gate.not-filed", "open", 8),
        reason("ota.x", "failed", 4, "records/a.csv", 3),
        reason("ota.z", "open", 4),
        reason("ota.y", "fault", 1),
    )
    found = cases(junit.render_decision(decision), tmp_path)
    by_clause = {n.split()[0].rpartition("/")[2]: v for n, v in found.items() if n.startswith("miit")}
    assert by_clause["3.1"] == by_clause["3.3"] == []
    assert by_clause["3.2"] == [("Failure", "SCREENING")]
    assert by_clause["4.2"] == [("Failure", "NOT_ASSESSED")]
    assert by_clause["4.3"] == [("Skipped", "")]
    by_step = {int(n[:2]): v for n, v in found.items() if not n.startswith("miit")}
    assert by_step[1] == [("Error", "ERROR")]
    assert by_step[4] == [("Failure", "FAIL")]
    assert by_step[8] == [("Failure", "OPEN")]
    assert by_step[0] == by_step[11] == []
    assert "→ 检验机构 / laboratory: 出具报告 / give the report" in junit.render_decision(decision).decode()


def test_an_open_gate_has_no_failure(tmp_path: Path) -> None:
    told = {kind for found in cases(junit.render_decision(opened()), tmp_path).values() for kind in found}
    assert told == {("Skipped", "")}
