"""The risks that an assessment found are treated."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.risk_assessment import RiskAssessment
from zhunru.records.risk_item import RiskItem

_GRAVE = ("major", "high", "medium")


@check(
    "miit-2021-103/1.6",
    "miit-2024-risk/6.contents",
    "gb-t-45577-2025/areas",
    title_zh="评估发现的风险均有措施、责任人和期限，到期已处置",
    since="0.3",
)
def risks_are_treated(risks: list[RiskItem], assessments: list[RiskAssessment] | None, day: date) -> Iterator[Finding]:
    """Every risk found has a level, a measure, an owner and a day, and was closed with proof by that day.

    Why:
        An assessment whose findings nobody works off protects nothing.

    为什么:
        发现的问题没人整改，评估就没有作用。

    How it decides:
        1. Every risk names its assessment (which exists when the assessments are given), source, area and level: else gap.
        2. Low and slight risks may be accepted by a named person: ok.
        3. Open after its day: breach. Closed after its day: breach. Closed by its day with proof: ok; without proof: gap. A closing day
           after the day of assessment is not closed yet.
        4. Open, and its day has not come, with measure and owner: ok; one of them missing: gap. No day: gap.
        5. An assessment without any risk item: gap, since a report that found nothing at all says so in the list. No risk at all: gap.

    Inconclusive:
        Level, measure, owner, day or proof is missing; an assessment has no list of risks.

    Not covered:
        Whether the measure works and the level is right.

    未覆盖:
        措施是否有效、等级判定是否恰当。

    Args:
        risks: Risks.
        assessments: Risk assessments.
        day: Day as of which is assessed.

    References:
        实施细则 article 6 (measures); GB/T 45577-2025 (S); data-and-cyber.md 2.5, 2.7.
    """
    known = {bare(a.id) for a in assessments or []}
    for risk in risks:
        yield _judged(risk, known if assessments else None, day)
    listed = {bare(r.assessment) for r in risks if r.assessment}
    for assessment in assessments or []:  # (5)
        if assessment.issued and assessment.issued <= day and bare(assessment.id) not in listed:
            yield gap("评估没有对应的风险清单", "the assessment has no list of risks", at=assessment.origin, assessment=assessment.id)
    if not risks:
        yield gap("没有风险清单", "there is no list of risks")


def _judged(risk: RiskItem, known: set[str] | None, day: date) -> Finding:
    told: dict[str, Any] = {"risk": risk.id, "level": risk.level, "due": str(risk.due) if risk.due else None}
    at = risk.origin
    closed = risk.closed if risk.closed and risk.closed <= day else None
    if risk.due and (closed or day) > risk.due and not risk.origin.problems:  # (3)
        return breach(
            "风险逾期处置或逾期未处置",
            "the risk was closed after its day, or is open past it",
            at=at,
            closed=str(closed) if closed else None,
            **told,
        )
    if (
        says_nothing(risk.source)
        or not (risk.assessment and risk.area and risk.level)
        or (known is not None and bare(risk.assessment) not in known)
    ):  # (1)
        return gap("风险项缺评估、风险源、领域或等级", "assessment, source, area or level of the risk is missing", at=at, **told)
    if risk.level not in _GRAVE and not says_nothing(risk.accepted_by):  # (2)
        return ok("低风险已由责任人接受", "a low risk is accepted by a person", at=at, **told)
    if risk.due is None or says_nothing(risk.measure) or says_nothing(risk.owner) or risk.origin.problems:  # (4)
        return gap("风险项缺措施、责任人或期限", "measure, owner or day of the risk is missing", at=at, **told)
    if closed and says_nothing(risk.proof):
        return gap("风险已处置但没有证明", "the risk is closed without proof", at=at, **told)
    return ok("风险处置在期限内", "the risk is treated within its day", at=at, closed=str(closed) if closed else None, **told)


_DAY = date(2026, 10, 1)


def _case(**changed: object) -> tuple[list[RiskItem], None, date]:
    plain = {
        "id": "FX-1", "assessment": "PG-1", "source": "运维账号共用", "area": "安全管理", "level": "高", "measure": "账号实名、双因子",
        "owner": "李四", "due": "2026-08-31", "closed": "2026-08-31", "proof": "工单 8821",
    }  # fmt: skip
    return [RiskItem.model_validate(plain | changed)], None, _DAY


@risks_are_treated.example(Verdict.PASS)
def closed_on_its_day() -> tuple[list[RiskItem], None, date]:
    """Closed on the last day, with proof."""
    return _case()


@risks_are_treated.example(Verdict.FAIL)
def open_past_its_day() -> tuple[list[RiskItem], None, date]:
    """A month after its day it is open."""
    return _case(closed="", proof="")


@risks_are_treated.example(Verdict.INCONCLUSIVE)
def closed_without_proof() -> tuple[list[RiskItem], None, date]:
    """Nothing shows that the measure was taken."""
    return _case(proof="")
