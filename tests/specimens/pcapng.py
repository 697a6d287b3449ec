"""Small generated pcapng files, and the builders of blocks that other tests use."""

import runpy
import struct
from pathlib import Path
from typing import Any


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def _neighbour() -> dict[str, Any]:
    return runpy.run_path(str(Path(block.__code__.co_filename).with_name("pcap.py")))  # a specimen is run without __file__


_PCAP = _neighbour()
T0_US: int = _PCAP["T0_US"]


def option(order: str, code: int, content: bytes) -> bytes:
    return struct.pack(f"{order}HH", code, len(content)) + content + bytes(-len(content) % 4)


def section(order: str = "<") -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(
    order: str = "<", link: int = 1, *, resolution: int | None = None, snap: int = 0, offset_s: int = 0, name: bytes = b""
) -> bytes:
    options = option(order, 2, name) if name else b""
    options += b"" if resolution is None else option(order, 9, bytes([resolution]))
    options += option(order, 14, struct.pack(f"{order}q", offset_s)) if offset_s else b""
    return block(order, 1, struct.pack(f"{order}HHI", link, 0, snap) + (options + option(order, 0, b"") if options else b""))


def packet(frame: bytes, ticks: int, order: str = "<", number: int = 0, wire: int | None = None) -> bytes:
    head = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame) if wire is None else wire)
    return block(order, 6, head + frame)


def simple(frame: bytes, order: str = "<") -> bytes:
    return block(order, 3, struct.pack(f"{order}I", len(frame)) + frame)


def statistics(order: str = "<", number: int = 0, *, dropped: int, lost_by_system: int | None = None) -> bytes:
    options = option(order, 5, struct.pack(f"{order}Q", dropped))
    if lost_by_system is not None:
        options += option(order, 7, struct.pack(f"{order}Q", lost_by_system))
    return block(order, 5, struct.pack(f"{order}III", number, 0, 0) + options + option(order, 0, b""))


def file(frames: list[bytes], order: str = "<", resolution: int | None = None, per_s: int = 1_000_000) -> bytes:
    """Return one section with one interface; packets a millisecond apart, as `specimens.pcap.capture` does it."""
    ticks = [(T0_US + i * 1000) * per_s // 1_000_000 for i in range(len(frames))]
    return (
        section(order) + interface(order, resolution=resolution) + b"".join(packet(f, t, order) for f, t in zip(frames, ticks, strict=True))
    )


def specimens() -> dict[str, bytes]:
    frames = _PCAP["mixed"]()
    two = (
        section()
        + interface()
        + interface(link=101, resolution=9)
        + packet(frames[0], T0_US)
        + packet(frames[1][18:], T0_US * 1000, number=1)
    )
    buses = section() + interface(link=227, name=b"body") + interface(link=227) + interface()
    buses += packet(_PCAP["can"](0x7E0, b"\1"), T0_US) + packet(_PCAP["can"](0x7E0, b"\2"), T0_US + 1, number=1)
    return {
        "buses.pcapng": buses + packet(frames[0], T0_US + 2, number=2),
        "mixed.pcapng": file(frames) + statistics(dropped=0),
        "big_endian.pcapng": file(frames[:6], ">"),
        "two_interfaces.pcapng": two + statistics(number=1, dropped=3),
        "two_sections.pcapng": file(frames[:3]) + file(frames[3:6], ">"),
        "simple.pcapng": section() + interface() + simple(frames[0]) + simple(frames[1]),
    }
