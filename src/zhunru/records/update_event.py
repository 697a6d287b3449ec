"""Event of an update as the vehicle, its display or the back end logged it (升级事件)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Number, Record, Word, choice, item

UpdateEventKind = Annotated[
    Literal[
        "notice",
        "confirm",
        "defer",
        "refuse",
        "download",
        "start",
        "stage",
        "end",
        "result",
        "failure",
        "restore",
        "safe_state",
        "drive_attempt",
        "drive_refused",
        "function_attempt",
        "function_refused",
        "unlock_attempt",
        "unlocked",
        "power_loss",
        "power_return",
        "manual_updated",
        "measure_active",
        "stop_push",
        "readout",
    ]
    | None,
    BeforeValidator(
        choice(
            notice="升级告知|告知|提示",
            confirm="用户确认|确认|同意",
            defer="推迟|稍后",
            refuse="拒绝",
            download="下载",
            start="开始执行|执行开始|开始安装|开始",
            stage="阶段",
            end="执行结束|结束|完成",
            result="结果告知|结果提示",
            failure="失败|执行失败",
            restore="恢复原版本|回滚|恢复",
            safe_state="安全状态|进入安全状态",
            drive_attempt="尝试行驶|驾驶尝试",
            drive_refused="禁止行驶|行驶被拒",
            function_attempt="尝试使用功能",
            function_refused="功能被禁用|功能不可用",
            unlock_attempt="车内解锁尝试|尝试解锁",
            unlocked="车内解锁成功|已解锁|解锁",
            power_loss="断电|掉电",
            power_return="恢复供电|上电",
            manual_updated="电子手册更新|手册更新",
            measure_active="安全措施生效|措施生效",
            stop_push="停止推送|紧急停止",
            readout="版本读取|读取版本",
        )
    ),
]


class UpdateEvent(Record):
    """One line of a display log, a campaign log or a test log.

    Source: GB 44496-2024 5.2, clause 6; ota-and-recorders.md 1.3, 1.4.
    """

    title_zh: ClassVar[str] = "升级事件"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级事件", "HMI日志", "升级日志", "事件日志", "活动日志")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    vin: Key = item("车辆VIN", "VIN", "车辆识别代号", "车架号", doc="VIN", key=True)
    at: Moment = item("事件时间", "时间", "发生时间", doc="when")
    event: UpdateEventKind = item("事件类型", "事件", doc="what happened")
    run: Word = item("试验序号", "运行编号", "试验编号", doc="run of a test case that it belongs to")
    stage: Word = item("升级阶段", "阶段", doc="stage of the execution, e.g. erase, write, verify, activate")
    topic: Word = item(
        "内容项",
        "告知项",
        "信息项",
        doc="for notices: purpose, changes, duration, unavailable, instructions; for results: success, changes, advice",
    )
    text: Word = item("文本", "提示文本", "内容", doc="text as shown to the user")
    subject: Word = item("对象", "功能或部件", doc="function, door, package or ECU that the event is about")
    value: Word = item("取值", "数值", "值", doc="value, e.g. version, told minutes")
    duration_s: Number = item("时长(s)", "时长(秒)", doc="for notices: told duration in seconds")
    channel: Word = item("告知渠道", "渠道", "来源", doc="through what the user was told, or who logged it")
