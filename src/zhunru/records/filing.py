"""Filing with an authority, its state and receipts (备案)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, Workflow, choice, item

FilingKind = Annotated[
    Literal["enterprise", "model_function", "activity", "samr_table", "closing"] | None,
    BeforeValidator(
        choice(
            enterprise="企业管理能力备案|企业备案|管理能力备案|企业管理能力",
            model_function="车型及功能备案|车型功能备案|车型备案",
            activity="升级活动备案|活动备案|具体升级活动备案|OTA活动备案",
            samr_table="安全技术评估信息表|OTA安全技术评估信息表|评估信息表|SAMR",
            closing="活动总结|结项|总结报告",
        )
    ),
]
FilingState = Annotated[
    Literal["drafted", "filed", "returned", "supplemented", "accepted", "withdrawn"] | None,
    BeforeValidator(
        choice(
            drafted="草拟|起草|待提交|未提交",
            filed="已提交|已报送|提交|审核中|在审",
            returned="退回|已退回|补正通知|被退回",
            supplemented="已补正|补正|补充提交|再次提交",
            accepted="备案通过|已备案|通过|受理|已受理|完成备案",
            withdrawn="撤回|已撤回|撤销|已撤销|作废",
        )
    ),
]


class Filing(Record):
    """One filing: enterprise, then model and function, then activity, in this order; the SAMR table and the closing report beside them.

    `digests` are those of the packages filed: what is pushed must equal what was filed.
    Source: EIDC notice 2022-04-15; 工信部联通装〔2025〕45号; ota-and-recorders.md 2.1 to 2.4.
    """

    title_zh: ClassVar[str] = "备案"
    sheet_names: ClassVar[tuple[str, ...]] = ("备案", "备案记录", "备案台账", "升级备案")
    workflow: ClassVar[Workflow | None] = Workflow(
        "drafted",
        (
            ("drafted", "file", "filed"),
            ("filed", "return", "returned"),
            ("returned", "supplement", "supplemented"),
            ("supplemented", "return", "returned"),
            ("filed", "accept", "accepted"),
            ("supplemented", "accept", "accepted"),
            ("drafted", "withdraw", "withdrawn"),
            ("filed", "withdraw", "withdrawn"),
            ("returned", "withdraw", "withdrawn"),
            ("supplemented", "withdraw", "withdrawn"),
            ("accepted", "withdraw", "withdrawn"),
        ),
        ("accepted", "withdrawn"),
    )

    id: Key = item("备案编号", "备案号", doc="number of the filing", key=True)
    matter: FilingKind = item("备案类型", "备案种类", "类型", doc="enterprise, model_function, activity, samr_table or closing")
    authority: Refs = item("备案机关", "主管部门", "受理机关", doc="authorities that it went to, e.g. MIIT; SAMR", default=())
    product: Refs = item("产品", "车型", "适用车型", doc="models that it covers; empty only for the enterprise", default=())
    functions: Refs = item("备案功能", "涉及功能", "功能", doc="functions that it covers, by id", default=())
    campaign: Word = item("活动编号", "升级编号", doc="update activity, for activity, samr_table and closing")
    digests: Refs = item("备案升级包摘要", "升级包摘要", "摘要", doc="SHA-256 of every package filed", default=())
    baseline_after: Word = item("升级后基线", "备案后基线", doc="baseline after the activity, as filed")
    state: FilingState = item("备案状态", "状态", doc="drafted, filed, returned, supplemented, accepted or withdrawn")
    filed_on: Day = item("提交日期", "报送日期", doc="day on which it was handed in")
    returned_on: Day = item("退回日期", doc="day on which it was returned")
    supplemented_on: Day = item("补正日期", doc="day on which it was supplemented")
    accepted_on: Day = item("备案通过日期", "通过日期", "受理日期", doc="day on which it was accepted")
    withdrawn_on: Day = item("撤回日期", "撤销日期", doc="day from which it no longer stands; empty = never", open_when_empty=True)
    valid_until: Day = item("有效期至", "失效日期", doc="last day on which it stands; empty = open", open_when_empty=True)
    receipt: Word = item("回执编号", "回执号", "受理号", doc="receipt of the authority")
    receipt_digest: Word = item("回执文件摘要", doc="SHA-256 of the receipt file")
    parameters_attached: Flag = item("附验证材料", "验证材料", doc="verification material on changed performance is attached (tier 2)")
