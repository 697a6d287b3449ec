"""The user can refuse as well as agree."""

from collections.abc import Iterator
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.privacy_notice import PrivacyNotice


@check("miit-2021-103/1.4", "gb-t-44464-2024/5.2.2", "gb-t-44464-2024/D.2", title_zh="同意与拒绝两个选项均已提供", since="0.3")
def refusal_is_offered(notices: list[PrivacyNotice], day: date) -> Iterator[Finding]:
    """Every notice in use offers to agree and to refuse.

    Why:
        A choice with one button is no choice.

    为什么:
        只有一个按钮的选择不是选择。

    How it decides:
        1. Notices in use on the day; one without a first day is judged too, but passes nothing: gap.
        2. One of the options is not offered: breach. One is not told: gap. Both: ok.
        3. No notice in use: gap.

    Inconclusive:
        Options or days are not told; no notice is in use.

    Not covered:
        Whether refusing is as easy as agreeing, and whether the car stays usable after a refusal.

    未覆盖:
        拒绝是否与同意同样方便；拒绝后与该信息无关的功能是否仍可使用。

    Args:
        notices: Versions of the notices with the options that they offer.
        day: Day as of which is assessed.

    References:
        GB/T 44464-2024 5.2.2, D.2.
    """
    # (1) in use, or perhaps
    asked = [n for n in notices if (n.since is None or n.since <= day) and (n.until is None or day <= n.until)]
    for notice in asked:
        options = {"agree": notice.agree_option, "refuse": notice.refuse_option}
        absent = [n for n, v in options.items() if v is False]
        # (2) both options
        if absent and notice.since:
            yield breach(
                "缺少同意或拒绝选项", "an option is not offered", at=notice.origin, notice=notice.version, missing="; ".join(absent)
            )
        elif None in options.values() or notice.since is None:
            yield gap("选项或启用日期未说明", "options or first day are not told", at=notice.origin, notice=notice.version)
        else:
            yield ok("提供同意与拒绝选项", "offers to agree and to refuse", at=notice.origin, notice=notice.version)
    # (3) nothing
    if not asked:
        yield gap("评估日没有在用的告知文本", "no notice is in use on the day", notices=len(notices))


def _case(**changed: object) -> tuple[list[PrivacyNotice], date]:
    plain = {"version": "V2", "since": "2025-01-01", "agree_option": "是", "refuse_option": "是"}
    return [PrivacyNotice.model_validate(plain | changed)], date(2026, 1, 1)


@refusal_is_offered.example(Verdict.PASS)
def two_buttons() -> tuple[list[PrivacyNotice], date]:
    """Agree and refuse."""
    return _case()


@refusal_is_offered.example(Verdict.FAIL)
def only_agree() -> tuple[list[PrivacyNotice], date]:
    """No way to refuse."""
    return _case(refuse_option="否")


@refusal_is_offered.example(Verdict.INCONCLUSIVE)
def not_told() -> tuple[list[PrivacyNotice], date]:
    """Nobody looked for the option to refuse."""
    return _case(refuse_option="")
