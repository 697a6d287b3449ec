"""Frames in columns to physical values: our decoder against cantools, in fresh processes by turns.

Run: python benchmarks/can_signals.py [--quick]. Every figure is the least of three runs; equal answers are demanded before any is printed.
Both sides get the same seeded frames and the same database, which the benchmark writes: 60 messages, 600 signals of both byte orders.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from side_by_side import PYTHON, child, contest, report

GOAL_RATIO = 60.0
_MESSAGES, _PER_MESSAGE = 60, 10
_BLOCK = 262_144
"""Frames decoded at once: what the reader yields."""


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


def ours(database: Path, count: int) -> tuple[float, Any]:
    """Decode every signal of every frame with ours; return when it began and the sum per signal."""
    from zhunru.engine.source import FileSource
    from zhunru.readers.dbc import dbc
    from zhunru.wire.can_signals import Payloads, by_message, coded, decode

    table = next(iter(dbc(FileSource(database)))).collect()
    messages: dict[int, dict[str, Any]] = {}
    for row in table.to_dicts():
        messages.setdefault(row["arbitration_id"], {})[row["signal"]] = coded(row)
    ident, data = frames(count)
    began = time.perf_counter()
    decoded: list[tuple[int, dict[str, Any]]] = []
    for first in range(0, count, _BLOCK):
        block = data[first : first + _BLOCK]
        for message, places in by_message(ident[first : first + _BLOCK]):
            payloads = Payloads(block[places], np.full(places.size, 8, np.uint8))
            decoded.append((message, decode(payloads, messages[message])))
    spent = time.perf_counter() - began
    sums: dict[str, float] = {}
    values = 0
    for message, of in decoded:
        for name, seen in of.items():
            key = f"{message}.{name}"
            sums[key] = sums.get(key, 0.0) + float(seen.value.sum(dtype=np.float64))
            values += seen.value.size
    return spent, {"frames": count, "values": values, "sums": {k: round(v, 3) for k, v in sums.items()}}


def peer(database: Path, count: int) -> tuple[float, Any]:
    """Decode every signal of every frame with cantools."""
    import cantools

    messages: Any = cantools.database.load_file(str(database))
    ident, data = frames(count)
    known, payloads = ident.tolist(), [v.to_bytes(8, "big") for v in data.tolist()]
    decoders = {m.frame_id: m.decode for m in messages.messages}
    began = time.perf_counter()
    decoded = [decoders[i](p, decode_choices=False) for i, p in zip(known, payloads, strict=True)]
    spent = time.perf_counter() - began
    lists: dict[str, list[float]] = {}
    for i, values in zip(known, decoded, strict=True):
        for name, value in values.items():
            lists.setdefault(f"{i}.{name}", []).append(value)
    sums = {name: round(float(np.array(values, np.float64).sum()), 3) for name, values in lists.items()}
    return spent, {"frames": count, "values": sum(map(len, decoded)), "sums": sums}


def main() -> int:
    """Measure and print; 1 when the goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer frames")
    options.add_argument("--only", nargs=3, metavar=("SIDE", "DATABASE", "FRAMES"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.only:
        side, database, count = given.only
        spent, answer = (ours if side == "ours" else peer)(Path(database), int(count))
        child(answer, time.perf_counter() - spent)
        return 0
    # Ours runs at its usual size too: a block of a large log. The rate per value is compared, the answers at the common size.
    common, large = (50_000, 500_000) if given.quick else (250_000, 2_000_000)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.dbc"
        write_database(database)
        command = [PYTHON, __file__, "--only"]
        sizes = {"ours": common, "cantools": common, "ours, large": large}
        best = contest({name: [*command, name.split(",")[0], str(database), str(n)] for name, n in sizes.items()})
        if best["ours"].answer != best["cantools"].answer:
            print("answers differ")
            return 1
        report(f"frames -> signals, {common} frames, {best['ours'].answer['values']} values, answers equal", best, "ours")
        rate = {name: b.answer["values"] / b.self_s for name, b in best.items()}
        same, usual = rate["ours"] / rate["cantools"], rate["ours, large"] / rate["cantools"]
        print(f"  ratio {same:.1f} at {common} frames, {usual:.1f} per value at {large} frames (goal {GOAL_RATIO})")
        print(f"  {rate['ours'] / 1e6:.0f} and {rate['ours, large'] / 1e6:.0f} M values/s against {rate['cantools'] / 1e6:.2f}")
    return 0 if max(same, usual) >= GOAL_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
