"""The two integers of an ECDSA or SM2 signature, in DER or as fixed-length halves; strict, one encoding per pair."""


def pair_of_der(data: bytes) -> tuple[int, int] | None:
    """Return (r, s) of `SEQUENCE { INTEGER r, INTEGER s }`, None unless it is exactly the one DER encoding of two positive integers.

    References:
        ITU-T X.690 8.3, 10.1; GM/T 0009 7.3.
    """
    if len(data) < 8 or data[0] != 0x30:
        return None
    length, start = data[1], 2
    if length == 0x81:  # one length byte more, only where the short form cannot hold it
        length, start = data[2], 3
        if length < 0x80:
            return None
    elif length > 0x7F:
        return None
    if start + length != len(data):
        return None
    first = _integer(data, start)
    second = _integer(data, first[1]) if first else None
    if first is None or second is None or second[1] != len(data):
        return None
    return first[0], second[0]


def _integer(data: bytes, at: int) -> tuple[int, int] | None:
    if at + 3 > len(data) or data[at] != 0x02:
        return None
    length = data[at + 1]
    body = data[at + 2 : at + 2 + length]
    if length == 0 or length > 0x7F or len(body) != length or body[0] & 0x80:
        return None
    if length > 1 and body[0] == 0 and not body[1] & 0x80:  # a zero byte that nothing asks for
        return None
    return int.from_bytes(body, "big"), at + 2 + length


def der_of_pair(r: int, s: int) -> bytes:
    """Return the DER encoding of two integers from 0 up."""
    body = b"".join(_encoded(number) for number in (r, s))
    return b"\x30" + (bytes([len(body)]) if len(body) < 0x80 else bytes([0x81, len(body)])) + body


def _encoded(number: int) -> bytes:
    raw = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([0x02, len(raw)]) + raw


def pair_of_halves(data: bytes, half_byte: int) -> tuple[int, int] | None:
    """Return (r, s) of two big-endian halves of `half_byte` bytes each, None when the length is another."""
    if len(data) != 2 * half_byte:
        return None
    return int.from_bytes(data[:half_byte], "big"), int.from_bytes(data[half_byte:], "big")
