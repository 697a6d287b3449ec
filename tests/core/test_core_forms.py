"""Evidence in one of several forms: what a maker does not use decides nothing, and what has evidence always counts."""

import pytest

from zhunru.core.forms import FORMS, of_one_form
from zhunru.core.result import CheckResult, Saying
from zhunru.core.verdict import Verdict

ONE, OTHER, THIRD = sorted(FORMS[0])


def result(check_id: str, verdict: Verdict) -> CheckResult:
    return CheckResult(id=check_id, title=Saying(zh="-", en="-"), clauses=("miit-2021-103/3.3",), verdict=verdict)


@pytest.mark.parametrize(
    ("verdicts", "left"),
    [
        ((Verdict.PASS, Verdict.MISSING, Verdict.MISSING), {ONE}),
        ((Verdict.FAIL, Verdict.MISSING, Verdict.PASS), {ONE, THIRD}),
        ((Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE, Verdict.MISSING), {ONE, OTHER}),
        ((Verdict.MISSING, Verdict.MISSING, Verdict.MISSING), {ONE, OTHER, THIRD}),
    ],
)
def test_a_form_without_evidence_is_left_aside_beside_one_with(verdicts: tuple[Verdict, ...], left: set[str]) -> None:
    results = [result(i, v) for i, v in zip((ONE, OTHER, THIRD), verdicts, strict=True)]
    assert {r.id for r in of_one_form(results)} == left


def test_extra_evidence_counts_once_it_is_there() -> None:
    manifests = "ota.vehicle_manifests_are_genuine"
    assert of_one_form([result(manifests, Verdict.MISSING)]) == []
    assert [r.id for r in of_one_form([result(manifests, Verdict.FAIL)])] == [manifests]
