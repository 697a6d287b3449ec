"""Compressed streams, inflated in bounded memory with an eye on their growth."""

import bz2
import lzma
import zlib
from typing import Any

from zhunru.wire.archive_member import CHUNK_BYTE, ArchiveError, Budget, Reading

GZIP, XZ, BZIP2, ZSTANDARD = b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh", b"\x28\xb5\x2f\xfd"
_MAX_MEMORY_BYTE = 96 << 20
"""Most memory that an xz stream may ask for; `xz -9` asks for 65 MB."""
_IN_BYTE = 1 << 16


def packing_of(head: bytes) -> str:
    """Return the name of the compression that content with this start has, empty for none."""
    for name, magic in (("gzip", GZIP), ("xz", XZ), ("bzip2", BZIP2), ("zstd", ZSTANDARD)):
        if head.startswith(magic):
            return name
    return ""


class Inflated:
    """A compressed stream read as its content; several streams one behind the other are one content.

    Args:
        stream: The compressed bytes.
        packing: `gzip`, `xz` or `bzip2`.
        budget: Limits.
    """

    def __init__(self, stream: Reading, packing: str, budget: Budget) -> None:
        self.stream, self.packing, self.budget = stream, packing, budget
        self.inner = self._fresh()
        self.waiting = b""
        self.buffer = bytearray()
        self.in_byte, self.out_byte = 0, 0
        self.ended, self.trailing = False, False

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, fewer only at the end; raise ArchiveError on damage or too much growth."""
        while len(self.buffer) < size and not self.ended:
            if self.inner.eof:
                self._next_stream()
            else:
                self.buffer += self._more(min(size - len(self.buffer), CHUNK_BYTE))
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def _fill(self) -> bool:
        more = self.stream.read(_IN_BYTE)
        self.in_byte += len(more)
        self.waiting += more
        return bool(more)

    def _more(self, size: int) -> bytes:
        starved = not self.waiting and getattr(self.inner, "needs_input", True) and not self._fill()
        try:
            data: bytes = self.inner.decompress(self.waiting, size)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            raise ArchiveError("damaged", self.in_byte) from error
        if starved and not data and not self.inner.eof:
            raise ArchiveError("truncated", self.in_byte)
        self.waiting = self.inner.unconsumed_tail if self.packing == "gzip" else b""
        self.out_byte += len(data)
        self.budget.grown(self.out_byte, self.in_byte)
        return data

    def _next_stream(self) -> None:
        """Go on behind the end of one stream: padding, another stream, the end, or what belongs to none."""
        self.waiting = self.inner.unused_data
        while True:
            if self.packing != "bzip2":
                self.waiting = self.waiting.lstrip(b"\0")
            if len(self.waiting) >= len(XZ) or not self._fill():
                break
        if packing_of(self.waiting) == self.packing:
            self.inner = self._fresh()
        else:
            self.ended, self.trailing = True, bool(self.waiting)

    def _fresh(self) -> Any:
        if self.packing == "gzip":
            return zlib.decompressobj(31)
        if self.packing == "bzip2":
            return bz2.BZ2Decompressor()
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_MEMORY_BYTE)
