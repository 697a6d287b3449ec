"""Names that were resolved in captured traffic."""

import polars as pl

from zhunru.core.table import Table, col


class DnsAnswer(Table):
    """One address record (A or AAAA) of one DNS response."""

    t_ns = col(pl.Int64, "time of the response, UTC", "应答时间")
    client_ip = col(pl.String, "who asked", "查询方")
    server_ip = col(pl.String, "who answered", "应答方")
    query = col(pl.String, "name that was asked, lower case, no final dot", "查询名")
    name = col(pl.String, "owner of the record (the end of the CNAME chain)", "记录名")
    address = col(pl.String, "resolved address", "解析地址")
    ttl_s = col(pl.Int64, "time to live", "生存时间")
