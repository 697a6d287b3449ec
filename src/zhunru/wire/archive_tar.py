"""Tar archives (ustar, pax, GNU), entry by entry, strictly: what two unpackers could understand differently is flagged.

Python's own tarfile is not used to judge: it trusts the sizes of extended headers, reads them whole into memory and passes over damage.
"""

import re
from collections.abc import Iterator

from zhunru.wire.archive_member import CHUNK_BYTE, ArchiveError, Budget, Member, MemberKind, Reading, Trouble, decoded, exactly

BLOCK = 512
_MAX_EXTENDED_BYTE = 1 << 20
"""Largest extended header or long name that is read (P)."""
_OCTAL = re.compile(rb" *([0-7]*)[ \0]*")
_PAX_RECORD = re.compile(rb"([1-9][0-9]{0,6}) ")
_OCTAL_MAX = 8 << 30
"""Sizes below this fit into the header itself: an extended header that says otherwise is a trick."""
_KINDS: dict[bytes, MemberKind] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"1": "hardlink",
    b"2": "symlink",
    b"3": "device",
    b"4": "device",
    b"5": "directory",
    b"6": "device",
}


class _Extra:
    """What extended headers say about the next entry."""

    def __init__(self) -> None:
        self.path: bytes | None = None
        self.link: bytes | None = None
        self.size: int | None = None
        self.flags: set[str] = set()
        self.pending = False

    def told(self, name: str, value: bytes) -> None:
        """Take a path or a link; two that differ are a trick."""
        if getattr(self, name) not in {None, value}:
            self.flags.add("extended_header")
        setattr(self, name, value)


def is_header(block: bytes) -> bool:
    """Tell whether 512 bytes are the header of an entry: the sum of its bytes is right."""
    if len(block) < BLOCK or not any(block):
        return False
    told = _octal(block[148:156])
    if told is None or not block[0]:
        return False
    head = block[:148] + b" " * 8 + block[156:BLOCK]
    return told in {sum(head), sum(b - 256 if b > 127 else b for b in head)}


def tar_members(stream: Reading, budget: Budget) -> Iterator[Member | Trouble]:
    """Yield the entries of a tar archive, in order; the content of one is read before the next is asked for.

    Args:
        stream: The archive from its start.
        budget: Limits.

    Raises:
        ArchiveError: Damage, or more than the limits allow.

    References:
        POSIX.1-2017 pax, ustar interchange format; GNU tar manual, Basic Tar Format.
    """
    at, extra = 0, _Extra()
    while True:
        block = stream.read(BLOCK)
        if not any(block) and len(block) in {0, BLOCK}:
            break
        if len(block) < BLOCK:
            raise ArchiveError("truncated", at + len(block))
        if not is_header(block):
            raise ArchiveError("damaged", at)
        at += BLOCK
        type_ = block[156:157]
        size = _octal(block[124:136])
        if size is None:
            raise ArchiveError("damaged", at)
        if type_ in {b"x", b"g", b"L", b"K"}:
            budget.entry(0, at)
            _extended(type_, _padded(stream, size, at), extra)
            at += -(-size // BLOCK) * BLOCK
            continue
        member, size = _member(block, type_, size, extra)
        budget.entry(len(member.name) + len(member.link), at)
        extra = _Extra()
        content = _Content(stream, size, at, budget)
        member.chunks = content.chunks() if member.kind in {"file", "unknown"} else None
        yield member
        content.skip()
        at += -(-size // BLOCK) * BLOCK
    if extra.pending:
        yield Trouble("extended_header", at)
    second = stream.read(BLOCK) if block else b""
    if len(second) < BLOCK:  # two blocks of zeros end an archive
        yield Trouble("truncated", at)
    elif any(second):
        yield Trouble("trailing", at)
    else:
        yield from _behind(stream, at)


def _behind(stream: Reading, at: int) -> Iterator[Trouble]:
    """Anything but zeros behind the end is seen by some unpackers and not by others."""
    while more := stream.read(CHUNK_BYTE):
        if more.count(0) != len(more):
            yield Trouble("trailing", at)
            break


class _Content:
    """The content of one entry: read by whoever looks at the entry, else passed over."""

    def __init__(self, stream: Reading, size: int, at: int, budget: Budget) -> None:
        self.stream, self.left, self.at, self.budget = stream, size, at, budget
        self.padding = -size % BLOCK

    def chunks(self) -> Iterator[bytes]:
        while self.left:
            piece = exactly(self.stream, min(self.left, CHUNK_BYTE), self.at)
            self.left -= len(piece)
            self.at += len(piece)
            self.budget.spend(len(piece), self.at)
            yield piece

    def skip(self) -> None:
        for _ in self.chunks():
            pass
        exactly(self.stream, self.padding, self.at)


def _padded(stream: Reading, size: int, at: int) -> bytes:
    if size > _MAX_EXTENDED_BYTE:
        raise ArchiveError("extended_header", at)
    return exactly(stream, size + -size % BLOCK, at)[:size]


def _octal(field: bytes) -> int | None:
    """Return a number of a header: octal digits, or base 256 where the first bit is set; None when it is neither."""
    if field[0] == 0x80:
        number = int.from_bytes(field[1:], "big")
        return number if number < 1 << 62 else None
    match = _OCTAL.fullmatch(field)
    return int(match[1] or b"0", 8) if match else None


def _extended(type_: bytes, data: bytes, extra: _Extra) -> None:
    if type_ == b"L":
        extra.told("path", data.rstrip(b"\0"))
    elif type_ == b"K":
        extra.told("link", data.rstrip(b"\0"))
    elif type_ == b"g":
        # what holds for all later entries at once is a trick when it renames or resizes them
        if any(key in {b"path", b"linkpath", b"size"} or key.startswith(b"GNU.sparse") for key, _ in _records(data, extra)):
            extra.flags.add("extended_header")
        return
    else:
        _pax(data, extra)
    extra.pending = True


def _pax(data: bytes, extra: _Extra) -> None:
    seen: set[bytes] = set()
    for key, value in _records(data, extra):
        if key in seen:
            extra.flags.add("extended_header")
        seen.add(key)
        if key == b"path":
            extra.told("path", value)
        elif key == b"linkpath":
            extra.told("link", value)
        elif key == b"size":
            extra.size = int(value) if re.fullmatch(rb"[0-9]{1,18}", value) else -1
        elif key.startswith(b"GNU.sparse"):
            extra.flags.add("sparse")


def _records(data: bytes, extra: _Extra) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of the records, each `LENGTH KEY=VALUE` and a line feed; what is none ends it, flagged."""
    at = 0
    while at < len(data):
        match = _PAX_RECORD.match(data, at)
        end = at + int(match[1]) if match else 0
        record = data[match.end() : end] if match else b""
        key, equals, value = record.partition(b"=")
        if not match or end > len(data) or not record.endswith(b"\n") or not equals or not key:
            extra.flags.add("extended_header")
            return
        yield key, value[:-1]
        at = end


def _member(block: bytes, type_: bytes, size: int, extra: _Extra) -> tuple[Member, int]:
    """Return the entry, and how many bytes of content follow it."""
    flags = set(extra.flags)
    if extra.size is not None:
        if extra.size < 0 or (extra.size != size and extra.size < _OCTAL_MAX):
            flags.add("extended_header")
        size = max(extra.size, 0)
    name = decoded(_name(block, flags) if extra.path is None else extra.path, flags)
    kind = _KINDS.get(type_, "unknown")
    link = ""
    if kind in {"symlink", "hardlink"}:
        link = decoded(_text(block[157:257], flags) if extra.link is None else extra.link, flags)
    if kind == "unknown":
        flags.add("sparse" if type_ == b"S" else "unknown_kind")
    if kind == "file" and name.endswith("/"):  # how old archives say directory
        kind = "directory"
    told = size
    if kind not in {"file", "unknown"} and size:
        # unpackers differ on whether content follows; the common ones say no for links and yes for the others
        flags.add("ambiguous_size")
        size = 0 if kind in {"symlink", "hardlink"} else size
    mode = _octal(block[100:108])
    return Member(name, kind, told, None if mode is None else mode & 0o7777, link, flags), size


def _text(field: bytes, flags: set[str]) -> bytes:
    text, _, rest = field.partition(b"\0")
    if rest.strip(b"\0"):  # bytes behind the end of a name are seen by nobody
        flags.add("nul")
    return text


def _name(block: bytes, flags: set[str]) -> bytes:
    name = _text(block[:100], flags)
    if block[257:263] == b"ustar\0":
        prefix = _text(block[345:500], flags)
        return prefix + b"/" + name if prefix else name
    return name
