"""Activity by which data reach recipients abroad (数据出境活动)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, choice, item

ExportMethod = Annotated[
    Literal["transfer", "remote_access", "processing_abroad"] | None,
    BeforeValidator(
        choice(
            transfer="传输|传输至境外|向境外传输|提供|直接提供|境外存储|传输存储",
            remote_access="远程访问|境外访问|境外远程访问|查询调取|境外查询|境外调取|remote access|access",
            processing_abroad="境外处理|在境外处理|境外直接处理|境外处理境内个人信息|processing abroad",
        )
    ),
]
"""The three ways of export: sent abroad, opened to those abroad, persons in China processed from abroad (data-and-cyber.md 3.2)."""

ExportRoute = Annotated[
    Literal["assessment", "contract", "certification", "exempt"] | None,
    BeforeValidator(
        choice(
            assessment="安全评估|出境安全评估|数据出境安全评估|申报安全评估|security assessment",
            contract="标准合同|个人信息出境标准合同|标准合同备案|standard contract",
            certification="认证|个人信息保护认证|个人信息出境认证|certificate",
            exempt="豁免|免予|无需|不适用|免申报|免于申报|none",
        )
    ),
]
"""Route of an export: security assessment, standard contract, certification, or none needed."""

ExportExemption = Annotated[
    Literal["no_personal", "transit", "contract", "employment", "emergency", "small", "zone", "vulnerability", "incident", "update"] | None,
    BeforeValidator(
        choice(
            no_personal="不含个人信息|不含个人信息和重要数据|第三条|3|art 3|order 16 art 3",
            transit="过境|境外数据境内处理|境外收集|第四条|4|art 4|order 16 art 4",
            contract="履行合同|订立履行合同|本人合同|第五条第一项|5(1)|5.1|art 5(1)",
            employment="人力资源|人力资源管理|第五条第二项|5(2)|5.2|art 5(2)",
            emergency="紧急情况|紧急|第五条第三项|5(3)|5.3|art 5(3)",
            small="小规模|不满10万人|10万人以下|第五条第四项|5(4)|5.4|art 5(4)",
            zone="自贸区|自贸区负面清单外|负面清单外|第六条|6|art 6",
            vulnerability="漏洞|安全漏洞信息|漏洞信息",
            incident="事件处置|安全事件处置|安全事件",
            update="在线升级|升级源代码|软件升级|OTA",
        )
    ),
]
"""Exemption claimed: articles 3 to 6 of order 16, and those that only the automotive guideline of 2026 names (vulnerability, incident, update)."""


class ExportActivity(Record):
    """One declared activity of export: who gives what to whom abroad, why, how, and on which route.

    Source: CAC order 16 articles 3 to 9; filing guide for data export (three ways of export, one line per scenario);
    data-and-cyber.md 3.1 to 3.4.
    """

    title_zh: ClassVar[str] = "数据出境活动"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据出境活动", "出境活动", "数据出境清单", "出境场景", "数据出境场景", "出境台账")

    id: Key = item("出境活动编号", "出境编号", "出境场景编号", "活动编号", "编号", doc="identifier of the activity", key=True)
    name: Word = item("出境活动名称", "活动名称", "名称", doc="name of the activity")
    exporter: Word = item("数据处理者", "境内提供方", "提供方", "出境主体", "申报主体", doc="processor in the mainland that gives the data")
    cii: Flag = item(
        "关键信息基础设施运营者",
        "是否关键信息基础设施运营者",
        "是否关基运营者",
        "关基运营者",
        doc="the exporter operates critical information infrastructure",
    )
    recipient: Word = item("境外接收方", "接收方", "接收方编号", "境外接收方编号", doc="id or name of the recipient abroad")
    recipient_group: Word = item("接收方集团", "接收方所属集团", "所属集团", doc="group of companies of the recipient")
    territory: Word = item("国家或地区", "接收方国家", "目的国家或地区", "国家/地区", doc="ISO 3166 code; HK, MO and TW stand apart")
    scenario: Word = item(
        "出境场景",
        "业务场景",
        "场景",
        doc="scenario of business, e.g. R&D, manufacturing, driving automation, software update, connected operation",
    )
    purpose: Word = item("出境目的", "处理目的", "目的", "用途", doc="purpose of the export")
    assets: Refs = item("资产编号", "数据资产编号", "涉及资产", "涉及数据", doc="ids of the data assets that are exported", default=())
    kinds: Refs = item("数据种类", "出境数据种类", "数据项", "出境数据项", doc="kinds of data that are exported", default=())
    method: ExportMethod = item("出境方式", "方式", doc="transfer, remote_access or processing_abroad")
    personal: Flag = item("是否含个人信息", "含个人信息", "个人信息", "是否个人信息", doc="holds personal information")
    sensitive: Flag = item("是否含敏感个人信息", "含敏感个人信息", "敏感个人信息", doc="holds sensitive personal information")
    important: Flag = item("是否含重要数据", "含重要数据", "重要数据", "是否重要数据", doc="holds important data")
    told_important: Day = item(
        "重要数据告知日期",
        "告知日期",
        "重要数据告知日",
        "公布为重要数据日期",
        doc="day on which the data were notified or published as important",
    )
    exemption: ExportExemption = item("豁免情形", "豁免依据", "免予依据", "豁免条款", doc="exemption claimed; empty = none")
    exempt_reason: Word = item(
        "豁免理由", "豁免说明", "免予说明", doc="facts on which the exemption rests: contract, rules of work, emergency, list of the zone"
    )
    start: Day = item("出境开始日期", "开始日期", "起始日期", "启动日期", doc="first day of the export")
    end: Day = item(
        "出境结束日期", "结束日期", "停止日期", "终止日期", "截止日期", doc="last day of the export; empty = goes on", open_when_empty=True
    )
    route: ExportRoute = item("出境路径", "合规路径", "路径", "所走路径", doc="route taken: assessment, contract, certification or exempt")
    approval: Refs = item(
        "出境批准编号", "批准编号", "评估结果编号", "备案编号", "证书编号", doc="ids of the approvals that cover it", default=()
    )
