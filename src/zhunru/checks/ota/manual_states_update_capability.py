"""A named person has confirmed that the manual states the update capability."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.review import Review

_CLAUSE = "gb-44496-2024/8"


@check("miit-2021-103/3.6", "gb-44496-2024/8", title_zh="经具名人员确认，产品说明书写明升级功能", since="0.2")
def manual_states_update_capability(reviews: list[Review], day: date) -> Iterator[Finding]:
    """A named person has confirmed that the manual states the update capability.

    Why:
        Whoever drives must be able to read how the car is updated and in what state it is after a failed update. Only a reader can tell.

    为什么:
        用车的人须能读到如何升级、升级失败后车辆处于何种状态。这只有阅读说明书的人能够判断。

    How it decides:
        1. Take the reviews of clause 8. None: gap.
        2. A review counts when it has a verdict, a name, a day not in the future, and names the document that was read; else gap.
        3. The latest ones decide: a FAIL among those of the last day is a breach, one that is open a gap, else ok.

    Inconclusive:
        Nobody has reviewed it, or the review lacks name, day, verdict or document.

    Not covered:
        The manual itself: no software read it. Whether the printed and the on-board manual agree, and whether later updates changed it.

    未覆盖:
        说明书本身（软件未阅读）；纸质与车载说明书是否一致；后续升级是否改变了说明书。

    Args:
        reviews: Reviews by persons.
        day: Day as of which is assessed.

    References:
        GB 44496-2024 clause 8; ota-and-recorders.md 1.6.
    """
    # (1) reviews of the clause
    mine = [r for r in reviews if bare(r.clause) == _CLAUSE]
    if not mine:
        yield gap("没有关于说明书的人工评审", "nobody has reviewed the manual", clause=_CLAUSE)
    # (2) those that count
    whole = [r for r in mine if r.verdict and r.person and r.evidence and r.day and r.day <= day]
    for review in mine:
        if review not in whole:
            yield gap(
                "评审缺少结论、评审人、日期或所阅文件",
                "the review lacks verdict, name, day or document",
                at=review.origin,
                person=review.person,
            )
    # (3) the latest
    last = max((r.day for r in whole if r.day), default=None)
    for review in (r for r in whole if r.day == last):
        told: dict[str, Any] = {"person": review.person, "day": str(review.day), "document": review.evidence}
        if review.verdict == "FAIL":
            yield breach("评审认为说明书未写明升级功能", "the reviewer says that the manual does not state it", at=review.origin, **told)
        elif review.verdict == "INCONCLUSIVE":
            yield gap("评审尚无结论", "the reviewer has not decided", at=review.origin, **told)
        else:
            yield ok("评审确认说明书写明升级功能", "the reviewer confirms that the manual states it", at=review.origin, **told)


_DAY = date(2026, 11, 22)


def _review(**changed: object) -> Review:
    plain = {"clause": _CLAUSE, "verdict": "PASS", "person": "王五", "day": "2026-10-01", "evidence": "用户手册 V3 第 12 章"}
    return Review.model_validate(plain | changed)


@manual_states_update_capability.example(Verdict.PASS)
def confirmed_by_name() -> tuple[list[Review], date]:
    """A named person read chapter 12."""
    return [_review(), _review(verdict="FAIL", day="2026-09-01")], _DAY


@manual_states_update_capability.example(Verdict.FAIL)
def the_safe_state_is_not_described() -> tuple[list[Review], date]:
    """The latest review finds it missing."""
    return [_review(), _review(verdict="FAIL", day="2026-10-02")], _DAY


@manual_states_update_capability.example(Verdict.INCONCLUSIVE)
def nobody_signed() -> tuple[list[Review], date]:
    """A review without a name."""
    return [_review(person="")], _DAY
