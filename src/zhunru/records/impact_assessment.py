"""Assessment of the impact of an update on one ECU and system (影响评估)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Word, item


class ImpactAssessment(Record):
    """One assessment before release: three yes/no answers with reasons, per activity, ECU and approved system.

    Source: GB 44496-2024 4.2.6 to 4.2.8; UN R156 7.1.1.8 to 7.1.1.10; ota-and-recorders.md 1.2.
    """

    title_zh: ClassVar[str] = "影响评估"
    sheet_names: ClassVar[tuple[str, ...]] = ("影响评估", "安全影响评估", "升级影响评估")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    ecu: Key = item("控制器", "ECU", "受评控制器", doc="updated ECU", key=True)
    system: Word = item("受影响系统", "系统", "认证系统", doc="type-approved or safety system that is looked at")
    entries_change: Flag = item("信息表条目变化", "备案信息是否变化", doc="4.2.7 a: entries of the information document change")
    entries_reason: Word = item("信息表条目理由", doc="why")
    results_cover: Flag = item("试验结果仍覆盖", "原试验结果是否仍有效", doc="4.2.7 b: earlier test results still cover it")
    results_reason: Word = item("试验结果理由", doc="why")
    approval_affected: Flag = item("批准结论受影响", "是否影响批准", doc="4.2.7 c: the result of the approval is affected")
    approval_reason: Word = item("批准结论理由", doc="why")
    function_affected: Flag = item(
        "影响安全运行功能",
        "是否影响其他系统",
        doc="4.2.8: other systems needed for safe and continued operation, or functions as registered, are affected",
    )
    function_reason: Word = item("安全运行理由", doc="why")
    may_affect_driving: Flag = item("可能影响驾驶安全", doc="execution may affect driving safety, 5.2.6")
    may_affect_safety: Flag = item("可能影响车辆安全", doc="execution may affect vehicle safety, 5.2.5")
    decided_on: Day = item("评估日期", "批准日期", doc="day of the decision")
    person: Word = item("评估人", "批准人", doc="who decided")
