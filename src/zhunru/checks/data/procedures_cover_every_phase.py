"""Research, design and manufacturing have procedures for data."""

from collections.abc import Iterator
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.life_cycle import PHASES, named
from zhunru.formulas.placeholders import says_nothing
from zhunru.records.life_cycle_procedure import LifeCycleProcedure


@check("miit-2021-103/1.1", "gb-t-44464-2024/4.1.6", title_zh="研发、设计、制造阶段均有已批准的数据安全程序", since="0.3")
def procedures_cover_every_phase(procedures: list[LifeCycleProcedure], day: date) -> Iterator[Finding]:
    """An approved procedure in force covers each of research and development, design, and manufacturing.

    Why:
        What is not settled while the vehicle is developed is decided by whoever writes the code.

    为什么:
        开发阶段没有规定的事，最后由写代码的人说了算。

    How it decides:
        1. A procedure counts when it is in force on the day, in a document with a version, approved by a named person no later than it came
           into force.
        2. A phase that a counted procedure names: ok.
        3. A phase that only a procedure with missing days, unreadable cells or unknown words may cover: gap. Else breach.

    Inconclusive:
        No procedure at all, or one whose approval, days or phases cannot be told.

    Not covered:
        Phases after manufacturing; what the procedures demand and whether it is done.

    未覆盖:
        制造之后的阶段；程序的具体要求是否恰当、是否得到执行。

    Args:
        procedures: Procedures with the phases that they cover.
        day: Day of the assessment.

    References:
        GB/T 44464-2024 4.1.6; data-and-cyber.md 2.2.1.
    """
    if not procedures:
        yield gap("没有程序的记录", "there is no record of any procedure")
        return
    covered: set[str] = set()
    maybe: set[str] = set()
    for procedure in procedures:
        phases = named(procedure.phases, PHASES)
        unclear = procedure.effective is None or procedure.approved_on is None or bool(procedure.origin.problems or phases.unknown)
        # (1) does it count
        if not unclear and not _holds(procedure, day):
            continue
        if unclear:
            maybe |= set(PHASES) if phases.unknown or procedure.origin.problems else phases.known
            yield gap(
                "程序的批准、生效或阶段无法判定",
                "approval, days or phases of a procedure cannot be told",
                at=procedure.origin,
                procedure=procedure.id,
            )
        else:
            covered |= phases.known
    for phase in PHASES:
        # (2) covered
        if phase in covered:
            yield ok("该阶段有已批准的程序", "the phase has an approved procedure", phase=phase)
        # (3) not covered
        elif phase in maybe:
            yield gap("该阶段的程序无法判定", "whether the phase has a procedure cannot be told", phase=phase)
        else:
            yield breach("该阶段没有已批准的程序", "the phase has no approved procedure", phase=phase)


def _holds(procedure: LifeCycleProcedure, day: date) -> bool:
    told = not any(says_nothing(getattr(procedure, n)) for n in ("document", "version", "approved_by"))
    if procedure.effective is None or procedure.approved_on is None:
        return False
    begun = procedure.approved_on <= procedure.effective <= day
    return told and begun and not (procedure.withdrawn and procedure.withdrawn < day)


def _case(**changed: object) -> tuple[list[LifeCycleProcedure], date]:
    plain = {
        "id": "CX-01", "phases": "研发；设计；制造", "document": "GL-07", "version": "1.2", "approved_by": "张三",
        "approved_on": "2026-01-05", "effective": "2026-01-15",
    }  # fmt: skip
    return [LifeCycleProcedure.model_validate(plain | changed)], date(2026, 11, 22)


@procedures_cover_every_phase.example(Verdict.PASS)
def three_phases() -> tuple[list[LifeCycleProcedure], date]:
    """One procedure names the three phases."""
    return _case()


@procedures_cover_every_phase.example(Verdict.FAIL)
def manufacturing_is_missing() -> tuple[list[LifeCycleProcedure], date]:
    """Nothing is said of manufacturing."""
    return _case(phases="研发；设计")


@procedures_cover_every_phase.example(Verdict.FAIL)
def approved_after_it_came_into_force() -> tuple[list[LifeCycleProcedure], date]:
    """It was approved a day late."""
    return _case(approved_on="2026-01-16")


@procedures_cover_every_phase.example(Verdict.INCONCLUSIVE)
def first_day_is_blank() -> tuple[list[LifeCycleProcedure], date]:
    """Since when it holds is not told."""
    return _case(effective="")
