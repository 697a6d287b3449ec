"""How findings fold into a verdict, verdicts into one, and what opens a gate."""

from itertools import permutations

import pytest
from pydantic import ValidationError

from zhunru.core.finding import KEPT_PER_KIND, Finding, Kind, breach, fold, gap, ok
from zhunru.core.gate import Gate, holds
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict, worst

GOOD, OPEN, BAD = ok("好", "good"), gap("不明", "open"), breach("坏", "bad")
WORST_FIRST = [Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.MISSING, Verdict.PASS, Verdict.NOT_APPLICABLE]
NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([], Verdict.INCONCLUSIVE),
        ([GOOD], Verdict.PASS),
        ([OPEN], Verdict.INCONCLUSIVE),
        ([BAD], Verdict.FAIL),
        ([GOOD, OPEN], Verdict.INCONCLUSIVE),
        ([GOOD, BAD], Verdict.FAIL),
        ([OPEN, BAD], Verdict.FAIL),
        ([GOOD, OPEN, BAD], Verdict.FAIL),
    ],
)
def test_findings_fold_in_any_order(findings: list[Finding], verdict: Verdict) -> None:
    assert {fold(order).verdict for order in permutations(findings)} == {verdict}


@pytest.mark.parametrize("one", [GOOD, OPEN, BAD])
def test_what_is_kept_is_capped_and_the_total_is_counted(one: Finding) -> None:
    for count in (KEPT_PER_KIND - 1, KEPT_PER_KIND, KEPT_PER_KIND + 1):
        folded = fold([one] * count)
        assert len(folded.kept) == min(count, 50)
        assert folded.totals == {"breach": 0, "gap": 0, "ok": 0} | {one.kind: count}


def test_the_worst_findings_are_shown_first() -> None:
    assert fold([GOOD, OPEN, BAD]).kept == (BAD, OPEN, GOOD)


@pytest.mark.parametrize(("maker", "kind"), [(ok, "ok"), (breach, "breach"), (gap, "gap")])
def test_a_finding_tells_its_kind_and_place(maker: object, kind: Kind) -> None:
    assert callable(maker)
    assert maker("甲", "a", source="a.csv", row=7).kind == kind
    assert (maker("甲", "a", source="a.csv", row=7).source, maker("甲", "a", source="a.csv", row=7).row) == ("a.csv", 7)
    at = Origin(source="b.csv", row=3)
    assert (maker("甲", "a", at=at).source, maker("甲", "a", at=at).row) == ("b.csv", 3)


def test_the_worst_verdict_counts() -> None:
    for at, verdict in enumerate(WORST_FIRST):
        assert worst(WORST_FIRST[at:]) is verdict
        assert worst(reversed(WORST_FIRST[at:])) is verdict


def test_nothing_assessed_is_missing_and_never_a_pass() -> None:
    assert worst([]) is Verdict.MISSING


@pytest.mark.parametrize("verdict", WORST_FIRST)
def test_a_gate_opens_on_pass_and_not_applicable_alone(verdict: Verdict) -> None:
    gate = Gate(id="g", title_zh="门", title_en="gate", clauses=("a", "b"))
    held = holds(gate, {"a": Verdict.PASS, "b": verdict}, {}, NONE)
    opens = verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert [(h.clause, h.verdict) for h in held] == ([] if opens else [("b", verdict)])


def test_a_clause_without_a_verdict_holds_the_gate() -> None:
    gate = Gate(id="g", title_zh="门", title_en="gate", clauses=("a", "b"))
    assert [(h.clause, h.verdict) for h in holds(gate, {"a": Verdict.PASS}, {}, NONE)] == [("b", "NOT_ASSESSED")]


@pytest.mark.parametrize(
    ("screening", "accepted", "opens"),
    [({"a": True}, NONE, False), ({"a": True}, frozenset("a"), True), ({"a": False}, NONE, True), ({"a": True}, frozenset("b"), False)],
)
def test_a_screening_verdict_holds_until_it_is_accepted(screening: dict[str, bool], accepted: frozenset[str], opens: bool) -> None:
    gate = Gate(id="g", title_zh="门", title_en="gate", clauses=("a",))
    assert (holds(gate, {"a": Verdict.PASS}, screening, accepted) == []) is opens


def test_acceptance_does_not_open_for_a_fail() -> None:
    gate = Gate(id="g", title_zh="门", title_en="gate", clauses=("a",))
    assert holds(gate, {"a": Verdict.FAIL}, {"a": True}, frozenset("a"))


def test_an_empty_gate_is_refused_for_it_would_stand_open() -> None:
    with pytest.raises(ValidationError):
        Gate(id="g", title_zh="门", title_en="gate", clauses=())
    assert Gate(id="g", title_zh="门", title_en="gate", clauses=("a",)).clauses == ("a",)
