"""The user confirms before an update is executed."""

from collections.abc import Iterator
from typing import Annotated, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.formulas.written_names import bare
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, precedes, update_runs

_ACCEPT: Final = frozenset(
    {"confirm", "accept", "now", "确认", "同意", "接受", "立即升级", "立即", "确认升级", "同意升级", "是", "yes", "ok"}
)
_DECLINE: Final = frozenset(
    {"refuse", "defer", "later", "reject", "拒绝", "推迟", "稍后", "取消", "预约", "预约升级", "稍后升级", "暂不升级", "否", "no", "cancel"}
)


@check("miit-2021-103/3.6", "gb-44496-2024/5.2.2", "gb-44496-2024/6.6", title_zh="执行升级前经用户确认", since="0.2")
def user_confirms_before_execution(
    events: list[UpdateEvent],
    cases: list[UpdateCase] | None,
    *,
    clock_s: Annotated[float, Limit("s", "gb-44496-2024/6.6", "P")] = 2.0,
) -> Iterator[Finding]:
    """Each execution follows a confirmation that was given after the notice, and no execution follows a refusal or a deferral.

    Why:
        The car belongs to the user: an update that starts by itself, or after a `later`, may strand people.

    为什么:
        未经确认或在用户选择“稍后”之后自行开始的升级，会让人在不便或不安全时失去车辆。

    How it decides:
        1. For each start in a log, the last choice (confirm, defer, refuse) that certainly came before it decides: confirm: ok; another, or one that
           names the option to refuse or defer: breach; an option that is not known: gap;
           a choice at the same tick or within the distance of two clocks: gap.
        2. No choice before it: breach when the log of that car holds choices or notices, else gap: the display log may be missing.
        3. A confirmation that came before every notice: breach; no notice in the log or an unknown order: gap. A second start on the same
           confirmation: gap.
        4. Runs of 6.6: the accepting option executes and every other option does not; the opposite: breach; an option that is not known, an
           outcome that is not recorded, no accepting run or no other run: gap.
        5. No execution in the log: gap.

    Inconclusive:
        Choices, notices, times or runs are missing; two clocks are too close; a choice serves two starts.

    Not covered:
        Whether the person who confirmed is the user; options that were offered and never tried in a run.

    未覆盖:
        确认者是否为用户本人；曾提供但试验中从未选择的选项。

    Args:
        events: Lines of display, vehicle and back-end logs.
        cases: Test runs.
        clock_s: Distance that the clocks of two logs may have, seconds; our proposal.

    References:
        GB 44496-2024 5.2.2, 6.6.
    """
    begun = executed(update_runs(events))
    for run in begun:
        for number, start in enumerate(run.of("start")):
            yield _start(run, start, number, clock_s)
        for event in run.undated:
            yield gap("事件没有时间", "an event has no time", at=event.origin, vin=tail(run.vin))
    # (5) nothing
    if not begun:
        yield gap("日志中没有升级执行", "no execution of an update is in the log", events=len(events))
    yield from _options([c for c in cases or () if bare(c.case) == "6.6"])


def _start(run: UpdateRun, start: UpdateEvent, number: int, clock_s: float) -> Finding:
    choices = run.of("confirm", "defer", "refuse")
    orders = [precedes(c, start, clock_s) for c in choices]
    vin = tail(run.vin)
    earlier = [c for c, o in zip(choices, orders, strict=True) if o == YES]
    # (1) and (2) the last choice
    if any(o == UNKNOWN for o in orders):
        return gap("选择与执行的先后无法判断", "whether the choice came before the start cannot be told", at=start.origin, vin=vin)
    if not earlier:
        if choices or run.of("notice"):
            return breach("未经确认即执行", "executed without a confirmation", at=start.origin, vin=vin, campaign=run.campaign)
        return gap("该车日志中没有用户选择和告知", "neither choices nor notices in the log of this car", at=start.origin, vin=vin)
    last = earlier[-1]
    rivals = [c for c in earlier if c.event != last.event and precedes(c, last, clock_s) != YES]
    if rivals:
        return gap("同时记有相反的选择", "opposite choices stand at the same time", at=last.origin, vin=vin)
    word = bare(last.value or "")
    if last.event == "confirm" and word and word not in _ACCEPT and word not in _DECLINE:
        return gap("用户所选的选项无法识别", "the option that the user chose is not known", at=last.origin, vin=vin, option=last.value)
    if last.event != "confirm" or word in _DECLINE:
        return breach("用户拒绝或推迟之后仍执行", "executed after a refusal or deferral", at=start.origin, vin=vin, choice=last.event)
    # (3) after a notice, and its own
    notices = [precedes(n, last, clock_s) for n in run.of("notice")]
    if notices and all(o == NO for o in notices):
        return breach("确认早于告知", "confirmed before anything was told", at=last.origin, vin=vin)
    if YES not in notices:
        return gap("告知与确认的先后无法判断", "whether the notice came before the confirmation cannot be told", at=last.origin, vin=vin)
    if number and precedes(last, run.of("start")[number - 1], clock_s) == YES:
        return gap("同一次确认用于再次执行", "a second start on the same confirmation", at=start.origin, vin=vin)
    return ok("告知之后经确认再执行", "executed after notice and confirmation", at=start.origin, vin=vin, campaign=run.campaign)


def _options(cases: list[UpdateCase]) -> Iterator[Finding]:
    # (4) runs of 6.6
    tried = set()
    for case in cases:
        word = bare(case.stimulus or "")
        accepts = word in _ACCEPT
        if not accepts and word not in _DECLINE:
            yield gap("试验选择的选项无法识别", "the option of the run is not known", at=case.origin, run=case.run)
        elif case.executed is None:
            yield gap("试验未记录是否执行", "whether it was executed is not recorded", at=case.origin, run=case.run)
        elif case.executed is accepts:
            tried.add(accepts)
            yield ok("结果与所选选项一致", "the outcome is that of the option", at=case.origin, run=case.run, option=case.stimulus)
        else:
            tried.add(accepts)
            yield breach(
                "结果与所选选项不一致", "the outcome is not that of the option", at=case.origin, run=case.run, option=case.stimulus
            )
    if True not in tried:
        yield gap("没有选择接受的试验（6.6）", "no run of 6.6 with the accepting option")
    if False not in tried:
        yield gap("没有选择其他选项的试验（6.6）", "no run of 6.6 with another option")


_Inputs = tuple[list[UpdateEvent], list[UpdateCase]]


def _runs(*options: tuple[str, str]) -> list[UpdateCase]:
    return [UpdateCase.model_validate({"case": "6.6", "run": str(k), "stimulus": s, "executed": e}) for k, (s, e) in enumerate(options)]


_GOOD: Final = (("确认", "是"), ("稍后", "否"))


@user_confirms_before_execution.example(Verdict.PASS)
def told_confirmed_executed() -> _Inputs:
    """In this order, and both options were tried."""
    return event_log((0, "notice", {"topic": "目的"}), (30, "confirm", {}), (60, "start", {}), (900, "end", {})), _runs(*_GOOD)


@user_confirms_before_execution.example(Verdict.FAIL)
def executed_after_later() -> _Inputs:
    """The user chose `later`, and it started all the same."""
    return event_log((0, "notice", {"topic": "目的"}), (30, "defer", {}), (60, "start", {})), _runs(*_GOOD)


@user_confirms_before_execution.example(Verdict.FAIL)
def confirmed_afterwards() -> _Inputs:
    """The confirmation came while it ran."""
    return event_log((0, "notice", {"topic": "目的"}), (60, "start", {}), (61, "confirm", {})), _runs(*_GOOD)


@user_confirms_before_execution.example(Verdict.FAIL)
def refusal_executes_in_the_test() -> _Inputs:
    """The run with the refusing option executed."""
    return told_confirmed_executed()[0], _runs(("确认", "是"), ("拒绝", "是"))


@user_confirms_before_execution.example(Verdict.INCONCLUSIVE)
def only_accepted_in_the_test() -> _Inputs:
    """Nobody tried the other option."""
    return told_confirmed_executed()[0], _runs(_GOOD[0])
