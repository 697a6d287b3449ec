"""Reader of candump logs (`candump -l`, `python-can`): text, one frame per line."""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import polars as pl

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.can_frame import CanFrame
from zhunru.wire.candump import Frame, UnreadableLineError, parse_line
from zhunru.wire.candump_block import Block, Lines, parse_block

_BLOCK_BYTE = 1 << 20
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
    tail = pl.Series("data_tail", [None], pl.Binary).new_from_index(0, height)
    if lines.tails:
        tail = pl.Series("data_tail", [lines.tails.get(k) for k in range(height)], pl.Binary)
    flags = lines.fd_flags if lines.fd_flags is not None else np.zeros(height, np.uint8)
    sent = pl.Series("sent", [None], pl.Boolean).new_from_index(0, height)
    if lines.sent is not None:
        said = pl.Series("sent", lines.sent)
        sent = pl.DataFrame({"sent": said}).select(pl.when(pl.col("sent") >= 0).then(pl.col("sent") == 1)).to_series()
    names = pl.Series("bus", lines.buses, pl.String)
    bus = names.new_from_index(0, height) if len(lines.buses) == 1 else names.gather(lines.bus)
    none = pl.Series("", [False]).new_from_index(0, height)
    return pl.DataFrame(
        {
            "t_ns": lines.t_ns,
            "bus": bus,
            "arbitration_id": lines.arbitration_id,
            "extended": lines.extended,
            "remote": none,
            "error": lines.error,
            "fd": none if lines.fd is None else lines.fd,
            "brs": none if lines.fd is None else (flags & 1) != 0,
            "esi": none if lines.fd is None else (flags & 2) != 0,
            "sent": sent,
            "length_byte": lines.length_byte,
            "dlc_code": pl.Series("dlc_code", [None], pl.UInt8).new_from_index(0, height),
            "data_raw": lines.data_raw,
            "data_tail": tail,
        }
    )


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

    def frames(self, block: Block, text: bytes) -> pl.DataFrame:
        """Return the rows of whole lines, in file order."""
        lines = parse_block(block, block.load(text))
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


def _pieces(file: Source, log: _Log) -> Iterator[bytes]:
    """Yield whole lines, about one block at a time; only the last piece may lack its line end."""
    rest, dropping = b"", False
    for content in file.blocks(_BLOCK_BYTE):
        cut = content.find(b"\n") + 1 if dropping else 0
        if dropping and not cut:
            continue
        dropping = False
        end = content.rfind(b"\n") + 1
        if end > cut:
            yield rest + content[cut:end]
            rest = content[end:]
        else:
            rest += content[cut:]
        if len(rest) > _LONGEST_LINE_BYTE:  # no frame; forget it up to its end, so that memory stays bounded
            log.skip(_TOO_LONG, log.line_no)
            log.line_no += 1
            rest, dropping = b"", True
    if rest.strip():
        yield rest


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
    log, block = _Log(), Block(_BLOCK_BYTE + _LONGEST_LINE_BYTE)
    kept: list[pl.DataFrame] = []
    damage: DamagedEvidence | None = None
    try:
        for text in _pieces(file, log):
            if not text.endswith(b"\n"):
                damage = DamagedEvidence(_CUT, f"line {log.line_no}", _AGAIN)
                break
            kept.append(log.frames(block, text))
            if sum(frame.height for frame in kept) >= _ROWS_PER_TABLE:
                yield CanFrame(pl.concat(kept))
                kept = []
            yield from log.told()
    except DamagedEvidence as error:
        damage = error
    if kept:
        yield CanFrame(pl.concat(kept))
    yield from log.told()
    if damage:
        raise DamagedEvidence(damage.what, damage.where, damage.hint, saved=log.rows) from damage
