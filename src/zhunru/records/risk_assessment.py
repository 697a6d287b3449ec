"""Data-security risk assessment (数据安全风险评估)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Refs, Word, choice, item

AssessedBy = Annotated[
    Literal["self", "third_party"] | None,
    BeforeValidator(choice(self="自评估|自行评估|自行开展|自评", third_party="第三方|委托评估|第三方评估|委托第三方|检测评估机构")),
]


class RiskAssessment(Record):
    """One assessment: what was assessed, by whom, when, what came of it; for each focus point and content where the report says it.

    A focus point or content is told by the words or the place of the report (chapter, page); blank = the report has nothing on it.
    Source: MIIT rules on risk assessment (实施细则) articles 5 to 7 and 10; data-and-cyber.md 2.5.
    """

    title_zh: ClassVar[str] = "数据安全风险评估"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据安全风险评估", "风险评估", "风险评估台账", "风险评估记录")

    id: Key = item("评估编号", "风险评估编号", doc="number of the assessment", key=True)
    matter: Word = item("评估名称", doc="name of the assessment")
    systems: Refs = item("评估范围系统", "评估系统", "被评估系统", doc="systems that were assessed", default=())
    assets: Refs = item("评估范围数据", "被评估数据资产", doc="ids of data assets that were assessed", default=())
    assessed_by: AssessedBy = item("评估方式", doc="self or third party")
    organisation: Word = item("评估机构", doc="third party that assessed")
    team: Refs = item("评估团队", "评估人员", doc="members of the team", default=())
    skills: Refs = item("团队专业构成", doc="organisation, business, technique, compliance", default=())
    tools: Refs = item("评估工具", doc="tools that were used", default=())
    started: Day = item("评估开始日期", doc="first day")
    finished: Day = item("评估完成日期", doc="last day of the work")
    issued: Day = item("评估出具日期", "报告出具日期", doc="day on which the report was issued")
    submitted: Day = item("评估报送日期", doc="day on which the report was sent to the local regulator")
    receipt: Word = item("评估报送回执", doc="number of the receipt")
    report_digest: Word = item("评估报告摘要值", doc="SHA-256 of the report file")
    trigger: Word = item("评估触发原因", doc="yearly, or the event that made it necessary")
    result: Word = item("评估结果", doc="result, e.g. the overall risk level")
    valid_until: Day = item("评估有效期至", doc="last day on which the report says that it is valid")
    # eight focus points, article 5
    focus_purpose: Word = item("重点1目的方式范围", doc="legality and necessity of purpose, method and scope")
    focus_system: Word = item("重点2制度流程", doc="management system and policy")
    focus_organisation: Word = item("重点3组织岗位", doc="organisation and posts")
    focus_technique: Word = item("重点4技术防护", doc="technical protection")
    focus_staff: Word = item("重点5人员与培训", doc="knowledge and training of staff")
    focus_incident: Word = item("重点6事件影响", doc="risk and effect of incidents")
    focus_recipient: Word = item("重点7接收方能力", doc="capability of recipients and trustees")
    focus_export: Word = item("重点8出境评估履行", doc="fulfilment of the export assessment")
    # ten contents of the report, article 6
    content_basics: Word = item("内容1处理者基本情况", doc="basics of the processor")
    content_team: Word = item("内容2评估团队", doc="basics of the team")
    content_data: Word = item("内容3重要数据种类数量", doc="kinds and quantity of important data")
    content_activities: Word = item("内容4数据处理活动", doc="processing activities")
    content_environment: Word = item("内容5评估环境", doc="environment of the assessment")
    content_analysis: Word = item("内容6处理活动分析", doc="analysis of the activities")
    content_compliance: Word = item("内容7合规评估", doc="compliance")
    content_risks: Word = item("内容8安全风险分析", doc="analysis of risks")
    content_conclusion: Word = item("内容9评估结论", doc="conclusion")
    content_measures: Word = item("内容10应对措施", doc="measures")
