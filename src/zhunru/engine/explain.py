"""Teaches a part of the house: the same text for `zhunru explain` and for the generated pages under `docs/reference/`."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zhunru.catalogue.pages import applies_in_words, in_force_in_words
from zhunru.core.check import Check
from zhunru.core.clause import BASIS, Clause
from zhunru.core.errors import PlanError
from zhunru.core.finding import fold
from zhunru.core.record import Record
from zhunru.core.step import Need, Reader
from zhunru.core.subject import Subject
from zhunru.core.table import Table
from zhunru.core.text import Text
from zhunru.engine import walk

LISTS = ("checks", "readers", "tables", "records", "clauses", "gates", "subject")


def explain(name: str) -> str:
    """Return the page of a clause, check, reader, table, record kind, gate or one of the lists; raise PlanError with near names."""
    for found in (_pages_of(name), _list(name)):
        if found:
            return found
    near = difflib.get_close_matches(name, names(), 5, 0.4)
    raise PlanError(
        Text("没有这个名称", "there is no such name"),
        name,
        Text("相近：" + ", ".join(near or LISTS), "near: " + ", ".join(near or LISTS)),
    )


def names() -> list[str]:
    """Return every name that can be explained."""
    return [*walk.checks(), *walk.readers(), *walk.tables(), *walk.records(), *walk.catalogue().clauses, *walk.catalogue().gates, *LISTS]


def pages() -> dict[str, str]:
    """Return the generated reference: path under `docs/` -> Markdown."""
    found = {f"reference/checks/{c.id}.md": check_page(c) for c in walk.checks().values()}
    found |= {"reference/readers.md": _joined("读取器", "Readers", map(reader_page, walk.readers().values()))}
    found |= {"reference/tables.md": _joined("表", "Tables", map(table_page, walk.tables().values()))}
    found |= {"reference/records.md": _joined("记录", "Records", map(record_page, walk.records().values()))}
    found |= {"reference/subject.md": subject_page()}
    found |= {"reference/checks.md": _list("checks")}
    return {path: text.rstrip() + "\n" for path, text in sorted(found.items())}


def _joined(zh: str, en: str, parts: Iterable[str]) -> str:
    return f"# {zh} / {en}\n\n" + "\n".join(p.replace("\n# ", "\n## ").replace("# ", "## ", 1) for p in parts)


def _pages_of(name: str) -> str:
    found: list[str] = []
    kinds: tuple[tuple[Mapping[str, Any], Callable[..., str]], ...] = (
        (walk.checks(), check_page),
        (walk.readers(), reader_page),
        (walk.tables(), table_page),
        (walk.records(), record_page),
        (walk.catalogue().clauses, clause_page),
    )
    for known, page in kinds:
        if name in known:
            found.append(page(known[name]))
    if not found:
        found = [
            clause_page(c) for i, c in walk.catalogue().clauses.items() if i.rsplit("/", 1)[-1] == name and i.startswith("miit-2021-103/")
        ]
    gate = walk.catalogue().gates.get(name)
    if gate:
        found.append(f"# {gate.id}\n\n{gate.title_zh} / {gate.title_en}\n\n" + "\n".join(f"- {c}" for c in gate.clauses) + "\n")
    return "\n".join(found)


def _list(name: str) -> str:
    if name == "checks":
        rows = [f"| [{c.id}](checks/{c.id}.md) | {c.title_zh} | {c.title.en} | {', '.join(c.clauses)} |" for c in walk.checks().values()]
        return (
            "# 检查 / Checks\n\n| id | 通过时成立 | true when it passes | clauses |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
        )
    if name == "readers":
        return "\n".join(f"{r.id}: {r.title.zh} / {r.title.en}  {' '.join(r.suffixes)}" for r in walk.readers().values())
    if name == "tables":
        return "\n".join(f"{n}: {_first(t)}" for n, t in walk.tables().items())
    if name == "records":
        return "\n".join(f"{k}: {r.title_zh} / {_first(r)}" for k, r in walk.records().items())
    if name == "clauses":
        return "\n".join(f"{c.id}: {c.title_zh} / {c.title_en}" for c in walk.catalogue().clauses.values())
    if name == "gates":
        return "\n".join(f"{g.id}: {g.title_zh} / {g.title_en}" for g in walk.catalogue().gates.values())
    return subject_page() if name == "subject" else ""


def _first(part: type[Any]) -> str:
    return (part.__doc__ or "").strip().split("\n", 1)[0]


def check_page(check: Check) -> str:
    """Return the page of a check: what it proves, how it decides, its numbers, and its examples as they run now."""
    lines = [f"# {check.id}", "", f"**{check.title_zh}**", "", check.doc, "", "## 需要 / Needs", ""]
    lines += [f"- `{n.name}`: {_need(n)}" for n in check.needs]
    if check.tunables:
        lines += ["", "## 限值 / Limits", "", "| 名称 | 值 | 单位 | 来源 | 依据 |", "| --- | --- | --- | --- | --- |"]
        for tunable in check.tunables:
            limit = tunable.limit
            basis = f"{limit.basis} {BASIS[limit.basis].zh} / {BASIS[limit.basis].en}" if limit else ""
            lines.append(
                f"| {tunable.name} | {tunable.default} | {limit.unit if limit else ''} | {limit.source if limit else ''} | {basis} |"
            )
    lines += ["", "## 条款 / Clauses", "", *(f"- {c}" for c in check.clauses), "", "## 示例 / Examples", ""]
    for example in check.examples:
        folded = fold(check(*example.inputs()))
        said = folded.kept[0].text if folded.kept else Text("没有发现", "nothing found")
        lines.append(f"- {example.verdict} `{example.name}`: {(example.build.__doc__ or '').strip()} → {said.zh} / {said.en}")
    return "\n".join([*lines, "", f"since {check.since}", ""])


def _need(need: Need) -> str:
    kind = f"list[{need.type.__name__}]" if need.records else need.type.__name__
    return f"{kind}{' （可选 / optional）' if need.optional else ''} {_first(need.type) if need.type is not Subject else ''}".rstrip()


def reader_page(reader: Reader) -> str:
    """Return the section of a reader."""
    gives = ", ".join(t.__name__ for t in reader.gives)
    return f"# {reader.id}\n\n{reader.title.zh} / {reader.title.en} ({' '.join(reader.suffixes)}) → {gives}\n\n{reader.doc}\n"


def table_page(table: type[Table]) -> str:
    """Return the section of a table."""
    rows = [f"| {n} | {c.dtype} | {c.unit} | {c.doc_zh} | {c.doc} |" for n, c in table.columns.items()]
    head = f"# {table.__name__}\n\n{_first(table)}\n\n| column | type | unit | 含义 | meaning |\n| --- | --- | --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n"


def record_page(kind: type[Record]) -> str:
    """Return the section of a record kind: the headings under which ledgers keep it."""
    rows = []
    for name, info in kind.items().items():
        headings = "、".join(dict.fromkeys(kind.headings(name)))
        rows.append(f"| {name} | {headings} | {'是 / yes' if kind.is_key(name) else ''} | {info.description} |")
    head = f"# {kind.kind()}\n\n{kind.title_zh} / {_first(kind)}\n\n| field | 列名 / headings | 必填 / key | meaning |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n"


def clause_page(clause: Clause) -> str:
    """Return the page of a clause, with the checks that claim it."""
    instrument = walk.catalogue().instruments[clause.instrument]
    claiming = [c for c in walk.checks().values() if clause.id in c.clauses]
    lines = [
        f"# {clause.id}",
        "",
        f"{clause.title_zh} / {clause.title_en}",
        "",
        clause.duty_zh,
        "",
        clause.duty_en,
        "",
        f"- {instrument.title_zh} / {instrument.title_en} ({in_force_in_words(instrument)})",
        f"- 依据 / basis: {clause.basis} {BASIS[clause.basis].zh} / {BASIS[clause.basis].en}",
        f"- 适用 / applies: {applies_in_words(clause)}",
        f"- 具体化 / made concrete by: {', '.join(clause.concrete) or '-'}",
        "- 检查 / checks: " + ("; ".join(f"{c.id}（{c.title_zh}）" for c in claiming) or "尚无 / none yet"),
    ]
    return "\n".join(lines) + "\n"


def subject_page() -> str:
    """Return the page of the applicability statement."""
    return "# 适用性声明 / Applicability statement (`dossier.toml`, `[subject]`)\n\n" + (Subject.__doc__ or "") + "\n"
