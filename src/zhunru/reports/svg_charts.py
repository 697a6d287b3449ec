"""Small tables drawn as SVG: bars, spans on a time axis, lines over time.

Widths are percentages and heights pixels, so that one drawing reads well on a phone, on a wide screen and on paper: text keeps its size.
Colours come from the classes `c0` to `c5` of the page; a dash pattern or a shape always says the same as the colour.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zhunru.core.result import ExhibitResult, Saying
from zhunru.reports import axes, figures
from zhunru.reports.html_parts.markup import Html, el, join

COLOURS = 6
BARS = 30
"""Rows drawn as bars; the table beneath shows more."""
PANELS = 6
"""Evidence files drawn each on its own time axis."""
LINES = 12
"""Lines of a series that stay distinct by colour and dash."""
SPANS = 300
"""Intervals drawn; the table beneath shows more."""
POINTS = 400
"""Buckets of a line, each drawn by its lowest and highest point."""
_LABEL_WIDTH = 44
"""Half-widths of a label: with the value at its right end they still fit a page of 390 px."""
_LANE_WIDTH = 84
"""Half-widths of a lane's name, which has a line of its own."""
_TOP = 18

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing.

    Args:
        svg: The drawing.
        heading: Evidence file or quantity it is about; may be empty.
        start_ns: Time of the zero of its axis, for drawings over time.
    """

    svg: Html
    heading: str = ""
    start_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The panels of an exhibit and what the colours mean.

    Args:
        panels: Drawings, top to bottom.
        legend: (name, colour index, kind) with kind `line`, `bar` or `mark`.
        left_out: Rows or files that are in the table only.
    """

    panels: tuple[Panel, ...]
    legend: tuple[tuple[str, int, str], ...] = ()
    left_out: int = 0


def draw(exhibit: ExhibitResult) -> Drawing:
    """Draw an exhibit; rows without usable values are left out of the drawing, never out of the table."""
    return {"bars": _bars, "spans": _spans, "series": _series}[exhibit.kind](exhibit)


def heading(column: str, exhibit: ExhibitResult) -> Saying:
    """Return the name of a column as a heading in both languages, with its unit."""
    named = exhibit.labels.get(column) or Saying(zh=_stem(column, exhibit), en=_stem(column, exhibit))
    unit = exhibit.units.get(column, "")
    tail = f" ({figures.visible(unit)})" if unit not in {"", "1", "ns"} else ""
    return Saying(zh=figures.visible(named.zh) + tail, en=figures.visible(named.en) + tail)


def label(column: str, exhibit: ExhibitResult) -> str:
    """Return the name of a column inside a drawing, which both languages share."""
    named = heading(column, exhibit)
    return named.zh if named.zh == named.en else f"{named.zh} / {named.en}"


def _stem(column: str, exhibit: ExhibitResult) -> str:
    unit = exhibit.units.get(column, "")
    stem = column.rsplit("_", 1)[0] if unit and "_" in column else column
    return (stem.removeprefix("t_") if unit == "ns" else stem).replace("_", " ")


def _group_name(group: str, exhibit: ExhibitResult) -> str:
    named = exhibit.labels.get(group)
    return f"{named.zh} / {named.en}" if named else group


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e300 < value < 1e300:
        return None
    return float(value)


def _time(value: Any) -> int | None:
    return int(value) if _number(value) is not None else None


def _words(value: Any) -> str:
    return "—" if value is None else figures.visible(str(value), figures.LONGEST_NAME)


def _clip(words: str, width: int = _LABEL_WIDTH) -> str:
    taken = 0
    for place, char in enumerate(words):
        taken += 2 if ord(char) > 0x2E7F else 1
        if taken > width:
            return words[:place] + "…"
    return words


def _pct(share: float) -> str:
    return f"{100 * share:.3f}".rstrip("0").rstrip(".") + "%"


def _svg(height: int, title: str, *parts: Html) -> Html:
    return el("svg", el("title", title), *parts, class_="chart", width="100%", height=height, role="img", aria_label=title)


def _groups(rows: Iterable[Row], column: str) -> list[str]:
    return sorted({_words(r.get(column)) for r in rows}) if column else []


def _title(exhibit: ExhibitResult) -> str:
    return f"{exhibit.title.zh} / {exhibit.title.en}"


# bars


def _bars(exhibit: ExhibitResult) -> Drawing:
    shown = exhibit.rows[:BARS]
    groups = _groups(exhibit.rows, exhibit.group)
    # A colour for every row says nothing: the label says it already.
    groups = groups if len(groups) < len(exhibit.rows) else []
    by_unit: dict[str, list[str]] = {}
    for column in exhibit.y:
        by_unit.setdefault(exhibit.units.get(column, ""), []).append(column)
    many = any(len(columns) > 1 for columns in by_unit.values())
    colours = {c: n for n, c in enumerate(exhibit.y)} if many else {}
    panels = []
    for columns in by_unit.values():
        heading = " · ".join(label(c, exhibit) for c in columns)
        panels.append(Panel(_bar_panel(exhibit, shown, columns, colours, groups), heading))
    if many:
        legend = tuple((label(c, exhibit), n % COLOURS, "bar") for c, n in colours.items())
    else:
        legend = tuple((_group_name(g, exhibit), n % COLOURS, "bar") for n, g in enumerate(groups))
    return Drawing(tuple(panels) if shown else (), legend, len(exhibit.rows) - len(shown))


def _bar_panel(exhibit: ExhibitResult, rows: Sequence[Row], columns: Sequence[str], colours: dict[str, int], groups: list[str]) -> Html:
    values = [v for r in rows for c in columns if (v := _number(r.get(c))) is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    span = (high - low) or 1.0
    zero = -low / span
    parts: list[Html] = []
    top = 0
    for row in rows:
        words = _words(row.get(exhibit.x))
        if exhibit.group:
            words += f" · {_group_name(_words(row.get(exhibit.group)), exhibit)}"
        parts.append(el("text", el("title", words), _clip(words), x="0", y=top + 14, class_="lbl"))
        for column in columns:
            colour = colours.get(column, groups.index(_words(row.get(exhibit.group))) if groups else 0) % COLOURS
            found = _number(row.get(column))
            told = "—" if found is None else figures.with_unit(figures.number(row[column]), exhibit.units.get(column, ""))
            parts.append(el("text", told, x="100%", y=top + 14, class_="val", text_anchor="end"))
            parts.append(el("rect", x="0", y=top + 19, width="100%", height=9, rx=2, class_="rail"))
            if found:
                wide = max(abs(found) / span, 0.003)
                left = zero if found > 0 else zero - wide
                parts.append(el("rect", x=_pct(left), y=top + 19, width=_pct(wide), height=9, rx=2, class_=f"f c{colour}"))
            top += 32 if column is columns[-1] else 28
    return _svg(top + 4, _title(exhibit), *parts)


# spans


def _by_source(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_words(row.get("source") or ""), []).append(row)
    return dict(sorted(found.items()))


def _spans(exhibit: ExhibitResult) -> Drawing:
    end, marks = exhibit.y[0], [c for c in exhibit.y[1:] if exhibit.units.get(c) == "ns" or c.endswith("_ns")]
    usable = [r for r in exhibit.rows if (a := _time(r.get(exhibit.x))) is not None and (b := _time(r.get(end))) is not None and a <= b]
    groups = _groups(usable, exhibit.group) or [""]
    sources = _by_source(usable[:SPANS])
    # Lanes carry their own names: colours that only repeat them say nothing.
    plain = len(groups) == len(usable)
    panels = [_span_panel(exhibit, rows, source, groups, marks, 1 if plain else COLOURS) for source, rows in list(sources.items())[:PANELS]]
    legend = [] if plain else [(_group_name(g, exhibit), n % COLOURS, "bar") for n, g in enumerate(groups) if g]
    legend += [(label(c, exhibit), n, "mark") for n, c in enumerate(marks)]
    drawn = sum(len(rows) for rows in list(sources.values())[:PANELS])
    return Drawing(tuple(panels), tuple(legend), len(exhibit.rows) - drawn)


def _span_panel(exhibit: ExhibitResult, rows: list[Row], source: str, groups: list[str], marks: list[str], colours: int) -> Panel:
    end = exhibit.y[0]
    times = [t for r in rows for c in (exhibit.x, end, *marks) if (t := _time(r.get(c))) is not None]
    axis = axes.Axis(min(times), max(times))
    parts: list[Html] = []
    top = 0
    for number, group in enumerate(groups):
        ours = sorted((r for r in rows if not exhibit.group or _words(r.get(exhibit.group)) == group), key=lambda r: (r[exhibit.x], r[end]))
        if not ours:
            continue
        if group:
            named = _group_name(group, exhibit)
            parts.append(el("text", el("title", named), _clip(named, _LANE_WIDTH), x="0", y=top + 13, class_="lbl"))
            top += 18
        free: list[int] = []
        for row in ours:
            lane = next((n for n, t in enumerate(free) if t <= row[exhibit.x]), len(free))
            free[lane : lane + 1] = [row[end]]
            parts += _span(exhibit, row, axis, top + 22 * lane, number % colours, marks)
        top += 22 * len(free) + 8
    return Panel(_svg(top + 22, _title(exhibit), *_grid(axis, top), *parts), source, axis.start_ns)


def _span(exhibit: ExhibitResult, row: Row, axis: "axes.Axis", top: int, colour: int, marks: list[str]) -> Iterator[Html]:
    start, end = row[exhibit.x], row[exhibit.y[0]]
    wide = max(axis.share(end) - axis.share(start), 0.002)
    hover = f"{(start - axis.start_ns) / 1e9:.6g} s – {(end - axis.start_ns) / 1e9:.6g} s = {(end - start) / 1e9:.6g} s"
    yield el("rect", el("title", hover), x=_pct(axis.share(start)), y=top, width=_pct(wide), height=16, rx=2, class_=f"f c{colour}")
    for number, column in enumerate(marks):
        if (at := _time(row.get(column))) is not None:
            shape = ("M0 -4 L5 5 L-5 5 Z", "M0 -5 L5 0 L0 5 L-5 0 Z", "M-4 -4 H4 V4 H-4 Z")[number % 3]
            stem = el("line", x1=0, x2=0, y1=-11, y2=5, class_="stem")
            hover = f"{label(column, exhibit)}: {(at - axis.start_ns) / 1e9:.6g} s"
            sign = el("path", el("title", hover), d=shape, class_=f"mark m{number % 3}")
            yield el("svg", stem, sign, x=_pct(axis.share(at)), y=top + 10, overflow="visible", width=1, height=1)


def _grid(axis: "axes.Axis", height: int) -> Iterator[Html]:
    for share, words in axis.ticks():
        anchor = "start" if share < 0.05 else "end" if share > 0.93 else "middle"
        yield el("line", x1=_pct(share), x2=_pct(share), y1=0, y2=height + 4, class_="grid")
        yield el("text", words, x=_pct(share), y=height + 18, class_="tick", text_anchor=anchor)


# series


def _series(exhibit: ExhibitResult) -> Drawing:
    usable = [r for r in exhibit.rows if _time(r.get(exhibit.x)) is not None]
    groups = _groups(usable, exhibit.group) or [""]
    by_unit: dict[str, list[str]] = {}
    for column in exhibit.y:
        by_unit.setdefault(exhibit.units.get(column, ""), []).append(column)
    groups = groups[: max(1, LINES // len(exhibit.y))]
    names = [(c, g) for c in exhibit.y for g in groups]
    # Where each drawing holds one quantity, a group keeps its colour through all of them.
    alone = all(len(columns) == 1 for columns in by_unit.values())
    colours = {(c, g): groups.index(g) if alone else n for n, (c, g) in enumerate(names)}
    sources = _by_source(r for r in usable if not exhibit.group or _words(r.get(exhibit.group)) in groups)
    panels = []
    for source, rows in list(sources.items())[:PANELS]:
        for columns in by_unit.values():
            heading = " · ".join(filter(None, (source, ", ".join(label(c, exhibit) for c in columns))))
            panels.append(_series_panel(exhibit, rows, columns, groups, colours, heading))
    several = len(exhibit.y) > 1 and not alone
    entries = {n: " · ".join(filter(None, (label(c, exhibit) if several else "", g))) for (c, g), n in colours.items()}
    drawn = sum(len(rows) for rows in list(sources.values())[:PANELS])
    return Drawing(
        tuple(panels), tuple((words, n, "line") for n, words in entries.items()) if len(entries) > 1 else (), len(exhibit.rows) - drawn
    )


def _series_panel(
    exhibit: ExhibitResult, rows: list[Row], columns: Sequence[str], groups: list[str], colours: dict[tuple[str, str], int], heading: str
) -> Panel:
    times = [int(r[exhibit.x]) for r in rows]
    axis = axes.Axis(min(times), max(times))
    values = [v for r in rows for c in columns if (v := _number(r.get(c))) is not None]
    scale = axes.Scale(min(values, default=0.0), max(values, default=1.0))
    height = 150
    lines: list[Html] = []
    for column in columns:
        for group in groups:
            ours = [r for r in rows if not exhibit.group or _words(r.get(exhibit.group)) == group]
            points = sorted(((int(r[exhibit.x]), _number(r.get(column))) for r in ours), key=lambda p: p[0])
            colour = colours[column, group]
            path = _path([(axis.share(t) * 1000, None if v is None else (1 - scale.share(v)) * 1000) for t, v in points])
            if path:
                lines.append(el("path", d=path, class_=_stroke(colour), vector_effect="non-scaling-stroke"))
    plot = el("svg", *lines, x="0", y=_TOP, width="100%", height=height, viewBox="0 0 1000 1000", preserveAspectRatio="none")
    marks: list[Html] = []
    for at, words in scale.ticks():
        y = _TOP + (1 - at) * height
        marks.append(el("line", x1="0", x2="100%", y1=f"{y:.1f}", y2=f"{y:.1f}", class_="grid"))
        marks.append(el("text", words, x="0", y=f"{y - 3:.1f}", class_="tick halo"))
    grid = _grid(axis, height + _TOP)
    return Panel(_svg(height + _TOP + 26, f"{_title(exhibit)} – {heading}", *grid, *marks[::2], plot, *marks[1::2]), heading, axis.start_ns)


def _stroke(number: int) -> str:
    return f"s c{number % COLOURS} d{number % LINES}"


def _path(points: list[tuple[float, float | None]]) -> Html:
    """Return path data; a null breaks the line, a lone point becomes a dot, long lines keep the extremes of each bucket."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    total = sum(map(len, runs))
    written = []
    for run in filter(None, runs):
        kept = _thinned(run, max(2, POINTS * len(run) // total)) if total > 2 * POINTS else run
        head, *rest = (f"{x:.1f} {y:.1f}" for x, y in kept)
        written.append(f"M{head}" + ("".join(f"L{p}" for p in rest) or "h.1"))
    return Html("".join(written))


def _thinned(run: list[tuple[float, float]], buckets: int) -> list[tuple[float, float]]:
    if len(run) <= 2 * buckets:
        return run
    kept: list[tuple[float, float]] = [run[0]]
    step = len(run) / buckets
    for number in range(buckets):
        part = run[int(number * step) : int((number + 1) * step)] or run[-1:]
        kept += sorted({min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1])})
    return [*kept, run[-1]]


def swatch(colour: int, kind: str) -> Html:
    """Return the sign of a legend entry."""
    if kind == "mark":
        shape = ("M7 1 L12 11 L2 11 Z", "M7 1 L12 6 L7 11 L2 6 Z", "M3 2 H11 V10 H3 Z")[colour % 3]
        drawn = el("path", d=shape, class_=f"mark m{colour % 3}")
    elif kind == "bar":
        drawn = el("rect", x=0, y=2, width=14, height=8, rx=2, class_=f"f c{colour}")
    else:
        drawn = el("path", d="M0 6 H22", class_=_stroke(colour))
    return el("svg", drawn, class_="swatch", width=22 if kind == "line" else 14, height=12, aria_hidden="true")


def legend(entries: Sequence[tuple[str, int, str]]) -> Html:
    """Return the legend as a list."""
    return el("ul", join(el("li", swatch(colour, kind), el("span", words)) for words, colour, kind in entries), class_="legend")
