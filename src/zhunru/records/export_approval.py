"""Result of an assessment, filing of a standard contract or certificate for exports (数据出境批准)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Number, Record, Refs, Word, choice, item
from zhunru.records.export_activity import ExportRoute

ExportResult = Annotated[
    Literal["pending", "passed", "partly", "refused", "terminated"] | None,
    BeforeValidator(
        choice(
            pending="待受理|受理中|评估中|审核中|已申报|in progress",
            passed="通过|已通过|批准|备案通过|已备案|已获证|有效|approved",
            partly="部分通过|有条件通过|partial",
            refused="未通过|不通过|不予受理|退回|rejected",
            terminated="终止|撤销|暂停|注销|已撤销|失效|revoked",
        )
    ),
]
"""Outcome of a filing; only `passed` and, for its kinds, `partly` permit anything."""


class ExportApproval(Record):
    """One approval of exports with the range for which it was given.

    Source: CAC order 11 articles 5, 9, 13, order 16 articles 7 to 9 (validity of three years, renewal), certification measures;
    汽车数据安全管理若干规定（试行） article 12 (purpose, range, method, kind, scale); data-and-cyber.md 3.1, 3.3, 3.5 X3, X4.
    """

    title_zh: ClassVar[str] = "数据出境批准"
    sheet_names: ClassVar[tuple[str, ...]] = (
        "数据出境批准",
        "出境批准",
        "出境评估结果",
        "数据出境评估",
        "标准合同备案",
        "出境认证",
        "出境申报",
    )

    id: Key = item(
        "出境批准编号", "批准编号", "评估结果编号", "备案编号", "证书编号", "申报编号", doc="number of the approval or filing", key=True
    )
    route: ExportRoute = item("出境路径", "路径", "批准类型", "合规路径", doc="assessment, contract or certification")
    exporter: Word = item("数据处理者", "申报主体", "出境主体", "提供方", doc="processor that filed it")
    recipients: Refs = item("境外接收方", "接收方", "批准接收方", doc="ids or names of the recipients for which it holds", default=())
    recipient_group: Word = item("接收方集团", "接收方所属集团", "所属集团", doc="group of companies of the recipients")
    territories: Refs = item("国家或地区", "接收方国家", "国家/地区", doc="ISO 3166 codes for which it holds", default=())
    scenario: Word = item("出境场景", "业务场景", "场景", doc="scenario for which it was filed")
    kinds: Refs = item("批准数据种类", "数据种类", "数据项", "批准种类", doc="kinds of data that it permits", default=())
    purposes: Refs = item("批准目的", "出境目的", "目的", doc="purposes that it permits", default=())
    methods: Refs = item("批准方式", "出境方式", "方式", doc="ways of export that it permits", default=())
    person_count: Number = item(
        "批准人数", "人数", "批准个人信息主体数量", doc="persons of non-sensitive information that it permits in a year"
    )
    sensitive_person_count: Number = item(
        "批准敏感人数", "敏感人数", "批准敏感个人信息主体数量", doc="persons of sensitive information that it permits in a year"
    )
    volume_byte: Number = item("批准数据量(字节)", "数据量(字节)", "批准数据量(B)", doc="volume that it permits in a year, bytes")
    self_assessed: Day = item(
        "自评估完成日期", "自评估日期", "影响评估完成日期", doc="day on which the self-assessment or impact assessment was finished"
    )
    filed: Day = item("申报日期", "提交日期", "备案提交日期", doc="day on which it was filed")
    issued: Day = item(
        "出具日期", "批准日期", "通过日期", "备案日期", "发证日期", doc="day of the result, of the filing number or of the certificate"
    )
    result: ExportResult = item("申报结果", "评估结果", "结果", "状态", doc="pending, passed, partly, refused or terminated")
    valid_until: Day = item("有效期至", "有效期止", "到期日期", "到期日", doc="last day as the document tells it")
    ended: Day = item(
        "终止日期",
        "撤销日期",
        "注销日期",
        "暂停日期",
        "失效日期",
        doc="day from which it no longer holds; empty = never",
        open_when_empty=True,
    )
    renewal_filed: Day = item(
        "续期申请日期", "延期申请日期", "延长申请日期", "换证申请日期", doc="day on which an extension or a new certificate was applied for"
    )
    extended_until: Day = item("延长有效期至", "延期至", "续期至", doc="last day after a granted extension; empty = not extended")
