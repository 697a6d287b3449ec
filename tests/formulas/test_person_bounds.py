"""Bounds of persons against a plain count over all lines."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.person_bounds import cumulated

FIRST = date(2026, 1, 1)
SCHEMA = {
    "k": pl.String, "day": pl.Date, "person": pl.String, "scheme": pl.String, "count": pl.Int64, "sensitive": pl.Boolean, "sure": pl.Boolean,
}  # fmt: skip
Line = tuple[str, date, str | None, str, int | None, bool | None, bool]

lines = st.tuples(
    st.sampled_from("ab"),
    st.integers(0, 4).map(lambda n: FIRST + timedelta(days=n)),
    st.one_of(st.none(), st.sampled_from(["p", "q", "r"])),
    st.sampled_from(["", "s"]),
    st.integers(0, 9),
    st.one_of(st.none(), st.booleans()),
    st.booleans(),
).map(lambda r: (*r[:4], None if r[2] else r[4], *r[5:]))


def counted(rows: list[Line], key: str, day: date, sensitive: bool, most: bool) -> int:
    mine = [r for r in rows if r[0] == key and r[1] <= day and (r[5] is sensitive or (most and r[5] is None)) and (most or r[6])]
    named = [len({r[2] for r in mine if r[2] and r[3] == scheme}) for scheme in ("", "s")]
    alone = [r[4] or 0 for r in mine if r[2] is None]
    return sum(named) + sum(alone) if most else max([*named, *alone], default=0)


@settings(max_examples=150, deadline=None)
@given(st.lists(lines, max_size=12))
def test_agrees_with_a_plain_count(rows: list[Line]) -> None:
    found = cumulated(pl.LazyFrame(rows, schema=SCHEMA, orient="row"), ["k"])
    assert found.select("k", "day").rows() == sorted({(r[0], r[1]) for r in rows})
    for key, day, *counts in found.rows():
        told = [counted(rows, key, day, sensitive, most) for sensitive in (False, True) for most in (False, True)]
        assert counts == told
        assert counts[0] <= counts[1] and counts[2] <= counts[3]


def test_no_lines_give_no_days() -> None:
    assert cumulated(pl.LazyFrame(schema=SCHEMA), ["k"]).height == 0


def test_many_persons_are_told_apart_as_their_texts_are() -> None:
    rows = pl.concat(
        pl.LazyFrame(
            {
                "k": "a",
                "day": [FIRST + timedelta(days=day)] * 40_000,
                "person": [f"sha256:{n % 30_000:064x}" for n in range(day * 20_000, day * 20_000 + 40_000)],
                "scheme": ["s" if n % 2 else "" for n in range(40_000)],
                "count": None,
                "sensitive": [n % 7 == 0 for n in range(40_000)],
                "sure": True,
            },
            schema=SCHEMA,
        )
        for day in range(3)
    )
    every = rows.collect()
    for key, day, *counts in cumulated(rows, ["k"]).rows():
        mine = every.filter((pl.col("k") == key) & (pl.col("day") <= day))
        for sensitive, (least, most) in ((False, counts[:2]), (True, counts[2:])):
            named = mine.filter(pl.col("sensitive") == sensitive).group_by("scheme").agg(pl.col("person").n_unique())["person"]
            assert (least, most) == (named.max(), named.sum())


def test_one_pseudonym_in_two_groups_is_a_person_in_each() -> None:
    rows: list[Line] = [(k, FIRST, "p", "", None, False, True) for k in ("a", "b", "b")]
    assert cumulated(pl.LazyFrame(rows, schema=SCHEMA, orient="row"), ["k"])["plain_lower"].to_list() == [1, 1]
