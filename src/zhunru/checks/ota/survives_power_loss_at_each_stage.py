"""A loss of power at any stage of an execution leaves whole software and a usable car."""

from collections.abc import Iterator
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.changed_ecus import changed_ecus
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, nanoseconds, readouts, update_runs

_POWER: Final = ("断电", "掉电", "power")


@check("miit-2021-103/3.4", "gb-44496-2024/5.2.9", "gb-44496-2024/6.13", title_zh="执行各阶段断电后软件完整且车辆可用", since="0.2")
def survives_power_loss_at_each_stage(
    events: list[UpdateEvent], cases: list[UpdateCase], campaigns: list[UpdateCampaign] | None, units: list[SoftwareUnit] | None
) -> Iterator[Finding]:
    """For every stage of the execution there is a run with a loss of power there, after which the earlier or the new version set runs whole.

    Why:
        Power fails where it likes. A mixture of old and new versions was never tested by anybody.

    为什么:
        断电不挑时候。新旧版本混合的状态从未经过任何人验证。

    How it decides:
        1. Per activity, the stages are those that any of its logs names between start and end; none: gap.
        2. A run counts for the stage in which its log has the loss of power; it must also stand among the runs of 6.13 of that activity and stage, and of several rows
           of one run the worst counts. A stage without: gap.
        3. What was read out after power returned: all as before the start: the earlier set; all as in the baseline after the update: the new
           one; a part as before and a part changed: breach; else gap: unknown version, nothing read, other ECUs than before, or
           not every ECU that the update renews.
        4. With the earlier set the run says that it works: ok, says no: breach, does not say: gap. With the new set the log has an end after
           the power returned: ok, else gap.
        5. No run with a loss of power: gap.

    Inconclusive:
        Stages, runs, read-outs or the baseline after the update are missing.

    Not covered:
        Losses of power of single controllers that the log does not tell; batteries that fail slowly.

    未覆盖:
        日志未记录的单个控制器掉电；电压缓慢下降。

    Args:
        events: Lines of vehicle and test logs.
        cases: Test runs.
        campaigns: Activities, for the baseline after the update.
        units: Software of the baselines.

    References:
        GB 44496-2024 5.2.9, 6.13; UN R156 7.2.2.1.1 (interrupted updates).
    """
    targets = _targets(campaigns or [], units or [])
    renewed = changed_ecus(campaigns or [], units or [])
    tests: dict[str, list[UpdateCase]] = {}
    for row in cases:
        if bare(row.case) == "6.13":
            tests.setdefault(bare(row.run), []).append(row)
    groups: dict[str, list[UpdateRun]] = {}
    for run in executed(update_runs(events)):
        groups.setdefault(bare(run.campaign), []).append(run)
    tried = 0
    for name, runs in groups.items():
        # (1) stages
        stages = {bare(e.stage) for r in runs for e in r.events if e.stage and (r.inside(e) or e.event in {"start", "end"})}
        done: set[str] = set()
        for run in runs:
            for loss in (e for e in run.of("power_loss") if run.inside(e)):
                tried += 1
                mine = [c for c in tests.get(bare(run.run), []) if _registered(c, run, run.stage_of(loss), stages)]
                if not mine:  # (2)
                    yield gap(
                        "断电未登记为 6.13 试验", "the loss of power does not stand among the runs of 6.13", at=loss.origin, run=run.run
                    )
                    continue
                done.add(run.stage_of(loss))
                usable = min((c.old_version_runs for c in mine), key=(False, None, True).index)  # of several rows the worst counts
                yield _after(run, loss, usable, targets.get(name, {}), renewed.get(name, frozenset()))
        for stage in sorted(stages - done):
            yield gap("该阶段没有断电试验", "no run with a loss of power at this stage", campaign=name, stage=stage)
        if not stages:
            yield gap("日志未记录执行阶段", "the logs name no stage of the execution", at=runs[0].of("start")[0].origin, campaign=name)
    # (5) nothing
    if not tried:
        yield gap("没有断电试验", "no run with a loss of power", events=len(events))


def _registered(case: UpdateCase, run: UpdateRun, stage: str, stages: set[str]) -> bool:
    """Tell whether a run of 6.13 is that of a loss of power at a stage: a stage or activity that it names must not be another one."""
    words = bare(case.stimulus or "")
    other = stage not in words and any(s and s in words for s in stages)
    return any(w in words for w in _POWER) and not other and bare(case.campaign or run.campaign) == bare(run.campaign)


def _targets(campaigns: list[UpdateCampaign], units: list[SoftwareUnit]) -> dict[str, dict[str, str]]:
    """Return activity -> ECU -> version after the update, as the baseline says."""
    found: dict[str, dict[str, str]] = {}
    for campaign in campaigns:
        if campaign.baseline_after:
            rows = [u for u in units if bare(u.baseline) == bare(campaign.baseline_after) and u.version]
            found[bare(campaign.id)] = {bare(u.ecu): bare(u.version or "") for u in rows}
    return found


def _after(run: UpdateRun, loss: UpdateEvent, usable: bool | None, target: dict[str, str], renews: frozenset[str]) -> Finding:
    facts: dict[str, Any] = {"at": loss.origin, "run": run.run, "stage": run.stage_of(loss)}
    back = next((e for e in run.of("power_return") if nanoseconds(e.at) >= nanoseconds(loss.at)), None)
    if back is None:
        return gap("日志中没有恢复供电", "the return of power is not in the log", **facts)
    start, follower = next((s, f) for s, f in reversed(run.spans()) if nanoseconds(s.at) <= nanoseconds(loss.at))
    before, after = readouts(run, None, start), readouts(run, back, follower) or readouts(run, back, None)
    # (3) which set runs
    if not before or set(before) != set(after) or not renews <= after.keys():
        return gap("断电前后版本未读全", "the versions before and after were not read whole", **facts)
    kept = {e for e in after if after[e] == before[e]}
    renewed = {e for e in after if e in target and after[e] == target[e]}
    if kept == set(after):  # (4)
        if usable is False:
            return breach("断电后车辆不可用", "the car is not usable after the loss of power", **facts)
        if usable is None:
            return gap("断电后车辆是否可用未记录", "whether the car is usable afterwards is not recorded", **facts)
        return ok("断电后原版本运行", "the earlier version set runs", **facts)
    if renewed == set(after):
        ended = any(nanoseconds(e.at) >= nanoseconds(back.at) for e in run.of("end"))
        return (
            ok("断电后新版本运行", "the new version set runs", **facts)
            if ended
            else gap("未见升级完成", "its completion was not seen", **facts)
        )
    if not target:
        return gap("新版本集未知，混合与否不明", "the new set is not known: a mixture or not", **facts)
    if any(before[e] != target.get(e, before[e]) for e in kept):
        return breach("断电后新旧版本混合", "a mixture of old and new versions runs", **facts, old=";".join(sorted(kept)))
    return gap("断电后的版本无法归属", "the versions belong to neither set", **facts)


_Inputs = tuple[list[UpdateEvent], list[UpdateCase], list[UpdateCampaign], list[SoftwareUnit]]


def _run(name: str, stage: str, versions: tuple[str, str], old: str = "是") -> tuple[list[UpdateEvent], UpdateCase]:
    log = event_log(
        (-9, "readout", {"subject": "EPS", "value": "1.0"}), (-8, "readout", {"subject": "ESP", "value": "5.0"}), (0, "start", {}),
        (1, "stage", {"stage": stage}), (90, "power_loss", {}), (120, "power_return", {}),
        (130, "readout", {"subject": "EPS", "value": versions[0]}), (131, "readout", {"subject": "ESP", "value": versions[1]}),
        (140, "end", {}), run=name,
    )  # fmt: skip
    case = {"case": "6.13", "run": name, "campaign": "U-1", "stimulus": f"断电：{stage}", "old_version_runs": old}
    return log, UpdateCase.model_validate(case)


def _inputs(*runs: tuple[list[UpdateEvent], UpdateCase]) -> _Inputs:
    new = [SoftwareUnit.model_validate({"baseline": "B2", "ecu": e, "version": v}) for e, v in (("EPS", "2.0"), ("ESP", "6.0"))]
    activity = UpdateCampaign.model_validate({"id": "U-1", "baseline_before": "B1", "baseline_after": "B2"})
    return [e for log, _ in runs for e in log], [c for _, c in runs], [activity], new


@survives_power_loss_at_each_stage.example(Verdict.PASS)
def old_set_or_new_set() -> _Inputs:
    """Lost while erasing: the old set; lost while activating: the new one."""
    return _inputs(_run("P1", "擦除", ("1.0", "5.0")), _run("P2", "激活", ("2.0", "6.0"), "否"))


@survives_power_loss_at_each_stage.example(Verdict.FAIL)
def a_mixture_runs() -> _Inputs:
    """One ECU new, one old."""
    return _inputs(_run("P1", "擦除", ("1.0", "5.0")), _run("P2", "激活", ("2.0", "5.0")))


@survives_power_loss_at_each_stage.example(Verdict.FAIL)
def the_car_is_dead() -> _Inputs:
    """The old set is there, and nothing works."""
    return _inputs(_run("P1", "擦除", ("1.0", "5.0"), "否"))


@survives_power_loss_at_each_stage.example(Verdict.INCONCLUSIVE)
def one_stage_without_a_run() -> _Inputs:
    """Nobody cut the power while activating."""
    other = event_log((0, "start", {}), (5, "stage", {"stage": "激活"}), (9, "end", {}), run="R1")
    events, cases, campaigns, units = _inputs(_run("P1", "擦除", ("1.0", "5.0")))
    return events + other, cases, campaigns, units
