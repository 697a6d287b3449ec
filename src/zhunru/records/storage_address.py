"""Address in the vehicle where personal information or important data are stored (存储地址)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Record, Refs, Word, item


class StorageAddress(Record):
    """One declared address: controller, partition, path or range, what lies there and how it is protected.

    Source: GB/T 44464-2024 D.1 d), 5.4.1, 6.3; GB 44495-2024 7.4.1 to 7.4.5.
    """

    title_zh: ClassVar[str] = "存储地址"
    sheet_names: ClassVar[tuple[str, ...]] = ("存储地址", "存储地址清单", "车内存储地址", "车内存储地址清单")

    id: Key = item("存储地址编号", "地址编号", doc="identifier of the address", key=True)
    ecu: Word = item("控制器", "ECU", "零部件", doc="controller that holds it")
    address: Word = item("地址范围或路径", "存储路径", "地址范围", doc="partition, path or range of addresses")
    data_items: Refs = item("存储的数据项", "存储内容", doc="kinds of data that lie there", default=())
    assets: Refs = item("存储的资产编号", "涉及资产编号", doc="ids in the ledger of assets", default=())
    sensitive: Flag = item("存有敏感个人信息", "敏感个人信息", doc="sensitive personal information lies there")
    important: Flag = item("存有重要数据", "重要数据", doc="important data lie there")
    identity: Flag = item("存有身份数据", "存有车辆识别代号", doc="VIN or other identity data lie there")
    keys: Flag = item("存有密钥", doc="symmetric or private keys lie there")
    key_data: Flag = item("存有关键数据", "存有安全相关参数", doc="parameters that matter for safety lie there")
    security_log: Flag = item("存有安全日志", doc="security logs lie there")
    protection: Word = item("地址保护措施", "保护方式", doc="secure access, encryption, HSM, SE, TEE, other")
