"""The user is told the result of an update."""

from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.three_valued import NO, YES
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_run import UpdateRun, event_log, executed, obscure, precedes, says_nothing, topics_of, update_runs


@check(
    "miit-2021-103/3.6", "gb-44496-2024/5.2.8.a", "gb-44496-2024/5.2.8.b", "gb-44496-2024/5.2.8.c", "gb-44496-2024/6.12",
    title_zh="升级结果已告知用户", since="0.2",
)  # fmt: skip
def user_is_told_the_result(
    events: list[UpdateEvent],
    campaigns: list[UpdateCampaign] | None,
    executions: list[UpdateExecution] | None,
    *,
    clock_s: Annotated[float, Limit("s", "gb-44496-2024/6.12", "P")] = 2.0,
) -> Iterator[Finding]:
    """After each attempted execution the user is told the result: on success what was updated, on failure what to do.

    Why:
        Who does not learn that an update failed drives a car that is not what it seems.

    为什么:
        不知道升级失败的用户，驾驶的是一辆名不副实的车。

    How it decides:
        1. Each start in a log that ended needs a result event certainly after that end and before the next start; none: breach when the log
           of that car holds notices or results, else gap; an order that is not known: gap; an execution without an end: gap; an end with a word
           for its outcome that is neither a success nor a failure: gap.
        2. Success: the results hold the changes; if the activity changes functions, a line tells that the on-board manual was refreshed.
           No changes: breach; no line about the manual: gap, since a car may have none.
        3. Failure: the results hold advice; none, or a text that says `none`: breach.
        4. An execution in the records (success or failed) of a car without any log: told after its end: ok; told before: breach; never: breach;
           no end, or only the day of one of them: gap.
        5. Both a success and a failure have been shown, else gap: 6.12 asks for both. No execution at all: gap.

    Inconclusive:
        No result log, no end, unknown order, only one of the two outcomes, no word about the manual.

    Not covered:
        Whether the texts are true and understandable.

    未覆盖:
        文本是否真实、易懂。

    Args:
        events: Lines of display, vehicle and back-end logs.
        campaigns: Activities.
        executions: Records per car.
        clock_s: Distance that the clocks of two logs may have, seconds; our proposal.

    References:
        GB 44496-2024 5.2.8 a to c, 6.12; UN R156 7.2.2.4.
    """
    known = {bare(c.id): c for c in campaigns or ()}
    begun = executed(update_runs(events))
    shown: set[bool] = set()
    for run in begun:
        for found, failed in _ends(run, known.get(bare(run.campaign)), clock_s):
            if found.kind == "ok":
                shown.add(failed)
            yield found
    # (4) records without a log
    logged = {(bare(r.campaign), bare_number(r.vin)) for r in begun}
    for record in executions or ():
        if record.result in {"success", "failed"} and (bare(record.campaign), bare_number(record.vin)) not in logged:
            yield _recorded(record)
    # (5) both outcomes
    if False not in shown:
        yield gap("没有成功情形的结果告知", "no result of a success was shown")
    if True not in shown:
        yield gap("没有失败情形的结果告知", "no result of a failure was shown")


def _ends(run: UpdateRun, campaign: UpdateCampaign | None, clock_s: float) -> Iterator[tuple[Finding, bool]]:
    spans = run.executions()
    for number, (start, end) in enumerate(spans):
        follower = spans[number + 1][0] if number + 1 < len(spans) else None
        failed = _failed(run, start, follower)
        facts: dict[str, Any] = {"at": (end or start).origin, "vin": tail(run.vin), "campaign": run.campaign}
        if end is None:
            yield gap("日志中没有执行结束", "the end of the execution is not in the log", **facts), failed
            continue
        if not failed and obscure(end):
            yield gap("执行结束的结果无法识别", "the outcome at the end is not understood", **facts, outcome=end.value), failed
            continue
        # (1) a result behind the end
        results = [e for e in run.of("result") if follower is None or precedes(e, follower, clock_s) != NO]
        after = [e for e in results if precedes(end, e, clock_s) == YES]
        if not after and any(precedes(end, e, clock_s) != NO for e in results):
            yield gap("结果告知与结束的先后无法判断", "whether the result came after the end cannot be told", **facts), failed
        elif not after and (run.of("notice") or run.of("result")):
            yield breach("未告知升级结果", "the result was not told", **facts), failed
        elif not after:
            yield gap("该车日志中没有任何告知", "no notice at all in the log of this car", **facts), failed
        else:
            yield _contents(run, after, failed, campaign, facts), failed


def _failed(run: UpdateRun, start: UpdateEvent, follower: UpdateEvent | None) -> bool:
    mine = run.part(start, follower)
    return mine.failed() or any("failure" in topics_of(e) for e in mine.of("result"))


def _contents(run: UpdateRun, results: list[UpdateEvent], failed: bool, campaign: UpdateCampaign | None, facts: dict[str, Any]) -> Finding:
    topics = frozenset[str]().union(*(topics_of(e) for e in results if e.text or e.value or e.subject))
    # (3) failure
    if failed:
        if not any("advice" in topics_of(e) and _tells(e) for e in results):
            return breach("升级失败而未告知处理方法", "failed, and the user was not told what to do", **facts)
        return ok("已告知失败及处理方法", "failure and advice were told", **facts)
    # (2) success
    if "changes" not in topics:
        return breach("升级成功而未告知更新内容", "succeeded, and the user was not told what was updated", **facts)
    if campaign is None or (campaign.functions and not run.of("manual_updated")):
        return gap("电子手册是否更新不明", "whether the on-board manual was refreshed is not known", **facts)
    return ok("已告知结果与更新内容", "result and changes were told", **facts)


def _tells(event: UpdateEvent) -> bool:
    return any(not says_nothing(t) for t in (event.text, event.value, event.subject))


def _recorded(record: UpdateExecution) -> Finding:
    facts: dict[str, Any] = {"at": record.origin, "vin": tail(record.vin), "campaign": record.campaign}
    if record.told_result_at is None:
        if any("结果告知" in p or "结果提示" in p for p in record.origin.problems):
            return gap("结果告知时间无法识别", "the time of the result notice cannot be read", **facts)
        return breach("记录中没有结果告知", "no notice of the result is recorded", **facts)
    if record.ended_at is None:
        return gap("执行结束时间缺失", "the end of the execution is missing", **facts)
    if untimed(record.told_result_at, record.ended_at):
        return gap("只有日期，结果告知与结束的先后无法判断", "only a day: whether it was told after the end cannot be told", **facts)
    if record.told_result_at < record.ended_at:
        return breach("结果告知早于执行结束", "the result was told before the end", **facts)
    return ok("结束后已告知结果", "the result was told after the end", **facts)


_Inputs = tuple[list[UpdateEvent], list[UpdateCampaign], None]


def _inputs(advice: str = "请联系服务站", changes: str = "空调自动模式", told: float = 905) -> _Inputs:
    good = event_log(
        (-9, "notice", {"topic": "目的", "text": "修复"}), (0, "start", {}), (900, "end", {}), (906, "manual_updated", {"value": "V2"}),
        (told, "result", {"topic": "成功；功能变更", "text": changes}), run="R1",
    )  # fmt: skip
    bad = event_log(
        (0, "start", {}), (300, "failure", {}), (320, "restore", {}), (330, "end", {"value": "失败"}),
        (335, "result", {"topic": "失败；处理建议" if advice else "失败", "text": advice or "升级失败"}), run="R2",
    )  # fmt: skip
    return good + bad, [UpdateCampaign.model_validate({"id": "U-1", "functions": "空调自动模式"})], None


@user_is_told_the_result.example(Verdict.PASS)
def both_outcomes_told() -> _Inputs:
    """A success with its changes, a failure with advice."""
    return _inputs()


@user_is_told_the_result.example(Verdict.FAIL)
def failure_without_advice() -> _Inputs:
    """It only says that it failed."""
    return _inputs(advice="")


@user_is_told_the_result.example(Verdict.FAIL)
def told_too_early() -> _Inputs:
    """Success is shown while it still runs."""
    return _inputs(told=500)


@user_is_told_the_result.example(Verdict.INCONCLUSIVE)
def no_failure_was_shown() -> _Inputs:
    """Only the success case."""
    events, campaigns, none = _inputs()
    return [e for e in events if e.run == "R1"], campaigns, none
