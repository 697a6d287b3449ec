"""Parts of the report of client trials: the table of classes, the failures, every trial with its steps."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhunru.core.result import Saying
from zhunru.core.verdict import Verdict
from zhunru.reports import figures
from zhunru.reports.html_parts.head import signature
from zhunru.reports.html_parts.markup import Html, anchor, both, chip, details, el, heads, icon, join, say, style_of, table, tag_of, text
from zhunru.tables.attack_class import ATTACK_CLASSES
from zhunru.tables.client_trial import RESULTS

Content = Callable[[str], bytes | None]
_SHOWN_BYTE = 6000
_VERDICTS = {
    "breached": Verdict.FAIL,
    "refused": Verdict.FAIL,
    "unclear": Verdict.INCONCLUSIVE,
    "not-run": Verdict.MISSING,
    "withstood": Verdict.PASS,
}
_COMMANDS = {"init": say("初始化", "init"), "refresh": say("刷新元数据", "refresh"), "download": say("下载软件", "download")}
_PURPOSES = {
    "control": say("真实更新（对照）", "true update (control)"),
    "attack": say("试验", "trial"),
    "recovery": say("真实更新（之后）", "true update (after)"),
}
_EXPECTED = {
    "accept": say("须接受", "must accept"),
    "refuse": say("须拒绝", "must refuse"),
    "either": say("皆可，不得留存伪造", "free, nothing false kept"),
}
_MODES = {
    "missing": say("不存在 404", "404"), "failing": say("故障 503", "503"), "closed": say("断开", "dropped"), "silent": say("不应答", "no answer"),
    "endless": say("无穷", "endless"), "drip": say("逐字节", "byte by byte"), "redirect": say("转向", "redirect"), "cut": say("中断", "cut"),
}  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """One trial with its steps and the answers of each step; `reason` = why its failure is listed beforehand."""

    row: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]
    answers: Mapping[int | None, Sequence[Mapping[str, Any]]]
    reason: str

    @property
    def rank(self) -> int:
        """Order of the result, worst first."""
        return RESULTS.index(self.row["result"])

    @property
    def verdict(self) -> Verdict:
        """Verdict of the trial alone."""
        return _VERDICTS[self.row["result"]]


_CLASSES = heads(
    ("攻击类别", "Attack class", "grow"), ("结论", "Verdict", "v"), ("试验", "Trials", "num"), ("经受住", "Withstood", "num"), ("未通过", "Failed", "num"),
    ("未评判", "Open", "num"), ("", "", "bar"),
)  # fmt: skip


def class_verdict(good: int, bad: int, open_: int) -> Verdict:
    """Fold the results of one attack class as findings fold: a trial that was not run or judged keeps the class from a pass."""
    if bad:
        return Verdict.FAIL
    return Verdict.INCONCLUSIVE if open_ else Verdict.PASS if good else Verdict.MISSING


def classes(trials: Sequence[Trial]) -> Html:
    """Return one row per attack class, those without a trial too."""
    rows = []
    for key, words in ATTACK_CLASSES.items():
        counts = Counter(t.row["result"] for t in trials if t.row["attack_class"] == key)
        good, bad = counts["withstood"], counts["breached"] + counts["refused"]
        open_ = counts["unclear"] + counts["not-run"]
        verdict = class_verdict(good, bad, open_)
        title = both(Saying(zh=words.zh, en=words.en))
        linked = el("a", title, href=f"#{anchor('class', key)}") if sum(counts.values()) else title
        numbers = [el("span", figures.number(n)) for n in (good + bad + open_, good, bad, open_)]
        rows.append([linked, chip(verdict), *numbers, _share(good, bad, counts["unclear"], counts["not-run"])])
    title = el("h2", say("十六类攻击", "The sixteen attack classes"), id="classes")
    return el(
        "section", title, table(_CLASSES, rows, Saying(zh="攻击类别", en="Attack classes"), "cards classes"), aria_labelledby="classes"
    )


def _share(good: int, bad: int, unclear: int, left: int) -> Html:
    total = good + bad + unclear + left
    if not total:
        return text("—")
    parts, at = [], 0.0
    for count, style in ((good, "good"), (bad, "bad"), (unclear, "open"), (left, "left")):
        width = 100 * count / total
        if count:
            parts.append(el("rect", x=f"{at:.2f}%", y=0, width=f"{width:.2f}%", height=10, class_=style))
        at += width
    return el("svg", *parts, class_="share", height=10, width="100%", aria_hidden="true")


def failures(trials: Sequence[Trial], content: Content) -> Html:
    """Return each failure at length: what the client did wrong and what was served."""
    failed = [t for t in trials if t.verdict is Verdict.FAIL]
    body = [_failure(t, content) for t in failed] or [el("p", say("没有。", "None."), class_="soft")]
    return el(
        "section",
        el("h2", say("得逞的攻击与误拒的更新", "Attacks that went through, updates wrongly refused"), id="failures"),
        *body,
        aria_labelledby="failures",
    )


def _failure(trial: Trial, content: Content) -> Html:
    first = trial.steps[0]
    listed = tag_of(Saying(zh="已列明偏差", en="listed beforehand"), "waiver") if trial.reason else None
    head = el("div", chip(trial.verdict), el("h3", say(first["title_zh"], first["title_en"])), listed, class_="check-head")
    wrong = say(first["wrong_zh"], first["wrong_en"])
    if trial.row["result"] == "refused":
        wrong = say("客户端没有完成真实的更新。", "The client did not carry out a true update.")
    parts = [head, _ids(trial), el("p", wrong, class_="mistake")]
    if trial.reason:
        parts.append(el("p", el("strong", say("列明的理由：", "Reason listed: ")), text(trial.reason), class_="soft"))
    return el("article", *parts, _steps(trial, content), class_="check edge-fail")


def _ids(trial: Trial) -> Html:
    name = ATTACK_CLASSES[trial.row["attack_class"]]
    return el("p", el("code", trial.row["trial"]), text("  ·  "), both(Saying(zh=name.zh, en=name.en)), text("  ·  "), text(trial.steps[0]["verifier_steps"]), class_="soft ids")  # fmt: skip


def trials_of(trials: Sequence[Trial], content: Content) -> Html:
    """Return every trial, class by class; each opens to its steps."""
    parts: list[Html] = [el("h2", say("全部试验", "All trials"), id="trials")]
    for key, words in ATTACK_CLASSES.items():
        mine = [t for t in trials if t.row["attack_class"] == key]
        if mine:
            body = [_line(t, content) for t in mine]
            parts.append(el("h3", both(Saying(zh=words.zh, en=words.en)), text(" "), el("small", f"×{len(mine)}"), id=anchor("class", key)))
            parts.append(el("div", *body, class_="trials theme"))
    return el("section", *parts, aria_labelledby="trials")


def _line(trial: Trial, content: Content) -> Html:
    first, style = trial.steps[0], style_of(trial.verdict)
    what = el("span", say(first["title_zh"], first["title_en"]), class_="what")
    summary = join([el("span", icon(style), class_=f"v-{style}"), what, el("small", el("code", trial.row["trial"]))], " ")
    if trial.row["result"] == "not-run":
        told = say(
            "未运行：客户端不能被告知时间，或不经网络调用。", "Not run: the client cannot be told the time, or is called without a network."
        )
        return details(summary, el("div", el("p", told)))
    asked = el("p", el("strong", say("考察：", "Looks for: ")), say(first["wrong_zh"], first["wrong_en"]), class_="soft")
    # a failure is shown at length above: here without the files
    return details(summary, el("div", asked, _steps(trial, content if trial.verdict is not Verdict.FAIL else lambda _: None)))


_STEPS = heads(
    ("步", "No.", "no"), ("命令", "Command", "cmd"), ("目的", "Purpose", "aim"), ("应有", "Due", "aim"), ("实际", "Done", "out"), ("用时", "Time", "num"),
    ("攻击者的应答", "Answers of the attacker", "grow"),
)  # fmt: skip


def _steps(trial: Trial, content: Content) -> Html:
    rows = []
    attacked = any(one["attack"] for answers in trial.answers.values() for one in answers)
    for step in trial.steps:
        decides = step["step_no"] == trial.row["step_no"] and trial.verdict is not Verdict.PASS
        done = _done(step)
        told = details(say("报文", "its words"), el("pre", figures.visible(step["told"]))) if step["told"] else None
        rows.append([
            text(str(step["step_no"])), _COMMANDS[step["does"]], _PURPOSES[step["purpose"]], _EXPECTED[step["expected"]],
            join([el("span", done, class_="wrong" if decides else "fine"), told]), text(f"{(step['duration_ms'] or 0) / 1000:.2f} s"),
            _answers(trial.answers.get(step["step_no"], ()), content) if attacked else text("—"),
        ])  # fmt: skip
    return table(_STEPS, rows, Saying(zh="步骤", en="Steps"), "cards steps")


def _done(step: Mapping[str, Any]) -> Html:
    code = step["exit_code"]
    said = {0: say("接受", "accepted"), 1: say("拒绝", "refused"), None: say("没有结束", "did not end")}.get(code) or say(
        f"退出码 {code}", f"exit code {code}"
    )
    more = []
    for count, words in (
        (step["poison_count"], say("存下伪造元数据", "kept false metadata")), (step["stray_count"], say("写出伪造文件", "wrote a false file")),
        (step["lacking_count"] if step["expected"] == "accept" else 0, say("缺软件包", "image lacking")),
        (step["untrusted_count"], say("信任的版本不对", "trusts another version")),
    ):  # fmt: skip
        if count:
            more.append(words)
    if step["limit_byte"] is not None and (step["drawn_byte"] or 0) > step["limit_byte"]:
        more.append(say(f"读取 {step['drawn_byte'] >> 20} MiB", f"drew {step['drawn_byte'] >> 20} MiB"))
    return join([said, *more], " · ")


def _answers(served: Sequence[Mapping[str, Any]], content: Content) -> Html:
    items = []
    for one in served:
        if not one["attack"]:
            continue
        parts: list[Html | None] = [el("code", figures.visible(one["path"], figures.LONGEST_NAME))]
        if one["mode"] != "whole":
            parts.append(tag_of_mode(one["mode"]))
        if one["sha256"]:
            parts += [text(f"{figures.number(one['size_byte'])} B "), signature(one["sha256"])]
            parts.append(_shown(content(one["sha256"])))
        items.append(el("li", join([p for p in parts if p], " ")))
    return el("ul", *items, class_="answers") if items else Html("")


def tag_of_mode(mode: str) -> Html:
    """Return how an answer was sent, as a mark in words."""
    return el("span", _MODES.get(mode, text(mode)), class_="tag")


def _shown(data: bytes | None) -> Html | None:
    """Return metadata to look at; images and what is no JSON are not shown."""
    if not data or len(data) > _SHOWN_BYTE:
        return None
    try:
        pretty = json.dumps(json.loads(data), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return None
    return details(say("内容", "content"), el("pre", figures.visible(pretty, 2 * _SHOWN_BYTE)))
