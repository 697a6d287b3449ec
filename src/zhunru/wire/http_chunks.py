"""Bodies of HTTP/1 messages whose chunks are sent with their sizes between them: the sizes are taken out of the stream.

Source: RFC 9112 (basis G).
"""

import re
from typing import Final

_HEAD: Final = re.compile(rb"(?:HTTP/1\.[01] \d{3}|(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT) \S{1,2048} HTTP/1\.[01])")
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:[^\r\n]{0,80}chunked", re.IGNORECASE)
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r\n")
_STARTS: Final = (b"HTTP/1.", b"GET ", b"POST ", b"PUT ", b"PATCH ", b"DELETE ", b"HEAD ", b"OPTIONS ", b"CONNECT ")
_MAX_HEAD_BYTE, _MAX_LINE_BYTE = 65_536, 300
_MAX_START_BYTE: Final = 2100


def begins_http(data: bytes) -> bool:
    """Tell whether a message of HTTP/1 begins here, or may begin when the rest of its first line comes."""
    if data[:1] not in b"HGPDOC" or not data:
        return False
    return _HEAD.match(data) is not None or _may_begin(data)


def unchunked(data: bytes) -> bool:
    """Tell whether a message of HTTP/1 stands here from its first line on, and what it says stands in it unparted."""
    return _HEAD.match(data) is not None and b"chunked" not in data.lower()


def _may_begin(data: bytes) -> bool:
    return len(data) < _MAX_START_BYTE and b"\n" not in data and any(data.startswith(s) or s.startswith(data) for s in _STARTS)


class HttpChunks:
    """Hands bytes on as they come, without the sizes of chunks.

    Bytes that are no HTTP are handed on unchanged; where sizes stop making sense, all that follows is.

    Args:
        known: The bytes are HTTP/1.
    """

    __slots__ = ("_held", "_left", "_state", "known")

    def __init__(self) -> None:
        self.known = False
        self._held = b""
        self._left = 0
        self._state = "start"

    def feed(self, data: bytes) -> bytes:
        """Return the bytes to look into."""
        if self._state == "start" and not self._held and not begins_http(data):
            return data
        data, self._held = self._held + data, b""
        out: list[bytes] = []
        while data:
            before = len(data)
            data = getattr(self, f"_{self._state}")(data, out)
            if len(data) == before and self._held:
                break
        return b"".join(out)

    def rest(self) -> bytes:
        """Return what is held back, and forget it."""
        data, self._held = self._held, b""
        return data

    def _start(self, data: bytes, out: list[bytes]) -> bytes:
        if not begins_http(data):
            out.append(data)
            return b""
        if _HEAD.match(data) is None:
            self._held = data
            return data
        self.known = True
        end = data.find(b"\r\n\r\n")
        if end < 0:
            if len(data) > _MAX_HEAD_BYTE:
                out.append(data)
                return b""
            self._held = data
            return data
        if _CHUNKED.search(data, 0, end + 2):
            self._state = "size"
        out.append(data[: end + 4])
        return data[end + 4 :]

    def _size(self, data: bytes, out: list[bytes]) -> bytes:
        hit = _SIZE.match(data)
        if hit is None:
            if len(data) < _MAX_LINE_BYTE and b"\n" not in data:
                self._held = data
                return data
            self._state = "start"
            out.append(data)
            return b""
        self._left = int(hit[1], 16)
        self._state = "chunk" if self._left else "end"
        return data[hit.end() :]

    def _chunk(self, data: bytes, out: list[bytes]) -> bytes:
        part = data[: self._left]
        out.append(part)
        self._left -= len(part)
        if not self._left:
            self._state = "border"
        return data[len(part) :]

    def _border(self, data: bytes, out: list[bytes]) -> bytes:
        if len(data) < 2:
            self._held = data
            return data
        self._state = "size"
        return data[2:] if data[:2] == b"\r\n" else self._size(data, out)

    def _end(self, data: bytes, out: list[bytes]) -> bytes:
        """Trailer fields, or none, and an empty line."""
        if data == b"\r":
            self._held = data
            return data
        out.append(b"\n")
        self._state = "start"
        return data[2:] if data[:2] == b"\r\n" else data
