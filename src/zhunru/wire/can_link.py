"""CAN frames in network captures (link type 227, or cooked captures of a CAN interface).

Source: LINKTYPE_CAN_SOCKETCAN of libpcap (basis G): identifier word with flag bits, length, FD flags, reserved, raw length code, data.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.wire.packet_block import I64, NO_TIME, U8, Flags, PacketBlock, rows_of

LINK: Final = 227
COOKED: Final = (113, 276)
KINDS: Final = (0x000C, 0x000D)
"""EtherTypes of CAN and CAN FD frames in cooked captures."""
_HEAD_BYTE, _CLASSIC_BYTE, _FD_BYTE = 8, 16, 72
_FD, _BRS, _ESI, _XL = 0x04, 0x01, 0x02, 0x80
_MASK: Final = np.array([0xFFFFFFFFFFFFFFFF << 8 * (8 - n) & 0xFFFFFFFFFFFFFFFF for n in range(9)], np.uint64)
_FD_LENGTHS: Final = np.isin(np.arange(256), (*range(9), 12, 16, 20, 24, 32, 48, 64))


class CanFrames:
    """Reads the CAN frames of one capture.

    The identifier word stands in network order in captures of a bus, in the order of the machine in cooked ones; as tools do not keep to it,
    the order is known by words that can be no identifier. The first packets that tell decide for the whole file.

    Args:
        swapped: The words stand in the order of a little-endian machine; None = no packet has told yet.
        frames: Columns of `CanFrame` without `bus`, plus `interface`; the caller takes them away.
    """

    def __init__(self) -> None:
        self.swapped: bool | None = None
        self.frames: list[dict[str, Any]] = []

    def take(self, block: PacketBlock, rows: I64, at: I64, kind: NDArray[np.int32]) -> I64:
        """Read the CAN frames of some packets into `frames`.

        Args:
            block: The packets.
            rows: Those that hold a frame, shape (n,).
            at: Where each frame starts in the buffer, shape (n,).
            kind: EtherType of each, or a negative mark where the link tells none.

        Returns:
            The packets that are no CAN or CAN FD frame, that were cut or whose lengths contradict each other.
        """
        if self.swapped is None:
            self.swapped = _swapped(rows_of(block.data, 4, at[block.captured[rows] >= _HEAD_BYTE]))
        columns, broken = _columns(block, rows, at, kind, "<u4" if self.swapped else ">u4")
        self.frames += [columns] if columns else []
        return broken


def _swapped(words: U8) -> bool | None:
    """Tell whether the words make sense only from the last byte to the first; None when nothing tells."""
    here, there = (_plausible(words.view(order)[:, 0]) for order in (">u4", "<u4"))
    first = np.flatnonzero(here != there)
    return None if not first.size else bool(there[first[0]]) and int((there & ~here).sum()) > int((here & ~there).sum())


def _plausible(word: NDArray[np.uint32]) -> Flags:
    can: Flags = (word & 0xA0000000 != 0) | (word & 0x1FFFFFFF <= 0x7FF)
    return can


def _columns(block: PacketBlock, rows: I64, at: I64, kind: NDArray[np.int32], order: str) -> tuple[dict[str, Any] | None, I64]:
    held = block.captured[rows] - (at - block.offset[rows])
    head = rows_of(block.data, _HEAD_BYTE, at)
    length = head[:, 4].astype(np.int64)
    word = head.view(order)[:, 0].astype(np.uint32)
    fd = (head[:, 5] & _FD != 0) | (held == _FD_BYTE) | (length > 8)
    fd |= kind == KINDS[1]
    remote, error = word & 0x40000000 != 0, word & 0x20000000 != 0
    extended = word & 0x80000000 != 0
    # a remote frame asks for bytes and carries none
    good = (held >= _HEAD_BYTE) & (head[:, 4] <= 64) & ((held >= _HEAD_BYTE + length) | remote)
    good &= np.where(fd, (head[:, 5] & _XL == 0) & _FD_LENGTHS[head[:, 4]] & ~remote, length <= 8)
    good &= extended | error | (word & 0x1FFFFFFF <= 0x7FF)
    if not good.any():
        return None, rows[~good]
    rows_good, at, head, word, length, fd, remote, error, extended = (
        c[good] for c in (rows, at, head, word, length, fd, remote, error, extended)
    )
    carried = np.where(remote, 0, np.minimum(length, 8))
    data = rows_of(block.data, 8, at + _HEAD_BYTE).view(">u8")[:, 0].astype(np.uint64) & _MASK[carried]
    coded = ~fd & (length == 8) & (head[:, 7] > 8) & (head[:, 7] <= 15)
    columns = {
        "t_ns": _times(block.t_ns[rows_good]),
        "arbitration_id": pl.Series(word & np.where(extended | error, 0x1FFFFFFF, 0x7FF).astype(np.uint32)),
        "extended": pl.Series(extended & ~error),
        "remote": pl.Series(remote),
        "error": pl.Series(error),
        "fd": pl.Series(fd),
        "brs": pl.Series(fd & (head[:, 5] & _BRS != 0)),
        "esi": pl.Series(fd & (head[:, 5] & _ESI != 0)),
        "sent": pl.Series([None], dtype=pl.Boolean).new_from_index(0, rows_good.size),
        "length_byte": pl.Series(length.astype(np.uint8)),
        "dlc_code": pl.Series(np.where(coded, head[:, 7], 0).astype(np.uint8)).replace(0, None),
        "data_raw": pl.Series(data),
        "data_tail": _tails(block, at, length, remote),
        "interface": _interfaces(block, rows_good),
    }
    return columns, rows[~good]


def _interfaces(block: PacketBlock, rows: I64) -> I64:
    """Return the number of the interface of each frame; below zero, minus one, where the packet itself tells its index in the machine."""
    numbers = np.zeros(rows.size, np.int64) if block.interface is None else block.interface[rows].copy()
    told = block.link[rows] == COOKED[1]
    if told.any():
        numbers[told] = -1 - rows_of(block.data, 4, block.offset[rows[told]] + 4).view(">u4")[:, 0].astype(np.int64)
    return numbers


def _times(t_ns: I64) -> pl.Series:
    times = pl.Series(t_ns)
    return times.replace(NO_TIME, None) if (t_ns == NO_TIME).any() else times


def _tails(block: PacketBlock, at: I64, length: I64, remote: Flags) -> pl.Series:
    long = np.flatnonzero((length > 8) & ~remote)
    if not long.size:
        return pl.Series([None], dtype=pl.Binary).new_from_index(0, at.size)
    tails: list[bytes | None] = [None] * at.size
    for i in long.tolist():
        start = int(at[i]) + _HEAD_BYTE
        tails[i] = bytes(block.data[start + 8 : start + int(length[i])])
    return pl.Series(tails, dtype=pl.Binary)
