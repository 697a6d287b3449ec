"""Shapes and pictures of the annotation together with what they stand for: of which set, truth, masks or the result of a tool."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.annotation.words import outline_of, shape_row
from zhunru.formulas.picture_names import picture_name
from zhunru.formulas.polygon_area import rotated_box
from zhunru.records.annotated_object import AnnotatedObject
from zhunru.records.annotation_file import AnnotationFile
from zhunru.tables.annotated_shape import AnnotatedPicture, AnnotatedShape


class TrialShape(Table):
    """One outline in one picture of one set."""

    picture_set = col(pl.String, "set of pictures; null when nobody tells", "图像集")
    role = col(pl.String, "truth, masks or marked; null when nobody tells", "用途")
    picture = col(pl.String, "name of the picture", "图像")
    object = col(pl.String, "identifier of the shape inside its file", "目标编号")
    part_no = col(pl.Int64, "number of the outline inside the shape, from 0", "部分序号")
    label = col(pl.String, "face, plate, mask, none or other; null when the label is not known", "类别")
    said_label = col(pl.String, "label as written", "原标签")
    outline_px = col(pl.List(pl.Float64), "corners x, y, x, y, ...; null when unreadable", "轮廓")
    visible_ratio = col(pl.Float64, "visible part of the object; null when not told", "可见比例")
    features_visible = col(pl.Boolean, "eyes, nose or mouth are clearly visible; null when not told", "五官清晰")
    legible = col(pl.Boolean, "all figures and characters can be read; null when not told", "字符可辨")
    unobstructed = col(pl.Boolean, "nothing stands before the plate; null when not told", "无遮挡")
    excluded = col(pl.String, "why it does not count, empty for no reason, unknown for a word that is no reason", "排除原因")
    target = col(pl.String, "of a mask: face, plate or empty", "遮盖对象")
    required_by = col(pl.String, "of a mask: another rule that demands it, or empty", "其他遮盖依据")
    covering_ratio = col(pl.Float64, "masked part as the tool itself gives it; null when not told", "遮挡率")


class MarkedPicture(Table):
    """One picture as one annotation lists it."""

    picture_set = col(pl.String, "set of pictures; null when nobody tells", "图像集")
    role = col(pl.String, "truth, masks or marked; null when nobody tells", "用途")
    picture = col(pl.String, "name of the picture", "图像")
    width_px = col(pl.Int64, "width as the annotation gives it; null when it does not", "宽度")
    height_px = col(pl.Int64, "height as the annotation gives it; null when it does not", "高度")
    objects_told = col(pl.Boolean, "the annotation tells the faces and plates of the picture", "含目标")
    masks_told = col(pl.Boolean, "the annotation tells the masked areas of the picture", "含遮盖")


@derive
def shapes_from_files(shapes: AnnotatedShape, notes: list[AnnotationFile]) -> TrialShape:
    """Put each shape beside the note on its file; of a file noted as masks every face and plate is a masked area."""
    joined = shapes.frame.join(_noted(notes), on="source", how="left")
    masked = (pl.col("role") == "masks").fill_null(value=False) & pl.col("label").is_in(["face", "plate"]).fill_null(value=False)
    turned = joined.with_columns(
        target=pl.when(masked).then("label").otherwise("target"), label=pl.when(masked).then(pl.lit("mask")).otherwise("label")
    )
    return TrialShape(turned.select(list(TrialShape.columns)))


@derive
def pictures_from_files(pictures: AnnotatedPicture, shapes: AnnotatedShape, notes: list[AnnotationFile]) -> MarkedPicture:
    """Put each listed picture beside the note on its file; a file that holds masks or masked parts tells them for all its pictures."""
    drawn = ((pl.col("label") == "mask") | pl.col("covering_ratio").is_not_null()).any()
    holds = shapes.frame.group_by("source").agg(holds=drawn)
    joined = pictures.frame.join(_noted(notes), on="source", how="left").join(holds, on="source", how="left")
    role = pl.col("role").fill_null("")
    told = joined.with_columns(
        objects_told=role.is_in(["truth", "marked"]), masks_told=(role == "masks") | pl.col("holds").fill_null(value=False)
    )
    return MarkedPicture(told.select(list(MarkedPicture.columns)))


def _noted(notes: Sequence[AnnotationFile]) -> pl.LazyFrame:
    """Return source -> set and role; two notes that differ tell nothing."""
    found: dict[str, set[tuple[str | None, str | None]]] = {}
    for note in notes:
        found.setdefault(note.file, set()).add((note.picture_set, note.role) if not note.origin.problems else (None, None))
    rows = [(name, *(next(iter(said)) if len(said) == 1 else (None, None))) for name, said in sorted(found.items())]
    return pl.LazyFrame(rows, schema={"source": pl.String, "picture_set": pl.String, "role": pl.String}, orient="row")


@derive
def shapes_from_ledger(rows: list[AnnotatedObject]) -> TrialShape:
    """Bring the rows of a ledger into the same form; a row with cells that cannot be read keeps no outline."""
    return TrialShape.rows(*_ledger_shapes(rows)) if rows else TrialShape.empty()


def _ledger_shapes(rows: Sequence[AnnotatedObject]) -> Iterator[dict[str, Any]]:
    for row in rows:
        pairs = {n: v for n in _SAID if (v := getattr(row, n)) is not None}
        shape = shape_row(row.picture, row.object, 0, row.label or "", None if row.origin.problems else _outline(row), pairs)
        if row.role == "masks" and shape["label"] in {"face", "plate"}:
            shape |= {"target": shape["label"], "label": "mask"}
        yield shape | {"picture_set": row.picture_set, "role": row.role, "source": row.origin.source}


_SAID = ("visible_ratio", "features_visible", "legible", "unobstructed", "excluded", "target", "required_by", "covering_ratio")


def _outline(row: AnnotatedObject) -> list[float] | None:
    if row.outline:
        return outline_of(row.outline.replace(",", " ").replace(";", " ").replace("；", " ").replace("，", " ").split())
    sizes = (row.centre_x_px, row.centre_y_px, row.width_px, row.height_px)
    if None in sizes:
        return None
    x, y, w, h = (v for v in sizes if v is not None)
    return outline_of(rotated_box(x, y, w, h, row.angle_deg or 0.0)) if w > 0 and h > 0 else None


@derive
def pictures_from_ledger(rows: list[AnnotatedObject]) -> MarkedPicture:
    """Take every picture that a ledger names for marked; one that holds nothing has a row with the label none."""
    shapes = list(_ledger_shapes(rows))
    with_masks = {(s["source"], s["role"]) for s in shapes if s["label"] == "mask" or s["covering_ratio"] is not None}
    pictures = {(s["picture_set"], s["role"], s["picture"], s["source"]) for s in shapes}
    found = [
        {
            "picture_set": of, "role": role, "picture": picture_name(picture), "source": source, "objects_told": role in {"truth", "marked"},
            "masks_told": role == "masks" or (source, role) in with_masks,
        }
        for of, role, picture, source in sorted(pictures, key=str)
    ]  # fmt: skip
    return MarkedPicture.rows(*found) if found else MarkedPicture.empty()
