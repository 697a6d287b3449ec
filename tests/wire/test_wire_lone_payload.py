"""Short payloads looked into together tell what each tells alone, layer by layer and byte by byte."""

import base64
import gzip
import random
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.engine.source import BytesSource
from zhunru.range import capture_file, identities
from zhunru.range.clear_talk import WRITINGS, Disorder, report_808, report_32960, talk
from zhunru.readers import pcap as module
from zhunru.readers.pcap import pcap
from zhunru.tables.clear_text import ClearText, PayloadAccount
from zhunru.wire import lone_payload, payload_account, payload_watch
from zhunru.wire.clear_stream import ClearStream, Message, Piece, alone
from zhunru.wire.many_layers import layers_of
from zhunru.wire.packet_block import rows_of
from zhunru.wire.text_layers import layers

TEXT = f"身份证号:{identities.resident_id(7)} end"
FRAMES = (report_32960(identities.vin(7), 31.23, 121.47), report_808("13912345678", 31.2, 121.4))
SEEDS = [
    *(write(TEXT) for write in WRITINGS.values()),
    *FRAMES,
    *(frame.hex().encode() for frame in FRAMES),
    base64.b64encode(FRAMES[0]),
    b"\n" + TEXT.encode(),
    b"\x0bABCDEFGHIJKL12345",
    b"aa bb cc dd ee ff 00 11 22 33",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET",
    b"GE",
    gzip.compress(TEXT.encode()),
    b"SSH-2.0-x\r\n" + bytes(range(200)),
    b"x" * 20,
    b"x" * 21,
    b"\x10\x14\0\4MQTT\4\2\0\x3c\0\x08car-0001",
    bytes(range(256)),
]
pieces = st.lists(
    st.one_of(
        st.sampled_from(SEEDS),
        st.binary(max_size=60),
        st.text("ABab09+/=-_% :\\u\0\n~#$", max_size=60).map(str.encode),
        st.tuples(st.sampled_from(SEEDS), st.integers(0, 40), st.integers(0, 200)).map(lambda t: t[0][t[1] : t[2]]),
    ),
    max_size=12,
)


@given(pieces)
@settings(deadline=None)
def test_layers_of_many_are_those_of_each(data: list[bytes]) -> None:
    told = layers_of(data)
    for i, piece in enumerate(data):
        assert sorted((one.encoding, one.data) for one in told if one.place == i) == sorted(
            (one.encoding, one.data) for one in layers(piece)
        )


def _marked(piece: Piece) -> Piece:
    """Leave out marks that repeat the time of the one before: a message that ends in two goes has one more."""
    marks = piece.marks
    return piece._replace(marks=tuple(m for n, m in enumerate(marks) if not n or marks[n - 1][1] != m[1]))


@given(pieces, st.booleans())
@settings(deadline=None)
def test_messages_together_are_those_alone(data: list[bytes], known: bool) -> None:
    data = [piece for piece in data if piece]
    for piece, clear in zip(data, alone([Message(piece, 7, known) for piece in data]), strict=True):
        stream = ClearStream()
        stream.take(piece, 7, known=known)
        plain = stream.drain(last=True)
        assert plain is not None
        assert sorted(map(_marked, clear.pieces)) == sorted(map(_marked, plain.pieces))
        assert sorted(clear.stated) == sorted(plain.stated)
        assert clear[2:] == plain[2:]


def told(content: bytes) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    seen: dict[tuple[object, ...], int] = {}
    account: dict[tuple[object, ...], list[int]] = {}
    for item in pcap(BytesSource(content)):
        if isinstance(item, ClearText):
            for row in item.collect().rows(named=True):
                key = tuple(v for k, v in row.items() if k not in {"hit_count", "t_first_ns", "sample"})
                seen[key] = seen.get(key, 0) + row["hit_count"]
        elif isinstance(item, PayloadAccount):
            for row in item.collect().rows(named=True):
                ends = (row["from_ip"], row["from_port"], row["to_ip"], row["to_port"])
                sums = account.setdefault(ends, [0] * 4)
                for i, name in enumerate(("payload_byte", "readable_byte", "encrypted_byte", "lost_byte")):
                    sums[i] += row[name]
    return sorted(seen.items(), key=repr), sorted((k, tuple(v)) for k, v in account.items())


def many_talks(seed: int) -> bytes:
    dice = random.Random(seed)
    frames = []
    for i in range(60):
        data = b"".join(dice.choice(SEEDS) for _ in range(dice.choice((1, 1, 1, 2, 3))))
        disorder = dice.choice((None, Disorder(shuffled=4), Disorder(repeated_ratio=0.4), Disorder(lost=1)))
        sizes = dice.choice(((2000, 2000), (30, 200), (200, 900)))
        ends = (("10.0.0.2", 41000 + i % 50), ("166.111.4.100", 8080))
        frames.append(talk(data, random.Random(seed + i), ends, 10**18 + i, disorder, sizes)[0])
    mixed = []
    while frames:
        some = dice.choice(frames)
        mixed.append(some.pop(0))
        frames = [f for f in frames if f]
    return bytes(capture_file.pcap(mixed))


@pytest.mark.parametrize("block_byte", [3000, 4 << 20])
@pytest.mark.parametrize("seed", range(6))
def test_waiting_changes_no_finding_and_no_byte(seed: int, block_byte: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTE", block_byte)
    content = many_talks(seed)
    fast = told(content)
    monkeypatch.setattr(lone_payload, "MAX_LONE_BYTE", 0)
    assert told(content) == fast
    assert fast[0]
    assert len(fast[1]) >= 40


def test_accounts_handed_out_in_parts_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTE", 3000)
    content = many_talks(1)
    whole = told(content)
    monkeypatch.setattr(payload_account, "MAX_ROWS", 5)
    assert told(content) == whole


def test_directions_that_wait_are_bounded_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTE", 3000)
    monkeypatch.setattr(payload_watch, "MAX_LONE", 2)
    seen, account = told(many_talks(2))
    assert seen
    assert len(account) >= 40


@pytest.mark.parametrize(("size", "waits"), [(1, True), (1024, True), (1025, False)])
def test_what_can_wait(size: int, waits: bool) -> None:
    data = bytearray(b"a" * 4096)
    window = rows_of(data, 32, np.array([0], np.int64))
    one, held = np.array([1], np.int64), np.array([size], np.int64)
    yes = np.ones(1, np.bool_)
    assert lone_payload.can_wait(window, held, yes, one).tolist() == [waits]
    assert not lone_payload.can_wait(window, held, ~yes, one).any()
    assert not lone_payload.can_wait(window, held, yes, one * 2).any()
    data[:5] = struct.pack(">BHH", 23, 0x303, 100)
    assert not lone_payload.can_wait(rows_of(data, 32, np.array([0], np.int64)), held, yes, one).any()


def test_what_http_held_back_keeps_the_time_of_its_last_segment() -> None:
    stream = ClearStream()
    stream.take(b"POST \x00 HTTP/1.0", 7)
    clear = stream.drain(last=True)
    assert clear is not None
    assert [piece.marks for piece in clear.pieces] == [((0, 7),)]
