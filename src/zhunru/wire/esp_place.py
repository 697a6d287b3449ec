"""Where ESP stands in a captured IP packet, and the packet without it.

Not found: ESP inside other tunnels, behind an authentication header, in TCP (RFC 9329), in UDP on other ports than 4500.
Sources: RFC 791, RFC 8200, RFC 4303, RFC 3948 (basis G, checked against tshark).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from zhunru.wire.link_layer import IPV4, IPV6, network_layer
from zhunru.wire.packet_block import I64, U8, Flags, PacketBlock, rows_of

ESP, UDP, FRAGMENT = 50, 17, 44
NAT_T_PORT = 4500
LEAST_SPI = 256
"""Smaller ones are reserved, RFC 4303 2.1; in UDP four bytes of zero mark a key exchange, RFC 3948 2.2."""
_OPTIONS = (0, 43, 60, 135, 139, 140)
_MOST_HEADERS = 8
_MAY_LEAD = np.isin(np.arange(256), (ESP, FRAGMENT, *_OPTIONS))

Trouble = Literal["cut", "fragment"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where ESP stands: the first `lead` bytes of the packet stay, the byte at `kind_at` names what follows them.

    Args:
        version: 4 or 6.
        lead: Bytes of the headers that stay.
        kind_at: Place of the protocol number.
        start: First byte of the ESP header.
        end: Byte behind the check value.
    """

    version: int
    lead: int
    kind_at: int
    start: int
    end: int


def candidates(block: PacketBlock) -> tuple[I64, I64]:
    """Return the rows of the block that may be ESP, in order, and where their IP headers start."""
    at, kind = network_layer(block)
    found = []
    for family, width in ((IPV4, 20), (IPV6, 40)):
        rows = np.flatnonzero(kind == family)
        head = rows_of(block.data, width, at[rows])
        four = family == IPV4
        lead = at[rows] + ((head[:, 0] & 15).astype(np.int64) * 4 if four else 40)
        found.append(rows[_may_be(block, head[:, 9 if four else 6], lead, four)])
    picked = np.sort(np.concatenate(found))
    return picked, at[picked]


def _may_be(block: PacketBlock, protocol: U8, at: I64, four: bool) -> Flags:
    """Tell of packets by the protocol number whether they may be ESP; in UDP the ports tell."""
    may: Flags = (protocol == ESP) if four else _MAY_LEAD[protocol].copy()
    udp = np.flatnonzero(protocol == UDP)
    ports = rows_of(block.data, 4, np.minimum(at[udp], len(block.data) - 4)).view(">u2")
    may[udp] = (ports == NAT_T_PORT).any(axis=1)
    return may


def located(packet: bytes) -> Place | Trouble | None:
    """Return where ESP stands in an IP packet (from the IP header on); what keeps it from being opened; None when it is no ESP."""
    if len(packet) >= 20 and packet[0] >> 4 == 4:
        return _in_ipv4(packet)
    return _in_ipv6(packet) if len(packet) >= 40 and packet[0] >> 4 == 6 else None


def _in_ipv4(packet: bytes) -> Place | Trouble | None:
    lead, end = (packet[0] & 15) * 4, int.from_bytes(packet[2:4], "big")
    if packet[9] not in {ESP, UDP} or lead < 20:
        return None
    piece = int.from_bytes(packet[6:8], "big") & 0x3FFF
    if packet[9] == UDP and (piece & 0x1FFF or not _on_port(packet, lead)):
        return None
    if piece:
        return "fragment"
    return _ended(packet, Place(4, lead, 9, lead, end), packet[9])


def _in_ipv6(packet: bytes) -> Place | Trouble | None:
    kind, kind_at, at = packet[6], 6, 40
    piece = False
    for _ in range(_MOST_HEADERS):
        if kind not in {*_OPTIONS, FRAGMENT} or len(packet) < at + 8:
            break
        if kind == FRAGMENT:
            word = int.from_bytes(packet[at + 2 : at + 4], "big")
            piece |= word & 0xFFF9 != 0
            if word & 0xFFF8 and packet[at] != ESP:
                return None
        length = 8 if kind == FRAGMENT else (packet[at + 1] + 1) * 8
        kind, kind_at, at = packet[at], at, at + length
    if kind not in {ESP, UDP} or (kind == UDP and not _on_port(packet, at)):
        return None
    if piece:
        return "fragment"
    return _ended(packet, Place(6, at, kind_at, at, 40 + int.from_bytes(packet[4:6], "big")), kind)


def _on_port(packet: bytes, at: int) -> bool:
    return NAT_T_PORT in {int.from_bytes(packet[at : at + 2], "big"), int.from_bytes(packet[at + 2 : at + 4], "big")}


def _ended(packet: bytes, place: Place, kind: int) -> Place | Trouble | None:
    """Pass the UDP header, and see that the packet is whole."""
    if kind == UDP:
        length = int.from_bytes(packet[place.start + 4 : place.start + 6], "big")
        start, end = place.start + 8, place.start + length
        if length == 9 or packet[start : start + 4] == bytes(4):
            return None  # keep-alive, key exchange
        if end > place.end:
            return "cut"
        place = Place(place.version, place.lead, place.kind_at, start, end)
    if place.end > len(packet) or place.end - place.start < 8:
        return "cut"
    return place


def without_esp(packet: bytes, place: Place, kind: int, inside: bytes) -> bytes:
    """Return the packet with `inside`, of protocol number `kind`, where the ESP stood; lengths and checksum of the IP header are made anew."""
    head = bytearray(packet[: place.lead])
    head[place.kind_at] = kind
    if place.version == 4:
        head[2:4] = (place.lead + len(inside)).to_bytes(2, "big")
        head[10:12] = bytes(2)
        total = sum(int.from_bytes(head[i : i + 2], "big") for i in range(0, place.lead, 2))
        total = (total & 0xFFFF) + (total >> 16)
        head[10:12] = (~((total & 0xFFFF) + (total >> 16)) & 0xFFFF).to_bytes(2, "big")
    else:
        head[4:6] = (place.lead - 40 + len(inside)).to_bytes(2, "big")
    return bytes(head) + inside
