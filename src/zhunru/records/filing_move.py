"""Move of a filing from one state to the next, with who, when and the receipt (备案流转)."""

import hashlib
import json
from collections.abc import Sequence
from typing import ClassVar

from zhunru.core.record import Day, Key, Moment, Record, Word, item

START = "0" * 64
"""`previous` of the first move."""


class FilingMove(Record):
    """One move; rows are only ever added, and each bears the digest of the row before it.

    `zhunru filing move` writes them. The state of a filing is that of its own row, moved on by these.
    Source: 103号 service note n2; the form is ours (P).
    """

    title_zh: ClassVar[str] = "备案流转"
    sheet_names: ClassVar[tuple[str, ...]] = ("备案流转", "备案状态流转", "备案办理记录")

    number: Key = item("流转序号", doc="1, 2, 3 ... over all filings of the ledger", key=True)
    filing: Key = item("流转备案编号", "备案编号", "备案号", doc="filing that was moved", key=True)
    verb: Word = item("办理动作", "动作", doc="file, return, supplement, accept or withdraw")
    from_state: Word = item("原状态", doc="state before")
    to_state: Word = item("新状态", doc="state after")
    day: Day = item("办理日期", doc="day on which it happened")
    receipt: Word = item("回执编号", "回执号", "受理号", doc="receipt of the authority")
    receipt_digest: Word = item("回执文件摘要", doc="SHA-256 of the receipt file")
    person: Word = item("经办人", doc="who entered it")
    note: Word = item("办理说明", doc="reason of a return, what was supplemented")
    entered_at: Moment = item("录入时间", doc="when it was entered")
    previous: Word = item("前一行校验值", doc="digest of the row before it; 64 zeros in the first")


def digest_of_move(move: FilingMove) -> str:
    """Return the SHA-256 of a row in canonical form: UTF-8 JSON, keys in order, no spaces, its `previous` included."""
    fields = move.model_dump(mode="json")
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def ordered(moves: Sequence[FilingMove]) -> list[FilingMove]:
    """Return the rows in the order of their numbers; what is no number stands last."""
    return sorted(moves, key=lambda m: (not m.number.isdecimal(), int(m.number) if m.number.isdecimal() else 0, m.number))


def first_break(moves: Sequence[FilingMove]) -> FilingMove | None:
    """Return the first row that does not follow the one before it by number and digest, or None when the chain is whole."""
    previous = START
    for position, move in enumerate(ordered(moves), 1):
        if move.number != str(position) or move.previous != previous:
            return move
        previous = digest_of_move(move)
    return None
