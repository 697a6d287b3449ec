"""A step is a plain function whose signature is its declaration: what it needs, what it gives, what can be tuned."""

import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from zhunru.core.clause import Basis
from zhunru.core.errors import DeclarationError
from zhunru.core.evidence import Barren, Noted, Skipped, Source
from zhunru.core.record import Record
from zhunru.core.subject import Subject
from zhunru.core.table import Table
from zhunru.core.text import Text


@dataclass(frozen=True, slots=True)
class Limit:
    """Unit, source and basis of a tunable number.

    Args:
        unit: SI symbol or counted noun.
        source: Clause id in the catalogue.
        basis: C, S, G, D or P (`core.clause.BASIS`).
    """

    unit: str
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Need:
    """One positional parameter of a step.

    Args:
        name: Parameter name.
        type: Table or record class, `Subject`, or `date` (the day as of which is assessed).
        records: True for `list[R]` of a record class R.
        optional: Declared `T | None`: the step runs without it.
    """

    name: str
    type: type[Any]
    records: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Tunable:
    """One keyword-only parameter."""

    name: str
    default: Any
    limit: Limit | None


@dataclass
class Step:
    """A declared function. Equality is identity; `id` comes from the path.

    Args:
        function: The plain function.
        kind: Folder: `readers`, `tables`, `checks`.
    """

    function: Callable[..., Any]
    kind: str
    id: str = field(init=False)

    def __post_init__(self) -> None:
        _, _, path = self.function.__module__.rpartition(f".{self.kind}.")
        if self.kind == "tables":
            path = f"{path}.{self.function.__name__}"
        self.id = path or self.function.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the plain function."""
        return self.function(*args, **kwargs)

    @cached_property
    def hints(self) -> dict[str, Any]:
        """Resolved annotations of the function."""
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Positional parameters."""
        return tuple(_need(self.id, p.name, self.hints[p.name]) for p in self._parameters() if p.kind != p.KEYWORD_ONLY)

    @cached_property
    def tunables(self) -> tuple[Tunable, ...]:
        """Keyword-only parameters with their limits."""
        found = []
        for p in self._parameters():
            if p.kind == p.KEYWORD_ONLY:
                hint = self.hints[p.name]
                limits = [m for m in get_args(hint)[1:] if isinstance(m, Limit)] if get_origin(hint) is Annotated else []
                found.append(Tunable(p.name, p.default, limits[0] if limits else None))
        return tuple(found)

    @cached_property
    def gives(self) -> tuple[type[Table], ...]:
        """Table classes that the step returns or yields."""
        hint = self.hints.get("return")
        if get_origin(hint) is Iterator:
            (hint,) = get_args(hint)
        return tuple(t for t in _union(hint) if isinstance(t, type) and issubclass(t, Table))

    @cached_property
    def doc(self) -> str:
        """Docstring, unindented."""
        return inspect.getdoc(self.function) or ""

    def section(self, *headings: str) -> str:
        """Return the text under the first of `headings` in the docstring, or an empty string."""
        lines = self.doc.splitlines()
        for number, line in enumerate(lines):
            if line.strip().rstrip(":：") in headings and not line.startswith(" "):
                body: list[str] = []
                for text in lines[number + 1 :]:
                    if text and not text.startswith(" "):
                        break
                    body.append(text.strip())
                return "\n".join(body).strip()
        return ""

    def _parameters(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self.function).parameters.values())


def _union(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)


def _need(step: str, name: str, hint: Any) -> Need:
    options = _union(hint)
    optional = type(None) in options
    core = next(o for o in options if o is not type(None))
    records = get_origin(core) is list
    if records:
        (core,) = get_args(core)
    if core is Source:
        return Need(name, core)
    if not (isinstance(core, type) and (issubclass(core, Table | Record | Subject) or core is date)) or records != issubclass(core, Record):
        raise DeclarationError(
            Text("参数类型不能由规划器提供", "the planner cannot provide a parameter of this type"),
            f"{step}({name}: {hint})",
            Text("用表、list[记录]、Subject 或 date", "use a table, list[record], Subject or date"),
        )
    return Need(name, core, records, optional)


@dataclass
class Reader(Step):
    """A reader of one evidence format.

    Args:
        suffixes: Usual file endings, lower case; only a hint, content decides.
        magic: Byte strings, one of which the content starts with.
        sniff: Recogniser of the first 64 KiB where no magic bytes exist.
        title: Name of the format for people.
        general: Takes what no specific reader takes, e.g. any delimited text.
        isolated: Leans on a native parser that could end the process: it runs in a process of its own.
        folder: Takes only files under this folder of the dossier: standing there declares what the content does not tell.
    """

    suffixes: tuple[str, ...] = ()
    magic: tuple[bytes, ...] = ()
    sniff: Callable[[bytes], bool] | None = None
    title: Text = field(default_factory=lambda: Text("", ""))
    general: bool = False
    isolated: bool = False
    folder: str = ""

    def recognises(self, head: bytes) -> bool:
        """Tell whether content that starts with `head` is of this format."""
        return head.startswith(self.magic) if self.magic else bool(self.sniff and self.sniff(head))


ReaderFunction = Callable[..., "Iterator[Any]"]


def reader(
    *suffixes: str,
    title_zh: str,
    title_en: str,
    magic: tuple[bytes, ...] = (),
    sniff: Callable[[bytes], bool] | None = None,
    general: bool = False,
    isolated: bool = False,
    folder: str = "",
) -> Callable[[ReaderFunction], Reader]:
    """Declare a reader: `(file: Source) -> Iterator[Table | Skipped | Noted | Barren]`."""

    def declare(function: ReaderFunction) -> Reader:
        return Reader(function, "readers", suffixes, magic, sniff, Text(title_zh, title_en), general, isolated, folder)

    return declare


def derive(function: Callable[..., Table]) -> Step:
    """Declare a route from tables and records into a table."""
    return Step(function, "tables")


ReaderItem = Table | Skipped | Noted | Barren
