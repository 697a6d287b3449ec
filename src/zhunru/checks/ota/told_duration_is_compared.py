"""The duration that the user is told is a number, and is compared with the real one."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, nanoseconds, topics_of, update_runs


@check("miit-2021-103/3.6", "gb-44496-2024/5.2.1.c", title_zh="告知的时长为数值，并与实际时长对比", since="0.2")
def told_duration_is_compared(events: list[UpdateEvent]) -> Iterator[Finding]:
    """Every told duration is a positive number of seconds, and the time that the execution really took is reported beside it.

    Why:
        A driver plans by the time on the display. No rule limits the deviation; a maker who never compares does not know what it promises.

    为什么:
        用户按显示的时长安排用车。标准未规定偏差限值，但从不对比的企业不知道自己承诺了什么。

    How it decides:
        1. Take each car and activity in whose log an execution began.
        2. Notices of the duration: none while other contents were told, or none with a number: breach; no notice at all: gap.
        3. A number that is zero or negative: breach. A number that stands as value without its unit: gap.
        4. Start and end in the log: the measured time beside the told one, whatever the deviation: ok. No end: gap.
        5. No execution: gap.

    Inconclusive:
        No execution, no notice or no end in the log; a number without a unit.

    Not covered:
        How large a deviation is acceptable: GB 44496 sets no limit, so none is judged here.

    未覆盖:
        偏差多大可以接受：GB 44496 未设限值，本检查只报告偏差，不作判定。

    Args:
        events: Lines of display, vehicle and back-end logs.

    References:
        GB 44496-2024 5.2.1 c; ota-and-recorders.md 1.3.
    """
    # (1) executions
    begun = executed(update_runs(events))
    for run in begun:
        yield _judged(run)
    # (5) nothing
    if not begun:
        yield gap("日志中没有升级执行", "no execution of an update is in the log", events=len(events))


def _judged(run: UpdateRun) -> Finding:
    notices = run.of("notice")
    mine = [e for e in notices if "duration" in topics_of(e)]
    start, end = run.executions()[0]
    vin = tail(run.vin)
    # (2) absent, or no number
    if not notices:
        return gap("该车日志中没有告知记录", "no notice in the log of this car", at=start.origin, vin=vin)
    if not mine:
        return breach("未告知预计时长", "the expected duration was not told", at=start.origin, vin=vin, campaign=run.campaign)
    numbers = [e for e in mine if e.duration_s is not None]
    if not numbers:
        if any(_number(e.value) for e in mine):
            return gap("告知的时长没有单位", "the told duration has no unit", at=mine[0].origin, vin=vin)
        return breach("告知的时长不是数值", "the told duration is no number", at=mine[0].origin, vin=vin, campaign=run.campaign)
    # (3) a usable number; the last one shown counts
    told = numbers[-1].duration_s or 0.0
    if told <= 0:
        return breach("告知的时长不是正数", "the told duration is not positive", at=numbers[-1].origin, vin=vin, measured=told, unit="s")
    # (4) beside the measured time
    if end is None:
        return gap("日志中没有执行结束", "the end of the execution is not in the log", at=start.origin, vin=vin)
    real = (nanoseconds(end.at) - nanoseconds(start.at)) / 1e9
    return ok(
        "告知时长与实际时长", "told and measured duration", at=end.origin, vin=vin, campaign=run.campaign, measured=round(real, 3), told_s=told,
        unit="s", deviation_pct=round((real - told) / told * 100, 1),
    )  # fmt: skip


def _number(text: str | None) -> bool:
    try:
        float(text or "")
    except ValueError:
        return False
    return True


def _log(duration: object, end_s: float = 1300.0, **more: object) -> list[UpdateEvent]:
    return event_log(
        (0.0, "notice", {"topic": "时长", "duration_s": duration} | more), (60.0, "start", {}), (end_s, "end", {}),
        (0.0, "notice", {"topic": "目的", "text": "修复"}),
    )  # fmt: skip


@told_duration_is_compared.example(Verdict.PASS)
def forty_seconds_longer() -> list[UpdateEvent]:
    """Twenty minutes told, 40 s more measured."""
    return _log(1200)


@told_duration_is_compared.example(Verdict.PASS)
def three_times_as_long() -> list[UpdateEvent]:
    """No limit is set: reported, not judged."""
    return _log(1200, 3660.0)


@told_duration_is_compared.example(Verdict.FAIL)
def in_words_only() -> list[UpdateEvent]:
    """The display says `a while`."""
    return _log("", text="片刻")


@told_duration_is_compared.example(Verdict.FAIL)
def not_told() -> list[UpdateEvent]:
    """Only the purpose was told."""
    return [e for e in _log(1200) if e.topic != "时长"]


@told_duration_is_compared.example(Verdict.INCONCLUSIVE)
def end_not_logged() -> list[UpdateEvent]:
    """The log stops before the end."""
    return [e for e in _log(1200) if e.event != "end"]
