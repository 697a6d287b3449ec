"""The drive is told alike by the CAN log and by the satellite receiver; independent libraries read both."""

import re

import cantools
import cantools.database.can
import numpy as np
import pynmea2

from zhunru.range import can_drive, gnss_drive
from zhunru.range.route import LENGTH_S, START, motion, speed_mps


def _decoded() -> dict[int, list[tuple[float, dict[str, float]]]]:
    database = cantools.database.load_string(can_drive.DBC, "dbc")
    assert isinstance(database, cantools.database.can.Database)
    found: dict[int, list[tuple[float, dict[str, float]]]] = {}
    for line in can_drive.log().splitlines():
        match = re.fullmatch(r"\((\d+\.\d{6})\) can0 ([0-9A-F]{3})#([0-9A-F]{16})", line)
        assert match
        ident = int(match[2], 16)
        if ident != 0x2A0:
            message = database.decode_message(ident, bytes.fromhex(match[3]), decode_choices=False)
            assert isinstance(message, dict)
            decoded = {str(name): float(value) for name, value in message.items() if isinstance(value, int | float)}
            found.setdefault(ident, []).append((float(match[1]) - START.timestamp() - can_drive.OFFSET_S, decoded))
    return found


def test_signals_tell_the_planted_story() -> None:
    frames = _decoded()
    hands = np.array([(t, m["HandsOn"]) for t, m in frames[432]])
    edges = hands[1:][np.diff(hands[:, 1]) != 0, 0]
    told = [t for h in can_drive.HANDS_OFF for t in (h.start_s, h.end_s)]
    assert np.allclose(edges, told, atol=0.021)
    request = np.array([(t, m["HandsOnRequest"]) for t, m in frames[528]])
    rises = request[1:][np.diff(request[:, 1]) > 0, 0]
    assert np.allclose(rises, [t for h in can_drive.HANDS_OFF for t in (h.request_s, h.upgraded_s) if t is not None], atol=0.051)
    active = [t for t, m in frames[416] if m["AssistState"] == 2]
    assert np.allclose([active[0], active[-1]], can_drive.ENGAGED_S, atol=0.051)
    speed = np.array([(t, m["VehicleSpeed"]) for t, m in frames[257]])
    assert np.abs(speed[:, 1] / 3.6 - speed_mps(speed[:, 0] + can_drive.OFFSET_S)).max() < 0.005


def test_exactly_one_span_is_warned_late() -> None:
    late = [h for h in can_drive.HANDS_OFF if h.end_s - h.start_s > 5 and (h.request_s is None or h.request_s - h.start_s > 10)]
    assert not late  # none beyond what a confirmed gaze allows
    glanced = [
        h
        for h in can_drive.HANDS_OFF
        if h.request_s and h.request_s - h.start_s > 5 and any(a < h.end_s and h.start_s < b for a, b in can_drive.EYES_OFF_S)
    ]
    assert [h.start_s for h in glanced] == [95.0]


def test_times_ascend() -> None:
    times = [float(line[1:18]) for line in can_drive.log().splitlines()]
    assert times == sorted(times)


def test_nmea_reads_back_but_for_the_planted_faults() -> None:
    good, bad = [], 0
    for line in gnss_drive.log().split("\r\n")[:-1]:
        try:
            good.append(pynmea2.parse(line, check=True))
        except pynmea2.ChecksumError:
            bad += 1
    assert bad == len(gnss_drive.ALTERED_S)
    fixes = [s for s in good if isinstance(s, pynmea2.RMC)]
    assert len(fixes) == int(LENGTH_S) - len(gnss_drive.SILENT_S) - len(gnss_drive.ALTERED_S)
    seconds = np.array([(s.timestamp.minute * 60 + s.timestamp.second) for s in fixes], float)
    truth = motion(seconds)
    assert np.abs(np.array([s.latitude for s in fixes]) - truth.lat_deg).max() < 1e-6
    assert np.abs(np.array([s.longitude for s in fixes]) - truth.lon_deg).max() < 1e-6
    assert np.abs(np.array([s.spd_over_grnd for s in fixes]) * 0.514444 - truth.speed_mps).max() < 0.01


def test_position_moves_as_fast_as_the_speed_says() -> None:
    t = np.arange(0.0, LENGTH_S)
    told = motion(t)
    north = np.radians(np.diff(told.lat_deg)) * 6_371_008.8
    east = np.radians(np.diff(told.lon_deg)) * 6_371_008.8 * np.cos(np.radians(40.1012))
    assert np.abs(np.hypot(north, east) - (told.speed_mps[1:] + told.speed_mps[:-1]) / 2).max() < 0.1
