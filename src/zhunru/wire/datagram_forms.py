"""Forms of datagrams: which are encrypted, and of which the protocol is understood; all of a block at once."""

from typing import Final

import numpy as np

from zhunru.wire.packet import UDP, PacketColumns
from zhunru.wire.packet_block import I64, U8, Flags, rows_of

WINDOW_BYTE: Final = 32
"""Bytes of a payload that are looked at in columns: a head, a nonce, and 16 that show a high bit but once in 2**16."""
_HIGH = np.uint64(0x8080808080808080)
_ESP = 50
_IS_IKE = np.isin(np.arange(256), (0x10, 0x20))
_TEXT_PORTS: Final = (53, 67, 68, 546, 547, 1900, 5353, 5355)
"""DNS, DHCP, discovery: their fields are understood or text."""
_IS_TEXT = np.isin(np.arange(65_536), _TEXT_PORTS)
_CLOCK_PORT, _CLOCK_BYTE = 123, 48
_CONTROL: Final = (1, 2, 58)
"""ICMP and IGMP: no data of an application."""
_IS_CONTROL = np.isin(np.arange(256), _CONTROL)


def known_datagrams(packets: PacketColumns, rows: I64) -> Flags:
    """Tell of which datagrams the protocol is understood or text by its port."""
    ports = _ports(packets, rows)
    udp = packets.protocol[rows] == UDP
    clock = ((ports[0] == _CLOCK_PORT) | (ports[1] == _CLOCK_PORT)) & (packets.payload_held[rows] == _CLOCK_BYTE)
    known: Flags = (udp & (_IS_TEXT[ports[0]] | _IS_TEXT[ports[1]] | clock)) | _IS_CONTROL[packets.protocol[rows]]
    return known


def sealed_datagrams(packets: PacketColumns, rows: I64, data: bytearray) -> Flags:
    """Tell which datagrams are encrypted by their form: QUIC, DTLS, WireGuard, IPsec; text in them gives a false form away."""
    at, held, protocol = packets.payload_at[rows], packets.payload_held[rows], packets.protocol[rows]
    window = rows_of(data, WINDOW_BYTE, np.minimum(at, len(data) - WINDOW_BYTE))
    ports = _ports(packets, rows)
    forms = _quic(window, ports, held) | _dtls(window, held) | _wireguard(window, held) | _ike(window, ports, held)
    forms &= (protocol == UDP) & ~packets.later_fragment[rows] & noisy(window, held)
    sealed: Flags = forms | (protocol == _ESP)
    return sealed


def noisy(window: U8, held: I64) -> Flags:
    """Tell which payloads show a high bit behind their heads, as encrypted ones do; shorter ones pass."""
    found: Flags = (np.bitwise_or.reduce(window.view("<u8")[:, 2:], axis=1) & _HIGH != 0) | (held < WINDOW_BYTE)
    return found


def _ports(packets: PacketColumns, rows: I64) -> tuple[I64, I64]:
    words = tuple(word[rows] for word in packets.key)
    port = np.uint64(0xFFFF)
    low, high = (words[0], words[1]) if len(words) == 2 else (words[4] >> np.uint64(16), words[4])
    return (low & port).astype(np.int64), (high & port).astype(np.int64)


def _quic(w: U8, ports: tuple[I64, I64], held: I64) -> Flags:
    """RFC 9000 17: the fixed bit; a long header tells its version, a short one is believed on port 443 only."""
    long = (w[:, 0] >> 6 == 3) & (w[:, 1] == 0) & (((w[:, 2] == 0) & (w[:, 3] == 0) & (w[:, 4] == 1)) | (w[:, 2] == 0x6B))
    web = (ports[0] == 443) | (ports[1] == 443)
    found: Flags = (held >= 21) & (long | (web & (w[:, 0] >> 6 == 1)))
    return found


def _dtls(w: U8, held: I64) -> Flags:
    """RFC 6347, RFC 9147: content type and version; a handshake in the clear (epoch 0) is looked into."""
    found: Flags = (held >= 13) & (w[:, 1] == 0xFE) & (w[:, 2] >= 0xFD) & (w[:, 0] >= 20) & (w[:, 0] <= 26) & ((w[:, 3] | w[:, 4]) != 0)
    return found


def _wireguard(w: U8, held: I64) -> Flags:
    sizes = (held == 148) & (w[:, 0] == 1) | (held == 92) & (w[:, 0] == 2) | (held == 64) & (w[:, 0] == 3) | (held >= 32) & (w[:, 0] == 4)
    found: Flags = sizes & (w[:, 1] == 0) & (w[:, 2] == 0) & (w[:, 3] == 0)
    return found


def _ike(w: U8, ports: tuple[I64, I64], held: I64) -> Flags:
    """RFC 7296 and RFC 3948: IKE with its version, ESP in UDP with an index that is not zero."""
    ike = (ports[0] == 500) | (ports[1] == 500)
    nat = (ports[0] == 4500) | (ports[1] == 4500)
    marked = (w[:, 0] | w[:, 1] | w[:, 2] | w[:, 3]) == 0
    found: Flags = ike & _IS_IKE[w[:, 17]]
    found |= nat & (~marked | ((held >= 32) & _IS_IKE[w[:, 21]]))
    return found & (held >= 28)
