"""Working days: a weekday that is no public holiday, or a make-up day; outside the years of the calendar nothing is known."""

from datetime import date, timedelta
from typing import Protocol

_SATURDAY = 5
_DAY = timedelta(days=1)


class WorkingCalendar(Protocol):
    """What is known of the working days of one country; `catalogue.working_days` gives that of China."""

    @property
    def years(self) -> frozenset[int]:
        """Years whose holidays were published; a day of another year cannot be told."""
        ...

    @property
    def holidays(self) -> frozenset[date]:
        """Days off, weekends inside a holiday included."""
        ...

    @property
    def working(self) -> frozenset[date]:
        """Days of weekends on which people work."""
        ...


def is_working_day(calendar: WorkingCalendar, day: date) -> bool | None:
    """Tell whether `day` is a working day; None when the calendar does not know its year."""
    if day.year not in calendar.years:
        return None
    return day in calendar.working or (day not in calendar.holidays and day.weekday() < _SATURDAY)


def working_days_between(calendar: WorkingCalendar, first: date, last: date, *, first_counts: bool, last_counts: bool) -> int | None:
    """Return the number of working days from `first` to `last`.

    A period that begins with an event does not count the day of the event (`first_counts=False`, `last_counts=True`); a period counted
    backwards from an event does not count that day either (`first_counts=True`, `last_counts=False`). On working days both give the same.

    Args:
        calendar: What is known.
        first: First day.
        last: Last day; before `first` the answer is zero or negative: the count the other way round, with the ends as told.
        first_counts: The first day is counted when it is a working day.
        last_counts: The last day is counted when it is a working day.

    Returns:
        Working days, or None when a day of the span lies in a year that the calendar does not know.

    References:
        民法典 article 201: the day on which a period begins is not counted.
    """
    if last < first:
        back = working_days_between(calendar, last, first, first_counts=last_counts, last_counts=first_counts)
        return None if back is None else -back
    if not set(range(first.year, last.year + 1)) <= calendar.years:
        return None
    begin = first if first_counts else first + _DAY
    end = last if last_counts else last - _DAY
    return sum(is_working_day(calendar, begin + _DAY * i) or False for i in range((end - begin).days + 1))


def add_working_days(calendar: WorkingCalendar, day: date, count: int) -> date | None:
    """Return the day that lies `count` working days after `day` (before it when negative); `day` itself is not counted.

    Args:
        calendar: What is known.
        day: Day of the event.
        count: Working days; 0 returns `day`.

    Returns:
        A working day, or None when the way leads through a year that the calendar does not know.
    """
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    if day.year not in calendar.years:
        return None
    while left:
        day += step
        works = is_working_day(calendar, day)
        if works is None:
            return None
        left -= works
    return day
