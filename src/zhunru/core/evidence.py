"""Evidence: a file under its digest, and the account of what a reader made of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from zhunru.core.text import Text


class Source(Protocol):
    """What a reader gets: an open-able file, already un-gzipped when it was compressed."""

    @property
    def name(self) -> str:
        """Path inside the dossier."""
        ...

    @property
    def size_byte(self) -> int:
        """Size on disk."""
        ...

    @property
    def head(self) -> bytes:
        """First bytes (up to 64 KiB) after decompression."""
        ...

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open for sequential binary reading from the start."""
        ...

    def blocks(self, size_byte: int) -> Iterator[bytes]:
        """Yield the content in blocks of `size_byte`, the last one shorter."""
        ...

    def stored_blocks(self, size_byte: int) -> Iterator[bytes]:
        """Yield the bytes as they stand on disk, a compressed file not inflated."""
        ...

    def on_disk(self) -> AbstractContextManager[str]:
        """Give the path of a file with the content, for parsers that seek; what is compressed or in memory is laid down for the time being."""
        ...


@dataclass(frozen=True, slots=True)
class Skipped:
    """Records that a reader saw and could not turn into rows.

    A reader yields these between blocks of rows, so that rows + skipped = records seen. Skipped records are damage:
    the engine adds a gap to every check that relies on the file.

    Args:
        reason: Constant sentence.
        where: First place: line, frame number or byte offset.
        count: Number of records.
    """

    reason: Text
    where: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Barren:
    """Tables of which the file cannot hold a row, however much of it was lost; checks on them do not rely on it.

    Args:
        tables: Classes of `core.table.Table` that the reader declares.
    """

    tables: tuple[type[Any], ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """Something seen that is no damage but that a person should know, e.g. `14 ARP packets`."""

    text: Text
    count: int = 1
