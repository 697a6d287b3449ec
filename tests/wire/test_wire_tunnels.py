"""Packets inside tunnels: found where tshark finds them, never believed when they are not whole and true, and no hang on hostile headers."""

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.range import packets as p
from zhunru.wire.capture import Capture
from zhunru.wire.packet_block import PAD_BYTE, PacketBlock

CAR, PEER, FAR = "10.0.0.2", "1.0.1.1", "8.8.8.8"
INNER = p.udp("10.9.9.9", FAR, 5000, 6000, b"hello")
INNER6 = p.udp("2400:3200::9", "2001:4860:4860::8888", 5000, 6000, b"hello")
MACS = bytes(range(6)), bytes(range(6, 12))
FRAME = p.ethernet(INNER, *MACS)


def gtp(inner: bytes, flags: int = 0x30, more: bytes = b"", kind: int = 255) -> bytes:
    return struct.pack(">BBHI", flags, kind, len(inner) + len(more), 77) + more + inner


def udp(payload: bytes, port: int, src: str = CAR, dst: str = PEER) -> bytes:
    return p.udp(src, dst, 40000, port, payload)


def ike(length: int = 40, version: int = 0x20) -> bytes:
    return b"\1" * 8 + bytes(8) + bytes([33, version, 34, 8]) + bytes(4) + struct.pack(">I", length) + bytes(12)


OPENED = {
    "IP in IP": p.ip(CAR, PEER, 4, INNER),
    "6in4": p.ip(CAR, PEER, 41, INNER6),
    "IPv4 in IPv6": p.ip("2400:3200::1", "2400:3200::2", 4, INNER),
    "GRE": p.ip(CAR, PEER, 47, b"\0\0\x08\0" + INNER),
    "GRE with checksum, key, sequence": p.ip(CAR, PEER, 47, b"\xb0\0\x86\xdd" + bytes(12) + INNER6),
    "GRE bridged": p.ip(CAR, PEER, 47, b"\0\0\x65\x58" + FRAME),
    "EtherIP": p.ip(CAR, PEER, 97, b"\x30\0" + FRAME),
    "GTP-U": udp(gtp(INNER), 2152),
    "GTP-U with sequence": udp(gtp(INNER, 0x32, b"\0\1\0\0"), 2152),
    "GTP-U with extension": udp(gtp(INNER, 0x34, b"\0\0\0\x85" + b"\1\x10\1\0"), 2152),
    "VXLAN": udp(b"\x08\0\0\0\0\0\5\0" + FRAME, 4789),
    "Teredo": udp(p.udp("2001:0:102:304::1", "2001:4860:4860::8888", 5000, 6000, b"x"), 3544),
    "twice": udp(gtp(p.ip("10.9.9.9", PEER, 4, INNER)), 2152),
}
EMPTY = {
    "GTP-U echo": udp(gtp(b"", kind=1), 2152),
    "IKE": udp(ike(), 500),
    "IKE behind the marker": udp(bytes(4) + ike(), 4500),
    "NAT keep-alive": udp(b"\xff", 4500),
    "ARP inside": p.ip(CAR, PEER, 97, b"\x30\0" + MACS[0] + MACS[1] + b"\x08\x06" + bytes(28)),
}
CLOSED = {
    "ESP": p.ip(CAR, PEER, 50, bytes(60)),
    "ESP over UDP": udp(b"\1" * 60, 4500),
    "GRE with routing": p.ip(CAR, PEER, 47, b"\x40\0\x08\0" + bytes(4) + INNER),
    "GRE of PPP": p.ip(CAR, PEER, 47, b"\x20\1\x88\x0b" + bytes(8) + INNER),
    "GTP version 2": udp(gtp(INNER, 0x48), 2152),
    "GTP-U extension without length": udp(gtp(INNER, 0x34, b"\0\0\0\x85" + bytes(4)), 2152),
    "GTP-U echo with a load": udp(gtp(b"\1" * 100, kind=1), 2152),
    "IKE of another length": udp(ike(length=41), 500),
    "IKE of another version": udp(ike(version=0x30), 500),
    "wrong checksum inside": p.ip(CAR, PEER, 4, INNER[:10] + b"\0\0" + INNER[12:]),
    "longer inside than outside": p.ip(CAR, PEER, 41, INNER6[:-2]),
    "not IP inside": p.ip(CAR, PEER, 4, b"\x15" + INNER[1:]),
    "first fragment": p.ip(CAR, PEER, 4, INNER[:24]),
}


def told(*found: bytes, cut: int | None = None) -> tuple[list[tuple[str, str]], list[tuple[int, int]]]:
    """Return the ends of every flow, and packets and opened packets of every tunnel."""
    held = [f[:cut] for f in found]
    data = bytearray(b"".join(held) + bytes(PAD_BYTE))
    sizes = np.array([len(f) for f in held], np.int64)
    count = len(found)
    block = PacketBlock(
        data, np.cumsum(sizes) - sizes, sizes, np.array([len(f) for f in found], np.int64), np.arange(count), np.full(count, 101, np.int64)
    )
    capture = Capture()
    capture.take(block)
    capture.close()
    tunnels = capture.tunnels() or {"packet_count": [], "opened_count": []}
    flows = [row for frame in capture.flows() for row in frame.select("src_ip", "dst_ip").rows()]
    return sorted(flows), list(zip(tunnels["packet_count"], tunnels["opened_count"], strict=True))


@pytest.mark.parametrize("name", OPENED)
def test_the_inner_flow_stands_beside_the_outer(name: str) -> None:
    flows, tunnels = told(OPENED[name])
    assert len(flows) == len(tunnels) + 1 == (3 if name == "twice" else 2)
    assert all(packets == opened == 1 for packets, opened in tunnels)
    assert flows[-1][1] in {FAR, "2001:4860:4860::8888"} or flows[0][1] == FAR


@pytest.mark.parametrize("name", EMPTY)
def test_what_carries_no_packet_counts_as_opened(name: str) -> None:
    flows, tunnels = told(EMPTY[name])
    assert (len(flows), tunnels) == (1, [(1, 1)])


@pytest.mark.parametrize("name", CLOSED)
def test_what_cannot_be_opened_counts_as_such(name: str) -> None:
    flows, tunnels = told(CLOSED[name])
    assert (len(flows), tunnels) == (1, [(1, 0)])


def test_one_closed_packet_among_many_is_seen() -> None:
    assert told(OPENED["IP in IP"], CLOSED["wrong checksum inside"], OPENED["IP in IP"])[1] == [(3, 2)]


def test_a_cut_capture_still_shows_the_inner_addresses() -> None:
    flows, tunnels = told(OPENED["GTP-U"], cut=20 + 8 + 8 + 28)
    assert (flows, tunnels) == ([(CAR, PEER), ("10.9.9.9", FAR)], [(1, 1)])
    assert told(OPENED["GTP-U"], cut=20 + 8 + 8 + 12)[1] == [(1, 0)]


def test_tunnels_in_tunnels_end_somewhere() -> None:
    packet = INNER
    for _ in range(6):
        packet = p.ip(CAR, PEER, 4, packet)
    flows, tunnels = told(packet)
    assert tunnels == [(5, 4)]  # one tunnel, seen five times: the fifth time it is not opened
    assert ("10.9.9.9", FAR) not in flows


def test_ordinary_traffic_is_no_tunnel() -> None:
    assert told(p.udp(CAR, PEER, 5000, 443, b"x"), p.tcp(CAR, PEER, (2152, 443), 1, 0, 2))[1] == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([4, 41, 47, 50, 97, 17]), st.sampled_from([500, 4500, 2152, 3544, 4789]))
def test_any_bytes_are_survived_and_counted_once(payload: bytes, protocol: int, port: int) -> None:
    packet = udp(payload, port) if protocol == 17 else p.ip(CAR, PEER, protocol, payload)
    _, tunnels = told(packet)
    assert sum(n for n, _ in tunnels) >= 1
    assert all(opened <= packets for packets, opened in tunnels)


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_agrees_with_tshark(tmp_path: Path) -> None:
    found = [*OPENED.values(), *EMPTY.values()]
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    path = tmp_path / "tunnels.pcap"
    path.write_bytes(head + b"".join(struct.pack("<IIII", i, 0, len(f), len(f)) + f for i, f in enumerate(found)))
    fields = [f"-e{n}" for n in ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst")]
    said = subprocess.run(["tshark", "-r", path, "-Tfields", *fields], capture_output=True, text=True, check=True).stdout
    for packet, line in zip(found, said.splitlines(), strict=True):
        a, b, c, d = (part.split(",") if part else [] for part in line.split("\t"))
        theirs = {*zip(a, b, strict=True), *zip(c, d, strict=True)}
        assert theirs == set(told(packet)[0])
