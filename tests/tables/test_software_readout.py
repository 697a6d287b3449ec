"""From frames to what an ECU says of its software: real captures, the log of a tester, cars told and not told."""

import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from zhunru.engine.intake import recognise
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers.candump import candump
from zhunru.records.readout_identifier import ReadoutIdentifier
from zhunru.records.readout_session import ReadoutSession
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.doip_vehicle import DoipVehicle
from zhunru.tables.software_readout import ReadoutAccount, SoftwareReadout, decoded, readout_accounts, software_readouts
from zhunru.tables.uds_exchange import UdsExchange, links_of, uds_exchanges

VIN, OTHER = "LSVAA4182E2184847", "LSVAA4182E2184848"


def identifier(**changed: object) -> ReadoutIdentifier:
    plain = {"ecu": "BCM", "did": "F195", "meaning": "软件版本", "request_id": "7E0", "response_id": "7E8"}
    return ReadoutIdentifier.model_validate(plain | changed)


def frames_of(data: bytes, number: int) -> list[tuple[int, bytes]]:
    if len(data) < 8:
        return [(number, bytes([len(data)]) + data)]
    parts = [data[6 + k : 13 + k] for k in range(0, len(data) - 6, 7)]
    return [(number, bytes([0x10 | len(data) >> 8, len(data) & 255]) + data[:6])] + [
        (number, bytes([0x20 | (k + 1) & 15]) + part) for k, part in enumerate(parts)
    ]


def log(*messages: tuple[int, bytes], bus: str = "can0", source: str = "a.log") -> CanFrame:
    """Return the frames of some messages as a candump log gives them, a millisecond apart."""
    frames = [f for number, data in messages for f in frames_of(data, number)]
    text = b"".join(
        b"(%d.%06d) %s %03X#%s\n" % (k // 1000, k % 1000 * 1000, bus.encode(), n, d.hex().upper().encode())
        for k, (n, d) in enumerate(frames)
    )
    tables = [
        i.collect().with_columns(pl.lit(source).alias("source")) for i in candump(BytesSource(text, source)) if isinstance(i, CanFrame)
    ]
    return CanFrame(pl.concat(tables))


def readouts(
    frames: CanFrame,
    identifiers: list[ReadoutIdentifier] | None = None,
    sessions: list[ReadoutSession] | None = None,
    vehicles: DoipVehicle | None = None,
) -> list[dict[str, Any]]:
    identifiers = identifiers or [identifier()]
    table = software_readouts(uds_exchanges(frames, identifiers), identifiers, sessions, vehicles)
    assert isinstance(table, SoftwareReadout)
    return table.collect().rows(named=True)


READ = ((0x7E0, b"\x22\xf1\x95"), (0x7E8, b"\x62\xf1\x95SW-2026.03.1B\x00"))


def test_a_version_is_read() -> None:
    (row,) = readouts(log(*READ))
    assert (row["ecu"], row["meaning"], row["action"], row["value"], row["problem"], row["vin"]) == (
        "BCM",
        "version",
        "read",
        "SW-2026.03.1B",
        "",
        None,
    )


def test_a_lost_frame_gives_no_value() -> None:
    frame = log(*READ).collect()
    for gone in range(frame.height):
        (row,) = readouts(CanFrame(pl.concat([frame[:gone], frame[gone + 1 :]])))
        assert row["value"] is None
        assert row["problem"] in {"response lost", "no response", "no request"}


def test_a_refused_read_is_a_row() -> None:
    (row,) = readouts(log((0x7E0, b"\x22\xf1\x95"), (0x7E8, b"\x7f\x22\x31")))
    assert (row["value"], row["negative_code"], row["problem"]) == (None, 0x31, "")


def test_another_identifier_is_counted_and_not_guessed() -> None:
    identifiers = [identifier()]
    exchanges = uds_exchanges(log(*READ, (0x7E0, b"\x22\xf1\x90"), (0x7E8, b"\x62\xf1\x90" + VIN.encode())), identifiers)
    assert len(software_readouts(exchanges, identifiers, None, None).collect()) == 1
    account = readout_accounts(exchanges, identifiers)
    assert isinstance(account, ReadoutAccount)
    (row,) = account.collect().rows(named=True)
    counts = [row[f"{n}_count"] for n in ("exchange", "incomplete", "read", "declared", "undeclared", "uncut")]
    assert counts == [2, 0, 2, 1, 1, 0]


def test_several_identifiers_in_one_request() -> None:
    request, response = b"\x22\xf1\x95\xf1\x89", b"\x62\xf1\x95A\xf1\x89B\xf1\x89C"
    both = [identifier(), identifier(did="0xF189", meaning="硬件版本")]
    rows = readouts(log((0x7E0, request), (0x7E8, response)), both)
    assert [(r["value"], r["problem"]) for r in rows] == [(None, "several")] * 2
    sized = [identifier(length_byte=4, encoding="hex"), both[1]]
    rows = readouts(log((0x7E0, request), (0x7E8, response)), sized)
    assert [(r["did_code"], r["value"]) for r in rows] == [(0xF195, "41F18942"), (0xF189, "C")]


VIN_READ = ((0x7E0, b"\x22\xf1\x90"), (0x7E8, b"\x62\xf1\x90" + VIN.encode()))
BOTH = [identifier(), identifier(did="F190", meaning="VIN")]


def test_the_car_is_told_where_all_agree_on_one() -> None:
    session = ReadoutSession.model_validate({"file": "a.log", "vin": VIN.lower(), "phase": "升级后", "campaign": "U-1"})
    other = session.model_copy(update={"vin": OTHER})
    announced = DoipVehicle.rows({"vin": VIN}, source="a.log")
    elsewhere = DoipVehicle.rows({"vin": OTHER}, source="b.log")
    only_version = log(*READ)
    for frames, sessions, vehicles, vin in (
        (log(*READ, *VIN_READ), None, None, VIN),
        (only_version, [session], None, VIN),
        (only_version, None, announced, VIN),
        (only_version, None, elsewhere, None),
        (log(*READ, *VIN_READ), [session], announced, VIN),
        (log(*READ, *VIN_READ), [other], None, None),
        (only_version, [session, other], None, None),
        (only_version, None, None, None),
    ):
        rows = readouts(frames, BOTH, sessions, vehicles)
        assert {r["vin"] for r in rows} == {vin}
    row = readouts(only_version, BOTH, [session])[0]
    assert (row["phase"], row["campaign"]) == ("after", "U-1")


def test_writes_and_whether_the_tester_had_unlocked() -> None:
    write = ((0x7E0, b"\x2e\xf1\x95X"), (0x7E8, b"\x6e\xf1\x95"))
    unlock = ((0x7E0, b"\x27\x02k"), (0x7E8, b"\x67\x02"))
    wrong_key = ((0x7E0, b"\x27\x02k"), (0x7E8, b"\x7f\x27\x35"))
    seed = ((0x7E0, b"\x27\x01"), (0x7E8, b"\x67\x01s"))
    session = ((0x7E0, b"\x10\x02"), (0x7E8, b"\x50\x02\0\0\0\0"))
    for before, unlocked in (
        ((), False),
        (unlock, True),
        (wrong_key, False),
        (seed, False),
        ((*unlock, *session), False),
        ((*session, *unlock), True),
    ):
        (row,) = readouts(log(*before, *write))
        assert (row["action"], row["value"], row["negative_code"], row["unlocked"]) == ("write", "X", None, unlocked)
    (row,) = readouts(log((0x7E0, b"\x2e\xf1\x95X"), (0x7E8, b"\x7f\x2e\x33")))
    assert (row["negative_code"], row["unlocked"]) == (0x33, False)


def test_requests_to_all_ecus_and_extended_addresses() -> None:
    functional = identifier(functional_id="7DF")
    second = identifier(ecu="VCU", request_id="7E1", response_id="7E9", functional_id="7DF")
    frames = log((0x7DF, b"\x22\xf1\x95"), (0x7E9, b"\x62\xf1\x95B"), (0x7E8, b"\x62\xf1\x95A"))
    assert [(r["ecu"], r["value"]) for r in readouts(frames, [functional, second])] == [("VCU", "B"), ("BCM", "A")]
    shared = [
        identifier(request_id="6F1", response_id="612", addressing="扩展寻址", request_byte="12", response_byte="F1"),
        identifier(ecu="VCU", request_id="6F1", response_id="613", addressing="extended", request_byte="13", response_byte="F1"),
    ]
    raw = [
        (0x6F1, b"\x12\x03\x22\xf1\x95"),
        (0x612, b"\xf1\x04\x62\xf1\x95A"),
        (0x6F1, b"\x13\x03\x22\xf1\x95"),
        (0x613, b"\xf1\x04\x62\xf1\x95B"),
    ]
    text = b"".join(b"(%d.000000) can0 %03X#%s\n" % (k, n, d.hex().upper().encode()) for k, (n, d) in enumerate(raw))
    frames = next(i for i in candump(BytesSource(text, "x.log")) if isinstance(i, CanFrame))
    assert [(r["ecu"], r["value"]) for r in readouts(frames, shared)] == [("BCM", "A"), ("VCU", "B")]


def test_buses_are_kept_apart() -> None:
    one, other = log(*READ, bus="can0").collect(), log(*READ, bus="can1").collect()
    mixed = CanFrame(pl.concat([one, other]).sort("t_ns", maintain_order=True))
    assert [r["value"] for r in readouts(mixed)] == ["SW-2026.03.1B"] * 2
    assert len(readouts(mixed, [identifier(bus="can1")])) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"response_id": ""},
        {"request_id": "", "functional_id": ""},
        {"response_id": "xyz"},
        {"request_id": "7E0h!"},
        {"response_id": "FFFFFFFF"},
        {"addressing": "extended", "request_byte": "12"},
        {"addressing": "mixed", "request_byte": "12", "response_byte": "1F1"},
    ],
)
def test_rows_that_cannot_be_used_give_nothing(changed: dict[str, object]) -> None:
    assert links_of(identifier(**changed)) == []
    assert readouts(log(*READ), [identifier(**changed)]) == []


def test_identifiers_of_29_bits() -> None:
    (link,) = links_of(identifier(request_id="0x18DA10F1", response_id="18DAF110h"))
    assert (link.request_id, link.response_id, link.extended) == (0x18DA10F1, 0x18DAF110, True)


@pytest.mark.parametrize(
    ("value", "encoding", "told"),
    [
        (b"1.2 \x00\xff", "ascii", "1.2"),
        (b"\x00\x00", "ascii", None),
        (b"1\xe9", "ascii", None),
        (b"1\x002", "ascii", None),
        (b"", "ascii", None),
        (b"\x01\xab", "hex", "01AB"),
        (b"", "hex", None),
        (b"\x01\x23", "bcd", "0123"),
        (b"\x01\x2a", "bcd", None),
    ],
)
def test_encodings(value: bytes, encoding: str, told: str | None) -> None:
    assert decoded(value, encoding) == told


@pytest.mark.real
def test_real_capture_of_an_ecu(real_source: Callable[[str], FileSource]) -> None:
    frames = real_frames(real_source, "uds/scapy_ecu_trace.pcap.gz")
    exchanges = uds_exchanges(
        frames, [identifier(request_id="710", response_id="77A"), identifier(request_id="700", response_id="77D", ecu="X")]
    )
    rows = exchanges.collect().rows(named=True)
    services = {(r["ecu_id"], r["service_code"]) for r in rows if r["complete"]}
    assert {(0x77A, 0x10), (0x77A, 0x31), (0x77A, 0x27), (0x77D, 0x85)} <= services
    first = rows[0]
    assert (first["request"], first["response"]) == (b"\x10\x03", bytes.fromhex("5003003201f4"))
    pending = next(r for r in rows if r["service_code"] == 0x85)
    assert (pending["pending_count"], pending["response"]) == (1, b"\xc5\x02")
    assert {r["loss"] for r in rows} <= {"", "no response"}


@pytest.mark.real
def test_real_scan_of_two_ecus(real_source: Callable[[str], FileSource]) -> None:
    frames = real_frames(real_source, "uds/scapy_candump_uds_scanner.pcap.gz")
    rows = uds_exchanges(frames, [identifier(request_id="641", response_id="651")]).collect()
    assert rows.height > 2000
    assert rows["complete"].mean() > 0.99
    refused = rows.filter(pl.col("negative_code").is_not_null())
    assert refused.height and all(r[0] == 0x7F and r[1] == q[0] for r, q in zip(refused["response"], refused["request"], strict=True))


def real_frames(real_source: Callable[[str], FileSource], name: str) -> CanFrame:
    source = real_source(name)
    return CanFrame(pl.concat(i.collect() for i in recognise(source)[0](source) if isinstance(i, CanFrame)))


def test_any_frames_are_borne() -> None:
    dice = random.Random(20211103)
    for _ in range(30):
        noise = [(dice.choice((0x7E0, 0x7E8, 0x7DF)), dice.randbytes(dice.randrange(9))) for _ in range(200)]
        text = b"".join(
            b"(%d.%06d) can0 %03X#%s\n" % (k // 50, k % 50 * 20000, n, d.hex().upper().encode()) for k, (n, d) in enumerate(noise)
        )
        frames = next(i for i in candump(BytesSource(text, "x.log")) if isinstance(i, CanFrame))
        identifiers = [identifier(functional_id="7DF")]
        exchanges = uds_exchanges(frames, identifiers)
        assert isinstance(exchanges, UdsExchange)
        for row in software_readouts(exchanges, identifiers, None, None).collect().iter_rows(named=True):
            assert row["value"] is None or row["problem"] == "" or row["action"] == "write"
