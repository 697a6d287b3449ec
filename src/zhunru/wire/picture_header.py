"""Headers of pictures, JPEG and PNG: size and wholeness from a stream, without decoding a pixel; EXIF and other contents are not looked into."""

import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

MAX_SIDE_PX = 65_500
"""Longer sides are none of a camera; JPEG itself ends at 65535."""
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
_PNG_CHUNK_BYTE = (1 << 31) - 1
_SOF = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_BARE = {0x01, *range(0xD0, 0xD8)}
_STEP_BYTE = 1 << 16
_HINT = Text("由采集方重新提供该图像", "have the picture given again")
Read = Callable[[int], bytes]
"""Reads at most so many bytes; fewer only at the end."""


class BadPicture(EvidenceError):  # noqa: N818 - what the bytes are
    """The bytes are no whole picture."""


class Header(NamedTuple):
    """What a header says.

    Args:
        form: jpeg or png.
        width_px: Width.
        height_px: Height.
        whole: The picture goes to its end mark.
    """

    form: str
    width_px: int
    height_px: int
    whole: bool


def header(read: Read) -> Header:
    """Return what the header of a JPEG or PNG says; the stream is read to its end.

    Raises:
        BadPicture: No picture of these forms, or no size that can be.

    References:
        ISO/IEC 10918-1 annex B (JPEG); ISO/IEC 15948 clause 11 (PNG).
    """
    start = read(8)
    if start == PNG:
        form, (width, height, whole) = "png", _png(read)
    elif start.startswith(JPEG[:2]):
        form, (width, height, whole) = "jpeg", _jpeg(_Behind(start[2:], read))
    else:
        raise BadPicture(Text("不是 JPEG 或 PNG 图像", "no JPEG or PNG picture"), "byte 0", _HINT)
    if not (0 < width <= MAX_SIDE_PX and 0 < height <= MAX_SIDE_PX):
        raise BadPicture(Text("图像尺寸不可信", "the size of the picture cannot be"), f"{width} x {height}", _HINT)
    return Header(form, width, height, whole)


class _Behind:
    """Reads what was read already, then the stream."""

    def __init__(self, first: bytes, read: Read) -> None:
        self._first, self._read = first, read

    def __call__(self, size: int) -> bytes:
        taken, self._first = self._first[:size], self._first[size:]
        return taken + self._read(size - len(taken)) if len(taken) < size else taken


def _png(read: Read) -> tuple[int, int, bool]:
    width = height = 0
    first = True
    while len(head := read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if size > _PNG_CHUNK_BYTE or (first and (kind, size) != (b"IHDR", 13)):
            raise BadPicture(Text("PNG 数据块有误", "a chunk of the PNG is faulty"), repr(kind), _HINT)
        total, body = _summed(read, size, kind, keep=first)
        said = read(4) if total else b""
        if len(said) < 4:
            return width, height, False
        if total != said:
            raise BadPicture(Text("PNG 数据块校验和不符", "the checksum of a PNG chunk is wrong"), repr(kind), _HINT)
        if first:
            width, height = struct.unpack(">II", body[:8])
            first = False
        if kind == b"IEND":
            while read(_STEP_BYTE):
                pass
            return width, height, True
    return width, height, False


def _summed(read: Read, size: int, kind: bytes, *, keep: bool) -> tuple[bytes | None, bytes]:
    """Return the CRC of a chunk as it must stand behind it (None: the chunk is cut) and, if it is to be kept, its content."""
    total, kept = zlib.crc32(kind), b""
    while size:
        part = read(min(size, _STEP_BYTE))
        if not part:
            return None, kept
        total, size = zlib.crc32(part, total), size - len(part)
        kept = kept + part if keep else kept
    return total.to_bytes(4, "big"), kept


def _jpeg(read: Read) -> tuple[int, int, bool]:
    """Walk the segments to the first scan; behind it the end mark must come, padding and a further picture aside."""
    width = height = 0
    while len(mark := read(2)) == 2:
        if mark[0] != 0xFF:
            raise BadPicture(Text("JPEG 段标记有误", "a segment of the JPEG does not begin with a marker"), mark.hex(), _HINT)
        code = mark[1]
        while code == 0xFF:  # fill bytes
            code = (read(1) or b"\0")[0]
        if code in _BARE:
            continue
        if code == 0xD9:
            return width, height, False  # the end before any scan
        size = int.from_bytes(read(2), "big")
        if size < 2:
            raise BadPicture(Text("JPEG 段长度有误", "the length of a JPEG segment is faulty"), f"{code:02x}", _HINT)
        body = read(size - 2)
        if len(body) < size - 2:
            return width, height, False
        if code in _SOF and len(body) >= 5 and not width:
            height, width = struct.unpack(">HH", body[1:5])
        if code == 0xDA:
            return width, height, _ends(read)
    return width, height, False


def _ends(read: Read) -> bool:
    """Tell whether the end mark stands in what follows a scan."""
    last, seen = b"", False
    while part := read(_STEP_BYTE):
        seen = seen or b"\xff\xd9" in last + part
        last = part[-1:]
    return seen
