"""Step taken in an incident: report, message to the police, notice to persons, summary (事件处置步骤)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Record, Word, choice, item
from zhunru.records.data_incident import Level

StepAction = Annotated[
    Literal["reported", "supplemented", "told_police", "notified_persons", "summary", "risk_reported", "other"] | None,
    BeforeValidator(
        choice(
            reported="报告|上报|初报|首报|事件报告|电话报告|书面报告",
            supplemented="续报|补报|补充报告",
            told_police="报警|向公安机关报告|报案",
            notified_persons="告知个人|通知个人|告知用户",
            summary="总结|总结报告|事件总结|处置总结|终报",
            risk_reported="风险报告|风险上报",
            other="其他|其它",
        )
    ),
]
Addressee = Annotated[
    Literal[
        "provincial_cac",
        "protection_department",
        "police",
        "own_cac_office",
        "local_regulator",
        "miit",
        "communications_administration",
        "persons",
        "other",
    ]
    | None,
    BeforeValidator(
        choice(
            provincial_cac="省级网信部门|省网信办|属地省级网信部门|网信部门|省委网信办|市网信办",
            protection_department="保护工作部门|关基保护工作部门",
            police="公安机关|公安|公安部门|网安部门",
            own_cac_office="本部门网信工作机构|本单位网信机构",
            local_regulator="地方行业监管部门|地方工信主管部门|省工信厅|工信厅|经信委|经信局|地方工业和信息化主管部门|本地区行业监管部门",
            miit="工业和信息化部|工信部|工信部网安局",
            communications_administration="通信管理局|省通信管理局|地方通信管理局",
            persons="受影响个人|个人|用户|个人信息主体",
            other="其他|其它",
        )
    ),
]


class IncidentStep(Record):
    """One step with who, when, to whom and the receipt.

    `zhunru incident --record` adds rows that bear the digest of the row before; rows of an ordinary sheet leave `previous` empty.
    Source: data-and-cyber.md 4.2; the form is ours (P).
    """

    title_zh: ClassVar[str] = "事件处置步骤"
    sheet_names: ClassVar[tuple[str, ...]] = ("事件处置步骤", "事件处置记录", "事件报告记录", "事件报送记录")

    incident: Key = item("所属事件编号", "事件编号", doc="incident that the step belongs to", key=True)
    number: Word = item("步骤序号", doc="1, 2, 3 ... over all steps that the program entered")
    action: StepAction = item(
        "处置动作", "步骤", doc="reported, supplemented, told_police, notified_persons, summary, risk_reported or other"
    )
    addressee: Addressee = item("报送对象", "报告对象", "接收单位", doc="who received it")
    addressee_name: Word = item("报送对象名称", doc="name of the receiver")
    at: Moment = item("步骤时间", "报送时间", "报告时间", doc="when it was done")
    level: Level = item("报告级别", doc="level that was told")
    receipt: Word = item("步骤回执编号", "报送回执", doc="number of the receipt")
    receipt_digest: Word = item("步骤回执摘要", doc="SHA-256 of the receipt file")
    person: Word = item("步骤经办人", "经办人", doc="who did it")
    note: Word = item("步骤说明", doc="remark")
    entered_at: Moment = item("步骤录入时间", doc="when it was entered")
    previous: Word = item("前一步骤校验值", doc="digest of the row before it; 64 zeros in the first; empty in an ordinary sheet")
