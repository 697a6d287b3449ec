"""Nothing is processed before consent, after its end, or after its withdrawal."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, YES
from zhunru.formulas.written_names import bare
from zhunru.records.consent import Consent
from zhunru.records.consent_span import by_person, covers
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, needs_consent, rule_at


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.1.1", "gb-t-44464-2024/D.2", "cac-2021-7/8", "pipl-2021/14",
    title_zh="同意之前、到期之后和撤回之后均未处理个人信息", since="0.3",
)  # fmt: skip
def collected_only_with_consent(events: list[DataEvent], consents: list[Consent], functions: list[PiFunction]) -> Iterator[Finding]:
    """Every event of processing that needs consent lies inside a consent of that person to that function.

    Why:
        The log shows what the settings page promises.

    为什么:
        设置页面承诺的，由日志证明。

    How it decides:
        1. Events other than deletion, of functions that process personal information and need consent by the version of their rules at that
           time. What was done before a withdrawal stays lawful and is judged by the consent of its time.
        2. Inside a consent, its edges included: ok. Before every answer, after the end, after the withdrawal, or after a refusal: breach.
        3. No answer of this person to this function on record, order on one day, end or answer not told: gap.
        4. Time, person or kind of the event, the function, or its need of consent is not told: gap. An event without a person of a function
           that needs no consent is left out.
        5. A function that needs consent and of which nothing is logged: gap. Nothing judged at all: gap.

    Inconclusive:
        Answers, times, persons or functions are missing; a function is not in the log.

    Not covered:
        What was processed and never logged (traffic and memory tell); clocks of two logs that differ; which items inside a function were agreed to.

    未覆盖:
        未记入日志的处理（由抓包和存储检查判定）；两份日志的时钟偏差；功能之内逐项数据的同意范围。

    Args:
        events: Log of processing.
        consents: Answers of persons.
        functions: List of functions with the versions of their rules.

    References:
        GB/T 44464-2024 5.1.1, D.2; 若干规定 article 8 (G); 个人信息保护法 article 14 (G).
    """
    rules, answers = by_function(functions), by_person(consents)
    logged: set[str] = set()
    for event in events:
        # (1) which events
        versions = rules.get(bare(event.function), [])
        rule = rule_at(versions, event.at) if event.at else None
        needs = needs_consent(rule) if rule else None
        if event.event == "delete" or needs is False or (versions and all(needs_consent(v) is False for v in versions)):
            continue
        # (4) not told
        if event.at is None or event.event is None or not needs or not event.person:
            yield gap(
                "事件的时间、主体、功能或是否须同意未说明", "time, person, function or need of consent is not told",
                at=event.origin, function=event.function,
            )  # fmt: skip
            continue
        logged.add(bare(event.function))
        yield _judged(event, covers(answers.get((bare(event.person), bare(event.function)), []), event.at))
    # (5) functions without an event
    for name, versions in sorted(rules.items()):
        if any(needs_consent(v) for v in versions) and name not in logged:
            yield gap("日志中没有该功能的处理", "nothing is logged of this function", at=versions[0].origin, function=versions[0].id)
    if not logged:
        yield gap("没有可判定的处理事件", "no event of processing could be judged", events=len(events))


def _judged(event: DataEvent, covered: int) -> Finding:
    facts: dict[str, Any] = {"at": event.origin, "function": event.function, "event": event.event}
    # (2) and (3) inside a consent
    if covered == YES:
        return ok("在同意范围内处理", "processed inside a consent", **facts)
    if covered == NO:
        return breach("未经同意、到期或撤回后仍处理", "processed without, after the end of, or after the withdrawal of consent", **facts)
    return gap("处理时是否有同意无法判断", "whether there was consent at that time cannot be told", **facts)


_Case = tuple[list[DataEvent], list[Consent], list[PiFunction]]


def _case(at: str = "2026-03-02 12:00", **changed: object) -> _Case:
    consent = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2026-03-01 12:00", "until": "2026-03-08 12:00"}
    return (
        [DataEvent.model_validate({"function": "F-1", "at": at, "event": "收集", "person": "p-1"})],
        [Consent.model_validate(consent | changed)],
        [PiFunction.model_validate({"id": "F-1", "personal": "是", "exception": "无"})],
    )


@collected_only_with_consent.example(Verdict.PASS)
def inside_the_week() -> _Case:
    """A day after a consent for a week."""
    return _case()


@collected_only_with_consent.example(Verdict.FAIL)
def before_the_answer() -> _Case:
    """A minute before the person agreed."""
    return _case("2026-03-01 11:59")


@collected_only_with_consent.example(Verdict.FAIL)
def after_the_withdrawal() -> _Case:
    """The consent was withdrawn an hour before."""
    return _case(withdrawn_at="2026-03-02 11:00")


@collected_only_with_consent.example(Verdict.INCONCLUSIVE)
def another_person() -> _Case:
    """No answer of this person is on record."""
    return _case(person="p-2")
