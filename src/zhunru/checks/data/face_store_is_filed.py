"""Stores of face information are filed in time."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.working_days import add_working_days
from zhunru.records.face_store import FaceStore
from zhunru.records.told import certainly_blank, told


@check("miit-2021-103/1.4", "face-2025/15", title_zh="人脸信息达到十万人的按时备案，变更和停止按时办理", since="0.3")
def face_store_is_filed(
    stores: list[FaceStore],
    day: date,
    *,
    persons: Annotated[float, Limit("persons", "face-2025/15", "C")] = 100_000.0,
    within: Annotated[float, Limit("working day", "face-2025/15", "C")] = 30.0,
) -> Iterator[Finding]:
    """Each store that reached `persons` was filed within `within` working days, and so was every change and end.

    Why:
        A hundred thousand faces are a treasure for whoever steals them; the authority has to know where they lie.

    为什么:
        十万张人脸对窃取者是宝藏；主管部门须知道它们在哪里。

    How it decides:
        1. A store of fewer than `persons` as counted by the day, with no day on which it reached them: ok, no filing needed; day of the count not
           told: gap. From exactly `persons` on it is needed, also when the number fell later.
        2. The last day is the working day `within` working days after the day of reaching, changing or stopping, which is not counted. Filed by
           then, not before it: ok; later: breach.
        3. Not filed: the last day has passed: breach; not yet: in time so far.
        4. Number, day of reaching, or a filing cell that is not certainly blank; a day in the future or in the wrong order; a filing without its
           number; a year that the calendar does not know: gap.
        5. No store: gap.

    Inconclusive:
        Numbers or days are missing or contradict each other; the calendar does not know the year; nothing is listed.

    Not covered:
        How persons were counted; stores that are not listed; purposes of the use.

    未覆盖:
        人数如何统计；未列出的信息库；使用目的。

    Args:
        stores: Stores of face information.
        day: Day as of which is assessed.
        persons: Number of persons from which a store is filed.
        within: Working days.

    References:
        Face rules article 15; 民法典 article 201; State Council notices on holidays.
    """
    for store in stores:
        facts: dict[str, Any] = {"at": store.origin, "store": store.id}
        # (1) whether it is needed
        if store.persons is not None and store.persons < persons and certainly_blank(store, "reached_on"):
            if store.counted_on is None or store.counted_on > day:
                yield gap("人数的统计日期未说明", "the day of the count is not told", **facts)
                continue
            yield ok("未达备案人数", "fewer persons than need a filing", **facts, measured=store.persons, limit=persons, unit="persons")
            continue
        yield _filed(store, "reached_on", "filed_on", day, int(within))
        for event, filing in (("changed_on", "change_filed_on"), ("stopped_on", "stop_filed_on")):
            if getattr(store, event) is not None:
                yield _filed(store, event, filing, day, int(within))
    # (5) nothing
    if not stores:
        yield gap("没有人脸信息库登记", "no store of face information is listed")


def _filed(store: FaceStore, event: str, filing: str, day: date, within: int) -> Finding:
    facts: dict[str, Any] = {"at": store.origin, "store": store.id, "event": event}
    begun: date | None = getattr(store, event)
    filed: date | None = getattr(store, filing)
    # (4) cannot be told
    if begun is None or begun > day or (filed is not None and (filed < begun or filed > day)):
        return gap("备案的日期缺失或矛盾", "days of the filing are missing or contradict each other", **facts)
    last = add_working_days(china(), begun, within)
    if last is None:
        return gap("日期超出工作日历的年份", "a day lies outside the years of the calendar", **facts)
    facts |= {"last_day": str(last), "limit": within, "unit": "working day"}
    # (2) filed
    if filed is not None and filed > last:
        return breach("备案超过期限", "filed too late", **facts, filed=str(filed))
    if filed is not None:
        return (
            ok("按时备案", "filed in time", **facts)
            if told(store.filing_number) == "yes"
            else gap("备案编号未填", "the number of the filing is not told", **facts)
        )
    # (3) not filed
    if not certainly_blank(store, filing):
        return gap("备案日期无法识别", "the day of the filing cannot be read", **facts)
    return breach("到期未备案", "not filed by the last day", **facts) if day > last else ok("尚在备案期限内", "in time so far", **facts)


_Case = tuple[list[FaceStore], date]


def _case(**changed: object) -> _Case:
    plain = {
        "id": "FS-1",
        "persons": "100000",
        "counted_on": "2026-05-29",
        "reached_on": "2026-03-02",
        "filed_on": "2026-04-14",
        "filing_number": "备-2026-1",
    }
    return [FaceStore.model_validate(plain | changed)], date(2026, 6, 1)


@face_store_is_filed.example(Verdict.PASS)
def on_the_thirtieth() -> _Case:
    """Exactly 100,000 persons, filed on the thirtieth working day."""
    return _case()


@face_store_is_filed.example(Verdict.PASS)
def one_person_fewer() -> _Case:
    """99,999 persons need no filing."""
    return _case(persons="99999", reached_on="", filed_on="", filing_number="")


@face_store_is_filed.example(Verdict.FAIL)
def on_the_thirty_first() -> _Case:
    """One working day late."""
    return _case(filed_on="2026-04-15")


@face_store_is_filed.example(Verdict.FAIL)
def never_filed() -> _Case:
    """The last day has passed."""
    return _case(filed_on="", filing_number="")


@face_store_is_filed.example(Verdict.INCONCLUSIVE)
def day_of_reaching_unknown() -> _Case:
    """100,000 persons, and nobody knows since when."""
    return _case(reached_on="")
