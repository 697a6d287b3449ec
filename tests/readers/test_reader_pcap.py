"""Captures as a whole: Zeek's own account, tshark's answers, every variant of the format, blocks of any size, cut files."""

import random
import runpy
import shutil
import struct
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Barren, Noted, Skipped
from zhunru.core.table import Table
from zhunru.engine.intake import recognise
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers import pcap as module
from zhunru.readers.pcap import pcap
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.capture_span import CaptureSpan
from zhunru.tables.flow import Flow

S = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "pcap.py"))
_COUNTS = ("out_packet_count", "out_byte", "in_packet_count", "in_byte")
REAL = ["wikipedia", "mqtt", "tls1_1", "tls-expired-cert", "chrome-34-google"]


def read(source: FileSource) -> tuple[dict[str, list[dict[str, Any]]], DamagedEvidence | None]:
    """Return rows per table, sorted, and the damage that was told."""
    rows: dict[str, list[dict[str, Any]]] = {table.__name__: [] for table in pcap.gives}
    damage = None
    try:
        for item in pcap(source):
            assert isinstance(item, Table | Skipped | Noted | Barren)
            if isinstance(item, Table):
                rows[type(item).__name__] += item.collect().rows(named=True)
    except DamagedEvidence as error:
        damage = error
    return {name: sorted(found, key=repr) for name, found in rows.items()}, damage


@pytest.mark.real
def test_agrees_with_the_conn_log_of_zeek(real: Callable[[str], Path], real_source: Callable[[str], FileSource]) -> None:
    def text(row: list[str]) -> tuple[Any, ...]:
        return (*row[2:6], row[6], *(int(row[i]) for i in (16, 17, 18, 19)))

    lines = [line.split("\t") for line in real("net/zeek_wikipedia.conn.log").read_text().splitlines() if not line.startswith("#")]
    rows, _ = read(real_source("net/zeek_wikipedia.pcap"))
    ours = Counter(
        (f["src_ip"], str(f["src_port"]), f["dst_ip"], str(f["dst_port"]), f["protocol"], *(f[n] for n in _COUNTS)) for f in rows["Flow"]
    )
    assert ours == Counter(map(text, lines))
    assert ours.total() == 34
    payload = {(f["src_ip"], str(f["src_port"])): (f["out_payload_byte"], f["in_payload_byte"]) for f in rows["Flow"]}
    for line in lines:
        if line[9] != "-" and line[11] != "OTH":
            assert payload[line[2], line[3]] == (int(line[9]), int(line[10]))


def tshark(path: Path, display: str, *fields: str) -> list[list[str]]:
    """Run tshark as a separate program; skip where it is absent."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("tshark is not installed: the differential test is not run")
    order = ["-o", "tcp.reassemble_out_of_order:TRUE"]
    command = [program, "-n", *order, "-r", str(path), "-Y", display, "-T", "fields", *(x for f in fields for x in ("-e", f))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def assert_same_as_tshark(path: Path) -> None:
    rows, _ = read(FileSource(path))
    names = [
        n
        for (cell,) in tshark(path, "tls.handshake.type == 1 && tcp", "tls.handshake.extensions_server_name")
        for n in cell.split(",")
        if n
    ]
    assert Counter(r["server_name"] for r in rows["TlsSession"] if r["server_name"]) == Counter(names)
    hellos = tshark(path, "tls.handshake.type == 2 && tcp", "tls.handshake.ciphersuite")
    assert sorted(f"0x{r['cipher_code']:04x}" for r in rows["TlsSession"] if r["cipher_code"] is not None) == sorted(c for (c,) in hellos)
    told: list[str] = []
    fields = ("dns.count.answers", "dns.resp.type", "dns.a", "dns.aaaa")
    for count, kinds, four, six in tshark(path, "dns.flags.response == 1 && udp.port == 53 && !icmp && !icmpv6", *fields):
        answered = kinds.split(",")[: int(count)]  # tshark lists the other sections behind the answers
        told += four.split(",")[: answered.count("1")] + six.split(",")[: answered.count("28")]
    assert Counter(r["address"] for r in rows["DnsAnswer"]) == Counter(told)
    certificates = tshark(path, "tls.handshake.certificate", "tls.handshake.certificate")
    ours = sum(len(r["certificates"]) for r in rows["TlsSession"])
    assert ours == sum(len(cell.split(",")) for (cell,) in certificates)
    (span,) = rows["CaptureSpan"]
    assert span["packet_count"] == len(tshark(path, "frame", "frame.number"))


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_same_names_answers_and_certificates_as_tshark_on_real_files(name: str, real: Callable[[str], Path]) -> None:
    assert_same_as_tshark(real(f"net/zeek_{name}.pcap"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_same_as_tshark_on_generated_talks(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    queues = []
    for i in range(12):
        talk = S["Talk"](40000 + i, v6=i % 3 == 0, start=dice.getrandbits(32))
        hello = talk.open() + talk.send(True, S["client_hello"](f"h{i}.example", padding=dice.choice([0, 900])), size=500)
        if i % 4 == 1:
            hello[-1], hello[-2] = hello[-2], hello[-1]
        queues.append(hello + talk.send(False, S["server_hello"]() + S["certificate"](bytes(900), bytes(700)) + S["DONE"], size=600))
        queues.append(
            [S["ethernet"](S["ipv4"](S["SERVER"], S["CAR"], 17, S["udp"](53, 9000 + i, S["dns_answer"](f"n{i}.example"))), 0x8100)]
        )
    frames = []
    while any(queues):
        frames.append(dice.choice([q for q in queues if q]).pop(0))
    path = tmp_path / "talks.pcap"
    path.write_bytes(S["capture"](*frames))
    assert_same_as_tshark(path)


def test_every_variant_of_the_format_tells_the_same() -> None:
    frames = S["mixed"]()
    plain, _ = read(BytesSource(S["capture"](*frames)))
    assert [len(plain[n]) for n in ("Flow", "DnsAnswer", "TlsSession", "CaptureSpan")] == [4, 1, 2, 1]
    for order in "<>":
        for nano in (False, True):
            assert read(BytesSource(S["capture"](*frames, order=order, nano=nano)))[0] == plain


@pytest.mark.parametrize("block_byte", [256, 300, 1000, 4096])
def test_blocks_of_any_size_tell_the_same(block_byte: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [f for f in S["mixed"]() * 3 if len(f) < 200]
    whole = read(BytesSource(S["capture"](*frames)))
    monkeypatch.setattr(module, "BLOCK_BYTE", block_byte)
    assert read(BytesSource(S["capture"](*frames))) == whole


def test_answer_of_a_name() -> None:
    rows, _ = read(BytesSource(S["capture"](*S["mixed"]())))
    (answer,) = rows["DnsAnswer"]
    assert (answer["query"], answer["name"], answer["address"], answer["ttl_s"]) == ("tsp.example", "edge.cdn.example", "166.111.4.100", 30)
    assert (answer["client_ip"], answer["server_ip"]) == ("10.0.0.2", "166.111.4.100")


def test_dns_over_tcp() -> None:
    talk = S["Talk"](40001, 53)
    message = S["dns_answer"](address=S["SERVER6"])
    rows, _ = read(BytesSource(S["capture"](*talk.send(False, struct.pack(">H", len(message)) + message))))
    assert [a["address"] for a in rows["DnsAnswer"]] == ["240e::100"]


def test_every_cut_keeps_the_packets_before_it() -> None:
    frames = S["tls12"]()[:6]
    content = S["capture"](*frames)
    ends = [24]
    for frame in frames:
        ends.append(ends[-1] + 16 + len(frame))
    for cut in sorted({*range(4, len(content), 7), *ends, *(e + 1 for e in ends[:-1])}):
        rows, damage = read(BytesSource(content[:cut]))
        kept = sum(end <= cut for end in ends[1:])
        assert rows["CaptureSpan"][0]["packet_count"] == kept
        assert (damage is None) == (cut in ends)  # also right where a record ends
        if damage:
            assert damage.saved == kept


@pytest.mark.parametrize(("length", "told"), [(262_144, "ends within"), (262_145, "cannot be true"), (0xFFFFFFFF, "cannot be true")])
def test_a_length_that_cannot_be_true_is_damage(length: int, told: str) -> None:
    content = S["capture"](*S["tls12"]()[:2]) + struct.pack("<IIII", 1, 1, length, length) + bytes(300_000 if length == 262_145 else 99)
    rows, damage = read(BytesSource(content))
    assert damage and told in damage.what.en
    assert damage.saved == rows["CaptureSpan"][0]["packet_count"] == 2


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "records", "flows", "frames"),
    [("candump_uds_scanner", 9434, 0, 9434), ("doip_functional_request", 27, 1, 0), ("ecu_trace", 141, 0, 141)],
)
def test_captures_of_vehicle_buses_are_read(
    name: str, records: int, flows: int, frames: int, real_source: Callable[[str], FileSource]
) -> None:
    source = real_source(f"uds/scapy_{name}.pcap.gz")
    items = list(recognise(source)[0](source))
    rows = {t: sum(i.collect().height for i in items if isinstance(i, t)) for t in (Flow, CanFrame)}
    span = next(i for i in items if isinstance(i, CaptureSpan)).collect().row(0, named=True)
    assert (span["packet_count"], rows[Flow], rows[CanFrame]) == (records, flows, frames)
    assert not any(isinstance(i, Skipped) for i in items)
    assert span["packet_count"] == span["ip_packet_count"] + span["other_packet_count"]


@pytest.mark.real
def test_frames_agree_with_tshark(real: Callable[[str], Path], real_source: Callable[[str], FileSource]) -> None:
    # not the identifiers: tshark takes them in network order as the link type demands, and this file has them in that of a machine
    name = "uds/scapy_candump_uds_scanner.pcap.gz"
    ours = pl.concat(i.collect() for i in pcap(real_source(name)) if isinstance(i, CanFrame))
    theirs = tshark(real(name), "can", "can.len", "frame.time_epoch")
    times = [f"{t // 1_000_000_000}.{t % 1_000_000_000:09d}" for t in ours["t_ns"]]
    assert list(zip(map(str, ours["length_byte"]), times, strict=True)) == [(t[0], t[1]) for t in theirs]


@pytest.mark.parametrize("link", [227, 113])
def test_identifiers_agree_with_tshark(link: int, tmp_path: Path) -> None:
    head = b"" if link == 227 else struct.pack(">HH10xH", 1, 280, 0x000C)
    # cooked captures have the identifier in the order of the machine
    frames = [f if link == 227 else f[3::-1] + f[4:] for f in S["bus"]() if len(f) < 17]
    content = S["capture"](*(head + f for f in frames), link=link)
    (tmp_path / "a.pcap").write_bytes(content)
    ours = next(i for i in pcap(BytesSource(content, "a.pcap")) if isinstance(i, CanFrame)).collect().rows(named=True)
    theirs = tshark(tmp_path / "a.pcap", "can.flags.err == 0", "can.id", "can.flags.xtd", "can.flags.rtr", "can.len")
    flags = [[str(r["arbitration_id"]), r["extended"], r["remote"], str(r["length_byte"])] for r in ours if not r["error"]]
    assert flags == [[str(int(t[0], 0)), t[1] in {"1", "True"}, t[2] in {"1", "True"}, t[3]] for t in theirs]


@pytest.mark.parametrize("order", ["<", ">"])
def test_identifiers_of_either_byte_order(order: str) -> None:
    numbers = [0x7E0, 0x98DAF110, 0x980000FF, 0x20000004, 0x123]
    frames = [S["can"](n, b"\1\2\3", order=order) for n in numbers]
    items = list(pcap(BytesSource(S["capture"](*frames, link=227), "a.pcap")))
    frame = next(i for i in items if isinstance(i, CanFrame)).collect()
    assert frame["arbitration_id"].to_list() == [0x7E0, 0x18DAF110, 0x180000FF, 4, 0x123]
    assert frame["extended"].to_list() == [False, True, True, False, False]
    assert frame["error"].to_list() == [False, False, False, True, False]
    assert frame["data_raw"].to_list() == [0x0102030000000000] * 5
    assert any(isinstance(i, Noted) and "machine" in i.text.en for i in items) == (order == "<")


def test_kinds_of_frames_on_a_bus() -> None:
    items = list(pcap(BytesSource(S["capture"](*S["bus"](), link=227), "a.pcap")))
    rows = next(i for i in items if isinstance(i, CanFrame)).collect().rows(named=True)
    assert [r["fd"] for r in rows] == [False] * 5 + [True, False, False]
    assert (rows[5]["length_byte"], rows[5]["data_tail"]) == (48, bytes(range(8, 48)))
    assert (rows[6]["remote"], rows[6]["length_byte"], rows[6]["data_raw"]) == (True, 4, 0)
    assert {r["bus"] for r in rows} == {"can"}


@pytest.mark.parametrize(
    "frame",
    [
        S["can"](0x7E0, bytes(8), size=9),  # nine bytes and no CAN FD
        S["can"](0x7E0, bytes(3), size=8),  # cut
        S["can"](0x7E0, bytes(9), fd=True),  # a length that CAN FD does not have
        S["can"](0x7E0, bytes(65), fd=True),
        b"\0\0\7\xe0\4",  # no whole header
        S["can"](0x7E0, bytes(8))[:5] + b"\x84" + bytes(10),  # CAN XL
    ],
)  # fmt: skip
def test_frames_that_cannot_be_are_skipped(frame: bytes) -> None:
    items = list(pcap(BytesSource(S["capture"](S["can"](0x123, b"\1"), frame, link=227), "a.pcap")))
    assert sum(i.collect().height for i in items if isinstance(i, CanFrame)) == 1
    assert sum(i.count for i in items if isinstance(i, Skipped)) == 1


def test_cooked_captures_tell_buses_apart() -> None:
    head = b"\0\x0c\0\0" + bytes(3) + b"\5" + struct.pack(">HBB8s", 280, 4, 0, b"")
    frames = [head + S["can"](0x7E0 + k, b"\1") for k in range(2)]
    items = list(pcap(BytesSource(S["capture"](*frames, link=276), "a.pcap")))
    frame = next(i for i in items if isinstance(i, CanFrame)).collect()
    assert frame["arbitration_id"].to_list() == [0x7E0, 0x7E1]
    assert set(frame["bus"]) == {"if5"}


@pytest.mark.parametrize(("link", "barren"), [(1, True), (101, True), (227, False), (999, False)])
def test_a_cut_capture_says_when_it_held_no_bus(link: int, barren: bool) -> None:
    """What a cut capture lost cannot have been CAN frames where its only link carries IP; elsewhere it may."""
    frame = S["ipv4"](S["CAR"], S["SERVER"], 17, S["udp"](1, 2, b"x"))
    content = S["capture"](*[S["ethernet"](frame) if link == 1 else frame] * 2, link=link)
    items = list(_until_damage(content[:-3]))
    assert any(isinstance(i, Barren) and CanFrame in i.tables for i in items) == barren


@pytest.mark.parametrize(("kind", "barren"), [(1, True), (280, False)])
def test_a_cut_cooked_capture_shows_its_interface_in_any_packet(kind: int, barren: bool) -> None:
    body = S["ipv4"](S["CAR"], S["SERVER"], 17, S["udp"](1, 2, b"x")) if kind == 1 else S["can"](0x123, b"\1")
    frame = struct.pack(">HHHQH", 4, kind, 0, 0, 0x0800 if kind == 1 else 0x000C) + body
    items = list(_until_damage(S["capture"](frame, frame, link=113)[:-3]))
    assert any(isinstance(i, Barren) for i in items) == barren


def _until_damage(content: bytes) -> Iterator[object]:
    try:
        yield from pcap(BytesSource(content, "a.pcap"))
    except DamagedEvidence:
        return
