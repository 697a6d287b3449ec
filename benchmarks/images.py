"""Images: hashing beside `openssl dgst` on one core and two, and two images of 4 GB compared in flat memory.

Run: python benchmarks/images.py [folder for two files of 4 GiB] ; the files are written once and deleted afterwards.
Hashing stays in the page cache; `cpu x` and `self x` compare what the processors did. Answers are asserted equal before a time is printed.
"""

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from side_by_side import PYTHON, child, contest, report

HASHED_BYTE, COMPARED_BYTE = 1 << 30, 4 << 30
PIECE = 1 << 20


def noise(seed: int) -> bytes:
    return hashlib.shake_256(seed.to_bytes(8, "big")).digest(PIECE)


def written(path: Path, size: int, seed: int, edits: dict[int, bytes] | None = None) -> Path:
    """Write a file of repeated noise, every 16th piece a hole, with some bytes changed."""
    piece = noise(seed)
    with path.open("wb") as out:
        for number in range(size // PIECE):
            if number % 16:
                out.write(piece)
            else:
                out.seek(PIECE, 1)
        out.truncate(size)
        for at, content in (edits or {}).items():
            out.seek(at)
            out.write(content)
    return path


def hash_in_process(paths: list[str], workers: int) -> None:
    from zhunru.engine.digests import side_by_side
    from zhunru.engine.dossier import sha256_of

    began = time.perf_counter()
    child(side_by_side(sha256_of, [Path(p) for p in paths], workers), began)


def compare_in_process(one: str, other: str) -> None:
    from zhunru.engine.comparison import compare_images

    began = time.perf_counter()
    found = compare_images(Path(one), Path(other))
    child([found.difference.changed_byte, found.difference.range_count, *found.sha256], began)


@contextmanager
def folder(where: str | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zhunru-images-", dir=where) as name:
        yield Path(name)


def own(verb: str, *words: object) -> list[str]:
    return [PYTHON, __file__, verb, *map(str, words)]


def hashing(place: Path) -> None:
    one, other = (written(place / f"hash{n}", HASHED_BYTE, n) for n in (1, 2))
    best = contest(
        {
            "openssl dgst, one file": ["openssl", "dgst", "-sha256", "-r", str(one)],
            "zhunru, one file": own("hash", 1, one),
            "zhunru, two, one thread": own("hash", 1, one, other),
            "zhunru, two, two threads": own("hash", 2, one, other),
        },
        5,
    )
    assert best["zhunru, one file"].answer == [best["openssl dgst, one file"].answer.split()[0]]
    assert best["zhunru, two, one thread"].answer == best["zhunru, two, two threads"].answer
    report("SHA-256 of 1 GiB", best, "zhunru, one file")
    rate = HASHED_BYTE / 1e9
    openssl, mine = best["openssl dgst, one file"], best["zhunru, one file"]
    print(f"  openssl {rate / openssl.wall_s:.2f} GB/s (wall), {rate / openssl.cpu_s:.2f} (cpu); zhunru {rate / mine.self_s:.2f} GB/s")
    print(f"  one core: {openssl.cpu_s / mine.self_s:.3f} x openssl's processor time (goal 0.95)")
    two, threads = best["zhunru, two, one thread"].self_s, best["zhunru, two, two threads"].self_s
    print(f"  two files on two cores: {two / threads:.2f} x one thread (goal 1.9)")


def comparing(place: Path) -> None:
    edits = dict.fromkeys(range(12345, COMPARED_BYTE, COMPARED_BYTE // 50), b"changed")
    one, other = written(place / "a", COMPARED_BYTE, 1), written(place / "b", COMPARED_BYTE, 1, edits)
    small = [written(place / name, 64 << 20, 1) for name in ("c", "d")]
    best = contest(
        {
            "cmp (bytes only)": ["sh", "-c", f"cmp -l {one} {other} | wc -l"],
            "zhunru, 64 MiB": own("compare", *small),
            "zhunru, 4 GiB": own("compare", one, other),
        },
        2,
    )
    found = best["zhunru, 4 GiB"].answer
    assert found[0] == int(best["cmp (bytes only)"].answer), found
    assert found[1] == len(edits)
    report("Two images of 4 GiB compared, both hashed in the same pass", best, "zhunru, 4 GiB")
    print(f"  peak memory: {best['zhunru, 4 GiB'].rss_mb:.0f} MB for 4 GiB, {best['zhunru, 64 MiB'].rss_mb:.0f} MB for 64 MiB")


def main(words: list[str]) -> None:
    match words:
        case ["hash", workers, *paths]:
            hash_in_process(paths, int(workers))
        case ["compare", one, other]:
            compare_in_process(one, other)
        case _:
            print(f"processors: {len(os.sched_getaffinity(0))}, load {os.getloadavg()[0]:.1f}")
            with folder(words[0] if words else None) as place:
                hashing(place)
                comparing(place)


if __name__ == "__main__":
    main(sys.argv[1:])
