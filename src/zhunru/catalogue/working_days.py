"""Loads the working-day calendar of China: holidays and make-up days as published, year by year."""

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from zhunru.core.errors import CatalogueError
from zhunru.core.text import Text

FILE = "working_days_cn.toml"
_WEEKEND = 5


class PublishedDays(NamedTuple):
    """Days off and make-up days as published; what `formulas.working_days` counts with.

    Args:
        years: Years that were published.
        holidays: Days off.
        working: Days of weekends on which people work.
        source: Who published them.
        notices: Year -> notice.
    """

    years: frozenset[int]
    holidays: frozenset[date]
    working: frozenset[date]
    source: str
    notices: tuple[tuple[int, str], ...]


@cache
def china() -> PublishedDays:
    """Return the packaged calendar of mainland China; read once."""
    content = resources.files(__package__ or "zhunru.catalogue").joinpath("calendars", FILE).read_text(encoding="utf-8")
    return calendar_of(content, FILE)


def calendar_of(content: str, name: str) -> PublishedDays:
    """Return the calendar that a TOML text holds.

    Args:
        content: TOML: `format`, `country`, `basis`, `source`, `[[year]]` with `year`, `notice`, `holidays` (spans), `working` (days).
        name: Name of the file, for messages.

    Raises:
        CatalogueError: Not TOML, a year twice, a day outside its year, a day both off and working, a make-up day that is no weekend.
    """
    try:
        data = tomllib.loads(content)
        if data["format"] != 1:
            raise ValueError("format")
        years = [int(y["year"]) for y in data["year"]]
        off = {int(y["year"]): {d for span in y["holidays"] for d in _days(*span[:2])} for y in data["year"]}
        on = {int(y["year"]): {_day(d) for d in y["working"]} for y in data["year"]}
        notices = [str(y["notice"]) for y in data["year"]]
        source = str(data["source"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise _wrong(name, f"{type(error).__name__}: {error}") from error
    for year in years:
        if years.count(year) > 1 or any(d.year != year for d in off[year] | on[year]):
            raise _wrong(name, f"{year}: listed twice, or a day outside the year")
        if off[year] & on[year] or any(d.weekday() < _WEEKEND for d in on[year]):
            raise _wrong(name, f"{year}: a day is both off and working, or a make-up day is no weekend")
    if not all(notices):
        raise _wrong(name, "a year without its notice")
    return PublishedDays(
        frozenset(years), frozenset().union(*off.values()), frozenset().union(*on.values()), source, tuple(zip(years, notices, strict=True))
    )


def _days(first: Any, last: Any) -> list[date]:
    count = (_day(last) - _day(first)).days
    if not 0 <= count <= 31:
        raise ValueError(f"{first} to {last}")
    return [_day(first) + timedelta(days=i) for i in range(count + 1)]


def _day(value: Any) -> date:
    if type(value) is not date:
        raise ValueError(f"{value!r} is no day")
    return value


def _wrong(name: str, where: str) -> CatalogueError:
    return CatalogueError(
        Text("工作日历不可用", "the calendar of working days cannot be used"),
        f"{name}: {where}",
        Text("按国务院办公厅的通知改正该处", "correct that place from the notice of the State Council"),
    )
