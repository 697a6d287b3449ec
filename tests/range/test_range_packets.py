"""Encoders of packets agree with dpkt, an independent decoder."""

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.range import packets
from zhunru.range.capture_file import COOKED, ETHERNET, pcap, pcapng
from zhunru.range.conversation import MS, SEGMENT_BYTE, Tcp

MAC = bytes(6)


@pytest.mark.parametrize(
    ("data", "expected"), [(b"", 0xFFFF), (b"\0\0", 0xFFFF), (b"\xff\xff", 0), (b"\x01", 0xFEFF), (b"\0\1\xf2\3\xf4\xf5\xf6\xf7", 0x220D)]
)
def test_internet_checksum(data: bytes, expected: int) -> None:
    assert packets.internet_checksum(data) == expected


@given(st.binary(max_size=300))
def test_a_checked_packet_sums_to_zero(payload: bytes) -> None:
    for src, dst in (("10.0.0.1", "202.112.0.9"), ("2001:da8::1", "2001:67c:2e8::2")):
        packet = packets.udp(src, dst, 1000, 53, payload)
        datagram = packet[40 if ":" in src else 20 :]
        pseudo = packets._pseudo_header(src, dst, packets.UDP, len(datagram))
        assert packets.internet_checksum(pseudo + datagram) == 0
        if ":" not in src:
            assert packets.internet_checksum(packet[:20]) == 0
            assert dpkt.ip.IP(packet).data.data == payload
        else:
            assert dpkt.ip6.IP6(packet).data.data == payload


def test_link_layers() -> None:
    packet = packets.tcp("10.0.0.1", "10.0.0.2", (40000, 443), 7, 0, packets.SYN)
    frame = dpkt.ethernet.Ethernet(packets.ethernet(packet, MAC, MAC, vlan=7))
    assert frame.vlan_tags[0].id == 7
    assert frame.data.data.flags == packets.SYN
    assert dpkt.sll.SLL(packets.cooked(packet, MAC, outgoing=True)).data.data.dport == 443
    assert dpkt.ethernet.Ethernet(packets.arp_request(MAC, "10.0.0.1", "10.0.0.2")).data.op == 1


@pytest.mark.parametrize("size", [1, SEGMENT_BYTE - 1, SEGMENT_BYTE, SEGMENT_BYTE + 1, 5 * SEGMENT_BYTE])
def test_a_conversation_carries_every_byte_once_and_in_order(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    link = Tcp(("10.0.0.1", 40000), ("10.0.0.2", 443), 0)
    link.send(True, data)
    link.send(False, b"done")
    link.close()
    seen = {True: b"", False: b""}
    expected: dict[bool, int] = {}
    times = [t for t, _ in link.packets]
    assert times == sorted(times)
    for _, packet in link.packets:
        segment = dpkt.ip.IP(packet).data
        from_client = segment.dport == 443
        assert segment.seq == expected.get(from_client, segment.seq)
        expected[from_client] = segment.seq + len(segment.data) + bool(segment.flags & (packets.SYN | packets.FIN))
        seen[from_client] += segment.data
    assert seen == {True: data, False: b"done"}
    assert link.t_ns > 24 * MS


def test_capture_files_reopen_with_times_and_frames(tmp_path: object) -> None:
    import io

    frames = [(1_794_000_000_123_456_000, b"a" * 61), (1_794_000_001_000_000_000, b"b" * 64)]
    for content in (pcap(frames, ETHERNET), pcap(frames, COOKED, nanoseconds=True), pcapng(frames, ETHERNET, dropped=3)):
        reader = dpkt.pcapng.Reader if content[:4] == b"\x0a\x0d\x0d\x0a" else dpkt.pcap.Reader
        read = list(reader(io.BytesIO(content)))
        assert [bytes(f) for _, f in read] == [f for _, f in frames]
        assert [float(t) for t, _ in read] == pytest.approx([t / 1e9 for t, _ in frames], abs=1e-6)
