"""Coverage-guided fuzzing of one reader, or of all in turn; every input ends in rows, skipped records or a diagnostic.

    sh run python tests/fuzz/coverage_guided.py candump 60       one reader, 60 s
    sh run python tests/fuzz/coverage_guided.py all 60           all readers, 60 s each; prints the number of inputs

An input that makes a reader raise anything but ZhunruError, or take over 10 s, is written to tests/fuzz/found/ and ends the run.
"""

import re
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SPECIMENS = HERE.parent / "specimens"


def fuzz(reader_id: str, seconds: int, corpus: str) -> None:
    """Fuzz one reader in this process; libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["zhunru.readers", "zhunru.wire", "zhunru.tables"]):
        from zhunru.engine import walk

        reader = walk.readers()[reader_id]
    from zhunru.core.errors import ZhunruError
    from zhunru.core.evidence import Barren, Noted, Skipped
    from zhunru.engine.intake import blocks
    from zhunru.engine.source import BytesSource

    def one(content: bytes) -> None:
        try:
            for item in blocks(reader, BytesSource(content)):
                if not isinstance(item, Skipped | Noted | Barren):
                    item.collect()
        except ZhunruError as error:
            assert error.diagnostics("zh")

    found = HERE / "found"
    found.mkdir(exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-max_len=65536",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={found}/{reader_id}-",
    ]
    atheris.Setup([sys.argv[0], corpus, *options], one)
    atheris.Fuzz()


def seeds(reader_id: str, folder: Path) -> None:
    """Write the specimens of a reader as the first corpus."""
    space = runpy.run_path(str(SPECIMENS / f"{reader_id}.py"))
    for name, content in space["specimens"]().items():
        (folder / name).write_bytes(content)


def main() -> int:
    """Fuzz the named reader, or each in a process of its own."""
    name, seconds = sys.argv[1], int(sys.argv[2])
    if len(sys.argv) > 3:
        fuzz(name, seconds, sys.argv[3])
        return 0
    from zhunru.engine import walk

    total, failed = 0, []
    for reader_id in [name] if name != "all" else list(walk.readers()):
        with tempfile.TemporaryDirectory() as folder:
            seeds(reader_id, Path(folder))
            done = subprocess.run([sys.executable, __file__, reader_id, str(seconds), folder], capture_output=True, text=True, check=False)
        runs = [int(n) for n in re.findall(r"(?m)^#(\d+)\s", done.stderr)] + [int(n) for n in re.findall(r"Done (\d+) runs", done.stderr)]
        total += max(runs, default=0)
        print(f"{reader_id:16} {max(runs, default=0):9} inputs  {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode:
            failed.append(reader_id)
            print(done.stderr[-3000:])
    print(f"{'total':16} {total:9} inputs, {len(failed)} readers failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
