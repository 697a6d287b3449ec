"""One run more or less, one cell changed."""

from typing import Any

import pytest

from zhunru.checks.ota.vehicle_rejects_forged_packages import _WORDS, all_refused, vehicle_rejects_forged_packages
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.records.update_case import UpdateCase
from zhunru.wire.package_rules import FORGERIES, RULES

ALL, CAR = all_refused()


def judged(cases: list[UpdateCase]) -> Folded:
    return fold(vehicle_rejects_forged_packages(cases, CAR))


def with_one(run: str, **changed: Any) -> Folded:
    assert any(c.run == run for c in ALL)
    return judged([c.model_copy(update=changed) if c.run == run else c for c in ALL])


def test_whole_matrix_both_ways() -> None:
    found = judged(ALL)
    assert (found.verdict, found.totals) == (Verdict.PASS, {"breach": 0, "gap": 0, "ok": 40})


@pytest.mark.parametrize("rule", FORGERIES)
@pytest.mark.parametrize("way", ["air", "port"])
def test_each_kind_counts_by_each_way(rule: str, way: str) -> None:
    run = f"{rule}-{way}"
    assert with_one(run, executed=True).verdict is Verdict.FAIL
    rest = judged([c for c in ALL if c.run != run])
    assert (rest.verdict, rest.totals["gap"]) == (Verdict.INCONCLUSIVE, 1)
    assert [f.facts["forgery"] for f in rest.kept if f.kind == "gap"] == [rule]


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"executed": True}, Verdict.FAIL),
        ({"executed": None}, Verdict.INCONCLUSIVE),
        ({"rejected_at": "after activation"}, Verdict.FAIL),
        ({"rejected_at": "激活前"}, Verdict.PASS),
        ({"rejected_at": "Before activation"}, Verdict.PASS),
        ({"rejected_at": "下载"}, Verdict.PASS),
        ({"rejected_at": None}, Verdict.INCONCLUSIVE),
        ({"rejected_at": "sometime"}, Verdict.INCONCLUSIVE),
        ({"old_version_runs": False}, Verdict.FAIL),
        ({"old_version_runs": None}, Verdict.INCONCLUSIVE),
        ({"stimulus": "something else"}, Verdict.INCONCLUSIVE),
        ({"over_the_air": None}, Verdict.INCONCLUSIVE),
        ({"origin": Origin(problems=("拒绝阶段: ?",))}, Verdict.INCONCLUSIVE),
        ({"case": "GB 44496-2024/6.2"}, Verdict.PASS),
        ({"case": "6.3"}, Verdict.INCONCLUSIVE),
        ({"case": "8.3.4.2.2"}, Verdict.PASS),
        ({"stimulus": "无签名"}, Verdict.PASS),
        ({"stimulus": "Signature removed"}, Verdict.PASS),
    ],
)
def test_cells(changed: dict[str, Any], verdict: Verdict) -> None:
    assert with_one("unsigned-air", **changed).verdict is verdict


def test_a_car_that_refuses_everything_proves_nothing() -> None:
    assert with_one("genuine-air", executed=False).verdict is Verdict.INCONCLUSIVE
    assert judged([c for c in ALL if c.run != "genuine-port"]).verdict is Verdict.INCONCLUSIVE
    unreadable = with_one("genuine-air", origin=Origin(problems=("stimulus: ?",)))
    assert unreadable.verdict is Verdict.INCONCLUSIVE


def test_no_run_offline_is_a_gap() -> None:
    found = judged([c for c in ALL if c.over_the_air])
    assert (found.verdict, found.totals["gap"]) == (Verdict.INCONCLUSIVE, 1)


def test_one_bad_run_among_good_ones() -> None:
    bad = UpdateCase(case="6.2", run="again", stimulus="unsigned", over_the_air=True, executed=True)
    assert judged([*ALL, bad]).verdict is Verdict.FAIL


def test_every_kind_has_words_and_no_word_stands_for_two() -> None:
    assert set(_WORDS) == set(FORGERIES) <= set(RULES)
    words = [w for many in _WORDS.values() for w in many]
    assert len(words) == len(set(words))
