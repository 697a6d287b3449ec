"""After a failed execution the earlier software runs again, or the car is in its declared safe state."""

from collections.abc import Iterator
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.three_valued import NO
from zhunru.formulas.written_names import bare
from zhunru.records.changed_ecus import changed_ecus
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_run import UpdateRun, event_log, executed, nanoseconds, obscure, outcome_of, readouts, update_runs

_POWER: Final = ("断电", "掉电", "power")
_TROUBLE: Final = ("failure", "restore", "safe_state")


@check("miit-2021-103/3.4", "gb-44496-2024/5.2.9", "gb-44496-2024/6.13", title_zh="升级失败后恢复原版本或进入安全状态", since="0.2")
def recovers_after_failure(
    events: list[UpdateEvent],
    cases: list[UpdateCase] | None,
    executions: list[UpdateExecution] | None,
    campaigns: list[UpdateCampaign] | None,
    units: list[SoftwareUnit] | None,
) -> Iterator[Finding]:
    """After every failure the versions read out equal those before, or the declared safe state was reached; one failure was provoked.

    Why:
        A car with half of a new software is neither the approved one nor the new one.

    为什么:
        只写入一半新软件的车辆，既不是获批的状态，也不是新的状态。

    How it decides:
        1. Each execution in a log with a failure behind its start, told by a line of its own or by its end; an end whose outcome is not understood: gap. Versions read before that start and after the failure, up to the next start, are
           compared ECU by ECU: all equal: ok, with the seconds until the log tells of the recovery; a difference: breach, unless the declared safe state
           was reached; an ECU that the update renews was not read: gap.
        2. Nothing read out: a safe state in the log of an activity that declares one: ok; without a declaration, or only a line that it was
           restored: gap.
        3. A failed execution in the records: the same by its version sets and its two flags; both flags denied: breach.
        4. Runs of 6.13 with an injected failure that say that the earlier version does not run, and of which no log shows a safe state: breach. After a
           loss of power the new software may run as well: that is judged by a check of its own.
        5. No failure provoked in a run of 6.13 and none in a log: gap. The time of recovery is reported, not judged: no limit is set.

    Inconclusive:
        No read-outs, an ECU that was read only once, no declared safe state, no failure seen.

    Not covered:
        Whether the declared safe state is safe. What `promptly` means in seconds: the standard sets no number.

    未覆盖:
        所声明的安全状态是否真正安全；“及时”恢复的时长，标准未设数值。

    Args:
        events: Lines of vehicle and test logs.
        cases: Test runs.
        executions: Records per car.
        campaigns: Activities, for the declared safe state.
        units: Software of the baselines, for the ECUs that the update renews.

    References:
        GB 44496-2024 5.2.9, 6.13; UN R156 7.2.2.1.1.
    """
    declared = {bare(c.id) for c in campaigns or () if c.safe_state}
    renewed = changed_ecus(campaigns or (), units or ())
    begun = executed(update_runs(events))
    failed = [r for r in begun if _trouble(r)]
    for run in begun:
        for start, follower in run.spans():
            part = run.part(start, follower)
            if _trouble(part):
                yield _logged(run, start, follower, bare(run.campaign) in declared, renewed.get(bare(run.campaign), frozenset()))
            elif unclear := next((e for e in part.of("end") if obscure(e)), None):
                yield gap("执行结束的结果无法识别", "the outcome at the end is not understood", at=unclear.origin, outcome=unclear.value)
    for record in executions or ():
        if record.result == "failed":
            yield _recorded(record, bare(record.campaign) in declared)
    # (4) and (5) provoked
    provoked = [c for c in cases or () if bare(c.case) == "6.13" and c.stimulus]
    safe = {bare(r.run) for r in failed if r.of("safe_state") and bare(r.campaign) in declared}
    for case in provoked:
        if case.old_version_runs is False and bare(case.run) not in safe and not any(w in bare(case.stimulus or "") for w in _POWER):
            yield breach(
                "失败后原版本不可用，也未进入安全状态",
                "the earlier version does not run and no safe state was reached",
                at=case.origin,
                run=case.run,
            )
    if not provoked:
        yield gap("没有制造失败的试验（6.13）", "no run of 6.13 with a provoked failure")
    elif not failed:
        yield gap("失败试验没有日志", "no log shows a failure", runs=len(provoked))


def _trouble(run: UpdateRun) -> list[UpdateEvent]:
    return [e for e in run.events if e.event in _TROUBLE or (e.event == "end" and outcome_of(e) == NO)]


def _logged(run: UpdateRun, start: UpdateEvent, follower: UpdateEvent | None, declared: bool, renewed: frozenset[str]) -> Finding:
    mine = run.part(start, follower)
    trouble = _trouble(mine)[0]
    facts: dict[str, Any] = {"at": trouble.origin, "vin": tail(run.vin), "run": run.run}
    ends = mine.of("restore", "safe_state")
    if ends:
        facts |= {"measured": round((nanoseconds(ends[-1].at) - nanoseconds(trouble.at)) / 1e9, 3), "unit": "s"}
    before = readouts(run, None, start)
    after = readouts(mine, ends[-1] if ends else trouble, None)
    reached = declared and bool(mine.of("safe_state"))
    # (1) versions read
    if before and after:
        if set(before) != set(after):
            return gap("失败前后读取的控制器不同", "different ECUs were read before and after", **facts)
        if before == after and not renewed <= after.keys():
            return gap(
                "所升级的控制器未读取", "an ECU that the update renews was not read", **facts, ecus=";".join(sorted(renewed - after.keys()))
            )
        if before == after:
            return ok("失败后版本与升级前一致", "the versions after the failure equal those before", **facts, ecus=len(after))
        if not reached:
            wrong = ";".join(sorted(e for e in after if after[e] != before[e]))
            return breach("失败后版本与升级前不一致", "the versions after the failure differ from those before", **facts, ecus=wrong)
    # (2) without versions
    if reached:
        return ok("失败后进入声明的安全状态", "the declared safe state was reached", **facts)
    return gap("失败后是否恢复不明", "whether it recovered is not known", **facts)


def _recorded(record: UpdateExecution, declared: bool) -> Finding:
    # (3) the record of a car
    facts: dict[str, Any] = {"at": record.origin, "vin": tail(record.vin), "campaign": record.campaign, "code": record.fail_code}
    before, after = frozenset(map(bare, record.versions_before)), frozenset(map(bare, record.versions_after))
    if record.restored is False and record.safe_state is False:
        return breach("失败后既未恢复也未进入安全状态", "neither restored nor in a safe state", **facts)
    if record.safe_state and declared:
        return ok("失败后进入声明的安全状态", "the declared safe state was reached", **facts)
    if before and after and before != after:
        return breach("失败后版本与升级前不一致", "the versions after the failure differ from those before", **facts)
    if record.restored and before and before == after:
        return ok("失败后版本与升级前一致", "the versions after the failure equal those before", **facts)
    return gap("失败后是否恢复不明", "whether it recovered is not known", **facts)


_Inputs = tuple[list[UpdateEvent], list[UpdateCase], list[UpdateExecution], list[UpdateCampaign], list[SoftwareUnit] | None]


def _inputs(after: str = "1.0", old: str = "是", ends_in: str = "restore", safe_state: str = "") -> _Inputs:
    log = event_log(
        (-9, "readout", {"subject": "EPS", "value": "1.0"}), (0, "start", {}), (300, "failure", {}), (341.5, ends_in, {}),
        (400, "readout", {"subject": "EPS", "value": after}), run="R3",
    )  # fmt: skip
    case = {"case": "6.13", "run": "R3", "campaign": "U-1", "stimulus": "校验错误", "old_version_runs": old}
    activity = {"id": "U-1", "safe_state": safe_state}
    return log, [UpdateCase.model_validate(case)], [], [UpdateCampaign.model_validate(activity)], None


@recovers_after_failure.example(Verdict.PASS)
def back_on_the_old_version() -> _Inputs:
    """Restored after 41.5 s, read-out as before."""
    return _inputs()


@recovers_after_failure.example(Verdict.PASS)
def in_the_declared_safe_state() -> _Inputs:
    """The new version could not be undone, and the car is in its safe state."""
    return _inputs("2.0", "否", "safe_state", "P挡驻车，禁止行驶")


@recovers_after_failure.example(Verdict.FAIL)
def another_version_runs() -> _Inputs:
    """`Restored` says the log; another version says the read-out."""
    return _inputs("2.0")


@recovers_after_failure.example(Verdict.INCONCLUSIVE)
def nothing_read_out() -> _Inputs:
    """Only a line that says `restored`."""
    events, cases, executions, campaigns, units = _inputs()
    return [e for e in events if e.event != "readout"], cases, executions, campaigns, units
