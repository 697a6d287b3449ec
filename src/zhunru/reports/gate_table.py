"""A gate's decision on the command line: the answer in one line, then the path to green by who must act."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
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
_FINGERPRINT = 16
"""Digits of a fingerprint that are shown: as many as suffice to pin it."""
_HOLDER = 16
"""Characters of a holder that are shown, so that a key stays on one line of 80 columns."""


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
    _accepted(decision, console, lang)
    _keys(decision, console, lang)
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
            for alike in _alike(own):
                console.print(_hung(2, *_line(alike, decision, lang)))
                for about in dict.fromkeys(_say(r.about, lang) for r in alike if r.about):
                    console.print(_hung(4, Text("·", style="dim"), Text(figures.visible(about), style="dim")))
            console.print(_hung(4, Text("→", style="bold green"), Text(remedy)))


def _hung(indent: int, sign: Text, body: Text) -> Padding:
    """Return text beside its sign: Chinese has no blanks, so a plain line would break right after the sign."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column()
    grid.add_column(overflow="fold")
    grid.add_row(sign, body)
    return Padding(grid, (0, 0, 0, indent), expand=False)


def _alike(reasons: list[Reason]) -> list[list[Reason]]:
    """Return reasons that would read the same on one line together: five checks may lack one ledger."""
    groups: dict[str, list[Reason]] = {}
    for reason in reasons:
        groups.setdefault(reason.model_dump_json(exclude={"rule", "clause", "step", "about"}), []).append(reason)
    return list(groups.values())


def _line(alike: list[Reason], decision: Decision, lang: Lang) -> tuple[Text, Text]:
    reason = alike[0]
    line = Text(figures.visible(figures.flow(_say(reason.missing, lang))))
    if (times := sum(r.times for r in alike)) > 1:
        line.append(f" ×{times}")
    facts = {n: v for n, v in {"measured": reason.measured, "limit": reason.limit, **reason.facts}.items() if v not in {None, ""}}
    if decision.campaign and facts.get("campaign") == decision.campaign:
        del facts["campaign"]  # it stands in the first line already
    units = dict.fromkeys(("measured", "limit"), f" {reason.unit}".rstrip())
    shown = [f"{name}={_short(figures.number(value))}{units.get(name, '')}" for name, value in list(facts.items())[:_FACTS]]
    if shown:
        line.append("  " + ", ".join(shown), style="dim")
    if reason.source:
        row = "" if reason.row is None else f":{reason.row}"
        line.append(f"  [{figures.visible(reason.source, figures.LONGEST_NAME)}{row}]", style="dim")
    asked = ", ".join(dict.fromkeys(r.clause or r.rule for r in alike))
    steps = ", ".join(dict.fromkeys(STEPS[r.step].of(lang) for r in alike))
    line.append(f"  {asked} · {steps}", style="cyan")
    return Text(*_SIGNS[reason.state]), line


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


def _accepted(decision: Decision, console: Console, lang: Lang) -> None:
    """Print how many verdicts rest on a person's word that the limit is right, and whose."""
    count = sum(c.rests_on_acceptance for c in decision.clauses)
    if count:
        names = ("、" if lang == "zh" else ", ").join(figures.visible(n, figures.LONGEST_NAME) for n in decision.accepted_by)
        told = f"筛查结论由具名人员接受 {count} 条：" if lang == "zh" else f"screening verdicts accepted by named persons, {count}: "
        console.print(Text(told + names, style="dim"))


def _keys(decision: Decision, console: Console, lang: Lang) -> None:
    """Print whose keys it rests on; the maker writes the dossier, so a key in it vouches for nobody until it is pinned."""
    if not decision.keys:
        return
    console.print(Text("公钥指纹" if lang == "zh" else "fingerprints of the keys", style="bold"))
    for key in decision.keys:
        mark = (
            ("✓", "已约定" if lang == "zh" else "pinned", "green")
            if key.pinned
            else ("·", "未约定" if lang == "zh" else "not pinned", "yellow")
        )
        unread = "不可用" if lang == "zh" else "not usable"
        line = Text.assemble(
            f"  {mark[0]} ", (key.fingerprint[:_FINGERPRINT] or unread, "bold"), f"  {figures.visible(figures.flow(key.holder or key.key_id), _HOLDER)}", (f"  {mark[1]}", mark[2])
        )  # fmt: skip
        console.print(line, soft_wrap=True)
    if not all(k.pinned for k in decision.keys):
        alone = "档案自带的公钥本身不证明任何事：与持有者核对指纹，并用 --expect-key 约定"
        english = "a key in the maker's own dossier proves nothing by itself: compare it with its holder and pin it with --expect-key"
        console.print(Text("  " + (alone if lang == "zh" else english), style="yellow"))


def _say(saying: Saying, lang: Lang) -> str:
    return saying.zh if lang == "zh" else saying.en
