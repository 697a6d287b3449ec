"""Drawn street pictures with plates and face-like ovals, their truth and their masked twins; seeded, small.

The ovals are no faces to a face model: they serve sizes, masks and pixels. Plates are real text and can be read.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from PIL import Image

Treatment = Literal["mosaic", "fill", "nothing"]
_PROVINCES, _LETTERS = "京沪粤苏浙鲁川", "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass
class Street:
    """One picture and what stands in it.

    Args:
        name: File name.
        picture: RGB.
        objects: Kind, box (left, top, right, bottom) and text of a plate.
    """

    name: str
    picture: "Image.Image"
    objects: list[tuple[str, tuple[int, int, int, int], str]] = field(default_factory=list)


def streets(count: int, seed: int, size: tuple[int, int] = (640, 360)) -> Iterator[Street]:
    """Yield pictures with one plate and one oval each.

    Args:
        count: Number of pictures.
        seed: Same seed, same pictures.
        size: Width and height, px.
    """
    dice = random.Random(seed)  # noqa: S311 - pictures, no secrets
    for number in range(count):
        yield _street(f"{number:04d}.png", dice, size)


def _street(name: str, dice: random.Random, size: tuple[int, int]) -> Street:
    from PIL import Image, ImageChops, ImageDraw

    width, height = size
    noise = Image.frombytes("L", size, dice.randbytes(width * height)).point(lambda v: v // 8)
    picture = Image.merge("RGB", [ImageChops.add(Image.new("L", size, dice.randrange(70, 130)), noise) for _ in range(3)])
    draw = ImageDraw.Draw(picture)
    for _ in range(12):  # houses
        left, top = dice.randrange(width), dice.randrange(height // 2)
        draw.rectangle(
            (left, top, left + dice.randrange(20, 120), top + dice.randrange(20, 90)), fill=tuple(dice.randrange(60, 200) for _ in range(3))
        )
    found = Street(name, picture)
    text = dice.choice(_PROVINCES) + dice.choice(_LETTERS) + "".join(str(dice.randrange(10)) for _ in range(5))
    found.objects.append(
        ("plate", _plate(draw, dice.randrange(10, width // 2 - 156), dice.randrange(height // 2, height - 50), text), text)
    )
    found.objects.append(("face", _oval(draw, dice.randrange(width // 2, width - 60), dice.randrange(40, height - 90)), ""))
    return found


def _plate(draw: Any, left: int, top: int, text: str) -> tuple[int, int, int, int]:
    box = (left, top, left + 152, top + 36)
    draw.rectangle(box, fill=(10, 50, 160))
    draw.text((left + 6, top + 3), text[:2] + "·" + text[2:], font=_font(25), fill="white")
    return box


def _font(height: int) -> Any:
    import importlib.util

    from PIL import ImageFont

    # the Chinese fonts that reports ship
    spec = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    folder = Path(next(iter(spec.submodule_search_locations or ()))) if spec else None
    path = next((p for p in sorted(folder.rglob("*")) if p.suffix.lower() in {".ttf", ".otf", ".ttc"}), None) if folder else None
    return ImageFont.truetype(path, height) if path else ImageFont.load_default(height)


def _oval(draw: Any, left: int, top: int) -> tuple[int, int, int, int]:
    box = (left, top, left + 40, top + 52)
    draw.ellipse(box, fill=(224, 182, 150), outline=(90, 60, 40), width=2)
    for x in (11, 26):
        draw.ellipse((left + x, top + 18, left + x + 5, top + 22), fill=(30, 20, 20))
    draw.line((left + 20, top + 24, left + 18, top + 33), fill=(150, 100, 80), width=2)
    draw.arc((left + 12, top + 32, left + 29, top + 43), 10, 170, fill=(150, 40, 40), width=2)
    return box


def masked(street: Street, how: Treatment) -> "Image.Image":
    """Return the picture with every object treated."""
    from PIL import Image, ImageDraw

    picture = street.picture.copy()
    for _, box, _ in street.objects:
        if how == "fill":
            ImageDraw.Draw(picture).rectangle(box, fill=(128, 128, 128))
        elif how == "mosaic":
            part = picture.crop(box)
            small = part.resize((max(1, part.width // 12), max(1, part.height // 12)), Image.Resampling.BOX)
            picture.paste(small.resize(part.size, Image.Resampling.NEAREST), box[:2])
    return picture


def coco(pictures: Sequence[Street], missed: frozenset[str] = frozenset()) -> bytes:
    """Return truth and masks as a COCO document; the objects of pictures in `missed` have no mask."""
    names = {"face": 1, "plate": 2, "face_mask": 3, "plate_mask": 4}
    images: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for number, street in enumerate(pictures):
        images.append({"id": number, "file_name": street.name, "width": street.picture.width, "height": street.picture.height})
        for kind, (x1, y1, x2, y2), _ in street.objects:
            said = {"visible_ratio": 1.0, "features_visible": True} if kind == "face" else {"legible": True, "unobstructed": True}
            box = {"image_id": number, "bbox": [x1, y1, x2 - x1, y2 - y1], "segmentation": [], "iscrowd": 0}
            shapes.append({"id": len(shapes), "category_id": names[kind], "attributes": said} | box)
            if street.name not in missed:
                shapes.append({"id": len(shapes), "category_id": names[f"{kind}_mask"], "attributes": {}} | box)
    categories = [{"id": k, "name": n} for n, k in names.items()]
    return json.dumps({"images": images, "categories": categories, "annotations": shapes}, ensure_ascii=False).encode()
