"""Every reader, found by the walk, survives what arrives in practice."""

import gzip
import importlib.util
import locale
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import polars as pl
import polars.selectors as cs
import pytest

from zhunru.core.errors import DamagedEvidence, ZhunruError
from zhunru.core.evidence import Barren, Noted, Skipped
from zhunru.core.step import Reader
from zhunru.engine import walk
from zhunru.engine.intake import blocks, recognise
from zhunru.engine.source import BytesSource

SPECIMENS = Path(__file__).parents[1] / "specimens"
MUTATIONS = 150
Seen = tuple[dict[str, pl.DataFrame], int, bool]


def specimens(reader: Reader) -> dict[str, bytes]:
    path = SPECIMENS / f"{reader.id}.py"
    assert path.exists(), f"write {path.name}: small generated inputs of this format"
    spec = importlib.util.spec_from_file_location(f"specimens_{reader.id}", path)
    assert spec and spec.loader
    module = ModuleType(spec.name)
    spec.loader.exec_module(module)
    found: dict[str, bytes] = module.specimens()
    assert found
    return found


CASES = [pytest.param(r, n, b, id=f"{r.id}-{n}") for r in walk.readers().values() for n, b in specimens(r).items()]
EACH = pytest.mark.parametrize(("reader", "name", "content"), CASES)


def read(reader: Reader, content: bytes, name: str = "specimen") -> Seen:
    """Return rows per table, skipped count, and whether damage was told."""
    found: dict[str, list[pl.DataFrame]] = {}
    skipped, damaged = 0, False
    barren: list[str] = []
    try:
        for item in blocks(reader, BytesSource(content, name)):
            if isinstance(item, Skipped):
                assert item.count > 0
                assert item.where
                skipped += item.count
            elif isinstance(item, Barren):
                barren += [t.__name__ for t in item.tables]
            elif not isinstance(item, Noted):
                found.setdefault(type(item).__name__, []).append(item.collect())
    except DamagedEvidence as error:
        damaged = True
        assert error.saved >= 0
        assert error.diagnostics("zh") and error.diagnostics("en")
    except ZhunruError as error:
        damaged = True
        assert error.diagnostics("zh")
    assert not set(barren) & set(found), "a table of which the file can hold no row has rows"
    return {k: pl.concat(v) for k, v in found.items()}, skipped, damaged


def same(one: Seen, other: Seen) -> bool:
    # columns named stored_* are about the file as it stands, compressed or not
    first, second = ({k: t.drop(cs.starts_with("stored_")) for k, t in seen[0].items()} for seen in (one, other))
    return first.keys() == second.keys() and all(first[k].equals(second[k]) for k in first) and one[1:] == other[1:]


@EACH
def test_is_recognised_by_content_and_read_whole(reader: Reader, name: str, content: bytes) -> None:
    for label in (name, "no-suffix", name.upper()):
        assert recognise(BytesSource(content, reader.folder + label))[0] is reader
    tables, skipped, damaged = read(reader, content)
    assert sum(t.height for t in tables.values()) > 0
    assert (skipped, damaged) == (0, False)


@EACH
def test_gzip_is_seen_through(reader: Reader, name: str, content: bytes) -> None:
    packed = gzip.compress(content, mtime=0)
    assert recognise(BytesSource(packed, reader.folder + name + ".GZ"))[0] is reader
    assert same(read(reader, packed), read(reader, content))


@EACH
def test_cut_gzip_is_told(reader: Reader, name: str, content: bytes) -> None:
    _, _, damaged = read(reader, gzip.compress(content, mtime=0)[:-9])
    assert damaged


@EACH
def test_cut_at_any_byte_ends_in_rows_or_a_diagnostic(reader: Reader, name: str, content: bytes) -> None:
    whole = read(reader, content)
    total = sum(t.height for t in whole[0].values())
    step = max(1, len(content) // 400)
    for cut in range(0, len(content), step):
        began = time.process_time()
        tables, _, _ = read(reader, content[:cut])
        assert time.process_time() - began < 5, f"cut at {cut}: took too long"
        assert sum(t.height for t in tables.values()) <= total + 64, f"cut at {cut}: rows out of nothing"


@EACH
def test_mutated_bytes_never_crash_or_hang(reader: Reader, name: str, content: bytes) -> None:
    dice = random.Random(20211103)
    for _ in range(MUTATIONS):
        damaged = bytearray(content)
        for _ in range(dice.choice([1, 1, 2, 8])):
            place = dice.randrange(len(damaged))
            match dice.randrange(4):
                case 0:
                    damaged[place] = dice.randrange(256)
                case 1:
                    damaged[place] = dice.choice(b"\x00\xff\n\r,\"'=")
                case 2:
                    del damaged[place : place + dice.randrange(1, 9)]
                case _:
                    damaged[place:place] = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 9)))
            if not damaged:
                break
        began = time.process_time()
        read(reader, bytes(damaged))
        assert time.process_time() - began < 5


@pytest.fixture
def elsewhere() -> Iterator[None]:
    kept = os.environ.get("TZ"), locale.setlocale(locale.LC_ALL)
    os.environ["TZ"] = "America/St_Johns"
    time.tzset()
    yield
    locale.setlocale(locale.LC_ALL, kept[1])
    if kept[0] is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = kept[0]
    time.tzset()


@EACH
def test_time_zone_and_locale_do_not_matter(reader: Reader, name: str, content: bytes, request: pytest.FixtureRequest) -> None:
    here = read(reader, content)
    request.getfixturevalue("elsewhere")
    assert same(read(reader, content), here)


@pytest.mark.parametrize("reader", list(walk.readers().values()), ids=lambda r: r.id)
@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 4096, b"\xff" * 4096, b"\n" * 4096, "汉字".encode("gb18030") * 500, b"a" * 70000],
    ids=["empty", "nul", "ff", "newlines", "gb18030", "long"],
)
def test_foreign_content_is_refused_or_told(reader: Reader, content: bytes) -> None:
    tables, skipped, damaged = read(reader, content)
    rows = sum(t.height for n, t in tables.items() if n != "LedgerCell")
    assert damaged or skipped or rows <= 1


@pytest.mark.parametrize("reader", list(walk.readers().values()), ids=lambda r: r.id)
def test_declares_what_it_gives(reader: Reader) -> None:
    assert reader.gives
    assert reader.title.zh and reader.title.en
    assert bool(reader.magic) != bool(reader.sniff) or reader.magic
    assert all(s.startswith(".") and s == s.lower() for s in reader.suffixes)
    assert reader.section("Args") and reader.doc.split("\n")[0].endswith(".")
