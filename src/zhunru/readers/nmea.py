"""Reader of satellite receiver logs in NMEA 0183, versions 2 to 4.11, also with time-stamp prefixes or between binary messages."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.gnss_fix import GnssFix
from zhunru.tables.satellite_use import SatelliteUse
from zhunru.tables.sentence_count import SentenceCount
from zhunru.wire import nmea as wire
from zhunru.wire.nmea_columns import BARE, CHECKSUM, MALFORMED, NOISE, Sentences, read_block
from zhunru.wire.nmea_epochs import Calendar, Epochs, assemble, group_epochs

_BLOCK_BYTE = 1 << 20
_TAIL_BYTE = 1 << 16
"""Most that is kept back for the next block; an epoch or a line longer than this is cut in two."""
_PENDING = 64
"""Blocks that wait for the first date of the log."""
_ADDRESSES = 4096
"""Distinct addresses that are counted apart; a hostile log cannot grow the table further."""

_SENTENCE = re.compile(rb"\$(?:G[PLABNQI]|BD|QZ|P)[A-Z0-9]{3,8},[ -#%-)+-~]*\*[0-9A-Fa-f]{2}")
_BEGINS = re.compile(rb"\s*\$(?:(?:G[PLABNQI]|BD|QZ)[A-Z]{3},|PUBX,|PSRF)")
_AGAIN = Text("重新导出该日志", "export the log again")
_TOLD = pl.Series("told_by", [None, "id range", "talker", "system id"], pl.String)
_SYSTEM = pl.Series("system", wire.SYSTEMS, pl.String)


def _sniff(head: bytes) -> bool:
    """Recognise a log that begins with a sentence, or in which sentences with a right checksum make up half of the text."""
    if _BEGINS.match(head):
        return True
    found = [m[0] for m in _SENTENCE.finditer(head)]
    right = sum(len(text) + 2 for text in found if wire.parse(text).outcome == "good")
    return right * 2 >= len(head) > 0


@dataclass(slots=True)
class _Log:
    """State of one reading."""

    calendar: Calendar = field(default_factory=Calendar)
    precedes: set[tuple[str, str]] = field(default_factory=set)
    pending: list[Epochs] = field(default_factory=list)
    counts: dict[tuple[str, str], NDArray[np.int64]] = field(default_factory=dict)
    sentences: int = 0
    other_byte: int = 0
    undated: int = 0
    cut: bool = False

    def count(self, found: Sentences, until: int, size_byte: int) -> None:
        """Add the outcomes of the sentences before place `until`, which fill `size_byte` bytes with what stands between them."""
        table = np.bincount(found.group[:until] * 5 + found.outcome[:until], minlength=len(found.addresses) * 5).reshape(-1, 5)
        for address, row in zip(found.addresses, table, strict=True):
            if row.sum() - row[NOISE]:
                known = address if address in self.counts or len(self.counts) < _ADDRESSES else ("?", "?")
                self.counts[known] = self.counts.get(known, np.zeros(5, np.int64)) + row
        self.sentences += int(np.count_nonzero(found.outcome[:until] != NOISE))
        self.other_byte += size_byte - int(found.size[:until].sum())

    def settle(self, epochs: Epochs | None) -> Iterator[GnssFix | SatelliteUse]:
        """Yield the tables of `epochs` and of those that waited for a date, once one is known or nothing more can be awaited (None)."""
        if epochs is not None:
            self.calendar.place(epochs)
            self.pending.append(epochs)
        if epochs is not None and self.calendar.offset_day is None and len(self.pending) < _PENDING:
            return
        first_day = _first_day(self.pending)
        for waiting in self.pending:
            if first_day is not None:
                self.calendar.backdate(waiting, first_day)
            self.undated += int(np.count_nonzero((waiting.t_ns >= 0) & ~waiting.dated))
            yield _fixes(waiting)
            yield _uses(waiting)
        self.pending.clear()


@reader(
    ".nmea",
    ".nme",
    ".txt",
    ".log",
    ".ubx",
    title_zh="卫星定位接收机语句（NMEA 0183）",
    title_en="Satellite receiver sentences (NMEA 0183)",
    sniff=_sniff,
)
def nmea(file: Source) -> Iterator[GnssFix | SatelliteUse | SentenceCount | Noted]:
    """Read GGA, RMC, GNS, GSA, GSV, VTG, ZDA and GST into epochs, and count every sentence.

    A wrong checksum or a broken field is a fact about the receiver or its line, which a check judges: it is counted in `SentenceCount`, never
    evaluated and never silently dropped. Rows of `SentenceCount` therefore account for every sentence. Only an end within a sentence is damage
    of the file. Text before a `$`, and binary messages between sentences, are counted in bytes.

    An epoch is a run of RMC, GGA and GNS that say the same time; GSA, GSV, VTG, ZDA and GST belong to the epoch before them. The date comes
    from RMC, else ZDA, of the epoch or of its neighbours, with midnight counted; a log that never tells it gives `dated` = false. Times are
    kept as said, also those of a receiver whose week count has rolled over.

    Args:
        file: Log, any line ends.

    Raises:
        DamagedEvidence: There is no sentence, or the log ends within one.

    References:
        NMEA 0183 version 4.11 (basis G); `zhunru.wire.nmea` holds the layout.
    """
    log, rest, damage = _Log(), b"", None
    try:
        for block in file.blocks(_BLOCK_BYTE):
            data = rest + block
            used = yield from _read(log, data, last=False)
            rest = data[used:]
    except DamagedEvidence as error:
        damage = error
    yield from _finish(log, rest, damage is not None)
    if damage:
        raise DamagedEvidence(damage.what, damage.where, damage.hint, log.sentences) from damage
    if not log.sentences and file.head:
        raise DamagedEvidence(Text("文件中没有 NMEA 语句", "there is no NMEA sentence in the file"), file.name, _AGAIN)
    if log.cut:
        raise DamagedEvidence(Text("文件在一条语句中间结束", "the file ends within a sentence"), file.name, _AGAIN, log.sentences)


def _finish(log: _Log, rest: bytes, damaged: bool) -> Iterator[GnssFix | SatelliteUse | SentenceCount | Noted]:
    yield from _read(log, rest, last=True)
    yield from log.settle(None)
    if log.counts:
        yield _counted(log)
    if log.other_byte:
        yield Noted(Text("语句以外的字节", "bytes outside sentences"), log.other_byte)
    if log.undated:
        yield Noted(
            Text("没有日期的历元：时间自首个历元前的零点起算", "epochs without a date: time counts from the midnight before the first"),
            log.undated,
        )
    log.cut &= not damaged


def _read(log: _Log, data: bytes, last: bool) -> Generator[GnssFix | SatelliteUse, None, int]:
    """Read a block up to the start of its last epoch; return how far."""
    whole = len(data) if last else _cut(data)
    found = read_block(data[:whole], last)
    grouping = group_epochs(found, log.precedes)
    until, used = len(found.start), whole
    # The last epoch may go on in the next block: it waits there.
    if not last and len(grouping.first) > 1:
        shorter, begins = grouping.without_last(found)
        if begins and len(data) - found.start[begins] <= _TAIL_BYTE:
            grouping, until, used = shorter, begins, int(found.start[begins])
    before = log.sentences
    log.count(found, until, used)
    log.cut = log.cut or (last and found.cut)
    if len(grouping.first):
        epochs = assemble(found, grouping)
        numbers = np.cumsum(found.outcome != NOISE)
        epochs.order = before + numbers[epochs.order]
        yield from log.settle(epochs)
    return used


def _cut(data: bytes) -> int:
    """Return where a block may be cut: behind its last line end, or at a `$` that may begin a sentence."""
    line = data.rfind(b"\n") + 1
    if line and len(data) - line <= _TAIL_BYTE:
        return line
    dollar = data.rfind(b"$", max(0, len(data) - wire.LONGEST - 8))
    return dollar if dollar > 0 else len(data)


def _first_day(pending: list[Epochs]) -> int | None:
    """Return the date of the midnight before the first epoch, told by the first dated one."""
    turns = Calendar()
    for epochs in pending:
        dated = np.flatnonzero(epochs.dated)
        if len(dated):
            copy = Epochs(epochs.order, epochs.tod_ns[: dated[0] + 1], {"day": np.full(int(dated[0]) + 1, -1)}, epochs.valid, epochs.use)
            turns.place(copy)
            return int((epochs.t_ns[dated[0]] - copy.t_ns[-1]) // wire.DAY_NS)
        turns.place(Epochs(epochs.order, epochs.tod_ns, {"day": np.full(len(epochs.tod_ns), -1)}, epochs.valid, epochs.use))
    return None


def _whole(values: NDArray[np.float64] | NDArray[np.int64], dtype: type[pl.DataType], most: int) -> pl.Series:
    """Return whole numbers, null where negative, NaN or beyond the column."""
    known = np.nan_to_num(values, nan=-1).astype(np.int64)
    return pl.Series(known).set(pl.Series((known < 0) | (known > most)), None).cast(dtype)


def _real(values: NDArray[np.float64]) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _fixes(epochs: Epochs) -> GnssFix:
    c = epochs.columns
    return GnssFix(
        pl.DataFrame(
            {
                "sentence_no": epochs.order,
                "t_ns": _times(epochs),
                "dated": epochs.dated,
                "leap": epochs.tod_ns >= wire.LEAP_CLOCK_NS,
                "valid": epochs.valid,
                "latitude_deg": _real(c["latitude_deg"]),
                "longitude_deg": _real(c["longitude_deg"]),
                "altitude_m": _real(c["altitude_m"]),
                "speed_mps": _real(c["speed_mps"]),
                "course_deg": _real(c["course_deg"]),
                "fix_code": _whole(c["quality"], pl.UInt8, 255),
                "dimension_code": _whole(c["dimension"], pl.UInt8, 255),
                "used_count": _whole(c["used"], pl.Int16, 32767),
                "hdop_ratio": _real(c["hdop"]),
                "pdop_ratio": _real(c["pdop"]),
                "error_m": _real(c["error_m"]),
            }
        )
    )


def _times(epochs: Epochs) -> pl.Series:
    return pl.Series(epochs.t_ns).set(pl.Series(epochs.tod_ns < 0), None)


def _uses(epochs: Epochs) -> SatelliteUse:
    use = epochs.use
    return SatelliteUse(
        pl.DataFrame(
            {
                "sentence_no": epochs.order[use.epoch],
                "t_ns": _times(epochs).gather(use.epoch),
                "valid": epochs.valid[use.epoch],
                "system": _SYSTEM.gather(use.system),
                "view_count": _whole(use.in_view, pl.Int16, 32767),
                "tracked_count": _whole(use.tracked, pl.Int16, 32767),
                "used_count": _whole(use.used, pl.Int16, 32767),
                "cno_dbhz": _real(use.cno_dbhz),
                "told_by": _TOLD.gather(use.told),
            }
        )
    )


def _counted(log: _Log) -> SentenceCount:
    addresses = sorted(log.counts)
    rows = np.array([log.counts[a] for a in addresses])
    return SentenceCount(
        pl.DataFrame(
            {
                "talker": [a[0] for a in addresses],
                "type": [a[1] for a in addresses],
                "seen_count": rows.sum(axis=1) - rows[:, NOISE],
                "checksum_error_count": rows[:, CHECKSUM],
                "malformed_count": rows[:, MALFORMED],
                "without_checksum_count": rows[:, BARE],
            }
        )
    )
