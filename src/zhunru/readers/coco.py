"""Reader of COCO annotation."""

import re
from collections.abc import Iterator

from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.formulas.annotation.documents import coco as read_document
from zhunru.readers.labelme import given, whole_document
from zhunru.tables.annotated_shape import AnnotatedPicture, AnnotatedShape

_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{")
_MARKS = (rb'"images"\s*:\s*\[', rb'"annotations"\s*:\s*\[', rb'"categories"\s*:\s*\[')
_INSIDE = re.compile(rb'"(?:file_name|image_id|category_id|supercategory)"\s*:')


def _is_coco(head: bytes) -> bool:
    # the three lists come in any order, and the head may hold but one of them
    return bool(_START.match(head)) and any(re.search(m, head) for m in _MARKS) and bool(_INSIDE.search(head))


@reader(".json", title_zh="图像标注（COCO）", title_en="picture annotation (COCO)", sniff=_is_coco)
def coco(file: Source) -> Iterator[AnnotatedPicture | AnnotatedShape | Skipped]:
    """Read pictures and shapes of a COCO document.

    A shape without a known picture and category, and a run-length mask, is skipped and told.

    Args:
        file: The document, at most `readers.labelme.MAX_BYTE` bytes; larger sets are exported in several files.

    Raises:
        DamagedEvidence: Larger than that, not UTF-8, not JSON, nested too deep, or a key given twice.

    References:
        COCO data format; CVAT export "COCO 1.0".
    """
    yield from given(read_document(whole_document(file)), file.name)
