"""Exercise of an emergency plan (演练)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Moment, Record, Word, item


class Exercise(Record):
    """One drill: the injected event, when it was seen, stopped, recovered and told.

    Source: GB 44496-2024 4.4.4 (a package reaching vehicles that are no target); ota-and-recorders.md 1.2.
    """

    title_zh: ClassVar[str] = "演练"
    sheet_names: ClassVar[tuple[str, ...]] = ("演练", "应急演练", "演练记录")

    id: Key = item("演练编号", doc="number of the drill", key=True)
    plan: Word = item("预案编号", "应急预案编号", doc="document that was exercised")
    scenario: Word = item("演练场景", "场景", doc="event, e.g. wrong_target (推送至非目标车辆)")
    campaign: Word = item("活动编号", "升级编号", doc="activity used")
    injected_at: Moment = item("注入时间", "开始时间", doc="when the event began")
    detected_at: Moment = item("发现时间", doc="when it was seen")
    stopped_at: Moment = item("停止推送时间", "停止时间", doc="when pushing stopped")
    recovered_at: Moment = item("恢复时间", doc="when the cars were as before")
    notified_at: Moment = item("通知时间", doc="when those concerned were told")
    executed_on_wrong: Flag = item("非目标车辆已执行", doc="any car that was no target executed the package")
    person: Word = item("负责人", "演练负责人", doc="who led it")
