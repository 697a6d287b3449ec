"""Event after which the changed part is assessed again (重新评估触发事件)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Word, choice, item

TriggerKind = Annotated[
    Literal["core_provision", "adverse_change", "incident", "catalogue_change", "asked", "none"] | None,
    BeforeValidator(
        choice(
            core_provision="核心数据跨主体提供|新增跨主体提供|新增跨主体提供委托转移核心数据",
            adverse_change="安全状态不利变化|安全状态变化|处理目的方式范围变化",
            incident="发生安全事件|数据安全事件",
            catalogue_change="目录重大变化|备案目录重大变化",
            asked="主管部门要求|监管要求",
            none="无触发事件|无",
        )
    ),
]


class AssessmentTrigger(Record):
    """One line of the log of events that make a new assessment of the changed part necessary; a line `none` closes a stretch.

    Source: MIIT rules on risk assessment (实施细则) article 6; data-and-cyber.md 2.5.
    """

    title_zh: ClassVar[str] = "重新评估触发事件"
    sheet_names: ClassVar[tuple[str, ...]] = ("重新评估触发事件", "评估触发记录", "触发事件记录")

    id: Key = item("触发编号", doc="number of the line", key=True)
    matter: TriggerKind = item("触发类型", doc="which of the five events, or none")
    happened: Day = item("触发日期", doc="day of the event; of `none`: last day that was looked at")
    scope: Word = item("触发影响范围", doc="what changed")
    assessment: Word = item("对应评估编号", doc="assessment that followed")
    person: Word = item("触发登记人", doc="who entered it")
