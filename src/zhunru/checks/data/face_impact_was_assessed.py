"""The impact of face recognition was assessed beforehand, and the report is kept."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.written_names import bare
from zhunru.records.biometric_trial import FACE, is_biometric
from zhunru.records.pi_function import PiFunction
from zhunru.records.pi_impact_assessment import PiImpactAssessment


@check("miit-2021-103/1.4", "face-2025/9", title_zh="处理人脸信息前已评估影响，报告保存三年", since="0.3")
def face_impact_was_assessed(
    assessments: list[PiImpactAssessment],
    functions: list[PiFunction],
    day: date,
    *,
    years: Annotated[float, Limit("years", "face-2025/9", "C")] = 3.0,
) -> Iterator[Finding]:
    """Each function on faces has an assessment for faces, finished before processing began, whose report is kept three years or more.

    Why:
        A face that was taken cannot be taken back.

    为什么:
        取走的人脸无法收回。

    How it decides:
        1. Functions whose data items name faces. None: gap.
        2. Each has an assessment of the case `face` that names it and was finished by the day: else gap.
        3. That assessment was finished after processing began: breach; on the same day, or that day not told: gap.
        4. Kept for less than `years` years: breach; not told: gap; else ok.

    Inconclusive:
        Days or keeping are not told, no assessment names the function, or no function is on faces.

    Not covered:
        What the assessment says: judged with the others under the law.

    未覆盖:
        评估内容，依个人信息保护法一并判定。

    Args:
        assessments: Assessments of the impact on personal information.
        functions: List of functions.
        day: Day as of which is assessed.
        years: Years for which the report is kept.

    References:
        Face rules article 9; 民法典 article 202.
    """
    # (1) functions on faces
    faces = {bare(f.id): f for f in functions if any(is_biometric(i, FACE) for i in f.data_items)}
    for name, function in sorted(faces.items()):
        ours = [a for a in assessments if a.occasion == "face" and name in set(map(bare, a.functions))]
        mine = [(a.finished_on, a) for a in ours if a.finished_on and a.finished_on <= day]
        for finished, assessment in mine:
            yield _judged(function, assessment, finished, years)
        # (2) none
        if not mine:
            yield gap("人脸功能没有影响评估", "no assessment for faces names this function", at=function.origin, function=function.id)
    if not faces:
        yield gap("功能清单中没有处理人脸的功能", "no function of the list is on faces", functions=len(functions))


def _judged(function: PiFunction, assessment: PiImpactAssessment, finished: date, years: float) -> Finding:
    facts: dict[str, Any] = {"at": assessment.origin, "assessment": assessment.id, "function": function.id}
    begun, kept = assessment.begun_on, assessment.kept_until
    # (3) before
    if begun and finished > begun:
        return breach("评估晚于处理开始", "assessed after processing had begun", **facts)
    # (4) kept
    if kept and kept < last_day_after_months(finished, round(12 * years)):
        return breach("影响评估报告保存不足三年", "the report is kept for less than three years", **facts, limit=years, unit="years")
    if begun is None or finished == begun or kept is None:
        return gap("评估或保存的日期未说明", "days of the assessment or of its keeping are not told", **facts)
    return ok("处理人脸前已评估", "assessed before faces were processed", **facts)


_Case = tuple[list[PiImpactAssessment], list[PiFunction], date]


def _case(**changed: object) -> _Case:
    plain = {
        "id": "P-2",
        "occasion": "人脸识别",
        "functions": "F-7",
        "finished_on": "2025-06-10",
        "begun_on": "2025-07-01",
        "kept_until": "2028-06-10",
    }
    return (
        [PiImpactAssessment.model_validate(plain | changed)],
        [PiFunction.model_validate({"id": "F-7", "data_items": "人脸特征"})],
        date(2026, 1, 1),
    )


@face_impact_was_assessed.example(Verdict.PASS)
def three_weeks_before() -> _Case:
    """Finished before faces were taken, kept for three years."""
    return _case()


@face_impact_was_assessed.example(Verdict.FAIL)
def assessed_afterwards() -> _Case:
    """Faces were taken a day before."""
    return _case(begun_on="2025-06-09")


@face_impact_was_assessed.example(Verdict.FAIL)
def report_thrown_away() -> _Case:
    """Kept a day less than three years."""
    return _case(kept_until="2028-06-09")


@face_impact_was_assessed.example(Verdict.INCONCLUSIVE)
def assessed_as_other() -> _Case:
    """The assessment is of another case."""
    return _case(occasion="其他")
