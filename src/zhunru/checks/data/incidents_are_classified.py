"""Every incident has a level that is no lower than its facts demand."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.incident_level import Level
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_outlook import DECLARED, IncidentOutlook, outlooks
from zhunru.records.incident_quiet import quiet


@check(
    "miit-2021-103/1.7",
    "miit-2024-data-incident/grading",
    "cac-2025-incident/annex",
    "miit-2017-internet/grading",
    title_zh="每起数据安全事件的自判级别不低于事实所要求的级别",
    since="0.3",
)
def incidents_are_classified(
    incidents: list[DataIncident] | None, statements: list[IncidentFreeStatement] | None, day: date
) -> Iterator[Finding]:
    """Every incident has a declared level that is no lower than its facts demand under the regimes that bind.

    Why:
        The level decides who must be told, and how fast; an incident that is judged too low is reported too late or not at all.

    为什么:
        级别决定向谁报告、多快报告；级别判低的事件会迟报或不报。

    How it decides:
        1. Compute the level under each regime from the numbers and words of the incident; what is not known gives at least and at most.
           The gravest regime that binds on the day of discovery counts.
        2. Declared level below what is certain: breach.
        3. Declared level at or above the highest that is possible, with a person who judged it: ok. Without the person: gap.
        4. In between, since facts are not told or cannot be read: gap, naming the fields. No declared level: breach when the incident is certainly
           III or above, else gap. Rows that differ, moments out of order: gap.
        5. No incident: ok when signed statements cover the last year without a hole; else, or when a step names an incident, gap.

    Inconclusive:
        Facts that decide the level are blank or unreadable; no register and no statement.

    Not covered:
        Whether the numbers are true; the CAC criteria on outage, losses and population, whose final text is not confirmed.

    未覆盖:
        数字是否属实；网信部门分级指南中关于中断、损失和人口比例的标准，其最终文本未核实。

    Args:
        incidents: Register of incidents and risks.
        statements: Signed statements of no incident.
        day: Day as of which is assessed.

    References:
        MIIT data incident plan 2024; CAC measures 2025 annex (S); MIIT public internet plan 2017; data-and-cyber.md 4.1.
    """
    found = outlooks(incidents or [], [], china(), day=day)  # (1)
    for each in found:
        yield _judged(each)
    if not found:  # (5)
        yield from quiet(statements, None, day)


def _judged(each: IncidentOutlook) -> Finding:
    incident, levels = each.incident, each.levels
    declared = DECLARED.get(incident.level or "")
    facts: dict[str, Any] = {"incident": incident.id, "least": levels.least.name, "most": levels.most.name}
    where = incident.origin
    if declared is None and levels.least >= Level.III and not each.doubts and "level" not in each.unreadable:  # (4)
        return breach("较大及以上事件没有自判级别", "an incident of level III or above has no declared level", at=where, **facts)
    if declared is None:
        return gap("没有自判级别，或级别无法识别", "no declared level, or it cannot be read", at=where, **facts)
    shown: dict[str, Any] = {**facts, "declared": declared.name}
    if each.doubts:
        return gap("事件记录自相矛盾", "the record of the incident contradicts itself", at=where, doubt=each.doubts[0].zh, **shown)
    if declared < levels.least:  # (2)
        by = "、".join(
            c.title.zh for r in levels.regimes if r.binding and r.least == levels.least for c in r.criteria if c.least == r.least
        )
        return breach("自判级别低于事实所要求的级别", "the declared level is lower than the facts demand", at=where, decided_by=by, **shown)
    if declared < levels.most:  # (4)
        missing = ", ".join(DataIncident.headings(f)[0] for f in levels.open_fields) or DataIncident.headings("discovered")[0]
        return gap(
            "决定级别的事实未写明，级别可能更高",
            "facts that decide the level are not told: it may be higher",
            at=where,
            missing=missing,
            **shown,
        )
    if not incident.judged_by:  # (3)
        return gap("级别判定人未写明", "nobody is named who judged the level", at=where, **shown)
    return ok("自判级别不低于所要求的级别", "the declared level is no lower than demanded", at=where, **shown)


Example = tuple[list[DataIncident] | None, list[IncidentFreeStatement] | None, date]
_DAY = date(2026, 11, 20)


def _case(**changed: object) -> Example:
    plain = {
        "id": "SJ-1", "discovered": "2026-03-02 09:30", "level": "较大", "judged_by": "李四", "persons": "1200000", "sensitive_persons": "0",
        "loss_cny": "0", "outage_h": "0", "production": "无影响", "threat": "轻微", "grade": "一般", "internet_company": "否",
    }  # fmt: skip
    return [DataIncident.model_validate(plain | changed)], None, _DAY


@incidents_are_classified.example(Verdict.PASS)
def level_three_of_a_million_persons() -> Example:
    """1.2 million persons, declared III."""
    return _case()


@incidents_are_classified.example(Verdict.PASS)
def none_and_signed() -> Example:
    """No incident, and a person says so for the year."""
    told = {"person": "王五", "start": "2025-11-01", "end": "2026-10-31", "signed_on": "2026-11-02"}
    return None, [IncidentFreeStatement.model_validate(told)], _DAY


@incidents_are_classified.example(Verdict.FAIL)
def declared_too_low() -> Example:
    """100,000 persons with sensitive information are level III for MIIT, whatever CAC says."""
    return _case(persons="100000", sensitive_persons="100000", level="一般")


@incidents_are_classified.example(Verdict.INCONCLUSIVE)
def number_not_known() -> Example:
    """Nobody knows yet how many persons are concerned."""
    return _case(persons="尚不明确")
