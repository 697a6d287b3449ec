"""TLS handshake messages that are sent in the clear: hello messages and the certificate list.

Sources: RFC 5246, RFC 8446, RFC 6066 (server name), RFC 8446 4.2.1 (supported_versions); basis G, checked against tshark.
"""

import struct
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_HELLO_DONE = 1, 2, 11, 14
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
RECORDS = frozenset({CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA})
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


_PLAIN = bytes(range(33, 127))
_SHORT, _SHORTS = Struct(">H").unpack_from, Struct(">HH").unpack_from


def client_hello(body: bytes) -> ClientHello:
    """Return a ClientHello without its 4-byte message header.

    Raises:
        TlsError: A length contradicts the message.
    """
    name: str | None = None
    try:
        (offered,) = _SHORT(body, 0)
        at = 35 + body[34]
        session_id = body[35:at]
        at += 2 + _SHORT(body, at)[0]  # cipher suites
        at += 1 + body[at]  # compression methods
        for kind, content in _extensions(body, at):
            if kind == _SERVER_NAME:
                name = _server_name(content)
            elif kind == _SUPPORTED_VERSIONS:
                versions = _vectors(content, 1)[0]
                known = [int.from_bytes(versions[i : i + 2], "big") for i in range(0, len(versions) - 1, 2)]
                # Reserved values 0x?A?A keep servers tolerant (RFC 8701); they are no versions.
                offered = max((v for v in known if v & 0x0F0F != 0x0A0A), default=offered)
    except (IndexError, struct.error) as error:
        raise TlsError("a field is longer than its message") from error
    return ClientHello(name, offered, session_id)


def server_hello(body: bytes) -> ServerHello:
    """Return a ServerHello without its 4-byte message header.

    Raises:
        TlsError: A length contradicts the message.
    """
    resumed = False
    try:
        (version,) = _SHORT(body, 0)
        at = 35 + body[34]
        session_id = body[35:at]
        (cipher,) = _SHORT(body, at)
        for kind, content in _extensions(body, at + 3):
            if kind == _SUPPORTED_VERSIONS and len(content) == 2:
                (version,) = _SHORT(content, 0)
            elif kind == _PRE_SHARED_KEY:
                resumed = True
    except (IndexError, struct.error) as error:
        raise TlsError("a field is longer than its message") from error
    return ServerHello(version, cipher, session_id, resumed, body[2:34] == RETRY_RANDOM)


def certificate_list(body: bytes) -> list[bytes]:
    """Return the DER certificates of a TLS 1.2 (or older) Certificate message, leaf first.

    Raises:
        TlsError: A length contradicts the message.
    """
    (whole,) = _vectors(body, 3)[:1] or [b""]
    return _vectors(whole, 3)


def _vectors(data: bytes, width: int) -> list[bytes]:
    """Return the vectors that fill `data`, each with its length in `width` bytes in front."""
    at, found = 0, []
    while at < len(data):
        start = at + width
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data) or start > len(data):
            raise TlsError("a field is longer than its message")
        found.append(data[start:at])
    return found


def _extensions(body: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    if at == len(body):
        return
    end = at + 2 + _SHORT(body, at)[0]
    at += 2
    if end > len(body):
        raise TlsError("a field is longer than its message")
    while at < end:
        kind, size = _SHORTS(body, at)
        at += 4 + size
        if at > end:
            raise TlsError("a field is longer than its message")
        yield kind, body[at - size : at]


def _server_name(content: bytes) -> str | None:
    names = _vectors(content, 2)[:1]
    at, names_held = 0, names[0] if names else b""
    while at < len(names_held):
        size = _SHORT(names_held, at + 1)[0]
        name = names_held[at + 3 : at + 3 + size]
        if len(name) < size:
            raise TlsError("a field is longer than its message")
        if names_held[at] == 0:
            if not name.translate(None, _PLAIN):
                return name.decode("ascii").lower()
            return "".join(chr(b) if 32 < b < 127 else f"\\{b:03d}" for b in name.lower())
        at += 3 + size
    return None
