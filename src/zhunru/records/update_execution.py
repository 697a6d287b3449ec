"""Execution of an update on one vehicle (升级执行记录)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Moment, Number, Record, Refs, Word, choice, item

ExecutionResult = Annotated[
    Literal["success", "failed", "refused", "deferred", "pending", "cancelled"] | None,
    BeforeValidator(
        choice(
            success="成功|升级成功|完成",
            failed="失败|升级失败",
            refused="拒绝|用户拒绝",
            deferred="推迟|延期|稍后",
            pending="待执行|未执行|进行中|等待确认",
            cancelled="取消|已取消|撤回",
        )
    ),
]


class UpdateExecution(Record):
    """What happened to one car in one activity: told, confirmed, started, ended, result, versions before and after.

    Source: GB 44496-2024 4.2.2, 4.5.2, 5.2; 103号 article (三), record and notice; ota-and-recorders.md 1.9 `execution`.
    """

    title_zh: ClassVar[str] = "升级执行记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级执行记录", "执行记录", "升级记录", "单车升级记录")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    vin: Key = item("执行车辆VIN", "VIN", "车辆识别代号", "车架号", doc="VIN", key=True)
    pushed_at: Moment = item("推送时间", "下发时间", doc="when the car was offered the package")
    notified_at: Moment = item("告知时间", "提示时间", doc="when the user was told")
    confirmed_at: Moment = item("用户确认时间", "确认时间", doc="when the user chose")
    option: Word = item("用户选择", "确认选项", doc="option that the user chose, e.g. accept, defer, refuse")
    started_at: Moment = item("执行开始时间", "升级开始时间", "开始时间", doc="start of the execution (install and activate)")
    ended_at: Moment = item("执行结束时间", "升级结束时间", "结束时间", doc="end of the execution")
    result: ExecutionResult = item("执行结果", "升级结果", "结果", doc="success, failed, refused, deferred, pending or cancelled")
    fail_code: Word = item("失败代码", "故障码", doc="code of the failure")
    restored: Flag = item("已恢复原版本", "回滚成功", "已回滚", doc="after a failure the earlier usable version runs again")
    safe_state: Flag = item("进入安全状态", doc="after a failure the car is in the declared safe state")
    versions_before: Refs = item("升级前版本集", "升级前版本", doc="ECU=version before", default=())
    versions_after: Refs = item("升级后版本集", "升级后版本", doc="ECU=version after", default=())
    swin_before: Word = item("升级前识别码", doc="SWIN before")
    swin_after: Word = item("升级后识别码", doc="SWIN after")
    packages: Refs = item("安装包摘要", "升级包摘要", doc="SHA-256 of what was installed", default=())
    told_result_at: Moment = item("结果告知时间", "结果提示时间", doc="when the user was told the result")
    manual_version: Word = item("电子手册版本", "车载手册版本", doc="version of the on-board manual afterwards")
    soc_pct: Number = item("开始时电量(%)", "动力电池电量(%)", doc="state of charge at the start, per cent")
    professional: Word = item("专业人员", "专业人员编号", doc="person with the skill, where one is needed")
