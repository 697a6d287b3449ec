"""Reasons, the path to green, and the exit code of a decision."""

from datetime import date

import pytest

from zhunru.core.decision import SHOWN_PER_CHECK, Decision, Reason, State, by_rule, by_verdicts, ordered
from zhunru.core.forms import EXTRA, FORMS
from zhunru.core.gate import DEMANDED, HINDSIGHT, Gate, Remedy
from zhunru.core.result import CheckResult, ClauseResult, Saying, SeenFinding
from zhunru.core.verdict import Verdict
from zhunru.engine import walk

NONE: frozenset[str] = frozenset()


def say(text: str) -> Saying:
    return Saying(zh=text, en=text)


def remedy(name: str, *clauses: str) -> Remedy:
    return Remedy(clauses=clauses, step=4, giver_zh=name, giver_en=name, remedy_zh=name, remedy_en=name)


def gate(*path: Remedy) -> Gate:
    return Gate(id="g", title_zh="门", title_en="gate", clauses=("m/1", "m/2"), path=path)


def clause(name: str, verdict: Verdict | None = Verdict.PASS, screening: bool = False, *checks: str) -> ClauseResult:
    return ClauseResult(
        id=name, instrument=name[0], theme="ota", title=say(name), duty=say(name), verdict=verdict, reason=say("why"), screening=screening, checks=checks,
    )  # fmt: skip


def check(verdict: Verdict, *findings: SeenFinding, clauses: tuple[str, ...] = ("m/1",)) -> CheckResult:
    return CheckResult(
        id="ota.x", title=say("x"), clauses=clauses, verdict=verdict, findings=findings, reason=None if findings else say("because")
    )


def finding(kind: str, text: str, row: int) -> SeenFinding:
    return SeenFinding(kind=kind, text=say(text), source="a.csv", row=row)  # type: ignore[arg-type]


def told(
    found: Gate, *clauses: ClauseResult, checks: tuple[CheckResult, ...] = (), accepted: frozenset[str] = NONE, unjudged: frozenset[str] = NONE
) -> list[Reason]:  # fmt: skip
    concrete = {"m/1": ("c/1",), "m/2": ("c/1", "c/2")}
    every = {c.id: c for c in (clause("m/1"), clause("m/2"), clause("c/1"), clause("c/2"), *clauses)}
    return list(by_verdicts(found, concrete, every, {c.id: c for c in checks}, accepted, unjudged))


def test_all_passed_gives_no_reason() -> None:
    assert told(gate()) == []
    assert told(gate(), clause("m/1", Verdict.NOT_APPLICABLE)) == []


@pytest.mark.parametrize(("verdict", "kind", "state"), [(Verdict.FAIL, "breach", "failed"), (Verdict.INCONCLUSIVE, "gap", "open")])
def test_findings_that_decide_become_reasons_once_each_text(verdict: Verdict, kind: str, state: State) -> None:
    found = check(verdict, finding(kind, "a", 3), finding(kind, "a", 5), finding(kind, "b", 7), finding("ok", "c", 9))
    reasons = told(
        gate(remedy("who", "m/1")), clause("m/1", verdict, False, "ota.x"), clause("m/2", verdict, False, "ota.x"), checks=(found,)
    )
    assert [(r.missing.en, r.row, r.times, r.state, r.giver.en) for r in reasons] == [("a", 3, 2, state, "who"), ("b", 7, 1, state, "who")]


def test_a_failing_check_tells_its_breaches_not_its_gaps() -> None:
    found = check(Verdict.FAIL, finding("breach", "a", 3), finding("gap", "b", 7))
    assert [r.missing.en for r in told(gate(), clause("m/1", Verdict.FAIL, False, "ota.x"), checks=(found,))] == ["a"]


def test_many_texts_are_capped() -> None:
    found = check(Verdict.FAIL, *(finding("breach", str(n), n) for n in range(9)))
    assert len(told(gate(), clause("m/1", Verdict.FAIL, False, "ota.x"), checks=(found,))) == SHOWN_PER_CHECK


@pytest.mark.parametrize(("verdict", "state"), [(Verdict.MISSING, "open"), (Verdict.ERROR, "fault"), (Verdict.INCONCLUSIVE, "open")])
def test_a_check_without_findings_tells_its_reason(verdict: Verdict, state: State) -> None:
    (one,) = told(gate(), clause("m/1", verdict, False, "ota.x"), checks=(check(verdict),))
    assert (one.missing.en, one.state, one.rule) == ("because", state, "ota.x")


def test_a_persons_no_and_an_unassessed_clause_hold() -> None:
    assert [(r.rule, r.state) for r in told(gate(), clause("m/1", Verdict.FAIL))] == [("m/1", "failed")]
    assert [(r.rule, r.state) for r in told(gate(), clause("c/2", Verdict.INCONCLUSIVE))] == [("c/2", "open")]
    assert [(r.rule, r.state) for r in told(gate(), clause("m/2", None))] == [("m/2", "open")]


@pytest.mark.parametrize(("verdict", "held"), [(None, True), (Verdict.PASS, True), (Verdict.NOT_APPLICABLE, False)])
def test_what_nobody_judges_holds_when_it_applies(verdict: Verdict | None, held: bool) -> None:
    assert bool(told(gate(), clause("c/2", verdict), unjudged=frozenset({"c/2"}))) is held
    assert not told(gate(), clause("c/2", None)), "judged by a person, or under another view"


@pytest.mark.parametrize(
    ("screening", "accepted", "held"),
    [
        ({"m/1"}, set(), {"m/1"}),
        ({"m/1"}, {"m/1"}, set()),
        ({"m/1", "c/1"}, set(), {"m/1"}),
        ({"c/1"}, set(), {"c/1"}),
        ({"c/1"}, {"m/1"}, {"c/1"}),
        ({"c/1"}, {"m/1", "m/2"}, set()),
        ({"c/1"}, {"c/1"}, set()),
        ({"c/2"}, {"m/2"}, set()),
    ],
)
def test_who_accepts_a_duty_accepts_what_makes_it_concrete(screening: set[str], accepted: set[str], held: set[str]) -> None:
    reasons = told(gate(), *(clause(c, screening=True) for c in screening), accepted=frozenset(accepted))
    assert {r.rule for r in reasons} == held
    assert all(r.state == "open" for r in reasons)


def test_the_remedy_is_that_of_the_concrete_clauses_where_they_agree() -> None:
    found = gate(remedy("own", "m/1"), remedy("one", "c/1"), remedy("two", "c/2"))
    assert (found.remedy("m/1", "c/1") or remedy("-", "-")).giver_en == "one"
    assert (found.remedy("m/1", "c/1", "c/2") or remedy("-", "-")).giver_en == "own"
    assert (found.remedy("c/2") or remedy("-", "-")).giver_en == "two"
    assert found.remedy("c/9") is None


def decision(*states: State) -> Decision:
    plain = told(gate(), clause("m/1", None))[0]
    reasons = tuple(plain.model_copy(update={"state": s, "rule": str(n)}) for n, s in enumerate(states))
    return Decision(gate="g", gate_digest="", title=say("g"), product="p", day=date(2026, 1, 1), open=not reasons, reasons=reasons)


@pytest.mark.parametrize(
    ("states", "code"),
    [((), 0), (("open",), 3), (("failed",), 1), (("fault",), 4), (("fault", "open"), 4), (("failed", "fault", "open"), 1)],
)
def test_exit_codes(states: tuple[State, ...], code: int) -> None:
    assert decision(*states).exit_code() == code


def test_reasons_come_in_the_order_of_the_steps_and_once() -> None:
    rules = walk.catalogue().rules
    late, early = by_rule(rules["not-filed"]), by_rule(rules["rehearsal"])
    assert ordered([late, early, late]) == (early, late)


def test_every_clause_of_a_packaged_gate_has_its_path() -> None:
    law = walk.catalogue()
    for one in law.gates.values():
        assert set(one.clauses) <= {c for r in one.path for c in r.clauses}
    for name, clauses in DEMANDED.items():
        assert clauses <= set(law.gates[name].clauses)
    concrete = {
        c
        for i in law.gates["ota-release"].clauses
        for c in law.clauses[i].concrete
        if law.instruments[law.clauses[c].instrument].kind != "foreign"
    }
    in_path = {c for r in law.gates["ota-release"].path for c in r.clauses}
    assert concrete - in_path <= {"gb-44721-2026/assurance"}


def test_checks_that_are_named_exist_and_stand_in_the_gate() -> None:
    named = {*HINDSIGHT, *EXTRA, *(c for group in FORMS for c in group)}
    assert named <= set(walk.checks())
    assert all(DEMANDED["ota-release"] & set(walk.checks()[c].clauses) for c in named)
