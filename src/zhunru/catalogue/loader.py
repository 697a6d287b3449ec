"""Loads the law: the TOML files beside this module, and those of plug-ins, into one checked `Catalogue`.

A file may hold `[instrument]`, `[[clause]]`, `[[gate]]`, `[[rule]]` (of gates) and `[[term]]`. The instrument of a clause is the part of its id before the slash.
Long texts stand in literal strings ('...'): the parser of the standard library takes them in one step, and cold loading stays fast.
"""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from zhunru.core.clause import Clause, Instrument
from zhunru.core.errors import CatalogueError
from zhunru.core.gate import DEMANDED, STEPS, Gate, Rule
from zhunru.core.subject import FEATURES
from zhunru.core.text import Text

FIRST = "miit-2021-103.toml"
"""The opinion stands first; the other files follow by name."""

_KEYS = frozenset({"instrument", "clause", "gate", "rule", "term"})
_TEXTS = frozenset(
    {"id", "zh", "en", *(f"{name}_{lang}" for name in ("title", "duty", "text", "giver", "remedy") for lang in ("zh", "en"))}
)
_Part = TypeVar("_Part", bound=BaseModel)
_Parsed = list[tuple[str, dict[str, Any]]]


class Term(BaseModel):
    """One entry of the glossary.

    Args:
        zh: Term in Chinese.
        en: Term in English.
        abbr: Abbreviation, where one is in use.
        note_zh: One line that helps, Chinese; empty when the term speaks for itself.
        note_en: The same in English.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    zh: str
    en: str
    abbr: str = ""
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The law as data; every reference in it resolves.

    Args:
        instruments: By id.
        clauses: By id, in the order of the files and inside a file as written.
        gates: By name.
        rules: Rules of the gates themselves, by id.
        glossary: Terms as written.
        sha256: Digest over the names and bytes of all files, hexadecimal; part of a result's baseline.
    """

    instruments: Mapping[str, Instrument]
    clauses: Mapping[str, Clause]
    gates: Mapping[str, Gate]
    rules: Mapping[str, Rule]
    glossary: tuple[Term, ...]
    sha256: str

    def of(self, instrument: str) -> tuple[Clause, ...]:
        """Return the clauses of one instrument, in order."""
        return tuple(c for c in self.clauses.values() if c.instrument == instrument)

    def binding(self, day: date) -> tuple[Clause, ...]:
        """Return the clauses whose instrument is in force on `day`, in order."""
        live = {i.id for i in self.instruments.values() if i.in_force(day)}
        return tuple(c for c in self.clauses.values() if c.instrument in live)


class Law(NamedTuple):
    """One TOML file: its name for messages, and its bytes."""

    name: str
    content: bytes


@lru_cache(maxsize=8)
def load(extra: tuple[Law, ...] = ()) -> Catalogue:
    """Return the packaged catalogue together with the files of plug-ins.

    Args:
        extra: Further TOML files, in order; they may add clauses to a packaged instrument.

    Raises:
        CatalogueError: A file is no TOML, has unknown keys, or contradicts itself or another.
    """
    files = [*_packaged(), *extra]
    parsed: _Parsed = [(law.name, _parse(law)) for law in files]
    instruments = _unique("instrument", parsed, _instruments)
    clauses = _unique("clause", parsed, _clauses)
    gates = _unique("gate", parsed, _gates)
    rules = _unique("rule", parsed, _rules)
    glossary = _unique("term", parsed, _terms)
    paths = (r for g in gates.values() for r in g.path)
    _check_texts((*instruments.values(), *clauses.values(), *gates.values(), *paths, *rules.values(), *glossary.values()))
    _check_dates(instruments.values())
    _check_references(instruments, clauses, gates)
    _check_gates(gates, rules, clauses)
    digest = hashlib.sha256()
    for law in files:
        digest.update(f"{law.name}\0{len(law.content)}\0".encode() + law.content)
    return Catalogue(
        MappingProxyType(instruments),
        MappingProxyType(clauses),
        MappingProxyType(gates),
        MappingProxyType(rules),
        tuple(glossary.values()),
        digest.hexdigest(),
    )


def _packaged() -> Iterator[Law]:
    folder = resources.files(__package__ or "zhunru.catalogue")
    names = sorted((e.name for e in folder.iterdir() if e.name.endswith(".toml")), key=lambda n: (n != FIRST, n))
    for name in names:
        yield Law(name, folder.joinpath(name).read_bytes())


def _parse(law: Law) -> dict[str, Any]:
    try:
        content = tomllib.loads(law.content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogueError(
            Text("目录文件不是有效的 TOML", "the catalogue file is not valid TOML"),
            f"{law.name}: {error}",
            Text("按 UTF-8 编码与 TOML 1.0 语法改正该处", "correct that place: UTF-8, TOML 1.0"),
        ) from error
    if surplus := sorted(content.keys() - _KEYS):
        raise _unknown(law.name, surplus)
    wrong = [key for key, value in content.items() if not isinstance(value, dict if key == "instrument" else list)]
    if wrong:
        raise CatalogueError(
            Text("目录文件的表类型不对", "a table of the catalogue file is of the wrong type"),
            f"{law.name}: {', '.join(wrong)}",
            Text(
                "写作 [instrument]、[[clause]]、[[gate]]、[[rule]]、[[term]]",
                "write [instrument], [[clause]], [[gate]], [[rule]], [[term]]",
            ),
        )
    return content


# Parts of one file, as (id, part) -------------------------------------------------------------------------------------------------------


def _instruments(name: str, content: dict[str, Any]) -> Iterator[tuple[str, Instrument]]:
    if "instrument" in content:
        part = _model(Instrument, content["instrument"], name)
        yield part.id, part


def _clauses(name: str, content: dict[str, Any]) -> Iterator[tuple[str, Clause]]:
    for raw in content.get("clause", ()):
        owner = str(raw.get("id", "")).partition("/")[0] if isinstance(raw, dict) else ""
        part = _model(Clause, {"instrument": owner, **raw} if isinstance(raw, dict) else raw, name)
        if part.id.partition("/")[0] != part.instrument or not part.id.partition("/")[2]:
            raise CatalogueError(
                Text("条款编号与其文件不一致", "the id of the clause does not begin with its instrument"),
                f"{name}: {part.id}",
                Text("编号写作 文件编号/条款号", "write the id as instrument/number"),
            )
        yield part.id, part


def _gates(name: str, content: dict[str, Any]) -> Iterator[tuple[str, Gate]]:
    for raw in content.get("gate", ()):
        part = _model(Gate, raw, name)
        yield part.id, part


def _rules(name: str, content: dict[str, Any]) -> Iterator[tuple[str, Rule]]:
    for raw in content.get("rule", ()):
        part = _model(Rule, raw, name)
        yield part.id, part


def _terms(name: str, content: dict[str, Any]) -> Iterator[tuple[str, Term]]:
    for raw in content.get("term", ()):
        part = _model(Term, raw, name)
        yield part.zh, part


def _model(kind: type[_Part], raw: Any, name: str) -> _Part:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        label = str(raw.get("id", raw.get("zh", "?"))) if isinstance(raw, dict) else repr(raw)
        problems = error.errors(include_url=False)
        surplus = [str(p["loc"][0]) for p in problems if p["type"] == "extra_forbidden"]
        if surplus:
            raise _unknown(f"{name}: {label}", surplus) from error
        told = "; ".join(f"{'.'.join(map(str, p['loc'])) or '-'}: {p['msg']}" for p in problems)
        raise CatalogueError(
            Text("目录条目的字段不符合要求", "a field of the catalogue entry is not as demanded"),
            f"{name}: {label}: {told}",
            Text(f"字段见 core 中的 {kind.__name__}", f"see the fields of {kind.__name__}"),
        ) from error


def _unknown(where: str, surplus: list[str]) -> CatalogueError:
    return CatalogueError(
        Text("目录文件含未知字段", "the catalogue file has an unknown key"),
        f"{where}: {', '.join(surplus)}",
        Text("检查拼写；不认识的字段不会被忽略", "check the spelling; unknown keys are never ignored"),
    )


# Whole ----------------------------------------------------------------------------------------------------------------------------------


def _unique(what: str, parsed: _Parsed, parts: Callable[[str, dict[str, Any]], Iterable[tuple[str, _Part]]]) -> dict[str, _Part]:
    found: dict[str, _Part] = {}
    home: dict[str, str] = {}
    for name, content in parsed:
        for key, part in parts(name, content):
            if key in found:
                raise CatalogueError(
                    Text("目录编号重复", "the id stands twice in the catalogue"),
                    f"{what} {key}: {home[key]}, {name}",
                    Text("每个编号只能定义一次", "define each id once"),
                )
            found[key], home[key] = part, name
    return found


def _check_texts(parts: Iterable[BaseModel]) -> None:
    for part in parts:
        for name, value in part:
            if name in _TEXTS and not value.strip():
                raise CatalogueError(
                    Text("目录条目缺少文字", "a text of the catalogue entry is empty"),
                    f"{next(iter(part))[1]}: {name}",
                    Text("中英文都要写", "write it in both languages"),
                )


def _check_dates(instruments: Iterable[Instrument]) -> None:
    for instrument in instruments:
        days = [d for d in (instrument.issued, instrument.in_force_from, instrument.in_force_until) if d]
        if days != sorted(days) or (instrument.in_force_until and not instrument.in_force_from):
            raise CatalogueError(
                Text("文件的日期先后颠倒", "the dates of the instrument are out of order"),
                f"{instrument.id}: {', '.join(map(str, days))}",
                Text("发布日不晚于实施日，实施日不晚于废止前一日", "issued, then in force from, then in force until"),
            )
        if instrument.kind in {"draft", "foreign"} and instrument.in_force_from:
            raise CatalogueError(
                Text("征求意见稿与境外文件在境内不生效", "a draft or foreign instrument is never in force in China"),
                instrument.id,
                Text("删去实施日；正式文本另立一个文件", "give it no date in force; an adopted text is an instrument of its own"),
            )


def _check_references(instruments: dict[str, Instrument], clauses: dict[str, Clause], gates: dict[str, Gate]) -> None:
    for clause in clauses.values():
        if clause.instrument not in instruments:
            raise CatalogueError(
                Text("条款所属的文件不在目录中", "the instrument of the clause is not in the catalogue"),
                clause.id,
                Text("先加入该文件的 [instrument]", "add the [instrument] first"),
            )
        for name in (n.lstrip("!") for demand in clause.applies for n in demand.split("|")):
            if name not in FEATURES:
                raise CatalogueError(
                    Text("适用条件用了未知的产品特征", "`applies` names an unknown feature"),
                    f"{clause.id}: {name}",
                    Text("特征见 core.subject.FEATURES：" + "、".join(FEATURES), "one of core.subject.FEATURES: " + ", ".join(FEATURES)),
                )
        _resolve(clause.id, "concrete", clause.concrete, clauses)
    for gate in gates.values():
        if not gate.clauses:
            raise CatalogueError(
                Text("关口没有条款，会永远打开", "a gate without clauses would always be open"),
                gate.id,
                Text("列出须通过的条款", "list the clauses that must hold"),
            )
        _resolve(gate.id, "clauses", gate.clauses, clauses)


def _check_gates(gates: dict[str, Gate], rules: dict[str, Rule], clauses: dict[str, Clause]) -> None:
    for name, demanded in DEMANDED.items():
        if lacking := sorted(demanded - set(gates[name].clauses if name in gates else ())):
            raise CatalogueError(
                Text("关口缺少必须具备的条款", "a gate lacks a clause that it must have"),
                f"{name}: {', '.join(lacking)}",
                Text("恢复随软件发布的关口文件", "restore the gate file that came with the software"),
            )
    for gate in gates.values():
        for remedy in gate.path:
            _resolve(gate.id, "path", remedy.clauses, clauses)
            _step(gate.id, remedy.step)
    for rule in rules.values():
        _resolve(rule.id, "clause", (rule.clause,) if rule.clause else (), clauses)
        _step(rule.id, rule.step)


def _step(where: str, step: int) -> None:
    if step not in STEPS:
        raise CatalogueError(
            Text("没有这一步", "there is no such step"),
            f"{where}: {step}",
            Text("步骤见 core.gate.STEPS", "steps: core.gate.STEPS"),
        )


def _resolve(where: str, key: str, ids: tuple[str, ...], clauses: dict[str, Clause]) -> None:
    if lost := [i for i in ids if i not in clauses or i == where]:
        raise CatalogueError(
            Text("引用的条款不在目录中", "a clause that is referred to is not in the catalogue"),
            f"{where}: {key} -> {', '.join(lost)}",
            Text("改正编号，或先加入该条款", "correct the id, or add the clause first"),
        )
