"""Exact order of two versions: groups of digits, with a pre-release as Semantic Versioning writes it."""

import re

_FORM = re.compile(r"[vV]?(\d{1,18}(?:\.\d{1,18}){0,7})(?:-([0-9A-Za-z-]{1,60}(?:\.[0-9A-Za-z-]{1,60}){0,9}))?(?:\+[0-9A-Za-z.-]{1,200})?")


def compare(one: str, other: str) -> int | None:
    """Return -1, 0 or 1 as `one` is older than, equal to or newer than `other`; None when either is of another form.

    Absent groups count as 0; build metadata does not count; a pre-release is older than its release.

    References:
        Semantic Versioning 2.0.0, item 11.
    """
    if one == other:
        return 0
    first, second = _parsed(one), _parsed(other)
    if first is None or second is None:
        return None
    return (first > second) - (first < second)


def _parsed(text: str) -> tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]] | None:
    form = _FORM.fullmatch(text.strip())
    if form is None:
        return None
    release = tuple(int(n) for n in form[1].split("."))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    if form[2] is None:
        return release, 1, ()
    # digits are older than letters, fewer identifiers older than more
    return release, 0, tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in form[2].split("."))
