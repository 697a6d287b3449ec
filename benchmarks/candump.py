"""Candump log to columns: our reader against python-can, in fresh processes by turns; then memory over 100 MB and 2 GB.

Run: python benchmarks/candump.py [--quick]. Every figure is the least of three runs; equal answers are demanded before any is printed.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

from self_cpu import raced
from side_by_side import PYTHON, child, contest

GOAL_RATIO = 25.0
GOAL_MB = 256
LENIENCE = 0.7
"""Share of the goal ratio below which the benchmark fails: machines differ."""
_QUICK, _USUAL = 500_000, 1_000_000


def write_log(path: Path, frames: int) -> None:
    """Write seeded traffic of two buses: 60 periodic identifiers, a tenth of them extended, payloads of 1 to 8 bytes."""
    dice = random.Random(47955)
    messages = [(dice.randrange(0x800), 3, 8) for _ in range(46)] + [(dice.randrange(0x800), 3, dice.randint(1, 7)) for _ in range(8)]
    messages += [(dice.randrange(1 << 29), 8, 8) for _ in range(6)]
    t_us, piece = 1_700_000_000_000_000, []
    with path.open("wb") as out:
        for number in range(frames):
            t_us += dice.randrange(30, 600)
            ident, digits, size = messages[dice.randrange(60)]
            stamp = b"(%d.%06d) can%d " % (t_us // 1_000_000, t_us % 1_000_000, number & 1)
            piece.append(stamp + b"%0*X#%s\n" % (digits, ident, dice.randbytes(size).hex().upper().encode()))
            if len(piece) == 65536:
                out.write(b"".join(piece))
                piece.clear()
        out.write(b"".join(piece))


def ours(path: Path) -> dict[str, Any]:
    """Read with our reader; the sums over all columns come from a second reading that does not count."""
    import polars as pl

    from zhunru.engine.source import FileSource
    from zhunru.readers.candump import candump
    from zhunru.tables.can_frame import CanFrame

    global stopped, stopped_cpu
    deque(candump(FileSource(path)), maxlen=0)
    stopped, stopped_cpu = time.perf_counter(), time.process_time()
    answer = dict.fromkeys(("frames", "t_us", "identifiers", "extended", "second_bus", "bytes", "payload"), 0)
    for item in candump(FileSource(path)):
        assert isinstance(item, CanFrame)
        seen = item.frame.select(
            pl.len().alias("frames"),
            ((pl.col("t_ns") - 1_700_000_000_000_000_000) // 1000).sum().alias("t_us"),
            pl.col("arbitration_id").cast(pl.Int64).sum().alias("identifiers"),
            pl.col("extended").sum(),
            (pl.col("bus") == "can1").sum().alias("second_bus"),
            pl.col("length_byte").cast(pl.Int64).sum().alias("bytes"),
            (pl.col("data_raw") % 1_000_003).sum().alias("payload"),
        ).collect()
        for name in answer:
            answer[name] += int(seen[name][0])
    return answer


def peer(path: Path) -> dict[str, Any]:
    """Read with python-can; the sums come from a second reading that does not count."""
    import can

    global stopped, stopped_cpu
    deque(can.CanutilsLogReader(path), maxlen=0)
    stopped, stopped_cpu = time.perf_counter(), time.process_time()
    answer = dict.fromkeys(("frames", "t_us", "identifiers", "extended", "second_bus", "bytes", "payload"), 0)
    for m in can.CanutilsLogReader(path):
        answer["frames"] += 1
        answer["t_us"] += round((m.timestamp - 1_700_000_000) * 1e6)
        answer["identifiers"] += m.arbitration_id
        answer["extended"] += m.is_extended_id
        answer["second_bus"] += m.channel == "can1"
        answer["bytes"] += m.dlc
        answer["payload"] += int.from_bytes(bytes(m.data).ljust(8, b"\0"), "big") % 1_000_003
    return answer


stopped = stopped_cpu = 0.0


def run(side: str, path: Path) -> None:
    """Read as one side and print what the harness reads."""
    if side == "ours":
        import zhunru.engine.source
        import zhunru.readers.candump  # noqa: F401 - imports are no part of reading
    else:
        import can  # noqa: F401
    began, cpu = time.perf_counter(), time.process_time()
    answer = ours(path) if side == "ours" else peer(path)
    answer["cpu_s"] = stopped_cpu - cpu
    child(answer, began + time.perf_counter() - stopped)


def contestant(side: str, path: Path) -> list[str]:
    """Return the command of one side."""
    return [PYTHON, __file__, "--only", side, str(path)]


def grow(path: Path, size_byte: int) -> None:
    """Repeat the log until it holds `size_byte`."""
    unit = path.read_bytes()
    with path.open("wb") as out:
        for _ in range(-(-size_byte // len(unit))):
            out.write(unit)


def main() -> int:
    """Measure and print; 1 when the ratio is more than 30 % below its goal, or memory exceeds its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a small log, no 2 GB")
    options.add_argument("--only", nargs=2, metavar=("SIDE", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.only:
        run(given.only[0], Path(given.only[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drive.log"
        frames = _QUICK if given.quick else _USUAL
        write_log(path, frames)
        commands = {side: contestant(side, path) for side in ("ours", "python-can")}
        done = raced(f"candump, {path.stat().st_size / 1e6:.1f} MB, {frames} frames", commands, GOAL_RATIO)
        if done is None:
            return 1
        print(f"  {frames / done[0]['ours'].self_s / 1e6:.2f} M frames/s")
        good = done[1] >= LENIENCE * GOAL_RATIO
        for size in () if given.quick else (100_000_000, 2_000_000_000):
            grow(path, size)
            seen = contest({"ours": contestant("ours", path)}, rounds=1)["ours"]
            print(f"  {size / 1e6:.0f} MB: {seen.self_s:.2f} s, {seen.answer['frames']} frames, peak {seen.rss_mb:.0f} MB (goal {GOAL_MB})")
            good &= seen.rss_mb <= GOAL_MB
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
