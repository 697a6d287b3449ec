"""Field of a database, file or message and the asset to which it belongs (数据字段)."""

from typing import ClassVar

from zhunru.core.record import Flag, Grade, Key, Record, Refs, Word, item


class DataField(Record):
    """One column, field path or whole table of a storage place, and the data asset to which its content belongs.

    The path is written as discovery writes it: `table.column`, `table.*` for a whole table, `a.b.c` for JSON, a column for CSV, `*` for
    everything in the place. Source: MIIT data measures 166号 article 7 (survey of data); the form is ours (P).
    """

    title_zh: ClassVar[str] = "数据字段"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据字段", "字段映射", "字段清单", "数据字典", "字段与资产对应表")
    identity_fields: ClassVar[tuple[str, ...]] = ("storage", "system", "path")

    path: Key = item(
        "字段路径", "字段位置", "表字段", "库表字段", doc="place inside the storage: table.column, field path or column", key=True
    )
    storage: Word = item("存储编号", "存储位置", "存储位置编号", doc="id or name of the storage place")
    system: Word = item("所属系统", "系统名称", "信息系统", doc="system that writes it")
    asset: Word = item("资产编号", "所属资产", "数据资产编号", doc="id of the data asset")
    name: Word = item("字段名称", "字段含义", "字段中文名", doc="meaning of the field")
    kinds: Refs = item("标识类型", "数据类型标识", "包含标识", doc="kinds of identifiers declared in it, e.g. VIN; mobile", default=())
    personal: Flag = item("是否个人信息", "个人信息", doc="holds personal information")
    sensitive: Flag = item("是否敏感个人信息", "敏感个人信息", doc="holds sensitive personal information")
    important: Flag = item("是否重要数据", "重要数据", doc="holds important data")
    grade: Grade = item("数据级别", "字段级别", "级别", doc="general, important or core")
    protection: Word = item("保护措施", "脱敏方式", "加密方式", doc="how its content is protected: encrypted, masked, hashed")
