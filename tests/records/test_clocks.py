"""Clocks: each starts, ends and stops where its clause says; the calendar file of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from zhunru.catalogue.loader import load
from zhunru.catalogue.working_days import china
from zhunru.core.record import CHINA, Record
from zhunru.core.subject import Subject
from zhunru.engine import walk
from zhunru.formulas.incident_duties import end_of_day
from zhunru.records.clocks import KINDS, Clock, clocks
from zhunru.reports import clock_calendar

CAR = Subject(name="样车一号", maker="示例汽车")
DAY = date(2026, 3, 20)


def run(day: date = DAY, car: Subject = CAR, **kinds: list[dict[str, Any]]) -> list[Clock]:
    known = walk.records()
    records: dict[type[Record], list[Any]] = {known[k]: [known[k].model_validate(r) for r in rows] for k, rows in kinds.items()}
    return clocks(records, car, day, china())


def due(clock: Clock) -> date | None:
    return clock.due.astimezone(CHINA).date() if clock.due else None


INCIDENT = {
    "id": "SJ-1", "discovered": "2026-03-02 09:30", "judged": "2026-03-02 10:00", "persons": "1200000", "sensitive_persons": "0", "loss_cny": "0",
    "production": "无影响", "threat": "轻微", "grade": "重要", "internet_company": "否", "operator": "一般网络运营者", "crime": "否", "vulnerability": "否",
    "harm_avoided": "是",
}  # fmt: skip


def test_an_incident_counts_down_to_the_second() -> None:
    found = {c.clause: c for c in run(data_incident=[INCIDENT])}
    report = found["cac-2025-incident/4.general"]
    assert report.due == datetime(2026, 3, 2, 13, 30, tzinfo=CHINA)
    assert report.left(datetime(2026, 3, 2, 13, 0, tzinfo=CHINA)) == timedelta(minutes=30)
    assert not report.overdue(datetime(2026, 3, 2, 13, 30, tzinfo=CHINA))
    assert report.overdue(datetime(2026, 3, 2, 13, 30, 1, tzinfo=CHINA))
    assert found["cac-2025-incident/8"].state == "waiting"
    step = {"incident": "SJ-1", "action": "报告", "addressee": "省网信办", "at": "2026-03-02 13:30"}
    done = next(c for c in run(data_incident=[INCIDENT], incident_step=[step]) if c.clause == report.clause)
    assert done.state == "done" and done.left(report.due) is None
    assert done.as_of(datetime(2026, 3, 2, 13, 0, tzinfo=CHINA)).state == "open"
    yearly = [c for c in run(data_incident=[INCIDENT]) if c.clause == "miit-2022-166/28" and due(c) == date(2026, 12, 31)]
    assert len(yearly) == 1, "important data: the yearly report on handling"


def test_the_annual_report_ends_on_the_fifteenth_of_december() -> None:
    assert run() == []
    car = CAR.model_copy(update={"important_data": True})
    assert [due(c) for c in run(car=car)] == [date(2025, 12, 15), date(2026, 12, 15)]
    sent = {"id": "B", "matter": "年度报告", "year": 2025, "submitted_on": "2025-12-15"}
    assert [c.state for c in run(car=car, report_submission=[sent])] == ["done", "open"]
    assert [c.state for c in run(car=car, report_submission=[sent | {"submitted_on": "2025-12-16"}])] == ["late", "open"]


def test_an_assessment_runs_one_year_and_is_sent_within_ten_working_days() -> None:
    (send, again) = run(risk_assessment=[{"id": "PG", "finished": "2026-03-09", "issued": "2026-03-10"}])
    assert due(send) == date(2026, 3, 23) and due(again) == date(2027, 3, 10)
    newer = {"id": "PG-2", "issued": "2027-03-11"}
    found = run(risk_assessment=[{"id": "PG", "issued": "2026-03-10"}, newer])
    assert [c.state for c in found] == ["late", "open"]


@pytest.mark.parametrize(("entries", "clock"), [(129_999, 0), (130_000, 1), (70_001, 0), (70_000, 1)])
def test_a_change_of_thirty_per_cent_is_filed_within_three_months(entries: int, clock: int) -> None:
    filed = [{"filing": "ML-1", "asset": "A", "filed_on": "2025-01-10", "entry_count": 100_000}]
    scale = [{"asset": "A", "day": "2025-11-30", "entry_count": entries}, {"asset": "A", "day": "2026-02-01", "entry_count": 1_000_000}]
    found = run(filed_item=filed, asset_scale=scale[:1])
    assert len(found) == clock
    if clock:
        assert due(found[0]) == date(2026, 2, 28), "three months after 30 November: the last day of February"
        again = filed[0] | {"filing": "ML-2", "filed_on": "2026-02-28", "entry_count": entries}
        assert [c.state for c in run(filed_item=[filed[0], again], asset_scale=scale[:1])] == ["done"]


def test_a_refused_catalogue_is_filed_again_within_fifteen_working_days() -> None:
    refused = {"filing": "ML-1", "asset": "A", "filed_on": "2026-02-10", "outcome": "不予备案", "decided_on": "2026-03-02"}
    assert [due(c) for c in run(filed_item=[refused])] == [date(2026, 3, 23)]
    assert run(filed_item=[refused | {"outcome": "通过"}]) == []


def test_an_export_approval_ends_after_three_years_and_is_renewed_sixty_working_days_before() -> None:
    approval = {"id": "PZ", "issued": "2023-12-01", "result": "通过", "route": "安全评估"}
    renew, last = run(export_approval=[approval])
    assert due(last) == date(2026, 12, 1) and due(renew) == date(2026, 9, 2)
    assert [c.state for c in run(export_approval=[approval | {"renewal_filed": "2026-09-02"}])] == ["done", "open"]
    assert [c.state for c in run(export_approval=[approval | {"issued": "2025-06-01"}])] == ["open", "unknown"], "2028 is not published"
    assert run(export_approval=[approval | {"result": "未通过"}]) == []


def test_a_deletion_ends_after_ten_working_days() -> None:
    asked = {"id": "Q", "request": "删除", "received_on": "2026-03-02"}
    assert [due(c) for c in run(subject_request=[asked])] == [date(2026, 3, 16)]
    assert [c.state for c in run(subject_request=[asked | {"done_on": "2026-03-16"}])] == ["done"]
    assert [c.state for c in run(subject_request=[asked | {"done_on": "2026-03-16", "outside_done_on": "2026-03-17"}])] == ["late"]
    assert run(subject_request=[asked | {"request": "投诉"}]) == []


def test_told_important_gives_two_months() -> None:
    told = {"id": "CJ", "told_important": "2025-12-31"}
    assert [due(c) for c in run(export_activity=[told])] == [date(2026, 2, 28)]


def test_clauses_exist_and_the_list_is_sorted() -> None:
    found = run(
        car=CAR.model_copy(update={"important_data": True}), data_incident=[INCIDENT], risk_item=[{"id": "R", "due": "2026-05-01"}],
        pi_impact_assessment=[{"id": "YX", "finished_on": "2024-01-01"}],
    )  # fmt: skip
    assert len(found) > 6 and all(c.clause in load().clauses for c in found)
    ends = [c.due for c in found if c.due]
    assert ends == sorted(ends) and all(c.due is None for c in found[len(ends) :])
    assert {k.kind() for k in KINDS} <= set(walk.records())


def test_the_calendar_file_holds_every_open_clock_and_no_injected_line() -> None:
    hostile = INCIDENT | {"id": "SJ\r\nBEGIN:VALARM;,\\"}
    found = run(data_incident=[hostile], risk_item=[{"id": "长" * 60, "due": "2026-05-01"}])
    now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    content = clock_calendar.render(found, now)
    assert content == clock_calendar.render(found, now)
    lines = content.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines) and lines[-1] == ""
    assert "\n" not in "".join(lines), "a line ends with CR LF only"
    whole = content.decode().replace("\r\n ", "")
    open_ = [c for c in found if c.state == "open" and c.due]
    assert whole.count("BEGIN:VEVENT") == len(open_) == whole.count("END:VEVENT")
    assert whole.count("\r\nBEGIN:VALARM\r\n") == 2 * len(open_)
    assert "DTSTART:20260302T053000Z" in whole and "长" * 60 in whole
    assert end_of_day(date(2026, 5, 1)).strftime("DTSTART:%Y%m%dT%H%M%SZ") in whole


def test_the_picture_holds_the_open_clocks_of_the_day() -> None:
    from zhunru.records.data_incident import DataIncident
    from zhunru.tables.running_clock import running_clocks

    gone = [None] * 12
    gone[2] = [DataIncident.model_validate(INCIDENT)]  # type: ignore[call-overload]
    frame = running_clocks(*gone, CAR, date(2026, 3, 1)).collect()
    report = frame.filter(frame["clause"] == "cac-2025-incident/4.general").to_dicts()[0]
    assert report["left_d"] == pytest.approx(13.5 / 24 + 1 / 86_400, abs=0.01) and report["urgency"] == "week"
    late = running_clocks(*gone, CAR, date(2026, 3, 2)).collect()
    assert late.filter(late["clause"] == "cac-2025-incident/4.general")["urgency"].to_list() == ["overdue"]
