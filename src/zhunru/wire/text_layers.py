"""Text inside bytes that write it otherwise: compressed, base64, hexadecimal, percent signs, escapes of JSON, UTF-16, strings of protobuf.

Every layer is bounded: in the bytes it may give, in the number of places looked at, and in how deep one lies in another.
"""

import re
import zlib
from binascii import a2b_base64
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_INFLATED_BYTE: Final = 1 << 20
"""Bytes taken out of one compressed piece (P); the rest is not looked into."""
MAX_DEPTH: Final = 3
_MAX_COMPRESSED, _MAX_RUNS = 16, 4096
_LEAST_RUN: Final = 16
"""Shorter runs of base64 or hexadecimal digits cannot hold an identifier: 16 hexadecimal digits are 8 bytes."""
PRINTABLE: Final = 0.85
"""Least share of text in what a shifted reading of base64 gives (P); the other three readings of a run are noise."""

_DIGITS64 = np.isin(np.arange(256), list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"))
TEXT_BYTES = bytes([9, 10, 13, *range(32, 127)])
_CONTROL_BYTES = bytes([*range(1, 9), 11, 12, *range(14, 32), 127])
_STANDARD64 = bytes.maketrans(b"-_", b"+/")
_FILLING: Final = (b"", b"===", b"==", b"=")
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_SMALL_BYTE: Final = 2048
_ALL_HEX = re.compile(rb"[0-9A-Fa-f]+")
_SPACED_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}[ :-]){8,}[0-9A-Fa-f]{2}")
_PERCENT = re.compile(rb"(?:%[0-9A-Fa-f]{2}[^\s\"'<>&=?#%]{0,256})+")
_BEFORE_PERCENT = re.compile(rb"[^\s\"'<>&=?#]*\Z")
_PERCENT_ONE = re.compile(rb"%([0-9A-Fa-f]{2})")
_ESCAPED = re.compile(rb"(?:\\u[0-9A-Fa-f]{4}[^\"\n\\]{0,256})+")
_BEFORE_ESCAPED = re.compile(rb"[^\n{}]*\Z")
_BEFORE_BYTE: Final = 64
"""How far before an escape its value and its cue may begin (P)."""
_ESCAPED_ONE = re.compile(rb"\\u([0-9A-Fa-f]{4})")
_WIDE = re.compile(rb"(?:[\t\r\n -~]\x00){8,}|(?:\x00[\t\r\n -~]){8,}", re.DOTALL)
_COUNTED = re.compile(rb"(?<=[\x07-\x1f])[ -~]{8,}")
_COMPRESSED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


class Layer(NamedTuple):
    """Bytes that were written otherwise.

    Args:
        encoding: How, from the outside in: gzip, base64, hex, percent, json, utf16, protobuf, joined with +.
        data: What they say.
        at: Where in the original they began.
        unread_byte: Bytes that were given up because of a bound.
    """

    encoding: str
    data: bytes
    at: int
    unread_byte: int = 0


def layers(data: bytes, depth: int = 0) -> Iterator[Layer]:
    """Yield what `data` holds in another writing, and what that holds in turn."""
    if len(data) < 8 or depth >= MAX_DEPTH:
        return
    for layer in _outer(data):
        yield layer
        for inner in layers(layer.data, depth + 1):
            yield Layer(f"{layer.encoding}+{inner.encoding}", inner.data, layer.at, inner.unread_byte)


def is_text(data: bytes) -> bool:
    """Tell whether bytes are text, in ASCII, UTF-8 or GB 2312; zeros are taken for padding."""
    zeros = data.count(0)
    plain = len(data) - len(data.translate(None, TEXT_BYTES)) + zeros
    if plain >= PRINTABLE * len(data):
        return plain > zeros or not data
    if len(data.translate(None, _CONTROL_BYTES)) < len(data):
        return False
    # a letter may be cut at either end; GB 2312 has the letters in use, and noise seldom passes for it
    for name in ("utf-8", "gb2312"):
        for skip in range(min(4, len(data))):
            try:
                data[skip:].decode(name)
            except UnicodeDecodeError as error:
                if error.start + skip < len(data) - 3:
                    continue
            return True
    return False


def _outer(data: bytes) -> Iterator[Layer]:
    yield from _inflated(data)
    yield from _runs(data)
    if b"%" in data:
        for hit in _PERCENT.finditer(data):
            text = _before(data, hit.start(), _BEFORE_PERCENT) + hit[0]
            yield Layer("percent", _PERCENT_ONE.sub(lambda m: bytes((int(m[1], 16),)), text), hit.start())
    if b"\\u" in data:
        for hit in _ESCAPED.finditer(data):
            yield Layer("json", _ESCAPED_ONE.sub(_letter, _before(data, hit.start(), _BEFORE_ESCAPED) + hit[0]), hit.start())
    if data.count(0) >= 8:
        for hit in _WIDE.finditer(data):
            yield Layer("utf16", hit[0].replace(b"\0", b""), hit.start())
    yield from counted(data)


def _before(data: bytes, at: int, rule: re.Pattern[bytes]) -> bytes:
    part = data[max(at - _BEFORE_BYTE, 0) : at]
    hit = rule.search(part)
    return hit[0] if hit else b""


def _letter(hit: re.Match[bytes]) -> bytes:
    return chr(int(hit[1], 16)).encode("utf-8", "replace")


def _inflated(data: bytes) -> Iterator[Layer]:
    at = 0
    for _ in range(_MAX_COMPRESSED):
        hit = _COMPRESSED.search(data, at)
        if hit is None:
            return
        at = hit.start() + 2
        if hit[0][0] == 0x78 and int.from_bytes(hit[0], "big") % 31:
            continue
        machine = Inflater(gzip=hit[0][0] == 0x1F)
        out = machine.feed(data[hit.start() :])
        if len(out) >= 8:
            yield Layer(machine.encoding, out, hit.start(), machine.unread_byte)
            at = max(at, len(data) - len(machine.behind)) if machine.done else len(data)


class Inflater:
    """Takes compressed bytes as they come and gives what they say, up to a bound.

    Args:
        done: The compressed piece has ended, or is none.
        behind: What stands behind its end.
        unread_byte: Compressed bytes that were left out because of the bound.
    """

    def __init__(self, *, gzip: bool) -> None:
        self.encoding = "gzip" if gzip else "deflate"
        self.done = False
        self.behind = b""
        self.unread_byte = 0
        self._room = MAX_INFLATED_BYTE
        self._machine = zlib.decompressobj(31 if gzip else 15)

    def feed(self, data: bytes) -> bytes:
        """Return what the bytes say."""
        if self.done:
            return b""
        try:
            out = self._machine.decompress(data, self._room)
        except zlib.error:
            self.done, self.behind = True, data
            return b""
        self._room -= len(out)
        if self._machine.eof:
            self.done, self.behind = True, self._machine.unused_data
        elif self._room <= 0 or self._machine.unconsumed_tail:
            self.done, self.unread_byte = True, len(self._machine.unconsumed_tail)
        return out


def _runs(data: bytes) -> Iterator[Layer]:
    """Base64 and hexadecimal digits: runs are found in columns."""
    for start, end in runs(data):
        run = data[start:end]
        if is_hex(run):
            # an odd digit may stand before or behind
            for shift in range(1 + len(run) % 2):
                part = run[shift : shift + len(run) // 2 * 2]
                yield Layer("hex", bytes.fromhex(part.decode("ascii")), start)
        else:
            yield from _shifted(run, start)
    yield from spaced_hex(data)


def is_hex(run: bytes) -> bool:
    """Tell whether all are hexadecimal digits."""
    return _ALL_HEX.fullmatch(run) is not None


def spaced_hex(data: bytes) -> Iterator[Layer]:
    """Yield hexadecimal digits that stand in pairs."""
    if b" " in data or b":" in data or b"-" in data:
        for hit in _SPACED_HEX.finditer(data):
            yield Layer("hex", bytes.fromhex(hit[0].translate(None, b" :-").decode("ascii")), hit.start())


def runs(data: bytes, most: int = _MAX_RUNS) -> Iterator[tuple[int, int]]:
    """Yield where runs of digits of base64 stand, hexadecimal ones among them; in long bytes the first `most` of them."""
    if len(data) < _SMALL_BYTE:
        yield from (hit.span() for hit in _RUN.finditer(data))
        return
    inside: NDArray[np.bool_] = np.zeros(len(data) + 2, np.bool_)
    inside[1:-1] = _DIGITS64[np.frombuffer(data, np.uint8)]
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    long = np.flatnonzero(ends - starts >= _LEAST_RUN)[:most]
    yield from zip(starts[long].tolist(), ends[long].tolist(), strict=True)


def _shifted(run: bytes, at: int) -> Iterator[Layer]:
    """A run may have letters before it that are no part of it: read it from four places."""
    for shift in range(4):
        part = run[shift:]
        part = part[: len(part) - 1] if len(part) % 4 == 1 else part
        out = of_base64(part + _FILLING[len(part) % 4])
        if shift == 0 or len(out.translate(None, TEXT_BYTES)) <= (1 - PRINTABLE) * len(out):
            yield Layer("base64", out, at + shift)


def of_base64(digits: bytes) -> bytes:
    """Return what digits of either alphabet say; their number is a multiple of four."""
    return a2b_base64(digits.translate(_STANDARD64))


def counted(data: bytes) -> Iterator[Layer]:
    """Strings with their length before them, where the next field looks like more of the same value."""
    for hit in _COUNTED.finditer(data):
        size = data[hit.start() - 1]
        text = hit[0]
        if 7 <= size < len(text) and text[size : size + 1].isalnum():
            yield Layer("protobuf", text[:size], hit.start())
