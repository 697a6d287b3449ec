"""The harness of all benchmarks: peer and product in one run, each in a fresh process, interleaved, the best of several rounds.

A benchmark asserts equal answers before it prints a time. Ratios are of `self` seconds (inside the program, imports left out)
where both sides are Python, and of CPU seconds of the whole process against compiled peers.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Best:
    """The best round of one contestant."""

    self_s: float
    wall_s: float
    cpu_s: float
    rss_mb: float
    answer: Any


LAUNCHER = """
import json, os, resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.call(sys.argv[2:], stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as out:
    json.dump([code, time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024], out)
"""
"""A small process between the benchmark and the contestant: a child's peak memory starts from that of the process which forked it."""


def once(command: Sequence[str]) -> Best:
    """Run a command; the last line of its output may be JSON `{"self_s": ..., "answer": ...}`, else the whole output is the answer."""
    with tempfile.NamedTemporaryFile() as usage:
        launched = [sys.executable, "-I", "-S", "-c", LAUNCHER, usage.name, *command]
        output = subprocess.run(launched, stdout=subprocess.PIPE, check=True).stdout.decode("utf-8", "replace")
        code, wall, cpu, rss = json.loads(Path(usage.name).read_text(encoding="utf-8"))
    if code != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    told: dict[str, Any] = {}
    lines = output.rstrip().rsplit("\n", 1)
    if lines and lines[-1].startswith("{"):
        told = json.loads(lines[-1])
    return Best(told.get("self_s", wall), wall, cpu, rss, told.get("answer", output))


def contest(commands: Mapping[str, Sequence[str]], rounds: int = 3) -> dict[str, Best]:
    """Run all commands in turn, `rounds` times; keep the best of each."""
    best: dict[str, Best] = {}
    for _ in range(rounds):
        for name, command in commands.items():
            seen = once(command)
            kept = best.get(name)
            best[name] = seen if kept is None else Best(
                min(seen.self_s, kept.self_s), min(seen.wall_s, kept.wall_s), min(seen.cpu_s, kept.cpu_s), max(seen.rss_mb, kept.rss_mb), seen.answer
            )  # fmt: skip
    return best


def report(title: str, best: Mapping[str, Best], ours: str) -> None:
    """Print one table: times, memory, and how many times faster ours is."""
    print(f"\n{title}\n  {'':24}{'self s':>9}{'wall s':>9}{'cpu s':>9}{'RSS MB':>9}{'self x':>9}{'cpu x':>9}")
    mine = best[ours]
    for name, b in best.items():
        ratios = "" if name == ours else f"{b.self_s / mine.self_s:9.1f}{b.cpu_s / mine.cpu_s:9.1f}"
        print(f"  {name:24}{b.self_s:9.3f}{b.wall_s:9.3f}{b.cpu_s:9.3f}{b.rss_mb:9.0f}{ratios}")


def child(answer: Any, began: float) -> None:
    """Called at the end of a contestant written in Python: print what the harness reads."""
    print(json.dumps({"self_s": time.perf_counter() - began, "answer": answer}))


PYTHON = sys.executable
