"""Packets of one block of a capture file as columns, whatever file format framed them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from zhunru.core.text import Text

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
U8 = NDArray[np.uint8]
Flags = NDArray[np.bool_]

NO_TIME = np.iinfo(np.int64).min
"""Time of a packet whose framing carries none (pcapng simple packet blocks)."""

MAX_RECORD_BYTE = 262_144
"""Longest captured packet believed; a longer length field is damage. It is the limit that tshark applies (basis G)."""

PAD_BYTE = 256
"""Bytes that a buffer keeps after its content, so that gathers of header windows stay inside it."""


@dataclass(frozen=True, slots=True)
class PacketBlock:
    """Packets framed in one buffer; one element per packet.

    Args:
        data: The buffer, `PAD_BYTE` longer than its content.
        offset: First byte of the frame in `data`.
        captured: Bytes of the frame that are in the file.
        wire: Bytes that the frame had on the wire.
        t_ns: Time, ns UTC, or `NO_TIME`.
        link: Link type (LINKTYPE_ number).
        interface: Number of the interface in the file, where the format tells interfaces apart.
    """

    data: bytearray
    offset: I64
    captured: I64
    wire: I64
    t_ns: I64
    link: I64
    interface: I64 | None = None


@dataclass(frozen=True, slots=True)
class Damage:
    """Why the chain of records cannot be followed further.

    Args:
        what: Constant sentence.
        offset: Byte in the buffer where the broken record starts.
    """

    what: Text
    offset: int


class Framing(Protocol):
    """A capture file format: how records follow each other.

    Args:
        damage: Set when the chain breaks; nothing is read after it.
        again: The last `split` ended at a border of the format, not for lack of bytes: call it again at once.
        unreadable: Records with a packet that cannot be located in the block.
        notes: Counted remarks.
    """

    damage: Damage | None
    again: bool
    unreadable: int
    notes: dict[Text, int]

    @property
    def dropped(self) -> int | None:
        """Packets that the capture tool says it lost; None when it does not say."""
        ...

    def bus(self, interface: int) -> str:
        """Return the name of an interface that carries CAN frames."""
        ...

    def free_of_can(self, whole: bool) -> bool:
        """Tell of a capture without a CAN frame in what was read whether none was lost either; `whole` = nothing was lost."""
        ...

    def split(self, data: bytearray, start: int, end: int) -> tuple[PacketBlock, int]:
        """Return the packets of the whole records in `data[start:end]` and the position after the last of them.

        No progress (the position equals `start`) means that more bytes are needed, or that `damage` is set.
        """
        ...


def u32_view(data: bytearray, order: str) -> NDArray[np.uint32]:
    """Return all 32-bit words of `data`, one starting at every byte; `order` is `<` or `>`."""
    return np.ndarray((len(data) - 3,), f"{order}u4", data, strides=(1,))


def rows_of(data: bytearray, width_byte: int, position: I64) -> U8:
    """Return `width_byte` bytes from each of `position` as the rows of a matrix (n, width_byte)."""
    windows: NDArray[np.void] = np.ndarray((len(data) - width_byte + 1,), f"V{width_byte}", data, strides=(1,))
    return windows[position].view(np.uint8).reshape(-1, width_byte)


def joined(blocks: list[PacketBlock]) -> PacketBlock:
    """Return the packets of several blocks over the same buffer as one."""
    if len(blocks) == 1:
        return blocks[0]
    columns = ("offset", "captured", "wire", "t_ns", "link")
    told = any(b.interface is not None for b in blocks)
    numbers = [np.zeros(b.offset.size, np.int64) if b.interface is None else b.interface for b in blocks] if told else []
    offset, captured, wire, t_ns, link = (np.concatenate([getattr(b, name) for b in blocks]) for name in columns)
    return PacketBlock(blocks[0].data, offset, captured, wire, t_ns, link, np.concatenate(numbers) if told else None)


def empty_block(data: bytearray) -> PacketBlock:
    """Return a block without packets."""
    none = np.zeros(0, np.int64)
    return PacketBlock(data, none, none, none, none, none)
