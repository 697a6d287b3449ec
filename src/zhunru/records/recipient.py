"""Recipient of data outside the company (数据接收方)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class Recipient(Record):
    """One party that data are provided to or entrusted with.

    Source: GB/T 44464-2024 4.1.10 (agreement and verification of capability); MIIT data measures 166号 articles 18 to 24.
    """

    title_zh: ClassVar[str] = "数据接收方"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据接收方", "接收方", "接收方清单", "相关方", "第三方清单")

    id: Key = item("接收方编号", "相关方编号", "编号", doc="identifier of the recipient", key=True)
    name: Word = item("接收方名称", "接收方", "单位名称", "名称", "公司名称", doc="name of the party")
    uscc: Word = item("统一社会信用代码", "信用代码", "社会信用代码", doc="unified social credit code, GB 32100")
    territory: Word = item("国家或地区", "国家/地区", "注册地", "所在国家", doc="ISO 3166 code; CN = mainland")
    role: Word = item("角色", "关系", "合作类型", doc="e.g. joint, entrusted, independent")
    agreement: Word = item("安全协议", "协议编号", "合同编号", "合同", doc="number of the data-security agreement")
    verified: Day = item("能力核验日期", "核验日期", "评估日期", doc="day on which its protection capability was verified")
    contact: Word = item("联系人", "联系方式", doc="contact")
    verification: Word = item("核验结论", "能力核验结论", "能力评估结论", doc="outcome of the verification, e.g. 通过")
    agreement_start: Day = item("协议签订日期", "签订日期", "协议生效日期", doc="first day of the agreement")
    agreement_end: Day = item(
        "协议到期日期", "协议有效期至", "合同到期日期", "协议终止日期", doc="last day of the agreement; empty = open", open_when_empty=True
    )
    data: Refs = item("提供的数据", "提供数据", "提供资产", doc="ids of the assets provided to it", default=())
