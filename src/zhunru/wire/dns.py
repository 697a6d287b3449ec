"""DNS responses: address records with the name that was asked. RFC 1035, RFC 3596 (basis G, checked against tshark)."""

import struct
from struct import Struct
from typing import NamedTuple

_HEAD = Struct(">HHHHHH").unpack_from
_RECORD = Struct(">HHIH").unpack_from
_SHORTS = Struct(">HH").unpack_from
_A, _AAAA, _IN = 1, 28, 1
_MAX_NAME_BYTE = 255
_MAX_JUMPS = 64
"""Compression pointers followed for one name (P); honest messages need a handful."""
_ESCAPED = frozenset(b'."();@$\\')
_PLAIN = bytes(b for b in range(32, 127) if b not in _ESCAPED)


class Address(NamedTuple):
    """One address record.

    Args:
        query: Name of the first question, lower case, without final dot; empty when there is none.
        name: Owner of the record.
        packed: 4 or 16 bytes.
        ttl_s: Time to live.
    """

    query: str
    name: str
    packed: bytes
    ttl_s: int


class DnsError(ValueError):
    """The message contradicts itself or ends early; `addresses` were read before.

    Args:
        what: The fact.
        addresses: Records read before the damage.
    """

    def __init__(self, what: str, addresses: tuple[Address, ...] = ()) -> None:
        super().__init__(what)
        self.addresses = addresses


def addresses(message: bytes) -> list[Address]:
    """Return the A and AAAA records of the answer section; a query has none.

    Raises:
        DnsError: The message is cut or contradicts itself.
    """
    found: list[Address] = []
    try:
        _, flags, questions, answers, _, _ = _HEAD(message, 0)
        if not flags & 0x8000:
            return found
        known: dict[int, tuple[str, int]] = {}
        position, query = 12, ""
        for i in range(questions):
            name, position = _name(message, position, known)
            query = query if i else name
            _SHORTS(message, position)
            position += 4
        for _ in range(answers):
            name, position = _name(message, position, known)
            kind, group, ttl_s, size = _RECORD(message, position)
            position += 10
            packed = message[position : position + size]
            if len(packed) < size:
                raise DnsError("a record is longer than the message")
            position += size
            if group & 0x7FFF == _IN and (kind, size) in {(_A, 4), (_AAAA, 16)}:
                found.append(Address(query, name, packed, ttl_s))
    except (IndexError, struct.error) as error:
        raise DnsError("the message ends early", tuple(found)) from error
    except DnsError as error:
        error.addresses = tuple(found)
        raise
    return found


def _name(message: bytes, position: int, known: dict[int, tuple[str, int]]) -> tuple[str, int]:
    """Return the name at `position` and the position after it; each pointer must lead backwards, so there is no loop."""
    if position in known:
        return known[position]
    start, total, after, bound, jumps = position, 1, 0, position, 0
    labels: list[str] = []
    while True:
        size = message[position]
        if size >= 0xC0:
            target = (size & 0x3F) << 8 | message[position + 1]
            jumps += 1
            if target >= bound or jumps > _MAX_JUMPS:
                raise DnsError("a compressed name does not point backwards, or too often")
            after = after or position + 2
            position = bound = target
        elif size > 63:
            raise DnsError("a label type is not known")
        else:
            position += 1
            if not size:
                break
            label = message[position : position + size]
            total += size + 1
            if len(label) < size or total > _MAX_NAME_BYTE:
                raise DnsError("a name is too long or cut")
            labels.append(_label(label))
            position += size
    found = ".".join(labels), after or position
    known[start] = found
    return found


def _label(label: bytes) -> str:
    if not label.translate(None, _PLAIN):
        return label.decode("ascii").lower()
    return "".join(f"\\{chr(b)}" if b in _ESCAPED else chr(b).lower() if 32 < b < 127 else f"\\{b:03d}" for b in label)
