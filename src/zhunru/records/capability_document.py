"""Document or record of the update management capability (管理能力文件)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Word, choice, item

Capability = Annotated[
    Literal["impact", "verification", "assurance", "record", "emergency", "key_management", "notification", "other"] | None,
    BeforeValidator(
        choice(
            impact="安全影响评估|影响评估",
            verification="测试验证|测试与验证",
            assurance="实施过程保障|过程保障",
            record="信息记录|记录",
            emergency="应急管理|应急预案|应急",
            key_management="密钥管理",
            notification="用户告知|告知",
            other="其他|其它",
        )
    ),
]
DocumentKind = Annotated[
    Literal["document", "record"] | None, BeforeValidator(choice(document="文件|制度|程序文件|规程|预案", record="记录|执行记录|实施记录"))
]


class CapabilityDocument(Record):
    """One controlled document, or one record that shows the process at work.

    Source: 103号 article (三), first demand; GB 44496-2024 4.1.1, 4.3.1, 4.4.4; ota-and-recorders.md 0.2.
    """

    title_zh: ClassVar[str] = "管理能力文件"
    sheet_names: ClassVar[tuple[str, ...]] = ("管理能力文件", "管理能力", "体系文件", "过程文件")

    id: Key = item("文件编号", "记录编号", doc="number of the document or record", key=True)
    capability: Capability = item(
        "能力项", "能力", "管理能力项", doc="impact, verification, assurance, record, emergency, key_management, notification or other"
    )
    form: DocumentKind = item("文件类别", "文件/记录", doc="document or record")
    title: Word = item("文件名称", "名称", doc="title")
    version: Word = item("文件版本", "版本", doc="version")
    owner: Word = item("责任人", "归口部门", "责任部门", doc="who answers for it")
    approved_on: Day = item("批准日期", "发布日期", doc="day of approval")
    approved_by: Word = item("批准人", doc="who approved it")
    valid_until: Day = item("有效期至", "失效日期", doc="last day on which it holds; empty = open", open_when_empty=True)
    clauses: Word = item("对应条款", "条款", doc="clauses that it fulfils, e.g. 4.2.3; 4.4.4")
    digest: Word = item("文件摘要", "SHA-256", doc="SHA-256 of the file")
