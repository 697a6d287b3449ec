"""Identifiers seen in stored data: databases, files, logs."""

import polars as pl

from zhunru.core.table import Table, col


class Sighting(Table):
    """Identifiers of one kind and one certainty in one place of a source; values are never kept, only counted and masked."""

    place = col(pl.String, "place inside the source: table.column, field path, sheet and column, or empty for lines of text", "位置")
    kind = col(pl.String, "kind of identifier, `formulas.identifiers.kinds`", "类型")
    certainty = col(pl.String, "found (check digit or cue) or suspected (form alone)", "把握程度")
    hit_count = col(pl.Int64, "values seen", "次数")
    distinct_count = col(pl.Int64, "distinct values; null when not counted", "去重数")
    first_where = col(pl.String, "row, line or byte offset of the first", "首处")
    sample = col(pl.String, "the first value, masked", "示例（已脱敏）")
