"""Line of the log of processing (数据处理日志)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Number, Record, Word, choice, item

DataEventKind = Annotated[
    Literal["collect", "store", "use", "upload", "provide", "delete"] | None,
    BeforeValidator(
        choice(
            collect="收集|采集",
            store="存储|保存",
            use="使用|加工|使用加工",
            upload="上传|向车外提供|传输|外传|车外传输",
            provide="提供|公开|共享",
            delete="删除|销毁|匿名化",
        )
    ),
]


class DataEvent(Record):
    """One event of processing: what a function did with which data of whom, when, from where, how much, where to.

    Source: MIIT data measures 166号 articles 14 (record of collection), 25 (logs); GB/T 44464-2024 5.1.1, 5.1.3, 5.1.4.
    """

    title_zh: ClassVar[str] = "数据处理日志"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据处理日志", "处理日志", "收集记录", "数据收集记录", "采集记录")

    function: Key = item("处理的功能编号", "功能编号", doc="function or activity that processed", key=True)
    at: Moment = item("处理时间", "收集时间", "采集时间", doc="when")
    event: DataEventKind = item("处理环节", "处理动作", doc="collect, store, use, upload, provide or delete")
    person: Word = item("所涉主体标识", "个人信息主体标识", doc="pseudonym of the person; empty = of nobody in particular")
    data_item: Word = item("处理的数据项", "数据类型", doc="kind of data")
    stored_until: Moment = item("存储至", "计划存储至", doc="for stored data: until when they are kept")
    origin_of_data: Word = item("收集来源", "数据来源", doc="source of the data")
    quantity: Word = item("处理数量", "收集数量", doc="quantity with its unit")
    frequency: Word = item("处理频度", "收集频度", "收集频率", doc="how often")
    destination: Word = item("数据流向", "流向", doc="where they go")
    outside: Word = item("提供对象或地址", "对端地址", doc="for uploads: who or what received them")
    persons: Number = item("涉及主体数", doc="number of persons concerned, where it is a sum")
