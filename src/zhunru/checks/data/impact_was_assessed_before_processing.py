"""The impact on persons was assessed before the processing that calls for it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.written_names import bare
from zhunru.records.data_provision import DataProvision
from zhunru.records.pi_function import PiFunction
from zhunru.records.pi_impact_assessment import PiImpactAssessment
from zhunru.records.processing_rules import by_function
from zhunru.records.told import told

_POINTS: Final = ("lawful", "effect", "measures")


@check(
    "miit-2021-103/1.4", "pipl-2021/55", "pipl-2021/56",
    title_zh="法定情形处理前已评估个人信息保护影响，报告保存三年", since="0.3",
)  # fmt: skip
def impact_was_assessed_before_processing(
    assessments: list[PiImpactAssessment],
    functions: list[PiFunction],
    provisions: list[DataProvision] | None,
    subject: Subject,
    day: date,
    *,
    years: Annotated[float, Limit("years", "pipl-2021/56", "C")] = 3.0,
) -> Iterator[Finding]:
    """Each case that calls for it has an assessment with three points, finished before processing began and kept for three years.

    Why:
        Whoever thinks of the harm first builds differently.

    为什么:
        先想清危害，设计就会不同。

    How it decides:
        1. Each assessment: finished before the day on which processing began: ok; after it: breach; on it, or days not told: gap. Where it
           has not begun, the day for which it is planned is told.
        2. One of the three points is said to be absent: breach; blank: gap. The case not told: gap.
        3. Kept until `years` years after it was finished, or longer: ok; shorter: breach; not told: gap.
        4. Each function on sensitive personal information is covered by an assessment of that case (or of faces); export, when the product is declared to
           provide data abroad, and provision, when one of personal information is on record, have an assessment of their case: else gap. A function that is not marked: gap.
        5. Nothing that calls for an assessment in the evidence, and no assessment: gap.

    Inconclusive:
        Days, points or cases are not told; a case has no assessment on record.

    Not covered:
        Automated decisions and other activities of major effect, unless they are entered; whether the assessment is right.

    未覆盖:
        未登记的自动化决策及其他有重大影响的活动；评估结论是否正确。

    Args:
        assessments: Assessments of the impact on personal information.
        functions: List of functions.
        provisions: Provisions to others; without them that case is left out.
        subject: Product under assessment.
        day: Day as of which is assessed.
        years: Years for which report and record are kept.

    References:
        个人信息保护法 articles 55, 56; 民法典 article 202.
    """
    done = [a for a in assessments if a.finished_on and a.finished_on <= day]
    for assessment in assessments:
        yield _judged(assessment, day, years)
    # (4) cases
    for function in functions:
        if function.sensitive is None:
            yield gap("是否处理敏感个人信息未说明", "whether it is sensitive is not told", at=function.origin, function=function.id)
    sensitive = {name: versions[0] for name, versions in sorted(by_function(functions).items()) if any(f.sensitive for f in versions)}
    for name, function in sensitive.items():
        if not any(a.occasion in {"sensitive", "face"} and name in set(map(bare, a.functions)) for a in done):
            yield gap("敏感功能没有影响评估", "no assessment covers this sensitive function", at=function.origin, function=function.id)
    personal = [p for p in provisions or [] if p.personal is not False]
    cases = {"export": subject.data_export, "provide": bool(personal)}
    for case, called in cases.items():
        if called and not any(a.occasion == case for a in done):
            yield gap("该情形没有影响评估", "no assessment of this case is on record", occasion=case)
    # (5) nothing
    if not assessments:
        yield gap("没有个人信息保护影响评估", "no assessment of the impact on personal information", functions=len(functions))


def _judged(assessment: PiImpactAssessment, day: date, years: float) -> Finding:
    facts: dict[str, Any] = {"at": assessment.origin, "assessment": assessment.id}
    finished, begun, kept = assessment.finished_on, assessment.begun_on, assessment.kept_until
    says = {n: told(getattr(assessment, n)) for n in _POINTS}
    # (1) before
    if finished and begun and finished > begun:
        return breach("评估晚于处理开始", "assessed after processing had begun", **facts, finished=str(finished), begun=str(begun))
    # (2) three points
    if lacking := _of(says, "none"):
        return breach("影响评估缺少内容", "the assessment lacks a point", **facts, missing="; ".join(lacking))
    # (3) kept
    if finished and kept and kept < last_day_after_months(finished, round(12 * years)):
        return breach("影响评估保存不足三年", "kept for less than three years", **facts, kept_until=str(kept), limit=years, unit="years")
    if (
        finished is None
        or finished > day
        or begun is None
        or finished == begun
        or assessment.occasion is None
        or kept is None
        or _of(says, "open")
    ):
        return gap("影响评估的日期、情形、内容或保存期限未说明", "days, case, points or keeping of the assessment are not told", **facts)
    return ok("处理前已评估并保存三年", "assessed before processing, and kept", **facts)


def _of(says: Mapping[str, str], what: str) -> Sequence[str]:
    return [n for n, t in says.items() if t == what]


_Case = tuple[list[PiImpactAssessment], list[PiFunction], list[DataProvision] | None, Subject, date]


def _case(**changed: object) -> _Case:
    plain = {
        "id": "P-1", "occasion": "敏感个人信息", "functions": "F-1", "finished_on": "2025-01-10", "begun_on": "2025-02-01", "lawful": "第3节",
        "effect": "第4节", "measures": "第5节", "kept_until": "2028-01-10",
    }  # fmt: skip
    function = PiFunction.model_validate({"id": "F-1", "sensitive": "是"})
    return (
        [PiImpactAssessment.model_validate(plain | changed)],
        [function],
        None,
        Subject(name="样车一号", maker="示例汽车"),
        date(2026, 1, 1),
    )


@impact_was_assessed_before_processing.example(Verdict.PASS)
def three_weeks_before() -> _Case:
    """Finished in January, begun in February, kept for exactly three years."""
    return _case()


@impact_was_assessed_before_processing.example(Verdict.FAIL)
def assessed_afterwards() -> _Case:
    """Processing had begun a day before."""
    return _case(begun_on="2025-01-09")


@impact_was_assessed_before_processing.example(Verdict.FAIL)
def kept_a_day_too_short() -> _Case:
    """Kept until the day before three years are over."""
    return _case(kept_until="2028-01-09")


@impact_was_assessed_before_processing.example(Verdict.INCONCLUSIVE)
def another_function() -> _Case:
    """No assessment covers the sensitive function."""
    return _case(functions="F-2")
