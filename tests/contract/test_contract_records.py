"""Every record kind, found by the walk: headings, workflow, round trips."""

from typing import Any

import pytest

from zhunru.core.errors import IllegalMove
from zhunru.core.record import Record
from zhunru.engine import walk

KINDS = list(walk.records().values())
ALL = pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind())


@ALL
def test_has_names_and_at_least_one_key(kind: type[Record]) -> None:
    assert kind.title_zh
    assert (kind.__doc__ or "").strip()
    assert any(kind.is_key(n) for n in kind.items())
    for name, info in kind.items().items():
        assert info.description, f"{kind.kind()}.{name} has no meaning"


@ALL
def test_a_heading_means_one_field(kind: type[Record]) -> None:
    seen: dict[str, str] = {}
    for name in kind.items():
        for heading in kind.headings(name):
            assert seen.setdefault(heading, name) == name, f"{heading} stands for {seen[heading]} and {name}"


@ALL
def test_workflow_reaches_every_state_and_has_no_dead_one(kind: type[Record]) -> None:
    flow = kind.workflow
    if flow is None:
        return
    states = {flow.start, *flow.ends, *(s for a, _, b in flow.moves for s in (a, b))}
    reached, pending = set(), [flow.start]
    while pending:
        state = pending.pop()
        if state not in reached:
            reached.add(state)
            pending += [b for a, _, b in flow.moves if a == state]
    assert reached == states
    for state in states - set(flow.ends):
        assert any(a == state for a, _, _ in flow.moves), f"{state} is a dead end"
    for origin, verb, target in flow.moves:
        assert flow.move(origin, verb) == target
    with pytest.raises(IllegalMove):
        flow.move(flow.start, "no such verb")


@ALL
def test_only_keys_are_demanded(kind: type[Record]) -> None:
    keys: dict[str, Any] = {n: "X1" for n in kind.items() if kind.is_key(n)}
    record = kind.model_validate(keys)
    assert all(
        getattr(record, n) in (None, (), False) or getattr(record, n) == kind.items()[n].default for n in kind.items() if n not in keys
    )
