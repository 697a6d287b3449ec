"""Destinations as a picture: corrected times, the least harmless first, nothing that stayed private."""

from zhunru.tables.capture_window import CaptureWindow
from zhunru.tables.destination_span import destination_spans
from zhunru.tables.located_flow import LocatedFlow


def test_one_lane_for_each_destination_channel_and_state() -> None:
    plain = {"t_start_ns": 10**9, "t_end_ns": 2 * 10**9, "far_ip": "8.8.8.8", "place": "abroad", "territory": "US", "sent_packet_count": 1}
    plain |= {"sent_byte": 10, "received_byte": 5, "source": "a"}
    flows = LocatedFlow.rows(
        plain, plain | {"t_end_ns": 5 * 10**9, "sent_byte": 30}, plain | {"far_ip": "1.0.1.1", "place": "mainland", "territory": "CN", "sent_byte": 999},
        plain | {"far_ip": "10.0.0.1", "place": "private"}, plain | {"far_ip": "8.8.4.4", "sent_packet_count": 0}, plain | {"source": "b"},
    )  # fmt: skip
    windows = CaptureWindow.rows(
        {"source": "a", "channel": "4G", "state": "working", "clock_offset_s": 1.0}, {"source": "b", "channel": None, "state": None}
    )
    found = destination_spans(flows, windows).collect().select("t_start_ns", "t_end_ns", "label", "sent_byte").rows()
    assert found == [
        (0, 4 * 10**9, "US · 8.8.8.8 · 4G / working · 境外 abroad", 40),
        (10**9, 2 * 10**9, "US · 8.8.8.8 · ? / ? · 境外 abroad", 10),
        (0, 10**9, "CN · 1.0.1.1 · 4G / working · 境内 mainland", 999),
    ]
