"""The drive of the sample car: one speed and course profile that the CAN log and the satellite receiver both tell of."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
START = datetime(2026, 11, 11, 2, 0, 0, tzinfo=UTC)
LENGTH_S = 600.0
_ORIGIN_DEG = (40.1012, 116.5507)
_EARTH_M = 6_371_008.8


@dataclass(frozen=True)
class Motion:
    """Where the car is and how it moves, one entry per time.

    Args:
        speed_mps: Speed over ground.
        course_deg: Course, clockwise from north.
        lat_deg: Latitude, WGS 84.
        lon_deg: Longitude, WGS 84.
    """

    speed_mps: Floats
    course_deg: Floats
    lat_deg: Floats
    lon_deg: Floats


def speed_mps(t_s: Floats) -> Floats:
    """Return the speed `t_s` seconds after the start: 45 s up to motorway speed, a slow swing, 40 s down to rest."""
    cruise = 29.0 + 1.8 * np.sin(t_s / 37.0)
    return np.asarray(cruise * np.clip(t_s / 45.0, 0.0, 1.0) * np.clip((LENGTH_S - t_s) / 40.0, 0.0, 1.0))


def course_deg(t_s: Floats) -> Floats:
    """Return the course: north-east with long bends."""
    return 48.0 + 22.0 * np.sin(t_s / 95.0)


def motion(t_s: Floats) -> Motion:
    """Return the motion at times `t_s` (ascending, inside the drive); the position is the integral of the speed at 10 Hz."""
    grid = np.arange(0.0, LENGTH_S + 0.1, 0.1)
    v, c = speed_mps(grid), np.radians(course_deg(grid))
    north, east = (np.concatenate(([0.0], np.cumsum(part[:-1] * 0.1))) for part in (v * np.cos(c), v * np.sin(c)))
    lat = _ORIGIN_DEG[0] + np.degrees(np.interp(t_s, grid, north) / _EARTH_M)
    lon = _ORIGIN_DEG[1] + np.degrees(np.interp(t_s, grid, east) / (_EARTH_M * np.cos(np.radians(_ORIGIN_DEG[0]))))
    return Motion(speed_mps(t_s), course_deg(t_s), lat, lon)
