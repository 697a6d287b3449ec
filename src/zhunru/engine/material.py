"""The material of an assessment: what the steps may be given, and from which files it came."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from zhunru.core.record import Record
from zhunru.core.step import Need, Step
from zhunru.core.subject import Subject
from zhunru.core.table import Table
from zhunru.core.text import Text
from zhunru.engine import walk
from zhunru.engine.dossier import File
from zhunru.engine.intake import Receipt, scan
from zhunru.tables.ledger_cell import LedgerCell


@dataclass
class Material:
    """Files with their receipts, records by kind, the subject and the day.

    Args:
        cache: Folder of the columns.
        files: Every file of the dossier.
        receipts: File name -> what became of it.
        records: Kind -> records of all ledgers.
        record_files: Kind -> names of the ledgers that hold a sheet of the kind, also a refused one, and of the files that its records are about.
        subject: The product.
        day: Day as of which is assessed.
    """

    cache: Path
    files: Sequence[File]
    receipts: Mapping[str, Receipt]
    records: Mapping[type[Record], list[Record]]
    record_files: Mapping[type[Record], set[str]]
    subject: Subject
    day: date
    _built: dict[type[Table], Table] = field(default_factory=dict)

    @cached_property
    def digests(self) -> dict[str, str]:
        """File name -> SHA-256."""
        return {f.name: f.sha256 for f in self.files}

    @cached_property
    def _givers(self) -> dict[type[Table], list[str]]:
        found: dict[type[Table], list[str]] = {}
        for name, receipt in self.receipts.items():
            if receipt.reader:
                for table in walk.readers()[receipt.reader].gives:
                    if table.__name__ not in receipt.barren:
                        found.setdefault(table, []).append(name)
        return found

    @cached_property
    def _unread_ledgers(self) -> list[str]:
        # nothing tells which records a ledger held where it could not be read: every check on records has a gap
        damaged = [n for n in self._givers.get(LedgerCell, ()) if self.receipts[n].state == "damaged"]
        return damaged + [n for n, r in self.receipts.items() if r.state == "unused" and n.startswith("records/")]

    def routes(self, table: type[Table], above: tuple[type[Table], ...] = ()) -> list[Step]:
        """Return the derives that can make `table` now; a route that needs the table itself is left out."""
        if table in above:
            return []
        return [s for s in walk.derives().values() if table in s.gives and not self.lacking(s, (*above, table))]

    def has(self, need: Need, above: tuple[type[Table], ...] = ()) -> bool:
        """Tell whether `need` can be given."""
        if need.records:
            return bool(self.record_files.get(need.type))
        if issubclass(need.type, Table):
            return need.type in self._givers or bool(self.routes(need.type, above))
        return True

    def lacking(self, step: Step, above: tuple[type[Table], ...] = ()) -> list[Need]:
        """Return the needs of `step` that cannot be given and are not optional."""
        return [n for n in step.needs if not n.optional and not self.has(n, above)]

    def wanted(self, need: Need, above: tuple[type[Table], ...] = ()) -> set[Text]:
        """Return in words the evidence that would give `need`: ledgers by their title, files by their format."""
        if need.records:
            return {Text(f"台账“{need.type.title_zh}”", f"ledger '{need.type.kind()}'")}
        direct = {r.title for r in walk.readers().values() if need.type in r.gives}
        routes = [s for s in walk.derives().values() if need.type in s.gives and need.type not in above]
        below = (n for route in routes[:1] for n in self.lacking(route, (*above, need.type)))
        return direct or {text for n in below for text in self.wanted(n, (*above, need.type))}

    def below(self, step: Step) -> list[Step]:
        """Return the derives that feed `step`, directly or not, each once, in order of ids."""
        found: dict[str, Step] = {}
        for need in step.needs:
            for route in self.routes(need.type) if issubclass(need.type, Table) else ():
                found |= {route.id: route} | {s.id: s for s in self.below(route)}
        return [found[i] for i in sorted(found)]

    def feeding(self, step: Step) -> set[str]:
        """Return the names of all files from which the inputs of `step` come, derives included."""
        return {name for need in step.needs for name in self._feeding(need)}

    def _feeding(self, need: Need) -> Iterator[str]:
        if need.records:
            yield from self.record_files.get(need.type, ())
            yield from self._unread_ledgers
        elif issubclass(need.type, Table):
            yield from self._givers.get(need.type, ())
            for route in self.routes(need.type):
                yield from self.feeding(route)

    def give(self, need: Need) -> Any:
        """Return the value of one parameter."""
        if need.optional and not self.has(need):
            return None
        if need.records:
            return list(self.records.get(need.type, ()))
        if need.type is Subject:
            return self.subject
        if need.type is date:
            return self.day
        return self.table(need.type)

    def table(self, table: type[Table]) -> Table:
        """Return all rows of `table`: read from files, and made by derives (kept as columns under a key of their inputs)."""
        if table not in self._built:
            read = [table(scan(self.cache, self.receipts[n], table, n)) for n in sorted(self._givers.get(table, ()))]
            self._built[table] = table.concat([*read, *(self._derived(route, table) for route in self.routes(table))])
        return self._built[table]

    def _derived(self, route: Step, table: type[Table]) -> Table:
        path = self.cache / "derived" / f"{self.key(route, {})}.parquet"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            made = route(*(self.give(need) for need in route.needs))
            made.frame.sink_parquet(part, compression="lz4")
            part.rename(path)
        return table(pl.scan_parquet(path, glob=False))

    def key(self, step: Step, parameters: Mapping[str, Any]) -> str:
        """Return the digest of everything that decides what `step` gives: code, parameters, inputs, and subject and day where it asks."""
        content = {
            "code": walk.code_digest(),
            "step": f"{step.kind}:{step.id}",
            "parameters": dict(parameters),
            "files": sorted((n, self.digests[n]) for n in self.feeding(step)),
            "subject": self.subject.model_dump(mode="json") if self._asks(step, Subject) else None,
            "day": self.day.isoformat() if self._asks(step, date) else None,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _asks(self, step: Step, kind: type[Any]) -> bool:
        return any(n.type is kind for s in (step, *self.below(step)) for n in s.needs)
