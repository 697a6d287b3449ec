"""pcapng: the same as pcap for the same packets; sections, interfaces, clocks, counters, and blocks that lie."""

import runpy
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Barren, Skipped
from zhunru.core.step import Reader
from zhunru.core.table import Table
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers import pcap as module
from zhunru.readers.pcap import pcap
from zhunru.readers.pcapng import pcapng
from zhunru.tables.can_frame import CanFrame
from zhunru.wire import pcapng_blocks

SPECIMENS = Path(__file__).parents[1] / "specimens"
S, N = runpy.run_path(str(SPECIMENS / "pcap.py")), runpy.run_path(str(SPECIMENS / "pcapng.py"))
UDP = S["ethernet"](S["ipv4"](S["CAR"], S["SERVER"], 17, S["udp"](1, 2, b"x")))
T0 = S["T0_US"]


def read(source: FileSource, reader: Reader = pcapng) -> tuple[dict[str, list[dict[str, Any]]], int, DamagedEvidence | None]:
    """Return rows per table, sorted, the skipped count and the damage that was told."""
    rows: dict[str, list[dict[str, Any]]] = {}
    skipped, damage = 0, None
    try:
        for item in reader(source):
            if isinstance(item, Table):
                rows.setdefault(type(item).__name__, []).extend(item.collect().rows(named=True))
            elif isinstance(item, Skipped):
                skipped += item.count
    except DamagedEvidence as error:
        damage = error
    return {name: sorted(found, key=repr) for name, found in rows.items()}, skipped, damage


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("resolution", "per_s"), [(None, 10**6), (6, 10**6), (9, 10**9), (10, 10**10), (3, 10**3), (0x80 | 20, 2**20)])
def test_tells_the_same_as_pcap(order: str, resolution: int | None, per_s: int) -> None:
    frames = S["mixed"]()
    ours, skipped, damage = read(BytesSource(N["file"](frames, order, resolution, per_s)))
    expected, _, _ = read(BytesSource(S["capture"](*frames)), pcap)
    assert (skipped, damage) == (0, None)
    if resolution == 0x80 | 20:  # a binary clock meets microseconds within one tick
        assert abs(ours["CaptureSpan"][0]["t_end_ns"] - expected["CaptureSpan"][0]["t_end_ns"]) <= 954
        assert len(ours["Flow"]) == len(expected["Flow"])
    else:
        assert ours == expected


def test_equals_what_editcap_makes_of_a_pcap(tmp_path: Path) -> None:
    program = shutil.which("editcap")
    if program is None:
        pytest.skip("editcap is not installed: the differential test is not run")
    (tmp_path / "a.pcap").write_bytes(S["capture"](*S["mixed"](), nano=True))
    subprocess.run([program, "-F", "pcapng", tmp_path / "a.pcap", tmp_path / "a.pcapng"], check=True, capture_output=True)
    assert read(FileSource(tmp_path / "a.pcapng")) == read(FileSource(tmp_path / "a.pcap"), pcap)


def test_interfaces_have_their_own_link_clock_and_counter() -> None:
    content = N["section"]() + N["interface"]() + N["interface"](link=101, resolution=9, offset_s=-5)
    content += N["packet"](UDP, T0) + N["packet"](UDP[14:], (T0 + 7) * 1000 + 5_000_000_000 + 1, number=1)
    content += N["statistics"](dropped=1) + N["statistics"](dropped=4, lost_by_system=2) + N["statistics"](number=1, dropped=10)
    rows, skipped, damage = read(BytesSource(content))
    (flow,), (span,) = rows["Flow"], rows["CaptureSpan"]
    assert (flow["out_packet_count"], flow["t_start_ns"], flow["t_end_ns"]) == (2, T0 * 1000, (T0 + 7) * 1000 + 1)
    assert (span["dropped_packet_count"], skipped, damage) == (16, 0, None)


def test_counters_of_sections_add_up_and_none_is_null() -> None:
    part = N["section"]() + N["interface"]() + N["packet"](UDP, T0) + N["statistics"](dropped=3)
    other = N["section"](">") + N["interface"](">") + N["packet"](UDP, T0, ">") + N["statistics"](">", dropped=4)
    rows, _, _ = read(BytesSource(part + other))
    assert (rows["CaptureSpan"][0]["dropped_packet_count"], rows["CaptureSpan"][0]["packet_count"]) == (7, 2)
    assert read(BytesSource(N["file"]([UDP])))[0]["CaptureSpan"][0]["dropped_packet_count"] is None


def test_simple_and_obsolete_blocks() -> None:
    old = N["block"]("<", 2, struct.pack("<HHIIII", 0, 0, T0 >> 32, T0 & 0xFFFFFFFF, len(UDP), len(UDP)) + UDP)
    rows, skipped, _ = read(BytesSource(N["section"]() + N["interface"](snap=40) + N["simple"](UDP[:40]) + old))
    (flow,), (span,) = rows["Flow"], rows["CaptureSpan"]
    assert (flow["out_packet_count"], flow["t_start_ns"], flow["t_end_ns"], skipped) == (2, None, T0 * 1000, 0)
    assert (span["t_start_ns"], span["cut_packet_count"]) == (T0 * 1000, 0)
    long = N["block"]("<", 3, struct.pack("<I", len(UDP)) + UDP[:40])
    rows, _, _ = read(BytesSource(N["section"]() + N["interface"](snap=40) + long))
    assert rows["CaptureSpan"][0]["cut_packet_count"] == 1


@pytest.mark.parametrize(
    "bad",
    [
        N["packet"](UDP, T0, number=1),
        N["block"]("<", 6, struct.pack("<IIIII", 0, T0 >> 32, T0 & 0xFFFFFFFF, len(UDP) + 5, len(UDP)) + UDP),
        N["block"]("<", 6, b""),
        N["packet"](UDP, 2**64 - 1),
    ],
    ids=["no such interface", "longer than its block", "no body", "time out of range"],
)
def test_packets_that_contradict_their_block_are_skipped(bad: bytes) -> None:
    rows, skipped, damage = read(BytesSource(N["section"]() + N["interface"]() + bad + N["packet"](UDP, T0)))
    (span,) = rows["CaptureSpan"]
    assert (span["packet_count"], span["ip_packet_count"], skipped, damage) == (2, 1, 1, None)


@pytest.mark.parametrize("block_byte", [128, 200, 333])
def test_blocks_of_any_size_tell_the_same(block_byte: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = N["file"]([UDP] * 9) + N["file"]([UDP] * 5, ">") + N["statistics"](">", dropped=2)
    whole = read(BytesSource(content))
    monkeypatch.setattr(module, "BLOCK_BYTE", block_byte)
    assert read(BytesSource(content)) == whole
    assert whole[0]["CaptureSpan"][0]["packet_count"] == 14


@pytest.mark.parametrize("place", [4, -4])
@pytest.mark.parametrize("length", [0, 8, 11, 13, 0x7FFFFFFC])
def test_lengths_that_cannot_be_true_are_damage(place: int, length: int) -> None:
    block = bytearray(N["packet"](UDP, T0))
    at = place % len(block)
    block[at : at + 4] = struct.pack("<I", length)
    rows, _, damage = read(BytesSource(N["file"]([UDP, UDP]) + bytes(block) + N["packet"](UDP, T0)))
    assert damage
    assert damage.saved == rows["CaptureSpan"][0]["packet_count"] == 2


def test_a_file_of_headers_only_ends_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcapng_blocks, "_MAX_SECTIONS", 50)
    assert read(BytesSource(N["section"]() * 50))[2] is None
    assert read(BytesSource(N["section"]() * 51))[2]


def test_bad_byte_order_mark_is_damage() -> None:
    _, _, damage = read(BytesSource(N["section"]().replace(b"\x4d\x3c\x2b\x1a", b"abcd")))
    assert damage and damage.saved == 0


@pytest.mark.real
def test_a_real_capture_of_a_bus(real_source: Callable[[str], FileSource]) -> None:
    rows, skipped, damage = read(real_source("uds/scapy_ecu_trace.pcap.gz"))
    assert (rows["CaptureSpan"][0]["other_packet_count"], skipped, damage) == (141, 0, None)


def test_buses_are_told_apart_by_interface() -> None:
    found = [i.collect() for i in pcapng(BytesSource(N["specimens"]()["buses.pcapng"], "a.pcapng")) if isinstance(i, CanFrame)]
    rows = pl.concat(found).rows(named=True)
    assert [(r["bus"], r["data_raw"] >> 56) for r in rows] == [("body", 1), ("can1", 2)]


def test_only_a_whole_file_says_that_it_held_no_bus() -> None:
    """Another interface may follow in what was lost; and one whose packets are read as CAN is told."""
    whole = N["section"]() + N["interface"]() + N["packet"](UDP, T0)
    assert Barren((CanFrame,)) in list(pcapng(BytesSource(whole, "a.pcapng")))
    seen = []
    with pytest.raises(DamagedEvidence):
        for item in pcapng(BytesSource(whole[:-3], "a.pcapng")):
            seen.append(item)
    assert seen and not any(isinstance(i, Barren) for i in seen)
    can = N["section"]() + N["interface"](link=227) + N["packet"](S["can"](0x123, b"\1"), T0)
    assert not any(isinstance(i, Barren) for i in pcapng(BytesSource(can, "a.pcapng")))
