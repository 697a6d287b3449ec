"""Sources: gzip is seen through in bounded memory, damage is told."""

import gzip
import os
from pathlib import Path

import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.engine.source import HEAD_BYTE, BytesSource, FileSource


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 300_000])
def test_blocks_give_back_every_byte(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "x.bin"
    for stored in (content, gzip.compress(content)):
        path.write_bytes(stored)
        for source in (FileSource(path), BytesSource(stored)):
            parts = list(source.blocks(4096))
            assert b"".join(parts) == content
            assert all(len(p) == 4096 for p in parts[:-1])
            assert source.head == content[:HEAD_BYTE]
            assert source.size_byte == len(stored)


def test_a_bomb_is_inflated_block_by_block() -> None:
    bomb = gzip.compress(b"\0" * (64 << 20))
    assert len(bomb) < 1 << 17
    total = sum(len(b) for b in BytesSource(bomb).blocks(1 << 20))
    assert total == 64 << 20


def test_cut_gzip_is_damage_after_the_good_part() -> None:
    packed = gzip.compress(os.urandom(200_000))
    got = b""
    with pytest.raises(DamagedEvidence):
        for block in BytesSource(packed[:150_000]).blocks(4096):
            got += block
    assert len(got) > 100_000
