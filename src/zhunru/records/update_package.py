"""Package that an update activity installs (升级包)."""

from typing import ClassVar

from zhunru.core.record import Key, Number, Record, Refs, Word, item


class UpdatePackage(Record):
    """One package of one activity: bytes by digest, ECU, versions from and to. An activity may have several.

    Source: GB 44496-2024 4.2.1, 4.3.5; ota-and-recorders.md 2.4 F3.
    """

    title_zh: ClassVar[str] = "升级包"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级包", "升级包清单", "软件包清单")

    campaign: Key = item("活动编号", "升级编号", "任务编号", doc="update activity", key=True)
    package: Key = item("升级包名称", "升级包", "软件包", doc="name of the package", key=True)
    ecu: Word = item("控制器", "ECU", "目标控制器", doc="ECU that it is for")
    hardware: Refs = item("适用硬件", "适用硬件号", "硬件号", doc="hardware on which it may be installed", default=())
    digest: Word = item("升级包摘要", "摘要", "SHA-256", "SHA256", doc="SHA-256 of the package, sha256:<64 hexadecimal digits>")
    size_byte: Number = item("大小(字节)", "字节数", doc="size in bytes")
    from_versions: Refs = item("升级前版本", "起始版本", doc="versions from which it may be installed", default=())
    to_version: Word = item("升级后版本", "目标版本", doc="version after it")
    form: Word = item("包类型", "整包/差分", doc="whole (整包) or delta (差分)")
