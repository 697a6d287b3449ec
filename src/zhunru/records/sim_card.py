"""SIM card of a vehicle (车联网卡)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Moment, Record, Word, choice, item

CardStatus = Annotated[
    Literal["stock", "active", "suspended", "cancelled"] | None,
    BeforeValidator(
        choice(
            stock="在库|库存|未激活|测试期|库存期|沉默期|白卡",
            active="激活|已激活|在用|正常|使用中|启用|开通",
            suspended="停机|停用|暂停|已停机|限制",
            cancelled="注销|已注销|销户|销号|拆机",
        )
    ),
]
OwnerKind = Annotated[
    Literal["person", "company"] | None,
    BeforeValidator(choice(person="个人|自然人|个人用户", company="单位|企业|公司|法人|单位用户|企业用户")),
]
IdKind = Annotated[
    Literal["resident_id", "uscc", "passport", "permit", "other"] | None,
    BeforeValidator(
        choice(
            resident_id="居民身份证|身份证|二代身份证|外国人永久居留身份证|港澳台居民居住证",
            uscc="统一社会信用代码|统一社会信用代码证|营业执照|信用代码",
            passport="护照",
            permit="港澳居民来往内地通行证|台湾居民来往大陆通行证|港澳通行证|台胞证|军官证",
            other="其他|其它",
        )
    ),
]
Verified = Annotated[
    Literal["passed", "failed"] | None,
    BeforeValidator(choice(passed="通过|已通过|一致|成功|合格|已核验|是|核验通过", failed="未通过|不通过|不一致|失败|否|未核验|核验失败")),
]


class SimCard(Record):
    """One card of the real-name register, bound to a vehicle for a stretch of time.

    Source: 工信部网安函〔2021〕246号; the list of fields is proposed from practice (P), data-and-cyber.md 5.2.
    """

    title_zh: ClassVar[str] = "车联网卡"
    sheet_names: ClassVar[tuple[str, ...]] = (
        "车联网卡",
        "SIM卡",
        "SIM卡登记",
        "实名登记",
        "车联网卡实名登记",
        "物联网卡",
        "SIM卡台账",
        "卡台账",
    )

    iccid: Key = item("ICCID", "卡号", "SIM卡号", "集成电路卡识别码", "ICCID号", doc="number of the card, ITU-T E.118", key=True)
    vin: Word = item("车辆识别代号", "VIN", "VIN码", "车架号", "车辆识别代码", doc="VIN of the vehicle that it is bound to")
    msisdn: Word = item("号码", "MSISDN", "手机号", "卡号码", "业务号码", "接入号", doc="subscriber number, 11 or 13 digits")
    imsi: Word = item("IMSI", "国际移动用户识别码", doc="subscriber identity, 15 digits")
    imei: Word = item("IMEI", "终端IMEI", "IMEI号", doc="equipment identity of the terminal, 15 digits")
    terminal: Word = item("终端序列号", "终端编号", "T-BOX编号", "TBOX编号", "终端SN", doc="serial number of the terminal")
    plate: Word = item("车牌号", "号牌", "车牌", doc="licence plate")
    operator: Word = item("运营商", "电信企业", "基础电信企业", "所属运营商", doc="telecom operator")
    status: CardStatus = item("卡状态", "状态", "SIM卡状态", doc="stock, active, suspended or cancelled")
    activated: Moment = item("激活时间", "开通时间", "激活日期", "启用时间", doc="time of activation")
    cancelled: Moment = item("注销时间", "注销日期", "销户时间", "销号时间", "销户日期", "销号日期", doc="time of cancellation")
    bound_from: Day = item(
        "绑定日期",
        "绑定开始日期",
        "装车日期",
        "绑定时间",
        "装车时间",
        "绑定开始时间",
        doc="first day bound to the vehicle; empty = since production",
    )
    bound_until: Day = item(
        "解绑日期",
        "绑定结束日期",
        "解绑时间",
        "绑定结束时间",
        "解除绑定日期",
        "解除绑定时间",
        "拆卸日期",
        "拆机日期",
        doc="last day bound to the vehicle; empty = open",
        open_when_empty=True,
    )
    owner_kind: OwnerKind = item("用户类型", "车主类型", "客户类型", "登记主体类型", doc="person or company")
    owner: Word = item("车主姓名", "姓名", "用户姓名", "车主", "登记人", "单位名称", "车主姓名/单位名称", doc="registered name")
    id_kind: IdKind = item("证件类型", "证件种类", doc="kind of identity document")
    id_number: Word = item("证件号码", "证件号", "身份证号", "身份证号码", doc="number of the identity document")
    contact: Word = item("联系电话", "联系方式", "手机", doc="contact of the owner")
    agent: Word = item("经办人", "经办人姓名", "代办人", doc="agent of a company")
    registered: Moment = item("登记时间", "实名登记时间", "实名时间", "登记日期", "实名登记日期", doc="time of the latest registration")
    verification: Word = item("核验方式", "实名核验方式", "认证方式", doc="how the identity was verified")
    verified: Verified = item("核验结果", "实名核验结果", "认证结果", "实名状态", doc="result of the verification")
    sales_channel: Word = item("登记渠道", "办理渠道", "渠道", doc="where it was registered")
    owner_changed: Day = item(
        "过户日期",
        "车辆过户日期",
        "转移日期",
        "过户时间",
        "车辆过户时间",
        "转移登记日期",
        "变更登记日期",
        doc="day on which the vehicle changed its owner last",
        open_when_empty=True,
    )
    history: Word = item("过户记录", "变更记录", "变更历史", doc="earlier owners")
