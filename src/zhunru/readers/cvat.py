"""Reader of CVAT annotation, and what readers of annotation in XML share."""

import re
from collections.abc import Iterator

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.formulas.annotation.elements import Cvat, Voc
from zhunru.tables.annotated_shape import AnnotatedPicture, AnnotatedShape
from zhunru.wire.quiet_xml import Stream, UnreadableXml

_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*(?:<!DOCTYPE[^>]*>\s*)?<annotations[\s>]", re.DOTALL
)
_AGAIN = Text("用标注工具重新导出", "export it again from the annotation tool")
_LOST = Text("条目不是图像上可用的轮廓", "an entry is no outline in a picture that can be used")
_ROWS = 20_000


def _is_cvat(head: bytes) -> bool:
    return bool(_ROOT.match(head))


def streamed(file: Source, taker: Cvat | Voc) -> Iterator[AnnotatedPicture | AnnotatedShape | Skipped]:
    """Yield the rows of an XML document, in blocks, as `taker` completes pictures.

    Raises:
        DamagedEvidence: The XML is cut or refused, or names no picture.
    """
    stream = Stream()
    pictures = 0
    damage: DamagedEvidence | None = None
    try:
        for block in file.blocks(1 << 16):
            for event in stream.feed(block):
                taker.take(event)
            if len(taker.shapes) >= _ROWS or len(taker.pictures) >= _ROWS:
                pictures += len(taker.pictures)
                yield from _rows(taker)
        for event in stream.close():
            taker.take(event)
    except UnreadableXml as error:
        damage = DamagedEvidence(error.what, f"{file.name}: {error.where}", error.hint)
    except DamagedEvidence as error:
        damage = error
    pictures += len(taker.pictures)
    if pictures:
        yield from _rows(taker)
    if taker.lost:
        yield Skipped(_LOST, file.name, taker.lost)
    if damage is None and not pictures:
        damage = DamagedEvidence(Text("标注文件未列出任何图像", "the annotation lists no picture"), file.name, _AGAIN)
    if damage:
        raise DamagedEvidence(damage.what, damage.where, damage.hint, saved=pictures) from damage


def _rows(taker: Cvat | Voc) -> Iterator[AnnotatedPicture | AnnotatedShape]:
    if taker.pictures:
        yield AnnotatedPicture.rows(*taker.pictures)
    if taker.shapes and (taker.pictures or isinstance(taker, Cvat)):
        yield AnnotatedShape.rows(*taker.shapes)
    taker.pictures, taker.shapes = [], []


@reader(".xml", title_zh="图像标注（CVAT for images 1.1）", title_en="picture annotation (CVAT for images 1.1)", sniff=_is_cvat)
def cvat(file: Source) -> Iterator[AnnotatedPicture | AnnotatedShape | Skipped]:
    """Read pictures with their boxes and polygons; tracks, run-length masks and other forms are skipped and told.

    Args:
        file: The document; entities and document types are refused.

    Raises:
        DamagedEvidence: Cut, refused, or without a picture.

    References:
        CVAT XML annotation format 1.1.
    """
    yield from streamed(file, Cvat())
