"""What each export activity did, day by day."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.tables.export_row import ExportRow

CHINA_NS = 8 * 3600 * 10**9
"""China Standard Time is ahead of UTC by so much; a day of a log is a day in China."""
_DAY_NS = 86_400 * 10**9


class ExportUse(Table):
    """All lines of one activity on one day that tell the same kinds, recipient and purpose."""

    day = col(pl.Date, "day in China; null when no line tells when", "日期")
    t_ns = col(pl.Int64, "first of the lines, UTC", "首次时间")
    activity = col(pl.String, "export activity", "出境活动")
    kinds = col(pl.String, "kinds of data, joined with ;", "数据种类")
    recipient = col(pl.String, "recipient; null = that of the activity", "接收方")
    purpose = col(pl.String, "purpose; null = that of the activity", "目的")
    accessed = col(pl.Boolean, "accesses from outside, not lines of a log of exports", "来自访问日志")
    line_count = col(pl.Int64, "lines", "行数")
    personal_count = col(pl.Int64, "lines that hold personal information: marked so, or naming or counting persons", "个人信息行数")
    important_count = col(pl.Int64, "lines marked as important data", "重要数据行数")
    unmarked_count = col(pl.Int64, "lines that do not tell whether they hold important data", "未标注重要数据行数")
    unclassed_count = col(pl.Int64, "lines of personal information that do not tell whether it is sensitive", "未标注敏感行数")
    sensitive_count = col(pl.Int64, "lines marked as sensitive personal information", "敏感个人信息行数")
    silent_count = col(pl.Int64, "lines that tell neither whether they hold personal information nor any person", "未标注个人信息行数")
    uncounted_count = col(pl.Int64, "lines of personal information that neither name nor count persons", "人数不明行数")
    unclear_count = col(
        pl.Int64,
        "lines that contradict themselves: no personal information and yet persons, or one named person and another number",
        "矛盾行数",
    )
    unweighed_count = col(pl.Int64, "lines without a volume", "无数据量行数")
    volume_byte = col(pl.Int64, "volume of the lines that tell it", "数据量")
    row_no = col(pl.Int64, "first row", "首行")


def china_day(t_ns: pl.Expr) -> pl.Expr:
    """Return the day in China of a time in nanoseconds UTC."""
    return ((t_ns + CHINA_NS) // _DAY_NS).cast(pl.Int32).cast(pl.Date)


def holds_persons() -> pl.Expr:
    """Tell which lines of `ExportRow` hold personal information: marked so, or unmarked and naming or counting persons."""
    return pl.col("personal").fill_null(pl.col("person").is_not_null() | (pl.col("person_count") > 0)).fill_null(value=False)


@derive
def export_uses(rows: ExportRow) -> ExportUse:
    """Add up the lines by activity, day, kinds, recipient and purpose."""
    personal = holds_persons()
    persons = pl.col("person").is_not_null() | (pl.col("person_count").fill_null(0) > 0)
    counts = {
        "personal_count": personal,
        "important_count": pl.col("important"),
        "unmarked_count": pl.col("important").is_null(),
        "unclassed_count": personal & pl.col("sensitive").is_null(),
        "sensitive_count": pl.col("sensitive"),
        "silent_count": pl.col("personal").is_null() & pl.col("person").is_null() & pl.col("person_count").is_null(),
        "uncounted_count": personal & pl.col("person").is_null() & pl.col("person_count").is_null(),
        "unclear_count": (~personal & persons) | (pl.col("person").is_not_null() & (pl.col("person_count").fill_null(1) != 1))
        | (~personal & pl.col("sensitive").fill_null(value=False)),
        "unweighed_count": pl.col("volume_byte").is_null(),
    }  # fmt: skip
    frame = (
        rows.frame.with_columns(china_day(pl.col("t_ns")).alias("day"), pl.col("accessed").fill_null(value=False))
        .group_by("source", "activity", "day", "kinds", "recipient", "purpose", "accessed")
        .agg(
            pl.col("t_ns", "row_no").min(),
            pl.len().cast(pl.Int64).alias("line_count"),
            pl.col("volume_byte").sum(),
            *(e.fill_null(value=False).sum().cast(pl.Int64).alias(n) for n, e in counts.items()),
        )
        .sort("activity", "day", "source", "row_no", "kinds", "recipient", "purpose", "accessed")
    )
    return ExportUse(frame.select(*(n for n in ExportUse.columns)))
