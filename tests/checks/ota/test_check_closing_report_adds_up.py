"""Every figure moved by one, every rule by itself."""

from typing import Any

import pytest

from zhunru.checks.ota.closing_report_adds_up import _input, closing_report_adds_up
from zhunru.core.finding import Folded, fold
from zhunru.core.verdict import Verdict
from zhunru.records.closing_report import ClosingReport
from zhunru.records.update_execution import UpdateExecution

CLOSING, EXECUTIONS = _input()
RECORDS = EXECUTIONS or []


def judge(
    changed: dict[str, Any] | None = None, executions: list[UpdateExecution] | None = None, more: tuple[ClosingReport, ...] = ()
) -> Folded:
    closing = ClosingReport.model_validate(CLOSING[0].model_dump() | (changed or {}))
    return fold(closing_report_adds_up([closing, *more], RECORDS if executions is None else executions))


@pytest.mark.parametrize("figure", ["pushed", "confirmed", "executed", "success", "failed", "restored", "refused", "open_vehicles"])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_figure_that_is_off_by_one(figure: str, by: int) -> None:
    assert judge({figure: getattr(CLOSING[0], figure) + by}).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"executed": 3}, "executed = success + failed"),
        ({"open_vehicles": 0}, "pushed = executed + refused + open"),
        ({"restored": 2}, "restored <= failed"),
        ({"confirmed": 1}, "executed <= confirmed <= pushed - refused"),
        ({"confirmed": 4}, "executed <= confirmed <= pushed - refused"),
    ],
)
def test_the_rule_is_named(changed: dict[str, Any], rule: str) -> None:
    assert any(rule in str(f.facts.get("rules")) for f in judge(changed).kept if f.kind == "breach")


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Verdict.PASS),
        ({"pushed": None}, Verdict.INCONCLUSIVE),
        ({"failed": -1}, Verdict.INCONCLUSIVE),
        ({"failed": 1.5}, Verdict.INCONCLUSIVE),
        ({"incidents": None}, Verdict.INCONCLUSIVE),
        ({"incidents": 1}, Verdict.INCONCLUSIVE),
        ({"incidents": 1, "incident_text": "已停止推送"}, Verdict.PASS),
        ({"closed_on": None}, Verdict.INCONCLUSIVE),
        ({"versions": ("2.0=1", "1.9=2")}, Verdict.FAIL),
        ({"versions": ("2.0=1", "1.9=some")}, Verdict.INCONCLUSIVE),
        ({"versions": ()}, Verdict.PASS),
        ({"closed_on": "2026-03-10"}, Verdict.PASS),
        ({"closed_on": "2026-03-09"}, Verdict.INCONCLUSIVE),  # every record is later
    ],
)
def test_what_is_missing_is_no_pass(changed: dict[str, Any], verdict: Verdict) -> None:
    assert judge(changed).verdict is verdict


def test_records_that_cannot_be_counted() -> None:
    assert judge(executions=[]).verdict is Verdict.INCONCLUSIVE
    assert judge(executions=[*RECORDS, RECORDS[0]]).verdict is Verdict.INCONCLUSIVE
    unknown = RECORDS[0].model_copy(update={"result": None})
    assert judge(executions=[unknown, *RECORDS[1:]]).verdict is Verdict.INCONCLUSIVE
    other = [e.model_copy(update={"campaign": "V"}) for e in RECORDS]
    assert judge(executions=other).verdict is Verdict.INCONCLUSIVE
    assert judge(more=(CLOSING[0],)).verdict is Verdict.INCONCLUSIVE


def test_cars_pushed_after_the_closing_day_do_not_count() -> None:
    late = UpdateExecution.model_validate({"campaign": "U-1", "vin": "V9", "result": "success", "pushed_at": "2026-07-01T00:30:00+08:00"})
    assert judge(executions=[*RECORDS, late]).verdict is Verdict.PASS
    in_time = late.model_copy(update={"pushed_at": RECORDS[0].pushed_at})
    assert judge(executions=[*RECORDS, in_time]).verdict is Verdict.FAIL


def test_a_failed_car_that_was_not_restored() -> None:
    assert judge({"restored": 0}, [e.model_copy(update={"restored": None}) for e in RECORDS]).verdict is Verdict.PASS


def test_accepted_and_still_waiting_counts_as_confirmed() -> None:
    waiting = [*RECORDS[:3], RECORDS[3].model_copy(update={"result": "pending", "confirmed_at": RECORDS[3].pushed_at})]
    assert judge({"confirmed": 3}, waiting).verdict is Verdict.PASS
    assert judge({"confirmed": 2}, waiting).verdict is Verdict.FAIL


def test_each_gap_is_said() -> None:
    assert fold(closing_report_adds_up([], None)).totals == {"breach": 0, "gap": 1, "ok": 0}
    assert judge(more=(CLOSING[0],)).totals["gap"] == 2
    assert judge({"pushed": None}).totals == {"breach": 0, "gap": 1, "ok": 0}
    assert judge({"versions": ()}).totals == {"breach": 0, "gap": 0, "ok": 2}


@pytest.mark.parametrize("field", ["pushed_at", "notified_at", "started_at"])
def test_any_moment_of_a_later_car_tells_that_it_is_later(field: str) -> None:
    late = UpdateExecution.model_validate({"campaign": "U-1", "vin": "V9", "result": "success", field: "2026-07-01T00:30:00+08:00"})
    assert judge(executions=[*RECORDS, late]).verdict is Verdict.PASS
    timeless = late.model_copy(update={field: None})
    assert judge(executions=[*RECORDS, timeless]).verdict is Verdict.FAIL


def test_confirmed_and_restored_are_counted_by_result() -> None:
    deferred = [*RECORDS[:3], RECORDS[3].model_copy(update={"confirmed_at": RECORDS[3].pushed_at})]
    assert judge(executions=deferred).verdict is Verdict.PASS, "who put it off did not accept"
    silent = [*RECORDS[:3], RECORDS[3].model_copy(update={"result": "pending"})]
    assert judge(executions=silent).verdict is Verdict.PASS
    odd = [RECORDS[0].model_copy(update={"restored": True}), *RECORDS[1:]]
    assert judge(executions=odd).verdict is Verdict.PASS, "a car that succeeded was not restored"
