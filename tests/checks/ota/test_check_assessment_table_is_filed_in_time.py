"""Four, five and six working days, holidays, make-up days, days off at the ends, years that nobody published."""

from typing import Any

import pytest

from zhunru.checks.ota.assessment_table_is_filed_in_time import assessment_table_is_filed_in_time
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.assessment_table import AssessmentTable
from zhunru.records.filing import Filing
from zhunru.records.update_campaign import UpdateCampaign

CAR = Subject(name="样车", maker="厂", ota=True)
HANDLED = {"before": "不执行", "during": "恢复原版本", "after": "联系服务站"}


def table(**changed: Any) -> AssessmentTable:
    return AssessmentTable.model_validate({"campaign": "U"} | HANDLED | changed)


def judge(
    filed: str = "2026-03-02",
    released: str = "2026-03-09",
    campaign: dict[str, Any] | None = None,
    filing: dict[str, Any] | None = None,
    kind: str = "",
    ahead: float = 5.0,
    rows: list[AssessmentTable] | None = None,
) -> Folded:
    activity = {"id": "U", "product": "样车", "released_on": released, "recall": "R-1"} | (campaign or {})
    row = {"id": "S", "matter": "samr_table", "campaign": "U", "state": "filed", "filed_on": filed} | (filing or {})
    tables = [table(ota_kind=kind)] if rows is None else rows
    return fold(
        assessment_table_is_filed_in_time(
            [UpdateCampaign.model_validate(activity)], [Filing.model_validate(row)], None, tables, None, CAR, ahead=ahead
        )
    )


@pytest.mark.parametrize(
    ("filed", "released", "verdict"),
    [
        ("2026-03-03", "2026-03-09", Verdict.FAIL),  # 4
        ("2026-03-02", "2026-03-09", Verdict.PASS),  # 5
        ("2026-03-02", "2026-03-10", Verdict.PASS),  # 6
        ("2026-02-13", "2026-02-27", Verdict.PASS),  # the 14th, then 24 to 27: five by the make-up Saturday
        ("2026-02-14", "2026-02-27", Verdict.FAIL),
        ("2026-02-14", "2026-02-28", Verdict.PASS),  # Saturday the 28th works
        ("2026-09-28", "2026-10-10", Verdict.PASS),  # 29, 30, 8, 9, Saturday the 10th
        ("2026-09-29", "2026-10-10", Verdict.FAIL),
        ("2026-03-01", "2026-03-06", Verdict.INCONCLUSIVE),  # handed in on a Sunday: five forward, four backward
        ("2026-03-02", "2026-03-07", Verdict.INCONCLUSIVE),  # released on a Saturday
        ("2026-03-09", "2026-03-09", Verdict.FAIL),
        ("2026-03-10", "2026-03-09", Verdict.FAIL),  # after the release
        ("2026-12-24", "2026-12-31", Verdict.PASS),
        ("2026-12-24", "2027-01-04", Verdict.INCONCLUSIVE),
        ("2018-12-20", "2019-01-04", Verdict.INCONCLUSIVE),
    ],
)
def test_working_days_before_the_release(filed: str, released: str, verdict: Verdict) -> None:
    assert judge(filed, released).verdict is verdict


def test_the_finding_tells_what_was_counted() -> None:
    (found,) = judge("2026-03-03").kept
    assert (found.measured, found.limit, found.unit) == (4, 5.0, "working day")
    assert judge("2026-03-03", ahead=4.0).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("filing", "verdict"),
    [
        ({"state": "accepted"}, Verdict.PASS),
        ({"state": "supplemented", "supplemented_on": "2026-03-02"}, Verdict.PASS),
        ({"state": "supplemented", "supplemented_on": "2026-03-03"}, Verdict.FAIL),
        ({"state": "accepted", "supplemented_on": "2026-03-03"}, Verdict.FAIL),
        ({"state": "returned"}, Verdict.FAIL),
        ({"state": "drafted"}, Verdict.FAIL),
        ({"state": "withdrawn"}, Verdict.FAIL),
        ({"withdrawn_on": "2026-03-09"}, Verdict.FAIL),
        ({"withdrawn_on": "2026-03-10"}, Verdict.PASS),
        ({"state": ""}, Verdict.INCONCLUSIVE),
        ({"filed_on": ""}, Verdict.INCONCLUSIVE),
        ({"origin": Origin(problems=("x: ?",))}, Verdict.INCONCLUSIVE),
        ({"campaign": "V"}, Verdict.FAIL),
        ({"matter": "activity"}, Verdict.FAIL),
    ],
)
def test_state_of_the_table(filing: dict[str, Any], verdict: Verdict) -> None:
    assert judge(filing=filing).verdict is verdict


@pytest.mark.parametrize(
    ("campaign", "kind", "on_time", "late"),
    [
        ({"recall": ""}, "technical_service", Verdict.PASS, Verdict.FAIL),
        ({"recall": ""}, "recall", Verdict.PASS, Verdict.FAIL),
        ({"recall": "", "claimed_class": "D"}, "", Verdict.PASS, Verdict.FAIL),
        ({"recall": ""}, "", Verdict.PASS, Verdict.INCONCLUSIVE),
        ({"recall": ""}, "other", Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE),
        ({}, "other", Verdict.PASS, Verdict.FAIL),  # a recall stays one whatever the table says
        ({"product": "别的车"}, "", Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE),
        ({"released_on": "", "released": "否", "planned_start": "2026-03-09"}, "", Verdict.PASS, Verdict.INCONCLUSIVE),
        ({"released_on": "", "released": "是"}, "", Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE),
    ],
)
def test_kind_of_the_activity(campaign: dict[str, Any], kind: str, on_time: Verdict, late: Verdict) -> None:
    assert judge("2026-03-02", campaign=campaign, kind=kind).verdict is on_time
    assert judge("2026-03-03", campaign=campaign, kind=kind).verdict is late


def test_each_gap_is_said_and_the_best_table_counts() -> None:
    assert judge(campaign={"recall": ""}, kind="other").totals == {"breach": 0, "gap": 1, "ok": 0}
    assert judge("2026-03-03", campaign={"recall": ""}).totals == {"breach": 0, "gap": 1, "ok": 0}
    activity = UpdateCampaign.model_validate({"id": "U", "product": "样车", "released_on": "2026-03-09", "recall": "R-1"})
    rows = [
        Filing.model_validate({"id": i, "matter": "samr_table", "campaign": "U", "state": "filed", "filed_on": d})
        for i, d in (("S1", "2026-03-05"), ("S2", "2026-02-25"))
    ]
    loose = Filing.model_validate({"id": "S3", "matter": "samr_table", "state": "filed", "filed_on": "2026-01-05"})
    for given in (rows, rows[::-1]):
        assert fold(assessment_table_is_filed_in_time([activity], [*given, loose], None, [table()], None, CAR)).verdict is Verdict.PASS
    assert fold(assessment_table_is_filed_in_time([activity], None, None, None, None, CAR)).verdict is Verdict.FAIL


@pytest.mark.parametrize("left", list(HANDLED))
@pytest.mark.parametrize("word", ["", "无", "待补充。"])
def test_a_table_that_is_silent_on_failures(left: str, word: str) -> None:
    found = judge(rows=[table(**{left: word})])
    assert found.verdict is Verdict.INCONCLUSIVE
    assert [f.facts["missing"] for f in found.kept if f.kind == "gap"] == [left]
    assert judge("2026-03-03", rows=[table(**{left: word})]).verdict is Verdict.FAIL
    assert judge(rows=[table(**{left: word}), table(campaign="u")]).verdict is Verdict.PASS


def test_no_record_of_the_table_of_this_activity() -> None:
    for rows in ([], [table(campaign="V")]):
        assert [f.facts["missing"] for f in judge(rows=rows).kept if f.kind == "gap"] == ["before; during; after"]
    assert judge(campaign={"recall": ""}, rows=[table(ota_kind="other", during="")]).totals == {"breach": 0, "gap": 1, "ok": 0}
