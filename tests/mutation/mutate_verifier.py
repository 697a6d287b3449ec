"""Drops one step of the verifier at a time and tells which attack then goes through: `sh run python tests/mutation/mutate_verifier.py`.

Only the attack scenarios of the range are run, no other test: the client on our verifier plays them within the process. A mutant that no
trial tells from the verifier is a survivor: a rule that no attack exercises. What is served never depends on the client, so it is made once;
every mutant gets a forked process whose import system serves the changed module. Nothing is written into the tree.

Told: `attack` = an attack goes through, `benign` = a true update is refused, `crash` = the client breaks instead of refusing in words, `time` = it
hangs, `reasoned` = nothing is seen, for a reason that stands in `unseen_verifier.toml`, `survived` = nothing is seen.

Mutants: a refusal (`raise`) left out; one operand of a joined condition left out; a comparison that decides nothing any more; a boundary moved by one.
"""

import argparse
import ast
import contextlib
import importlib.abc
import importlib.machinery
import io
import os
import re
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src/zhunru/wire"
MODULES = (
    "metadata_repository", "metadata_take", "metadata_signers", "metadata_delegation", "metadata_target", "metadata_file", "metadata_key", "uptane",
)  # fmt: skip
"""The verifier of JSON metadata; DER has tests of its own, this client has no DER."""
MOVED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
UNSEEN = Path(__file__).with_name("unseen_verifier.toml")
LONGEST_S = 240
"""Longest time of one mutant; a client that hangs is told from the verifier."""
HALVES = 6


@dataclass
class Mutant:
    """One change of one module: the tree with it, and what is told of it."""

    module: str
    function: str
    line: int
    change: str
    code: CodeType
    steps: frozenset[str]
    outcome: str = ""
    by: str = ""


def mutants(module: str) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    path = SRC / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    count = len(list(_places(ast.parse(text))))
    for number in range(count):
        tree = ast.parse(text)
        function, node, change, apply = list(_places(tree))[number]
        apply()
        ast.fix_missing_locations(tree)
        source = ast.get_source_segment(text, function) or ""
        steps = frozenset(re.findall(r"U-[A-Z]\d", source))
        yield Mutant(module, getattr(function, "name", "-"), node.lineno, change, compile(tree, str(path), "exec"), steps)


def _places(tree: ast.Module) -> Iterator[tuple[Any, Any, str, Any]]:
    """Yield (function, node, change, how) for every place, in a fixed order."""
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]:
        handlers = {id(n) for h in ast.walk(function) if isinstance(h, ast.ExceptHandler) for n in ast.walk(h)}
        for parent in ast.walk(function):
            if isinstance(parent, ast.FunctionDef) and parent is not function:
                continue
            yield from _raises(function, parent, handlers)
            yield from _conditions(function, parent)


def _raises(function: ast.FunctionDef, parent: ast.AST, handlers: set[int]) -> Iterator[tuple[Any, Any, str, Any]]:
    for name in ("body", "orelse", "finalbody"):
        held = getattr(parent, name, None)
        for index, node in enumerate(held if isinstance(held, list) else ()):
            # within a handler the refusal only gives an error a name: without it the client still ends
            if isinstance(node, ast.Raise) and id(node) not in handlers:
                yield (
                    function,
                    node,
                    f"without: {ast.unparse(node)[:110]}",
                    lambda held=held, index=index: held.__setitem__(index, ast.Pass()),
                )
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "Fault":
                told = f"without: {ast.unparse(node)[:110]}"
                yield function, node, told, lambda held=held, index=index: held.__setitem__(index, ast.Pass())


def _conditions(function: ast.FunctionDef, parent: ast.AST) -> Iterator[tuple[Any, Any, str, Any]]:
    for name, value in ast.iter_fields(parent):
        for index, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(node, ast.BoolOp):
                for left in range(len(node.values)):
                    rest = node.values[:left] + node.values[left + 1 :]
                    new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
                    yield function, node, f"{ast.unparse(node)[:70]}  ->  {ast.unparse(new)[:70]}", _put(parent, name, index, new)
            if isinstance(node, ast.Compare):
                refuses = isinstance(parent, ast.If) or (isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or))
                new_ = ast.Constant(not refuses)
                yield function, node, f"{ast.unparse(node)[:90]}  ->  {not refuses}", _put(parent, name, index, new_)
                if len(node.ops) == 1 and type(node.ops[0]) in MOVED:
                    moved = ast.Compare(node.left, [MOVED[type(node.ops[0])]()], node.comparators)
                    yield function, node, f"{ast.unparse(node)[:70]}  ->  {ast.unparse(moved)[:70]}", _put(parent, name, index, moved)


def _put(parent: ast.AST, name: str, index: int | None, new: ast.AST) -> Any:
    def apply() -> None:
        if index is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[index] = new

    return apply


class Served(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves the changed module in place of the true one."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Claim the one module."""
        return importlib.machinery.ModuleSpec(name, self) if name == f"zhunru.wire.{self.mutant.module}" else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(self.mutant.code, module.__dict__)


def judged(mutant: Mutant | None, made: Sequence[Any], rows: Any) -> tuple[str, str]:
    """Return (outcome, trial) of one mutant in this process: the first trial that tells it from the verifier."""
    if mutant:
        sys.meta_path.insert(0, Served(mutant))
    try:
        from zhunru.range import update_client
    except Exception as error:  # noqa: BLE001 - a mutant may break anything
        return "broken", type(error).__name__
    for trial, frames in sorted(made, key=lambda m: not (mutant and mutant.steps & set(m[0].scenario.steps))):
        with contextlib.redirect_stderr(io.StringIO()):
            result, reason = rows(trial, frames, crashing(update_client.run))
        if result in {"breached", "refused", "unclear"}:
            crash = reason == "ended-outside-contract"
            return "crash" if crash else "attack" if result == "breached" else "benign", trial.id
    return "survived", ""


def crashing(call: Any) -> Any:
    """Return the client with a crash told apart from a refusal: a verifier refuses in words, U-E1."""

    def called(command: Any, fetch: Any) -> int:
        try:
            return int(call(command, fetch))
        except Exception:  # noqa: BLE001 - any exception that the client does not expect
            return 70

    return called


def run(mutant: Mutant | None, made: Sequence[Any], rows: Any) -> tuple[str, str]:
    """Judge one mutant in a forked process."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        signal.alarm(LONGEST_S)
        os.write(writing, "\t".join(judged(mutant, made, rows)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    found, _, trial = told.partition("\t")
    return found or "time", trial


def main() -> int:
    """Run all mutants and print the score."""
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--part", default="0/1", help="this part of so many, e.g. 1/2")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--steps", action="store_true", help="only refusals left out: one mutant per step of the verifier, quicker")
    given = parser.parse_args()
    part, parts = map(int, given.part.split("/"))
    sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "src")]
    every = [m for name in given.modules for m in mutants(name) if not given.steps or m.change.startswith("without")]
    chosen = [m for n, m in enumerate(every) if n % parts == part]
    if given.list:
        for m in chosen:
            print(m.module, m.function, m.line, m.change)
        return 0
    from clients.called import outcome

    from zhunru.range.attacks import trials
    from zhunru.range.client_trial import frames

    assert not any(f"zhunru.wire.{m}" in sys.modules for m in MODULES)
    played = [t for kind in ("tuf", "uptane") for t in trials(kind) if not t.scenario.wire]
    # one half of a pair runs the same code as a single repository, under another policy: every sixth of these trials
    halves = [t for t in played if t.side in {"director", "image"} and "tuf" in t.scenario.sides]
    played = [t for t in played if t not in halves or halves.index(t) % HALVES == 0]
    made = [(t, list(frames(t, 1))) for t in played]
    began = time.monotonic()
    first = run(None, made, outcome)
    print(f"{len(chosen)} mutants, {len(made)} trials, all trials in {time.monotonic() - began:.1f} s: {first}", flush=True)
    if first[0] != "survived":
        return 1
    told = tomllib.loads(UNSEEN.read_text(encoding="utf-8"))["unseen"]
    reasons = {(t["module"], t["function"], t["change"]): t["reason"] for t in told}
    for m in chosen:
        m.outcome, m.by = run(m, made, outcome)
        reason = reasons.get((m.module, m.function, m.change))
        if m.outcome == "survived" and reason:
            m.outcome, m.by = "reasoned", reason
        print(f"{m.outcome:9} {m.module}:{m.line} {m.function}: {m.change}   {m.by}", flush=True)
    counts = Counter(m.outcome for m in chosen)
    killed = counts.total() - counts["survived"] - counts["broken"] - counts["reasoned"]
    print(dict(counts), f"killed {killed} of {counts.total()}: {100 * killed / max(1, counts.total()):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
