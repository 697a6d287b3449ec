"""Boundaries of the hands-off chain, and the whole way from a log."""

from typing import Any

import pytest

from zhunru.checks.assist.escalates_hands_off_warning import escalates_hands_off_warning
from zhunru.checks.assist.mitigates_after_hands_off import mitigates_after_hands_off
from zhunru.checks.assist.warns_after_hands_off import warns_after_hands_off
from zhunru.core.finding import Finding, fold
from zhunru.core.verdict import Verdict
from zhunru.tables.driver_state import DriverState
from zhunru.tables.hands_off_span import HandsOffSpan, hands_off_spans, spans_table

P, F, I = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE  # noqa: E741
NS = 1_000_000_000


def verdict(check: Any, *rows: dict[str, Any]) -> Verdict:
    return fold(check(spans_table(*rows))).verdict


# Samples are 20 ms apart: a request first seen at t came after t - 0.02, and the hands left after start - 0.02.
@pytest.mark.parametrize(
    ("seen_s", "expected"),
    [(0.0, P), (4.96, P), (4.98, P), (4.99, I), (5.0, I), (5.02, I), (5.12, I), (5.13, F), (9.9, F)],
)  # fmt: skip
def test_request_around_five_seconds(seen_s: float, expected: Verdict) -> None:
    assert verdict(warns_after_hands_off, {"start": 20.0, "end": 40.0, "warning": 20.0 + seen_s, "gaze_lost": 20.0}) is expected


@pytest.mark.parametrize(("seen_s", "expected"), [(8.0, P), (9.98, P), (9.99, I), (10.12, I), (10.13, F)])
def test_request_around_ten_seconds_with_gaze(seen_s: float, expected: Verdict) -> None:
    assert verdict(warns_after_hands_off, {"start": 20.0, "end": 40.0, "warning": 20.0 + seen_s, "gaze_until": 39.98}) is expected


@pytest.mark.parametrize(
    ("gaze_until", "gaze_lost", "seen_s", "expected"),
    [(27.0, 27.02, 6.9, P), (27.0, 27.02, 7.1, I), (27.0, 27.02, 7.3, F), (27.0, None, 7.3, I), (None, None, 7.3, I), (None, 20.0, 7.3, F),
     (21.0, 21.02, 4.9, P), (21.0, 21.02, 7.3, F), (None, None, 10.3, F)],
)  # fmt: skip
def test_gaze_gives_the_right_to_wait_only_while_it_is_confirmed(
    gaze_until: float | None, gaze_lost: float | None, seen_s: float, expected: Verdict
) -> None:
    row = {"start": 20.0, "end": 40.0, "warning": 20.0 + seen_s, "gaze_until": gaze_until, "gaze_lost": gaze_lost}
    assert verdict(warns_after_hands_off, row) is expected


@pytest.mark.parametrize(
    ("length_s", "more", "expected"),
    [(4.9, {}, I), (5.05, {}, I), (5.5, {}, F), (5.5, {"gaze_until": 25.48, "gaze_lost": None}, I), (9.0, {"gaze_lost": None}, I), (12.0, {"no_warning": None}, I), (12.0, {"no_warning": 24.0}, I),
     (12.0, {"no_warning": 26.0}, F), (12.0, {"other_prompt": True}, I), (3.0, {"ended_by": "unknown"}, I), (12.0, {"ended_by": "unknown"}, F),
     (4.0, {"warning": 23.0}, P), (4.0, {"warning": 23.0, "before": None}, I), (12.0, {"before": None}, F)],
)  # fmt: skip
def test_no_request(length_s: float, more: dict[str, Any], expected: Verdict) -> None:
    assert verdict(warns_after_hands_off, {"start": 20.0, "end": 20.0 + length_s, "gaze_lost": 20.0} | more) is expected


def test_short_hands_off_says_nothing_and_does_not_hide_a_pass() -> None:
    short, good = {"start": 5.0, "end": 8.0}, {"start": 20.0, "end": 30.0, "warning": 23.0}
    assert verdict(warns_after_hands_off, short) is I
    assert verdict(warns_after_hands_off, short, good) is P
    assert verdict(warns_after_hands_off, good, {"start": 50.0, "end": 61.0}) is F
    assert verdict(warns_after_hands_off, good, {"start": 50.0, "end": 60.0, "certainty": "possible"}) is I
    assert verdict(warns_after_hands_off, good, {"start": 50.0, "end": 54.0, "certainty": "possible"}) is P


@pytest.mark.parametrize(("off", "expected"), [(None, P), (29.98, P), (29.88, P), (29.87, F), (25.0, F)])
def test_request_stays_until_the_hands_are_back(off: float | None, expected: Verdict) -> None:
    assert verdict(warns_after_hands_off, {"start": 20.0, "end": 30.0, "warning": 23.0, "warning_off": off}) is expected


def test_nothing_is_no_pass() -> None:
    for check in (warns_after_hands_off, escalates_hands_off_warning, mitigates_after_hands_off):
        folded = fold(check(HandsOffSpan.empty()))
        assert (folded.verdict, folded.totals["gap"]) == (I, 1)


@pytest.mark.parametrize(("after_s", "expected"), [(9.98, P), (9.99, I), (10.12, I), (10.13, F), (None, F)])
def test_upgrade_around_ten_seconds(after_s: float | None, expected: Verdict) -> None:
    upgraded = None if after_s is None else 23.0 + after_s
    assert verdict(escalates_hands_off_warning, {"start": 20.0, "end": 60.0, "warning": 23.0, "upgraded": upgraded}) is expected


@pytest.mark.parametrize(("after_s", "expected"), [(9.98, P), (9.99, I), (10.12, I), (10.13, F), (None, F)])
def test_mitigation_around_ten_seconds(after_s: float | None, expected: Verdict) -> None:
    mitigation = None if after_s is None else 32.0 + after_s
    row = {"start": 20.0, "end": 60.0, "warning": 23.0, "upgraded": 32.0, "mitigation": mitigation}
    assert verdict(mitigates_after_hands_off, row) is expected


SHORT_UPGRADE, SHORT_MITIGATION = (
    "no request that stood long enough to be upgraded is in the log",
    "no upgraded request that stood long enough is in the log",
)
CHAIN = [
    pytest.param(
        escalates_hands_off_warning, "warning", "upgraded", SHORT_UPGRADE, "cannot be told whether the upgrade was in time", id="upgrade"
    ),
    pytest.param(
        mitigates_after_hands_off,
        "upgraded",
        "mitigation",
        SHORT_MITIGATION,
        "cannot be told whether mitigation was in time",
        id="mitigation",
    ),
]


# The stage before is first seen at 23.0 s and was last seen off at 22.98 s; the next stage is not seen unless the row says so.
@pytest.mark.parametrize(("check", "asked", "answer", "none_due", "not_told"), CHAIN)
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"end": 33.0, "certainty": "possible"}, "none due"),
        ({"end": 60.0, "{asked}": None, "ended_by": "unknown"}, "none due"),
        ({"end": 27.0}, "none due"),
        ({"end": 27.0, "ended_by": "unknown"}, "not told"),
        ({"end": 32.98}, "none due"),
        ({"end": 33.0}, "not told"),
        ({"end": 60.0, "no_{answer}": None}, "not told"),
        ({"end": 60.0, "{answer}": 40.0, "no_{answer}": 30.0}, "not told"),
    ],
)
def test_what_is_not_due_is_told_from_what_is_not_known(
    check: Any, asked: str, answer: str, none_due: str, not_told: str, row: dict[str, Any], said: str
) -> None:
    named = {k.format(asked=asked, answer=answer): v for k, v in ({"start": 20.0, "{asked}": 23.0} | row).items()}
    (found,) = check(spans_table(named))
    assert (found.kind, found.text.en) == ("gap", none_due if said == "none due" else not_told)
    assert found.limit == 10.0


@pytest.mark.parametrize(("check", "asked", "answer", "none_due", "not_told"), CHAIN)
def test_an_answer_that_was_not_seen_off_is_not_late_even_without_tolerance(
    check: Any, asked: str, answer: str, none_due: str, not_told: str
) -> None:
    (found,) = check(spans_table({"start": 20.0, "end": 40.0, asked: 23.0, f"no_{answer}": None}), delay_s=0.0, tolerance_s=0.0)
    assert (found.kind, found.text.en) == ("gap", not_told)


@pytest.mark.parametrize(("check", "asked", "answer", "none_due", "not_told"), CHAIN)
def test_each_stretch_of_the_chain_is_one_finding(check: Any, asked: str, answer: str, none_due: str, not_told: str) -> None:
    good, short = {"start": 20.0, "end": 60.0, asked: 23.0, answer: 30.0}, {"start": 70.0, "end": 77.0, asked: 73.0}
    late = {"start": 80.0, "end": 120.0, asked: 83.0, answer: 100.0}
    found = list(check(spans_table(good, short, late)))
    assert [(f.kind, f.measured) for f in found] == [("ok", 7.02), ("breach", 16.98)]
    assert [f.t_ns for f in found] == [23 * NS, 83 * NS]


NOTHING, BETWEEN = "no hands-off that could be judged is in the log", "cannot be told within the sampling of the log"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"end": 25.0, "certainty": "possible"}, NOTHING),
        ({"end": 25.01, "certainty": "possible"}, "cannot be told whether hands were off"),
        ({"end": 24.97}, NOTHING),
        ({"end": 24.98}, NOTHING),
        ({"end": 24.99}, BETWEEN),
        ({"end": 23.0, "ended_by": "unknown"}, "the record pauses or ends before the limit"),
        ({"end": 25.05}, BETWEEN),
        ({"end": 40.0, "warning": 25.0, "ended_by": "unknown"}, BETWEEN),
        ({"end": 40.0, "warning": 25.0}, BETWEEN),
        ({"end": 40.0, "other_prompt": True}, "an eyes-off prompt was on and may delay the request"),
        ({"end": 40.0}, "never asked"),
        ({"end": 40.0, "warning": 39.0}, "asked too late"),
    ],
)
def test_the_reason_is_told(row: dict[str, Any], said: str) -> None:
    (found,) = warns_after_hands_off(spans_table({"start": 20.0, "gaze_lost": 20.0} | row))
    assert found.text.en == said
    assert found.kind == ("breach" if said in {"never asked", "asked too late"} else "gap")


def test_what_a_late_request_is_measured_by() -> None:
    (late,) = warns_after_hands_off(spans_table({"start": 20.0, "end": 40.0, "warning": 29.0, "gaze_lost": 27.0}))
    assert (late.measured, late.limit, late.t_ns, late.unit) == (8.98, 7.0, 20 * NS, "s")


def test_without_limit_and_tolerance_nothing_is_late_that_was_not_seen_late() -> None:
    def strict(**row: Any) -> list[str]:
        return [f.kind for f in warns_after_hands_off(spans_table({"start": 20.0, "end": 30.0} | row), delay_s=0.0, tolerance_s=0.0)]

    assert strict(before=19.995, warning=20.0) == ["gap"]
    assert strict(no_warning=None, gaze_lost=20.0) == ["gap"]
    assert strict(before=20.0, warning=20.0) == ["ok"]


def test_padded_frames_are_told() -> None:
    whole, padded = warns_after_hands_off(
        spans_table({"end": 30.0, "warning": 3.0}, {"start": 50.0, "end": 60.0, "warning": 53.0, "padded_count": 2})
    )
    assert "padded_frames" not in whole.facts
    assert padded.facts["padded_frames"] == 2


# From states -----------------------------------------------------------------------------------------------------------------------------


def states(**changes: list[tuple[float, Any]]) -> DriverState:
    """State -> (seconds, value); samples every 20 ms."""
    rows = []
    for state, values in changes.items():
        for k, (t, value) in enumerate(values):
            row = {"t_ns": round(t * NS), "t_before_ns": None if k == 0 else round((t - 0.02) * NS), "state": state}
            rows.append(row | {"speed_mps" if state == "speed" else "holds": value})
    return DriverState.rows(*rows, source="drive.log")


ALWAYS: dict[str, list[tuple[float, Any]]] = {
    "system_active": [(0.0, True), (60.0, None)],
    "speed": [(0.0, 20.0), (60.0, None)],
    "hands_on": [(0.0, True), (20.0, False), (40.0, True), (60.0, None)],
    "hands_off_warning": [(0.0, False), (23.0, True), (40.0, False), (60.0, None)],
}


def spans(**changed: list[tuple[float, Any]]) -> list[dict[str, Any]]:
    given = {name: values for name, values in (ALWAYS | changed).items() if values}
    found: HandsOffSpan = hands_off_spans(states(**given))
    return found.collect().to_dicts()


def findings(**changed: list[tuple[float, Any]]) -> list[Finding]:
    given = {name: values for name, values in (ALWAYS | changed).items() if values}
    return list(warns_after_hands_off(hands_off_spans(states(**given))))


def kinds(**changed: list[tuple[float, Any]]) -> list[str]:
    return [f.kind for f in findings(**changed)]


def test_a_span_with_its_request() -> None:
    (span,) = spans()
    seconds = {name: span[name] / NS for name in span if name.endswith("_ns") and span[name] is not None}
    assert (span["certainty"], span["ended_by"], span["source"]) == ("certain", "condition", "drive.log")
    assert seconds["t_start_ns"] == 20.0
    assert seconds["t_before_ns"] == 19.98
    assert (seconds["t_last_ns"], seconds["t_end_ns"]) == (39.98, 40.0)
    assert (seconds["t_warning_ns"], seconds["t_no_warning_ns"]) == (23.0, 22.98)
    assert span["t_no_upgraded_ns"] is None


def test_the_duty_begins_when_all_conditions_hold() -> None:
    (span,) = spans(system_active=[(0.0, False), (25.0, True), (60.0, None)])
    assert (span["t_start_ns"], span["t_before_ns"]) == (25 * NS, round(24.98 * NS))
    assert spans(system_active=[(0.0, False), (60.0, None)]) == []
    slow = 10 / 3.6
    assert spans(speed=[(0.0, slow), (60.0, None)]) == []
    assert len(spans(speed=[(0.0, slow + 1e-6), (60.0, None)])) == 1


@pytest.mark.parametrize(
    "missing",
    [{"hands_on": []}, {"system_active": []}, {"speed": []}, {"hands_on": [(0.0, True), (20.0, None), (40.0, True)]},
     {"system_active": [(0.0, True), (10.0, None), (50.0, True)]}, {"hands_off_warning": []}, {"hands_off_warning": [(0.0, False), (21.0, None), (40.0, False)]}],
)  # fmt: skip
def test_what_is_missing_is_a_gap(missing: dict[str, list[tuple[float, Any]]]) -> None:
    assert kinds(**missing) == ["gap"]


def test_pauses() -> None:
    pause = [(0.0, True), (20.0, False), (22.0, None), (22.5, False), (40.0, True), (60.0, None)]
    silent = [(0.0, False), (60.0, None)]
    assert kinds(hands_on=pause, hands_off_warning=silent) == ["gap", "breach"]
    early = [(0.0, True), (19.0, None), (20.0, False), (40.0, True), (60.0, None)]
    (only,) = findings(hands_on=early)
    assert only.kind == "ok"
    assert only.measured == round(23.0 - 18.98, 3)


def test_a_later_stage_stands_for_an_earlier_one() -> None:
    upgraded = [(0.0, False), (23.0, True), (40.0, False), (60.0, None)]
    assert kinds(hands_off_warning=[(0.0, False), (60.0, None)], hands_off_warning_upgraded=upgraded) == ["ok"]
    assert kinds(hands_off_warning=[], direct_control_alert=upgraded) == ["ok"]
    late = [(0.0, False), (35.0, True), (40.0, False), (60.0, None)]
    assert kinds(hands_off_warning=[], direct_control_alert=late) == ["gap"]


def test_eyes_off_prompt_may_delay_the_request() -> None:
    late = [(0.0, False), (28.0, True), (40.0, False), (60.0, None)]
    assert kinds(hands_off_warning=late, eyes_on=[(0.0, False), (60.0, None)]) == ["breach"]
    prompt = [(0.0, False), (24.0, True), (27.0, False), (60.0, None)]
    assert kinds(hands_off_warning=late, eyes_on=[(0.0, False), (60.0, None)], eyes_off_warning=prompt) == ["gap"]


def test_logs_are_judged_one_by_one() -> None:
    one = states(**ALWAYS).collect()
    two = one.with_columns(source=one["source"].str.replace("drive", "other"))
    both = hands_off_spans(DriverState(one.vstack(two).sample(fraction=1.0, shuffle=True, seed=3))).collect()
    assert both["source"].to_list() == ["drive.log", "other.log"]
