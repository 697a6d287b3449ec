"""Transport layer on CAN: frames of one direction become messages, or are counted as what was lost.

Sources: ISO 15765-2:2016 (basis G; checked against can-isotp): frame kinds, escape lengths, sequence numbers, N_Cr of 1 s.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

MAX_MESSAGE_BYTE: Final = 1 << 20
"""Longest message that is put together (P); the length field could demand 4 GiB. A longer one is told as lost."""
N_CR_NS: Final = 1_000_000_000
"""Longest pause between two frames of a message, ISO 15765-2 N_Cr timeout (G)."""

Loss = Literal["sequence", "pause", "interrupted", "short frame", "too long", "refused", "cut"]
"""Why a message is not whole: a wrong sequence number, a pause above N_Cr, another message began, a frame carries less than the frames of
the message do, longer than `MAX_MESSAGE_BYTE`, the receiver refused it (flow control 'overflow'), the log ends."""


class Message(NamedTuple):
    """One message, whole or not.

    Args:
        t_start_ns: Time of its first frame.
        t_end_ns: Time of the last frame that belongs to it.
        data: Its bytes; of a lost one those that came in order, at least the first frame's.
        size_byte: Length that the sender announced.
        loss: Why it is not whole; None = it is whole.
    """

    t_start_ns: int
    t_end_ns: int
    data: bytes
    size_byte: int
    loss: Loss | None = None


@dataclass(slots=True)
class Assembler:
    """Puts the messages of one sender on one identifier together; holds at most one unfinished message.

    Args:
        prefix_byte: Bytes before the protocol control information: 0 normal addressing, 1 extended or mixed.
        stray: Frames that belong to no message: consecutive frames without a beginning, lengths that cannot be, unknown kinds.
        flow: Flow control frames; they belong to the messages of the other direction.
    """

    prefix_byte: int = 0
    stray: int = 0
    flow: int = 0
    _start_ns: int = 0
    _last_ns: int = 0
    _size: int = 0
    _sequence: int = 0
    _frame_byte: int = 0
    _data: bytearray = field(default_factory=bytearray)
    _open: bool = False

    def feed(self, t_ns: int, payload: bytes) -> tuple[Message, ...]:
        """Take one frame, the address byte included; return the messages that ended with it, whole or lost."""
        body = payload[self.prefix_byte :]
        if not body:
            self.stray += 1
            return ()
        kind = body[0] >> 4
        if kind == 2:
            return self._consecutive(t_ns, body)
        if kind == 0:
            return self._single(t_ns, body, len(payload))
        if kind == 1:
            return self._first(t_ns, body, len(payload))
        self.flow += kind == 3
        self.stray += kind != 3
        return ()

    def answered(self, t_ns: int, payload: bytes) -> tuple[Message, ...]:
        """Take a frame of the receiver: 'overflow' ends the open message, any other flow control lets its pause begin anew."""
        control = payload[self.prefix_byte : self.prefix_byte + 1]
        if control == b"\x32":
            return self._lost("refused", t_ns)
        if control in {b"\x30", b"\x31"} and self._open and t_ns - self._last_ns <= N_CR_NS:
            self._last_ns = t_ns
        return ()

    def close(self) -> tuple[Message, ...]:
        """Return the message that the log leaves open."""
        return self._lost("cut", self._last_ns)

    def _lost(self, loss: Loss, t_ns: int) -> tuple[Message, ...]:
        if not self._open:
            return ()
        self._open = False
        message = Message(self._start_ns, max(t_ns, self._start_ns), bytes(self._data), self._size, loss)
        self._data = bytearray()
        return (message,)

    def _single(self, t_ns: int, body: bytes, frame_byte: int) -> tuple[Message, ...]:
        if frame_byte > 8:  # CAN FD: the low digit is zero, the length stands in the next byte and is one that a short frame cannot hold
            size, at = (body[1], 2) if len(body) > 1 and body[0] == 0 else (0, 2)
            fits = size > 7 - self.prefix_byte
        else:
            size, at, fits = body[0] & 15, 1, body[0] & 15 > 0
        if not fits or at + size > len(body):
            self.stray += 1
            return ()
        return (*self._lost("interrupted", self._last_ns), Message(t_ns, t_ns, body[at : at + size], size))

    def _first(self, t_ns: int, body: bytes, frame_byte: int) -> tuple[Message, ...]:
        size, at = ((body[0] & 15) << 8 | body[1], 2) if len(body) > 1 else (0, 2)
        escaped = size == 0 and len(body) >= 6
        if escaped:
            size, at = int.from_bytes(body[2:6], "big"), 6
        # a first frame is always full, and is only sent for what fits no single frame
        whole_frame = frame_byte - self.prefix_byte - (1 if frame_byte <= 8 else 2)
        if frame_byte < 8 or size <= whole_frame or (escaped and size < 4096):
            self.stray += 1
            return ()
        ended = self._lost("interrupted", self._last_ns)
        self._start_ns = self._last_ns = t_ns
        self._size, self._sequence, self._frame_byte = size, 1, frame_byte
        self._data, self._open = bytearray(body[at:]), True
        return ended + (self._lost("too long", t_ns) if size > MAX_MESSAGE_BYTE else ())

    def _consecutive(self, t_ns: int, body: bytes) -> tuple[Message, ...]:
        if not self._open:
            self.stray += 1
            return ()
        if t_ns - self._last_ns > N_CR_NS:
            self.stray += 1
            return self._lost("pause", self._last_ns)
        if body[0] & 15 != self._sequence:
            self.stray += 1
            return self._lost("sequence", t_ns)
        wanted = min(self._size - len(self._data), self._frame_byte - self.prefix_byte - 1)
        if len(body) - 1 < wanted:
            self.stray += 1
            return self._lost("short frame", t_ns)
        self._data += body[1 : 1 + wanted]
        self._sequence, self._last_ns = (self._sequence + 1) & 15, t_ns
        if len(self._data) < self._size:
            return ()
        self._open = False
        message = Message(self._start_ns, t_ns, bytes(self._data), self._size)
        self._data = bytearray()
        return (message,)
