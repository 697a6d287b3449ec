"""Reader of candump logs (`candump -l`, `python-can`): text, one frame per line."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.can_frame import CanFrame
from zhunru.wire.candump import Frame, UnreadableLineError, parse_line
from zhunru.wire.candump_block import CLASSIC, FRONT, Block, Lines, parse_block
from zhunru.wire.candump_digits import U8

_BLOCK_BYTE = 1 << 20
_LONGEST_LINE_BYTE = 1 << 16
_ROWS_PER_TABLE = 1 << 18
_SNIFFED = re.compile(rb"^\([0-9]{1,10}\.[0-9]{1,9}\) [!-~]{1,15} (?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})#", re.MULTILINE)
_TOO_LONG = Text("一行过长，不是 CAN 帧", "a line too long to be a frame")
_CUT = Text("最后一行没有行结束符，可能被截断", "the last line has no line end and may be cut")
_AGAIN = Text("重新取得该记录文件", "obtain the log again")


def _sniff(head: bytes) -> bool:
    return _SNIFFED.search(head[:8192]) is not None


def _column(parts: list[NDArray[Any]]) -> pl.Series:
    return pl.Series(parts[0] if len(parts) == 1 else np.concatenate(parts))


def _buses(parts: list[Lines], height: int) -> pl.Series:
    """Return the names of the buses, which each part numbers for itself."""
    names = list(dict.fromkeys(name for part in parts for name in part.buses))
    series = pl.Series(names, dtype=pl.String)
    if len(names) == 1:
        return series.new_from_index(0, height)
    numbers = [np.array([names.index(n) for n in part.buses], np.uint32).take(part.bus) for part in parts]
    return series.gather(_column(numbers))


def _flags(parts: list[Lines], height: int) -> list[pl.Series]:
    """Return `fd`, `brs` and `esi`."""
    if all(part.fd_flags is None for part in parts):
        return [pl.Series([False]).new_from_index(0, height)] * 3
    flags = np.concatenate([np.full(p.row.size, CLASSIC, np.uint8) if p.fd_flags is None else p.fd_flags for p in parts])
    return [pl.Series((flags != CLASSIC) & (flags & bit == bit)) for bit in (0, 1, 2)]


def _sent(parts: list[Lines], height: int) -> pl.Series:
    if all(part.sent is None for part in parts):
        return _unsaid(pl.Boolean, height)
    said = np.concatenate([np.full(p.row.size, -1, np.int8) if p.sent is None else p.sent for p in parts])
    return pl.Series(said).replace_strict({-1: None, 0: False, 1: True}, return_dtype=pl.Boolean)


def _tails(parts: list[Lines], height: int) -> pl.Series:
    if not any(part.tails for part in parts):
        return _unsaid(pl.Binary, height)
    return pl.Series([part.tails.get(k) for part in parts for k in range(part.row.size)], dtype=pl.Binary)


def _unsaid(dtype: Any, height: int) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def _fast_frame(parts: list[Lines]) -> pl.DataFrame:
    """Return the columns of `CanFrame` for the lines of the fast path; as series, for polars starts threads to convert arrays."""
    height = sum(part.row.size for part in parts)
    fd, brs, esi = _flags(parts, height)
    return pl.DataFrame(
        {
            "t_ns": _column([p.t_ns for p in parts]),
            "bus": _buses(parts, height),
            "arbitration_id": _column([p.arbitration_id for p in parts]),
            "extended": _column([p.extended for p in parts]),
            "remote": pl.Series([False]).new_from_index(0, height),
            "error": _column([p.error for p in parts]),
            "fd": fd,
            "brs": brs,
            "esi": esi,
            "sent": _sent(parts, height),
            "length_byte": _column([p.length_byte for p in parts]),
            "dlc_code": _unsaid(pl.UInt8, height),
            "data_raw": _column([p.data_raw for p in parts]),
            "data_tail": _tails(parts, height),
        }
    )


class _Log:
    """State of one reading: where it is, what waits for the next table, what could not be read."""

    def __init__(self) -> None:
        self.line_no = 1
        self.rows = self.waiting = 0
        self.fast: list[tuple[int, Lines]] = []
        self.slow: list[tuple[int, Frame]] = []
        self.skipped: Counter[Text] = Counter()
        self.first: dict[Text, int] = {}

    def skip(self, reason: Text, line_no: int) -> None:
        self.skipped[reason] += 1
        self.first.setdefault(reason, line_no)

    def read(self, block: Block, text: U8) -> None:
        """Read whole lines."""
        lines = parse_block(block, text)
        if lines.row.size:
            self.fast.append((self.line_no, lines))
        read = lines.row.size
        for number, start, end in lines.other:
            try:
                self.slow.append((self.line_no + number, parse_line(block.line(start, end))))
                read += 1
            except UnreadableLineError as why:
                self.skip(Text(*why.args), self.line_no + number)
        self.line_no += lines.line_count
        self.rows += read
        self.waiting += read

    def told(self, enough: int = 1) -> Iterator[CanFrame | Skipped]:
        """Yield the frames, in file order, when at least `enough` wait, and what was skipped since the last call."""
        if self.waiting >= enough:
            yield CanFrame(self._frame())
            self.fast, self.slow, self.waiting = [], [], 0
        for reason, count in self.skipped.items():
            yield Skipped(reason, f"line {self.first[reason]}", count)
        self.skipped.clear()
        self.first.clear()

    def _frame(self) -> pl.DataFrame:
        schema = {n: t for n, t in CanFrame.schema().items() if n != "source"}
        slow = pl.DataFrame([frame for _, frame in self.slow], schema=schema, orient="row")
        if not self.fast:
            return slow
        fast = _fast_frame([lines for _, lines in self.fast])
        if not self.slow:
            return fast
        line_no = np.concatenate([*(first + lines.row for first, lines in self.fast), np.array([n for n, _ in self.slow], np.int64)])
        return pl.concat([fast, slow])[np.argsort(line_no, kind="stable")]


def _blocks(file: Source, log: _Log, block: Block) -> Iterator[None]:
    """Read whole lines, one block at a time; text behind the last line end stays in the block."""
    dropping = False
    with file.open() as opened:
        stream = cast("io.BufferedIOBase", opened)
        while count := stream.readinto(block.room()):
            block.end += count
            if dropping and not block.forget_line():
                continue
            dropping = False
            if (text := block.lines()).size:
                log.read(block, text)
                block.forget(text.size - FRONT)
                yield
            if block.size > _LONGEST_LINE_BYTE:  # no frame; forgotten up to its end, so that memory stays bounded
                log.skip(_TOO_LONG, log.line_no)
                log.line_no += 1
                block.forget(block.size)
                dropping = True


@reader(".log", ".candump", title_zh="candump CAN 日志", title_en="candump CAN log", sniff=_sniff)
def candump(file: Source) -> Iterator[CanFrame | Skipped]:
    """Read the frames of a candump log in blocks; memory does not depend on the size of the log.

    Args:
        file: The log; LF or CRLF.

    Yields:
        Frames in file order, and the lines that are none.

    Raises:
        DamagedEvidence: The last line has no line end, or the compressed stream is damaged.
    """
    log, block = _Log(), Block(_BLOCK_BYTE)
    damage: DamagedEvidence | None = None
    try:
        for _ in _blocks(file, log, block):
            yield from log.told(_ROWS_PER_TABLE)
    except DamagedEvidence as error:
        damage = error
    yield from log.told()
    if damage is None and block.rest().strip():
        damage = DamagedEvidence(_CUT, f"line {log.line_no}", _AGAIN)
    if damage:
        raise DamagedEvidence(damage.what, damage.where, damage.hint, saved=log.rows) from damage
