"""TLS handshakes put together from segments in any order; what is seen of versions, names, chains and resumption."""

import random
import runpy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.engine.source import BytesSource
from zhunru.readers import pcap as pcap_reader
from zhunru.readers.pcap import pcap
from zhunru.tables.tls_session import TlsSession
from zhunru.wire.tls import TlsError, certificate_list, client_hello, server_hello
from zhunru.wire.tls_handshake import TcpStream

S = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "pcap.py"))
LEAF, ISSUER = b"\x30\3\2\1\1", b"\x30\3\2\1\2"
FLIGHT = S["server_hello"]() + S["certificate"](LEAF, ISSUER) + S["DONE"]


def sessions(frames: list[bytes]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in pcap(BytesSource(S["capture"](*frames))):
        if isinstance(item, TlsSession):
            found += item.collect().rows(named=True)
    return sorted(found, key=lambda row: row["t_ns"])


@given(st.binary(min_size=1, max_size=300), st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_stream_from_shuffled_overlapping_repeated_segments(data: bytes, base: int, dice: random.Random) -> None:
    cuts = sorted({0, *(dice.randrange(len(data)) for _ in range(8))})
    pieces = [(a, data[a : min(b + dice.randrange(4), len(data))]) for a, b in zip(cuts, [*cuts[1:], len(data)], strict=True)]
    pieces += dice.sample(pieces, len(pieces) // 2)
    dice.shuffle(pieces)
    stream = TcpStream(base)
    for at, piece in pieces:
        stream.feed((base + at) % 2**32, piece)
    assert bytes(stream.data) == data
    assert stream.held_byte == len(data)


def test_bytes_before_the_start_are_left_out() -> None:
    stream = TcpStream(5)
    assert not stream.feed(2, b"abc")
    assert stream.feed(3, b"cdef")
    assert bytes(stream.data) == b"ef"


@pytest.mark.parametrize("v6", [False, True])
@pytest.mark.parametrize("split", [1, 5, 6, 60, 1400])
def test_full_handshake(split: int, v6: bool) -> None:
    talk = S["Talk"](v6=v6)
    frames = talk.open() + talk.send(True, S["client_hello"](), size=split) + talk.send(False, FLIGHT, size=split)
    frames += talk.send(True, S["CHANGE"] + S["DATA"]) + talk.send(False, S["CHANGE"])
    (row,) = sessions(frames)
    assert (row["server_name"], row["offered_code"], row["version_code"], row["cipher_code"]) == ("tsp.example", 0x0303, 0x0303, 0xC02B)
    assert (row["certificates"], row["resumed"], row["established"]) == ([LEAF, ISSUER], False, True)
    assert (row["client_ip"], row["client_port"], row["server_port"]) == ("fd00::2" if v6 else "10.0.0.2", 40001, 443)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("block_byte", [4 << 20, 3000])
def test_segments_out_of_order_and_repeated(seed: int, block_byte: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_reader, "BLOCK_BYTE", block_byte)
    dice = random.Random(seed)
    talk = S["Talk"]()
    opening, hello = talk.open(), talk.send(True, S["client_hello"](padding=600), size=150)
    flight = talk.send(False, FLIGHT, size=40)
    middle = hello + flight + dice.sample(hello + flight, 5)
    dice.shuffle(middle)
    frames = opening + middle + talk.send(True, S["CHANGE"]) + talk.send(False, S["CHANGE"])
    (row,) = sessions(frames)
    assert (row["server_name"], row["certificates"], row["established"]) == ("tsp.example", [LEAF, ISSUER], True)


def test_hello_sent_again_is_one_session_and_reused_ports_are_two() -> None:
    first, second = S["Talk"](start=1000), S["Talk"](start=3_000_000_000)
    hello = first.send(True, S["client_hello"]("a.example"))
    done = first.send(False, FLIGHT) + first.send(True, S["CHANGE"]) + first.send(False, S["CHANGE"])
    again = second.open() + second.send(True, S["client_hello"]("b.example")) + second.send(False, FLIGHT)
    assert [r["server_name"] for r in sessions(hello + hello + done + hello + again)] == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("before", "preceded"),
    [
        ([], False),
        ([(True, b"STARTTLS\r\n"), (False, b"220 go ahead\r\n")], True),
        ([(True, b"a=")], True),
        ([(False, b"220 ready\r\n")], True),
        ([(True, b"\0")], False),  # as a keep-alive probe
        ([(True, b"x" * 200)] * 70, True),
        ([(True, b"\x15\3\3\0\2\1\0")], False),  # a record of TLS
    ],
)
@pytest.mark.parametrize("block_byte", [4 << 20, 3000])
def test_clear_text_before_the_hello_is_told(
    before: list[tuple[bool, bytes]], preceded: bool, block_byte: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcap_reader, "BLOCK_BYTE", block_byte)
    talk = S["Talk"]()
    frames = talk.open() + [frame for from_client, text in before for frame in talk.send(from_client, text)]
    frames += talk.send(True, S["client_hello"]()) + talk.send(False, FLIGHT) + talk.send(True, S["CHANGE"]) + talk.send(False, S["CHANGE"])
    (row,) = sessions(frames)
    assert (row["preceded"], row["established"]) == (preceded, True)


def test_an_earlier_connection_on_the_same_ports_is_not_before_the_hello() -> None:
    first, second = S["Talk"](start=1000), S["Talk"](start=3_000_000_000)
    frames = first.open() + first.send(True, b"GET /") + second.open() + second.send(True, S["client_hello"]()) + second.send(False, FLIGHT)
    assert [row["preceded"] for row in sessions(frames)] == [False]


def test_tls13_hides_the_certificate() -> None:
    talk = S["Talk"]()
    frames = talk.send(True, S["client_hello"](versions=(0x0A0A, 0x0304, 0x0303)))
    frames += talk.send(False, S["server_hello"](0x0304, 0x1301) + S["CHANGE"] + S["DATA"]) + talk.send(True, S["CHANGE"] + S["DATA"])
    (row,) = sessions(frames)
    assert (row["offered_code"], row["version_code"], row["certificates"]) == (0x0304, 0x0304, [])
    assert (row["resumed"], row["established"]) == (False, True)


def test_resumption_of_both_kinds() -> None:
    old, new = S["Talk"](40001), S["Talk"](40002)
    frames = old.send(True, S["client_hello"]()) + old.send(False, S["server_hello"]() + S["CHANGE"]) + old.send(True, S["CHANGE"])
    frames += new.send(True, S["client_hello"](versions=(0x0304,))) + new.send(
        False, S["server_hello"](0x0304, 0x1301, psk=True) + S["DATA"]
    )
    assert [(r["resumed"], r["established"]) for r in sessions(frames)] == [(True, True), (True, False)]


def test_missing_segment_leaves_the_rest_open() -> None:
    talk = S["Talk"]()
    frames = talk.send(True, S["client_hello"]()) + talk.send(False, FLIGHT, size=40)[:2] + talk.send(True, S["CHANGE"])
    (row,) = sessions(frames)
    assert (row["version_code"], row["resumed"], row["established"], row["certificates"]) == (None, None, False, [])


def test_refusal_by_the_client_is_seen() -> None:
    talk = S["Talk"]()
    frames = talk.send(True, S["client_hello"]()) + talk.send(False, FLIGHT) + talk.send(True, b"\x15\3\3\0\2\2\x2a")
    (row,) = sessions(frames)
    assert (row["client_alert_code"], row["established"]) == (42, False)


@pytest.mark.parametrize("body", [b"", b"\3\3", bytes(34) + b"\xff", bytes(35) + b"\0\4ab"])
def test_messages_with_wrong_lengths_are_refused(body: bytes) -> None:
    for parse in (client_hello, server_hello):
        with pytest.raises(TlsError):
            parse(body)
    with pytest.raises(TlsError):
        certificate_list(b"\0\0\5\0\0\x09ab")


def test_payload_that_only_looks_like_a_hello_is_no_session() -> None:
    talk = S["Talk"]()
    assert sessions(talk.send(True, b"\x16\3\1\xff\xff\1" + b"x" * 400)) == []


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_after_a_hello_are_survived(noise: bytes) -> None:
    talk = S["Talk"]()
    frames = talk.send(True, S["client_hello"]()) + talk.send(False, noise + b"x") + talk.send(True, noise + b"x")
    assert [r["server_name"] for r in sessions(frames)] == ["tsp.example"]
