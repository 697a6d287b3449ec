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
from zhunru.wire.candump_block import CLASSIC, FRONT, U8, Block, Lines, parse_block

_BLOCK_BYTE = 1 << 21
_LONGEST_LINE_BYTE = 1 << 16
_ROWS_PER_TABLE = 1 << 18
_SNIFFED = re.compile(rb"^\([0-9]{1,10}\.[0-9]{1,9}\) [!-~]{1,15} (?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})#", re.MULTILINE)
_TOO_LONG = Text("一行过长，不是 CAN 帧", "a line too long to be a frame")
_CUT = Text("最后一行没有行结束符，可能被截断", "the last line has no line end and may be cut")
_AGAIN = Text("重新取得该记录文件", "obtain the log again")


def _sniff(head: bytes) -> bool:
    return _SNIFFED.search(head[:8192]) is not None


def _fast_frame(lines: Lines) -> pl.DataFrame:
    """Return the columns of `CanFrame` for the lines of the fast path."""
    height = lines.row.size
    names = pl.Series("bus", lines.buses, pl.String)
    never = pl.Series([False]).new_from_index(0, height)
    flags = lines.fd_flags if lines.fd_flags is not None else np.full(1, CLASSIC, np.uint8)
    flexible = flags != CLASSIC
    return pl.DataFrame(
        {
            "t_ns": lines.t_ns,
            "bus": names.new_from_index(0, height) if len(lines.buses) == 1 else names.gather(lines.bus),
            "arbitration_id": lines.arbitration_id,
            "extended": lines.extended,
            "remote": never,
            "error": lines.error,
            "fd": flexible if lines.fd_flags is not None else never,
            "brs": flexible & (flags & 1 != 0) if lines.fd_flags is not None else never,
            "esi": flexible & (flags & 2 != 0) if lines.fd_flags is not None else never,
            "sent": _unsaid(pl.Boolean, height) if lines.sent is None else _sent(lines.sent),
            "length_byte": lines.length_byte,
            "dlc_code": _unsaid(pl.UInt8, height),
            "data_raw": lines.data_raw,
            "data_tail": pl.Series([lines.tails.get(k) for k in range(height)], dtype=pl.Binary)
            if lines.tails
            else _unsaid(pl.Binary, height),
        }
    )


def _unsaid(dtype: Any, height: int) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def _sent(said: NDArray[np.int8]) -> pl.Series:
    return pl.Series(said).replace_strict({-1: None, 0: False, 1: True}, return_dtype=pl.Boolean)


class _Log:
    """State of one reading: where it is, what it could not read."""

    def __init__(self) -> None:
        self.line_no = 1
        self.rows = 0
        self.skipped: Counter[Text] = Counter()
        self.first: dict[Text, int] = {}

    def skip(self, reason: Text, line_no: int) -> None:
        self.skipped[reason] += 1
        self.first.setdefault(reason, line_no)

    def told(self) -> Iterator[Skipped]:
        """Yield what was skipped since the last call."""
        for reason, count in self.skipped.items():
            yield Skipped(reason, f"line {self.first[reason]}", count)
        self.skipped.clear()
        self.first.clear()

    def frames(self, block: Block, text: U8) -> pl.DataFrame:
        """Return the rows of whole lines, in file order."""
        lines = parse_block(block, text)
        fast = _fast_frame(lines)
        slow: list[Frame] = []
        at: list[int] = []
        for number, start, end in lines.other:
            try:
                slow.append(parse_line(block.line(start, end)))
                at.append(number)
            except UnreadableLineError as why:
                self.skip(Text(*why.args), self.line_no + number)
        self.line_no += lines.line_count
        self.rows += fast.height + len(slow)
        if not slow:
            return fast
        schema = {n: t for n, t in CanFrame.schema().items() if n != "source"}
        extra = pl.DataFrame(slow, schema=schema, orient="row")
        order = np.argsort(np.concatenate((lines.row, np.array(at, np.int64))), kind="stable")
        return pl.concat([fast, extra])[order]


def _blocks(file: Source, log: _Log, block: Block) -> Iterator[pl.DataFrame]:
    """Yield the rows of whole lines, one block at a time; text behind the last line end stays in the block."""
    dropping = False
    with file.open() as opened:
        stream = cast("io.BufferedIOBase", opened)
        while count := stream.readinto(block.room()):
            block.end += count
            if dropping and not block.forget_line():
                continue
            dropping = False
            if (text := block.lines()).size:
                yield log.frames(block, text)
                block.forget(text.size - FRONT)
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
    kept: list[pl.DataFrame] = []
    damage: DamagedEvidence | None = None
    try:
        for frame in _blocks(file, log, block):
            kept.append(frame)
            if sum(k.height for k in kept) >= _ROWS_PER_TABLE:
                yield CanFrame(pl.concat(kept))
                kept = []
            yield from log.told()
    except DamagedEvidence as error:
        damage = error
    if kept:
        yield CanFrame(pl.concat(kept))
    yield from log.told()
    if damage is None and block.rest().strip():
        damage = DamagedEvidence(_CUT, f"line {log.line_no}", _AGAIN)
    if damage:
        raise DamagedEvidence(damage.what, damage.where, damage.hint, saved=log.rows) from damage
