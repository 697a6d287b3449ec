"""Which component versions lie in which advisory ranges: an order-preserving number for each plain version, joined at once.

A version of at most three groups of digits becomes one number whose order is that of the versions (20 bits a group, odd). Where Semantic
Versioning holds, a pre-release becomes the even number just below its release: against bounds that are releases that decides. Whatever is no
such version - letters, a fourth group, epochs, bounds that are pre-releases - goes to an exact comparison one by one, and is counted; where even that cannot tell,
the pair is undecided and told as such, never dropped.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.formulas.semantic_version import compare

_BITS: Final = 20
_PLAIN: Final = r"^[vV]?(\d{1,7})(?:\.(\d{1,7}))?(?:\.(\d{1,7}))?(-[0-9A-Za-z-]{1,60}(?:\.[0-9A-Za-z-]{1,60}){0,9})?$"
LOWEST: Final = -1
"""Below every version: the range starts at the beginning."""
HIGHEST: Final = 1 << 62
"""Above every version: the range has no end."""
_LOOSE: Final = -2
STRICT: Final = frozenset({"deb", "debian", "ubuntu", "rpm", "apk", "alpine", "alpm", "conan"})
"""Ecosystems in which 1.0 and 1.0.0 differ, or whose order was not checked: their versions never become numbers and are only equal as text."""
SEMANTIC: Final = frozenset({"npm", "cargo", "crates.io", "go", "golang", "hex", "swift", "pub", "semver"})
"""Ecosystems of Semantic Versioning: elsewhere what follows a dash may be newer than the release (Maven `1.0-jre`, Python `1.0-1`)."""

Longs = NDArray[np.int64]


class Advisories(NamedTuple):
    """Ranges to be looked up; made once by `index`.

    Args:
        names: Name with ecosystem -> number.
        starts: Lowest versions of plain ranges, distinct and sorted, shape (k,).
        order: Number of the name and rank of the lowest version in one, sorted, shape (n,).
        ends: First version beyond the range, in the same order, shape (n,).
        rows: Row of the advisory, in the same order, shape (n,).
        plain: Name -> rows of ranges that are plain.
        loose: Name -> rows of ranges with a bound that is no plain version.
        bounds: introduced, fixed and last affected version of every row, as written.
    """

    names: dict[tuple[str, str], int]
    starts: Longs
    order: Longs
    ends: Longs
    rows: Longs
    plain: dict[int, slice]
    loose: dict[int, list[int]]
    bounds: tuple[Sequence[str | None], Sequence[str | None], Sequence[str | None]]


class Hits(NamedTuple):
    """Pairs of a component and an advisory row, shape (m,) each; `exact` pairs were compared one by one."""

    component: Longs
    advisory: Longs
    undecided_component: Longs
    undecided_advisory: Longs
    exact: int


def packed(versions: Sequence[str | None], ecosystems: Sequence[str], *, early: bool = False) -> Longs:
    """Return one number per version whose order is that of the versions; a negative one where the version is not plain.

    Args:
        versions: Versions as written, shape (n,).
        ecosystems: Ecosystem of each; versions of `STRICT` ones are never plain.
        early: Pre-releases of `SEMANTIC` ones become numbers as well.
    """
    column = pl.Series("v", versions, pl.String)
    parts = column.str.strip_chars().str.extract_groups(_PLAIN).struct.unnest()
    numbers = [parts.to_series(i).cast(pl.Int64).fill_null(0).to_numpy() for i in range(3)]
    kinds = pl.Series(ecosystems, dtype=pl.String).str.to_lowercase()
    release = parts.to_series(3).is_null().to_numpy()
    fits = parts.to_series(0).is_not_null().to_numpy() & np.all([n < (1 << _BITS) for n in numbers], axis=0)
    fits &= ~kinds.is_in(sorted(STRICT)).to_numpy()
    fits &= release | (kinds.is_in(sorted(SEMANTIC)).to_numpy() if early else np.False_)
    keys = ((numbers[0] << (2 * _BITS)) | (numbers[1] << _BITS) | numbers[2]) * 2 + release
    return np.where(fits, keys, _LOOSE).astype(np.int64)


def index(
    ecosystems: Sequence[str],
    names: Sequence[str],
    introduced: Sequence[str | None],
    fixed: Sequence[str | None],
    last_affected: Sequence[str | None],
) -> Advisories:
    """Return the ranges in the form in which they are looked up; all sequences of shape (n,).

    A range holds `introduced` (none or 0 = from the beginning) up to before `fixed`, or up to `last_affected` itself, or everything after.
    """
    numbers: dict[tuple[str, str], int] = {}
    name_no = np.fromiter((numbers.setdefault(k, len(numbers)) for k in zip(ecosystems, names, strict=True)), np.int64, len(names))
    absent = [pl.Series(v, dtype=pl.String).is_null().to_numpy() for v in (introduced, fixed, last_affected)]
    start = np.where(
        absent[0] | (pl.Series(introduced, dtype=pl.String) == "0").fill_null(value=False).to_numpy(),
        LOWEST,
        packed(introduced, ecosystems),
    )
    last = packed(last_affected, ecosystems)
    end = np.where(~absent[1], packed(fixed, ecosystems), np.where(absent[2], HIGHEST, np.where(last >= 0, last + 1, _LOOSE)))
    good = (start != _LOOSE) & (end != _LOOSE)
    where = np.flatnonzero(good)
    starts, rank = np.unique(start[where], return_inverse=True)
    key = (name_no[where] << 32) | rank
    order = np.argsort(key, kind="stable")
    sorted_no = name_no[where][order]
    cuts = np.flatnonzero(np.diff(sorted_no)) + 1
    firsts, lasts = np.r_[0, cuts] if len(where) else cuts, np.r_[cuts, len(where)] if len(where) else cuts
    plain = {int(sorted_no[a]): slice(int(a), int(b)) for a, b in zip(firsts, lasts, strict=True)}
    loose: dict[int, list[int]] = {}
    for row in np.flatnonzero(~good).tolist():
        loose.setdefault(int(name_no[row]), []).append(row)
    return Advisories(numbers, starts, key[order], end[where][order], where[order], plain, loose, (introduced, fixed, last_affected))


def hits(ecosystems: Sequence[str], names: Sequence[str], versions: Sequence[str | None], known: Advisories) -> Hits:
    """Return every pair of a component and a range of its name that holds its version; components of shape (n,)."""
    number = np.fromiter((known.names.get(k, -1) for k in zip(ecosystems, names, strict=True)), np.int64, len(names))
    key = packed(versions, ecosystems, early=True)
    named = np.flatnonzero(number >= 0)
    quick = named[key[named] >= 0]
    # ranges of the name that start at or before the version stand together; of these, those that end after it
    rank = np.searchsorted(known.starts, key[quick], "right")
    first = np.searchsorted(known.order, number[quick] << 32)
    beyond = np.searchsorted(known.order, (number[quick] << 32) | rank)
    count = beyond - first
    component = np.repeat(quick, count)
    place = np.arange(int(count.sum())) + np.repeat(first - (np.cumsum(count) - count), count)
    inside = known.ends[place] > np.repeat(key[quick], count)
    exact = [(c, r) for c in quick.tolist() for r in known.loose.get(int(number[c]), ())] if known.loose else []
    for c in named[key[named] < 0].tolist():
        own = known.plain.get(int(number[c]))
        exact += [(c, r) for r in ([] if own is None else known.rows[own].tolist())]
        exact += [(c, r) for r in known.loose.get(int(number[c]), ())]
    answers = [(c, r, _holds(ecosystems[c], versions[c], r, known)) for c, r in exact]
    sure = np.array([(c, r) for c, r, a in answers if a], np.int64).reshape(-1, 2)
    open_ = np.array([(c, r) for c, r, a in answers if a is None], np.int64).reshape(-1, 2)
    return Hits(
        np.r_[component[inside], sure[:, 0]], np.r_[known.rows[place[inside]], sure[:, 1]], open_[:, 0], open_[:, 1], len(exact)
    )  # fmt: skip


def _holds(ecosystem: str, version: str | None, row: int, known: Advisories) -> bool | None:
    """Tell whether one range holds one version, by the exact comparison; None where it cannot be told."""
    introduced, fixed, last = (bound[row] for bound in known.bounds)
    from_start = introduced is None or introduced == "0"
    order = [
        1 if from_start else _order(ecosystem, version, introduced),
        -1 if fixed is None else _order(ecosystem, version, fixed),
        -1 if fixed is not None or last is None else _order(ecosystem, version, last),
    ]
    after, before, until = (
        None if order[0] is None else order[0] >= 0,
        None if order[1] is None else order[1] < 0,
        None if order[2] is None else order[2] <= 0,
    )
    answers = (after, before, until)
    if False in answers:
        return False
    return None if None in answers or not version else True


def _order(ecosystem: str, one: str | None, other: str | None) -> int | None:
    if not one or not other:
        return None
    if ecosystem.lower() in STRICT:
        return 0 if one == other else None
    if ecosystem.lower() not in SEMANTIC and ("-" in one or "-" in other):
        return 0 if one == other else None
    return compare(one, other)
