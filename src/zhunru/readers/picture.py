"""Reader of pictures: header facts and digest, never pixels."""

import hashlib
from collections.abc import Iterator

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.picture_file import PictureFile
from zhunru.wire.picture_header import JPEG, PNG, BadPicture, header


@reader(".jpg", ".jpeg", ".png", title_zh="图像（JPEG、PNG）", title_en="picture (JPEG, PNG)", magic=(JPEG, PNG))
def picture(file: Source) -> Iterator[PictureFile]:
    """Read form, width, height and SHA-256 of a picture; memory does not depend on its size, nothing is decoded.

    Args:
        file: The picture.

    Raises:
        DamagedEvidence: Cut, or no picture.
    """
    total, size = hashlib.sha256(), 0
    for block in file.stored_blocks(1 << 20):
        total.update(block)
        size += len(block)
    try:
        with file.open() as stream:
            found = header(stream.read)
    except BadPicture as error:
        raise DamagedEvidence(error.what, f"{file.name}: {error.where}", error.hint) from error
    yield PictureFile.rows(
        {
            "form": found.form,
            "width_px": found.width_px,
            "height_px": found.height_px,
            "stored_sha256": total.hexdigest(),
            "stored_byte": size,
        }
    )
    if not found.whole:
        raise DamagedEvidence(
            Text("图像被截断", "the picture is cut"), file.name, Text("重新提供该图像", "give the picture again"), saved=1
        )
