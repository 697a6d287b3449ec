"""Signal values: equal to cantools on real databases, equal to a bit-by-bit reading on any layout."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cantools
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.engine.source import FileSource
from zhunru.readers.dbc import dbc
from zhunru.wire.can_signals import Coded, Layout, Message, Payloads, by_message, coded, decode

logging.getLogger("cantools").setLevel(logging.ERROR)


def payloads(frames: list[bytes]) -> Payloads:
    head = np.array([int.from_bytes(f[:8].ljust(8, b"\0"), "big") for f in frames], np.uint64)
    tail = [f[8:] or None for f in frames] if any(len(f) > 8 for f in frames) else None
    return Payloads(head, np.array([len(f) for f in frames], np.uint8), tail)


def bit_by_bit(frame: bytes, layout: Layout) -> int:
    """Read the number one bit at a time, as the DBC format counts bits."""
    bits, place = [], layout.start_bit
    for _ in range(layout.length_bit):
        bits.append(frame[place // 8] >> place % 8 & 1)
        if layout.little_endian:
            place += 1
        else:
            place = place - 1 if place % 8 else place + 15
    number = sum(b << k for k, b in enumerate(bits if layout.little_endian else reversed(bits)))
    return number - (1 << layout.length_bit) if layout.signed and number >> (layout.length_bit - 1) else number


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_layout_is_read_as_bit_by_bit(data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([8, 12, 64]))
    length = data.draw(st.integers(1, 64))
    little = data.draw(st.booleans())
    first = data.draw(st.integers(0, 8 * size - length))
    start = first if little else first // 8 * 8 + 7 - first % 8
    layout = Layout(start, length, little, data.draw(st.booleans()))
    frames = data.draw(st.lists(st.binary(min_size=size, max_size=size), min_size=1, max_size=4))
    got = payloads(frames).number(layout)
    assert [int(v) for v in got] == [bit_by_bit(f, layout) for f in frames]
    assert payloads(frames).present(layout) is None


def test_short_frames_are_not_decodable() -> None:
    frames = payloads([b"\1\2", b"\1", b"", b"\1\2\3"])
    there = frames.present(Layout(8, 8, True))
    assert there is not None
    assert there.tolist() == [True, False, False, True]
    assert payloads([b"\1" * 8]).present(Layout(500, 4, True)) is not None
    beyond = payloads([b"\1" * 8]).present(Layout(500, 4, True))
    assert beyond is not None
    assert not beyond.any()


def test_sixty_four_bits_stay_exact() -> None:
    assert payloads([b"\xff" * 8]).value(Layout(0, 64, True)).tolist() == [2**64 - 1]
    assert payloads([b"\xff" * 8]).value(Layout(7, 64, False, True)).tolist() == [-1]


def test_floats() -> None:
    frame = np.float32(1.5).tobytes() + np.float32(-2.25).tobytes()
    assert payloads([frame]).value(Layout(0, 32, True, floating=True)).tolist() == [1.5]
    assert payloads([np.array([1e300], ">f8").tobytes()]).value(Layout(7, 64, False, floating=True, factor=2.0)).tolist() == [2e300]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_message_as_a_whole_gives_what_each_signal_alone_gives(data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([3, 8, 20]))
    signals = {}
    for number in range(data.draw(st.integers(0, 12))):
        little, floating = data.draw(st.booleans()), data.draw(st.sampled_from([False, False, False, True]))
        length = data.draw(st.sampled_from([32, 64])) if floating else data.draw(st.one_of(st.integers(1, 64), st.sampled_from([63, 64])))
        first = data.draw(st.integers(0, 8 * 24 - length))
        start = first if little else first // 8 * 8 + 7 - first % 8
        scale = data.draw(st.sampled_from([(1.0, 0.0), (0.01, 0.0), (1.0, -40.0), (-0.5, 3.25)]))
        signals[f"S{number}"] = Coded(Layout(start, length, little, data.draw(st.booleans()), floating, *scale))
    frames = payloads(data.draw(st.lists(st.binary(min_size=1, max_size=size), min_size=1, max_size=5)))
    got = decode(frames, Message(signals))
    assert set(got) == set(signals)
    for name, signal in signals.items():
        alone, there = frames.value(signal.layout), frames.present(signal.layout)
        assert got[name].value.dtype.itemsize <= alone.dtype.itemsize
        assert got[name].value.tolist() == pytest.approx(alone.tolist(), rel=0, abs=0, nan_ok=True)
        shown = got[name].present
        assert (None if shown is None else shown.tolist()) == (None if there is None else there.tolist())
        if not (signal.layout.floating or signal.layout.scaled):
            read = [bytes_of(frames, k) for k in range(frames.data_raw.size)]
            mine = zip(got[name].value.tolist(), read, strict=True)
            assert all(value == bit_by_bit(frame, signal.layout) for value, frame in mine)


def bytes_of(frames: Payloads, k: int) -> bytes:
    tail = frames.tail[k] if frames.tail else None
    return (int(frames.data_raw[k]).to_bytes(8, "big") + (tail or b"")).ljust(64, b"\0")


def test_scaled_numbers_of_every_width_equal_exact_arithmetic() -> None:
    word = 0xF123456789ABCDEF
    for length in range(1, 65):
        for signed in (False, True):
            layout = Layout(0, length, True, signed, factor=0.5, offset=-3.0)
            number = bit_by_bit(word.to_bytes(8, "little"), layout)
            frames = payloads([word.to_bytes(8, "little")])
            assert frames.value(layout).tolist() == [float(number) * 0.5 - 3.0]
            assert decode(frames, Message({"S": Coded(layout)}))["S"].value.tolist() == [float(number) * 0.5 - 3.0]


def test_selectors_are_followed_and_circles_end() -> None:
    signals = {
        "Kind": Coded(Layout(0, 4, True)),
        "Sub": Coded(Layout(4, 4, True), "Kind", ((1, 1),)),
        "Deep": Coded(Layout(8, 8, True), "Sub", ((2, 3), (7, 7))),
        "Round": Coded(Layout(8, 8, True), "About", ((0, 255),)),
        "About": Coded(Layout(8, 8, True), "Round", ((0, 255),)),
        "Lost": Coded(Layout(8, 8, True), "", ((0, 255),)),
    }
    got = decode(payloads([b"\x21\5", b"\x41\5", b"\x20\5", b"\x71\5"]), Message(signals))
    flags = {name: None if d.present is None else d.present.tolist() for name, d in got.items()}
    assert flags["Kind"] is None
    assert flags["Sub"] == [True, True, False, True]
    assert flags["Deep"] == [True, False, False, True]
    assert flags["Round"] == flags["About"] == flags["Lost"] == [False] * 4


def test_grouping_by_message_keeps_order_and_survives_colliding_codes() -> None:
    keys = np.arange(200_000, dtype=np.uint32) % np.uint32(70_001)  # more keys than 16-bit codes
    groups = dict(by_message(keys))
    assert sorted(groups) == list(range(70_001))
    assert groups[5].tolist() == [5, 70_006, 140_007]
    assert dict(by_message(keys[:0])) == {}


def _peer(path: Path) -> Any:
    return cantools.database.load_file(str(path), strict=False)


def _overlapping(signals: dict[str, Coded]) -> bool:
    taken: set[int] = set()
    for s in signals.values():
        first = s.layout.first_bit
        bits = {p if s.layout.little_endian else p // 8 * 8 + 7 - p % 8 for p in range(first, first + s.layout.length_bit)}
        if s.selector is None and taken & bits:
            return True
        taken |= bits if s.selector is None else set()
    return False


@pytest.mark.parametrize(
    "name", ["opendbc_gwm_haval_h6_phev_2024", "opendbc_hongqi_hs5", "opendbc_mg", "opendbc_tesla_model3_party", "opendbc_toyota_nodsu_pt", "opendbc_vw_mqb",
             "gnss", "tp_nmea", "tp_uds"],
)  # fmt: skip
def test_agrees_with_cantools_on_random_payloads(name: str, real: Callable[[str], Path]) -> None:
    path = real(f"can/{name}.dbc")
    table = next(iter(dbc(FileSource(path)))).collect()
    compared = 0
    for message in _peer(path).messages:
        rows = table.filter(pl.col("arbitration_id") == message.frame_id, pl.col("extended") == message.is_extended_frame)
        signals = {row["signal"]: coded(row) for row in rows.to_dicts()}
        rng = np.random.default_rng(message.frame_id)
        frames = [rng.bytes(message.length) for _ in range(12)]
        frames += [_selecting(s, signals, rng.bytes(message.length)) for s in signals.values() if s.selected_by]
        got = decode(payloads(frames), Message(signals))
        for k, frame in enumerate(frames):
            wanted = _theirs(message, frame, signals)
            if wanted is None:
                continue
            mine = {n: d.value[k].item() for n, d in got.items() if d.present is None or d.present[k]}
            assert mine == pytest.approx(wanted, rel=0, abs=0, nan_ok=True), (message.name, frame.hex())
            compared += len(mine)
    assert compared >= table.height - 1


def _selecting(signal: Coded, signals: dict[str, Coded], frame: bytes) -> bytes:
    """Write into a frame the selector values that make `signal` present."""
    while signal.selector:
        (value, _), signal = signal.selected_by[0], signals[signal.selector]
        bits = int.from_bytes(frame, "little" if signal.layout.little_endian else "big")
        first, length = signal.layout.first_bit, signal.layout.length_bit
        shift = first if signal.layout.little_endian else 8 * len(frame) - first - length
        bits = bits & ~(((1 << length) - 1) << shift) | value << shift
        frame = bits.to_bytes(len(frame), "little" if signal.layout.little_endian else "big")
    return frame


def _theirs(message: Any, frame: bytes, signals: dict[str, Coded]) -> dict[str, Any] | None:
    """Decode with the peer; None where it refuses: selectors that select nothing, and signals that overlap."""
    try:
        return dict(message.decode(frame, decode_choices=False))
    except cantools.database.errors.DecodeError as error:
        assert "multiplexer id" in str(error) or _overlapping(signals), (message.name, str(error))
        return None
