"""Annotation in JSON: COCO documents and LabelMe files, from their parsed value to rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhunru.formulas.annotation.words import attributes_of, number, outline_of, shape_row
from zhunru.formulas.picture_names import picture_name
from zhunru.formulas.polygon_area import rotated_box

_GIVEN = {"id", "image_id", "category_id", "bbox", "segmentation", "area", "iscrowd", "attributes"}


@dataclass
class Annotation:
    """What a document holds.

    Args:
        pictures: Rows of `tables.annotated_shape.AnnotatedPicture`.
        shapes: Rows of `tables.annotated_shape.AnnotatedShape`.
        lost: Entries that are no picture or no shape.
    """

    pictures: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    lost: int = 0


def picture_row(name: str, width: Any, height: Any, shape_count: int) -> dict[str, Any]:
    """Return the row of a picture; a size that is no positive whole number is left out."""
    sizes = [int(v) if (v := number(s)) is not None and v >= 1 and v == int(v) else None for s in (width, height)]
    return {"picture": picture_name(name), "width_px": sizes[0], "height_px": sizes[1], "shape_count": shape_count}


def coco(document: Mapping[str, Any]) -> Annotation:
    """Return the pictures and shapes of a COCO document.

    Outlines come from `segmentation` when it lists polygons, else from `bbox`, turned about its centre by the attribute `rotation` in degrees,
    clockwise, as CVAT exports it. Run-length masks and crowds are not outlines: they count as lost.

    References:
        COCO data format; CVAT export "COCO 1.0".
    """
    found = Annotation()
    names = _named(document.get("categories"), "name")
    pictures = _named(document.get("images"), "file_name")
    entries = list(_objects(document.get("images"), found))
    listed = [e for e in entries if _key(e.get("id")) in pictures]
    found.lost += len(entries) - len(listed)
    counts: dict[str, int] = {}
    for position, entry in enumerate(_objects(document.get("annotations"), found)):
        picture, label = pictures.get(_key(entry.get("image_id")) or ""), names.get(_key(entry.get("category_id")) or "")
        rows = list(_coco_rows(entry, picture, label, position)) if picture is not None and label is not None else []
        if not rows:
            found.lost += 1
            continue
        counts[picture or ""] = counts.get(picture or "", 0) + 1
        found.shapes += rows
    found.pictures = [_listed(e, pictures[_key(e.get("id")) or ""], counts) for e in listed]
    return found


def _listed(entry: Mapping[str, Any], name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    return picture_row(name, entry.get("width"), entry.get("height"), counts.get(name, 0))


def _objects(listed: Any, found: Annotation) -> Iterator[dict[str, Any]]:
    if not isinstance(listed, list):
        found.lost += listed is not None
        return
    for entry in listed:
        if isinstance(entry, dict):
            yield entry
        else:
            found.lost += 1


def _key(value: Any) -> str | None:
    return str(value) if isinstance(value, str) or type(value) is int else None


def _named(listed: Any, name: str) -> dict[str, str]:
    """Return identifier -> name; an identifier that stands twice with different names means nothing."""
    found: dict[str, str] = {}
    twice = set()
    for entry in _objects(listed, Annotation()):
        key, said = _key(entry.get("id")), entry.get(name)
        if key is not None and isinstance(said, str) and found.setdefault(key, said) != said:
            twice.add(key)
    return {k: v for k, v in found.items() if k not in twice}


def _coco_rows(entry: dict[str, Any], picture: str | None, label: str | None, position: int) -> Iterator[dict[str, Any]]:
    if entry.get("iscrowd") not in (None, 0, False) or isinstance(entry.get("segmentation"), dict):
        return
    attributes = entry.get("attributes")
    pairs = {k: v for k, v in entry.items() if k not in _GIVEN} | (attributes if isinstance(attributes, dict) else {})
    polygons = entry.get("segmentation")
    outlines = [outline_of(p) for p in polygons] if isinstance(polygons, list) and polygons else [_coco_box(entry.get("bbox"), pairs)]
    if any(o is None for o in outlines):
        return
    identifier = _key(entry.get("id")) or f"#{position}"
    for part_no, outline in enumerate(outlines):
        yield shape_row(picture or "", identifier, part_no, label or "", outline, pairs)


def _coco_box(bbox: Any, pairs: Mapping[str, Any]) -> list[float] | None:
    values = [number(v) for v in bbox] if isinstance(bbox, list) and len(bbox) == 4 else []
    turn = number(attributes_of(pairs).get("rotation", 0))
    if len(values) != 4 or None in values or turn is None:
        return None
    x, y, w, h = (v for v in values if v is not None)
    return rotated_box(x + w / 2, y + h / 2, w, h, turn) if w > 0 and h > 0 else None


def labelme(document: Mapping[str, Any]) -> Annotation:
    """Return the picture and shapes of a LabelMe file: polygons, rectangles by two corners, turned rectangles by four.

    Attributes stand in `flags`, `attributes`, or the shape itself. Circles, lines and points are no outlines: they count as lost.

    References:
        LabelMe 5 file format.
    """
    found = Annotation()
    name = document.get("imagePath")
    if not isinstance(name, str) or not name.strip():
        found.lost = 1
        return found
    for position, entry in enumerate(_objects(document.get("shapes"), found)):
        outline = _labelme_outline(entry)
        if outline is None or not isinstance(entry.get("label"), str):
            found.lost += 1
            continue
        pairs: dict[str, Any] = {
            k: v for k, v in entry.items() if k not in {"label", "points", "shape_type", "flags", "attributes", "mask"}
        }
        for where in ("flags", "attributes"):
            if isinstance(entry.get(where), dict):
                pairs |= entry[where]
        found.shapes.append(shape_row(name, f"#{position}", 0, entry["label"], outline, pairs))
    found.pictures = [picture_row(name, document.get("imageWidth"), document.get("imageHeight"), len(found.shapes))]
    return found


def _labelme_outline(entry: Mapping[str, Any]) -> list[float] | None:
    corners, form = entry.get("points"), entry.get("shape_type", "polygon")
    if not isinstance(corners, list) or not all(isinstance(c, list) and len(c) == 2 for c in corners):
        return None
    flat = [v for c in corners for v in c]
    if form == "rectangle" and len(corners) == 2:
        values = [number(v) for v in flat]
        if None in values:
            return None
        x1, y1, x2, y2 = (v for v in values if v is not None)
        return [x1, y1, x2, y1, x2, y2, x1, y2] if x1 != x2 and y1 != y2 else None
    return outline_of(flat) if form in {"polygon", "rectangle", "rotation", "rotated_rectangle", "oriented_rectangle"} else None
