"""Every target vehicle of an activity has exactly one record of what happened to it."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_execution import UpdateExecution

_ORDER: Final = ("pushed_at", "notified_at", "confirmed_at", "started_at", "ended_at", "told_result_at")
_NEEDED: Final = ("versions_before", "versions_after", "started_at", "ended_at")
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
           a target list: gap.
        2. Rows of one car, e.g. from a ledger and from a campaign export, are taken together where they do not contradict each other; two
           results, versions or times that differ: gap, since nothing tells which one counts.
        3. No result, or one that cannot be read: gap.
        4. A car that was executed needs the versions before and after, the start and the end. One that lacks what other cars of the activity
           have: breach, with unreadable cells: gap. What no record of the activity holds may be kept elsewhere: gap. Success with the same
           versions before and after: gap. A car that was not executed needs none.
        5. Times that both stand must be in the order pushed, told, confirmed, started, ended, told the result: a step back: breach. Two
           of one day, of which one tells no clock time: gap.
        6. Success, failed, refused, deferred, pending and cancelled together are as many as the targets: ok, with the counts.
        7. Nothing to count: gap.

    Inconclusive:
        Results or times that are unreadable, rows of one car that contradict each other, versions or times that no record holds, neither
        targets nor records.

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
    rows: dict[str, list[UpdateExecution]] = {}
    for record in records:
        rows.setdefault(bare_number(record.vin), []).append(record)
    aimed = {bare_number(t.vin): t for t in targets}
    clean = True
    # (1) the same cars
    for vin in sorted(aimed.keys() - rows.keys()):
        clean = False
        yield breach("目标车辆没有执行记录", "a target vehicle has no record", at=aimed[vin].origin, vin=tail(vin), campaign=name)
    if not aimed:
        clean = False
        yield gap("活动没有目标车辆清单", "the activity has no target list", campaign=name, records=len(records))
    for vin in sorted(rows.keys() - aimed.keys()) if aimed else ():
        clean = False
        yield breach(
            "非目标车辆有执行记录", "a vehicle that is no target has a record", at=rows[vin][0].origin, vin=tail(vin), campaign=name
        )
    cars = [_together(same) for _, same in sorted(rows.items())]
    kept = {n for n in _NEEDED for car, _ in cars if car.result in _RAN and getattr(car, n)}
    for car, torn in cars:
        if torn:  # (2)
            clean = False
            yield gap(
                "同一车辆的记录互相矛盾",
                "the records of one vehicle contradict each other",
                at=car.origin,
                vin=tail(car.vin),
                fields=";".join(torn),
            )
        for finding in _record(car, kept):
            clean = False
            yield finding
    # (6) the sum
    if clean and cars:
        counts: dict[str, Any] = dict(sorted(Counter(str(car.result) for car, _ in cars).items()))
        facts: dict[str, Any] = {"campaign": name, "measured": len(cars), "limit": len(aimed), "unit": "vehicles"}
        yield ok("执行记录与目标车辆一致", "records and targets agree", **facts, **counts)


def _together(rows: list[UpdateExecution]) -> tuple[UpdateExecution, list[str]]:
    """Return the rows of one car as one, and the fields in which they contradict each other."""
    first = min(rows, key=lambda r: (r.origin.source, r.origin.sheet, r.origin.row or 0))
    told = {n: {_plain(getattr(r, n)): getattr(r, n) for r in rows if getattr(r, n)} for n in ("result", *_NEEDED, *_ORDER)}
    torn = [n for n, values in told.items() if len(values) > 1 and n != "pushed_at"]
    merged = {n: next(iter(values.values())) for n, values in told.items() if values and n not in torn}
    problems = tuple(p for r in rows for p in r.origin.problems)
    return first.model_copy(update=merged | {"origin": first.origin._replace(problems=problems)}), torn


def _plain(value: object) -> object:
    return frozenset(bare(str(v)) for v in value) if isinstance(value, tuple) else value


def _record(record: UpdateExecution, kept: set[str]) -> Iterator[Finding]:
    facts: dict[str, Any] = {"at": record.origin, "vin": tail(record.vin), "campaign": record.campaign}
    if record.result is None:  # (3)
        yield gap("执行结果缺失或无法识别", "the result is missing or unreadable", **facts)
    if record.result in _RAN:  # (4)
        lacking = [n for n in _NEEDED if not getattr(record, n)]
        if lacking and (record.origin.problems or not kept & set(lacking)):
            yield gap("所提供的记录中没有这些内容", "the records supplied do not hold these", **facts, lacks=";".join(lacking))
        elif lacking:
            yield breach("已执行车辆的记录不完整", "the record of an executed car is incomplete", **facts, lacks=";".join(lacking))
        elif record.result == "success" and _plain(record.versions_before) == _plain(record.versions_after):
            yield gap("记录成功但前后版本相同", "a success, but the versions before and after are equal", **facts)
    # (5) order of times
    times = [(n, at) for n in _ORDER if (at := getattr(record, n)) is not None]
    for (earlier, one), (later, two) in pairwise(times):
        if untimed(one, two):
            yield gap("只有日期，时间先后无法判断", "only a day: the order of times cannot be told", **facts, earlier=earlier, later=later)
        elif two < one:
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
