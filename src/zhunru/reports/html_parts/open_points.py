"""What was not assessed, and why: the part that keeps a report honest."""

from collections import Counter
from collections.abc import Sequence

from zhunru.core.result import ClauseResult, Result, Saying
from zhunru.core.verdict import Verdict
from zhunru.reports.html_parts.clauses import in_matrix
from zhunru.reports.html_parts.head import number_of
from zhunru.reports.html_parts.markup import Html, anchor, both, chip, details, el, heads, join, name, say, table, text
from zhunru.reports.wording import NOT_ASSESSED, THEMES, VERDICTS, key

_COLUMNS = heads(("条款", "Clause", "k"), ("要求", "Duty", "grow"), ("原因与所需", "Why, and what is wanted", "grow"))


def open_points(result: Result) -> Html:
    """Return the clauses without an answer, those left out, and what each check cannot see."""
    by_verdict: dict[str, list[ClauseResult]] = {}
    for clause in result.clauses:
        if in_matrix(clause):
            by_verdict.setdefault(key(clause.verdict), []).append(clause)
    parts = [el("h2", say("未评估的内容及原因", "What was not assessed, and why"), id="open")]
    if result.selection:
        told = say("所选范围以外的条款没有评估。选择：", "Clauses outside the selection were not assessed. Selection: ")
        parts.append(el("p", told, name(result.selection), class_="warning"))
    parts += [
        _stated(v, by_verdict[v.value], result) for v in (Verdict.ERROR, Verdict.MISSING, Verdict.INCONCLUSIVE) if v.value in by_verdict
    ]
    parts += [_without_check(by_verdict.get(NOT_ASSESSED, [])), _left_out(by_verdict.get(Verdict.NOT_APPLICABLE.value, []))]
    parts += [_instruments(result), _screened(result), _unseen(result)]
    return el("section", *parts, aria_labelledby="open")


def _heading(verdict: Verdict | None, count: int) -> Html:
    return el("h3", chip(verdict), text(" "), el("small", say(f"{count} 条", f"{count} clause(s)")))


def _stated(verdict: Verdict, clauses: Sequence[ClauseResult], result: Result) -> Html:
    known = {c.id: c for c in result.checks}
    rows = []
    for clause in clauses:
        ours = [known[c] for c in clause.checks if c in known and known[c].verdict is verdict]
        stated = [clause.reason, *(c.reason for c in ours), *(f.text for c in ours for f in c.findings if f.kind == "gap")]
        why = join([el("span", both(s)) for s in list(dict.fromkeys(filter(None, stated)))[:3]], "; ")
        checks = join([el("a", el("code", c), href=f"#{anchor('check', c)}") for c in clause.checks], ", ")
        rows.append(
            [_number(clause), both(clause.title), join([el("p", why) if why else None, el("p", checks, class_="soft") if checks else None])]
        )
    return el(
        "div",
        _heading(verdict, len(clauses)),
        table(_COLUMNS, rows, Saying(zh="未得结论", en="Without an answer"), "cards stated"),
        class_="block",
    )


def _number(clause: ClauseResult) -> Html:
    return el("a", number_of(clause), href=f"#{anchor('clause', clause.id)}", title=clause.id)


def _without_check(clauses: Sequence[ClauseResult]) -> Html:
    if not clauses:
        return Html("")
    ((usual, _),) = Counter(c.reason for c in clauses).most_common(1)
    rows = []
    for theme, words in THEMES.items():
        ours = [c for c in clauses if c.theme == theme]
        if ours:
            listed = [el("li", _number(c), text(" "), both(c.title), _why(c) if c.reason != usual else None) for c in ours]
            rows.append(el("div", el("h4", words), el("ul", *listed, class_="listed")))
    told = say("这些条款没有结论，不得视为符合。", "There is no answer for these, and none may be read into it. ")
    common = join([text(" "), say("除另有说明外：", "Unless said otherwise: "), both(usual)]) if usual else None
    return el("div", _heading(None, len(clauses)), el("p", told, common, class_="soft"), el("div", *rows, class_="columns"), class_="block")


def _why(clause: ClauseResult) -> Html | None:
    return el("span", text(" – "), both(clause.reason), class_="soft") if clause.reason else None


def _left_out(clauses: Sequence[ClauseResult]) -> Html:
    if not clauses:
        return Html("")
    by_reason: dict[Saying, list[ClauseResult]] = {}
    for clause in clauses:
        by_reason.setdefault(clause.reason or Saying(zh="未说明理由", en="no reason given"), []).append(clause)
    pairs = []
    for reason, ours in by_reason.items():
        listed = el("ul", *(el("li", _number(c), text(" "), both(c.title)) for c in ours), class_="listed")
        pairs.append(el("div", el("h4", both(reason)), listed))
    return el("div", _heading(Verdict.NOT_APPLICABLE, len(clauses)), el("div", *pairs, class_="columns"), class_="block")


def _instruments(result: Result) -> Html:
    """List the clauses of other instruments that have no answer, instrument by instrument, each under its reason."""
    by_instrument: dict[str, dict[tuple[str, Saying], list[ClauseResult]]] = {}
    for clause in result.clauses:
        if not in_matrix(clause):
            reason = clause.reason or Saying(zh="未说明理由", en="no reason given")
            by_instrument.setdefault(clause.instrument, {}).setdefault((key(clause.verdict), reason), []).append(clause)
    if not by_instrument:
        return Html("")
    parts = []
    for instrument, groups in sorted(by_instrument.items()):
        total = sum(map(len, groups.values()))
        title = result.instruments.get(instrument, Saying(zh=instrument, en=instrument))
        summary = join([both(title), text(" "), el("small", name(instrument), text(f" · {total}"))])
        lists: list[Html] = []
        for (verdict, reason), ours in groups.items():
            lists.append(el("h4", both(VERDICTS[verdict]), text(" – "), both(reason)))
            lists.append(el("ul", *(_listed(c) for c in ours), class_="listed columns"))
        parts.append(el("div", el("div", details(summary, *lists, kind="instrument"), id=anchor("instrument", instrument))))
    told = say(
        "下列文件使意见条款具体化；这些条款没有结论。", "These instruments make the opinion concrete; the clauses listed have no answer."
    )
    return el(
        "div",
        el("h3", say("配套文件中未评估或不适用的条款", "Clauses of other instruments without an answer"), id="instruments"),
        el("p", told, class_="soft"),
        *parts,
        class_="block",
    )


def _listed(clause: ClauseResult) -> Html:
    return el("li", el("span", number_of(clause), class_="soft"), text(" "), both(clause.title), id=anchor("clause", clause.id))


def _screened(result: Result) -> Html:
    clauses = [c for c in result.clauses if c.screening and c.verdict is not Verdict.NOT_APPLICABLE]
    if not clauses:
        return Html("")
    told = say("以下结论只作筛查，须由具名人员接受：", "These verdicts are screening only, until a named person accepts them:")
    listed = el("ul", *(el("li", _number(c), text(" "), both(c.title), text(" "), chip(c.verdict, True)) for c in clauses), class_="listed")
    return el(
        "div",
        el("h3", say("仅作筛查的结论", "Screening only"), text(" "), el("small", str(len(clauses)))),
        el("p", told, class_="soft"),
        listed,
        class_="block",
    )


def _unseen(result: Result) -> Html:
    rows = [
        [el("a", el("code", c.id), href=f"#{anchor('check', c.id)}"), both(c.not_covered)]
        for c in sorted(result.checks, key=lambda c: c.id)
        if c.not_covered and (c.not_covered.zh or c.not_covered.en)
    ]
    if not rows:
        return Html("")
    columns = heads(("检查", "Check"), ("看不到的内容", "What it cannot see", "grow"))
    title = el("h3", say("检查未覆盖的内容", "What the checks do not cover"))
    return el(
        "div",
        title,
        table(columns, rows, Saying(zh="检查未覆盖的内容", en="What the checks do not cover"), "cards unseen-by"),
        class_="block",
    )
