"""How many different persons a log tells of: at least and at most, day by day, adding up from the first day of a period."""

from collections.abc import Sequence

import numpy as np
import polars as pl

_MEASURES = ("plain_lower", "plain_upper", "sensitive_lower", "sensitive_upper")
_OVER = {"lower": pl.Expr.max, "upper": pl.Expr.sum}
"""What lines that only count tell together: at least the largest, at most the sum."""
_SEED = 0x5A48_554E
"""Fixed, so that the same log gives the same digests."""
_ODD = np.uint64(0x9E37_79B9_7F4A_7C15)
_SLICE_BITS = 4
_NEVER = np.int32(2**31 - 1)


def cumulated(rows: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return for each group and each of its days the least and greatest number of different persons so far.

    A person who is named is counted once in a scheme of identifiers. Persons in lines that only count them may be the same as
    others or not: at least the largest line, at most the sum of all. Different schemes cannot be held against each other: at least
    the largest, at most the sum. A line whose class (sensitive or not) is not told may be of either: it adds to the greatest numbers only.
    So does a line that is not `sure` to count.

    Persons are told apart by digests of 8 bytes (D): of n persons, two share one with odds of n^2 / 2^65, 3 in 1,000,000 for ten million; then one person is
    counted too few. The digest withstands chance, not somebody who makes pseudonyms to collide: whoever writes the log can leave lines out as well.
    About 20 bytes are held for each line that names a person.

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
    chosen = {m: chosen[m].fill_null(value=False) for m in _MEASURES}
    named, alone = pl.col("person").is_not_null(), pl.col("person").is_null()
    # one narrow pass for all that is small: several queries at once would keep the lines in memory
    small = (
        rows.group_by(*keys, "day", "scheme")
        .agg(named.any().alias("named"), *((_OVER[m[-5:]](pl.col("count").filter(alone & chosen[m]))).alias(m) for m in _MEASURES))
        .collect(engine="streaming")
    )
    lines = small.group_by(*keys, "day").agg(_OVER[m[-5:]](pl.col(m)) for m in _MEASURES)
    groups = small.filter("named").select(*keys, "scheme").unique().sort(*keys, "scheme").with_row_index("group")
    marks = pl.sum_horizontal(chosen[m].cast(pl.UInt8) * (1 << i) for i, m in enumerate(_MEASURES)).cast(pl.UInt8)
    narrow = rows.filter(named).select(*keys, "scheme", "day", pl.col("person").hash(_SEED).alias("digest"), marks.alias("marks"))
    narrow = narrow.join(groups.lazy(), on=[*keys, "scheme"], how="left", nulls_equal=True, maintain_order="none")
    new = _firsts(narrow.select("digest", "day", "marks", "group").collect(engine="streaming"))
    return _added(lines.select(*keys, "day").sort(*keys, "day"), groups.join(new, on="group").drop("group"), lines, list(keys))


def _firsts(lines: pl.DataFrame) -> pl.DataFrame:
    """Return for each group (of keys and scheme), measure and day how many persons are new on it.

    Persons are told apart by digests of 8 bytes; they are sorted slice by slice of the digests, so that little is held beside the lines.
    """
    group = lines["group"].to_numpy()
    # in another group the same digest is another person
    digest = lines["digest"].to_numpy() ^ (group.astype(np.uint64) * _ODD)
    day, marks = lines["day"].cast(pl.Int32).to_numpy(), lines["marks"].to_numpy()
    slice_of = (digest >> np.uint64(64 - _SLICE_BITS)).astype(np.uint8)
    parts = [pl.DataFrame(schema={"group": pl.UInt32, "day": pl.Int32, "m": pl.String, "new": pl.Int64})]
    for number in range(1 << _SLICE_BITS):
        mine = np.flatnonzero(slice_of == number)
        if not mine.size:
            continue
        mine = mine[np.argsort(digest[mine])]
        ordered = digest[mine]
        heads = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        of_head = group[mine[heads]]
        for i, measure in enumerate(_MEASURES):
            first = np.minimum.reduceat(np.where(marks[mine] >> i & 1, day[mine], _NEVER), heads)
            found = pl.DataFrame({"group": of_head, "day": first}).filter(pl.col("day") != _NEVER)
            parts.append(
                found.group_by("group", "day")
                .agg(pl.len().cast(pl.Int64).alias("new"))
                .select("group", "day", pl.lit(measure).alias("m"), "new")
            )
    told = pl.concat(parts).group_by("group", "day", "m").agg(pl.col("new").sum())
    return told.with_columns(pl.col("day").cast(pl.Date))


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
