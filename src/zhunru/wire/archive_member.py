"""What an archive holds, entry by entry, under limits; and what is wrong with the name of an entry."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, NamedTuple, Protocol

MemberKind = Literal["file", "directory", "symlink", "hardlink", "device", "unknown"]
CHUNK_BYTE = 1 << 20
"""Content is read in pieces of this size."""
MAX_NAME_BYTE = 4096
"""Longest path, PATH_MAX of Linux."""
_MAX_NAMES_BYTE = 32 << 20
"""All names together are kept in memory to find doubles (P)."""


class Limits(NamedTuple):
    """How much an archive may ask of who looks into it; all are ours (P).

    Args:
        entries: Most entries, those of nested archives included.
        total_byte: Most bytes once inflated, nested archives included.
        ratio: Largest growth on inflation beyond `free_byte`.
        free_byte: Bytes that may be inflated whatever the growth.
        nested_byte: Largest nested archive that is looked into.
        depth: Levels of nesting that are looked into.
    """

    entries: int = 100_000
    total_byte: int = 64 << 30
    ratio: int = 400
    free_byte: int = 64 << 20
    nested_byte: int = 4 << 30
    depth: int = 3


class Reading(Protocol):
    """Something that gives bytes in order."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, fewer only at the end."""
        ...


@dataclass
class Member:
    """One entry as the archive tells it.

    Args:
        name: Path, decoded; what cannot be decoded stands as escapes.
        kind: What it is.
        size_byte: Size as told.
        mode: Permission bits as told, None where the form has none.
        link: Target of a link.
        flags: What is wrong with it.
        chunks: Content, to be read before the next entry is asked for; a reader of it may add flags.
    """

    name: str
    kind: MemberKind
    size_byte: int
    mode: int | None = None
    link: str = ""
    flags: set[str] = field(default_factory=set)
    chunks: Iterator[bytes] | None = None


class Trouble(NamedTuple):
    """Something wrong with the archive as a whole.

    Args:
        flag: Name.
        at_byte: Where.
    """

    flag: str
    at_byte: int


class ArchiveError(Exception):
    """Reading ends here; `trouble` tells why."""

    def __init__(self, flag: str, at_byte: int) -> None:
        super().__init__(flag)
        self.trouble = Trouble(flag, at_byte)


class Budget:
    """What was spent of the limits, over an archive and those inside it."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.entries, self.name_byte, self.out_byte = limits, 0, 0, 0

    def entry(self, name_byte: int, at_byte: int) -> None:
        """Count an entry with so long a name; raise ArchiveError beyond the limit."""
        self.entries += 1
        self.name_byte += name_byte
        if self.entries > self.limits.entries or self.name_byte > _MAX_NAMES_BYTE:
            raise ArchiveError("too_many_entries", at_byte)

    def spend(self, size_byte: int, at_byte: int) -> None:
        """Count bytes of content; raise ArchiveError beyond the limit."""
        self.out_byte += size_byte
        if self.out_byte > self.limits.total_byte:
            raise ArchiveError("bomb", at_byte)

    def grown(self, out_byte: int, in_byte: int) -> None:
        """Raise ArchiveError when `in_byte` grew to too many."""
        if out_byte > self.limits.free_byte and out_byte > self.limits.ratio * max(in_byte, 1):
            raise ArchiveError("bomb", in_byte)


_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def decoded(raw: bytes, flags: set[str], encoding: str = "utf-8") -> str:
    """Return a name as text; what is not of `encoding` is flagged and stands as escapes."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        flags.add("undecodable")
        return raw.decode("ascii", "backslashreplace")


def name_flags(name: str) -> set[str]:
    """Return what is wrong with the path of an entry."""
    found = set()
    bare = name.removesuffix("/")
    parts = bare.split("/")
    if not bare or (parts == ["."] and not name.endswith("/")):
        found.add("empty_name")
    if "\0" in name:
        found.add("nul")
    if name.startswith("/"):
        found.add("absolute")
    if _DRIVE.match(name):
        found.add("drive")
    if "\\" in name:
        found.add("backslash")
    if ".." in parts or ".." in re.split(r"[/\\]", name):
        found.add("escapes")
    if not name.isascii():
        found |= _beyond_ascii(name)
    elif not name.isprintable():
        found.add("control")
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTE:
        found.add("long_name")
    if any(_RESERVED.fullmatch(part) or (part != part.rstrip(" .") and part not in {".", ".."}) or ":" in part for part in parts):
        found.add("windows_name")
    return found


def _beyond_ascii(name: str) -> set[str]:
    found = set()
    if any(unicodedata.category(c) in _HIDDEN for c in name):
        found.add("control")
    flat = unicodedata.normalize("NFKC", name).replace("\u2215", "/").replace("\u29f8", "/").replace("\u29f5", "\\").replace("\u2216", "\\")
    flat = flat.replace("\u2044", "/")
    if (
        flat.count("/") != name.count("/")
        or flat.count("\\") != name.count("\\")
        or (".." in flat.split("/") and ".." not in name.split("/"))
    ):
        found.add("lookalike")
    return found


def folded(name: str) -> str:
    """Return the form under which file systems may take two names for one."""
    parts = [part for part in name.split("/") if part not in {"", "."}]
    return unicodedata.normalize("NFKC", "/".join(parts)).casefold()


def link_escapes(place: str, target: str) -> bool:
    """Tell whether a link at `place` leads out of the root, or may do so on some system."""
    if not target or target.startswith("/") or "\\" in target or _DRIVE.match(target) or "\0" in target:
        return True
    depth = len([p for p in place.split("/")[:-1] if p not in {"", "."}])
    for part in target.split("/"):
        depth += -1 if part == ".." else part not in {"", "."}
        if depth < 0:
            return True
    return False


def exactly(stream: Reading, size_byte: int, at_byte: int) -> bytes:
    """Return exactly `size_byte` bytes; raise ArchiveError `truncated` when they are not there."""
    data = stream.read(size_byte)
    if len(data) != size_byte:
        raise ArchiveError("truncated", at_byte + len(data))
    return data


def length_of(stream: BinaryIO) -> int:
    """Return the length of a stream that can seek, and go back to its start."""
    length = stream.seek(0, 2)
    stream.seek(0)
    return length
