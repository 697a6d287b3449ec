"""Provision or entrusting of data to another party (对外提供记录)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, item


class DataProvision(Record):
    """One provision or entrusting: to whom, which data, under which contract, when it ended, until when the record is kept.

    Source: 网络数据安全管理条例 article 12; MIIT data measures 166号 article 18.
    """

    title_zh: ClassVar[str] = "对外提供记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("对外提供记录", "提供记录", "委托处理记录", "数据提供记录")

    id: Key = item("提供记录编号", "委托记录编号", doc="number of the record", key=True)
    recipient: Word = item("提供对象编号", doc="recipient, id or name")
    assets: Refs = item("提供的资产编号", doc="assets", default=())
    personal: Flag = item("提供个人信息", doc="personal information")
    important: Flag = item("提供重要数据", doc="important data")
    provided_on: Day = item("提供日期", doc="day of the provision, or first day of the entrusting")
    ended_on: Day = item("提供终止日期", doc="last day; empty = still going on")
    contract: Word = item("提供合同编号", doc="contract that fixes purpose, method, range and duties")
    kept_until: Day = item("提供记录保存至", doc="until when the record is kept")
