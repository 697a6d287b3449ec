"""Consent to sensitive processing has an end that the user sets."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_periods import LONGEST_YEARS, is_endless, is_far, period_of
from zhunru.records.consent import Consent
from zhunru.records.consent_span import end_of
from zhunru.records.pi_function import PiFunction
from zhunru.records.privacy_notice import PrivacyNotice
from zhunru.records.processing_rules import by_function


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.2.2", "gb-t-44464-2024/D.2", "cac-2021-7/9",
    title_zh="敏感个人信息的同意期限由用户单独设定，且有限", since="0.3",
)  # fmt: skip
def consent_period_is_finite(
    notices: list[PrivacyNotice], consents: list[Consent], functions: list[PiFunction], day: date
) -> Iterator[Finding]:
    """For sensitive personal information the user sets a period, and neither an offer nor a consent is for ever.

    Why:
        A consent without end outlives what the person had in mind, and often the person's car.

    为什么:
        没有期限的同意会超出本人当初的考虑，甚至在车辆转手之后继续有效。

    How it decides:
        1. Notices in use that say so of themselves or list a function on sensitive personal information: a period that means `for ever` is offered: breach; one that is not understood, or
           none: gap. The user cannot set the period of each function by itself: breach; not told: gap. Whether a notice is about
           sensitive information is not told, or told otherwise than the list tells: a breach is a gap. The first day is not told: gap.
        2. Consents to functions that are sensitive in any version: for ever, or until a year that stands for it: breach; an end or a finite
           period: ok; an end that is not after the consent, or more than 50 years later, two that contradict each other, or none: gap.
        3. A consent to a function that is not in the list, or whose mark is blank: what would be a breach is a gap.
        4. No such notice, or a sensitive function without such a consent: gap.

    Inconclusive:
        Periods are blank or not understood; no notice or no consent on sensitive personal information.

    Not covered:
        Whether a finite period is short enough for its purpose; whether the notice offers in the car what its row says.

    未覆盖:
        有限期限与目的是否相称；车上实际提供的期限是否与登记一致。

    Args:
        notices: Versions of the notices with the periods that they offer.
        consents: Answers of persons.
        functions: List of functions.
        day: Day as of which is assessed.

    References:
        GB/T 44464-2024 5.2.2, D.2; 若干规定 article 9 (G).
    """
    # (1) offers
    sensitive = {bare(n) for f in functions if f.sensitive for n in (f.id, f.name) if n}
    ours = [n for n in notices if n.sensitive is not False or sensitive & set(map(bare, n.functions))]
    used = [n for n in ours if (n.since is None or n.since <= day) and (n.until is None or day <= n.until)]
    for notice in used:
        yield _offered(notice)
    if not any(n.sensitive for n in used):
        yield gap("没有在用的敏感个人信息告知文本", "no notice on sensitive personal information is in use", notices=len(notices))
    # (2) and (3) answers
    rules = by_function(functions)
    judged: set[str] = set()
    for consent in consents:
        marks = [f.sensitive for f in rules.get(bare(consent.function), [])]
        if consent.answer == "refused" or (marks and all(m is False for m in marks)):
            continue
        judged |= {bare(consent.function)} if True in marks else set()
        yield _given(consent, sure=True in marks and consent.answer == "agreed")
    # (4) nothing
    for name, versions in sorted(rules.items()):
        if name not in judged and any(v.sensitive and v.exception in {None, "none"} for v in versions):
            yield gap(
                "没有对敏感功能的同意记录", "no consent to this sensitive function is on record", at=versions[0].origin, function=name
            )
    if not judged:
        yield gap("没有对敏感个人信息的同意记录", "no consent to sensitive processing is on record", consents=len(consents))


def _offered(notice: PrivacyNotice) -> Finding:
    endless = [p for p in notice.periods if is_endless(p)]
    strange = [p for p in notice.periods if not is_endless(p) and period_of(p) is None]
    sure = notice.sensitive and notice.since is not None
    if sure and endless:
        return breach("提供了无限期的选项", "a period without end is offered", at=notice.origin, notice=notice.version, period=endless[0])
    if sure and notice.own_period is False:
        return breach("用户不能单独设置期限", "the user cannot set the period by itself", at=notice.origin, notice=notice.version)
    if strange or endless or not notice.periods or notice.own_period is not True or not notice.sensitive or notice.since is None:
        return gap(
            "可选期限未说明或无法识别",
            "the offered periods are not told or not understood",
            at=notice.origin,
            notice=notice.version,
            period="; ".join(strange),
        )
    return ok(
        "可选期限均有限且可单独设置",
        "every offered period is finite and set by itself",
        at=notice.origin,
        notice=notice.version,
        measured=len(notice.periods),
        unit="periods",
    )


def _given(consent: Consent, *, sure: bool) -> Finding:
    endless = is_endless(consent.period) or (consent.until is not None and is_far(consent.until))
    if endless and sure:
        return breach("同意没有期限", "the consent has no end", at=consent.origin, function=consent.function, period=consent.period)
    end = end_of(consent)
    if (period := period_of(consent.period)) and period.unit == "once" and consent.until is None and sure:
        return ok("同意仅限一次", "the consent is for once", at=consent.origin, function=consent.function)
    if (
        not sure
        or not end.known
        or end.at is None
        or consent.given_at is None
        or not consent.given_at < end.at <= _latest(consent.given_at)
    ):
        return gap(
            "同意的期限或所涉功能无法判定", "period or function of the consent cannot be told", at=consent.origin, function=consent.function
        )
    return ok("同意有期限", "the consent has an end", at=consent.origin, function=consent.function)


def _latest(given: datetime) -> datetime:
    return given + timedelta(days=366 * LONGEST_YEARS)


_Case = tuple[list[PrivacyNotice], list[Consent], list[PiFunction], date]


def _case(offered: str = "单次;7天;1年", period: str = "1年", **changed: object) -> _Case:
    notice = {"version": "V2", "since": "2025-01-01", "sensitive": "是", "own_period": "是", "periods": offered}
    consent = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2025-03-01 10:00", "period": period}
    function = PiFunction.model_validate({"id": "F-1", "sensitive": "是"})
    return [PrivacyNotice.model_validate(notice | changed)], [Consent.model_validate(consent)], [function], date(2026, 1, 1)


@consent_period_is_finite.example(Verdict.PASS)
def a_year() -> _Case:
    """Three finite periods are offered, one was chosen."""
    return _case()


@consent_period_is_finite.example(Verdict.FAIL)
def always_is_offered() -> _Case:
    """`Always allow` stands among the options."""
    return _case("单次;始终允许")


@consent_period_is_finite.example(Verdict.FAIL)
def agreed_for_ever() -> _Case:
    """The log holds a consent for ever."""
    return _case(period="永久")


@consent_period_is_finite.example(Verdict.INCONCLUSIVE)
def period_not_understood() -> _Case:
    """`Short` is no period."""
    return _case("短期")
