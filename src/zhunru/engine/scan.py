"""Discovery over sources outside a dossier: files, folders, captures and PostgreSQL databases."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from zhunru.core.errors import EvidenceError, PlanError, ZhunruError
from zhunru.core.evidence import Noted, Skipped
from zhunru.core.step import Reader
from zhunru.core.table import Table
from zhunru.core.text import Text
from zhunru.engine import postgres_link, postgres_rows, walk
from zhunru.engine.dossier import sha256_of
from zhunru.engine.executors import Serial, Workers
from zhunru.engine.run import Progress
from zhunru.engine.source import FileSource
from zhunru.formulas.identifiers.kinds import FOUND
from zhunru.formulas.identifiers.rules import Ruleset, read_rules
from zhunru.readers.stored.names import place_of
from zhunru.readers.stored.tally import Tally
from zhunru.tables.clear_text import ClearText, PayloadAccount
from zhunru.tables.examined import BINARY, BROKEN, ENCRYPTED, FAILED, LOST, UNREAD, Examined
from zhunru.tables.scanned_source import ScannedSource
from zhunru.tables.sighting import Sighting

TIMEOUT_S = 3600
"""Longest time for one statement of a database."""
_PARALLEL_FROM_BYTE = 32 << 20
_PATIENCE_S = 7 * 86400.0
"""One table or file may take this long in a worker; statements have their own limit."""


@dataclass(frozen=True)
class Asked:
    """What the user asks for.

    Args:
        rows: Most rows per table; None = all.
        timeout_s: Longest time for one statement of a database.
        rules: Text of a file of the user's own rules; empty = none.
    """

    rows: int | None = None
    timeout_s: int = TIMEOUT_S
    rules: str = ""


EVERYTHING = Asked()


@cache
def ruleset(text: str) -> Ruleset | None:
    """Return the rules of a file, made ready once per process; None for an empty text.

    Raises:
        DeclarationError: The rules cannot be used.
    """
    return Ruleset(read_rules(text)) if text else None


@dataclass(frozen=True)
class FileItem:
    """One file to look at: path, name in places (empty when it is the whole source)."""

    path: Path
    label: str
    asked: Asked
    size_byte: int


@dataclass(frozen=True)
class TableItem:
    """One table to look at, and the name of its database in places (empty when it is the only source). The address may hold a password: it goes to workers, never into a result."""

    address: str
    label: str
    relation: postgres_link.Relation
    asked: Asked

    @property
    def size_byte(self) -> int:
        """Size of the table on the server."""
        return self.relation.size_byte


Item = FileItem | TableItem


@dataclass
class Part:
    """What one item gave: sightings and account as frames, and what people should know."""

    sightings: pl.DataFrame
    examined: pl.DataFrame
    messages: list[tuple[str, Text]] = field(default_factory=list)


@dataclass
class Scan:
    """What a scan of one or several sources gave.

    Args:
        head: First line of the result file; no secrets.
        sightings: Rows of `Sighting`, without `source`.
        examined: Rows of `Examined`, without `source`.
        messages: Where and what, for people.
    """

    head: dict[str, Any]
    sightings: pl.DataFrame
    examined: pl.DataFrame
    messages: list[tuple[str, Text]]

    @property
    def exit_code(self) -> int:
        """0 nothing found and all decided; 1 something found; 3 something open; 4 nothing was examined."""
        if self.sightings.filter(pl.col("certainty") == FOUND).height:
            return 1
        if not int(self.examined["examined_count"].sum()):
            return 4
        whole = self.examined.filter(pl.col("present_count").eq_missing(pl.col("examined_count")) & (pl.col("undecidable_count") == 0))
        return 0 if whole.height == self.examined.height and not self.sightings.height else 3


def scan(sources: Sequence[str], asked: Asked = EVERYTHING, jobs: int = 2, progress: Progress | None = None) -> Scan:
    """Look at every item of every source.

    Args:
        sources: Paths of files and folders, addresses of PostgreSQL databases.
        asked: Limits and rules.
        jobs: Worker processes for much data.
        progress: Called as (stage, done, total).

    Raises:
        DeclarationError: The rules cannot be used.
        PlanError: A source is not there, or an address cannot be parsed.
        EvidenceError: A database cannot be reached.
    """
    started = datetime.now(UTC)
    ruleset(asked.rules)
    labels = _labels(sources)
    items: list[Item] = []
    parts: list[Part] = []
    heads: list[dict[str, str]] = []
    for source, label in zip(sources, labels, strict=True):
        found, head, part = (_of_database if postgres_link.is_address(source) else _of_path)(source, label, asked)
        items += found
        heads.append(head)
        parts.append(part)
    # much data is shared among processes, and of several files none may end the scan of the others
    much = sum(i.size_byte for i in items) >= _PARALLEL_FROM_BYTE or sum(isinstance(i, FileItem) for i in items) > 1
    executor = Workers(jobs, _PATIENCE_S) if much else Serial()
    for done, outcome in enumerate(executor.map_unordered(look, sorted(items, key=lambda i: -i.size_byte)), 1):
        parts.append(outcome.receipt or _lost(outcome.item, outcome.error))
        if progress:
            progress("read", done, len(items))
    head = {
        k: " ; ".join(dict.fromkeys(h[k] for h in heads if h[k])) for k in ("kind", "description", "database", "identity", "server_version")
    }
    head["kind"] = head["kind"] if len({h["kind"] for h in heads}) == 1 else "several"
    return Scan(
        head | _run_facts(started, asked),
        pl.concat([p.sightings for p in parts]).sort("place", "kind", "certainty"),
        pl.concat([p.examined for p in parts]).sort("place", "item_kind"),
        sorted(m for p in parts for m in p.messages),
    )


def _run_facts(started: datetime, asked: Asked) -> dict[str, Any]:
    import getpass

    import zhunru

    try:
        account = getpass.getuser()
    except (OSError, KeyError):
        account = ""
    return {
        "tool_version": zhunru.__version__,
        "rules_digest": rules_digest(asked.rules),
        "operator": account,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "row_limit": asked.rows,
    }


def rules_digest(own: str = "") -> str:
    """Return the SHA-256 over the rules of discovery, and over the user's own."""
    import zhunru.formulas.identifiers as package

    total = hashlib.sha256()
    for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    total.update(own.encode())
    return total.hexdigest()


# Sources ------------------------------------------------------------------------------------------------------------------------------


def _labels(sources: Sequence[str]) -> list[str]:
    """Return what stands before the places of each source: nothing for a single one, else a name that no other has."""
    if len(sources) == 1:
        return [""]
    names = [_label("postgresql" if postgres_link.is_address(s) else Path(s).resolve().name or "/") for s in sources]
    return [name if names.count(name) == 1 else f"{name}#{names[: n + 1].count(name)}" for n, name in enumerate(names)]


def _of_path(source: str, above: str, asked: Asked) -> tuple[list[Item], dict[str, str], Part]:
    path = Path(source)
    part = Part(*_rows(Tally()))
    if path.is_dir():
        items: list[Item] = []
        tally = Tally()
        for file in sorted(_files(path)):
            label = file.relative_to(path).as_posix()
            label = f"{above}/{label}" if above else label
            if file.is_symlink() or not file.is_file():
                tally.undecided(_label(label), "file", 1, UNREAD)
            else:
                items.append(FileItem(file, _label(label), asked, file.stat().st_size))
        return items, _head("folder", str(path)), Part(*_rows(tally))
    if not path.is_file():
        hint = Text("给出文件、目录或 postgresql:// 地址", "give a file, a folder or a postgresql:// address")
        raise PlanError(Text("来源不存在", "the source is not there"), source, hint)
    try:
        digest = sha256_of(path)
    except OSError as error:
        hint = Text("检查权限与存储介质", "check permissions and the medium")
        raise EvidenceError(Text("文件打不开", "the file cannot be opened"), source, hint) from error
    item = FileItem(path, above, asked, path.stat().st_size)
    return [item], _head("file", path.name, identity=digest), part


def _files(folder: Path) -> Iterator[Path]:
    """Yield what stands under a folder; links and folders that cannot be opened come themselves."""
    try:
        entries = list(folder.iterdir())
    except OSError:
        yield folder
        return
    for path in entries:
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path


def _label(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)


def _of_database(address: str, above: str, asked: Asked) -> tuple[list[Item], dict[str, str], Part]:
    tally = Tally()
    with postgres_link.linked(address, asked.timeout_s) as link:
        who = postgres_link.identity(link)
        items: list[Item] = [TableItem(address, above, r, asked) for r in postgres_link.relations(link)]
        if large := postgres_link.large_objects(link):
            tally.undecided("(large objects)", "object", large, BINARY)
    head = _head("postgresql", who.description, who.database, who.system, who.version)
    messages = [(who.database, Text(f"数据库编码 {who.encoding}，{len(items)} 张表", f"encoding {who.encoding}, {len(items)} tables"))]
    sightings, examined = _rows(tally)
    return items, head, Part(sightings, examined.with_columns(_under(above)), messages)


def _head(kind: str, description: str, database: str = "", identity: str = "", server_version: str = "") -> dict[str, str]:
    return {"kind": kind, "description": description, "database": database, "identity": identity, "server_version": server_version}


# Items --------------------------------------------------------------------------------------------------------------------------------


def look(item: Item) -> Part:
    """Look at one file or table."""
    return _table(item) if isinstance(item, TableItem) else _file(item)


def _table(item: TableItem) -> Part:
    tally = Tally(ruleset(item.asked.rules))
    with postgres_link.linked(item.address, item.asked.timeout_s) as link:
        said = postgres_rows.look(link, item.relation, postgres_link.fields(link, item.relation), tally, item.asked.rows)
    messages = [(said.partition(": ")[0], Text(said.partition(": ")[2], said.partition(": ")[2]))] if said else []
    sightings, examined = (frame.with_columns(_under(item.label)) for frame in _rows(tally))
    return Part(sightings, examined, messages)


def _file(item: FileItem) -> Part:
    source = FileSource(item.path, item.path.name)
    messages: list[tuple[str, Text]] = []
    found: dict[type[Table], list[pl.DataFrame]] = {}
    tally = Tally()
    try:
        reader = reader_for(source.head)
        asked = {"rows": item.asked.rows, "rules": ruleset(item.asked.rules)} if {"rows", "rules"} <= set(reader.hints) else {}
        for given in reader(source, **asked):
            if isinstance(given, Sighting | Examined | ClearText | PayloadAccount):
                found.setdefault(type(given), []).append(given.collect())
            elif isinstance(given, Skipped | Noted):
                messages.append((item.label, given.reason if isinstance(given, Skipped) else given.text))
                if isinstance(given, Skipped):
                    tally.undecided("", "record", given.count, BROKEN)
    except EvidenceError as error:
        messages.append((item.label, error.what))
        tally.undecided("", "file", 1, BROKEN)
    if not item.size_byte:
        tally.passed("", "byte", 0)
    sightings, examined = _rows(tally)
    parts = [(sightings, examined), *_stored(found), *_captured(found)]
    under = _under(item.label)
    return Part(
        pl.concat([s for s, _ in parts]).with_columns(under),
        pl.concat([e for _, e in parts]).with_columns(under),
        list(dict.fromkeys(messages)),
    )


def reader_for(head: bytes) -> Reader:
    """Return the reader that looks at content for identifiers: by magic bytes first, any other file as a stored copy."""
    # the result of another scan is a claim about a source, not a source
    able = [r for r in walk.readers().values() if {Examined, PayloadAccount} & set(r.gives) and ScannedSource not in r.gives]
    fitting = [r for r in able if r.recognises(head)] or [walk.readers()["stored_copy"]]
    return min(fitting, key=lambda r: (r.general, not r.magic, r.id))


def _under(label: str) -> pl.Expr:
    """Return the place inside a source of several files: file, colon, place inside the file."""
    place = pl.col("place")
    return place if not label else pl.when(place == "").then(pl.lit(label)).otherwise(pl.lit(label + ":") + place).alias("place")


def _rows(tally: Tally) -> tuple[pl.DataFrame, pl.DataFrame]:
    sightings, examined = (table.collect().drop("source") for table in tally.tables())
    return sightings, examined


def _stored(found: dict[type[Table], list[pl.DataFrame]]) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    if found.get(Examined) or found.get(Sighting):
        frames = [pl.concat(found.get(t) or [t.empty().collect()]).drop("source") for t in (Sighting, Examined)]
        yield frames[0], frames[1]


def _captured(found: dict[type[Table], list[pl.DataFrame]]) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Turn what a capture gave into the words of a scan: a place is a direction of a flow, an item is a byte of payload."""
    if not (found.get(PayloadAccount) or found.get(ClearText)):
        return
    place = pl.format("{} {}:{} > {}:{}", *(pl.col(c) for c in ("protocol", "from_ip", "from_port", "to_ip", "to_port")))
    clear = pl.concat(found.get(ClearText) or [ClearText.empty().collect()])
    account = pl.concat(found.get(PayloadAccount) or [PayloadAccount.empty().collect()])
    blind = {ENCRYPTED: pl.col("encrypted_byte"), BINARY: pl.col("opaque_byte"), LOST: pl.col("lost_byte")}
    whole = pl.col("payload_byte") + pl.col("lost_byte")
    reasons = [pl.when(count > 0).then(pl.lit(code)) for code, count in blind.items()]
    yield (
        clear.select(
            place.alias("place"),
            "kind",
            "certainty",
            "hit_count",
            pl.lit(None, pl.Int64).alias("distinct_count"),
            pl.format("{} @ {}", pl.col("encoding"), pl.from_epoch("t_first_ns", "ns").dt.strftime("%Y-%m-%dT%H:%M:%SZ")).alias(
                "first_where"
            ),
            "sample",
        ),
        account.select(
            place.alias("place"),
            pl.lit("byte").alias("item_kind"),
            whole.alias("present_count"),
            whole.alias("examined_count"),
            (whole - pl.sum_horizontal(*blind.values())).alias("decided_count"),
            pl.sum_horizontal(*blind.values()).alias("undecidable_count"),
            pl.concat_str(reasons, separator=",", ignore_nulls=True).alias("reason"),
        ),
    )


def _lost(item: Item, error: ZhunruError | None) -> Part:
    """Tell an item whose worker ended or failed: nothing of it was examined, and it is told."""
    tally = Tally()
    place = "" if isinstance(item, FileItem) else place_of(item.relation.schema, item.relation.name)
    tally.undecided(place, "table" if isinstance(item, TableItem) else "file", 1, FAILED)
    sightings, examined = (frame.with_columns(_under(item.label)) for frame in _rows(tally))
    return Part(sightings, examined, [(f"{item.label} {place}".strip(), error.what)] if error else [])


def totals(examined: pl.DataFrame) -> dict[str, dict[str, int | None]]:
    """Return unit -> present (None where nobody knows), examined, decided and undecidable items."""
    rows = examined.group_by("item_kind").agg(
        pl.when(pl.col("present_count").is_null().any()).then(None).otherwise(pl.col("present_count").sum()).alias("present"),
        pl.col("examined_count").sum().alias("examined"),
        pl.col("decided_count").sum().alias("decided"),
        pl.col("undecidable_count").sum().alias("undecidable"),
    )
    return {row.pop("item_kind"): row for row in rows.sort("item_kind").to_dicts()}
