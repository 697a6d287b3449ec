"""Procedure for a stage of the data life cycle (全生命周期程序)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class LifeCycleProcedure(Record):
    """One procedure: which stages, grades and phases it covers, in which document and version, who approved it and from when it holds.

    Source: GB/T 44464-2024 4.1.5 (eight stages by grade), 4.1.6 (research and development, design, manufacturing); MIIT 166号 article 13.
    """

    title_zh: ClassVar[str] = "全生命周期程序"
    sheet_names: ClassVar[tuple[str, ...]] = ("全生命周期程序", "生命周期程序", "数据安全程序", "程序矩阵", "保护要求矩阵", "分级保护程序")
    identity_fields: ClassVar[tuple[str, ...]] = ("id", "stages", "grades")

    id: Key = item("程序编号", "规程编号", doc="number of the procedure", key=True)
    title: Word = item("程序名称", "规程名称", doc="title of the procedure")
    stages: Refs = item(
        "适用环节",
        "生命周期环节",
        "处理环节",
        "环节",
        doc="stages: collect, store, use, process, transmit, provide, disclose, delete",
        default=(),
    )
    grades: Refs = item("适用级别", "数据级别", "级别", doc="grades of data that it protects: general, important, core", default=())
    phases: Refs = item("适用阶段", "产品阶段", "阶段", doc="phases of the product: R&D, design, manufacturing", default=())
    document: Word = item("文件编号", "文件", "制度文件", doc="document in which it stands")
    version: Word = item("版本", "版本号", "文件版本", doc="version of the document")
    approved_by: Word = item("批准人", "审批人", doc="person who approved it")
    approved_on: Day = item("批准日期", "审批日期", doc="day of the approval")
    effective: Day = item("生效日期", "实施日期", "施行日期", doc="first day on which it holds")
    withdrawn: Day = item("废止日期", "失效日期", "作废日期", doc="last day on which it holds; empty = open", open_when_empty=True)
    owner: Word = item("责任人", "负责人", doc="person in charge")
