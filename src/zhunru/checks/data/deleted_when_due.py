"""Personal information is deleted or anonymised when its reason is gone."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.consent import Consent
from zhunru.records.consent_span import by_person, end_of
from zhunru.records.data_deletion import DataDeletion
from zhunru.records.told import certainly_blank, told

_TRIGGERS: Final = {"purpose_met", "service_ended", "period_over", "withdrawn", "unlawful"}


@check("miit-2021-103/1.4", "gb-t-44464-2024/5.1.6", "pipl-2021/47", title_zh="应当删除的个人信息已删除、匿名化或仅存储和保护", since="0.3")
def deleted_when_due(
    deletions: list[DataDeletion],
    consents: list[Consent] | None,
    day: date,
    *,
    within: Annotated[float, Limit("d", "gb-t-44464-2024/5.1.6", "P")] = 30.0,
) -> Iterator[Finding]:
    """Whenever purpose, service, period or consent ended, or processing was unlawful, the data were deleted, anonymised, or only stored and protected.

    Why:
        Data without a reason are only a risk.

    为什么:
        失去理由的数据只剩风险。

    How it decides:
        1. Records of deletion whose reason is one of the five; the reason not told: gap.
        2. Deleted, anonymised or destroyed on a day within `within` days: ok; on a later day: gap, since the law names no number of days. Said
           to be recoverable: gap.
        3. Only stored and protected: with the law or technique that prevents deletion: ok; with none: breach; not told: gap.
        4. Not done `within` days after the reason arose: breach; not yet so long ago: in time so far. Days missing, in the future or
           contradicting each other, or how it was done not told: gap.
        5. Every consent that was withdrawn or has ended by more than `within` days, with no other answer of this person to this function that
           goes on, has a record: of this person, or of its function, on or after that day; else gap. A consent whose end is not told: gap.
        6. No record that was done: gap.

    Inconclusive:
        Reasons, days or means are not told; an ended consent has no record of deletion; deletion came late.

    Not covered:
        Whether the data are gone, and reasons that nobody entered. The number of days is our proposal.

    未覆盖:
        数据是否确已删除；未登记的删除事由。天数为本项目建议值。

    Args:
        deletions: Records of deletion.
        consents: Answers of persons; without them (5) is a gap.
        day: Day as of which is assessed.
        within: Days after the reason arose; our proposal.

    References:
        GB/T 44464-2024 5.1.6; 个人信息保护法 article 47 (G).
    """
    done = 0
    for deletion in deletions:
        # (1) which records
        if deletion.trigger is None:
            yield gap("删除事由未说明", "the reason of the deletion is not told", at=deletion.origin, record=deletion.id)
        elif deletion.trigger in _TRIGGERS:
            finding = _judged(deletion, day, within)
            done += finding.kind == "ok" and deletion.means is not None
            yield finding
    if consents is None:
        yield gap(
            "没有同意记录：应删除的是否均有记录不明", "without records of consent it is not known whether all that fell due is on record"
        )
    yield from _ended(consents or [], deletions, day, within)
    # (6) nothing
    if not done:
        yield gap("没有已完成的到期删除记录", "no deletion that fell due was done", records=len(deletions))


def _judged(deletion: DataDeletion, day: date, within: float) -> Finding:
    facts: dict[str, Any] = {"at": deletion.origin, "record": deletion.id, "trigger": deletion.trigger}
    due, end, means = deletion.due_on, deletion.done_on, deletion.means
    if due is None or due > day or (end is not None and (end < due or end > day)):  # (4)
        return gap("删除日期缺失或矛盾", "days of the deletion are missing or contradict each other", **facts)
    # (3) only stored
    if means == "restricted":
        reason = told(deletion.blocked_by)
        if reason == "none":
            return breach("无法定或技术原因而不删除", "kept although neither law nor technique prevents deletion", **facts)
        return (
            ok("仅存储和保护", "only stored and protected", **facts)
            if reason == "yes"
            else gap("不能删除的原因未说明", "why it cannot be deleted is not told", **facts)
        )
    # (2) done
    if end and means and deletion.recoverable:
        return gap("登记为已删除而仍可恢复", "said to be deleted, and can be recovered", **facts)
    if end and means:
        facts |= {"measured": (end - due).days, "limit": within, "unit": "d"}
        return (
            ok("已删除或匿名化", "deleted or anonymised", **facts)
            if (end - due).days <= within
            else gap("删除较晚，须由人判断", "deleted late: a person must judge", **facts)
        )
    # (4) not done
    if means or not certainly_blank(deletion, "done_on"):
        return gap("删除方式或完成日期未说明", "how or when it was deleted is not told", **facts)
    facts |= {"measured": (day - due).days, "limit": within, "unit": "d"}
    return (
        breach("应删除而未删除", "due and not deleted", **facts)
        if (day - due).days > within
        else ok("尚在期限内", "in time so far", **facts)
    )


def _ended(consents: list[Consent], deletions: list[DataDeletion], day: date, within: float) -> Iterator[Finding]:
    # (5) consents that ended
    for (person, function), answers in sorted(by_person(consents).items()):
        agreed = [c for c in answers if c.answer == "agreed"]
        ends = [_end(c, answers) for c in agreed]
        if not agreed or any(e is not None and (day - e).days <= within for e in ends):
            continue
        if None in ends:
            endless = [c for c, e in zip(agreed, ends, strict=True) if e is None and not end_of(c).known]
            if endless:
                yield gap("同意的终止时间未说明", "when the consent ends is not told", at=endless[0].origin, function=endless[0].function)
            continue
        last = max(e for e in ends if e)
        mine = [
            d for d in deletions if d.done_on and d.means and last <= d.done_on <= day and not d.recoverable and _names(d, person, function)
        ]
        if mine:
            yield ok("同意终止后有删除记录", "deleted after the consent had ended", at=mine[0].origin, record=mine[0].id)
        else:
            yield gap(
                "同意终止后没有删除记录",
                "no record of deletion after the consent had ended",
                at=agreed[0].origin,
                function=agreed[0].function,
                ended=str(last),
            )


def _end(consent: Consent, answers: list[Consent]) -> date | None:
    """Return the day on which a consent ended or will end, a later refusal included; None = it never ends, or nobody knows."""
    given = consent.given_at
    refused = [c.given_at for c in answers if c.answer == "refused" and given and c.given_at and c.given_at > given]
    ends = [m for m in (consent.withdrawn_at, end_of(consent).at, *refused) if m]
    return min(ends).astimezone(CHINA).date() if ends else None


def _names(deletion: DataDeletion, person: str, function: str) -> bool:
    functions = {bare(f) for f in deletion.functions}
    if deletion.person:
        return bare(deletion.person) == person and (not functions or function in functions)
    return function in functions


_Case = tuple[list[DataDeletion], list[Consent] | None, date]


def _case(**changed: object) -> _Case:
    plain = {"id": "D-1", "trigger": "期限届满", "due_on": "2026-03-02", "done_on": "2026-03-05", "means": "删除", "functions": "F-1"}
    consent = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2026-02-23 12:00", "period": "7天"}
    return [DataDeletion.model_validate(plain | changed)], [Consent.model_validate(consent)], date(2026, 6, 1)


@deleted_when_due.example(Verdict.PASS)
def three_days_after_the_end() -> _Case:
    """The consent ended, and the data of its function were deleted."""
    return _case()


@deleted_when_due.example(Verdict.FAIL)
def never_done() -> _Case:
    """Due three months ago."""
    return _case(done_on="", means="")


@deleted_when_due.example(Verdict.FAIL)
def kept_for_no_reason() -> _Case:
    """Restricted to storage, although nothing prevents deletion."""
    return _case(means="限制处理", blocked_by="无")


@deleted_when_due.example(Verdict.INCONCLUSIVE)
def no_record_of_an_ended_consent() -> _Case:
    """The only record is about another function."""
    return _case(functions="F-2")
