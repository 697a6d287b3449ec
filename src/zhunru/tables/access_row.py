"""Accesses to data on platforms, line by line."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.records.platform_access import PlatformAccess
from zhunru.tables.export_row import moment_ns, whole


class AccessRow(Table):
    """One access of one account to data on a platform, as a log tells it."""

    t_ns = col(pl.Int64, "when, UTC; null when not told", "访问时间")
    account = col(pl.String, "account", "访问账号")
    organisation = col(pl.String, "organisation of the person", "单位")
    source_ip = col(pl.String, "address from which it came", "来源IP")
    told = col(pl.String, "country or region that the log itself gives, as written", "日志所载国家或地区")
    system = col(pl.String, "platform", "系统")
    assets = col(pl.String, "ids of data assets, joined with ;", "资产")
    kinds = col(pl.String, "kinds of data, joined with ;", "数据种类")
    personal = col(pl.Boolean, "personal information was read; null when not told", "个人信息")
    sensitive = col(pl.Boolean, "sensitive personal information was read; null when not told", "敏感个人信息")
    important = col(pl.Boolean, "important data were read; null when not told", "重要数据")
    person_count = col(pl.Int64, "persons whose information was read; null when not told", "人数")
    volume_byte = col(pl.Int64, "volume that was read; null when not told", "数据量")
    activity = col(pl.String, "export activity under which it was done; null when not told", "出境活动")
    row_no = col(pl.Int64, "row of the log, counted from 1", "行号")


@derive
def access_rows(accesses: list[PlatformAccess]) -> AccessRow:
    """Take the lines over from the ledger."""
    return AccessRow.rows(*(_row(a) for a in accesses)) if accesses else AccessRow.empty()


def _row(access: PlatformAccess) -> dict[str, object]:
    return {
        "t_ns": moment_ns(access.accessed),
        "account": access.account,
        "organisation": access.organisation,
        "source_ip": access.source_ip,
        "told": access.territory,
        "system": access.system,
        "assets": ";".join(access.assets) or None,
        "kinds": ";".join(access.kinds) or None,
        "personal": access.personal,
        "sensitive": access.sensitive,
        "important": access.important,
        "person_count": whole(access.person_count),
        "volume_byte": whole(access.volume_byte),
        "activity": access.activity,
        "row_no": access.origin.row,
        "source": access.origin.source,
    }
