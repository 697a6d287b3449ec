"""The user is told five contents before an update is executed."""

from collections.abc import Iterator
from typing import Annotated, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.three_valued import NO, YES
from zhunru.formulas.written_names import bare
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, precedes, says_nothing, topics_of, update_runs

_CONTENTS: Final = ("purpose", "changes", "duration", "unavailable", "instructions")
_NEVER_NONE: Final = ("purpose", "duration", "instructions")
"""Contents of which no update has none."""
_RECALL: Final = ("召回", "缺陷", "recall")


@check(
    "miit-2021-103/3.6",
    "gb-44496-2024/5.2.1.a",
    "gb-44496-2024/5.2.1.b",
    "gb-44496-2024/5.2.1.c",
    "gb-44496-2024/5.2.1.d",
    "gb-44496-2024/5.2.1.e",
    "gb-44496-2024/4.2.9",
    "gb-44496-2024/6.5",
    title_zh="执行升级前已告知用户五项内容",
    since="0.2",
)
def user_is_told_before_execution(
    events: list[UpdateEvent],
    campaigns: list[UpdateCampaign] | None,
    *,
    clock_s: Annotated[float, Limit("s", "gb-44496-2024/6.5", "P")] = 2.0,
) -> Iterator[Finding]:
    """Before each execution the user of that car is told purpose, changed functions if any, duration, unavailable functions and precautions.

    Why:
        Whoever is not told cannot decide, and does not know that the car will be unusable, for how long and what to keep off.

    为什么:
        未被告知的用户无从决定，也不知道车辆将有多久不能使用、期间应注意什么。

    How it decides:
        1. Take each car and activity in whose log an execution began; events without a time are a gap.
        2. Of a car whose log holds no notice at all, only that the display log may be missing is known: gap.
        3. A content counts when a notice of that topic with text, value or duration was shown before the first start; shown after it: breach;
           at the same tick or within the distance of two clocks: gap; an empty text, or `none` where there is always something to tell: gap; never shown although other contents were: breach.
        4. Changed functions are owed unless no row of the activity lists any; without a record of the activity their absence is a gap.
        5. Of an activity that carries out a recall, a purpose without any word of it is a gap.
        6. No execution: gap.

    Inconclusive:
        No execution or no notice in the log, times that are missing or too close, empty texts, an activity without a record.

    Not covered:
        Whether the texts are true and understandable; whether the activity changes functions that its record does not list: that is shown by
        the difference of functions. Whether 5.2.10 allows another channel than the vehicle.

    未覆盖:
        文本是否真实、易懂；活动是否改变了记录未列出的功能（由功能差异检查判定）；是否符合 5.2.10 以车外方式告知的条件。

    Args:
        events: Lines of display, vehicle and back-end logs.
        campaigns: Activities.
        clock_s: Distance that the clocks of two logs may have, seconds; our proposal.

    References:
        GB 44496-2024 5.2.1, 4.2.9, 6.5; UN R156 7.2.2.2; 103号 (三).
    """
    known: dict[str, list[UpdateCampaign]] = {}
    for campaign in campaigns or ():
        known.setdefault(bare(campaign.id), []).append(campaign)
    # (1) executions
    begun = executed(update_runs(events))
    for run in begun:
        for event in run.undated:
            yield gap("事件没有时间", "an event has no time", at=event.origin, vin=tail(run.vin))
        notices = run.of("notice")
        if not notices:  # (2)
            yield gap(
                "该车日志中有执行而没有任何告知：显示屏日志可能缺失", "an execution but no notice in the log of this car: the display log may be missing",
                at=run.of("start")[0].origin, vin=tail(run.vin), campaign=run.campaign,
            )  # fmt: skip
            continue
        for content in _CONTENTS:
            yield from _content(content, run, notices, known.get(bare(run.campaign), []), clock_s)
    # (6) nothing
    if not begun:
        yield gap("日志中没有升级执行", "no execution of an update is in the log", events=len(events))


def _content(content: str, run: UpdateRun, notices: list[UpdateEvent], activity: list[UpdateCampaign], clock_s: float) -> Iterator[Finding]:
    start = run.of("start")[0]
    mine = [e for e in notices if content in topics_of(e)]
    if content == "changes" and not mine and activity and not any(c.functions for c in activity):
        return  # (4) nothing to tell
    if not mine and content == "changes" and not activity:
        yield gap(
            "没有活动记录，不知是否有功能变更须告知", "no record of the activity tells whether changes were to be told", at=start.origin
        )
        return
    # (3) shown, with something in it, in time
    filled = [e for e in mine if e.duration_s is not None or any(t and not _says_nothing(content, t) for t in (e.text, e.value))]
    orders = [precedes(e, start, clock_s) for e in filled]
    told = filled[orders.index(YES)] if YES in orders else None
    if told:
        yield ok("执行前已告知", "told before the execution", at=told.origin, content=content, vin=tail(run.vin), campaign=run.campaign)
    elif not mine:
        yield breach(
            "执行前未告知该项内容",
            "this content was never told",
            at=start.origin,
            content=content,
            vin=tail(run.vin),
            campaign=run.campaign,
        )
    elif not filled:
        yield gap("告知记录没有文本", "the notice has no text in the log", at=mine[0].origin, content=content, vin=tail(run.vin))
    elif all(o == NO for o in orders) and len(filled) == len(mine):
        yield breach("执行开始之后才告知", "told only after the execution began", at=filled[0].origin, content=content, vin=tail(run.vin))
    else:
        yield gap(
            "告知与执行的先后无法判断",
            "whether it was told before the start cannot be told",
            at=mine[0].origin,
            content=content,
            vin=tail(run.vin),
        )
    if told and content == "purpose":
        yield from _recalled(told, filled, activity)


def _recalled(told: UpdateEvent, filled: list[UpdateEvent], activity: list[UpdateCampaign]) -> Iterator[Finding]:
    # (5) a recall is named
    recall = next((c.recall for c in activity if c.recall), None)
    if recall and not any(word in (e.text or e.value or "").lower() for e in filled for word in _RECALL):
        yield gap("召回升级的目的文本未见召回字样", "the purpose of a recall does not speak of it", at=told.origin, recall=recall)


def _says_nothing(content: str, text: str) -> bool:
    return content in _NEVER_NONE and says_nothing(text)


_NOTICES: Final = (
    (0.0, "notice", {"topic": "升级目的", "text": "修复空调显示，不涉及召回"}),
    (0.0, "notice", {"topic": "功能变更", "text": "空调自动模式"}),
    (0.0, "notice", {"topic": "时长", "duration_s": 1200}),
    (0.0, "notice", {"topic": "不可用功能", "text": "驾驶；空调"}),
    (0.0, "notice", {"topic": "注意事项", "text": "请停在安全处，挂P挡"}),
)
_REST: Final[tuple[tuple[float, str, dict[str, object]], ...]] = ((30.0, "confirm", {}), (60.0, "start", {}), (1000.0, "end", {}))
_Inputs = tuple[list[UpdateEvent], list[UpdateCampaign]]


def _activity(**changed: object) -> list[UpdateCampaign]:
    return [UpdateCampaign.model_validate({"id": "U-1", "functions": "空调自动模式"} | changed)]


@user_is_told_before_execution.example(Verdict.PASS)
def five_contents_before_the_start() -> _Inputs:
    """All five a minute before."""
    return event_log(*_NOTICES, *_REST), _activity()


@user_is_told_before_execution.example(Verdict.PASS)
def nothing_changes() -> _Inputs:
    """Four contents: the activity changes no function."""
    return event_log(_NOTICES[0], *_NOTICES[2:], *_REST), _activity(functions="")


@user_is_told_before_execution.example(Verdict.FAIL)
def precautions_never_told() -> _Inputs:
    """Four of five."""
    return event_log(*_NOTICES[:4], *_REST), _activity()


@user_is_told_before_execution.example(Verdict.FAIL)
def told_while_it_runs() -> _Inputs:
    """The duration is shown after the start."""
    late = (70.0, "notice", {"topic": "时长", "duration_s": 1200})
    return event_log(*_NOTICES[:2], *_NOTICES[3:], *_REST, late), _activity()


@user_is_told_before_execution.example(Verdict.INCONCLUSIVE)
def in_the_same_second() -> _Inputs:
    """The log keeps seconds, and notice and start share one."""
    return event_log(*((60.0, kind, fields) for _, kind, fields in _NOTICES), *_REST), _activity()
