"""Function of the vehicle that processes personal information or important data (功能清单)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Moment, Record, Refs, Word, choice, item

OnOff = Annotated[
    Literal["on", "off"] | None,
    BeforeValidator(
        choice(
            on="开|开启|打开|启用|收集|收集中|默认收集|已开启|enabled|collecting",
            off="关|关闭|停用|不收集|未收集|默认不收集|默认关闭|已关闭|disabled|not collecting",
        )
    ),
]
"""State of a collection."""
Surroundings = Annotated[
    Literal["cabin", "exterior", "vehicle"] | None,
    BeforeValidator(
        choice(cabin="座舱|座舱数据|车内|舱内|车内人员", exterior="车外|车外数据|舱外|车外人员", vehicle="车辆|车辆数据|整车|运行数据|其他")
    ),
]
ConsentException = Annotated[
    Literal["none", "emergency", "disclosed", "exterior_safety", "legal"] | None,
    BeforeValidator(
        choice(
            none="无|须同意|需同意|需要同意|不适用例外|无例外",
            emergency="紧急情况|紧急|应急|保护生命健康",
            disclosed="已公开|自行公开|合法公开|自行公开或已合法公开",
            exterior_safety="行车安全|车外行车安全|车外个人信息|为行车安全收集车外个人信息",
            legal="法定|法律法规规定|法律规定|其他法定情形",
        )
    ),
]
"""Exceptions of GB/T 44464-2024 5.1.2; `none` = consent is needed."""


class PiFunction(Record):
    """One function in one version of its processing rules: what it processes, why, how, with what, and whether it asks first.

    A change of purpose, method or kinds of data is a further row with the same number, another version and its first day in use.
    Source: GB/T 44464-2024 D.1 a), 5.1.1, 5.1.2, 5.2.3.2; data-and-cyber.md 2.2.4.
    """

    title_zh: ClassVar[str] = "数据处理功能"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据处理功能", "功能清单", "处理个人信息和重要数据的功能清单", "个人信息处理功能")

    id: Key = item("功能编号", "处理功能编号", doc="identifier of the function", key=True)
    name: Word = item("功能名称", "处理功能", doc="name of the function")
    version: Word = item("处理规则版本", "规则版本", doc="version of purpose, method and kinds")
    since: Moment = item("规则启用时间", "启用日期", "启用时间", doc="from when on the version is in use")
    data_items: Refs = item("处理的数据项", "个人信息种类", "数据种类", doc="kinds of data that it processes", default=())
    assets: Refs = item("涉及资产编号", "对应资产编号", doc="ids in the ledger of assets", default=())
    sensors: Refs = item("所用传感器", "涉及传感器", doc="sensors that it uses, table D.1", default=())
    purpose: Word = item("处理目的", "目的", doc="purpose")
    method: Word = item("处理方式", "方式", doc="how the data are processed")
    personal: Flag = item("处理个人信息", "是否处理个人信息", doc="processes personal information")
    sensitive: Flag = item("处理敏感个人信息", "是否处理敏感个人信息", doc="processes sensitive personal information")
    important: Flag = item("处理重要数据", "是否处理重要数据", doc="processes important data")
    surroundings: Surroundings = item("数据场景", "车内或车外", "数据区域", doc="cabin, exterior or vehicle data")
    uploads: Flag = item("是否向车外提供", "向车外提供", "是否上传", doc="provides data outside the vehicle")
    necessity: Word = item("向车外提供的必要性", "必要性说明", "必要性", doc="why the data must leave the vehicle")
    default_state: OnOff = item("默认状态", "默认收集状态", doc="state of collection as delivered: on or off")
    exception: ConsentException = item(
        "同意例外", "例外情形", "无需同意的情形", doc="exception from consent of 5.1.2; none = consent is needed"
    )
    explained_in: Word = item("例外说明位置", "说明位置", doc="where the exception is explained: manual, display, voice, app")
    stop: Word = item("停止收集方式", "终止方式", doc="how the user stops the collection")
