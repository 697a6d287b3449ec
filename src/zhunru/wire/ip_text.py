"""Addresses as text: IPv4 dotted, IPv6 as RFC 5952 writes it, independent of the Python version; one by one, and whole columns."""

from functools import cache, lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.wire.packet_block import I64, U64

_HIDDEN, _GAP, _COLON = 65_536, 65_537, 65_538
"""Places in the table of IPv6 groups: a zero that is not written, the double colon, and where groups with a colon in front begin."""


def ipv4_text(address: int) -> str:
    """Return the dotted form of a 32-bit address."""
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def ipv6_text(address: int) -> str:
    """Return the RFC 5952 form of a 128-bit address; IPv4-mapped ones end in dotted form."""
    if address >> 32 == 0xFFFF:
        return "::ffff:" + ipv4_text(address & 0xFFFFFFFF)
    groups = [address >> shift & 0xFFFF for shift in range(112, -16, -16)]
    start, length, run = 0, 0, 0
    for i, group in enumerate(groups):
        run = run + 1 if group == 0 else 0
        if run > length:
            start, length = i - run + 1, run
    text = [f"{group:x}" for group in groups]
    if length < 2:  # a single zero group is not shortened
        return ":".join(text)
    return ":".join(text[:start]) + "::" + ":".join(text[start + length :])


@lru_cache(16_384)
def ip_text(address: int, words: int) -> str:
    """Return the text of an address of `words` = 1 (IPv4) or 2 (IPv6) key words."""
    return ipv4_text(address) if words == 1 else ipv6_text(address)


def ipv4_texts(address: U64) -> pl.Series:
    """Return the dotted forms of 32-bit addresses."""
    upper, lower = _halves()
    return upper[(address >> np.uint64(16)).astype(np.uint32)] + lower[(address & np.uint64(0xFFFF)).astype(np.uint32)]


def ipv6_texts(upper: U64, lower: U64) -> pl.Series:
    """Return the RFC 5952 forms of 128-bit addresses, given as halves."""
    groups = np.stack([half >> np.uint64(shift) & np.uint64(0xFFFF) for half in (upper, lower) for shift in (48, 32, 16, 0)]).astype(
        np.uint32
    )
    start, length = _longest_gap(groups == 0)
    table = _groups()
    text = pl.Series([""]).new_from_index(0, upper.size)
    for i, group in enumerate(groups):
        behind_gap = (length > 1) & (i == start + length)
        cell = group + np.where(behind_gap | (i == 0), 0, _COLON).astype(np.uint32)
        hidden = (length > 1) & (i >= start) & (i < start + length)
        cell[hidden] = np.where(i == start[hidden], _GAP, _HIDDEN)
        text = text + table[cell]
    mapped = (upper == 0) & (lower >> np.uint64(32) == 0xFFFF)
    if mapped.any():
        text = ("::ffff:" + ipv4_texts(lower & np.uint64(0xFFFFFFFF))).zip_with(pl.Series(mapped), text)
    return text


def _longest_gap(zero: NDArray[np.bool_]) -> tuple[I64, I64]:
    """Return where the longest run of zero groups begins and how long it is; the first of equals. Shape (8, n)."""
    start, length, run = (np.zeros(zero.shape[1], np.int64) for _ in range(3))
    for i, none in enumerate(zero):
        run = (run + 1) * none
        longer = run > length
        start[longer], length[longer] = i + 1 - run[longer], run[longer]
    return start, length


@cache
def _halves() -> tuple[pl.Series, pl.Series]:
    octets = pl.Series([str(i) for i in range(256)])
    lower = (octets + ".")[np.arange(65_536) >> 8] + octets[np.arange(65_536) & 255]
    return lower + ".", lower


@cache
def _groups() -> pl.Series:
    digits = plain = pl.Series([f"{i:x}" for i in range(16)])
    for size in (256, 4096, 65_536):
        numbers = np.arange(len(plain), size)
        plain = pl.concat([plain, plain[numbers >> 4] + digits[numbers & 15]])
    return pl.concat([plain, pl.Series(["", "::"]), ":" + plain])
