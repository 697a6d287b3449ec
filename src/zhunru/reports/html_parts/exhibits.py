"""Figures: each exhibit drawn, with its legend and the numbers behind it."""

from typing import Any

from zhunru.core.result import ExhibitResult, Result, Saying
from zhunru.reports import figures, svg_charts
from zhunru.reports.html_parts.findings import time_of
from zhunru.reports.html_parts.markup import Column, Html, anchor, both, details, el, join, name, say, table, text, value
from zhunru.reports.svg_charts import Drawing, Panel

ROWS = 100
"""Rows of the table beneath a figure."""


def exhibits(result: Result) -> Html:
    """Return the figures in the order of the result, or nothing."""
    if not result.exhibits:
        return Html("")
    known = {c.id for c in result.clauses}
    drawn = [_figure(number, each, known) for number, each in enumerate(result.exhibits, 1)]
    return el("section", el("h2", say("图示", "Figures"), id="figures"), *drawn, aria_labelledby="figures")


def _figure(number: int, exhibit: ExhibitResult, known: set[str]) -> Html:
    drawing = svg_charts.draw(exhibit) if exhibit.kind != "rows" else Drawing(())
    label = el("strong", say(f"图 {number}", f"Figure {number}"))
    clause = el("a", exhibit.clause, href=f"#{anchor('clause', exhibit.clause)}") if exhibit.clause in known else text(exhibit.clause)
    caption = el("figcaption", label, text("  "), both(exhibit.title), el("small", say("条款 ", "clause "), clause))
    legend = svg_charts.legend(drawing.legend) if drawing.legend else None
    if exhibit.kind == "rows":
        return el("figure", caption, _table(exhibit, listed(exhibit)), _remainder(exhibit, drawing), id=f"figure-{number}")
    panels = [_panel(p) for p in drawing.panels] or [el("p", say("没有可绘制的数据。", "Nothing to draw."), class_="warning")]
    return el("figure", caption, legend, *panels, _remainder(exhibit, drawing), _data(exhibit), id=f"figure-{number}")


def _panel(panel: Panel) -> Html:
    heading = el("p", name(panel.heading), class_="panel-name") if panel.heading else None
    zero = (
        el("p", say("时间零点：", "Zero of the axis: "), time_of(panel.start_ns), class_="soft zero")
        if panel.start_ns is not None
        else None
    )
    return el("div", heading, panel.svg, zero, class_="panel")


def _remainder(exhibit: ExhibitResult, drawing: Drawing) -> Html | None:
    """Say what the drawing leaves out."""
    told = []
    if drawing.left_out:
        told.append(
            say(f"另有 {drawing.left_out} 行未绘出，见数据表。", f"{drawing.left_out} more row(s) are not drawn; see the table of data. ")
        )
    total = max(exhibit.total_rows, len(exhibit.rows))
    if total > len(exhibit.rows):
        told.append(say(f"结果只含 {total} 行中的 {len(exhibit.rows)} 行。", f"The result holds {len(exhibit.rows)} of {total} rows."))
    return el("p", join(told), class_="warning") if told else None


def listed(exhibit: ExhibitResult) -> tuple[list[Column], list[list[Html]]]:
    """Return columns and cells of an exhibit that is the table itself; coded values in words, texts in both languages in one column."""
    names = [exhibit.x, *exhibit.y]
    columns = [Column(svg_charts.heading(n, exhibit), "") for n in names]
    return columns, [[_listed(row, n, exhibit) for n in names] for row in exhibit.rows]


def _listed(row: dict[str, Any], column: str, exhibit: ExhibitResult) -> Html:
    cell = row.get(column)
    if column.endswith("_zh") and isinstance(cell, str) and isinstance(other := row.get(f"{column[:-3]}_en"), str):
        return both(Saying(zh=cell, en=other))
    word = exhibit.labels.get(f"{column}={cell}")
    return both(word) if word else _shown(cell, column, exhibit)


def _table(exhibit: ExhibitResult, content: tuple[list[Column], list[list[Html]]], kind: str = "cards") -> Html:
    title = f"{exhibit.title.zh} / {exhibit.title.en}"
    return el("div", table(*content, exhibit.title, kind), class_="scroll", tabindex=0, role="region", aria_label=title)


def _data(exhibit: ExhibitResult) -> Html:
    names = list(dict.fromkeys([exhibit.x, *exhibit.y, *([exhibit.group] if exhibit.group else [])]))
    names += sorted({key for row in exhibit.rows for key in row} - set(names))
    columns = [Column(svg_charts.heading(n, exhibit), "" if n == exhibit.x or n == exhibit.group else "num") for n in names]
    rows = [[_shown(row.get(n), n, exhibit) for n in names] for row in exhibit.rows[:ROWS]]
    scroll = _table(exhibit, (columns, rows), "data")
    cut = len(exhibit.rows) - len(rows)
    rest = el("p", say(f"其余 {cut} 行见 result.json。", f"{cut} more row(s) in result.json."), class_="soft") if cut else None
    return details(say(f"数据表（{len(rows)} 行）", f"Table of data ({len(rows)} rows)"), scroll, rest)


def _shown(cell: Any, column: str, exhibit: ExhibitResult) -> Html:
    if cell is None or (isinstance(cell, float) and cell != cell):
        return text("—")
    if exhibit.units.get(column) == "ns" and isinstance(cell, int) and not isinstance(cell, bool):
        return time_of(cell)
    return value(cell) if isinstance(cell, str | int | float | bool) else text(figures.number(str(cell)))
