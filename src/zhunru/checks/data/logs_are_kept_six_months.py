"""Logs of processing, permissions and staff operations reach back six months."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.records.log_store import LogStore
from zhunru.records.told import told

_KINDS: Final = ("processing", "permission", "operation")
_DAYS_PER_MONTH: Final = 31


@check("miit-2021-103/1.5", "miit-2022-166/25", title_zh="数据处理、权限管理和人员操作日志至少保存六个月", since="0.3")
def logs_are_kept_six_months(
    stores: list[LogStore],
    day: date,
    *,
    months: Annotated[float, Limit("month", "miit-2022-166/25", "C")] = 6.0,
) -> Iterator[Finding]:
    """Each of the three kinds of logs can be read back over six calendar months without a break, or since the system began.

    Why:
        A leak is usually noticed months later; without logs nobody finds out who it was.

    为什么:
        泄露往往数月之后才被发现；没有日志，就查不出是谁。

    How it decides:
        1. Configured to keep less than `months` calendar months: breach. It stands for itself, whatever lies there today.
        2. The oldest event that can be read lies `months` calendar months or more before the day of looking, which is not in the future, and there
           is no break: ok.
        3. It lies less far back, and the system has written for less than that: configured to keep `months` or more, or a capacity by
           calculation of as many months of 31 days, and no break: ok. Neither configured nor calculated: gap.
        4. It lies less far back although the system has written for longer, and neither configuration nor capacity reaches: breach; one of them
           does, so that the two disagree: gap.
        5. A break: breach. Whether there is one, days or the start of the system not told, days in the wrong order: gap. So is a newest
           event that is itself older than the period, and a look that is as long ago: it says nothing of the logs of today.
        6. Kind not told, or one of the three kinds without a store: gap.

    Inconclusive:
        Days, breaks or configuration are not told, or a kind of log has no store.

    Not covered:
        Whether each operation is logged, and what the lines say.

    未覆盖:
        每项操作是否均有日志，以及日志的内容。

    Args:
        stores: Stores of logs.
        day: Day as of which is assessed.
        months: Calendar months.

    References:
        MIIT data measures 166号 article 25; data-and-cyber.md 6.7; 民法典 article 202.
    """
    for store in stores:
        # (6) which kind
        if store.logs is None:
            yield gap("日志种类未说明", "the kind of the log is not told", at=store.origin, store=store.id)
        elif store.logs in _KINDS:
            yield _judged(store, day, round(months))
    for kind in _KINDS:
        if not any(s.logs == kind for s in stores):
            yield gap("该类日志没有登记", "no store of this kind of log is listed", logs=kind)


def _judged(store: LogStore, day: date, months: int) -> Finding:
    facts: dict[str, Any] = {"at": store.origin, "store": store.id, "limit": months, "unit": "month"}
    # (1) configured
    if store.retention_months is not None and store.retention_months < months:
        return breach("设定的保存期限不足", "configured to keep too short", **facts | {"measured": store.retention_months})
    if store.complete is False:  # (5)
        return breach("日志有缺失", "the log has a break", **facts)
    first, last, looked = _day(store.first_event), _day(store.last_event), _day(store.read_at)
    if not first or not last or not looked or not first <= last <= looked <= day or store.complete is None:
        return gap(
            "日志的时间、是否连续未说明或矛盾", "days of the log, or whether it has a break, are not told or contradict each other", **facts
        )
    if last_day_after_months(last, months) < looked:
        return gap(
            "最近事件已在期限之前：此后有无日志不明", "the newest event lies before the whole period: what came since is not told", **facts
        )
    if last_day_after_months(looked, months) < day:
        return gap("查看日志已久，现状不明", "the logs were looked at too long ago", **facts, looked=str(looked))
    return _reach(store, first, looked, months)


def _reach(store: LogStore, first: date, looked: date, months: int) -> Finding:
    facts: dict[str, Any] = {
        "at": store.origin,
        "store": store.id,
        "limit": months,
        "unit": "month",
        "oldest": str(first),
        "looked": str(looked),
    }
    # (2) far enough
    if last_day_after_months(first, months) <= looked:
        return ok("可回溯期限足够", "it reaches back far enough", **facts)
    able, began = _able(store, months), _day(store.running_since)
    if began is None or began > first:
        return gap("系统启用时间未说明或矛盾", "since when the system writes is not told, or contradicts the oldest event", **facts)
    # (3) a young system
    young = last_day_after_months(began, months) > looked
    if young and able:
        return ok("系统启用不足期限，设定或容量足够", "a young system, configured or able to keep long enough", **facts)
    if young:
        return gap("启用不足期限，且保存设定未说明", "a young system, and how long it keeps is not told", **facts)
    # (4) an older one
    if able:
        return gap("设定与可回溯期限不一致", "configuration and the oldest event disagree", **facts)
    return breach("日志保存不足六个月", "the logs do not reach back far enough", **facts)


def _able(store: LogStore, months: int) -> bool:
    by_capacity = store.capacity_days is not None and store.capacity_days >= months * _DAYS_PER_MONTH and told(store.calculation) == "yes"
    return store.retention_months is not None or by_capacity


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(CHINA).date() if moment else None


_Case = tuple[list[LogStore], date]


def _case(first: str = "2025-07-01 12:00", **changed: object) -> _Case:
    plain = {
        "running_since": "2024-01-01 12:00",
        "first_event": first,
        "last_event": "2025-12-31 12:00",
        "read_at": "2026-01-01 12:00",
        "complete": "是",
    }
    stores = [LogStore.model_validate(plain | {"id": f"L-{k}", "logs": k}) for k in _KINDS[1:]]
    return [LogStore.model_validate(plain | {"id": "L-1", "logs": "processing"} | changed), *stores], date(2026, 1, 2)


@logs_are_kept_six_months.example(Verdict.PASS)
def six_calendar_months() -> _Case:
    """From 1 July to 1 January."""
    return _case()


@logs_are_kept_six_months.example(Verdict.FAIL)
def three_months_configured() -> _Case:
    """Configured to three months."""
    return _case(retention_months="3")


@logs_are_kept_six_months.example(Verdict.FAIL)
def a_day_too_young() -> _Case:
    """The oldest event is of 2 July, though the system has run for two years."""
    return _case("2025-07-02 12:00", first_event="2025-07-02 12:00")


@logs_are_kept_six_months.example(Verdict.INCONCLUSIVE)
def nobody_looked_for_breaks() -> _Case:
    """Whether the log has breaks is not told."""
    return _case(complete="")
