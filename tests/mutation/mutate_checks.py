"""Proves that turning a rule round makes a test red: `sh run python tests/mutation/mutate_checks.py [--derives] [check-id ...]`.

Each check (with `--derives` also the small rules that checks lean on) is changed in one place at a time, and the tests that concern it are run
against the changed module. One that stays green is a survivor: a rule that no test holds. Mutants that change nothing anybody could see
are listed with their reason in `equivalent.toml`. Docstrings, annotations, decorators, examples and their builders are left alone.

Nothing is written into the tree: the libraries are loaded once, every mutant gets a forked process whose import system serves the changed module.
"""

import argparse
import ast
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import pkgutil
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SRC, TESTS = ROOT / "src", ROOT / "tests"
EVERY_CHECK = (TESTS / "contract/test_contract_checks.py", TESTS / "checks/test_checks_say_why.py")
BEHAVIOUR = (
    "test_example_gives_its_verdict",
    "test_order_of_rows",
    "test_the_same_an_hour_later",
    "test_empty_inputs",
    "test_an_open_example",
)
"""Contract tests that run a check; the others read its text, which a mutant does not change."""
DERIVES = (
    "formulas/intervals.py", "formulas/three_valued.py", "formulas/check_digits.py", "tables/hands_off_span.py", "tables/capture_window.py",
    "wire/signature.py", "wire/x509_chain.py", "core/finding.py", "core/verdict.py", "core/gate.py",
    "wire/der_pair.py", "wire/public_key.py", "wire/package_judge.py", "wire/package_trust.py", "wire/signing_chain.py",
    "wire/in_toto_chain.py", "wire/archive_zip.py", "wire/archive_tar.py", "wire/archive_inventory.py",
    "records/approval_cover.py", "formulas/version_ranges.py", "core/decision.py", "engine/release.py",
    *(f"tables/difference/{name}.py" for name in (
        "activities", "automation", "change", "claims", "compare", "components", "configuration", "defects", "functions", "operating",
        "parameters", "units",
    )),
    *(f"wire/{name}.py" for name in (
        "strict_json", "canonical_json", "der", "metadata_der", "metadata_key", "metadata_file", "metadata_signers", "metadata_take",
        "metadata_repository", "metadata_delegation", "metadata_target", "uptane", "uptane_time", "uptane_manifest", "uptane_vector",
    )),
)  # fmt: skip
BESIDES = {
    "zhunru.records.approval_cover": (
        "checks/ota/test_check_no_release_without_approval.py",
        "checks/ota/test_checks_on_the_difference.py",
    ),
    "zhunru.engine.release": ("flows/test_flow_gate_bypass.py",),
    **{
        f"zhunru.tables.difference.{name}": ("tables/difference/test_compare.py", "tables/difference/test_activities.py")
        for name in ("automation", "change", "configuration", "functions", "operating", "parameters", "units")
    },
    "zhunru.wire.metadata_signers": (
        "wire/test_metadata_repository.py",
        "wire/test_metadata_delegation.py",
        "wire/test_uptane_manifest.py",
    ),
    "zhunru.wire.metadata_take": ("wire/test_metadata_delegation.py", "wire/test_uptane.py"),
    "zhunru.wire.metadata_repository": ("wire/test_metadata_take.py", "wire/test_metadata_delegation.py"),
    "zhunru.wire.metadata_key": ("wire/test_metadata_repository.py", "wire/test_metadata_real.py"),
    "zhunru.wire.metadata_file": ("wire/test_metadata_repository.py", "wire/test_metadata_delegation.py", "wire/test_uptane_manifest.py"),
}
"""Tests that reach a module through others."""
PAGE = ROOT / "docs/mutation.md"

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
JOINED: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip
NAMES = {
    "breach": ("ok", "gap"),
    "gap": ("ok", "breach"),
    "ok": ("breach", "gap"),
    "min": ("max",),
    "max": ("min",),
    "any": ("all",),
    "all": ("any",),
}
ATTRIBUTES = {
    "min": "max",
    "any": "all",
    "minimum": "maximum",
    "is_null": "is_not_null",
    "any_horizontal": "all_horizontal",
    "first": "last",
}
ATTRIBUTES |= {v: k for k, v in ATTRIBUTES.items()}
UNSEEN = {"strict", "maintain_order"}
"""Keyword arguments whose booleans guard or order the work, not the result."""
SHOWN = 80
Place = tuple[ast.AST, str, int | None]


@dataclass
class Mutant:
    """One change: `new` stands at `place` instead of what was there."""

    place: Place
    new: Any
    line: int
    function: str
    shown: ast.AST
    change: str = ""
    outcome: str = ""

    def swap(self) -> None:
        """Put `new` in, or take it out again."""
        parent, name, index = self.place
        if index is None:
            old = getattr(parent, name)
            setattr(parent, name, self.new)
        else:
            held = getattr(parent, name)
            old, held[index] = held[index], self.new
        self.new = old

    def told(self) -> str:
        """Return the change as people read it."""
        parent, name, index = self.place
        if any(n is parent for n in ast.walk(self.shown)):
            before = ast.unparse(self.shown)
            self.swap()
            after = ast.unparse(self.shown)
            self.swap()
        else:
            before, after = ast.unparse(getattr(parent, name) if index is None else getattr(parent, name)[index]), ast.unparse(self.new)
        if isinstance(parent, ast.arguments) and name == "kw_defaults" and index is not None:
            before = f"{parent.kwonlyargs[index].arg} = {before}"
        if len(before) > SHOWN:
            start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
            before, after = (t[max(0, start - 20) : max(0, start - 20) + SHOWN] for t in (before, after))
        return f"{before}  ->  {after}".replace("\n", " ")


@dataclass
class Target:
    """One file under mutation and the tests that concern it."""

    path: Path
    tree: ast.Module = field(init=False)
    mutants: list[Mutant] = field(init=False)
    near: list[str] = field(init=False)
    wide: list[str] = field(default_factory=list)
    base_s: float = 0.0

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.path.read_text(encoding="utf-8"))
        self.mutants = list(Maker(self.tree).found())
        twins: Counter[tuple[str, str]] = Counter()
        for mutant in self.mutants:
            change = mutant.told()
            twins[mutant.function, change] += 1
            count = twins[mutant.function, change]
            mutant.change = change if count == 1 else f"{change}  #{count}"
        self.near = self._near()
        if self.path.is_relative_to(SRC / "zhunru/checks"):
            self.wide = [str(p) for p in EVERY_CHECK]

    @property
    def module(self) -> str:
        """Dotted name."""
        return ".".join(self.path.relative_to(SRC).with_suffix("").parts)

    @property
    def id(self) -> str:
        """Check id, or the path of a helper."""
        inner = self.path.relative_to(SRC / "zhunru")
        return ".".join(inner.with_suffix("").parts[1:]) if inner.parts[0] == "checks" else inner.as_posix()

    def _near(self) -> list[str]:
        layer, *rest = self.path.relative_to(SRC / "zhunru").parts
        own = TESTS / layer / rest[0] if layer == "checks" else TESTS / layer
        word = f"{self.module.rpartition('.')[0]} import {self.path.stem}", f"{self.module} import", self.module
        near = [p for p in sorted(own.rglob("test_*.py")) if any(w in p.read_text(encoding="utf-8") for w in word)]
        wide = [] if layer in {"checks", "core"} else sorted((TESTS / "checks").rglob("test_*.py"))
        near += [p for p in wide if f"{self.module} import" in p.read_text(encoding="utf-8")]
        near = sorted({*near, *(TESTS / name for name in BESIDES.get(self.module, ()))})
        if not near and layer != "checks":
            raise SystemExit(f"no test concerns {self.path.relative_to(ROOT)}")
        return [str(p) for p in near]


class Maker:
    """Finds every place of a module that can be changed."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree, self.unused = tree, _builders(tree)

    def found(self) -> Iterator[Mutant]:
        """Yield the mutants in the order of the file."""
        for place, node in _children(self.tree):
            yield from self._visit(node, place, "", [self.tree])

    def _visit(self, node: ast.AST, place: Place, function: str, above: list[ast.AST], typed: bool = False) -> Iterator[Mutant]:
        if self._left_alone(node, place, above):
            return
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}".lstrip(".")
        typed = typed or place[1] == "annotation"
        for at, new in _changes(node, place, above, typed=typed):
            yield Mutant(at, new, getattr(node, "lineno", 0), function or "-", _enclosing([*above, node]))
        for inner, child in _children(node):
            yield from self._visit(child, inner, function, [*above, node], typed)

    def _left_alone(self, node: ast.AST, place: Place, above: list[ast.AST]) -> bool:
        parent, name, index = place
        if name in {"decorator_list", "returns", "bases"} or isinstance(
            node, ast.expr_context | ast.operator | ast.cmpop | ast.boolop | ast.unaryop
        ):
            return True
        if isinstance(node, ast.keyword) and node.arg in UNSEEN:
            return True
        if isinstance(node, ast.Slice) and any(isinstance(a, ast.JoinedStr) for a in above):
            return True  # how much of a name a message shows decides nothing
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "round" and index == 1:
            return True  # what a finding shows is rounded; it decides nothing
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return True
        return len(above) == 1 and bool(_defined(node)) and _defined(node) <= self.unused


def _children(node: ast.AST) -> Iterator[tuple[Place, ast.AST]]:
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield (node, name, None), value
        elif isinstance(value, list):
            yield from (((node, name, i), item) for i, item in enumerate(value) if isinstance(item, ast.AST))


def _defined(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return set()


def _is_example(node: ast.AST) -> bool:
    calls = [d.func for d in node.decorator_list if isinstance(d, ast.Call)] if isinstance(node, ast.FunctionDef) else []
    return any(isinstance(f, ast.Attribute) and f.attr == "example" for f in calls)


def _builders(tree: ast.Module) -> set[str]:
    """Return the examples and what only they use."""
    uses: dict[str, set[str]] = {}
    examples: set[str] = set()
    for node in tree.body:
        for name in _defined(node):
            uses.setdefault(name, set()).update(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
            examples |= {name} if _is_example(node) else set()
    if not examples:
        return set()
    reached = {n for n in uses if n not in examples and not n.startswith("_") and n[0].islower()}
    while more := {u for n in reached for u in uses[n] if u in uses} - reached:
        reached |= more
    return set(uses) - reached


def _enclosing(above: list[ast.AST]) -> ast.AST:
    """Return the widest expression around the change that still fits on a line."""
    shown = above[-1]
    for node in reversed(above):
        if not isinstance(node, ast.expr | ast.keyword | ast.comprehension | ast.Return | ast.Assign):
            break
        if len(ast.unparse(node)) > SHOWN and node is not above[-1]:
            break
        shown = node
    return shown


def _changes(node: ast.AST, place: Place, above: list[ast.AST], *, typed: bool) -> Iterator[tuple[Place, Any]]:
    """Yield what can be put where, for one node."""
    if isinstance(node, ast.Constant):
        yield from ((place, ast.Constant(v)) for v in _constants(node.value))
    if typed:
        return
    for kinds, rule in RULES:
        if isinstance(node, kinds):
            yield from rule(node, place)
    if place[1] in {"test", "ifs"} and isinstance(node, ast.expr) and not isinstance(node, ast.Compare | ast.UnaryOp):
        yield place, ast.UnaryOp(ast.Not(), node)
    call = above[-1]
    if place[1] == "args" and isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in {"filter", "when"}:
        yield from _filter(node, place)


def _constants(value: object) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return value + 1, value - 1
    if isinstance(value, float):
        return (value * 1.1, value * 0.9) if value else (0.01,)
    return ()


def _filter(node: ast.AST, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield place, ast.parse(f"~pl.col({node.value!r})", mode="eval").body
    elif isinstance(node, ast.expr) and not isinstance(node, ast.UnaryOp):
        yield place, ast.UnaryOp(ast.Invert(), node)


def _compare(node: ast.Compare, _: Place) -> Iterator[tuple[Place, Any]]:
    for i, op in enumerate(node.ops):
        yield from (((node, "ops", i), other()) for other in COMPARED[type(op)])


def _bool(node: ast.BoolOp, place: Place) -> Iterator[tuple[Place, Any]]:
    yield (node, "op", None), ast.Or() if isinstance(node.op, ast.And) else ast.And()
    for i in range(len(node.values)):
        rest = node.values[:i] + node.values[i + 1 :]
        yield place, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unary(node: ast.UnaryOp, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield place, node.operand


def _binary(node: ast.BinOp, place: Place) -> Iterator[tuple[Place, Any]]:
    none = any(isinstance(side, ast.Constant) and side.value is None for side in (node.left, node.right))
    none = none or any(isinstance(side, ast.Dict) for side in (node.left, node.right))  # fields of a finding or row put together
    if type(node.op) in JOINED and not none:
        yield (node, "op", None), JOINED[type(node.op)]()
    if isinstance(node.op, ast.BitAnd | ast.BitOr) and not none:
        yield from ((place, side) for side in (node.left, node.right))


def _name(node: ast.Name, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(node.ctx, ast.Load):
        yield from ((place, ast.Name(other, ast.Load())) for other in NAMES.get(node.id, ()))


def _attribute(node: ast.Attribute, _: Place) -> Iterator[tuple[Place, Any]]:
    if node.attr in ATTRIBUTES:
        yield (node, "attr", None), ATTRIBUTES[node.attr]


def _statement(node: ast.stmt, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Yield | ast.YieldFrom):
            yield (node, "value", None), ast.YieldFrom(ast.Tuple([], ast.Load()))
    elif not isinstance(node, ast.Return) or node.value is None:
        yield place, ast.Pass()


def _shorter(node: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Leave out each element of a display of constants."""
    name = "keys" if isinstance(node, ast.Dict) else "elts"
    items = getattr(node, name)
    if isinstance(node, ast.Dict) and not isinstance(place[0], ast.Assign):
        return  # a row or the facts of a finding
    if len(items) < 2 or not all(isinstance(e, ast.Constant) for e in items):
        return
    if isinstance(node, ast.Dict):
        # an entry under a key that nobody asks for is as good as none
        yield from (((node, "keys", i), ast.Constant(None)) for i in range(len(items)))
    else:
        yield from (((node, "elts", None), items[:i] + items[i + 1 :]) for i in range(len(items)))


Rule = Callable[[Any, Place], Iterator[tuple[Place, Any]]]
RULES: tuple[tuple[Any, Rule], ...] = (
    (ast.Compare, _compare), (ast.BoolOp, _bool), (ast.UnaryOp, _unary), (ast.BinOp, _binary), (ast.Name, _name), (ast.Attribute, _attribute),
    (ast.Expr | ast.Continue | ast.Break | ast.Return, _statement), (ast.Set | ast.Tuple | ast.List | ast.Dict, _shorter),
)  # fmt: skip


class _Changed(importlib.machinery.SourceFileLoader):
    """Serves one module from its changed tree."""

    code: CodeType

    def get_code(self, fullname: str) -> CodeType:
        return self.code


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, target: Target) -> None:
        self.target = target

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.target.module:
            return None
        loader = _Changed(fullname, str(self.target.path))
        loader.code = compile(ast.fix_missing_locations(self.target.tree), str(self.target.path), "exec")
        return importlib.util.spec_from_file_location(fullname, self.target.path, loader=loader)


class _Chosen:
    """Plugin of pytest: of the contract tests only those that run this check."""

    def __init__(self, check: str) -> None:
        self.check = check

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        def concerns(item: Any) -> bool:
            return item.path not in EVERY_CHECK or (item.name.startswith(BEHAVIOUR) and f"[{self.check}" in item.name)

        items[:] = [i for i in items if concerns(i)]

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            os._exit(1)


def load() -> dict[str, set[str]]:
    """Load the libraries and the house; return module -> the modules of ours that it imports."""
    os.environ |= {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for library in (
        "pytest",
        "numpy",
        "polars",
        "hypothesis.strategies",
        "hypothesis.internal.conjecture.engine",
        "cryptography.x509.verification",
    ):
        importlib.import_module(library)
    hypothesis = sys.modules["hypothesis"]
    hypothesis.settings.register_profile("mutation", database=None, derandomize=True, deadline=None, phases=list(hypothesis.Phase)[:3])
    hypothesis.settings.load_profile("mutation")
    sys.path.insert(0, str(SRC))
    house = importlib.import_module("zhunru")
    for info in pkgutil.walk_packages(house.__path__, "zhunru."):
        if not info.name.startswith(("zhunru.cli", "zhunru.reports")):
            importlib.import_module(info.name)
    gc.freeze()
    gc.disable()  # the processes are short, and a collection would copy every page that they share
    return {name: _imports(module) for name, module in list(sys.modules.items()) if name.startswith("zhunru")}


def _imports(module: ModuleType) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
        elif isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
    return found


def _dependents(module: str, imports: dict[str, set[str]]) -> set[str]:
    found = {module}
    while more := {name for name, uses in imports.items() if uses & found} - found:
        found |= more
    return found


def start(target: Target, mutant: Mutant | None, imports: dict[str, set[str]]) -> int:
    """Fork a process that runs the tests of `target` against `mutant`; return its id. It ends with the exit code of pytest."""
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    code = 3
    try:
        os.setpgid(0, 0)
        quiet = os.open(os.devnull, os.O_WRONLY)
        if not os.environ.get("SHOW"):
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
        for name in _dependents(target.module, imports):
            sys.modules.pop(name, None)
        if mutant:
            mutant.swap()
        sys.meta_path.insert(0, _Finder(target))
        options = ["-x", "-q", "--assert=plain", "-p", "no:unraisableexception", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        for tests in (t for t in (target.near, target.wide) if t):
            code = int(importlib.import_module("pytest").main([*options, *tests], plugins=[_Chosen(target.id)]))
            if code:
                break
    finally:
        os._exit(code)


def run(
    jobs: list[tuple[Target, Mutant | None]], imports: dict[str, set[str]], at_once: int
) -> Iterator[tuple[Target, Mutant | None, str, float]]:
    """Yield target, mutant, outcome and seconds as they end: `killed`, `survived`, `time` or `broken`."""
    running: dict[int, tuple[Target, Mutant | None, float]] = {}
    waiting = iter(jobs)
    more = True
    while running or more:
        while more and len(running) < at_once:
            if more := (job := next(waiting, None)) is not None and job is not None:
                running[start(*job, imports)] = (*job, time.monotonic())
        time.sleep(0.005)
        for pid, (target, mutant, began) in list(running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            took = time.monotonic() - began
            if done:
                code = os.waitstatus_to_exitcode(status)
                yield target, mutant, {0: "survived", 1: "killed", 2: "killed"}.get(code, "broken"), took
            elif took > (10 + 5 * target.base_s if mutant else 120):
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                yield target, mutant, "time", took
            else:
                continue
            del running[pid]


def targets(words: list[str], *, derives: bool) -> list[Target]:
    """Return the files under mutation; `words` are check ids or helper paths, none = all."""
    checks = [p for p in sorted((SRC / "zhunru/checks").rglob("*.py")) if p.name != "__init__.py"]
    wanted = [*checks, *(SRC / "zhunru" / d for d in DERIVES if derives or d in words)]
    found = [Target(p) for p in wanted]
    unknown = set(words) - {t.id for t in found}
    if unknown:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(t.id for t in found)}")
    return [t for t in found if not words or t.id in words]


def main() -> int:
    """Run, print survivors and the table; 0 when nothing survived that is not known to be equivalent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="check-id")
    parser.add_argument("--derives", action="store_true", help="also the small rules that checks lean on")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--list", action="store_true", help="show the mutants and run nothing")
    parser.add_argument("--page", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}; only after a whole run")
    given = parser.parse_args()
    chosen = targets(given.words, derives=given.derives)
    if given.list:
        for t in chosen:
            print(*(f"{t.path.relative_to(ROOT)}:{m.line} {m.function}: {m.change}" for m in t.mutants), sep="\n")
        return 0
    known = _known()
    os.nice(10)
    os.chdir(ROOT)
    imports = load()
    for target in chosen:
        _judge(target, known, imports, given.jobs)
    stale = _stale(chosen, known)
    print(*(f"not equivalent after all, or gone: {' | '.join(entry)}" for entry in stale), sep="\n")
    table = _table(chosen)
    print(table)
    if given.page:
        if given.words or not given.derives:
            raise SystemExit("--page needs a whole run: --derives and no ids")
        head = PAGE.read_text(encoding="utf-8").partition("## ")[0]
        PAGE.write_text(f"{head}## {date.today()}\n\n{table}\n", encoding="utf-8")  # noqa: DTZ011 - the day on which people read it
    return int(bool(stale) or any(m.outcome in {"survived", "broken"} for t in chosen for m in t.mutants))


def _judge(target: Target, known: set[tuple[str, str, str]], imports: dict[str, set[str]], at_once: int) -> None:
    """Run all mutants of one file and tell those that live."""
    where = target.path.relative_to(ROOT).as_posix()
    _green(target, imports)
    for _, mutant, outcome, _ in run([(target, m) for m in target.mutants], imports, at_once):
        assert mutant
        excused = outcome == "survived" and (where, mutant.function, mutant.change) in known
        mutant.outcome = "equivalent" if excused else outcome
        if mutant.outcome in {"survived", "broken"}:
            print(f"{outcome}: {where}:{mutant.line} {mutant.function}: {mutant.change}", flush=True)
    _green(target, imports)
    print(_row(target.id, _count(target)), flush=True)


def _known() -> set[tuple[str, str, str]]:
    entries = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text(encoding="utf-8")).get("equivalent", [])
    if any(not e["reason"].strip() for e in entries):
        raise SystemExit("equivalent.toml: an entry has no reason")
    return {(e["file"], e["function"], e["change"]) for e in entries}


def _green(target: Target, imports: dict[str, set[str]]) -> None:
    """Refuse to go on unless the tests are green without a mutant: else each mutant would look killed."""
    for _, _, outcome, took in run([(target, None)], imports, 1):
        target.base_s = took
        if outcome != "survived":
            raise SystemExit(f"{target.id}: its tests are not green without a mutant ({outcome}): {' '.join(target.near + target.wide)}")


def _stale(chosen: list[Target], known: set[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    held = {(t.path.relative_to(ROOT).as_posix(), m.function, m.change) for t in chosen for m in t.mutants if m.outcome == "equivalent"}
    files = {t.path.relative_to(ROOT).as_posix() for t in chosen}
    return sorted(k for k in known - held if k[0] in files)


def _table(chosen: list[Target]) -> str:
    lines = ["| file | mutants | killed | survived | equivalent | score |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    lines += [_row(f"`{t.id}`", _count(t)) for t in chosen]
    return "\n".join([*lines, _row("all", sum((_count(t) for t in chosen), Counter()))])


def _count(target: Target) -> "Counter[str]":
    return Counter({"time": "killed", "broken": "survived"}.get(m.outcome, m.outcome) for m in target.mutants)


def _row(name: str, count: "Counter[str]") -> str:
    real = count.total() - count["equivalent"]
    score = f"{100 * count['killed'] / real:.1f} %" if real else "-"
    return f"| {name} | {count.total()} | {count['killed']} | {count['survived']} | {count['equivalent']} | {score} |"


if __name__ == "__main__":
    sys.exit(main())
