"""The figures of a closed update activity add up and are those of the execution records."""

from collections import Counter
from collections.abc import Iterator, Sequence

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.closing_report import COUNTS, ClosingReport, execution_counts
from zhunru.records.releases import china_day
from zhunru.records.update_execution import UpdateExecution


@check(
    "miit-2021-103/3.5",
    "miit-2021-103/4.2",
    "gb-44496-2024/4.3.5",
    "eidc-2022-04-15/records",
    title_zh="升级活动总结的数字自洽并与执行记录相符",
    since="0.2",
)
def closing_report_adds_up(closings: list[ClosingReport], executions: list[UpdateExecution] | None) -> Iterator[Finding]:
    """The figures of a closed update activity add up and are those of the execution records.

    Why:
        Cars that appear in no figure are those on which something went wrong unseen.

    为什么:
        没有出现在任何数字里的车辆，正是悄悄出了问题的车辆。

    How it decides:
        1. A count that is missing, negative or no whole number: gap. Two reports on one activity: gap.
        2. executed = success + failed; pushed = executed + refused + open; restored <= failed; executed <= confirmed <= pushed - refused.
           One that does not hold: breach.
        3. The versions reported, where they are, sum up to pushed; else breach; unreadable: gap.
        4. Each count equals that of the execution records of the activity up to the closing day, one per car: pushed = cars with a record,
           confirmed = cars whose user chose before an execution or with a result of one, executed = success + failed, restored = failed
           and restored, refused, open = all others. Different: breach. No execution records, or one car twice: gap.
        5. Incidents without a word about them: gap; a missing number of incidents: gap.

    Inconclusive:
        Counts, executions, results or the closing day are missing.

    Not covered:
        Whether a record exists of every car that was offered the package: compare with the logs of the server. Whether incidents were
        counted rightly.

    未覆盖:
        每辆被推送的车辆是否都有记录（须与服务器日志核对）；事件数是否如实。

    Args:
        closings: Closing reports.
        executions: Executions on cars.

    References:
        ota-and-recorders.md 2.4 F4 (P); EIDC notice 2022-04-15 (traceable version sets).
    """
    if not closings:
        yield gap("没有升级活动总结", "there is no closing report")
    used = Counter(bare(c.campaign) for c in closings)
    for closing in closings:
        where, name = closing.origin, closing.campaign
        # (1) figures at all
        lacking = [n for n in (*COUNTS, "incidents") if (v := getattr(closing, n)) is None or v < 0 or v != int(v)]
        if used[bare(name)] > 1:
            yield gap("同一活动有多份总结", "one activity has several closing reports", at=where, campaign=name)
        elif lacking or closing.closed_on is None:
            yield gap(
                "总结缺少数字或日期，或数字不是非负整数", "figures or the day are missing, or a figure is no whole number",
                at=where, campaign=name, missing=", ".join(lacking),
            )  # fmt: skip
        else:
            yield from _sums(closing)
            yield from _records(closing, [e for e in executions or [] if bare(e.campaign) == bare(name)])


def _sums(closing: ClosingReport) -> Iterator[Finding]:
    n = {name: int(getattr(closing, name)) for name in COUNTS}
    # (2) what must hold between them
    wrong = [
        rule
        for rule, holds in (
            ("executed = success + failed", n["executed"] == n["success"] + n["failed"]),
            ("pushed = executed + refused + open", n["pushed"] == n["executed"] + n["refused"] + n["open_vehicles"]),
            ("restored <= failed", n["restored"] <= n["failed"]),
            ("executed <= confirmed <= pushed - refused", n["executed"] <= n["confirmed"] <= n["pushed"] - n["refused"]),
        )
        if not holds
    ]
    if wrong:
        yield breach("总结的数字不自洽", "the figures do not add up", at=closing.origin, campaign=closing.campaign, rules="; ".join(wrong))
    else:
        yield ok("总结的数字自洽", "the figures add up", at=closing.origin, campaign=closing.campaign, pushed=n["pushed"])
    # (3) versions
    parts = [v.rpartition("=")[2].strip() for v in closing.versions]
    if not all(p.isdecimal() for p in parts):
        yield gap("版本分布无法识别", "the distribution of versions cannot be read", at=closing.origin, campaign=closing.campaign)
    elif closing.versions and (total := sum(map(int, parts))) != n["pushed"]:
        yield breach(
            "版本分布之和不等于推送车辆数", "versions do not sum up to the vehicles pushed",
            at=closing.origin, campaign=closing.campaign, measured=total, limit=n["pushed"], unit="vehicle",
        )  # fmt: skip
    # (5) incidents
    if closing.incidents and not closing.incident_text:
        yield gap("有事件而没有说明", "there were incidents, but no word about them", at=closing.origin, campaign=closing.campaign)


def _records(closing: ClosingReport, executions: Sequence[UpdateExecution]) -> Iterator[Finding]:
    # (4) against the records
    where, name = closing.origin, closing.campaign
    mine = [e for e in executions if not _later(e, closing)]
    if not mine:
        yield gap("没有可核对的执行记录", "there are no execution records to compare with", at=where, campaign=name)
        return
    twice = [vin for vin, n in Counter(bare_number(e.vin) for e in mine).items() if n > 1]
    if twice or any(e.result is None for e in mine):
        yield gap(
            "执行记录有重复车辆或缺少结果",
            "a car stands twice in the records, or a result is missing",
            at=where,
            campaign=name,
            cars=len(twice),
        )
        return
    counted = execution_counts(mine)
    differing = {n: counted[n] for n in COUNTS if counted[n] != getattr(closing, n)}
    for field, count in differing.items():
        yield breach(
            "总结的数字与执行记录不符", "a figure is not that of the execution records",
            at=where, campaign=name, figure=field, measured=count, limit=int(getattr(closing, field)), unit="vehicle",
        )  # fmt: skip
    if not differing:
        yield ok("总结的数字与执行记录相符", "the figures are those of the execution records", at=where, campaign=name, vehicles=len(mine))


def _later(execution: UpdateExecution, closing: ClosingReport) -> bool:
    first = execution.pushed_at or execution.notified_at or execution.started_at
    return bool(first and closing.closed_on and china_day(first) > closing.closed_on)


# Examples --------------------------------------------------------------------------------------------------------------------------------

_Input = tuple[list[ClosingReport], list[UpdateExecution] | None]


def _input(**changed: object) -> _Input:
    plain = {"campaign": "U-1", "closed_on": "2026-06-30", "pushed": 4, "confirmed": 2, "executed": 2, "success": 1, "failed": 1}
    plain |= {"restored": 1, "refused": 1, "open_vehicles": 1, "incidents": 0, "versions": "2.0=1;1.9=3"}
    rows = [("success", ""), ("failed", "是"), ("refused", ""), ("deferred", "")]
    executions = [{"campaign": "U-1", "vin": f"LSVAA0000000000{i:02}", "result": r, "restored": s} for i, (r, s) in enumerate(rows)]
    executions = [e | {"pushed_at": "2026-03-10T10:00:00+08:00"} for e in executions]
    return [ClosingReport.model_validate(plain | changed)], [UpdateExecution.model_validate(e) for e in executions]


@closing_report_adds_up.example(Verdict.PASS)
def four_cars_all_accounted_for() -> _Input:
    """One succeeded, one failed and was restored, one refused, one put it off."""
    return _input()


@closing_report_adds_up.example(Verdict.FAIL)
def a_failure_left_out() -> _Input:
    """The failed car is reported as a success."""
    return _input(success=2, failed=0, restored=0)


@closing_report_adds_up.example(Verdict.FAIL)
def the_sum_is_wrong() -> _Input:
    """One car more was pushed than stands in any result."""
    return _input(pushed=5)


@closing_report_adds_up.example(Verdict.INCONCLUSIVE)
def no_records_of_executions() -> _Input:
    """Figures without the ledger that they came from."""
    return _input()[0], None
