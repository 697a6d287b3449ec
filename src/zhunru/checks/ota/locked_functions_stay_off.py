"""Functions that would disturb an update stay off while it is executed, and the user was told which."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.three_valued import NO, YES
from zhunru.formulas.written_names import bare
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, named_items, outcome_of, topics_of, update_runs

_DRIVING: Final = ("驾驶", "行驶", "driving")
"""Driving may stand among the unavailable functions; attempts to drive are judged by a check of their own."""

_AND: Final = re.compile("以及|[和及与&+]")


@check(
    "miit-2021-103/3.4", "gb-44496-2024/5.2.6.b", "gb-44496-2024/5.2.1.d", "gb-44496-2024/6.10",
    title_zh="执行期间受限功能不可用，且已告知用户", since="0.2",
)  # fmt: skip
def locked_functions_stay_off(
    events: list[UpdateEvent], *, answer_s: Annotated[float, Limit("s", "gb-44496-2024/6.10", "P")] = 5.0
) -> Iterator[Finding]:
    """Every function that was told to be unavailable is refused when tried during execution, and none is refused that was not told.

    Why:
        A function that still answers can break the update; one that is off without notice surprises the driver.

    为什么:
        仍可使用的功能可能破坏升级；未经告知而不可用的功能会让用户措手不及。

    How it decides:
        1. Per activity, take the functions that notices list as unavailable; an executed activity without such a notice: gap.
        2. Each attempt to use a function that certainly lies inside an execution: refused within `answer_s`: ok; the log says that it
           succeeded: breach where that function is listed, else gap: whether it must be off is not declared; no outcome: gap.
        3. A listed function, or a part of one that `and` joins to another, that nobody tried during an execution: gap. Driving is tried by an attempt to drive.
        4. A function that was refused and is not in the list, nor in the text of the notice: breach.
        5. No execution: gap.

    Inconclusive:
        No list, no attempt, no outcome, or a function that succeeded and is not listed.

    Not covered:
        Functions that are off and that nobody tried; whether the list is long enough for a safe update.

    未覆盖:
        无人尝试而实际不可用的功能；清单对安全升级而言是否充分。

    Args:
        events: Lines of display, vehicle and test logs.
        answer_s: Seconds within which a refusal belongs to an attempt; our proposal.

    References:
        GB 44496-2024 5.2.6 b, 5.2.1 d, 6.10; UN R156 7.2.2.3 b.
    """
    every = update_runs(events)
    groups: dict[str, list[UpdateRun]] = {}
    for run in executed(every):
        groups.setdefault(bare(run.campaign), []).append(run)
    for name, runs in groups.items():
        # (1) the list
        notices = [e for r in every if bare(r.campaign) == name for e in r.of("notice") if "unavailable" in topics_of(e)]
        listed = frozenset().union(*(named_items(e) for e in notices))
        if not listed:
            yield gap(
                "没有不可用功能的告知清单", "no list of unavailable functions was told", at=runs[0].of("start")[0].origin, campaign=name
            )
        tried: set[str] = set(_DRIVING) if any(r.inside(e) for r in runs for e in r.of("drive_attempt")) else set()
        for run in runs:
            for event in (e for e in run.of("function_attempt") if run.inside(e)):
                tried.add(bare(event.subject or ""))
                yield from _attempt(run, event, listed, answer_s)
            for event in (e for e in run.of("function_refused") if run.inside(e) and listed and e.subject):
                tried.add(bare(event.subject or ""))
                if not _told(bare(event.subject or ""), listed):  # (4)
                    yield breach(
                        "不可用的功能未告知用户",
                        "a function was off that the user was not told of",
                        at=event.origin,
                        function=event.subject,
                    )
        # (3) listed, not tried
        for function in sorted(f for f in listed if not _tried(f, tried)):
            yield gap("清单中的功能未在执行期间尝试", "a listed function was not tried during execution", campaign=name, function=function)
    # (5) nothing
    if not groups:
        yield gap("日志中没有升级执行", "no execution of an update is in the log", events=len(events))


def _tried(listed: str, tried: set[str]) -> bool:
    """Tell whether each part of a listed item, as words for `and` join them, was tried by itself or within the item."""
    parts = [p for p in _AND.split(listed) if p]
    return all(any(t and t in listed and (t in part or part in t) for t in tried) for part in parts)


def _told(function: str, listed: frozenset[str]) -> bool:
    return any(function in item for item in listed)


def _attempt(run: UpdateRun, event: UpdateEvent, listed: frozenset[str], answer_s: float) -> Iterator[Finding]:
    # (2) what became of it
    facts: dict[str, Any] = {"at": event.origin, "vin": tail(run.vin), "function": event.subject}
    if not event.subject:
        yield gap("未记录尝试的是哪项功能", "which function was tried is not recorded", **facts)
        return
    told = _told(bare(event.subject), listed)
    refused = run.answer(event, "function_refused", answer_s) is not None or outcome_of(event) == NO
    if outcome_of(event) == YES and told and not refused:
        yield breach("执行期间受限功能仍可使用", "a locked function answered during execution", **facts)
    elif outcome_of(event) == YES:
        yield gap("功能可用，未声明是否须禁用", "the function answered; whether it must be off is not declared", **facts)
    elif not refused:
        yield gap("功能尝试的结果未记录", "the outcome of the attempt is not recorded", **facts)
    else:
        yield ok("功能尝试被拒", "the function was refused", **facts)
        if listed and not told and run.answer(event, "function_refused", answer_s) is None:
            yield breach("不可用的功能未告知用户", "a function was off that the user was not told of", **facts)


def _log(*lines: tuple[float, str, dict[str, object]], told: str = "空调；媒体播放") -> list[UpdateEvent]:
    return event_log((-60, "notice", {"topic": "不可用功能", "text": told}), (0, "start", {}), *lines, (900, "end", {}), run="R1")


def _try(at: float, function: str, answered: bool = False) -> list[tuple[float, str, dict[str, object]]]:
    if answered:
        return [(at, "function_attempt", {"subject": function, "value": "成功"})]
    return [(at, "function_attempt", {"subject": function}), (at + 1, "function_refused", {"subject": function})]


@locked_functions_stay_off.example(Verdict.PASS)
def both_are_refused() -> list[UpdateEvent]:
    """Two listed, two tried, two refused."""
    return _log(*_try(100, "空调"), *_try(200, "媒体播放"))


@locked_functions_stay_off.example(Verdict.FAIL)
def one_still_answers() -> list[UpdateEvent]:
    """The air conditioner can be switched on."""
    return _log(*_try(100, "空调", answered=True), *_try(200, "媒体播放"))


@locked_functions_stay_off.example(Verdict.FAIL)
def one_was_not_told() -> list[UpdateEvent]:
    """The horn is off, and nobody said so."""
    return _log(*_try(100, "空调"), *_try(200, "媒体播放"), *_try(300, "喇叭"))


@locked_functions_stay_off.example(Verdict.INCONCLUSIVE)
def one_was_not_tried() -> list[UpdateEvent]:
    """Two listed, one tried."""
    return _log(*_try(100, "空调"))
