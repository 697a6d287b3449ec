"""Frames in columns to physical values: our decoder against cantools, in fresh processes by turns.

Run: python benchmarks/can_signals.py [--quick]. Every figure is the least of three runs; equal answers are demanded before any is printed.
Either side decodes all frames once for the time, keeping nothing, and once more for the sums over every signal.
Both sides get the same seeded frames and the same database, which the benchmark writes: 60 messages, 600 signals of both byte orders.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from self_cpu import raced
from side_by_side import PYTHON, child

GOAL_RATIO = 60.0
_MESSAGES, _PER_MESSAGE = 60, 10
_QUICK, _USUAL = 500_000, 1_000_000
_BLOCK = 262_144
"""Frames that we decode at once: what the reader yields."""
LENIENCE = 0.7
"""Share of the goal below which the benchmark fails: machines differ."""


def write_database(path: Path) -> None:
    """Write a database of 60 messages with ten signals each: five little-endian in the first half, five big-endian in the second."""
    dice = random.Random(44495)
    lines = ['VERSION ""', "", "BU_: A B", ""]
    for number in range(_MESSAGES):
        lines.append(f"BO_ {256 + number} M{number}: 8 A")
        for half in (0, 1):
            place = 32 * half
            for k in range(_PER_MESSAGE // 2):
                length = dice.choice([1, 2, 4, 6])
                start = place if half == 0 else place // 8 * 8 + 7 - place % 8
                scale = dice.choice(["1,0", "1,0", "0.01,0", "0.5,-40", "1,-5"])
                lines.append(f' SG_ S{half}{k} : {start}|{length}@{1 - half}{dice.choice("+-")} ({scale}) [0|0] "" B')
                place += length
        lines.append("")
    path.write_text("\n".join(lines) + "\n", "ascii")


def frames(count: int) -> tuple[Any, Any]:
    """Return seeded identifiers and payloads."""
    dice = np.random.default_rng(44495)
    return dice.integers(256, 256 + _MESSAGES, count).astype(np.uint32), dice.integers(0, 2**64, count, np.uint64)


def ours(database: Path, count: int) -> tuple[tuple[float, float], Any]:
    """Decode every signal of every frame with ours, one message at a time; return wall and CPU seconds, and the sum per signal."""
    from zhunru.engine.source import FileSource
    from zhunru.readers.dbc import dbc
    from zhunru.wire.can_signals import Decoded, Message, Payloads, by_message, coded, decode

    table = next(iter(dbc(FileSource(database)))).collect()
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in table.to_dicts():
        rows.setdefault(row["arbitration_id"], []).append(row)
    messages = {i: Message({r["signal"]: coded(r) for r in of}) for i, of in rows.items()}
    ident, data = frames(count)
    length = np.full(count, 8, np.uint8)

    def decoded() -> Iterator[tuple[int, dict[str, Decoded]]]:
        for first in range(0, count, _BLOCK):
            block = slice(first, first + _BLOCK)
            for message, places in by_message(ident[block]):
                yield message, decode(Payloads(data[block].take(places), length[block].take(places)), messages[message])

    began, cpu = time.perf_counter(), time.process_time()
    deque(decoded(), maxlen=0)
    spent = time.perf_counter() - began, time.process_time() - cpu
    columns: dict[str, list[Any]] = {}
    for message, of in decoded():
        for name, seen in of.items():
            assert seen.present is None
            columns.setdefault(f"{message}.{name}", []).append(seen.value)
    return spent, summed({name: np.concatenate(parts) for name, parts in columns.items()})


def summed(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a side: number of values, and the sum per signal."""
    sums = {name: round(float(column.sum(dtype=np.float64)), 3) for name, column in sorted(columns.items())}
    return {"values": sum(c.size for c in columns.values()), "sums": sums}


def peer(database: Path, count: int) -> tuple[tuple[float, float], Any]:
    """Decode every signal of every frame with cantools, one frame at a time."""
    import cantools

    messages: Any = cantools.database.load_file(str(database))
    ident, data = frames(count)
    known, payloads = ident.tolist(), [v.to_bytes(8, "big") for v in data.tolist()]
    decoders = {m.frame_id: m.decode for m in messages.messages}

    def decoded() -> Iterator[dict[str, float]]:
        return (decoders[i](p, decode_choices=False) for i, p in zip(known, payloads, strict=True))

    began, cpu = time.perf_counter(), time.process_time()
    deque(decoded(), maxlen=0)
    spent = time.perf_counter() - began, time.process_time() - cpu
    lists: dict[int, list[dict[str, float]]] = {}
    for i, values in zip(known, decoded(), strict=True):
        lists.setdefault(i, []).append(values)
    return spent, summed({f"{i}.{name}": np.array([v[name] for v in of]) for i, of in lists.items() for name in of[0]})


def main() -> int:
    """Measure and print; 1 when the ratio is more than 30 % below the goal."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer frames")
    options.add_argument("--only", nargs=3, metavar=("SIDE", "DATABASE", "FRAMES"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.only:
        side, database, count = given.only
        spent, answer = (ours if side == "ours" else peer)(Path(database), int(count))
        child(answer | {"cpu_s": spent[1]}, time.perf_counter() - spent[0])
        return 0
    count = _QUICK if given.quick else _USUAL
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.dbc"
        write_database(database)
        commands = {side: [PYTHON, __file__, "--only", side, str(database), str(count)] for side in ("ours", "cantools")}
        done = raced(f"frames -> signals, {count} frames on both sides, {count * _PER_MESSAGE} values", commands, GOAL_RATIO)
    if done is None:
        return 1
    rates = [count * _PER_MESSAGE / done[0][side].self_s / 1e6 for side in commands]
    print(f"  {rates[0]:.0f} M values/s against {rates[1]:.2f}")
    return 0 if done[1] >= LENIENCE * GOAL_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
