"""Bytes of one direction of a TCP connection in their order, whatever the order of the segments; what is missing is counted."""

from collections.abc import Iterator
from typing import NamedTuple

_MAX_LATER, _MAX_LATER_BYTE = 256, 1 << 20
"""Segments and bytes kept while one before them is missing (P); beyond, what is missing is given up."""
_HALF, _WRAP = 1 << 31, 1 << 32


class InOrder(NamedTuple):
    """Bytes that follow what came before.

    Args:
        payload: The bytes.
        t_ns: Time of the segment that brought them.
        lost_byte: Bytes missing just before them.
        apart: They lie before the first byte of the capture and follow nothing.
    """

    payload: bytes | memoryview
    t_ns: int
    lost_byte: int = 0
    apart: bool = False


class Order:
    """Puts the segments of one direction in order; what came first wins.

    Args:
        begun: A segment came.
        next: Sequence number of the byte that is waited for.
        held_byte: Bytes kept while one before them is missing.
    """

    __slots__ = ("_first", "_later", "_lost", "begun", "held_byte", "next")

    def __init__(self) -> None:
        self.begun = False
        self.next = self.held_byte = 0
        self._first = 0
        self._lost = 0
        self._later: dict[int, tuple[int, bytes, int]] = {}

    @property
    def waits(self) -> bool:
        """Segments are kept, or bytes are known to be missing before the next ones."""
        return bool(self._later or self._lost)

    def begin(self, sequence: int) -> None:
        """Take it that the connection begins: the first byte follows `sequence`, the number of its SYN; call `rest` before."""
        self.begun, self.next = True, (sequence + 1) % _WRAP
        self._first = self.next

    def skip(self, sent_byte: int, first: int) -> None:
        """Take it that `sent_byte` bytes came in order, from `first` on when nothing came before."""
        if not self.begun:
            self.begun, self.next, self._first = True, first, first
        self.next = (self.next + sent_byte) % _WRAP

    def feed(self, sequence: int, payload: bytes | memoryview, sent_byte: int, t_ns: int) -> Iterator[InOrder]:
        """Take a segment of which `payload` was captured and `sent_byte` bytes were sent; yield what is in order now."""
        if not self.begun:
            self.begun, self.next, self._first = True, sequence, sequence
        ahead = (sequence - self.next) % _WRAP
        if ahead >= _HALF:  # sent before: only what is new counts
            yield from self._again(sequence, payload, sent_byte, t_ns, _WRAP - ahead)
        elif ahead:
            if sequence not in self._later:
                self._later[sequence] = (t_ns, bytes(payload), sent_byte)
                self.held_byte += len(payload)
            if len(self._later) <= _MAX_LATER and self.held_byte <= _MAX_LATER_BYTE:
                return
            self._give_up()
        else:
            yield self._take(payload, sent_byte, t_ns)
        if self._later:
            yield from self._joined()

    def rest(self) -> Iterator[InOrder]:
        """Yield what still waits, as if nothing more came, and forget it."""
        while self._later:
            self._give_up()
            yield from self._joined()

    def lost_at_end(self) -> int:
        """Return the bytes missing behind the last one that came, once."""
        lost, self._lost = self._lost, 0
        return lost

    def _again(self, sequence: int, payload: bytes | memoryview, sent_byte: int, t_ns: int, old: int) -> Iterator[InOrder]:
        before = (self._first - sequence) % _WRAP
        if 1 < before < _HALF:  # never seen: the capture began in disorder; one byte before is a keep-alive probe
            yield InOrder(payload[:before], t_ns, apart=True)
            self._first = sequence
        if old < sent_byte:
            yield self._take(payload[old:], sent_byte - old, t_ns)

    def _take(self, payload: bytes | memoryview, sent_byte: int, t_ns: int) -> InOrder:
        self.next = (self.next + sent_byte) % _WRAP
        lost, self._lost = self._lost, max(sent_byte - len(payload), 0)
        return InOrder(payload, t_ns, lost)

    def _give_up(self) -> None:
        base = self.next
        self.next = min(self._later, key=lambda s: (s - base) % _WRAP)
        self._lost += (self.next - base) % _WRAP

    def _joined(self) -> Iterator[InOrder]:
        while self._later:
            base = self.next
            ready = [s for s in self._later if s == base or (s - base) % _WRAP >= _HALF]
            if not ready:
                return
            sequence = min(ready, key=lambda s: (s - base + _HALF) % _WRAP)
            t_ns, payload, sent_byte = self._later.pop(sequence)
            self.held_byte -= len(payload)
            old = (base - sequence) % _WRAP
            if old < sent_byte:
                yield self._take(payload[old:], sent_byte - old, t_ns)
