"""Binds the cells of all ledgers to record kinds, and ties records about files to the files' digests."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from zhunru.core.record import Origin, Record
from zhunru.core.text import Text
from zhunru.engine import walk
from zhunru.engine.dossier import File
from zhunru.engine.intake import Receipt, scan
from zhunru.records import sheets
from zhunru.tables.ledger_cell import LedgerCell

_SHA256 = re.compile(r"(?:sha-?256[:=\s]*)?([0-9a-f]{64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that no record could be made of, or (row of None) a sheet that cannot be relied on for the kind."""

    origin: Origin
    reason: Text


@dataclass
class Bound:
    """Records of all ledgers.

    Args:
        records: Kind -> records, in order of file, sheet, row.
        record_files: Kind -> files that decide its records: ledgers that hold a sheet of it or one that was refused for it, and
            the files that its records are about.
        refused: Kind -> rows and sheets that could not be used.
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
        if sheet.kind and sheet.row_count:
            found.record_files.setdefault(sheet.kind, set()).add(sheet.source)
    for refused in bound.rejected:
        _refuse(found, refused.kind, Refused(refused.origin, refused.error.what))
    names = Names(files)
    for kind, records in bound.records.items():
        found.records[kind] = list(_tied(found, kind, records, names)) if "file" in kind.items() else list(records)
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
    found.record_files.setdefault(kind, set()).add(refused.origin.source)
    origin, reason = refused.origin, refused.reason
    if origin.row is None and any(reason.zh in message.zh for message in found.messages.get(origin.source, ())):
        return  # the sheet is bound to nothing, which was told with this reason
    if origin.row is None:
        told = Text(f"工作表“{origin.sheet}”对{kind.title_zh}：{reason.zh}", f"sheet '{origin.sheet}' for {kind.kind()}: {reason.en}")
    else:
        where = f"{origin.sheet} {origin.row}"
        told = Text(f"第 {where} 行未使用：{reason.zh}", f"row {where} is not used: {reason.en}")
    found.messages.setdefault(origin.source, []).append(told)


class Names:
    """Finds the files that a ledger means, however it writes them: the one matcher of the house.

    Args:
        files: All files of the dossier, or those given on the command line.
    """

    def __init__(self, files: Sequence[File]) -> None:
        self.digests = {f.name: f.sha256 for f in files}
        self._by_last: dict[str, list[str]] = {}
        for name in self.digests:
            self._by_last.setdefault(_last(_path(name)), []).append(name)

    def meant(self, written: str) -> list[str]:
        """Return the files that bear the digest, else the name: the very name, the same path but for case and slashes, or a part of the path.

        A path may be written shorter than that of the file (`net/a.pcap`, `a.pcap`) or longer (`D:/car/evidence/net/a.pcap`).
        """
        if digest := _sha(written):
            return [n for n, d in self.digests.items() if d == digest]
        if written in self.digests:
            return [written]
        path = _path(written)
        known = self._by_last.get(_last(path), [])
        return [n for n in known if _path(n) == path] or [
            n for n in known if f"/{_path(n)}".endswith(f"/{path}") or path.endswith(f"/{_path(n)}")
        ]


def _path(name: str) -> str:
    parts = unicodedata.normalize("NFC", name).strip().replace("\\", "/").casefold().split("/")
    return "/".join(p for p in parts if p not in {"", "."})


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _tied(found: Bound, kind: type[Record], records: Sequence[Record], names: Names) -> Iterator[Record]:
    """Yield records about files under the name that the dossier gives the file.

    A record that means no file, or one of several, and a record whose `digest` is not that of its file are refused: nothing
    tells that they speak about the bytes at hand. Of several files a digest may name the one.
    """
    seen: dict[str, list[str]] = {}
    for record in records:
        written, digest = str(getattr(record, "file")), getattr(record, "digest", None)  # noqa: B009 - not every kind has it
        meant = seen[written] if written in seen else seen.setdefault(written, names.meant(written))
        found.record_files.setdefault(kind, set()).update(meant)
        mine = [n for n in meant if not digest or names.digests[n] == _sha(str(digest))]
        if len(mine) == 1:
            yield record.model_copy(update={"file": mine[0]})
        else:
            _refuse(found, kind, Refused(record.origin, _why_untied(written, meant, mine)))


def _why_untied(written: str, meant: Sequence[str], mine: Sequence[str]) -> Text:
    if not meant:
        return Text(f"没有记录所指的文件：{written}", f"there is no such file as the record is about: {written}")
    if not mine:
        return Text("记录中的摘要与文件内容不符", "the digest in the record is not that of the file")
    which = ", ".join(sorted(mine))
    return Text(f"记录所指的文件不止一个，请写明路径：{which}", f"more than one file may be meant, give the path: {which}")


def _sha(text: str) -> str:
    match = _SHA256.fullmatch(text.strip())
    return match.group(1).lower() if match else ""
