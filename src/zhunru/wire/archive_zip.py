"""Zip archives, entry by entry, strictly: central and local headers must agree, nothing may overlap or hide between entries.

Python's own zipfile is not used to judge: it believes the central directory alone, and loads all of it whatever its size.
"""

import bz2
import lzma
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from zhunru.wire.archive_member import CHUNK_BYTE, ArchiveError, Budget, Member, MemberKind, Trouble, decoded, exactly, length_of

_END, _LOCATOR, _END64, _CENTRAL, _LOCAL = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06", b"PK\x01\x02", b"PK\x03\x04"
_TAIL_BYTE = 22 + 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_MAX_LINK_BYTE = 4096
_MAX_LZMA_MEMORY_BYTE = 96 << 20


class _Entry(NamedTuple):
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_byte: int
    size_byte: int
    offset: int
    system: int
    attributes: int
    troubles: frozenset[str]


class _End(NamedTuple):
    start: int
    """First byte of the end records: the central directory ends here."""
    entries: int
    size: int
    offset: int


class _Growth(NamedTuple):
    """What this archive may still inflate to: the limits over all, and its own growth."""

    budget: Budget
    before_byte: int
    length_byte: int

    def spend(self, size_byte: int, at_byte: int) -> None:
        self.budget.spend(size_byte, at_byte)
        self.budget.grown(self.budget.out_byte - self.before_byte, self.length_byte)


def zip_members(stream: BinaryIO, budget: Budget) -> Iterator[Member | Trouble]:
    """Yield the entries of a zip archive in the order of its central directory.

    Args:
        stream: The archive; it can seek.
        budget: Limits.

    Raises:
        ArchiveError: Damage, or more than the limits allow.

    References:
        PKWARE APPNOTE 6.3.10, 4.3 to 4.6.
    """
    length, before = length_of(stream), budget.out_byte
    troubles: list[Trouble] = []
    end = _end(stream, length, troubles)
    shift = end.start - end.size - end.offset
    if shift < 0:
        raise ArchiveError("damaged", end.start)
    if shift:
        troubles.append(Trouble("prefixed", 0))
    entries = list(_central(stream, end, budget))
    if len(entries) != end.entries:
        troubles.append(Trouble("header_mismatch", end.start))
    places = [_place(stream, entry, shift, end.start - end.size) for entry in entries]
    overlapping = _overlapping(entries, places, end.start - end.size, troubles)
    yield from troubles
    for number, (entry, (_, data_at, _, local)) in enumerate(zip(entries, places, strict=True)):
        flags = set(entry.troubles | local)
        if number in overlapping:
            flags.add("overlaps")
        member = _member(entry, flags)
        content = _content(stream, entry, data_at, _Growth(budget, before, length), flags)
        if member.kind == "symlink" and entry.size_byte <= _MAX_LINK_BYTE and "overlaps" not in flags:
            member.link = decoded(b"".join(content), flags)
        elif member.kind == "file" and "overlaps" not in flags:
            member.chunks = content
        elif entry.size_byte or entry.packed_byte:
            flags.add("ambiguous_size" if "overlaps" not in flags else "overlaps")
        yield member


def _end(stream: BinaryIO, length: int, troubles: list[Trouble]) -> _End:
    start = max(0, length - _TAIL_BYTE)
    stream.seek(start)
    tail = exactly(stream, length - start, start)
    found = [m.start() for m in re.finditer(re.escape(_END), tail) if m.start() + 22 <= len(tail)]
    if not found:
        raise ArchiveError("truncated", length)
    exact = [at for at in found if at + 22 + struct.unpack_from("<H", tail, at + 20)[0] == len(tail)]
    if not exact:
        troubles.append(Trouble("trailing", start + found[-1]))
    if len(exact) > 1:  # a comment that holds another end record: which archive is it?
        raise ArchiveError("header_mismatch", start + exact[0])
    at = (exact or found)[-1]
    disk, first_disk, here, count, size, offset, _ = struct.unpack_from("<4H2IH", tail, at + 4)
    if disk or first_disk or here != count:
        raise ArchiveError("multi_volume", start + at)
    if count == _FULL16 or size == _FULL32 or offset == _FULL32:
        return _end64(stream, start + at, _End(start + at, count, size, offset))
    if at >= 20 and tail[at - 20 : at - 16] == _LOCATOR:  # large-file records where none are needed: some readers obey them, some do not
        troubles.append(Trouble("header_mismatch", start + at - 20))
        return _End(start + at - 20 - 56, count, size, offset)
    return _End(start + at, count, size, offset)


def _end64(stream: BinaryIO, at: int, plain: _End) -> _End:
    if at < 76:
        return plain
    stream.seek(at - 20)
    locator = exactly(stream, 20, at - 20)
    if not locator.startswith(_LOCATOR):
        return plain
    disk, told, disks = struct.unpack("<IQI", locator[4:])
    if disk or disks > 1 or told > at - 76:
        raise ArchiveError("damaged", at - 20)
    stream.seek(told)
    record = exactly(stream, 56, told)
    if not record.startswith(_END64):
        raise ArchiveError("damaged", told)
    size64, _, _, _, _, here, count, size, offset = struct.unpack("<QHHIIQQQQ", record[4:])
    if here != count or told + 12 + size64 != at - 20:
        raise ArchiveError("damaged", told)
    return _End(told, count, size, offset)


def _central(stream: BinaryIO, end: _End, budget: Budget) -> Iterator[_Entry]:
    at = end.start - end.size
    while at < end.start:
        stream.seek(at)
        head = exactly(stream, 46, at)
        if not head.startswith(_CENTRAL):
            raise ArchiveError("damaged", at)
        made, _, flags, method, _, _, crc, packed, size, name, extra, comment, disk, _, attributes, offset = struct.unpack(
            "<6H3I5H2I", head[4:]
        )
        budget.entry(name, at)
        rest = exactly(stream, name + extra + comment, at + 46)
        troubles: set[str] = set()
        packed, size, offset = _wide(rest[name : name + extra], (size, packed, offset), troubles, rest[:name])
        if disk not in {0, _FULL16}:
            raise ArchiveError("multi_volume", at)
        yield _Entry(rest[:name], flags, method, crc, packed, size, offset, made >> 8, attributes, frozenset(troubles))
        at += 46 + len(rest)
    if at != end.start:
        raise ArchiveError("damaged", at)


def _wide(extra: bytes, told: tuple[int, int, int], troubles: set[str], name: bytes) -> tuple[int, int, int]:
    """Return packed size, size and offset, with the 64-bit values of the extra field where the header refers to them."""
    size, packed, offset = told
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + length]
        if len(body) != length:
            troubles.add("header_mismatch")
        if kind == 0x0001:
            wanted = [value == _FULL32 for value in told]
            if len(body) < 8 * sum(wanted):
                troubles.add("header_mismatch")
                break
            numbers = list(struct.unpack_from(f"<{sum(wanted)}Q", body))
            size = numbers.pop(0) if wanted[0] else size
            packed = numbers.pop(0) if wanted[1] else packed
            offset = numbers.pop(0) if wanted[2] else offset
        if kind == 0x7075 and (len(body) < 5 or (struct.unpack_from("<I", body, 1)[0] == zlib.crc32(name) and body[5:] != name)):
            troubles.add("header_mismatch")  # a second name, which some unpackers take
        at += 4 + length
    return packed, size, offset


def _place(stream: BinaryIO, entry: _Entry, shift: int, limit: int) -> tuple[int, int, int, frozenset[str]]:
    """Return start, start of the content, end, and what the local header says otherwise."""
    at = entry.offset + shift
    if at + 30 > limit:
        raise ArchiveError("damaged", at)
    stream.seek(at)
    head = exactly(stream, 30, at)
    if not head.startswith(_LOCAL):
        raise ArchiveError("damaged", at)
    _, flags, method, _, _, crc, packed, size, name, extra = struct.unpack("<5H3I2H", head[4:])
    rest = exactly(stream, name + extra, at + 30)
    troubles: set[str] = set()
    wide_packed, wide_size, _ = _wide(rest[name:], (size, packed, 0), troubles, rest[:name])
    later = bool(flags & 0x0008)
    same = (crc, wide_packed, wide_size) == (entry.crc, entry.packed_byte, entry.size_byte)
    if rest[:name] != entry.raw_name or method != entry.method or (flags ^ entry.flags) & (_ENCRYPTED | 0x0808):
        troubles.add("header_mismatch")
    if not same and not (later and crc in {0, entry.crc} and wide_packed in {0, entry.packed_byte} and wide_size in {0, entry.size_byte}):
        troubles.add("header_mismatch")
    data_at = at + 30 + len(rest)
    stop = data_at + entry.packed_byte
    if stop > limit:
        raise ArchiveError("truncated", stop)
    return at, data_at, stop, frozenset(troubles)


def _overlapping(
    entries: list[_Entry], places: list[tuple[int, int, int, frozenset[str]]], limit: int, troubles: list[Trouble]
) -> set[int]:
    """Return the entries that share bytes with another; add a trouble for bytes that belong to none."""
    found: set[int] = set()
    reached, last, hidden = 0, -1, False
    for number in sorted(range(len(places)), key=lambda n: (places[n][0], places[n][2])):
        start, _, stop, _ = places[number]
        if start < reached:
            found |= {number, last}
        hidden |= start - reached not in _gaps(entries, last)
        if stop > reached:
            reached, last = stop, number
    if hidden or limit - reached not in _gaps(entries, last):
        troubles.append(Trouble("hidden_data", reached))
    return found


def _gaps(entries: list[_Entry], last: int) -> tuple[int, ...]:
    """Return how many bytes may follow the content of an entry: none, or those of a data descriptor."""
    return (0, 12, 16, 20, 24) if last >= 0 and entries[last].flags & 0x0008 else (0,)


def _member(entry: _Entry, flags: set[str]) -> Member:
    encoding = "utf-8" if entry.flags & 0x0800 or entry.raw_name.isascii() else "cp437"
    if encoding == "cp437" and _is_utf8(entry.raw_name):
        encoding = "utf-8"
    name = decoded(entry.raw_name, flags, encoding)
    mode = entry.attributes >> 16 if entry.system == 3 else 0
    kind: MemberKind = "directory" if name.endswith("/") else "file"
    if stat.S_ISLNK(mode):
        kind = "symlink"
    elif stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        kind = "device"
    elif stat.S_ISDIR(mode) != (kind == "directory") and stat.S_IFMT(mode):
        flags.add("header_mismatch")
    return Member(name, kind, entry.size_byte, stat.S_IMODE(mode) if mode else None, "", flags)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _content(stream: BinaryIO, entry: _Entry, data_at: int, growth: _Growth, flags: set[str]) -> Iterator[bytes]:
    """Yield the content; flag what cannot be read, or is not what the headers say."""
    if entry.flags & _ENCRYPTED:
        flags.add("encrypted")
        return
    if entry.method not in {_STORED, _DEFLATED, _BZIP2, _LZMA}:
        flags.add("method")
        return
    out, crc = 0, 0
    try:
        for piece in _inflated(stream, entry, data_at, flags):
            out += len(piece)
            growth.spend(len(piece), data_at)
            if out > entry.size_byte:
                break
            crc = zlib.crc32(piece, crc)
            yield piece
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        flags.add("damaged")
        return
    if out != entry.size_byte:
        flags.add("size_mismatch")
    elif crc != entry.crc:
        flags.add("damaged")


def _inflated(stream: BinaryIO, entry: _Entry, at: int, flags: set[str]) -> Iterator[bytes]:
    left = entry.packed_byte
    if entry.method == _STORED:
        while left:
            stream.seek(at)
            piece = exactly(stream, min(left, CHUNK_BYTE), at)
            at, left = at + len(piece), left - len(piece)
            yield piece
        return
    inner: Any = _decompressor(entry.method)
    waiting = b""
    while not inner.eof:
        if not waiting and left and getattr(inner, "needs_input", True):
            stream.seek(at)
            waiting = exactly(stream, min(left, CHUNK_BYTE >> 2), at)
            at, left = at + len(waiting), left - len(waiting)
        starved = not waiting and not left
        piece = inner.decompress(waiting, CHUNK_BYTE)
        waiting = inner.unconsumed_tail if entry.method == _DEFLATED else b""
        if piece:
            yield piece
        elif starved and not inner.eof and getattr(inner, "needs_input", True):
            if entry.method != _LZMA or entry.flags & 0x0002:  # LZMA without an end mark ends where its input does
                flags.add("size_mismatch")
            return
    if left or inner.unused_data:
        flags.add("hidden_data")


def _decompressor(method: int) -> Any:
    if method == _DEFLATED:
        return zlib.decompressobj(-15)
    return bz2.BZ2Decompressor() if method == _BZIP2 else _ZipLzma()


class _ZipLzma:
    """LZMA of zip: four bytes and the properties, then a raw stream (APPNOTE 5.8.8)."""

    def __init__(self) -> None:
        self.inner: lzma.LZMADecompressor | None = None
        self.head = b""
        self.eof, self.needs_input, self.unused_data = False, True, b""

    def decompress(self, data: bytes, size: int) -> bytes:
        """Return up to `size` bytes of content."""
        if self.inner is None:
            self.head += data
            data = b""
            if len(self.head) < 9:
                return b""
            length = struct.unpack_from("<H", self.head, 2)[0]
            properties, data = self.head[4 : 4 + length], self.head[4 + length :]
            if length != 5 or properties[0] >= 225:
                raise ValueError("no LZMA properties")
            dictionary = struct.unpack_from("<I", properties, 1)[0]
            if dictionary > _MAX_LZMA_MEMORY_BYTE:
                raise ValueError("too large a dictionary")
            packed, lc = divmod(properties[0], 9)
            pb, lp = divmod(packed, 5)
            chain = [{"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}]
            self.inner = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
        piece = self.inner.decompress(data, size)
        self.eof, self.needs_input, self.unused_data = self.inner.eof, self.inner.needs_input, self.inner.unused_data
        return piece
