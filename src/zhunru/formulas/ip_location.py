"""Where addresses lie in tables of address ranges; what an address says of itself.

An address is a key: 16 bytes in network order as numpy `S16`, an IPv4 address in the last four. Keys compare as the addresses do, so that
`searchsorted` serves both families; the families are looked up apart.
"""

import heapq
from collections import Counter
from collections.abc import Sequence
from functools import cache
from ipaddress import AddressValueError, IPv6Address, ip_network
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

UNKNOWN = -1
"""Code of a territory that no range tells."""

Keys = NDArray[np.bytes_]
Codes = NDArray[np.int32]

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"^{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}$"
_GROUPS = r"^(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?(?:::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?)?$"
_RESERVED = (
    # Not the public internet: this host, private, carrier NAT, loopback, link-local, protocol, documentation, benchmark, multicast, future.
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
    *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    *(
        "::/127",
        "64:ff9b:1::/48",
        "100::/64",
        "2001:2::/48",
        "2001:db8::/32",
        "3fff::/20",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ),
)
_CARRIES_IPV4 = (
    # IPv6 block, first byte of the IPv4 address inside, mask to undo
    ("::ffff:0:0/96", 12, 0x00),  # IPv4-mapped, RFC 4291
    ("64:ff9b::/96", 12, 0x00),  # NAT64, RFC 6052: the true peer of an IPv6-only radio network
    ("2002::/16", 2, 0x00),  # 6to4, RFC 3056
    ("2001::/32", 12, 0xFF),  # Teredo, RFC 4380: the client's address is kept inverted
)


class Ranges(NamedTuple):
    """Disjoint ranges of one family in ascending order.

    Args:
        first: First keys.
        last: Last keys, inclusive.
        code: Territory of each range; `UNKNOWN` where the table contradicts itself.
    """

    first: Keys
    last: Keys
    code: Codes


def keys_of(addresses: Sequence[str] | pl.Series, *, unwrap: bool = True) -> tuple[NDArray[np.uint8], Keys]:
    """Return family (4, 6; 0 = no address) and key of each address.

    Args:
        addresses: IPv4 dotted or IPv6 in any valid form.
        unwrap: Return an IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo) as that IPv4 address: it is the peer that is
            reached. Bounds of ranges are taken as they are written.

    References:
        RFC 4291 2.5.5.2, RFC 6052 2.1, RFC 3056 2, RFC 4380 4.
    """
    text = pl.Series("address", addresses, dtype=pl.String)
    octets = text.to_frame().select(pl.col("address").str.extract_groups(_IPV4).alias("o")).unnest("o")
    family = np.where(octets.to_series(0).is_not_null().to_numpy(), 4, 0).astype(np.uint8)
    raw = np.zeros((len(text), 16), np.uint8)
    for place, name in enumerate(octets.columns):
        raw[:, 12 + place] = octets[name].cast(pl.UInt8).fill_null(0).to_numpy()
    rest = np.flatnonzero(family == 0)
    plain, groups = _hex_groups(text.gather(rest))
    raw[rest[plain]], family[rest[plain]] = groups[plain], 6
    for row in rest[~plain]:  # what is not plain groups: dotted tails, zones, and what is no address at all
        packed = _ipv6(text[int(row)])
        if packed:
            raw[row], family[row] = np.frombuffer(packed, np.uint8), 6
    if unwrap:
        _unwrap(raw, family)
    return family, keys(raw)


def keys(raw: NDArray[np.uint8]) -> Keys:
    """Return the keys of rows of 16 bytes."""
    return np.ascontiguousarray(raw).reshape(-1).view("S16")


def keys_of_numbers(numbers: NDArray[np.uint64]) -> Keys:
    """Return the keys of IPv4 addresses that are written as numbers below 2**32."""
    raw = np.zeros((len(numbers), 16), np.uint8)
    raw[:, 12:] = numbers.astype(">u4").view(np.uint8).reshape(-1, 4)
    return keys(raw)


def keys_of_packed(packed: pl.Series, family: int) -> Keys:
    """Return the keys of addresses of 4 or 16 bytes, as `family` has them.

    Raises:
        ValueError: A value has another length.
    """
    width = 4 if family == 4 else 16
    if (packed.bin.size() != width).any():
        raise ValueError(f"an address of family {family} has {width} bytes")
    raw = np.zeros((len(packed), 16), np.uint8)
    raw[:, 16 - width :] = np.frombuffer(b"".join(packed), np.uint8).reshape(-1, width)
    return keys(raw)


def packed_of(family: NDArray[np.uint8], sought: Keys) -> list[bytes]:
    """Return the keys as 4 or 16 bytes in network order."""
    flat = np.ascontiguousarray(sought).tobytes()
    start = np.arange(len(sought)) * 16 + np.where(family == 4, 12, 0)
    return [flat[a:b] for a, b in zip(start.tolist(), range(16, len(flat) + 1, 16), strict=True)]


def ranges_of(first: Keys, last: Keys, code: Codes) -> Ranges:
    """Return the ranges in order and disjoint; of overlapping ranges the narrowest holds, equally narrow ones that differ tell nothing.

    Args:
        first: First keys, any order; a range that ends before it starts is left out.
        last: Last keys, inclusive.
        code: Territories.
    """
    right = first <= last
    if not right.all():
        first, last, code = first[right], last[right], code[right]
    if len(first) > 1 and (first[1:] < first[:-1]).any():
        order = np.argsort(first, kind="stable")
        first, last, code = first[order], last[order], code[order]
    fresh = np.ones(len(first), bool)  # a table that is given twice says the same twice
    fresh[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1]) | (code[1:] != code[:-1])
    first, last, code = first[fresh], last[fresh], code[fresh]
    if (first[1:] <= last[:-1]).any():
        return _flattened(_integers(first), _integers(last), code.tolist())
    return Ranges(first, last, code.astype(np.int32))


def look_up(ranges: Ranges, sought: Keys) -> Codes:
    """Return the territory code of each key, `UNKNOWN` where no range covers it."""
    if not len(ranges.first):
        return np.full(len(sought), UNKNOWN, np.int32)
    at = np.searchsorted(ranges.first, sought, side="right") - 1
    inside = (at >= 0) & (sought <= ranges.last[at])
    return np.where(inside, ranges.code[at], UNKNOWN).astype(np.int32)


def reserved(family: NDArray[np.uint8], sought: Keys) -> NDArray[np.bool_]:
    """Tell which addresses do not belong to the public internet: private, local, multicast, documentation, unassigned for good."""
    found = np.zeros(len(sought), bool)
    for version in (4, 6):
        mine = family == version
        found[mine] = look_up(_reserved(version), sought[mine]) != UNKNOWN
    return found


def block_of(text: str) -> tuple[int, Any, Any] | None:
    """Return family, first and last key of an address or CIDR block, None when `text` is neither; host bits may be set."""
    try:
        net = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    bounds = np.frombuffer(_sixteen(int(net[0])) + _sixteen(int(net[-1])), np.uint8).reshape(2, 16)
    first, last = keys(bounds)
    return net.version, first, last


@cache
def _reserved(version: int) -> Ranges:
    blocks = [b for b in map(block_of, _RESERVED) if b and b[0] == version]
    first, last = (np.array([b[side] for b in blocks], "S16") for side in (1, 2))
    return ranges_of(first, last, np.ones(len(blocks), np.int32))


def _hex_groups(text: pl.Series) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Return which texts are IPv6 addresses of hexadecimal groups only, and their 16 bytes; `_ipv6` is the strict parser of the others."""
    sides = pl.DataFrame({"t": text}).select(
        pl.col("t").str.contains(_GROUPS).fill_null(value=False).alias("plain"),
        pl.col("t").str.contains("::", literal=True).fill_null(value=False).alias("short"),
        pl.col("t").str.split_exact("::", 1).alias("s"),
    )
    words = np.zeros((len(text), 8), ">u2")
    counts = np.zeros(len(text), np.int64)
    for side in ("field_0", "field_1"):
        flat = (
            sides.select(pl.int_range(pl.len()).alias("row"), "plain", pl.col("s").struct.field(side).str.split(":").alias("w"))
            .filter("plain")
            .with_columns(pl.col("w").list.len().cast(pl.Int64).alias("n"), pl.int_ranges(pl.col("w").list.len()).alias("i"))
            .explode("w", "i")
            .filter(pl.col("w") != "")
        )
        row, at = flat["row"].to_numpy(), flat["i"].to_numpy() + (0 if side == "field_0" else 8 - flat["n"].to_numpy())
        right = (at >= 0) & (at < 8)
        words[row[right], at[right]] = flat["w"].str.to_integer(base=16).to_numpy()[right]
        np.add.at(counts, row, 1)
    plain = sides["plain"].to_numpy() & np.where(sides["short"].to_numpy(), counts <= 7, counts == 8)
    return plain, words.view(np.uint8).reshape(-1, 16)


def _ipv6(text: str | None) -> bytes | None:
    try:
        return IPv6Address(text or "").packed
    except AddressValueError:
        return None


def _unwrap(raw: NDArray[np.uint8], family: NDArray[np.uint8]) -> None:
    long = np.flatnonzero(family == 6)
    for block, start, inverted in _CARRIES_IPV4:
        net = ip_network(block)
        width = net.prefixlen // 8
        head = np.frombuffer(net.network_address.packed[:width], np.uint8)
        rows = long[(raw[long, :width] == head).all(axis=1)]
        inner = raw[rows, start : start + 4] ^ inverted
        raw[rows] = 0
        raw[rows, 12:] = inner
        family[rows] = 4


def _sixteen(value: int) -> bytes:
    return value.to_bytes(16, "big")


def _integers(values: Keys) -> list[int]:
    return [int.from_bytes(v.ljust(16, b"\0"), "big") for v in values.tolist()]  # numpy drops final zero bytes of an S16


def _flattened(first: list[int], last: list[int], code: list[int]) -> Ranges:
    """Sweep over the bounds; what is open is counted by width, the narrowest width on top of a heap. O(n log n) whatever overlaps."""
    bounds = sorted([(a, True, i) for i, a in enumerate(first)] + [(b + 1, False, i) for i, b in enumerate(last)])
    open_codes: dict[int, Counter[int]] = {}
    widths: list[int] = []
    starts: list[int] = []
    winners: list[int | None] = []
    for at, group in groupby(bounds, key=itemgetter(0)):
        for _, opens, i in group:
            width = last[i] - first[i]
            codes = open_codes.setdefault(width, Counter())
            if opens and not codes:
                heapq.heappush(widths, width)
            codes[code[i]] += 1 if opens else -1
            if not codes[code[i]]:
                del codes[code[i]]
        while widths and not open_codes[widths[0]]:
            heapq.heappop(widths)
        starts.append(at)
        winners.append(_only(open_codes[widths[0]]) if widths else None)
    ends = [s - 1 for s in starts[1:]]
    kept = [(s, e, w) for s, e, w in zip(starts, ends, winners, strict=False) if w is not None]
    flat = np.frombuffer(b"".join(_sixteen(v) for s, e, _ in kept for v in (s, e)), np.uint8).reshape(-1, 2, 16)
    return Ranges(keys(flat[:, 0].copy()), keys(flat[:, 1].copy()), np.array([w for _, _, w in kept], np.int32))


def _only(codes: Counter[int]) -> int:
    return next(iter(codes)) if len(codes) == 1 else UNKNOWN
