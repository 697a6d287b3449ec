"""Versions against ranges: every pair as an independent library and a plain loop decide it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.semantic_version import compare
from zhunru.formulas.version_ranges import hits, index, packed


def found(
    component: tuple[str, str | None], *ranges: tuple[str | None, str | None, str | None], ecosystem: str = "npm"
) -> list[bool | None]:
    """What each range says about one component: holds it, does not, or cannot be told."""
    name, version = component
    known = index([ecosystem] * len(ranges), ["a"] * len(ranges), *([r[i] for r in ranges] for i in range(3)))
    got = hits([ecosystem], [name], [version], known)
    sure, unsure = set(got.advisory.tolist()), set(got.undecided_advisory.tolist())
    assert not sure & unsure
    return [True if i in sure else None if i in unsure else False for i in range(len(ranges))]


@pytest.mark.parametrize(
    ("version", "bounds", "answer"),
    [
        ("1.2.3", ("1.2.3", "1.2.4", None), True),
        ("1.2.2", ("1.2.3", "1.2.4", None), False),
        ("1.2.4", ("1.2.3", "1.2.4", None), False),
        ("1.2.4", ("1.2.3", None, "1.2.4"), True),
        ("1.2.5", ("1.2.3", None, "1.2.4"), False),
        ("9.9.9", ("1.2.3", None, None), True),
        ("0.0.0", ("0", "1", None), True),
        ("0", (None, "1", None), True),
        ("1.10", ("1.9", "1.11", None), True),
        ("v1.0", ("1.0.0", "1.0.1", None), True),
        ("1.0.0-rc1", ("0", "1.0.0", None), True),
        ("1.0.0-rc1", ("1.0.0", "2", None), False),
        ("1.0.0.1", ("1.0.0", "1.0.1", None), True),
        ("1.0.1", ("1.0.1-rc.2", "2", None), True),
        ("1.0.0", ("0", "1.0.1-rc.2", None), True),
        ("1048575.0", ("1048575", "1048576", None), True),  # the last that fits
        ("1048576.0", ("1048575", "1048577", None), True),  # the first that does not
        ("1.0~beta", ("0", "1.0.0", None), None),
        ("1.0~beta", ("0", None, None), True),
        (None, ("0", "1", None), None),
        (None, ("0", None, None), None),
        ("2.0", ("1.0~beta", "1.5", None), False),
        ("2.0", ("1.0~beta", "3.0", None), None),
    ],
)
def test_one_range(version: str | None, bounds: tuple[str | None, str | None, str | None], answer: bool | None) -> None:
    assert found(("a", version), bounds) == [answer]


def test_other_names_and_ecosystems_do_not_match() -> None:
    assert found(("b", "1"), ("0", None, None)) == [False]
    known = index(["npm"], ["a"], ["0"], [None], [None])
    assert hits(["pypi"], ["a"], ["1"], known).component.tolist() == []


def test_where_1_0_and_1_0_0_differ_versions_are_no_numbers() -> None:
    assert found(("a", "1.0"), ("1.0.0", "2", None), ecosystem="deb") == [None]
    assert packed(["1.0"], ["Debian"])[0] < 0


@pytest.mark.parametrize("ecosystem", ["maven", "pypi", "generic", "composer"])
def test_what_follows_a_dash_is_not_everywhere_older(ecosystem: str) -> None:
    assert found(("a", "33.0-jre"), ("0", "33.0", None), ("33.0", None, None), ("0", None, None), ecosystem=ecosystem) == [None, None, True]
    assert found(("a", "33.0"), ("0", "33.0-1", None), ecosystem=ecosystem) == [None]
    assert found(("a", "33.0-jre"), ("33.0-jre", None, None), ecosystem=ecosystem) == [True]


def test_nothing_against_nothing() -> None:
    empty = index([], [], [], [], [])
    assert hits(["npm"], ["a"], ["1"], empty).component.tolist() == []
    assert hits([], [], [], index(["npm"], ["a"], ["0"], [None], [None])).component.tolist() == []


PLAIN = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(lambda p: ".".join(map(str, p)))
VERSIONS = st.one_of(
    PLAIN, PLAIN.map(lambda v: f"{v}-rc.1"), st.lists(st.integers(0, 3), min_size=4, max_size=5).map(lambda p: ".".join(map(str, p)))
)
RANGES = st.tuples(VERSIONS, st.one_of(st.none(), VERSIONS), st.one_of(st.none(), VERSIONS))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), VERSIONS), max_size=6), st.lists(st.tuples(st.sampled_from("abc"), RANGES), max_size=8))
def test_the_join_says_what_a_loop_over_all_pairs_says(
    components: list[tuple[str, str]], advisories: list[tuple[str, tuple[str, str | None, str | None]]]
) -> None:
    known = index(["npm"] * len(advisories), [n for n, _ in advisories], *([r[i] for _, r in advisories] for i in range(3)))
    got = hits(["npm"] * len(components), [n for n, _ in components], [v for _, v in components], known)

    def holds(version: str, bounds: tuple[str, str | None, str | None]) -> bool:
        introduced, fixed, last = bounds
        since = introduced == "0" or (compare(version, introduced) or 0) >= 0
        until = compare(version, fixed) == -1 if fixed is not None else last is None or (compare(version, last) or 0) <= 0
        return since and until

    expected = {(c, a) for c, (n, v) in enumerate(components) for a, (m, r) in enumerate(advisories) if n == m and holds(v, r)}
    pairs = list(zip(got.component.tolist(), got.advisory.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected
    assert got.undecided_component.tolist() == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 1_100_000), min_size=1, max_size=3), st.lists(st.integers(0, 1_100_000), min_size=1, max_size=3))
def test_numbers_keep_the_order_of_versions(one: list[int], other: list[int]) -> None:
    texts = [".".join(map(str, v)) for v in (one, other)]
    first, second = packed(texts, ["npm", "maven"])
    if first >= 0 and second >= 0:
        assert compare(*texts) == int(first > second) - int(first < second)


@settings(max_examples=300, deadline=None)
@given(VERSIONS, VERSIONS)
def test_the_exact_order_is_that_of_univers(one: str, other: str) -> None:
    from univers.versions import SemverVersion

    def whole(text: str) -> str:
        release, dash, rest = text.partition("-")
        return ".".join([*release.split("."), "0", "0"][:3]) + dash + rest

    if max(len(t.split("-")[0].split(".")) for t in (one, other)) <= 3:
        first, second = SemverVersion(whole(one)), SemverVersion(whole(other))
        assert compare(one, other) == int(first > second) - int(first < second)


@pytest.mark.parametrize("text", ["", "1..2", "a", "1-", "1.2.3-rc..1", "1" * 19, "1.0~1", "1:1.0"])
def test_what_has_no_order(text: str) -> None:
    assert compare(text, "1") is None


def test_rows_stand_for_their_advisories() -> None:
    known = index(["npm"] * 3, ["a", "b", "a"], ["0", "0", "2"], ["1", None, None], [None] * 3)
    got = hits(["npm"] * 2, ["a", "b"], ["3", "0.1"], known)
    assert sorted(zip(got.component.tolist(), got.advisory.tolist(), strict=True)) == [(0, 2), (1, 1)]
    assert got.component.dtype == np.int64
