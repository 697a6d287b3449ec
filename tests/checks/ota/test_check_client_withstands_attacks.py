"""Where the verdict on a client turns."""

import polars as pl
import pytest

from zhunru.checks.ota.client_withstands_attacks import _TEXTS, client_withstands_attacks
from zhunru.core.finding import Folded, fold
from zhunru.core.verdict import Verdict
from zhunru.tables.attack_class import ATTACK_CLASSES
from zhunru.tables.client_trial import REASONS, ClientTrial


def trials(client: str = "a", known: int = 16, **changed: object) -> ClientTrial:
    rows = [
        {
            "client": client,
            "kind": "uptane",
            "known_count": known,
            "trial": f"{c}.x",
            "attack_class": c,
            "result": "withstood",
            "reason": "",
        }
        for c in ATTACK_CLASSES
    ]
    rows[3] |= changed
    return ClientTrial.rows(*rows)


def judged(*tables: ClientTrial) -> Folded:
    return fold(client_withstands_attacks(ClientTrial.concat(tables)))


def gaps(folded: Folded) -> list[object]:
    return [f.facts.get("attack_class") for f in folded.kept if f.kind == "gap"]


def test_all_classes_and_all_trials() -> None:
    assert judged(trials()).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("known", "verdict"), [(15, Verdict.PASS), (16, Verdict.PASS), (17, Verdict.INCONCLUSIVE), (0, Verdict.INCONCLUSIVE)]
)
def test_trials_left_out(known: int, verdict: Verdict) -> None:
    assert judged(trials(known=known)).verdict is verdict


@pytest.mark.parametrize("missing", sorted(ATTACK_CLASSES))
def test_a_missing_class_is_named(missing: str) -> None:
    left = ClientTrial(trials(known=15).frame.filter(pl.col("attack_class") != missing))
    folded = judged(left)
    assert folded.verdict is Verdict.INCONCLUSIVE
    assert gaps(folded) == [missing]


@pytest.mark.parametrize("reason", [r for r in REASONS if r])
@pytest.mark.parametrize(
    ("result", "verdict"),
    [("breached", Verdict.FAIL), ("refused", Verdict.FAIL), ("unclear", Verdict.INCONCLUSIVE), ("not-run", Verdict.INCONCLUSIVE)],
)
def test_every_result_and_reason(result: str, reason: str, verdict: Verdict) -> None:
    folded = judged(trials(result=result, reason=reason))
    assert folded.verdict is verdict
    assert any(f.text == _TEXTS[reason] for f in folded.kept)


def test_a_class_of_which_nothing_was_judged_is_open() -> None:
    folded = judged(trials(result="unclear", reason="stopped"))
    assert gaps(folded).count("freeze") == 2  # the trial, and the class


def test_each_client_for_itself() -> None:
    only_one_class = ClientTrial(trials("b", 1).frame.filter(pl.col("attack_class") == "freeze"))
    folded = judged(trials("a"), only_one_class)
    assert folded.verdict is Verdict.INCONCLUSIVE
    assert {f.facts["client"] for f in folded.kept if f.kind == "gap"} == {"b"}
    assert folded.totals["gap"] == 15


def test_two_kinds_of_one_client_complete_each_other() -> None:
    tuf = ClientTrial(trials(known=15).frame.filter(pl.col("attack_class") != "partial-bundle").with_columns(pl.lit("tuf").alias("kind")))
    uptane = ClientTrial(trials(known=1).frame.filter(pl.col("attack_class") == "partial-bundle"))
    assert judged(tuf, uptane).verdict is Verdict.PASS
    assert judged(tuf).verdict is Verdict.INCONCLUSIVE


def test_bytes_drawn_are_told() -> None:
    folded = judged(trials(result="breached", reason="drew-without-bound", drawn_byte=33 << 20, limit_byte=16 << 20))
    told = next(f for f in folded.kept if f.kind == "breach")
    assert (told.measured, told.limit, told.unit) == (33 << 20, 16 << 20, "B")


def test_a_result_that_nobody_knows_is_no_pass() -> None:
    assert judged(trials(result="fine", reason="")).verdict is Verdict.INCONCLUSIVE
    assert judged(trials(result=None, reason=None)).verdict is Verdict.INCONCLUSIVE
