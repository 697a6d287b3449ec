"""DNS messages, RFC 1035: a question and its answer with an optional alias."""

import struct

from zhunru.range.packets import packed

A, CNAME, AAAA = 1, 5, 28
_NAME_AT_12 = b"\xc0\x0c"


def encoded_name(name: str) -> bytes:
    """Return `name` as length-prefixed labels."""
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def question(ident: int, name: str, kind: int = A) -> bytes:
    """Return a recursive query for `name`."""
    return struct.pack(">HHHHHH", ident, 0x0100, 1, 0, 0, 0) + encoded_name(name) + struct.pack(">HH", kind, 1)


def answer(ident: int, name: str, addresses: tuple[str, ...], alias: str = "", ttl_s: int = 300) -> bytes:
    """Return the response to `question`: the addresses (all of one family), behind the CNAME `alias` when given."""
    kind = AAAA if addresses and ":" in addresses[0] else A
    records = []
    owner = _NAME_AT_12
    if alias:
        data = encoded_name(alias)
        records.append(owner + struct.pack(">HHIH", CNAME, 1, ttl_s, len(data)) + data)
        owner = data
    for address in addresses:
        data = packed(address)
        records.append(owner + struct.pack(">HHIH", kind, 1, ttl_s, len(data)) + data)
    head = struct.pack(">HHHHHH", ident, 0x8180, 1, len(records), 0, 0)
    return head + encoded_name(name) + struct.pack(">HH", kind, 1) + b"".join(records)
