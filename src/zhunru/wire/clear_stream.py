"""Clear bytes of one direction of one conversation, cut into pieces in which no value is parted, and undone where they are written otherwise."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from zhunru.wire import gbt32960, jtt808
from zhunru.wire.http_chunks import HttpChunks, begins_http, unchunked
from zhunru.wire.many_layers import Inner, layers_of
from zhunru.wire.telematics_facts import Fact, whole_frames
from zhunru.wire.text_layers import Inflater, is_text, layers

CARRY_BYTE: Final = 65_536
"""Bytes kept at most for what comes next (P): a frame, a line or a value that goes on."""
_REST = bytes.maketrans(bytes([*range(9), *range(10, 32), 0x7D]), bytes(32))
"""Bytes over which no value and no cue goes: control bytes but the tabulator, and the closing brace."""
_GZIP = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_WIDE_END = re.compile(rb"(?:[\x20-\x7e]\x00){4,}[\x20-\x7e]?\Z|(?:\x00[\x20-\x7e]){4,}\x00?\Z")
_KNOWN_START = re.compile(
    rb"\x10[\x00-\xff]{1,4}\x00[\x04\x06]MQ(?:TT|Isdp)"  # MQTT CONNECT
    rb"|\x20\x02[\x00\x01][\x00-\x05]"  # and its answer
    rb"|[\x01\x02]\x01\x06\x00[\x00-\xff]{232}\x63\x82\x53\x63"  # DHCP
)


_MARKS = (b"%", b"\\u", b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"##", b"$$", b"\x7e", b" ", b":")
"""Without any of these and without long words, bytes hold no other writing and no frame; every head of HTTP holds a space."""
_WORDS = bytes(c if chr(c).isascii() and (chr(c).isalnum() or c in b"+/_-") else 32 for c in range(256))
_WIDE_HINT = re.compile(rb"(?:\x00[ -~]){7}")
_LONG_WORD: Final = 9


class Piece(NamedTuple):
    """Bytes to look for identifiers in.

    Args:
        encoding: How they were written: raw, or as in `text_layers`.
        data: The bytes.
        marks: (place in `data`, time) of what brought them, ascending, the first at 0.
    """

    encoding: str
    data: bytes
    marks: tuple[tuple[int, int], ...]


class Stated(NamedTuple):
    """An identifier that a known protocol states, how it was written, and when."""

    encoding: str
    fact: Fact
    t_ns: int


class Clear(NamedTuple):
    """What clear bytes came to.

    Args:
        pieces: Bytes to look into.
        stated: Identifiers in fields.
        readable_byte: Bytes looked into.
        sealed_byte: Of the bytes that came, those that a frame says are encrypted.
        opaque_byte: Of the readable ones, those that are neither text nor understood.
    """

    pieces: tuple[Piece, ...]
    stated: tuple[Stated, ...]
    readable_byte: int = 0
    sealed_byte: int = 0
    opaque_byte: int = 0


def plain(data: bytes, t_ns: int) -> Clear | None:
    """Return what one short message of a known protocol comes to when it holds no other writing and no frame; else None."""
    if any(mark in data for mark in _MARKS) or len(max(data.translate(_WORDS).split(), key=len, default=b"")) >= _LONG_WORD:
        return None
    if data.count(0) >= 8 and _WIDE_HINT.search(data):
        return None
    return Clear((Piece("raw", data, ((0, t_ns),)),), (), readable_byte=len(data))


class Message(NamedTuple):
    """Bytes that follow nothing and that nothing follows; `known`: their protocol is understood whatever they look like."""

    data: bytes
    t_ns: int
    known: bool = False


def alone(messages: Sequence[Message]) -> list[Clear]:
    """Return what each comes to: the same as a `ClearStream` that takes it and ends, but all are looked at together."""
    found: list[Clear] = []
    inner: list[list[Inner]] = [[] for _ in messages]
    hard = [_is_hard(message.data) for message in messages]
    for one in layers_of([b"" if stop else message.data for message, stop in zip(messages, hard, strict=True)]):
        inner[one.place].append(one)
    for message, stop, layered in zip(messages, hard, inner, strict=True):
        found.append(_streamed(message) if stop else _told(message, layered))
    return found


def _is_hard(data: bytes) -> bool:
    """Tell of compressed pieces, frames, and HTTP that may be parted."""
    return (
        b"\x1f\x8b\x08" in data or b"##" in data or b"$$" in data or data.count(b"\x7e") > 1 or (begins_http(data) and not unchunked(data))
    )


def _streamed(message: Message) -> Clear:
    stream = ClearStream()
    stream.take(message.data, message.t_ns, known=message.known)
    return stream.drain(last=True) or Clear((), ())


def _told(message: Message, inner: list[Inner]) -> Clear:
    data, marks = message.data, ((0, message.t_ns),)
    pieces = [Piece("raw", data, marks)]
    stated: list[Stated] = []
    for _, encoding, text in inner:
        pieces.append(Piece(encoding, text, marks))
        if b"##" in text or b"$$" in text or b"\x7e" in text:
            stated += (Stated(f"{encoding}+{s.encoding}", s.fact, s.t_ns) for s in _frames(text, [*marks])[0])
    known = message.known or bool(stated) or begins_http(data) or _KNOWN_START.match(data) is not None or is_text(data)
    return Clear(tuple(pieces), tuple(stated), len(data), 0, 0 if known else len(data))


class ClearStream:
    """Gathers bytes as they come; `drain` hands out what can be looked into."""

    __slots__ = ("_http", "_inflater", "_known", "_marks", "_new", "_parts", "_t_ns", "held_byte")

    def __init__(self) -> None:
        self.held_byte = self._new = self._t_ns = 0
        self._parts: list[bytes] = []
        self._marks: list[tuple[int, int]] = []
        self._http: HttpChunks | None = None
        self._inflater: Inflater | None = None
        self._known = False

    def take(self, data: bytes, t_ns: int, *, known: bool = False) -> None:
        """Add the bytes of one segment or datagram; `known`: its protocol is understood whatever the bytes look like."""
        if not self._new:
            self._known |= known or _KNOWN_START.match(data) is not None
        self._new += len(data)
        self._t_ns = t_ns
        if self._http is None and begins_http(data):
            self._http = HttpChunks()
        self._add(self._http.feed(data) if self._http else data, t_ns)

    def part(self) -> None:
        """Part what came from what comes: no value goes on."""
        if self.held_byte:
            self._add(b"\n", self._marks[-1][1])

    def drain(self, *, last: bool = False) -> Clear | None:
        """Return what can be looked into now; with `last` everything. None when nothing is there."""
        if last and self._http:
            self._add(self._http.rest(), self._t_ns)
        if not self.held_byte:
            return None
        data = b"".join(self._parts)
        cut, kept = (len(data), len(data)) if last or len(data) > 2 * CARRY_BYTE else _cut(data)
        marks = self._marks
        self._keep(data[kept:], kept)
        data = data[:cut]
        if not data:
            return None
        new = max(self._new - self.held_byte, 0)  # what is carried on is counted when it is looked into
        self._new -= new
        return self._looked(data, [m for m in marks if m[0] < cut], new)

    def _add(self, data: bytes, t_ns: int) -> None:
        if data:
            self._marks.append((self.held_byte, t_ns))
            self._parts.append(data)
            self.held_byte += len(data)

    def _keep(self, rest: bytes, cut: int) -> None:
        before = [m for m in self._marks if m[0] <= cut]
        self._parts = [rest] if rest else []
        self._marks = [(0, before[-1][1]), *((at - cut, t) for at, t in self._marks if at > cut)] if rest else []
        self.held_byte = len(rest)

    def _looked(self, data: bytes, marks: list[tuple[int, int]], new: int) -> Clear:
        pieces: list[Piece] = []
        unread = 0
        plain, at = data, 0
        if self._inflater:
            plain, at = self._go_on(data, marks, pieces), 0
        elif hit := _GZIP.search(data):
            plain, at = data[: hit.start()], hit.start()
            self._inflater = Inflater(gzip=True)
            plain += self._go_on(data[at:], [(max(p - at, 0), t) for p, t in marks], pieces)
        stated, texts, sealed, unread = _frames(plain, marks)
        unread += self._unread()
        for text in texts:
            if text:
                pieces.append(Piece("raw", text, _shifted(marks, len(plain), text)))
                pieces += (Piece(layer.encoding, layer.data, ((0, _time(marks, layer.at)),)) for layer in layers(text))
        for piece in list(pieces):
            if piece.encoding != "raw":
                inner, _, _, _ = _frames(piece.data, list(piece.marks))
                stated += (Stated(f"{piece.encoding}+{s.encoding}", s.fact, s.t_ns) for s in inner)
        known = self._known or (self._http is not None and self._http.known) or not plain or bool(stated) or is_text(plain)
        opaque = min(unread if known else len(plain), new)
        return Clear(tuple(pieces), tuple(stated), new - min(sealed, new), min(sealed, new), min(opaque, new - min(sealed, new)))

    def _go_on(self, data: bytes, marks: list[tuple[int, int]], pieces: list[Piece]) -> bytes:
        """Feed the compressed piece that is open; return what stands behind it."""
        machine = self._inflater
        if machine is None:
            return data
        out = machine.feed(data)
        if out:
            pieces.append(Piece(machine.encoding, out, ((0, marks[0][1]),)))
            pieces += (Piece(f"{machine.encoding}+{inner.encoding}", inner.data, ((0, marks[0][1]),)) for inner in layers(out, 1))
        if not machine.done:
            return b""
        behind = machine.behind
        if not machine.unread_byte:
            self._inflater = None
        return behind

    def _unread(self) -> int:
        """Return the compressed bytes that were given up for their size, once; an open piece that is given up stays opaque."""
        machine = self._inflater
        if machine is None or not machine.done:
            return 0
        self._inflater = None
        return machine.unread_byte


def _cut(data: bytes) -> tuple[int, int]:
    """Return up to where the bytes can be looked into, and from where they are kept for what comes.

    Behind the last byte over which no value goes, or the last whole frame; before a frame or wide letters that may go on. The flag that
    ends a JT/T 808 message may begin the next one, so it is kept as well.
    """
    at = data.translate(_REST).rfind(b"\0") + 1
    ends = [0, 0]
    if b"##" in data or b"$$" in data:
        ends[0] = max((f.end for f in gbt32960.find(data)), default=0)
    if data.count(b"\x7e") > 1:
        ends[1] = max((f.end for f in jtt808.find(data)), default=0)
    whole = max(ends)
    at = max(at, whole)
    wide = _WIDE_END.search(data, max(len(data) - 512, whole))
    places = [wide.start() if wide else at, gbt32960.begun(data, whole), jtt808.begun(data, whole)]
    cut = min(at, *(p for p in places if p is not None))
    return cut, cut - (cut == ends[1] > 0)


def _frames(data: bytes, marks: list[tuple[int, int]]) -> tuple[list[Stated], list[bytes], int, int]:
    """Return what frames state, the other bytes, how many are encrypted and how many were not understood."""
    told = whole_frames(data)
    if not told:
        return [], [data], 0, 0
    stated: list[Stated] = []
    texts: list[bytes] = []
    at = sealed = unread = 0
    for start, end, name, tale in told:
        texts.append(data[at:start])
        texts += tale.loose
        stated += (Stated(name, fact, _time(marks, start)) for fact in tale.facts)
        sealed += tale.sealed_byte
        unread += tale.unread_byte
        at = end
    return stated, [*texts, data[at:]], sealed, unread


def _time(marks: Iterable[tuple[int, int]], place: int) -> int:
    found = 0
    for at, t_ns in marks:
        if at > place and found:
            break
        found = t_ns
    return found


def _shifted(marks: list[tuple[int, int]], size: int, text: bytes) -> tuple[tuple[int, int], ...]:
    return tuple(marks) if len(text) == size else ((0, marks[0][1]),)
