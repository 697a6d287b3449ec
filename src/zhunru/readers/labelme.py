"""Reader of LabelMe annotation, one picture a file; and what readers of annotation in JSON share."""

import re
from collections.abc import Iterator
from typing import Any

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.formulas.annotation.documents import Annotation
from zhunru.formulas.annotation.documents import labelme as read_document
from zhunru.tables.annotated_shape import AnnotatedPicture, AnnotatedShape
from zhunru.wire.whole_json import UnreadableJson, document

_MARK = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{(?=.{0,65536}?"shapes"\s*:\s*\[)(?=.{0,65536}?"(?:shape_type|imagePath)"\s*:)', re.DOTALL)
MAX_BYTE = 12 << 20
"""Longest document of annotation: its objects and rows together stay below 256 MB."""
_AGAIN = Text("用标注工具重新导出", "export it again from the annotation tool")
_LOST = Text("条目不是图像或可用的轮廓", "an entry is no picture or no outline that can be used")


def _is_labelme(head: bytes) -> bool:
    return bool(_MARK.match(head))


def whole_document(file: Source) -> dict[str, Any]:
    """Return the object of a JSON file.

    Raises:
        DamagedEvidence: Too large, no JSON, or no object.
    """
    with file.open() as stream:
        raw = stream.read(MAX_BYTE + 1)
    if len(raw) > MAX_BYTE:
        raise DamagedEvidence(
            Text("标注文件过大，请分多个文件导出", "the annotation is too large: export it in several files"),
            f"{file.name}: > {MAX_BYTE} B",
            _AGAIN,
        )
    try:
        found = document(raw)
    except UnreadableJson as error:
        raise DamagedEvidence(error.what, f"{file.name}: {error.where}", error.hint) from error
    if not isinstance(found, dict):
        raise DamagedEvidence(Text("不是图像标注", "no annotation of pictures"), file.name, _AGAIN)
    return found


def given(found: Annotation, name: str) -> Iterator[AnnotatedPicture | AnnotatedShape | Skipped]:
    """Yield what a document holds.

    Raises:
        DamagedEvidence: It holds nothing at all.
    """
    if found.lost:
        yield Skipped(_LOST, name, found.lost)
    if not found.pictures and not found.shapes:
        raise DamagedEvidence(Text("标注文件未列出任何图像", "the annotation lists no picture"), name, _AGAIN)
    yield AnnotatedPicture.rows(*found.pictures)
    if found.shapes:
        yield AnnotatedShape.rows(*found.shapes)


@reader(".json", title_zh="图像标注（LabelMe）", title_en="picture annotation (LabelMe)", sniff=_is_labelme)
def labelme(file: Source) -> Iterator[AnnotatedPicture | AnnotatedShape | Skipped]:
    """Read the picture and shapes of a LabelMe file; an embedded picture is not looked at.

    Args:
        file: The file, at most MAX_BYTE bytes.

    Raises:
        DamagedEvidence: Larger than that, not UTF-8, not JSON, nested too deep, a key given twice, or no picture named.

    References:
        LabelMe 5 file format.
    """
    yield from given(read_document(whole_document(file)), file.name)
