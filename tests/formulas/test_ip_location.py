"""Addresses and ranges against the standard library and brute force."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.ip_location import (
    UNKNOWN,
    Keys,
    block_of,
    keys,
    keys_of,
    keys_of_numbers,
    keys_of_packed,
    look_up,
    packed_of,
    ranges_of,
    reserved,
)


def number(key: bytes) -> int:
    return int.from_bytes(key.ljust(16, b"\0"), "big")


def numbered(values: list[int]) -> Keys:
    return keys(np.frombuffer(b"".join(v.to_bytes(16, "big") for v in values), np.uint8).reshape(-1, 16))


V4 = st.integers(0, 2**32 - 1).map(IPv4Address).map(str)
V6 = st.one_of(st.integers(0, 2**128 - 1), st.integers(0, 2**16), st.integers(0, 2**64 - 1).map(lambda n: n << 64)).map(IPv6Address)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(V4, V6.map(str), V6.map(lambda a: a.exploded.upper()), st.text("0123456789abcdef:.%", max_size=24)), max_size=12))
def test_addresses_are_what_the_standard_library_reads(texts: list[str]) -> None:
    family, key = keys_of(texts, unwrap=False)
    for text, version, found in zip(texts, family.tolist(), key.tolist(), strict=True):
        try:
            right = ip_address(text)
        except ValueError:
            assert version == 0, text
        else:
            assert (version, number(found)) == (right.version, int(right)), text


@pytest.mark.parametrize(
    "text", ["", "1.2.3", "1.2.3.256", "01.2.3.4", "1::2::3", ":::", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::"]
)
def test_what_is_no_address_has_no_family(text: str) -> None:
    assert keys_of([text])[0].tolist() == [0]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("::ffff:808:808", "8.8.8.8"),
        ("64:ff9b::808:808", "8.8.8.8"),
        ("2002:808:808:1::1", "8.8.8.8"),
        (f"2001:0:4136:e378:8000:63bf:{0xFFFF ^ 0x0808:x}:{0xFFFF ^ 0x0808:x}", "8.8.8.8"),
    ],
)
def test_an_address_inside_an_address_is_the_peer(text: str, inner: str) -> None:
    family, key = keys_of([text])
    assert family.tolist() == [4]
    assert number(key[0]) == int(ip_address(inner))


def test_a_range_bound_is_taken_as_written() -> None:
    assert keys_of(["64:ff9b::808:808"], unwrap=False)[0].tolist() == [6]


@settings(max_examples=100, deadline=None)
@given(st.one_of(V4, V6.map(str)))
def test_reserved_is_never_global(text: str) -> None:
    family, key = keys_of([text])
    if reserved(family, key)[0]:
        inner = IPv4Address(number(key[0])) if family[0] == 4 else IPv6Address(number(key[0]))
        assert not inner.is_global or inner.is_multicast or (isinstance(inner, IPv6Address) and inner.is_site_local)


@pytest.mark.parametrize(
    "block", ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "fc00::/7", "fe80::/10", "ff00::/8"]
)
def test_edges_of_reserved_blocks(block: str) -> None:
    net = ip_network(block)
    assert reserved(*keys_of([str(net[0]), str(net[-1])])).tolist() == [True, True]
    for value in (int(net[0]) - 1, int(net[-1]) + 1):
        if value < 2**net.max_prefixlen:
            text = str(type(net[0])(value))
            site_local = text.startswith("fe")  # deprecated by RFC 3879, global to the standard library
            if ip_address(text).is_global and not site_local:
                assert not reserved(*keys_of([text]))[0], text


def test_public_addresses_are_not_reserved() -> None:
    assert not reserved(
        *keys_of(["8.8.8.8", "114.114.114.114", "2400:3200::1", "2001:4860:4860::8888", "172.15.255.255", "172.32.0.0"])
    ).any()


def brute(ranges: list[tuple[int, int, int]], at: int) -> int:
    covering = [(b - a, code) for a, b, code in ranges if a <= at <= b]
    if not covering:
        return UNKNOWN
    narrowest = min(covering)[0]
    codes = {code for width, code in covering if width == narrowest}
    return codes.pop() if len(codes) == 1 else UNKNOWN


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 3)), max_size=12),
    st.sampled_from([0, 2**32 - 70, 2**64 - 30, 2**128 - 70]),
)
def test_overlapping_and_unsorted_ranges_against_brute_force(ranges: list[tuple[int, int, int]], base: int) -> None:
    first, last = numbered([base + a for a, _, _ in ranges]), numbered([base + b for _, b, _ in ranges])
    table = ranges_of(first, last, np.array([c for _, _, c in ranges], np.int32))
    sought = range(70)
    found = look_up(table, numbered([base + s for s in sought]))
    assert found.tolist() == [brute(ranges, s) for s in sought]


def test_many_overlapping_ranges_stay_fast() -> None:
    first = np.arange(20_000, dtype=np.uint64)
    table = ranges_of(keys_of_numbers(first), keys_of_numbers(np.full(20_000, 2**31, np.uint64)), (np.arange(20_000) % 7).astype(np.int32))
    assert look_up(table, keys_of_numbers(np.array([19_999, 2**31, 2**31 + 1], np.uint64))).tolist() == [19_999 % 7, 19_999 % 7, UNKNOWN]


@pytest.mark.parametrize(
    ("text", "first", "last"), [("10.1.2.3/8", "10.0.0.0", "10.255.255.255"), ("2400:3200::1", "2400:3200::1", "2400:3200::1")]
)
def test_block(text: str, first: str, last: str) -> None:
    found = block_of(text)
    assert found is not None
    assert [number(bytes(k)) for k in found[1:]] == [int(ip_address(first)), int(ip_address(last))]


def test_no_block() -> None:
    assert block_of("example.com") is None


def test_packed_and_back() -> None:
    import polars as pl

    family, key = keys_of(["1.2.3.0", "0.0.0.0", "2400:3200::"], unwrap=False)
    packed = packed_of(family, key)
    assert packed == [ip_address(t).packed for t in ("1.2.3.0", "0.0.0.0", "2400:3200::")]
    assert keys_of_packed(pl.Series(packed[:2]), 4).tolist() == key[:2].tolist()
    assert keys_of_packed(pl.Series(packed[2:]), 6).tolist() == key[2:].tolist()
    with pytest.raises(ValueError, match="4 bytes"):
        keys_of_packed(pl.Series([b"123"]), 4)
