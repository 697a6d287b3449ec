"""Binds sheets of ledgers to record kinds, and back."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl
from pydantic import ValidationError

from zhunru.core.errors import InvalidRecord
from zhunru.core.record import Origin, Record
from zhunru.core.text import Text


class Rejected(NamedTuple):
    """A row that no record could be made of."""

    origin: Origin
    kind: type[Record]
    error: InvalidRecord


class Sheet(NamedTuple):
    """What one sheet was taken for.

    Args:
        source: Ledger file.
        name: Name of the sheet.
        kind: Record kind, or None when it was bound to nothing.
        why: Reason, for people.
        matched: Heading -> field.
        unmatched: Headings that the kind does not know; their cells stay in `origin.extra`.
        row_count: Rows of the sheet.
    """

    source: str
    name: str
    kind: type[Record] | None
    why: Text
    matched: dict[str, str]
    unmatched: tuple[str, ...]
    row_count: int


@dataclass
class Bound:
    """Outcome of a binding; every row is a record, a rejected row, or stands on an unbound sheet."""

    records: dict[type[Record], list[Record]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)


_BRACKET = re.compile(r"[(\[【〔<{]([^)\]】〕>}]*)[)\]】〕>}]")
_UNITS = frozenset(
    [
        "b",
        "kb",
        "mb",
        "gb",
        "tb",
        "字节",
        "s",
        "ms",
        "秒",
        "毫秒",
        "分",
        "分钟",
        "小时",
        "天",
        "日",
        "周",
        "月",
        "年",
        "条",
        "万条",
        "个",
        "万",
        "人",
        "万人",
        "次",
        "%",
        "m",
        "km",
        "米",
        "千米",
        "km/h",
    ]
)
_LOST = re.compile(r"\d(\.\d+)?[eE]\+\d+|\d{16,}\.0")
"""An identifier that a spreadsheet kept as a number of 15 digits: the rest is gone."""


@lru_cache(maxsize=65536)
def normal(heading: str) -> str:
    """Return a heading without what people decorate it with: width, case, blanks, line breaks, stars, marks."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return re.sub(r"[\s*★☆※:：_\-#?？、.。]+", "", text)


def _plain(heading: str) -> tuple[str, str]:
    """Return (normal form without brackets, unit in the brackets or an empty string)."""
    text = normal(heading)
    unit = next((u for u in _BRACKET.findall(text) if u in _UNITS), "")
    return _BRACKET.sub("", text), unit


class _Names(NamedTuple):
    exact: dict[str, str]
    bare: dict[str, str]
    units: dict[str, frozenset[str]]


@lru_cache(maxsize=512)
def _names(kind: type[Record]) -> _Names:
    exact: dict[str, str] = {}
    bare: dict[str, str] = {}
    units: dict[str, frozenset[str]] = {}
    for name in kind.items():
        found = set()
        for heading in kind.headings(name):
            plain, unit = _plain(heading)
            exact.setdefault(normal(heading), name)
            bare.setdefault(plain, name)
            found.add(unit)
        units[name] = frozenset(found - {""})
    return _Names(exact, bare, units)


def field_of(kind: type[Record], heading: str) -> str | None:
    """Return the field of `kind` that stands under `heading`, or None.

    Of headings joined with `/` the whole is tried first, then the last part. A unit in brackets must be one that the field
    declares: a column in other units is no match, since its numbers would be read wrongly.
    """
    names = _names(kind)
    for form in dict.fromkeys((heading, heading.rsplit("/", 1)[-1])):
        if found := names.exact.get(normal(form)):
            return found
        plain, unit = _plain(form)
        found = names.bare.get(plain)
        if found and (not unit or (unit in names.units[found]) or (not names.units[found] and not _numeric(kind, found))):
            return found
    return None


def _numeric(kind: type[Record], name: str) -> bool:
    return "float" in str(kind.items()[name].annotation)


def _match(kind: type[Record], headings: Sequence[str]) -> dict[str, str]:
    matched: dict[str, str] = {}
    taken: dict[str, str] = {}
    for heading in headings:
        name = field_of(kind, heading)
        if name is None:
            continue
        if name in taken:  # two headings for one field: the one named as the field is keeps it
            if normal(heading) != normal(kind.headings(name)[0]) or normal(taken[name]) == normal(kind.headings(name)[0]):
                continue
            del matched[taken[name]]
        matched[heading] = name
        taken[name] = heading
    return matched


def _called(kind: type[Record], sheet: str) -> int:
    """Return how well the name of a sheet fits: length of the longest known name inside it; its very name counts most."""
    name = normal(sheet)
    if name == normal(kind.kind()):
        return 1000
    return max((len(n) for n in map(normal, (kind.title_zh, kind.kind(), *kind.sheet_names)) if n and n in name), default=0)


def choose(sheet: str, headings: Sequence[str], kinds: Sequence[type[Record]]) -> tuple[type[Record] | None, Text]:
    """Choose the kind of a sheet: all keys present, most headings matched; equal ones are parted by the name of the sheet.

    A list in TOML or YAML that bears the very name of a kind is that kind. What stays equal is told, never guessed.
    """
    fits: list[tuple[int, int, type[Record]]] = []
    near: list[str] = []
    for kind in kinds:
        matched = set(_match(kind, headings).values())
        keys = {n for n in kind.items() if kind.is_key(n)}
        if keys <= matched and len(matched) >= min(2, len(kind.items())):
            fits.append((len(matched), _called(kind, sheet), kind))
        elif _called(kind, sheet) or len(matched) >= 3:
            missing = "、".join(kind.headings(n)[0] for n in sorted(keys - matched)) or "-"
            near.append(f"{kind.title_zh}({missing})")
    if not fits:
        also = "；".join(near)
        return None, Text(
            "列名与任何记录种类都不符" + (f"；缺少关键列：{also}" if near else ""),
            "the headings fit no record kind" + (f"; key columns are absent: {also}" if near else ""),
        )
    named = [f for f in fits if f[1] == 1000]
    best = sorted(named or fits, key=lambda f: (f[0], f[1]), reverse=True)
    if len(best) > 1 and best[0][:2] == best[1][:2]:
        tied = [f[2] for f in best if f[:2] == best[0][:2]]
        zh, en = "、".join(k.title_zh for k in tied), ", ".join(k.kind() for k in tied)
        return None, Text(
            f"可作多种记录理解：{zh}；请以记录种类命名工作表", f"could be several kinds: {en}; name the sheet after one of them"
        )
    count, called, kind = best[0]
    by_name = Text("，名称相符", ", named like it") if called else Text("", "")
    return kind, Text(f"{count} 个列名相符{by_name.zh}", f"{count} headings match{by_name.en}")


def bind(cells: pl.DataFrame, kinds: Sequence[type[Record]]) -> Bound:
    """Bind ledger cells to record kinds.

    Args:
        cells: Rows of `LedgerCell`, of any number of files and sheets.
        kinds: Record kinds to choose from.

    Returns:
        Records per kind, in order of file, sheet and row; rejected rows; what each sheet was taken for. Nothing is lost:
        a cell that its field cannot read leaves the field empty and stands in `origin.problems`, an unknown column in `origin.extra`.
    """
    bound = Bound()
    for (source, name), part in cells.group_by(["source", "sheet"], maintain_order=True):
        headings = part["heading"].unique(maintain_order=True).to_list()
        kind, why = choose(str(name), headings, kinds)
        matched = _match(kind, headings) if kind else {}
        unmatched = tuple(h for h in headings if h not in matched)
        bound.sheets.append(Sheet(str(source), str(name), kind, why, matched, unmatched, part["row_no"].n_unique()))
        if kind:
            _rows(bound, kind, str(source), str(name), part, matched)
    return bound


def _rows(bound: Bound, kind: type[Record], source: str, sheet: str, part: pl.DataFrame, matched: dict[str, str]) -> None:
    texts = {n for n, f in kind.items().items() if "str" in str(f.annotation) and "Literal" not in str(f.annotation)}
    lists = frozenset(part.filter(pl.col("shape") == "list").select("row_no", "heading").iter_rows())
    wide = part.pivot(on="heading", index="row_no", values="value", aggregate_function="first", maintain_order=True)
    headings = wide.columns[1:]
    fields = [matched.get(h) for h in headings]
    records = bound.records.setdefault(kind, [])
    for row, *values in wide.iter_rows():
        data: dict[str, Any] = {}
        extra, problems = [], []
        for heading, name, value in zip(headings, fields, values, strict=True):
            if value is None:
                continue
            if name is None:
                extra.append((heading, value))
            elif name in texts and value[:1].isdigit() and _LOST.fullmatch(value):
                problems.append(f"{heading}: {value}")
            else:
                data[name] = value.split("\n") if lists and (row, heading) in lists else value
        _record(bound, records, kind, data, Origin(source, sheet, row, tuple(problems), tuple(extra)), matched)


def _record(bound: Bound, records: list[Record], kind: type[Record], data: dict[str, Any], origin: Origin, matched: dict[str, str]) -> None:
    try:
        records.append(kind(**data, origin=origin))
        return
    except ValidationError as error:
        wrong = {str(e["loc"][0]) for e in error.errors(include_url=False, include_context=False, include_input=False)}
    headings = {n: h for h, n in matched.items()}
    keys = sorted(n for n in wrong if n not in kind.items() or kind.is_key(n))
    if keys:
        names = "、".join(headings.get(n, n) for n in keys)
        what = Text(f"关键列为空或无法识别：{names}", f"key column is blank or unreadable: {names}")
        where = f"{origin.source} / {origin.sheet} / {origin.row}"
        hint = Text("补全该行的关键列；编号请按文本保存", "fill the key columns of the row; keep identifiers as text")
        bound.rejected.append(Rejected(origin, kind, InvalidRecord(what, where, hint)))
        return
    problems = origin.problems + tuple(f"{headings[n]}: {_shown(data[n])}" for n in data if n in wrong)
    readable = {n: v for n, v in data.items() if n not in wrong}
    records.append(kind(**readable, origin=origin._replace(problems=problems)))


def _shown(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def sheet_of(kind: type[Record], records: Sequence[Record]) -> tuple[list[str], list[list[str]]]:
    """Return the Chinese headings and the rows of a ledger that `bind` reads back to the same records.

    A value that begins like a formula is written as it is: the writer must keep it as text.
    """
    fields = list(kind.items())
    header = [kind.headings(name)[0] for name in fields]
    return header, [[_written(getattr(record, name)) for name in fields] for record in records]


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
