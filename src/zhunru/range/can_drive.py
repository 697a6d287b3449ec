"""The CAN log of the sample drive, as candump writes it, and the DBC that explains it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhunru.range.route import START, speed_mps

OFFSET_S, LENGTH_S = 180, 240
"""The log covers these seconds of the drive."""
ENGAGED_S = (15.0, 225.0)

DBC = """VERSION "1.0"

NS_ :

BS_:

BU_: VCU ADAS EPS DMS HMI

BO_ 257 VCU_Motion: 8 VCU
 SG_ VehicleSpeed : 0|16@1+ (0.01,0) [0|300] "km/h" ADAS,HMI
 SG_ SpeedValid : 16|1@1+ (1,0) [0|1] "" ADAS
 SG_ Alive : 52|4@1+ (1,0) [0|15] "" ADAS
 SG_ Check : 56|8@1+ (1,0) [0|255] "" ADAS

BO_ 416 ADAS_State: 8 ADAS
 SG_ AssistState : 0|3@1+ (1,0) [0|3] "" HMI
 SG_ SetSpeed : 8|12@1+ (0.1,0) [0|240] "km/h" HMI
 SG_ Alive : 52|4@1+ (1,0) [0|15] "" HMI
 SG_ Check : 56|8@1+ (1,0) [0|255] "" HMI

BO_ 432 EPS_Driver: 8 EPS
 SG_ HandsOn : 0|1@1+ (1,0) [0|1] "" ADAS
 SG_ HandsOnValid : 1|1@1+ (1,0) [0|1] "" ADAS
 SG_ SteeringTorque : 15|16@0- (0.01,0) [-50|50] "Nm" ADAS
 SG_ SteeringAngle : 31|16@0- (0.1,0) [-780|780] "deg" ADAS
 SG_ Alive : 52|4@1+ (1,0) [0|15] "" ADAS
 SG_ Check : 56|8@1+ (1,0) [0|255] "" ADAS

BO_ 448 DMS_Gaze: 8 DMS
 SG_ EyesOnRoad : 0|1@1+ (1,0) [0|1] "" ADAS
 SG_ GazeValid : 1|1@1+ (1,0) [0|1] "" ADAS
 SG_ Alive : 52|4@1+ (1,0) [0|15] "" ADAS
 SG_ Check : 56|8@1+ (1,0) [0|255] "" ADAS

BO_ 528 HMI_Warning: 8 HMI
 SG_ HandsOnRequest : 0|2@1+ (1,0) [0|3] "" ADAS
 SG_ Acoustic : 2|1@1+ (1,0) [0|1] "" ADAS
 SG_ HazardLights : 3|1@1+ (1,0) [0|1] "" ADAS
 SG_ Alive : 52|4@1+ (1,0) [0|15] "" ADAS
 SG_ Check : 56|8@1+ (1,0) [0|255] "" ADAS

CM_ "Signals of the sample car of zhunru; fictitious.";
CM_ SG_ 528 HandsOnRequest "Stage of the warning chain";
VAL_ 416 AssistState 0 "off" 1 "standby" 2 "active" 3 "fault" ;
VAL_ 528 HandsOnRequest 0 "none" 1 "hands_on_request" 2 "upgraded_request" 3 "direct_control_alert" ;
"""


@dataclass(frozen=True, slots=True)
class HandsOff:
    """One time without hands on the wheel; seconds into the log.

    Args:
        start_s: Both hands leave.
        end_s: A hand is back; all warnings end.
        request_s: Optical request; None = never.
        upgraded_s: Acoustic signal is added; None = never.
    """

    start_s: float
    end_s: float
    request_s: float | None = None
    upgraded_s: float | None = None


HANDS_OFF = (
    HandsOff(40.0, 46.5, 43.9),
    HandsOff(70.0, 73.2),
    # Planted fault: the glance away below ends the right to 10 s, so the request is due after 5 s and comes 7.4 s after the hands left.
    # Found by the check of miit-2021-103/6.1.
    HandsOff(95.0, 105.0, 102.4),
    HandsOff(130.0, 152.0, 138.6, 147.9),
    HandsOff(180.0, 184.4),
)
EYES_OFF_S = ((97.0, 100.0),)

_Bytes = NDArray[np.uint8]


def log(bus: str = "can0") -> str:
    """Return the log as text: five messages that the DBC knows and one that it does not, in the order of time."""
    lines: list[tuple[int, str]] = []
    start_ns = int(START.timestamp() + OFFSET_S) * 1_000_000_000
    for number, (ident, period_ms, fill) in enumerate(_MESSAGES):
        t_ms = np.arange(number, LENGTH_S * 1000, period_ms, dtype=np.int64)
        data = np.zeros((len(t_ms), 8), np.uint8)
        fill(t_ms / 1000.0, data)
        data[:, 6] |= ((np.arange(len(t_ms)) % 16) << 4).astype(np.uint8)
        data[:, 7] = np.bitwise_xor.reduce(data[:, :7], axis=1)
        text = data.tobytes().hex().upper()
        for row, t in enumerate((start_ns + t_ms * 1_000_000).tolist()):
            stamp = f"({t // 1_000_000_000}.{t % 1_000_000_000 // 1000:06d})"
            lines.append((t, f"{stamp} {bus} {ident:03X}#{text[16 * row : 16 * row + 16]}\n"))
    lines.sort()
    return "".join(line for _, line in lines)


def _within(t_s: NDArray[np.float64], spans: tuple[tuple[float, float], ...]) -> NDArray[np.bool_]:
    found = np.zeros(len(t_s), bool)
    for start, end in spans:
        found |= (t_s >= start) & (t_s < end)
    return found


def _put(data: _Bytes, column: int, values: NDArray[np.float64], order: str) -> None:
    words = np.rint(values).astype(f"{order}i2" if (values < 0).any() else f"{order}u2")
    data[:, column : column + 2] = words.view(np.uint8).reshape(-1, 2)


def _motion(t_s: NDArray[np.float64], data: _Bytes) -> None:
    _put(data, 0, speed_mps(t_s + OFFSET_S) * 3.6 / 0.01, "<")
    data[:, 2] = 1


def _state(t_s: NDArray[np.float64], data: _Bytes) -> None:
    data[:, 0] = np.where(_within(t_s, (ENGAGED_S,)), 2, 1)
    _put(data, 1, np.full(len(t_s), 1100.0), "<")


def _driver(t_s: NDArray[np.float64], data: _Bytes) -> None:
    off = _within(t_s, tuple((h.start_s, h.end_s) for h in HANDS_OFF))
    data[:, 0] = 2 | ~off
    _put(data, 1, np.where(off, 0.0, 85.0 * np.sin(t_s * 1.7)), ">")
    _put(data, 3, 62.0 * np.sin(t_s / 9.0), ">")


def _gaze(t_s: NDArray[np.float64], data: _Bytes) -> None:
    data[:, 0] = 2 | ~_within(t_s, EYES_OFF_S)


def _warning(t_s: NDArray[np.float64], data: _Bytes) -> None:
    request = _within(t_s, tuple((h.request_s, h.end_s) for h in HANDS_OFF if h.request_s is not None))
    upgraded = _within(t_s, tuple((h.upgraded_s, h.end_s) for h in HANDS_OFF if h.upgraded_s is not None))
    data[:, 0] = request.astype(np.uint8) + 5 * upgraded.astype(np.uint8)  # stage + 1, and bit 2: acoustic


def _unknown(t_s: NDArray[np.float64], data: _Bytes) -> None:
    data[:, 0] = (t_s * 10).astype(np.int64) % 256


_MESSAGES = ((257, 20, _motion), (416, 50, _state), (432, 20, _driver), (448, 50, _gaze), (528, 50, _warning), (672, 100, _unknown))
"""Identifier, period in ms, and what fills the payload."""
