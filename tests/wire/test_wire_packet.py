"""Headers of packets: links, tags, options, fragments, extension headers, broken lengths; every packet is accounted for."""

import runpy
import struct
from pathlib import Path
from typing import Any

import pytest

from zhunru.core.evidence import Skipped
from zhunru.engine.source import BytesSource
from zhunru.readers.pcap import pcap
from zhunru.tables.capture_span import CaptureSpan
from zhunru.tables.flow import Flow

S = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "pcap.py"))
CAR, SERVER, CAR6, SERVER6 = S["CAR"], S["SERVER"], S["CAR6"], S["SERVER6"]
ipv4, ipv6, udp, tcp, ethernet = S["ipv4"], S["ipv6"], S["udp"], S["tcp"], S["ethernet"]
DATAGRAM = ipv4(CAR, SERVER, 17, udp(5000, 6000, b"12345"))
DATAGRAM6 = ipv6(CAR6, SERVER6, 17, udp(5000, 6000, b"12345"))


def read(content: bytes) -> tuple[list[dict[str, Any]], dict[str, Any], int]:
    """Return flows, the span and the skipped count; the account must close."""
    flows: list[dict[str, Any]] = []
    span: dict[str, Any] = {}
    skipped = 0
    for item in pcap(BytesSource(content)):
        if isinstance(item, Flow):
            flows += item.collect().rows(named=True)
        elif isinstance(item, CaptureSpan):
            (span,) = item.collect().rows(named=True)
        elif isinstance(item, Skipped):
            skipped += item.count
    assert span["packet_count"] == span["ip_packet_count"] + span["other_packet_count"] + skipped
    assert span["ip_packet_count"] == sum(f["out_packet_count"] + f["in_packet_count"] for f in flows)
    return flows, span, skipped


LINKS = {
    "ethernet": (1, ethernet(DATAGRAM)),
    "vlan": (1, ethernet(DATAGRAM, 0x8100)),
    "qinq": (1, ethernet(DATAGRAM, 0x88A8, 0x8100)),
    "raw": (101, DATAGRAM),
    "raw-bsd": (12, DATAGRAM),
    "ipv4": (228, DATAGRAM),
    "cooked": (113, bytes(14) + b"\x08\x00" + DATAGRAM),
    "cooked-vlan": (113, bytes(14) + b"\x81\x00\x00\x05\x08\x00" + DATAGRAM),
    "cooked-2": (276, b"\x08\x00" + bytes(18) + DATAGRAM),
    "null-little": (0, struct.pack("<I", 2) + DATAGRAM),
    "null-big": (0, struct.pack(">I", 2) + DATAGRAM),
    "loop": (108, struct.pack(">I", 2) + DATAGRAM),
    "frame-check-length-bits": (1 | 0x14000000, ethernet(DATAGRAM) + bytes(4)),
}


@pytest.mark.parametrize("name", LINKS)
def test_every_link_gives_the_same_flow(name: str) -> None:
    link, frame = LINKS[name]
    (flow,), span, _ = read(S["capture"](frame, link=link))
    assert (flow["src_ip"], flow["src_port"], flow["dst_ip"], flow["dst_port"], flow["protocol"]) == (
        "10.0.0.2",
        5000,
        "166.111.4.100",
        6000,
        "udp",
    )
    assert (flow["out_byte"], flow["out_payload_byte"], span["malformed_packet_count"]) == (33, 5, 0)
    assert flow["t_start_ns"] == S["T0_US"] * 1000


@pytest.mark.parametrize("family", [10, 24, 28, 30])
def test_ipv6_on_loopback_of_every_system(family: int) -> None:
    (flow,), _, _ = read(S["capture"](struct.pack("<I", family) + DATAGRAM6, link=0))
    assert (flow["src_ip"], flow["dst_ip"], flow["out_byte"]) == ("fd00::2", "240e::100", 53)


def test_addresses_that_differ_in_one_bit_are_two_flows() -> None:
    twins = [bytes.fromhex("240e00000000000000000000000001") + bytes([last]) for last in (0, 1)] + [b"\x25" + SERVER6[1:]]
    flows, _, _ = read(S["capture"](*(ethernet(ipv6(CAR6, twin, 17, udp(1, 2, b""))) for twin in twins)))
    assert {f["dst_ip"] for f in flows} == {"240e::100", "240e::101", "250e::100"}


def test_options_and_extension_headers_are_passed() -> None:
    long = ipv4(CAR, SERVER, 17, udp(5000, 6000, b"12345"), options=bytes(40))
    hop, routing, auth = b"\x2b\0" + bytes(6), b"\x33\1" + bytes(14), b"\x11\4" + bytes(22)
    chained = ipv6(CAR6, SERVER6, 0, hop + routing + auth + udp(5000, 6000, b"12345"))
    flows, span, _ = read(S["capture"](ethernet(long), ethernet(chained)))
    assert [(f["src_port"], f["out_payload_byte"], f["out_byte"]) for f in flows] == [(5000, 5, 73), (5000, 5, 53 + 8 + 16 + 24)]
    assert span["malformed_packet_count"] == 0


def test_fragments_join_the_flow_of_their_first_one() -> None:
    datagram = udp(5000, 6000, bytes(64))
    first, last = ipv4(CAR, SERVER, 17, datagram[:40], piece=0x2000), ipv4(CAR, SERVER, 17, datagram[40:], piece=5)
    stray = ipv4(CAR, SERVER, 17, bytes(8), piece=5, ident=8)
    six = [
        ipv6(CAR6, SERVER6, 44, struct.pack(">BBHI", 17, 0, piece, 9) + body) for piece, body in ((1, datagram[:40]), (40, datagram[40:]))
    ]
    flows, span, _ = read(S["capture"](*map(ethernet, (last, first, stray, *six))))
    assert span["fragment_count"] == 3
    assert {(f["src_ip"], f["src_port"], f["out_packet_count"]) for f in flows} == {
        ("10.0.0.2", 5000, 2),
        ("10.0.0.2", 0, 1),
        ("fd00::2", 5000, 2),
    }
    assert [f["out_payload_byte"] for f in flows if f["src_port"]] == [64, 64]


@pytest.mark.parametrize(
    ("total", "malformed", "counted"), [(33, 0, 33), (34, 1, 33), (20, 1, 20), (19, 1, 33), (0, 0, 33), (65535, 1, 33)]
)
def test_total_length_around_what_is_there(total: int, malformed: int, counted: int) -> None:
    packet = DATAGRAM[:2] + struct.pack(">H", total) + DATAGRAM[4:]
    (flow,), span, _ = read(S["capture"](ethernet(packet)))
    assert (span["malformed_packet_count"], flow["out_byte"]) == (malformed, counted)


def test_padding_of_short_frames_is_not_counted() -> None:
    (flow,), span, _ = read(S["capture"](ethernet(DATAGRAM) + bytes(13)))
    assert (flow["out_byte"], span["malformed_packet_count"]) == (33, 0)


@pytest.mark.parametrize(
    ("snap", "flows", "ports", "skipped"), [(33, 0, None, 1), (34, 1, 0, 0), (37, 1, 0, 0), (38, 1, 5000, 0), (13, 0, None, 1)]
)
def test_cut_packets(snap: int, flows: int, ports: int | None, skipped: int) -> None:
    found, span, lost = read(S["capture"](ethernet(DATAGRAM), snap=snap))
    assert (len(found), span["cut_packet_count"], span["malformed_packet_count"], lost) == (flows, 1, 0, skipped)
    if found:
        assert (found[0]["src_port"], found[0]["out_byte"], found[0]["out_payload_byte"]) == (ports, 33, 5)


@pytest.mark.parametrize(("offset", "malformed"), [(0x40, 1), (0x50, 0), (0x60, 0), (0xF0, 1)])
def test_tcp_header_length(offset: int, malformed: int) -> None:
    segment = bytearray(tcp(1, 2, bytes(10)))
    segment[12] = offset
    (flow,), span, _ = read(S["capture"](ethernet(ipv4(CAR, SERVER, 6, bytes(segment)))))
    assert (span["malformed_packet_count"], flow["src_port"]) == (malformed, 1)
    assert flow["out_payload_byte"] == (10 if malformed or offset == 0x50 else 6)


def test_what_may_hide_ip_is_skipped_and_what_cannot_is_counted() -> None:
    kinds = [0x0806, 0x88CC, 60, 0x8864, 0x8847, 0x88E5]
    flows, span, skipped = read(S["capture"](*(ethernet(bytes(60), kind=k) for k in kinds)))
    assert (flows, span["other_packet_count"], skipped) == ([], 3, 3)
    assert read(S["capture"](bytes(16), link=227))[1:] == (read(S["capture"](bytes(16), link=227))[1], 0)
    assert read(S["capture"](bytes(60), link=127))[2] == 1


def test_protocols_have_names_and_ports_where_they_have_them() -> None:
    bodies = {1: bytes(8), 6: tcp(9, 8), 17: udp(9, 8, b""), 47: bytes(8), 132: struct.pack(">HHII", 9, 8, 0, 0)}
    flows, _, _ = read(
        S["capture"](*(ethernet(ipv4(CAR, SERVER, p, b)) for p, b in bodies.items()), ethernet(ipv6(CAR6, SERVER6, 58, bytes(8))))
    )
    assert {f["protocol"]: f["src_port"] for f in flows} == {"icmp": 0, "tcp": 9, "udp": 9, "47": 0, "sctp": 9, "icmp6": 0}
