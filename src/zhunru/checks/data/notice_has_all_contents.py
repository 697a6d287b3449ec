"""The notice in use tells all that it must."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.pi_function import PiFunction
from zhunru.records.privacy_notice import PrivacyNotice
from zhunru.records.processing_rules import processes_personal
from zhunru.records.told import told

_BOXES: Final = ("kinds", "purposes", "situations", "keeping", "rights", "contact_name", "contact_reach")


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.2.1", "gb-t-44464-2024/D.2", "cac-2021-7/7", "pipl-2021/17",
    title_zh="在用的告知文本包含全部应告知内容，并覆盖每项处理个人信息的功能", since="0.3",
)  # fmt: skip
def notice_has_all_contents(notices: list[PrivacyNotice], functions: list[PiFunction], day: date) -> Iterator[Finding]:
    """Every notice in use tells all the contents, and every function that processes personal information stands in one.

    Why:
        Who is not told what is taken, why and for how long can neither agree nor refuse, nor find out whom to ask.

    为什么:
        不知道收集什么、为何收集、保存多久的人，既无从同意或拒绝，也不知道该找谁。

    How it decides:
        1. Notices in use on the day; one without a first day is in doubt: gap. None in use: breach when notices exist and all have ended,
           else gap.
        2. Each of kinds and necessity, purpose and method, situations and how to stop, place and period, ways to consult, copy and delete,
           name and reach of the contact: the cell names where it stands: told; it says that there is none: breach; blank: gap.
        3. How it is shown: blank is a gap.
        4. A function that processes personal information stands in the list of no notice in use, while all of them have a list: breach; where
           one has none: gap. A function of which it is not told whether it does: gap. No function: gap.

    Inconclusive:
        A cell of a content is blank, the days or the functions of a notice are not told, or there is no list of functions.

    Not covered:
        Whether the text is true, plain and conspicuous; the seventh box (other legal items).

    未覆盖:
        文本是否真实、易懂、显著；“其他”事项是否齐备。

    Args:
        notices: Versions of the notices with where each content stands.
        functions: List of functions, GB/T 44464-2024 D.1 a).
        day: Day as of which is assessed.

    References:
        GB/T 44464-2024 5.2.1, D.2; 若干规定 article 7 (G); 个人信息保护法 article 17 (G).
    """
    # (1) in use
    used = [n for n in notices if n.since and n.since <= day and (n.until is None or day <= n.until)]
    for notice in notices:
        if notice.since is None:
            yield gap("告知文本的启用日期未说明", "the first day of the notice is not told", at=notice.origin, notice=notice.version)
    if not used:
        if notices and all(n.until and n.until < day for n in notices):
            yield breach("评估日没有在用的告知文本", "no notice is in use on the day of assessment", notices=len(notices))
        else:
            yield gap("没有可判定的在用告知文本", "no notice is known to be in use", notices=len(notices))
        return
    for notice in used:
        yield from _contents(notice)
    yield from _functions(used, functions)


def _contents(notice: PrivacyNotice) -> Iterator[Finding]:
    # (2) and (3) boxes
    says = {name: told(getattr(notice, name)) for name in _BOXES}
    lacking = [n for n, t in says.items() if t == "none"]
    blank = [n for n, t in says.items() if t == "open"]
    if not notice.shown_by:
        blank.append("shown_by")
    if lacking:
        yield breach(
            "告知文本缺少应告知的内容", "the notice lacks contents", at=notice.origin, notice=notice.version, missing="; ".join(lacking)
        )
    elif blank:
        yield gap(
            "未说明该内容在告知文本何处",
            "where the content stands is not told",
            at=notice.origin,
            notice=notice.version,
            cells="; ".join(blank),
        )
    else:
        yield ok(
            "告知文本内容齐备",
            "the notice tells all the contents",
            at=notice.origin,
            notice=notice.version,
            measured=len(_BOXES),
            unit="contents",
        )


def _functions(used: list[PrivacyNotice], functions: list[PiFunction]) -> Iterator[Finding]:
    # (4) each function stands in a notice
    listed = {bare(name) for notice in used for name in notice.functions}
    whole = all(n.functions for n in used)
    for function in functions:
        personal = processes_personal(function)
        named = bool(listed & {bare(n) for n in (function.id, function.name) if n})
        if personal is None and not named:
            yield gap(
                "是否处理个人信息未说明", "whether it processes personal information is not told", at=function.origin, function=function.id
            )
        elif personal and named:
            yield ok("功能已列入告知文本", "the function stands in a notice", at=function.origin, function=function.id)
        elif personal and whole:
            yield breach(
                "处理个人信息的功能未列入告知文本",
                "a function that processes personal information stands in no notice",
                at=function.origin,
                function=function.id,
            )
        elif personal:
            yield gap("告知文本未列明所涉功能", "a notice does not list its functions", at=function.origin, function=function.id)
    if not any(processes_personal(f) for f in functions):
        yield gap("功能清单中没有处理个人信息的功能", "no function of the list processes personal information", functions=len(functions))


_Case = tuple[list[PrivacyNotice], list[PiFunction], date]


def _case(listed: str = "F-1", **changed: object) -> _Case:
    plain = {n: f"第{k}节" for k, n in enumerate(_BOXES, 1)} | {
        "version": "V2",
        "since": "2025-01-01",
        "shown_by": "显示屏",
    }
    function = PiFunction.model_validate({"id": "F-1", "name": "语音助手", "personal": "是", "sensitive": "是"})
    return [PrivacyNotice.model_validate(plain | {"functions": listed} | changed)], [function], date(2026, 1, 1)


@notice_has_all_contents.example(Verdict.PASS)
def all_contents() -> _Case:
    """Each content has its place, and the function is listed."""
    return _case()


@notice_has_all_contents.example(Verdict.FAIL)
def no_way_to_reach_the_contact() -> _Case:
    """A name without telephone or mail."""
    return _case(contact_reach="无")


@notice_has_all_contents.example(Verdict.FAIL)
def function_not_told() -> _Case:
    """The only notice in use is about another function."""
    return _case("F-9")


@notice_has_all_contents.example(Verdict.INCONCLUSIVE)
def a_cell_is_blank() -> _Case:
    """Nobody says where the period of storage is told."""
    return _case(keeping="")
