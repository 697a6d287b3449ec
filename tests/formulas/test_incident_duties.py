"""Duties and their clocks: exact limits, zones, mere days, working days, which duties arise."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.catalogue.working_days import china
from zhunru.formulas.incident_duties import BEIJING, Duty, Happened, Span, duties_of, end_of_day, span_of, timing
from zhunru.formulas.incident_level import Facts, Level, levels_of
from zhunru.formulas.written_amounts import amount_of

FOUND = datetime(2026, 3, 2, 9, 30, tzinfo=BEIJING)
ZERO = amount_of("0")
GRAVE = Facts(amount_of("100000000"), ZERO, ZERO, ZERO, "none", "light", "general", "below", False, date(2026, 3, 2))
PLAIN = Happened(FOUND, FOUND + timedelta(minutes=30), None, None, False, "general", False, "general", False, False, False, True, False)


def duties(facts: Facts = GRAVE, **changed: Any) -> dict[str, Duty]:
    return {d.id: d for d in duties_of(levels_of(facts), PLAIN._replace(**changed), china())}


def due_in(duty: Duty) -> timedelta:
    assert duty.start and duty.due
    return duty.due.first - duty.start.first


@pytest.mark.parametrize(("operator", "hours", "receivers"), [
    ("general", 4, ("provincial_cac",)),
    ("cii", 1, ("protection_department", "police")),
    ("central_organ", 2, ("own_cac_office",)),
])  # fmt: skip
def test_each_kind_of_operator_has_its_hours_and_receivers(operator: str, hours: int, receivers: tuple[str, ...]) -> None:
    duty = duties(operator=operator)[f"cac.{operator}"]
    assert due_in(duty) == timedelta(hours=hours)
    assert duty.addressees == receivers and duty.sure
    assert sum(d.startswith("cac.") and d != "cac.summary" for d in duties(operator=operator)) == 1


def test_an_untold_operator_may_be_any_and_is_certain_of_none() -> None:
    found = [d for d in duties(operator=None).values() if d.id in {"cac.general", "cac.cii", "cac.central_organ"}]
    assert len(found) == 3 and not any(d.sure for d in found)


def test_the_set_is_the_union_of_the_regimes() -> None:
    assert set(duties()) == {"cac.general", "cac.summary", "miit.report", "miit.summary", "persons"}
    everything = duties(crime=True, vulnerability=True, public_interest=True, internet_company=True)
    assert {"police", "vulnerability"} <= set(everything)
    telecom = GRAVE._replace(internet_company=True)
    assert duties(telecom, internet_company=True)["internet.report"].addressees == ("miit", "communications_administration")


def test_below_level_three_nothing_goes_to_the_cyberspace_office() -> None:
    small = GRAVE._replace(persons=amount_of("999999"))
    assert set(duties(small)) == {"persons"}
    assert set(duties(small._replace(persons=ZERO), persons=False)) == set()
    assert duties(small, grade="important")["miit.report"].clause == "miit-2022-166/28"


def test_persons_need_no_notice_only_where_harm_is_said_to_be_avoided() -> None:
    assert "persons" not in duties(harm_avoided=True)
    assert duties(harm_avoided=None)["persons"].sure and duties(harm_avoided=False)["persons"].sure
    assert not duties(persons=None)["persons"].sure
    assert "persons" not in duties(persons=False)


def test_a_risk_is_reported_and_nothing_else() -> None:
    found = duties(probable=True)
    assert set(found) == {"miit.risk"} and found["miit.risk"].sure


def test_the_own_judgement_starts_the_duties_of_the_plan_whatever_the_numbers_say() -> None:
    small = GRAVE._replace(persons=amount_of("5"))
    assert set(duties(small)) == {"persons"}
    three, two = duties(small, declared=Level.III), duties(small, declared=Level.II)
    assert three["miit.report"].sure and "miit.summary" not in three and "cac.general" not in three
    assert two["miit.summary"].sure
    vague = duties(GRAVE._replace(persons=amount_of("尚不明确")), declared=Level.III)
    assert vague["miit.report"].sure and not vague["cac.general"].sure
    assert duties(small, declared=Level.III, probable=True)["miit.risk"].sure


def test_the_clock_of_miit_starts_with_the_own_judgement() -> None:
    duty = duties()["miit.report"]
    assert duty.start == span_of(FOUND + timedelta(minutes=30)) and due_in(duty) == timedelta(hours=1)
    assert duties(judged=None)["miit.report"].due is None


def test_summaries_end_with_the_day_in_beijing() -> None:
    ended = datetime(2026, 9, 29, 23, 30, tzinfo=BEIJING)  # before the long holiday
    found = duties(handled=ended, ended=ended)
    assert found["cac.summary"].due == Span(end_of_day(date(2026, 10, 29)), end_of_day(date(2026, 10, 29)))
    due = found["miit.summary"].due
    assert due and due.last.astimezone(BEIJING).date() == date(2026, 10, 12)  # 30 Sep, 8, 9, 10 (a working Saturday), 12 October
    assert duties(ended=datetime(2040, 1, 2, 9, tzinfo=BEIJING))["miit.summary"].due is None
    assert duties()["miit.summary"].waits


def test_exactly_at_the_limit_passes_and_one_second_later_fails() -> None:
    start, due = span_of(FOUND), span_of(FOUND + timedelta(hours=4))
    assert timing(start, due, span_of(FOUND + timedelta(hours=4))) == "in_time"
    assert timing(start, due, span_of(FOUND + timedelta(hours=4, seconds=1))) == "late"
    assert timing(start, due, span_of(FOUND - timedelta(seconds=1))) == "before_start"
    assert timing(start, due, None) == timing(None, due, start) == timing(start, None, start) == "unclear"


def test_a_mere_day_decides_only_what_is_certain() -> None:
    day = span_of(datetime(2026, 3, 2, tzinfo=BEIJING))
    assert day and day.last - day.first == timedelta(days=1, seconds=-1)
    start, due = span_of(FOUND), span_of(FOUND + timedelta(hours=4))
    assert timing(start, due, day) == "unclear"
    assert timing(start, due, span_of(datetime(2026, 3, 3, tzinfo=BEIJING))) == "late"
    limit = Span(end_of_day(date(2026, 3, 2)), end_of_day(date(2026, 3, 2)))
    assert timing(start, limit, day) == "in_time"


@given(st.integers(1_764_547_200, 1_796_083_200), st.integers(-12, 14), st.integers(-12, 14))
def test_the_zone_in_which_a_moment_is_written_does_not_matter(moment: int, one: int, other: int) -> None:
    here = datetime.fromtimestamp(moment, UTC)
    there = here.astimezone(timezone(timedelta(hours=one)))
    late = (here + timedelta(hours=4, seconds=1)).astimezone(timezone(timedelta(hours=other)))
    start, written = span_of(here), span_of(there)
    assert start == written
    if start and start.first == start.last and (end := span_of(late)) and end.first == end.last:
        due = Span(start.first + timedelta(hours=4), start.last + timedelta(hours=4))
        assert timing(start, due, end) == "late"
