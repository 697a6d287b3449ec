"""The chain of records: guessed and proven, it is that of following one by one, whatever the file holds."""

import random
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire import pcap_chain
from zhunru.wire.packet_block import I64, PAD_BYTE
from zhunru.wire.pcap_chain import RECORD_BYTE, RecordChain

SECOND = 1_780_272_000


def plain(data: bytes | bytearray, order: str, start: int) -> list[int]:
    """Return where the records start, the slow and obvious way."""
    found: list[int] = []
    while start + RECORD_BYTE <= len(data):
        found.append(start)
        start += RECORD_BYTE + struct.unpack_from(order + "I", data, start + 8)[0]
    return found


def records(sizes: list[int], order: str, dice: random.Random) -> bytearray:
    content = bytearray(24)
    for i, size in enumerate(sizes):
        content += struct.pack(order + "IIII", SECOND + i // 9, i, size, size + dice.choice([0, 0, 5])) + dice.randbytes(size)
    return content


def starts(content: bytes | bytearray, order: str) -> list[int]:
    data = bytearray(content) + bytes(PAD_BYTE)
    found: list[int] = RecordChain(order).starts(data, 24, len(content)).tolist()
    return found


@pytest.fixture
def small_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_chain, "_LANE_BYTE", 128)
    monkeypatch.setattr(pcap_chain, "_LEAST_LANES", 2)
    monkeypatch.setattr(pcap_chain, "_MOST_STEPS", 12)


@pytest.mark.usefixtures("small_lanes")
@settings(max_examples=120, deadline=None)
@given(
    sizes=st.lists(st.sampled_from([0, 1, 44, 60, 90, 700]), max_size=80),
    order=st.sampled_from("<>"),
    seed=st.integers(0, 99),
    spoilt=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, 20),
)
def test_guessing_changes_nothing(sizes: list[int], order: str, seed: int, spoilt: list[tuple[int, int]], cut: int) -> None:
    content = records(sizes, order, random.Random(seed))
    for place, value in spoilt:
        content[24 + place % max(len(content) - 24, 1) - (len(content) == 24)] = value
    content = content[: max(len(content) - cut, 24)]
    assert starts(content, order) == plain(content, order, 24)


@pytest.mark.parametrize("order", "<>")
def test_a_long_file_is_guessed_and_proven(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = records([random.Random(3).randrange(40, 1500) for _ in range(3000)] * 2, order, random.Random(4))
    expected = plain(content, order, 24)
    followed: list[int] = []
    original = RecordChain._plain

    def counted(self: RecordChain, data: bytearray, start: int, end: int) -> I64:
        found = original(self, data, start, end)
        followed.append(found.size)
        return found

    monkeypatch.setattr(RecordChain, "_plain", counted)
    assert starts(content, order) == expected
    assert sum(followed) < 10


def test_records_within_records_are_not_taken_for_records() -> None:
    dice = random.Random(5)
    inner = bytes(records([60] * 300, "<", dice)[24:])
    content = bytearray(24)
    for i in range(120):
        body = inner[dice.randrange(99) :]
        content += struct.pack("<IIII", SECOND, i, len(body), len(body)) + body
    assert starts(content, "<") == plain(content, "<", 24)


def test_time_stamps_of_nothing_and_records_of_nothing() -> None:
    for content in (bytes(24 + 16 * 40_000), bytes(24) + struct.pack("<IIII", 0, 0, 20, 20) * 30_000):
        assert starts(content, "<") == plain(content, "<", 24)


def test_the_header_of_the_last_record_must_be_whole() -> None:
    content = records([10] * 4, "<", random.Random(1))
    assert [len(starts(content[:size], "<")) for size in (24, 39, 40, 65, 66, 128)] == [0, 0, 1, 1, 2, 4]
    assert isinstance(RecordChain("<").starts(bytearray(24 + PAD_BYTE), 24, 24), np.ndarray)
