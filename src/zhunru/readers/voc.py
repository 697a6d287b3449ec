"""Reader of Pascal VOC annotation, one picture a file."""

import re
from collections.abc import Iterator

from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.formulas.annotation.elements import Voc
from zhunru.readers.cvat import streamed
from zhunru.tables.annotated_shape import AnnotatedPicture, AnnotatedShape

_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*(?:<!DOCTYPE[^>]*>\s*)?<annotation[\s>]", re.DOTALL
)


def _is_voc(head: bytes) -> bool:
    return bool(_ROOT.match(head))


@reader(".xml", title_zh="图像标注（Pascal VOC）", title_en="picture annotation (Pascal VOC)", sniff=_is_voc)
def voc(file: Source) -> Iterator[AnnotatedPicture | AnnotatedShape | Skipped]:
    """Read the picture and its boxes: upright, turned or polygons.

    Args:
        file: The document; entities and document types are refused.

    Raises:
        DamagedEvidence: Cut, refused, or without the name of a picture.

    References:
        Pascal VOC 2007 annotation; the extension `robndbox` of roLabelImg, its angle taken in degrees.
    """
    yield from streamed(file, Voc())
