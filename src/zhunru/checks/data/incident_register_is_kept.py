"""A register of incidents is kept, and a stretch without incidents is vouched for."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_quiet import BACK_D, LAG_D, hole, signed


@check(
    "miit-2021-103/1.7",
    "miit-2024-data-incident/4.2",
    "gb-t-44464-2024/4.1.8",
    title_zh="事件登记在册；没有事件的期间有人签署声明",
    since="0.3",
)
def incident_register_is_kept(
    incidents: list[DataIncident] | None,
    statements: list[IncidentFreeStatement] | None,
    day: date,
    *,
    back_d: Annotated[int, Limit("d", source="miit-2024-data-incident/4.2", basis="P")] = BACK_D,
    lag_d: Annotated[int, Limit("d", source="miit-2024-data-incident/4.2", basis="P")] = LAG_D,
) -> Iterator[Finding]:
    """Incidents stand in a register, and a person vouches for the last year when there is none.

    Why:
        An empty register and a register that nobody keeps look the same; only a signed statement tells them apart.

    为什么:
        空的登记与没人做的登记看上去一样；只有签署的声明能加以区分。

    How it decides:
        1. A statement without its stretch, or signed before the stretch was over, proves nothing: gap.
        2. An incident that happened and was known inside a stated stretch, before the statement was signed: the statement is false, breach.
           A moment missing: gap.
        3. Incidents of the last `back_d` days in the register: ok. Older ones tell nothing of it.
        4. None: the statements together must reach, without a hole, from `back_d` days before the assessment to `lag_d` days before it: ok. A
           hole, or nothing at all: gap.

    Inconclusive:
        Neither incidents nor statements for the stretch; moments of an incident are not told.

    Not covered:
        Incidents that nobody noticed; whether the ground of a statement is sound.

    未覆盖:
        无人发现的事件；声明依据是否可靠。

    Args:
        incidents: Register of incidents.
        statements: Signed statements of no incident.
        day: Day as of which is assessed.
        back_d: Days to look back.
        lag_d: Days that a statement may be behind.

    References:
        MIIT data incident plan 2024 4.2; the numbers are proposed by us (P).
    """
    happened = [i for i in incidents or [] if not i.probable]
    valid = []
    for statement in statements or []:  # (1)
        if not signed(statement, day):
            yield gap(
                "声明没有期间，或在期间结束前签署", "a statement without its stretch, or signed before it was over", at=statement.origin
            )
            continue
        false = list(_contradicted(statement, happened))  # (2)
        yield from false
        if not false:
            valid.append(statement)
    recent = [i for i in incidents or [] if _recent(i, day - timedelta(days=back_d), day)]
    if recent:  # (3)
        yield ok("事件已登记", "incidents are registered", entries=len(recent), happened=len(happened))
        return
    missing = hole(valid, day - timedelta(days=back_d), day - timedelta(days=lag_d))  # (4)
    if missing is None:
        yield ok("无事件期间均有签署的声明", "a signed statement covers the stretch without incidents", statements=len(valid))
    else:
        yield gap(
            "该日起既无事件登记也无声明",
            "from that day on there is neither an incident nor a statement",
            first_day=str(missing),
            statements=len(valid),
        )


def _recent(incident: DataIncident, first: date, last: date) -> bool:
    moments = (incident.occurred, incident.discovered)
    return any(m is not None and first <= m.astimezone(CHINA).date() <= last for m in moments)


def _contradicted(statement: IncidentFreeStatement, happened: Sequence[DataIncident]) -> Iterator[Finding]:
    if not (statement.start and statement.end and statement.signed_on):
        return
    for incident in happened:
        moment = incident.occurred or incident.discovered
        if moment is None or incident.discovered is None:
            yield gap(
                "事件时间缺失，声明是否属实不明",
                "a moment of the incident is missing: whether the statement is true cannot be told",
                at=incident.origin,
            )
            continue
        inside = statement.start <= moment.astimezone(CHINA).date() <= statement.end
        if inside and incident.discovered.astimezone(CHINA).date() < statement.signed_on:
            yield breach(
                "声明无事件的期间内有已获知的事件", "an incident was known inside a stretch that was stated to have none",
                at=statement.origin, incident=incident.id, person=statement.person,
            )  # fmt: skip


_DAY = date(2026, 11, 20)


def _told(*spans: tuple[str, str, str]) -> list[IncidentFreeStatement]:
    return [IncidentFreeStatement(person="王五", start=a, end=b, signed_on=c) for a, b, c in spans]  # type: ignore[arg-type]


@incident_register_is_kept.example(Verdict.PASS)
def two_statements_cover_the_year() -> tuple[None, list[IncidentFreeStatement], date]:
    """One for the half year before, one since."""
    return None, _told(("2025-11-01", "2026-04-30", "2026-05-06"), ("2026-05-01", "2026-10-31", "2026-11-03")), _DAY


@incident_register_is_kept.example(Verdict.FAIL)
def stated_none_and_knew_of_one() -> tuple[list[DataIncident], list[IncidentFreeStatement], date]:
    """A leak of March was known when none was stated for the half year."""
    incident = DataIncident.model_validate({"id": "SJ-1", "occurred": "2026-03-02 08:00", "discovered": "2026-03-02 09:30"})
    return [incident], _told(("2025-11-01", "2026-04-30", "2026-05-06")), _DAY


@incident_register_is_kept.example(Verdict.INCONCLUSIVE)
def a_month_without_statement() -> tuple[None, list[IncidentFreeStatement], date]:
    """Nobody vouches for May."""
    return None, _told(("2025-11-01", "2026-04-30", "2026-05-06"), ("2026-06-01", "2026-10-31", "2026-11-03")), _DAY
