"""What unencrypted tunnels carry: the packets inside, found as columns, and how many packets of each tunnel could be opened.

Read: IP in IP, 6in4, GRE (plain and bridged), EtherIP, GTP-U, VXLAN, Teredo; IKE and keep-alives, which carry no packets, count as opened.
Not read: ESP (keys open it in a copy of the capture, `wire.esp`), AH, L2TP, PPTP, OpenVPN, WireGuard, Geneve, fragments of outer packets: they count as not opened.
Sources: RFC 2003, RFC 4213, RFC 2784 with RFC 2890, RFC 3378, RFC 7348, RFC 4380, RFC 3948, RFC 7296, 3GPP TS 29.281 (basis G, checked against tshark).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhunru.wire.key_groups import Groups
from zhunru.wire.packet import UDP, PacketColumns
from zhunru.wire.packet_block import I64, U8, Flags, PacketBlock, rows_of

IPIP, SIXINFOUR, GRE, ESP, AH, ETHERIP = 4, 41, 47, 50, 51, 97
IKE_PORT, NAT_T_PORT, GTP_U_PORT, TEREDO_PORT, VXLAN_PORTS = 500, 4500, 2152, 3544, (4789, 8472)
RAW_IP, ETHERNET = 101, 1
DEEPEST = 4
"""Tunnels inside tunnels that are looked into (P)."""
MOST_TUNNELS = 65_536
"""Tunnels that are told apart; the packets of further ones are not opened (P)."""
_EXTENSIONS = 8
_MOST_GTP_BYTE = 64
"""Longest GTP-U message without a packet that is believed to carry none (P)."""
_OF_IP = np.isin(np.arange(256), (IPIP, SIXINFOUR, GRE, ESP, AH, ETHERIP))
_OF_UDP = np.isin(np.arange(65536), (IKE_PORT, NAT_T_PORT, GTP_U_PORT, TEREDO_PORT, *VXLAN_PORTS))

_Rows = dict[int, tuple[I64, I64]]


@dataclass(slots=True)
class Account:
    """Packets of one tunnel, and how many of them were opened or carry nothing."""

    packets: int = 0
    opened: int = 0


@dataclass(slots=True)
class Tunnels:
    """Looks into tunnels block by block; `accounts` is keyed as the flows are."""

    accounts: dict[tuple[int, ...], Account] = field(default_factory=dict)

    def inner(self, packets: PacketColumns, block: PacketBlock, depth: int) -> list[PacketBlock]:
        """Return the packets inside the tunnels among `packets`, over the same buffer, by link type; and keep the account.

        A packet inside is believed when its header is whole, its length fits, and for IPv4 the checksum of the header is right.
        """
        rows = np.flatnonzero(_candidates(packets))
        if not rows.size:
            return []
        at, held, sent = packets.payload_at[rows], packets.payload_held[rows], packets.payload_byte[rows]
        ports = _ports(packets, rows)
        kind = packets.protocol[rows]
        skip, link, empty = _headers(block, at, held, sent, kind, ports)
        found: list[PacketBlock] = []
        opened = empty.copy()
        for number in (RAW_IP, ETHERNET):
            mine = np.flatnonzero((link == number) & ~empty)
            start, left, wire = at[mine] + skip[mine], held[mine] - skip[mine], sent[mine] - skip[mine]
            good, bare = _believed(block, start, left, wire, number)
            opened[mine[good | bare]] = True
            kept = mine[good]
            if kept.size and depth < DEEPEST:
                t_ns = packets.t_ns[rows[kept]]
                found.append(PacketBlock(block.data, start[good], left[good], wire[good], t_ns, np.full(kept.size, number)))
        if depth >= DEEPEST:
            opened[:] = empty
        self._account(packets, rows, opened)
        return found

    def _account(self, packets: PacketColumns, rows: I64, opened: Flags) -> None:
        key = tuple(word[rows] for word in packets.key)
        groups = Groups.of(key)
        count = np.bincount(groups.number, minlength=groups.heads.size)
        good = np.bincount(groups.number, weights=opened, minlength=groups.heads.size)
        for number, head in enumerate(groups.heads.tolist()):
            name = tuple(int(word[head]) for word in key)
            if name not in self.accounts and len(self.accounts) >= MOST_TUNNELS:
                continue
            account = self.accounts.setdefault(name, Account())
            account.packets += int(count[number])
            account.opened += int(good[number])


def _candidates(packets: PacketColumns) -> Flags:
    found: Flags = _OF_IP[packets.protocol]
    udp = np.flatnonzero(packets.protocol == UDP)
    if udp.size:
        one, other = _ports(packets, udp)
        found[udp] = _OF_UDP[one] | _OF_UDP[other]
    return found


def _ports(packets: PacketColumns, rows: I64) -> tuple[I64, I64]:
    """Return the ports of both ends."""
    port = np.uint64(0xFFFF)
    if len(packets.key) == 2:
        pair = packets.key[0][rows] & port, packets.key[1][rows] & port
    else:
        pair = packets.key[4][rows] >> np.uint64(16) & port, packets.key[4][rows] & port
    return pair[0].astype(np.int64), pair[1].astype(np.int64)


def _headers(block: PacketBlock, at: I64, held: I64, sent: I64, kind: U8, ports: tuple[I64, I64]) -> tuple[I64, I64, Flags]:
    """Return for each packet how long the header of its tunnel is, the link type inside (0 = not known), and whether it carries nothing."""
    skip, link = np.zeros(at.size, np.int64), np.zeros(at.size, np.int64)
    empty = np.zeros(at.size, np.bool_)
    head = rows_of(block.data, 32, np.minimum(at, len(block.data) - 32))
    link[(kind == IPIP) | (kind == SIXINFOUR)] = RAW_IP
    _gre(head, held, np.flatnonzero(kind == GRE), skip, link)
    etherip = (kind == ETHERIP) & (held >= 2) & (head[:, 0] == 0x30)
    skip[etherip], link[etherip] = 2, ETHERNET
    udp = kind == UDP

    def on(*numbers: int) -> Flags:
        found: Flags = udp & (np.isin(ports[0], numbers) | np.isin(ports[1], numbers))
        return found

    vxlan = on(*VXLAN_PORTS) & (held >= 8) & (head[:, 0] & 8 != 0)
    skip[vxlan], link[vxlan] = 8, ETHERNET
    teredo = on(TEREDO_PORT) & (held >= 8)
    origin = teredo & (head[:, 0] == 0) & (head[:, 1] == 0)  # origin indication, RFC 4380 5.1.1
    skip[origin] = 8
    link[teredo] = RAW_IP
    empty |= on(IKE_PORT) & _is_ike(head, held, sent, 0)
    empty |= on(NAT_T_PORT) & (head[:, :4] == 0).all(axis=1) & _is_ike(head, held, sent, 4)  # behind the marker of RFC 3948 2.2
    empty |= on(NAT_T_PORT) & (sent == 1) & (held == 1) & (head[:, 0] == 0xFF)  # keep-alive, RFC 3948 2.3
    _gtp(block, at, held, sent, head, np.flatnonzero(on(GTP_U_PORT)), skip, link, empty)
    return skip, link, empty


def _is_ike(head: U8, held: I64, sent: I64, start: int) -> Flags:
    """Tell which payloads are one IKE message: version 1.0 or 2.0 behind the two cookies, and its length is that of the payload."""
    length = np.zeros(held.size, np.int64)
    for byte in range(start + 24, start + 28):
        length = length << 8 | head[:, byte]
    found: Flags = (held >= start + 28) & np.isin(head[:, start + 17], (0x10, 0x20)) & (length == sent - start) & (head[:, start] != 0)
    return found


def _gre(head: U8, held: I64, rows: I64, skip: I64, link: I64) -> None:
    if not rows.size:
        return
    flags = head[rows, 0].astype(np.int64) << 8 | head[rows, 1]
    kind = head[rows, 2].astype(np.int64) << 8 | head[rows, 3]
    length = 4 + 4 * ((flags & 0x8000 != 0).astype(np.int64) + (flags & 0x2000 != 0) + (flags & 0x1000 != 0))
    plain = (flags & 0x4007 == 0) & (held[rows] >= length)  # no source routing, version 0
    skip[rows] = length
    link[rows] = np.where(plain & np.isin(kind, (0x0800, 0x86DD)), RAW_IP, np.where(plain & (kind == 0x6558), ETHERNET, 0))


def _gtp(block: PacketBlock, at: I64, held: I64, sent: I64, head: U8, rows: I64, skip: I64, link: I64, empty: Flags) -> None:
    """GTP-U version 1: G-PDU (255) carries a packet, other messages of the same version carry none."""
    if not rows.size:
        return
    first, kind = head[rows, 0], head[rows, 1]
    good = (first >> 4 == 3) & (held[rows] >= 8)
    empty[rows[good & np.isin(kind, (1, 2, 26, 31, 254)) & (sent[rows] <= _MOST_GTP_BYTE)]] = True
    rows = rows[good & (kind == 255)]
    length = np.where(head[rows, 0] & 7 != 0, 12, 8)
    following = np.where(head[rows, 0] & 4 != 0, head[rows, 11], 0)
    for _ in range(_EXTENSIONS):
        more = np.flatnonzero((following != 0) & (length < held[rows]))
        if not more.size:
            break
        units = rows_of(block.data, 1, at[rows[more]] + length[more])[:, 0].astype(np.int64) * 4
        length[more] += np.where(units > 0, units, 1 << 20)  # an extension of no length would never end
        inside = np.flatnonzero(length[more] <= held[rows[more]])
        following[more] = 0
        last = at[rows[more[inside]]] + length[more[inside]] - 1
        following[more[inside]] = rows_of(block.data, 1, last)[:, 0]
    whole = (length <= held[rows]) & (following == 0)
    skip[rows] = length
    link[rows] = np.where(whole, RAW_IP, 0)


def _believed(block: PacketBlock, start: I64, held: I64, sent: I64, link: int) -> tuple[Flags, Flags]:
    """Tell which packets inside are whole and true, and which frames carry no IP (ARP)."""
    place = np.clip(start, 0, len(block.data) - 64)
    window = rows_of(block.data, 64, place)
    behind = 14 if link == ETHERNET else 0
    fits = (start <= len(block.data) - 64) & (held >= behind + 20)
    bare = np.zeros(start.size, np.bool_)
    kind = np.zeros(start.size, np.int64)
    if link == ETHERNET:
        kind = window[:, 12].astype(np.int64) << 8 | window[:, 13]
        bare = fits & (kind == 0x0806)
    head = np.ascontiguousarray(window[:, behind : behind + 40])
    version = head[:, 0] >> 4
    shorts = head.view(">u2").astype(np.int64)
    long = (head[:, 0] & 15).astype(np.int64) * 4
    room = sent - behind
    four = (version == 4) & (long >= 20) & (long <= 40) & (shorts[:, 1] >= long) & (shorts[:, 1] <= room) & (held - behind >= long)
    four &= _checksum(head, long)
    six = (version == 6) & (held - behind >= 40) & (shorts[:, 2] + 40 <= room)
    if link == ETHERNET:
        four &= kind == 0x0800
        six &= kind == 0x86DD
    good: Flags = fits & (four | six)
    return good, bare


def _checksum(head: U8, long: I64) -> Flags:
    """Tell which IPv4 headers of up to 40 bytes have a right checksum, RFC 1071; longer ones are not told."""
    used: NDArray[np.int64] = head.view(">u2").astype(np.int64) * (np.arange(20)[None, :] * 2 < long[:, None])
    total = used.sum(axis=1)
    total = (total & 0xFFFF) + (total >> 16)
    right: Flags = ((total & 0xFFFF) + (total >> 16)) == 0xFFFF
    return right
