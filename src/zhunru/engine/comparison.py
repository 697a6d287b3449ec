"""Two images, archives or folders compared by content."""

import hashlib
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.engine.digests import side_by_side
from zhunru.engine.dossier import sha256_of
from zhunru.engine.package_file import Examined, examine
from zhunru.wire.image_difference import PIECE_BYTE, Difference, ImageComparison
from zhunru.wire.member_difference import Changes, Item, changes


class ImagesCompared(NamedTuple):
    """Two files as bytes.

    Args:
        difference: What differs.
        sha256: Digests of both, hexadecimal.
    """

    difference: Difference
    sha256: tuple[str, str]


class MembersCompared(NamedTuple):
    """Two archives or folders by their files.

    Args:
        changes: What differs.
        flags: What is wrong with an archive or its entries: `first` or `second`, path, names of flags.
        sha256: Digests of both files; empty for folders.
    """

    changes: Changes
    flags: tuple[tuple[str, str, str], ...]
    sha256: tuple[str, str]


def compare_images(before: Path, after: Path, block_byte: int = 4096) -> ImagesCompared:
    """Compare two files as bytes and hash both, in one pass: memory does not depend on their size.

    Args:
        before: First file.
        after: Second file.
        block_byte: Changed ranges begin and end at multiples of it.

    Raises:
        EvidenceError: A file cannot be read.
    """
    comparison = ImageComparison(block_byte)
    hashes = (hashlib.sha256(), hashlib.sha256())
    try:
        with ExitStack() as stack:
            streams = [stack.enter_context(path.open("rb", buffering=0)) for path in (before, after)]
            pool = stack.enter_context(ThreadPoolExecutor(2))
            pieces = [bytearray(PIECE_BYTE), bytearray(PIECE_BYTE)]
            while True:
                counts = [_filled(stream, piece) for stream, piece in zip(streams, pieces, strict=True)]
                if not any(counts):
                    break
                views = [memoryview(piece)[:count] for piece, count in zip(pieces, counts, strict=True)]
                # both digests run beside each other, and beside the comparison: hashing holds no lock
                waiting = [pool.submit(running.update, view) for running, view in zip(hashes, views, strict=True)]
                comparison.feed(*views)
                for each in waiting:
                    each.result()
    except OSError as error:
        raise _unreadable(error) from error
    return ImagesCompared(comparison.result(), (hashes[0].hexdigest(), hashes[1].hexdigest()))


def _filled(stream: Any, piece: bytearray) -> int:
    """Fill a piece unless the file ends: the comparison asks for pieces of equal length."""
    view, count = memoryview(piece), 0
    while count < len(piece) and (read := stream.readinto(view[count:])):
        count += read
    return count


def compare_archives(before: Examined, after: Examined) -> MembersCompared:
    """Compare two archives by the content of their entries, nested ones included."""
    flags = [
        (which, "!".join(p for p in (e.archive, e.path) if p), " ".join(e.flags))
        for which, one in (("first", before), ("second", after))
        for e in one.entries
        if e.flags
    ]
    return MembersCompared(changes(_items(before), _items(after)), tuple(flags), (before.sha256, after.sha256))


def _items(examined: Examined) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for entry in examined.entries:
        path = f"{entry.archive}!{entry.path}" if entry.archive else entry.path
        if not entry.path or (path in found and found[path].digest == entry.digests.get("sha256")):
            continue
        digest = entry.link if entry.kind in {"symlink", "device"} else entry.digests.get("sha256", "")
        # an entry that stands there twice with two contents is neither of them
        found[path] = Item(entry.kind, "" if path in found else digest, entry.size_byte, entry.mode)
    return found


def compare_folders(before: Path, after: Path) -> MembersCompared:
    """Compare two folders by the content of their files; links are not followed but compared by where they lead.

    Raises:
        EvidenceError: A file cannot be read.
    """
    try:
        return MembersCompared(changes(_files(before), _files(after)), (), ("", ""))
    except OSError as error:
        raise _unreadable(error) from error


def _files(folder: Path) -> dict[str, Item]:
    paths = sorted(_walk(folder))
    items = side_by_side(_item, paths)
    return {os.fsencode(p.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace"): i for p, i in zip(paths, items, strict=True)}


def _walk(folder: Path) -> Iterator[Path]:
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(Path(entry.path))
                yield Path(entry.path)


def _item(path: Path) -> Item:
    info = path.lstat()
    mode = stat.S_IMODE(info.st_mode)
    if stat.S_ISLNK(info.st_mode):
        return Item("symlink", os.fsencode(path.readlink()).decode("utf-8", "backslashreplace"), 0)
    if stat.S_ISDIR(info.st_mode):
        return Item("directory", "", 0, mode)
    if not stat.S_ISREG(info.st_mode):
        return Item("device", "", 0, mode)
    return Item("file", sha256_of(path), info.st_size, mode)


def compared(before: Path, after: Path, block_byte: int = 4096) -> tuple[ImagesCompared | None, MembersCompared | None]:
    """Compare two paths of one kind: folders by their files, files as bytes, and files that are archives by their entries as well.

    Args:
        before: First path.
        after: Second path.
        block_byte: Changed ranges begin and end at multiples of it.

    Raises:
        EvidenceError: One is a folder and the other is not, or something cannot be read.
    """
    if before.is_dir() != after.is_dir():
        raise EvidenceError(
            Text("一个是目录，另一个不是", "one is a folder, the other is not"),
            f"{before} | {after}",
            Text("给出两个目录或两个文件", "give two folders or two files"),
        )
    if before.is_dir():
        return None, compare_folders(before, after)
    images = compare_images(before, after, block_byte)
    if images.difference.equal:
        return images, None
    first, second = examine(before), examine(after)
    return images, compare_archives(first, second) if first.form and second.form else None


def _unreadable(error: OSError) -> EvidenceError:
    return EvidenceError(
        Text("文件打不开", "the file cannot be opened"),
        f"{error.filename}: {error.strerror}",
        Text("检查权限与存储介质", "check permissions and the medium"),
    )
