"""The NMEA 0183 log of the sample drive: a receiver that uses GPS and BeiDou, 1 Hz, with planted faults."""

from datetime import timedelta
from functools import reduce
from operator import xor

import numpy as np

from zhunru.range.route import LENGTH_S, START, motion

GPS = (2, 5, 10, 13, 15, 18, 23, 24)
BEIDOU = (6, 9, 13, 16, 19, 21, 22, 29, 36, 39)
# Planted fault: the receiver is silent for 12 s. Found by the check of miit-2021-103/8.2.
SILENT_S = range(310, 322)
# Planted fault: one character of these RMC sentences is altered, so that the checksum contradicts. Found by the same check.
ALTERED_S = (90, 205, 478)


def sentence(body: str) -> str:
    """Return `body` with its start, checksum and line end."""
    return f"${body}*{reduce(xor, body.encode(), 0):02X}\r\n"


def log() -> str:
    """Return the log, one block of sentences per second."""
    blocks = []
    where = motion(np.arange(0.0, LENGTH_S))
    for second in range(int(LENGTH_S)):
        if second in SILENT_S:
            continue
        moment = START + timedelta(seconds=second)
        place = f"{_degrees(where.lat_deg[second], 2)},N,{_degrees(where.lon_deg[second], 3)},E"
        speed, course = where.speed_mps[second] / 0.514444, where.course_deg[second]
        rmc = sentence(f"GNRMC,{moment:%H%M%S}.000,A,{place},{speed:.2f},{course:.2f},{moment:%d%m%y},,,A,V")
        if second in ALTERED_S:
            rmc = rmc.replace(",A,4", ",A,5", 1)
        gps, beidou = _used(GPS, second), _used(BEIDOU, second)
        blocks += [
            rmc,
            sentence(f"GNGGA,{moment:%H%M%S}.000,{place},1,{min(len(gps) + len(beidou), 12):02d},0.8,43.2,M,-9.1,M,,"),
            sentence(f"GNGSA,A,3,{_listed(gps)},1.4,0.8,1.1,1"),
            sentence(f"GNGSA,A,3,{_listed(beidou)},1.4,0.8,1.1,4"),
            *_in_view("GP", GPS, second),
            *_in_view("GB", BEIDOU, second),
        ]
    return "".join(blocks)


def _degrees(value: float, digits: int) -> str:
    whole = int(value)
    return f"{whole:0{digits}d}{(value - whole) * 60:08.5f}"


def _used(satellites: tuple[int, ...], second: int) -> tuple[int, ...]:
    # Behind a bridge every two minutes the two lowest of each system are not used.
    return satellites[:-2] if second % 120 in range(50, 55) else satellites


def _listed(satellites: tuple[int, ...]) -> str:
    return ",".join([f"{s:02d}" for s in satellites] + [""] * (12 - len(satellites)))


def _in_view(talker: str, satellites: tuple[int, ...], second: int) -> list[str]:
    total = -(-len(satellites) // 4)
    found = []
    for number in range(total):
        group = satellites[4 * number : 4 * number + 4]
        fields = ",".join(
            f"{s:02d},{(7 * s + 13) % 70 + 15:02d},{(s * 37 + second // 60) % 360:03d},{36 + (s + second) % 9:02d}" for s in group
        )
        found.append(sentence(f"{talker}GSV,{total},{number + 1},{len(satellites):02d},{fields},1"))
    return found
