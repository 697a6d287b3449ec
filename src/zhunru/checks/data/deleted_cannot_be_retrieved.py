"""Deleted data can no longer be found."""

from collections.abc import Iterator
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.retrieval_trial import RetrievalTrial
from zhunru.records.told import told

_KINDS: Final = ("personal", "important")


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.7.2", "gb-t-44464-2024/6.6", "gb-t-44464-2024/D.7.2", "gb-44495-2024/7.4.6",
    title_zh="删除后的数据不能再被检索和访问", since="0.3",
)  # fmt: skip
def deleted_cannot_be_retrieved(trials: list[RetrievalTrial], subject: Subject) -> Iterator[Finding]:
    """Every search after a deletion finds nothing of what the same search found before, for each kind of data of the product.

    Why:
        A deletion that only hides is a promise not kept.

    为什么:
        只是隐藏的删除，是没有兑现的承诺。

    How it decides:
        1. Trials on data that no law obliges to keep; not told whether one does: what would be a breach is a gap.
        2. Searched after the deletion, and found before it by the same search: nothing found: ok; something: breach.
        3. Nothing found before, places not named, counts or times missing, or an order that cannot be told: gap, for such a search proves nothing.
        4. Personal information and important data each, as far as the product is declared to process them, have a trial that found nothing:
           else gap.

    Inconclusive:
        Counts, times, places or kinds of data are not told; a kind of data was not tried.

    Not covered:
        Places that were not searched; recovery by means beyond those of the trial.

    未覆盖:
        未检索的位置；试验手段之外的恢复方法。

    Args:
        trials: Searches after deletion.
        subject: Product under assessment.

    References:
        GB/T 44464-2024 5.7.2, 6.6, D.7.2; GB 44495-2024 7.4.6, 8.3.5.6 (G).
    """
    proved: set[str] = set()
    for trial in trials:
        # (1) which trials
        if trial.legal_hold:
            continue
        finding = _judged(trial)
        if finding.kind == "ok":
            proved |= {n for n in _KINDS if getattr(trial, n)}
        yield finding
    # (4) each kind
    wanted = {"personal": subject.personal_data, "important": subject.important_data}
    for name in _KINDS:
        if wanted[name] and name not in proved:
            yield gap("该类数据没有有效的删除后检索", "no search after deletion proves anything of this kind of data", kind_of_data=name)


def _judged(trial: RetrievalTrial) -> Finding:
    facts: dict[str, Any] = {"at": trial.origin, "trial": trial.id, "measured": trial.hits, "limit": 0, "unit": "hits"}
    before, after, deleted, searched = trial.found_before, trial.hits, trial.deleted_at, trial.searched_at
    # (3) proves nothing
    if before is None or after is None or before <= 0 or after < 0 or not any(told(p) == "yes" for p in trial.places):
        return gap("检索前后的命中数或范围未说明", "counts before and after, or the places, are not told", **facts)
    if deleted is None or searched is None or untimed(deleted, searched) or searched <= deleted:
        return gap("检索与删除的先后无法判断", "whether it was searched after the deletion cannot be told", **facts)
    # (2) found or not
    if after == 0:
        return ok("删除后未检索到", "nothing found after the deletion", **facts)
    if trial.legal_hold is None:
        return gap("删除后仍可检索，是否依法保留未说明", "still found, and whether the law obliges to keep it is not told", **facts)
    return breach("删除后仍可检索", "still found after the deletion", **facts)


_Case = tuple[list[RetrievalTrial], Subject]


def _case(**changed: object) -> _Case:
    plain = {
        "id": "R-1", "personal": "是", "important": "否", "legal_hold": "否", "found_before": "12", "hits": "0", "places": "用户数据分区;云端用户库",
        "deleted_at": "2026-03-02 12:00", "searched_at": "2026-03-03 09:00",
    }  # fmt: skip
    return [RetrievalTrial.model_validate(plain | changed)], Subject(name="样车一号", maker="示例汽车")


@deleted_cannot_be_retrieved.example(Verdict.PASS)
def twelve_before_none_after() -> _Case:
    """The same search found twelve entries before and none after."""
    return _case()


@deleted_cannot_be_retrieved.example(Verdict.FAIL)
def one_left() -> _Case:
    """One entry can still be found."""
    return _case(hits="1")


@deleted_cannot_be_retrieved.example(Verdict.INCONCLUSIVE)
def nothing_was_there() -> _Case:
    """The search found nothing before either."""
    return _case(found_before="0")
