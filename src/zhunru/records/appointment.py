"""Appointment of a person to a duty (任命)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class Appointment(Record):
    """One person appointed to one duty for a stretch of time.

    Source: 103号 article (一), GB/T 44464-2024 clauses 4.1.1 to 4.1.3.
    """

    title_zh: ClassVar[str] = "任命"
    sheet_names: ClassVar[tuple[str, ...]] = ("任命", "责任人", "组织机构", "负责人")
    identity_fields: ClassVar[tuple[str, ...]] = ("person", "duty", "start")

    person: Key = item("姓名", "负责人", "责任人", "人员", doc="name of the person", key=True)
    duty: Word = item("职责", "岗位", "角色", "职务", doc="duty, e.g. data security owner (数据安全负责人)")
    department: Word = item("部门", "责任部门", "所属部门", doc="department in charge")
    products: Refs = item(
        "产品",
        "适用产品",
        "车型",
        "适用车型",
        "产品型号",
        "适用产品型号",
        "产品名称",
        "适用范围",
        "负责产品",
        "负责车型",
        doc="product names that the appointment covers; empty = all",
        default=(),
        open_when_empty=True,
    )
    start: Day = item(
        "任职日期",
        "开始日期",
        "任命日期",
        "生效日期",
        "任职时间",
        "任命时间",
        "任职起始日期",
        "任职开始日期",
        "聘任日期",
        "到任日期",
        doc="first day in post",
    )
    end: Day = item(
        "离任日期",
        "结束日期",
        "截止日期",
        "离任时间",
        "离任",
        "离职日期",
        "离职时间",
        "免职日期",
        "免职时间",
        "卸任日期",
        "卸任时间",
        "解聘日期",
        "任职截止日期",
        "任职结束日期",
        "任期至",
        "任期届满",
        "结束时间",
        "截止时间",
        "失效日期",
        doc="last day in post; empty = open",
        open_when_empty=True,
    )
    document: Word = item("任命文件", "文件编号", "文号", doc="number of the appointment document")
