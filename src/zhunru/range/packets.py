"""Encoders of IP packets and link layers, checksums right; the other direction of what the capture reader decodes."""

import ipaddress
import struct
from functools import lru_cache

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
TCP, UDP = 6, 17
_MSS_1400 = bytes([2, 4, 0x05, 0x78])


@lru_cache(maxsize=1024)
def packed(address: str) -> bytes:
    """Return an IPv4 or IPv6 address in network byte order."""
    return ipaddress.ip_address(address).packed


def internet_checksum(data: bytes) -> int:
    """Return the ones' complement checksum, RFC 1071.

    2**16 = 1 modulo 0xFFFF, so the remainder of the whole number is the folded sum of its 16-bit words.
    """
    whole = int.from_bytes(data + b"\0" if len(data) % 2 else data, "big")
    folded = whole % 0xFFFF or (0xFFFF if whole else 0)
    return 0xFFFF - folded


def ip(src: str, dst: str, protocol: int, payload: bytes, ident: int = 0) -> bytes:
    """Return an IPv4 or IPv6 packet, as the addresses say, around `payload`."""
    a, b = packed(src), packed(dst)
    if len(a) == 16:
        return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + a + b + payload
    blank = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), ident & 0xFFFF, 0x4000, 64, protocol, 0) + a + b
    return blank[:10] + struct.pack(">H", internet_checksum(blank)) + blank[12:] + payload


def udp(src: str, dst: str, src_port: int, dst_port: int, payload: bytes) -> bytes:
    """Return an IP packet that carries one UDP datagram."""
    length = 8 + len(payload)
    blank = struct.pack(">HHHH", src_port, dst_port, length, 0) + payload
    total = internet_checksum(_pseudo_header(src, dst, UDP, length) + blank) or 0xFFFF
    return ip(src, dst, UDP, blank[:6] + struct.pack(">H", total) + payload)


def tcp(src: str, dst: str, ports: tuple[int, int], seq: int, ack: int, flags: int, payload: bytes = b"", ident: int = 0) -> bytes:
    """Return an IP packet that carries one TCP segment; a SYN tells an MSS of 1400 bytes."""
    options = _MSS_1400 if flags & SYN else b""
    blank = struct.pack(">HHIIBBHHH", *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, (20 + len(options)) << 2, flags, 64240, 0, 0) + options
    body = blank + payload
    total = internet_checksum(_pseudo_header(src, dst, TCP, len(body)) + body)
    return ip(src, dst, TCP, body[:16] + struct.pack(">H", total) + body[18:], ident)


def ethernet(packet: bytes, src_mac: bytes, dst_mac: bytes, vlan: int | None = None) -> bytes:
    """Return an Ethernet II frame around an IP packet, optionally tagged (802.1Q)."""
    kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00"
    tag = b"" if vlan is None else b"\x81\x00" + struct.pack(">H", vlan & 0xFFF)
    return dst_mac + src_mac + tag + kind + packet


def arp_request(src_mac: bytes, src: str, dst: str) -> bytes:
    """Return an Ethernet frame that asks who has the IPv4 address `dst`."""
    body = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + src_mac + packed(src) + bytes(6) + packed(dst)
    return b"\xff" * 6 + src_mac + b"\x08\x06" + body


def cooked(packet: bytes, mac: bytes, outgoing: bool) -> bytes:
    """Return a Linux cooked frame (SLL v1): what `tcpdump -i any` writes for a cellular interface."""
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack(">HHH", 4 if outgoing else 0, 1, 6) + mac + b"\0\0" + struct.pack(">H", kind) + packet


def _pseudo_header(src: str, dst: str, protocol: int, length: int) -> bytes:
    a, b = packed(src), packed(dst)
    return a + b + (struct.pack(">II", length, protocol) if len(a) == 16 else struct.pack(">BBH", 0, protocol, length))
