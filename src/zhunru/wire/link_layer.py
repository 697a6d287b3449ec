"""Where the network header of each packet starts, behind the link header and its tags.

Sources: IEEE 802.3 and 802.1Q; link types as libpcap numbers them (basis G, checked against tshark).
"""

import numpy as np
from numpy.typing import NDArray

from zhunru.wire.packet_block import I64, PacketBlock, rows_of

I32 = NDArray[np.int32]

IPV4, IPV6, ARP, UNREADABLE, NO_IP, UNKNOWN_LINK = 0x0800, 0x86DD, 0x0806, -1, -2, -3
_TAGGED = np.isin(np.arange(65536, dtype=np.uint16).byteswap(), (0x8100, 0x88A8, 0x9100, 0x9200))
"""By EtherType, read in the other byte order: a VLAN tag."""


def network_layer(block: PacketBlock) -> tuple[I64, I32]:
    """Return where the network header starts and its EtherType (or one of the negative marks)."""
    if block.link.size and (block.link == block.link[0]).all():
        return _behind_link(block, block.offset, block.captured, int(block.link[0]))
    at, kind = block.offset.copy(), np.full(block.offset.size, UNKNOWN_LINK, np.int32)
    for link in np.unique(block.link).tolist():
        rows = block.link == link
        at[rows], kind[rows] = _behind_link(block, block.offset[rows], block.captured[rows], link)
    return at, kind


def _behind_link(block: PacketBlock, offset: I64, captured: I64, link: int) -> tuple[I64, I32]:
    if link == 1:
        at, kind = _behind_tags(block, offset + 14)
    elif link == 113:  # Linux cooked capture
        at, kind = _behind_tags(block, offset + 16)
    elif link == 276:  # Linux cooked capture, version 2: the type stands first
        at, kind = _behind_tags(block, offset + 20, offset)
    elif link in {0, 108}:  # BSD loopback: address family as a word, of the host's or the network's order
        family = rows_of(block.data, 4, offset).astype(np.int64)
        low = np.where(family[:, 0] != 0, family[:, 0], family[:, 3])
        plain = (family[:, 1] == 0) & (family[:, 2] == 0) & ((family[:, 0] == 0) | (family[:, 3] == 0))
        at = offset + 4
        kind = np.where(plain & (low == 2), IPV4, np.where(plain & np.isin(low, (10, 24, 28, 30)), IPV6, NO_IP)).astype(np.int32)
    elif link in {101, 12, 14, 228, 229}:  # raw IP
        at = offset
        version = rows_of(block.data, 1, offset)[:, 0] >> 4
        kind = np.where(version == 4, IPV4, np.where(version == 6, IPV6, UNREADABLE)).astype(np.int32)
    else:
        return offset, np.full(offset.size, UNKNOWN_LINK, np.int32)
    kind[at - offset > captured] = UNREADABLE
    return at, kind


def _behind_tags(block: PacketBlock, at: I64, type_at: I64 | None = None) -> tuple[I64, I32]:
    """Return what lies behind the EtherType, by default the two bytes before `at`, which is changed in place; four tags at most."""
    words: NDArray[np.uint16] = np.ndarray((len(block.data) - 1,), "<u2", block.data, strides=(1,))
    kind = words[at - 2 if type_at is None else type_at]
    tagged = np.flatnonzero(_TAGGED[kind])
    for _ in range(4):
        if not tagged.size:
            break
        at[tagged] += 4
        inner = words[at[tagged] - 2]
        kind[tagged] = inner
        tagged = tagged[_TAGGED[inner]]
    return at, kind.byteswap().astype(np.int32)
