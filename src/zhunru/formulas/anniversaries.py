"""Periods by years and months: the last day on which something of a limited age may be used, or must still be there."""

from calendar import monthrange
from datetime import date


def last_day_after_years(day: date, years: int) -> date:
    """Return the corresponding day `years` later; where that month has no such day, its last one.

    Args:
        day: Day on which the period begins (not counted).
        years: Whole years, not negative.

    References:
        民法典 articles 201, 202: a period of years ends on the corresponding day; without one, on the last day of that month.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def last_day_after_months(day: date, months: int) -> date:
    """Return the corresponding day `months` later; where that month has no such day, its last one.

    Args:
        day: Day on which the period begins (not counted).
        months: Whole months; negative = before.

    References:
        民法典 articles 201, 202.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
