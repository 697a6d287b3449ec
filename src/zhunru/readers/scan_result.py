"""Results of `zhunru scan`."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.formulas.identifiers.kinds import FOUND, SUSPECTED
from zhunru.readers.ledger_jsonl import parsed_json
from zhunru.tables.examined import Examined
from zhunru.tables.scanned_source import ScannedSource
from zhunru.tables.sighting import Sighting
from zhunru.wire.scan_result import EXAMINED, HEAD, MAGIC, SIGHTING

MAX_LINE_BYTE: Final = 1 << 16
_BLOCK_ROWS: Final = 20_000
_WORD_CHAR: Final = 4096
_UNREADABLE: Final = Text("该行不是扫描结果的行", "the line is none of a scan result")
_AGAIN: Final = Text("重新扫描，或取回原文件", "scan again, or take back the file as it was written")
_MAY_BE_NONE: Final = {"present_count", "distinct_count", "row_limit"}


@reader(".jsonl", title_zh="扫描结果", title_en="scan result", magic=(MAGIC,))
def scan_result(file: Source) -> Iterator[ScannedSource | Sighting | Examined | Skipped]:
    """Read what `zhunru scan --out` wrote; the digest in the last line shows a cut or an edit.

    An account that does not add up, or a certainty that nobody knows, is no row and counts as damage.

    Args:
        file: The result.

    Yields:
        Which source was scanned, what was seen, and what was examined.

    Raises:
        DamagedEvidence: The last line is absent, or does not fit the lines before it.

    References:
        `wire/scan_result.py`.
    """
    rows: dict[str, list[dict[str, Any]]] = {"examined": [], "sighting": []}
    counts = {"examined": 0, "sighting": 0}
    digest, end, behind = hashlib.sha256(), None, False
    for number, line in enumerate(_lines(file), 1):
        behind = behind or end is not None
        value = parsed_json(line.strip()) if len(line) <= MAX_LINE_BYTE else None
        kind, entry = _entry(value[0] if value else None, number)
        if kind == "end":
            end = entry
            continue
        digest.update(line)
        if kind == "head":
            yield _source(entry)
        elif kind:
            rows[kind].append(entry)
            counts[kind] += 1
            if len(rows[kind]) == _BLOCK_ROWS:
                yield _table(kind, rows[kind])
                rows[kind] = []
        else:
            yield Skipped(_UNREADABLE, f"line {number}")
    yield from (_table(kind, some) for kind, some in rows.items() if some)
    saved = counts["examined"] + counts["sighting"]
    if end is None:
        raise DamagedEvidence(Text("没有结束行：文件被截断", "the last line is absent: the file is cut"), file.name, _AGAIN, saved)
    if behind or end != counts | {"sha256": digest.hexdigest()}:
        raise DamagedEvidence(
            Text("内容与结束行的摘要不符", "the content does not fit the digest of the last line"), file.name, _AGAIN, saved
        )


def _lines(file: Source) -> Iterator[bytes]:
    """Yield lines with their line feed; one beyond the limit comes in parts."""
    carried = b""
    for block in file.blocks(1 << 20):
        *whole, carried = (carried + block).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(carried) > MAX_LINE_BYTE:
            yield carried
            carried = b""
    if carried:
        yield carried


def _entry(value: Any, number: int) -> tuple[str, dict[str, Any]]:
    """Return what a line is: head, examined, sighting or end, and its values; an empty word when it is none."""
    if not isinstance(value, dict):
        return "", {}
    if number == 1:
        head = {k: v for k, v in value.items() if k != "zhunru_scan"}
        return ("head", head) if _fits(head, HEAD) and None not in map(_nanoseconds, (head["started"], head["ended"])) else ("", {})
    if len(value) != 1:
        return "", {}
    ((kind, entry),) = value.items()
    if not isinstance(entry, dict):
        return "", {}
    if kind == "end":
        return kind, entry
    if kind == "examined" and _fits(entry, EXAMINED):
        whole = entry["examined_count"] == entry["decided_count"] + entry["undecidable_count"]
        possible = entry["present_count"] is None or entry["examined_count"] <= entry["present_count"]
        return (kind, entry) if whole and possible else ("", {})
    known = kind == "sighting" and _fits(entry, SIGHTING) and entry["certainty"] in (FOUND, SUSPECTED)
    return (kind, entry) if known else ("", {})


def _fits(entry: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return set(entry) == set(names) and all(_good(n, v) for n, v in entry.items())


def _good(name: str, value: Any) -> bool:
    if name.endswith("_count") or name == "row_limit":
        return (value is None and name in _MAY_BE_NONE) or (type(value) is int and 0 <= value < 2**62)
    return isinstance(value, str) and len(value) <= _WORD_CHAR


def _nanoseconds(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
        return int(moment.astimezone(UTC).timestamp()) * 10**9 if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _source(head: dict[str, Any]) -> ScannedSource:
    row = {n: head[n] for n in HEAD if n not in ("started", "ended", "row_limit")}
    times = {"t_started_ns": _nanoseconds(head["started"]), "t_ended_ns": _nanoseconds(head["ended"])}
    return ScannedSource.rows(row | times | {"row_limit_count": head["row_limit"]})


def _table(kind: str, rows: list[dict[str, Any]]) -> Sighting | Examined:
    names = SIGHTING if kind == "sighting" else EXAMINED
    columns = {n: [row[n] for row in rows] for n in names}
    return Sighting.of(columns) if kind == "sighting" else Examined.of(columns)
