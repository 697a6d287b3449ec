"""The report of the risk assessment has its contents and went to the regulator in time."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.working_days import add_working_days
from zhunru.records.risk_assessment import RiskAssessment

FOCUS = tuple(n for n in RiskAssessment.items() if n.startswith("focus_"))
CONTENTS = tuple(n for n in RiskAssessment.items() if n.startswith("content_"))


@check(
    "miit-2021-103/1.6",
    "miit-2024-risk/5",
    "miit-2024-risk/6.contents",
    "miit-2024-risk/10",
    title_zh="风险评估报告八个重点、十项内容齐全，完成后十个工作日内报送",
    since="0.3",
)
def risk_report_is_complete_and_sent(
    assessments: list[RiskAssessment],
    day: date,
    *,
    working_days: Annotated[int, Limit("working day", source="miit-2024-risk/10", basis="C")] = 10,
) -> Iterator[Finding]:
    """The latest finished assessment looks at all focus points, its report has all contents, and it was sent within `working_days`.

    Why:
        A report without a chapter hides what was not looked at; a report that is not sent helps no regulator.

    为什么:
        缺章节的报告掩盖了未评估的部分；不报送的报告对监管没有意义。

    How it decides:
        1. Take the assessment that was finished last, by the day; none finished: gap.
        2. Each of the eight focus points and ten contents is told by the words or the place of the report: ok; one is blank: gap, naming it.
        3. Sent until the end of the `working_days`-th working day after finishing (the day of finishing is not counted): ok. Later, or not sent
           and the day is past: breach. Not sent and not yet past: ok. No number of a receipt: gap.
        4. A day is missing, days contradict each other, or the year is not in the calendar: gap.

    Inconclusive:
        Contents or days are not told; the calendar does not know the year.

    Not covered:
        What stands in the chapters. Core data across entities have a review of their own.

    未覆盖:
        各章节的实质内容；核心数据跨主体处理的评估复核。

    Args:
        assessments: Risk assessments.
        day: Day as of which is assessed.
        working_days: Working days for sending.

    References:
        实施细则 articles 5, 6, 10; data-and-cyber.md 2.5.
    """
    finished = [a for a in assessments if a.finished and a.finished <= day]  # (1)
    for undated in (a for a in assessments if a.finished is None):
        yield gap("评估完成日期缺失", "the day of finishing is missing", at=undated.origin, assessment=undated.id)
    if not finished:
        yield gap("没有已完成的风险评估", "no assessment is finished", entries=len(assessments))
        return
    last = max(finished, key=lambda a: (a.finished or date.min, a.id, a.origin))
    lacking = [RiskAssessment.headings(n)[0] for n in (*FOCUS, *CONTENTS) if says_nothing(getattr(last, n))]  # (2)
    counted: dict[str, Any] = {"focus_points": len(FOCUS), "contents": len(CONTENTS)}
    if lacking:
        yield gap(
            "评估重点或报告内容缺项",
            "focus points or contents are missing",
            at=last.origin,
            assessment=last.id,
            missing="、".join(lacking),
            **counted,
        )
    else:
        yield ok("八个重点、十项内容齐全", "all focus points and contents are there", at=last.origin, assessment=last.id, **counted)
    yield _sent(last, day, working_days)


def _sent(last: RiskAssessment, day: date, working_days: int) -> Finding:
    finished = last.finished or day
    due = add_working_days(china(), finished, working_days)
    told: dict[str, Any] = {
        "assessment": last.id,
        "due": str(due) if due else None,
        "submitted": str(last.submitted) if last.submitted else None,
    }
    if (
        due is None or (last.submitted and last.submitted < finished) or (last.submitted and last.submitted > day) or last.origin.problems
    ):  # (4)
        return gap("报送期限无法计算，或日期矛盾", "the limit cannot be computed, or days contradict each other", at=last.origin, **told)
    if (last.submitted or day) > due:  # (3)
        return breach(
            "报告报送超过期限或逾期未报",
            "the report was sent after the limit, or not at all",
            at=last.origin,
            limit=working_days,
            unit="working day",
            **told,
        )
    if last.submitted is None:
        return ok(
            "报送期限未到", "the limit for sending has not been reached", at=last.origin, limit=working_days, unit="working day", **told
        )
    if says_nothing(last.receipt):
        return gap("已报送但没有回执编号", "sent, but without the number of a receipt", at=last.origin, **told)
    return ok("报告在期限内报送", "the report was sent within the limit", at=last.origin, limit=working_days, unit="working day", **told)


_DAY = date(2026, 4, 20)


def _case(**changed: object) -> tuple[list[RiskAssessment], date]:
    plain = {"id": "PG-2026", "finished": "2026-03-09", "submitted": "2026-03-23", "receipt": "沪数评 2026-18"}
    return [RiskAssessment.model_validate(plain | dict.fromkeys((*FOCUS, *CONTENTS), "第 3 章") | changed)], _DAY


@risk_report_is_complete_and_sent.example(Verdict.PASS)
def on_the_tenth_working_day() -> tuple[list[RiskAssessment], date]:
    """Finished on Monday 9 March, sent on Monday 23 March."""
    return _case()


@risk_report_is_complete_and_sent.example(Verdict.FAIL)
def on_the_eleventh_working_day() -> tuple[list[RiskAssessment], date]:
    """Sent a day too late."""
    return _case(submitted="2026-03-24")


@risk_report_is_complete_and_sent.example(Verdict.FAIL)
def never_sent() -> tuple[list[RiskAssessment], date]:
    """Weeks later it was not sent."""
    return _case(submitted="", receipt="")


@risk_report_is_complete_and_sent.example(Verdict.INCONCLUSIVE)
def nothing_on_recipients() -> tuple[list[RiskAssessment], date]:
    """The report does not say how able the recipients are."""
    return _case(focus_recipient="")
