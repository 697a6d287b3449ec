"""Inventory of an archive: every entry with size, digests and what is wrong with it; archives inside it one level down."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple

from zhunru.wire.archive_member import (
    ArchiveError,
    Budget,
    Limits,
    Member,
    Reading,
    Trouble,
    folded,
    length_of,
    link_escapes,
    name_flags,
)
from zhunru.wire.archive_stream import Inflated, packing_of
from zhunru.wire.archive_tar import BLOCK, is_header, tar_members
from zhunru.wire.archive_zip import zip_members
from zhunru.wire.sm3 import DIGESTS, Hashing

BOMB = frozenset({"bomb", "too_many_entries"})
"""Flags of an archive that asks for more than the limits."""
ESCAPES = frozenset(
    {
        "empty_name",
        "nul",
        "absolute",
        "drive",
        "backslash",
        "escapes",
        "control",
        "lookalike",
        "undecodable",
        "long_name",
        "link_escapes",
        "through_link",
        "device",
    }
)
"""Flags of entries with which an unpacker writes elsewhere, or a person is deceived about where."""
AMBIGUOUS = frozenset({"duplicate_differs", "header_mismatch", "overlaps", "extended_header", "ambiguous_size", "hidden_data", "prefixed"})
"""Flags of archives that two unpackers may understand differently."""
DAMAGED = frozenset({"truncated", "damaged", "size_mismatch"})
UNREAD = frozenset({"encrypted", "method", "sparse", "unknown_kind", "multi_volume", "nested_deeper", "nested_too_large", "dangling_link"})
"""Flags of what was not looked into: nobody can say what it is."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD_BYTE = BLOCK


class Entry(NamedTuple):
    """One entry of the inventory.

    Args:
        archive: Path of the nested archive that it stands in; empty = the package itself.
        path: Path of the entry; empty for the line about the archive itself.
        kind: file, directory, symlink, hardlink, device, unknown; `archive` for the line about the archive.
        size_byte: Bytes of content that were read.
        mode: Permission bits, None where the form has none.
        link: Target of a link; the form (`zip`, `tar`, `tar.gzip` ...) of an archive.
        digests: Digest name -> hexadecimal digest of the content; empty when it was not read whole.
        flags: What is wrong, sorted.
        content: The content, for the paths that were asked for.
    """

    archive: str
    path: str
    kind: str
    size_byte: int
    mode: int | None
    link: str
    digests: dict[str, str]
    flags: tuple[str, ...]
    content: bytes | None = None


class Asked(NamedTuple):
    """What the caller wants to know.

    Args:
        digests: Names of `DIGESTS`.
        keep: Path -> most bytes of its content to keep; outermost archive only.
        spool: Makes an empty file for one nested archive; None = nested archives are not looked into.
    """

    digests: tuple[str, ...] = ("sha256",)
    keep: Mapping[str, int] = {}
    spool: Callable[[], BinaryIO] | None = None


def form_of(stream: BinaryIO) -> str:
    """Return the form of an archive by its content: `zip`, `tar`, `tar.gzip`, `tar.xz`, `tar.bzip2`, `zstd` (not read); empty for none."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTE)
    stream.seek(0)
    if head.startswith(_ZIP):
        return "zip"
    if is_header(head):
        return "tar"
    packing = packing_of(head)
    if packing in {"", "zstd"}:
        return packing
    try:
        inner = Inflated(stream, packing, Budget(Limits())).read(_HEAD_BYTE)
    except ArchiveError:
        inner = b""
    stream.seek(0)
    return f"tar.{packing}" if is_header(inner) else ""


def inventory(stream: BinaryIO, limits: Limits | None = None, asked: Asked | None = None) -> Iterator[Entry]:
    """Yield the entries of an archive in its own order, and last a line about the archive itself.

    Never raises for what the archive holds: damage and tricks are flags. Memory is bounded; nothing is unpacked to disk
    but nested archives into files that the caller gives.

    Args:
        stream: The archive; it can seek.
        limits: How much it may ask for.
        asked: Digests, contents to keep, and where nested archives go.
    """
    yield from _entries(stream, "", Budget(limits or Limits()), asked or Asked(), 0)


def _entries(stream: BinaryIO, archive: str, budget: Budget, asked: Asked, depth: int) -> Iterator[Entry]:
    form = form_of(stream)
    flags: set[str] = set()
    seen = _Seen()
    packed: Inflated | None = None
    try:
        if form == "zip":
            members = zip_members(stream, budget)
        elif form.startswith("tar"):
            packed = Inflated(stream, form[4:], budget) if form[4:] else None
            members = tar_members(_reading(packed, stream), budget)
        else:
            raise ArchiveError("method" if form else "damaged", 0)
        for member in members:
            if isinstance(member, Trouble):
                flags.add(member.flag)
                continue
            yield from _one(member, archive, seen, budget, asked, depth)
        if packed and packed.trailing:
            flags.add("trailing")
    except ArchiveError as error:
        flags.add(error.trouble.flag)
    yield Entry(archive, "", "archive", length_of(stream), None, form, {}, tuple(sorted(flags)))


def _reading(packed: Inflated | None, stream: BinaryIO) -> Reading:
    return packed or stream


class _Seen:
    """What stands in one archive already."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, str, int]] = {}
        self.folded: dict[str, str] = {}
        self.links: set[str] = set()
        self.digests: dict[str, dict[str, str]] = {}

    def judge(self, member: Member, digest: str, size_byte: int) -> None:
        """Add the flags that depend on the entries before."""
        parts = [part for part in member.name.split("/") if part not in {"", "."}]
        path = "/".join(parts)
        found = (member.kind, digest + member.link, size_byte)
        before = self.files.setdefault(path, found)
        if before is not found and {before[0], member.kind} != {"directory"}:
            member.flags.add("duplicate" if before == found else "duplicate_differs")
        if self.folded.setdefault(folded(member.name), path) != path:
            member.flags.add("collides")
        if any("/".join(parts[:n]) in self.links for n in range(1, len(parts))):
            member.flags.add("through_link")
        if member.kind == "symlink":
            self.links.add(path)


def _one(member: Member, archive: str, seen: _Seen, budget: Budget, asked: Asked, depth: int) -> Iterator[Entry]:
    member.flags |= name_flags(member.name)
    keep = asked.keep.get(member.name, -1) if depth == 0 else -1
    taken = _Taken(asked, keep, budget.limits.nested_byte)
    error: ArchiveError | None = None
    try:
        taken.all(member)
    except ArchiveError as caught:
        member.flags.add(caught.trouble.flag)
        error = caught
    whole = member.chunks is not None and not member.flags & (DAMAGED | UNREAD | BOMB)
    digests = {name: running.hexdigest() for name, running in taken.running.items()} if whole else {}
    _links(member, seen, digests)
    seen.judge(member, digests.get(asked.digests[0], "-") if asked.digests else "", taken.size_byte)
    seen.digests.setdefault(member.name, digests)
    if not whole:
        taken.drop()
    nested = taken.nested
    if nested is not None and depth >= budget.limits.depth:
        member.flags.add("nested_deeper")
        taken.drop()
    elif taken.too_large:
        member.flags.add("nested_too_large")
    kept = bytes(taken.kept) if keep >= 0 and whole and taken.size_byte <= keep else None
    yield Entry(archive, member.name, member.kind, taken.size_byte, member.mode, member.link, digests, tuple(sorted(member.flags)), kept)
    if nested is not None and depth < budget.limits.depth:
        with nested:
            yield from _entries(nested, f"{archive}!{member.name}" if archive else member.name, budget, asked, depth + 1)
    if error:
        raise error


def _links(member: Member, seen: _Seen, digests: dict[str, str]) -> None:
    if member.kind == "device":
        member.flags.add("device")
    if member.kind == "symlink" and link_escapes(member.name, member.link):
        member.flags.add("link_escapes")
    if member.kind == "hardlink":
        if name_flags(member.link) & ESCAPES:
            member.flags.add("link_escapes")
        target = seen.digests.get(member.link)
        if target is None:
            member.flags.add("dangling_link")
        else:
            digests.update(target)


class _Taken:
    """The content of one entry on its way: digests, what is kept, and a copy where it is an archive itself."""

    def __init__(self, asked: Asked, keep: int, nested_byte: int) -> None:
        self.running: dict[str, Hashing] = {name: DIGESTS[name]() for name in asked.digests}
        self.asked, self.keep, self.nested_byte = asked, keep, nested_byte
        self.size_byte, self.kept, self.head = 0, bytearray(), b""
        self.nested: BinaryIO | None = None
        self.too_large = False

    def all(self, member: Member) -> None:
        """Read the whole content."""
        for piece in member.chunks or ():
            for running in self.running.values():
                running.update(piece)
            if self.size_byte == 0 and self.asked.spool and _may_be_archive(piece):
                self.nested = self.asked.spool()
            self.size_byte += len(piece)
            if self.keep >= 0 and self.size_byte <= self.keep:
                self.kept += piece
            if self.nested:
                self._copy(piece)
        if self.nested and not form_of(self.nested):
            self.drop()

    def _copy(self, piece: bytes) -> None:
        if self.nested is None:
            return
        if self.size_byte > self.nested_byte:
            self.too_large = True
            self.drop()
        else:
            self.nested.write(piece)

    def drop(self) -> None:
        """Forget the copy."""
        if self.nested:
            self.nested.close()
        self.nested = None


def _may_be_archive(head: bytes) -> bool:
    return head.startswith(_ZIP) or bool(packing_of(head)) or is_header(head[:BLOCK])
