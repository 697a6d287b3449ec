"""Every check, found by the walk, keeps the promises of house.md section 8."""

import ast
import builtins
import inspect
import random
import re
import socket
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import polars as pl
import pytest

from zhunru.core.check import Check, Example
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Record
from zhunru.core.subject import Subject
from zhunru.core.table import Table
from zhunru.core.verdict import Verdict
from zhunru.engine import walk
from zhunru.engine.bind import Bound
from zhunru.engine.dossier import Profile
from zhunru.engine.material import Material
from zhunru.engine.run import run_check

CHECKS = list(walk.checks().values())
EXAMPLES = [pytest.param(c, e, id=f"{c.id}-{e.name}") for c in CHECKS for e in c.examples]
ALL = pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
EACH = pytest.mark.parametrize(("check", "example"), EXAMPLES)
HEADINGS = ["Why:", "为什么:", "How it decides:", "Inconclusive:", "Not covered:", "未覆盖:", "Args:", "References:"]
HOUR_NS = 3600 * 10**9
CAR = Subject(name="-", maker="-", automation_level=2, ota=True, gnss=True, beidou=True, channels=({"id": "4G", "kind": "cellular"},))  # type: ignore[arg-type]


def judged(check: Check, inputs: tuple[Any, ...]) -> Folded:
    return fold(check(*inputs))


@EACH
def test_example_gives_its_verdict_and_the_same_findings_twice(check: Check, example: Example) -> None:
    first, second = judged(check, example.inputs()), judged(check, example.inputs())
    assert first.verdict is example.verdict
    assert first == second


@ALL
def test_has_an_example_that_passes_and_one_that_fails(check: Check) -> None:
    assert {Verdict.PASS, Verdict.FAIL} <= {e.verdict for e in check.examples}


@EACH
def test_order_of_rows_does_not_matter(check: Check, example: Example) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, Table):
            return type(value)(value.collect().sample(fraction=1.0, shuffle=True, seed=7))
        if isinstance(value, list):
            return random.Random(7).sample(value, len(value))
        return value

    folded = judged(check, tuple(shuffled(v) for v in example.inputs()))
    assert folded.verdict is example.verdict
    assert folded.totals == judged(check, example.inputs()).totals


@EACH
def test_the_same_an_hour_later(check: Check, example: Example) -> None:
    def later(value: Any) -> Any:
        if isinstance(value, Table):
            times = [n for n in value.columns if n == "t_ns" or (n.endswith("_ns") and n.startswith("t_"))]
            return type(value)(value.frame.with_columns(pl.col(n) + HOUR_NS for n in times))
        if isinstance(value, list):
            return [later(v) for v in value]
        if isinstance(value, Record):
            moved = {n: v + timedelta(hours=1) for n in type(value).items() if isinstance(v := getattr(value, n), datetime)}
            return value.model_copy(update=moved)
        return value

    assert judged(check, tuple(later(v) for v in example.inputs())).verdict is example.verdict


@ALL
def test_empty_inputs_never_pass(check: Check) -> None:
    def nothing(need: Any) -> Any:
        if need.records:
            return []
        if issubclass(need.type, Table):
            return need.type.empty()
        return CAR if need.type is Subject else date(2026, 11, 22)

    assert judged(check, tuple(nothing(n) for n in check.needs)).verdict is not Verdict.PASS


@ALL
def test_no_evidence_is_missing(check: Check, tmp_path: Path) -> None:
    # every clause applies to a car that has everything, on a day when everything is in force
    material = Material(tmp_path, [], {}, {}, {}, CAR.model_copy(update={"automation_level": 2, "data_export": True}), date(2026, 11, 22))
    needs_evidence = any(not n.optional and n.type not in {Subject, date} for n in check.needs)
    result = run_check(material, Bound(), check, Profile())
    expected = {Verdict.MISSING} if needs_evidence else {Verdict.INCONCLUSIVE}
    assert result.verdict in expected | {Verdict.NOT_APPLICABLE}
    if result.verdict is not Verdict.INCONCLUSIVE:
        assert result.reason


@ALL
def test_clauses_and_sources_of_limits_exist(check: Check) -> None:
    clauses = walk.catalogue().clauses
    assert check.clauses
    assert any(c.startswith("miit-2021-103/") for c in check.clauses), "a check serves a duty of the opinion"
    for cited in [*check.clauses, *(t.limit.source for t in check.tunables if t.limit)]:
        assert cited in clauses, f"{check.id} cites {cited}, which the catalogue does not know"


@ALL
def test_every_number_carries_unit_source_and_basis(check: Check) -> None:
    for tunable in check.tunables:
        assert tunable.default is not inspect.Parameter.empty
        if not isinstance(tunable.default, bool):
            assert tunable.limit, f"{check.id}.{tunable.name} has no Limit"
            assert tunable.limit.unit


@ALL
def test_docstring_has_the_fixed_headings_in_order(check: Check) -> None:
    lines = [line.replace("：", ":") for line in check.doc.splitlines()]
    found = [line for line in lines if line in HEADINGS]
    assert found == HEADINGS
    assert lines[0].endswith(".")
    assert check.title_zh
    assert check.not_covered.zh and check.not_covered.en
    for heading in ("Why", "为什么", "How it decides", "Inconclusive", "References"):
        assert check.section(heading), f"{heading} is empty"


@ALL
def test_the_numbered_steps_stand_in_the_body(check: Check) -> None:
    steps = re.findall(r"(?m)^(\d+)\.", check.section("How it decides"))
    source = Path(inspect.getfile(check.function)).read_text(encoding="utf-8")
    assert steps, "how it decides is a numbered list"
    for number in steps:
        assert re.search(rf"#.*\({number}\)", source), f"step ({number}) is not marked in the body of {check.id}"


@ALL
def test_texts_of_findings_are_constant_and_bilingual(check: Check) -> None:
    tree = ast.parse(Path(inspect.getfile(check.function)).read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in {"ok", "breach", "gap"}]
    assert calls
    for call in calls:
        texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        assert len(texts) == 2 == len(call.args), f"line {call.lineno}: a finding has two constant sentences, values go into fields"
        assert re.search(r"[一-鿿]", texts[0])
        assert not re.search(r"[一-鿿]", texts[1])


@EACH
def test_does_no_io_and_reads_no_clock(check: Check, example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = example.inputs()
    judged(check, inputs)  # lazy imports happen now

    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise AssertionError("a check does no I/O and reads no clock")

    for owner, name in ((builtins, "open"), (socket, "socket"), (time, "time"), (time, "monotonic"), (random, "random")):
        monkeypatch.setattr(owner, name, refuse)
    assert judged(check, inputs).verdict is example.verdict


@ALL
def test_path_is_the_id_and_no_clause_number(check: Check) -> None:
    assert Path(inspect.getfile(check.function)).parts[-2:] == (check.theme, check.id.split(".")[1] + ".py")
    assert not re.search(r"\d", check.id)


def test_routes_into_tables_have_no_cycle() -> None:
    makes: dict[type[Table], set[type[Table]]] = {}
    for step in walk.derives().values():
        for given in step.gives:
            makes.setdefault(given, set()).update(n.type for n in step.needs if issubclass(n.type, Table))

    def visit(table: type[Table], above: tuple[type[Table], ...]) -> None:
        assert table not in above, f"{table.__name__} is made of itself"
        for below in makes.get(table, ()):
            visit(below, (*above, table))

    for table in makes:
        visit(table, ())
