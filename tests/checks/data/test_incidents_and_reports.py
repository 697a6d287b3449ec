"""Checks of incidents, risk assessment and annual report at their limits; what cannot be told is never a pass, and never a breach."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from zhunru.checks.data.annual_report_has_its_contents import FIVE, SEVEN, annual_report_has_its_contents
from zhunru.checks.data.annual_report_is_submitted import annual_report_is_submitted
from zhunru.checks.data.incident_register_is_kept import incident_register_is_kept
from zhunru.checks.data.incident_summaries_are_in_time import incident_summaries_are_in_time
from zhunru.checks.data.incident_summaries_go_to_cac import incident_summaries_go_to_cac
from zhunru.checks.data.incidents_are_classified import incidents_are_classified
from zhunru.checks.data.incidents_are_reported_at_once import incidents_are_reported_at_once
from zhunru.checks.data.incidents_are_reported_in_time import incidents_are_reported_in_time
from zhunru.checks.data.persons_are_notified import persons_are_notified
from zhunru.checks.data.risk_assessed_again_after_changes import risk_assessed_again_after_changes
from zhunru.checks.data.risk_assessed_yearly import risk_assessed_yearly
from zhunru.checks.data.risk_report_is_complete_and_sent import CONTENTS, FOCUS, risk_report_is_complete_and_sent
from zhunru.checks.data.risks_are_treated import risks_are_treated
from zhunru.core.check import Check
from zhunru.core.finding import fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.assessment_trigger import AssessmentTrigger
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_step import IncidentStep
from zhunru.records.report_submission import ReportSubmission
from zhunru.records.risk_assessment import RiskAssessment
from zhunru.records.risk_item import RiskItem

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
DAY = date(2026, 4, 30)
CAR = Subject(name="样车一号", maker="示例汽车", important_data=True)
PLAIN = {
    "id": "SJ-1", "discovered": "2026-03-02 09:30", "judged": "2026-03-02 10:00", "level": "重大", "judged_by": "李四", "persons": "12000000",
    "sensitive_persons": "0", "loss_cny": "0", "production": "无影响", "threat": "轻微", "grade": "一般", "internet_company": "否",
    "operator": "一般网络运营者", "crime": "否", "vulnerability": "否", "matter": "泄露", "personal_kinds": "姓名", "cause": "越权", "risk": "诈骗", "done": "封堵",
    "self_help": "留意来电", "contact": "赵六", "notified_how": "短信",
}  # fmt: skip


def incident(**changed: Any) -> list[DataIncident]:
    return [DataIncident.model_validate(PLAIN | changed)]


def step(action: str = "报告", addressee: str | None = "省网信办", at: str | None = "2026-03-02 11:00", **more: Any) -> IncidentStep:
    return IncidentStep.model_validate({"incident": "SJ-1", "action": action, "addressee": addressee, "at": at} | more)


def verdict(check: Check, *inputs: Any) -> Verdict:
    return fold(check(*inputs)).verdict


def unread(record: Any, **problems: str) -> Any:
    told = tuple(f"{type(record).headings(n)[0]}: {text}" for n, text in problems.items())
    return record.model_copy(update=dict.fromkeys(problems) | {"origin": Origin("a.xlsx", "表", 2, told)})


INCIDENT_CHECKS: list[Callable[..., Verdict]] = [
    lambda i, s=None: verdict(incidents_are_classified, i, s, DAY),
    lambda i, s=None: verdict(incidents_are_reported_in_time, i, None, s, DAY),
    lambda i, s=None: verdict(incidents_are_reported_at_once, i, None, s, DAY),
    lambda i, s=None: verdict(persons_are_notified, i, None, s, DAY),
    lambda i, s=None: verdict(incident_summaries_are_in_time, i, None, s, DAY),
    lambda i, s=None: verdict(incident_summaries_go_to_cac, i, None, s, DAY),
]


STEP_CHECKS: list[Callable[..., Verdict]] = [
    lambda i, s, q: verdict(incidents_are_reported_in_time, i, s, q, DAY),
    lambda i, s, q: verdict(incidents_are_reported_at_once, i, s, q, DAY),
    lambda i, s, q: verdict(persons_are_notified, i, s, q, DAY),
    lambda i, s, q: verdict(incident_summaries_are_in_time, i, s, q, DAY),
    lambda i, s, q: verdict(incident_summaries_go_to_cac, i, s, q, DAY),
]


@pytest.mark.parametrize("check", INCIDENT_CHECKS, ids=range(len(INCIDENT_CHECKS)))
def test_an_absent_register_is_a_gap_and_a_signed_statement_is_evidence(check: Callable[..., Verdict]) -> None:
    told = {"person": "王五", "start": "2025-04-01", "end": "2026-03-31"}
    signed = [IncidentFreeStatement.model_validate(told | {"signed_on": "2026-03-31"})]
    early = [IncidentFreeStatement.model_validate(told | {"signed_on": "2026-03-30"})]
    unsigned = [IncidentFreeStatement.model_validate(told)]
    assert check(None) is OPEN and check([]) is OPEN
    assert check(None, signed) is PASS
    assert check(None, early) is OPEN and check(None, unsigned) is OPEN


@pytest.mark.parametrize("check", INCIDENT_CHECKS, ids=range(len(INCIDENT_CHECKS)))
def test_rows_of_one_incident_that_differ_decide_nothing(check: Callable[..., Verdict]) -> None:
    assert check([*incident(), *incident(persons="5")]) is OPEN


STATED = {"person": "王五", "start": "2025-04-01", "end": "2026-03-31", "signed_on": "2026-03-31"}


@pytest.mark.parametrize("check", INCIDENT_CHECKS, ids=range(len(INCIDENT_CHECKS)))
@pytest.mark.parametrize(
    "changed",
    [{"start": "2026-01-01"}, {"end": "2026-03-01"}, {"signed_on": "2026-05-01"}, {"person": "待定"}, {"start": "2019-01-01", "end": "2019-12-31"}],
    ids=str,
)  # fmt: skip
def test_a_statement_vouches_only_as_far_as_it_reaches(check: Callable[..., Verdict], changed: dict[str, str]) -> None:
    assert check(None, [IncidentFreeStatement.model_validate(STATED)]) is PASS
    assert check(None, [IncidentFreeStatement.model_validate(STATED | changed)]) is OPEN


@pytest.mark.parametrize("check", STEP_CHECKS, ids=range(len(STEP_CHECKS)))
def test_a_step_of_an_unregistered_incident_is_not_quiet(check: Callable[..., Verdict]) -> None:
    stated = [IncidentFreeStatement.model_validate(STATED)]
    assert check(None, [step()], stated) is OPEN


SMALL = {
    "persons": "5", "level": "一般", "outage_h": "0", "public_interest": "否", "notified_at": "2026-03-02 12:00", "personal_kinds": "",
    "sensitive_persons": "0",
}  # fmt: skip


@pytest.mark.parametrize("check", STEP_CHECKS, ids=range(len(STEP_CHECKS)))
@pytest.mark.parametrize(
    "changed",
    [
        {"persons": "0", "personal_kinds": "姓名"},
        {"persons": "无", "personal_entries": "5000"},
        {"persons": "0", "sensitive_entries": "≥100万"},
        {"probable": "是", "occurred": "2026-03-01 08:00"},
        {"probable": "是", "notified_at": "2026-03-02 12:00"},
        {"discovered": "2062-03-02 09:30", "judged": ""},
    ],
    ids=str,
)
def test_a_small_incident_that_contradicts_itself_is_no_pass(check: Callable[..., Verdict], changed: dict[str, str]) -> None:
    notice = incident(**(SMALL | {"personal_kinds": "姓名"}))
    assert check(notice, [], None) is PASS
    assert check(incident(**(SMALL | changed)), [], None) is OPEN


@pytest.mark.parametrize("check", STEP_CHECKS, ids=range(len(STEP_CHECKS)))
def test_rows_of_a_small_and_a_grave_incident_under_one_number_are_no_pass(check: Callable[..., Verdict]) -> None:
    small = incident(**(SMALL | {"personal_kinds": "姓名"}))
    assert check([*small, *incident(**(SMALL | {"persons": "50000000"}))], [], None) is OPEN


@pytest.mark.parametrize(
    ("check", "end", "other"),
    [(incident_summaries_go_to_cac, "handled_at", "response_ended"), (incident_summaries_are_in_time, "response_ended", "handled_at")],
)  # fmt: skip
def test_a_blank_end_does_not_keep_an_old_incident_open(check: Check, end: str, other: str) -> None:
    assert verdict(check, incident(), None, None, date(2026, 5, 31)) is PASS, "found 90 days ago"
    assert verdict(check, incident(), None, None, date(2026, 6, 1)) is OPEN
    assert verdict(check, incident(**{other: "2026-03-03 10:00"}), None, None, DAY) is OPEN
    assert verdict(check, incident(**{end: "2026-04-29 10:00", other: "2026-03-03 10:00"}), None, None, DAY) is PASS


def test_an_old_incident_says_nothing_of_the_last_year() -> None:
    assert verdict(incident_register_is_kept, incident(discovered="2025-04-30 09:00"), None, DAY) is PASS
    assert verdict(incident_register_is_kept, incident(discovered="2025-04-29 09:00"), None, DAY) is OPEN
    assert verdict(incident_register_is_kept, incident(discovered="2062-03-02 09:00"), None, DAY) is OPEN


# level -----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, PASS),
        ({"level": "较大"}, FAIL),
        ({"level": "特别重大"}, PASS),
        ({"level": ""}, FAIL),
        ({"level": "", "persons": "5"}, OPEN),
        ({"judged_by": ""}, OPEN),
        ({"persons": "9999999", "level": "较大"}, PASS),
        ({"persons": "10000000", "level": "较大"}, FAIL),
        ({"persons": "≥10000000", "level": "重大"}, OPEN),
        ({"persons": "≥10000000", "level": "特别重大"}, PASS),
        ({"persons": "≥10000000", "level": "较大"}, FAIL),
        ({"persons": "约1200万"}, OPEN),
        ({"production": ""}, OPEN),
        ({"discovered": ""}, PASS),  # whichever regimes bind, none asks for more
    ],
)
def test_the_declared_level(changed: dict[str, str], expected: Verdict) -> None:
    assert verdict(incidents_are_classified, incident(**changed), None, DAY) is expected


def test_a_missing_level_is_a_breach_only_where_everything_else_is_sure() -> None:
    assert verdict(incidents_are_classified, incident(level="", persons="1000000"), None, DAY) is FAIL, "exactly at level III"
    assert verdict(incidents_are_classified, incident(level="", persons="999999"), None, DAY) is OPEN
    assert verdict(incidents_are_classified, incident(level="", occurred="2026-03-03 08:00"), None, DAY) is OPEN, "moments out of order"
    assert verdict(incidents_are_classified, [unread(incident()[0], level="挺大")], None, DAY) is OPEN


def test_the_finding_tells_which_fact_decided() -> None:
    (found,) = list(incidents_are_classified(incident(level="较大", persons="200000", sensitive_persons="0", loss_cny="1亿"), None, DAY))
    assert found.facts["decided_by"] == "直接经济损失（元）" and found.facts["least"] == "II"
    old = incident(level="一般", persons="1000000", discovered="2025-01-02 09:30")
    (found,) = list(incidents_are_classified(old, None, DAY))
    assert found.facts["decided_by"] == "个人信息人数", "the MIIT plan alone: the CAC measures did not bind yet"


# hours -----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "steps", "expected"),
    [
        ({}, [step(at="2026-03-02 13:30:00")], PASS),
        ({}, [step(at="2026-03-02 13:30:01")], FAIL),
        ({}, [step(at="2026-03-02T05:30:00Z")], PASS),
        ({}, [step(at="2026-03-02 09:29:59")], OPEN),
        ({}, [step(at="2026-03-02")], OPEN),
        ({}, [step(at="2026-03-03")], FAIL),
        ({}, [step(at=None)], OPEN),
        ({}, [step(addressee=None)], OPEN),
        ({}, [step(addressee="公安机关")], FAIL),
        ({}, [], FAIL),
        ({"discovered": "2026-03-02"}, [step(at="2026-03-02 03:00")], PASS),
        ({"discovered": "2026-03-02"}, [step(at="2026-03-02 13:00")], OPEN),
        (
            {"operator": "关基"},
            [step(addressee="保护工作部门", at="2026-03-02 10:30:00"), step(addressee="公安", at="2026-03-02 10:30:00")],
            PASS,
        ),
        (
            {"operator": "关基"},
            [step(addressee="保护工作部门", at="2026-03-02 10:30:01"), step(addressee="公安", at="2026-03-02 10:30:00")],
            FAIL,
        ),
        ({"operator": "关基"}, [step(addressee="保护工作部门", at="2026-03-02 10:30:00")], FAIL),
        ({"operator": "中央机关"}, [step(addressee="本单位网信机构", at="2026-03-02 11:30:00")], PASS),
        ({"operator": ""}, [step()], OPEN),
        ({"persons": "999999"}, [], PASS),
        ({"persons": "999999", "vulnerability": "是", "public_interest": "是"}, [step(at="2026-03-03 09:30:00")], PASS),
        ({"persons": "999999", "vulnerability": "是", "public_interest": "是"}, [step(at="2026-03-03 09:30:01")], FAIL),
        ({"discovered": "2026-04-30 09:00", "judged": ""}, [], OPEN),
        ({"discovered": "2026-04-30 22:00", "judged": ""}, [], PASS),
        ({"discovered": "2026-04-29 19:00", "judged": ""}, [], FAIL),
        ({"discovered": "2025-10-31 09:30", "judged": ""}, [], PASS),
    ],
)
def test_reports_in_hours(changed: dict[str, str], steps: list[IncidentStep], expected: Verdict) -> None:
    assert verdict(incidents_are_reported_in_time, incident(**changed), steps, None, DAY) is expected


def test_a_report_counts_only_where_the_record_and_the_duty_are_sure() -> None:
    def of(at: str, addressee: str = "省网信办", **changed: str) -> Verdict:
        return verdict(incidents_are_reported_in_time, incident(**changed), [step(addressee=addressee, at=at)], None, DAY)

    assert of("2026-03-02 11:00", occurred="2026-03-03 08:00") is OPEN, "moments out of order"
    assert of("2026-03-02 20:00", persons="尚不明确") is OPEN, "late, but it may not have been due"
    assert of("2026-03-02 11:30:01", "本单位网信机构", operator="中央机关") is FAIL


@pytest.mark.parametrize(
    ("changed", "steps", "expected"),
    [
        ({}, [step(addressee="工信厅", at="2026-03-02 11:00:00")], PASS),
        ({}, [step(addressee="工信厅", at="2026-03-02 11:00:01")], FAIL),
        ({}, [step(addressee="工信厅", at="2026-03-02 09:40")], PASS),
        ({"judged": ""}, [], OPEN),
        ({"crime": "是"}, [step(addressee="工信厅"), step("报警", None, "2026-03-03 09:30")], PASS),
        ({"crime": "是"}, [step(addressee="工信厅")], FAIL),
        ({"crime": ""}, [step(addressee="工信厅")], OPEN),
        ({"persons": "5", "grade": "重要"}, [], FAIL),
        ({"probable": "是"}, [step("风险报告", "工信厅", "2026-03-02 11:00")], PASS),
        ({"probable": "是"}, [], FAIL),
        ({"probable": "是", "persons": "5", "level": "一般"}, [], PASS),
        ({"probable": "是", "persons": "5"}, [], FAIL),  # judged severe by the company itself
    ],
)
def test_reports_at_once(changed: dict[str, str], steps: list[IncidentStep], expected: Verdict) -> None:
    assert verdict(incidents_are_reported_at_once, incident(**changed), steps, None, DAY) is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"notified_at": "2026-03-03 09:30"}, PASS),
        ({"notified_at": "2026-03-03 09:31"}, FAIL),
        ({}, FAIL),
        ({"persons": "0", "personal_kinds": ""}, PASS),
        ({"persons": "0"}, OPEN),  # yet kinds of personal information are told
        ({"persons": "尚不明确"}, OPEN),
        ({"persons": "大概5000"}, OPEN),
        ({"harm_avoided": "是"}, PASS),
        ({"harm_avoided": "是", "done": ""}, OPEN),
        ({"notified_at": "2026-03-02 18:00", "notified_how": ""}, OPEN),
        ({"notified_at": "2026-03-02 18:00", "risk": ""}, OPEN),
        ({"probable": "是"}, PASS),
    ],
)
def test_notice_to_persons(changed: dict[str, str], expected: Verdict) -> None:
    assert verdict(persons_are_notified, incident(**changed), None, None, DAY) is expected


def test_an_unreadable_exemption_is_no_breach() -> None:
    assert verdict(persons_are_notified, [unread(incident()[0], harm_avoided="差不多")], None, None, DAY) is OPEN


@pytest.mark.parametrize(
    ("ended", "at", "expected"),
    [
        ("2026-03-05 23:59", "2026-03-12 23:59:59", PASS),
        ("2026-03-05 23:59", "2026-03-13 00:00:01", FAIL),
        ("2026-03-05 23:59", "2026-03-12", PASS),
        ("2026-03-05 23:59", None, FAIL),
        ("2026-04-23 12:00", None, OPEN),  # the last day is the day of assessment
        ("2026-04-24 12:00", None, PASS),
        ("", None, PASS),
    ],
)
def test_summary_in_working_days(ended: str, at: str | None, expected: Verdict) -> None:
    steps = [step("总结", "工信厅", at)] if at else []
    assert verdict(incident_summaries_are_in_time, incident(response_ended=ended), steps, None, DAY) is expected


@pytest.mark.parametrize(("at", "expected"), [("2026-04-03 23:00", PASS), ("2026-04-04 00:30", FAIL), (None, FAIL)])
def test_summary_in_thirty_days(at: str | None, expected: Verdict) -> None:
    steps = [step("总结", "省网信办", at)] if at else []
    assert verdict(incident_summaries_go_to_cac, incident(handled_at="2026-03-04 12:00"), steps, None, DAY) is expected


# register --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("2025-04-30", "2026-03-30", "2026-03-31")], PASS),
        ([("2025-05-01", "2026-03-30", "2026-03-31")], OPEN),
        ([("2025-04-30", "2026-03-29", "2026-03-31")], OPEN),
        ([("2025-04-30", "2025-12-31", "2026-01-02"), ("2026-01-01", "2026-03-31", "2026-04-01")], PASS),
        ([("2025-04-30", "2025-12-30", "2026-01-02"), ("2026-01-01", "2026-03-31", "2026-04-01")], OPEN),
        ([("2025-04-30", "2026-04-29", "2026-05-02")], OPEN),
    ],
)
def test_statements_cover_the_last_year(spans: list[tuple[str, str, str]], expected: Verdict) -> None:
    told = [IncidentFreeStatement(person="王五", start=a, end=b, signed_on=c) for a, b, c in spans]  # type: ignore[arg-type]
    assert verdict(incident_register_is_kept, None, told, DAY) is expected


def test_a_statement_is_false_only_when_the_incident_was_known() -> None:
    told = [IncidentFreeStatement(person="王五", start="2026-01-01", end="2026-03-31", signed_on="2026-04-01")]  # type: ignore[arg-type]
    assert verdict(incident_register_is_kept, incident(), told, DAY) is FAIL
    assert verdict(incident_register_is_kept, incident(occurred="2026-03-30 08:00", discovered="2026-04-01 09:00"), told, DAY) is PASS
    assert verdict(incident_register_is_kept, incident(probable="是"), told, DAY) is PASS


# risk assessment -------------------------------------------------------------------------------------------------------------------------


def assessment(**told: Any) -> list[RiskAssessment]:
    plain = {"id": "PG", "issued": "2025-04-30", "assessed_by": "自评", "team": "甲", "skills": "组织；业务；技术；合规"}
    return [RiskAssessment.model_validate(plain | told)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS),
        ({"issued": "2025-04-29"}, FAIL),
        ({"issued": "2026-05-01"}, FAIL),
        ({"issued": ""}, OPEN),
        ({"valid_until": "2026-04-29"}, FAIL),
        ({"valid_until": "2026-04-30"}, PASS),
        ({"valid_until": "2029-01-01", "issued": "2025-04-29"}, FAIL),
        ({"assessed_by": "第三方"}, OPEN),
        ({"team": ""}, OPEN),
    ],
)
def test_assessed_within_a_year(told: dict[str, str], expected: Verdict) -> None:
    assert verdict(risk_assessed_yearly, assessment(**told), DAY) is expected


def test_an_unreadable_end_of_validity_is_a_gap() -> None:
    assert verdict(risk_assessed_yearly, [unread(assessment()[0], valid_until="明年")], DAY) is OPEN


@pytest.mark.parametrize("name", [*FOCUS, *CONTENTS])
def test_each_focus_point_and_content_counts(name: str) -> None:
    full = dict.fromkeys((*FOCUS, *CONTENTS), "第 1 章") | {"finished": "2026-04-20", "submitted": "2026-04-21", "receipt": "1"}
    assert len(FOCUS) == 8 and len(CONTENTS) == 10
    assert verdict(risk_report_is_complete_and_sent, assessment(**full), DAY) is PASS
    assert verdict(risk_report_is_complete_and_sent, assessment(**full | {name: ""}), DAY) is OPEN


@pytest.mark.parametrize(
    ("finished", "submitted", "expected"),
    [("2026-04-15", "2026-04-29", PASS), ("2026-04-15", "2026-04-30", FAIL), ("2026-04-15", "", FAIL), ("2026-04-16", "", PASS), ("2026-04-15", "2026-04-14", OPEN)],
)  # fmt: skip
def test_sent_within_ten_working_days(finished: str, submitted: str, expected: Verdict) -> None:
    full = dict.fromkeys((*FOCUS, *CONTENTS), "第 1 章") | {"finished": finished, "submitted": submitted, "receipt": "1"}
    assert verdict(risk_report_is_complete_and_sent, assessment(**full), DAY) is expected


@pytest.mark.parametrize(
    ("happened", "issued", "expected"),
    [
        ("2026-01-30", "2026-04-30", PASS),
        ("2026-01-29", "2026-04-30", FAIL),
        ("2026-01-30", "2026-01-29", PASS),  # 90 days are not over on the day
        ("2026-01-29", "2026-01-28", FAIL),
        ("", "2026-04-30", OPEN),
        ("2026-05-01", "2026-04-30", OPEN),
    ],
)
def test_assessed_again(happened: str, issued: str, expected: Verdict) -> None:
    trigger = [AssessmentTrigger.model_validate({"id": "CF", "matter": "监管要求", "happened": happened})]
    assert verdict(risk_assessed_again_after_changes, assessment(issued=issued), trigger, None, DAY) is expected


def test_an_incident_with_important_data_makes_a_new_assessment_necessary() -> None:
    quiet = [AssessmentTrigger.model_validate({"id": "CF", "matter": "无", "happened": "2026-04-29", "person": "甲"})]
    old, new = assessment(issued="2025-11-30"), assessment(issued="2026-03-20")
    grave = incident(grade="重要", discovered="2025-12-02 09:30")
    assert verdict(risk_assessed_again_after_changes, old, quiet, None, DAY) is PASS
    assert verdict(risk_assessed_again_after_changes, old, quiet, grave, DAY) is FAIL
    assert verdict(risk_assessed_again_after_changes, new, quiet, incident(grade="重要"), DAY) is PASS
    assert verdict(risk_assessed_again_after_changes, new, quiet, incident(grade=""), DAY) is OPEN
    assert verdict(risk_assessed_again_after_changes, new, None, None, DAY) is OPEN


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS),
        ({"closed": "2026-04-21"}, FAIL),
        ({"closed": "", "proof": ""}, FAIL),
        ({"closed": "", "proof": "", "due": "2026-04-30"}, PASS),
        ({"due": ""}, OPEN),
        ({"owner": ""}, OPEN),
        ({"proof": ""}, OPEN),
        ({"assessment": "PG-9"}, OPEN),
        ({"level": "低", "accepted_by": "总经理", "due": "", "closed": "", "proof": ""}, PASS),
        ({"level": "高", "accepted_by": "总经理", "due": "", "closed": "", "proof": ""}, OPEN),
        ({"closed": "2026-05-02"}, FAIL),
    ],
)
def test_risks(told: dict[str, str], expected: Verdict) -> None:
    plain = {
        "id": "FX", "assessment": "PG", "source": "共用账号", "area": "管理", "level": "高", "measure": "实名", "owner": "甲", "due": "2026-04-20",
        "closed": "2026-04-20", "proof": "工单",
    }  # fmt: skip
    assert verdict(risks_are_treated, [RiskItem.model_validate(plain | told)], assessment(), DAY) is expected


def test_an_assessment_without_risks_is_open() -> None:
    assert verdict(risks_are_treated, [], assessment(), DAY) is OPEN


# annual report ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "told", "expected"),
    [
        (date(2026, 4, 30), {}, PASS),
        (date(2026, 12, 15), {}, PASS),
        (date(2026, 12, 16), {}, FAIL),
        (date(2026, 12, 16), {"year": 2026, "submitted_on": "2026-12-15"}, PASS),
        (date(2026, 12, 16), {"year": 2026, "submitted_on": "2026-12-16"}, FAIL),
        (date(2026, 4, 30), {"submitted_on": "2025-12-16"}, FAIL),
        (date(2026, 4, 30), {"submitted_on": ""}, OPEN),
        (date(2026, 4, 30), {"year": ""}, OPEN),
        (date(2026, 4, 30), {"submitted_on": "2024-12-01"}, OPEN),
        (date(2026, 4, 30), {"addressees": ""}, OPEN),
        (date(2026, 4, 30), {"matter": ""}, OPEN),
        (date(2026, 4, 30), {"matter": "年度事件报告"}, FAIL),
    ],
)
def test_annual_report_by_the_fifteenth(day: date, told: dict[str, Any], expected: Verdict) -> None:
    plain = {"id": "B", "matter": "年度报告", "year": 2025, "submitted_on": "2025-12-15", "addressees": "省网信办", "receipt": "1"}
    assert verdict(annual_report_is_submitted, [ReportSubmission.model_validate(plain | told)], CAR, day) is expected


def test_no_report_without_important_data_is_open() -> None:
    assert verdict(annual_report_is_submitted, [], CAR.model_copy(update={"important_data": False}), DAY) is OPEN
    assert verdict(annual_report_is_submitted, [], CAR, DAY) is FAIL


@pytest.mark.parametrize("name", [*SEVEN, *FIVE])
def test_each_content_of_the_annual_report_counts(name: str) -> None:
    full = {"id": "B", "matter": "年度报告", "year": 2025, "submitted_on": "2025-12-15"} | dict.fromkeys((*SEVEN, *FIVE), "是")
    car = CAR.model_copy(update={"data_export": True})

    def of(value: str) -> Verdict:
        return verdict(annual_report_has_its_contents, [ReportSubmission.model_validate(full | {name: value})], car, DAY)

    assert of("是") is PASS and of("") is OPEN
    assert of("否") is (PASS if name.startswith("has_other") else FAIL)


def test_the_latest_annual_report_that_was_handed_in_is_looked_at() -> None:
    assert tuple(n for n in ReportSubmission.items() if n.startswith("has_")) == SEVEN + FIVE and (len(SEVEN), len(FIVE)) == (7, 5)
    full = {"id": "B", "matter": "年度报告", "year": 2025, "submitted_on": "2025-12-15"} | dict.fromkeys(SEVEN, "是")
    poor = full | {"has_incidents": "否"}

    def of(*rows: dict[str, Any]) -> Verdict:
        return verdict(annual_report_has_its_contents, [ReportSubmission.model_validate(r) for r in rows], CAR, DAY)

    assert of(full, poor | {"year": 2024}) is PASS
    assert of(poor, full | {"year": 2024}) is FAIL
    assert of(full, poor) is FAIL, "two reports of one year count both"
    assert of(full, poor | {"year": 2026, "submitted_on": "2026-05-01"}) is PASS, "not handed in yet"
    assert of(full, poor | {"year": 2026, "submitted_on": "2026-04-30"}) is FAIL
    for other in ({"matter": "风险评估报告"}, {"year": ""}, {"submitted_on": ""}):
        assert of(full | other) is OPEN
    assert of(full | {"has_recipients_abroad": "是"}) is OPEN


def test_an_annex_without_declared_export_is_open() -> None:
    full = {"id": "B", "matter": "年度报告", "year": 2025, "submitted_on": "2025-12-15"} | dict.fromkeys((*SEVEN, *FIVE), "是")
    assert verdict(annual_report_has_its_contents, [ReportSubmission.model_validate(full)], CAR, DAY) is OPEN


@pytest.mark.parametrize("word", ["无", "待补充", "TBD", "——"])
def test_a_word_that_says_nothing_is_no_content(word: str) -> None:
    sent = {"id": "PG-2", "finished": "2026-03-09", "submitted": "2026-03-23", "receipt": "沪 18"} | dict.fromkeys(
        (*FOCUS, *CONTENTS), "第 3 章"
    )

    def judged(**c: Any) -> Verdict:
        return verdict(risk_report_is_complete_and_sent, [RiskAssessment.model_validate(sent | c)], DAY)

    assert judged() is PASS
    assert judged(content_risks=word) is OPEN and judged(receipt=word) is OPEN
    risk = {"id": "FX-1", "assessment": "PG-1", "source": "账号共用", "area": "安全管理", "level": "高", "measure": "实名", "owner": "李四",
            "due": "2026-04-01", "closed": "2026-03-31", "proof": "工单 8821"}  # fmt: skip

    def treated(**c: Any) -> Verdict:
        return verdict(risks_are_treated, [RiskItem.model_validate(risk | c)], None, DAY)

    assert treated() is PASS
    assert all(treated(**{name: word}) is OPEN for name in ("source", "measure", "owner", "proof"))
    low = {"level": "低", "due": "", "closed": "", "proof": ""}
    assert treated(**low, accepted_by="王五") is PASS and treated(**low, accepted_by=word) is OPEN
    report = {"id": "BS-1", "matter": "年度报告", "year": 2025, "submitted_on": "2025-12-15", "addressees": "省网信办", "receipt": "1"}

    def handed(**c: Any) -> Verdict:
        return verdict(annual_report_is_submitted, [ReportSubmission.model_validate(report | c)], CAR, DAY)

    assert handed() is PASS
    assert handed(addressees=word) is OPEN and handed(receipt=word) is OPEN


def test_an_assessment_is_issued_once_and_after_it_was_finished() -> None:
    told = {
        "id": "PG-1",
        "issued": "2026-03-09",
        "finished": "2026-03-09",
        "assessed_by": "自评估",
        "team": "张三",
        "skills": "组织；业务；技术；合规",
    }

    def judged(*rows: dict[str, Any]) -> Verdict:
        return verdict(risk_assessed_yearly, [RiskAssessment.model_validate(told | r) for r in rows], DAY)

    assert judged({}) is PASS
    assert judged({"finished": "2026-03-10"}) is OPEN
    assert judged({}, {"issued": "2024-03-09", "finished": "2024-03-09"}) is OPEN
    assert judged({}, {"id": "PG-0", "issued": "2024-03-09", "finished": "2024-03-09"}) is PASS
