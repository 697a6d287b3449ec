"""Account of payload bytes by direction of each conversation, gathered block by block."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zhunru.wire.key_groups import Groups, Key
from zhunru.wire.packet_block import I64, Flags

SUMS = 5
"""Payload, readable, encrypted, opaque and lost bytes."""
_MERGE_ROWS = 32_768
MAX_ROWS = 65_536
"""Directions counted at once (P): 3 MB, and twice that while parts are joined."""


Counts = NDArray[np.int64] | NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Account:
    """Bytes of directions; one element each.

    Args:
        key: Identity of the flow, as in `packet.PacketColumns`.
        forward: The lower endpoint sent them.
        first_ns: Time of the first packet with payload.
        sums: Payload, readable, encrypted, opaque and lost bytes.
    """

    key: Key
    forward: Flags
    first_ns: I64
    sums: tuple[Counts, ...]


class AccountFold:
    """Adds up the accounts of blocks.

    Memory is bounded: of more than `MAX_ROWS` directions what came together so far is handed out, and counting begins anew.
    """

    def __init__(self) -> None:
        self._parts: list[Account] = []
        self._rows = self._whole_rows = 0

    def full(self) -> Account | None:
        """Return the account so far, and forget it, when it holds more than `MAX_ROWS` directions; else None."""
        if self._rows <= MAX_ROWS:
            return None
        whole = self.result()
        if whole is None or whole.forward.size <= MAX_ROWS:
            return None
        self._parts, self._rows, self._whole_rows = [], 0, 0
        return whole

    def add(self, part: Account) -> None:
        """Add the account of one block."""
        if part.forward.size:
            self._parts.append(replace(part, sums=tuple(map(_narrow, part.sums))))
            self._rows += part.forward.size
            if self._rows >= max(_MERGE_ROWS, 2 * self._whole_rows):
                self.result()

    def result(self) -> Account | None:
        """Return the account so far; None when there was no payload."""
        if not self._parts:
            return None
        if len(self._parts) > 1 or not self._whole_rows:
            self._parts = [_joined(self._parts)]
            self._whole_rows = self._rows = self._parts[0].forward.size
        return self._parts[0]


def _joined(parts: list[Account]) -> Account:
    key = tuple(np.concatenate(words) for words in zip(*(p.key for p in parts), strict=True))
    forward = np.concatenate([p.forward for p in parts])
    first = np.concatenate([p.first_ns for p in parts])
    groups = Groups.of((*key, forward.astype(np.uint64)))
    sums = []
    for i in range(SUMS):
        total = np.zeros(groups.heads.size, np.int64)
        np.add.at(total, groups.number, np.concatenate([p.sums[i] for p in parts]))
        sums.append(_narrow(total))
    # parts stand in the order of the file: the first row of each direction has its first time
    return Account(tuple(word[groups.heads] for word in key), forward[groups.heads], first[groups.heads], tuple(sums))


def _narrow(sums: Counts) -> Counts:
    return sums.astype(np.uint32) if sums.size and sums.max() < 1 << 32 else sums
