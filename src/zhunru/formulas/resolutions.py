"""Resolutions of sensors as tables write them: pixels, or an angle or a length that is the smaller the finer."""

import re
from typing import NamedTuple

_PIXELS = re.compile(r"(\d{2,6})\s*[x×*＊X]\s*(\d{2,6})(?:\s*(?:px|像素))?")
_MEGA = re.compile(r"(\d+(?:\.\d+)?)\s*(MP|M\s*像素|百万像素|万像素)", re.IGNORECASE)
_STEP = re.compile(r"[±≤<]?\s*(\d+(?:\.\d+)?)\s*(°|度|mm|cm|m|米)")
_LENGTH = {"mm": 0.001, "cm": 0.01, "m": 1.0, "米": 1.0}


class Resolution(NamedTuple):
    """A resolution.

    Args:
        quantity: pixels, angle (degrees) or length (metres).
        fineness: Greater is finer: pixels, or the inverse of the step.
    """

    quantity: str
    fineness: float


def resolution_of(text: str | None) -> Resolution | None:
    """Return a written resolution: 1920x1080, 8MP, 800万像素, 0.1°, 5cm; None when it is none of these."""
    word = (text or "").strip()
    if match := _PIXELS.fullmatch(word):
        return Resolution("pixels", float(match[1]) * float(match[2]))
    if match := _MEGA.fullmatch(word):
        return Resolution("pixels", float(match[1]) * (1e4 if match[2].startswith("万") else 1e6))
    if (match := _STEP.fullmatch(word)) and float(match[1]) > 0:
        angle = match[2] in {"°", "度"}
        return Resolution("angle" if angle else "length", 1 / (float(match[1]) * (1.0 if angle else _LENGTH[match[2]])))
    return None


def finer_than_needed(fitted: str | None, needed: str | None) -> bool | None:
    """Tell whether a fitted resolution is finer than the one that is needed; None when the two cannot be compared."""
    one, other = resolution_of(fitted), resolution_of(needed)
    if one is None or other is None or one.quantity != other.quantity:
        return None
    return one.fineness > other.fineness * (1 + 1e-9)
