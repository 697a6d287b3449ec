"""What the steps of a trial come to."""

from typing import Any

import pytest

from zhunru.tables.client_trial import REASONS, RESULTS, ClientTrialStep, judge, trial_from_steps

Row = dict[str, Any]


def step(number: int, purpose: str = "control", **changed: Any) -> Row:
    plain = {
        "source": "s.jsonl", "client": "c", "kind": "tuf", "known_count": 1, "trial": "rollback.x", "attack_class": "rollback", "optional": False,
        "step_no": number, "not_run": None, "does": "download" if number else "init", "purpose": purpose,
        "expected": "refuse" if purpose == "attack" else "accept", "exit_code": 1 if purpose == "attack" else 0, "impatient": False,
        "limit_byte": None, "drawn_byte": 0, "poison_count": 0, "stray_count": 0, "lacking_count": 0, "untrusted_count": 0,
    }  # fmt: skip
    return plain | changed


def trial(control: Row | None = None, attack: Row | None = None, recovery: Row | None = None) -> list[Row]:
    return [step(0), step(1, **(control or {})), step(2, "attack", **(attack or {})), step(3, "recovery", **(recovery or {}))]


@pytest.mark.parametrize(
    ("control", "attack", "recovery", "expected"),
    [
        ({}, {}, {}, ("withstood", "")),
        ({}, {"exit_code": 0}, {}, ("breached", "accepted-attack")),
        ({}, {"poison_count": 1}, {}, ("breached", "kept-false-metadata")),
        ({}, {"stray_count": 1}, {}, ("breached", "kept-false-image")),
        ({}, {"untrusted_count": 1}, {}, ("breached", "lost-trust")),
        ({}, {"exit_code": -11}, {}, ("breached", "ended-outside-contract")),
        ({}, {"exit_code": 2}, {}, ("breached", "ended-outside-contract")),
        ({}, {"limit_byte": 10, "drawn_byte": 10}, {}, ("withstood", "")),
        ({}, {"limit_byte": 10, "drawn_byte": 11}, {}, ("breached", "drew-without-bound")),
        ({}, {"exit_code": None, "impatient": True}, {}, ("breached", "hung")),
        ({}, {"exit_code": None}, {}, ("unclear", "stopped")),
        ({}, {"expected": "either", "exit_code": 0}, {}, ("withstood", "")),
        ({}, {"expected": "either", "exit_code": 1}, {}, ("withstood", "")),
        ({}, {"expected": "either", "exit_code": 0, "stray_count": 1}, {}, ("breached", "kept-false-image")),
        ({}, {"expected": "accept", "exit_code": 1}, {}, ("refused", "refused-benign")),
        ({"exit_code": 1}, {}, {}, ("refused", "refused-benign")),
        ({"exit_code": 1, "optional": True}, {"optional": True}, {}, ("unclear", "cannot-play")),
        ({"optional": True}, {"optional": True, "exit_code": 0}, {}, ("breached", "accepted-attack")),
        ({"lacking_count": 1}, {}, {}, ("refused", "image-lacking")),
        ({"untrusted_count": 1}, {}, {}, ("refused", "older-trust")),
        ({"exit_code": 3}, {}, {}, ("refused", "ended-outside-contract")),
        ({"exit_code": 1}, {"untrusted_count": 1}, {}, ("refused", "refused-benign")),
        ({}, {}, {"exit_code": 1}, ("refused", "refused-benign")),
        ({}, {}, {"poison_count": 1}, ("breached", "kept-false-metadata")),
        ({}, {"lacking_count": 1}, {}, ("withstood", "")),
        ({}, {"poison_count": None}, {}, ("unclear", "incomplete")),
        ({"impatient": None}, {}, {}, ("unclear", "incomplete")),
        ({"exit_code": 1}, {"exit_code": 0}, {}, ("breached", "accepted-attack")),
    ],
)  # fmt: skip
def test_a_trial_comes_to(control: Row, attack: Row, recovery: Row, expected: tuple[str, str]) -> None:
    found = judge(trial(control, attack, recovery))
    assert found[:2] == expected
    assert found[0] in RESULTS
    assert found[1] in REASONS


def test_without_a_benign_step_nothing_is_withstood() -> None:
    assert judge([step(0), step(1, "attack")])[:2] == ("unclear", "no-benign-step")


def test_a_missing_step_decides_nothing() -> None:
    rows = trial()
    assert judge(rows[:1] + rows[2:])[:2] == ("unclear", "incomplete")
    assert judge([*rows, rows[2]])[:2] == ("unclear", "incomplete")
    assert judge([r | {"expected": None} for r in rows])[:2] == ("unclear", "incomplete")


def test_what_was_not_run_is_not_judged() -> None:
    assert judge([step(0) | {"step_no": None, "not_run": "clock"}])[:2] == ("not-run", "not-run")


def test_trials_are_kept_apart_by_file_client_and_kind() -> None:
    rows = [r | {"source": s, "client": c} for s, c in (("a", "one"), ("b", "one"), ("b", "two")) for r in trial()]
    rows[2]["exit_code"] = 0
    found = trial_from_steps(ClientTrialStep.rows(*reversed(rows))).collect()
    assert sorted(found["result"]) == ["breached", "withstood", "withstood"]
    assert found.filter(found["result"] == "breached")["step_no"].item() == 2
    assert trial_from_steps(ClientTrialStep.empty()).collect().is_empty()
