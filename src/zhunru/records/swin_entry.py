"""Entry of the register of software identification numbers (软件识别码登记)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class SwinEntry(Record):
    """One ECU version under one SWIN: rows of one SWIN together are its map to versions.

    Source: GB 44496-2024 4.1.3, 4.2.2, 4.3.3; UN R156 7.1.2.3; ota-and-recorders.md 1.9 `swin_entry`.
    """

    title_zh: ClassVar[str] = "软件识别码登记"
    sheet_names: ClassVar[tuple[str, ...]] = ("软件识别码登记", "软件识别码", "SWIN登记", "SWIN")

    swin: Key = item("软件识别码", "SWIN", doc="software identification number", key=True)
    ecu: Key = item("控制器", "ECU", "控制器名称", doc="ECU under the number", key=True)
    version: Word = item("软件版本号", "软件版本", "版本号", doc="version of that ECU under the number")
    digest: Word = item("软件摘要", "完整性校验值", "软件校验值", doc="SHA-256 of the image or package, sha256:<64 hexadecimal digits>")
    hardware: Word = item("硬件号", "硬件版本", doc="hardware of the ECU")
    system: Word = item("系统", "型式批准系统", "所属系统", doc="type-approved system that the number stands for")
    product: Word = item("产品", "车型", doc="type of vehicle")
    regulations: Refs = item("适用标准", "法规", "标准", doc="regulations or standards of the approval", default=())
    coding_rule: Word = item("编码规则", "编码规则编号", doc="regular expression that every number of the scheme fulfils")
    valid_from: Day = item("生效日期", "启用日期", doc="first day")
    approval: Word = item("批准编号", "批准文号", "审批编号", doc="approval or extension behind the number")
    previous: Word = item("前一识别码", "原识别码", "上一SWIN", doc="number that it replaces")
