"""Reads the files that are to be released: each once, from one open file, and tells what it read."""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from zhunru.core.errors import PlanError
from zhunru.core.text import Text

_BLOCK_BYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadPackage:
    """One file as it was read.

    Args:
        path: Where it stands.
        name: Last part of the path, undecodable bytes escaped.
        sha256: Digest of the bytes that were read, hexadecimal; empty when it was not read whole.
        size_byte: Number of bytes read.
        changed_at: When the file system says it was last written; None when it was not read.
        problem: Id of the rule of the gate that it breaks, empty when none.
    """

    path: Path
    name: str
    sha256: str = ""
    size_byte: int = 0
    changed_at: datetime | None = None
    problem: str = ""


def read_package(path: Path) -> ReadPackage:
    """Read one file; links, pipes, devices and folders are refused, a file that changes meanwhile is told.

    Raises:
        PlanError: There is no such file.
    """
    name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
    try:
        # not following, not waiting: a link or a pipe put in place of the file must neither lead elsewhere nor hang the gate
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENOENT and not path.is_symlink():
            raise PlanError(
                Text("找不到升级包", "the package is not there"), str(path), Text("核对 --package", "correct --package")
            ) from error
        return ReadPackage(path, name, problem="package-unreadable")
    try:
        return _read(handle, path, name)
    except OSError:
        return ReadPackage(path, name, problem="package-unreadable")
    finally:
        os.close(handle)


def _read(handle: int, path: Path, name: str) -> ReadPackage:
    before = os.fstat(handle)
    if not stat.S_ISREG(before.st_mode):
        return ReadPackage(path, name, problem="package-unreadable")
    total, size_byte = hashlib.sha256(), 0
    while block := os.read(handle, _BLOCK_BYTE):
        total.update(block)
        size_byte += len(block)
    after, there = os.fstat(handle), path.lstat()
    marks = [(s.st_ino, s.st_dev, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in (before, after, there)]
    moved = len(set(marks)) != 1 or size_byte != before.st_size
    changed_at = datetime.fromtimestamp(after.st_mtime, UTC)
    return ReadPackage(path, name, total.hexdigest(), size_byte, changed_at, "package-moved" if moved else "")
