"""Directions of which one short payload was seen so far: kept as it came, without the state that a longer talk needs.

A capture may hold a million of them (a probe of a port, a datagram's worth of text over TCP); what costs is not the bytes but the number.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from zhunru.wire import tls
from zhunru.wire.clear_stream import Clear, Message, alone
from zhunru.wire.packet_block import I64, U8, Flags
from zhunru.wire.payload_side import Counts, PayloadSide

MAX_LONE_BYTE: Final = 1024
"""Longest payload that waits so (P): what waits is looked into once, and kept until then."""
MAX_LONE: Final = 8192
"""Directions that wait so at once (P)."""
_IS_RECORD = np.isin(np.arange(256), [*tls.RECORDS])


class Lone(NamedTuple):
    """One payload of a direction.

    Args:
        first: Sequence number of its first byte.
        data: The payload, whole.
        t_ns: Time of its packet.
    """

    first: int
    data: bytes
    t_ns: int

    def side(self) -> PayloadSide:
        """Return the direction as it stands behind this payload; its bytes are counted there."""
        side = PayloadSide()
        side.run(self.first, [0], [len(self.data)], [self.t_ns], memoryview(self.data))
        return side


def looked(lones: Sequence[Lone]) -> Iterator[tuple[list[Clear], Counts]]:
    """Yield what each comes to when nothing follows."""
    ssh = [lone.data.startswith(b"SSH-") for lone in lones]
    told = iter(alone([Message(lone.data, lone.t_ns) for lone, sealed in zip(lones, ssh, strict=True) if not sealed]))
    for lone, sealed in zip(lones, ssh, strict=True):
        if sealed:
            yield lone.side().drain(last=True)
        else:
            clear = next(told)
            yield [clear], Counts(len(lone.data), clear.readable_byte, clear.sealed_byte, clear.opaque_byte, 0)


def can_wait(window: U8, held: I64, whole: Flags, rows: I64) -> Flags:
    """Tell of which directions the payload of a block can wait.

    Args:
        window: First bytes of the only payload.
        held: Its size.
        whole: Nothing was cut or is missing.
        rows: Segments in the block with payload.
    """
    waits: Flags = whole & (rows == 1) & (held > 0) & (held <= MAX_LONE_BYTE) & ~(_IS_RECORD[window[:, 0]] & (window[:, 1] == 3))
    return waits
