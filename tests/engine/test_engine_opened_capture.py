"""ESP packets opened with given keys: what tshark opens, only what the check value proves, and no secret anywhere."""

import logging
import shutil
import stat
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.checks.data.test_check_sends_nothing_abroad_edges import ABROAD, HOUR, car, flow
from tests.engine.sealed import CAR, FAR, GATE, GCM, INNER, INNER6, SAS, SHA1, Sa, key, pcap, table

from zhunru.checks.data.sends_nothing_abroad import sends_nothing_abroad
from zhunru.cli._group import run
from zhunru.core.errors import EvidenceError, PlanError
from zhunru.engine.opened_capture import Opened, open_capture
from zhunru.engine.source import FileSource
from zhunru.range import packets as p
from zhunru.readers.pcap import pcap as read_pcap
from zhunru.readers.pcapng import pcapng as read_pcapng
from zhunru.tables.capture_span import CaptureSpan
from zhunru.tables.capture_window import CaptureWindow
from zhunru.tables.flow import Flow
from zhunru.tables.located_flow import LocatedFlow
from zhunru.tables.tunnel import Tunnel

GOOD = SAS["gcm256"]
Opening = Callable[..., Opened]


@pytest.fixture
def opening(tmp_path: Path) -> Opening:
    def opened(*packets: bytes, keys: bytes | None = None, link: int = 101, cut: int | None = None) -> Opened:
        (tmp_path / "esp_sa").write_bytes(table(*SAS.values()) if keys is None else keys)
        (tmp_path / "out.pcapng").unlink(missing_ok=True)
        return open_capture(pcap(tmp_path / "in.pcap", *packets, link=link, cut=cut), tmp_path / "esp_sa", tmp_path / "out.pcapng")

    return opened


def flows(path: Path) -> list[tuple[str, str, str]]:
    tables = [t for t in (read_pcapng if path.suffix == ".pcapng" else read_pcap)(FileSource(path)) if isinstance(t, Flow)]
    return sorted(row for t in tables for row in t.collect().select("protocol", "src_ip", "dst_ip").rows())


def tunnels(path: Path) -> list[tuple[str, int, int]]:
    found = [t for t in read_pcapng(FileSource(path)) if isinstance(t, Tunnel)]
    return sorted(row for t in found for row in t.collect().select("protocol", "packet_count", "opened_count").rows())


@pytest.mark.parametrize("natt", [False, True])
@pytest.mark.parametrize("name", SAS)
def test_each_algorithm_opens_in_tunnel_and_transport_mode(name: str, natt: bool, opening: Opening, tmp_path: Path) -> None:
    sa = SAS[name]
    segment = p.udp(sa.src, sa.dst, 7, 8, b"plain")[40 if ":" in sa.dst else 20 :]
    packets = sa.packet(INNER, natt=natt), sa.packet(INNER6, 41, 2, natt), sa.packet(segment, 17, 3, natt), sa.packet(b"", 59, 4, natt)
    account = opening(*packets).account
    assert (account.opened, account.dummy, account.repeated, account.closed) == (4, 1, 0, 0)
    assert set(flows(tmp_path / "out.pcapng")) == {
        ("4", sa.src, sa.dst), ("41", sa.src, sa.dst), ("udp", sa.src, sa.dst), ("59", sa.src, sa.dst),
        ("udp", "10.9.9.9", FAR), ("udp", "2400:3200::9", "2001:4860:4860::8888"),
    }  # fmt: skip
    assert tunnels(tmp_path / "out.pcapng") == [("4", 1, 1), ("41", 1, 1)]


def flipped(packet: bytes, at: int) -> bytes:
    changed = bytearray(packet)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("name", SAS)
@pytest.mark.parametrize("at", [0, 4, 9, 20, -1, -15, -12])
def test_a_changed_bit_of_the_sealed_part_keeps_the_packet_closed(name: str, at: int, opening: Opening, tmp_path: Path) -> None:
    sa, head = SAS[name], 40 if ":" in SAS[name].dst else 20
    if at == 0:
        bad = sa.packet(INNER)[:head] + struct.pack(">I", sa.spi ^ 0x1_0000) + sa.packet(INNER)[head + 4 :]
    else:
        bad = flipped(sa.packet(INNER), at if at < 0 else head + at)
    account = opening(bad, sa.packet(INNER, seq=2)).account
    assert (account.opened, account.unproven, account.no_key) == (1, int(at != 0), int(at == 0))
    assert ("50", 1, 0) in tunnels(tmp_path / "out.pcapng")


def test_a_wrong_key_opens_nothing_and_writes_nothing(opening: Opening, tmp_path: Path) -> None:
    for sa in SAS.values():
        other = Sa(sa.spi, sa.cipher, key(len(sa.key), 1), sa.auth, key(len(sa.auth_key), 1), sa.src, sa.dst)
        done = opening(sa.packet(INNER), keys=table(other))
        assert (done.account.opened, done.account.unproven, done.opened_sha256) == (0, 1, "")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["esp_sa", "in.pcap"]


def test_a_right_integrity_key_with_a_wrong_cipher_key_hides_the_inside(opening: Opening, tmp_path: Path) -> None:
    sa = SAS["cbc128 sha1"]
    done = opening(sa.packet(INNER), keys=table(Sa(sa.spi, sa.cipher, key(16, 9), sa.auth, sa.auth_key)))
    assert (done.account.opened, done.account.contradicting) == (0, 1)


def test_repeated_packets_are_opened_and_told(opening: Opening) -> None:
    packets = [GOOD.packet(INNER, seq=n) for n in (7, 7, 5, 5, 5000, 5, 905, 904)]
    account = opening(*packets).account
    assert (account.opened, account.repeated) == (8, 4)  # 905 is 4095 behind the highest, 904 is too old to tell


def test_associations_with_one_number_are_told_apart(opening: Opening) -> None:
    one, two = Sa(0x2000, GCM, key(20)), Sa(0x2000, GCM, key(20, 1))
    there = Sa(0x2000, GCM, key(20, 2), src=GATE, dst=CAR)
    packets = [sa.packet(INNER) for sa in (one, two, there)]
    assert opening(*packets, keys=table(one, two, there)).account.opened == 3


def test_addresses_of_the_table_bind(opening: Opening) -> None:
    row = GOOD.row.replace(f'"{GATE}"', '"1.0.0.0/16"')
    assert opening(GOOD.packet(INNER), keys=row.replace("1.0.0.0/16", "1.1.0.0/16").encode()).account.no_key == 1
    assert opening(GOOD.packet(INNER), keys=row.replace(CAR, "10.0.0.3").encode()).account.no_key == 1
    assert opening(GOOD.packet(INNER), keys=row.replace(CAR, "*").replace("0x00001007", "*").encode()).account.opened == 1


def test_long_sequence_numbers_go_over_the_border(opening: Opening) -> None:
    low, high = Sa(0x3000, GCM, key(20), upper=4), Sa(0x3000, GCM, key(20), upper=5)
    packets = [low.packet(INNER, seq=0xFFFFFFF0), high.packet(INNER, seq=1), low.packet(INNER, seq=0xFFFFFFF1), high.packet(INNER, seq=2)]
    assert opening(*packets, keys=table(low)).account.opened == 4
    hashed = Sa(0x3001, "NULL", b"", SHA1, key(20), upper=1)
    short = Sa(0x3001, "NULL", b"", SHA1, key(20))
    assert opening(hashed.packet(INNER), keys=table(hashed)).account.opened == 1
    assert opening(hashed.packet(INNER), keys=table(short)).account.unproven == 1


def test_pieces_and_cut_packets_stay_closed(opening: Opening, tmp_path: Path) -> None:
    whole = GOOD.packet(INNER)
    piece = whole[:6] + b"\x20\0" + whole[8:]
    later = whole[:6] + b"\0\x05" + whole[8:]
    account = opening(whole, piece, later).account
    assert (account.opened, account.fragment) == (1, 2)
    assert opening(whole, cut=len(whole) - 1).account.cut == 1


def test_key_exchange_and_keep_alives_are_no_esp(opening: Opening) -> None:
    marked = p.udp(CAR, GATE, 4500, 4500, bytes(4) + b"\1" * 40)
    account = opening(marked, p.udp(CAR, GATE, 4500, 4500, b"\xff"), p.udp(CAR, GATE, 53, 4000, b"x")).account
    assert (account.opened, account.closed) == (0, 0)


def test_other_packets_and_losses_come_over_as_they_were(opening: Opening, tmp_path: Path) -> None:
    macs = bytes(range(6)), bytes(range(6, 12))
    others = [p.udp(CAR, GATE, 5000, 443, b"q" * n) for n in range(5)]
    frames = [p.ethernet(f, *macs, vlan=7) for f in (*others, GOOD.packet(INNER))]
    opening(*frames, link=1)
    spans = [t for t in read_pcapng(FileSource(tmp_path / "out.pcapng")) if isinstance(t, CaptureSpan)]
    assert spans[0].collect().select("packet_count", "ip_packet_count", "malformed_packet_count").rows() == [(6, 6, 0)]
    assert flows(tmp_path / "out.pcapng") == sorted([("udp", CAR, GATE), ("4", CAR, GATE), ("udp", "10.9.9.9", FAR)])
    # what was opened is opened again: nothing is left to open, and the pcapng in is read as the pcap was
    again = open_capture(tmp_path / "out.pcapng", tmp_path / "esp_sa", tmp_path / "more.pcapng")
    assert (again.packet_count, again.account.opened, again.account.closed) == (6, 0, 0)


def test_a_damaged_capture_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "esp_sa").write_bytes(table(GOOD))
    content = pcap(tmp_path / "whole.pcap", GOOD.packet(INNER), GOOD.packet(INNER, seq=2)).read_bytes()
    for size in range(24, len(content)):
        (tmp_path / "in.pcap").write_bytes(content[:size])
        if size in {24, 24 + (len(content) - 24) // 2}:
            continue
        with pytest.raises(EvidenceError):
            open_capture(tmp_path / "in.pcap", tmp_path / "esp_sa", tmp_path / "out.pcapng")
    assert not list(tmp_path.glob("out*"))


def test_same_bytes_each_time_readable_by_the_owner_only(opening: Opening, tmp_path: Path) -> None:
    first = opening(GOOD.packet(INNER))
    assert stat.S_IMODE((tmp_path / "out.pcapng").stat().st_mode) == 0o600
    assert first.original_sha256.encode() in (tmp_path / "out.pcapng").read_bytes()
    with pytest.raises(PlanError):
        open_capture(tmp_path / "in.pcap", tmp_path / "esp_sa", tmp_path / "out.pcapng")
    assert opening(GOOD.packet(INNER)).opened_sha256 == first.opened_sha256


BROKEN = [
    ("no quotes", GOOD.row.replace('"', "")),
    ("seven fields", GOOD.row.rsplit(",", 1)[0]),
    ("odd digits", GOOD.row.replace('","NULL"', '0","NULL"')),
    ("short key", GOOD.row.replace(GOOD.key.hex(), GOOD.key.hex()[:-2])),
    ("plain text key", GOOD.row.replace("0x" + GOOD.key.hex(), "A" * 36)),
    ("no authentication", SAS["null sha1"].row.replace(SHA1, "NULL")),
    ("unknown cipher", GOOD.row.replace(GCM, "DES-CBC [RFC2405]")),
    ("SPI reserved", GOOD.row.replace("0x00001007", "0xff")),
    ("family", GOOD.row.replace("IPv4", "IPv6")),
    ("empty", "# nothing"),
]


@pytest.mark.parametrize(("name", "row"), BROKEN)
def test_a_broken_table_is_refused_and_no_key_shown(
    name: str, row: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "esp_sa").write_text("# first\n" + row)
    pcap(tmp_path / "in.pcap", GOOD.packet(INNER))
    code = run(["untunnel", str(tmp_path / "in.pcap"), "--keys", str(tmp_path / "esp_sa"), "--out", str(tmp_path / "out.pcapng")])
    shown = "".join(capfd.readouterr()) + caplog.text
    assert code == 4, name
    assert "esp_sa" in shown
    assert not any(secret in shown for secret in (GOOD.key.hex()[:8], SAS["null sha1"].auth_key.hex()[:8], "AAAA"))
    assert not list(tmp_path.glob("out*"))


def test_the_verb_tells_the_account_and_no_key(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "esp_sa").write_bytes(table(GOOD))
    arguments = ["untunnel", str(tmp_path / "in.pcap"), "--keys", str(tmp_path / "esp_sa"), "--out"]
    pcap(tmp_path / "in.pcap", GOOD.packet(INNER))
    assert run([*arguments, str(tmp_path / "a.pcapng")]) == 0
    pcap(tmp_path / "in.pcap", GOOD.packet(INNER), SAS["gcm128"].packet(INNER))
    assert run([*arguments, str(tmp_path / "b.pcapng")]) == 3
    shown = "".join(capfd.readouterr()) + (tmp_path / "a.pcapng").read_bytes().hex()
    assert GOOD.key.hex()[:16] not in shown
    assert repr(GOOD.key[:8])[2:-1] not in shown


def test_the_check_judges_what_was_inside(opening: Opening, tmp_path: Path) -> None:
    sa = SAS["cbc256 sha256"]
    sealed, strange = sa.packet(INNER, natt=True), Sa(0x9999, GCM, key(20, 7)).packet(INNER, natt=True)

    def said(*found: bytes) -> set[str]:
        opening(*found)
        path = tmp_path / ("out.pcapng" if (tmp_path / "out.pcapng").exists() else "in.pcap")
        reader = read_pcapng if path.suffix == ".pcapng" else read_pcap
        closed = Tunnel.concat([t for t in reader(FileSource(path)) if isinstance(t, Tunnel)])
        rows = [
            flow(protocol=protocol, far_ip=dst, near_ip=src, far_port=4500 if dst == GATE and protocol == "udp" else 6000 if dst == FAR else 0,
                 near_port=4500 if dst == GATE and protocol == "udp" else 5000 if dst == FAR else 0, **({k: v for k, v in ABROAD.items() if k != "far_ip"} if dst == FAR else {}))
            for protocol, src, dst in flows(path)
        ]  # fmt: skip
        closed = Tunnel(closed.frame.with_columns(source=pl.lit("cellular-working")))
        found_all = sends_nothing_abroad(LocatedFlow.rows(*rows), CaptureWindow.rows(*HOUR), None, closed, car())
        return {f.kind for f in found_all if f.kind == "breach" or "tunnel" in f.text.en}

    assert said(sealed) == {"breach"}
    assert said(strange) == {"gap"}
    assert said(sealed, strange) == {"breach", "gap"}


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_opens_what_tshark_opens(opening: Opening, tmp_path: Path) -> None:
    keyed = {n: sa for n, sa in SAS.items() if n != "chacha"}  # not known to tshark 4.0
    packets = [sa.packet(inner, kind, seq, natt) for sa in keyed.values() for seq, (inner, kind, natt) in enumerate(
        [(INNER, 4, False), (INNER6, 41, False), (INNER, 4, True), (INNER6, 41, True)], 1)]  # fmt: skip
    packets += [flipped(packets[0], -1)]
    done = opening(*packets)
    assert (done.account.opened, done.account.unproven) == (len(packets) - 1, 1)
    told = [f"-o uat:esp_sa:{row}" for row in (tmp_path / "esp_sa").read_text().splitlines() if "ChaCha" not in row]
    options = [part for one in told for part in one.split(" ", 1)]
    options += ["-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"]
    fields = ["-Tfields", *(f"-e{n}" for n in ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "data.data"))]

    def inner(path: str, *more: str) -> list[list[str]]:
        said = subprocess.run(["tshark", "-r", tmp_path / path, *more, *fields], capture_output=True, text=True, check=True).stdout
        lines = [[part.split(",") for part in line.split("\t")] for line in said.splitlines()]
        # the inner packet is the last of each column; the ports of NAT-T stand before it
        return [[column[-1] for column in line] for line in lines]

    theirs, ours = inner("in.pcap", *options), inner("out.pcapng")
    assert theirs[:-1] == ours[:-1]
    assert all(line[-1] == b"hello".hex() for line in ours[:-1])
