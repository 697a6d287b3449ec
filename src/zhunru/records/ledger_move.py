"""Step of a ledger entry through its workflow, with who and when (台账条目流转)."""

import hashlib
import json
from collections.abc import Sequence
from typing import ClassVar

from zhunru.core.record import Day, Key, Moment, Record, Word, item

START = "0" * 64
"""`previous` of the first step."""


class LedgerMove(Record):
    """One step of one entry; rows are only ever added, and each bears the digest of the row before it.

    `content` is the digest of the entry as it was when the step was taken: an approval holds for that content alone.
    Source: MIIT data measures 166号 article 13 (internal registration and approval); the form is ours (P).
    """

    title_zh: ClassVar[str] = "台账条目流转"
    sheet_names: ClassVar[tuple[str, ...]] = ("台账条目流转", "台账流转")

    number: Key = item("台账流转序号", doc="1, 2, 3 ... over all steps", key=True)
    entry: Key = item("台账条目编号", doc="identifier of the entry", key=True)
    ledger: Word = item("台账种类", doc="record kind of the entry, e.g. data_asset")
    verb: Word = item("办理动作", "动作", doc="review, return, approve, revise or retire")
    from_state: Word = item("原状态", doc="state before")
    to_state: Word = item("新状态", doc="state after")
    day: Day = item("办理日期", doc="day of the step")
    person: Word = item("经办人", doc="who took the step")
    note: Word = item("办理说明", doc="reason of a return or a revision")
    content: Word = item("条目校验值", doc="SHA-256 of the entry when the step was taken")
    entered_at: Moment = item("录入时间", doc="when it was entered")
    previous: Word = item("前一行校验值", doc="digest of the row before it; 64 zeros in the first")


def digest_of_record(record: Record) -> str:
    """Return the SHA-256 of an entry in canonical form: UTF-8 JSON of its fields, keys in order, with its unknown columns and unread cells."""
    filled = {
        n: v for n, v in record.model_dump(mode="json").items() if v not in (None, [])
    }  # a field that a later version adds changes nothing
    body = {"fields": filled, "extra": sorted(record.origin.extra), "problems": sorted(record.origin.problems)}
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def ordered(moves: Sequence[LedgerMove]) -> list[LedgerMove]:
    """Return the rows in the order of their numbers; what is no number stands last."""
    return sorted(moves, key=lambda m: (not m.number.isdecimal(), int(m.number) if m.number.isdecimal() else 0, m.number))


def first_break(moves: Sequence[LedgerMove]) -> LedgerMove | None:
    """Return the first row that does not follow the one before it by number and digest, or None when the chain is whole."""
    previous = START
    for position, move in enumerate(ordered(moves), 1):
        if move.number != str(position) or move.previous != previous:
            return move
        previous = digest_of_record(move)
    return None
