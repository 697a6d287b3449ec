"""Clear text in captures: every writing is found in any disorder; what is encrypted, opaque or missing is told, byte by byte."""

import random
import runpy
import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhunru.core.evidence import Source
from zhunru.engine.source import BytesSource, FileSource
from zhunru.range import capture_file, identities
from zhunru.range.clear_talk import WRITINGS, Disorder, http, protobuf, report_808, report_32960, talk
from zhunru.readers import pcap as module
from zhunru.readers.pcap import pcap
from zhunru.readers.pcapng import pcapng
from zhunru.tables.clear_text import ClearText, PayloadAccount
from zhunru.wire import payload_watch

S = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "pcap.py"))
ENDS = (("10.0.0.2", 40001), ("166.111.4.100", 8080))
T0 = 1_780_272_000_000_000_000
ID, VIN = identities.resident_id(7), identities.vin(7)
TEXT = f"身份证号:{ID} end"
DISORDERS = [Disorder(), Disorder(shuffled=6), Disorder(shuffled=6, repeated_ratio=0.5)]

Seen = Counter[tuple[str, str, str]]


def read(source: Source, reader: Any = pcap) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    seen, account = [], []
    for item in reader(source):
        if isinstance(item, ClearText):
            seen += item.collect().rows(named=True)
        elif isinstance(item, PayloadAccount):
            account += item.collect().rows(named=True)
    for row in account:
        assert row["payload_byte"] == row["readable_byte"] + row["encrypted_byte"]
        assert 0 <= row["opaque_byte"] <= row["readable_byte"]
    return seen, account


def found(rows: list[dict[str, Any]], certainty: str = "found") -> Seen:
    total: Seen = Counter()
    for row in rows:
        if row["certainty"] == certainty:
            total[row["kind"], row["encoding"], row["from_ip"]] += row["hit_count"]
    return total


def sent(data: bytes, seed: int = 1, disorder: Disorder | None = None, sizes: tuple[int, int] = (1, 400), **kind: bool) -> BytesSource:
    frames, _ = talk(data, random.Random(seed), ENDS, T0, disorder, sizes)
    return BytesSource(capture_file.pcapng(frames) if kind.get("ng") else capture_file.pcap(frames))


@pytest.mark.parametrize("disorder", DISORDERS)
@pytest.mark.parametrize("writing", list(WRITINGS))
@pytest.mark.parametrize("sizes", [(1, 9), (20, 400)])
def test_every_writing_is_found_in_any_disorder(writing: str, disorder: Disorder, sizes: tuple[int, int]) -> None:
    data = (
        b"hello\r\n" + WRITINGS[writing](TEXT)
        if "gzip" not in writing and writing not in {"deflate", "chunks"}
        else WRITINGS[writing](TEXT)
    )
    rows, account = read(sent(data, disorder=disorder, sizes=sizes))
    seen = found(rows)
    assert sum(n for (kind, _, _), n in seen.items() if kind == "resident_id") >= 1, seen
    assert {ip for _, _, ip in seen} == {"10.0.0.2"}
    assert [(r["payload_byte"], r["lost_byte"], r["encrypted_byte"]) for r in account] == [(len(data), 0, 0)]
    assert all(ID not in str(row) for row in rows)


@pytest.mark.parametrize("block_byte", [400, 1000, 4 << 20])
def test_values_parted_over_blocks_are_counted_once(block_byte: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTE", block_byte)
    data = b"".join(b"id_card=%s\n" % identities.resident_id(i).encode() for i in range(20)) + f"vin={VIN}".encode()
    for disorder in DISORDERS:
        seen = found(read(sent(data, disorder=disorder, sizes=(1, 60)))[0])
        assert seen == {("resident_id", "raw", "10.0.0.2"): 20, ("vin", "raw", "10.0.0.2"): 1}


@pytest.mark.parametrize("disorder", DISORDERS)
def test_frames_of_both_protocols_anywhere_in_a_stream(disorder: Disorder) -> None:
    frames = [report_32960(VIN, 31.23, 121.47), report_808("13912345678", 31.2, 121.4)] * 3
    rows, account = read(sent(b"\x01\x02" + b"\x03".join(frames) + b"\x04", disorder=disorder, sizes=(1, 30)))
    assert found(rows) == {
        ("vin", "gbt32960", "10.0.0.2"): 3,
        ("coordinate", "gbt32960", "10.0.0.2"): 3,
        ("mobile", "jtt808", "10.0.0.2"): 3,
        ("coordinate", "jtt808", "10.0.0.2"): 3,
    }
    assert sum(r["opaque_byte"] for r in account) == 0


def test_encrypted_units_of_gbt32960_leave_the_vin() -> None:
    rows, (account,) = read(sent(report_32960(VIN, 0, 0, encryption=3, sealed=random.Random(3).randbytes(64))))
    assert found(rows) == {("vin", "gbt32960", "10.0.0.2"): 1}
    assert account["encrypted_byte"] == 64


def test_frames_in_hexadecimal_inside_text() -> None:
    body = b'{"frame":"' + report_32960(VIN, 31.23, 121.47).hex().encode() + b'"}'
    seen = found(read(sent(http(body)))[0])
    assert seen["coordinate", "hex+gbt32960", "10.0.0.2"] == 1


def test_a_gap_is_counted_and_never_bridged() -> None:
    whole = b"id_card=" + ID.encode() + b"\n"
    frames, lost = talk(whole, random.Random(1), ENDS, T0, Disorder(lost=2), sizes=(3, 3))
    rows, (account,) = read(BytesSource(capture_file.pcap(frames)))
    assert (account["lost_byte"], account["payload_byte"]) == (lost, len(whole) - lost)
    assert found(rows) == {}


def test_time_of_the_first_is_that_of_its_segment() -> None:
    frames, _ = talk(b"x" * 100 + b"\nid_card=" + ID.encode() + b"\n", random.Random(1), ENDS, T0, sizes=(10, 10))
    ((row,), _) = read(BytesSource(capture_file.pcap(frames, nanoseconds=True)))
    # the SYN, ten segments before the one in which the cue begins; the value begins nine bytes later
    assert row["t_first_ns"] == T0 + 11 * 1_000_000
    assert (row["from_ip"], row["from_port"], row["to_ip"], row["to_port"], row["protocol"]) == (
        "10.0.0.2",
        40001,
        "166.111.4.100",
        8080,
        "tcp",
    )


def record(kind: int, body: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(body).to_bytes(2, "big") + body


def tls_capture(secret: bytes, *, cipher: int = 0xC02B, before: bytes = b"", size: int = 700) -> bytes:
    """Return a capture of a TLS connection whose application data are `secret`, perhaps after words in the clear."""
    talker = S["Talk"]()
    frames = talker.open() + (talker.send(True, before) if before else [])
    frames += talker.send(True, S["client_hello"]()) + talker.send(False, S["server_hello"](cipher=cipher) + S["DONE"])
    frames += talker.send(True, S["CHANGE"] + record(22, random.Random(1).randbytes(40)))
    frames += talker.send(True, b"".join(record(23, secret[i : i + 5000]) for i in range(0, len(secret), 5000)), size=size)
    return bytes(S["capture"](*frames, *talker.close()))


@pytest.mark.parametrize("size", [100, 700, 1400])
def test_tls_is_encrypted_and_not_looked_into(size: int) -> None:
    secret = random.Random(2).randbytes(40_000)
    rows, account = read(BytesSource(tls_capture(secret, size=size)))
    assert rows == []
    up = next(r for r in account if r["from_ip"] == "10.0.0.2")
    assert up["encrypted_byte"] >= 40_000
    assert (up["opaque_byte"], up["lost_byte"]) == (0, 0)
    assert up["readable_byte"] < 300


def test_words_before_starttls_are_clear_and_what_follows_is_not() -> None:
    rows, account = read(BytesSource(tls_capture(random.Random(2).randbytes(9000), before=f"LOGIN id_card={ID}\r\n".encode())))
    assert found(rows) == {("resident_id", "raw", "10.0.0.2"): 1}
    assert next(r for r in account if r["from_ip"] == "10.0.0.2")["encrypted_byte"] >= 9000


def test_a_cipher_that_does_not_encrypt_is_clear() -> None:
    sealed = b"\x80\x81\x82" * 20 + f"id_card={ID}\n".encode() + b"\x90" * 20
    assert found(read(BytesSource(tls_capture(sealed)))[0]) == {}
    assert found(read(BytesSource(tls_capture(sealed, cipher=0x003B)))[0]) == {("resident_id", "raw", "10.0.0.2"): 1}


def test_records_that_only_claim_to_be_encrypted_are_clear() -> None:
    text = b"this is plain text in a record of application data: id_card=" + ID.encode() + b"\n"
    assert found(read(BytesSource(tls_capture(text)))[0]) == {("resident_id", "raw", "10.0.0.2"): 1}


def test_records_lost_in_the_middle_are_found_again() -> None:
    talker = S["Talk"]()
    data = [random.Random(i).randbytes(600) for i in range(30)]
    frames = talker.open() + talker.send(True, S["client_hello"]()) + talker.send(True, S["CHANGE"])
    body = [f for d in data for f in talker.send(True, record(23, d))]
    (_, account), whole = read(BytesSource(S["capture"](*frames, *body[:10], *body[13:]))), 30 * 605
    up = next(r for r in account if r["from_ip"] == "10.0.0.2")
    assert up["lost_byte"] == 3 * 605
    assert up["encrypted_byte"] >= whole - 3 * 605
    assert up["opaque_byte"] == 0


def datagram(payload: bytes, ports: tuple[int, int] = (5000, 6000)) -> bytes:
    return bytes(S["ethernet"](S["ipv4"](S["CAR"], S["SERVER"], 17, S["udp"](*ports, payload))))


def test_datagrams() -> None:
    noise = random.Random(9).randbytes(1200)
    quic = b"\xc3\0\0\0\1\x08" + noise
    dtls = b"\x17\xfe\xfd\0\1" + noise[:100]
    wire_guard = b"\4\0\0\0" + noise[:60]
    text = f"id_card={ID}".encode()
    cases = [(quic, (5000, 443)), (dtls, (5000, 5684)), (wire_guard, (5000, 51820)), (b"\0\0\0\1" + noise[:64], (4500, 4500))]
    for payload, ports in cases:
        rows, (account,) = read(BytesSource(S["capture"](datagram(payload, ports))))
        assert rows == []
        assert account["encrypted_byte"] == len(payload), ports
    rows, (account,) = read(BytesSource(S["capture"](datagram(text), datagram(noise), datagram(text))))
    assert found(rows) == {("resident_id", "raw", "10.0.0.2"): 2}
    assert (account["opaque_byte"], account["encrypted_byte"]) == (1200, 0) or account["opaque_byte"] >= 1200
    # text in what looks like QUIC
    rows, (account,) = read(BytesSource(S["capture"](datagram(b"A" * 60 + b" " + text, (5000, 443)))))
    assert (found(rows), account["encrypted_byte"]) == ({("resident_id", "raw", "10.0.0.2"): 1}, 0)


def test_a_value_is_not_put_together_from_two_datagrams() -> None:
    rows, _ = read(BytesSource(S["capture"](datagram(b"id_card=" + ID[:9].encode()), datagram(ID[9:].encode()))))
    assert found(rows) == {}


def test_fragments_of_one_datagram_are() -> None:
    body = struct.pack(">HHHH", 5000, 6000, 8 + 48, 0) + b"#" * 12 + b"id_card=" + ID.encode() + b"#" * 10
    parts = [S["ipv4"](S["CAR"], S["SERVER"], 17, body[:32], piece=0x2000), S["ipv4"](S["CAR"], S["SERVER"], 17, body[32:], piece=4)]
    rows, _ = read(BytesSource(S["capture"](*map(S["ethernet"], parts))))
    assert found(rows) == {("resident_id", "raw", "10.0.0.2"): 1}


def test_ssh_is_encrypted_behind_its_banner() -> None:
    noise = random.Random(4).randbytes(500)
    _, (account,) = read(sent(b"SSH-2.0-OpenSSH_9.6\r\n" + noise, sizes=(100, 100)))
    assert (account["readable_byte"], account["encrypted_byte"]) == (21, 500)


def test_noise_is_opaque_and_mqtt_is_not() -> None:
    _, (account,) = read(sent(random.Random(4).randbytes(500)))
    assert account["opaque_byte"] == 500
    topic, body = b"car/%s/pos" % VIN.encode(), b'{"lat":31.230416,"lng":121.473701}'
    connect = b"\x10\x14\0\4MQTT\4\2\0\x3c\0\x08car-0001"
    publish = b"\x30" + bytes((2 + len(topic) + len(body), 0, len(topic))) + topic + body
    rows, (account,) = read(sent(connect + publish, sizes=(22, 200)))
    assert account["opaque_byte"] == 0
    assert {kind for kind, _, _ in found(rows)} == {"vin", "coordinate"}


def test_strings_of_protobuf() -> None:
    data = protobuf((1, b"\0\0"), (2, ID.encode()), (3, VIN.encode()), (6, b"2 a"))
    seen = found(read(sent(data))[0])
    assert {kind for kind, _, _ in seen} >= {"resident_id", "vin"}


def test_too_many_conversations_are_given_up_in_order_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload_watch, "_MAX_OPEN", 3)
    frames = []
    for i in range(12):
        frames += talk(f"id_card={identities.resident_id(i)}".encode(), random.Random(i), (("10.0.0.2", 41000 + i), ENDS[1]), T0 + i)[0]
    seen = found(read(BytesSource(capture_file.pcap(frames)))[0])
    assert seen == {("resident_id", "raw", "10.0.0.2"): 12}


def test_pcapng_and_ipv6_tell_the_same() -> None:
    data = WRITINGS["base64"](TEXT)
    assert read(sent(data, ng=True), pcapng) == read(sent(data))
    ends = (("2001:db8::2", 40001), ("2001:db8::9", 80))
    frames, _ = talk(data, random.Random(1), ends, T0)
    rows, _ = read(BytesSource(capture_file.pcap(frames)))
    assert {(r["from_ip"], r["to_ip"]) for r in rows} == {("2001:db8::2", "2001:db8::9")}


@pytest.mark.real
def test_a_real_upload_gains_what_is_planted_in_it(real: Callable[[str], Path]) -> None:
    """The client's words in Zeek's wikipedia capture hold no identifier; one header more, and it is found."""
    content = real("net/zeek_wikipedia.pcap").read_bytes()
    assert found(read(FileSource(real("net/zeek_wikipedia.pcap")))[0]) == {}
    spot = content.index(b"User-Agent: Mozilla/5.0 (X11; U; Linux x86_64")
    planted = b"User-Agent: x; id_card=" + ID.encode() + b" "
    changed = content[:spot] + planted + content[spot + len(planted) :]
    assert found(read(BytesSource(changed))[0]) == {("resident_id", "raw", "141.142.220.118"): 1}


@pytest.mark.real
def test_every_payload_byte_of_real_files_is_accounted_for(real: Callable[[str], Path]) -> None:
    for name in ("wikipedia", "mqtt", "tls1_1", "tls-expired-cert", "chrome-34-google"):
        rows, account = read(FileSource(real(f"net/zeek_{name}.pcap")))
        assert found(rows) == {}
        assert sum(r["payload_byte"] for r in account) > 0
        assert sum(r["lost_byte"] for r in account) == 0
        assert sum(r["opaque_byte"] for r in account) == 0, name


def test_a_syn_again_begins_nothing_new_and_another_does() -> None:
    one, _ = talk(b"id_card=" + ID[:9].encode(), random.Random(5), ENDS, T0, sizes=(99, 99))
    two, _ = talk(ID[9:].encode(), random.Random(6), ENDS, T0 + 10**9, sizes=(99, 99))
    assert found(read(BytesSource(capture_file.pcap([*one, *two])))[0]) == {}
    whole, _ = talk(b"id_card=" + ID.encode(), random.Random(5), ENDS, T0, sizes=(9, 9))
    again = [whole[0], whole[0], *whole[1:]]
    assert found(read(BytesSource(capture_file.pcap(again)))[0]) == {("resident_id", "raw", "10.0.0.2"): 1}
