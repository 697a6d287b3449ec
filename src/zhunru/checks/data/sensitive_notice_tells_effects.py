"""Who gives sensitive information is told why it is needed and what it may do."""

from collections.abc import Iterator
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.pi_function import PiFunction
from zhunru.records.privacy_notice import PrivacyNotice
from zhunru.records.told import told


@check("miit-2021-103/1.4", "cac-2021-7/9", "pipl-2021/30", title_zh="敏感个人信息的必要性和对个人权益的影响已告知", since="0.3")
def sensitive_notice_tells_effects(notices: list[PrivacyNotice], functions: list[PiFunction], day: date) -> Iterator[Finding]:
    """Each function on sensitive personal information stands in a notice in use that tells its necessity and its effect on the person.

    Why:
        People underestimate what a track or a voice gives away.

    为什么:
        人们往往低估行踪和声音透露的内容。

    How it decides:
        1. Functions that are marked sensitive; not marked: gap. None: gap.
        2. Notices in use on the day that list the function. One of them tells necessity and effect: ok. All of them are said not to: breach.
        3. None lists it, or none says: gap.

    Inconclusive:
        Marks or cells are blank, no notice in use lists the function, or nothing is sensitive.

    Not covered:
        Whether the text is true and conspicuous.

    未覆盖:
        文本是否真实、显著。

    Args:
        notices: Versions of the notices.
        functions: List of functions.
        day: Day as of which is assessed.

    References:
        若干规定 article 9 (G); 个人信息保护法 article 30 (G).
    """
    used = [n for n in notices if n.since and n.since <= day and (n.until is None or day <= n.until)]
    for function in functions:
        names = {bare(n) for n in (function.id, function.name) if n}
        says = [told(n.effects) for n in used if names & set(map(bare, n.functions))]
        # (1) which functions
        if function.sensitive is None:
            yield gap("是否处理敏感个人信息未说明", "whether it is sensitive is not told", at=function.origin, function=function.id)
        # (2) told
        elif function.sensitive and "yes" in says:
            yield ok("必要性和影响已告知", "necessity and effect are told", at=function.origin, function=function.id)
        elif function.sensitive and says and all(s == "none" for s in says):
            yield breach("未告知必要性和影响", "necessity and effect are not told", at=function.origin, function=function.id)
        elif function.sensitive:  # (3)
            yield gap("在用告知文本未列该功能或未填写", "no notice in use lists it, or none says", at=function.origin, function=function.id)
    if not any(f.sensitive for f in functions):
        yield gap(
            "功能清单中没有敏感个人信息功能", "no function of the list is on sensitive personal information", functions=len(functions)
        )


_Case = tuple[list[PrivacyNotice], list[PiFunction], date]


def _case(**changed: object) -> _Case:
    plain = {"version": "V2", "since": "2025-01-01", "functions": "F-1", "effects": "第4节"}
    return [PrivacyNotice.model_validate(plain | changed)], [PiFunction.model_validate({"id": "F-1", "sensitive": "是"})], date(2026, 1, 1)


@sensitive_notice_tells_effects.example(Verdict.PASS)
def section_four() -> _Case:
    """Told in section 4."""
    return _case()


@sensitive_notice_tells_effects.example(Verdict.FAIL)
def nothing_said() -> _Case:
    """The notice is silent on it."""
    return _case(effects="未告知")


@sensitive_notice_tells_effects.example(Verdict.INCONCLUSIVE)
def not_listed() -> _Case:
    """The notice is about another function."""
    return _case(functions="F-2")
