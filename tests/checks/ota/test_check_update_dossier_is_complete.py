"""Each of the nine items by itself, the claim, and the days."""

from typing import Any

import pytest

from zhunru.checks.ota.update_dossier_is_complete import _input, update_dossier_is_complete
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict


def judge(campaign: dict[str, Any] | None = None, impact: dict[str, Any] | None = None, drop: dict[int, Any] | None = None) -> Folded:
    given: list[Any] = list(_input(campaign, impact))
    for place, value in (drop or {}).items():
        given[place] = value
    return fold(update_dossier_is_complete(*given))


@pytest.mark.parametrize(
    ("campaign", "impact", "drop", "items"),
    [
        ({"purpose": ""}, None, None, "a"),
        ({"content": ""}, None, None, "a"),
        (None, {"system": ""}, None, "b"),
        (None, {"ecu": "BCM"}, None, "b"),
        (None, {"entries_change": ""}, None, "c"),
        (None, {"entries_reason": ""}, None, "c"),
        (None, {"results_cover": ""}, None, "d"),
        (None, {"results_reason": "-"}, None, "d"),
        (None, {"approval_affected": ""}, None, "e"),
        (None, {"approval_reason": ""}, None, "e"),
        (None, {"function_affected": ""}, None, "e"),
        (None, {"function_reason": ""}, None, "e"),
        (None, {"campaign": "V"}, None, "b c d e"),
        (None, None, {3: []}, "f"),
        (None, None, {4: []}, "f"),
        ({"way": ""}, None, None, "g"),
        (None, None, {5: []}, "g"),
        (None, None, {6: []}, "h i"),
    ],
)
def test_each_item_by_itself(
    campaign: dict[str, Any] | None, impact: dict[str, Any] | None, drop: dict[int, Any] | None, items: str
) -> None:
    folded = judge(campaign, impact, drop)
    assert folded.verdict is Verdict.FAIL
    assert folded.kept[0].facts["items"] == items


@pytest.mark.parametrize("place", [1, 3, 4, 5, 6])
def test_an_absent_ledger_is_a_gap(place: int) -> None:
    assert judge(drop={place: None}).verdict is Verdict.INCONCLUSIVE


def test_an_approval_that_begins_after_the_release_does_not_count() -> None:
    approvals = _input()[3]
    for day, verdict in (("2026-03-10", Verdict.PASS), ("2026-03-11", Verdict.FAIL)):
        late = [type(approvals[0]).model_validate({"id": "A", "digest": approvals[0].digest, "valid_from": day})]
        assert judge(drop={3: late}).verdict is verdict


def test_the_verification_report_must_have_tested_every_digest() -> None:
    reports = _input()[6]
    other = [type(reports[0]).model_validate({"id": "T", "matter": "verification", "campaign": "U-1", "digests": "sha256:" + "9" * 64})]
    folded = judge(drop={6: other})
    assert folded.verdict is Verdict.FAIL and folded.kept[0].facts["items"] == "i"
    analysis = [reports[0], type(reports[0]).model_validate({"id": "T2", "matter": "analysis", "campaign": "U-1"})]
    assert judge(drop={6: analysis}).verdict is Verdict.PASS
    assert judge(drop={6: analysis[1:]}).kept[0].facts["items"] == "h i"


@pytest.mark.parametrize(
    ("answers", "claimed", "verdict"),
    [
        ({"approval_affected": "是"}, "A", Verdict.FAIL),
        ({"entries_change": "是"}, "A", Verdict.FAIL),
        ({"results_cover": "否"}, "A", Verdict.FAIL),
        ({"function_affected": "是"}, "A", Verdict.PASS),
        ({"approval_affected": "是"}, "B", Verdict.PASS),
        ({"approval_affected": "是"}, "", Verdict.INCONCLUSIVE),
        ({}, "", Verdict.PASS),
    ],
)
def test_the_claim_agrees_with_the_answers(answers: dict[str, Any], claimed: str, verdict: Verdict) -> None:
    assert judge({"claimed_class": claimed}, answers).verdict is verdict


@pytest.mark.parametrize(
    ("impact", "verdict"),
    [
        ({"decided_on": "2026-03-09"}, Verdict.PASS),
        ({"decided_on": "2026-03-10"}, Verdict.INCONCLUSIVE),
        ({"decided_on": "2026-03-11"}, Verdict.FAIL),
        ({"decided_on": ""}, Verdict.INCONCLUSIVE),
        ({"person": ""}, Verdict.INCONCLUSIVE),
    ],
)
def test_assessed_by_a_person_before_the_release(impact: dict[str, Any], verdict: Verdict) -> None:
    assert judge(impact=impact).verdict is verdict


def test_planned_foreign_and_unreadable_are_gaps() -> None:
    planned = {"released_on": "", "released": "否", "planned_start": "2026-03-10"}
    assert judge(planned).verdict is Verdict.PASS
    assert judge(planned | {"purpose": ""}).verdict is Verdict.INCONCLUSIVE
    assert judge({"product": "别的车", "purpose": ""}).verdict is Verdict.INCONCLUSIVE
    assert judge({"purpose": "", "origin": Origin(problems=("升级目的: ?",))}).verdict is Verdict.INCONCLUSIVE
    assert judge({"purpose": "", "origin": Origin(problems=("恢复策略: ?",))}).verdict is Verdict.FAIL
    assert judge(impact={"system": "", "origin": Origin(problems=("受影响系统: ?",))}).verdict is Verdict.INCONCLUSIVE


def test_approvals_filings_and_reports_of_others_do_not_count() -> None:
    given = _input()
    approval, filing, report = type(given[3][0]), type(given[4][0]), type(given[6][0])
    other = "sha256:" + "9" * 64
    cited = approval.model_validate({"id": "A-7", "digest": other, "valid_from": "2026-03-01"})
    assert judge(drop={3: [cited]}).kept[0].facts["items"] == "f"
    assert judge({"approval": "A-7"}, drop={3: [cited]}).verdict is Verdict.PASS, "the activity cites it"
    assert judge({"approval": "A-8"}, drop={3: [cited]}).verdict is Verdict.FAIL
    for wrong in ({"matter": "closing"}, {"campaign": "V"}, {"campaign": ""}):
        assert (
            judge(drop={4: [filing.model_validate({"id": "F", "matter": "activity", "campaign": "U-1"} | wrong)]}).verdict is Verdict.FAIL
        )
    assert (
        judge(drop={6: [report.model_validate({"id": "T", "matter": "verification", "digests": other, "campaign": "V"})]})
        .kept[0]
        .facts["items"]
        == "h i"
    )
    vehicle = report.model_validate({"id": "T", "matter": "vehicle", "campaign": "U-1"})
    assert judge(drop={6: [vehicle]}).kept[0].facts["items"] == "i"


def test_a_planned_file_that_is_not_whole_is_told_as_such() -> None:
    folded = judge({"released_on": "", "released": "否", "planned_start": "2026-03-10", "purpose": ""})
    assert folded.totals["gap"] == 1 and folded.kept[0].facts["items"] == "a"


def test_an_unknown_release_day_is_missing() -> None:
    assert "a" in str(judge({"released_on": "", "released": "是"}).kept[0].facts["items"])
