"""A gate's decision on the command line: the answer in one line, then the path to green by who must act."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from zhunru.core.decision import Decision, Reason
from zhunru.core.gate import STEPS
from zhunru.core.result import Saying
from zhunru.core.text import Lang
from zhunru.reports import figures
from zhunru.reports.wording import VERDICTS

_SIGNS = {"failed": ("✗", "bold red"), "fault": ("!", "bold magenta"), "open": ("?", "yellow")}
_FACTS = 4
_HEX = 12


def print_decision(decision: Decision, console: Console, lang: Lang = "zh") -> None:
    """Print the answer, the path to green, the clauses and what the decision rests on.

    Every word of the dossier goes through `figures.visible`: no escape sequence of a hostile name reaches the terminal.
    """
    console.print(_answer(decision, lang))
    for package in decision.packages:
        known = f" = {package.package}" if package.package and package.package != package.name else ""
        name = figures.visible(package.name + known, figures.LONGEST_NAME)
        console.print(
            Text(f"  {name}  sha256:{package.sha256[:_HEX] or '-'}  {figures.number(package.size_byte)} B", style="dim"), soft_wrap=True
        )
    if decision.reasons:
        _path(decision, console, lang)
    console.print()
    console.print(_clauses(decision, lang))
    if decision.by_person:
        told = "仅由具名人员评审：" if lang == "zh" else "judged by named persons alone: "
        console.print(Text(told + ", ".join(decision.by_person), style="dim"))
    digests = f"{'关口摘要' if lang == 'zh' else 'gate digest'} {decision.gate_digest}"
    console.print(Text(digests, style="dim"), soft_wrap=True)


def _answer(decision: Decision, lang: Lang) -> Text:
    title = decision.title.zh if lang == "zh" else decision.title.en
    of = f" {title}  {figures.visible(decision.product)}" + (f" · {figures.visible(decision.campaign)}" if decision.campaign else "")
    of += f" · {decision.day.isoformat()}"
    if decision.open:
        return Text.assemble(("打开 " if lang == "zh" else "OPEN ", "bold green"), (of, "bold"))
    failed = sum(r.state != "open" for r in decision.reasons)
    pending = len(decision.reasons) - failed
    counts = f"  {failed} 项不成立，{pending} 项未决" if lang == "zh" else f"  {failed} failed, {pending} open"
    word = ("关闭" if lang == "zh" else "HELD") + (("（预演）" if lang == "zh" else " (rehearsal)") if decision.rehearsal else "")
    return Text.assemble((word + " ", "bold red" if failed else "bold yellow"), (of, "bold"), (counts, ""))


def _path(decision: Decision, console: Console, lang: Lang) -> None:
    """Print the reasons under who must act; the one whose work comes first stands first."""
    groups: dict[str, list[Reason]] = {}
    for reason in decision.reasons:
        groups.setdefault(_say(reason.giver, lang), []).append(reason)
    for giver, reasons in groups.items():
        console.print()
        console.print(Text(f"{giver}  ({len(reasons)})", style="bold underline"))
        remedies: dict[str, list[Reason]] = {}
        for reason in reasons:
            remedies.setdefault(_say(reason.remedy, lang), []).append(reason)
        for remedy, own in remedies.items():
            for reason in own:
                console.print(Padding(_line(reason, lang), (0, 0, 0, 2), expand=False))
            console.print(Padding(Text.assemble(("→ ", "bold green"), remedy), (0, 0, 0, 4), expand=False))


def _line(reason: Reason, lang: Lang) -> Text:
    sign, style = _SIGNS[reason.state]
    line = Text.assemble((f"{sign} ", style), figures.visible(figures.flow(_say(reason.missing, lang))))
    if reason.times > 1:
        line.append(f" ×{reason.times}")
    facts = {n: v for n, v in {"measured": reason.measured, "limit": reason.limit, **reason.facts}.items() if v not in {None, ""}}
    shown = [f"{name}={_short(figures.number(value))}" for name, value in list(facts.items())[:_FACTS]]
    if shown:
        line.append("  " + ", ".join(shown), style="dim")
    if reason.source:
        row = "" if reason.row is None else f":{reason.row}"
        line.append(f"  [{figures.visible(reason.source, figures.LONGEST_NAME)}{row}]", style="dim")
    asked = f"  {reason.clause or reason.rule} · {STEPS[reason.step].of(lang)}"
    line.append(asked, style="cyan")
    return line


def _short(value: str) -> str:
    if "; " in value:
        return "; ".join(map(_short, value.split("; ")))
    bare = value.removeprefix("sha256:")
    return f"{value[: len(value) - len(bare) + _HEX]}…" if len(bare) == 64 and bare.isalnum() else value


def _clauses(decision: Decision, lang: Lang) -> Text:
    words = Text("条款  " if lang == "zh" else "clauses  ", style="bold")
    for one in decision.clauses:
        good = one.verdict in {"PASS", "NOT_APPLICABLE"} and (not one.screening or one.accepted)
        waits = one.verdict == "PASS" and not good
        mark = "~" if waits else {"PASS": "✓", "NOT_APPLICABLE": "-", "FAIL": "✗", "ERROR": "!", "MISSING": "∅"}.get(str(one.verdict), "?")
        style = "green" if one.verdict == "PASS" and good else "dim" if good else "red" if one.verdict == "FAIL" else "yellow"
        words.append(f"{mark} {one.clause.rpartition('/')[2]}  ", style=style)
    kinds = [k for k in VERDICTS if any(str(c.verdict) == k for c in decision.clauses)]
    counts = ", ".join(f"{_say(VERDICTS[k], lang)} {sum(str(c.verdict) == k for c in decision.clauses)}" for k in kinds)
    return words.append(f"\n{counts}", style="dim")


def _say(saying: Saying, lang: Lang) -> str:
    return saying.zh if lang == "zh" else saying.en
