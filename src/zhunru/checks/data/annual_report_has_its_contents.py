"""The annual report has its contents, and the annex on export when data went abroad."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.report_submission import ReportSubmission

SEVEN = ("has_persons", "has_data", "has_protection", "has_domestic", "has_incidents", "has_complaints", "has_other")
FIVE = ("has_recipients_abroad", "has_data_abroad", "has_place_abroad", "has_complaints_abroad", "has_other_abroad")
_OTHER = ("has_other", "has_other_abroad")


@check("miit-2021-103/1.6", "cac-2021-7/13", "cac-2021-7/14", title_zh="年度报告七项内容齐全，有出境的附五项内容", since="0.3")
def annual_report_has_its_contents(
    submissions: list[ReportSubmission],
    subject: Subject,
    day: date,
    *,
    contents: Annotated[int, Limit("heading", source="cac-2021-7/13", basis="G")] = 7,
    export_contents: Annotated[int, Limit("heading", source="cac-2021-7/14", basis="G")] = 5,
) -> Iterator[Finding]:
    """The latest annual report has its seven contents, and five more when data are provided abroad.

    Why:
        A report that leaves out incidents or recipients tells the authority that there were none.

    为什么:
        漏写事件或接收者的报告，等于告诉主管部门没有。

    How it decides:
        1. Take the annual reports of the latest year that were handed in by the day; none: gap.
        2. Each of the first `contents` contents is marked as present: ok; as absent: breach; not told: gap. The last one, other matters,
           may be absent when nothing was asked.
        3. The product is declared to provide data abroad: the same for the first `export_contents` contents of the annex. Not declared, but an
           annex was handed in: gap, since one of the two is wrong.

    Inconclusive:
        Contents are not told; declaration and annex contradict each other.

    Not covered:
        Whether what the report says is true. The list is recalled, not read again (G): the verdict is screening.

    未覆盖:
        报告内容是否属实；内容清单为一般知识（G），结论为初筛。

    Args:
        submissions: Reports handed in.
        subject: Product under assessment.
        day: Day as of which is assessed.
        contents: Number of contents of the report.
        export_contents: Number of contents of the annex.

    References:
        若干规定 articles 13, 14 (G); data-and-cyber.md 2.1.
    """
    annual = [s for s in submissions if s.matter == "annual_automotive" and s.year and s.submitted_on and s.submitted_on <= day]
    if not annual:  # (1)
        yield gap("没有已报送的年度报告", "no annual report was handed in", reports=len(submissions))
        return
    last = max(s.year for s in annual if s.year)
    for report in (s for s in annual if s.year == last):
        for name in SEVEN[:contents]:  # (2)
            yield _present(report, name)
        if subject.data_export:  # (3)
            for name in FIVE[:export_contents]:
                yield _present(report, name)
        elif any(getattr(report, n) for n in FIVE):
            yield gap(
                "未声明向境外提供数据，报告却有出境附件",
                "no provision abroad is declared, but the report has an annex on it",
                at=report.origin,
            )


def _present(report: ReportSubmission, name: str) -> Finding:
    told: dict[str, Any] = {"report": report.id, "content": ReportSubmission.headings(name)[0]}
    value = getattr(report, name)
    if value is None:
        return gap("报告是否含该项内容未写明", "whether the report has this content is not told", at=report.origin, **told)
    if not value and name not in _OTHER:
        return breach("年度报告缺内容", "the annual report lacks a content", at=report.origin, **told)
    return ok("报告含该项内容或无须写明", "the report has this content, or needs none", at=report.origin, **told)


_CAR = Subject(name="样车一号", maker="示例汽车", important_data=True)
_DAY = date(2026, 3, 1)


def _case(car: Subject = _CAR, **changed: object) -> tuple[list[ReportSubmission], Subject, date]:
    plain = {"id": "BS-1", "matter": "年度报告", "year": 2025, "submitted_on": "2025-12-15"} | dict.fromkeys(SEVEN, "是")
    return [ReportSubmission.model_validate(plain | changed)], car, _DAY


@annual_report_has_its_contents.example(Verdict.PASS)
def all_seven() -> tuple[list[ReportSubmission], Subject, date]:
    """All seven contents, nothing abroad."""
    return _case()


@annual_report_has_its_contents.example(Verdict.FAIL)
def nothing_on_incidents() -> tuple[list[ReportSubmission], Subject, date]:
    """The chapter on incidents was left out."""
    return _case(has_incidents="否")


@annual_report_has_its_contents.example(Verdict.FAIL)
def exports_without_recipients() -> tuple[list[ReportSubmission], Subject, date]:
    """Data go abroad, and the annex names nobody."""
    abroad = dict.fromkeys(FIVE, "是") | {"has_recipients_abroad": "否"}
    return _case(_CAR.model_copy(update={"data_export": True}), **abroad)


@annual_report_has_its_contents.example(Verdict.INCONCLUSIVE)
def contents_not_told() -> tuple[list[ReportSubmission], Subject, date]:
    """Nobody noted whether complaints are in it."""
    return _case(has_complaints="")
