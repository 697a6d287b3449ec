"""What an import would change, row by row, before anything is written."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from zhunru.core.record import Record
from zhunru.core.text import Text
from zhunru.records.ledger_entry import BLANK, Entry, Written, joined, plain, same, shape_of
from zhunru.records.sheets import field_of

State = Literal["new", "changed", "same", "missing", "conflict"]


class Change(NamedTuple):
    """One cell that an import would change: heading, text before and after; an empty text is a blank cell."""

    heading: str
    old: str
    new: str


class Step(NamedTuple):
    """What happens to one entry.

    Args:
        state: new, changed, same, missing (in the dossier, not in the file) or conflict (nothing is done).
        kind: Kind of the entry.
        identity: What tells it from others, as written.
        changes: Cells that change.
        unreadable: Headings of cells of the file that their fields cannot read; they are kept as they are written.
        entry: Entry as it will stand; of a missing one as it stands; None for a conflict.
        old: Entry as it stands.
        why: Reason of a conflict.
        rows: Rows of the file that speak of it.
    """

    state: State
    kind: type[Record]
    identity: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    unreadable: tuple[str, ...] = ()
    entry: Entry | None = None
    old: Entry | None = None
    why: Text = Text("", "")
    rows: tuple[int, ...] = ()


_TWICE = Text("文件中同一条目出现多次且内容不一致", "the file has the entry more than once, with different contents")
_DOUBLE = Text(
    "档案中同一条目出现多次，无法确定改哪一条", "the dossier has the entry more than once: which of them to change cannot be told"
)
_ELSEWHERE = Text("该条目在档案的其他台账文件中，内容不一致", "the entry stands in another ledger of the dossier, with other contents")
_LIST = Text("列表中的一项含分隔符，表格无法无损保存", "an item of a list holds a separator: no sheet can keep it without loss")
_COMPARED = 100
"""So many entries of one identity are compared column by column."""
_SEPARATORS = frozenset(";；,，、|\n")


def plan(
    file: Sequence[Entry],
    stored: Sequence[Entry],
    elsewhere: Sequence[Entry] = (),
    *,
    kinds: frozenset[type[Record]] | None = None,
    unjoined: bool = False,
) -> list[Step]:
    """Return what the entries of a file would do to those of the dossier, in order of the file, missing ones at the end.

    Args:
        file: Entries of the file.
        stored: Entries of the dossier's own store, which an import may change.
        elsewhere: Entries of other ledgers of the dossier, which it may not.
        kinds: Kinds of which the file has a sheet; stored entries of other kinds are not missing. Default: of all.
        unjoined: Rows that differ in nothing but lists stay apart: the file is an export, held against what it was made from.
    """
    found: list[Step] = []
    held, other = _by_identity(stored), _by_identity(elsewhere)
    seen = set()
    for key, entries in _by_identity(file).items():
        seen.add(key)
        if unjoined:
            found += _matched(entries, held.get(key, []), ())
        else:
            found += _steps(entries, held.get(key, []), other.get(key, []))
    for key, entries in held.items():
        if key not in seen and (kinds is None or key[0] in kinds):
            found += [Step("missing", e.kind, _name(e), entry=e, old=e) for e in entries]
    return found


def _by_identity(entries: Iterable[Entry]) -> dict[tuple[type[Record], tuple[str, ...]], list[Entry]]:
    found: dict[tuple[type[Record], tuple[str, ...]], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.kind, entry.identity), []).append(entry)
    return found


def _name(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.shown(n) for n in shape_of(entry.kind).identified_by)


def _steps(file: Sequence[Entry], held: Sequence[Entry], other: Sequence[Entry]) -> Iterator[Step]:
    kind, name = file[0].kind, _name(file[0])
    rows = tuple(r for e in file if (r := e.record.origin.row))
    entries = list(joined(file)) if shape_of(kind).unique else list(file)
    if any(_loses(e) for e in entries):
        yield Step("conflict", kind, name, why=_LIST, rows=rows)
    elif other and held:
        yield Step("conflict", kind, name, why=_DOUBLE, rows=rows)
    elif other and not held:
        twins = [e for e in entries if any(not _changes(o, e) for o in other)]
        if len(twins) == len(entries):
            yield from (Step("same", kind, name, unreadable=e.unreadable, entry=e, rows=rows) for e in entries)
        else:
            where = "、".join(sorted({o.record.origin.source for o in other}))
            yield Step("conflict", kind, name, why=Text(f"{_ELSEWHERE.zh}：{where}", f"{_ELSEWHERE.en}: {where}"), rows=rows)
    elif shape_of(kind).unique and len(entries) > 1:
        yield Step("conflict", kind, name, why=_TWICE, rows=rows)
    else:
        yield from _matched(entries, held, rows)


def _matched(entries: Sequence[Entry], held: Sequence[Entry], rows: tuple[int, ...]) -> Iterator[Step]:
    left: dict[int, Entry] = dict(enumerate(held))
    by_content: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for at, old in reversed(left.items()):
        by_content.setdefault(_content(old), []).append(at)
    waiting: list[Entry] = []
    for entry in entries:
        alike = by_content.get(_content(entry), [])
        while alike and alike[-1] not in left:
            alike.pop()
        twin = alike.pop() if alike else _alike(entry, left)
        if twin is None:
            waiting.append(entry)
        else:
            old = left.pop(twin)
            yield Step("same", entry.kind, _name(entry), unreadable=entry.unreadable, entry=old, old=old, rows=rows)
    for entry in waiting:
        if not held or (not shape_of(entry.kind).unique and not left):
            made = _opened(entry)
            yield Step("new", entry.kind, _name(entry), tuple(_filled(made)), made.unreadable, made, rows=rows)
        elif len(left) == 1 and len(waiting) == 1:
            (old,) = left.values()
            yield Step("changed", entry.kind, _name(entry), _changes(old, entry), entry.unreadable, merged(old, entry), old, rows=rows)
        else:
            yield Step("conflict", entry.kind, _name(entry), why=_DOUBLE, rows=rows)
    if len(left) != len(waiting):
        yield from (Step("missing", o.kind, _name(o), entry=o, old=o) for o in left.values())


def _content(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return what an entry says, cell by cell: by meaning where the cell could be read; what is blank is left out."""
    known = shape_of(entry.kind).fields
    said = ((h, entry.shown(known[h]) if h in known else plain(text)) for h, text in entry.cells.items())
    return tuple(sorted((h, text) for h, text in said if text))


def _alike(entry: Entry, left: Mapping[int, Entry]) -> int | None:
    """Return an entry that says the same in the columns of the file; where very many bear one identity only whole rows are compared."""
    if len(left) > _COMPARED:
        return None
    return next((at for at, old in left.items() if not _changes(old, entry)), None)


def _changes(old: Entry, new: Entry) -> tuple[Change, ...]:
    """Return the cells of the columns of `new` that say something else in `old`; columns that the file does not have stay as they are."""
    known = shape_of(old.kind).fields
    order = [*known, *sorted({*old.cells, *new.cells} - set(known))]
    return tuple(
        Change(h, plain(old.cells.get(h, "")), plain(new.cells.get(h, ""))) for h in order if h in new.columns and not same(old, new, h)
    )


def _filled(entry: Entry) -> Iterator[Change]:
    yield from (Change(h, "", plain(text)) for h, text in entry.cells.items() if plain(text) != BLANK)


def merged(old: Entry, new: Entry) -> Entry:
    """Return the entry after the import: columns of the file replace, all others stay."""
    kept = {h: text for h, text in old.cells.items() if h not in new.columns or same(old, new, h)}
    added = {h: text for h, text in new.cells.items() if h not in kept}
    return _opened(new._replace(cells={**kept, **added}, columns=old.columns | new.columns))


def _opened(entry: Entry) -> Entry:
    """Return the entry with a mark for each cell that must be seen to be blank.

    The absence of a column whose blank means unrestricted says less than its blank; and an unknown column that could be taken for a field
    is taken for it as soon as the column of the field is gone.
    """
    shape = shape_of(entry.kind)
    asked = set(shape.open_ones & entry.columns)
    for heading in entry.cells:
        if heading not in shape.fields and (name := field_of(entry.kind, heading.rsplit("#", 1)[0])):
            asked.add(shape.titles[name])
    blanks: dict[str, Written] = {h: BLANK for h in asked if not plain(entry.cells.get(h, ""))}
    return entry._replace(cells={**entry.cells, **blanks})


def _loses(entry: Entry) -> bool:
    return any(isinstance(text, tuple) and any(_SEPARATORS & {*item} for item in text) for text in entry.cells.values())


def digest_of(steps: Iterable[Step]) -> str:
    """Return the SHA-256 of what the steps would write: an import can be held to the preview that a person saw."""
    told = [
        [
            s.state,
            s.kind.kind(),
            s.identity,
            [list(c) for c in s.changes],
            sorted((h, plain(t)) for h, t in s.entry.cells.items()) if s.entry else [],
        ]
        for s in steps
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def counts_of(steps: Iterable[Step]) -> Mapping[str, int]:
    """Return how many entries are new, changed, same, missing and in conflict."""
    found = dict.fromkeys(("new", "changed", "same", "missing", "conflict"), 0)
    for step in steps:
        found[step.state] += 1
    return found
