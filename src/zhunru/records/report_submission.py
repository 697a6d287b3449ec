"""Report handed in to an authority (报告报送)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Flag, Key, Number, Record, Refs, Word, choice, item

ReportKind = Annotated[
    Literal["annual_automotive", "annual_network", "annual_incidents", "risk_assessment", "other"] | None,
    BeforeValidator(
        choice(
            annual_automotive="汽车数据安全管理年度报告|年度汽车数据安全管理情况|汽车数据安全年报|年度报告|年报",
            annual_network="网络数据安全年度评估报告|重要数据年度风险评估报告|年度网络数据评估",
            annual_incidents="年度事件处置报告|数据安全事件年度处置情况|年度事件报告",
            risk_assessment="风险评估报告|数据安全风险评估报告",
            other="其他|其它",
        )
    ),
]


class ReportSubmission(Record):
    """One report as it was handed in: kind, year, receivers, day, receipt; for the annual report which contents it has.

    Source: 若干规定 articles 13 and 14; MIIT measures 166号 articles 28 and 31; NDR article 33; data-and-cyber.md 2.1, 2.5, 2.6.
    """

    title_zh: ClassVar[str] = "报告报送"
    sheet_names: ClassVar[tuple[str, ...]] = ("报告报送", "报送记录", "报告报送台账", "年度报告报送")

    id: Key = item("报送编号", doc="number of the submission", key=True)
    matter: ReportKind = item("报告种类", doc="annual_automotive, annual_network, annual_incidents, risk_assessment or other")
    year: Number = item("报告年度", doc="year that the report is about")
    assessment: Word = item("报送评估编号", doc="risk assessment that the report is of")
    addressees: Refs = item("报送机关", doc="authorities that received it, e.g. provincial CAC; local MIIT", default=())
    submitted_on: Day = item("报告报送日期", doc="day on which it was handed in")
    receipt: Word = item("报告回执编号", doc="number of the receipt")
    file_digest: Word = item("报告文件摘要", doc="SHA-256 of the file that was handed in")
    person: Word = item("报告报送人", doc="who handed it in")
    # seven contents of article 13
    has_persons: Flag = item("含负责人与联系人", doc="(1) name and contact of the person in charge and of the contact for users' rights")
    has_data: Flag = item("含种类规模目的必要性", doc="(2) kinds, scale, purpose and necessity of the processing")
    has_protection: Flag = item("含防护与管理措施", doc="(3) protection and management, with place and period of storage")
    has_domestic: Flag = item("含境内提供情况", doc="(4) provision to third parties in China")
    has_incidents: Flag = item("含安全事件与处置", doc="(5) incidents and their handling")
    has_complaints: Flag = item("含用户投诉与处理", doc="(6) complaints of users and their handling")
    has_other: Flag = item("含其他情况", doc="(7) what else was asked for")
    # five contents of article 14, when important data went abroad
    has_recipients_abroad: Flag = item("含境外接收者", doc="export (1): recipients")
    has_data_abroad: Flag = item("含出境种类规模目的必要性", doc="export (2): kinds, scale, purpose and necessity")
    has_place_abroad: Flag = item("含境外存放地点期限范围方式", doc="export (3): place, period, range and method abroad")
    has_complaints_abroad: Flag = item("含出境投诉与处理", doc="export (4): complaints and their handling")
    has_other_abroad: Flag = item("含出境其他情况", doc="export (5): what else was asked for")
