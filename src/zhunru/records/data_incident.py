"""Data-security incident, or risk that may become one (数据安全事件)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Grade, Key, Moment, Record, Refs, Word, choice, item

Level = Annotated[
    Literal["I", "II", "III", "IV"] | None,
    BeforeValidator(
        choice(
            I="特别重大|特别重大事件|I级|Ⅰ级|Ⅰ|一级",
            II="重大|重大事件|II级|Ⅱ级|Ⅱ|二级",
            III="较大|较大事件|III级|Ⅲ级|Ⅲ|三级",
            IV="一般|一般事件|IV级|Ⅳ级|Ⅳ|四级",
        )
    ),
]
"""Level of an incident: I especially severe (特别重大), II severe (重大), III fairly severe (较大), IV general (一般)."""
KnownBy = Annotated[
    Literal["own_monitoring", "public_url", "third_party", "other"] | None,
    BeforeValidator(
        choice(
            own_monitoring="自主监测|自行监测|自主发现|内部监测",
            public_url="公开网址|互联网公开|公开信息|公开链接",
            third_party="第三方|第三方通报|第三方告知|主管部门通报|用户举报",
            other="其他|其它",
        )
    ),
]
Effect = Annotated[
    Literal["large", "fairly_large", "partial", "slight", "none"] | None,
    BeforeValidator(
        choice(
            large="大规模停产|大面积停产|大范围停产|大规模停工停产",
            fairly_large="较大规模停产|较大面积停产|较大范围停产",
            partial="部分丧失处理能力|部分停产|部分丧失",
            slight="轻微|轻微影响|影响轻微",
            none="无影响|无|未影响生产",
        )
    ),
]
Threat = Annotated[
    Literal["especially_severe", "severe", "fairly_severe", "light"] | None,
    BeforeValidator(
        choice(
            especially_severe="特别严重|特别严重威胁|特别严重影响",
            severe="严重|严重威胁|严重影响",
            fairly_severe="较严重|较重|较严重影响|较大影响",
            light="轻微|较小|一定影响",
        )
    ),
]
Reach = Annotated[
    Literal["nation", "several_provinces", "one_province", "one_city", "below"] | None,
    BeforeValidator(
        choice(
            nation="全国|全国范围",
            several_provinces="多省|多个省份|多个省级行政区|多省份",
            one_province="一省|1个省|本省|省内|一个省级行政区|单省",
            one_city="一市|1个地市|本市|市内|单市|一个地市",
            below="小于一市|无|未影响互联网用户|不涉及",
        )
    ),
]
OperatorKind = Annotated[
    Literal["general", "cii", "central_organ"] | None,
    BeforeValidator(
        choice(
            general="一般网络运营者|一般运营者|其他网络运营者|网络运营者",
            cii="关键信息基础设施运营者|关基|关基运营者|关键信息基础设施",
            central_organ="中央和国家机关|中央国家机关及其直属单位|中央机关",
        )
    ),
]


class DataIncident(Record):
    """One incident, or with `probable` one risk, with what decides its level, what the forms ask for, and when what was done.

    Numbers of persons, entries, money and hours are kept as they were written, since early in an incident only a bound is known:
    `1200000`, `≥100万`, `50万-80万`, `尚不明确` (formulas.written_amounts). Steps such as reports stand in `incident_step`.
    Source: MIIT data incident plan 2024 annexes 2 and 3; CAC measures 2025; data-and-cyber.md 4.1 to 4.3.
    """

    title_zh: ClassVar[str] = "数据安全事件"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据安全事件", "数据安全事件台账", "安全事件台账", "事件台账", "事件登记")

    id: Key = item("事件编号", "数据安全事件编号", "事件ID", doc="number of the incident", key=True)
    name: Word = item("事件名称", doc="short name of the incident")
    probable: Flag = item("是否为风险", "尚未发生的风险", "是否风险", doc="yes: a risk that may cause an incident; no: it has happened")
    occurred: Moment = item("事件发生时间", "发生时间", doc="when it happened")
    discovered: Moment = item("事件发现时间", "发现时间", "获知时间", doc="when it was discovered or became known")
    judged: Moment = item("级别自判时间", "自判时间", "研判时间", doc="when the company itself judged the level")
    level: Level = item("事件自判级别", "事件级别", "自判级别", doc="level that the company declares: I, II, III or IV")
    judged_by: Word = item("级别判定人", "研判人", doc="who judged the level")
    known_by: KnownBy = item("事件获知途径", "获知途径", "发现途径", doc="own monitoring, public address, third party or other")
    known_where: Word = item("获知途径说明", doc="address or name of who told")
    operator: OperatorKind = item(
        "运营者类别", "网络运营者类别", doc="general operator, operator of critical infrastructure, or central organ"
    )
    internet_company: Flag = item("电信互联网企业", "是否电信或互联网企业", doc="telecom, domain-name or internet company (plan of 2017)")
    unit: Word = item("涉事单位", "涉及单位", doc="unit concerned")
    systems: Refs = item("涉事系统", "涉及系统", "系统名称", doc="names of systems", default=())
    addresses: Refs = item("涉事地址", "IP或域名", "IP/域名/URL", doc="addresses, domains or URLs of the systems", default=())
    matter: Word = item("事件类型", doc="e.g. leak, tampering, destruction, loss, illegal use")
    data_kinds: Refs = item("事件涉及数据类型", "涉及数据类型", doc="R&D, production, management, maintenance, service", default=())
    personal_kinds: Refs = item(
        "涉及个人信息种类", "泄露个人信息种类", doc="kinds of personal information, e.g. name; telephone; track", default=()
    )
    assets: Refs = item("事件涉及数据资产", "涉及数据资产", doc="ids of data assets", default=())
    grade: Grade = item("事件涉及数据级别", "涉及数据级别", doc="highest grade of the data concerned")
    persons: Word = item(
        "涉及个人信息人数", "个人信息人数", "泄露个人信息人数", doc="persons whose personal information is concerned; amount or bound"
    )
    sensitive_persons: Word = item(
        "涉及敏感个人信息人数", "敏感个人信息人数", doc="persons whose sensitive information is concerned; amount or bound"
    )
    volume_gb: Word = item("涉及数据规模(GB)", doc="volume of the data, GB; amount or bound")
    entries: Word = item("涉及数据条数", "数据规模(条)", doc="entries of the data; amount or bound")
    personal_entries: Word = item("涉及个人信息条数", doc="entries of personal information")
    sensitive_entries: Word = item("涉及敏感个人信息条数", doc="entries of sensitive personal information")
    loss_cny: Word = item("直接经济损失(元)", "直接经济损失", doc="direct loss, CNY; amount or bound")
    outage_h: Word = item("业务中断时长(小时)", "中断时长", doc="outage of the service, hours; amount or bound")
    production: Effect = item("对工业生产的影响", "生产影响", doc="effect on industrial production, in the words of the plan")
    threat: Threat = item("危害程度", "威胁程度", doc="how severe the threat to national security, economy and public interest is")
    reach: Reach = item("互联网影响范围", "网络影响范围", doc="reach of an effect on the public internet (plan of 2017)")
    regions: Word = item("影响地区和行业", "影响范围", doc="regions and industries that are affected")
    bodies: Word = item("影响主体", doc="bodies that are affected")
    cause: Word = item("事件原因", "初步原因", doc="preliminary cause")
    clues: Word = item("溯源线索", "攻击线索", doc="attacker, path, vulnerability")
    trend: Word = item("发展趋势", "事态趋势", doc="how it may develop")
    scene: Word = item("现场保护", "现场保护情况", doc="how the scene and the logs are kept")
    ransom: Word = item("勒索情况", doc="of ransomware: amount, way of payment, date asked; or none")
    crime: Flag = item("涉嫌犯罪", "是否涉嫌犯罪", doc="a crime is suspected")
    vulnerability: Flag = item("涉及产品漏洞", "是否产品漏洞", doc="caused by a defect or vulnerability of a product or service")
    public_interest: Flag = item("危害国家安全或公共利益", doc="touches national security or the public interest")
    harm_avoided: Flag = item("已有效避免危害", doc="measures effectively avoid harm to persons (PIPL 57)")
    risk: Word = item("可能造成的危害", "可能的后果", doc="harm that may follow for the persons concerned")
    self_help: Word = item("个人可采取的措施", "自救措施", doc="what the persons can do to lessen the harm")
    done: Word = item("已采取措施", "处置情况", doc="what was done")
    planned: Word = item("拟采取措施", "下一步措施", doc="what is planned")
    help: Word = item("需协助事项", "需要的帮助", doc="what help is asked for")
    improvement: Word = item("改进方案", "整改方案", doc="improvement plan, for the summary")
    experience: Word = item("经验教训", doc="experience, for the summary")
    contact: Word = item("事件联系人", doc="contact person")
    mobile: Word = item("事件联系人手机", "事件联系电话", doc="mobile of the contact person")
    notified_at: Moment = item("告知个人时间", doc="when the persons concerned were notified")
    notified_how: Word = item("告知个人方式", doc="telephone, message, mail or public notice")
    handled_at: Moment = item("处置完成时间", "处置结束时间", doc="when handling ended")
    response_ended: Moment = item("应急响应结束时间", "响应结束时间", doc="when the emergency response ended")
