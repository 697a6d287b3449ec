"""How many sentences a receiver log holds and how many of them are broken."""

import polars as pl

from zhunru.core.table import Table, col


class SentenceCount(Table):
    """Sentences of one talker and type in one file; a broken sentence counts in exactly one of the three columns."""

    talker = col(pl.String, "two letters, P for proprietary, ? when unreadable", "发送方")
    type = col(pl.String, "three letters or the proprietary name, ? when unreadable", "语句类型")
    seen_count = col(pl.Int64, "all sentences", "语句数")
    checksum_error_count = col(pl.Int64, "checksum does not fit: not evaluated", "校验和错误数")
    malformed_count = col(pl.Int64, "broken off, overrun or a field of wrong form: not evaluated", "格式错误数")
    without_checksum_count = col(pl.Int64, "no checksum given: evaluated, integrity unknown", "无校验和数")
