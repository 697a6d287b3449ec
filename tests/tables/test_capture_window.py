"""Captures beside their notes."""

import pytest

from zhunru.core.record import Origin
from zhunru.records.capture_note import CaptureNote
from zhunru.tables.capture_span import CaptureSpan
from zhunru.tables.capture_window import capture_windows

NOON = 1_780_286_400 * 10**9  # 2026-06-01 12:00 China Standard Time = 04:00 UTC


def span(source: str = "evidence/net/a.pcap", **changed: object) -> CaptureSpan:
    return CaptureSpan.rows({"t_start_ns": NOON, "t_end_ns": NOON + 10**9, "packet_count": 999, "source": source} | changed)


def note(**changed: object) -> CaptureNote:
    plain = {
        "file": "evidence/net/a.pcap",
        "channel": "4G",
        "state": "仅上电",
        "start": "2026-06-01 12:00:00",
        "end": "2026-06-01 12:20:00.5",
    }
    return CaptureNote.model_validate(plain | changed)


def test_noted() -> None:
    row = capture_windows(span(), [note()]).collect().row(0, named=True)
    assert (row["channel"], row["state"], row["noted"], row["timed"], row["source"]) == ("4G", "powered", True, True, "evidence/net/a.pcap")
    assert (row["t_start_ns"], row["t_end_ns"]) == (NOON, NOON + 1_200_500_000_000)


def test_not_noted_takes_the_time_of_the_packets() -> None:
    row = capture_windows(span(), []).collect().row(0, named=True)
    assert (row["channel"], row["state"], row["noted"], row["timed"]) == (None, None, False, False)
    assert (row["t_start_ns"], row["t_end_ns"]) == (NOON, NOON + 10**9)


@pytest.mark.parametrize(
    ("written", "found"), [("evidence/net/a.pcap", True), ("a.pcap", False), ("EVIDENCE/net/a.pcap", False), ("net/a.pcap", False)]
)
def test_a_note_bears_the_name_of_its_file_as_the_engine_binds_it(written: str, found: bool) -> None:
    assert capture_windows(span(), [note(file=written)]).collect()["noted"].to_list() == [found]


def test_a_note_with_an_unreadable_cell_does_not_tell_the_time() -> None:
    unread = note().model_copy(update={"origin": Origin("a.xlsx", "抓包", 2, ("时钟偏差(秒): 约三秒",))})
    assert capture_windows(span(), [unread]).collect()["timed"].to_list() == [False]


def test_two_notes_of_one_file_are_two_windows() -> None:
    assert capture_windows(span(), [note(), note(state="未上电")]).collect()["state"].sort().to_list() == ["off", "powered"]


def test_clock_offset_corrects_the_packets_not_the_note() -> None:
    row = capture_windows(span(), [note(clock_offset_s=2.5)]).collect().row(0, named=True)
    assert row["t_first_ns"] == NOON - 2_500_000_000
    assert row["t_start_ns"] == NOON


@pytest.mark.parametrize(
    ("tool", "noted", "ratio"), [(None, None, None), (1, None, 0.001), (None, 1, 0.001), (0, 1, 0.001), (1, 0, 0.001), (0, None, 0.0)]
)
def test_loss_is_the_worse_of_tool_and_note(tool: int | None, noted: int | None, ratio: float | None) -> None:
    row = capture_windows(span(dropped_packet_count=tool), [note(dropped_packet_count=noted)]).collect().row(0, named=True)
    assert row["dropped_ratio"] == ratio


def test_empty_file() -> None:
    row = (
        capture_windows(span(t_start_ns=None, t_end_ns=None, packet_count=0, dropped_packet_count=0), [note()]).collect().row(0, named=True)
    )
    assert (row["t_first_ns"], row["dropped_ratio"], row["t_start_ns"]) == (None, 0.0, NOON)
    assert capture_windows(CaptureSpan.empty(), [note()]).collect().is_empty()
