"""Place where data are stored (存储位置)."""

from typing import ClassVar

from zhunru.core.record import Key, Record, Refs, Word, item


class StoragePlace(Record):
    """One storage place: in the vehicle, in a data centre or with a service.

    Source: GB/T 44464-2024 4.1.7 (storage in China) and D.1 d) (storage addresses); data-and-cyber.md 2.1 article 11.
    """

    title_zh: ClassVar[str] = "存储位置"
    sheet_names: ClassVar[tuple[str, ...]] = ("存储位置", "存储位置清单", "存储地点", "存储登记", "存储清单")

    id: Key = item("存储编号", "存储位置编号", "位置编号", "编号", doc="identifier of the place", key=True)
    name: Word = item("存储名称", "存储位置", "位置名称", "名称", "存储地点", doc="name of the place")
    medium: Word = item("存储介质", "介质", "存储类型", "类型", doc="e.g. eMMC, object store, database")
    site: Word = item("机房", "地址", "部署地点", "所在地", "物理位置", doc="address of the machine room, or the ECU")
    territory: Word = item("国家或地区", "国家/地区", "属地", "所在国家", doc="ISO 3166 code; CN = mainland")
    operator: Word = item("运营者", "运营方", "服务商", "云服务商", doc="who runs it")
    encryption: Word = item("加密方式", "加密", "加密算法", doc="how the data are encrypted at rest")
    access: Word = item("访问控制", "权限控制", doc="how access is controlled")
    systems: Refs = item("承载系统", "所属系统", "系统名称", doc="systems that keep their data there", default=())
