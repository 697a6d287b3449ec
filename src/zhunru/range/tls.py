"""TLS 1.0 to 1.3 as it is seen on the wire: real hello and certificate messages, opaque bytes where encryption begins."""

import struct
from dataclasses import dataclass
from random import Random

TLS_1_1, TLS_1_2, TLS_1_3 = 0x0302, 0x0303, 0x0304
HANDSHAKE, CHANGE_CIPHER_SPEC, APPLICATION_DATA, ALERT = 22, 20, 23, 21
_SUITES = {TLS_1_1: 0xC009, TLS_1_2: 0xC02B, TLS_1_3: 0x1301}
"""ECDHE-ECDSA-AES128-SHA, ECDHE-ECDSA-AES128-GCM-SHA256, AES128-GCM-SHA256."""
_X25519, _P256 = 29, 23
_POINT = bytes([4]) + bytes(range(64))
_RECORD_LIMIT = 16_384


@dataclass(frozen=True, slots=True)
class Flight:
    """Bytes that one side sends before it waits for the other."""

    from_client: bool
    data: bytes


def record(kind: int, version: int, body: bytes) -> bytes:
    """Return `body` as TLS records of at most 2**14 bytes."""
    pieces = [body[i : i + _RECORD_LIMIT] for i in range(0, len(body), _RECORD_LIMIT)] or [b""]
    return b"".join(struct.pack(">BHH", kind, version, len(p)) + p for p in pieces)


def application_data(rng: Random, size: int, version: int = TLS_1_2) -> bytes:
    """Return records of opaque application data, `size` bytes in sum."""
    return record(APPLICATION_DATA, min(version, TLS_1_2), rng.randbytes(size))


def client_hello(rng: Random, name: str | None, version: int = TLS_1_2) -> bytes:
    """Return the record of a ClientHello that offers at most `version` for the server `name`."""
    suites = b"".join(struct.pack(">H", s) for v, s in sorted(_SUITES.items(), reverse=True) if v <= version)
    extensions = []
    if name is not None:
        host = name.encode()
        extensions.append((0, struct.pack(">HBH", len(host) + 3, 0, len(host)) + host))
    extensions.append((10, struct.pack(">HHH", 4, _X25519, _P256)))
    extensions.append((11, b"\x01\x00"))
    if version >= TLS_1_2:
        extensions.append((13, struct.pack(">HHH", 4, 0x0403, 0x0804)))
    if version >= TLS_1_3:
        extensions.append((43, struct.pack(">BHH", 4, TLS_1_3, TLS_1_2)))
        extensions.append((51, struct.pack(">HHH", 36, _X25519, 32) + rng.randbytes(32)))
    body = struct.pack(">H", min(version, TLS_1_2)) + rng.randbytes(32) + b"\x00" + struct.pack(">H", len(suites)) + suites
    body += b"\x01\x00" + _extensions(extensions)
    return record(HANDSHAKE, 0x0301, _message(1, body))


def server_hello(rng: Random, version: int = TLS_1_2, session: bytes = b"") -> bytes:
    """Return the ServerHello message that chooses `version`, without its record."""
    body = struct.pack(">H", min(version, TLS_1_2)) + rng.randbytes(32) + bytes([len(session)]) + session
    body += struct.pack(">HB", _SUITES[version], 0)
    if version >= TLS_1_3:
        extensions = [(43, struct.pack(">H", TLS_1_3)), (51, struct.pack(">HH", _X25519, 32) + rng.randbytes(32))]
    else:
        extensions = [(11, b"\x01\x00"), (0xFF01, b"\x00")]
    return _message(2, body + _extensions(extensions))


def certificate(chain: tuple[bytes, ...]) -> bytes:
    """Return the Certificate message (up to TLS 1.2) of a DER chain, leaf first."""
    listed = b"".join(_u24(len(c)) + c for c in chain)
    return _message(11, _u24(len(listed)) + listed)


def handshake(rng: Random, name: str | None, chain: tuple[bytes, ...], version: int = TLS_1_2) -> list[Flight]:
    """Return the flights of a full handshake; encrypted parts are opaque bytes of the usual length.

    Args:
        rng: Source of randoms and opaque bytes.
        name: Server name (SNI).
        chain: DER certificates of the server, leaf first.
        version: Version that both sides settle on.
    """
    hello = Flight(True, client_hello(rng, name, version))
    wire = min(version, TLS_1_2)
    change = record(CHANGE_CIPHER_SPEC, wire, b"\x01")
    if version >= TLS_1_3:
        hidden = 120 + sum(len(c) + 5 for c in chain) + 100  # encrypted extensions, certificate, verify, finished
        first = record(HANDSHAKE, TLS_1_2, server_hello(rng, version)) + change + record(APPLICATION_DATA, TLS_1_2, rng.randbytes(hidden))
        return [hello, Flight(False, first), Flight(True, change + record(APPLICATION_DATA, TLS_1_2, rng.randbytes(53)))]
    # The signature is opaque: nobody on the wire can check it without both randoms' hash, and no check of ours claims to.
    scheme = struct.pack(">H", 0x0403) if version >= TLS_1_2 else b""
    signed = b"\x30\x44\x02\x20" + b"\x01" + rng.randbytes(31) + b"\x02\x20" + b"\x01" + rng.randbytes(31)
    exchange = struct.pack(">BHB", 3, _P256, len(_POINT)) + _POINT + scheme + struct.pack(">H", len(signed)) + signed
    messages = server_hello(rng, version, rng.randbytes(32)) + certificate(chain) + _message(12, exchange) + _message(14, b"")
    finished = record(HANDSHAKE, wire, rng.randbytes(40))
    return [
        hello,
        Flight(False, record(HANDSHAKE, wire, messages)),
        Flight(True, record(HANDSHAKE, wire, _message(16, bytes([len(_POINT)]) + _POINT)) + change + finished),
        Flight(False, change + finished),
    ]


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _u24(len(body)) + body


def _u24(number: int) -> bytes:
    return number.to_bytes(3, "big")


def _extensions(extensions: list[tuple[int, bytes]]) -> bytes:
    listed = b"".join(struct.pack(">HH", kind, len(data)) + data for kind, data in extensions)
    return struct.pack(">H", len(listed)) + listed
