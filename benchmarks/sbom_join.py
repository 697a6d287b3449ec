"""10,000 components against 200,000 version ranges: our join against dicts with every version parsed once, and against univers.

Run: python benchmarks/sbom_join.py [--components 10000] [--ranges 200000] [--univers 30]. Seeded and Zipf-like over 60,000 names, so that a few names have
very many ranges. Every figure is the least of three runs in fresh processes by turns; equal hit counts are demanded before any is printed.
univers parses and compares per candidate: it gets few components, taken evenly, and its time is multiplied.
"""

import argparse
import random
import time
from typing import Any

from side_by_side import PYTHON, Best, child, contest

NAMES = 60_000
SKEW = 3.05
"""Makes 1.6 million pairs of one name out of 10,000 components and 200,000 ranges."""
GOAL_S = 0.050
GOAL_DICT, GOAL_UNIVERS, GOAL_BUILD = 25.0, 600.0, 5.0
Range = tuple[str, str, str]
"""Name, introduced, fixed; an empty text = not fixed."""


def data(components: int, ranges: int) -> tuple[list[tuple[str, str]], list[Range]]:
    """Return (name, version) of components and (name, introduced, fixed) of ranges; one in a hundred versions is a pre-release."""
    dice = random.Random(44496)

    def name() -> str:
        return f"lib{int(NAMES * dice.random() ** SKEW)}"

    def version() -> str:
        plain = f"{dice.randrange(8)}.{dice.randrange(20)}.{dice.randrange(30)}"
        return f"{plain}-rc.{dice.randrange(3)}" if dice.random() < 0.01 else plain

    held = [(name(), version()) for _ in range(components)]
    known: list[Range] = []
    for _ in range(ranges):
        low = (dice.randrange(8), dice.randrange(20), dice.randrange(30))
        high = (low[0] + dice.randrange(2), low[1] + 1 + dice.randrange(6), dice.randrange(30))
        known.append((name(), ".".join(map(str, low)), "" if dice.random() < 0.05 else ".".join(map(str, high))))
    return held, known


def ours(components: int, ranges: int) -> None:
    """Build the index, then look everything up."""
    from zhunru.formulas.version_ranges import hits, index

    held, known = data(components, ranges)
    named, low, high = ([r[i] or None for r in known] for i in range(3))
    names, versions = [c[0] for c in held], [c[1] for c in held]
    kind = ["npm"] * components
    started = time.perf_counter()
    built = index(["npm"] * ranges, [n or "" for n in named], low, high, [None] * ranges)
    build = time.perf_counter() - started
    began, used = time.perf_counter(), time.process_time()
    found = hits(kind, names, versions, built)
    child(
        {
            "hits": len(found.component),
            "undecided": len(found.undecided_component),
            "build_s": build,
            "exact": found.exact,
            "cpu_s": time.process_time() - used,
        },
        began,
    )


def parsed_once(components: int, ranges: int) -> None:
    """A careful author's way: a dict by name, every version parsed once into what compares as it should."""

    def key(text: str) -> tuple[Any, ...]:
        release, dash, rest = text.partition("-")
        return (*map(int, release.split(".")), 0 if dash else 1, rest)

    held, known = data(components, ranges)
    started = time.perf_counter()
    table: dict[str, list[tuple[tuple[Any, ...], tuple[Any, ...] | None]]] = {}
    for name, low, high in known:
        table.setdefault(name, []).append((key(low), key(high) if high else None))
    build = time.perf_counter() - started
    began, used = time.perf_counter(), time.process_time()
    total = 0
    for name, version in held:
        mine = key(version)
        for start, end in table.get(name, ()):
            if start <= mine and (end is None or mine < end):
                total += 1
    child({"hits": total, "build_s": build, "cpu_s": time.process_time() - used}, began)


def packaging_once(components: int, ranges: int) -> None:
    """The same with `packaging.version.Version`, every version parsed once."""
    from packaging.version import Version

    held, known = data(components, ranges)
    started = time.perf_counter()
    table: dict[str, list[tuple[Any, Any]]] = {}
    for name, low, high in known:
        table.setdefault(name, []).append((Version(low), Version(high) if high else None))
    build = time.perf_counter() - started
    began, used = time.perf_counter(), time.process_time()
    total = 0
    for name, version in held:
        mine = Version(version)
        for start, end in table.get(name, ()):
            if start <= mine and (end is None or mine < end):
                total += 1
    child({"hits": total, "build_s": build, "cpu_s": time.process_time() - used}, began)


def univers(components: int, ranges: int, sample: int, count_only: bool) -> None:
    """univers by its own means: a dict by name, a range object per advisory, `in` per candidate. With `count_only` our count of the same sample."""
    held, known = data(components, ranges)
    step = max(1, components // sample)
    chosen = held[::step][:sample]
    if count_only:
        from zhunru.formulas.version_ranges import hits, index

        named, low, high = ([r[i] or None for r in known] for i in range(3))
        built = index(["npm"] * ranges, [n or "" for n in named], low, high, [None] * ranges)
        began, used = time.perf_counter(), time.process_time()
        found = hits(["npm"] * len(chosen), [c[0] for c in chosen], [c[1] for c in chosen], built)
        child({"hits": len(found.component), "cpu_s": time.process_time() - used}, began)
        return
    from univers.version_range import VersionRange
    from univers.versions import SemverVersion

    parsed: Any = VersionRange.from_string
    table: dict[str, list[str]] = {}
    for name, start, end in known:
        table.setdefault(name, []).append(f"vers:npm/>={start}" + (f"|<{end}" if end else ""))
    began, used = time.perf_counter(), time.process_time()
    total = sum(SemverVersion(v) in parsed(r) for n, v in chosen for r in table.get(n, ()))
    child({"hits": total, "cpu_s": time.process_time() - used}, began)


def main() -> None:
    """Run the contest, demand equal counts, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, default=10_000)
    parser.add_argument("--ranges", type=int, default=200_000)
    parser.add_argument("--univers", type=int, default=30, help="components that univers gets")
    parser.add_argument("--as", dest="role")
    given = parser.parse_args()
    roles = {"ours": ours, "tuples": parsed_once, "packaging": packaging_once}
    if given.role in roles:
        roles[given.role](given.components, given.ranges)
        return
    if given.role:
        univers(given.components, given.ranges, given.univers, given.role == "sample")
        return
    plain = [
        PYTHON,
        __file__,
        "--components",
        str(given.components),
        "--ranges",
        str(given.ranges),
        "--univers",
        str(given.univers),
        "--as",
    ]
    best = contest({r: [*plain, r] for r in roles})
    best |= contest({r: [*plain, r] for r in ("sample", "univers")}, rounds=1)
    counts = {r: best[r].answer["hits"] for r in roles}
    if len(set(counts.values())) != 1 or best["sample"].answer["hits"] != best["univers"].answer["hits"]:
        raise SystemExit(f"the counts differ: {counts}, univers {best['univers'].answer} against {best['sample'].answer}")
    print(
        f"{given.components} components, {given.ranges} ranges: {counts['ours']} hits each; {best['ours'].answer['exact']} pairs compared exactly"
    )
    show(best, given.components / given.univers)


def show(best: dict[str, Best], factor: float) -> None:
    """Print times and ratios beside the goals."""
    mine = best["ours"]
    own = mine.answer["cpu_s"]
    print(
        f"  CPU of the query: ours {own * 1e3:.1f} ms"
        + "".join(f"; {r} {best[r].answer['cpu_s'] * f / own:.0f} x" for r, f in (("tuples", 1), ("packaging", 1), ("univers", factor)))
    )
    print(f"  ours       query {mine.self_s * 1e3:8.1f} ms   build {mine.answer['build_s'] * 1e3:8.1f} ms   goal {GOAL_S * 1e3:.0f} ms")
    for role in ("tuples", "packaging"):
        peer = best[role]
        print(
            f"  {role:10} query {peer.self_s * 1e3:8.1f} ms ({peer.self_s / mine.self_s:6.1f} x)   build {peer.answer['build_s'] * 1e3:8.1f} ms"
            f" ({peer.answer['build_s'] / mine.answer['build_s']:5.1f} x)"
        )
    whole = best["univers"].self_s * factor
    print(f"  univers    query {whole * 1e3:8.0f} ms ({whole / mine.self_s:6.0f} x), multiplied from a sample")
    print(f"  goals: parsed once {GOAL_DICT:.0f} x, univers {GOAL_UNIVERS:.0f} x, build {GOAL_BUILD:.0f} x")


if __name__ == "__main__":
    main()
