"""Rows that bear the digest of the row before: whoever alters, removes or inserts one breaks the chain."""

import hashlib
import json
from collections.abc import Sequence
from typing import TypeVar

from zhunru.core.record import Record

START = "0" * 64
"""`previous` of the first row."""
AnyRecord = TypeVar("AnyRecord", bound=Record)


def digest_of(row: Record) -> str:
    """Return the SHA-256 of a row in canonical form: UTF-8 JSON, keys in order, no spaces, its `previous` included."""
    fields = row.model_dump(mode="json")
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def ordered(rows: Sequence[AnyRecord]) -> list[AnyRecord]:
    """Return the rows in the order of their field `number`; what is no number stands last."""

    def key(row: Record) -> tuple[bool, int, str]:
        number = str(getattr(row, "number", "") or "")
        return (not number.isdecimal(), int(number) if number.isdecimal() else 0, number)

    return sorted(rows, key=key)


def first_break(rows: Sequence[AnyRecord]) -> AnyRecord | None:
    """Return the first row that does not follow the one before it by `number` and `previous`, or None when the chain is whole."""
    previous = START
    for position, row in enumerate(ordered(rows), 1):
        if getattr(row, "number", None) != str(position) or getattr(row, "previous", None) != previous:
            return row
        previous = digest_of(row)
    return None
