"""In test 6.3 the software identification is read before and after an update, and changes as registered."""

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
from zhunru.records.update_run import UpdateRun, event_log, executed, readouts, update_runs

_SWIN: Final = frozenset({"swin", "rxswin", "软件识别码"})


@check("miit-2021-103/3.3", "miit-2021-103/4.4", "gb-44496-2024/6.3", title_zh="升级前后读取的软件识别码或版本按登记变化", since="0.2")
def identification_changes_with_update(
    cases: list[UpdateCase], events: list[UpdateEvent] | None, campaigns: list[UpdateCampaign] | None, units: list[SoftwareUnit] | None
) -> Iterator[Finding]:
    """Each run of 6.3 reads the same identifications before and after; at least one changes, and all afterwards are those of the target baseline.

    Why:
        An identification that stays the same when the software changes tells the inspector that nothing has happened.

    为什么:
        软件变了而识别码不变，等于告诉检查者什么都没有发生。

    How it decides:
        1. Take the runs of 6.3; none: gap. One that was not executed, or does not say: gap.
        2. In its log, that of the same activity, take what was last read before the start, and last read after the end; either missing: gap. Identifications that were
           read only once, or an ECU that the update renews and that was not read: gap.
        3. Nothing changed: breach.
        4. The baseline after the update tells version per ECU, and the SWINs. A value that differs from it: breach; not in it: gap.
        5. Otherwise ok.

    Inconclusive:
        No run, no log, no read-outs, no baseline after the update.

    Not covered:
        Whether the read-out itself is true: frames of the diagnostic interface are judged by a check of their own.

    未覆盖:
        读取本身是否真实（诊断报文由专门的检查判定）。

    Args:
        cases: Test runs.
        events: Lines of vehicle and test logs.
        campaigns: Activities, for the baseline after the update.
        units: Software of the baselines.

    References:
        GB 44496-2024 6.3, 5.1.2, 5.1.3.
    """
    logs = [r for r in executed(update_runs(events or [])) if r.run]
    renewed = changed_ecus(campaigns or (), units or ())
    after = {bare(c.id): bare(c.baseline_after or "") for c in campaigns or ()}
    runs = [c for c in cases if bare(c.case) == "6.3"]
    # (1) runs
    for case in runs:
        facts: dict[str, Any] = {"at": case.origin, "run": case.run}
        mine = [r for r in logs if bare(r.run) == bare(case.run) and bare(case.campaign or r.campaign) == bare(r.campaign)]
        if not case.executed or not mine:
            yield gap("读取试验没有执行或没有日志", "the run was not executed, or has no log", **facts)
            continue
        for log in mine:
            name = after.get(bare(log.campaign), "")
            target = [u for u in units or () if bare(u.baseline) == name]
            yield _judged(log, target, renewed.get(bare(log.campaign), frozenset()), facts)
    if not runs:
        yield gap("没有识别码读取试验（6.3）", "no run of 6.3", cases=len(cases))


def _judged(log: UpdateRun, target: list[SoftwareUnit], renewed: frozenset[str], facts: dict[str, Any]) -> Finding:
    start, end = log.executions()[-1]
    before = readouts(log, None, start)
    later = readouts(log, end, None) if end else {}
    # (2) read twice
    if not later or set(before) != set(later):
        return gap("升级前后未读全同样的识别信息", "the same identifications were not read before and after", **facts)
    if not renewed <= later.keys():
        return gap(
            "所升级的控制器未读取", "an ECU that the update renews was not read", **facts, ecus=";".join(sorted(renewed - later.keys()))
        )
    changed = [n for n in later if later[n] != before[n]]
    if not changed:  # (3)
        return breach("升级后识别信息没有变化", "nothing changed with the update", **facts, read=len(later))
    # (4) as registered
    versions = {bare(u.ecu): bare(u.version or "") for u in target if u.version}
    swins = {bare(u.swin) for u in target if u.swin}
    wrong = [n for n in later if (later[n] not in swins if n in _SWIN and swins else n in versions and later[n] != versions[n])]
    unknown = [n for n in later if (not swins if n in _SWIN else n not in versions)]
    if wrong:
        return breach("读出的识别信息与登记不符", "what was read is not what is registered", **facts, wrong=";".join(sorted(wrong)))
    if unknown:
        return gap("登记中没有读出的识别信息", "what was read is not registered", **facts, unknown=";".join(sorted(unknown)))
    return ok("识别信息按登记变化", "changed as registered", **facts, changed=";".join(sorted(changed)))  # (5)


_Inputs = tuple[list[UpdateCase], list[UpdateEvent], list[UpdateCampaign], list[SoftwareUnit]]


def _inputs(after: str = "2.0", swin: str = "S-2", executed: str = "是") -> _Inputs:
    log = event_log(
        (-9, "readout", {"subject": "EPS", "value": "1.0"}), (-8, "readout", {"subject": "SWIN", "value": "S-1"}), (0, "start", {}),
        (900, "end", {}), (950, "readout", {"subject": "EPS", "value": after}), (951, "readout", {"subject": "SWIN", "value": swin}), run="R3",
    )  # fmt: skip
    case = {"case": "6.3", "run": "R3", "campaign": "U-1", "executed": executed}
    unit = {"baseline": "B2", "ecu": "EPS", "version": "2.0", "swin": "S-2"}
    activity = UpdateCampaign.model_validate({"id": "U-1", "baseline_after": "B2"})
    return [UpdateCase.model_validate(case)], log, [activity], [SoftwareUnit.model_validate(unit)]


@identification_changes_with_update.example(Verdict.PASS)
def version_and_swin_change() -> _Inputs:
    """Both are those of the target baseline."""
    return _inputs()


@identification_changes_with_update.example(Verdict.FAIL)
def nothing_changes() -> _Inputs:
    """The old values are read again."""
    return _inputs("1.0", "S-1")


@identification_changes_with_update.example(Verdict.FAIL)
def another_version_than_registered() -> _Inputs:
    """The SWIN changed, the version is none that is registered."""
    return _inputs("2.1")


@identification_changes_with_update.example(Verdict.INCONCLUSIVE)
def not_executed() -> _Inputs:
    """The run ended without an execution."""
    return _inputs(executed="否")
