"""Writers of capture files: classic pcap and pcapng, packets in and bytes out."""

import struct
from collections.abc import Iterable

ETHERNET, RAW_IP, COOKED = 1, 101, 113
SNAP_BYTE = 262_144

Packet = tuple[int, bytes]
"""Time in integer nanoseconds UTC, and the frame."""


def pcap(packets: Iterable[Packet], link: int = ETHERNET, nanoseconds: bool = False) -> bytes:
    """Return a classic little-endian pcap file with micro- or nanosecond times."""
    magic, tick = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    parts = [struct.pack("<IHHiIII", magic, 2, 4, 0, 0, SNAP_BYTE, link)]
    for t_ns, frame in packets:
        parts.append(struct.pack("<IIII", t_ns // 1_000_000_000, t_ns % 1_000_000_000 // tick, len(frame), len(frame)))
        parts.append(frame)
    return b"".join(parts)


def pcapng(packets: Iterable[Packet], link: int = ETHERNET, dropped: int | None = None) -> bytes:
    """Return a little-endian pcapng file of one section and one interface with nanosecond times.

    Args:
        packets: Times and frames.
        link: Link type of the interface.
        dropped: Packets that the capture tool lost; told in an interface statistics block unless None.
    """
    option_tsresol_ns = struct.pack("<HHB3x", 9, 1, 9) + struct.pack("<HH", 0, 0)
    parts = [
        _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        _block(1, struct.pack("<HHI", link, 0, SNAP_BYTE) + option_tsresol_ns),
    ]
    t_ns = 0
    for t_ns, frame in packets:
        head = struct.pack("<IIIII", 0, t_ns >> 32, t_ns & 0xFFFFFFFF, len(frame), len(frame))
        parts.append(_block(6, head + frame + bytes(-len(frame) % 4)))
    if dropped is not None:
        option_ifdrop = struct.pack("<HHQ", 5, 8, dropped) + struct.pack("<HH", 0, 0)
        parts.append(_block(5, struct.pack("<III", 0, t_ns >> 32, t_ns & 0xFFFFFFFF) + option_ifdrop))
    return b"".join(parts)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length
