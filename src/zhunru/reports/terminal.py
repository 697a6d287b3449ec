"""A result on the command line: per theme the verdicts with their first reason, the evidence that was not usable, the counts."""

from collections.abc import Iterable

from rich.columns import Columns
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from zhunru.core.result import CheckResult, ClauseResult, Result, Saying, SeenFinding
from zhunru.core.text import Lang
from zhunru.core.verdict import Verdict
from zhunru.reports import figures
from zhunru.reports.wording import (
    KINDS,
    NOT_ASSESSED,
    OPINION,
    ORDER,
    SCREENING,
    SCREENING_MEANING,
    SILENT,
    STATES,
    THEMES,
    VERDICTS,
    key,
    tally,
)

_SIGNS: dict[str, tuple[str, str]] = {
    "FAIL": ("✗", "bold red"),
    "ERROR": ("!", "bold magenta"),
    "INCONCLUSIVE": ("?", "yellow"),
    "MISSING": ("∅", "cyan"),
    NOT_ASSESSED: (".", "dim"),
    "PASS": ("✓", "green"),
    "NOT_APPLICABLE": ("-", "dim"),
}
_SCREENING_STYLE = "blue"
_FINDINGS = 20


def print_result(result: Result, console: Console, lang: Lang = "zh") -> None:
    """Print the verdicts of a result as compact tables for 80 columns.

    Every word of the result goes through `figures.visible`: no escape sequence of a hostile file name reaches the terminal.
    """
    subject = result.subject
    console.print(_plain(f"{subject.name} · {subject.maker} · {result.as_of.isoformat()}", "bold"))
    if result.selection:
        told = Saying(zh="只评估了所选部分：", en="only the selected part was assessed: ")
        console.print(_plain(_say(told, lang) + result.selection, "yellow"))
    checks = {c.id: c for c in result.checks}
    for theme, words in THEMES.items():
        clauses = [c for c in result.clauses if c.theme == theme]
        if clauses:
            console.print()
            console.print(_plain(_say(words, lang), "bold underline"))
            _print_theme(clauses, checks, console, lang)
    _print_evidence(result, console, lang)
    _print_counts(result, console, lang)


def _say(saying: Saying, lang: Lang) -> str:
    first, second = (saying.zh, saying.en) if lang == "zh" else (saying.en, saying.zh)
    return first or second


def _plain(words: str, style: str = "") -> Text:
    return Text(figures.visible(figures.flow(words)), style=style)


def _inset(words: str, style: str = "", tail: Text | None = None) -> Padding:
    return Padding(Text.assemble(_plain(words, style), "  ", tail) if tail else _plain(words, style), (0, 0, 0, 2), expand=False)


def _chip(verdict: Verdict | None, screening: bool, lang: Lang) -> Text:
    sign, style = _SIGNS[key(verdict)]
    if verdict is Verdict.PASS and screening:
        sign, style = "~", _SCREENING_STYLE
    shown = Text(f"{sign} {_say(VERDICTS[key(verdict)], lang)}", style=style)
    if screening and key(verdict) not in SILENT:
        shown.append(f"\n  {_say(SCREENING, lang)}", style=_SCREENING_STYLE)
    return shown


def _number(clause: ClauseResult) -> str:
    return figures.visible(clause.id.removeprefix(clause.instrument + "/"))


def _print_theme(clauses: list[ClauseResult], checks: dict[str, CheckResult], console: Console, lang: Lang) -> None:
    shown = [c for c in clauses if key(c.verdict) not in SILENT]
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=10 if lang == "zh" else 14, no_wrap=True)
    table.add_column(width=max((min(13, len(_number(c))) for c in shown), default=1), overflow="fold")
    table.add_column(overflow="fold")
    for clause in shown:
        words = _plain(_say(clause.title, lang))
        if clause.instrument != OPINION:
            words.append(f"  {figures.visible(clause.instrument)}", style="dim")
        for line, style in _reasons(clause, checks, lang):
            words.append("\n")
            words.append_text(_plain(line, style))
        table.add_row(_chip(clause.verdict, clause.screening, lang), Text(_number(clause)), words)
    if shown:
        console.print(table)
    own = [c for c in clauses if c.instrument == OPINION]
    for silent in (NOT_ASSESSED, "NOT_APPLICABLE"):
        by_reason: dict[Saying | None, list[str]] = {}
        for clause in own:
            if key(clause.verdict) == silent:
                by_reason.setdefault(clause.reason, []).append(clause.id.removeprefix(OPINION + "/"))
        for reason, numbers in by_reason.items():
            tail = f"  ({_say(reason, lang)})" if reason else ""
            console.print(_plain(f"{_SIGNS[silent][0]} {_say(VERDICTS[silent], lang)}: {' '.join(numbers)}{tail}", _SIGNS[silent][1]))
    others = tally(c for c in clauses if c.instrument != OPINION and key(c.verdict) in SILENT)
    if others:
        label = "配套文件：" if lang == "zh" else "Other instruments: "
        counted = [f"{_say(VERDICTS[silent], lang)} {others[silent]}" for silent in (NOT_ASSESSED, "NOT_APPLICABLE") if others[silent]]
        console.print(_inset(f"{label}{' · '.join(counted)}", "dim"))


def _reasons(clause: ClauseResult, checks: dict[str, CheckResult], lang: Lang) -> Iterable[tuple[str, str]]:
    """Yield (line, style): the reason of the clause or of its worst check with the first breach or gap, then the waiver."""
    if clause.verdict is not Verdict.PASS:
        ours = [checks[c] for c in clause.checks if c in checks and checks[c].verdict is clause.verdict]
        finding = next((f for kind in ("breach", "gap") for c in ours for f in c.findings if f.kind == kind), None)
        if finding:
            total = sum(c.totals.get(finding.kind, 0) for c in ours)
            count = "" if total < 2 else f"（共 {figures.number(total)} 项）" if lang == "zh" else f" ({figures.number(total)} in all)"
            yield _told(finding, lang) + count, "dim"
        else:
            reason = clause.reason or next((c.reason for c in ours if c.reason), None)
            if reason:
                yield _say(reason, lang), "dim"
    if clause.waiver:
        words = "豁免（不改变结论）：" if lang == "zh" else "waiver (the verdict stands): "
        yield words + figures.visible(clause.waiver, figures.LONGEST_NAME), "yellow"


def _told(finding: SeenFinding, lang: Lang) -> str:
    measured, limit = figures.pair(finding.measured, finding.limit)
    parts = [_say(finding.text, lang)]
    if finding.measured is not None:
        parts.append(("：" if lang == "zh" else ": ") + figures.with_unit(measured, finding.unit))
    if finding.limit is not None:
        parts.append(("（限值 " if lang == "zh" else " (limit ") + figures.with_unit(limit, finding.unit) + ("）" if lang == "zh" else ")"))
    if finding.source:
        row = "" if finding.row is None else f":{finding.row}"
        parts.append(f" [{figures.visible(finding.source, figures.LONGEST_NAME)}{row}]")
    return "".join(parts)


def _print_evidence(result: Result, console: Console, lang: Lang) -> None:
    """Print the files that could not be used whole, each with its messages."""
    wanting = sorted((e for e in result.evidence if e.state != "read"), key=lambda e: (e.state != "unused", e.name))
    if not wanting:
        return
    console.print()
    console.print(_plain("不能完整使用的证据" if lang == "zh" else "Evidence that could not be used whole", "bold underline"))
    for file in wanting:
        sign, style = ("✗", "red") if file.state == "unused" else ("?", "yellow")
        console.print(
            Text.assemble((f"{sign} {_say(STATES[file.state], lang)}  ", style), figures.visible(file.name, figures.LONGEST_NAME))
        )
        for message in file.messages:
            console.print(_inset(_say(message, lang), "dim"))


def _print_counts(result: Result, console: Console, lang: Lang) -> None:
    progress, own = result.progress, [c for c in result.clauses if c.instrument == OPINION]
    other = [c for c in result.clauses if c.instrument != OPINION]
    for clauses, words in ((own, "意见条款" if lang == "zh" else "Opinion"), (other, "配套文件" if lang == "zh" else "Other instruments")):
        if clauses:
            console.print()
            console.print(Text(f"{words} {len(clauses)}", style="bold"))
            console.print(Columns(_counted(clauses, lang), padding=(0, 3)))
    told = (
        f"适用的意见条款 {progress.applicable}：已评审 {progress.reviewed}，已测试 {progress.tested}，符合 {progress.conforming}"
        if lang == "zh"
        else f"Of {progress.applicable} applicable clauses: {progress.reviewed} reviewed, {progress.tested} tested, {progress.conforming} conforming"
    )
    console.print()
    console.print(Text(told, style="bold"))


def _counted(clauses: list[ClauseResult], lang: Lang) -> list[Text]:
    counts = tally(clauses)
    shown: list[Text] = []
    for verdict in ORDER:
        if verdict == "PASS" and counts["SCREENING_PASS"]:
            words = f"~ {_say(VERDICTS[verdict], lang)} ({_say(SCREENING, lang)}) {counts['SCREENING_PASS']}"
            shown.append(Text(words, style=_SCREENING_STYLE))
        if counts[verdict]:
            sign, style = _SIGNS[verdict]
            shown.append(Text(f"{sign} {_say(VERDICTS[verdict], lang)} {counts[verdict]}", style=style))
    return shown


def print_check(check: CheckResult, console: Console, lang: Lang = "zh") -> None:
    """Print one check: verdict, limits, findings with measured and limit, what it does not cover."""
    console.print(Text.assemble(_chip(check.verdict, False, lang), "  ", _plain(_say(check.title, lang), "bold"), ("  " + check.id, "dim")))
    if check.screening:
        console.print(_plain(_say(SCREENING, lang) + (": " if lang == "en" else "：") + _say(SCREENING_MEANING, lang), _SCREENING_STYLE))
    if check.reason:
        console.print(_plain(_say(check.reason, lang)))
    for used in check.limits:
        amount = figures.with_unit(figures.number(used.value), used.unit)
        console.print(_inset(f"{used.name} = {amount} [{used.source or '-'} {used.basis or '?'}]", "dim"))
    for kind, words in KINDS.items():
        ours = [f for f in check.findings if f.kind == kind]
        style = {"breach": "red", "gap": "yellow", "ok": "green"}[kind]
        for finding in ours[:_FINDINGS]:
            when = "" if finding.t_ns is None else " " + figures.moment(finding.t_ns)[0]
            console.print(_inset(_say(words, lang), style, _plain(_told(finding, lang) + when)))
        total = max(check.totals.get(kind, 0), len(ours))
        if total > len(ours[:_FINDINGS]):
            left = total - len(ours[:_FINDINGS])
            console.print(_inset(f"… 另有 {left} 项" if lang == "zh" else f"… {left} more", "dim"))
    if check.not_covered:
        console.print(_plain(("未覆盖：" if lang == "zh" else "Not covered: ") + _say(check.not_covered, lang), "dim"))
