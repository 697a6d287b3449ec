"""Binds sheets of ledgers to record kinds, and back."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl
from pydantic import ValidationError

from zhunru.core.errors import InvalidRecord
from zhunru.core.record import Origin, Record
from zhunru.core.text import Text


class Rejected(NamedTuple):
    """A row that no record could be made of; or, with a row of None, a whole sheet that cannot be relied on for the kind."""

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
        row_count: Rows below the headings.
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
_UNITS = frozenset({
    "b", "kb", "mb", "gb", "tb", "字节", "s", "ms", "秒", "毫秒", "分", "分钟", "小时", "天", "日", "周", "月", "年", "条",
    "万条", "个", "万", "人", "万人", "次", "%", "m", "km", "米", "千米", "km/h",
})  # fmt: skip
_LOST = re.compile(r"\d(\.\d+)?[eE]\+\d+|\d{16,}\.0")
"""An identifier that a spreadsheet kept as a number of 15 digits: the rest is gone."""
_HARMLESS = frozenset({
    "序号", "序", "行号", "no", "sn", "电话", "联系电话", "联系方式", "手机", "手机号", "邮箱", "电子邮箱", "电子邮件", "email",
    "传真", "性别", "工号",
})  # fmt: skip
"""Unknown columns that restrict nothing, whatever they hold."""
_REMARKS = frozenset(["备注", "备考", "说明", "描述", "remark", "remarks", "note", "notes", "comment", "comments"])
"""Unknown columns of free text: they restrict only where a date or one of the words of `_RESTRICTS` stands in them."""
_RESTRICTS = re.compile(
    r"(19|20)\d{2}\s*[-/.年]?\s*\d{1,2}|离任|离职|免职|卸任|撤销|吊销|失效|无效|过期|到期|作废|废止|终止|停用|过户|解绑|仅|除外|不含"
)
_FEW_HEADINGS = 3
"""So many headings of a kind make a sheet without its key columns come near to the kind."""


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


_DEEPEST = 8
"""Headings above each other that are looked through."""


def field_of(kind: type[Record], heading: str) -> str | None:
    """Return the field of `kind` that stands under `heading`, or None.

    Of headings joined with `/` the whole is tried first, then without the first part, and so on (a heading may hold `/` itself: 国家/地区). A unit in brackets must be one that the field
    declares: a column in other units is no match, since its numbers would be read wrongly.
    """
    names = _names(kind)
    parts = heading.split("/")
    for form in ("/".join(parts[k:]) for k in range(min(len(parts), _DEEPEST))):
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


_VERY_NAME = 1000


def _called(kind: type[Record], sheet: str) -> int:
    """Return how well the name of a sheet fits: length of the longest known name inside it; its very name counts most."""
    name = normal(sheet)
    if name == normal(kind.kind()):
        return _VERY_NAME
    return max((len(n) for n in map(normal, (kind.title_zh, kind.kind(), *kind.sheet_names)) if n and n in name), default=0)


class Choice(NamedTuple):
    """What a sheet is taken for.

    Args:
        kind: Record kind, or None.
        why: Reason, for people.
        near: Without a kind: those that the sheet may well be of, so that its rows are lost to them.
    """

    kind: type[Record] | None
    why: Text
    near: tuple[type[Record], ...] = ()


class _Fit(NamedTuple):
    kind: type[Record]
    hits: int
    called: int
    whole: bool
    missing: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, int, int]:
        return self.called == _VERY_NAME, self.hits, self.called


def _fits(sheet: str, headings: Sequence[str], kinds: Sequence[type[Record]]) -> Iterator[_Fit]:
    """Yield the kinds that the sheet is of, or comes near to: by its name, or by headings without the key columns."""
    name = re.sub(r"[\d()\[\]+]", "", normal(sheet))
    for kind in kinds:
        matched = set(_match(kind, headings).values())
        missing = tuple(kind.headings(n)[0] for n in sorted(n for n in kind.items() if kind.is_key(n) and n not in matched))
        called = _called(kind, sheet)
        whole = not missing and len(matched) >= min(2, len(kind.items()))
        if whole or len(matched) >= _FEW_HEADINGS or (called and (matched or called * 2 > len(name))):
            yield _Fit(kind, len(matched), called, whole, missing)


def choose(sheet: str, headings: Sequence[str], kinds: Sequence[type[Record]]) -> Choice:
    """Choose the kind of a sheet: all keys present, most headings matched; equal ones are parted by the name of the sheet.

    A list in TOML or YAML that bears the very name of a kind is that kind. What stays equal, or fits better to a kind whose
    key columns are absent, is told, never guessed.
    """
    found = list(_fits(sheet, headings, kinds))
    whole = [f for f in found if f.whole]
    if not whole:
        near = "；".join(f"{f.kind.title_zh}({'、'.join(f.missing) or '-'})" for f in found)
        zh, en = "列名与任何记录种类都不符", "the headings fit no record kind"
        if near:
            zh, en = f"{zh}；缺少关键列：{near}", f"{en}; key columns are absent: {near}"
        return Choice(None, Text(zh, en), tuple(f.kind for f in found))
    best = max(f.rank for f in whole)
    rivals = [f for f in whole if f.rank == best]
    better = [f for f in found if f.rank > best]
    if better:
        near = "；".join(f"{f.kind.title_zh}({'、'.join(f.missing) or '-'})" for f in better)
        why = Text(f"更像另一种记录，但缺少其关键列：{near}", f"more like another kind whose key columns are absent: {near}")
        return Choice(None, why, tuple(f.kind for f in (*better, *rivals)))
    if len(rivals) > 1:
        tied = tuple(f.kind for f in rivals)
        zh, en = "、".join(k.title_zh for k in tied), ", ".join(k.kind() for k in tied)
        why = Text(f"可作多种记录理解：{zh}；请以记录种类命名工作表", f"could be several kinds: {en}; name the sheet after one of them")
        return Choice(None, why, tied)
    chosen = rivals[0]
    by_name = Text("，名称相符", ", named like it") if chosen.called else Text("", "")
    return Choice(chosen.kind, Text(f"{chosen.hits} 个列名相符{by_name.zh}", f"{chosen.hits} headings match{by_name.en}"))


def bind(cells: pl.DataFrame, kinds: Sequence[type[Record]]) -> Bound:
    """Bind ledger cells to record kinds.

    Args:
        cells: Rows of `LedgerCell`, of any number of files and sheets.
        kinds: Record kinds to choose from.

    Returns:
        Records per kind, in order of file, sheet and row; rejected rows; what each sheet was taken for. Nothing is lost:
        a cell that its field cannot read leaves the field empty and stands in `origin.problems`, an unknown column in `origin.extra`.
        A sheet with rows that came near to kinds without being of one, and a sheet that may keep a restriction in a column
        that is not known, are rejected as a whole for these kinds; the records of the latter are kept.
    """
    bound = Bound()
    for (source, name), part in cells.group_by(["source", "sheet"], maintain_order=True):
        headings = part["heading"].unique(maintain_order=True).to_list()
        body = part.filter(pl.col("shape") != "heading")
        filled = set(body["heading"].unique())
        kind, why, near = choose(str(name), headings, kinds)
        matched = _match(kind, headings) if kind else {}
        unmatched = tuple(h for h in headings if h not in matched and h in filled)
        bound.sheets.append(Sheet(str(source), str(name), kind, why, matched, unmatched, body["row_no"].n_unique()))
        origin = Origin(str(source), str(name))
        if kind and filled:
            if doubt := _doubt(kind, body, matched, unmatched):
                _reject(bound, origin, kind, doubt)
            _rows(bound, kind, str(source), str(name), body, matched)
        elif filled:
            for lost in near:
                _reject(bound, origin, lost, why)
    return bound


def _reject(bound: Bound, origin: Origin, kind: type[Record], what: Text) -> None:
    hint = Text("按所列列名改正表头，或以记录种类命名工作表", "correct the headings as listed, or name the sheet after a kind of records")
    bound.rejected.append(Rejected(origin, kind, InvalidRecord(what, f"{origin.source} / {origin.sheet}", hint)))


def _doubt(kind: type[Record], body: pl.DataFrame, matched: dict[str, str], unmatched: Sequence[str]) -> Text | None:
    """Return why a restriction may stand under a heading that is not read, or None.

    A field whose blank means unrestricted is not believed blank when its column is absent while others are not known, nor when
    a second column for it says otherwise.
    """
    columns = {n: h for h, n in matched.items()}
    lacking = [kind.headings(n)[0] for n in kind.open_when_empty() if n not in columns]
    strange = [h for h in unmatched if _may_restrict(h, body)] if lacking else []
    if strange:
        zh, en = "、".join(lacking), ", ".join(strange)
        return Text(
            f"缺少列：{zh}；未识别的列中可能写有这些限制：{'、'.join(strange)}。请改用所缺列名，确无限制时补一个空列",
            f"columns are absent: {zh}; these restrictions may stand in columns that are not known: {en}. "
            "Rename them, or add an empty column where there is no restriction",
        )
    for heading in unmatched:
        name = field_of(kind, re.sub(r"#\d+$", "", heading))
        if name in kind.open_when_empty() and name in columns and _differ(body, columns[name], heading):
            pair = f"{columns[name]}、{heading}"
            return Text(f"两列表示同一内容而取值不同：{pair}", f"two columns stand for one thing and differ: {pair}")
    return None


def _may_restrict(heading: str, body: pl.DataFrame) -> bool:
    name = _plain(heading.rsplit("/", 1)[-1])[0]
    if name in _HARMLESS:
        return False
    if name not in _REMARKS:
        return True
    return any(_RESTRICTS.search(v) for v in body.filter(pl.col("heading") == heading)["value"])


def _differ(body: pl.DataFrame, used: str, other: str) -> bool:
    """Tell whether the column `other` holds a value that the column `used` does not hold in the same row."""
    one, two = (dict(body.filter(pl.col("heading") == h).select("row_no", "value").iter_rows()) for h in (used, other))
    return any(one.get(row) != value for row, value in two.items())


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
