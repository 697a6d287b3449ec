"""A large PostgreSQL table is scanned in bounded memory while others write to it.

    python benchmarks/postgres_scan.py [ROWS]     default 10,000,000

Prints rows per second, peak memory of the scan, every lock that it held, and how long a writer beside it had to wait.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg

MOST_RSS_MB = 256.0
SCRIPT = str(Path(__file__).resolve().parents[1] / "tests" / "postgres.sh")
TABLE = """
CREATE UNLOGGED TABLE owners AS
SELECT n AS id, 'LSVAA49J' || n % 10 || 'X2' || lpad((n % 1000000)::text, 6, '0') AS vin, '13' || lpad((n * 7919 % 1000000000)::text, 9, '0') AS 手机号,
       73 + n % 6000000 / 100000.0::float8 AS 经度, '巡检记录 ' || md5(n::text) AS 备注, timestamp '2026-01-01' + n * interval '1 second' AS 时间
FROM generate_series(1, {rows}::bigint) n
"""
CHILD = """
import json, resource, sys, time
from zhunru.engine.scan import scan
begun = time.perf_counter()
done = scan([sys.argv[1]], jobs=1)
took, cpu = time.perf_counter() - begun, time.process_time()
own, below = (resource.getrusage(w).ru_maxrss / 1024 for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({
    "s": took, "cpu_s": cpu, "rss_mb": max(own, below), "examined": int(done.examined["examined_count"].sum()), "undecidable": int(done.examined["undecidable_count"].sum()),
    "hits": {f"{r['place']} {r['kind']} {r['certainty']}": r["hit_count"] for r in done.sightings.to_dicts()},
}))
"""


class Watch(threading.Thread):
    """Writes a row every half second, and notes the locks of the scan and the longest wait."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.over = address, threading.Event()
        self.modes: set[str] = set()
        self.longest_s, self.writes = 0.0, 0

    def run(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as link:
            while not self.over.wait(0.5):
                begun = time.perf_counter()
                link.execute("INSERT INTO owners (id, 备注) VALUES (0, 'written meanwhile')")
                link.execute("UPDATE owners SET 备注 = 'changed meanwhile' WHERE ctid = '(0,1)'")
                self.longest_s, self.writes = max(self.longest_s, time.perf_counter() - begun), self.writes + 1
                self.modes |= {
                    str(mode)
                    for (mode,) in link.execute(
                        "SELECT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                        " WHERE a.application_name = 'zhunru scan' AND l.relation = 'owners'::regclass"
                    )
                }


def main(rows: int) -> int:
    folder, port = subprocess.run(["sh", SCRIPT, "start"], capture_output=True, text=True, check=True).stdout.split()
    try:
        address = f"postgresql://postgres:zhunru@127.0.0.1:{port}/postgres"
        with psycopg.connect(address, autocommit=True) as link:
            begun = time.perf_counter()
            link.execute(TABLE.format(rows=rows).encode())
            size = link.execute("SELECT pg_table_size('owners')").fetchone()
            print(
                f"table: {rows:,} rows, {size[0] / 2**20 if size else 0:,.0f} MB, made in {time.perf_counter() - begun:.0f} s", flush=True
            )
        watch = Watch(address)
        watch.start()
        answer: dict[str, Any] = json.loads(
            subprocess.run([sys.executable, "-c", CHILD, address], capture_output=True, text=True, check=True).stdout
        )
        watch.over.set()
        watch.join()
    finally:
        subprocess.run(["sh", SCRIPT, "stop", folder], check=False)
    print(
        f"scan: {answer['s']:.1f} s, {rows / answer['s']:,.0f} rows/s ({rows / answer['cpu_s']:,.0f} per CPU second), {answer['examined']:,} cells, {answer['undecidable']} undecidable"
    )
    print(f"peak memory: {answer['rss_mb']:.0f} MB (goal <= {MOST_RSS_MB:.0f})")
    print(f"locks on the table: {', '.join(sorted(watch.modes))}; {watch.writes} writes meanwhile, longest {watch.longest_s * 1000:.0f} ms")
    for name, count in sorted(answer["hits"].items()):
        print(f"  {name}: {count:,}")
    return 0 if answer["rss_mb"] <= MOST_RSS_MB and watch.modes == {"AccessShareLock"} else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000))
