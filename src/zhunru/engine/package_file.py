"""An update package as a file: its digest and what it holds, in bounded memory."""

import tempfile
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.engine.dossier import sha256_of
from zhunru.wire.archive_inventory import Asked, Entry, inventory
from zhunru.wire.archive_member import Limits

_IN_MEMORY_BYTE = 16 << 20
"""A nested archive up to this size is looked into in memory, a larger one in an unnamed temporary file."""


class Examined(NamedTuple):
    """A package.

    Args:
        sha256: SHA-256 of the file, hexadecimal.
        size_byte: Its size.
        form: `zip`, `tar`, `tar.gzip`, `tar.xz`, `tar.bzip2`; empty when it is no archive.
        entries: What it holds, `wire.archive_inventory.Entry`, the line about the archive itself last; empty when it is none.
    """

    sha256: str
    size_byte: int
    form: str
    entries: tuple[Entry, ...]


def examine(path: Path, digests: tuple[str, ...] = ("sha256",), limits: Limits | None = None) -> Examined:
    """Return digest and inventory of a package file; what is wrong with the archive are flags of the entries.

    Args:
        path: The file.
        digests: Digests of the entries, names of `wire.sm3.DIGESTS`.
        limits: How much the archive may ask for.

    Raises:
        EvidenceError: The file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            entries = tuple(inventory(stream, limits, Asked(digests, {}, spool)))
        form = entries[-1].link
        return Examined(sha256_of(path), path.stat().st_size, form, entries if form else ())
    except OSError as error:
        raise EvidenceError(
            Text("文件打不开", "the file cannot be opened"), str(path), Text("检查权限与存储介质", "check permissions and the medium")
        ) from error


def spool() -> BinaryIO:
    """Return an empty file for one nested archive; it is gone when closed."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTE))
