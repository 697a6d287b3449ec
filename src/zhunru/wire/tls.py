"""TLS handshake messages that are sent in the clear: hello messages and the certificate list.

Sources: RFC 5246, RFC 8446, RFC 6066 (server name), RFC 8446 4.2.1 (supported_versions); basis G, checked against tshark.
"""

from typing import NamedTuple

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_HELLO_DONE = 1, 2, 11, 14
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
TLS12, TLS13 = 0x0303, 0x0304
_SERVER_NAME, _PRE_SHARED_KEY, _SUPPORTED_VERSIONS = 0, 41, 43
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""Random of a ServerHello that is a HelloRetryRequest, RFC 8446 4.1.3."""

ANONYMOUS_CIPHERS = frozenset(
    {*range(0x17, 0x1C), 0x34, 0x3A, 0x46, 0x6C, 0x6D, 0x89, 0x9B, 0xA6, 0xA7, 0xBF, 0xC5, *range(0xC015, 0xC01A)}
    | {0xC046, 0xC047, 0xC05A, 0xC05B, 0xC084, 0xC085}
)
"""Cipher suites that do not authenticate the server (DH_anon, ECDH_anon); IANA registry, basis G."""
CLEAR_CIPHERS = frozenset(
    {0, 1, 2, 0x2C, 0x2D, 0x2E, 0x3B, 0xB0, 0xB1, 0xB4, 0xB5, 0xB8, 0xB9, 0xC001, 0xC006, 0xC00B, 0xC010, 0xC015, 0xC039}
    | {0xC03A, 0xC03B, 0xC0B4, 0xC0B5}
)
"""Cipher suites that do not encrypt (NULL); IANA registry, basis G."""


class TlsError(ValueError):
    """A message contradicts its own lengths."""


class ClientHello(NamedTuple):
    """What a client offers.

    Args:
        server_name: SNI, lower case; None when absent.
        offered_code: Highest version offered.
        session_id: For recognising a resumption.
    """

    server_name: str | None
    offered_code: int
    session_id: bytes


class ServerHello(NamedTuple):
    """What a server chose.

    Args:
        version_code: Version; of TLS 1.3 from supported_versions.
        cipher_code: Cipher suite.
        session_id: For recognising a resumption.
        resumed: A pre-shared key was accepted (TLS 1.3).
        retry: It is a HelloRetryRequest: the real one follows.
    """

    version_code: int
    cipher_code: int
    session_id: bytes
    resumed: bool
    retry: bool


class _Cursor:
    """Reads vectors with a length in front, never past the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            raise TlsError("a field is longer than its message")
        self.at += size
        return piece

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        return self.take(self.number(size))

    @property
    def left(self) -> int:
        return len(self.data) - self.at


def client_hello(body: bytes) -> ClientHello:
    """Return a ClientHello without its 4-byte message header.

    Raises:
        TlsError: A length contradicts the message.
    """
    at = _Cursor(body)
    offered = at.number(2)
    at.take(32)
    session_id = at.vector(1)
    at.vector(2)  # cipher suites
    at.vector(1)  # compression methods
    name: str | None = None
    for kind, content in _extensions(at):
        if kind == _SERVER_NAME:
            name = _server_name(content)
        elif kind == _SUPPORTED_VERSIONS:
            versions = _Cursor(content).vector(1)
            known = [int.from_bytes(versions[i : i + 2], "big") for i in range(0, len(versions) - 1, 2)]
            # Reserved values 0x?A?A keep servers tolerant (RFC 8701); they are no versions.
            offered = max((v for v in known if v & 0x0F0F != 0x0A0A), default=offered)
    return ClientHello(name, offered, session_id)


def server_hello(body: bytes) -> ServerHello:
    """Return a ServerHello without its 4-byte message header.

    Raises:
        TlsError: A length contradicts the message.
    """
    at = _Cursor(body)
    version = at.number(2)
    random = at.take(32)
    session_id = at.vector(1)
    cipher = at.number(2)
    at.take(1)  # compression method
    resumed = False
    for kind, content in _extensions(at):
        if kind == _SUPPORTED_VERSIONS and len(content) == 2:
            version = int.from_bytes(content, "big")
        elif kind == _PRE_SHARED_KEY:
            resumed = True
    return ServerHello(version, cipher, session_id, resumed, random == RETRY_RANDOM)


def certificate_list(body: bytes) -> list[bytes]:
    """Return the DER certificates of a TLS 1.2 (or older) Certificate message, leaf first.

    Raises:
        TlsError: A length contradicts the message.
    """
    at = _Cursor(_Cursor(body).vector(3))
    found = []
    while at.left:
        found.append(at.vector(3))
    return found


def _extensions(at: _Cursor) -> list[tuple[int, bytes]]:
    if not at.left:
        return []
    inner = _Cursor(at.vector(2))
    found = []
    while inner.left:
        found.append((inner.number(2), inner.vector(2)))
    return found


def _server_name(content: bytes) -> str | None:
    if not content:
        return None
    at = _Cursor(_Cursor(content).vector(2))
    while at.left:
        kind, name = at.number(1), at.vector(2)
        if kind == 0:
            return "".join(chr(b) if 32 < b < 127 else f"\\{b:03d}" for b in name.lower())
    return None
