"""Condition that must hold before an update is executed (执行条件)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Record, Word, choice, item

ConditionOperator = Annotated[
    Literal["=", "!=", "<", "<=", ">", ">=", "in"] | None,
    BeforeValidator(
        choice(
            **{
                "=": "等于|==|＝",
                "!=": "不等于|≠|<>",
                "<": "小于|＜",
                "<=": "不大于|≤|至多",
                ">": "大于|＞",
                ">=": "不小于|≥|至少",
                "in": "属于|之一",
            }
        )
    ),
]

ConditionScope = Annotated[
    Literal["start", "execution", "both"] | None,
    BeforeValidator(choice(start="执行前|开始时", execution="执行中|执行期间|安全状态", both="全程|执行前和执行中")),
]


class UpdatePrecondition(Record):
    """One declared predicate over a quantity of the vehicle: true at the start of the execution, or all the while, as `scope` says.

    `quantity` is a meaning of the signal mapping (speed, gear, park_brake, state_of_charge, voltage_12v, ...) or of the event log.
    Source: GB 44496-2024 5.2.3, 5.2.4, 6.7, 6.8; ota-and-recorders.md 1.3, 1.4.
    """

    title_zh: ClassVar[str] = "执行条件"
    sheet_names: ClassVar[tuple[str, ...]] = ("执行条件", "升级前提条件", "先决条件", "前提条件")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    id: Key = item("条件编号", "前提条件编号", doc="number of the condition", key=True)
    quantity: Word = item("条件量", "信号含义", "物理量", doc="what is measured")
    operator: ConditionOperator = item("判定方式", "比较符", "运算符", doc="=, !=, <, <=, >, >= or in")
    value: Word = item("门限值", "阈值", "限值", doc="number, word, or words separated by ;")
    unit: Word = item("计量单位", "单位", doc="unit of the value")
    scope: ConditionScope = item(
        "适用阶段",
        "适用时段",
        doc="start (before it begins; empty means this), execution (safe state while it runs) or both",
        open_when_empty=True,
    )
    energy: Word = item("能量组成", doc="for energy conditions: what the threshold covers, e.g. update; restore")
