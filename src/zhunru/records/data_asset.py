"""Entry of the data asset ledger (汽车数据资产管理台账)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Grade, Key, Number, Record, Refs, Word, Workflow, item


class DataAsset(Record):
    """One data asset: what it is, how it is classified and graded, who answers for it, where it lies and where it goes.

    Source: GB/T 44464-2024 4.1.4 (class, grade, owner, location, purpose) and annex A (object and degree of the effect), MIIT data
    measures 166号 articles 7 and 12 (catalogue fields), GB/T 43697-2024 (four levels of general data), 汽车数据安全管理若干规定 article 3
    (kinds of important data). The steps of an entry are ours (P): `zhunru ledger move` enters them.
    """

    title_zh: ClassVar[str] = "数据资产"
    sheet_names: ClassVar[tuple[str, ...]] = (
        "数据资产",
        "数据资产台账",
        "数据资产管理台账",
        "汽车数据资产管理台账",
        "资产清单",
        "数据清单",
    )
    workflow: ClassVar[Workflow | None] = Workflow(
        "draft",
        (
            ("draft", "review", "reviewed"),
            ("reviewed", "return", "draft"),
            ("reviewed", "approve", "approved"),
            ("approved", "revise", "draft"),
            ("approved", "retire", "retired"),
        ),
        ("approved", "retired"),
    )

    id: Key = item("资产编号", "数据资产编号", "数据编号", "编号", "资产ID", "数据ID", doc="identifier of the asset", key=True)
    name: Word = item("数据名称", "资产名称", "名称", "数据项", "数据资产名称", doc="name of the asset")
    category: Word = item(
        "数据类别", "分类", "类别", "数据分类", "一级分类", doc="class, e.g. R&D, operation (研发、生产运行、管理、运维、业务服务)"
    )
    subcategory: Word = item("数据子类", "子类", "二级分类", doc="finer class")
    grade: Grade = item("数据级别", "分级", "级别", "数据分级", "安全级别", "数据等级", doc="general, important or core")
    personal: Flag = item("是否个人信息", "个人信息", "含个人信息", "是否含个人信息", doc="holds personal information")
    sensitive: Flag = item(
        "是否敏感个人信息", "敏感个人信息", "含敏感个人信息", "敏感", "是否含敏感个人信息", doc="holds sensitive personal information"
    )
    important: Flag = item("是否重要数据", "重要数据", "含重要数据", "是否含重要数据", doc="holds important data")
    owner: Word = item("责任人", "数据责任人", "负责人", "资产责任人", doc="person who answers for the asset")
    department: Word = item("责任部门", "所属部门", "部门", "归口部门", doc="department in charge")
    storage: Refs = item(
        "存储位置",
        "存储地点",
        "存储",
        "存储编号",
        "存储位置编号",
        "存放位置",
        doc="ids or names of storage places, separated by ;",
        default=(),
    )
    purpose: Word = item("处理目的", "用途", "目的", "使用目的", "使用用途", doc="purpose of processing")
    life_cycle: Refs = item(
        "生命周期", "处理活动", "生命周期阶段", "处理环节", doc="stages, e.g. collect; store; use; provide; delete", default=()
    )
    recipients: Refs = item(
        "接收方", "接收方编号", "共享对象", "提供对象", doc="ids or names of recipients outside, separated by ;", default=()
    )
    origin_of_data: Word = item("数据来源", "来源", "采集来源", "产生系统", doc="where the data come from, e.g. camera, TSP")
    system: Word = item("所属系统", "信息系统", "承载系统", "数据载体", doc="system that carries the data")
    volume_byte: Number = item("数据量(字节)", "存储量(字节)", "数据量(B)", doc="volume, bytes")
    entry_count: Number = item("数据条数", "记录数", "条数", "数量(条)", doc="number of entries")
    person_count: Number = item("涉及人数", "个人信息主体数量", "主体数量", "人数", doc="number of persons concerned")
    retention: Word = item("保存期限", "存储期限", "保留期限", "存储周期", doc="how long it is kept, or the rule for it")
    export: Flag = item(
        "是否出境",
        "出境",
        "跨境",
        "是否跨境",
        "是否向境外提供",
        "向境外提供",
        "境外提供",
        "是否跨境传输",
        "跨境传输",
        "出境情况",
        doc="provided abroad",
    )
    protection: Word = item("保护措施", "安全措施", "防护措施", doc="protection measures")
    updated: Day = item("更新日期", "最近更新", "更新时间", "登记日期", doc="day of the last update of the entry")
    important_kind: Refs = item(
        "重要数据类型",
        "重要数据种类",
        "重要数据类别",
        doc="kinds of important automotive data, ID1 to ID6 (若干规定 article 3)",
        default=(),
    )
    level: Word = item("一般数据级别", "细化级别", "一般数据分级", doc="level 1 to 4 of general data, GB/T 43697-2024 annex H")
    affected: Refs = item(
        "影响对象",
        "侵害客体",
        "危害对象",
        doc="what would be affected: national security, economy, order, public interest, industry, organisation, person",
        default=(),
    )
    harm: Word = item("影响程度", "危害程度", doc="degree of the effect, in the words of GB/T 44464 annex A or GB/T 43697")
    content: Refs = item(
        "包含数据项",
        "数据内容",
        "数据项清单",
        "字段清单",
        "包含字段",
        doc="items that the asset holds, e.g. VIN; mobile; position",
        default=(),
    )
    parts: Refs = item("包含资产", "组成资产", "下级资产", doc="ids of the assets that it is a set of", default=())
    children: Flag = item("是否含不满十四周岁未成年人信息", "含儿童个人信息", doc="holds information of children under fourteen")
    reviewed: Day = item("复核日期", "最近复核", "最近评审日期", doc="day of the last review of class and grade")
    approver: Word = item("批准人", "审批人", "审核批准人", doc="person who approved class and grade")
