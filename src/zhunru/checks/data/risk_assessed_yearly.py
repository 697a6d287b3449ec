"""The data-security risks were assessed within the last year."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_years
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.risk_assessment import RiskAssessment


@check(
    "miit-2021-103/1.6",
    "miit-2022-166/31",
    "miit-2024-risk/6.yearly",
    "miit-2024-risk/7",
    title_zh="一年内出具过数据安全风险评估，团队覆盖组织、业务、技术和合规",
    since="0.3",
)
def risk_assessed_yearly(
    assessments: list[RiskAssessment], day: date, *, years: Annotated[int, Limit("year", source="miit-2024-risk/6.yearly", basis="C")] = 1
) -> Iterator[Finding]:
    """A risk assessment was issued within `years` before the day of assessment, by a team that covers what it must.

    Why:
        Processing changes faster than papers; a result is worth something for one year only.

    为什么:
        处理活动变化快，评估结果只在一年内有效。

    How it decides:
        1. Take the assessments whose report was issued by the day. The last day of validity is the same day `years` later; an earlier
           day that the report itself names counts instead.
        2. One is valid on the day (the last day included): ok; a cell of it cannot be read, it was issued
           before it was finished, or its number has another day of issue: gap beside it. None is: breach, telling when the
           last one ran out.
        3. No assessment issued: one with an unreadable or missing day of issue: gap; otherwise breach.
        4. The valid one was done by oneself or by a third party that is named, and its team covers organisation, business, technique and
           compliance: ok, else gap.

    Inconclusive:
        Days of issue are missing; way or team of the assessment is not told.

    Not covered:
        Whether all important data and systems were in its scope, and whether it was done well.

    未覆盖:
        评估范围是否覆盖全部重要数据和系统，评估质量如何。

    Args:
        assessments: Risk assessments.
        day: Day as of which is assessed.
        years: Years for which a result is valid.

    References:
        实施细则 articles 6, 7; 工信部网安〔2022〕166号 article 31; data-and-cyber.md 2.5.
    """
    issued = [(a, _last_day(a, years)) for a in assessments if a.issued and a.issued <= day]  # (1)
    valid = [(a, last) for a, last in issued if day <= last]
    undated = [a for a in assessments if a.issued is None]
    if valid:  # (2)
        best, last = max(valid, key=lambda v: (v[1], v[0].id, v[0].origin))
        if best.origin.problems:  # an unreadable last day of validity may be an earlier one
            yield gap(
                "有效评估的记录中有无法识别的单元格", "cells of the valid assessment cannot be read", at=best.origin, assessment=best.id
            )
        if best.finished and best.issued and best.finished > best.issued:
            yield gap(
                "评估尚未完成即出具报告", "the report was issued before the assessment was finished", at=best.origin, assessment=best.id
            )
        if any(bare(a.id) == bare(best.id) and a.issued != best.issued for a in assessments):
            yield gap("同一评估编号有不同的出具日期", "one assessment has different days of issue", at=best.origin, assessment=best.id)
        yield ok("评估结果在有效期内", "the result is valid", at=best.origin, assessment=best.id, valid_until=str(last))
        yield _team(best)
    elif undated:  # (3)
        for one in undated:
            yield gap("评估出具日期缺失或无法识别", "the day of issue is missing or unreadable", at=one.origin, assessment=one.id)
    elif issued:
        late, last = max(issued, key=lambda v: (v[1], v[0].id, v[0].origin))
        yield breach("最近一次评估已过有效期", "the last assessment has run out", at=late.origin, assessment=late.id, valid_until=str(last))
    else:
        yield breach("没有已出具的风险评估", "no risk assessment was issued", entries=len(assessments))


def _last_day(assessment: RiskAssessment, years: int) -> date:
    last = last_day_after_years(assessment.issued or date.min, years)
    return min(last, assessment.valid_until) if assessment.valid_until else last


_SKILLS = (("组织", "管理"), ("业务",), ("技术",), ("合规", "法务", "法律"))


def _team(assessment: RiskAssessment) -> Finding:
    lacking = [words[0] for words in _SKILLS if not any(w in skill for w in words for skill in assessment.skills)]  # (4)
    if assessment.assessed_by is None or (assessment.assessed_by == "third_party" and says_nothing(assessment.organisation)):
        return gap(
            "评估方式或机构未写明",
            "the way of the assessment, or the third party, is not told",
            at=assessment.origin,
            assessment=assessment.id,
        )
    if lacking or all(says_nothing(m) for m in assessment.team):
        return gap(
            "评估团队未覆盖全部专业",
            "the team does not cover what it must",
            at=assessment.origin,
            assessment=assessment.id,
            missing="、".join(lacking),
        )
    return ok(
        "评估团队覆盖组织、业务、技术、合规", "the team covers organisation, business, technique and compliance", at=assessment.origin
    )


_DAY = date(2026, 6, 15)


def _case(**changed: object) -> tuple[list[RiskAssessment], date]:
    plain = {"id": "PG-2025", "issued": "2025-06-15", "assessed_by": "自评估", "team": "张三；李四", "skills": "组织管理；业务；技术；合规"}
    return [RiskAssessment.model_validate(plain | changed)], _DAY


@risk_assessed_yearly.example(Verdict.PASS)
def on_the_last_day_of_validity() -> tuple[list[RiskAssessment], date]:
    """Issued exactly one year ago."""
    return _case()


@risk_assessed_yearly.example(Verdict.FAIL)
def one_day_too_old() -> tuple[list[RiskAssessment], date]:
    """Issued one year and a day ago."""
    return _case(issued="2025-06-14")


@risk_assessed_yearly.example(Verdict.INCONCLUSIVE)
def team_without_compliance() -> tuple[list[RiskAssessment], date]:
    """Nobody for compliance in the team."""
    return _case(skills="组织；业务；技术")
