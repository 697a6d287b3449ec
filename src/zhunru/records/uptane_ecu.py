"""ECU as the update back end knows it (升级控制器清单)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Record, Word, item


class UptaneEcu(Record):
    """One ECU of one car in the inventory of the Director: serial, hardware, key of its reports.

    Source: Uptane Standard 2.1.0 (inventory database, version reports); ota-and-recorders.md 3.1, 3.2 U-V1, U-G4, U-I1.
    """

    title_zh: ClassVar[str] = "升级控制器清单"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级控制器清单", "ECU清单", "控制器清单")

    vin: Key = item("车辆VIN", "VIN", "车辆识别代号", doc="VIN or vehicle id", key=True)
    serial: Key = item("ECU序列号", "控制器序列号", "ECU标识", doc="ECU id in the metadata", key=True)
    ecu: Word = item("控制器", "ECU", "控制器名称", doc="ECU, as in the bill of software")
    hardware: Word = item("硬件标识", "硬件号", doc="hardware id in the metadata")
    primary: Flag = item("主控制器", "是否主控", doc="the Primary")
    public_key: Word = item("上报公钥", "公钥", doc="public key of its version reports, as trust anchors write them")
    key_id: Word = item("密钥编号", "公钥编号", doc="id of that key in the metadata")
