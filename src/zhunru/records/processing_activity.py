"""Processing activity (处理活动)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Number, Record, Refs, Word, item


class ProcessingActivity(Record):
    """One activity: for which purpose and on which legal ground, whose data, by which method and systems, who answers for it.

    Source: 汽车数据安全管理若干规定 articles 3 and 4 (activities, purpose); MIIT data measures 166号 articles 13 and 14; Network Data
    Regulation article 33 (2); data-and-cyber.md 2.1, 2.5, 2.6.
    """

    title_zh: ClassVar[str] = "处理活动"
    sheet_names: ClassVar[tuple[str, ...]] = ("处理活动", "数据处理活动", "数据处理活动清单", "处理活动记录")

    id: Key = item("处理活动编号", "活动编号", "编号", doc="identifier of the activity", key=True)
    name: Word = item("处理活动名称", "活动名称", "处理活动", "名称", doc="name of the activity")
    purpose: Word = item("处理目的", "目的", "用途", doc="purpose, specific and related to the vehicle")
    legal_basis: Word = item(
        "合法性基础", "处理依据", "法律依据", "合法依据", doc="legal ground, e.g. consent (同意), contract, legal duty, safety"
    )
    assets: Refs = item("涉及资产", "资产编号", "数据资产编号", "涉及数据", doc="ids of the assets processed", default=())
    persons: Word = item("个人信息主体", "主体类别", "涉及人群", doc="whose data: driver, passengers, pedestrians, staff")
    person_count: Number = item("涉及人数", "主体数量", "人数", doc="number of persons concerned")
    children: Flag = item("是否涉及不满十四周岁未成年人", "涉及儿童", doc="children under fourteen are concerned")
    method: Word = item("处理方式", "方式", doc="method of processing, e.g. in the vehicle, by a third party, automated decision")
    stages: Refs = item(
        "处理环节", "生命周期阶段", "生命周期", doc="collect, store, use, process, transmit, provide, disclose, delete", default=()
    )
    systems: Refs = item("涉及系统", "信息系统", "所属系统", "系统", doc="systems used", default=())
    recipients: Refs = item("接收方", "接收方编号", "提供对象", doc="ids or names of recipients outside", default=())
    export: Flag = item("是否出境", "是否向境外提供", "出境", doc="provides data abroad")
    necessity: Word = item("必要性说明", "必要性", doc="why the purpose cannot be reached otherwise")
    retention: Word = item("保存期限", "保留期限", "存储期限", doc="how long the data are kept, or the rule for it")
    owner: Word = item("责任人", "负责人", doc="person who answers for the activity")
    department: Word = item("责任部门", "部门", doc="department in charge")
    start: Day = item("开始日期", "启用日期", "起始日期", doc="first day of the activity")
    end: Day = item("结束日期", "停止日期", "终止日期", doc="last day; empty = still going on", open_when_empty=True)
