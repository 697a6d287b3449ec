"""Finds the parts of the house by walking its folders; no hand-kept list anywhere."""

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from zhunru.core.errors import DeclarationError
from zhunru.core.text import Text

if TYPE_CHECKING:
    from zhunru.catalogue.loader import Catalogue
    from zhunru.core.check import Check
    from zhunru.core.record import Record
    from zhunru.core.step import Reader, Step
    from zhunru.core.table import Table

PLUGIN_GROUP = "zhunru.plugins"


@cache
def packages() -> tuple[ModuleType, ...]:
    """Return our package and those of installed plug-ins (entry point `zhunru.plugins` naming a package)."""
    ours = importlib.import_module("zhunru")
    return (ours, *(point.load() for point in sorted(entry_points(group=PLUGIN_GROUP), key=lambda p: p.name)))


def _modules(folder: str) -> Iterator[ModuleType]:
    for package in packages():
        try:
            root = importlib.import_module(f"{package.__name__}.{folder}")
        except ModuleNotFoundError:
            continue
        for info in sorted(pkgutil.walk_packages(root.__path__, root.__name__ + "."), key=lambda i: i.name):
            if not info.ispkg:
                yield importlib.import_module(info.name)


def _declared(folder: str, kind: type[Any]) -> Iterator[Any]:
    for module in _modules(folder):
        for value in vars(module).values():
            if isinstance(value, kind) and value.function.__module__ == module.__name__:
                yield value


def _classes(folder: str, base: type[Any]) -> Iterator[type[Any]]:
    for module in _modules(folder):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__:
                yield value


def _by_id(pairs: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DeclarationError(Text("标识重复", "an id is declared twice"), key, Text("改用别的文件名", "choose another file name"))
        found[key] = value
    return found


@cache
def checks() -> "dict[str, Check]":
    """Return all checks by id."""
    from zhunru.core.check import Check

    return _by_id((c.id, c) for c in _declared("checks", Check))


@cache
def readers() -> "dict[str, Reader]":
    """Return all readers by id."""
    from zhunru.core.step import Reader

    return _by_id((r.id, r) for r in _declared("readers", Reader))


@cache
def derives() -> "dict[str, Step]":
    """Return all routes into tables by id."""
    from zhunru.core.step import Step

    return _by_id((s.id, s) for s in _declared("tables", Step))


@cache
def tables() -> "dict[str, type[Table]]":
    """Return all tables by class name."""
    from zhunru.core.table import Table

    return _by_id((t.__name__, t) for t in _classes("tables", Table))


@cache
def records() -> "dict[str, type[Record]]":
    """Return all record kinds by name in files."""
    from zhunru.core.record import Record

    return _by_id((r.kind(), r) for r in _classes("records", Record))


@cache
def catalogue() -> "Catalogue":
    """Return the law as data."""
    from zhunru.catalogue.loader import load

    return load()


@cache
def code_digest() -> str:
    """Return the SHA-256 over every source and data file of the packages: the code half of the baseline signature."""
    total = hashlib.sha256()
    for package in packages():
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".toml", ".css", ".js", ".html"} and "__pycache__" not in path.parts:
                total.update(f"{package.__name__}/{path.relative_to(root).as_posix()}\0".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
