"""One risk found by an assessment, and its treatment (风险项)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Word, choice, item

RiskArea = Annotated[
    Literal["management", "activities", "technology", "personal_information"] | None,
    BeforeValidator(
        choice(
            management="数据安全管理|安全管理|管理",
            activities="数据处理活动|处理活动",
            technology="数据安全技术|安全技术|技术",
            personal_information="个人信息保护|个人信息",
        )
    ),
]
RiskLevel = Annotated[
    Literal["major", "high", "medium", "low", "slight"] | None,
    BeforeValidator(choice(major="重大|重大风险", high="高|高风险", medium="中|中风险", low="低|低风险", slight="轻微|轻微风险")),
]
Degree = Annotated[
    Literal["very_high", "high", "medium", "low", "very_low"] | None,
    BeforeValidator(choice(very_high="很高|极高", high="高", medium="中|中等", low="低", very_low="很低|极低")),
]


class RiskItem(Record):
    """One risk: its source, area, harm, likelihood and level, and who does what about it until when.

    Source: GB/T 45577-2025 (four areas, five levels; data-and-cyber.md 2.7, S and G).
    """

    title_zh: ClassVar[str] = "数据安全风险项"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据安全风险项", "风险项", "风险清单", "风险处置清单")

    id: Key = item("风险编号", doc="number of the risk", key=True)
    assessment: Word = item("所属评估编号", "评估编号", doc="assessment that found it")
    source: Word = item("风险源", "风险源描述", doc="source of the risk")
    area: RiskArea = item("风险领域", doc="management, activities, technology or personal_information")
    assets: Word = item("风险涉及数据", doc="data or systems that are concerned")
    harm: Degree = item("危害程度等级", "风险危害程度", doc="how grave the harm would be")
    likelihood: Degree = item("发生可能性", "可能性", doc="how likely it is")
    level: RiskLevel = item("风险等级", doc="major, high, medium, low or slight")
    measure: Word = item("处置措施", "整改措施", doc="what is done about it")
    owner: Word = item("处置责任人", "整改责任人", doc="who does it")
    due: Day = item("处置期限", "整改期限", doc="day until when")
    closed: Day = item("处置完成日期", "整改完成日期", doc="day on which it was done; empty = open")
    proof: Word = item("处置证明", "整改证明", doc="proof that it was done")
    accepted_by: Word = item("风险接受人", doc="who accepts what remains")
