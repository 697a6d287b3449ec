"""Nothing leaves the vehicle but what is declared and necessary."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, processes_personal, rule_at
from zhunru.records.told import told

_OUT = {"upload", "provide"}


@check(
    "miit-2021-103/1.4",
    "cac-2021-7/6.1",
    "gb-t-44464-2024/6.1",
    title_zh="除确有必要并已声明外，不向车外提供个人信息和重要数据",
    since="0.3",
)
def uploads_are_declared_and_necessary(events: list[DataEvent], functions: list[PiFunction], subject: Subject) -> Iterator[Finding]:
    """Each function that sends personal information or important data out of the vehicle declares it with a reason; no other sends.

    Why:
        What never leaves the car cannot leak from a cloud.

    为什么:
        从未离开车辆的数据，不会从云端泄露。

    How it decides:
        1. Functions that process personal information or important data by any version; marks not told: a breach is a gap.
        2. Declared to send, with a reason: ok; the reason is said to be none: breach; blank: gap. Not told whether it sends: gap.
        3. Declared not to send in every version, or in that of the time, and the log holds an upload or provision: breach. Declared so in every
           version and in the log without one: ok. It is not in the log: gap.
        4. An event of a function that is not in the list and sends: gap. The kind of an event not told: gap.
        5. Each kind of data that the product is declared to process has a function in the list: else gap.

    Inconclusive:
        Declarations, reasons, marks or events are not told; a function has no event.

    Not covered:
        Whether the reason is good; uploads that the log does not hold: captures tell.

    未覆盖:
        必要性理由是否成立；日志之外的上传由抓包判定。

    Args:
        events: Log of processing.
        functions: List of functions.
        subject: Product under assessment.

    References:
        若干规定 article 6(1); GB/T 44464-2024 6.1.
    """
    rules = by_function(functions)
    log: dict[str, list[DataEvent]] = {}
    for event in events:
        log.setdefault(bare(event.function), []).append(event)
        if event.event is None or (event.event in _OUT and bare(event.function) not in rules):
            yield gap(
                "日志中的事件种类或功能无法对应", "kind or function of an event cannot be told", at=event.origin, function=event.function
            )  # (4)
    for name, versions in sorted(rules.items()):
        # (1) which functions
        marks = [(processes_personal(v), v.important) for v in versions]
        if all(m == (False, False) for m in marks):
            continue
        sure = any(True in m for m in marks)
        # (3) what the log shows
        if all(v.uploads is False for v in versions):
            yield _silent(versions[0], log.get(name, []), sure=sure)
        else:  # (2) declared
            for function in versions:
                if function.uploads is not False:
                    yield _declared(function, sure=sure)
            against = [e for e in log.get(name, []) if e.event in _OUT and e.at and (r := rule_at(versions, e.at)) and r.uploads is False]
            if against:
                yield _silent(versions[0], against, sure=sure)
    # (5) kinds of data of the product
    held = {"personal": any(processes_personal(f) for f in functions), "important": any(f.important for f in functions)}
    wanted = {"personal": subject.personal_data, "important": subject.important_data}
    if lacking := [n for n, w in wanted.items() if w and not held[n]]:
        yield gap("清单中没有处理该类数据的功能", "no function of the list processes data of this kind", kinds="; ".join(lacking))


def _declared(function: PiFunction, *, sure: bool) -> Finding:
    reason = told(function.necessity)
    if function.uploads and reason == "none" and sure:
        return breach("声明向车外提供而无必要性", "declared to send without a reason", at=function.origin, function=function.id)
    if not sure or not function.uploads or reason != "yes":
        return gap("是否向车外提供或其必要性未说明", "whether it sends, or why, is not told", at=function.origin, function=function.id)
    return ok("已声明并说明必要性", "declared with a reason", at=function.origin, function=function.id)


def _silent(function: PiFunction, events: list[DataEvent], *, sure: bool) -> Finding:
    sent = [e for e in events if e.event in _OUT]
    if sent and sure:
        return breach(
            "未声明而向车外提供",
            "sent out without being declared",
            at=sent[0].origin,
            function=function.id,
            measured=len(sent),
            unit="events",
        )
    if sent or not events or not sure:
        return gap(
            "日志中没有该功能，或其数据种类未说明",
            "not in the log, or its kinds of data are not told",
            at=function.origin,
            function=function.id,
        )
    return ok(
        "日志中未见向车外提供",
        "in the log, and nothing sent out",
        at=function.origin,
        function=function.id,
        measured=len(events),
        unit="events",
    )


_Case = tuple[list[DataEvent], list[PiFunction], Subject]


def _case(event: str = "收集", **changed: object) -> _Case:
    plain = {"id": "F-1", "personal": "是", "important": "否", "uploads": "否"}
    events = [DataEvent.model_validate({"function": "F-1", "at": "2026-03-02 12:00", "event": event})]
    return events, [PiFunction.model_validate(plain | changed)], Subject(name="样车一号", maker="示例汽车")


@uploads_are_declared_and_necessary.example(Verdict.PASS)
def processed_in_the_car() -> _Case:
    """Declared not to send, and the log agrees."""
    return _case()


@uploads_are_declared_and_necessary.example(Verdict.PASS)
def declared_with_reason() -> _Case:
    """Remote help in an emergency needs the position outside."""
    return _case("上传", uploads="是", necessity="紧急呼叫须提供位置")


@uploads_are_declared_and_necessary.example(Verdict.FAIL)
def sent_without_being_declared() -> _Case:
    """The log holds an upload of a function that is declared not to send."""
    return _case("上传")


@uploads_are_declared_and_necessary.example(Verdict.INCONCLUSIVE)
def no_reason_given() -> _Case:
    """Declared to send, and the reason is blank."""
    return _case("上传", uploads="是")
