"""Store of logs and how far it reaches back (日志留存)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Moment, Number, Record, Word, choice, item

LogKind = Annotated[
    Literal["processing", "permission", "operation", "security", "update"] | None,
    BeforeValidator(
        choice(
            processing="数据处理|数据处理日志|处理日志",
            permission="权限管理|权限|权限日志|权限管理日志",
            operation="人员操作|操作|操作日志|人员操作日志",
            security="安全|安全日志|网络安全日志",
            update="升级|升级日志",
        )
    ),
]


class LogStore(Record):
    """One store of logs: what it logs, since when, its oldest and newest event, how long events are kept.

    Source: MIIT data measures 166号 article 25; GB 44495-2024 7.4.5; data-and-cyber.md 6.7 (six calendar months, or capacity by calculation).
    """

    title_zh: ClassVar[str] = "日志留存"
    sheet_names: ClassVar[tuple[str, ...]] = ("日志留存", "日志清单", "日志目录", "日志存储")

    id: Key = item("日志编号", "日志库编号", doc="identifier of the store", key=True)
    logs: LogKind = item("日志种类", "日志类型", doc="processing, permission, operation, security or update")
    system: Word = item("日志所属系统", doc="system that writes it")
    running_since: Moment = item("日志启用时间", doc="since when the system has written logs")
    first_event: Moment = item("最早事件时间", "最早日志时间", doc="oldest event that can still be read")
    last_event: Moment = item("最近事件时间", "最新日志时间", doc="newest event")
    read_at: Moment = item("日志核查时间", doc="when that was looked at")
    retention_months: Number = item("设定保存期限(月)", doc="retention as configured, calendar months")
    capacity_days: Number = item("容量可存天数(天)", doc="days that the capacity holds at the calculated rate")
    calculation: Word = item("容量计算说明", doc="how that was calculated")
    complete: Flag = item("期间无缺失", "日志连续", doc="no break between the oldest and the newest event")
    protection: Word = item("日志保护措施", doc="protection from deletion and change")
