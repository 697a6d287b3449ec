"""Release of one update package (升级活动)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Flag, Key, Number, Record, Refs, Word, choice, item
from zhunru.formulas.written_names import bare

ClaimedClass = Annotated[
    Literal["A", "B", "C", "D"] | None,
    BeforeValidator(
        choice(
            A="A类|甲|不涉及技术参数变更",
            B="B类|乙|涉及主要技术参数变更|主要技术参数变更",
            C="C类|丙|涉及自动驾驶|自动驾驶功能",
            D="D类|丁|召回|消除缺陷",
        )
    ),
]
"""Class of an activity as the maker claims it; the letters are ours (ota-and-recorders.md 2.1)."""


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
    baseline_before: Word = item("升级前基线", "原基线", doc="baseline that the cars have before it")
    baseline_after: Word = item("升级后基线", "目标基线", doc="baseline that the cars have after it")
    claimed_class: ClaimedClass = item(
        "活动类别", "升级类别", "备案类别", doc="class that the maker claims: A, B, C or D; the computed one decides"
    )
    purpose: Word = item("升级目的", "目的", doc="purpose as told")
    content: Word = item("升级内容", "更新内容", "内容", doc="content as told")
    cause: Word = item("升级起因", "问题来源", "起因", doc="where the need came from, e.g. complaint, fault, improvement, recall")
    recall: Word = item("召回编号", "召回备案号", doc="recall that it carries out; empty = none")
    planned_start: Day = item("计划开始日期", "计划发布日期", doc="planned first day of the release")
    planned_end: Day = item("计划结束日期", doc="planned last day")
    told_duration_s: Number = item("告知时长(s)", "预计时长(秒)", doc="time to complete that the user is told, in seconds")
    while_driving: Flag = item("可在行驶中执行", "行驶中执行", doc="may be executed while the car is driven, 4.5.1")
    skill_needed: Flag = item("需专业技能", "需专业人员", doc="needs special skill, 4.5.2")
    safe_state: Word = item("失败后安全状态", "安全状态", doc="declared safe state after a failure, 5.2.9")
    restore_needs: Word = item("恢复策略", "失败处理", doc="what happens after a failure: before, during and after")
    user_notice: Word = item("用户告知文本", "告知文本", doc="notice to the user, as approved")
    emergency_contact: Word = item("应急联系人", doc="who stops the push")


def names_product(campaign: UpdateCampaign, product: str) -> bool:
    """Tell whether `campaign` names `product`, or no product at all."""
    return not campaign.product or bare(product) in map(bare, campaign.product)


def is_waiting(campaign: UpdateCampaign) -> bool:
    """Tell whether `campaign` is certainly not released yet: said so, no release day, every cell readable."""
    return campaign.released is False and campaign.released_on is None and not campaign.origin.problems
