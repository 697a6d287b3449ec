"""A parser that seeks gets a path; what is compressed is laid down under a limit."""

import gzip
from pathlib import Path

import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.engine import source as source_module
from zhunru.engine.source import BytesSource, FileSource


def test_a_plain_file_is_its_own_path(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"content")
    with FileSource(path).on_disk() as name:
        assert name == str(path)


@pytest.mark.parametrize("content", [b"", b"x", b"content" * 1000])
def test_what_is_compressed_or_in_memory_is_laid_down_and_taken_away(content: bytes, tmp_path: Path) -> None:
    packed = tmp_path / "a.gz"
    packed.write_bytes(gzip.compress(content))
    for source in (FileSource(packed), BytesSource(content), BytesSource(gzip.compress(content))):
        with source.on_disk() as name:
            assert name != str(packed)
            assert Path(name).read_bytes() == content
        assert not Path(name).exists()


def test_a_bomb_is_refused_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "_SMALL_BYTE", 1 << 20)
    bomb = BytesSource(gzip.compress(b"\0" * (30 << 20)))
    limit = bomb.size_byte * source_module._MOST_GROWTH + (1 << 20)
    assert limit < 30 << 20
    with pytest.raises(DamagedEvidence), bomb.on_disk():
        pass
