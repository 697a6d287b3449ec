"""Faces and plates of the sets of pictures with their size and masked part, and the masks with what they meet."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.polygon_area import Points, Rectangle, covered_area, points, smallest_rectangle
from zhunru.tables.trial_shape import MarkedPicture, TrialShape

_DIFFERENCE = 0.05
"""A masked part that the annotation gives and one that its outlines give may differ by this much; beyond it neither is believed."""
_TOUCH_PX2 = 1e-6


class TrialObject(Table):
    """One face or plate in one picture; a shape whose label is not known stands here too, without kind."""

    picture_set = col(pl.String, "set of pictures; null when nobody tells", "图像集")
    role = col(pl.String, "truth, masks or marked; null when nobody tells what its file is", "用途")
    picture = col(pl.String, "name of the picture", "图像")
    object = col(pl.String, "identifier of the object inside its file", "目标编号")
    kind = col(pl.String, "face or plate; null when the label is not known", "类别")
    said_label = col(pl.String, "label as written", "原标签")
    min_side_px = col(pl.Float64, "shorter side of the smallest turned rectangle; null when unreadable", "最小边")
    box_px2 = col(pl.Float64, "area of that rectangle", "框面积")
    box_px = col(pl.List(pl.Float64), "corners of that rectangle, x, y, ... in order; null when it has no area", "框")
    visible_ratio = col(pl.Float64, "visible part of the object; null when not told", "可见比例")
    features_visible = col(pl.Boolean, "eyes, nose or mouth are clearly visible; null when not told", "五官清晰")
    legible = col(pl.Boolean, "all figures and characters can be read; null when not told", "字符可辨")
    unobstructed = col(pl.Boolean, "nothing stands before the plate; null when not told", "无遮挡")
    excluded = col(pl.String, "why it does not count, empty for no reason, unknown for a word that is no reason", "排除原因")
    covering_ratio = col(
        pl.Float64, "masked part of the smallest turned rectangle; null when nobody tells the masks, or two tellings differ", "遮挡率"
    )


class TrialMask(Table):
    """One masked outline in one picture."""

    picture_set = col(pl.String, "set of pictures; null when nobody tells", "图像集")
    role = col(pl.String, "truth, masks or marked; null when nobody tells", "用途")
    picture = col(pl.String, "name of the picture", "图像")
    mask = col(pl.String, "identifier of the mask inside its file", "遮盖编号")
    part_no = col(pl.Int64, "number of the outline inside the mask, from 0", "部分序号")
    target = col(pl.String, "face, plate or empty: what the tool meant to mask", "遮盖对象")
    required_by = col(pl.String, "another rule that demands it, or empty", "其他遮盖依据")
    touches = col(
        pl.Boolean,
        "it meets a face or plate of the truth, whether that counts or not; null when the truth of the picture is not told",
        "与真实目标相交",
    )
    outline_px = col(pl.List(pl.Float64), "corners x, y, ...; null when unreadable", "轮廓")


Row = Mapping[str, Any]
_MASKS_OF = {"truth": ("truth", "masks"), "marked": ("marked",)}


@derive
def objects_from_shapes(shapes: TrialShape, pictures: MarkedPicture) -> TrialObject:
    """Fold the outlines of each face and plate into one object and reckon how much of it the masks of its picture cover."""
    rows = shapes.collect().to_dicts()
    masks = _masks(rows)
    told = {(r["picture_set"], r["role"], r["picture"]) for r in pictures.collect().to_dicts() if r["masks_told"]}
    parts: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["label"] in {"face", "plate", None}:
            parts.setdefault(tuple(row[n] for n in ("source", "picture_set", "role", "picture", "object")), []).append(row)
    found = [_object(key, sorted(group, key=lambda r: r["part_no"]), masks, told) for key, group in parts.items()]
    return TrialObject.rows(*found) if found else TrialObject.empty()


def _masks(rows: Sequence[Row]) -> dict[tuple[Any, ...], list[Points | None]]:
    found: dict[tuple[Any, ...], list[Points | None]] = {}
    for row in rows:
        if row["label"] == "mask":
            outline = row["outline_px"]
            found.setdefault((row["picture_set"], row["role"], row["picture"]), []).append(None if outline is None else points(outline))
    return found


def _object(
    key: tuple[Any, ...], parts: Sequence[Row], masks: Mapping[Any, list[Points | None]], told: set[tuple[Any, ...]]
) -> dict[str, Any]:
    source, of, role, picture, name = key
    first = parts[0]
    readable = all(p["outline_px"] is not None for p in parts)
    box = smallest_rectangle(points([v for p in parts for v in p["outline_px"]])) if readable else None
    roles = _MASKS_OF.get(role or "", ())
    drawn = [m for r in roles for m in masks.get((of, r, picture), ())]
    known = any((of, r, picture) in told for r in roles)
    return {
        "source": source, "picture_set": of, "role": role, "picture": picture, "object": name, "kind": first["label"], "said_label": first["said_label"],
        "min_side_px": box.short_px if box else None, "box_px2": box.area_px2 if box else None,
        "box_px": box.corners.ravel().tolist() if box and box.area_px2 else None,
        "covering_ratio": _covering(box, drawn, first["covering_ratio"], known=known),
    } | {n: first[n] for n in ("visible_ratio", "features_visible", "legible", "unobstructed", "excluded")}  # fmt: skip


def _covering(box: Rectangle | None, masks: Sequence[Points | None], said: float | None, *, known: bool) -> float | None:
    """Return the masked part of the box: from outlines where they are given, else as the annotation says."""
    if not masks and said is not None:
        return said
    readable = [m for m in masks if m is not None]
    if box is None or not known or not box.area_px2 or len(readable) < len(masks):
        return None
    ratio = min(1.0, covered_area(box.corners, readable) / box.area_px2)
    return None if said is not None and abs(said - ratio) > _DIFFERENCE else ratio


@derive
def masks_from_shapes(shapes: TrialShape, pictures: MarkedPicture) -> TrialMask:
    """Tell of each mask whether it meets a face or plate of the truth."""
    rows = shapes.collect().to_dicts()
    told = {(r["picture_set"], r["picture"]) for r in pictures.collect().to_dicts() if r["objects_told"] and r["role"] == "truth"}
    truth: dict[tuple[Any, ...], list[Points | None]] = {}
    for row in rows:
        if row["role"] == "truth" and row["label"] in {"face", "plate", None}:
            outline = row["outline_px"]
            truth.setdefault((row["picture_set"], row["picture"]), []).append(
                None if outline is None or row["label"] is None else points(outline)
            )
    found = [
        {n: row[n] for n in ("source", "picture_set", "role", "picture", "part_no", "target", "required_by", "outline_px")}
        | {"mask": row["object"], "touches": _touches(row, truth, told)}
        for row in rows
        if row["label"] == "mask"
    ]
    return TrialMask.rows(*found) if found else TrialMask.empty()


def _touches(row: Row, truth: Mapping[Any, list[Points | None]], told: set[tuple[Any, ...]]) -> bool | None:
    key = (row["picture_set"], row["picture"])
    if row["outline_px"] is None or key not in told:
        return None
    outline, near = points(row["outline_px"]), truth.get(key, [])
    if any(covered_area(p, [outline]) > _TOUCH_PX2 for p in near if p is not None):
        return True
    return None if any(p is None for p in near) else False
