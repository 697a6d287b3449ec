"""One contract for both executors, with a crash and a hang in it."""

import os
import signal
import time

import pytest

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.engine.executors import Executor, Outcome, Serial, Workers


def work(item: int) -> int:
    if item == 3:
        raise EvidenceError(Text("坏", "bad"), "item 3")
    if item == 4:
        raise ValueError("a fault of ours")
    return item * item


def dying(item: int) -> int:
    if item == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def hanging(item: int) -> int:
    if item == 2:
        time.sleep(60)
    return item


@pytest.mark.parametrize("executor", [Serial(), Workers(2)], ids=["serial", "workers"])
def test_every_item_has_an_outcome(executor: Executor) -> None:
    found: dict[int, Outcome[int, int]] = {o.item: o for o in executor.map_unordered(work, range(8))}
    assert sorted(found) == list(range(8))
    assert found[7].receipt == 49
    assert isinstance(found[3].error, EvidenceError) and found[3].error.where == "item 3"
    assert found[4].error and "ValueError" in found[4].error.where


def test_a_dying_worker_costs_only_its_own_item() -> None:
    found: dict[int, Outcome[int, int]] = {o.item: o for o in Workers(2).map_unordered(dying, range(6))}
    assert {i: o.receipt for i, o in found.items() if not o.error} == {0: 0, 1: 1, 3: 3, 4: 4, 5: 5}
    assert found[2].error and "died" in found[2].error.what.en


def test_a_hanging_worker_is_ended_and_told() -> None:
    found: dict[int, Outcome[int, int]] = {o.item: o for o in Workers(2, timeout_s=3.0).map_unordered(hanging, range(4))}
    assert found[2].error and "in time" in found[2].error.what.en
    assert [found[i].receipt for i in (0, 1, 3)] == [0, 1, 3]
