"""Binds the cells of all ledgers to record kinds, and ties records about files to the files' digests."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from zhunru.core.record import Origin, Record
from zhunru.core.text import Text
from zhunru.engine import walk
from zhunru.engine.dossier import File
from zhunru.engine.intake import Receipt, scan
from zhunru.records import sheets
from zhunru.tables.ledger_cell import LedgerCell

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that no record could be made of."""

    origin: Origin
    reason: Text


@dataclass
class Bound:
    """Records of all ledgers.

    Args:
        records: Kind -> records, in order of file, sheet, row.
        record_files: Kind -> ledgers that hold a sheet of it, also one whose rows were all refused.
        refused: Kind -> rows that could not be used.
        counts: File -> kind -> number of records.
        messages: File -> what a person should know about its sheets.
    """

    records: dict[type[Record], list[Record]] = field(default_factory=dict)
    record_files: dict[type[Record], set[str]] = field(default_factory=dict)
    refused: dict[type[Record], list[Refused]] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    messages: dict[str, list[Text]] = field(default_factory=dict)


def bind(files: Sequence[File], receipts: Mapping[str, Receipt], cache: Path) -> Bound:
    """Bind the ledger cells of every file; what a sheet was taken for, and what was refused, is told per file."""
    found = Bound()
    parts = [scan(cache, receipts[f.name], LedgerCell, f.name) for f in files if receipts[f.name].rows.get("LedgerCell")]
    if not parts:
        return found
    bound = sheets.bind(pl.concat(parts).collect(), list(walk.records().values()))
    for sheet in bound.sheets:
        found.messages.setdefault(sheet.source, []).append(_taken(sheet))
        if sheet.kind:
            found.record_files.setdefault(sheet.kind, set()).add(sheet.source)
    for refused in bound.rejected:
        _refuse(found, refused.kind, Refused(refused.origin, refused.error.what))
    digests = {f.name: f.sha256 for f in files}
    for kind, records in bound.records.items():
        found.records[kind] = list(_tied(found, kind, records, digests))
    for kind, records in found.records.items():
        for record in records:
            counts = found.counts.setdefault(record.origin.source, {})
            counts[kind.kind()] = counts.get(kind.kind(), 0) + 1
            for problem in record.origin.problems:
                where = f"{record.origin.sheet} {record.origin.row}: {problem}"
                found.messages[record.origin.source].append(Text(f"单元格无法识别：{where}", f"a cell cannot be read: {where}"))
    return found


def _taken(sheet: sheets.Sheet) -> Text:
    if sheet.kind is None:
        return Text(f"工作表“{sheet.name}”未使用：{sheet.why.zh}", f"sheet '{sheet.name}' is not used: {sheet.why.en}")
    unknown = ", ".join(sheet.unmatched)
    left = Text(f"；未识别的列：{unknown}", f"; columns not known: {unknown}") if unknown else Text("", "")
    kind = sheet.kind
    return Text(
        f"工作表“{sheet.name}”识别为{kind.title_zh}（{sheet.why.zh}）{left.zh}",
        f"sheet '{sheet.name}' taken for {kind.kind()} ({sheet.why.en}){left.en}",
    )


def _refuse(found: Bound, kind: type[Record], refused: Refused) -> None:
    found.refused.setdefault(kind, []).append(refused)
    where = f"{refused.origin.sheet} {refused.origin.row}"
    told = Text(f"第 {where} 行未使用：{refused.reason.zh}", f"row {where} is not used: {refused.reason.en}")
    found.messages.setdefault(refused.origin.source, []).append(told)


def _tied(found: Bound, kind: type[Record], records: Sequence[Record], digests: Mapping[str, str]) -> Iterator[Record]:
    """Yield records about files under the name that the dossier gives the file.

    A record whose `file` is a digest or a bare file name is tied to the one file that bears it; a record whose `digest`
    contradicts the content of its file is refused: it speaks about other bytes.
    """
    if "file" not in kind.items():
        yield from records
        return
    for record in records:
        file, digest = str(getattr(record, "file")), getattr(record, "digest", None)  # noqa: B009 - not every kind has it
        names = (
            [n for n in digests if file in {n, n.rsplit("/", 1)[-1]}]
            if not _sha(file)
            else [n for n, d in digests.items() if d == _sha(file)]
        )
        if len(names) == 1 and digest and _sha(str(digest)) != digests[names[0]]:
            reason = Text("记录中的摘要与文件内容不符", "the digest in the record is not that of the file")
            _refuse(found, kind, Refused(record.origin, reason))
            continue
        changed: dict[str, Any] = {"file": names[0]} if len(names) == 1 else {}
        yield record.model_copy(update=changed)


def _sha(text: str) -> str:
    match = _SHA256.fullmatch(text.strip())
    return match.group(1).lower() if match else ""
