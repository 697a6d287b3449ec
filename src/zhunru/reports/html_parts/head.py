"""Head of the report: what was assessed, the three numbers, the counts, the legend."""

from zhunru.core.clause import BASIS, SCREENING
from zhunru.core.result import ClauseResult, Result, Saying
from zhunru.core.subject import FEATURES
from zhunru.core.verdict import Verdict
from zhunru.reports.html_parts.markup import Html, both, chip, el, facts, icon, join, name, say, style_of, tag_of, text
from zhunru.reports.wording import MEANINGS, NOT_ASSESSED, OPINION, ORDER, SCREENING_MEANING, SCREENING_PASS, VERDICTS, tally
from zhunru.reports.wording import SCREENING as SCREENING_WORD


def headline(result: Result) -> tuple[str, Saying]:
    """Return (style, sentence): the worst that is true of the result, never a better one."""
    own = tally(c for c in result.clauses if c.instrument == OPINION)
    other = tally(c for c in result.clauses if c.instrument != OPINION)
    still = sum(own[k] for k in ("ERROR", "INCONCLUSIVE", "MISSING", NOT_ASSESSED))
    beside = sum(other[k] for k in ("ERROR", "INCONCLUSIVE", "MISSING"))
    fails, concrete = own["FAIL"], other["FAIL"]
    if fails or concrete:
        zh = [f"{fails} 条意见条款不通过"] if fails else []
        en = [f"{fails} clause(s) of the opinion FAIL"] if fails else []
        zh += [f"{concrete} 条配套文件条款不通过"] if concrete else []
        en += [f"{concrete} of other instruments FAIL"] if concrete else []
        zh += [f"另有 {still} 条意见条款尚无结论"] if still else []
        en += [f"{still} more of the opinion without an answer"] if still else []
        return "fail", Saying(zh="；".join(zh), en="; ".join(en))
    if still or beside or not own["PASS"] + own["SCREENING_PASS"]:
        return "inconclusive", Saying(
            zh=f"尚不能得出结论：{still + beside} 条条款没有结论", en=f"No conclusion yet: {still + beside} clause(s) without an answer"
        )
    screening = own["SCREENING_PASS"] + other["SCREENING_PASS"]
    if screening:
        return "screening-pass", Saying(
            zh=f"未见不通过，但 {screening} 条仅为筛查结论，不能作为符合性结论",
            en=f"Nothing fails, but {screening} clause(s) pass as screening only: no statement of conformity",
        )
    return "pass", Saying(zh="所评估的适用条款全部通过", en="Every applicable clause that was assessed passes")


def banner(result: Result) -> Html:
    """Return the head with the name of the product, the day, the signatures and the language switch."""
    switch = el(
        "div",
        el("label", "中文", for_="lang-zh", lang="zh-CN"),
        el("label", "English", for_="lang-en", lang="en"),
        class_="switch",
    )
    top = el(
        "div",
        el("p", say("智能网联汽车准入评估报告", "Market-access assessment, intelligent connected vehicle"), class_="kicker"),
        switch,
        class_="top",
    )
    subject = result.subject
    lines = [
        (say("企业", "Maker"), name(subject.maker)),
        (say("评估基准日", "As of"), text(result.as_of.isoformat())),
        (say("车辆类别", "Category"), text(subject.category)),
        (say("自动化等级", "Automation level"), text(str(subject.automation_level))),
        (say("参数配置", "Profile"), name(result.signature.profile) if result.signature.profile else say("默认", "default")),
        (say("基线签名", "Baseline"), signature(result.signature.baseline)),
        (say("环境签名", "Environment"), signature(result.signature.environment)),
    ]
    return el("header", top, el("h1", name(subject.name)), facts(lines), _features(result), class_="banner", id="top")


def signature(digest: str) -> Html:
    """Return a digest shortened on screen, whole on hover and on paper."""
    if len(digest) <= 16:
        return el("code", digest)
    return el("code", el("span", digest[:12] + "…", class_="brief"), el("span", digest, class_="whole"), title=digest, class_="digest")


def _features(result: Result) -> Html:
    held = result.subject.features()
    has = [el("li", both(Saying(zh=t.zh, en=t.en))) for key, t in FEATURES.items() if key in held]
    lacks = [el("li", both(Saying(zh=t.zh, en=t.en))) for key, t in FEATURES.items() if key not in held]
    rows = [
        (say("声明具有", "Declared"), el("ul", *has, class_="inline") if has else text("—")),
        (say("声明不具有", "Declared without"), el("ul", *lacks, class_="inline") if lacks else text("—")),
    ]
    return facts(rows, "facts wide")


def summary(result: Result) -> Html:
    """Return the headline, the three numbers and the verdict counts."""
    style, sentence = headline(result)
    parts: list[Html | None] = [
        el("h2", say("结论概览", "Summary"), id="summary"),
        el("p", icon(style), el("span", sentence), class_=f"headline v-{style}"),
    ]
    if result.selection:
        told = say("本次只评估了所选部分，其余条款未评估：", "Only the selected part was assessed, the rest was not: ")
        parts.append(el("p", told, name(result.selection), class_="warning"))
    own = [c for c in result.clauses if c.instrument == OPINION]
    other = [c for c in result.clauses if c.instrument != OPINION]
    parts += [_numbers(result), _counts(own, Saying(zh=f"意见 {len(own)} 条", en=f"Opinion, {len(own)} clauses"))]
    if other:
        parts.append(_counts(other, Saying(zh=f"配套文件 {len(other)} 条", en=f"Other instruments, {len(other)} clauses")))
    remark = say(
        "本报告由程序依据所提供的证据自动生成，不是主管部门的准入决定，也不代替人工评审。",
        "Drawn by a program from the evidence that was given. It is no decision of the authority and does not replace review by people.",
    )
    return el("section", *parts, el("p", remark, class_="soft"), class_="summary", aria_labelledby="summary")


def _numbers(result: Result) -> Html:
    progress, own = result.progress, tally(c for c in result.clauses if c.instrument == OPINION)
    confirmed, screening = own["PASS"], own["SCREENING_PASS"]
    faint = screening if progress.conforming > confirmed else 0
    remark = Saying(zh="证据支持通过", en="passes on evidence")
    if screening:
        remark = Saying(
            zh=f"其中 {screening} 条仅为筛查" if faint else f"另有 {screening} 条仅为筛查，未计入",
            en=f"of which {screening} as screening only" if faint else f"{screening} more as screening only, not counted",
        )
    tiles = (
        (progress.reviewed, 0, Saying(zh="已人工评审", en="reviewed"), Saying(zh="由具名人员评审", en="by a named person")),
        (progress.tested, 0, Saying(zh="已测试", en="tested"), Saying(zh="由检查得出结论", en="a check gave an answer")),
        (progress.conforming, faint, Saying(zh="符合", en="conforming"), remark),
    )
    applicable = say(f"／{progress.applicable} 条适用条款", f"of {progress.applicable} clauses that apply")
    shown = []
    for count, weak, words, note in tiles:
        figure = el("p", el("strong", str(count)), el("span", applicable), class_="figure")
        shown.append(el("li", el("h3", words), figure, _meter(count, weak, progress.applicable), el("p", note, class_="soft")))
    return el("ul", *shown, class_="numbers")


def _meter(count: int, faint: int, total: int) -> Html:
    total = max(total, count, 1)
    solid, end = (f"{100 * n / total:.3f}%" for n in (max(count - faint, 0), count))
    rail = el("rect", x=0, y=0, width="100%", height=6, rx=3, class_="rail")
    full = el("rect", x=0, y=0, width=solid, height=6, rx=3, class_="full")
    weak = el("line", x1=solid, x2=end, y1=3, y2=3, class_="faint") if faint else None
    return el("svg", rail, full, weak, class_="meter", width="100%", height=6, aria_hidden="true")


def _counts(clauses: list[ClauseResult], words: Saying) -> Html:
    counts = tally(clauses)
    items = []
    for kind in ("FAIL", "ERROR", "INCONCLUSIVE", "MISSING", NOT_ASSESSED, "SCREENING_PASS", "PASS", "NOT_APPLICABLE"):
        style = kind.lower().replace("_", "-")
        said = SCREENING_PASS if kind == "SCREENING_PASS" else VERDICTS[kind]
        items.append(
            el(
                "li",
                icon(style),
                el("strong", str(counts[kind])),
                el("span", said),
                class_=f"v-{style}" + ("" if counts[kind] else " none"),
            )
        )
    return el("div", el("h3", words), el("ul", *items), class_="counts")


def legend() -> Html:
    """Return what verdicts, screening and basis marks mean."""
    verdicts: list[tuple[Html, Html]] = []
    for key in ORDER:
        verdict = None if key == NOT_ASSESSED else Verdict(key)
        if key == "PASS":
            verdicts.append((chip(Verdict.PASS, True), both(SCREENING_MEANING)))
        verdicts.append((chip(verdict), both(MEANINGS[key])))
    bases = []
    for mark, meaning in BASIS.items():
        shown = both(Saying(zh=meaning.zh, en=meaning.en))
        bases.append((basis(mark), join([shown, text(" · "), tag_of(SCREENING_WORD, "screening")]) if mark in SCREENING else shown))
    title = el("h2", say("图例与标记", "How to read the marks"), id="legend")
    left = el("div", el("h3", say("结论（由重到轻）", "Verdicts, worst first")), facts(verdicts, "key"))
    right = el("div", el("h3", say("限值依据标记", "Basis of a limit")), facts(bases, "key"))
    return el("section", title, el("div", left, right, class_="two"), aria_labelledby="legend", class_="legend-part")


def basis(mark: str | None) -> Html:
    """Return the mark of how a limit is known; those that make a verdict screening are drawn broken."""
    if mark is None:
        return tag_of(Saying(zh="未注明依据", en="no basis"), "screening")
    meaning = BASIS[mark]
    return tag_of(Saying(zh=mark, en=mark), "basis weak" if mark in SCREENING else "basis", Saying(zh=meaning.zh, en=meaning.en))


def number_of(clause: ClauseResult) -> str:
    """Return the number of a clause inside its instrument."""
    return clause.id.removeprefix(clause.instrument + "/")


def tile_style(clause: ClauseResult) -> str:
    """Return the class of a clause by its verdict."""
    return "v-" + style_of(clause.verdict, clause.screening)
