"""The ledger: append-only, hash-chained lines; the stored bytes are hashed, never a re-serialisation.

A line is `{"h":"<64 hex>","p":"<64 hex>","t":...}`; h = SHA-256 over everything after `"h":"...",` up to the closing brace; p = h of the line before.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

START = "0" * 64
_HEAD = len(b'{"h":"') + 64 + len(b'",')
_PREVIOUS = slice(_HEAD + len(b'"p":"'), _HEAD + len(b'"p":"') + 64)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its number from 1, its kind and its content."""

    number: int
    kind: str
    body: dict[str, Any]
    time: str
    digest: str


class Ledger:
    """The file `ledger.jsonl` of a dossier."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> Iterator[Entry]:
        """Yield the entries, proving the chain on the way; raise EvidenceError at the first line that does not hold."""
        if not self.path.exists():
            return
        previous = START
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                previous, entry = self._prove(number, line, previous)
                yield entry

    def append(self, kind: str, body: Mapping[str, Any], now: datetime | None = None) -> str:
        """Add one line, flushed to the medium; return its digest."""
        head = START
        for entry in self.entries():
            head = entry.digest
        time = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        rest = json.dumps({"p": head, "t": time, "kind": kind, "body": dict(body)}, ensure_ascii=False, separators=(",", ":")).encode()[
            1:-1
        ]
        digest = hashlib.sha256(rest).hexdigest()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as stream:
            stream.write(b'{"h":"' + digest.encode() + b'",' + rest + b"}\n")
            stream.flush()
            os.fsync(stream.fileno())
        return digest

    def _prove(self, number: int, line: bytes, previous: str) -> tuple[str, Entry]:
        digest = hashlib.sha256(line[_HEAD:-2]).hexdigest()
        whole = line[:_HEAD] == b'{"h":"' + digest.encode() + b'",' and line.endswith(b"}\n")
        if not whole or line[_PREVIOUS] != previous.encode():
            raise EvidenceError(
                Text(
                    "台账链在此处断开：该行被改动、删除或插入",
                    "the chain of the ledger breaks here: a line was changed, removed or inserted",
                ),
                f"{self.path.name}: line {number}",
                Text("用可信副本恢复台账", "restore the ledger from a trusted copy"),
            )
        data = json.loads(line)
        return digest, Entry(number, str(data["kind"]), data["body"], str(data["t"]), digest)
