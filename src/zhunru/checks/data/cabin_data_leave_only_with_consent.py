"""Cabin data leave the vehicle only with consent to just that."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, YES
from zhunru.formulas.written_names import bare
from zhunru.records.consent import Consent
from zhunru.records.consent_span import by_person, covering, covers
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, needs_consent, processes_personal, rule_at

_OUT = {"upload", "provide"}


@check("miit-2021-103/1.4", "gb-t-44464-2024/5.1.3", "gb-t-44464-2024/D.6.1", title_zh="座舱数据未经同意不向车外提供", since="0.3")
def cabin_data_leave_only_with_consent(events: list[DataEvent], consents: list[Consent], functions: list[PiFunction]) -> Iterator[Finding]:
    """Every upload of cabin data lies inside a consent that includes provision outside the vehicle.

    Why:
        Voice and pictures from inside a car are the most private that it has; agreeing to their use in the car is not agreeing to send them.

    为什么:
        车内的声音和影像最为私密；同意在车内使用，不等于同意送出车外。

    How it decides:
        1. Functions on cabin data that need consent; surroundings or need not told, or marked to be on no person although it sends: judged
           alike, but a breach is a gap. An upload of a function that is not in the list: gap.
        2. Each upload or provision: inside a consent that includes provision outside: ok; without consent at that time, or with consents none of
           which includes it: breach; whether they do is not told, or the time, the person or the version is not told: gap.
        3. Sent with consent, or exempt from it, by a function that is declared not to send: gap, since list and log contradict each other.
        4. A function with events, none of them an upload: ok, unless it is declared to send: gap. A cabin function without any event: gap.
        5. No cabin function in the list: gap.

    Inconclusive:
        Consents, times, persons or surroundings are not told; a cabin function has no event.

    Not covered:
        Uploads that the log does not hold: the capture of D.6.1 tells.

    未覆盖:
        日志之外的上传，由 D.6.1 的抓包判定。

    Args:
        events: Log of processing.
        consents: Answers of persons.
        functions: List of functions.

    References:
        GB/T 44464-2024 5.1.3, D.6.1.
    """
    answers, rules = by_person(consents), by_function(functions)
    cabin = False
    for event in events:
        if event.event in _OUT and bare(event.function) not in rules:
            yield gap("外传的功能不在清单中", "a function that sends is not in the list", at=event.origin, function=event.function)
    for name, versions in sorted(rules.items()):
        # (1) cabin functions
        mine = [e for e in events if bare(e.function) == name]
        out = [e for e in mine if e.event in _OUT]
        if all(v.surroundings in {"exterior", "vehicle"} or (needs_consent(v) is False and not (out and _impersonal(v))) for v in versions):
            continue
        cabin |= any(v.surroundings == "cabin" for v in versions)
        for event in out:
            yield _upload(event, versions, answers)
        # (4) nothing sent
        if any(e.event is None for e in mine):
            yield gap("处理环节未说明", "what the function did is not told", at=mine[0].origin, function=mine[0].function)
        elif mine and not out and any(v.uploads for v in versions):
            yield gap(
                "声明外传的功能没有外传记录", "declared to send, and nothing sent is logged", at=mine[0].origin, function=mine[0].function
            )
        elif mine and not out:
            yield ok(
                "有处理而未向车外提供",
                "processed, and nothing sent out",
                at=mine[0].origin,
                function=mine[0].function,
                measured=len(mine),
                unit="events",
            )
        elif not mine:
            yield gap("日志中没有该座舱功能", "this function is not in the log", at=versions[0].origin, function=versions[0].id)
    # (5) nothing
    if not cabin:
        yield gap("功能清单中没有座舱数据功能", "no function of the list is on cabin data", functions=len(functions))


def _upload(event: DataEvent, versions: list[PiFunction], answers: dict[tuple[str, str], list[Consent]]) -> Finding:
    if not event.at or not (rule := rule_at(versions, event.at)):
        return gap(
            "上传时间或当时规则未说明",
            "time of the upload, or the rules at that time, are not told",
            at=event.origin,
            function=event.function,
        )
    # (2) consent to just that
    mine = answers.get((bare(event.person or ""), bare(event.function)), [])
    exempt = needs_consent(rule) is False and not _impersonal(rule)
    if exempt or any(c.outside for c in covering(mine, event.at)):
        # (3) declared to stay inside
        if rule.uploads is False:
            return gap(
                "声明不外传的座舱功能有外传", "a cabin function declared not to send has sent", at=event.origin, function=event.function
            )
        if exempt:
            return ok("当时规则不须同意", "the rules of that time need no consent", at=event.origin, function=event.function)
        return ok("经同意向车外提供", "sent out with consent", at=event.origin, function=event.function)
    none = covers(mine, event.at) == NO
    # a further answer that may hold as well could include it
    refused = covers(mine, event.at) == YES and all(c.outside is False for c in mine)
    sure = rule.surroundings == "cabin" and needs_consent(rule) is True
    if sure and (none or refused):
        return breach("未经同意向车外提供座舱数据", "cabin data sent out without consent", at=event.origin, function=event.function)
    return gap("是否同意向车外提供无法判断", "whether sending out was agreed to cannot be told", at=event.origin, function=event.function)


def _impersonal(rule: PiFunction) -> bool:
    """Tell whether a function is exempt only because its row says that cabin data are of nobody."""
    return rule.surroundings not in {"exterior", "vehicle"} and processes_personal(rule) is False and rule.exception in {None, "none"}


_Case = tuple[list[DataEvent], list[Consent], list[PiFunction]]


def _case(event: str = "上传", **changed: object) -> _Case:
    consent = {
        "person": "p-1",
        "function": "F-1",
        "answer": "同意",
        "given_at": "2026-03-01 12:00",
        "until": "2026-03-08 12:00",
        "outside": "是",
    }
    return (
        [DataEvent.model_validate({"function": "F-1", "at": "2026-03-02 12:00", "event": event, "person": "p-1"})],
        [Consent.model_validate(consent | changed)],
        [PiFunction.model_validate({"id": "F-1", "personal": "是", "exception": "无", "surroundings": "座舱", "uploads": "是"})],
    )


@cabin_data_leave_only_with_consent.example(Verdict.PASS)
def agreed_to_sending() -> _Case:
    """The person agreed to provision outside as well."""
    return _case()


@cabin_data_leave_only_with_consent.example(Verdict.PASS)
def used_in_the_car_only() -> _Case:
    """Collected, never sent."""
    events, consents, functions = _case("收集", outside="否")
    return events, consents, [f.model_copy(update={"uploads": False}) for f in functions]


@cabin_data_leave_only_with_consent.example(Verdict.FAIL)
def agreed_to_use_in_the_car_only() -> _Case:
    """The consent does not include sending."""
    return _case(outside="否")


@cabin_data_leave_only_with_consent.example(Verdict.FAIL)
def sent_before_the_answer() -> _Case:
    """The upload came a day before the consent."""
    return _case(given_at="2026-03-03 12:00")


@cabin_data_leave_only_with_consent.example(Verdict.INCONCLUSIVE)
def sending_is_not_told() -> _Case:
    """Whether the consent includes sending is blank."""
    return _case(outside="")
