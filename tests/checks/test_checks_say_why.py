"""What cannot be told is said: a verdict is never open for want of findings alone."""

from datetime import date
from typing import Any

import pytest

from zhunru.core.check import Check, Example
from zhunru.core.finding import fold
from zhunru.core.subject import Subject
from zhunru.core.table import Table
from zhunru.core.verdict import Verdict
from zhunru.engine import walk

CHECKS = list(walk.checks().values())
OPEN = [pytest.param(c, e, id=f"{c.id}-{e.name}") for c in CHECKS for e in c.examples if e.verdict is Verdict.INCONCLUSIVE]


@pytest.mark.parametrize(("check", "example"), OPEN)
def test_an_open_example_holds_a_gap(check: Check, example: Example) -> None:
    assert fold(check(*example.inputs())).totals["gap"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_empty_inputs_are_a_gap_or_a_breach_that_says_what_is_missing(check: Check) -> None:
    def nothing(need: Any) -> Any:
        if need.records:
            return []
        if issubclass(need.type, Table):
            return need.type.empty()
        return Subject(name="-", maker="-") if need.type is Subject else date(2026, 11, 22)

    folded = fold(check(*(nothing(n) for n in check.needs)))
    assert folded.totals["gap"] + folded.totals["breach"] >= 1
    assert folded.totals["ok"] == 0
