"""Access to data on a platform (平台数据访问)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Moment, Number, Record, Refs, Word, item


class PlatformAccess(Record):
    """One access to data on a platform: who, from where, what was read.

    What stands in the mainland and can be queried, retrieved or downloaded from abroad is exported by the access.

    Source: filing guide for data export (second way of export), data-and-cyber.md 3.2, 3.5 X5.
    """

    title_zh: ClassVar[str] = "平台访问日志"
    sheet_names: ClassVar[tuple[str, ...]] = ("平台访问日志", "平台访问", "数据访问日志", "访问日志", "平台访问记录", "远程访问日志")

    account: Key = item("访问账号", "账号", "登录账号", "用户账号", "操作账号", doc="account that read the data", key=True)
    accessed: Moment = item("访问时间", "操作时间", "登录时间", doc="when it read them")
    person: Word = item("访问人", "操作人", "使用人", doc="person behind the account")
    organisation: Word = item("访问人单位", "所属单位", "所属机构", "单位", doc="organisation of the person")
    source_ip: Word = item("来源IP", "源IP", "访问IP", "登录IP", "客户端IP", "来源地址", doc="address from which it came")
    territory: Word = item(
        "来源国家或地区", "来源国家", "访问地", "来源地", "登录地", doc="country or region that the log itself gives; ISO 3166 code"
    )
    system: Word = item("访问系统", "系统", "平台", "应用系统", doc="platform or system that holds the data")
    assets: Refs = item("资产编号", "访问资产", "数据资产编号", doc="ids of the data assets that were read", default=())
    kinds: Refs = item("访问数据种类", "数据种类", "访问数据", "数据项", doc="kinds of data that were read", default=())
    action: Word = item("操作类型", "访问操作", "操作", doc="query, retrieve, download, export ...")
    purpose: Word = item("访问目的", "目的", "用途", doc="purpose of the access")
    personal: Flag = item("是否含个人信息", "含个人信息", "个人信息", doc="personal information was read")
    sensitive: Flag = item("是否含敏感个人信息", "含敏感个人信息", "敏感个人信息", doc="sensitive personal information was read")
    important: Flag = item("是否含重要数据", "含重要数据", "重要数据", doc="important data were read")
    person_count: Number = item("涉及人数", "人数", doc="persons whose information was read")
    entry_count: Number = item("访问条数", "记录数", "条数", doc="entries that were read")
    volume_byte: Number = item("访问数据量(字节)", "数据量(字节)", "字节数", doc="volume that was read, bytes")
    activity: Word = item("出境活动编号", "对应出境活动", "出境编号", doc="export activity under which it was done; empty = none told")
