"""Many files at once: large ones side by side in threads, since hashing holds no lock; small ones one after the other, which is faster."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

LARGE_BYTE = 1 << 20
"""Below this a thread costs more than it brings: two threads halve the speed over 40 kB files (performance.md section 7)."""
_T = TypeVar("_T")


def side_by_side(task: Callable[[Path], _T], paths: Sequence[Path], workers: int = 0) -> list[_T]:
    """Return `task(path)` of every path, in order; the task hashes or reads the file.

    Args:
        task: What to do with one file; two may run at a time.
        paths: The files.
        workers: Threads; 0 = as many as there are processors for this process.
    """
    large = [n for n, path in enumerate(paths) if _size(path) > LARGE_BYTE]
    workers = min(workers or len(os.sched_getaffinity(0)), len(large))
    if workers < 2:
        return [task(path) for path in paths]
    found: dict[int, _T] = {}
    with ThreadPoolExecutor(workers) as pool:
        # the longest first, so that none is left alone at the end
        waiting = {n: pool.submit(task, paths[n]) for n in sorted(large, key=lambda n: -_size(paths[n]))}
        for n, path in enumerate(paths):
            if n not in waiting:
                found[n] = task(path)
        found |= {n: future.result() for n, future in waiting.items()}
    return [found[n] for n in range(len(paths))]


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
