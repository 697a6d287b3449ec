"""Framing of classic pcap files: microsecond and nanosecond magic, both byte orders.

Source: draft-ietf-opsawg-pcap (basis G); checked against tshark.
"""

from struct import Struct
from typing import Final

import numpy as np

from zhunru.core.text import Text
from zhunru.wire.packet_block import MAX_RECORD_BYTE, Damage, PacketBlock, empty_block, rows_of
from zhunru.wire.pcap_chain import RECORD_BYTE, RecordChain

HEADER_BYTE = 24
_MAGIC = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
MAGIC = tuple(_MAGIC)
"""First four bytes of the files that this framing reads."""

NO_CAN_LINKS: Final = frozenset({0, 1, 12, 14, 101, 108, 113, 228, 229, 276})
"""Link types of captures that hold CAN frames from the first packet on or not at all: BSD loopback, Ethernet, raw IP, cooked (P)."""


class PcapFraming:
    """Follows the records of one pcap file.

    The header (the first `HEADER_BYTE` bytes) is read by the first `split`.
    """

    def __init__(self) -> None:
        self.damage: Damage | None = None
        self.again = False
        self.unreadable = 0
        self.notes: dict[Text, int] = {}
        self._order = ""
        self._tick_ns = 1
        self._link = 0

    @property
    def dropped(self) -> int | None:
        """The format does not say."""
        return None

    def bus(self, interface: int) -> str:  # noqa: ARG002 - the format knows one interface and no name
        """Return the name of the only interface."""
        return "can"

    def free_of_can(self, whole: bool) -> bool:  # noqa: ARG002 - the header tells it, whatever was lost behind it
        """Tell whether the one link of the file carries no CAN, or is that of a cooked capture, whose interface shows in any packet."""
        return bool(self._order) and self._link in NO_CAN_LINKS

    def split(self, data: bytearray, start: int, end: int) -> tuple[PacketBlock, int]:
        """Return the packets of the whole records in `data[start:end]` and the position after the last of them."""
        if not self._order:
            if end - start < HEADER_BYTE:
                return empty_block(data), start
            magic = bytes(data[start : start + 4])
            if magic not in _MAGIC:
                self.damage = Damage(Text("文件头不是 pcap", "the header is not that of a pcap file"), start)
                return empty_block(data), start
            self._order, self._tick_ns = _MAGIC[magic]
            self._chain = RecordChain(self._order)
            # The upper half of the word tells the length of the frame check sequence; IP lengths make it needless.
            self._link = Struct(self._order + "I").unpack_from(data, start + 20)[0] & 0xFFFF
            start += HEADER_BYTE
        at = self._chain.starts(data, start, end)
        if not at.size:
            return empty_block(data), start
        seconds, ticks, captured, wire = rows_of(data, RECORD_BYTE, at).view(f"{self._order}u4").astype(np.int64).T
        following = at + captured + RECORD_BYTE
        # The last record may not be whole yet; it is judged as well: its length says how much would have to be read.
        whole = at.size if following[-1] <= end else at.size - 1
        long = np.flatnonzero(captured > MAX_RECORD_BYTE)
        if long.size:
            whole = int(long[0])
            self.damage = Damage(Text("记录长度不可信", "the length of a record cannot be true"), int(at[whole]))
        block = PacketBlock(
            data,
            at[:whole] + RECORD_BYTE,
            captured[:whole],
            wire[:whole],
            seconds[:whole] * 1_000_000_000 + ticks[:whole] * self._tick_ns,
            np.full(whole, self._link, np.int64),
        )
        return block, int(following[whole - 1]) if whole else start
