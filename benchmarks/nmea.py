"""NMEA 0183 to typed columns: our reader against pynmea2, in fresh processes by turns; then memory over 100 MB and 2 GB.

Run: python benchmarks/nmea.py [--quick]. Every figure is the least of three runs; equal answers are demanded before any is printed.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from side_by_side import PYTHON, child, contest, report

GOAL_RATIO = 6.0
GOAL_MB = 256


def write_log(path: Path, size_byte: int) -> None:
    """Write a seeded 1 Hz drive: RMC, GGA, GSA and GSV of GPS and BeiDou."""
    from zhunru.wire.nmea import sealed

    dice = random.Random(45086)
    piece, written, second = [], 0, 0
    with path.open("wb") as out:
        while written < size_byte:
            clock = f"{second // 3600 % 24:02}{second // 60 % 60:02}{second % 60:02}.00"
            day = f"{1 + second // 86400 % 28:02}{1 + second // 86400 // 28 % 12:02}{10 + second // 86400 // 336:02}"
            lat, lon = f"31{dice.uniform(0, 59.99):08.5f}", f"121{dice.uniform(0, 59.99):08.5f}"
            lines = [
                f"GNRMC,{clock},A,{lat},N,{lon},E,{dice.uniform(0, 60):.3f},{dice.uniform(0, 359.9):.2f},{day},,,A,V",
                f"GNGGA,{clock},{lat},N,{lon},E,1,{dice.randint(8, 30):02},{dice.uniform(0.5, 2):.2f},{dice.uniform(-9, 90):.1f},M,9.8,M,,",
            ]
            for system, talker in ((1, "GP"), (4, "GB")):
                ids = sorted(dice.sample(range(1, 33), 8))
                lines.append(f"GNGSA,A,3,{','.join(f'{i:02}' for i in ids)},,,,,1.52,0.85,1.26,{system}")
                for part in range(2):
                    sats = ",".join(
                        f"{i:02},{dice.randint(5, 89):02},{dice.randint(0, 359):03},{dice.randint(20, 50)}"
                        for i in ids[part * 4 : part * 4 + 4]
                    )
                    lines.append(f"{talker}GSV,2,{part + 1},08,{sats},1")
            data = b"".join(map(sealed, lines))
            piece.append(data)
            written, second = written + len(data), second + 1
            if len(piece) == 4096:
                out.write(b"".join(piece))
                piece.clear()
        out.write(b"".join(piece))


def ours(path: Path) -> None:
    """Read with our reader."""
    from zhunru.engine.source import FileSource
    from zhunru.readers.nmea import nmea
    from zhunru.tables.gnss_fix import GnssFix
    from zhunru.tables.satellite_use import SatelliteUse
    from zhunru.tables.sentence_count import SentenceCount

    began = time.perf_counter()
    answer: dict[str, Any] = dict.fromkeys(("sentences", "epochs", "latitude", "altitude", "speed", "used", "cno"), 0.0)
    for item in whole(nmea(FileSource(path))):
        if isinstance(item, GnssFix):
            fixes = item.frame.collect()
            answer["epochs"] += fixes.height
            answer["latitude"] += fixes["latitude_deg"].sum()
            answer["altitude"] += fixes["altitude_m"].sum()
            answer["speed"] += fixes["speed_mps"].sum()
        elif isinstance(item, SatelliteUse):
            uses = item.frame.collect()
            answer["used"] += uses["used_count"].cast(int).sum()
            answer["cno"] += (uses["cno_dbhz"] * uses["tracked_count"]).sum()
        elif isinstance(item, SentenceCount):
            answer["sentences"] += item.collect()["seen_count"].sum()
    child(answer, began)


def whole(items: Iterator[Any]) -> Iterator[Any]:
    """Pass on what is read; the grown logs end within a sentence, which is told as damage at the end."""
    from zhunru.core.errors import DamagedEvidence

    with suppress(DamagedEvidence):
        yield from items


def peer(path: Path) -> None:
    """Read the same fields with pynmea2, sentence by sentence."""
    import pynmea2

    began = time.perf_counter()
    answer: dict[str, Any] = dict.fromkeys(("sentences", "epochs", "latitude", "altitude", "speed", "used", "cno"), 0.0)
    with path.open(encoding="ascii") as stream:
        for line in stream:
            said = pynmea2.parse(line, check=True)
            answer["sentences"] += 1
            if said.sentence_type == "GGA":
                answer["epochs"] += 1
                answer["latitude"] += said.latitude
                said.longitude  # noqa: B018 - ours gives it too
                answer["altitude"] += said.altitude
                int(said.num_sats), float(said.horizontal_dil), said.timestamp
            elif said.sentence_type == "RMC":
                answer["speed"] += said.spd_over_grnd * 1852 / 3600
                said.true_course, said.datetime  # noqa: B018
            elif said.sentence_type == "GSA":
                answer["used"] += sum(1 for i in range(1, 13) if getattr(said, f"sv_id{i:02}"))
                float(said.pdop)
            elif said.sentence_type == "GSV":
                for i in range(1, 5):
                    int(getattr(said, f"sv_prn_num_{i}"))
                    answer["cno"] += float(getattr(said, f"snr_{i}"))
    child(answer, began)


def contestant(side: str, path: Path) -> list[str]:
    """Return the command of one side."""
    return [PYTHON, str(Path(__file__).resolve()), "--only", side, str(path)]


def agree(one: dict[str, float], other: dict[str, float]) -> bool:
    """Tell whether the answers are equal, sums up to the rounding of their order."""
    return all(abs(one[k] - other[k]) <= 1e-9 * max(1.0, abs(other[k])) for k in other)


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a small log, no 2 GB")
    options.add_argument("--only", nargs=2, metavar=("SIDE", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.only:
        {"ours": ours, "pynmea2": peer}[given.only[0]](Path(given.only[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drive.nmea"
        write_log(path, 8_000_000 if given.quick else 71_300_000)
        best = contest({side: contestant(side, path) for side in ("ours", "pynmea2")})
        if not agree(best["ours"].answer, best["pynmea2"].answer):
            print("answers differ:", best["ours"].answer, best["pynmea2"].answer)
            return 1
        sentences = best["pynmea2"].answer["sentences"]
        report(f"NMEA, {path.stat().st_size / 1e6:.1f} MB, {sentences:.0f} sentences, answers equal", best, "ours")
        ratio = best["pynmea2"].self_s / best["ours"].self_s
        print(f"  ratio {ratio:.1f} (goal {GOAL_RATIO}), {sentences / best['ours'].self_s / 1e6:.2f} M sentences/s")
        good = ratio >= GOAL_RATIO
        for size in () if given.quick else (100_000_000, 2_000_000_000):
            long = Path(folder) / "long.nmea"
            grow(path, long, size)
            seen = contest({"ours": contestant("ours", long)}, rounds=1)["ours"]
            print(
                f"  {size / 1e6:.0f} MB: {seen.self_s:.2f} s, {seen.answer['sentences']:.0f} sentences, peak {seen.rss_mb:.0f} MB (goal {GOAL_MB})"
            )
            good &= seen.rss_mb <= GOAL_MB
    return 0 if good else 1


def grow(unit: Path, path: Path, size_byte: int) -> None:
    """Repeat `unit` in `path` until that holds `size_byte`; in small pieces, for a child's peak memory begins with that of its parent."""
    with path.open("wb") as out:
        while out.tell() < size_byte:
            with unit.open("rb") as stream:
                while (piece := stream.read(1 << 20)) and out.tell() < size_byte:
                    out.write(piece[: size_byte - out.tell()])


if __name__ == "__main__":
    sys.exit(main())
