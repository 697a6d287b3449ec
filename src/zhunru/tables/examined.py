"""What discovery looked at: without it, nothing found says nothing."""

import polars as pl

from zhunru.core.table import Table, col


class Examined(Table):
    """One place of a source, with how many items were examined, decided and undecidable.

    examined = decided + undecidable, and examined <= present. A scan that took a sample has examined < present.
    """

    place = col(pl.String, "place inside the source, as in Sighting", "位置")
    item_kind = col(pl.String, "what is counted: cell, line, frame, byte", "计数单位")
    present_count = col(pl.Int64, "items in the place; null when nobody knows", "总数")
    examined_count = col(pl.Int64, "items looked at", "已检查")
    decided_count = col(pl.Int64, "items of which the content could be read and judged", "可判定")
    undecidable_count = col(pl.Int64, "items that could not: binary, encrypted, broken encoding, too long", "不可判定")
    reason = col(pl.String, "why some could not be decided; empty when none", "原因")
