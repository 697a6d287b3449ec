"""Where addresses are said to be, by source."""

import polars as pl

from zhunru.core.table import Table, col


class LocationRange(Table):
    """One range of IP addresses that one location source places in one territory."""

    family_no = col(pl.UInt8, "4 or 6", "地址族")
    first = col(pl.Binary, "first address, network byte order, 4 or 16 bytes", "起始地址")
    last = col(pl.Binary, "last address, inclusive", "结束地址")
    territory = col(pl.String, "ISO 3166 code, upper case: CN = mainland, HK, MO, TW apart; ?? = the source does not know", "国家或地区")
    origin = col(pl.String, "name of the location source", "来源")
    dated = col(pl.Date, "date of the location source; null when it does not say", "来源日期")
