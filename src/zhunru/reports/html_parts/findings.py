"""Each check with its limits and its findings: expected, observed, where, when."""

from collections.abc import Sequence

from zhunru.core.result import CheckResult, Result, Saying, SeenFinding, UsedLimit
from zhunru.core.verdict import Verdict
from zhunru.reports import figures
from zhunru.reports.html_parts.head import basis
from zhunru.reports.html_parts.markup import (
    Html,
    anchor,
    both,
    chip,
    details,
    el,
    facts,
    heads,
    join,
    name,
    say,
    style_of,
    table,
    tag_of,
    text,
    value,
)
from zhunru.reports.wording import KINDS, rank

SHOWN_AT_ONCE = 6
"""Findings of one sentence shown without opening anything."""

_COLUMNS = heads(
    ("观测值", "Observed", "num"),
    ("限值", "Limit", "num"),
    ("位置", "Where", "where"),
    ("时间", "Time", "time"),
    ("其他", "Facts", "grow"),
)
_LIMITS = heads(
    ("参数", "Parameter"), ("取值", "Value", "num"), ("来源", "Source"), ("依据", "Basis"), ("调整理由", "Justification", "grow")
)


def findings(result: Result) -> Html:
    """Return every check, worst verdict first."""
    known = {c.id for c in result.clauses}
    ordered = sorted(result.checks, key=lambda c: (rank(c.verdict), c.verdict is Verdict.PASS and not c.screening, c.id))
    title = el("h2", say("检查与发现", "Checks and findings"), id="findings")
    body = [_check(c, known) for c in ordered] or [el("p", say("没有运行任何检查。", "No check was run."), class_="soft")]
    return el("section", title, *body, aria_labelledby="findings")


def _check(check: CheckResult, known: set[str]) -> Html:
    title = anchor("check", check.id)
    head = el("div", chip(check.verdict, check.screening), el("h3", both(check.title)), class_="check-head")
    claims = join([el("a", c, href=f"#{anchor('clause', c)}") if c in known else el("span", c) for c in check.clauses], ", ")
    line = el("p", el("code", check.id), text("  ·  "), say("条款 ", "clauses "), claims, class_="soft ids")
    parts: list[Html] = [head, line]
    if check.reason:
        parts.append(el("p", both(check.reason), class_="reason"))
    parts += [_limits(check), *_groups(check)]
    if check.not_covered and (check.not_covered.zh or check.not_covered.en):
        parts.append(el("p", el("strong", say("未覆盖：", "Not covered: ")), both(check.not_covered), class_="soft"))
    if check.evidence:
        files = join([name(n) for n in sorted(check.evidence)], ", ")
        parts.append(el("p", el("strong", say("所用证据：", "Evidence used: ")), files, class_="soft"))
    return el("article", *parts, id=title, class_=f"check edge-{style_of(check.verdict, check.screening)}")


def _limits(check: CheckResult) -> Html:
    if not check.limits:
        return Html("")
    return table(_LIMITS, [_limit(each) for each in check.limits], Saying(zh="所用参数", en="Parameters used"), "cards limits")


def _limit(used: UsedLimit) -> list[Html]:
    amount = value(used.value)
    shown = amount if isinstance(used.value, bool) else text(figures.with_unit(figures.number(used.value), used.unit))
    marks = [basis(used.basis)]
    if not used.in_force:
        marks.append(tag_of(Saying(zh="评估日未生效", en="not in force on the day"), "screening"))
    return [el("code", used.name), shown, text(used.source), join(marks, " "), text(used.justification)]


def _groups(check: CheckResult) -> list[Html]:
    """Return the findings by kind and sentence, breaches first; conforming ones behind a summary."""
    by_text: dict[tuple[str, Saying], list[SeenFinding]] = {}
    for kind in KINDS:
        for finding in check.findings:
            if finding.kind == kind:
                by_text.setdefault((kind, finding.text), []).append(finding)
    parts = [_totals(check)] if check.findings or any(check.totals.values()) else []
    conforming: list[Html] = []
    for (kind, sentence), group in by_text.items():
        shown = _group(kind, sentence, group)
        (conforming if kind == "ok" else parts).append(shown)
    if conforming:
        count = sum(len(g) for (kind, _), g in by_text.items() if kind == "ok")
        parts.append(details(say(f"符合的发现（显示 {count} 项）", f"Conforming findings ({count} shown)"), *conforming))
    return parts


def _totals(check: CheckResult) -> Html:
    shown = []
    for kind, words in KINDS.items():
        kept = sum(f.kind == kind for f in check.findings)
        total = max(check.totals.get(kind, kept), kept)
        more = say(f"（显示前 {kept} 项）", f" (first {kept} shown)") if kept < total else None
        shown.append(
            el(
                "li",
                el("span", words),
                text(" "),
                el("strong", figures.number(total)),
                more,
                class_=f"k-{kind}" + ("" if total else " none"),
            )
        )
    return el("ul", *shown, class_="totals", aria_label="发现数 / number of findings")


def _group(kind: str, sentence: Saying, group: Sequence[SeenFinding]) -> Html:
    count = el("small", text(f"×{len(group)}")) if len(group) > 1 else None
    head = el("p", tag_of(KINDS[kind], f"kind k-{kind}"), text(" "), el("strong", both(sentence)), text(" "), count, class_="sentence")
    rows = [_finding(each) for each in group]
    if not any(any(row) for row in rows):
        return el("div", head, class_="group")
    if not any(any((observed, limit, time, facts)) for observed, limit, _, time, facts in rows):
        return el("div", head, _places(group), class_="group")
    first = table(_COLUMNS, rows[:SHOWN_AT_ONCE], sentence, "cards found")
    rest = rows[SHOWN_AT_ONCE:]
    more = say(f"其余 {len(rest)} 项", f"{len(rest)} more")
    return el("div", head, first, details(more, table(_COLUMNS, rest, sentence, "cards found")) if rest else None, class_="group")


def _places(group: Sequence[SeenFinding]) -> Html:
    """Return the places of findings that say nothing more than where they are: one line per file."""
    by_source: dict[str, list[int]] = {}
    for each in group:
        by_source.setdefault(each.source, []).extend([] if each.row is None else [each.row])
    lines = []
    for source, rows in by_source.items():
        listed = ", ".join(map(str, rows))
        numbers = el("span", say(f"第 {listed} 行/帧", f"row or frame {listed}"), class_="soft") if rows else None
        lines.append(el("li", name(source) if source else None, text(" "), numbers))
    return el("ul", *lines, class_="plain places")


def _finding(finding: SeenFinding) -> list[Html]:
    texts = figures.pair(finding.measured, finding.limit)
    observed, limit = (
        Html("") if raw is None else value(raw) if isinstance(raw, bool) else text(figures.with_unit(told, finding.unit))
        for raw, told in zip((finding.measured, finding.limit), texts, strict=True)
    )
    where = Html("")
    if finding.source or finding.row is not None:
        line = say(f"第 {finding.row} 行/帧", f"row or frame {finding.row}") if finding.row is not None else None
        where = join([name(finding.source) if finding.source else None, el("span", line, class_="row-no") if line else None], " ")
    return [observed, limit, where, time_of(finding.t_ns), _facts(finding)]


def time_of(t_ns: int | None) -> Html:
    """Return a time in UTC and China time; a time counted from the start of a log says so."""
    if t_ns is None:
        return Html("")
    utc, china = figures.moment(t_ns)
    if not china:
        return join([el("span", utc, class_="stamp"), el("small", say("记录内时间", "time of the log"))], " ")
    return join([el("span", utc, class_="stamp"), el("span", china, class_="stamp soft")], " ")


def _facts(finding: SeenFinding) -> Html:
    if not finding.facts:
        return Html("")
    return facts(((el("code", key), value(shown, grouped=False)) for key, shown in sorted(finding.facts.items())), "inline-facts")
