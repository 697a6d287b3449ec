"""Report of a test laboratory or test department (检验报告)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Refs, Word, choice, item

ReportKind = Annotated[
    Literal["assurance", "vehicle", "verification", "conformity", "analysis"] | None,
    BeforeValidator(
        choice(
            assurance="升级保障要求检验|保障要求|管理体系检验|4章",
            vehicle="整车检验|车辆要求检验|5章|型式检验",
            verification="升级包验证|验证与确认|功能验证|V&V",
            conformity="一致性声明|符合性声明|合格声明",
            analysis="静态分析|代码分析|漏洞扫描",
        )
    ),
]
ReportVerdict = Annotated[Literal["PASS", "FAIL"] | None, BeforeValidator(choice(PASS="合格|符合|通过", FAIL="不合格|不符合|不通过"))]  # noqa: S106 - a verdict


class TestReport(Record):
    """One report: what it tested (packages by digest, versions by baseline), who issued it and how long it may be used.

    Source: GB 44496-2024 4.3.5 h and i, 4.4.3, 7.1.1 (assurance report not older than 3 years); 103号 article (四), first demand.
    """

    __test__: ClassVar[bool] = False  # no test class, whatever its name
    title_zh: ClassVar[str] = "检验报告"
    sheet_names: ClassVar[tuple[str, ...]] = ("检验报告", "测试报告", "试验报告", "报告清单")

    id: Key = item("报告编号", "报告号", doc="number of the report", key=True)
    matter: ReportKind = item("报告类型", "检验类型", doc="assurance, vehicle, verification, conformity or analysis")
    standards: Refs = item("依据标准", "检验依据", "标准", doc="standards, e.g. GB 44496-2024", default=())
    product: Refs = item("产品", "车型", "样品车型", doc="products tested", default=())
    campaign: Word = item("活动编号", "升级编号", doc="update activity that it was made for")
    digests: Refs = item("受检升级包摘要", "受检软件摘要", "升级包摘要", doc="SHA-256 of the packages or images tested", default=())
    baseline: Word = item("受检基线", "基线编号", "受检版本", doc="baseline tested")
    laboratory: Word = item("检验机构", "检测机构", "试验室", doc="who issued it")
    accreditation: Word = item("资质编号", "认可编号", "CNAS编号", "CMA编号", doc="accreditation of the laboratory")
    issued_on: Day = item("签发日期", "报告日期", doc="day of issue")
    valid_until: Day = item(
        "有效期至", "失效日期", doc="last day on which it may be used; empty = the rule of the standard", open_when_empty=True
    )
    verdict: ReportVerdict = item("检验结论", "结论", doc="PASS or FAIL")
    open_blockers: Word = item("未关闭阻断项", "未关闭问题", doc="open blocking findings; 0 or empty list when none")
