"""One direction of one conversation: which of its bytes are under TLS or SSH, and which are clear."""

from bisect import bisect_left
from typing import Final, NamedTuple

from zhunru.wire import tls
from zhunru.wire.clear_stream import Clear, ClearStream, Piece
from zhunru.wire.tcp_order import InOrder, Order

MAX_RECORD_BYTE: Final = 18_432
"""Longest TLS record content: 2**14 + 2048, RFC 5246 6.2.3."""
HEAD_BYTE: Final = 5
PEEK_BYTE: Final = 96
_GREETINGS: Final = frozenset({tls.CHANGE_CIPHER_SPEC, tls.ALERT, tls.HANDSHAKE})
_NONCE_BYTE, _NOISE_BYTE = 8, 32
"""Encrypted content shows high bits: 32 bytes behind an explicit nonce have none once in 2**32."""


class Counts(NamedTuple):
    """Bytes of one direction: on hand, looked into, encrypted, opaque, missing."""

    payload: int
    readable: int
    encrypted: int
    opaque: int
    lost: int


def is_noise(content: bytes) -> bool:
    """Tell whether the beginning of a record can be encrypted: text never shows a high bit; too little to tell passes."""
    sample = content[_NONCE_BYTE : _NONCE_BYTE + _NOISE_BYTE]
    return len(sample) < _NOISE_BYTE or not sample.isascii()


class PayloadSide:
    """Reads the segments of one direction.

    Args:
        order: Puts segments in order.
        null: The cipher suite of the connection does not encrypt.
        last_ns: Time of the last bytes that were in order.
    """

    __slots__ = (
        "_changed",
        "_clear",
        "_counts",
        "_greeting",
        "_greets",
        "_head",
        "_left",
        "_pieces",
        "_sealed",
        "_ssh",
        "_tls",
        "last_ns",
        "null",
        "order",
    )

    def __init__(self) -> None:
        self.order = Order()
        self.null = False
        self._clear: ClearStream | None = None
        self._counts = [0, 0, 0]
        self._greeting: list[bytes] = []
        self._pieces: list[Clear] = []
        self.last_ns = 0
        self._tls = self._ssh = self._changed = self._sealed = self._greets = False
        self._left = 0
        self._head = b""

    @property
    def held_byte(self) -> int:
        """Bytes kept in memory."""
        return self.order.held_byte + (self._clear.held_byte if self._clear else 0)

    def begin(self, sequence: int) -> None:
        """A SYN came: what follows is a new connection, unless it is the SYN of this one again."""
        if self.order.begun and self.order.next == (sequence + 1) % (1 << 32):
            return
        self._end()
        self.order.begin(sequence)

    def ready(self, first: int) -> bool:
        """Tell whether whole records that begin at sequence number `first` can be taken without a look at them."""
        return self._tls and not (self._left or self._head or self.null) and self.order.next == first and not self.order.waits

    def sealed(self, sent_byte: int) -> None:
        """Take whole records of encrypted data that came in order."""
        self.order.skip(sent_byte, 0)
        self._counts[0] += sent_byte
        self._counts[1] += sent_byte

    def segment(self, sequence: int, payload: bytes, sent_byte: int, t_ns: int) -> None:
        """Take one segment, whatever its place."""
        for part in self.order.feed(sequence, payload, sent_byte, t_ns):
            self._ordered(part)

    def flight(self, first: int, data: bytes, t_ns: int) -> bool:
        """Take the first bytes of a TLS connection in one go when they are whole records; return whether they are.

        Certificates of a server are public and are not looked into for identifiers.
        """
        if self._tls or self._ssh or self._clear or self.null or data[:1] != b"\x16":
            return False
        at, size, sealed, changed = 0, len(data), 0, False
        server = data[HEAD_BYTE : HEAD_BYTE + 1] == b"\2"
        greeting: list[bytes] = []
        while at < size:
            if at + HEAD_BYTE >= size:
                return False
            kind, start = data[at], at + HEAD_BYTE
            end = start + (data[at + 3] << 8 | data[at + 4])
            if kind not in _GREETINGS or data[at + 1] != 3 or data[at + 2] > 4 or not start < end <= size:
                return False
            sealed += HEAD_BYTE
            if changed or kind == tls.CHANGE_CIPHER_SPEC:
                changed = True
                sealed += end - start
            elif not (server and data[start] == tls.CERTIFICATE):
                greeting.append(data[start:end])
            at = end
        if server and _cipher(greeting[0]) in tls.CLEAR_CIPHERS:
            return False
        self.order.skip(size, first)
        self._tls, self._changed, self.last_ns = True, changed, t_ns
        self._counts[0] += size
        self._counts[1] += sealed
        piece = Piece("raw", b"".join(greeting), ((0, t_ns),))
        self._pieces.append(Clear((piece,), (), readable_byte=size - sealed))
        return True

    def run(self, first: int, places: list[int], sizes: list[int], times: list[int], view: memoryview) -> None:
        """Take segments that follow each other without a gap; `first` = sequence number of the first byte."""
        ends: list[int] = []
        total = 0
        for size in sizes:
            total += size
            ends.append(total)
        self.order.skip(total, first)
        self._counts[0] += total
        i, count = 0, len(sizes)
        while i < count:
            if self._left and self._sealed and self._left > sizes[i]:
                # inside a long record: step over all segments that it fills
                at = ends[i] - sizes[i]
                j = bisect_left(ends, at + self._left)
                passed = ends[j - 1] - at
                self._left -= passed
                self._counts[1] += passed
                i = j
                continue
            self._bytes(bytes(view[places[i] : places[i] + sizes[i]]), times[i])
            i += 1

    def drain(self, *, last: bool = False) -> tuple[list[Clear], Counts]:
        """Return what can be looked into, and the bytes since the last call."""
        if last:
            self._end()
        else:
            self._gather(last=False)
        payload, encrypted, lost = self._counts
        self._counts = [0, 0, 0]
        if not self._pieces:
            return [], Counts(payload, 0, encrypted, 0, lost)
        found, self._pieces = self._pieces, []
        readable, sealed, opaque = (sum(getattr(c, n) for c in found) for n in ("readable_byte", "sealed_byte", "opaque_byte"))
        return found, Counts(payload, readable, encrypted + sealed, opaque, lost)

    def _reset(self) -> None:
        self._tls = self._ssh = self._changed = self._sealed = self._greets = False
        self._left = 0
        self._head = b""

    def _end(self) -> None:
        for part in self.order.rest():
            self._ordered(part)
        self._counts[2] += self.order.lost_at_end()
        if self._head:
            self._show(self._head, self.last_ns)
        self._gather(last=True)
        self._clear = None
        self._reset()

    def _show(self, data: bytes, t_ns: int) -> None:
        if self._clear is None:
            self._clear = ClearStream()
        self._clear.take(data, t_ns)

    def _part(self) -> None:
        if self._clear:
            self._clear.part()

    def _gather(self, *, last: bool) -> None:
        if self._greeting:
            data = b"".join(self._greeting)
            self._greeting = []
            self._pieces.append(Clear((Piece("raw", data, ((0, self.last_ns),)),), (), readable_byte=len(data)))
        if self._clear and (clear := self._clear.drain(last=last)):
            self._pieces.append(clear)

    def _ordered(self, part: InOrder) -> None:
        self._counts[0] += len(part.payload)
        data = bytes(part.payload)
        if part.apart:
            self._show(data, part.t_ns)
            self._part()
            return
        if part.lost_byte:
            self._counts[2] += part.lost_byte
            self._jump(part.lost_byte)
        if data:
            self._bytes(data, part.t_ns)

    def _jump(self, lost_byte: int) -> None:
        """Bytes are missing: a record is stepped over when it is longer than the gap; else its borders are unknown."""
        if self._left > lost_byte:
            self._left -= lost_byte
        else:
            if self._head:
                self._show(self._head, self.last_ns)
            self._left, self._head, self._tls = 0, b"", False
        self._part()

    def _bytes(self, data: bytes, t_ns: int) -> None:
        """Take the bytes of one segment that are in order."""
        self.last_ns = t_ns
        at, size = 0, len(data)
        while at < size:
            if self._left:
                step = min(self._left, size - at)
                self._content(data[at : at + step], t_ns)
                self._left -= step
                at += step
            elif self._tls:
                head = self._head + data[at : at + HEAD_BYTE - len(self._head)]
                at += len(head) - len(self._head)
                self._head = b""
                if len(head) < HEAD_BYTE:
                    self._head = head
                elif not self._record(head, data[at : at + PEEK_BYTE]):
                    self._tls = False
                    self._show(head + data[at:], t_ns)
                    return
            elif at == 0 and not self._ssh and _begins_tls(data, self._changed):
                self._tls = True
                self._part()
            else:
                self._plain(data[at:], t_ns)
                return

    def _plain(self, data: bytes, t_ns: int) -> None:
        if self._ssh:
            self._counts[1] += len(data)
            return
        if data.startswith(b"SSH-2.0-") and (end := data.find(b"\n")) > 0:
            self._ssh = True
            self._show(data[: end + 1], t_ns)
            self._counts[1] += len(data) - end - 1
            return
        self._show(data, t_ns)

    def _record(self, head: bytes, peek: bytes) -> bool:
        """Begin a record; return whether it can be one."""
        kind, size = head[0], head[3] << 8 | head[4]
        if kind not in tls.RECORDS or head[1] != 3 or head[2] > 4 or not 0 < size <= MAX_RECORD_BYTE:
            return False
        self._counts[1] += HEAD_BYTE
        self._left = size
        if kind == tls.CHANGE_CIPHER_SPEC:
            self._changed = True
        elif kind == tls.HANDSHAKE and not self._changed and peek[:1] == bytes((tls.SERVER_HELLO,)):
            self.null |= _cipher(peek) in tls.CLEAR_CIPHERS
        self._greets = kind in {tls.HANDSHAKE, tls.ALERT} and not self._changed
        self._sealed = not self.null and (is_noise(peek[:size]) if kind == tls.APPLICATION_DATA else self._changed)
        return True

    def _content(self, data: bytes, t_ns: int) -> None:
        if self._sealed:
            self._counts[1] += len(data)
        elif self._greets:
            self._greeting.append(data)
        else:
            self._show(data, t_ns)


def _begins_tls(data: bytes, changed: bool) -> bool:
    """Tell whether a segment that follows no record begins with one."""
    if len(data) < HEAD_BYTE + 1 or data[0] not in tls.RECORDS or data[1] != 3 or data[2] > 4:
        return False
    size = data[3] << 8 | data[4]
    behind = data[HEAD_BYTE + size : HEAD_BYTE + size + 2]
    if not 0 < size <= MAX_RECORD_BYTE or (behind and (behind[0] not in tls.RECORDS or behind[1:] not in {b"", b"\3"})):
        return False
    if data[0] == tls.APPLICATION_DATA:
        return size >= 16 and is_noise(data[HEAD_BYTE : HEAD_BYTE + min(size, PEEK_BYTE)])
    if data[0] == tls.HANDSHAKE:
        return changed or data[HEAD_BYTE] in {0, 1, 2, 4, 8, 11, 12, 13, 14, 15, 16, 20, 22} or size >= 40
    return size == (1 if data[0] == tls.CHANGE_CIPHER_SPEC else 2) or size >= 18


def _cipher(message: bytes) -> int:
    """Return the cipher suite of a ServerHello with its message header; -1 when it lies behind the bytes."""
    if len(message) < 39:
        return -1
    at = 39 + message[38]
    return int.from_bytes(message[at : at + 2], "big") if len(message) >= at + 2 else -1
