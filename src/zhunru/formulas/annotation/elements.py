"""Annotation in XML: CVAT for images 1.1 and Pascal VOC, from a stream of elements to rows, one picture at a time."""

from collections.abc import Mapping
from typing import Any, Protocol

from zhunru.formulas.annotation.documents import picture_row
from zhunru.formulas.annotation.words import number, outline_of, shape_row
from zhunru.formulas.polygon_area import rotated_box

_NO_OUTLINE = {"polyline", "points", "ellipse", "mask", "cuboid", "skeleton"}
_MAX_SHAPES = 20_000
Rows = list[dict[str, Any]]


class Event(Protocol):
    """Start or end of an element, as `wire.quiet_xml` gives it: `what` is start or end, `text` stands at the end."""

    @property
    def what(self) -> str:
        """Start or end."""
        ...

    @property
    def name(self) -> str:
        """Name of the element."""
        ...

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes of a start."""
        ...

    @property
    def text(self) -> str:
        """Text directly inside, at an end."""
        ...


class Cvat:
    """Takes the events of a CVAT document.

    Args:
        pictures: Rows of whole pictures, emptied by the caller.
        shapes: Rows of their shapes.
        lost: Shapes that are no outlines, or stand in tracks.
    """

    def __init__(self) -> None:
        self.pictures: Rows = []
        self.shapes: Rows = []
        self.lost = 0
        self._image: Mapping[str, str] | None = None
        self._waiting: list[tuple[str, list[float] | None, dict[str, Any]]] = []
        self._shape: tuple[str, Mapping[str, str]] | None = None
        self._pairs: dict[str, Any] = {}
        self._attribute = ""
        self._track = False

    def take(self, event: Event) -> None:
        """Take one event; a picture is given once its element ends."""
        if event.what == "start":
            self._start(event)
        elif event.name == "attribute" and self._shape:
            self._pairs[self._attribute] = event.text
        elif self._shape and event.name == self._shape[0]:
            self._finish(self._shape[1])
        elif event.name == "image" and self._image is not None:
            self._picture(self._image)
        elif event.name == "track":
            self._track = False

    def _start(self, event: Event) -> None:
        if event.name == "image":
            self._image, self._waiting = event.attributes, []
        elif event.name == "track":
            self._track = True
            self.lost += 1  # a track names no pictures: it is exported again as "CVAT for images"
        elif self._track or self._image is None:
            return
        elif event.name in {"box", "polygon"}:
            self._shape, self._pairs = (event.name, event.attributes), {}
        elif event.name in _NO_OUTLINE:
            self.lost += 1
        elif event.name == "attribute":
            self._attribute = event.attributes.get("name", "")

    def _finish(self, attributes: Mapping[str, str]) -> None:
        name, self._shape = (self._shape or ("", {}))[0], None
        outline = _box(attributes) if name == "box" else _polygon(attributes.get("points", ""))
        if outline is None or "label" not in attributes or len(self._waiting) >= _MAX_SHAPES:
            self.lost += 1
        else:
            self._waiting.append((attributes["label"], outline, self._pairs))

    def _picture(self, image: Mapping[str, str]) -> None:
        self._image = None
        if not image.get("name", "").strip():
            self.lost += 1 + len(self._waiting)
            return
        for position, (label, outline, pairs) in enumerate(self._waiting):
            self.shapes.append(shape_row(image["name"], f"{image.get('id', '')}#{position}", 0, label, outline, pairs))
        self.pictures.append(picture_row(image["name"], image.get("width"), image.get("height"), len(self._waiting)))


def _box(given: Mapping[str, str]) -> list[float] | None:
    values = [number(given.get(n)) for n in ("xtl", "ytl", "xbr", "ybr")]
    turn = number(given.get("rotation", 0))
    if None in values or turn is None:
        return None
    x1, y1, x2, y2 = (v for v in values if v is not None)
    return rotated_box((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1, turn) if x2 > x1 and y2 > y1 else None


def _polygon(text: str) -> list[float] | None:
    return outline_of([part for pair in text.split(";") for part in pair.split(",")])


class Voc:
    """Takes the events of a Pascal VOC document: one picture; boxes upright (`bndbox`), turned (`robndbox`, degrees clockwise) or polygons."""

    def __init__(self) -> None:
        self.pictures: Rows = []
        self.shapes: Rows = []
        self.lost = 0
        self._path: list[str] = []
        self._said: dict[str, str] = {}
        self._object: dict[str, str] = {}
        self._count = 0

    def take(self, event: Event) -> None:
        """Take one event; the picture is given once the document ends."""
        if event.what == "start":
            self._path.append(event.name)
            if self._path[1:] == ["object"]:
                self._object = {}
            return
        path = self._path[1:]
        self._path.pop()
        if path == ["object"]:
            self._finish()
        elif path[:1] == ["object"] and "part" not in path[1:-1]:
            self._object.setdefault("/".join(path[1:]), event.text)
        elif path in (["filename"], ["size", "width"], ["size", "height"]):
            self._said.setdefault(path[-1], event.text)
        elif not path and self._said.get("filename"):
            self._picture()

    def _finish(self) -> None:
        given = self._object
        values = [number(given.get(f"bndbox/{n}")) for n in ("xmin", "ymin", "xmax", "ymax")]
        turned = [number(given.get(f"robndbox/{n}")) for n in ("cx", "cy", "w", "h", "angle")]
        outline = None
        if None not in turned:
            cx, cy, w, h, angle = (v for v in turned if v is not None)
            outline = rotated_box(cx, cy, w, h, angle) if w > 0 and h > 0 else None
        elif any(n.startswith("polygon/") for n in given):
            corners = sorted(((n[8:], v) for n, v in given.items() if n.startswith(("polygon/x", "polygon/y"))), key=_corner)
            outline = outline_of([v for _, v in corners])
        elif None not in values:
            x1, y1, x2, y2 = (v for v in values if v is not None)
            outline = [x1, y1, x2, y1, x2, y2, x1, y2] if x2 > x1 and y2 > y1 else None
        self._count += 1
        if outline is None or not given.get("name") or len(self.shapes) >= _MAX_SHAPES:
            self.lost += 1
            return
        pairs = {n.rsplit("/", 1)[-1]: v for n, v in given.items() if n.count("/") == 0 or n.startswith("attributes/")}
        self.shapes.append(shape_row("", f"#{self._count - 1}", 0, given["name"], outline, pairs))

    def _picture(self) -> None:
        row = picture_row(self._said["filename"], self._said.get("width"), self._said.get("height"), len(self.shapes))
        self.shapes = [s | {"picture": row["picture"]} for s in self.shapes]
        self.pictures.append(row)


def _corner(pair: tuple[str, str]) -> tuple[int, str]:
    name = pair[0]
    return (int(name[1:]) if name[1:].isascii() and name[1:].isdigit() and len(name) < 6 else 1 << 20, name[:1])
