"""Speed and memory of a scan of files: delimited text, JSON Lines, Parquet, lines of text.

    python benchmarks/scan_files.py [MEGABYTES]     default 64, per file

The rows are made from a seed: one row in twenty holds a mobile number; `dense` is a table of identifiers alone. Each file is looked at in a
process of its own; prints MB per CPU second and per second, and the peak of its memory. Besides, the share of the time that finding the
identifiers takes, for no reading can make a scan faster than that.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

MOST_RSS_MB = 256.0
WORDS = [
    "车辆",
    "巡检",
    "记录",
    "正常",
    "电池",
    "温度",
    "偏高",
    "已",
    "通知",
    "车主",
    "处理",
    "完成",
    "保养",
    "轮胎",
    "更换",
    "灯光",
    "检查",
    "无",
    "异常",
    "建议",
    "复查",
]
CHILD = """
import json, resource, sys, time
from pathlib import Path
from zhunru.engine.source import FileSource
from zhunru.engine.scan import reader_for
from zhunru.readers.stored import tally
inside = [0.0]
whole = tally.sighted
def timed(data, cues=()):
    begun = time.process_time()
    found = whole(data, cues)
    inside[0] += time.process_time() - begun
    return found
tally.sighted = timed
source = FileSource(Path(sys.argv[1]))
begun, cpu = time.perf_counter(), time.process_time()
hits = examined = 0
for table in reader_for(source.head)(source):
    if type(table).__name__ == "Sighting":
        hits += int(table.collect()["hit_count"].sum())
    elif type(table).__name__ == "Examined":
        examined += int(table.collect()["examined_count"].sum())
print(json.dumps({
    "s": time.perf_counter() - begun, "cpu_s": time.process_time() - cpu, "find_s": inside[0], "hits": hits, "examined": examined,
    "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def rows(count: int) -> dict[str, list[Any]]:
    dice = random.Random(44464)
    return {
        "序号": list(range(count)),
        "状态": dice.choices(["开", "关", "待修"], k=count),
        "内容": ["".join(dice.choices(WORDS, k=12)) for _ in range(count)],
        "车型": [f"Model-{n % 9}" for n in range(count)],
        "手机号": [f"13{n * 7919 % 10**9:09d}" if n % 20 == 0 else "" for n in range(count)],
        "时间": [f"2026-01-{n % 28 + 1:02d} 10:{n % 60:02d}:00" for n in range(count)],
    }


def dense(count: int) -> dict[str, list[Any]]:
    return {
        "车架号": [f"LSVAA49J{n % 10}X2{n % 10**6:06d}" for n in range(count)],
        "手机号": [f"13{n * 7919 % 10**9:09d}" for n in range(count)],
        "经度": [73 + n % 6000000 / 100000 for n in range(count)],
    }


def written(folder: Path, megabyte: int) -> list[Path]:
    """Write the files, each as large as asked for; the rows repeat after some megabytes."""
    mixed, ids = pl.DataFrame(rows(50_000)), pl.DataFrame(dense(100_000))
    made: list[Path] = []
    for name, frame, encoding, quoted in (
        ("mixed.csv", mixed, "utf-8", False),
        ("quoted.csv", mixed, "utf-8", True),
        ("gb18030.csv", mixed, "gb18030", False),
        ("dense.csv", ids, "utf-8", False),
    ):
        head, _, body = frame.write_csv(quote_style="always" if quoted else "necessary").partition("\n")
        made.append(_repeated(folder / name, (head + "\n").encode(encoding), body.encode(encoding), megabyte))
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in mixed.iter_rows(named=True)).encode()
    made.append(_repeated(folder / "mixed.jsonl", b"", lines, megabyte))
    text = "".join(f"{r['时间']} {r['状态']} {r['内容']} 手机号={r['手机号']}\n" for r in mixed.iter_rows(named=True)).encode()
    made.append(_repeated(folder / "mixed.log", "日志开始\n".encode(), text, megabyte))
    made.append(folder / "mixed.parquet")
    pl.concat([mixed] * max(1, megabyte // 6)).write_parquet(made[-1])
    return made


def _repeated(path: Path, head: bytes, body: bytes, megabyte: int) -> Path:
    with path.open("wb") as stream:
        stream.write(head)
        for _ in range(max(1, (megabyte << 20) // len(body))):
            stream.write(body)
    return path


def main(megabyte: int) -> int:
    highest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'file':14} {'MB':>6} {'MB/cpu s':>9} {'MB/s':>7} {'finding':>8} {'peak MB':>8} {'cells or lines':>15} {'hits':>10}")
        for path in written(Path(folder), megabyte):
            got = json.loads(subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True).stdout)
            size = path.stat().st_size / 1e6
            highest = max(highest, got["rss_mb"])
            print(
                f"{path.name:14} {size:6.0f} {size / got['cpu_s']:9.1f} {size / got['s']:7.1f} {got['find_s'] / got['cpu_s']:8.0%} {got['rss_mb']:8.0f} {got['examined']:15,} {got['hits']:10,}",
                flush=True,
            )
    print(f"load {Path('/proc/loadavg').read_text().split()[0]}; peak memory {highest:.0f} MB (goal <= {MOST_RSS_MB:.0f})")
    return 0 if highest <= MOST_RSS_MB else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 64))
