"""How values are written: hostile text made visible, numbers, sizes, points of time. Same value, same text, on every machine."""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

Value = str | int | float | bool | None

LONGEST = 1200
"""Characters of one sentence that a report shows; the rest stays in result.json."""
LONGEST_NAME = 160
"""Characters of one name or value that a report shows."""

_CHINA = timezone(timedelta(hours=8))
_YEAR_NS = 365 * 86_400 * 10**9
_CJK_BREAK = re.compile(r"(?<=[\u2e80-\uffef])\s*\n\s*(?=[\u2e80-\uffef])")


def visible(text: str, longest: int = LONGEST) -> str:
    """Return `text` clipped, with every character that hides or reorders others written as its code point.

    Bidi controls, escape sequences, zero-width characters and lone surrogates could make a file name look like another.
    """
    if len(text) > longest:
        text = f"{text[:longest]} … (+{len(text) - longest})"
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" or c.isprintable() or unicodedata.category(c) == "Zs" else f"⟦U+{ord(c):04X}⟧" for c in text)


def flow(text: str) -> str:
    """Join the lines of a wrapped paragraph; between Chinese characters without a space."""
    return " ".join(_CJK_BREAK.sub("", text).split())


def number(value: Value, *, grouped: bool = True, digits: int = 10) -> str:
    """Return a value as text; `grouped` separates thousands from 10,000 on, `digits` counts the significant ones of a fraction."""
    if value is None:
        return "—"
    if isinstance(value, str):
        return visible(value, LONGEST_NAME)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        if not value.is_integer() or abs(value) >= 2**53:
            return format(value, f".{digits}g")
        value = int(value)
    if value.bit_length() > 256:
        return f"{'-' if value < 0 else ''}2^{value.bit_length() - 1}…"
    return f"{value:,}" if grouped and abs(value) >= 10_000 else str(value)


def pair(measured: Value, limit: Value) -> tuple[str, str]:
    """Return both as text with six digits; two different numbers never look the same."""
    texts = number(measured, digits=6), number(limit, digits=6)
    if texts[0] == texts[1] and measured != limit and isinstance(measured, int | float) and isinstance(limit, int | float):
        return repr(measured), repr(limit)
    return texts


def with_unit(text: str, unit: str) -> str:
    """Append a unit; the pure number `1` and the dash of an absent value get none."""
    return text if unit in {"", "1"} or text == "—" else f"{text} {visible(unit)}"


def size(count: int) -> str:
    """Return a number of bytes in the unit that reads best."""
    if abs(count) < 1000:
        return f"{count} B"
    # 999,500 would be written as 1e+03 kB: from there on the next unit reads better.
    power = next((n for n in (1, 2, 3) if abs(count) < 999.5 * 1000**n), 4)
    amount = count / 1000**power
    return (f"{amount:.3g}" if abs(amount) < 1000 else f"{amount:,.0f}") + f" {('kB', 'MB', 'GB', 'TB')[power - 1]}"


def moment(t_ns: int) -> tuple[str, str]:
    """Return a time as (UTC, China time); a time inside 1970 counts from the start of a log and gives (seconds, "").

    Args:
        t_ns: Integer nanoseconds since 1970-01-01 UTC.
    """
    if abs(t_ns) < _YEAR_NS:
        return f"+{t_ns / 1e9:.6f}".rstrip("0").rstrip(".") + " s", ""
    seconds, rest = divmod(t_ns, 10**9)
    try:
        utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        china = utc.astimezone(_CHINA)
    except OverflowError:
        return f"{number(t_ns)} ns", ""
    tail = f".{rest:09d}".rstrip("0").rstrip(".")
    return f"{utc:%Y-%m-%d %H:%M:%S}{tail} UTC", f"{china:%Y-%m-%d %H:%M:%S}{tail} +08:00"


def short(value: float) -> str:
    """Return a value for a chart axis: four digits, k M G T above 10,000."""
    for factor, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= factor:
            return f"{value / (1e3 if sign == 'k' else factor):.4g} {sign}"
    return f"{value:.4g}"
