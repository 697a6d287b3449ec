"""Conversations in which identifiers are planted in the clear: written in many ways, sent in disorder, twice, or not at all."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from zhunru.range import packets
from zhunru.range.capture_file import Packet
from zhunru.range.packets import ACK, SYN
from zhunru.wire import gbt32960, gbt32960_units, jtt808, jtt808_bodies
from zhunru.wire.gbt32960_units import Position, Report
from zhunru.wire.jtt808_bodies import Location

STEP_NS = 1_000_000


@dataclass(frozen=True)
class Disorder:
    """What happens to segments on their way.

    Args:
        shuffled: How many segments a segment may be late.
        repeated_ratio: Share of segments that come twice.
        lost: Number of segments that are missing from the capture, from the middle.
    """

    shuffled: int = 0
    repeated_ratio: float = 0.0
    lost: int = 0


def chunked(body: bytes, sizes: list[int]) -> bytes:
    """Return a body in HTTP chunks of the given sizes, the last of them as often as needed."""
    out, at, i = [], 0, 0
    while at < len(body):
        size = sizes[min(i, len(sizes) - 1)]
        part = body[at : at + size]
        out.append(b"%x\r\n%s\r\n" % (len(part), part))
        at, i = at + size, i + 1
    return b"".join(out) + b"0\r\n\r\n"


def http(body: bytes, *, encoded: str = "", sizes: list[int] | None = None) -> bytes:
    """Return an HTTP request with a body, perhaps compressed and in chunks."""
    packed = gzip.compress(body, mtime=0) if encoded == "gzip" else zlib.compress(body) if encoded == "deflate" else body
    head = b"POST /v1/upload HTTP/1.1\r\nHost: tsp.example\r\nContent-Type: application/json\r\n"
    head += f"Content-Encoding: {encoded}\r\n".encode() if encoded else b""
    if sizes:
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(packed, sizes)
    return head + b"Content-Length: %d\r\n\r\n" % len(packed) + packed


def protobuf(*fields: tuple[int, bytes]) -> bytes:
    """Return length-delimited fields of a protobuf message; every number below 16, every length below 128."""
    return b"".join(bytes((number << 3 | 2, len(value))) + value for number, value in fields)


WRITINGS: dict[str, Callable[[str], bytes]] = {
    "raw": lambda text: json.dumps({"data": text}, ensure_ascii=False).encode(),
    "base64": lambda text: b'{"d":"' + base64.b64encode(text.encode()) + b'"}',
    "hex": lambda text: b"d=" + text.encode().hex().encode() + b";",
    "gzip": lambda text: http(text.encode(), encoded="gzip"),
    "gzip in chunks": lambda text: http(text.encode(), encoded="gzip", sizes=[7, 20]),
    "deflate": lambda text: http(text.encode(), encoded="deflate"),
    "chunks": lambda text: http(text.encode(), sizes=[3, 5, 4]),
    "percent": lambda text: b"GET /p?q=" + quote(text, safe="").encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "json": lambda text: b'{"' + json.dumps(text)[1:].encode() + b"}",
    "utf16": lambda text: text.encode("utf-16-le") + b"\1\2",
    "gzip in base64": lambda text: b"p:" + base64.b64encode(gzip.compress(text.encode(), mtime=0)) + b"\n",
}
"""Ways to write a text, by name."""


def report_32960(vin: str, latitude_deg: float, longitude_deg: float, *, encryption: int = gbt32960.CLEAR, sealed: bytes = b"") -> bytes:
    """Return a real-time report of GB/T 32960.3-2016 with a position, or with `sealed` bytes in place of it."""
    body = gbt32960_units.position_body(Position(True, longitude_deg, latitude_deg, 0), 2016)
    data = sealed or gbt32960_units.encode(Report(bytes((26, 6, 1, 8, 0, 0)), (body,), b"", b""), 2016)
    return gbt32960.encode(gbt32960.Frame(2016, gbt32960.REPORT, gbt32960.COMMAND, vin.encode(), encryption, data))


def report_808(phone: str, latitude_deg: float, longitude_deg: float) -> bytes:
    """Return a location message of JT/T 808-2013."""
    place = Location(0, 3, latitude_deg, longitude_deg, 20, 600, 90, "260601080000", ((1, (12345).to_bytes(4, "big")),))
    return jtt808.encode(
        jtt808.Message(2013, jtt808_bodies.LOCATION, phone.rjust(12, "0"), 1, 0, None, jtt808_bodies.encode_location(place))
    )


def talk(
    data: bytes,
    dice: Random,
    ends: tuple[tuple[str, int], tuple[str, int]],
    t_ns: int,
    disorder: Disorder | None = None,
    sizes: tuple[int, int] = (1, 400),
) -> tuple[list[Packet], int]:
    """Return the Ethernet frames of one TCP connection that sends `data` in segments of random sizes, and the bytes that are missing."""
    disorder = disorder or Disorder()
    (client, client_port), (server, server_port) = ends
    first = dice.getrandbits(32)
    segments: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        size = dice.randint(*sizes)
        segments.append((at, data[at : at + size]))
        at += size
    lost = segments[len(segments) // 2 : len(segments) // 2 + disorder.lost]
    sent = [(i + dice.uniform(0, disorder.shuffled), s) for i, s in enumerate(segments) if s not in lost]
    sent += [(i + dice.uniform(0, 3), s) for i, s in sent if dice.random() < disorder.repeated_ratio]
    sent.sort(key=lambda one: one[0])
    ports = (client_port, server_port)
    bodies = [packets.tcp(client, server, ports, first, 0, SYN)]
    bodies += [packets.tcp(client, server, ports, first + 1 + at, 1, ACK, part) for _, (at, part) in sent]
    frames = [packets.ethernet(body, b"\2\0\0\0\0\1", b"\2\0\0\0\0\2") for body in bodies]
    return [(t_ns + i * STEP_NS, frame) for i, frame in enumerate(frames)], sum(len(part) for _, part in lost)
