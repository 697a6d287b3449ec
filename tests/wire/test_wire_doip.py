"""Diagnostics over IP: agrees with doipclient, whatever the segments; bytes that are missing are never bridged."""
# mypy: disable-error-code="no-untyped-call, attr-defined, union-attr, misc, index, arg-type, no-any-return, return-value"

import random
import runpy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from doipclient import messages as theirs
from doipclient.client import DoIPClient, Parser
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.engine.source import BytesSource
from zhunru.readers.pcap import pcap
from zhunru.tables.doip_vehicle import DoipVehicle
from zhunru.tables.uds_exchange import UdsExchange
from zhunru.wire import doip

S = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "pcap.py"))
VIN = "LSVAA4182E2184847"


def packed(message: theirs.DoIPMessage, version: int = 2) -> bytes:
    kind = theirs.payload_message_to_type[type(message)]
    body = message.pack()
    return bytes([version, version ^ 0xFF]) + kind.to_bytes(2, "big") + len(body).to_bytes(4, "big") + body


def diagnostic(source: int, target: int, data: bytes) -> bytes:
    return packed(theirs.DiagnosticMessage(source, target, data))


def conversation(dice: random.Random, count: int) -> bytes:
    def one() -> theirs.DoIPMessage:
        data = dice.randbytes(dice.choice((1, 3, 50, 3000)))
        return dice.choice(
            (
                theirs.DiagnosticMessage(0xE80, 0x1001, data),
                theirs.DiagnosticMessagePositiveAcknowledgement(0x1001, 0xE80, 0, data[:5]),
                theirs.AliveCheckRequest(),
                theirs.RoutingActivationRequest(0xE80, 0),
                theirs.VehicleIdentificationResponse(VIN, 0x1001, b"\1\2\3\4\5\6", b"\0" * 6, 0),
            )
        )

    return b"".join(packed(one(), dice.choice((2, 3))) for _ in range(count))


def by_parser(stream: bytes) -> list[tuple[int, bytes]]:
    parser, found = Parser(), []
    message = parser.read_message(stream)
    while message:
        found.append((parser.payload_type, bytes(parser.payload)))
        message = parser.read_message(b"")
    return found


@given(st.integers(0, 2**32), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_agrees_with_doipclient_whatever_the_segments(seed: int, first: int) -> None:
    dice = random.Random(seed)
    stream = conversation(dice, 12)
    cuts = sorted({0, len(stream), *(dice.randrange(len(stream)) for _ in range(10))})
    segments = [((first + a) % 2**32, stream[a:b]) for a, b in pairwise(cuts)]
    segments += dice.sample(segments, 3)  # sent again
    dice.shuffle(segments)
    reader = doip.Stream()
    reader.begin((first - 1) % 2**32)
    found = [(m.kind, m.payload) for number, part in segments for m in reader.feed(0, number, part, len(part))]
    reader.close()
    assert found == by_parser(stream)
    assert (len(found), reader.losses) == (12, 0)


def test_a_gap_is_counted_and_reading_goes_on_behind_it() -> None:
    parts = [diagnostic(1, 2, bytes([k % 256]) * 100) for k in range(600)]
    reader, number, found = doip.Stream(), 0, []
    for k, part in enumerate(parts):
        if k != 3:
            found += reader.feed(k, number, part, len(part))
        number += len(part)
    assert [m.payload[4] for m in found[:3]] == [0, 1, 2]
    assert len(found) == 599 and reader.losses == 1
    assert reader.held_byte == 0


def test_a_cut_segment_is_a_gap() -> None:
    part = diagnostic(1, 2, bytes(100))
    reader = doip.Stream()
    assert not reader.feed(0, 0, part[:50], len(part))
    assert len(reader.feed(0, len(part), part, len(part))) == 1
    assert reader.losses == 1


def test_lengths_that_cannot_be_hold_no_memory() -> None:
    reader = doip.Stream()
    assert not reader.feed(0, 0, b"\x02\xfd\x80\x01\xff\xff\xff\xff" + bytes(1000), 1008)
    assert (reader.held_byte, reader.losses) == (0, 1)
    for k in range(3000):
        reader.feed(0, 10_000 + 2000 * k, bytes(1000), 1000)
        assert reader.held_byte <= (1 << 20) + 1000


@given(st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=40)), max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_segments_are_borne(segments: list[tuple[int, bytes]]) -> None:
    reader = doip.Stream()
    for number, part in segments:
        for message in reader.feed(0, number, part, len(part)):
            assert message.kind in {*range(9), *range(0x4001, 0x4005), 0x8001, 0x8002, 0x8003}
    reader.close()


def test_announcements_agree_with_doipclient() -> None:
    for gid in (b"\x0a" * 6, b"\0" * 6, b"\xff" * 6):
        message = theirs.VehicleIdentificationResponse(VIN, 0x1001, b"\1\2\3\4\5\6", gid, 0)
        ours = doip.vehicle(message.pack())
        assert ours == (VIN, message.logical_address, message.eid.hex(), "" if gid != b"\x0a" * 6 else gid.hex())
    assert doip.vehicle(bytes(31)) is None
    assert doip.vehicle(b"\xff" * 33) == ("", 0xFFFF, "ff" * 6, "")


def rows(*frames: bytes) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"UdsExchange": [], "DoipVehicle": []}
    for item in pcap(BytesSource(S["capture"](*frames), "a.pcap")):
        if isinstance(item, UdsExchange | DoipVehicle):
            found[type(item).__name__] += item.collect().rows(named=True)
    return found


def spoken(*turns: tuple[bool, bytes], v6: bool = False) -> list[bytes]:
    """Return the segments of a connection: True = the tester speaks."""
    car, tester = (S["CAR6"], S["SERVER6"]) if v6 else (S["CAR"], S["SERVER"])
    ip = S["ipv6"] if v6 else S["ipv4"]
    numbers, frames = {True: 1, False: 1}, []
    for asks, body in turns:
        ports = (50000, 13400) if asks else (13400, 50000)
        ends = (tester, car) if asks else (car, tester)
        for at in range(0, len(body), 700):
            part = body[at : at + 700]
            frames.append(S["ethernet"](ip(*ends, 6, S["tcp"](*ports, part, sequence=numbers[asks]))))
            numbers[asks] += len(part)
    return frames


@pytest.mark.parametrize("v6", [False, True])
def test_a_read_in_a_capture_is_an_exchange(v6: bool) -> None:
    value = b"SW" * 600
    found = rows(
        *spoken(
            (True, diagnostic(0xE80, 0x1001, b"\x22\xf1\x95")),
            (False, packed(theirs.DiagnosticMessagePositiveAcknowledgement(0x1001, 0xE80, 0, b"\x22"))),
            (False, diagnostic(0x1001, 0xE80, b"\x7f\x22\x78")),
            (False, diagnostic(0x1001, 0xE80, b"\x62\xf1\x95" + value)),
            v6=v6,
        )
    )["UdsExchange"]
    assert len(found) == 1
    row = found[0]
    assert (row["ecu_id"], row["tester_id"], row["did_code"], row["pending_count"], row["complete"]) == (0x1001, 0xE80, 0xF195, 1, True)
    assert row["response"] == b"\x62\xf1\x95" + value
    assert row["link"] == ("fd00::2" if v6 else "10.0.0.2")


def test_a_request_to_a_group_is_paired_with_each_that_answers() -> None:
    found = rows(
        *spoken(
            (True, diagnostic(0xE80, 0xE400, b"\x22\xf1\x95")),
            (False, diagnostic(0x1001, 0xE80, b"\x62\xf1\x95A") + diagnostic(0x1002, 0xE80, b"\x62\xf1\x95B")),
            (False, diagnostic(0x1002, 0xE80, b"\x62\xf1\x95C")),
        )
    )["UdsExchange"]
    assert [(r["request_id"], r["ecu_id"], r["response"][3:], r["loss"]) for r in found] == [
        (0xE400, 0x1001, b"A", ""),
        (0xE400, 0x1002, b"B", ""),
        (0x1002, 0x1002, b"C", "no request"),
    ]


def test_a_request_that_the_gateway_refuses_is_not_delivered() -> None:
    refusal = packed(theirs.DiagnosticMessageNegativeAcknowledgement(0x1001, 0xE80, 3, b""))
    found = rows(*spoken((True, diagnostic(0xE80, 0x1001, b"\x22\xf1\x95")), (False, refusal)))["UdsExchange"]
    assert [(r["loss"], r["complete"]) for r in found] == [("not delivered", False)]


def test_announcements_are_kept_once() -> None:
    body = packed(theirs.VehicleIdentificationResponse(VIN, 0x1001, b"\1\2\3\4\5\6", b"\0" * 6, 0))
    frame = S["ethernet"](S["ipv4"](S["CAR"], S["SERVER"], 17, S["udp"](13400, 13400, body)))
    found = rows(frame, frame, frame)["DoipVehicle"]
    assert [(r["vin"], r["address_id"], r["ip"]) for r in found] == [(VIN, 0x1001, "10.0.0.2")]


def test_doipclient_is_the_oracle_that_is_meant() -> None:
    assert DoIPClient.__module__ == Parser.__module__


def test_many_conversations_and_testers_hold_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhunru.readers import pcap as module
    from zhunru.wire.capture import Capture

    seen: list[Capture] = []

    class Seen(Capture):
        def __init__(self) -> None:
            super().__init__()
            seen.append(self)

    monkeypatch.setattr(module, "Capture", Seen)
    monkeypatch.setattr(module, "BLOCK_BYTE", 1 << 17)
    frames = []
    for port in range(20_000, 20_600):
        body = b"".join(diagnostic(tester, 0xE400 if tester % 2 else tester, b"\x36\x01" + bytes(60)) for tester in range(1, 60))
        frames.append(S["ethernet"](S["ipv4"](S["SERVER"], S["CAR"], 6, S["tcp"](port, 13400, body))))
    found = list(pcap(BytesSource(S["capture"](*frames), "a.pcap")))
    (watch,) = (w for w in seen[0]._doip.values() if w.evicted)
    assert watch.evicted >= 600 - 256 - 100
    assert not watch._open and not watch.rows
    told = sum(i.collect().height for i in found if isinstance(i, UdsExchange))
    assert told == 600 * 29  # every request to one ECU is a row, answered or not


def test_long_messages_are_kept_in_part() -> None:
    found = rows(*spoken((True, diagnostic(0xE80, 0x1001, b"\x36\x01" + bytes(9000))), (False, diagnostic(0x1001, 0xE80, b"\x76\x01"))))
    (row,) = found["UdsExchange"]
    assert (len(row["request"]), row["request_byte"], row["complete"]) == (4096, 9002, True)
