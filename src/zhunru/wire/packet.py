"""Headers of captured packets, from the network layer to the transport layer, as columns.

Every function works on all packets of a block at once; a header window is gathered once and its fields are strided views of it.
What is rare (options, fragments, lengths that contradict each other) costs work only in blocks where it occurs.
Sources: RFC 791, RFC 8200, RFC 9293, RFC 768, RFC 9260 (basis G, checked against tshark).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhunru.core.text import Text
from zhunru.wire import can_link
from zhunru.wire.link_layer import ARP, I32, IPV4, IPV6, UNKNOWN_LINK, UNREADABLE, network_layer
from zhunru.wire.packet_block import I64, U8, U64, Flags, PacketBlock, rows_of

TCP, UDP, SCTP, ICMP, ICMP6 = 6, 17, 132, 1, 58
FIN, SYN, RST, ACK = 1, 2, 4, 16

_ENCAPSULATED = (0x8863, 0x8864, 0x8847, 0x8848, 0x88E5, 0x88E7, 0x6558, 0x894F)
"""PPPoE, MPLS, MACsec, PBB, bridged Ethernet, NSH: they may carry IP that is not looked into."""
_NO_NETWORK_LINK = (189, 220, 227, 249, 187, 201, 251, 254, 256, 190, 195, 210, 212, 230, 215, 254, 283)
"""Link types that carry no IP as a rule: USB, CAN, Bluetooth, LIN, FlexRay, IEEE 802.15.4."""
_EXTENSIONS = (0, 43, 60, 135, 139, 140)
_FRAGMENT, _AUTHENTICATION = 44, 51
_CHAINED = np.isin(np.arange(256), (*_EXTENSIONS, _FRAGMENT, _AUTHENTICATION))
"""By protocol number: another header of IPv6 follows."""
_PORTED = np.isin(np.arange(256), (TCP, UDP, SCTP))
_HEADER_BYTE = np.zeros(256, np.int64)
_HEADER_BYTE[[TCP, UDP, SCTP, ICMP, ICMP6]] = 20, 8, 12, 8, 8
"""By protocol number: least length of its header."""


@dataclass(slots=True)
class Tally:
    """What became of the packets; `packet == ip + other + unreadable`.

    Args:
        packet: Packets in the file.
        ip: Packets that are in a flow.
        other: Packets of other protocols.
        unreadable: Packets whose addresses could not be read, by reason.
        malformed: Packets whose headers contradict their length, in a flow or not.
        cut: Packets captured shorter than they were on the wire.
        fragment: IP fragments after the first one.
        notes: Counted remarks.
        first_number: Number (from 1) of the first packet per reason in `unreadable`.
    """

    packet: int = 0
    ip: int = 0
    other: int = 0
    unreadable: dict[Text, int] = field(default_factory=dict)
    malformed: int = 0
    cut: int = 0
    fragment: int = 0
    notes: dict[Text, int] = field(default_factory=dict)
    first_number: dict[Text, int] = field(default_factory=dict)

    def note(self, text: Text, count: int) -> None:
        """Add `count` to the remark `text`."""
        if count:
            self.notes[text] = self.notes.get(text, 0) + count

    def refuse(self, text: Text, numbers: I64) -> None:
        """Count packets that cannot be read; `numbers` are their places in the block, from 0."""
        if numbers.size:
            self.unreadable[text] = self.unreadable.get(text, 0) + numbers.size
            self.first_number.setdefault(text, self.packet + int(numbers[0]) + 1)


@dataclass(frozen=True, slots=True)
class PacketColumns:
    """IP packets of one block and one address family; one element per packet, in the order of the file.

    Args:
        key: Both endpoints and the protocol as whole numbers, the lower endpoint first: the identity of the flow.
            IPv4: (lower address and port, higher address and port + protocol); IPv6: the halves of both addresses, then ports and protocol.
        forward: The lower endpoint sent it.
        protocol: IP protocol number.
        t_ns: Time, or `NO_TIME`.
        ip_byte: Bytes of the IP packet, header included.
        payload_byte: Bytes above the transport header on the wire.
        payload_at: First of them in the buffer.
        payload_held: How many of them were captured.
        flags: TCP flags; 0 for other protocols.
        sequence: TCP sequence number; like the next one a view of the header, in its byte order.
        acknowledged: TCP acknowledgement number.
        source_port: Port of the sender; 0 where there is none.
        later_fragment: It is an IP fragment after the first: what it carries has no transport header.
    """

    key: tuple[U64, ...]
    forward: Flags
    protocol: U8
    t_ns: I64
    ip_byte: I64
    payload_byte: I64
    payload_at: I64
    payload_held: I64
    flags: U8
    sequence: NDArray[np.uint32]
    acknowledged: NDArray[np.uint32]
    source_port: U64
    later_fragment: Flags


@dataclass(slots=True)
class _Ip:
    """Network layer of packets of one family; `source` and `target` hold one or two words per address."""

    source: tuple[U64, ...]
    target: tuple[U64, ...]
    protocol: U8
    t_ns: I64
    ip_byte: I64
    transport_at: I64
    transport_byte: I64
    transport_held: I64
    first_fragment: Flags
    later_fragment: Flags
    fragment_id: NDArray[np.integer]
    contradicts: Flags


class Dissector:
    """Turns blocks of packets into columns and keeps the account; remembers the ports of fragmented packets."""

    _MAX_FRAGMENTED = 65_536

    def __init__(self) -> None:
        self.tally = Tally()
        self.can = can_link.CanFrames()
        self._ports: dict[tuple[int, ...], tuple[int, int]] = {}

    def columns(self, block: PacketBlock) -> tuple[PacketColumns, ...]:
        """Return the IP packets of the block, one element per address family that occurs."""
        tally = self.tally
        tally.cut += int((block.captured < block.wire).sum())
        at, kind = network_layer(block)
        found = []
        for ethertype, read in ((IPV4, _read_ipv4), (IPV6, _read_ipv6)):
            rows = np.flatnonzero(kind == ethertype)
            if not rows.size:
                continue
            ip, readable = read(block, rows, at[rows])
            if not readable.all():
                bad = rows[~readable]
                tally.refuse(Text("IP 首部不完整或自相矛盾", "the IP header is incomplete or contradicts itself"), bad)
                tally.malformed += int((block.captured[bad] >= block.wire[bad]).sum())
            if ip.protocol.size:
                found.append(self._transport(block, ip))
        self._account(block, at, kind)
        tally.packet += block.offset.size
        return tuple(found)

    def _account(self, block: PacketBlock, at: I64, kind: I32) -> None:
        tally = self.tally
        others = np.flatnonzero((kind != IPV4) & (kind != IPV6))
        if not others.size:
            return
        bus_frame = self._bus_frames(block, others, at, kind)
        kind, link = kind[others], block.link[others]
        wrapped = np.isin(kind, _ENCAPSULATED)
        foreign = (kind == UNKNOWN_LINK) & ~np.isin(link, _NO_NETWORK_LINK)
        tally.refuse(Text("链路层首部不完整", "the link header is incomplete"), others[kind == UNREADABLE])
        tally.refuse(Text("链路类型不支持，可能含 IP", "the link type is not supported and may carry IP"), others[foreign])
        tally.refuse(
            Text("封装（如 PPPoE、MPLS）未解析，可能含 IP", "encapsulation, e.g. PPPoE or MPLS, that may carry IP"), others[wrapped]
        )
        bus = (kind == UNKNOWN_LINK) & ~foreign & ~bus_frame
        arp = kind == ARP
        rest = ~(arp | bus | bus_frame | wrapped | foreign | (kind == UNREADABLE))
        tally.note(Text("ARP 包", "ARP packets"), int(arp.sum()))
        tally.note(Text("非网络链路（如 LIN、USB）的记录", "records of links without IP, e.g. LIN or USB"), int(bus.sum()))
        tally.note(Text("其他非 IP 协议的包", "packets of other protocols than IP"), int(rest.sum()))
        tally.other += int((arp | bus | rest).sum())

    def _bus_frames(self, block: PacketBlock, others: I64, at: I64, kind: I32) -> Flags:
        """Keep the CAN frames among `others`; tell which of `others` are on a CAN interface, and count those that are no frame."""
        link = block.link[others]
        cooked = np.isin(link, can_link.COOKED) & np.isin(kind[others], can_link.KINDS)
        found: Flags = (link == can_link.LINK) | cooked
        rows = others[found]
        if rows.size:
            broken = self.can.take(block, rows, at[rows], kind[rows])
            self.tally.refuse(Text("不完整或自相矛盾的 CAN 帧", "CAN frames that are incomplete or contradict themselves"), broken)
            self.tally.other += int(rows.size - broken.size)
            self.tally.note(Text("CAN 帧", "CAN frames"), int(rows.size - broken.size))
        return found

    def _transport(self, block: PacketBlock, ip: _Ip) -> PacketColumns:
        window = rows_of(block.data, 20, np.minimum(ip.transport_at, len(block.data) - 20))
        shorts, words = window.view(">u2"), window.view(">u4")
        pieces = bool(ip.later_fragment.any())
        # What a later fragment carries is no header.
        protocol = np.where(ip.later_fragment, np.uint8(_FRAGMENT), ip.protocol) if pieces else ip.protocol
        ported = _PORTED[protocol] & (ip.transport_held >= 4)
        ports = [shorts[:, side].astype(np.uint64) for side in (0, 1)]
        if not ported.all():
            ports = [port * ported for port in ports]
        if pieces or ip.first_fragment.any():
            self._join_fragments(ip, ports)
        tcp = protocol == TCP
        headed = tcp & (ip.transport_held >= 20)
        least = _HEADER_BYTE[protocol]
        header = np.where(headed, window[:, 12] >> 2 & 60, least)
        lied = (header < least) | ((header > ip.transport_byte) & (tcp | (protocol == UDP)))
        if lied.any():
            headed &= ~lied
            header = np.where(headed, header, least)
        self.tally.malformed += int((lied | ip.contradicts).sum())
        self.tally.fragment += int(ip.later_fragment.sum())
        self.tally.ip += protocol.size
        key, forward = _keys(ip, ports)
        held = np.maximum(ip.transport_held - header, 0)
        return PacketColumns(
            key=key,
            forward=forward,
            protocol=ip.protocol,
            t_ns=ip.t_ns,
            ip_byte=ip.ip_byte,
            payload_byte=np.maximum(ip.transport_byte - header, 0),
            payload_at=ip.transport_at + header,
            payload_held=held * (headed | ~tcp),
            flags=window[:, 13] * headed,
            sequence=words[:, 1],
            acknowledged=words[:, 2],
            source_port=ports[0],
            later_fragment=ip.later_fragment,
        )

    def _join_fragments(self, ip: _Ip, ports: list[U64]) -> None:
        """Give later fragments the ports of the first one of the same packet."""

        def name(i: int) -> tuple[int, ...]:
            return (*(int(w[i]) for w in (*ip.source, *ip.target)), int(ip.protocol[i]), int(ip.fragment_id[i]))

        for i in np.flatnonzero(ip.first_fragment).tolist():
            if len(self._ports) >= self._MAX_FRAGMENTED:
                self._ports.clear()
            self._ports[name(i)] = (int(ports[0][i]), int(ports[1][i]))
        for i in np.flatnonzero(ip.later_fragment).tolist():
            ports[0][i], ports[1][i] = self._ports.get(name(i), (0, 0))


def _read_ipv4(block: PacketBlock, rows: I64, at: I64) -> tuple[_Ip, Flags]:
    behind = at - block.offset[rows]
    held, sent = block.captured[rows] - behind, block.wire[rows] - behind
    window = rows_of(block.data, 20, at)
    first = window[:, 0].copy()
    header = (first & 15).astype(np.int64) * 4
    readable = (held >= 20) & (first >> 4 == 4) & (header >= 20)
    if not readable.all():
        rows, at, held, sent, window, header = (c[readable] for c in (rows, at, held, sent, window, header))
    shorts, words = window.view(">u2"), window.view(">u4")
    ip_byte = shorts[:, 1].astype(np.int64)
    contradicts = (ip_byte < header) | (ip_byte > sent) | (header > sent)
    if contradicts.any():
        # A total length of zero is what segmentation offload leaves to the network card.
        ip_byte, total = np.where((ip_byte < header) | (ip_byte > sent), sent, ip_byte), ip_byte
        contradicts &= (total != 0) | (header > sent)
    piece = shorts[:, 3]
    whole = not (piece & 0x3FFF).any()
    later = np.zeros(rows.size, np.bool_) if whole else piece & 0x1FFF != 0
    ip = _Ip(
        source=(words[:, 3].astype(np.uint64),),
        target=(words[:, 4].astype(np.uint64),),
        protocol=window[:, 9].copy(),
        t_ns=block.t_ns[rows],
        ip_byte=ip_byte,
        transport_at=at + header,
        transport_byte=ip_byte - header,
        transport_held=np.minimum(held, ip_byte) - header,
        first_fragment=later if whole else ~later & (piece & 0x2000 != 0),
        later_fragment=later,
        fragment_id=shorts[:, 2],
        contradicts=contradicts,
    )
    return ip, readable


def _read_ipv6(block: PacketBlock, rows: I64, at: I64) -> tuple[_Ip, Flags]:
    behind = at - block.offset[rows]
    held, sent = block.captured[rows] - behind, block.wire[rows] - behind
    window = rows_of(block.data, 40, at)
    readable = (held >= 40) & (window[:, 0] >> 4 == 6)
    if not readable.all():
        rows, at, held, sent, window = (c[readable] for c in (rows, at, held, sent, window))
    load = window.view(">u2")[:, 2].astype(np.int64)
    contradicts = load + 40 > sent
    ip_byte = np.where((load == 0) | contradicts, sent, load + 40)
    long = window.view(">u8")
    ip = _Ip(
        source=(long[:, 1].astype(np.uint64), long[:, 2].astype(np.uint64)),
        target=(long[:, 3].astype(np.uint64), long[:, 4].astype(np.uint64)),
        protocol=window[:, 6].copy(),
        t_ns=block.t_ns[rows],
        ip_byte=ip_byte,
        transport_at=at + 40,
        transport_byte=ip_byte - 40,
        transport_held=np.minimum(held, ip_byte) - 40,
        first_fragment=np.zeros(rows.size, np.bool_),
        later_fragment=np.zeros(rows.size, np.bool_),
        fragment_id=np.zeros(rows.size, np.int64),
        contradicts=contradicts,
    )
    _pass_extensions(block, ip)
    return ip, readable


def _pass_extensions(block: PacketBlock, ip: _Ip) -> None:
    """Move past IPv6 extension headers, in place; at most eight, as no honest packet has more (P)."""
    for _ in range(8):
        chained = _CHAINED[ip.protocol] & ~ip.later_fragment & (ip.transport_held >= 8)
        rows = np.flatnonzero(chained)
        if not rows.size:
            return
        window = rows_of(block.data, 8, ip.transport_at[rows])
        kind = ip.protocol[rows]
        units = window[:, 1].astype(np.int64)
        length = np.where(kind == _FRAGMENT, 8, np.where(kind == _AUTHENTICATION, (units + 2) * 4, (units + 1) * 8))
        piece = window.view(">u2")[:, 1].astype(np.int64)
        cut = kind == _FRAGMENT
        ip.later_fragment[rows] = cut & (piece >> 3 != 0)
        ip.first_fragment[rows] |= cut & (piece >> 3 == 0) & (piece & 1 != 0)
        ip.fragment_id[rows] = np.where(cut, window.view(">u4")[:, 1], ip.fragment_id[rows])
        ip.protocol[rows] = window[:, 0]
        ip.contradicts[rows] |= length > ip.transport_byte[rows]
        ip.transport_at[rows] += length
        ip.transport_byte[rows] = np.maximum(ip.transport_byte[rows] - length, 0)
        ip.transport_held[rows] = np.maximum(ip.transport_held[rows] - length, 0)


def _keys(ip: _Ip, ports: list[U64]) -> tuple[tuple[U64, ...], Flags]:
    """Return the identity of the flow of each packet, and whether the lower endpoint sent it."""
    sent, received = ports
    protocol = ip.protocol.astype(np.uint64)
    forward: Flags
    if len(ip.source) == 1:
        here, there = ip.source[0] << np.uint64(16) | sent, ip.target[0] << np.uint64(16) | received
        forward = here <= there
        return (np.minimum(here, there), np.maximum(here, there) | protocol << np.uint64(48)), forward
    (s1, s2), (t1, t2) = ip.source, ip.target
    forward = (s1 < t1) | ((s1 == t1) & ((s2 < t2) | ((s2 == t2) & (sent <= received))))
    low: tuple[U64, ...] = tuple(np.where(forward, a, b) for a, b in ((s1, t1), (s2, t2), (sent, received)))
    high: tuple[U64, ...] = tuple(np.where(forward, b, a) for a, b in ((s1, t1), (s2, t2), (sent, received)))
    word = protocol << np.uint64(32) | low[2] << np.uint64(16) | high[2]
    return (low[0], low[1], high[0], high[1], word), forward


def endpoints(key: tuple[int, ...]) -> tuple[tuple[int, int], tuple[int, int], int]:
    """Return ((lower address, port), (higher address, port), protocol) of one key, the addresses as whole numbers."""
    if len(key) == 2:
        return (key[0] >> 16, key[0] & 0xFFFF), (key[1] >> 16 & 0xFFFFFFFF, key[1] & 0xFFFF), key[1] >> 48
    return (key[0] << 64 | key[1], key[4] >> 16 & 0xFFFF), (key[2] << 64 | key[3], key[4] & 0xFFFF), key[4] >> 32
