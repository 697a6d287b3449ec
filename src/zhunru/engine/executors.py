"""Runs one function over many items: in this process, or in supervised worker processes.

A worker that crashes or hangs costs only its own item: the item is tried once more, then reported; the others go on.
The function writes its result to the store and returns a small receipt, so running it twice is harmless.
"""

import multiprocessing
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from zhunru.core.errors import EvidenceError, ZhunruError
from zhunru.core.text import Text

Item = TypeVar("Item")
Receipt = TypeVar("Receipt")

TRIES = 2
TIMEOUT_S = 1800.0
"""One item may take this long; a hang is a fault of the reader, told as such."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Receipt]):
    """What became of one item: a receipt or an error."""

    item: Item
    receipt: Receipt | None
    error: ZhunruError | None = None


class Executor(Protocol):
    """One method: outcomes in the order in which they are ready."""

    def map_unordered(self, function: Callable[[Item], Receipt], items: Iterable[Item]) -> Iterator[Outcome[Item, Receipt]]:
        """Apply `function` to each item."""
        ...


class Serial:
    """Runs in this process, one item after the other."""

    def map_unordered(self, function: Callable[[Item], Receipt], items: Iterable[Item]) -> Iterator[Outcome[Item, Receipt]]:
        """Apply `function` to each item."""
        for item in items:
            yield _attempt(function, item)


@dataclass
class _Worker(Generic[Item]):
    process: SpawnProcess
    pipe: "Connection[object, object]"
    item: Item | None = None
    tries: int = 0
    until: float = 0.0


class Workers:
    """Runs in `jobs` processes, each with a pipe of its own; `function` and items must be picklable.

    Where a process cannot be started (the program is a script without a main guard) the items run in this process.
    """

    def __init__(self, jobs: int, timeout_s: float = TIMEOUT_S) -> None:
        self.jobs, self.timeout_s = jobs, timeout_s

    def map_unordered(self, function: Callable[[Item], Receipt], items: Iterable[Item]) -> Iterator[Outcome[Item, Receipt]]:
        """Apply `function` to each item; order of readiness."""
        queue: deque[tuple[Item, int]] = deque((item, 0) for item in items)
        if not _can_start():
            yield from Serial().map_unordered(function, [item for item, _ in queue])
            return
        workers = [self._start(function) for _ in range(min(self.jobs, len(queue)))]
        try:
            while queue or any(w.item is not None for w in workers):
                for worker in workers:
                    if worker.item is None and queue:
                        worker.item, worker.tries = queue.popleft()
                        worker.until = time.monotonic() + self.timeout_s
                        worker.pipe.send(worker.item)
                yield from self._collect(workers, queue, function)
        finally:
            for worker in workers:
                worker.process.terminate()
                worker.process.join()

    def _start(self, function: Callable[[Item], Receipt]) -> _Worker[Item]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, function), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _collect(
        self, workers: list[_Worker[Item]], queue: deque[tuple[Item, int]], function: Callable[[Item], Receipt]
    ) -> Iterator[Outcome[Item, Receipt]]:
        ready = wait([w.pipe for w in workers if w.item is not None], timeout=1.0)
        for place, worker in enumerate(workers):
            item = worker.item
            if item is None:
                continue
            late = time.monotonic() > worker.until
            if worker.pipe not in ready and not late:
                continue
            try:
                if late:
                    raise EOFError
                outcome: Outcome[Item, Receipt] = worker.pipe.recv()  # type: ignore[assignment]  # our own protocol
                worker.item = None
                yield outcome
            except (EOFError, OSError):
                worker.process.kill()
                worker.process.join()
                tries = worker.tries + 1
                workers[place] = self._start(function)
                if tries < TRIES:
                    queue.append((item, tries))
                else:
                    yield Outcome(item, None, _lost(late))


def _can_start() -> bool:
    """Tell whether a spawned process would not start the program over: it runs the main file again, and one without a guard begins anew."""
    main = sys.modules["__main__"]
    path = getattr(main, "__file__", None)
    if getattr(main, "__spec__", None) is not None or path is None or not Path(path).is_file():
        return True
    return b"__name__" in Path(path).read_bytes()


def _serve(pipe: "Connection[object, object]", function: Callable[[Item], Receipt]) -> None:
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        pipe.send(_attempt(function, item))  # type: ignore[arg-type]  # our own protocol


def _attempt(function: Callable[[Item], Receipt], item: Item) -> Outcome[Item, Receipt]:
    try:
        return Outcome(item, function(item))
    except ZhunruError as error:
        return Outcome(item, None, error)
    except Exception as error:  # noqa: BLE001 - a crash of one item must not stop the others; it is told as an error
        return Outcome(item, None, _crash(error))


def _crash(error: Exception) -> ZhunruError:
    return EvidenceError(
        Text("处理程序出错（本软件缺陷）", "the step crashed (a fault of this software)"),
        f"{type(error).__name__}: {error}",
        Text("请连同该文件的格式说明报告此缺陷", "please report it together with the format of the file"),
    )


def _lost(late: bool) -> ZhunruError:
    what = Text("处理超时", "the step did not end in time") if late else Text("处理进程意外终止", "the worker process died")
    return EvidenceError(what, "", Text("检查该文件；其他文件不受影响", "check this file; the others are not affected"))
