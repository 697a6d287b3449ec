"""How a model can be updated (车型升级能力)."""

from typing import ClassVar

from zhunru.core.record import Key, Number, Record, Refs, Word, item


class UpdateAbility(Record):
    """What the filing of model and functions says of the on-board update system.

    Source: ota-and-recorders.md 2.4 F2 (P, from C and S); GB 44496-2024 5.1, 5.2.4, 5.2.9, 5.2.10, 7.1.
    """

    title_zh: ClassVar[str] = "车型升级能力"
    sheet_names: ClassVar[tuple[str, ...]] = ("车型升级能力", "升级能力", "车型备案信息")

    product: Key = item("备案车型", "升级车型", "产品", "车型", doc="model, as the subject names it", key=True)
    baseline: Word = item("备案基线", doc="baseline that is filed")
    announcement: Word = item("公告批次", "公告型号", doc="batch and number in the Announcement")
    category: Word = item("产品类别", doc="category of the vehicle, GB/T 15089")
    level: Number = item("最高自动化等级", doc="highest level of driving automation, GB/T 40429")
    path: Word = item("升级路径", doc="from the server to the ECU, in words")
    protection: Word = item("升级包保护措施", doc="how packages are protected, 5.1.1")
    energy: Word = item("电量保障措施", doc="how enough energy is assured, 5.2.4")
    notification: Refs = item("告知渠道", "告知方式", doc="channels of the notices, 5.2.10", default=())
    failure: Word = item("失败处理策略", doc="what happens after a failure, 5.2.9")
    safe_state: Word = item("失败安全状态", doc="safe state after a failure")
    swin_place: Word = item("识别码存储位置", doc="where SWIN or versions are stored")
    swin_reading: Word = item("识别码读取方法", doc="how they are read, 5.1.2 and 5.1.3")
