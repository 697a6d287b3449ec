"""Clocks as an iCalendar file (RFC 5545): one event at the end of each clock, with two alarms; for the calendar of the people in charge."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from zhunru.core.text import Lang
from zhunru.records.clocks import Clock
from zhunru.reports.document import clean

_OCTETS = 75
"""Longest line, octets without the line end; RFC 5545 3.1."""


def render(clocks: Sequence[Clock], now: datetime, lang: Lang = "zh") -> bytes:
    """Return the open clocks as iCalendar: UTF-8, lines ended by CR LF and folded, times in UTC. Equal input, equal bytes.

    Args:
        clocks: All clocks; those that are not open or have no end are left out.
        now: Time stamp of the file.
        lang: Language of the texts.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zhunru//clocks//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for clock in clocks:
        if clock.due and clock.state == "open":
            lines += _event(clock, clock.due, now, lang)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode("utf-8")


def _event(clock: Clock, due: datetime, now: datetime, lang: Lang) -> Iterator[str]:
    name = f"{clock.clause}|{clock.about}|{clock.what.zh}|{due.isoformat()}"
    note = f"; {clock.note.of(lang)}" if clock.note.zh else ""
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(name.encode()).hexdigest()[:32]}@zhunru"
    yield f"DTSTAMP:{_stamp(now)}"
    yield f"DTSTART:{_stamp(due)}"
    yield f"SUMMARY:{_text(f'{clock.about} {clock.what.of(lang)}')}"
    yield f"DESCRIPTION:{_text(f'{clock.limit.of(lang)}; {clock.clause} ({clock.basis}){note}')}"
    long = clock.start is None or due - clock.start > timedelta(days=3)
    for before in ("-P7D", "-P1D") if long else ("-PT1H", "-PT15M"):
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{before}", f"DESCRIPTION:{_text(clock.what.of(lang))}", "END:VALARM")
    yield "END:VEVENT"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Return a text value: nothing in it can end the line or begin a property."""
    return clean(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    taken, size = "", 0
    for char in line:
        width = len(char.encode("utf-8"))
        if size + width > _OCTETS:
            yield taken
            taken, size = " ", 1
        taken, size = taken + char, size + width
    yield taken
