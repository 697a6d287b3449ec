"""Scope and counts at their edges; plates in recognised text; pixels under masks; pairs of boxes and the seven figures."""

from typing import Any

import numpy as np
import pytest

from zhunru.formulas.anonymisation import in_scope, is_covered, scoped_counts, tally
from zhunru.formulas.box_matching import matched
from zhunru.formulas.marking_quality import Figure, Ranges, judged_ratio, on_masked_pictures, on_plain_pictures, scoped_ratio
from zhunru.formulas.pixel_change import changes
from zhunru.formulas.plate_text import plate_in
from zhunru.formulas.polygon_area import points

FACE: dict[str, Any] = {
    "picture": "a", "object": "1", "kind": "face", "min_side_px": 40.0, "visible_ratio": 0.9, "features_visible": True, "excluded": "",
    "legible": None, "unobstructed": None, "covering_ratio": 1.0,
}  # fmt: skip
PLATE = FACE | {"kind": "plate", "legible": True, "unobstructed": True, "visible_ratio": None, "features_visible": None}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (FACE, True),
        (FACE | {"min_side_px": 32.0}, True),
        (FACE | {"min_side_px": 31.9}, False),
        (FACE | {"min_side_px": 31.99999999}, True),  # a turned box of 32 px, rounded
        (FACE | {"min_side_px": None}, None),
        (FACE | {"visible_ratio": 0.5}, False),
        (FACE | {"visible_ratio": 0.500001}, True),
        (FACE | {"visible_ratio": None}, None),
        (FACE | {"visible_ratio": None, "min_side_px": 10.0}, False),  # small: the rest does not matter
        (FACE | {"features_visible": False}, False),
        (FACE | {"features_visible": None}, None),
        (FACE | {"excluded": "advert"}, False),
        (FACE | {"excluded": "reflection"}, False),
        (FACE | {"excluded": "motorcycle"}, None),  # no reason for a face
        (FACE | {"excluded": "unknown"}, None),
        (PLATE, True),
        (PLATE | {"min_side_px": 16.0}, True),
        (PLATE | {"min_side_px": 15.9}, False),
        (PLATE | {"legible": False}, False),
        (PLATE | {"legible": None}, None),
        (PLATE | {"unobstructed": False}, False),
        (PLATE | {"unobstructed": None}, None),
        (PLATE | {"excluded": "temporary"}, False),
        (PLATE | {"excluded": "sprayed"}, False),
        (PLATE | {"excluded": "e-bike"}, False),
        (PLATE | {"excluded": "motorcycle"}, False),
        (PLATE | {"excluded": "advert"}, None),  # no reason for a plate
    ],
)
def test_scope(row: dict[str, Any], expected: bool | None) -> None:
    assert in_scope(row) is expected


@pytest.mark.parametrize(
    ("ratio", "expected"), [(0.5, True), (0.4999999999, True), (0.4999, False), (0.0, False), (1.0, True), (None, None)]
)
def test_covered(ratio: float | None, expected: bool | None) -> None:
    assert is_covered(FACE | {"covering_ratio": ratio}) is expected


def test_counts_of_a_mixed_set() -> None:
    rows = [
        FACE,
        FACE | {"covering_ratio": 0.1},
        FACE | {"covering_ratio": None},
        FACE | {"visible_ratio": None},
        FACE | {"excluded": "advert"},
        PLATE,
    ]
    found = tally([r | {"object": str(k)} for k, r in enumerate(rows)])
    face = found["face"]
    assert (face.correct, face.missed, face.open, face.outside, face.excluded) == (1, 1, 2, 1, 1)
    assert (face.rate, face.best) == (0.5, 0.75)
    assert (found["plate"].correct, found["plate"].missed) == (1, 0)
    assert scoped_counts(rows) == {"face": (3, 1), "plate": (1, 0)}
    assert tally([])["face"].rate == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("京A12345", (True, "京A****5")),
        ("鲁L· 39F06", (True, "鲁L****6")),
        ("粤 B·D12345", (True, "粤B*****5")),  # new energy, small
        ("沪A12345D", (True, "沪A*****D")),  # new energy, large
        ("粤Z1234港", (True, "粤Z****港")),
        ("苏a1b2c3", (True, "苏A****3")),
        ("A12345", (False, "A1***5")),
        ("B39F06", (False, "B3***6")),
        ("京A1234", None),
        ("京I12345", None),  # no plate has an I there
        ("STATION", None),
        ("2026-05-01", None),
        ("", None),
    ],
)
def test_plates_in_text(text: str, expected: tuple[bool, str] | None) -> None:
    assert plate_in(text) == expected


NOISE = np.random.default_rng(3).integers(0, 255, (64, 96), dtype=np.uint8)
MASK = points([16, 16, 48, 16, 48, 48, 16, 48])


def test_unchanged_and_changed_pixels() -> None:
    filled = NOISE.copy()
    filled[16:48, 16:48] = 90
    (same,), rest = changes(NOISE, NOISE, [MASK])
    assert same.kept == same.detail == same.pixel == 28 * 28  # the rim of two pixels does not count
    (gone,), around = changes(NOISE, filled, [MASK])
    assert (gone.pixel, gone.detail, gone.kept) == (784, 784, 0)
    assert rest.kept == rest.detail == NOISE.size - 32 * 32
    assert around.kept > 0.9 * around.detail


def test_half_a_mask_is_half_kept() -> None:
    half = NOISE.copy()
    half[16:48, 16:32] = 90
    (change,), _ = changes(NOISE, half, [MASK])
    assert change.kept == pytest.approx(change.detail / 2, abs=0.1 * change.detail)


def test_another_scene_keeps_nothing_outside() -> None:
    _, rest = changes(NOISE, NOISE[::-1].copy(), [MASK])
    assert rest.kept < 0.05 * rest.detail


def test_flat_pictures_have_nothing_to_lose() -> None:
    flat = np.full((64, 64), 90, np.uint8)
    assert [c.detail for c in (*changes(flat, flat, [MASK])[0],)] == [0]


def test_bands_of_a_high_picture_join() -> None:
    high = np.random.default_rng(4).integers(0, 255, (700, 40), dtype=np.uint8)
    (change,), rest = changes(high, high, [points([4, 200, 36, 200, 36, 600, 4, 600])])
    assert change.pixel == 28 * 396
    assert change.kept == change.detail
    assert rest.pixel == high.size - 32 * 400
    with pytest.raises(ValueError):
        changes(high, high[:-1], [])


def boxed(name: str, x: float, height: float = 40.0, **changed: Any) -> dict[str, Any]:
    corners = [x, 0.0, x + 60, 0.0, x + 60, height, x, height]
    return FACE | {"object": name, "min_side_px": min(height, 60.0), "box_px": corners, "box_px2": 60 * height} | changed


def test_the_best_overlap_is_paired_first_whatever_the_order() -> None:
    true, marked = [boxed("a", 0), boxed("b", 50)], [boxed("x", 45), boxed("y", 5), boxed("z", 500)]
    for rows in (marked, marked[::-1]):
        pairs = {t["object"]: m and m["object"] for t, m in matched(true, rows)}
        assert pairs == {"a": "y", "b": "x"}
    assert [m for _, m in matched(true, [boxed("x", 0, picture="other"), boxed("y", 0, kind="plate")])] == [None, None]
    assert matched([], marked) == []


@pytest.mark.parametrize(("side", "counts"), [(27.0, 1), (26.9, 0)])
def test_faces_of_the_first_figure_begin_at_27_px(side: float, counts: int) -> None:
    assert on_plain_pictures([boxed("a", 0, side)], [boxed("a", 0, side)], Ranges())["Q1"].used == counts


@pytest.mark.parametrize(("side", "figures"), [(10.9, set()), (11.0, {"Q2"}), (20.0, {"Q2"}), (20.1, {"Q3"})])
def test_plates_of_the_second_and_third_figure(side: float, figures: set[str]) -> None:
    plate = boxed("a", 0, side, **{k: PLATE[k] for k in ("kind", "legible", "unobstructed")})
    found = on_plain_pictures([plate], [plate], Ranges())
    assert {n for n in ("Q2", "Q3") if found[n].used} == figures


def rounded(of: Figure) -> tuple[float | None, int, int]:
    return (None if of.value is None else round(of.value, 4), of.used, of.unmatched)


def test_figures_by_hand() -> None:
    true = [boxed("a", 0), boxed("b", 100, visible_ratio=1.0), boxed("c", 200)]
    marked = [boxed("a", 0, 44.0), boxed("b", 100, 44.4)]
    found = on_plain_pictures(true, marked, Ranges())
    assert rounded(found["Q1"]) == (0.3333, 3, 1)  # 1.1 is near enough, 1.11 is not, the third was not marked
    assert rounded(found["Q4"]) == (1.1, 1, 1)
    partly = [boxed("a", 0, covering_ratio=0.5), boxed("b", 100, covering_ratio=1.0)]
    assert rounded(on_masked_pictures(partly, [boxed("a", 0, covering_ratio=0.56)])) == (0.06, 1, 0)
    assert scoped_ratio(true, marked)[0] == {"face": pytest.approx(2 / 3), "plate": None, "all": pytest.approx(2 / 3)}
    assert judged_ratio(partly, partly) == ({"correct": 1.0, "missed": None}, 0)
