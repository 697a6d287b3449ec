"""Intake: a file is recognised by its content, read once, and kept as columns under its digest."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from zhunru.core.errors import DamagedEvidence, UnknownFormat, ZhunruError
from zhunru.core.evidence import Barren, Noted, Skipped
from zhunru.core.step import Reader, ReaderItem
from zhunru.core.table import Table
from zhunru.core.text import Text
from zhunru.engine import walk
from zhunru.engine.dossier import File, write_whole
from zhunru.engine.source import FileSource

_PART_BYTE = 48 << 20
"""Blocks are gathered to about this size before they become one part file."""


@dataclass
class Receipt:
    """What became of one file.

    Args:
        state: `read` whole, `damaged` in part or with skipped records, `unused`.
        reader: Id of the reader; empty when unused.
        rows: Table name -> rows.
        skipped: Records seen that did not become rows.
        messages: (zh, en, where) for people, in order.
        folder: Where the parts stand, relative to the cache.
        parts: Part file, relative to the folder -> size in bytes.
        barren: Names of tables of which the file cannot hold a row.
    """

    state: Literal["read", "damaged", "unused"] = "read"
    reader: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    messages: list[tuple[str, str, str]] = field(default_factory=list)
    folder: str = ""
    parts: dict[str, int] = field(default_factory=dict)
    barren: list[str] = field(default_factory=list)

    def tell(self, text: Text, where: str = "", hint: Text | None = None) -> None:
        """Add a message."""
        zh, en = text
        if hint:
            zh, en = f"{zh}；{hint.zh}", f"{en}; {hint.en}"
        self.messages.append((zh, en, where))


@dataclass(frozen=True)
class Task:
    """One file to read into the cache folder `cache`."""

    file: File
    cache: Path


def recognise(source: FileSource) -> tuple[Reader, list[str]]:
    """Return the reader whose content test holds, and the ids of others that would take the file too.

    A file in the folder of some reader (`evidence/stored/`) is what the folder declares: only readers that give the same tables take it.
    Where several hold, a specific format wins over a general one, magic bytes over text recognisers, then a fitting suffix,
    then the order of names. General formats are not told as others: they would take any text.
    """
    name = source.name.lower().removesuffix(".gz")
    try:
        head = source.head
    except DamagedEvidence:  # not even the first bytes can be inflated: the name alone tells what was lost
        named = [r for r in _admitted(source.name) if r.folder or name.endswith(r.suffixes or ("\0",))]
        if not named:
            raise
        return min(named, key=lambda r: (r.general, r.id)), []
    fitting = [r for r in _admitted(source.name) if r.recognises(head)]
    if not fitting:
        empty = not head
        raise UnknownFormat(
            Text("文件为空", "the file is empty") if empty else Text("没有读取器识别此内容", "no reader recognises the content"),
            source.name,
            Text("支持的格式见 zhunru explain readers", "formats: zhunru explain readers"),
        )
    fitting.sort(key=lambda r: (r.general, not r.magic, not name.endswith(r.suffixes or ("\0",)), r.id))
    return fitting[0], [r.id for r in fitting[1:] if not r.general]


def _admitted(name: str) -> list[Reader]:
    """Return the readers that may take a file of this name."""
    readers = list(walk.readers().values())
    declared = [r for r in readers if r.folder and name.startswith(r.folder)]
    if not declared:
        return [r for r in readers if not r.folder]
    return [r for r in readers if set(r.gives) & {t for d in declared for t in d.gives} and (not r.folder or r in declared)]


def reader_of(file: File) -> str:
    """Return the id of the reader that takes the file, or an empty string."""
    try:
        return recognise(FileSource(file.path, file.name))[0].id
    except ZhunruError:
        return ""


def _folder(file: File, reader: str) -> str:
    # the name is part of what a reader sees: a ledger in CSV has no other name for its sheet
    name = hashlib.sha256(file.name.encode()).hexdigest()[:12]
    return f"tables/{file.sha256[:2]}/{file.sha256}-{name}-{reader}-{walk.code_digest()[:16]}"


def known(task: Task) -> Receipt | None:
    """Return the receipt of a file that needs no reading: refused, not recognised, or read before with the same code."""
    if task.file.refusal:
        return _refused(task.file.refusal)
    try:
        reader, _ = recognise(FileSource(task.file.path, task.file.name))
    except ZhunruError as error:
        return _refused(error.what, error.where if error.where != task.file.name else "", error.hint)
    stored = task.cache / _folder(task.file, reader.id) / "receipt.json"
    try:
        data = json.loads(stored.read_bytes())
        receipt = Receipt(**(data | {"messages": [tuple(m) for m in data["messages"]]}))
        whole = all((stored.parent / name).stat().st_size == size for name, size in receipt.parts.items())
        return receipt if whole else None
    except (OSError, ValueError, TypeError, KeyError):  # never read, or a spoilt cache: read again
        return None


def take(task: Task) -> Receipt:
    """Return the receipt of the file, from the cache or by reading it now; never raises for bad evidence."""
    if receipt := known(task):
        return receipt
    source = FileSource(task.file.path, task.file.name)
    reader, others = recognise(source)
    folder = _folder(task.file, reader.id)
    part = task.cache / f"{folder}.part"
    receipt = _read(reader, source, part)
    receipt.folder = folder
    if others:
        also = ", ".join(others)
        receipt.tell(Text(f"也可能是：{also}", f"could also be: {also}"))
    write_whole(part / "receipt.json", json.dumps(asdict(receipt), ensure_ascii=False).encode())
    shutil.rmtree(task.cache / folder, ignore_errors=True)
    part.rename(task.cache / folder)
    return receipt


def scan(cache: Path, receipt: Receipt, table: type[Table], name: str) -> pl.LazyFrame:
    """Return the rows of `table` that the file `name` gave, lazily, with `source` filled."""
    if not receipt.rows.get(table.__name__):
        return table.empty().frame
    parts = [cache / receipt.folder / part for part in receipt.parts if part.split("/", 1)[0] == table.__name__]
    return pl.scan_parquet(parts, schema=table.schema(), glob=False).with_columns(pl.lit(name).alias("source"))


def _refused(text: Text, where: str = "", hint: Text | None = None) -> Receipt:
    receipt = Receipt(state="unused")
    receipt.tell(text, where, hint)
    return receipt


def _read(reader: Reader, source: FileSource, folder: Path) -> Receipt:
    receipt = Receipt(reader=reader.id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parts = _Parts(folder)
    try:
        for item in blocks(reader, source):
            if isinstance(item, Skipped):
                receipt.skipped += item.count
                receipt.state = "damaged"
                receipt.tell(Text(f"{item.reason.zh}（{item.count} 条）", f"{item.reason.en} ({item.count})"), item.where)
            elif isinstance(item, Noted):
                receipt.tell(Text(f"{item.text.zh}（{item.count}）", f"{item.text.en} ({item.count})"))
            elif isinstance(item, Barren):
                receipt.barren += [t.__name__ for t in item.tables]
            else:
                parts.add(item)
    except DamagedEvidence as error:
        receipt.state = "damaged"
        saved = Text(f"；已读出 {error.saved} 条", f"; {error.saved} records saved")
        receipt.tell(Text(error.what.zh + saved.zh, error.what.en + saved.en), error.where, error.hint)
    except ZhunruError as error:
        receipt.state = "damaged"
        receipt.tell(error.what, error.where, error.hint)
    except Exception as error:  # noqa: BLE001 - a crash of one reader must not stop the others; it is told as our fault
        receipt.state = "damaged"
        receipt.tell(Text("读取器出错（本软件缺陷）", "the reader crashed (a fault of this software)"), f"{type(error).__name__}: {error}")
    parts.close()
    receipt.rows, receipt.parts = parts.rows, parts.sizes_byte
    return receipt


def blocks(reader: Reader, source: FileSource) -> Iterator[ReaderItem]:
    """Run a reader and hold it to its declaration."""
    for item in reader(source):
        if isinstance(item, Skipped | Noted | Barren) or (isinstance(item, Table) and type(item) in reader.gives):
            yield item
        else:
            raise TypeError(f"{reader.id} yields {type(item).__name__}, which it does not declare")


class _Parts:
    """Gathers blocks per table and writes them as numbered Parquet files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.waiting: dict[str, list[pl.DataFrame]] = {}
        self.sizes: dict[str, int] = {}
        self.sizes_byte: dict[str, int] = {}

    def add(self, table: Table) -> None:
        name, frame = type(table).__name__, table.collect()
        self.rows[name] = self.rows.get(name, 0) + frame.height
        self.waiting.setdefault(name, []).append(frame)
        self.sizes[name] = self.sizes.get(name, 0) + int(frame.estimated_size())
        if self.sizes[name] >= _PART_BYTE:
            self._write(name)

    def close(self) -> None:
        for name in list(self.waiting):
            self._write(name)

    def _write(self, name: str) -> None:
        frames = self.waiting.pop(name, [])
        if not frames:
            return
        number = self.numbers[name] = self.numbers.get(name, 0) + 1
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        path = folder / f"{number:06d}.parquet"
        pl.concat(frames).write_parquet(path, compression="lz4", statistics=True)
        self.sizes_byte[f"{name}/{path.name}"] = path.stat().st_size
        self.sizes[name] = 0
