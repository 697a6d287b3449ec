"""Doors can be unlocked from inside at every stage of an execution."""

from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.three_valued import NO, YES
from zhunru.formulas.written_names import bare
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, outcome_of, update_runs


@check("miit-2021-103/3.4", "gb-44496-2024/5.2.7", "gb-44496-2024/6.11", title_zh="升级执行各阶段均可从车内解锁车门", since="0.2")
def doors_open_from_inside(
    events: list[UpdateEvent], *, answer_s: Annotated[float, Limit("s", "gb-44496-2024/6.11", "P")] = 5.0
) -> Iterator[Finding]:
    """At every stage of an execution, an attempt to unlock a locked door from inside succeeds.

    Why:
        People inside must be able to leave at any moment, above all when something goes wrong.

    为什么:
        车内人员任何时候都必须能够离开，出现异常时尤其如此。

    How it decides:
        1. Per activity, the stages are those that any of its logs names between start and end; none named: gap.
        2. Each attempt that certainly lies inside an execution: unlocked within `answer_s`: ok; the log says that it failed, or goes on for
           longer without an unlocking: breach; the log ends before: gap.
        3. A stage without a successful attempt: gap.
        4. No execution: gap.

    Inconclusive:
        No stages, a stage without an attempt, a log that ends behind an attempt.

    Not covered:
        Whether the door was really locked before the attempt, and whether every door was tried: the test record answers for both.

    未覆盖:
        尝试之前车门是否确已锁止、是否逐门尝试，以试验记录为准。

    Args:
        events: Lines of vehicle and test logs.
        answer_s: Seconds within which an unlocking belongs to an attempt; our proposal.

    References:
        GB 44496-2024 5.2.7, 6.11.
    """
    groups: dict[str, list[UpdateRun]] = {}
    for run in executed(update_runs(events)):
        groups.setdefault(bare(run.campaign), []).append(run)
    for name, runs in groups.items():
        # (1) stages
        stages = {bare(e.stage) for r in runs for e in r.events if e.stage and (r.inside(e) or e.event in {"start", "end"})}
        if not stages:
            yield gap("日志未记录执行阶段", "the logs name no stage of the execution", at=runs[0].of("start")[0].origin, campaign=name)
        opened: set[str] = set()
        for run in runs:
            for event in (e for e in run.of("unlock_attempt") if run.inside(e)):
                found = _attempt(run, event, answer_s)
                if found.kind == "ok":
                    opened.add(run.stage_of(event))
                yield found
        # (3) each of them
        for stage in sorted(stages - opened):
            yield gap("该阶段没有成功的车内解锁", "no unlocking from inside succeeded at this stage", campaign=name, stage=stage)
    # (4) nothing
    if not groups:
        yield gap("日志中没有升级执行", "no execution of an update is in the log", events=len(events))


def _attempt(run: UpdateRun, event: UpdateEvent, answer_s: float) -> Finding:
    # (2) what became of it
    facts: dict[str, Any] = {"at": event.origin, "vin": tail(run.vin), "run": run.run, "stage": run.stage_of(event), "door": event.subject}
    unlocked = run.answer(event, "unlocked", answer_s) is not None or outcome_of(event) == YES
    if unlocked and outcome_of(event) != NO:
        return ok("车内解锁成功", "unlocked from inside", **facts)
    if not unlocked and (outcome_of(event) == NO or run.goes_on(event, answer_s)):
        return breach("执行期间不能从车内解锁", "the door did not unlock from inside during execution", **facts)
    return gap("解锁结果未记录", "the outcome of the attempt is not recorded", **facts)


def _log(*tries: tuple[float, bool], last: float = 900) -> list[UpdateEvent]:
    lines: list[tuple[float, str, dict[str, object]]] = [
        (0, "start", {}), (1, "stage", {"stage": "擦除"}), (300, "stage", {"stage": "写入"}), (last, "end", {}),
    ]  # fmt: skip
    for at, opens in tries:
        lines.append((at, "unlock_attempt", {"subject": "左前门"}))
        if opens:
            lines.append((at + 1, "unlocked", {"subject": "左前门"}))
    return event_log(*lines, run="R1")


@doors_open_from_inside.example(Verdict.PASS)
def unlocked_at_both_stages() -> list[UpdateEvent]:
    """One attempt while erasing, one while writing."""
    return _log((100, True), (400, True))


@doors_open_from_inside.example(Verdict.FAIL)
def locked_in_while_writing() -> list[UpdateEvent]:
    """The door stays shut."""
    return _log((100, True), (400, False))


@doors_open_from_inside.example(Verdict.INCONCLUSIVE)
def never_tried_while_writing() -> list[UpdateEvent]:
    """Only the first stage was tried."""
    return _log((100, True))
