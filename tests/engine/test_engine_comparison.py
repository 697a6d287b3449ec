"""Files, archives and folders, and many files at once."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from zhunru.core.errors import EvidenceError
from zhunru.engine.comparison import compare_images, compared
from zhunru.engine.digests import LARGE_BYTE, side_by_side
from zhunru.engine.dossier import sha256_of
from zhunru.range.packages import Draft, pack


def test_images_with_their_digests(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    content = os.urandom(3 << 20)
    one.write_bytes(content)
    other.write_bytes(content[: 2 << 20] + b"\0" * 100 + content[(2 << 20) + 100 :] + b"tail")
    found = compare_images(one, other)
    assert found.sha256 == tuple(hashlib.sha256(p.read_bytes()).hexdigest() for p in (one, other))
    assert [tuple(r) for r in found.difference.ranges] == [(2 << 20, (2 << 20) + 4096), (3 << 20, (3 << 20) + 4)]
    assert compare_images(one, one).difference.equal


def test_archives_by_content(tmp_path: Path) -> None:
    one, other = tmp_path / "a.zip", tmp_path / "b.tar"
    inner = pack({"x": b"1"}, "tar")
    one.write_bytes(pack({"fw/a.bin": b"a" * 99, "b": b"b", "in.tar": inner}))
    other.write_bytes(pack({"fw2/a.bin": b"a" * 99, "b": b"c", "in.tar": pack({"x": b"2"}, "tar"), "../e": b"e"}, "tar"))
    _, members = compared(one, other)
    assert members
    assert members.changes[:4] == (("../e",), (), ("b", "in.tar", "in.tar!x"), (("fw/a.bin", "fw2/a.bin"),))
    assert members.flags == (("second", "../e", "escapes"),)


def test_one_content_in_two_wrappings(tmp_path: Path) -> None:
    one, other = tmp_path / "a.zip", tmp_path / "b.tgz"
    one.write_bytes(pack(Draft(7).files))
    other.write_bytes(pack(Draft(7).files, "tar.gz"))
    images, members = compared(one, other)
    assert images and members and members.changes.equal and not images.difference.equal


def test_a_name_that_stands_twice_is_neither(tmp_path: Path) -> None:
    import io
    import tarfile

    def twice(*contents: bytes) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for content in contents:
                info = tarfile.TarInfo("a")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return out.getvalue()

    (tmp_path / "a").write_bytes(twice(b"1", b"2"))
    (tmp_path / "b").write_bytes(twice(b"2"))
    _, members = compared(tmp_path / "a", tmp_path / "b")
    assert members and members.changes.unread == ("a",)


def test_folders(tmp_path: Path) -> None:
    for name, content in (("one", b"1"), ("two", b"2")):
        folder = tmp_path / name / "d"
        folder.mkdir(parents=True)
        (folder / "same").write_bytes(b"s")
        (folder / "f").write_bytes(content)
        (tmp_path / name / "link").symlink_to(name)
    _, members = compared(tmp_path / "one", tmp_path / "two")
    assert members and members.changes[:4] == ((), (), ("d/f", "link"), ())
    with pytest.raises(EvidenceError):
        compared(tmp_path / "one", tmp_path / "two" / "d" / "f")


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "up").symlink_to("..")
    _, members = compared(tmp_path / "one", tmp_path / "one")
    assert members and members.changes.same_count == 1


def test_large_files_go_side_by_side_and_keep_their_order(tmp_path: Path) -> None:
    paths = []
    for number in range(9):
        path = tmp_path / str(number)
        path.write_bytes(bytes([number]) * (LARGE_BYTE + 1 + number if number % 3 == 0 else 10))
        paths.append(path)
    seen: set[int] = set()
    gate = threading.Barrier(2, timeout=10)

    def task(path: Path) -> str:
        if path.name in {"0", "3"}:
            gate.wait()  # comes through only when two run at a time
        seen.add(threading.get_ident())
        return sha256_of(path)

    # the two that wait for each other are not the longest, yet both run
    assert side_by_side(task, paths, 3) == [hashlib.sha256(p.read_bytes()).hexdigest() for p in paths]
    assert len(seen) >= 2
    assert side_by_side(task, paths[1:3], 3) == [sha256_of(p) for p in paths[1:3]]
    assert side_by_side(sha256_of, []) == []


def test_errors_of_one_file_come_out(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(bytes(LARGE_BYTE + 1))

    def task(path: Path) -> str:
        raise OSError(path.name)

    with pytest.raises(OSError, match=r"[ab]"):
        side_by_side(task, [tmp_path / "a", tmp_path / "b"], 2)
