"""The store of ledgers of a dossier: `records/ledger.jsonl`, one flat JSON object per entry, and its history in the chained ledger.

Every change is a line of `ledger.jsonl` with who, when, from which file, and each cell before and after; the store is what they add up to.
"""

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import polars as pl

from zhunru.core.errors import PlanError, RecordError
from zhunru.core.record import Record
from zhunru.core.text import Text
from zhunru.engine import walk
from zhunru.engine.assess import LEDGER, locked
from zhunru.engine.dossier import Dossier, File, sha256_of, write_whole
from zhunru.engine.intake import Receipt, scan
from zhunru.engine.ledger import Ledger
from zhunru.engine.run import read_all
from zhunru.records.ledger_entry import Entry, Taken, plain, take_entries
from zhunru.records.ledger_plan import Step, digest_of, plan
from zhunru.records.ledger_table import LedgerTable, tables_of
from zhunru.tables.ledger_cell import LedgerCell

STORE = "records/ledger.jsonl"
KIND = "record"
"""Key that names the record kind of a line."""


class Import(NamedTuple):
    """An import as it is planned.

    Args:
        file: The file.
        sha256: Its digest.
        taken: What its sheets gave.
        receipt: How it was read.
        steps: What happens to each entry.
        stray: The store was changed since its history last told of it.
    """

    file: Path
    sha256: str
    taken: Taken
    receipt: Receipt
    steps: tuple[Step, ...]
    stray: bool

    @property
    def whole(self) -> bool:
        """Nothing of the file is left out of the plan or needs a person."""
        clean = self.receipt.state == "read" and not self.taken.rejected and all(s.kind for s in self.taken.sheets if s.row_count)
        return clean and not any(s.state == "conflict" or s.unreadable for s in self.steps)


def entries_in(files: Sequence[File], cache: Path) -> tuple[Taken, dict[str, Receipt]]:
    """Return the entries of the ledgers among `files`, and how each file was read."""
    receipts = read_all(files, cache, 1, None)
    parts = [scan(cache, receipts[f.name], LedgerCell, f.name) for f in files if receipts[f.name].rows.get("LedgerCell")]
    cells = pl.concat(parts).collect() if parts else LedgerCell.empty().collect()
    return take_entries(cells, list(walk.records().values())), receipts


def planned(dossier: Dossier, file: Path) -> Import:
    """Return what an import of `file` would change; nothing is written.

    Raises:
        PlanError: The file holds no ledger, or lies among the records of the dossier.
    """
    _outside(dossier, file)
    with TemporaryDirectory(prefix="zhunru-") as cache:
        taken, receipts = entries_in([File(file.name, file, file.stat().st_size, sha256_of(file))], Path(cache))
    receipt = receipts[file.name]
    if not taken.sheets:
        told = "; ".join(zh for zh, _, _ in receipt.messages[:2])
        raise PlanError(Text("文件中没有台账", "the file holds no ledger"), f"{file}: {told}", Text("见 zhunru read", "see zhunru read"))
    stored, elsewhere = held(dossier)
    doubted = {(r.origin.sheet, r.kind) for r in taken.rejected if r.origin.row is None}
    fit = [e for e in taken.entries if (e.record.origin.sheet, e.kind) not in doubted]
    kinds = frozenset(s.kind for s in taken.sheets if s.kind and (s.name, s.kind) not in doubted)
    steps = plan(fit, stored.entries, elsewhere.entries, kinds=kinds)
    return Import(file, sha256_of(file), taken, receipt, tuple(steps), is_stray(dossier))


def _outside(dossier: Dossier, file: Path) -> None:
    if file.resolve().is_relative_to((dossier.folder / "records").resolve()):
        raise PlanError(
            Text(
                "该文件本身就在档案的 records/ 中，导入后条目会重复",
                "the file lies in the dossier's records/ itself: its entries would count twice",
            ),
            str(file),
            Text("先把它移出 records/，再导入", "move it out of records/ first, then import it"),
        )


def held(dossier: Dossier) -> tuple[Taken, Taken]:
    """Return the entries of the store, and those of all other ledgers of the dossier.

    Raises:
        RecordError: The store is not read whole: nothing is changed that cannot be compared.
    """
    ledgers = [f for f in dossier.files if f.name.startswith("records/")]
    cache = dossier.state / "cache"
    stored, receipts = entries_in([f for f in ledgers if f.name == STORE], cache)
    if stored.rejected or any(r.state != "read" for r in receipts.values()):
        told = "; ".join([r.error.what.zh for r in stored.rejected][:3] + [m[0] for r in receipts.values() for m in r.messages][:3])
        raise RecordError(
            Text("台账库读不完整", "the store of ledgers is not read whole"),
            f"{STORE}: {told}",
            Text("用可信副本恢复", "restore it from a trusted copy"),
        )
    return stored, entries_in([f for f in ledgers if f.name != STORE], cache)[0]


def apply(dossier: Dossier, file: Path, *, person: str, now: datetime, expected: str = "", remove: bool = False) -> Import:
    """Carry out an import as a whole: the history first, then the store; return what was done.

    Args:
        dossier: The dossier; held against other runs meanwhile.
        file: The ledger.
        person: Who imports it.
        now: When.
        expected: Digest of the preview; the import is refused when it would do something else.
        remove: Take missing entries out of the store; else they stay.

    Raises:
        PlanError: The plan is not the one that was previewed.
    """
    with locked(dossier):
        todo = planned(dossier, file)
        if expected and not digest_of(todo.steps).startswith(expected.lower()):
            raise PlanError(
                Text("与预览时不同：文件或档案已改变", "not what was previewed: the file or the dossier has changed"),
                f"{expected} != {digest_of(todo.steps)[:16]}",
                Text("重新预览", "preview it again"),
            )
        steps = [s for s in todo.steps if s.state in {"new", "changed"} or (remove and s.state == "missing")]
        if steps:
            told = {"file": file.name, "sha256": todo.sha256, "person": person, "changes": [_told(s) for s in steps]}
            _write(dossier, _after(dossier, steps), told, now)
    return todo


def _after(dossier: Dossier, steps: Sequence[Step]) -> list[Entry]:
    rows: dict[int | None, Entry | None] = {e.record.origin.row: e for e in held(dossier)[0].entries}  # one line, one entry
    added: list[Entry] = []
    for step in steps:
        if step.state == "new" and step.entry:
            added.append(step.entry)
        elif step.old:
            rows[step.old.record.origin.row] = None if step.state == "missing" else step.entry
    order = {k: n for n, k in enumerate(walk.records().values())}
    return sorted([*(e for e in rows.values() if e), *added], key=lambda e: order[e.kind])


def _told(step: Step) -> dict[str, Any]:
    whole = {h: plain(t) for h, t in step.entry.cells.items()} if step.entry and step.state == "missing" else {}
    changes = [list(c) for c in step.changes] or [[h, text, ""] for h, text in whole.items()]
    state = "removed" if step.state == "missing" else step.state
    return {"state": state, "kind": step.kind.kind(), "entry": list(step.identity), "cells": changes, "unreadable": list(step.unreadable)}


def _write(dossier: Dossier, entries: Sequence[Entry], told: Mapping[str, Any], now: datetime) -> None:
    content = b"".join(_line(e) for e in entries)
    path = dossier.folder / STORE
    if path.is_symlink():
        raise RecordError(Text("台账是符号链接，不跟随", "the ledger is a symbolic link and is not followed"), str(path))
    before = sha256_of(path) if path.exists() else ""
    Ledger(dossier.folder / LEDGER).append(
        "records", {**told, "store": STORE, "before": before, "after": hashlib.sha256(content).hexdigest()}, now
    )
    write_whole(path, content)


def _line(entry: Entry) -> bytes:
    cells: dict[str, Any] = {KIND: entry.kind.kind()}
    for heading, text in entry.cells.items():
        cells[f"{heading}#" if heading == KIND else heading] = text if isinstance(text, str) else list(text)
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


# History --------------------------------------------------------------------------------------------------------------------------------


def history(dossier: Dossier) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (time, content) of each change of the store, oldest first; the chain is proved on the way."""
    for entry in Ledger(dossier.folder / LEDGER).entries():
        if entry.kind == "records":
            yield entry.time, entry.body


def is_stray(dossier: Dossier) -> bool:
    """Tell whether the store is not as its history left it: changed by hand, or put in place of another."""
    path = dossier.folder / STORE
    now = sha256_of(path) if path.exists() else ""
    last = [str(body["after"]) for _, body in history(dossier)]
    return now != (last[-1] if last else "")


# Export ---------------------------------------------------------------------------------------------------------------------------------


def tables(entries: Sequence[Entry]) -> list[LedgerTable]:
    """Return the entries as tables, one for each kind."""
    return tables_of(entries, list(walk.records().values()))


def lost_in(file: Path, entries: Sequence[Entry]) -> list[Step]:
    """Return the entries that an exported file does not read back as they are; none when the export is whole."""
    with TemporaryDirectory(prefix="zhunru-") as cache:
        back, _ = entries_in([File(file.name, file, file.stat().st_size, sha256_of(file))], Path(cache))
    return [s for s in plan(back.entries, entries, unjoined=True) if s.state != "same"]


def records_named(names: Sequence[str]) -> frozenset[type[Record]]:
    """Return the record kinds of these names, Chinese titles allowed; raise PlanError for one that is none."""
    known = {n: k for k in walk.records().values() for n in (k.kind(), k.title_zh)}
    for name in names:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known, 3, 0.4)) or ", ".join(sorted(k for k in known if k.isascii())[:8])
            raise PlanError(Text("没有这种记录", "no such kind of record"), name, Text(f"可用：{near}", f"try: {near}"))
    return frozenset(known[n] for n in names)
