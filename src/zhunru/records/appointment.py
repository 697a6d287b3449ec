"""Appointment of a person to a duty (任命)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class Appointment(Record):
    """One person appointed to one duty for a stretch of time.

    Source: 103号 article (一), GB/T 44464-2024 clauses 4.1.1 to 4.1.3.
    """

    title_zh: ClassVar[str] = "任命"
    sheet_names: ClassVar[tuple[str, ...]] = ("任命", "责任人", "组织机构", "负责人")

    person: Key = item("姓名", "负责人", "责任人", "人员", doc="name of the person", key=True)
    duty: Word = item("职责", "岗位", "角色", "职务", doc="duty, e.g. data security owner (数据安全负责人)")
    department: Word = item("部门", "责任部门", "所属部门", doc="department in charge")
    products: Refs = item("产品", "适用产品", "车型", "适用车型", doc="product names that the appointment covers; empty = all", default=())
    start: Day = item("任职日期", "开始日期", "任命日期", "生效日期", doc="first day in post")
    end: Day = item("离任日期", "结束日期", "截止日期", doc="last day in post; empty = open")
    document: Word = item("任命文件", "文件编号", "文号", doc="number of the appointment document")
