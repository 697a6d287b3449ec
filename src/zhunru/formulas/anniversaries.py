"""Periods by years: the last day on which something of a limited age may be used."""

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
