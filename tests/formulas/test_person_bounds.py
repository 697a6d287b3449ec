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
