"""Every target vehicle of an activity has exactly one record of what happened to it."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_execution import UpdateExecution

_ORDER: Final = ("pushed_at", "notified_at", "confirmed_at", "started_at", "ended_at", "told_result_at")
_RAN: Final = frozenset({"success", "failed"})


@check(
    "miit-2021-103/3.5", "gb-44496-2024/4.2.2.a", "gb-44496-2024/4.2.2.b", "gb-44496-2024/4.3.4",
    title_zh="每辆目标车辆都有一条完整的执行记录", since="0.2",
)  # fmt: skip
def execution_record_is_complete(executions: list[UpdateExecution], targets: list[TargetVehicle]) -> Iterator[Finding]:
    """The records of an activity and its target list hold the same vehicles, each once, with result, versions and times in order.

    Why:
        Who does not know which car carries which software cannot recall it, nor tell the authority what was done.

    为什么:
        不知道哪辆车装了哪个软件，就无法召回，也无法向主管部门说明做了什么。

    How it decides:
        1. Per activity, a target without a record: breach; a record of a car that is no target: breach; an activity with records and without
           targets, or the other way round: breach for the cars concerned.
        2. A car with two records that differ in result: gap, since nothing tells which one counts; a second equal record: gap as well.
        3. No result, or one that cannot be read: gap.
        4. A car that was executed needs the versions before and after, the start and the end: none: breach, unreadable: gap. Success with the
           same versions before and after: gap. A car that was not executed needs none.
        5. Times that both stand must be in the order pushed, told, confirmed, started, ended, told the result: a step back: breach.
        6. Success, failed, refused, deferred, pending and cancelled together are as many as the targets: ok, with the counts.
        7. Nothing to count: gap.

    Inconclusive:
        Results or times that are unreadable, two records of one car, no targets and no records.

    Not covered:
        Whether the record is true of the car: that is shown by reading its versions out.

    未覆盖:
        记录与车辆实际是否一致，须读取车辆版本核对。

    Args:
        executions: Records per car.
        targets: Closed target lists.

    References:
        GB 44496-2024 4.2.2, 4.3.4; 103号 (三), fourth capability; ota-and-recorders.md 1.9.
    """
    mine: dict[str, list[UpdateExecution]] = {}
    aims: dict[str, list[TargetVehicle]] = {}
    for record in executions:
        mine.setdefault(bare(record.campaign), []).append(record)
    for target in targets:
        aims.setdefault(bare(target.campaign), []).append(target)
    for name in sorted(mine.keys() | aims.keys()):
        yield from _activity(name, mine.get(name, []), aims.get(name, []))
    # (7) nothing
    if not mine and not aims:
        yield gap("没有执行记录，也没有目标车辆", "neither records nor targets", executions=0)


def _activity(name: str, records: list[UpdateExecution], targets: list[TargetVehicle]) -> Iterator[Finding]:
    cars: dict[str, list[UpdateExecution]] = {}
    for record in records:
        cars.setdefault(bare_number(record.vin), []).append(record)
    aimed = {bare_number(t.vin): t for t in targets}
    clean = True
    # (1) the same cars
    for vin in sorted(aimed.keys() - cars.keys()):
        clean = False
        yield breach("目标车辆没有执行记录", "a target vehicle has no record", at=aimed[vin].origin, vin=tail(vin), campaign=name)
    for vin in sorted(cars.keys() - aimed.keys()):
        clean = False
        yield breach(
            "非目标车辆有执行记录", "a vehicle that is no target has a record", at=cars[vin][0].origin, vin=tail(vin), campaign=name
        )
    for vin, rows in sorted(cars.items()):
        if len(rows) > 1:  # (2)
            clean = False
            yield gap(
                "同一车辆有多条记录", "one vehicle has several records", at=rows[0].origin, vin=tail(vin), campaign=name, rows=len(rows)
            )
        for row in rows:
            for finding in _record(row):
                clean = False
                yield finding
    # (6) the sum
    if clean and cars:
        counts: dict[str, Any] = dict(sorted(Counter(str(r.result) for r in records).items()))
        facts: dict[str, Any] = {"campaign": name, "measured": len(cars), "limit": len(aimed), "unit": "vehicles"}
        yield ok("执行记录与目标车辆一致", "records and targets agree", **facts, **counts)


def _record(record: UpdateExecution) -> Iterator[Finding]:
    facts: dict[str, Any] = {"at": record.origin, "vin": tail(record.vin), "campaign": record.campaign}
    if record.result is None:  # (3)
        yield gap("执行结果缺失或无法识别", "the result is missing or unreadable", **facts)
    if record.result in _RAN:  # (4)
        lacking = [n for n in ("versions_before", "versions_after", "started_at", "ended_at") if not getattr(record, n)]
        if lacking and record.origin.problems:
            yield gap("执行记录有无法识别的内容", "the record has cells that cannot be read", **facts, lacks=";".join(lacking))
        elif lacking:
            yield breach("已执行车辆的记录不完整", "the record of an executed car is incomplete", **facts, lacks=";".join(lacking))
        elif record.result == "success" and frozenset(map(bare, record.versions_before)) == frozenset(map(bare, record.versions_after)):
            yield gap("记录成功但前后版本相同", "a success, but the versions before and after are equal", **facts)
    # (5) order of times
    times = [(n, at) for n in _ORDER if (at := getattr(record, n)) is not None]
    for (earlier, one), (later, two) in pairwise(times):
        if two < one:
            yield breach("执行记录的时间先后颠倒", "the times of the record are out of order", **facts, earlier=earlier, later=later)


_VINS: Final = ("LSVAA49J0X2000001", "LSVAA49J0X2000002", "LSVAA49J0X2000003")
_Inputs = tuple[list[UpdateExecution], list[TargetVehicle]]


def _done(vin: str, **changed: object) -> UpdateExecution:
    plain = {
        "campaign": "U-1", "vin": vin, "result": "success", "pushed_at": "2026-03-10 09:00", "started_at": "2026-03-10 10:00",
        "ended_at": "2026-03-10 10:20", "versions_before": "EPS=1.0", "versions_after": "EPS=2.0",
    }  # fmt: skip
    return UpdateExecution.model_validate(plain | changed)


def _targets(*vins: str) -> list[TargetVehicle]:
    return [TargetVehicle.model_validate({"campaign": "U-1", "vin": v}) for v in vins]


@execution_record_is_complete.example(Verdict.PASS)
def three_cars_three_records() -> _Inputs:
    """One succeeded, one refused, one waits."""
    rest = [
        UpdateExecution.model_validate({"campaign": "U-1", "vin": v, "result": r})
        for v, r in zip(_VINS[1:], ("拒绝", "待执行"), strict=True)
    ]
    return [_done(_VINS[0]), *rest], _targets(*_VINS)


@execution_record_is_complete.example(Verdict.FAIL)
def one_target_without_a_record() -> _Inputs:
    """Nobody knows what became of the third car."""
    return [_done(v) for v in _VINS[:2]], _targets(*_VINS)


@execution_record_is_complete.example(Verdict.FAIL)
def a_car_that_was_no_target() -> _Inputs:
    """The package reached a third car."""
    return [_done(v) for v in _VINS], _targets(*_VINS[:2])


@execution_record_is_complete.example(Verdict.FAIL)
def ended_before_it_started() -> _Inputs:
    """The end stands an hour before the start."""
    return [_done(_VINS[0], ended_at="2026-03-10 09:20")], _targets(_VINS[0])


@execution_record_is_complete.example(Verdict.INCONCLUSIVE)
def result_unknown() -> _Inputs:
    """The result is blank."""
    return [_done(_VINS[0], result="")], _targets(_VINS[0])
