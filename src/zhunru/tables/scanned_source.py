"""What a scan says of the source that it looked at."""

import polars as pl

from zhunru.core.table import Table, col


class ScannedSource(Table):
    """Head of one scan result: which source, when, with which rules; never a secret."""

    kind = col(pl.String, "postgresql, sqlite, file or folder", "来源种类")
    description = col(pl.String, "address without user secrets, or path", "来源")
    database = col(pl.String, "name of the database; empty for files", "数据库")
    identity = col(pl.String, "system identifier of the database cluster, or SHA-256 of the file; empty when nothing identifies it", "标识")
    server_version = col(pl.String, "version of the database server; empty for files", "服务器版本")
    tool_version = col(pl.String, "version of zhunru that scanned", "软件版本")
    rules_digest = col(pl.String, "SHA-256 of code and rules that decided", "规则摘要")
    operator = col(pl.String, "account that ran the scan", "执行账户")
    t_started_ns = col(pl.Int64, "start, UTC", "开始时间")
    t_ended_ns = col(pl.Int64, "end, UTC", "结束时间")
    row_limit_count = col(pl.Int64, "most rows per table that were looked at; null when all", "每表行数上限")
