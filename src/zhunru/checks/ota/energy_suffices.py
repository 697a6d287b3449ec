"""Enough energy for update and restore is assured before an update is executed."""

from collections.abc import Iterator
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_precondition import UpdatePrecondition

_ENERGY: Final = frozenset({"state_of_charge", "voltage_12v"})
_UPDATE: Final = ("update", "升级", "执行")
_RESTORE: Final = ("restore", "恢复", "回滚", "安全状态", "safe")
_WITHOUT: Final = ("不含", "不包", "未包", "未含", "未计", "没有", "除外", "without", "exclud", "norestore", "notinclud")
_LEAST_PCT: Final = 1.0
"""A charge of 1 per cent or less is no threshold: a ratio stands in the column of per cents, or nothing is demanded."""
_FULL_PCT: Final = 100.0


@check("miit-2021-103/3.4", "gb-44496-2024/5.2.4", "gb-44496-2024/6.8", title_zh="电量足以完成升级及可能的恢复", since="0.2")
def energy_suffices(
    preconditions: list[UpdatePrecondition], cases: list[UpdateCase] | None, executions: list[UpdateExecution] | None
) -> Iterator[Finding]:
    """The energy threshold covers update and restore, above it the update is executed, below it never.

    Why:
        A battery that dies while a controller is written leaves neither the new nor the old software: the car does not move again.

    为什么:
        刷写途中断电，新旧软件都不完整，车辆可能再也无法启动；恢复旧版本同样要用电。

    How it decides:
        1. Take the conditions on state of charge or 12 V voltage, or with an energy budget; an activity whose conditions have none: gap.
        2. Its budget names update and restore: ok; it is told and lacks one of them: breach; it is not told, or speaks of what it leaves out: gap.
           A threshold that cannot be read, or a charge of 1 % or less or above 100 %, e.g. a ratio: gap.
        3. Runs of 6.8 with that activity: a threshold of state of charge and a recorded charge decide which is which, else a stimulus means
           not met; the two contradict each other, or a charge outside 0 to 100 %: gap. Met and executed, not met and not executed: ok; the other way round: breach.
        4. No run with the energy met, or none with it not met: gap.
        5. Executions in the field: a charge at the start below the threshold: breach; at or above it: ok; not recorded, or outside 0 to 100 %: gap.

    Inconclusive:
        No energy condition, no budget, runs or charges that are missing or unreadable.

    Not covered:
        Whether the budget is right in cold and for an aged battery: that is shown by the maker's calculation and its review.

    未覆盖:
        能量预算在低温、电池老化时是否成立，须查企业计算书并评审。

    Args:
        preconditions: Declared conditions.
        cases: Test runs.
        executions: Executions in the field.

    References:
        GB 44496-2024 5.2.4, 6.8; UN R156 7.2.2.1.2.
    """
    names = sorted({bare(p.campaign) for p in preconditions})
    if not names:
        yield gap("没有声明执行前提条件", "no condition is declared")
    for name in names:
        # (1) energy conditions
        rows = [p for p in preconditions if bare(p.campaign) == name and (p.energy or p.quantity in _ENERGY) and p.scope != "execution"]
        if not rows:
            yield gap("该活动没有电量条件", "the activity declares no energy condition", campaign=name)
            continue
        for row in rows:
            yield _budget(row)
            if _unread(row):
                yield gap(
                    "电量门限缺失或无法识别",
                    "the energy threshold is missing or cannot be read",
                    at=row.origin,
                    condition=row.id,
                    value=row.value,
                )
        thresholds = [t for r in rows if (t := _threshold(r)) is not None]
        threshold = max(thresholds, default=None)
        mine = [
            c for c in cases or () if bare(c.case) == "6.8" and (bare(c.campaign or "") == name or (not c.campaign and len(names) == 1))
        ]
        yield from _runs(mine, threshold, rows[0])
        if threshold is not None:
            for execution in (e for e in executions or () if bare(e.campaign) == name and e.started_at is not None):
                yield _field(execution, threshold)


def _budget(row: UpdatePrecondition) -> Finding:
    # (2) what the threshold covers
    text = bare(row.energy or "")
    if not text:
        return gap("未说明电量门限的组成", "what the energy threshold covers is not told", at=row.origin, condition=row.id)
    lacking = [n for n, words in (("update", _UPDATE), ("restore", _RESTORE)) if not any(w in text for w in words)]
    if lacking:
        return breach(
            "电量门限未包括升级与恢复两项", "the threshold does not cover both update and restore", at=row.origin, lacks=";".join(lacking)
        )
    if any(w in text for w in _WITHOUT):
        return gap("电量门限的组成含排除用语", "the budget speaks of what it leaves out", at=row.origin, energy=row.energy)
    return ok("电量门限包括升级与恢复", "the threshold covers update and restore", at=row.origin, condition=row.id, threshold=row.value)


def _unread(row: UpdatePrecondition) -> bool:
    """Tell whether the threshold says nothing: of a charge no number of per cent above 1, of anything else no value."""
    if row.quantity != "state_of_charge":
        return not row.quantity or not row.value
    threshold = _threshold(row)
    return threshold is None or not _LEAST_PCT < threshold <= _FULL_PCT


def _threshold(row: UpdatePrecondition) -> float | None:
    """Return the least state of charge, per cent; None when the condition is of another kind or cannot be read."""
    if row.quantity != "state_of_charge" or row.operator not in {">=", ">"} or (row.unit and bare(row.unit) not in {"%", "pct"}):
        return None
    try:
        return float((row.value or "").strip().removesuffix("%"))
    except ValueError:
        return None


def _runs(cases: list[UpdateCase], threshold: float | None, row: UpdatePrecondition) -> Iterator[Finding]:
    # (3) met and not met
    tried = set()
    for case in cases:
        facts: dict[str, Any] = {"at": case.origin, "run": case.run, "soc_pct": case.soc_pct, "threshold_pct": threshold}
        by_word = not case.stimulus
        by_charge = by_word if threshold is None or case.soc_pct is None else case.soc_pct >= threshold
        if case.soc_pct is not None and not 0 <= case.soc_pct <= _FULL_PCT:
            yield gap("电量超出 0 至 100%", "the charge is not between 0 and 100 per cent", **facts)
        elif by_word is not by_charge:
            yield gap("试验的电量与所述激励矛盾", "charge and stimulus of the run contradict each other", **facts)
        elif case.executed is None:
            yield gap("试验未记录是否执行", "whether it was executed is not recorded", **facts)
        elif case.executed is by_word:
            tried.add(by_word)
            yield ok("执行与否与电量一致", "executed or not as the energy asks", **facts)
        elif case.executed:
            tried.add(by_word)
            yield breach("电量不足仍执行", "executed without enough energy", **facts)
        else:
            tried.add(by_word)
            yield breach("电量满足而未执行", "not executed although the energy suffices", **facts)
    # (4) both sides
    if True not in tried:
        yield gap("没有电量满足的试验（6.8）", "no run of 6.8 with enough energy", at=row.origin, campaign=row.campaign)
    if False not in tried:
        yield gap("没有电量不满足的试验（6.8）", "no run of 6.8 without enough energy", at=row.origin, campaign=row.campaign)


def _field(execution: UpdateExecution, threshold: float) -> Finding:
    # (5) the charge at the start
    facts: dict[str, Any] = {
        "at": execution.origin,
        "vin": tail(execution.vin),
        "measured": execution.soc_pct,
        "limit": threshold,
        "unit": "%",
    }
    if execution.soc_pct is None or not 0 <= execution.soc_pct <= _FULL_PCT:
        return gap("开始时的电量未记录或超出 0 至 100%", "the charge at the start is not recorded, or impossible", **facts)
    if execution.soc_pct < threshold:
        return breach("开始时电量低于门限", "started below the threshold", **facts)
    return ok("开始时电量达到门限", "started at or above the threshold", **facts)


_Inputs = tuple[list[UpdatePrecondition], list[UpdateCase], list[UpdateExecution]]


def _inputs(energy: str = "升级;恢复", unmet: str = "否", soc: object = 45) -> _Inputs:
    row = {"campaign": "U-1", "id": "E1", "quantity": "state_of_charge", "operator": ">=", "value": "30", "unit": "%", "energy": energy}
    runs: list[dict[str, object]] = [
        {"case": "6.8", "run": "1", "soc_pct": 30, "executed": "是"},
        {"case": "6.8", "run": "2", "soc_pct": 29, "stimulus": "E1", "executed": unmet},
    ]
    done = {"campaign": "U-1", "vin": "LSVAA49J0X2000001", "started_at": "2026-03-10 10:00", "soc_pct": soc}
    return (
        [UpdatePrecondition.model_validate(row)], [UpdateCase.model_validate(r) for r in runs], [UpdateExecution.model_validate(done)],
    )  # fmt: skip


@energy_suffices.example(Verdict.PASS)
def thirty_per_cent_for_both() -> _Inputs:
    """The threshold covers both, and both sides of it were tried."""
    return _inputs()


@energy_suffices.example(Verdict.FAIL)
def restore_is_not_covered() -> _Inputs:
    """The budget is for the update alone."""
    return _inputs("升级")


@energy_suffices.example(Verdict.FAIL)
def executed_with_too_little() -> _Inputs:
    """The run below the threshold was executed."""
    return _inputs(unmet="是")


@energy_suffices.example(Verdict.FAIL)
def a_car_started_below() -> _Inputs:
    """One car in the field started with 29.9 per cent."""
    return _inputs(soc=29.9)


@energy_suffices.example(Verdict.INCONCLUSIVE)
def charge_not_recorded() -> _Inputs:
    """Nobody recorded the charge of the car in the field."""
    return _inputs(soc="")
