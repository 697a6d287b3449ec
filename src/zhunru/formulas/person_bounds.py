"""How many different persons a log tells of: at least and at most, day by day, adding up from the first day of a period."""

from collections.abc import Sequence

import polars as pl

_MEASURES = ("plain_lower", "plain_upper", "sensitive_lower", "sensitive_upper")


def cumulated(rows: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return for each group and each of its days the least and greatest number of different persons so far.

    A person who is named is counted once in a scheme of identifiers. Persons in lines that only count them may be the same as
    others or not: at least the largest line, at most the sum of all. Different schemes cannot be held against each other: at least
    the largest, at most the sum. A line whose class (sensitive or not) is not told may be of either: it adds to the greatest numbers only.
    So does a line that is not `sure` to count.

    Args:
        rows: Columns of `keys`; `day` (Date); `person` (text, null where the line only counts); `scheme` (text); `count` (Int64, persons of
            a line that only counts); `sensitive` (Boolean, null = not told); `sure` (Boolean, the line counts for certain).
        keys: Columns that make a group, one period each.

    Returns:
        `keys`, `day`, and `plain_lower`, `plain_upper`, `sensitive_lower`, `sensitive_upper` (Int64, persons), in order of keys and day.
        A person of whom both classes are told is in both counts.
    """
    told = {"plain": pl.col("sensitive") == False, "sensitive": pl.col("sensitive") == True}  # noqa: E712 - null stays null
    chosen = {f"{c}_lower": is_c & pl.col("sure") for c, is_c in told.items()}
    chosen |= {f"{c}_upper": is_c.fill_null(value=True) for c, is_c in told.items()}
    rows = rows.with_columns(pl.col("scheme").cast(pl.Categorical))
    named = (
        rows.filter(pl.col("person").is_not_null())
        .group_by(*keys, "scheme", "person")
        .agg(pl.col("day").filter(chosen[m].fill_null(value=False)).min().alias(m) for m in _MEASURES)
    )
    counted = (
        rows.filter(pl.col("person").is_null())
        .group_by(*keys, "day")
        .agg(
            (pl.col("count").filter(chosen[m].fill_null(value=False)).max() if m.endswith("lower") else
             pl.col("count").filter(chosen[m].fill_null(value=False)).sum()).alias(m)
            for m in _MEASURES
        )
    )  # fmt: skip
    firsts = pl.concat(
        [
            named.drop_nulls(m).group_by(*keys, "scheme", pl.col(m).alias("day")).agg(pl.len().cast(pl.Int64).alias("new")).with_columns(pl.lit(m).alias("m"))
            for m in _MEASURES
        ]
    )  # fmt: skip
    days, new, lines = pl.collect_all([rows.select(*keys, "day").unique(), firsts, counted], engine="streaming")
    return _added(days.sort(*keys, "day"), new, lines, list(keys))


def _added(days: pl.DataFrame, new: pl.DataFrame, lines: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Put the new persons of each day, and the lines that only count, on every day of the group, and add them up."""
    found = days
    for measure in _MEASURES:
        mine = new.filter(pl.col("m") == measure)
        schemes = mine.select(*keys, "scheme").unique()
        running = (
            days.join(schemes, on=keys, nulls_equal=True)
            .join(mine.drop("m"), on=[*keys, "scheme", "day"], how="left", nulls_equal=True)
            .sort(*keys, "scheme", "day")
            .with_columns(pl.col("new").fill_null(0).cum_sum().over(*keys, "scheme"))
        )
        of_schemes = pl.col("new").max() if measure.endswith("lower") else pl.col("new").sum()
        total = running.group_by(*keys, "day").agg(of_schemes.alias("named"))
        put = found.join(total, on=[*keys, "day"], how="left", nulls_equal=True)
        put = put.join(lines.select(*keys, "day", pl.col(measure).alias("line")), on=[*keys, "day"], how="left", nulls_equal=True)
        line = pl.col("line").fill_null(0)
        so_far = (line.cum_max() if measure.endswith("lower") else line.cum_sum()).over(*keys)
        both = (
            pl.max_horizontal(pl.col("named").fill_null(0), so_far) if measure.endswith("lower") else pl.col("named").fill_null(0) + so_far
        )
        found = put.sort(*keys, "day").with_columns(both.cast(pl.Int64).alias(measure)).drop("named", "line")
    return found
