"""Item of a filed catalogue of important and core data (目录备案条目)."""

from typing import ClassVar

from zhunru.core.record import Day, Grade, Key, Number, Record, Word, item


class FiledItem(Record):
    """One data item as it was filed with the local regulator in one filing: the filed content and the days of the filing.

    Source: MIIT data measures 166号 article 12 (eleven contents; decision in 20 working days; change filing within 3 months).
    """

    title_zh: ClassVar[str] = "目录备案条目"
    sheet_names: ClassVar[tuple[str, ...]] = ("目录备案条目", "备案目录条目", "重要数据目录条目", "已备案数据清单")
    identity_fields: ClassVar[tuple[str, ...]] = ("filing", "asset")

    filing: Key = item(
        "目录备案编号", "备案批次", "备案编号", "目录版本", doc="number of the filing, one for each version of the catalogue", key=True
    )
    asset: Key = item("资产编号", "数据资产编号", "数据编号", doc="id of the asset", key=True)
    filed_on: Day = item("备案提交日期", "提交日期", "备案日期", doc="day on which it was submitted")
    outcome: Word = item("备案结果", "备案结论", "备案状态", doc="accepted (通过) or refused (不予备案)")
    decided_on: Day = item("备案决定日期", "决定日期", doc="day of the decision")
    origin_of_data: Word = item("数据来源", "来源", doc="filed source")
    category: Word = item("数据类别", "类别", doc="filed class")
    grade: Grade = item("数据级别", "级别", doc="filed grade")
    entry_count: Number = item("数据条数", "备案条数", "条数", doc="filed scale, number of entries")
    volume_byte: Number = item("数据量(字节)", "备案存储量(字节)", doc="filed scale, bytes")
    system: Word = item("数据载体", "载体", "所属系统", doc="filed carrier")
    purpose: Word = item("处理目的", "目的", doc="filed purpose")
    method: Word = item("处理方式", "方式", doc="filed method")
    scope: Word = item("使用范围", doc="filed scope of use")
    owner: Word = item("责任主体", "责任单位", "责任人", doc="filed responsible body")
    sharing: Word = item("对外共享", "对外提供", "共享情况", doc="filed sharing outside")
    export: Word = item("跨境传输", "出境情况", "是否出境", doc="filed provision abroad")
    protection: Word = item("安全保护", "保护措施", "保护情况", doc="filed protection")
