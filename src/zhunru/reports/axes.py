"""Axes of the drawings: where the ticks stand and what they say."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from zhunru.reports.figures import short

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)

_CALENDAR_S = 60 * 86_400
"""From this length on the ticks stand at the first days of months."""
_CHINA = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Axis:
    """A time axis from `start_ns` to `end_ns`, both integer nanoseconds; ticks count from the start, over months they name the month."""

    def __init__(self, start_ns: int, end_ns: int) -> None:
        self.start_ns = start_ns
        self.length_ns = max(end_ns - start_ns, 1)

    def share(self, t_ns: int) -> float:
        """Return where `t_ns` stands, 0 at the start and 1 at the end."""
        return (t_ns - self.start_ns) / self.length_ns

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield (share, words) of at most six ticks."""
        length_s = self.length_ns / 1e9
        if length_s >= _CALENDAR_S:
            yield from self._months()
            return
        step = (
            _step(length_s / 5) if length_s < 5 else next((s for s in _STEPS_S if s >= length_s / 5), 86_400 * _step(length_s / 5 / 86_400))
        )
        count = int(length_s / step + 1e-9)
        for number in range(count + 1):
            yield number * step / length_s, _clock(number * step, length_s)

    def _months(self) -> Iterator[tuple[float, str]]:
        """Yield the first days of months in China, at most seven, evenly many months apart."""
        begin, end = (_EPOCH + timedelta(seconds=t // 10**9) for t in (self.start_ns, self.start_ns + self.length_ns))
        months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
        every = next((n for n in (1, 2, 3, 6, 12) if len(months) / n <= 7), 12 * math.ceil(len(months) / 84))
        for month in months:
            first = datetime(month // 12, month % 12 + 1, 1, tzinfo=_CHINA)
            if month % every == 0 and begin <= first <= end:
                yield self.share(int(first.timestamp()) * 10**9), f"{first:%Y-%m}"


class Scale:
    """A value axis around `low` to `high`, widened to round numbers."""

    def __init__(self, low: float, high: float) -> None:
        largest = max(abs(low), abs(high))
        if high - low <= largest * 1e-12 or largest < 1e-290:
            pad = largest / 2 if largest > 1e-290 else 1.0
            low, high = low - pad, high + pad
        self.step = _step((high - low) / 3)
        self.low = math.floor(low / self.step + 1e-9) * self.step
        self.high = math.ceil(high / self.step - 1e-9) * self.step

    def share(self, value: float) -> float:
        """Return where `value` stands, 0 at the bottom and 1 at the top."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield (share, words) of the ticks, bottom first."""
        count = round((self.high - self.low) / self.step)
        for number in range(count + 1):
            value = self.low + number * self.step
            yield number / count, short(0.0 if abs(value) < self.step * 1e-6 else value)


def _step(rough: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(f * power for f in (1, 2, 5, 10) if f * power >= rough * (1 - 1e-9)))


def _clock(at_s: float, length_s: float) -> str:
    if length_s < 120:
        return f"{at_s:.4g} s"
    minutes, seconds = divmod(round(at_s), 60)
    hours, minutes = divmod(minutes, 60)
    if length_s < 7200:
        return f"{hours * 60 + minutes}:{seconds:02d}"
    if length_s < 3 * 86_400:
        return f"{hours}:{minutes:02d} h"
    return f"{at_s / 86_400:.3g} d"
