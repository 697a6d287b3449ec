"""Document of the data-security management system (数据安全管理制度)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class DataPolicy(Record):
    """One document of the management system: which parts it covers, its version, who approved it and from when it holds.

    Parts: objectives, policy, context, scope (4.1.2), organisation and duties (4.1.3), technical measures (4.1.1).
    Source: GB/T 44464-2024 4.1.1 to 4.1.3; MIIT data measures 166号 article 13.
    """

    title_zh: ClassVar[str] = "数据安全管理制度"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据安全管理制度", "管理制度", "制度清单", "制度文件", "管理体系文件")

    id: Key = item("制度编号", "制度文件编号", "体系文件编号", doc="number of the document", key=True)
    title: Word = item("制度名称", "制度文件名称", "体系文件名称", doc="title of the document")
    parts: Refs = item("涵盖内容", "制度内容", "体系要素", doc="objectives, policy, context, scope, organisation, measures", default=())
    version: Word = item("版本", "版本号", "文件版本", doc="version")
    approved_by: Word = item("批准人", "审批人", "签发人", doc="person who approved it")
    approved_on: Day = item("批准日期", "审批日期", "签发日期", doc="day of the approval")
    effective: Day = item("生效日期", "实施日期", "施行日期", doc="first day on which it holds")
    withdrawn: Day = item("废止日期", "失效日期", "作废日期", doc="last day on which it holds; empty = open", open_when_empty=True)
    review_due: Day = item("下次评审日期", "复审日期", doc="day by which it is reviewed again")
    department: Word = item("责任部门", "归口部门", "部门", doc="department in charge")
    person: Word = item("责任人", "负责人", doc="person in charge")
    duty: Word = item("职责", "职责说明", doc="duty of the person, as the document words it")
    digest: Word = item("文件摘要", "文件SHA-256", doc="SHA-256 of the document")
