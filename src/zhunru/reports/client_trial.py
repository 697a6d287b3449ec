"""The report of a session of client trials: per attack class, then every trial with what was served, done and due.

One HTML file, both languages, no network. Equal sessions give equal bytes.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhunru.core.check import Check
from zhunru.core.finding import Folded
from zhunru.core.result import Saying
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.reports import figures
from zhunru.reports.html_parts.client_trials import Trial, classes, failures, trials_of
from zhunru.reports.html_parts.head import signature
from zhunru.reports.html_parts.markup import Html, both, el, facts, icon, name, say, style_of, text
from zhunru.reports.html_parts.page import whole
from zhunru.tables.attack_class import ATTACK_CLASSES


@dataclass(frozen=True)
class Session:
    """What the report is drawn from.

    Args:
        steps: Rows of `ClientTrialStep`.
        served: Rows of `ServedFile`.
        trials: Rows of `ClientTrial`.
        folded: Findings of the check.
        check: The check.
        content: Gives a served file by its SHA-256, None when it was not stored.
        listed: Trials whose failure is listed beforehand, with the reason.
        digest: SHA-256 of the session file.
    """

    steps: Sequence[Mapping[str, Any]]
    served: Sequence[Mapping[str, Any]]
    trials: Sequence[Mapping[str, Any]]
    folded: Folded
    check: Check
    content: Callable[[str], bytes | None]
    listed: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""


def grouped(session: Session) -> list[Trial]:
    """Return the trials with their steps and answers, worst first within their class."""
    steps: dict[str, list[Mapping[str, Any]]] = {}
    for row in session.steps:
        steps.setdefault(row["trial"], []).append(row)
    served: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in session.served:
        served.setdefault((row["trial"], row["step_no"]), []).append(row)
    found = []
    for row in session.trials:
        mine = sorted(steps[row["trial"]], key=lambda s: -1 if s["step_no"] is None else s["step_no"])
        answers = {s["step_no"]: served.get((row["trial"], s["step_no"]), []) for s in mine}
        found.append(Trial(row, mine, answers, session.listed.get(row["trial"], "")))
    order = list(ATTACK_CLASSES)
    return sorted(found, key=lambda t: (order.index(t.row["attack_class"]), t.rank, t.row["trial"]))


def as_json(session: Session) -> bytes:
    """Return verdict, counts and the result of every trial as JSON."""
    counts = Counter(t["result"] for t in session.trials)
    told = {
        "check": session.check.id,
        "verdict": session.folded.verdict.value,
        "session_sha256": session.digest,
        "counts": dict(sorted(counts.items())),
        "listed": dict(session.listed),
        "trials": [
            {n: t[n] for n in ("client", "kind", "trial", "attack_class", "result", "reason", "step_no", "exit_code")}
            for t in sorted(session.trials, key=lambda t: t["trial"])
        ],
        "findings": {k: v for k, v in session.folded.totals.items() if k},
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def render(session: Session) -> bytes:
    """Return the report as one self-contained HTML file in UTF-8."""
    trials = grouped(session)
    first = session.steps[0] if session.steps else {"client": "—", "kind": "—", "seed_no": None}
    main = el(
        "main",
        _summary(session, trials),
        classes(trials),
        failures(trials, session.content),
        trials_of(trials, session.content),
        _not_covered(session.check),
        id="main",
    )
    page = el("div", _banner(session, first), el("div", _contents(), main, class_="body"), _foot(), class_="page")
    return whole(f"{figures.visible(str(first['client']))} · 升级客户端试验报告", page, "client_trial.css")


def _banner(session: Session, first: Mapping[str, Any]) -> Html:
    switch = el(
        "div", el("label", "中文", for_="lang-zh", lang="zh-CN"), el("label", "English", for_="lang-en", lang="en"), class_="switch"
    )
    top = el(
        "div", el("p", say("升级客户端攻击试验报告", "Update client under attack: report of trials"), class_="kicker"), switch, class_="top"
    )
    kinds = {"tuf": say("TUF 单仓库", "TUF, one repository"), "uptane": say("Uptane 双仓库", "Uptane, Director and Image repository")}
    lines = [
        (say("客户端类型", "Kind of client"), kinds.get(str(first["kind"]), text(str(first["kind"])))),
        (say("试验数", "Trials"), text(figures.number(len(session.trials)))),
        (say("步骤数", "Steps"), text(figures.number(len(session.steps)))),
        (say("种子", "Seed"), text(figures.number(first["seed_no"]))),
        (say("总用时", "Time of all steps"), text(f"{sum(s['duration_ms'] or 0 for s in session.steps) / 1000:.1f} s")),
        (say("记录摘要", "Digest of the session"), signature(session.digest)),
    ]
    return el("header", top, el("h1", name(str(first["client"]))), facts(lines), class_="banner", id="top")


def _headline(session: Session, trials: Sequence[Trial]) -> tuple[str, Saying]:
    counts = Counter(t.row["result"] for t in trials)
    bad = counts["breached"] + counts["refused"]
    listed = sum(bool(t.reason) for t in trials if t.row["result"] in {"breached", "refused"})
    if bad:
        zh, en = [f"{counts['breached']} 项攻击得逞"], [f"{counts['breached']} attack(s) went through"]
        if counts["refused"]:
            zh.append(f"{counts['refused']} 项真实更新被拒")
            en.append(f"{counts['refused']} true update(s) refused")
        if listed:
            zh.append(f"其中 {listed} 项为已列明的偏差")
            en.append(f"{listed} of them listed beforehand")
        return "fail", Saying(zh="，".join(zh), en=", ".join(en))
    if session.folded.verdict is Verdict.PASS:
        return "pass", Saying(zh="经受住全部十六类攻击，并接受了真实更新", en="All sixteen attack classes withstood, true updates accepted")
    open_ = session.folded.totals["gap"]
    return "inconclusive", Saying(zh=f"未见攻击得逞，但有 {open_} 项未能评判", en=f"No attack went through, but {open_} point(s) stay open")


def _summary(session: Session, trials: Sequence[Trial]) -> Html:
    style, sentence = _headline(session, trials)
    counts = Counter(t.row["result"] for t in trials)
    words = (
        ("breached", Verdict.FAIL, Text("攻击得逞", "attack went through")),
        ("refused", Verdict.FAIL, Text("拒绝真实更新", "true update refused")),
        ("unclear", Verdict.INCONCLUSIVE, Text("未能评判", "not judged")),
        ("not-run", Verdict.MISSING, Text("未运行", "not run")),
        ("withstood", Verdict.PASS, Text("经受住", "withstood")),
    )
    items = [
        el(
            "li",
            icon(style_of(verdict)),
            el("strong", str(counts[key])),
            el("span", both(Saying(zh=t.zh, en=t.en))),
            class_=f"v-{style_of(verdict)}" + ("" if counts[key] else " none"),
        )
        for key, verdict, t in words
    ]
    return el(
        "section",
        el("h2", say("结论概览", "Summary"), id="summary"),
        el("p", icon(style), el("span", both(sentence)), class_=f"headline v-{style}"),
        el("div", el("h3", say(f"试验 {len(trials)} 项", f"{len(trials)} trials")), el("ul", *items), class_="counts"),
        el(
            "p",
            say(
                "每次拒绝只有在同一试验的真实更新被接受时才算数：拒绝一切的客户端什么也没有经受住。",
                "A refusal counts only beside true updates that were accepted in the same trial: a client that refuses everything withstands nothing.",
            ),
            class_="soft",
        ),
        class_="summary",
        aria_labelledby="summary",
    )


def _not_covered(check: Check) -> Html:
    return el(
        "section",
        el("h2", say("未覆盖", "Not covered"), id="open"),
        el("p", both(Saying(zh=check.not_covered.zh, en=check.not_covered.en))),
        el("p", el("code", check.id), text("  ·  "), text(", ".join(check.clauses)), class_="soft"),
        aria_labelledby="open",
    )


def _contents() -> Html:
    entries = (
        ("summary", say("结论概览", "Summary")),
        ("classes", say("攻击类别", "Attack classes")),
        ("failures", say("得逞与误拒", "Failures")),
        ("trials", say("全部试验", "All trials")),
        ("open", say("未覆盖", "Not covered")),
    )
    return el("nav", el("ul", *(el("li", el("a", words, href=f"#{key}")) for key, words in entries)), aria_label="目录 / Contents")


def _foot() -> Html:
    told = say(
        "所列 SHA-256 是记录旁 served 目录中实际发出文件的名称；同一种子再次运行发出逐字节相同的文件。",
        "The SHA-256 name the files that were served, in the folder `served` beside the session; the same seed serves the same bytes again.",
    )
    return el("footer", el("p", told))
