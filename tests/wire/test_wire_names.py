"""DNS messages and address text, against dpkt and the standard library."""

import contextlib
import ipaddress
import runpy
import struct
import time
from pathlib import Path

import dpkt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.wire.dns import DnsError, addresses
from zhunru.wire.ip_text import ip_text, ipv4_texts, ipv6_text, ipv6_texts

S = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "pcap.py"))
HEAD = struct.pack(">HHHHHH", 9, 0x8180, 1, 1, 0, 0)


@given(st.integers(0, 2**32 - 1))
def test_ipv4_text(address: int) -> None:
    assert ip_text(address, 1) == str(ipaddress.IPv4Address(address))


@given(st.one_of(st.integers(0, 2**128 - 1), st.lists(st.sampled_from([0, 0, 1, 0xFFFF]), min_size=8, max_size=8)))
def test_ipv6_text(groups: int | list[int]) -> None:
    address = groups if isinstance(groups, int) else sum(g << 16 * i for i, g in enumerate(groups))
    if address >> 32 != 0xFFFF:
        assert ipv6_text(address) == str(ipaddress.IPv6Address(address))


ADDRESS6 = st.one_of(
    st.integers(0, 2**128 - 1),
    st.lists(st.sampled_from([0, 0, 1, 0xFFFF]), min_size=8, max_size=8).map(lambda groups: sum(g << 16 * i for i, g in enumerate(groups))),
    st.integers(0, 2**32 - 1).map(lambda low: low | 0xFFFF << 32),
)


@given(st.lists(st.integers(0, 2**32 - 1)), st.lists(ADDRESS6))
def test_columns_of_addresses_read_like_single_ones(four: list[int], six: list[int]) -> None:
    assert ipv4_texts(np.array(four, np.uint64)).to_list() == [ip_text(a, 1) for a in four]
    halves = np.array([(a >> 64, a & (2**64 - 1)) for a in six], np.uint64).reshape(-1, 2)
    assert ipv6_texts(halves[:, 0], halves[:, 1]).to_list() == [ip_text(a, 2) for a in six]


def test_mapped_ipv4_ends_in_dotted_form() -> None:
    assert ipv6_text(0xFFFF0A000002) == "::ffff:10.0.0.2"


def test_alias_chain_and_compression() -> None:
    (found,) = addresses(S["dns_answer"]("TSP.Example", "edge.cdn.example"))
    assert found == ("tsp.example", "edge.cdn.example", S["SERVER"], 30)


def test_question_gives_nothing_and_other_kinds_are_passed() -> None:
    message = S["dns_answer"]()
    assert addresses(message[:2] + b"\1\0" + message[4:]) == []
    text = S["dns_name"]("a.example") + struct.pack(">HHIH", 16, 1, 1, 3) + b"\2ab"
    assert addresses(struct.pack(">HHHHHH", 1, 0x8000, 0, 1, 0, 0) + text) == []


@pytest.mark.parametrize("pointer", [b"\xc0\x0c", b"\xc0\x20", b"\xff\xff"])
def test_a_name_that_points_at_itself_or_forward_is_refused(pointer: bytes) -> None:
    with pytest.raises(DnsError):
        addresses(HEAD + pointer + b"\0\1\0\1" + bytes(20))


@pytest.mark.parametrize(("name", "good"), [("a" * 63 + ".x", True), (".".join(["a" * 49] * 5), True), (".".join(["a" * 50] * 5), False)])
def test_length_of_names(name: str, good: bool) -> None:
    message = S["dns_answer"](name, "b.example")
    if good:
        assert addresses(message)[0].query == name
    else:
        with pytest.raises(DnsError):
            addresses(message)


def test_what_was_read_before_the_damage_is_kept() -> None:
    message = S["dns_answer"]()
    message = message[:6] + b"\0\3" + message[8:]
    with pytest.raises(DnsError) as caught:
        addresses(message)
    assert [a.packed for a in caught.value.addresses] == [S["SERVER"]]


def test_hostile_pointers_end_soon() -> None:
    chain = b"\0" + b"".join(struct.pack(">H", 0xC000 | max(12, 13 + 2 * i - 2)) for i in range(8000))
    message = struct.pack(">HHHHHH", 1, 0x8000, 0, 65535, 0, 0) + chain + (struct.pack(">H", 0xFFFE) + bytes(10)) * 3000
    began = time.process_time()
    with pytest.raises(DnsError):
        addresses(message)
    assert time.process_time() - began < 2


LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=12)


@given(
    st.lists(LABEL, min_size=1, max_size=5),
    st.lists(LABEL, min_size=1, max_size=5),
    st.one_of(st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16)),
)
def test_agrees_with_dpkt(name: list[str], alias: list[str], packed: bytes) -> None:
    message = S["dns_answer"](".".join(name), ".".join(alias), packed)
    answers = [a for a in dpkt.dns.DNS(message).an if a.type in {1, 28}]
    assert [(a.name, a.rdata, a.ttl) for a in answers] == [(a.name, a.packed, a.ttl_s) for a in addresses(message)]


@given(st.binary(max_size=200))
def test_any_bytes_give_records_or_a_refusal(noise: bytes) -> None:
    with contextlib.suppress(DnsError):
        assert isinstance(addresses(HEAD + noise), list)
