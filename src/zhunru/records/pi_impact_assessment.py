"""Assessment of the impact on personal information (个人信息保护影响评估)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Refs, Word, choice, item

AssessedCase = Annotated[
    Literal["sensitive", "automated", "provide", "export", "face", "other"] | None,
    BeforeValidator(
        choice(
            sensitive="敏感个人信息|处理敏感个人信息",
            automated="自动化决策|利用个人信息进行自动化决策",
            provide="委托提供公开|委托处理|向他人提供|提供|公开|委托处理、提供、公开",
            export="向境外提供|出境|个人信息出境",
            face="人脸识别|人脸信息",
            other="其他|其他重大影响|对个人权益有重大影响",
        )
    ),
]


class PiImpactAssessment(Record):
    """One assessment: the case that calls for it, when it was finished, when processing began, its three contents, how long it is kept.

    Source: 个人信息保护法 articles 55, 56; face rules article 9; data-and-cyber.md 2.6.
    """

    title_zh: ClassVar[str] = "个人信息保护影响评估"
    sheet_names: ClassVar[tuple[str, ...]] = ("个人信息保护影响评估", "影响评估报告", "PIA", "PIPIA")

    id: Key = item("影响评估编号", "影响评估报告编号", doc="number of the report", key=True)
    occasion: AssessedCase = item("评估情形", doc="sensitive, automated, provide, export, face or other")
    functions: Refs = item("评估的功能编号", doc="functions that it covers", default=())
    finished_on: Day = item("评估完成日期", doc="day on which it was finished")
    begun_on: Day = item("处理开始日期", doc="day on which the processing began, or is planned to begin")
    lawful: Word = item("合法正当必要性", doc="where lawfulness, legitimacy and necessity are assessed")
    effect: Word = item("权益影响及安全风险", doc="where effect on rights and security risks are assessed")
    measures: Word = item("保护措施适应性", doc="where lawfulness, effect and fitness of the measures are assessed")
    kept_until: Day = item("影响评估保存至", doc="until when report and record are kept")
    digest: Word = item("影响评估报告摘要值", doc="digest of the report")
