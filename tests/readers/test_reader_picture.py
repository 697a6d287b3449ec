"""Headers of pictures against Pillow, an independent reader, over many forms; and against lies."""

import hashlib
import io
import random
from typing import Any

import pytest
from PIL import Image

from zhunru.core.errors import DamagedEvidence
from zhunru.engine.source import BytesSource
from zhunru.readers.picture import picture


def made(form: str, mode: str, size: tuple[int, int], **settings: Any) -> bytes:
    stream = io.BytesIO()
    dice = random.Random(1)
    noise = Image.frombytes("L", size, dice.randbytes(size[0] * size[1])).convert(mode)
    noise.save(stream, form, **settings)
    return stream.getvalue()


FORMS = [
    *(("JPEG", mode, {"quality": q, "progressive": p}) for mode in ("L", "RGB", "CMYK") for q in (20, 95) for p in (False, True)),
    ("JPEG", "RGB", {"restart_marker_rows": 1}),
    ("JPEG", "RGB", {"comment": "x" * 60000, "optimize": True}),
    *(("PNG", mode, {}) for mode in ("1", "L", "P", "RGB", "RGBA", "I;16")),
]


@pytest.mark.parametrize("size", [(1, 1), (17, 5), (640, 33)])
@pytest.mark.parametrize(("form", "mode", "settings"), FORMS)
def test_agrees_with_pillow(form: str, mode: str, settings: dict[str, Any], size: tuple[int, int]) -> None:
    if form == "JPEG" and size == (1, 1) and settings.get("restart_marker_rows"):
        settings = {}
    content = made(form, mode, size, **settings)
    (table,) = picture(BytesSource(content, "x"))
    row = table.collect().to_dicts()[0]
    with Image.open(io.BytesIO(content)) as other:
        assert (row["width_px"], row["height_px"], row["form"]) == (*other.size, form.lower())
    assert row["stored_sha256"] == hashlib.sha256(content).hexdigest()
    assert row["stored_byte"] == len(content)


def damaged(content: bytes) -> int:
    """Return rows before the damage."""
    rows = 0
    with pytest.raises(DamagedEvidence):
        for table in picture(BytesSource(content, "x")):
            rows += table.collect().height
    return rows


def test_cut_pictures_keep_their_size_and_are_damaged() -> None:
    for content in (made("JPEG", "RGB", (64, 64)), made("PNG", "RGB", (64, 64))):
        assert damaged(content[: len(content) // 2]) == 1
        assert damaged(content[:-2]) == 1
        assert damaged(content[:14]) == 0


def test_lies_of_the_header_are_refused() -> None:
    png = made("PNG", "L", (8, 8))
    assert damaged(png[:16] + b"\xff\xff\xff\xff" + png[20:]) == 0  # its checksum is wrong
    assert damaged(png[:8] + b"\xff\xff\xff\xffIHDR" + png[16:]) == 0  # a chunk without end
    jpeg = made("JPEG", "L", (8, 8))
    place = jpeg.index(b"\xff\xc0")
    assert damaged(jpeg[: place + 5] + b"\0\0\0\0" + jpeg[place + 9 :]) == 0  # no size
    assert damaged(jpeg[: place + 2] + b"\0\1" + jpeg[place + 4 :]) == 0  # a segment shorter than its length
    assert damaged(jpeg[:2] + b"\x00" + jpeg[3:]) == 0


def test_what_stands_behind_the_end_does_not_matter() -> None:
    for form in ("JPEG", "PNG"):
        content = made(form, "L", (8, 8)) + b"trailer of a phone" * 1000
        assert [t.collect()["width_px"].item() for t in picture(BytesSource(content, "x"))] == [8]
