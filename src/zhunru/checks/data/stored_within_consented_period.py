"""Data are stored no longer than was agreed to."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_periods import is_far
from zhunru.records.consent import Consent
from zhunru.records.consent_span import by_person, covering, end_of
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, needs_consent, rule_at


@check("miit-2021-103/1.4", "gb-t-44464-2024/5.1.4", "pipl-2021/19", title_zh="存储期限不超出同意的期限", since="0.3")
def stored_within_consented_period(events: list[DataEvent], consents: list[Consent], functions: list[PiFunction]) -> Iterator[Finding]:
    """Whatever is stored under a consent is stored until the end of that consent at the latest.

    Why:
        A consent for a week that fills a store for a year was not honoured.

    为什么:
        同意一周而存一年，就是没有遵守同意。

    How it decides:
        1. Events of storage by functions that need consent; function, time, person, or end of storage not told: gap.
        2. The longest consent of that person to that function that holds at that time: stored until its end or earlier: ok; longer: breach.
           On one day, of which only one has a clock time: gap.
        3. Stored until a year that stands for `never`, or until before it was stored; no consent holds for certain, another answer may hold longer, or its end is not told: gap.
        4. A function that needs consent and of which no storage is logged: gap. Nothing judged: gap.

    Inconclusive:
        Ends of storage or consents are not told, or no storage is logged.

    Not covered:
        Whether data are really gone at that time: deletion is judged elsewhere. Storage without consent is judged elsewhere too.

    未覆盖:
        期满后数据是否确已删除、未经同意的存储，均另行判定。

    Args:
        events: Log of processing with the planned end of each storage.
        consents: Answers of persons.
        functions: List of functions.

    References:
        GB/T 44464-2024 5.1.4; 个人信息保护法 article 19 (G).
    """
    rules, answers = by_function(functions), by_person(consents)
    logged: set[str] = set()
    for event in events:
        versions = rules.get(bare(event.function), [])
        if event.event != "store" or (versions and all(needs_consent(v) is False for v in versions)):
            continue
        logged.add(bare(event.function))
        # (1) told
        rule = rule_at(versions, event.at) if event.at else None
        if rule and needs_consent(rule) is False:
            continue
        if rule is None or needs_consent(rule) is None or not event.person or event.stored_until is None:
            yield gap(
                "存储的功能、时间、主体或期限未说明",
                "function, time, person or end of the storage is not told",
                at=event.origin,
                function=event.function,
            )
        else:
            yield _stored(event, answers.get((bare(event.person), bare(event.function)), []))
    # (4) functions without storage
    for name, versions in sorted(rules.items()):
        if any(needs_consent(v) for v in versions) and name not in logged:
            yield gap("日志中没有该功能的存储", "no storage by this function is logged", at=versions[0].origin, function=versions[0].id)
    if not logged:
        yield gap("没有可判定的存储", "no storage could be judged", events=len(events))


def _stored(event: DataEvent, consents: list[Consent]) -> Finding:
    facts: dict[str, Any] = {"at": event.origin, "function": event.function}
    held = covering(consents, event.at) if event.at else []
    ends = [end_of(c) for c in held]
    finite = [e.at for e in ends if e.at is not None]
    # (3) cannot be told
    if not held or event.at is None or event.stored_until is None:
        return gap("存储时是否有同意无法判断", "no consent holds for certain when it was stored", **facts)
    if is_far(event.stored_until) or event.stored_until < event.at:
        return gap("存储没有期限，或止于存储之前", "stored without end, or until before it was stored", **facts)
    if len(finite) < len(ends):
        return ok("同意没有期限，存储有期限", "the consent has no end, the storage has", **facts)
    # (2) until its end
    latest = max(finite)
    if untimed(event.stored_until, latest):
        return gap("存储与同意同日到期，先后无法判断", "storage and consent end on one day", **facts)
    if event.stored_until <= latest:
        return ok("存储不超出同意期限", "stored no longer than agreed", **facts)
    open_ones = [c for c in consents if c not in held and c.answer != "refused" and not end_of(c).known]
    if open_ones:
        return gap("另有期限不明的同意", "another consent without a known end", **facts)
    return breach(
        "存储超出同意期限", "stored longer than agreed", **facts,
        measured=event.stored_until.isoformat(), limit=latest.isoformat(), unit="time",
    )  # fmt: skip


_Case = tuple[list[DataEvent], list[Consent], list[PiFunction]]


def _case(until: str, **changed: object) -> _Case:
    consent = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2026-03-01 12:00", "period": "7天"}
    return (
        [DataEvent.model_validate({"function": "F-1", "at": "2026-03-02 12:00", "event": "存储", "person": "p-1", "stored_until": until})],
        [Consent.model_validate(consent | changed)],
        [PiFunction.model_validate({"id": "F-1", "personal": "是", "exception": "无"})],
    )


@stored_within_consented_period.example(Verdict.PASS)
def until_the_last_minute() -> _Case:
    """Stored until the end of the consented week."""
    return _case("2026-03-08 12:00")


@stored_within_consented_period.example(Verdict.FAIL)
def a_minute_longer() -> _Case:
    """One minute beyond the week."""
    return _case("2026-03-08 12:01")


@stored_within_consented_period.example(Verdict.INCONCLUSIVE)
def end_not_told() -> _Case:
    """The log does not say how long it is stored."""
    return _case("")
