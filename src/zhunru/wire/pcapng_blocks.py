"""Framing of pcapng files: sections of either byte order, several interfaces, their clocks and drop counters.

Source: draft-ietf-opsawg-pcapng (basis G); checked against tshark.
"""

from dataclasses import dataclass
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from zhunru.core.text import Text
from zhunru.wire.packet_block import I64, MAX_RECORD_BYTE, NO_TIME, Damage, PacketBlock, empty_block, u32_view

MAGIC = b"\x0a\x0d\x0d\x0a"
"""Type of the section header block; it reads the same in both byte orders."""

_SECTION, _INTERFACE, _PACKET_OLD, _PACKET_SIMPLE, _STATISTICS, _PACKET = 0x0A0D0D0A, 1, 2, 3, 5, 6
_ORDER_MARK = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_MAX_BLOCK_BYTE = MAX_RECORD_BYTE + 65_536
_OPTION_CLOCK, _OPTION_OFFSET, _OPTION_IF_DROP, _OPTION_OS_DROP = 9, 14, 5, 7
_MAX_SECTIONS, _MAX_INTERFACES = 10_000, 65_536
"""Bounds against files that are made of headers only (P); recordings have a handful of each."""
_OPTION_NAME, _MAX_NAME_BYTE, _MAX_BUSES = 2, 64, 4096
_CAN_LINKS = (227, 113, 276)
_LAST_SECOND = np.iinfo(np.int64).max // 1_000_000_000 - 1


@dataclass(slots=True)
class _Interface:
    link: int
    snap_byte: int
    ticks_per_s: int
    offset_s: int
    bus: int = 0
    dropped: int | None = None


class PcapngFraming:
    """Follows the blocks of one pcapng file.

    Packets that name no declared interface, or whose lengths do not fit their block, are counted in `unreadable`.
    """

    def __init__(self) -> None:
        self.damage: Damage | None = None
        self.again = False
        self.unreadable = 0
        self.notes: dict[Text, int] = {}
        self._order = "<"
        self._interfaces: list[_Interface] = []
        self._lost: int | None = None
        self._sections = 0
        self._buses: list[str] = []

    @property
    def dropped(self) -> int | None:
        """Packets lost according to the interface statistics of all sections; None when none tells."""
        told = [i.dropped for i in self._interfaces if i.dropped is not None]
        return self._lost if not told else (self._lost or 0) + sum(told)

    def bus(self, interface: int) -> str:
        """Return the name that the file gives the interface, else its number."""
        return self._buses[interface] if interface < len(self._buses) else "can"

    def free_of_can(self, whole: bool) -> bool:
        """Tell whether no interface may have carried CAN: known only of a file that was read to its end, for another one may follow."""
        return whole and self._sections > 0 and not self._buses and not self.unreadable

    def split(self, data: bytearray, start: int, end: int) -> tuple[PacketBlock, int]:
        """Return the packets of the whole blocks in `data[start:end]` up to the next section, and the position after them."""
        self.again = False
        if end - start < 12:
            return empty_block(data), start
        if data[start : start + 4] == MAGIC and not self._open_section(data, start):
            return empty_block(data), start
        if not self._sections:
            self.damage = Damage(Text("文件不以节头开始", "the file does not begin with a section header"), start)
            return empty_block(data), start
        marks, position = self._chain(data, start, end)
        at = np.array(marks, np.int64)
        words = u32_view(data, self._order)
        length = words[at + 4].astype(np.int64)
        broken = np.flatnonzero((length % 4 != 0) | (length > _MAX_BLOCK_BYTE) | (words[at + length - 4] != length))
        if broken.size:
            position = int(at[broken[0]])
            at, length = at[: broken[0]], length[: broken[0]]
            self.damage = Damage(
                Text("块的两个长度不一致或不可信", "the lengths of a block contradict each other or cannot be true"), position
            )
        elif end - position >= 12 and (position == start or data[position : position + 4] != MAGIC):
            following = int(words[position + 4])
            if not 12 <= following <= _MAX_BLOCK_BYTE:
                self.damage = Damage(Text("块长度不可信", "the length of a block cannot be true"), position)
        self.again = not self.damage and start < position <= end - 12 and data[position : position + 4] == MAGIC
        kind = words[at].astype(np.int64)
        self._describe(data, at, length, kind)
        return self._packets(data, words, at, length, kind), position

    def _chain(self, data: bytearray, start: int, end: int) -> tuple[list[int], int]:
        # Sequential by nature. A section header ends the run: byte order and interfaces may change there.
        words = Struct(self._order + "II").unpack_from
        marks: list[int] = []
        mark = marks.append
        position, first = start, True
        while True:
            kind, length = words(data, position)
            following = position + length
            if following > end or length < 12 or (kind == _SECTION and not first):
                return marks, position
            mark(position)
            position, first = following, False

    def _open_section(self, data: bytearray, start: int) -> bool:
        order = _ORDER_MARK.get(bytes(data[start + 8 : start + 12]))
        if order is None:
            self.damage = Damage(Text("节头的字节序标记无效", "the byte-order mark of a section header is invalid"), start)
            return False
        self._sections += 1
        if self._sections > _MAX_SECTIONS:
            self.damage = Damage(Text("节的数量不可信", "the number of sections cannot be true"), start)
            return False
        # The same header is met again while its block is not whole yet: closing the section before it must happen once.
        self._lost = self.dropped
        self._interfaces = []
        self._order = order
        return True

    def _describe(self, data: bytearray, at: I64, length: I64, kind: I64) -> None:
        for i in np.flatnonzero((kind == _INTERFACE) | (kind == _STATISTICS)).tolist():
            position, size = int(at[i]), int(length[i])
            if kind[i] == _INTERFACE and size >= 20:
                if len(self._interfaces) < _MAX_INTERFACES:
                    self._interfaces.append(self._interface(data, position, size))
            elif kind[i] == _STATISTICS and size >= 24:
                self._statistics(data, position, size)
        known = (_SECTION, _INTERFACE, _PACKET_OLD, _PACKET_SIMPLE, _STATISTICS, _PACKET)
        other = int((~np.isin(kind, known)).sum())
        if other:
            text = Text("其他类型的块（如名称解析、注释）", "blocks of other kinds, e.g. name resolution, comments")
            self.notes[text] = self.notes.get(text, 0) + other

    def _interface(self, data: bytearray, position: int, size: int) -> _Interface:
        link, _, snap_byte = Struct(self._order + "HHI").unpack_from(data, position + 8)
        options = self._options(data, position + 16, position + size - 4)
        ticks_per_s, offset_s = 1_000_000, 0
        if len(clock := options.get(_OPTION_CLOCK, b"")) >= 1:
            ticks_per_s = 2 ** min(clock[0] & 0x7F, 63) if clock[0] & 0x80 else 10 ** min(clock[0], 18)
        if len(shift := options.get(_OPTION_OFFSET, b"")) == 8:
            offset_s = Struct(self._order + "q").unpack(shift)[0]
        return _Interface(link, snap_byte, ticks_per_s, offset_s, self._bus(options.get(_OPTION_NAME, b"")) if link in _CAN_LINKS else 0)

    def _bus(self, name: bytes) -> int:
        """Return the number of a bus by its name: the same interface in several sections stays one bus."""
        text = name[:_MAX_NAME_BYTE].rstrip(b"\0").decode("utf-8", "replace") or f"can{len(self._interfaces)}"
        if text not in self._buses and len(self._buses) < _MAX_BUSES:
            self._buses.append(text)
        return self._buses.index(text) if text in self._buses else _MAX_BUSES

    def _statistics(self, data: bytearray, position: int, size: int) -> None:
        (number,) = Struct(self._order + "I").unpack_from(data, position + 8)
        options = self._options(data, position + 20, position + size - 4)
        lost = [options[o] for o in (_OPTION_IF_DROP, _OPTION_OS_DROP) if len(options.get(o, b"")) == 8]
        if number < len(self._interfaces) and lost:
            # Counters are totals since the capture began: the last block of an interface tells all.
            self._interfaces[number].dropped = sum(Struct(self._order + "Q").unpack(value)[0] for value in lost) & (2**62 - 1)

    def _options(self, data: bytearray, position: int, end: int) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        head = Struct(self._order + "HH")
        while position + 4 <= end:
            code, size = head.unpack_from(data, position)
            if code == 0 or position + 4 + size > end:
                break
            found.setdefault(code, bytes(data[position + 4 : position + 4 + size]))
            position += 4 + (size + 3) // 4 * 4
        return found

    def _packets(self, data: bytearray, words: NDArray[np.uint32], at: I64, length: I64, kind: I64) -> PacketBlock:
        packet = (kind == _PACKET) | (kind == _PACKET_OLD) | (kind == _PACKET_SIMPLE)
        at, length, kind = at[packet], length[packet], kind[packet]
        simple, old = kind == _PACKET_SIMPLE, kind == _PACKET_OLD
        # A body shorter than its fixed fields reads into the next block; it is dropped below by its length.
        front = np.where(simple, 12, 28)
        number = np.where(simple, 0, words[at + 8].astype(np.int64))
        if old.any():
            shorts = np.ndarray((len(data) - 1,), f"{self._order}u2", data, strides=(1,))
            number = np.where(old, shorts[at + 8].astype(np.int64), number)
        wire = np.where(simple, words[at + 8], words[at + np.where(simple, 0, 24)]).astype(np.int64)
        declared = number < len(self._interfaces)
        number = np.where(declared, number, 0)
        snap = np.array([i.snap_byte or MAX_RECORD_BYTE for i in self._interfaces] or [0], np.int64)[number]
        captured = np.where(simple, np.minimum(wire, snap), words[at + np.where(simple, 0, 20)].astype(np.int64))
        captured = np.where(simple, np.minimum(captured, length - 16), captured)
        t_ns, sane = self._times(words, at, number, simple)
        good = declared & sane & (length >= front + 4) & (captured <= length - front - 4)
        self.unreadable += int((~good).sum())
        link = np.array([i.link for i in self._interfaces] or [0], np.int64)[number]
        buses = np.array([i.bus for i in self._interfaces], np.int64)[number[good]] if self._buses else None
        return PacketBlock(data, (at + front)[good], captured[good], wire[good], t_ns[good], link[good], buses)

    def _times(self, words: NDArray[np.uint32], at: I64, number: I64, simple: NDArray[np.bool_]) -> tuple[I64, NDArray[np.bool_]]:
        stamped = at + np.where(simple, 0, 12)
        ticks = (words[stamped].astype(np.uint64) << np.uint64(32)) | words[stamped + 4].astype(np.uint64)
        t_ns = np.full(at.size, NO_TIME, np.int64)
        sane = simple.copy()
        for i in np.unique(number[~simple]).tolist() if self._interfaces else ():
            mine = np.flatnonzero((number == i) & ~simple)
            interface = self._interfaces[i]
            per_s = interface.ticks_per_s
            seconds, rest = ticks[mine] // np.uint64(per_s), ticks[mine] % np.uint64(per_s)
            whole = np.minimum(seconds, np.uint64(_LAST_SECOND)).astype(np.int64)
            fits = (seconds <= _LAST_SECOND) & (abs(interface.offset_s) <= _LAST_SECOND)
            shift = interface.offset_s if abs(interface.offset_s) <= _LAST_SECOND else 0
            fits &= (whole <= _LAST_SECOND - shift) & (whole >= -_LAST_SECOND - shift)
            t_ns[mine] = np.where(fits, whole + shift, 0) * 1_000_000_000 + _nanoseconds(rest, per_s)
            sane[mine] = fits
        return t_ns, sane


def _nanoseconds(rest: NDArray[np.uint64], per_s: int) -> I64:
    if 1_000_000_000 % per_s == 0:
        return rest.astype(np.int64) * (1_000_000_000 // per_s)
    if per_s % 1_000_000_000 == 0:
        return (rest // np.uint64(per_s // 1_000_000_000)).astype(np.int64)
    return np.array([r * 1_000_000_000 // per_s for r in rest.tolist()], np.int64)
