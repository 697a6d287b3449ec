"""The server of the attack simulator: HTTP on 127.0.0.1 only, bounded in bytes, requests and time; it records all that it gives."""

import ssl
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from zhunru.range.update_stage import Answer

ENDLESS_BYTE = 32 << 20
"""Bytes after which an endless answer ends all the same: enough to show that a client knows no bound, little enough for any disk."""
_MOST_REQUESTS = 5000
_CHUNK_BYTE = 1 << 16
_DRIP_S = 0.25
_LONGEST_S = 120.0


@dataclass(frozen=True)
class Served:
    """One answered request.

    Args:
        path: Path below the base address.
        mode: How it was sent.
        size_byte: Length of the body as a whole.
        sent_byte: Bytes of the body that were handed to the connection.
        sha256: Digest of the body.
        attack: It was the attacker's answer.
        body: The body.
    """

    path: str
    mode: str
    size_byte: int
    sent_byte: int
    sha256: str
    attack: bool
    body: bytes = field(repr=False, compare=False)


@dataclass
class Counter:
    """What is served now, and what has been served since it was set."""

    files: dict[str, Answer] = field(default_factory=dict)
    everywhere: Answer | None = None
    begun: list[tuple[str, Answer, list[int]]] = field(default_factory=list)

    @property
    def served(self) -> list[Served]:
        """Return the answers so far, in the order of the requests, those that are still being sent too."""
        digest = {id(a): sha256(a.body).hexdigest() if a.body else "" for _, a, _ in self.begun}
        return [Served(p, a.mode, len(a.body), sent[0], digest[id(a)], a.attack, a.body) for p, a, sent in list(self.begun)]

    def answer(self, path: str, protected: bool = False) -> Answer:
        """Return what is given for a path below the base address; only a protected connection is redirected."""
        if self.everywhere is not None and (protected or self.everywhere.mode != "redirect"):
            return self.everywhere
        return self.files.get(path) or self.files.get(unquote(path)) or Answer(b"", "missing")

    def begin(self, path: str, answer: Answer) -> list[int]:
        """Record that an answer begins; the one number of the list returned is to be kept at the bytes sent."""
        sent = [0]
        self.begun.append((path, answer, sent))
        return sent


class _Handler(BaseHTTPRequestHandler):
    timeout = 30
    server: "_Http"

    def do_GET(self) -> None:
        path = self.path.lstrip("/").partition("/")[2].partition("?")[0]
        counter = self.server.counter
        answer = counter.answer(path, bool(self.server.context)) if len(counter.begun) < _MOST_REQUESTS else Answer(b"", "failing")
        sent = counter.begin(path, answer)
        try:
            getattr(self, f"_{answer.mode}")(answer.body, sent)
        except OSError:
            self.close_connection = True  # the client went away

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature of the library
        """Keep silent: requests are recorded elsewhere."""

    def _head(self, status: int, length: int | None, **more: str) -> None:
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def _send(self, data: bytes, sent: list[int]) -> None:
        for start in range(0, len(data), _CHUNK_BYTE):
            part = data[start : start + _CHUNK_BYTE]
            self.wfile.write(part)
            sent[0] += len(part)

    def _whole(self, body: bytes, sent: list[int]) -> None:
        self._head(200, len(body))
        self._send(body, sent)

    def _missing(self, _body: bytes, _sent: list[int]) -> None:
        self._head(404, 0)

    def _failing(self, _body: bytes, _sent: list[int]) -> None:
        self._head(503, 0)

    def _closed(self, _body: bytes, _sent: list[int]) -> None:
        self.close_connection = True

    def _silent(self, _body: bytes, _sent: list[int]) -> None:
        self.server.stopping.wait(_LONGEST_S)

    def _cut(self, body: bytes, sent: list[int]) -> None:
        self._head(200, len(body))
        self._send(body[: len(body) // 2], sent)

    def _endless(self, body: bytes, sent: list[int]) -> None:
        self._head(200, None)
        self._send(body, sent)
        filler = b" " * _CHUNK_BYTE
        while sent[0] < ENDLESS_BYTE and not self.server.stopping.is_set():
            self._send(filler, sent)

    def _drip(self, body: bytes, sent: list[int]) -> None:
        self._head(200, len(body))
        for byte in body[: int(_LONGEST_S / _DRIP_S)]:
            if self.server.stopping.wait(_DRIP_S):
                return
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            sent[0] += 1

    def _redirect(self, _body: bytes, _sent: list[int]) -> None:
        self._head(302, 0, Location=f"{self.server.plain}{self.path}")


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, counter: Counter, plain: str, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.counter, self.plain, self.stopping = counter, plain, threading.Event()
        self.context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        # the handshake belongs to the thread of the request: a client that refuses the certificate must not stop the others
        if self.context:
            try:
                request.settimeout(10)
                request = self.context.wrap_socket(request, server_side=True)
            except OSError:
                return
        try:
            super().finish_request(request, client_address)
        finally:
            if self.context:
                self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep silent: a client that goes away is no error of the server."""


class Server:
    """Serves what `counter` holds until it is left.

    Args:
        counter: What is served.
        plain: Base address of the plain-text server, for redirects.
        certificate: File of certificate chain and key; makes it a TLS server.
    """

    def __init__(self, counter: Counter, plain: str = "", certificate: Path | None = None) -> None:
        context = None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
        self._http = _Http(counter, plain, context)
        self.port: int = self._http.server_address[1]
        self.base = f"https://localhost:{self.port}" if certificate else f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.stopping.set()
        self._http.shutdown()
        self._http.server_close()
