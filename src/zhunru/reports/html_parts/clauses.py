"""The clause matrix: every clause at a glance, then theme by theme in words."""

from collections.abc import Iterable

from zhunru.core.result import ClauseResult, Result, Saying
from zhunru.reports.html_parts.head import basis, number_of, tile_style
from zhunru.reports.html_parts.markup import Html, anchor, both, chip, el, heads, icon, join, name, say, style_of, table, tag_of, text
from zhunru.reports.wording import OPINION, ORDER, SCREENING_PASS, SILENT, THEMES, VERDICTS, key, tally

_OPEN = frozenset({"fail", "error", "inconclusive", "missing", "not-assessed", "screening-pass"})
_COLUMNS = heads(
    ("条款", "Clause", "k"),
    ("结论", "Verdict", "v"),
    ("要求", "Duty", "grow"),
    ("检查与图示", "Checks, figures", "checks"),
    ("说明", "Remarks", "remarks"),
)


def by_theme(result: Result) -> dict[str, list[ClauseResult]]:
    """Return the clauses per theme in the order of the themes; those of the opinion first."""
    found: dict[str, list[ClauseResult]] = {theme: [] for theme in THEMES}
    for clause in result.clauses:
        found[clause.theme].append(clause)
    return {t: sorted(cs, key=lambda c: (c.instrument != OPINION, c.instrument)) for t, cs in found.items() if cs}


def glance(result: Result) -> Html:
    """Return one tile per clause, by theme."""
    rows = []
    for theme, clauses in by_theme(result).items():
        own = [c for c in clauses if c.instrument == OPINION]
        tiles = [*map(_tile, own), *_others([c for c in clauses if c.instrument != OPINION])]
        rows.append(el("div", el("h3", el("a", THEMES[theme], href=f"#{anchor('theme', theme)}")), el("ul", *tiles, class_="tiles")))
    return el(
        "section",
        el("h2", say("条款总览", "Clauses at a glance"), id="glance"),
        el("div", *rows, class_="glance"),
        aria_labelledby="glance",
    )


def _others(clauses: list[ClauseResult]) -> list[Html]:
    """Return the tiles of other instruments: how many have no answer, then those that have one."""
    if not clauses:
        return []
    counts = tally(clauses)
    silent = [say(f" {VERDICTS[k].zh} {counts[k]}", f" {VERDICTS[k].en.lower()} {counts[k]}") for k in ORDER if k in SILENT and counts[k]]
    head = say("配套文件", "other instruments")
    link = el("a", head, join(silent, " ·"), href="#instruments") if silent else head
    return [el("li", link, class_="from"), *(_tile(c, c.id) for c in clauses if key(c.verdict) not in SILENT)]


def _tile(clause: ClauseResult, label: str = "") -> Html:
    style = style_of(clause.verdict, clause.screening)
    words = SCREENING_PASS if style == "screening-pass" else VERDICTS[clause.verdict.value if clause.verdict else "NOT_ASSESSED"]
    hover = f"{clause.title.zh}：{words.zh} / {clause.title.en}: {words.en}"
    unseen = el("span", text(" "), both(words), class_="unseen")
    link = el(
        "a",
        icon(style),
        el("span", label or number_of(clause)),
        unseen,
        href=f"#{anchor('clause', clause.id)}",
        title=hover,
        class_=f"tile {tile_style(clause)}",
    )
    return el("li", link)


def matrix(result: Result) -> Html:
    """Return every clause with verdict, duty, checks and remarks, theme by theme, with a filter on screen."""
    figures: dict[str, list[int]] = {}
    for number, exhibit in enumerate(result.exhibits, 1):
        figures.setdefault(exhibit.clause, []).append(number)
    parts: list[Html] = []
    for theme, clauses in by_theme(result).items():
        tabled = [c for c in clauses if in_matrix(c)]
        rows = [_row(clause, figures.get(clause.id, []), result) for clause in tabled]
        shown = [table(_COLUMNS, rows, THEMES[theme], "cards matrix", [_mark(clause) for clause in tabled])] if rows else []
        if len(tabled) < len(clauses):
            rest = len(clauses) - len(tabled)
            words = say(
                f"配套文件另有 {rest} 条未评估或不适用", f"{rest} more clause(s) of other instruments: not assessed or not applicable"
            )
            shown.append(el("p", el("a", words, href="#instruments"), class_="soft"))
        parts.append(
            el(
                "section",
                el("h3", THEMES[theme], id=anchor("theme", theme)),
                *shown,
                aria_labelledby=anchor("theme", theme),
                class_="theme",
            )
        )
    return el("section", el("h2", say("逐条结论", "Clause by clause"), id="clauses"), *_filter(), *parts, aria_labelledby="clauses")


def in_matrix(clause: ClauseResult) -> bool:
    """Tell whether a clause has a row of its own; the others are listed by instrument among the open points."""
    return clause.instrument == OPINION or key(clause.verdict) not in SILENT or bool(clause.reviewed_by)


def _filter() -> Iterable[Html]:
    choices = (
        ("all", "全部", "all"),
        ("open", "未了结（含筛查）", "open, screening included"),
        ("done", "已通过或不适用", "passed or not applicable"),
    )
    for which, _, _ in choices:
        yield el("input", type="radio", name="shown", id=f"show-{which}", checked=which == "all", class_="unseen")
    labels = [el("label", say(zh, en), for_=f"show-{which}") for which, zh, en in choices]
    yield el("div", el("span", say("屏幕显示：", "On screen: ")), *labels, class_="filter")


def _mark(clause: ClauseResult) -> tuple[str, str]:
    style = style_of(clause.verdict, clause.screening)
    return anchor("clause", clause.id), f"row-{style} {'open' if style in _OPEN else 'done'}"


def _row(clause: ClauseResult, figures: list[int], result: Result) -> list[Html]:
    known = {c.id for c in result.checks}
    instrument = result.instruments.get(clause.instrument, Saying(zh=clause.instrument, en=clause.instrument))
    number = el(
        "span", el("strong", number_of(clause)), el("small", instrument, title=clause.instrument) if clause.instrument != OPINION else None
    )
    duty = join([el("p", both(clause.title), class_="title"), el("p", both(clause.duty), class_="soft")])
    checks = [el("li", el("a", el("code", c), href=f"#{anchor('check', c)}") if c in known else el("code", c)) for c in clause.checks] + [
        el("li", el("a", say(f"图 {n}", f"Figure {n}"), href=f"#figure-{n}")) for n in figures
    ]
    return [
        number,
        chip(clause.verdict, clause.screening),
        duty,
        el("ul", *checks, class_="plain") if checks else Html(""),
        _remarks(clause),
    ]


def _remarks(clause: ClauseResult) -> Html:
    parts: list[Html] = []
    if clause.waiver:
        waived = say("豁免（不改变结论）：", "waiver (the verdict stands): ")
        parts.append(el("p", tag_of(Saying(zh="豁免", en="waiver"), "waiver"), text(" "), waived, name(clause.waiver)))
    if clause.reason:
        parts.append(el("p", both(clause.reason)))
    if clause.reviewed_by:
        parts.append(el("p", say("评审人：", "reviewed by "), name(clause.reviewed_by)))
    if clause.basis != "C":
        parts.append(el("p", say("条款内容依据 ", "content of the clause: "), basis(clause.basis)))
    return join(parts)
