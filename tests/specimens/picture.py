"""Small pictures, made by Pillow."""

import io
import random

from PIL import Image, PngImagePlugin


def specimens() -> dict[str, bytes]:
    dice = random.Random(7)
    noise = Image.frombytes("RGB", (48, 32), dice.randbytes(48 * 32 * 3))
    found = {}
    for name, form, settings in (
        ("base.jpg", "JPEG", {}),
        ("progressive.jpeg", "JPEG", {"progressive": True, "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
        ("a.png", "PNG", {}),
    ):
        stream = io.BytesIO()
        noise.save(stream, form, **settings)
        found[name] = stream.getvalue()
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "x" * 500)
    stream = io.BytesIO()
    noise.convert("L").save(stream, "PNG", pnginfo=said)
    found["grey.png"] = stream.getvalue()
    return found
