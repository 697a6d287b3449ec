"""Digest and inventory of a package file."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from zhunru.core.errors import EvidenceError
from zhunru.engine.package_file import examine


def test_digest_and_entries(tmp_path: Path) -> None:
    path = tmp_path / "update.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("fw.bin", b"\1" * 1000)
        archive.writestr("../evil", b"x")
    found = examine(path)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (found.form, found.size_byte) == ("zip", path.stat().st_size)
    assert [(e.path, e.flags) for e in found.entries] == [("fw.bin", ()), ("../evil", ("escapes",)), ("", ())]
    assert found.entries[0].digests["sha256"] == hashlib.sha256(b"\1" * 1000).hexdigest()


def test_what_is_no_archive_has_a_digest_and_no_entries(tmp_path: Path) -> None:
    path = tmp_path / "image.bin"
    path.write_bytes(b"\xde\xad" * 500)
    assert examine(path) == (hashlib.sha256(path.read_bytes()).hexdigest(), 1000, "", ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError):
        examine(tmp_path / "none")
