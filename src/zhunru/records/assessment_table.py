"""What the OTA safety technical assessment table says beyond the activity itself (安全技术评估信息)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Record, Word, choice, item

OtaKind = Annotated[
    Literal["technical_service", "recall", "other"] | None,
    BeforeValidator(choice(technical_service="技术服务|技术服务活动", recall="召回|缺陷召回", other="其他|其它")),
]


class AssessmentTable(Record):
    """Kind of the activity and how failures are handled before, during and after it.

    Source: ota-and-recorders.md 2.3 (S: items of the SAMR table known from a secondary source).
    """

    title_zh: ClassVar[str] = "安全技术评估信息"
    sheet_names: ClassVar[tuple[str, ...]] = ("安全技术评估信息", "OTA评估信息")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    ota_kind: OtaKind = item("OTA类型", "OTA活动类型", doc="technical_service, recall or other")
    period: Word = item("升级周期", "更新周期", doc="period over which it is released")
    vehicles: Word = item("涉及车辆信息", "涉及车辆范围", doc="models, production period and number of vehicles")
    origin_of_need: Word = item("需求来源", "升级需求来源", doc="where the need came from")
    before: Word = item("升级前失效处理", doc="failures before the execution and how they are handled")
    during: Word = item("升级中失效处理", doc="failures during the execution and how they are handled")
    after: Word = item("升级后失效处理", doc="failures after the execution and how they are handled")
    person: Word = item("评估责任人", doc="who answers for the assessment")
