"""Steps that fulfil duties; rows that contradict one another; cells that cannot be read."""

from typing import Any

import pytest

from zhunru.catalogue.working_days import china
from zhunru.core.record import Origin
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_outlook import Fulfilment, IncidentOutlook, outlooks
from zhunru.records.incident_step import IncidentStep

PLAIN = {
    "id": "SJ-1", "occurred": "2026-03-02 08:00", "discovered": "2026-03-02 09:30", "judged": "2026-03-02 10:00", "persons": "1200000",
    "sensitive_persons": "0", "loss_cny": "0", "production": "无影响", "threat": "轻微", "grade": "一般", "internet_company": "否",
    "operator": "一般网络运营者", "crime": "否", "vulnerability": "否",
}  # fmt: skip


def incident(**changed: Any) -> DataIncident:
    return DataIncident.model_validate(PLAIN | changed)


def step(**told: Any) -> IncidentStep:
    return IncidentStep.model_validate({"incident": "SJ-1", "action": "报告", "addressee": "省网信办"} | told)


def one(*steps: IncidentStep, **changed: Any) -> IncidentOutlook:
    (found,) = outlooks([incident(**changed)], steps, china())
    return found


def of(outlook: IncidentOutlook, duty: str) -> Fulfilment:
    return next(f for f in outlook.fulfilments if f.duty.id == duty)


def test_the_earliest_report_in_time_fulfils_it() -> None:
    late, good = step(at="2026-03-02 20:00"), step(at="2026-03-02 13:30")
    assert of(one(late, good), "cac.general").step == of(one(good, late), "cac.general").step == good
    assert of(one(late), "cac.general").state == "late"
    assert of(one(), "cac.general").state == "missing"


def test_a_report_to_another_receiver_or_of_another_incident_fulfils_nothing() -> None:
    other = [step(at="2026-03-02 10:00", addressee="工信厅"), step(at="2026-03-02 10:00", incident="SJ-2")]
    assert of(one(*other), "cac.general").state == "missing"


@pytest.mark.parametrize("told", [{"addressee": None}, {"action": None}])
def test_a_step_that_does_not_say_enough_may_be_it(told: dict[str, None]) -> None:
    assert of(one(step(at="2026-03-02 10:00", **told)), "cac.general").state == "possible"


def test_a_second_step_without_moment_is_no_late_one() -> None:
    found = of(one(step(at="2026-03-02 20:00"), step()), "cac.general")
    assert found.state == "unclear"


def test_reported_to_miit_before_the_own_judgement_is_in_time() -> None:
    assert of(one(step(at="2026-03-02 09:40", addressee="工信厅")), "miit.report").state == "in_time"
    assert of(one(step(at="2026-03-02 09:00", addressee="工信厅")), "miit.report").state == "before_start"


def test_persons_are_notified_by_the_incident_row_too() -> None:
    assert of(one(notified_at="2026-03-03 09:30"), "persons").state == "in_time"
    assert of(one(step(action="告知用户", addressee=None, at="2026-03-03 09:31")), "persons").state == "late"


def test_rows_that_differ_and_moments_out_of_order_are_doubts() -> None:
    (two,) = outlooks([incident(), incident(persons="5")], [], china())
    assert two.doubts
    assert one(occurred="2026-03-02 11:00").doubts
    assert one(handled_at="2026-03-01 11:00").doubts
    assert not one().doubts
    assert not one(occurred="2026-03-02 09:30", judged="2026-03-02 09:30").doubts, "seen at once, judged at once"
    assert not one(occurred="2026-03-02").doubts, "a mere day"


def test_cells_that_cannot_be_read_are_named() -> None:
    cell = incident().model_copy(update={"production": None, "origin": Origin("a.xlsx", "事件", 2, ("生产影响: 有点大",))})
    (found,) = outlooks([cell], [], china())
    assert "production" in found.unreadable and found.levels.most.name == "I"
    assert "loss_cny" in one(loss_cny="约5000万").unreadable
