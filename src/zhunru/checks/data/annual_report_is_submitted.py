"""The annual report on automotive data was handed in by its day."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.records.report_submission import ReportSubmission

_DECEMBER = 12


@check("miit-2021-103/1.6", "cac-2021-7/13", title_zh="汽车数据安全管理年度报告已在十二月十五日前报送", since="0.3")
def annual_report_is_submitted(
    submissions: list[ReportSubmission],
    subject: Subject,
    day: date,
    *,
    last_day: Annotated[int, Limit("day of December", source="cac-2021-7/13", basis="C")] = 15,
) -> Iterator[Finding]:
    """The annual report of the last year that is due was handed in by 15 December, with receivers and a receipt.

    Why:
        The yearly report is how the cyberspace office learns who holds which important automotive data.

    为什么:
        主管部门通过年度报告掌握谁在处理哪些重要汽车数据。

    How it decides:
        1. The year that is due: the current one after 15 December, else the one before.
        2. A report of that year handed in on `last_day` of December or earlier: ok. Later: breach.
        3. None: breach when the product is declared to process important data, else gap: the duty binds processors of important data.
        4. A report whose year or day is missing or unreadable may be it: gap instead of a breach. So is one handed in ahead of its year.
        5. In time, but no receiver or no number of a receipt: gap.

    Inconclusive:
        Year, day, receiver or receipt of the report are missing; nothing was handed in and no important data are declared.

    Not covered:
        What the report says (`data.annual_report_has_its_contents`). Whether the company processed important data in that year.

    未覆盖:
        报告内容（另有检查）；企业当年是否实际处理重要数据。

    Args:
        submissions: Reports handed in.
        subject: Product under assessment.
        day: Day as of which is assessed.
        last_day: Last day, of December.

    References:
        若干规定 article 13 (deadline confirmed, C); data-and-cyber.md 2.1.
    """
    year = day.year if day > date(day.year, _DECEMBER, last_day) else day.year - 1  # (1)
    deadline = date(year, _DECEMBER, last_day)
    annual = [s for s in submissions if s.matter == "annual_automotive"]
    mine = [s for s in annual if s.year == year and s.submitted_on and s.submitted_on <= day]
    early = [s for s in mine if s.submitted_on and s.submitted_on.year < year]
    in_time = [s for s in mine if s.submitted_on and s.submitted_on <= deadline and s not in early]
    told: dict[str, Any] = {"year": str(year), "deadline": str(deadline)}
    vague = [s for s in submissions if s.matter is None or (s.matter == "annual_automotive" and (s.year is None or s.submitted_on is None))]
    if in_time:  # (2)
        yield _received(min(in_time, key=lambda s: (not s.receipt, not s.addressees, s.submitted_on, s.id, s.origin)), told)
    elif vague or early:  # (4)
        for one in [*vague, *early]:
            yield gap("报告的种类、年度或报送日期不明", "kind, year or day of a report is not told", at=one.origin, **told)
    elif mine:
        late = _first(mine)
        yield breach(
            "年度报告晚于期限报送", "the annual report was handed in late", at=late.origin, submitted=str(late.submitted_on), **told
        )
    elif subject.important_data:  # (3)
        yield breach("年度报告没有报送", "the annual report was not handed in", reports=len(annual), **told)
    else:
        yield gap(
            "没有年度报告，且未声明处理重要数据：是否须报不明",
            "no annual report, and no important data are declared: whether it is due is not told",
            **told,
        )


def _first(reports: Sequence[ReportSubmission]) -> ReportSubmission:
    return min(reports, key=lambda s: (s.submitted_on or date.max, s.id, s.origin))


def _received(report: ReportSubmission, told: dict[str, Any]) -> Finding:
    if all(says_nothing(a) for a in report.addressees) or says_nothing(report.receipt):  # (5)
        return gap(
            "年度报告没有报送机关或回执编号", "the annual report has no receiver or no number of a receipt", at=report.origin, **told
        )
    return ok(
        "年度报告按期报送", "the annual report was handed in by its day", at=report.origin, submitted=str(report.submitted_on), **told
    )


_CAR = Subject(name="样车一号", maker="示例汽车", important_data=True)
_DAY = date(2026, 3, 1)


def _case(**changed: object) -> tuple[list[ReportSubmission], Subject, date]:
    plain = {
        "id": "BS-1",
        "matter": "年度报告",
        "year": 2025,
        "submitted_on": "2025-12-15",
        "addressees": "省网信办；省工信厅",
        "receipt": "2025-0917",
    }
    return [ReportSubmission.model_validate(plain | changed)], _CAR, _DAY


@annual_report_is_submitted.example(Verdict.PASS)
def on_the_fifteenth() -> tuple[list[ReportSubmission], Subject, date]:
    """Handed in on the last day."""
    return _case()


@annual_report_is_submitted.example(Verdict.FAIL)
def on_the_sixteenth() -> tuple[list[ReportSubmission], Subject, date]:
    """A day too late."""
    return _case(submitted_on="2025-12-16")


@annual_report_is_submitted.example(Verdict.FAIL)
def only_the_year_before() -> tuple[list[ReportSubmission], Subject, date]:
    """The last report is that of 2024."""
    return _case(year=2024, submitted_on="2024-12-10")


@annual_report_is_submitted.example(Verdict.INCONCLUSIVE)
def without_receipt() -> tuple[list[ReportSubmission], Subject, date]:
    """Nothing shows that it arrived."""
    return _case(receipt="")
