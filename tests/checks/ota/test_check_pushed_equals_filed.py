"""Digests, baselines and cars: what is not exactly the filed set must not pass."""

from typing import Any

import pytest

from zhunru.checks.ota.pushed_equals_filed import pushed_equals_filed
from zhunru.core.finding import Folded, fold
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.filing import Filing
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_package import UpdatePackage

CAR = Subject(name="样车", maker="厂", ota=True)
A, B, C = ("sha256:" + c * 64 for c in "abc")


def judge(
    released: tuple[str, ...] = (A, B),
    filed: str = f"{A};{B}",
    installed: tuple[str, ...] = (A,),
    campaign: dict[str, Any] | None = None,
    filing: dict[str, Any] | None = None,
    execution: dict[str, Any] | None = None,
) -> Folded:
    activity = {"id": "U", "product": "样车", "released_on": "2026-03-10", "baseline_after": "B2"} | (campaign or {})
    row = {"id": "F", "matter": "activity", "campaign": "U", "state": "accepted", "filed_on": "2026-03-01", "accepted_on": "2026-03-09"}
    row |= {"receipt": "R", "digests": filed, "baseline_after": "b2 "} | (filing or {})
    cars = [{"campaign": "U", "vin": f"V{i}", "result": "success", "packages": p} | (execution or {}) for i, p in enumerate(installed)]
    return fold(
        pushed_equals_filed(
            [UpdateCampaign.model_validate(activity)],
            [Filing.model_validate(row)],
            None,
            [UpdatePackage.model_validate({"campaign": "U", "package": f"p{i}", "digest": d}) for i, d in enumerate(released)],
            [UpdateExecution.model_validate(c) for c in cars],
            CAR,
        )
    )


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Verdict.PASS),
        ({"filed": f"SHA256:{'A' * 64};{B.removeprefix('sha256:')}"}, Verdict.PASS),  # written otherwise
        ({"released": (A, C)}, Verdict.FAIL),
        ({"released": (A, B, C)}, Verdict.FAIL),
        ({"released": (A,)}, Verdict.INCONCLUSIVE),  # filed, not released
        ({"released": (A, "no digest")}, Verdict.INCONCLUSIVE),
        ({"released": (A, B, "")}, Verdict.INCONCLUSIVE),
        ({"released": ()}, Verdict.INCONCLUSIVE),
        ({"released": (), "campaign": {"digest": A}, "filed": A}, Verdict.PASS),
        ({"campaign": {"digest": C}}, Verdict.FAIL),  # the activity names another one beside its packages
        ({"filed": ""}, Verdict.INCONCLUSIVE),
        ({"filed": f"{A};{B};kaputt"}, Verdict.INCONCLUSIVE),
        ({"filing": {"baseline_after": "B3"}}, Verdict.FAIL),
        ({"filing": {"baseline_after": ""}}, Verdict.INCONCLUSIVE),
        ({"campaign": {"baseline_after": ""}}, Verdict.INCONCLUSIVE),
        ({"filing": {"accepted_on": "2026-03-11"}}, Verdict.INCONCLUSIVE),  # judged by the other check; nothing to compare with
        ({"filing": {"campaign": "V"}}, Verdict.INCONCLUSIVE),
        ({"filing": {"matter": "samr_table"}}, Verdict.INCONCLUSIVE),
        ({"installed": ()}, Verdict.INCONCLUSIVE),
        ({"installed": (A, C)}, Verdict.FAIL),
        ({"installed": (A, "")}, Verdict.INCONCLUSIVE),
        ({"installed": (A, "?")}, Verdict.INCONCLUSIVE),
        ({"installed": (f"{A};{B}",)}, Verdict.PASS),
        ({"installed": ("",), "execution": {"result": "refused"}}, Verdict.PASS),
        ({"installed": ("",), "execution": {"result": "refused", "started_at": "2026-03-11T12:00:00+08:00"}}, Verdict.INCONCLUSIVE),
        ({"installed": (C,), "execution": {"result": "refused"}}, Verdict.FAIL),
        ({"installed": ("",), "execution": {"result": ""}}, Verdict.INCONCLUSIVE),
        ({"released": (A, C), "campaign": {"product": "别的车"}}, Verdict.INCONCLUSIVE),
        (
            {"released": (A, C), "installed": (), "campaign": {"released_on": "", "released": "否", "planned_start": "2026-03-10"}},
            Verdict.INCONCLUSIVE,
        ),
        ({"installed": (), "campaign": {"released_on": "", "released": "否", "planned_start": "2026-03-10"}}, Verdict.PASS),
    ],
)
def test_what_is_pushed_is_what_was_filed(changed: dict[str, Any], verdict: Verdict) -> None:
    assert judge(**changed).verdict is verdict


def test_one_finding_per_car_that_deviates_and_one_for_the_others() -> None:
    folded = judge(installed=(A, A, A, C, C))
    assert folded.totals == {"breach": 2, "gap": 0, "ok": 3}
    assert {f.facts["vin"] for f in folded.kept if f.kind == "breach"} == {"V3", "V4"}
    assert [f.facts["vehicles"] for f in folded.kept if "vehicles" in f.facts] == [3]


def test_what_cannot_be_compared_is_said_once() -> None:
    for changed in ({"released": ()}, {"filed": ""}, {"filing": {"accepted_on": ""}}, {"campaign": {"released_on": "", "released": "是"}}):
        assert judge(**changed).totals == {"breach": 0, "gap": 1, "ok": 0}


def test_a_foreign_activity_that_differs_is_told_as_such() -> None:
    folded = judge(released=(A, C), campaign={"product": "别的车"})
    assert folded.totals["breach"] == 0 and any("under another name" in f.text.en for f in folded.kept)


def test_a_failed_car_must_say_what_it_installed() -> None:
    assert judge(installed=("",), execution={"result": "failed"}).verdict is Verdict.INCONCLUSIVE


def test_an_earlier_push_moves_the_first_day() -> None:
    assert judge(execution={"pushed_at": "2026-03-09T12:00:00+08:00"}).verdict is Verdict.INCONCLUSIVE


def test_ledgers_that_are_absent() -> None:
    campaign = UpdateCampaign.model_validate({"id": "U", "product": "样车", "digest": A, "released_on": "2026-03-10"})
    assert fold(pushed_equals_filed([campaign], None, None, None, None, CAR)).totals == {"breach": 0, "gap": 1, "ok": 0}
