"""Deletion, anonymisation or destruction of data that fell due (删除与销毁记录)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, choice, item

DeletionTrigger = Annotated[
    Literal["purpose_met", "service_ended", "period_over", "withdrawn", "unlawful", "request", "disposal", "other"] | None,
    BeforeValidator(
        choice(
            purpose_met="目的已实现|处理目的已实现|不再必要|目的实现",
            service_ended="停止提供服务|停止服务|服务终止",
            period_over="期限届满|保存期限届满|到期",
            withdrawn="撤回同意|同意撤回",
            unlawful="违法处理|违规处理|违反约定处理",
            request="个人请求|用户请求|请求删除",
            disposal="介质报废|设备报废|销毁",
            other="其他|其它",
        )
    ),
]
DeletionMeans = Annotated[
    Literal["deleted", "anonymised", "destroyed", "restricted"] | None,
    BeforeValidator(
        choice(
            deleted="删除|已删除|擦除",
            anonymised="匿名化|已匿名化",
            destroyed="销毁|已销毁|物理销毁|消磁",
            restricted="限制处理|仅存储和保护|停止除存储和保护之外的处理",
        )
    ),
]


class DataDeletion(Record):
    """One deletion that fell due: why, when, what was done, when, by whom, whether the data can be recovered.

    Source: GB/T 44464-2024 5.1.6; MIIT data measures 166号 article 20.
    """

    title_zh: ClassVar[str] = "删除与销毁记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("删除与销毁记录", "删除记录", "销毁记录", "数据销毁记录", "删除日志")

    id: Key = item("删除记录编号", "销毁记录编号", "销毁编号", doc="number of the record", key=True)
    trigger: DeletionTrigger = item("删除事由", "销毁事由", "触发情形", doc="why the data had to go")
    due_on: Day = item("事由发生日期", "应删除日期", "触发日期", doc="day on which the reason arose")
    functions: Refs = item("删除涉及的功能", doc="functions concerned", default=())
    assets: Refs = item("删除的资产编号", "销毁的资产编号", doc="assets concerned", default=())
    data_items: Refs = item("删除的数据项", "销毁内容", doc="kinds of data", default=())
    person: Word = item("删除涉及的主体标识", doc="pseudonym of the person, where it is about one")
    means: DeletionMeans = item("删除或销毁方式", "销毁方式", doc="deleted, anonymised, destroyed, or restricted to storage and protection")
    done_on: Day = item("删除完成日期", "销毁日期", doc="day on which it was done; empty = not done")
    blocked_by: Word = item("不能删除的原因", doc="law or technique that prevents deletion")
    important: Flag = item("删除的是重要数据", "是否含重要数据", doc="important or core data")
    recoverable: Flag = item("能否恢复", "可否恢复", doc="the data can be recovered afterwards, as verified")
    verified_by: Word = item("恢复性验证", "验证方法", doc="how that was verified")
    medium: Word = item("删除涉及的介质", "销毁介质", doc="medium or system")
    executor: Word = item("执行人", "销毁人", doc="who did it")
    witness: Word = item("监督人", "监销人", "见证人", doc="who watched or confirmed")
    approved_by: Word = item("删除审批人", "销毁审批人", doc="who approved")
