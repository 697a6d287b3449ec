"""Identifiers in 200 MB of mixed Chinese text: ours against hyperscan, polars, Python's re and Presidio, in one run; accuracy against the planted truth.

Run: python benchmarks/discovery.py [--quick] [--peers PYTHON]. PYTHON is an interpreter with presidio-analyzer (and google-re2 if wanted): they are no
dependencies of ours. Peers that are absent are named. Regular expressions find candidates only - they know no check digits, no cues -, so equal
answers cannot be demanded of them; ours must equal the plain rules of `plain_identifiers.py` on the first megabytes, and its recall and precision
are printed. Presidio and `re` see a part of the text, and their time is scaled up.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from side_by_side import PYTHON, Best, child, contest, report

GOALS = {"presidio": 400.0, "polars": 2.0, "hyperscan": 0.7}
GOAL_MB = 256
BLOCK = 1 << 24
PART = 2_000_000
"""Bytes that the slow peers see."""

_PROVINCE = "(?:" + "|".join("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼") + ")"
_CUE = "(?:姓名|车主|机主|户主|联系人|驾驶员|司机|负责人|driver_name)"
_SURNAME = (
    "(?:"
    + "|".join("王李张刘陈杨赵吴徐朱胡郭罗郑梁宋唐冯邓曹彭肖董潘袁蔡蒋杜魏吕卢姚沈姜崔谭陆范汪廖韦贾邹熊孟秦邱侯尹薛闫陶贺郝龚邵")
    + ")"
)
PATTERNS = {
    "vin": r"\b[A-HJ-NPR-Z0-9]{13}[0-9]{4}\b",
    "resident_id": r"\b[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]\b",
    "plate": _PROVINCE + r"[A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6}\b",
    "mobile": r"\b1[3-9][0-9]{9}\b",
    "bank_card": r"\b62[0-9]{11,17}\b",
    "imei": r"\b[0-9]{15}\b",
    "iccid": r"\b8986[0-9]{16}\b",
    "email": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}",
    "coordinate": r"\b[0-9]{1,3}\.[0-9]{4,15}\b",
    "person_name": _CUE + r"[:：=\" ]{0,3}" + _SURNAME,
}
"""What the peers look for: the forms of the ten kinds, as a user would write them."""


def blocks(path: Path) -> Iterator[tuple[int, bytearray, int]]:
    """Yield a buffer that is used again, with its place in the file and where the part ends that may be looked at."""
    from zhunru.formulas.identifiers.scan import cut

    buffer, filled, at = bytearray(BLOCK), 0, 0
    with path.open("rb", buffering=0) as stream:
        while count := stream.readinto(memoryview(buffer)[filled:]):
            filled += count
            end = cut(buffer, filled)
            yield at, buffer, end
            buffer[: filled - end] = buffer[end:filled]
            filled, at = filled - end, at + end
    yield at, buffer, filled


def ours(path: Path, answer: Path | None = None) -> None:
    """Scan the file as a stream, a block at a time."""
    from zhunru.formulas.identifiers.scan import sighted

    sighted(b"warm")
    began = time.perf_counter()
    count, kept = 0, []
    for at, buffer, end in blocks(path):
        hits = sighted(buffer, size=end)
        count += len(hits.start)
        if answer:
            kept += [(int(s) + at, int(e) + at, int(k), bool(f)) for s, e, k, f in zip(*hits, strict=True)]
    child(count, began)
    if answer:
        answer.write_text(json.dumps(kept), encoding="ascii")


def part_of(path: str, begin: int, end: int) -> int:
    """Scan the lines that begin in a part of the file; return how many values are sighted."""
    from zhunru.formulas.identifiers.scan import cut, sighted

    count, filled, buffer = 0, 0, bytearray(BLOCK)
    with Path(path).open("rb") as stream:
        if begin:
            stream.seek(begin - 1)
            stream.readline()
        while (at := stream.tell() - filled) < end:
            read = stream.readinto(memoryview(buffer)[filled : filled + max(end - at - filled, 0)])
            filled += read
            if not read:
                # the last line begins in this part and ends in the next
                rest = bytes(buffer[:filled]) + stream.readline()
                return count + len(sighted(rest).start)
            stop = cut(buffer, filled)
            count += len(sighted(buffer, size=stop).start)
            buffer[: filled - stop] = buffer[stop:filled]
            filled -= stop
    return count


def ours_in_two(path: Path) -> None:
    """Scan the halves of the file in two processes that are ready, as `zhunru scan --jobs 2` scans two files."""
    half = path.stat().st_size // 2
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(part_of, [str(path)] * 4, [0] * 4, [1] * 4))
        began = time.perf_counter()
        child(sum(pool.map(part_of, [str(path)] * 2, [0, half], [half, 2 * half + 1])), began)


def with_hyperscan(path: Path, starts: bool) -> None:
    """All patterns in one pass; ends alone, or starts too."""
    import hyperscan

    database = hyperscan.Database()
    flag = hyperscan.HS_FLAG_SOM_LEFTMOST if starts else 0
    database.compile(
        expressions=[p.encode() for p in PATTERNS.values()],
        ids=list(range(len(PATTERNS))),
        elements=len(PATTERNS),
        flags=[flag] * len(PATTERNS),
    )
    began = time.perf_counter()
    hits: list[tuple[int, int]] = []
    database.scan(path.read_bytes(), match_event_handler=lambda kind, _start, end, _flags, _context: hits.append((kind, end)))
    child(len(hits), began)


def with_polars(path: Path) -> None:
    """extract_all of each pattern over a column of lines; reading the lines is left out of its time."""
    import polars as pl

    lines = pl.read_csv(path, has_header=False, separator="\x01", quote_char=None, new_columns=["line"])["line"]
    began = time.perf_counter()
    count = 0
    for pattern in PATTERNS.values():
        count += int(lines.str.extract_all(pattern.replace(r"\b", r"(?-u:\b)")).list.len().sum())
    child(count, began)


def with_re(path: Path) -> None:
    """Python's re on a part of the text."""
    import re

    data = path.read_bytes()[:PART]
    patterns = [re.compile(p.encode()) for p in PATTERNS.values()]
    began = time.perf_counter()
    child(sum(sum(1 for _ in p.finditer(data)) for p in patterns), began)


def with_presidio(path: Path) -> None:
    """Presidio with pattern recognisers for the ten kinds and a blank Chinese pipeline, no model of names, on a part of the text."""
    import spacy  # type: ignore[import-not-found]
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry  # type: ignore[import-not-found]
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # type: ignore[import-not-found]

    class Blank(SpacyNlpEngine):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "zh", "model_name": "blank"}])
            self.nlp = {"zh": spacy.blank("zh")}

        def load(self) -> None:
            """Nothing to load."""

    registry = RecognizerRegistry(supported_languages=["zh"])
    for kind, pattern in PATTERNS.items():
        found = Pattern(kind, pattern, 0.9)
        registry.add_recognizer(PatternRecognizer(supported_entity=kind.upper(), patterns=[found], supported_language="zh"))
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["zh"])
    text = path.read_bytes()[:PART].decode("utf-8", "ignore")
    pieces = [text[i : i + 20_000] for i in range(0, len(text), 20_000)]
    began = time.perf_counter()
    child(sum(len(engine.analyze(text=piece, language="zh")) for piece in pieces), began)


SIDES: dict[str, Callable[[Path], None]] = {
    "ours": ours,
    "ours-2-processes": ours_in_two,
    "hyperscan": lambda p: with_hyperscan(p, False),
    "hyperscan-starts": lambda p: with_hyperscan(p, True),
    "polars": with_polars,
    "re": with_re,
    "presidio": with_presidio,
}


def write_corpus(path: Path, truth: Path, size_byte: int) -> None:
    """Write the text and what is planted in it."""
    from zhunru.range.mixed_text import corpus, truth_line

    with path.open("wb") as out, truth.open("w", encoding="utf-8") as told:
        for piece, planted in corpus(size_byte):
            out.write(piece)
            told.writelines(truth_line(p) + "\n" for p in planted)


def accuracy(path: Path, truth: Path) -> None:
    """Print recall and precision per kind, then what becomes of each near miss."""
    from zhunru.formulas.identifiers.kinds import KINDS

    answer = path.with_suffix(".answer")
    subprocess.run([PYTHON, __file__, "--answer", str(answer), str(path)], check=True, stdout=subprocess.DEVNULL)
    hits = {(s, e, KINDS[k].id): f for s, e, k, f in json.loads(answer.read_text(encoding="ascii"))}
    rows = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    print(
        f"\nAccuracy ({len(rows)} planted, {len(hits)} sighted)\n  {'kind':14}{'true':>8}{'found':>8}{'recall':>8}{'seen':>8}{'precision':>11}{'false':>7}"
    )
    false = dict(hits)
    for s, e, kind, truth_, _how in rows:
        if truth_ in ("found", "suspected"):
            false.pop((s, e, kind), None)
    for kind in (k.id for k in KINDS):
        asked = [(s, e, kind) for s, e, k, t, _ in rows if k == kind and t == "found"]
        every = [(s, e, kind) for s, e, k, t, _ in rows if k == kind and t in ("found", "suspected")]
        found = sum(hits.get(a) is True for a in asked)
        right = sum(hits.get(a) is True for a in every)
        wrong = sum(f and k == kind for (_, _, k), f in false.items())
        seen = sum(a in hits for a in every) / max(len(every), 1)
        print(
            f"  {kind:14}{len(every):8}{found:8}{found / max(len(asked), 1):8.4f}{seen:8.4f}{right / max(right + wrong, 1):11.4f}{wrong:7}"
        )
    print(f"\nNear misses and split values: share taken for the kind\n  {'kind':14}{'how':34}{'planted':>8}{'found':>8}{'suspected':>10}")
    spans = defaultdict(list)
    for (s, e, k), f in hits.items():
        spans[k].append((s, e, f))
    for kind, how, planted, found, suspected in near_misses(rows, spans):
        print(f"  {kind:14}{how:34}{planted:8}{found / planted:8.4f}{suspected / planted:10.4f}")


def near_misses(rows: list[Any], spans: dict[str, list[tuple[int, int, bool]]]) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield kind, near miss, how many planted, how many found, how many suspected: any hit of the kind that overlaps counts."""
    from bisect import bisect_left

    starts = {k: sorted(v) for k, v in spans.items()}
    counts: dict[tuple[str, str], list[int]] = {}
    for s, e, kind, truth, how in rows:
        if truth not in ("miss", "split"):
            continue
        row = counts.setdefault((kind, how), [0, 0, 0])
        row[0] += 1
        own = starts.get(kind, [])
        at = bisect_left(own, (s - 32,))
        grades = {f for s2, e2, f in own[at : at + 8] if s2 < e and e2 > s}
        row[1] += True in grades
        row[2] += grades == {False}
    for (kind, how), (planted, found, suspected) in sorted(counts.items()):
        yield kind, how, planted, found, suspected


def agrees(path: Path) -> None:
    """Demand that ours equals the plain rules on the first two megabytes."""
    from plain_identifiers import simple

    from zhunru.formulas.identifiers.scan import sighted

    data = path.read_bytes()[:PART]
    data = data[: data.rfind(b"\n") + 1]
    got = sorted(zip(*(c.tolist() for c in sighted(data)), strict=True))
    if got != [tuple(h) for h in simple(data)]:
        raise SystemExit("ours differs from the plain rules")
    print(f"equal to the plain rules on {len(data) / 1e6:.1f} MB: {len(got)} sightings")


def rules_table() -> None:
    """Print how fast rules of one's own are."""
    import random

    from zhunru.formulas.identifiers.rules import Ruleset, read_rules
    from zhunru.range.mixed_text import corpus

    data = b"".join(piece for piece, _ in corpus(64_000_000))
    dice = random.Random(600)
    print(f"\nRules of one's own\n  {'rules':>6}{'engine':>12}{'compile s':>11}{'MB/s of CPU':>13}{'hits':>9}")
    for number in (6, 60, 600):
        rows = []
        for i in range(number):
            letters = "".join(dice.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(3))
            pattern = (f"{letters}[0-9]{{{dice.randint(4, 9)}}}", f"工单-{i}[0-9]{{3,8}}", f"({i + 100}|EM{i})-[A-F0-9]{{4,8}}")[i % 3]
            rows.append(f'[[rule]]\nid = "r{i}"\npattern = "{pattern}"\ncues = ["工号"]\n')
        began = time.perf_counter()
        rules = Ruleset(read_rules("".join(rows)))
        compiled = time.perf_counter() - began
        used, count = time.process_time(), 0
        for at in range(0, len(data), BLOCK):
            count += len(rules.sighted(data[at : at + BLOCK]).start)
        used = time.process_time() - used
        print(f"  {number:6}{rules.engine.name:>12}{compiled:11.2f}{len(data) / 1e6 / used:13.0f}{count:9}")


def names_table() -> None:
    """Print recall and false alarms of names in sentences of Faker: found by cue, suspected by the tagger rjieba."""
    try:
        import faker
        import rjieba
    except ImportError as error:
        print(f"\nNames: {error.name} is absent")
        return
    from zhunru.formulas.identifiers.scan import sighted
    from zhunru.formulas.identifiers.words import PERSON_NAME

    fake = faker.Faker("zh_CN")
    fake.seed_instance(44464)
    shapes = (
        "车主{}反映车辆异响",
        "联系人：{}，请回电",
        "司机{}已到达装车点",
        "{}于昨日提车",
        "由{}负责本次路试",
        "驾驶员 {} 今日出车",
        "姓名：{} 性别：男",
        "今天{}来店保养",
    )
    named = [(shapes[i % len(shapes)].format(name := fake.name()), name) for i in range(1200)]
    clean = [fake.sentence(nb_words=12) for _ in range(600)]
    clean += ["司机马上联系客服", "车主权益说明已更新", "联系人信息缺失", "负责人应当签字", "驾驶员安全培训记录", "姓名不能为空"] * 100

    def cued(text: str) -> list[str]:
        data = text.encode()
        hits = sighted(data)
        return [data[s:e].decode() for s, e, k, f in zip(*hits, strict=True) if k == PERSON_NAME and f]

    def tagged(text: str) -> list[str]:
        return [word for word, tag in rjieba.tag(text) if tag == "nr" and len(word) > 1]

    print(f"\nNames ({len(named)} sentences with one, {len(clean)} without)\n  {'':28}{'recall':>8}{'exact':>8}{'false alarms':>14}")
    for label, finder in (("found: cue and surname", cued), ("suspected: rjieba nr", tagged), ("either", lambda t: cued(t) + tagged(t))):
        seen = sum(any(g[:1] == name[:1] for g in finder(text)) for text, name in named)
        exact = sum(name in finder(text) for text, name in named)
        false = sum(bool(finder(text)) for text in clean)
        print(f"  {label:28}{seen / len(named):8.3f}{exact / len(named):8.3f}{false / len(clean):14.3f}")


def absent(python: str) -> list[str]:
    """Return the peers that cannot be run."""
    gone = []
    for name, program, module in (
        ("hyperscan", PYTHON, "hyperscan"),
        ("polars", PYTHON, "polars"),
        ("presidio", python, "presidio_analyzer"),
    ):
        if subprocess.run([program, "-c", f"import {module}"], check=False, capture_output=True).returncode:
            gone.append(name)
    return gone


def scaled(best: dict[str, Best], size: int) -> dict[str, Best]:
    """Return the times as if each had seen the whole text."""
    for name in ("re", "presidio"):
        if name in best:
            b, times = best[name], size / PART
            best[name] = Best(b.self_s * times, b.wall_s * times, b.cpu_s * times, b.rss_mb, b.answer)
    return best


def main() -> None:
    """Run all of it, or one side."""
    ask = argparse.ArgumentParser()
    ask.add_argument("path", nargs="?")
    ask.add_argument("--only", choices=SIDES)
    ask.add_argument("--answer")
    ask.add_argument("--quick", action="store_true")
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--peers", default=os.environ.get("ZHUNRU_PEERS", PYTHON))
    told = ask.parse_args()
    if told.answer:
        ours(Path(told.path), Path(told.answer))
        return
    if told.only:
        SIDES[told.only](Path(told.path))
        return
    size = 20_000_000 if told.quick else 200_000_000
    with tempfile.TemporaryDirectory() as folder:
        path, truth = Path(folder) / "mixed.txt", Path(folder) / "mixed.truth"
        write_corpus(path, truth, size)
        print(f"{path.stat().st_size / 1e6:.0f} MB of mixed Chinese text; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        agrees(path)
        gone = absent(told.peers)
        print("absent peers: " + (", ".join(gone) or "none"))
        env_python = {"presidio": told.peers}
        commands = {
            name: [env_python.get(name, PYTHON), str(Path(__file__).resolve()), "--only", name, str(path)]
            for name in SIDES
            if name.split("-")[0] not in gone
        }
        best = scaled(contest(commands, told.rounds), size)
        report("Ten kinds (re and presidio scaled up from 2 MB)", best, "ours")
        print(f"  load {os.getloadavg()[0]:.1f}")
        verdicts(best)
        accuracy(path, truth)
    rules_table()
    names_table()


def verdicts(best: dict[str, Best]) -> None:
    """Print each goal with what was reached: polars uses all cores, the other peers one."""
    for own, label in (("ours", "one thread"), ("ours-2-processes", "two processes")):
        mine = best[own]
        for name, goal in GOALS.items():
            if name in best:
                b = best[name]
                reached = "reached" if b.self_s / mine.self_s >= goal else "missed"
                print(
                    f"  {label}, {name}: {b.self_s / mine.self_s:.2f}x self, {b.cpu_s / mine.cpu_s:.2f}x CPU (goal {goal}x self: {reached})"
                )
    mine = best["ours"]
    print(f"  memory {mine.rss_mb:.0f} MB (goal {GOAL_MB} MB)")


if __name__ == "__main__":
    main()
