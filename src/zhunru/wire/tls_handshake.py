"""One TLS handshake put together from the TCP segments of both sides."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from zhunru.wire import tls

MAX_STREAM_BYTE = 131_072
"""Bytes of one side that are put together; a handshake in the clear is far shorter (P)."""
_MAX_PIECES = 256
"""Segments kept while one before them is missing (P)."""
_HALF, _WRAP = 1 << 31, 1 << 32


class TcpStream:
    """Bytes of one direction from `base` on, in order, whatever the order of the segments.

    Args:
        base: Sequence number of the first byte.
    """

    def __init__(self, base: int) -> None:
        self.base = base
        self.data = bytearray()
        self._later: dict[int, bytes] = {}
        self._held = 0

    def place(self, sequence: int) -> int:
        """Return the place of `sequence` relative to `base`, negative when it lies before."""
        offset = (sequence - self.base) % _WRAP
        return offset - _WRAP if offset >= _HALF else offset

    def feed(self, sequence: int, payload: bytes | memoryview) -> bool:
        """Add a segment; return True when more bytes are in order than before. What came first wins."""
        at = (sequence - self.base) % _WRAP
        if at == len(self.data) and not self._later and at + len(payload) <= MAX_STREAM_BYTE:  # as good as always
            self.data += payload
            return bool(payload)
        at = self.place(sequence)
        if at + len(payload) <= len(self.data) or at >= MAX_STREAM_BYTE:
            return False
        if at > len(self.data):
            known = len(self._later.get(at, b""))
            room = len(self._later) < _MAX_PIECES and self._held + len(payload) <= MAX_STREAM_BYTE
            if len(payload) > known and room:
                self._held += len(payload) - known
                self._later[at] = bytes(payload)
            return False
        self.data += payload[len(self.data) - at :]
        while self._later:
            reached = [a for a in self._later if a <= len(self.data)]
            if not reached:
                break
            for a in sorted(reached):
                piece = self._later.pop(a)
                self._held -= len(piece)
                self.data += piece[max(len(self.data) - a, 0) :]
        return True

    @property
    def held_byte(self) -> int:
        """Bytes kept in memory."""
        return len(self.data) + self._held


@dataclass(slots=True)
class Side:
    """One side of a handshake.

    Args:
        stream: Its bytes.
        at: How far records were read.
        messages: Handshake bytes that are no whole message yet.
        changed: ChangeCipherSpec or application data was seen: all that follows is encrypted.
        alert: Fatal alert sent in the clear (description code).
        broken: The bytes are no TLS records.
    """

    stream: TcpStream
    at: int = 0
    messages: bytearray = field(default_factory=bytearray)
    changed: bool = False
    alert: int | None = None
    broken: bool = False

    @property
    def done(self) -> bool:
        """Nothing more can be read from this side."""
        return self.changed or self.broken or self.alert is not None or len(self.stream.data) >= MAX_STREAM_BYTE

    def read(self) -> Iterator[tuple[int, bytes]]:
        """Yield the handshake messages (type, body) that became whole."""
        data = self.stream.data
        while not self.done and len(data) >= self.at + 5:
            kind, size = data[self.at], data[self.at + 3] << 8 | data[self.at + 4]
            if kind not in tls.RECORDS or data[self.at + 1] != 3 or size > 18432:
                self.broken = True
                return
            if kind in {tls.CHANGE_CIPHER_SPEC, tls.APPLICATION_DATA}:
                # The head of the record is enough: what it holds cannot be read.
                self.changed = True
                return
            if len(data) < self.at + 5 + size:
                return
            body = data[self.at + 5 : self.at + 5 + size]
            self.at += 5 + size
            if kind == tls.ALERT:
                if size == 2 and body[0] == 2:
                    self.alert = body[1]
                continue
            self.messages += body
            while len(self.messages) >= 4:
                length = int.from_bytes(self.messages[1:4], "big")
                if length > MAX_STREAM_BYTE:
                    self.broken = True
                    return
                if len(self.messages) < 4 + length:
                    break
                message = self.messages[0], bytes(self.messages[4 : 4 + length])
                del self.messages[: 4 + length]
                yield message


@dataclass(slots=True)
class Handshake:
    """What is known of one handshake.

    Args:
        key: Identity of the flow.
        client_low: The client is the lower endpoint of the key.
        t_ns: Time of the ClientHello.
        client: Client side.
        server: Server side.
        hello: ClientHello; None until it is whole.
        answer: ServerHello; None until it is whole.
        certificates: DER certificates of the server.
        offered_all: ServerHelloDone was seen: a full handshake.
        malformed: A message contradicts its own lengths.
        preceded: Bytes that are no TLS record stood shortly before the ClientHello in the same connection.
    """

    key: tuple[int, ...]
    client_low: bool
    t_ns: int
    client: Side
    server: Side
    hello: tls.ClientHello | None = None
    answer: tls.ServerHello | None = None
    certificates: list[bytes] = field(default_factory=list)
    offered_all: bool = False
    malformed: bool = False
    preceded: bool = False

    def feed_early(self, from_client: bool, sequence: int, payload: bytes | memoryview) -> None:
        """Add a segment that the file holds before the ClientHello: of the handshake, out of order, or of what was said before it."""
        side = self.client if from_client else self.server
        # a single byte just before is a keep-alive probe
        if -MAX_STREAM_BYTE <= side.stream.place(sequence) < -1 and payload[0] not in tls.RECORDS:
            self.preceded = True
        self.feed(from_client, sequence, payload)

    def feed(self, from_client: bool, sequence: int, payload: bytes | memoryview) -> bool:
        """Add one segment; return whether nothing more can be learnt from further ones."""
        side = self.client if from_client else self.server
        if not side.done and side.stream.feed(sequence, payload):
            for kind, body in side.read():
                try:
                    self._message(from_client, kind, body)
                except tls.TlsError:
                    self.malformed = side.broken = True
        return (self.client.done and self.server.done) or (self.client.broken and self.hello is None)

    def _message(self, from_client: bool, kind: int, body: bytes) -> None:
        if from_client:
            if kind == tls.CLIENT_HELLO and self.hello is None:
                self.hello = tls.client_hello(body)
        elif kind == tls.SERVER_HELLO:
            answer = tls.server_hello(body)
            if not answer.retry:
                self.answer = answer
        elif kind == tls.CERTIFICATE:
            self.certificates = tls.certificate_list(body)
        elif kind == tls.SERVER_HELLO_DONE:
            self.offered_all = True

    @property
    def established(self) -> bool:
        """Both sides went on under the negotiated keys."""
        return self.client.changed and self.server.changed

    @property
    def resumed(self) -> bool | None:
        """An abbreviated handshake: no certificate is sent; None when it cannot be told."""
        if self.answer is None or not (self.server.changed or self.offered_all):
            return None
        if self.answer.version_code >= tls.TLS13:
            return self.answer.resumed
        return not self.certificates and not self.offered_all
