"""Stretches of which too little is known are not passed over by the later stages of the chain."""

from typing import Any

import pytest

from zhunru.checks.assist.escalates_hands_off_warning import escalates_hands_off_warning
from zhunru.checks.assist.mitigates_after_hands_off import mitigates_after_hands_off
from zhunru.tables.hands_off_span import spans_table


@pytest.mark.parametrize(
    ("check", "asked", "answer", "said"),
    [
        (escalates_hands_off_warning, "warning", "upgraded", "cannot be told whether an upgrade was due"),
        (mitigates_after_hands_off, "upgraded", "mitigation", "cannot be told whether mitigation was due"),
    ],
)
@pytest.mark.parametrize(
    ("row", "since_s"),
    [
        ({"end": 30.0, "no_{asked}": None}, None),  # ten seconds in which it may have stood
        ({"end": 30.01, "no_{asked}": None}, 20.0),
        ({"end": 40.0, "no_{asked}": 30.0}, None),
        ({"end": 40.0, "no_{asked}": 29.99}, 29.99),
        ({"end": 60.0}, None),  # known off throughout
        ({"end": 60.0, "certainty": "possible"}, None),
        ({"end": 33.0, "certainty": "possible", "{asked}": 23.0}, None),
        ({"end": 33.01, "certainty": "possible", "{asked}": 23.0}, 23.0),
        ({"end": 60.0, "certainty": "possible", "no_{asked}": None, "unknown": "hands_on"}, 20.0),
        ({"end": 60.0, "no_{asked}": None, "ended_by": "unknown"}, 20.0),
    ],
)
def test_where_a_stage_may_have_stood_too_long_is_a_gap(
    check: Any, asked: str, answer: str, said: str, row: dict[str, Any], since_s: float | None
) -> None:
    good = {"start": 100.0, "end": 140.0, asked: 103.0, answer: 107.0}
    odd = {"start": 20.0} | {k.format(asked=asked): v for k, v in row.items()}
    told = [f for f in check(spans_table(odd, good)) if f.kind != "ok"]
    assert [(f.kind, f.text.en, f.t_ns, f.limit) for f in told] == ([] if since_s is None else [("gap", said, round(since_s * 1e9), 10.0)])


@pytest.mark.parametrize(
    ("check", "asked", "said"),
    [
        (escalates_hands_off_warning, "warning", "cannot be told whether an upgrade was due"),
        (mitigates_after_hands_off, "upgraded", "cannot be told whether mitigation was due"),
    ],
)
def test_a_doubt_alone_is_the_only_finding_and_a_stage_known_off_is_none(check: Any, asked: str, said: str) -> None:
    (doubt,) = check(spans_table({"start": 20.0, "end": 60.0, f"no_{asked}": None}))
    assert doubt.text.en == said
    (nothing,) = check(spans_table({"start": 20.0, "end": 60.0}), delay_s=0.0)
    assert nothing.text.en != said
