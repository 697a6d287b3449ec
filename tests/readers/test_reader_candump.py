"""Candump logs: every line is a row or is accounted for."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import can
import polars as pl
import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers import candump as module
from zhunru.readers.candump import candump
from zhunru.tables.can_frame import CanFrame


def read(content: bytes) -> tuple[pl.DataFrame, list[Skipped]]:
    items = list(candump(BytesSource(content)))
    return CanFrame.concat(i for i in items if isinstance(i, CanFrame)).collect(), [i for i in items if isinstance(i, Skipped)]


def test_rows_stay_in_file_order_whoever_parsed_them() -> None:
    frames, skipped = read(
        b"(1.000001) a 001#01\n(1.000002) a 002#R\nrubbish\n\n(1.000003) bb 003##000\n(1.000004) a 004#04 T\n(2.5) a 005#\n"
    )
    assert frames["arbitration_id"].to_list() == [1, 2, 3, 4, 5]
    assert frames["bus"].to_list() == ["a", "a", "bb", "a", "a"]
    assert frames["remote"].to_list() == [False, True, False, False, False]
    assert frames["fd"].to_list() == [False, False, True, False, False]
    assert frames["sent"].to_list() == [None, None, None, True, None]
    assert frames["t_ns"][4] == 2_500_000_000
    assert [(s.where, s.count) for s in skipped] == [("line 3", 1)]


def test_a_last_line_without_end_is_damage() -> None:
    with pytest.raises(DamagedEvidence) as caught:
        read(b"(1.000001) a 001#01\n(1.000002) a 002#02")
    assert (caught.value.saved, caught.value.where) == (1, "line 2")


def test_cut_gzip_keeps_what_was_read() -> None:
    content = b"".join(b"(1.%06d) can0 0D7#%016X\n" % (k, k * 0x9E3779B97F4A7C15 % 2**64) for k in range(90_000))
    rows, damage = 0, None
    try:
        for item in candump(BytesSource(gzip.compress(content)[:-20000])):
            rows += item.collect().height if isinstance(item, CanFrame) else 0
    except DamagedEvidence as error:
        damage = error
    assert damage is not None
    assert 0 < rows == damage.saved < 90_000


def test_an_endless_line_is_skipped_in_bounded_memory() -> None:
    good = b"(1.000001) a 001#01\n"
    frames, skipped = read(good + b"x" * (3 << 20) + b"\n" + good + b"rubbish\n")
    assert frames.height == 2
    assert [(s.where, s.count) for s in skipped] == [("line 2", 1), ("line 4", 1)]


def test_line_numbers_count_across_blocks() -> None:
    good = b"(1469439874.299591) can1 0D7#0011223344556677\n"
    frames, skipped = read(good * 50_000 + b"(1.0) can1 0D7#1\n" + good * 10)
    assert frames.height == 50_010
    assert skipped[0].where == "line 50001"


def test_many_bus_names() -> None:
    frames, _ = read(b"".join(b"(1.%06d) bus%d 001#01\n" % (k, k) for k in range(300)))
    assert frames["bus"].to_list() == [f"bus{k}" for k in range(300)]


def test_sniff_wants_a_frame() -> None:
    assert candump.recognises(b"# comment\n(1.0) can0 0D7#00\n")
    assert not candump.recognises(b"(1.0) hello world\n")
    assert not candump.recognises(b"")


def test_small_tables_for_big_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS_PER_TABLE", 10_000)
    tables = list(candump(BytesSource(b"(1.000001) can0 001#0011223344556677\n" * 200_000)))
    assert len(tables) >= 4
    assert sum(t.collect().height for t in tables) == 200_000


def _peer(text: str) -> list[tuple[object, ...]]:
    reader = can.CanutilsLogReader(io.StringIO(text))
    return [
        (
            m.channel,
            m.arbitration_id,
            m.is_extended_id,
            m.is_remote_frame,
            m.is_fd,
            m.bitrate_switch,
            m.error_state_indicator,
            m.dlc,
            bytes(m.data),
        )
        for m in reader
    ]


def _ours(frames: pl.DataFrame) -> list[tuple[object, ...]]:
    return [
        (r["bus"], r["arbitration_id"], r["extended"], r["remote"], r["fd"], r["brs"], r["esi"], r["length_byte"], _data(r))
        for r in frames.iter_rows(named=True)
    ]


def _data(row: dict[str, int | bytes | None]) -> bytes:
    if row["remote"]:
        return b""
    head, tail, length = row["data_raw"], row["data_tail"], row["length_byte"]
    assert isinstance(head, int)
    assert isinstance(length, int)
    return head.to_bytes(8, "big")[:length] + (tail if isinstance(tail, bytes) else b"")


def test_agrees_with_python_can_on_the_real_drive(real: Callable[[str], Path]) -> None:
    path = real("l2drive/comma2k19_seg40_first20s.candump")
    frames = CanFrame.concat(i for i in candump(FileSource(path)) if isinstance(i, CanFrame)).collect()
    text = path.read_text()
    assert frames.height == 45_169 == text.count("\n")
    assert _ours(frames) == _peer(text)
    stamps = [line[1 : line.index(")")] for line in text.splitlines()]
    assert frames["t_ns"].to_list() == [int(s.replace(".", "")) * 1000 for s in stamps]


def test_agrees_with_python_can_on_other_frames() -> None:
    text = "(1.000001) a 18FEF100#0011\n(1.000002) a 0D7#R4\n(1.000003) a 0D7##30011223344556677\n(1.000004) b 0D7##1" + "5A" * 64 + "\n"
    assert _ours(read(text.encode())[0]) == _peer(text)
