"""Figures of a finished update activity, as reported (活动总结)."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from zhunru.core.record import Day, Key, Number, Record, Refs, Word, item
from zhunru.records.update_execution import UpdateExecution

COUNTS = ("pushed", "confirmed", "executed", "success", "failed", "restored", "refused", "open_vehicles")
"""Fields that count vehicles."""


class ClosingReport(Record):
    """What the maker reports at the end of an activity: counts of vehicles, incidents, versions.

    Source: ota-and-recorders.md 2.4 F4 (P); GB 44496-2024 4.3.5 (record of one update).
    """

    title_zh: ClassVar[str] = "升级活动总结"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级活动总结", "活动总结", "结项报告")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    closed_on: Day = item("总结日期", "结项日期", doc="day up to whose end the figures count")
    pushed: Number = item("推送车辆数", "推送数", doc="vehicles that were offered the package")
    confirmed: Number = item("确认车辆数", "确认数", doc="vehicles whose user accepted")
    executed: Number = item("执行车辆数", "执行数", doc="vehicles on which it was executed")
    success: Number = item("成功车辆数", "成功数", doc="vehicles on which it succeeded")
    failed: Number = item("失败车辆数", "失败数", doc="vehicles on which it failed")
    restored: Number = item("回滚车辆数", "恢复原版本数", "回滚数", doc="of those that failed: the earlier version runs again")
    refused: Number = item("拒绝车辆数", "拒绝数", doc="vehicles whose user refused")
    open_vehicles: Number = item("未决车辆数", "待执行数", doc="vehicles that were offered it and neither executed nor refused it")
    incidents: Number = item("升级事件数", "事件数", doc="incidents during the activity")
    incident_text: Word = item("事件说明", doc="what happened, and what was done")
    versions: Refs = item("最终版本分布", "版本分布", doc="version=vehicles, e.g. 2.1.0=980", default=())
    ledger_digest: Word = item("执行台账摘要", doc="SHA-256 of the ledger of executions that the figures were taken from")


def execution_counts(executions: Sequence[UpdateExecution]) -> dict[str, int]:
    """Return the figures that execution records, one per car, give for the fields of `COUNTS`."""
    results = Counter(e.result for e in executions)
    waiting = [e for e in executions if e.result not in {"success", "failed", "refused"}]
    executed = results["success"] + results["failed"]
    return {
        "pushed": len(executions),
        "confirmed": executed + sum(e.result == "pending" and e.confirmed_at is not None for e in waiting),
        "executed": executed,
        "success": results["success"],
        "failed": results["failed"],
        "restored": sum(e.result == "failed" and e.restored is True for e in executions),
        "refused": results["refused"],
        "open_vehicles": len(waiting),
    }
