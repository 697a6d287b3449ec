"""Software of one ECU in one baseline: a line of the bill of software (软件清单)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Number, Record, Refs, Word, item


class SoftwareUnit(Record):
    """One build in one ECU: hardware, version, digest. The bill of software of a baseline is all rows of its name.

    Source: GB 44496-2024 4.2.1, 4.3.2; ota-and-recorders.md 1.1 and 1.9 `sw_unit`.
    """

    title_zh: ClassVar[str] = "软件清单"
    sheet_names: ClassVar[tuple[str, ...]] = ("软件清单", "软件单元", "软件版本清单", "软件BOM", "软件版本集")

    baseline: Key = item("基线编号", "基线", "所属基线", doc="baseline that the line belongs to", key=True)
    ecu: Key = item("控制器", "ECU", "控制器编号", "ECU名称", "控制器名称", doc="name of the ECU, the same in all sheets", key=True)
    system: Word = item("系统", "所属系统", "功能域", doc="system or function domain")
    supplier: Word = item("供应商", "软件供应商", doc="who supplies it")
    hardware: Word = item("硬件号", "硬件版本", "硬件零件号", "硬件型号", doc="part number and version of the hardware")
    version: Word = item("软件版本号", "软件版本", "版本号", doc="one build in one ECU")
    digest: Word = item("软件摘要", "软件校验值", "完整性校验值", "SHA-256", doc="SHA-256 of the image, sha256:<64 hexadecimal digits>")
    size_byte: Number = item("大小(字节)", "字节数", doc="size of the image in bytes")
    swin: Word = item("软件识别码", "SWIN", doc="software identification number that covers it")
    approval_relevant: Flag = item("型式批准相关", "与型式批准相关", "准入相关", doc="touches a type-approved system or parameter")
    recall_relevant: Flag = item("召回相关", "与召回相关", doc="touches a recall")
    automated_driving: Flag = item(
        "自动驾驶系统软件", "自动驾驶软件", "属于自动驾驶系统", doc="software of an automated driving system, level 3 or higher"
    )
    updatable: Flag = item("可升级", "可在线升级", doc="can be updated")
    built: Day = item("构建日期", "编译日期", doc="day of the build")
    sbom: Word = item("SBOM", "SBOM文件", "软件物料清单", doc="name or digest of the SBOM file of the build")
    depends_on: Refs = item("依赖控制器", "依赖", doc="ECU names, or ECU>=version, that must be present beside it", default=())
