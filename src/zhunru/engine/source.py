"""Sources of bytes for readers: a file (gzip seen through), or bytes in memory."""

import gzip
import io
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.text import Text

HEAD_BYTE = 65536
_GZIP = b"\x1f\x8b"
_SPOILT = (EOFError, zlib.error, gzip.BadGzipFile)
_MOST_GROWTH, _SMALL_BYTE = 200, 64 << 20
"""A compressed file is laid down on disk while it grows no more than this many times beyond a small size; databases grow three- to tenfold."""


class FileSource:
    """A file of the dossier.

    Args:
        path: Where it stands.
        name: How the dossier names it; the path by default.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        self.path, self.name = path, name or path.name

    @cached_property
    def size_byte(self) -> int:
        """Size on disk."""
        return self.path.stat().st_size

    @cached_property
    def head(self) -> bytes:
        """First bytes after decompression; of a broken gzip what can be inflated.

        Raises:
            DamagedEvidence: Not one byte can be inflated.
        """
        found = b""
        with self.open() as stream:
            try:
                while len(found) < HEAD_BYTE and (more := stream.read(min(1024, HEAD_BYTE - len(found)))):
                    found += more
            except DamagedEvidence:
                if not found:
                    raise
        return found

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open for sequential reading; gzip is inflated on the way, in bounded memory."""
        return _seen_through(self._stored(), self.name)

    def _stored(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise EvidenceError(
                Text("文件打不开", "the file cannot be opened"), self.name, Text("检查权限与存储介质", "check permissions and the medium")
            ) from error

    def blocks(self, size_byte: int) -> Iterator[bytes]:
        """Yield the content in blocks of `size_byte`, the last one shorter."""
        with self.open() as stream:
            inflated: object = stream
            if isinstance(inflated, _Inflated):
                yield from inflated.blocks(size_byte)
                return
            while block := stream.read(size_byte):
                yield block

    def stored_blocks(self, size_byte: int) -> Iterator[bytes]:
        """Yield the bytes as they stand on disk, a compressed file not inflated."""
        with self._stored() as stream:
            while block := stream.read(size_byte):
                yield block

    @contextmanager
    def on_disk(self) -> Iterator[str]:
        """Give the path of a file with the content; what is compressed is inflated into a file that lives as long as the context."""
        with self._stored() as stream:
            plain = isinstance(stream, io.BufferedReader) and stream.read(2) != _GZIP
        if plain:
            yield str(self.path)
            return
        with tempfile.NamedTemporaryFile(prefix="zhunru-") as laid:
            left_byte = self.size_byte * _MOST_GROWTH + _SMALL_BYTE
            for block in self.blocks(1 << 20):
                left_byte -= len(block)
                if left_byte < 0:
                    what = Text("解压后的大小超过上限", "the content inflates beyond the limit")
                    raise DamagedEvidence(what, self.name, Text("先解压，再放入文件本身", "inflate it first and give the file itself"))
                laid.write(block)
            laid.flush()
            yield laid.name


class BytesSource(FileSource):
    """Content in memory; for tests, fuzzing and generated evidence."""

    def __init__(self, content: bytes, name: str = "memory") -> None:
        super().__init__(Path(name), name)
        self.content = content

    @cached_property
    def size_byte(self) -> int:
        """Number of bytes."""
        return len(self.content)

    def _stored(self) -> BinaryIO:
        return io.BytesIO(self.content)


class _Inflated(gzip.GzipFile):
    """A gzip stream whose damage is told in our words."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__(fileobj=stream, mode="rb")
        self.stream, self.label = stream, name

    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(size)
        except _SPOILT as error:
            raise self._damage() from error

    def blocks(self, size_byte: int) -> Iterator[bytes]:
        """Yield the content in blocks; what was inflated before the damage comes before the error."""
        parts: list[bytes] = []
        count = 0
        while True:
            try:
                piece = self.read1(size_byte - count)
            except _SPOILT as error:
                yield b"".join(parts)
                raise self._damage() from error
            parts.append(piece)
            count += len(piece)
            if count == size_byte or not piece:
                if count:
                    yield b"".join(parts)
                parts, count = [], 0
            if not piece:
                return

    def _damage(self) -> DamagedEvidence:
        what = Text("gzip 压缩流损坏或被截断", "the gzip stream is damaged or cut")
        return DamagedEvidence(what, f"{self.label} @ {self.tell()}", Text("重新取得该文件", "obtain the file again"))

    def close(self) -> None:
        super().close()
        self.stream.close()


def _seen_through(stream: BinaryIO, name: str) -> AbstractContextManager[BinaryIO]:
    packed = stream.read(2) == _GZIP
    stream.seek(0)
    return cast("BinaryIO", _Inflated(stream, name)) if packed else stream
