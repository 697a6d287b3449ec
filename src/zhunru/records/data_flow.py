"""Flow of data from one place to another (数据流转)."""

from typing import ClassVar

from zhunru.core.record import Key, Record, Refs, Word, item


class DataFlow(Record):
    """One declared flow: which assets go from where to where, over which channel, to whom and why.

    Source: GB/T 44464-2024 4.1.4, 4.1.10; MIIT data measures 166号 articles 12 and 14.
    """

    title_zh: ClassVar[str] = "数据流转"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据流转", "数据流", "数据流向", "数据流转清单", "数据传输")

    id: Key = item("流转编号", "数据流编号", "编号", "流向编号", doc="identifier of the flow", key=True)
    assets: Refs = item("资产编号", "数据资产编号", "数据编号", "涉及资产", "涉及数据", doc="ids of the assets that flow", default=())
    from_place: Word = item("起点", "来源", "发送方", "源系统", "数据来源", doc="place or system that sends")
    to_place: Word = item("终点", "去向", "目的", "目标系统", "数据去向", doc="place or system that receives")
    recipient: Word = item("接收方", "接收方编号", "提供对象", doc="id or name of the recipient, when outside the company")
    territory: Word = item(
        "国家或地区", "接收地", "目的地", "国家/地区", "所在国家", doc="ISO 3166 code of the receiving place; CN = mainland"
    )
    channel: Word = item("通道", "传输通道", "传输方式", "通信通道", "传输途径", doc="channel, e.g. cellular, dedicated line")
    purpose: Word = item("流转目的", "处理目的", "用途", "传输目的", doc="purpose")
