"""Binds the cells of all ledgers to record kinds and ties records about files to their digests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zhunru.core.record import Record
from zhunru.core.text import Text
from zhunru.engine.dossier import File
from zhunru.engine.intake import Receipt


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that no record could be made of."""

    source: str
    row: int | None
    reason: Text


@dataclass
class Bound:
    """Records of all ledgers.

    Args:
        records: Kind -> records, in order of file, sheet, row.
        record_files: Kind -> ledgers that hold a sheet of it.
        rejected: Kind -> rows that could not be used.
        counts: File -> kind -> number of records.
        messages: File -> what a person should know about its sheets.
    """

    records: dict[type[Record], list[Record]] = field(default_factory=dict)
    record_files: dict[type[Record], set[str]] = field(default_factory=dict)
    rejected: dict[type[Record], list[Rejected]] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    messages: dict[str, list[Text]] = field(default_factory=dict)


def bind(files: Sequence[File], receipts: Mapping[str, Receipt], cache: Path) -> Bound:
    """Bind the ledger cells of every file."""
    raise NotImplementedError
