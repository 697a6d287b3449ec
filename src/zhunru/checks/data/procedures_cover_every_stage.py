"""Every stage of the life cycle has an approved procedure for every grade in use."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.life_cycle import GRADES, STAGES, named
from zhunru.formulas.placeholders import says_nothing
from zhunru.records.data_asset import DataAsset
from zhunru.records.life_cycle_procedure import LifeCycleProcedure


@check("miit-2021-103/1.3", "gb-t-44464-2024/4.1.5", "miit-2022-166/13", title_zh="八个环节对每个在用级别均有已批准的保护程序", since="0.3")
def procedures_cover_every_stage(procedures: list[LifeCycleProcedure], assets: list[DataAsset] | None, day: date) -> Iterator[Finding]:
    """For every grade in use, an approved procedure in force covers collection, storage, use, processing, transmission, provision, disclosure, deletion.

    Why:
        A stage without a rule for a grade is the place where important data are handled like any other.

    为什么:
        某一环节对某一级别没有规定，重要数据就会被当作普通数据处理。

    How it decides:
        1. Grades in use are those of the asset ledger; an asset without a grade makes them uncertain: gap.
        2. A procedure counts when it is in force on the day, in a document with a version, approved no later than it came into force.
           Days that are missing or cells that cannot be read, and words for stages or grades that are not known, make it undecided: gap.
        3. A stage and grade that a counted procedure covers: ok. One that only an undecided procedure may cover: gap. Else breach.

    Inconclusive:
        No asset ledger or an ungraded asset; a procedure whose approval, days, stages or grades cannot be told.

    Not covered:
        What the procedures demand and whether it is done.

    未覆盖:
        程序的具体要求是否恰当、是否得到执行。

    Args:
        procedures: Procedures by stage and grade.
        assets: Entries of the asset ledger: grades in use.
        day: Day of the assessment.

    References:
        GB/T 44464-2024 4.1.5; 工信部网安〔2022〕166号 article 13; data-and-cyber.md 2.2.1.
    """
    # (1) grades in use
    grades = sorted({a.grade for a in assets or () if a.grade})
    ungraded = sum(1 for a in assets or () if a.grade is None)
    if not grades or ungraded:
        yield gap("在用的数据级别不明", "which grades are in use cannot be told", ungraded=ungraded)
    if not procedures:
        yield gap("没有保护程序的记录", "there is no record of any procedure")
        return
    # (2) what the procedures cover
    covered: set[tuple[str, str]] = set()
    maybe: set[tuple[str, str]] = set()
    for procedure in procedures:
        stages, levels = named(procedure.stages, STAGES), named(procedure.grades, GRADES)
        holds = _holds(procedure, day)
        vague = bool(procedure.origin.problems or stages.unknown or levels.unknown)
        if holds is None or vague:
            yield gap(
                "程序的批准、生效或适用范围无法判定", "approval, days or reach of a procedure cannot be told", at=procedure.origin,
                procedure=procedure.id, words="; ".join((*stages.unknown, *levels.unknown)),
            )  # fmt: skip
        reach = _pairs(stages.known, levels.known)
        if holds:
            covered |= reach
        if holds is None or (holds and vague):
            maybe |= _pairs(stages.known if not stages.unknown else STAGES, levels.known if not levels.unknown else GRADES)
    # (3) the matrix
    for stage, grade in ((s, g) for s in STAGES for g in grades):
        if (stage, grade) in covered:
            yield ok("该环节对该级别有保护程序", "the stage has a procedure for the grade", stage=stage, grade=grade)
        elif (stage, grade) in maybe:
            yield gap("该环节对该级别的程序无法判定", "whether a procedure covers stage and grade cannot be told", stage=stage, grade=grade)
        else:
            yield breach("该环节对该级别没有已批准的程序", "no approved procedure covers stage and grade", stage=stage, grade=grade)


def _pairs(stages: Iterable[str], grades: Iterable[str]) -> set[tuple[str, str]]:
    return set(product(stages, grades))


def _holds(procedure: LifeCycleProcedure, day: date) -> bool | None:
    """Tell whether a procedure counts on the day; None when that cannot be told."""
    if procedure.withdrawn and procedure.withdrawn < day:
        return False
    if procedure.effective is None or procedure.approved_on is None:
        return None
    named_well = not says_nothing(procedure.document) and not says_nothing(procedure.version) and not says_nothing(procedure.approved_by)
    return named_well and procedure.effective <= day and procedure.approved_on <= procedure.effective


_DAY = date(2026, 11, 22)
_Case = tuple[list[LifeCycleProcedure], list[DataAsset] | None, date]


def _case(*changes: dict[str, object], grades: tuple[str, ...] = ("一般", "重要")) -> _Case:
    plain = {
        "id": "CX-01", "stages": "收集；存储；使用；加工；传输；提供；公开；删除", "grades": "一般；重要", "document": "GL-07", "version": "1.2",
        "approved_by": "张三", "approved_on": "2026-01-05", "effective": "2026-01-15",
    }  # fmt: skip
    assets = [DataAsset.model_validate({"id": f"A-{n}", "grade": g}) for n, g in enumerate(grades)]
    return [LifeCycleProcedure.model_validate(plain | c) for c in changes or ({},)], assets, _DAY


@procedures_cover_every_stage.example(Verdict.PASS)
def one_procedure_for_everything() -> _Case:
    """One document covers the eight stages for both grades in use."""
    return _case()


@procedures_cover_every_stage.example(Verdict.FAIL)
def deletion_of_important_data_is_not_covered() -> _Case:
    """Nothing tells how important data are deleted."""
    return _case({"grades": "一般"}, {"id": "CX-02", "grades": "重要", "stages": "收集；存储；使用；加工；传输；提供；公开"})


@procedures_cover_every_stage.example(Verdict.FAIL)
def withdrawn_yesterday() -> _Case:
    """The only procedure holds no more."""
    return _case({"withdrawn": "2026-11-21"})


@procedures_cover_every_stage.example(Verdict.INCONCLUSIVE)
def an_asset_without_a_grade() -> _Case:
    """Another grade may be in use."""
    return _case(grades=("一般", "重要", ""))
