"""After a consent has expired the person is asked again before anything goes on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, YES
from zhunru.formulas.written_names import bare
from zhunru.records.consent import Consent
from zhunru.records.consent_span import by_person, covers, end_of
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, needs_consent, rule_at


@check("miit-2021-103/1.4", "gb-t-44464-2024/5.2.3.1", "gb-t-44464-2024/D.2", title_zh="同意到期后重新取得同意方继续处理", since="0.3")
def consent_is_renewed_on_expiry(events: list[DataEvent], consents: list[Consent], functions: list[PiFunction]) -> Iterator[Finding]:
    """Whatever is processed after a consent has expired rests on a new answer of that person.

    Why:
        A period that nobody acts on when it ends is no period.

    为什么:
        到期而无人理会的期限，等于没有期限。

    How it decides:
        1. Consents that have expired before a later event of the same person and function, for which consent is needed by the rules of then.
        2. The event lies inside another consent: ok, renewed. It lies inside none for certain: breach.
        3. It cannot be told, or the end of a consent and the event lie on one day without a clock time: gap.
        4. Asked again and refused, and nothing processed since: ok.
        5. No expired consent with a later event or refusal: gap, for nothing was seen.

    Inconclusive:
        No consent has expired in the evidence, or ends, answers and times are not told.

    Not covered:
        Whether the question was asked in time and plainly.

    未覆盖:
        再次询问是否及时、清楚。

    Args:
        events: Log of processing.
        consents: Answers of persons.
        functions: List of functions.

    References:
        GB/T 44464-2024 5.2.3.1, D.2.2.
    """
    rules = by_function(functions)
    log = _by_person(events)
    seen = False
    for key, answers in sorted(by_person(consents).items()):
        ends = [end.at for c in answers if c.answer == "agreed" and (end := end_of(c)).at is not None]
        later = [(at, e) for at, e in log.get(key, []) if any(end < at or untimed(end, at) for end in ends)]
        for at, event in later:
            rule = rule_at(rules.get(key[1], []), at)
            if rule and needs_consent(rule) is False:
                continue
            seen = True
            yield _judged(event, covers(answers, at) if rule and needs_consent(rule) else None)
        # (4) refused when asked again
        refusals = [c for c in answers if c.answer == "refused" and c.given_at and any(c.given_at > end for end in ends)]
        if refusals and not later:
            seen = True
            yield ok(
                "到期后询问被拒绝，未再处理", "asked again and refused, nothing processed since", at=refusals[0].origin, function=key[1]
            )
    # (5) nothing
    if not seen:
        yield gap("证据中没有到期之后的处理或询问", "nothing was processed or asked after an expiry", consents=len(consents))


def _judged(event: DataEvent, covered: int | None) -> Finding:
    facts: dict[str, Any] = {"at": event.origin, "function": event.function}
    # (1) and (2) renewed
    if covered == YES:
        return ok("到期后已重新取得同意", "renewed after expiry", **facts)
    if covered == NO:
        return breach("到期后未重新取得同意即处理", "processed after expiry without a new consent", **facts)
    # (3) cannot be told
    return gap("到期后是否重新取得同意无法判断", "whether consent was renewed cannot be told", **facts)


def _by_person(events: list[DataEvent]) -> dict[tuple[str, str], list[tuple[datetime, DataEvent]]]:
    found: dict[tuple[str, str], list[tuple[datetime, DataEvent]]] = {}
    for event in events:
        if event.event != "delete" and event.person and event.at:
            found.setdefault((bare(event.person), bare(event.function)), []).append((event.at, event))
    return found


_Case = tuple[list[DataEvent], list[Consent], list[PiFunction]]


def _case(*answers: dict[str, str], at: str = "2026-03-09 12:00") -> _Case:
    first = {"answer": "同意", "given_at": "2026-03-01 12:00", "period": "7天"}
    return (
        [DataEvent.model_validate({"function": "F-1", "at": at, "event": "收集", "person": "p-1"})],
        [Consent.model_validate({"person": "p-1", "function": "F-1"} | a) for a in (first, *answers)],
        [PiFunction.model_validate({"id": "F-1", "personal": "是", "exception": "无"})],
    )


@consent_is_renewed_on_expiry.example(Verdict.PASS)
def agreed_again() -> _Case:
    """The person agreed again before the next collection."""
    return _case({"answer": "同意", "given_at": "2026-03-09 11:00", "period": "7天"})


@consent_is_renewed_on_expiry.example(Verdict.PASS)
def refused_the_second_time() -> _Case:
    """Asked again, refused, and nothing collected since."""
    return _case({"answer": "拒绝", "given_at": "2026-03-09 13:00"}, at="2026-03-02 12:00")


@consent_is_renewed_on_expiry.example(Verdict.FAIL)
def went_on() -> _Case:
    """Collected a day after the week was over."""
    return _case()


@consent_is_renewed_on_expiry.example(Verdict.INCONCLUSIVE)
def nothing_expired() -> _Case:
    """The week is not over."""
    return _case(at="2026-03-02 12:00")
