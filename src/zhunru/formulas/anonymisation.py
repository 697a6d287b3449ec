"""Which faces and plates must be anonymised, which of them are, and the counts that follow. GB/T 44464-2024 annex B, data-and-cyber.md 2.2.3."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

KINDS: Final = ("face", "plate")
EXCLUDES: Final[dict[str, frozenset[str]]] = {
    "face": frozenset({"advert", "reflection"}),
    "plate": frozenset({"temporary", "sprayed", "e-bike", "motorcycle"}),
}
"""Reasons for which an object of a kind does not count; another reason leaves it open."""
_SIDE_SLACK_PX: Final = 1e-6
_RATIO_SLACK: Final = 1e-9
"""What rounding may do to a side or an area that lies exactly on a limit."""


class Scope(NamedTuple):
    """Limits of what must be anonymised and of what counts as anonymised.

    Args:
        face_side_px: Least short side of a face.
        plate_side_px: Least short side of a plate.
        visible_ratio: The visible part of a face must be greater.
        covering_ratio: Least masked part of the box of an object that is correctly anonymised.
    """

    face_side_px: float = 32.0
    plate_side_px: float = 16.0
    visible_ratio: float = 0.5
    covering_ratio: float = 0.5


STANDARD: Final = Scope()
"""The limits of the standard."""


def all_of(*conditions: bool | None) -> bool | None:
    """Return Kleene's and."""
    return False if False in conditions else None if None in conditions else True


def in_scope(row: Mapping[str, Any], scope: Scope = STANDARD) -> bool | None:
    """Tell whether an object must be anonymised; None when the annotation does not say enough.

    Args:
        row: Row of `tables.trial_object`.
        scope: Limits.
    """
    side, excluded = row["min_side_px"], row["excluded"]
    counts = True if not excluded else False if excluded in EXCLUDES.get(row["kind"], ()) else None
    if row["kind"] == "face":
        visible = row["visible_ratio"]
        return all_of(
            counts,
            None if side is None else side >= scope.face_side_px - _SIDE_SLACK_PX,
            None if visible is None else visible > scope.visible_ratio,
            row["features_visible"],
        )
    return all_of(counts, None if side is None else side >= scope.plate_side_px - _SIDE_SLACK_PX, row["unobstructed"], row["legible"])


def is_covered(row: Mapping[str, Any], scope: Scope = STANDARD) -> bool | None:
    """Tell whether enough of the box of an object is masked; None when its masked part is not known."""
    covering = row["covering_ratio"]
    return None if covering is None else covering >= scope.covering_ratio - _RATIO_SLACK


@dataclass
class Tally:
    """Objects of one kind in one set of pictures.

    Args:
        correct: N_a: in scope and masked.
        missed: N_m: in scope and not masked.
        open: In scope or not, or masked or not, is not known.
        outside: Not in scope.
        excluded: Of these, for a named reason.
        first_open: Picture and object of the first open one.
        first_missed: Picture and object of the first missed one.
    """

    correct: int = 0
    missed: int = 0
    open: int = 0
    outside: int = 0
    excluded: int = 0
    first_open: str = ""
    first_missed: str = ""
    pictures: set[str] = field(default_factory=set)

    @property
    def decided(self) -> int:
        """Objects in scope of which is known whether they are masked."""
        return self.correct + self.missed

    @property
    def rate(self) -> float:
        """R_d = N_a / (N_a + N_m), of what is decided."""
        return self.correct / self.decided if self.decided else 0.0

    @property
    def best(self) -> float:
        """R_d if every open object were one that is masked."""
        return (self.correct + self.open) / (self.decided + self.open) if self.decided + self.open else 0.0


def tally(rows: Iterable[Mapping[str, Any]], scope: Scope = STANDARD) -> dict[str, Tally]:
    """Return kind -> counts.

    Args:
        rows: Rows of `tables.trial_object` of one set and one role.
        scope: Limits.
    """
    found = {kind: Tally() for kind in KINDS}
    for row in sorted(rows, key=lambda r: (r["picture"], r["object"])):
        of, place = found[row["kind"]], f"{row['picture']} / {row['object']}"
        scoped, covered = in_scope(row, scope), is_covered(row, scope)
        if scoped is False:
            of.outside += 1
            of.excluded += bool(row["excluded"])
        elif scoped is None or covered is None:
            of.open += 1
            of.first_open = of.first_open or place
        elif covered:
            of.correct += 1
        else:
            of.missed += 1
            of.first_missed = of.first_missed or place
        if scoped:
            of.pictures.add(row["picture"])
    return found


def scoped_counts(rows: Iterable[Mapping[str, Any]], scope: Scope = STANDARD) -> dict[str, tuple[int, int]]:
    """Return kind -> (objects in scope, objects of which that is not known); masks play no part."""
    found = dict.fromkeys(KINDS, (0, 0))
    for row in rows:
        sure, unsure = found[row["kind"]]
        scoped = in_scope(row, scope)
        found[row["kind"]] = (sure + (scoped is True), unsure + (scoped is None))
    return found
