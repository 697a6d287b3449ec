"""From shapes and notes to objects with their masked part: what nobody tells stays untold."""

from typing import Any

import pytest

from zhunru.core.record import Origin
from zhunru.records.annotated_object import AnnotatedObject
from zhunru.records.annotation_file import AnnotationFile
from zhunru.tables.annotated_shape import AnnotatedPicture, AnnotatedShape
from zhunru.tables.trial_object import masks_from_shapes, objects_from_shapes
from zhunru.tables.trial_shape import pictures_from_files, pictures_from_ledger, shapes_from_files, shapes_from_ledger

BOX = [0.0, 0.0, 40.0, 0.0, 40.0, 40.0, 0.0, 40.0]
HALF = [0.0, 0.0, 40.0, 0.0, 40.0, 20.0, 0.0, 20.0]
APART = [100.0, 0.0, 140.0, 0.0, 140.0, 40.0, 100.0, 40.0]


def shape(label: str | None, outline: list[float] | None = BOX, source: str = "t.json", **changed: Any) -> dict[str, Any]:
    plain = {"picture": "a.jpg", "object": label or "?", "part_no": 0, "label": label, "said_label": label or "?", "outline_px": outline, "excluded": "",
             "target": "", "required_by": "", "source": source}  # fmt: skip
    return plain | changed


def derived(shapes: list[dict[str, Any]], **roles: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    notes = [AnnotationFile.model_validate({"file": f"{n}.json", "picture_set": "S", "role": r}) for n, r in roles.items()]
    table = AnnotatedShape.rows(*shapes)
    listed = AnnotatedPicture.rows(*({"picture": "a.jpg", "source": s} for s in sorted({r["source"] for r in shapes})))
    resolved, pictures = shapes_from_files(table, notes), pictures_from_files(listed, table, notes)
    return (
        objects_from_shapes(resolved, pictures).collect().to_dicts(),
        masks_from_shapes(resolved, pictures).collect().to_dicts(),
        pictures.collect().to_dicts(),
    )


def test_masks_of_the_same_file_and_of_another_cover_together() -> None:
    lower = [0.0, 20.0, 40.0, 20.0, 40.0, 30.0, 0.0, 30.0]
    objects, masks, _ = derived([shape("face"), shape("mask", HALF), shape("face", lower, "m.json")], t="truth", m="masks")
    assert [(o["kind"], o["covering_ratio"], o["min_side_px"]) for o in objects if o["role"] == "truth"] == [
        ("face", pytest.approx(0.75), 40.0)
    ]
    assert [(m["target"], m["touches"]) for m in masks] == [("", True), ("face", True)]  # a face in a file of masks is a mask


def test_without_any_told_mask_the_masked_part_is_not_zero_but_unknown() -> None:
    objects, _, pictures = derived([shape("face")], t="truth")
    assert objects[0]["covering_ratio"] is None
    assert [(p["objects_told"], p["masks_told"]) for p in pictures] == [(True, False)]


def test_a_picture_whose_masks_are_told_and_are_none_is_not_covered() -> None:
    objects, _, _ = derived([shape("face"), shape("mask", BOX, picture="b.jpg")], t="truth")
    assert objects[0]["covering_ratio"] == 0.0


def test_masks_of_a_tool_that_is_being_qualified_do_not_cover_the_truth() -> None:
    objects, _, _ = derived(
        [shape("face"), shape("mask", APART), shape("mask", BOX, "q.json"), shape("face", BOX, "q.json")], t="truth", q="marked"
    )
    assert {o["role"]: o["covering_ratio"] for o in objects} == {"truth": 0.0, "marked": 1.0}


def test_what_the_annotation_says_and_what_its_outlines_give_must_agree() -> None:
    for said, expected in ((0.5, 0.5), (0.54, 0.5), (0.56, None), (None, 0.5)):
        objects, _, _ = derived([shape("face", covering_ratio=said), shape("mask", HALF)], t="truth")
        assert objects[0]["covering_ratio"] == (None if expected is None else pytest.approx(expected))
    objects, _, _ = derived([shape("face", covering_ratio=0.7)], t="truth")
    assert objects[0]["covering_ratio"] == 0.7


def test_the_box_counts_not_the_outline() -> None:
    triangle = [0.0, 0.0, 40.0, 0.0, 0.0, 40.0]
    objects, _, _ = derived([shape("face", triangle), shape("mask", triangle)], t="truth")
    assert objects[0]["covering_ratio"] == pytest.approx(0.5)


def test_parts_of_one_object_have_one_box() -> None:
    objects, _, _ = derived([shape("face", BOX), shape("face", [60.0, 0.0, 80.0, 0.0, 80.0, 40.0, 60.0, 40.0], part_no=1)], t="truth")
    assert [(o["min_side_px"], o["box_px2"]) for o in objects] == [(pytest.approx(40.0), pytest.approx(3200.0))]


def test_files_that_nobody_explains_have_no_role() -> None:
    objects, masks, pictures = derived([shape("face"), shape("mask")])
    assert [r["role"] for r in (*objects, *masks, *pictures)] == [None, None, None]
    notes = [AnnotationFile.model_validate({"file": "t.json", "picture_set": s, "role": "truth"}) for s in ("S", "T")]
    assert shapes_from_files(AnnotatedShape.rows(shape("face")), notes).collect()["role"].to_list() == [None]


def test_false_masks() -> None:
    _, masks, _ = derived(
        [shape("face"), shape("mask", APART), shape("mask", BOX, object="m2"), shape("plate", None, object="p")], t="truth"
    )
    assert [m["touches"] for m in masks] == [None, True]  # an object without outline may stand where the first mask is
    _, masks, _ = derived([shape("face"), shape("mask", APART)], t="truth")
    assert [m["touches"] for m in masks] == [False]
    _, masks, _ = derived([shape("mask", APART, "m.json")], m="masks")
    assert [m["touches"] for m in masks] == [None]  # no truth: not false, unknown


def test_a_label_that_is_not_known_stays_in_sight() -> None:
    objects, _, _ = derived([shape(None), shape("other"), shape("mask")], t="truth")
    assert [o["kind"] for o in objects] == [None]


def test_ledger_rows() -> None:
    row = {
        "picture_set": "S",
        "picture": "a.jpg",
        "object": "1",
        "role": "真值",
        "label": "人脸",
        "outline": "0 0 40,0 40;40 0 40",
        "visible_ratio": 0.8,
    }
    mask = {
        "picture_set": "S",
        "picture": "a.jpg",
        "object": "2",
        "role": "遮挡",
        "label": "人脸",
        "centre_x_px": 20,
        "centre_y_px": 10,
        "width_px": 40,
        "height_px": 20,
    }
    empty = {"picture_set": "S", "picture": "b.jpg", "object": "3", "role": "真值", "label": "无目标"}
    rows = [AnnotatedObject.model_validate(r) for r in (row, mask, empty)]
    shapes, pictures = shapes_from_ledger(rows), pictures_from_ledger(rows)
    (found,) = objects_from_shapes(shapes, pictures).collect().to_dicts()
    assert (found["kind"], found["covering_ratio"], found["visible_ratio"], found["features_visible"]) == (
        "face",
        pytest.approx(0.5),
        0.8,
        None,
    )
    assert sorted((p["picture"], p["role"]) for p in pictures.collect().to_dicts()) == [
        ("a.jpg", "masks"),
        ("a.jpg", "truth"),
        ("b.jpg", "truth"),
    ]


def test_a_ledger_row_with_an_unreadable_cell_keeps_no_outline() -> None:
    row = AnnotatedObject.model_validate(
        {
            "picture_set": "S",
            "picture": "a.jpg",
            "object": "1",
            "role": "真值",
            "label": "人脸",
            "outline": "0 0 40 0 40 40",
            "origin": Origin("x", "y", 2, ("框旋转角(度): 左",)),
        }
    )
    (found,) = objects_from_shapes(shapes_from_ledger([row]), pictures_from_ledger([row])).collect().to_dicts()
    assert found["min_side_px"] is None
