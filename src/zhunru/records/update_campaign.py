"""Release of one update package (升级活动)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, item


class UpdateCampaign(Record):
    """One software update of one product: which package, when it was released, what it changes.

    Source: 103号 article (四), fifth demand; ota-and-recorders.md 1.1 row (四)-5 and form F3.
    """

    title_zh: ClassVar[str] = "升级活动"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级活动", "升级任务", "OTA活动", "OTA升级活动", "升级台账")

    id: Key = item("活动编号", "升级编号", "任务编号", "编号", doc="number of the update activity", key=True)
    product: Refs = item("产品", "车型", "适用车型", doc="products that are updated, as the subject names them; separated by ;", default=())
    package: Word = item("升级包", "升级包名称", "软件包", doc="name of the package")
    digest: Word = item(
        "升级包摘要", "摘要", "软件包摘要", "SHA-256", "SHA256", "哈希", doc="SHA-256 of the package, sha256:<64 hexadecimal digits>"
    )
    released_on: Day = item(
        "发布日期",
        "推送日期",
        "推送时间",
        "发布时间",
        "上线日期",
        "上线时间",
        "首次推送日期",
        "首次推送时间",
        "推送开始日期",
        "推送开始时间",
        "开始推送日期",
        "开始推送时间",
        "开始日期",
        "开始时间",
        doc="first day on which any car was offered the package",
        open_when_empty=True,
    )
    released: Flag = item("已发布", "是否发布", "是否推送", doc="the package was offered to cars; empty with a release day means yes")
    way: Word = item("升级方式", "方式", doc="over the air (在线) or offline (离线); both need approval")
    functions: Refs = item(
        "涉及功能",
        "功能",
        "升级功能",
        "新增功能",
        "变更功能",
        "新增或变更功能",
        "功能变更",
        doc="functions added or changed",
        default=(),
        open_when_empty=True,
    )
    automated_driving: Flag = item(
        "新增或变更自动驾驶功能",
        "涉及自动驾驶",
        "涉及自动驾驶功能",
        "自动驾驶",
        doc="a function of level 3 or higher is added, changed or enabled again",
    )
    approval: Word = item("审批编号", "批准编号", "审批文号", doc="approval that the maker says covers it; empty = found by digest")
