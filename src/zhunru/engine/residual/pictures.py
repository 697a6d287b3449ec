"""Opens untrusted pictures: size from the header first, then decoding in bounded memory."""

import hashlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.wire.picture_header import BadPicture, Header, header

MAX_PIXELS: Final = 24_000_000
"""A camera of 24 megapixels; larger pictures are not decoded, so that two of them stay below 256 MB."""
SUFFIXES: Final = (".jpg", ".jpeg", ".png")
_HINT = Text("该图像不作检验，单独核查", "the picture is not examined: look at it by hand")


class UndecidablePicture(EvidenceError):  # noqa: N818 - what it is
    """The picture cannot be examined."""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def listed(folder: Path) -> dict[str, Path]:
    """Return name below the folder -> file of every JPEG and PNG; links out of the folder are left out."""
    root = folder.resolve()
    found = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file()}
    return {name: path for name, path in found.items() if path.resolve().is_relative_to(root)}


def decoded(path: Path, mode: str) -> NDArray[np.uint8]:
    """Return the pixels of a picture.

    Args:
        path: JPEG or PNG.
        mode: `L` for luminance, shape (height, width), or `RGB`.

    Raises:
        UndecidablePicture: No picture, cut, too large, or damaged.
    """
    from PIL import Image

    head = _header(path)
    if not head.whole or head.width_px * head.height_px > MAX_PIXELS:
        what = Text("图像过大", "the picture is too large") if head.whole else Text("图像被截断", "the picture is cut")
        raise UndecidablePicture(what, f"{path.name}: {head.width_px} x {head.height_px}", _HINT)
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as picture:
            if picture.size != (head.width_px, head.height_px):
                raise UndecidablePicture(Text("图像头自相矛盾", "two readers see two sizes"), path.name, _HINT)
            found: NDArray[Any] = np.asarray(picture.convert(mode))
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        raise UndecidablePicture(
            Text("图像无法解码", "the picture cannot be decoded"), f"{path.name}: {type(error).__name__}", _HINT
        ) from error
    return found


def _header(path: Path) -> Header:
    try:
        with path.open("rb") as stream:
            return header(stream.read)
    except (BadPicture, OSError) as error:
        raise UndecidablePicture(Text("图像无法读取", "the picture cannot be read"), path.name, _HINT) from error
